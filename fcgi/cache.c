#include "cache.h"

#include <stdio.h>
#include <string.h>

#include "pack.h"
#include "redis.h"
#include "shared.h"

/* More keys than this and everything is invalidated. */
#define TOUCHED_MOST 64
/* Values given by cache_put(), all together. */
#define PUT_MOST (16 * KIB)
#define TOMBSTONE_MS "1000"

/* A word in the keys' names, and how long they live, give or take a
 * quarter. */
static const struct {
	struct text name;
	int64_t life_ms;
} kinds[] = {
#define NAME(word) { word, sizeof(word) - 1 }
	[CACHE_USER] = { NAME("user:"), 600000 },
	[CACHE_USER_LIKES] = { NAME("user-likes:"), 600000 },
	[CACHE_VIDEO] = { NAME("video:"), 600000 },
	[CACHE_VIDEO_LIKES] = { NAME("video-likes:"), 600000 },
	[CACHE_COMMENTS] = { NAME("comments:"), 300000 },
	[CACHE_CHAT] = { NAME("chat:"), 300000 },
	[CACHE_CHAT_TIMES] = { NAME("chat-times:"), 300000 },
#undef NAME
};
_Static_assert(ARRAY_LEN(kinds) == CACHE_KINDS, "a row a kind");

enum change {
	TOMB,		/* a tombstone */
	COUNT,		/* a new value where there is one, else a tombstone */
	PUT		/* a new value */
};

/* What the present transaction has touched. */
static struct {
	bool open, all;
	size_t count;
	struct touched {
		struct cache_key key;
		enum change change;
		int64_t value;		/* COUNT */
		size_t start, length;	/* PUT: in bytes */
	} key[TOUCHED_MOST];
	char bytes[PUT_MOST];
	size_t length;
} touched;

static struct touched *
touch(struct cache_key key, enum change change)
{
	struct touched *t;

	ensure(touched.open);
	if (touched.count == TOUCHED_MOST)
		touched.all = true;
	if (touched.all)
		return NULL;
	t = &touched.key[touched.count++];
	*t = (struct touched){ .key = key, .change = change };
	return t;
}

void
cache_touch(struct cache_key key)
{
	touch(key, TOMB);
}

void
cache_touch_user(int64_t id)
{
	cache_touch((struct cache_key){ CACHE_USER, id, 0 });
	cache_touch((struct cache_key){ CACHE_USER_LIKES, id, 0 });
}

void
cache_touch_video(int64_t id)
{
	cache_touch((struct cache_key){ CACHE_VIDEO, id, 0 });
	cache_touch((struct cache_key){ CACHE_VIDEO_LIKES, id, 0 });
}

void
cache_touch_comments(int64_t video)
{
	cache_touch((struct cache_key){ CACHE_COMMENTS, video, 0 });
}

void
cache_touch_chat(int64_t user, int64_t other)
{
	int64_t low = user < other ? user : other;
	int64_t high = user < other ? other : user;

	cache_touch((struct cache_key){ CACHE_CHAT, low, high });
	cache_touch((struct cache_key){ CACHE_CHAT_TIMES, low, high });
}

void
cache_change(struct cache_key key, int64_t value)
{
	struct touched *t = touch(key, COUNT);

	if (t != NULL)
		t->value = value;
}

void
cache_put(struct cache_key key, struct text packed)
{
	bool fits = packed.length >= PACK_SEAL &&
	    packed.length <= PUT_MOST - touched.length;
	struct touched *t = touch(key, fits ? PUT : TOMB);

	if (t == NULL || !fits)
		return;
	t->start = touched.length;
	t->length = packed.length;
	memcpy(touched.bytes + t->start, packed.bytes, packed.length);
	touched.length += packed.length;
}

void
cache_begin_write(void)
{
	ensure(!touched.open);
	touched.open = true;
}

void
cache_end_write(void)
{
	touched.open = touched.all = false;
	touched.count = touched.length = 0;
}

bool
cache_is_touched(void)
{
	return touched.all || touched.count > 0;
}

bool
cache_wants_epoch(void)
{
	return touched.all || (touched.count > 0 && !redis_is_up());
}

/* What all keys of a space begin with.  Site, incarnation and epoch are mixed
 * into 64 bits: names that were spelt out took a third of the time of a page
 * with 120 keys. */
static struct text
prefix(struct cache_space space)
{
	static struct {
		struct cache_space space;
		uint64_t incarnation;
		char bytes[24];
	} last;
	uint64_t incarnation = redis_incarnation(), sum;
	char whole[64];

	if (last.bytes[0] == '\0' || last.space.site != space.site ||
	    last.space.epoch != space.epoch ||
	    last.incarnation != incarnation) {
		snprintf(whole, sizeof(whole), "%llx:%llx:%llx",
		    (unsigned long long)space.site,
		    (unsigned long long)incarnation,
		    (unsigned long long)space.epoch);
		sum = pack_sum(text_of(whole));
		snprintf(last.bytes, sizeof(last.bytes), "mt:%016llx:",
		    (unsigned long long)sum);
		last.space = space;
		last.incarnation = incarnation;
	}
	return text_of(last.bytes);
}

/* Writes a number in hexadecimal digits; returns behind them. */
static char *
put_hex(char *to, int64_t number)
{
	static const char digits[] = "0123456789abcdef";
	uint64_t n = (uint64_t)number;
	int shift = 60;

	while (shift > 0 && n >> shift == 0)
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		*to++ = digits[n >> shift & 15];
	return to;
}

static char *
put_text(char *to, struct text text)
{
	memcpy(to, text.bytes, text.length);
	return to + text.length;
}

struct text
cache_name(struct cache_space space, struct cache_key key,
    char buffer[static CACHE_KEY])
{
	char *to = buffer;

	to = put_text(to, prefix(space));
	to = put_text(to, kinds[key.kind].name);
	to = put_hex(to, key.a);
	if (key.b != 0) {
		*to++ = '-';
		to = put_hex(to, key.b);
	}
	*to = '\0';
	ensure(to < buffer + CACHE_KEY);
	return (struct text){ buffer, (size_t)(to - buffer) };
}

struct text
cache_life(enum cache_kind kind, char buffer[static 24])
{
	int64_t life_ms = kinds[kind].life_ms;

	life_ms += (int64_t)(base_random() % (uint64_t)(life_ms / 2)) -
	    life_ms / 4;
	return (struct text){ buffer, (size_t)snprintf(buffer, 24, "%lld",
	    (long long)life_ms) };
}

static void
put_tombstone(struct text name, bool only_new)
{
	struct text words[] = { name, TEXT(CACHE_TOMBSTONE), TEXT("PX"),
	    TEXT(TOMBSTONE_MS), TEXT("NX") };

	redis_command("SET", only_new ? 5 : 4, words);
}

/* Where there is an entry it keeps its remaining life.  Without XX one that has
 * just expired would be made immortal (I6); without the tombstone a late fill
 * could bring the old count back. */
static void
put_count(struct text name, int64_t value)
{
	char bytes[PACK_COUNT];
	struct text packed = { bytes, sizeof(bytes) };
	struct text words[] = { name, packed, TEXT("XX"), TEXT("KEEPTTL") };

	pack_count(name, value, bytes);
	redis_command("SET", 4, words);
	put_tombstone(name, true);
}

static void
put_value(struct cache_key key, struct text name, char *bytes, size_t length)
{
	char life[24];
	struct text words[] = { name, { bytes, length }, TEXT("PX"),
	    cache_life(key.kind, life) };

	pack_seal(name, words[1], bytes);
	redis_command("SET", 4, words);
}

static void
put_touched(struct cache_space space, struct touched *t)
{
	char buffer[CACHE_KEY];
	struct text name = cache_name(space, t->key, buffer);

	switch (t->change) {
	case TOMB:
		put_tombstone(name, false);
		break;
	case COUNT:
		put_count(name, t->value);
		break;
	case PUT:
		put_value(t->key, name, touched.bytes + t->start, t->length);
		break;
	}
}

/* The replies to what put_touched() has sent, from number at on; moves at. */
static bool
is_done(const struct redisReply *list, size_t *at, enum change change)
{
	const struct redisReply *first = redis_item(list, (*at)++), *second;

	if (change != COUNT)
		return redis_is_status(first, "OK");
	/* One of the two has found what it needs. */
	second = redis_item(list, (*at)++);
	return (redis_is_status(first, "OK") && redis_is_nil(second)) ||
	    (redis_is_nil(first) && redis_is_status(second, "OK"));
}

/* Whether the last reply, that of EXEC, is what it should be. */
static bool
all_done(size_t commands)
{
	const struct redisReply *list = redis_reply(commands + 2);
	size_t i, at = 0;

	if (!redis_is_list(list, commands))
		return false;
	for (i = 0; i < touched.count; i++)
		if (!is_done(list, &at, touched.key[i].change))
			return false;
	return true;
}

bool
cache_invalidate(struct cache_space space)
{
	size_t commands = 0, i;

	if (touched.all || !redis_open(REDIS_NO_TRIAL))
		return false;
	redis_command("UNWATCH", 0, NULL);
	redis_command("MULTI", 0, NULL);
	for (i = 0; i < touched.count; i++) {
		put_touched(space, &touched.key[i]);
		commands += touched.key[i].change == COUNT ? 2 : 1;
	}
	redis_command("EXEC", 0, NULL);
	shared_add(SHARED_round_trips, 1);
	if (!redis_trip())
		return false;
	if (!all_done(commands)) {
		redis_fail("refuses to invalidate");
		return false;
	}
	for (i = 0; i < touched.count; i++)
		shared_add(touched.key[i].change == TOMB ? SHARED_tombstones :
		    SHARED_changes, 1);
	return true;
}
