#include "lookup.h"

#include <string.h>

#include "pause.h"
#include "redis.h"
#include "shared.h"

void
lookup_start(struct lookup *l, struct cache_space space)
{
	l->space = space;
	l->count = 0;
	l->full = l->watching = false;
}

static bool
same(struct cache_key one, struct cache_key other)
{
	return one.kind == other.kind && one.a == other.a && one.b == other.b;
}

size_t
lookup_add(struct lookup *l, struct cache_key key)
{
	size_t i;

	for (i = 0; i < l->count; i++)
		if (same(l->key[i], key))
			return i;
	if (i == LOOKUP_KEYS) {
		l->full = true;
		return 0;
	}
	l->key[i] = key;
	l->found[i] = l->packed[i] = (struct text){ "", 0 };
	return l->count++;
}

/* Takes the values out of the replies; false when they are not as they should
 * be.  What is no string, or empty, is a miss. */
static bool
take_values(struct lookup *l)
{
	const struct redisReply *values = redis_reply(2);
	size_t i;

	if (!redis_is_status(redis_reply(0), "OK") ||
	    !redis_is_status(redis_reply(1), "OK") ||
	    !redis_is_list(values, l->count))
		return false;
	for (i = 0; i < l->count; i++)
		redis_bytes(redis_item(values, i), &l->found[i]);
	return true;
}

/* Counts what was found; a tombstone is a miss like any other. */
static void
judge(struct lookup *l)
{
	struct unpack unused;
	size_t i, misses = 0, garbage = 0;

	for (i = 0; i < l->count; i++) {
		if (unpack_open(&unused, text_of(l->name[i]), l->found[i]))
			continue;
		misses++;
		if (l->found[i].length > 0 &&
		    !text_is(l->found[i], CACHE_TOMBSTONE))
			garbage++;
		l->found[i].length = 0;
	}
	shared_add(SHARED_hits, l->count - misses);
	shared_add(SHARED_misses, misses);
	shared_add(SHARED_garbage, garbage);
	if (misses > 0)
		PAUSE("read_watched");
}

bool
lookup_read(struct lookup *l)
{
	struct text names[LOOKUP_KEYS];
	size_t i;

	if (l->count == 0 || l->full)
		return false;
	PAUSE("read_epoch");
	if (!redis_open(REDIS_MAY_TRY))
		return false;
	for (i = 0; i < l->count; i++)
		names[i] = cache_name(l->space, l->key[i], l->name[i]);
	redis_command("UNWATCH", 0, NULL);
	redis_command("WATCH", l->count, names);
	redis_command("MGET", l->count, names);
	shared_add(SHARED_round_trips, 1);
	if (!redis_trip())
		return false;
	if (!take_values(l)) {
		redis_fail("refuses to read");
		return false;
	}
	l->serial = redis_serial();
	l->watching = true;
	judge(l);
	return true;
}

bool
lookup_open(struct lookup *l, size_t number, struct unpack *u)
{
	*u = (struct unpack){ .good = false };
	if (!l->watching || l->serial != redis_serial() ||
	    l->found[number].length == 0)
		return false;
	unpack_again(u, l->found[number]);
	return true;
}

void
lookup_spoil(struct lookup *l, size_t number)
{
	l->found[number].length = 0;
}

bool
lookup_wants(const struct lookup *l, size_t number)
{
	return l->watching && l->found[number].length == 0 &&
	    l->packed[number].length == 0;
}

void
lookup_put(struct lookup *l, size_t number, struct text packed)
{
	if (lookup_wants(l, number))
		l->packed[number] = packed;
}

/* Puts the values of all keys that were given one into the pipeline. */
static void
put_values(struct lookup *l)
{
	char life[24], seal[PACK_SEAL];
	struct text name, value;
	size_t i;

	for (i = 0; i < l->count; i++) {
		value = l->packed[i];
		if (value.length == 0)
			continue;
		name = text_of(l->name[i]);
		pack_seal(name, value, seal);
		/* pack.h leaves room for it. */
		memcpy((char *)value.bytes, seal, PACK_SEAL);
		redis_command("SET", 4, (struct text[]){ name, value,
		    TEXT("PX"), cache_life(l->key[i].kind, life) });
	}
}

static size_t
to_fill(const struct lookup *l)
{
	size_t i, count = 0;

	for (i = 0; i < l->count; i++)
		count += l->packed[i].length > 0;
	return count;
}

void
lookup_fill(struct lookup *l)
{
	const struct redisReply *done;
	size_t puts = to_fill(l);

	if (!l->watching || puts == 0)
		return;
	PAUSE("read_loaded");
	l->watching = false;
	if (!redis_more(l->serial))
		return;
	redis_command("MULTI", 0, NULL);
	put_values(l);
	redis_command("EXEC", 0, NULL);
	shared_add(SHARED_round_trips, 1);
	if (!redis_trip())
		return;
	done = redis_reply(puts + 1);
	if (redis_is_list(done, puts))
		shared_add(SHARED_fills, puts);
	else if (redis_is_nil(done))
		shared_add(SHARED_drops, puts);
	else
		redis_fail("refuses to fill");
}
