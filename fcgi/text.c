#include "text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* "9007199254740991.000000e+00" and the like; longer is nobody's number. */
#define NUMBER_LONGEST 64

struct text
text_of(const char *string)
{
	if (string == NULL)
		return (struct text){ "", 0 };
	return (struct text){ string, strlen(string) };
}

bool
text_is(struct text text, const char *string)
{
	return strlen(string) == text.length &&
	    memcmp(text.bytes, string, text.length) == 0;
}

bool
text_is_nocase(struct text text, const char *string)
{
	return strlen(string) == text.length &&
	    strncasecmp(text.bytes, string, text.length) == 0;
}

bool
text_starts(struct text text, const char *prefix)
{
	size_t n = strlen(prefix);

	return text.length >= n && memcmp(text.bytes, prefix, n) == 0;
}

bool
text_split(struct text *rest, char separator, struct text *piece)
{
	const char *end;

	if (rest->length == 0)
		return false;
	*piece = *rest;
	end = memchr(rest->bytes, separator, rest->length);
	if (end == NULL) {
		*rest = (struct text){ rest->bytes + rest->length, 0 };
		return true;
	}
	piece->length = (size_t)(end - rest->bytes);
	rest->bytes = end + 1;
	rest->length -= piece->length + 1;
	return true;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct text
text_trim(struct text text)
{
	while (text.length > 0 && is_blank(text.bytes[0])) {
		text.bytes++;
		text.length--;
	}
	while (text.length > 0 && is_blank(text.bytes[text.length - 1]))
		text.length--;
	return text;
}

/* Reads one code point of RFC 3629 UTF-8; returns its length, 0 if none. */
static size_t
read_point(const unsigned char *s, size_t n, uint32_t *point)
{
	static const uint32_t lowest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t length, i;

	length = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 :
	    s[0] < 0xf0 ? 3 : s[0] < 0xf5 ? 4 : 0;
	if (length == 0 || length > n)
		return 0;
	*point = length == 1 ? s[0] : s[0] & (0x7fU >> length);
	for (i = 1; i < length; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*point = *point << 6 | (s[i] & 0x3f);
	}
	if (*point < lowest[length] || *point > 0x10ffff ||
	    (*point >= 0xd800 && *point <= 0xdfff))
		return 0;
	return length;
}

/* Line separators, what turns the order of other text around, and what takes
 * no room at all; joiners (U+200C, U+200D) belong to words and emoji. */
static bool
is_deceptive(uint32_t point)
{
	return point == 0x200b || point == 0x200e || point == 0x200f ||
	    (point >= 0x2028 && point <= 0x202e) ||
	    (point >= 0x2060 && point <= 0x2069) || point == 0xfeff;
}

static bool
is_allowed(uint32_t point, enum text_rule rule)
{
	if (rule == TEXT_LINES && (point == '\n' || point == '\t'))
		return true;
	return point >= 0x20 && !(point >= 0x7f && point <= 0x9f) &&
	    !(rule == TEXT_LINE && is_deceptive(point));
}

bool
text_check(struct text text, enum text_rule rule, size_t *points)
{
	const unsigned char *s = (const unsigned char *)text.bytes;
	size_t at = 0, n;
	uint32_t point;

	for (*points = 0; at < text.length; at += n, ++*points) {
		n = read_point(s + at, text.length - at, &point);
		if (n == 0 || !is_allowed(point, rule))
			return false;
	}
	return true;
}

/* Collects the digits of a decimal mantissa; false on any other character.
 * Zeros in front are dropped, so a long run of them is still a number. */
static bool
read_mantissa(struct text text, char *digits, size_t *count, int *fraction)
{
	bool point = false, any = false;
	size_t i;

	*count = 0;
	*fraction = 0;
	for (i = 0; i < text.length; i++) {
		char c = text.bytes[i];

		if (c == '.' && !point) {
			point = true;
			continue;
		}
		if (c < '0' || c > '9')
			return false;
		any = true;
		if (point)
			++*fraction;
		if (*count > 0 || c != '0')
			digits[(*count)++] = c;
	}
	return any;
}

static bool
read_exponent(struct text text, int *exponent)
{
	bool minus = text.length > 0 && text.bytes[0] == '-';
	size_t i = minus || (text.length > 0 && text.bytes[0] == '+');

	if (i == text.length || text.length - i > 3)
		return false;
	for (*exponent = 0; i < text.length; i++) {
		if (text.bytes[i] < '0' || text.bytes[i] > '9')
			return false;
		*exponent = *exponent * 10 + (text.bytes[i] - '0');
	}
	if (minus)
		*exponent = -*exponent;
	return true;
}

/* digits × 10^scale as an integer; false on a fraction or an overflow. */
static bool
scale_digits(const char *digits, size_t count, int scale, bool minus,
    int64_t *value)
{
	uint64_t limit = (uint64_t)INT64_MAX + (minus ? 1 : 0), n = 0;
	size_t i;

	for (; scale < 0 && count > 0; scale++)
		if (digits[--count] != '0')
			return false;
	for (i = 0; count > 0 && i < count + (size_t)scale; i++) {
		uint64_t digit = i < count ? (uint64_t)(digits[i] - '0') : 0;

		if (n > (limit - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	*value = minus ? (int64_t)(0 - n) : (int64_t)n;
	return true;
}

bool
text_integer(struct text text, int64_t *value)
{
	char digits[NUMBER_LONGEST];
	struct text mantissa, power;
	bool minus;
	size_t count, e;
	int fraction, exponent = 0;

	text = text_trim(text);
	if (text.length == 0 || text.length > NUMBER_LONGEST)
		return false;
	minus = text.bytes[0] == '-';
	if (minus || text.bytes[0] == '+') {
		text.bytes++;
		text.length--;
	}
	for (e = 0; e < text.length && (text.bytes[e] | 0x20) != 'e';)
		e++;
	mantissa = (struct text){ text.bytes, e };
	if (!read_mantissa(mantissa, digits, &count, &fraction))
		return false;
	if (e < text.length) {
		power = (struct text){ text.bytes + e + 1,
		    text.length - e - 1 };
		if (!read_exponent(power, &exponent))
			return false;
	}
	return scale_digits(digits, count, exponent - fraction, minus, value);
}
