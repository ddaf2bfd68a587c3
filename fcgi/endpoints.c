#include "endpoints.h"

#include <string.h>

#include "comment.h"
#include "favorite.h"
#include "friend.h"
#include "message.h"
#include "relation.h"
#include "user.h"
#include "video.h"

/* Parameters: an array per endpoint. */
#define ROW(ep, name, alias, kind, need, low, high, words) \
	{ #name, alias, PARAM_##kind, PARAM_##need, \
	    offsetof(struct ep##_args, name), low, high, words, NULL },
#define TEXT_ROW(ep, name, alias, kind, need, low, high, words) \
	ROW(ep, name, alias, kind, need, low, offsetof(struct conf, high), \
	    words)
#define ENDPOINT(name, method, path, pool, login, zh, en, words) \
	static const struct param name##_params[] = {
#define ID(ep, name, need, words) \
	ROW(ep, name, NULL, ID, need, 0, 0, words)
#define TIME(ep, name, words) \
	ROW(ep, name, NULL, TIME, LOOSE, 0, 0, words)
#define ACTION(ep, name, need, high, words) \
	ROW(ep, name, NULL, ACTION, need, 1, high, words)
#define PAGE(ep, cap) \
	{ "before", NULL, PARAM_BEFORE, PARAM_LOOSE, \
	    offsetof(struct ep##_args, page.before), 0, 0, \
	    "next_before of the page before; absent: the newest", NULL }, \
	{ "limit", NULL, PARAM_LIMIT, PARAM_LOOSE, \
	    offsetof(struct ep##_args, page.limit), 1, \
	    offsetof(struct conf, cap), \
	    "how many; absent: as many as may be", NULL },
#define LINE(ep, name, alias, need, low, high, words) \
	TEXT_ROW(ep, name, alias, LINE, need, low, high, words)
#define LINES(ep, name, alias, need, low, high, words) \
	TEXT_ROW(ep, name, alias, LINES, need, low, high, words)
#define SECRET(ep, name, alias, need, low, high, words) \
	TEXT_ROW(ep, name, alias, SECRET, need, low, high, words)
#define PART(ep, name, need, high, types, words) \
	{ #name, NULL, PARAM_PART, PARAM_##need, \
	    offsetof(struct ep##_args, name), 0, \
	    offsetof(struct conf, high), words, types },
#define ANSWER(ep, name, shape)
#define QUOTA(ep)
#define END(ep) };
#include "endpoints.def"
#undef ENDPOINT
#undef ID
#undef TIME
#undef ACTION
#undef PAGE
#undef LINE
#undef LINES
#undef SECRET
#undef PART
#undef ANSWER
#undef END

#define ID(ep, name, need, words)
#define TIME(ep, name, words)
#define ACTION(ep, name, need, high, words)
#define PAGE(ep, high)
#define LINE(ep, name, alias, need, low, high, words)
#define LINES(ep, name, alias, need, low, high, words)
#define SECRET(ep, name, alias, need, low, high, words)
#define PART(ep, name, need, high, types, words)

/* Answers: an array per endpoint, ended by a row without a name. */
#define ENDPOINT(name, method, path, pool, login, zh, en, words) \
	static const struct answer name##_answers[] = {
#define ANSWER(ep, name, shape) { #name, ANSWER_##shape },
#define END(ep) { NULL, ANSWER_ID } };
#include "endpoints.def"
#undef ENDPOINT
#undef ANSWER
#undef END

/* Whether the day's quota is charged: 1 where there is such a line. */
#define ENDPOINT(name, method, path, pool, login, zh, en, words) \
	enum { name##_quota = 0
#define ANSWER(ep, name, shape)
#undef QUOTA
#define QUOTA(ep) + 1
#define END(ep) };
#include "endpoints.def"
#undef ENDPOINT
#undef QUOTA
#undef END

#define QUOTA(ep)
#define END(ep)

/* Handlers take their own struct; the table's pointers are all of one type. */
#define ENDPOINT(name, method, path, pool, login, zh, en, words) \
	static enum err run_##name(struct request *r, const void *args) \
	{ \
		return name(r, args); \
	}
#include "endpoints.def"
#undef ENDPOINT

const struct endpoint endpoints[] = {
#define ENDPOINT(name, method, path, pool, login, zh, en, words) \
	{ #name, path, METHOD_##method, POOL_##pool, LOGIN_##login, \
	    { zh, en }, words, name##_answers, name##_params, \
	    ARRAY_LEN(name##_params), \
	    sizeof(struct name##_args), name##_quota == 1, run_##name },
#include "endpoints.def"
#undef ENDPOINT
};

const size_t endpoint_count = ARRAY_LEN(endpoints);

const char *const pool_names[POOL_COUNT] = {
	[POOL_API] = "api",
	[POOL_AUTH] = "auth",
	[POOL_UPLOAD] = "upload",
};

const struct shape answer_shapes[] = {
	[ANSWER_VIDEOS] = { "videos", "[]" },
	[ANSWER_USERS] = { "users", "[]" },
	[ANSWER_FRIENDS] = { "friends", "[]" },
	[ANSWER_COMMENTS] = { "comments", "[]" },
	[ANSWER_MESSAGES] = { "messages", "[]" },
	[ANSWER_USER] = { "user", "{}" },
	[ANSWER_VIDEO] = { "video", "{}" },
	[ANSWER_COMMENT] = { "comment", NULL },
	[ANSWER_ID] = { "id", "0" },
	[ANSWER_TOKEN] = { "token", "\"\"" },
	[ANSWER_TIME] = { "time", NULL },
};

/* Compares without regard to doubled slashes and one at the end; nginx has
 * merged them already, a client that speaks FastCGI itself has not. */
static bool
same_path(struct text asked, const char *path)
{
	size_t i = 0;

	while (*path != '\0') {
		if (i == asked.length)
			return strcmp(path, "/") == 0;
		if (asked.bytes[i] != *path)
			return false;
		i++;
		if (*path == '/')
			while (i < asked.length && asked.bytes[i] == '/')
				i++;
		path++;
	}
	return i == asked.length;
}

const struct endpoint *
endpoints_find(struct text path)
{
	size_t i;

	for (i = 0; i < endpoint_count; i++)
		if (same_path(path, endpoints[i].path))
			return &endpoints[i];
	return NULL;
}

int64_t
endpoints_body_limit(const struct endpoint *endpoint)
{
	int64_t limit = (int64_t)REQUEST_FORM;
	size_t i;

	for (i = 0; i < endpoint->param_count; i++)
		if (endpoint->params[i].kind == PARAM_PART)
			limit += args_high(&endpoint->params[i]);
	return limit;
}
