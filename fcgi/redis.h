/* redis.h - the one door to Redis: pipelines with a deadline.
 *
 *   if (!redis_open(REDIS_MAY_TRY))
 *           … do without …
 *   redis_command("GET", 1, &key);
 *   if (redis_trip() && (reply = redis_reply(0)) …)
 *
 * Promises (I3): a trip takes at most redis_command_ms, all of its commands
 * together, and a greeting redis_connect_ms and as much again; whatever goes
 * wrong closes the connection and opens the breaker for all processes of the
 * site, so that others do not wait for the same.  Nothing is ever sent again,
 * and no connection is made anew within what one redis_open() began.
 *
 * Which server it is: a server that is started anew may have old memory, from a
 * dump, and behind one address there may be another server than before.  The
 * greeting asks for the server's run_id, and redis_incarnation() is a number
 * that changes whenever any process of the site meets another run; a connection
 * to a run that is not the site's present one is not used.
 *
 * One connection a process, made when first needed.  SELECT is not sent for
 * database 0.
 */
#ifndef REDIS_H
#define REDIS_H

#include "text.h"

struct redisReply;

enum redis_trial { REDIS_NO_TRIAL, REDIS_MAY_TRY };

/* Whether calls go on: Redis is switched on and the breaker is closed. */
bool	redis_is_up(void);

/* The same for a reader: also when it is time for the breaker's trial. */
bool	redis_is_usable(void);

/* Makes sure of a connection and begins a pipeline; false: do without.  May the
 * caller make the breaker's trial?  Not one who holds others up. */
bool	redis_open(enum redis_trial);

/* The run of the server that the pipeline goes to; never 0. */
uint64_t	redis_incarnation(void);

/* Whether the connection is still the one that had this serial number, and no
 * pipeline has begun since; redis_more() then begins one on it. */
uint64_t	redis_serial(void);
bool	redis_more(uint64_t serial);

/* Puts a command with its arguments into the pipeline; of one that is too long
 * redis_trip() will tell. */
void	redis_command(const char *name, size_t count, const struct text *);

/* Sends the pipeline and waits for all replies; false when that failed. */
bool	redis_trip(void);

/* The replies of the last trip, as many as commands; they live until the next
 * pipeline begins. */
const struct redisReply	*redis_reply(size_t number);

/* Questions on a reply. */
bool	redis_is_status(const struct redisReply *, const char *status);
bool	redis_is_nil(const struct redisReply *);
bool	redis_is_list(const struct redisReply *, size_t length);
const struct redisReply	*redis_item(const struct redisReply *, size_t);
/* False for anything but a string. */
bool	redis_bytes(const struct redisReply *, struct text *);

/* The caller does not understand a reply: the same as a failed trip. */
void	redis_fail(const char *why);

#endif
