/* log.h - one line an event, on standard error, in one write(2).
 *
 * A line is at most LOG_LINE bytes, longer ones are cut; bytes outside
 * printable ASCII and UTF-8 are escaped, so no value can forge a line.  No
 * token, password or query string is ever logged.  What a rule refuses is not
 * an error: it appears in its request's line only.
 */
#ifndef LOG_H
#define LOG_H

#include "base.h"

#define LOG_LINE 1024

enum log_level { LOG_INFO, LOG_WARNING, LOG_ERROR };

/* Names the process in every line that follows, for example "api". */
void	log_name(const char *name);

/* Sets the request that following lines belong to; NULL between requests. */
void	log_request(const char *id);

void	log_line(enum log_level, const char *format, ...)
	    __attribute__((format(printf, 2, 3)));

#endif
