/* work.h - the background process.
 *
 * Every second it moves the database's log into the database, goes on with
 * videos that are being deleted, and looks after those that are converted
 * (runner.h); every minute it removes abandoned upload jobs and cuts log files
 * that have grown past WORK_LOG_MOST (the last part is kept beside it as
 * NAME.1).  Several may run: a lock decides which one works.  It leaves on
 * SIGTERM, SIGINT or SIGUSR1.
 */
#ifndef WORK_H
#define WORK_H

#include "base.h"

#define WORK_LOG_MOST (16 * MIB)

/* Works until told to leave; returns the exit status. */
int	work_main(void);

#endif
