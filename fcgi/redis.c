#include "redis.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <hiredis/hiredis.h>

#include "address.h"
#include "conf.h"
#include "dial.h"
#include "log.h"
#include "shared.h"
#include "site.h"

/* The user of the site's own server (scripts/children.sh); its socket lies in a
 * directory that only the site's owner may enter, so no password guards it. */
#define OWN_USER "mini-tiktok"
#define REPLIES_MOST 512
#define PIPELINE_MOST MIB
#define INPUT_MOST (16 * MIB)
#define LIST_MOST 1024

static struct {
	int fd;
	redisReader *reader;
	uint64_t incarnation;
	uint64_t serial;		/* of the last redis_open() */
	bool trial;			/* this is the breaker's one trial */
	char *out;			/* the pipeline */
	size_t length, size;
	bool overflow;
	size_t commands, replies;
	redisReply *reply[REPLIES_MOST];
} redis = { .fd = -1 };

/* The parser's own ways to make a reply. */
static redisReplyObjectFunctions usual;

bool
redis_is_up(void)
{
	return conf->redis == redis_on && breaker_is_closed(&shared->breaker);
}

bool
redis_is_usable(void)
{
	return conf->redis == redis_on &&
	    !breaker_is_open(&shared->breaker, base_clock_ms());
}

static void
begin_pipeline(void)
{
	while (redis.replies > 0)
		freeReplyObject(redis.reply[--redis.replies]);
	redis.length = redis.commands = 0;
	redis.overflow = false;
}

/* The connection and all that belongs to it. */
static void
hang_up(void)
{
	begin_pipeline();
	if (redis.reader != NULL)
		redisReaderFree(redis.reader);
	redis.reader = NULL;
	if (redis.fd >= 0)
		close(redis.fd);
	redis.fd = -1;
}

void
redis_fail(const char *why)
{
	/* The replies may hold what is to be said. */
	char words[160];

	snprintf(words, sizeof(words), "%s", why);
	hang_up();
	dial_forget();
	if (breaker_failed(&shared->breaker, redis.trial, base_clock_ms(),
	    (uint32_t)base_random())) {
		shared_add(SHARED_breaker_openings, 1);
		log_line(LOG_WARNING, "redis: %s; going on without", words);
	}
	redis.trial = false;
}

static bool
append(const char *bytes, size_t n)
{
	char *larger;

	if (redis.length + n > PIPELINE_MOST)
		redis.overflow = true;
	if (redis.overflow)
		return false;
	if (redis.length + n > redis.size) {
		redis.size = redis.length + n + 16 * KIB;
		larger = realloc(redis.out, redis.size);
		ensure(larger != NULL);
		redis.out = larger;
	}
	memcpy(redis.out + redis.length, bytes, n);
	redis.length += n;
	return true;
}

/* A length line and, for a string, its bytes: RESP, "bulk strings". */
static void
append_item(char kind, size_t n, const char *bytes)
{
	char line[32];

	append(line, (size_t)snprintf(line, sizeof(line), "%c%zu\r\n", kind,
	    n));
	if (bytes != NULL) {
		append(bytes, n);
		append("\r\n", 2);
	}
}

void
redis_command(const char *name, size_t count, const struct text *arguments)
{
	size_t i;

	append_item('*', count + 1, NULL);
	append_item('$', strlen(name), name);
	for (i = 0; i < count; i++)
		append_item('$', arguments[i].length, arguments[i].bytes);
	redis.commands++;
	if (redis.commands > REPLIES_MOST)
		redis.overflow = true;
}

static const char *
send_all(int64_t deadline_ms)
{
	size_t sent = 0;
	ssize_t n;

	while (sent < redis.length) {
		n = send(redis.fd, redis.out + sent, redis.length - sent,
		    MSG_NOSIGNAL);
		if (n >= 0)
			sent += (size_t)n;
		else if (errno != EAGAIN && errno != EINTR)
			return strerror(errno);
		else if (!dial_await(redis.fd, POLLOUT, deadline_ms))
			return "too slow to listen";
	}
	return NULL;
}

/* Reads what has come into the parser. */
static const char *
receive_some(int64_t deadline_ms)
{
	char piece[16 * KIB];
	ssize_t n;

	if (!dial_await(redis.fd, POLLIN, deadline_ms))
		return "too slow to answer";
	n = recv(redis.fd, piece, sizeof(piece), 0);
	if (n == 0)
		return "hung up";
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? NULL :
		    strerror(errno);
	if (redisReaderFeed(redis.reader, piece, (size_t)n) != REDIS_OK ||
	    redis.reader->len > INPUT_MOST)
		return "answers too much";
	return NULL;
}

static const char *
receive_all(int64_t deadline_ms)
{
	const char *why;
	void *reply;

	while (redis.replies < redis.commands) {
		if (redisReaderGetReply(redis.reader, &reply) != REDIS_OK)
			return "answers nonsense";
		if (reply != NULL)
			redis.reply[redis.replies++] = reply;
		else if ((why = receive_some(deadline_ms)) != NULL)
			return why;
	}
	return NULL;
}

bool
redis_trip(void)
{
	int64_t deadline_ms = base_clock_ms() + conf->redis_command_ms;
	const char *why;

	if (redis.fd < 0)
		return false;
	if (redis.overflow) {
		redis_fail("a pipeline is too long");
		return false;
	}
	if ((why = send_all(deadline_ms)) != NULL ||
	    (why = receive_all(deadline_ms)) != NULL) {
		redis_fail(why);
		return false;
	}
	return true;
}

/* ---- connecting ---- */

/* FNV-1a of the run_id in the answer to INFO; 0 when there is none. */
static uint32_t
read_run(const redisReply *info)
{
	static const char name[] = "run_id:";
	uint32_t hash = 2166136261U;
	const char *at;

	if (info->type != REDIS_REPLY_STRING ||
	    (at = strstr(info->str, name)) == NULL)
		return 0;
	for (at += sizeof(name) - 1; *at > ' '; at++)
		hash = (hash ^ (unsigned char)*at) * 16777619U;
	return hash;
}

static void
say_who(const struct address *address)
{
	struct text login[] = { text_of(address->user),
	    text_of(address->password) };

	if (address->user[0] != '\0')
		redis_command("AUTH", 2, login);
	else if (address->password[0] != '\0')
		redis_command("AUTH", 1, login + 1);
}

/* Logs in, chooses the database, asks which run it is. */
static const char *
greet(const struct address *address)
{
	char number[12];
	struct text database, server = TEXT("server");
	size_t i;

	begin_pipeline();
	say_who(address);
	if (address->database != 0) {
		snprintf(number, sizeof(number), "%d", address->database);
		database = text_of(number);
		redis_command("SELECT", 1, &database);
	}
	if (redis.trial)
		redis_command("PING", 0, NULL);
	redis_command("INFO", 1, &server);
	if (!redis_trip())
		return "";
	for (i = 0; i + 1 < redis.replies; i++)
		if (redis.reply[i]->type != REDIS_REPLY_STATUS)
			return redis.reply[i]->type == REDIS_REPLY_ERROR ?
			    redis.reply[i]->str : "an odd greeting";
	if (read_run(redis.reply[i]) == 0)
		return "does not say its run_id";
	redis.incarnation = shared_adopt(read_run(redis.reply[i]));
	return NULL;
}

static void
find_address(struct address *address)
{
	if (conf->redis_url[0] != '\0') {
		ensure(address_parse(text_of(conf->redis_url), address));
		return;
	}
	*address = (struct address){ .is_unix = true, .path = SITE_REDIS,
	    .user = OWN_USER, .password = OWN_USER };
}

/* A list as long as a reply of ours may be; the parser would otherwise take as
 * much memory as whoever answers says. */
static void *
create_list(const redisReadTask *task, int length)
{
	return length <= LIST_MOST ? usual.createArray(task, length) : NULL;
}

static redisReader *
create_reader(void)
{
	static redisReplyObjectFunctions careful;
	redisReader *reader = redisReaderCreate();

	ensure(reader != NULL);
	usual = careful = *reader->fn;
	careful.createArray = create_list;
	reader->fn = &careful;
	return reader;
}

static bool
call(void)
{
	struct address address;
	const char *why;

	hang_up();
	shared_add(SHARED_connections, 1);
	find_address(&address);
	redis.reader = create_reader();
	why = dial_address(&address, conf->redis_connect_ms, &redis.fd);
	if (why == NULL)
		why = greet(&address);
	if (why == NULL)
		return true;
	if (why[0] != '\0')	/* else the trip has failed already */
		redis_fail(why);
	return false;
}

/* Whether the connection is to the site's present run, and the server has not
 * closed it or said anything unasked. */
static bool
is_good(void)
{
	char byte;

	return redis.fd >= 0 &&
	    redis.incarnation == atomic_load(&shared->incarnation) &&
	    recv(redis.fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
	    errno == EAGAIN;
}

bool
redis_open(enum redis_trial may)
{
	enum breaker_word word;

	redis.serial++;
	begin_pipeline();
	if (conf->redis == redis_off || (may == REDIS_NO_TRIAL &&
	    !breaker_is_closed(&shared->breaker)))
		return false;
	word = breaker_ask(&shared->breaker, base_clock_ms());
	if (word == BREAKER_REST)
		return false;
	redis.trial = word == BREAKER_TRY;
	if ((redis.trial || !is_good()) && !call())
		return false;
	if (redis.trial)
		breaker_succeeded(&shared->breaker);
	redis.trial = false;
	begin_pipeline();
	return true;
}

uint64_t
redis_incarnation(void)
{
	return redis.incarnation;
}

uint64_t
redis_serial(void)
{
	return redis.serial;
}

bool
redis_more(uint64_t serial)
{
	if (redis.fd < 0 || serial != redis.serial)
		return false;
	begin_pipeline();
	return true;
}

/* ---- replies ---- */

const struct redisReply *
redis_reply(size_t number)
{
	ensure(number < redis.replies);
	return redis.reply[number];
}

bool
redis_is_status(const struct redisReply *reply, const char *status)
{
	return reply->type == REDIS_REPLY_STATUS &&
	    strcmp(reply->str, status) == 0;
}

bool
redis_is_nil(const struct redisReply *reply)
{
	return reply->type == REDIS_REPLY_NIL;
}

bool
redis_is_list(const struct redisReply *reply, size_t length)
{
	return reply->type == REDIS_REPLY_ARRAY && reply->elements == length;
}

const struct redisReply *
redis_item(const struct redisReply *reply, size_t number)
{
	ensure(number < reply->elements);
	return reply->element[number];
}

bool
redis_bytes(const struct redisReply *reply, struct text *bytes)
{
	if (reply->type != REDIS_REPLY_STRING)
		return false;
	*bytes = (struct text){ reply->str, reply->len };
	return true;
}
