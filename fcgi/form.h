/* form.h - names and values, from a query string or an urlencoded body.
 *
 * At most FORM_FIELDS fields; of equal names the first counts (API.md P4).
 * Decoding follows the URL standard's application/x-www-form-urlencoded: '+'
 * is a blank, %XX a byte, a stray '%' stays as it is.
 */
#ifndef FORM_H
#define FORM_H

#include "arena.h"
#include "errors.h"
#include "text.h"

#define FORM_FIELDS 64

struct form {
	size_t count;
	struct field {
		struct text name, value;
	} field[FORM_FIELDS];
};

/* Appends the fields of an urlencoded string; ERR_TOO_MANY_FIELDS. */
enum err	form_urlencoded(struct form *, struct arena *, struct text);

/* Appends one field; ERR_TOO_MANY_FIELDS. */
enum err	form_add(struct form *, struct text name, struct text value);

/* Finds the first field of that name; false when there is none. */
bool	form_find(const struct form *, const char *name, struct text *value);

#endif
