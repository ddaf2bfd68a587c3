#include "errors.h"

#include <string.h>

static const struct error rows[ERR_COUNT] = {
#define TRANSPORT(name, http, code, zh, en) \
	[ERR_##name] = { #name, false, http, code, { zh, en } },
#define RULE(name, http, code, zh, en) \
	[ERR_##name] = { #name, true, http, code, { zh, en } },
#include "errors.def"
#undef TRANSPORT
#undef RULE
};

const struct error *
errors_row(enum err e)
{
	ensure(e > OK && e < ERR_COUNT);
	return &rows[e];
}

enum err
errors_find(int64_t code)
{
	int e;

	for (e = OK + 1; e < ERR_COUNT; e++)
		if (rows[e].code == code)
			return (enum err)e;
	return OK;
}

const char *
errors_text(enum err e, enum language language, const char *detail,
    struct arena *arena)
{
	const char *message = errors_row(e)->text[language];
	const char *at = strstr(message, "{}");

	if (at == NULL)
		return message;
	return arena_printf(arena, "%.*s%s%s", (int)(at - message), message,
	    detail != NULL ? detail : "", at + 2);
}

int
errors_http(enum err e)
{
	const struct error *row = errors_row(e);

	if (row->rule && conf->http_status == http_status_app)
		return 200;
	return row->http;
}
