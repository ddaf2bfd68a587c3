/* endpoints.h - the rows of endpoints.def, with their handlers. */
#ifndef ENDPOINTS_H
#define ENDPOINTS_H

#include "args.h"

enum pool { POOL_API, POOL_AUTH, POOL_UPLOAD, POOL_COUNT };
enum login {
	LOGIN_NONE, LOGIN_OPTIONAL, LOGIN_LENIENT, LOGIN_REQUIRED, LOGIN_READER
};

/* Members of an answer, and what a refusal carries in their place. */
enum answer_shape {
	ANSWER_VIDEOS, ANSWER_USERS, ANSWER_FRIENDS, ANSWER_COMMENTS,
	ANSWER_MESSAGES, ANSWER_USER, ANSWER_VIDEO, ANSWER_COMMENT, ANSWER_ID,
	ANSWER_TOKEN, ANSWER_TIME
};

struct answer {
	const char *name;	/* NULL ends the list */
	enum answer_shape shape;
};

struct shape {
	const char *name;
	const char *empty;	/* JSON; NULL: nothing, or the time */
};

extern const struct shape answer_shapes[];

struct endpoint {
	const char *name, *path;
	enum method method;
	enum pool pool;
	enum login login;
	const char *done[2];	/* status_msg of a success, by language */
	const char *words;
	const struct answer *answers;
	const struct param *params;
	size_t param_count, args_size;
	bool quota;		/* a success is charged to the user's day */
	enum err (*run)(struct request *, const void *args);
};

extern const struct endpoint endpoints[];
extern const size_t endpoint_count;

extern const char *const pool_names[POOL_COUNT];

/* Finds the row of a path, with or without the final slash and with doubled
 * slashes; NULL when there is none. */
const struct endpoint	*endpoints_find(struct text path);

/* The largest body that the row accepts, by the settings: 64 KiB for the form,
 * and the files in it. */
int64_t	endpoints_body_limit(const struct endpoint *);

#endif
