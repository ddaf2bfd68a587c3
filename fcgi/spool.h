/* spool.h - a directory of its own for each upload that is worked on.
 *
 * The directory is new, belongs to the user that children run as, and is held
 * by a lock (flock) of the process that works in it: it goes away with the
 * arena, and what a dead process left is removed by spool_sweep(), which can
 * tell by the lock and need not guess by age.  No symbolic link is followed,
 * and nothing outside of the spool is removed, whatever a child may have made.
 *
 * For media.c, picture.c and convert.c, and for those who tidy up.
 */
#ifndef SPOOL_H
#define SPOOL_H

#include <stdio.h>
#include <sys/types.h>

#include "arena.h"
#include "errors.h"

#define SPOOL_NAME 64

/* Makes a job's directory; *directory is closed with the arena.  DISK_FULL,
 * INTERNAL. */
enum err	spool_open(struct arena *, int *directory,
	    char name[SPOOL_NAME]);

/* Copies a part of a file to a new file of the job; *fd is closed with the
 * arena.  DISK_FULL, INTERNAL. */
enum err	spool_copy(struct arena *, int directory, const char *name,
	    int from, off_t start, off_t size, int *fd);

/* Opens a file that a child has made: a plain file, not empty, with one name.
 * Returns a descriptor to close, or -1. */
int	spool_result(int directory, const char *name, off_t *size);

/* Makes what a child has made ours, readable for all, and lasting.  Until the
 * arena's end it is locked (flock), also under its later name, so that gc.h
 * knows a publication in progress.  FFMPEG_FAILED, DISK_FULL, INTERNAL. */
enum err	spool_keep(struct arena *, int directory, const char *name);

/* What all that lies there takes, in bytes on the disk. */
int64_t	spool_size(void);

/* The bytes of the originals alone. */
int64_t	spool_originals(void);

/* Finds the directories of dead processes, and bodies that an nginx worker
 * left when it was killed; returns how many.  Removes them if told to, and
 * writes a line for each to list where that is not NULL. */
size_t	spool_sweep(bool remove, FILE *list);

/* What a failed system call on files means, with a line in the log. */
enum err	spool_failure(const char *what);

#endif
