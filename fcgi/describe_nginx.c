#include "describe_nginx.h"

#include <string.h>

#include "endpoints.h"
#include "network.h"
#include "room.h"

/* The errors that nginx makes.  Those that come before a location is chosen
 * need a plain internal location: a named one gives HTML and 500 (tried on
 * 1.22); it keeps the path, if there is one, behind its own.  494 is nginx's
 * own number for 431. */
static const struct {
	enum err e;
	const char *from;	/* nginx's statuses */
	bool early;
} pages[] = {
	{ ERR_BAD_REQUEST, "400", true },
	{ ERR_NOT_FOUND, "403 404", false },
	{ ERR_METHOD, "405", false },
	{ ERR_BODY_TOO_LARGE, "413", false },
	{ ERR_ADDRESS_TOO_LONG, "414", true },
	{ ERR_TOO_MANY, "429", false },
	{ ERR_HEADER_TOO_LARGE, "494", true },
	{ ERR_INTERNAL, "500", false },
	{ ERR_NOT_IMPLEMENTED, "501", true },
	{ ERR_UNAVAILABLE, "502 503 504", false },
	{ ERR_HTTP_VERSION, "505", true },
	{ ERR_STORAGE_FULL, "507", false },
};

/* Writes text inside a double-quoted nginx string. */
static void
put_quoted(FILE *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', out);
		fputc(*text, out);
	}
}

static void
put_return(FILE *out, const struct error *row, enum language language)
{
	fprintf(out, "return %d \"{\\\"status_code\\\":%d,"
	    "\\\"status_msg\\\":\\\"", row->http, row->code);
	put_quoted(out, row->text[language]);
	fputs("\\\"$failure}\";", out);
}

static void
put_page(FILE *out, const struct error *row, bool early)
{
	fprintf(out, early ? "\nlocation ^~ /-/%d {\n\tinternal;\n" :
	    "\nlocation @%d {\n", row->http);
	fputs("\tinclude error.conf;\n", out);
	if (row->http == 429 || row->http == 503)
		fputs("\tadd_header Retry-After 1 always;\n", out);
	fputs("\tif ($language = en) {\n\t\t", out);
	put_return(out, row, language_en);
	fputs("\n\t}\n\t", out);
	put_return(out, row, language_zh);
	fputs("\n}\n", out);
}

/* Which page answers which status.  For uploads some come first: what the
 * preflight refuses (418 is never seen), and nginx's own 500. */
static void
put_error_pages(FILE *out, const char *indent, bool upload)
{
	const struct error *row;
	size_t i;

	if (upload)
		fprintf(out, "%serror_page 401 403 =418 @refused;\n"
		    "%serror_page 500 = @spool;\n", indent, indent);
	for (i = 0; i < ARRAY_LEN(pages); i++) {
		if (upload && pages[i].e == ERR_INTERNAL)
			continue;
		row = errors_row(pages[i].e);
		fprintf(out, "%serror_page %s =%d %s%d%s;\n", indent,
		    pages[i].from, row->http, pages[i].early ? "/-/" : "@",
		    row->http, pages[i].early ? "$uri" : "");
	}
}

/* What the preflight has refused, with the status that it named. */
static void
put_refusals(FILE *out)
{
	int http, e;

	fputs("\nlocation @answer {\n\tinclude error.conf;\n"
	    "\tadd_header Retry-After $refusal_retry always;\n", out);
	for (http = 400; http < 600; http++) {
		for (e = OK + 1; e < ERR_COUNT; e++)
			if (errors_row((enum err)e)->http == http)
				break;
		if (e < ERR_COUNT)
			fprintf(out, "\tif ($refusal_status = %d) {\n"
			    "\t\treturn %d $refusal;\n\t}\n", http, http);
	}
	fputs("\treturn 200 $refusal;\n}\n", out);
}

/* All uploads share their places, whatever they bring. */
static void
put_upload(FILE *out, const struct endpoint *endpoint)
{
	ensure(endpoints_body_limit(endpoint) <= room_body_most());
	put_error_pages(out, "\t", true);
	fprintf(out, "\tlimit_conn uploader %lld;\n"
	    "\tlimit_conn uploads %lld;\n\tinclude preflight.conf;\n",
	    (long long)room_uploads_per_address(), (long long)room_uploads());
}

/* A row of the map from paths to what a refusal carries. */
static void
put_failure(FILE *out, const struct endpoint *endpoint)
{
	const struct answer *answer;
	const char *empty;

	fprintf(out, "\t~^(/-/\\d+)?%s?$ \"", endpoint->path);
	for (answer = endpoint->answers; answer->name != NULL; answer++) {
		empty = answer->shape == ANSWER_TIME ? "$now_ms" :
		    answer_shapes[answer->shape].empty;
		if (empty == NULL)
			continue;
		fprintf(out, ",\\\"%s\\\":", answer->name);
		put_quoted(out, empty);
	}
	fputs("\";\n", out);
}

static void
put_location(FILE *out, const struct endpoint *endpoint, size_t path_length)
{
	fprintf(out, "\nlocation = %.*s {\n", (int)path_length,
	    endpoint->path);
	fprintf(out, "\tif ($request_method !~ ^(%s)$) {\n\t\treturn 405;\n"
	    "\t}\n", endpoint->method == METHOD_GET ? "GET|HEAD" : "POST");
	fprintf(out, "\tclient_max_body_size %lld;\n",
	    (long long)endpoints_body_limit(endpoint));
	if (endpoint->pool == POOL_UPLOAD)
		put_upload(out, endpoint);
	fprintf(out, "\tinclude pool-%s.conf;\n}\n",
	    pool_names[endpoint->pool]);
}

/* The first of the client's languages that we speak, as request.c chooses. */
static void
put_language(FILE *out)
{
	static const char *const names[] = { "zh", "en" };
	enum language other = conf->language == language_zh ? language_en :
	    language_zh;

	fprintf(out, "map $http_accept_language $language {\n"
	    "\tdefault %s;\n"
	    "\t\"~*^(?:(?!\\s*(?:zh|en)\\s*(?:[-;,]|$))[^,]*,)*"
	    "\\s*%s\\s*(?:[-;,]|$)\" %s;\n}\n",
	    names[conf->language], names[other], names[other]);
}

/* Where media lies when it is not here, for the page's security policy: the
 * scheme and host of public_url, up to what no host has, so that nothing in
 * it can mean something to nginx. */
static void
put_media_source(FILE *out)
{
	static const char host_bytes[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]";
	const char *url = conf->public_url, *host = strstr(url, "://");
	size_t length = host == NULL ? 0 :
	    (size_t)(host + 3 - url) + strspn(host + 3, host_bytes);

	fprintf(out, "\nmap \"\" $media_source {\n\tdefault \"%.*s\";\n}\n",
	    (int)length, url);
}

static void
put_head(FILE *out, const char *file)
{
	fprintf(out, "# %s - generated by `mini-tiktok describe` from the "
	    "endpoint table,\n# the errors and the settings; do not edit.\n\n",
	    file);
}

/* nginx prefers the header's last address that is none of these. */
void
describe_nginx_proxies(FILE *out)
{
	struct text list = text_of(conf->trusted_proxies);
	struct network network;
	bool good, any = false;

	put_head(out, "proxies.conf");
	for (; network_next(&list, &network, &good); any = true) {
		fputs("set_real_ip_from ", out);
		network_print(out, &network);
		fputs(";\n", out);
	}
	if (any)
		fputs("real_ip_header X-Forwarded-For;\n"
		    "real_ip_recursive on;\n", out);
}

void
describe_nginx_maps(FILE *out)
{
	size_t i;

	put_head(out, "maps.conf");
	put_language(out);
	put_media_source(out);
	fputs("\n# $msec is seconds with three decimals.\n"
	    "map $msec $now_ms {\n\t\"~^(\\d+)\\.(\\d+)$\" \"$1$2\";\n}\n"
	    "\nmap $uri $failure {\n\tdefault \"\";\n", out);
	for (i = 0; i < endpoint_count; i++)
		put_failure(out, &endpoints[i]);
	fputs("}\n", out);
}

void
describe_nginx_locations(FILE *out)
{
	size_t i, length;

	put_head(out, "endpoints.conf");
	put_error_pages(out, "", false);
	for (i = 0; i < ARRAY_LEN(pages); i++)
		put_page(out, errors_row(pages[i].e), pages[i].early);
	put_refusals(out);
	for (i = 0; i < endpoint_count; i++) {
		length = strlen(endpoints[i].path);
		put_location(out, &endpoints[i], length);
		put_location(out, &endpoints[i], length - 1);
	}
}
