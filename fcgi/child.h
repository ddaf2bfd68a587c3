/* child.h - running another program, with nothing that it does not need.
 *
 * The program is started without a shell, from its absolute path, with fixed
 * arguments, an empty environment, no descriptor but the three standard ones
 * (input is /dev/null), in the given directory, in a process group of its own,
 * at low priority, with limits on address space, processor time, file size and
 * descriptors, without a network where the system allows that, and as `nobody`
 * when we are root.  Where the kernel knows how, it reaches no file but its
 * directory, itself and the libraries (fence.h), and starts nothing (filter.h),
 * unless it is a script, which needs that.  It dies with its parent, and the
 * whole group is killed at the deadline.  Never more than CHILD_OUTPUT bytes of
 * each stream are kept; what comes after is read and dropped, so a chatty child
 * does not hang.
 *
 * One child at a time per process; the call returns when it has ended.
 */
#ifndef CHILD_H
#define CHILD_H

#include <sys/types.h>

#include "arena.h"
#include "text.h"

#define CHILD_OUTPUT ((size_t)64 << 10)

struct child {
	/* asked */
	int directory;			/* descriptor of where it runs */
	const char *const *argv;	/* argv[0] is an absolute path */
	int64_t deadline_ms;		/* wall clock, from the start */
	size_t memory;			/* bytes of address space */
	off_t file_size;		/* bytes of the largest file written */
	bool background;		/* at the lowest priority there is */
	/* for tests: it may start others; what it may read (fence.h) */
	bool starts_others;
	const char *const *readable;
	/* answered */
	enum child_end {
		CHILD_OK,	/* exit status 0 */
		CHILD_FAILED,	/* another status, or a signal */
		CHILD_LATE,	/* killed at a limit on time */
		CHILD_MISSING,	/* the program cannot be executed */
		CHILD_SYSTEM,	/* fork or pipe failed; errno says why */
	} end;
	int status;			/* exit status, or minus the signal */
	struct text output, messages;	/* in the arena */
};

/* Runs the child to its end and fills the lower half. */
void	child_run(struct child *, struct arena *);

/* Gives a directory to the user that children run as: `nobody` for root,
 * ourselves otherwise.  Returns 0 or -1 with errno. */
int	child_own(int directory);

#endif
