/* multipart.h - a multipart/form-data body (RFC 7578, RFC 2046 5.1.1).
 *
 * The body is a file; only a window of MULTIPART_WINDOW bytes of it is ever in
 * memory, so a body of any size costs the same.  Parts with a file name, and
 * the parts that the caller names, are files: their place in the body is noted,
 * their bytes are not read.  All others are fields, at most MULTIPART_FIELD
 * bytes each.  The client's file name is never kept.
 */
#ifndef MULTIPART_H
#define MULTIPART_H

#include <sys/types.h>

#include "form.h"

#define MULTIPART_WINDOW (64 * KIB)
#define MULTIPART_FIELD (16 * KIB)
#define MULTIPART_HEADER (8 * KIB)	/* all header lines of one part */
#define MULTIPART_PARTS 8
#define MULTIPART_BOUNDARY 70		/* RFC 2046 5.1.1 */

#define MULTIPART_FILES 2		/* that one endpoint takes */

/* A file that is expected. */
struct upload {
	const char *name;	/* the part's; NULL where none is expected */
	size_t count;		/* of file parts of this name, the first one of
				 * which is noted, and of those that nobody
				 * expects */
	bool named;		/* it has a file name or holds bytes */
	off_t start, size;
};

/* Finds the boundary in a Content-Type; false when the type is not
 * multipart/form-data or has none. */
bool	multipart_boundary(struct arena *, struct text content_type,
	    struct text *boundary);

/* Reads the whole body; the uploads have the names of what is expected.
 * ERR_FORM_BROKEN when it is malformed or does not reach its final boundary,
 * ERR_TOO_MANY_FIELDS, ERR_PARAM_TOO_LONG. */
enum err	multipart_read(int body, struct text boundary, struct arena *,
	    struct form *, struct upload uploads[MULTIPART_FILES]);

#endif
