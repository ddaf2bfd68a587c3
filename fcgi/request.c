#include "request.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fcgiapp.h>

#include "log.h"
#include "site.h"

#define HOST_LONGEST 255

/* A worker serves one request at a time. */
static FCGX_Request exchange;

bool
request_listen(void)
{
	return FCGX_Init() == 0 &&
	    FCGX_InitRequest(&exchange, 0, FCGI_FAIL_ACCEPT_ON_INTR) == 0;
}

static const char *
parameter(const char *name)
{
	const char *value = FCGX_GetParam(name, exchange.envp);

	return value != NULL ? value : "";
}

/* The envelope's language: the first of the client's that we speak (RFC 9110
 * 12.5.4, without weights: browsers list the preferred one first). */
static enum language
choose_language(struct text accepted)
{
	struct text item, tag;

	while (text_split(&accepted, ',', &item)) {
		item = text_trim(item);
		if (!text_split(&item, ';', &tag) ||
		    !text_split(&tag, '-', &item))
			continue;
		item = text_trim(item);
		if (text_is_nocase(item, "zh"))
			return language_zh;
		if (text_is_nocase(item, "en"))
			return language_en;
	}
	return conf->language;
}

/* THREATS 32: a Host that could break out of an address is refused. */
static bool
is_host(struct text host)
{
	size_t i;

	for (i = 0; i < host.length; i++) {
		char c = host.bytes[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || strchr(".:[]-", c) != NULL))
			return false;
	}
	return host.length > 0 && host.length <= HOST_LONGEST;
}

/* What stands before media paths; empty when the request's Host is not one.
 * Without a Host (HTTP/1.0) it is the address that was connected to. */
static struct text
choose_prefix(struct arena *arena)
{
	struct text host = text_of(parameter("HTTP_HOST"));
	struct text fixed = text_of(conf->public_url);

	while (fixed.length > 0 && fixed.bytes[fixed.length - 1] == '/')
		fixed.length--;
	if (host.length == 0)
		host = text_of(parameter("SERVER_ADDRESS"));
	if (!is_host(host))
		return (struct text){ "", 0 };
	if (fixed.length > 0)
		return fixed;
	return text_of(arena_printf(arena, "%s://%.*s",
	    strcmp(parameter("REQUEST_SCHEME"), "https") == 0 ? "https" :
	    "http", (int)host.length, host.bytes));
}

static enum method
read_method(void)
{
	const char *name = parameter("REQUEST_METHOD");

	if (strcmp(name, "POST") == 0)
		return METHOD_POST;
	if (strcmp(name, "GET") == 0 || strcmp(name, "HEAD") == 0)
		return METHOD_GET;
	return METHOD_OTHER;
}

static void
read_parameters(struct request *r)
{
	int64_t length;

	r->method = read_method();
	r->path = text_of(parameter("DOCUMENT_URI"));
	r->query = text_of(parameter("QUERY_STRING"));
	r->content_type = text_of(parameter("CONTENT_TYPE"));
	r->authorization = text_of(parameter("HTTP_AUTHORIZATION"));
	r->remote = text_of(parameter("REMOTE_ADDR"));
	r->body_file = parameter("REQUEST_BODY_FILE");
	r->preflight = parameter("PREFLIGHT")[0] != '\0';
	if (text_integer(text_of(parameter("CONTENT_LENGTH")), &length) &&
	    length > 0)
		r->content_length = length;
	snprintf(r->id, sizeof(r->id), "%s", parameter("REQUEST_ID"));
	r->prefix = choose_prefix(&r->arena);
	r->language = choose_language(
	    text_of(parameter("HTTP_ACCEPT_LANGUAGE")));
}

bool
request_accept(struct request *r)
{
	struct arena arena = r->arena;

	if (FCGX_Accept_r(&exchange) < 0)
		return false;
	memset(r, 0, sizeof(*r));
	r->arena = arena;
	r->body = -1;
	r->now_ms = base_now_ms();
	r->clock_ms = base_clock_ms();
	read_parameters(r);
	log_request(r->id[0] != '\0' ? r->id : NULL);
	return true;
}

/* Copies what comes over FastCGI to a descriptor. */
static enum err
store_stream(int fd, off_t limit)
{
	char bytes[16384];
	off_t total = 0;
	int n;

	while ((n = FCGX_GetStr(bytes, sizeof(bytes), exchange.in)) > 0) {
		if ((total += n) > limit)
			return ERR_BODY_TOO_LARGE;
		if (write(fd, bytes, (size_t)n) != n)
			return errno == ENOSPC || errno == EDQUOT ?
			    ERR_DISK_FULL : ERR_INTERNAL;
	}
	return OK;
}

/* Opens the body as a file: nginx's, or one without a name in the spool (an
 * upload) or in memory (a form). */
static enum err
open_body(struct request *r, off_t limit)
{
	struct stat status;
	bool handed = r->body_file[0] != '\0';

	if (handed)
		r->body = open(r->body_file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW |
		    O_NONBLOCK);
	else if (limit > (off_t)REQUEST_FORM)
		r->body = open(SITE_BODIES, O_TMPFILE | O_RDWR | O_CLOEXEC,
		    0600);
	else
		r->body = memfd_create("body", MFD_CLOEXEC);
	if (r->body < 0) {
		/* nginx removes its file when the client leaves. */
		if (handed && errno == ENOENT)
			return ERR_FORM_BROKEN;
		log_line(LOG_ERROR, "cannot open the body: %s",
		    strerror(errno));
		return ERR_INTERNAL;
	}
	arena_defer_close(&r->arena, r->body);
	if (!handed)
		return store_stream(r->body, limit);
	if (fstat(r->body, &status) != 0 || !S_ISREG(status.st_mode))
		return ERR_INTERNAL;
	return status.st_size > limit ? ERR_BODY_TOO_LARGE : OK;
}

/* An urlencoded body is small, whatever the endpoint allows for a file. */
static enum err
read_urlencoded(struct request *r)
{
	struct stat status;
	char *bytes;

	if (fstat(r->body, &status) != 0)
		return ERR_INTERNAL;
	if (status.st_size > (off_t)REQUEST_FORM)
		return ERR_BODY_TOO_LARGE;
	bytes = arena_take(&r->arena, (size_t)status.st_size + 1);
	if (bytes == NULL)
		return ERR_TOO_BIG;
	if (pread(r->body, bytes, (size_t)status.st_size, 0) != status.st_size)
		return ERR_INTERNAL;
	return form_urlencoded(&r->sent, &r->arena,
	    (struct text){ bytes, (size_t)status.st_size });
}

enum err
request_body(struct request *r, off_t limit)
{
	struct text boundary, type, rest = r->content_type;
	enum err e;

	if (r->content_length == 0 && r->body_file[0] == '\0')
		return OK;
	if (r->content_length > limit)
		return ERR_BODY_TOO_LARGE;
	if ((e = open_body(r, limit)))
		return e;
	r->detail = "multipart/form-data";
	if (multipart_boundary(&r->arena, r->content_type, &boundary))
		return multipart_read(r->body, boundary, &r->arena, &r->sent,
		    r->uploads);
	if (text_split(&rest, ';', &type) && text_is_nocase(text_trim(type),
	    "application/x-www-form-urlencoded"))
		return read_urlencoded(r);
	return OK;
}

enum err
request_refuse(struct request *r, enum err e, const char *detail)
{
	r->detail = detail;
	return e;
}

void
request_send(struct request *r, int http)
{
	const struct json_block *at = NULL;
	struct text piece;

	/* Without a status nginx says "200 OK" by itself. */
	if (http != 200)
		FCGX_FPrintF(exchange.out, "Status: %d Refused\r\n", http);
	FCGX_FPrintF(exchange.out,
	    "Content-Type: application/json; charset=utf-8\r\n"
	    "Content-Length: %ld\r\nCache-Control: no-store\r\n%s\r\n",
	    (long)r->reply.length, http == 429 || http == 503 ?
	    "Retry-After: 1\r\n" : "");
	while ((piece = json_piece(&r->reply, &at)).length > 0)
		FCGX_PutStr(piece.bytes, (int)piece.length, exchange.out);
}

/* A code point beyond ASCII as JSON escapes it (RFC 8259 7). */
static void
put_escaped(uint32_t point)
{
	if (point >= 0x10000) {
		point -= 0x10000;
		FCGX_FPrintF(exchange.out, "\\u%04x\\u%04x",
		    0xd800 | point >> 10, 0xdc00 | (point & 0x3ff));
	} else {
		FCGX_FPrintF(exchange.out, "\\u%04x", point);
	}
}

/* JSON in a header is ASCII.  Ours is UTF-8 that is known to be right; a
 * character may begin in one piece and end in the next. */
static void
put_ascii(const struct json *json)
{
	const struct json_block *at = NULL;
	struct text piece;
	uint32_t point = 0;
	int left = 0;
	size_t i;

	while ((piece = json_piece(json, &at)).length > 0)
		for (i = 0; i < piece.length; i++) {
			unsigned char c = (unsigned char)piece.bytes[i];

			if (c < 0x80) {
				FCGX_PutChar(c, exchange.out);
			} else if (c >= 0xc0) {
				left = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1;
				point = c & (0x3fU >> left);
			} else {
				point = point << 6 | (c & 0x3f);
				if (--left == 0)
					put_escaped(point);
			}
		}
}

void
request_send_verdict(struct request *r, int http)
{
	if (r->reply.length == 0) {
		FCGX_FPrintF(exchange.out, "Status: 204 Welcome\r\n\r\n");
		return;
	}
	/* Of all statuses nginx's auth_request takes only this one and 401 for
	 * a refusal, so that which is meant travels beside it. */
	FCGX_FPrintF(exchange.out, "Status: 403 Refused\r\n"
	    "X-Refusal-Status: %d\r\nX-Refusal: ", http);
	put_ascii(&r->reply);
	FCGX_FPrintF(exchange.out, "\r\n\r\n");
}

void
request_end(struct request *r)
{
	/* Clean-ups first: who has the whole answer finds nothing left. */
	arena_reset(&r->arena);
	FCGX_Finish_r(&exchange);
	log_request(NULL);
}
