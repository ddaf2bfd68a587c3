/* errors.h - errors as values, from one table.
 *
 * Whatever can fail returns enum err; OK is 0, results are unset on failure.
 * Only the reply turns an error into words (errors_text()).
 */
#ifndef ERRORS_H
#define ERRORS_H

#include "arena.h"
#include "base.h"
#include "conf.h"

enum err {
	OK,
#define TRANSPORT(name, http, code, zh, en) ERR_##name,
#define RULE(name, http, code, zh, en) ERR_##name,
#include "errors.def"
#undef TRANSPORT
#undef RULE
	ERR_COUNT
};

struct error {
	const char *name;
	bool rule;		/* a refusal by a rule, not by transport */
	int http;		/* status where http_status = strict */
	int code;		/* status_code */
	const char *text[2];	/* by enum language; {} is the detail */
};

/* The row of the table; e is not OK. */
const struct error	*errors_row(enum err);

/* The error of a status_code; OK where there is none. */
enum err	errors_find(int64_t code);

/* Its message, with the detail (or nothing, if NULL) in place of {}; may be in
 * the arena. */
const char	*errors_text(enum err, enum language, const char *detail,
	    struct arena *);

/* The HTTP status of a reply, by the setting http_status. */
int	errors_http(enum err);

#endif
