#include "errors.h"

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

int
errors_http(enum err e)
{
	const struct error *row = errors_row(e);

	if (row->rule && conf->http_status == http_status_app)
		return 200;
	return row->http;
}
