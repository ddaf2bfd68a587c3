/* serve.h - a worker: requests of one pool, one after the other. */
#ifndef SERVE_H
#define SERVE_H

/* Serves the pool on descriptor 0 until told to leave by SIGUSR1, which lets
 * the request in hand finish.  Returns the exit status. */
int	serve_main(const char *pool);

#endif
