/* request.h - one request: what came, who asks, what is answered.
 *
 * The only door to libfcgi.  request_accept() blocks for the next request and
 * fills in what nginx says of it (nginx/fastcgi.conf lists the parameters);
 * nothing of the body is read before request_body() is called.  Everything in
 * here lives until request_end(), which also runs the deferred clean-ups.
 *
 * The body: either nginx wrote it to a file and hands over the path
 * (REQUEST_BODY_FILE, uploads), or it comes over FastCGI and is written to a
 * file of ours in memory (small forms) or in the spool (uploads without nginx).
 */
#ifndef REQUEST_H
#define REQUEST_H

#include "arena.h"
#include "conf.h"
#include "errors.h"
#include "form.h"
#include "json.h"
#include "multipart.h"

/* Cap of the arena.  The largest answer is a chat of 1,000 messages of 2,000
 * characters, each six bytes as \u2028: 11.6 MiB. */
#define REQUEST_MEMORY (16 * MIB)
#define REQUEST_FORM (64 * KIB)		/* body of anything but an upload */

enum method { METHOD_GET, METHOD_POST, METHOD_OTHER };

struct endpoint;

/* What was read first of all: gate.h. */
struct gate {
	bool known;
	int64_t site, epoch;
	int64_t highest_user, highest_video, highest_comment;
	int64_t user, other;		/* of whom friends is */
	bool friends;
};

struct request {
	struct arena arena;
	/* what came */
	enum method method;
	struct text path, query, content_type, authorization, remote;
	off_t content_length;
	const char *body_file;		/* NULL: over FastCGI */
	bool preflight;			/* asked before the body is read */
	char id[33];			/* nginx's $request_id */
	struct text prefix;		/* put before media paths */
	enum language language;
	int64_t now_ms;			/* when it came, UTC */
	int64_t clock_ms;		/* the same, monotonic */
	struct form asked;		/* the query's fields */
	struct form sent;		/* the body's */
	struct upload uploads[MULTIPART_FILES];	/* as the table expects */
	int body;			/* descriptor, or -1 */
	/* what is known */
	const struct endpoint *endpoint;
	int64_t viewer;			/* user id, 0 for a guest */
	struct gate gate;
	const char *detail;		/* for {} in a refusal's message */
	/* what is answered */
	struct json reply;
};

/* Opens the listening socket that spawn-fcgi left as descriptor 0. */
bool	request_listen(void);

/* Waits for a request, whose arena is made already; false when the process was
 * told to leave. */
bool	request_accept(struct request *);

/* Reads and parses the body, of which at most limit bytes are accepted; the
 * uploads have the names of the parts that are files.  ERR_BODY_TOO_LARGE,
 * ERR_DISK_FULL and what the parsers say. */
enum err	request_body(struct request *, off_t limit);

/* Refuses with a detail for the message: "return request_refuse(...)". */
enum err	request_refuse(struct request *, enum err, const char *detail);

/* Sends the reply in r->reply with this HTTP status. */
void	request_send(struct request *, int http);

/* Answers a preflight: it may come (nothing is in r->reply), or the reply in
 * r->reply is to be given to the client with this HTTP status. */
void	request_send_verdict(struct request *, int http);

/* Ends the exchange and forgets all of it. */
void	request_end(struct request *);

#endif
