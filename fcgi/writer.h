/* writer.h - the writers' queue: a lock file with a mark in it.
 *
 * Writers wait in line on a flock(2), so that nobody meets a busy database.
 * The file's first byte is the mark of cache.h (I1): it is set while a writer
 * has changed, or may have changed, what the cache does not know yet.  Whoever
 * finds it set knows that a writer died half-way, and has to raise the epoch
 * before anything else; the kernel gives the dead one's lock back, but not the
 * mark.
 *
 * For the store alone.
 */
#ifndef WRITER_H
#define WRITER_H

#include "errors.h"

/* Opens the lock file, once a process. */
enum err	writer_open(void);
void	writer_close(void);

/* Waits for one's turn; *found says whether a dead writer has left its mark. */
enum err	writer_lock(bool *found);
void	writer_unlock(void);

/* Sets the mark; by who has the lock. */
enum err	writer_mark(void);

/* Clears it.  Should that fail it stays, and the next one raises the epoch. */
void	writer_unmark(void);

#endif
