/* text.h - bytes with a length, and the few questions asked of them.
 *
 * A text owns nothing and need not end in NUL; it lives as long as what it
 * points into.  The number rules are API.md's P6: the official tests send
 * ids of a million and more as "1e+06".
 */
#ifndef TEXT_H
#define TEXT_H

#include "base.h"

struct text {
	const char *bytes;
	size_t length;
};

#define TEXT(literal) ((struct text){ literal, sizeof(literal) - 1 })

enum text_rule {
	TEXT_LINE,	/* no control characters, nothing that deceives */
	TEXT_LINES,	/* the same, but \n and \t are fine */
};

struct text	text_of(const char *string);
bool	text_is(struct text, const char *string);
bool	text_is_nocase(struct text, const char *string);
bool	text_starts(struct text, const char *prefix);

/* Takes the bytes before the first separator off the front of *rest (all of
 * it when there is none); false once nothing is left. */
bool	text_split(struct text *rest, char separator, struct text *piece);

/* Drops blanks (space, tab) at both ends. */
struct text	text_trim(struct text);

/* Whether the text is UTF-8 (RFC 3629: shortest form, no surrogates) and
 * follows the rule; sets the number of code points when it does. */
bool	text_check(struct text, enum text_rule, size_t *points);

/* Reads an integer: blanks around it, a sign, digits, and also an integral
 * value in decimal or exponent form ("12.0", "1e+06").  False when it is
 * anything else, a fraction, or does not fit in 64 bits. */
bool	text_integer(struct text, int64_t *);

#endif
