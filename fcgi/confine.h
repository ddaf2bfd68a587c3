/* confine.h - a new process gives up everything that ffmpeg does not need.
 *
 * confine_prepare() is called before the fork; confine_self() in the new
 * process, between fork and exec, where only async-signal-safe calls are
 * allowed.  A limit that cannot be set is a failure, the program must not be
 * started then.  Four things are best effort, as not every system offers them
 * and others stand behind them: the priorities, a network namespace of its
 * own, the fence around files (fence.h) and the filter of system calls
 * (filter.h).
 *
 * For child.c only.
 */
#ifndef CONFINE_H
#define CONFINE_H

#include <sys/types.h>

#include "fence.h"

struct confine {
	size_t memory;		/* bytes of address space */
	off_t file_size;	/* bytes of the largest file written */
	int64_t seconds;	/* of processor time */
	bool background;	/* only when nobody else works */
	struct fence fence;
	/* set by confine_prepare() */
	bool root;
	uid_t user;
	gid_t group;
	pid_t parent;
};

/* Looks up the user and the parent; the upper half is the caller's. */
void	confine_prepare(struct confine *);

/* Leaves the network, the user and the privileges, takes the limits and dies
 * with the parent from here on, and may then do little but start the program
 * (that very pointer); false with errno. */
bool	confine_self(const struct confine *);

#endif
