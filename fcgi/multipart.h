/* multipart.h - a multipart/form-data body (RFC 7578, RFC 2046 5.1.1).
 *
 * The body is a file; only a window of MULTIPART_WINDOW bytes of it is ever in
 * memory, so a body of any size costs the same.  Parts with a file name, and
 * the part that the caller names, are files: their place in the body is noted,
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

struct upload {
	size_t count;		/* file parts seen; the first one is noted */
	bool named;		/* it has a file name or holds bytes */
	off_t start, size;
};

/* Finds the boundary in a Content-Type; false when the type is not
 * multipart/form-data or has none. */
bool	multipart_boundary(struct arena *, struct text content_type,
	    struct text *boundary);

/* Reads the whole body.  ERR_FORM_BROKEN when it is malformed or does not
 * reach its final boundary, ERR_TOO_MANY_FIELDS, ERR_PARAM_TOO_LONG. */
enum err	multipart_read(int body, struct text boundary,
	    const char *file_part, struct arena *, struct form *,
	    struct upload *);

#endif
