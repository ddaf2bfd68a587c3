#include "serve.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

#include "endpoints.h"
#include "gate.h"
#include "log.h"
#include "quota.h"
#include "room.h"
#include "store.h"
#include "token.h"
#include "view.h"

#define REST_MS 1000

static enum pool pool;

static enum err
find(struct request *r)
{
	const struct endpoint *endpoint = endpoints_find(r->path);

	if (endpoint == NULL ||
	    (r->preflight ? pool != POOL_API || endpoint->pool != POOL_UPLOAD :
	    endpoint->pool != pool))
		return ERR_NOT_FOUND;
	r->endpoint = endpoint;
	return r->method == endpoint->method ? OK : ERR_METHOD;
}

static enum err
admit(struct request *r)
{
	if (r->prefix.length == 0)
		return ERR_BAD_REQUEST;
	store_read_only(r->method == METHOD_GET || r->preflight);
	return OK;
}

/* The token: a parameter, else the header (RFC 6750 2.1). */
static bool
find_token(struct request *r, struct text *token)
{
	struct text scheme, rest = r->authorization;

	if (args_find(r, "token", "Token", token))
		return true;
	if (!text_split(&rest, ' ', &scheme) ||
	    !text_is_nocase(scheme, "Bearer"))
		return false;
	*token = text_trim(rest);
	return token->length > 0;
}

static bool
form_has_token(const struct request *r)
{
	struct text token;

	return form_find(&r->sent, "token", &token) ||
	    form_find(&r->sent, "Token", &token);
}

/* Whose token it is, if the account still exists and has not ended it. */
static enum err
verify(struct request *r, struct text text)
{
	struct token token;
	int64_t version;
	enum err e;

	if ((e = token_read(text, r->now_ms, &token)) ||
	    (e = gate_pass(r, token.user_id, &version)))
		return e;
	if (version != token.version)
		return ERR_TOKEN_INVALID;
	r->viewer = token.user_id;
	return OK;
}

static bool
needs_token(enum login login)
{
	return login == LOGIN_REQUIRED || (login == LOGIN_READER &&
	    conf->anonymous_reads == anonymous_reads_off);
}

static enum err
identify(struct request *r)
{
	enum login login = r->endpoint->login;
	struct text text;
	enum err e;

	if (login == LOGIN_NONE || (r->viewer != 0 && !form_has_token(r)))
		return OK;
	r->viewer = 0;
	if (!find_token(r, &text))
		return needs_token(login) ? ERR_TOKEN_MISSING : gate_need(r);
	e = verify(r, text);
	return e == ERR_TOKEN_INVALID && login == LOGIN_LENIENT ?
	    gate_need(r) : e;
}

/* The parts that are files, by the table. */
static void
expect_files(struct request *r)
{
	const struct endpoint *endpoint = r->endpoint;
	size_t i, files = 0;

	for (i = 0; i < endpoint->param_count; i++) {
		if (endpoint->params[i].kind != PARAM_PART)
			continue;
		ensure(files < MULTIPART_FILES);
		r->uploads[files++].name = endpoint->params[i].name;
	}
}

static int64_t
bytes_of_files(const struct request *r)
{
	int64_t bytes = 0;
	size_t i;

	for (i = 0; i < MULTIPART_FILES; i++)
		bytes += r->uploads[i].size;
	return bytes;
}

/* A token outside the body is checked before the body is taken; one that stands
 * in the form comes before the header's, so identify() is asked again. */
static enum err
collect(struct request *r)
{
	struct text token;
	enum err e;

	if ((e = form_urlencoded(&r->asked, &r->arena, r->query)) ||
	    (find_token(r, &token) && (e = identify(r))))
		return e;
	expect_files(r);
	return request_body(r, endpoints_body_limit(r->endpoint));
}

/* An upload of so many bytes: whether there is room, and whether its sender
 * may, if they are known already.  What publishes decides once more. */
static enum err
allow(struct request *r, int64_t bytes)
{
	enum err e;

	if (r->endpoint->pool != POOL_UPLOAD)
		return OK;
	if ((e = room_on_disk(r->preflight ? bytes : 0)) ||
	    (r->preflight && (e = room_in_spool(bytes))))
		return e;
	return r->viewer != 0 && r->endpoint->quota ?
	    quota_check(&r->arena, r->viewer, r->now_ms, bytes, &r->detail) :
	    OK;
}

/* What can be known of an upload of which only the head has come. */
static enum err
foresee(struct request *r)
{
	struct text token;
	int64_t file = r->content_length - (int64_t)REQUEST_FORM;
	enum err e;

	if ((e = form_urlencoded(&r->asked, &r->arena, r->query)) ||
	    (find_token(r, &token) && (e = identify(r))))
		return e;
	return allow(r, file > 0 ? file : 0);
}

static enum err
decode(struct request *r, void **args)
{
	if ((*args = arena_take(&r->arena, r->endpoint->args_size)) == NULL)
		return ERR_TOO_BIG;
	return args_decode(r, r->endpoint->params, r->endpoint->param_count,
	    *args);
}

static void
open_envelope(struct request *r, int code, struct text message)
{
	json_start(&r->reply, &r->arena);
	json_open(&r->reply, NULL);
	json_put_integer(&r->reply, "status_code", code);
	json_put_string(&r->reply, "status_msg", message);
}

/* What a handler writes must not fail for want of memory once it is committed,
 * so what came may take half of it at most. */
static enum err
spare(const struct request *r)
{
	return r->arena.taken <= REQUEST_MEMORY / 2 &&
	    !arena_full(&r->arena) ? OK : ERR_TOO_BIG;
}

static enum err
run(struct request *r, const void *args)
{
	enum err e;

	open_envelope(r, 0, text_of(r->endpoint->done[r->language]));
	if ((e = r->endpoint->run(r, args)))
		return e;
	json_close(&r->reply);
	return arena_full(&r->arena) ? ERR_TOO_BIG : OK;
}

/* The endpoint's members, empty. */
static void
put_empty(struct request *r)
{
	const struct answer *answer;
	const char *empty;

	for (answer = r->endpoint->answers; answer->name != NULL; answer++) {
		empty = answer_shapes[answer->shape].empty;
		if (answer->shape == ANSWER_TIME)
			json_put_integer(&r->reply, answer->name, r->now_ms);
		else if (empty != NULL)
			json_put_raw(&r->reply, answer->name, text_of(empty));
	}
}

/* A refusal: the message in the client's language, the endpoint's payload. */
static void
refuse(struct request *r, enum err e)
{
	/* A full arena has no room for its own refusal: what it holds is not
	 * needed any more, but for the detail, which is a constant then. */
	if (arena_full(&r->arena))
		r->arena.taken = 0;
	open_envelope(r, errors_row(e)->code,
	    text_of(errors_text(e, r->language, r->detail, &r->arena)));
	if (r->endpoint != NULL)
		put_empty(r);
	json_close(&r->reply);
}

/* Each step either fills its part of the request or says why it will not. */
static enum err
work(struct request *r)
{
	void *args;
	enum err e;

	if ((e = find(r)) || (e = admit(r)))
		return e;
	if (r->preflight)
		return foresee(r);
	if ((e = collect(r)) || (e = decode(r, &args)) || (e = identify(r)) ||
	    (e = spare(r)) || (e = allow(r, bytes_of_files(r))) ||
	    (e = run(r, args)))
		return e;
	return OK;
}

static void
answer(struct request *r)
{
	enum err e = work(r);
	int http = e ? errors_http(e) : 200;

	if (e)
		refuse(r, e);
	if (r->preflight)
		request_send_verdict(r, http);
	else
		request_send(r, http);
	log_line(LOG_INFO, "%.*s%s %d %s user=%lld %lld ms %zu bytes",
	    (int)r->path.length, r->path.bytes,
	    r->preflight ? " preflight" : "", http,
	    e ? errors_row(e)->name : "OK", (long long)r->viewer,
	    (long long)(base_clock_ms() - r->clock_ms), r->reply.length);
}

static bool
start(const char *name)
{
	for (pool = 0; pool < POOL_COUNT; pool++)
		if (strcmp(pool_names[pool], name) == 0)
			break;
	if (pool == POOL_COUNT) {
		log_line(LOG_ERROR, "there is no pool %s", name);
		return false;
	}
	log_name(name);
	/* A supervisor that is killed takes its workers along. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (!token_start() || store_open())
		return false;
	view_start();
	if (request_listen())
		return true;
	log_line(LOG_ERROR, "descriptor 0 is not a socket to serve");
	return false;
}

int
serve_main(const char *name)
{
	static struct request request;

	/* The supervisor starts another at once: not thirty a second. */
	if (!start(name)) {
		base_rest(REST_MS);
		return 1;
	}
	arena_init(&request.arena, REQUEST_MEMORY);
	log_line(LOG_INFO, "serving");
	while (request_accept(&request)) {
		answer(&request);
		request_end(&request);
	}
	arena_free(&request.arena);
	store_close();
	log_line(LOG_INFO, "leaving");
	return 0;
}
