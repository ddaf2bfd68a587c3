/* reconcile.h - every count compared with the rows that it counts.
 *
 * None should ever be wrong (I2); this is how one who runs a site makes sure,
 * and mends a database that was changed by other hands.
 */
#ifndef RECONCILE_H
#define RECONCILE_H

#include <stdio.h>

#include "errors.h"

/* So many wrong ones are told, and mended, at a time. */
#define RECONCILE_MOST 1000

/* Prints each count that is wrong and a line that sums up.  With mend they are
 * put right, all in one transaction.  *left is how many stay wrong, and *more
 * whether there may be others beyond RECONCILE_MOST. */
enum err	reconcile_run(FILE *, bool mend, size_t *left, bool *more);

#endif
