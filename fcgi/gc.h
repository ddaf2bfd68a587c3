/* gc.h - files without a row, and rows without their files.
 *
 * A served file that no row names is what a process left that died between
 * placing it and committing its row: an orphan.  It is removed once it has had
 * its name for the setting orphan_seconds, but never while its publication is
 * in progress: that holds the file by a lock (spool_keep()), so its end is
 * known and not guessed.  Only names as place.c makes them are ever looked at.
 * What the dead left in the spool goes with it (spool.h).
 *
 * A row whose file is gone cannot be mended here: it is counted and told.
 *
 * For `work`, which does this from time to time, and `admin gc`.
 */
#ifndef GC_H
#define GC_H

#include <stdio.h>

#include "errors.h"

struct gc {
	size_t orphans, abandoned;	/* served files; parts of the spool */
	size_t missing;			/* rows without a file of theirs */
	uint64_t missing_which;		/* another number for another set */
};

/* Looks at everything; removes what belongs to nobody if told to.  What is
 * found is written to list, a line each, where that is not NULL. */
enum err	gc_run(struct gc *, bool remove, FILE *list);

/* Every how many seconds it is worth the while. */
unsigned	gc_period(void);

#endif
