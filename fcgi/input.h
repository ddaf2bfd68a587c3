/* input.h - the file in a body becomes the input of a job, without a copy where
 * that can be.
 *
 * A body that nginx has written to the spool is given a second name, in the
 * job's directory, and what stands around the file in it (the form's other
 * fields, perhaps a token) is blanked; the file then begins in the midst of it.
 * From then on the body is the job's, to change.  Where that cannot be (a body
 * of another kind, or nginx runs as somebody else) the file is copied.
 */
#ifndef INPUT_H
#define INPUT_H

#include <sys/types.h>

#include "arena.h"
#include "errors.h"

/* Takes size bytes at start of a body as a file of the job's; *fd, to read and
 * write, is closed with the arena, and the bytes are at *at in it.  DISK_FULL,
 * INTERNAL. */
enum err	input_take(struct arena *, int directory, const char *name,
	    int body, off_t start, off_t size, int *fd, off_t *at);

/* Makes it a file that begins with the bytes, for those who need that. */
enum err	input_settle(struct arena *, int directory, const char *name,
	    int fd, off_t at, off_t size);

#endif
