/* dial.h - a connection to an address, made within a time.
 *
 * A host's name is looked up at the first call and again after
 * dial_forget(): only then may a call take longer, if the name server does.
 */
#ifndef DIAL_H
#define DIAL_H

#include "address.h"

/* Connects; sets *fd to a socket that never blocks.  Returns NULL, or why not;
 * then *fd is -1. */
const char	*dial_address(const struct address *, int64_t ms, int *fd);

/* Forgets what a host's name means. */
void	dial_forget(void);

/* Waits until the socket is ready for poll(2)'s events; false when the time of
 * base_clock_ms() is over. */
bool	dial_await(int fd, short events, int64_t deadline_ms);

#endif
