/* args.h - the typed arguments of every endpoint, from endpoints.def.
 *
 * Each endpoint has a struct NAME_args with a member per parameter, so that a
 * handler cannot misspell one, and a list of rows that say how the parameter
 * is read.  args_decode() fills the struct from a request: query before form,
 * aliases last, every bound checked; a handler sees nothing unchecked.
 */
#ifndef ARGS_H
#define ARGS_H

#include "conf.h"
#include "request.h"

/* A page of a list: what comes before a key, and how much of it. */
struct page {
	int64_t before;		/* ID_MAX: from the newest */
	int64_t limit;		/* 1 … the list's cap */
};

#define ENDPOINT(name, method, path, pool, login, zh, en, words) \
	struct name##_args {
#define ID(endpoint, name, need, words) int64_t name;
#define TIME(endpoint, name, words) int64_t name;
#define ACTION(endpoint, name, need, high, words) int64_t name;
#define PAGE(endpoint, high) struct page page;
#define LINE(endpoint, name, alias, need, low, high, words) struct text name;
#define LINES(endpoint, name, alias, need, low, high, words) struct text name;
#define SECRET(endpoint, name, alias, need, low, high, words) struct text name;
#define PART(endpoint, name, need, high, types, words) struct upload name;
#define ANSWER(endpoint, name, shape)
#define QUOTA(endpoint)
#define END(endpoint) };
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
#undef QUOTA
#undef END

enum param_kind {
	PARAM_ID, PARAM_TIME, PARAM_BEFORE, PARAM_LIMIT, PARAM_ACTION,
	PARAM_LINE, PARAM_LINES, PARAM_SECRET, PARAM_PART
};
enum param_need { PARAM_NEEDED, PARAM_LOOSE, PARAM_MAYBE };

struct param {
	const char *name, *alias;
	enum param_kind kind;
	enum param_need need;
	size_t offset;		/* of the member */
	size_t low;		/* code points of a text */
	size_t high;		/* ACTION: highest; LIMIT, texts, PART: the
				 * setting's offset in struct conf */
	const char *words;
	const char *types;	/* PART: of what it may be */
};

/* Secrets longer than this are refused: bcrypt reads no more. */
#define PARAM_SECRET_BYTES 72

/* The highest value of a number, the most code points of a text, the most
 * bytes of a file. */
int64_t	args_high(const struct param *);

/* Fills args; *r->detail names the parameter that is wrong. */
enum err	args_decode(struct request *, const struct param *,
	    size_t count, void *args);

/* Finds a parameter in the query, then in the form; false when it is
 * absent or empty in both. */
bool	args_find(const struct request *, const char *name,
	    const char *alias, struct text *);

/* Whether a parameter is there at all, also with nothing in it. */
bool	args_given(const struct request *, const char *name);

#endif
