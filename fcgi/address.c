#include "address.h"

#include <stdio.h>
#include <string.h>

#define PORT_MOST 65535
#define DATABASE_MOST 65535

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Copies a text that is not empty with its %XX decoded. */
static bool
unescape(struct text from, char *to, size_t size)
{
	size_t i, n = 0;
	int high, low;
	char c;

	for (i = 0; i < from.length; i++, n++) {
		c = from.bytes[i];
		if (c == '%') {
			if (from.length - i < 3 ||
			    (high = hex(from.bytes[i + 1])) < 0 ||
			    (low = hex(from.bytes[i + 2])) < 0)
				return false;
			c = (char)(high * 16 + low);
			i += 2;
		}
		if (c == '\0' || n + 1 >= size)
			return false;
		to[n] = c;
	}
	to[n] = '\0';
	return n > 0;
}

/* Decimal digits and nothing else. */
static bool
read_number(struct text text, int most, int *number)
{
	size_t i;

	*number = 0;
	for (i = 0; i < text.length; i++) {
		if (text.bytes[i] < '0' || text.bytes[i] > '9')
			return false;
		*number = *number * 10 + (text.bytes[i] - '0');
		if (*number > most)
			return false;
	}
	return text.length > 0;
}

/* Drops n bytes at the front. */
static struct text
after(struct text text, size_t n)
{
	return (struct text){ text.bytes + n, text.length - n };
}

/* Takes [[USER]:PASSWORD@] off the front. */
static bool
read_login(struct text *rest, struct address *address)
{
	const char *at = memchr(rest->bytes, '@', rest->length);
	struct text login, user;

	if (at == NULL)
		return true;
	login = (struct text){ rest->bytes, (size_t)(at - rest->bytes) };
	*rest = after(*rest, login.length + 1);
	if (memchr(login.bytes, ':', login.length) == NULL)
		return false;
	text_split(&login, ':', &user);
	return (user.length == 0 || unescape(user, address->user,
	    sizeof(address->user))) &&
	    unescape(login, address->password, sizeof(address->password));
}

/* A host: a name, an IPv4 address, or an IPv6 one in brackets. */
static bool
read_host(struct text *rest, struct address *address)
{
	const char *end;
	size_t skip = 0, length = 0;

	if (text_starts(*rest, "[")) {
		if ((end = memchr(rest->bytes, ']', rest->length)) == NULL)
			return false;
		skip = 1;
		length = (size_t)(end - rest->bytes) - 1;
	} else {
		while (length < rest->length && rest->bytes[length] != ':' &&
		    rest->bytes[length] != '/')
			length++;
	}
	if (length == 0 || length >= sizeof(address->host) ||
	    memchr(rest->bytes, '%', length + skip) != NULL)
		return false;
	memcpy(address->host, rest->bytes + skip, length);
	address->host[length] = '\0';
	*rest = after(*rest, length + 2 * skip);
	return true;
}

/* HOST[:PORT][/DATABASE] */
static bool
read_tcp(struct text rest, struct address *address)
{
	struct text digits;
	int port = 6379;

	if (!read_host(&rest, address))
		return false;
	if (rest.length > 0 && rest.bytes[0] == ':') {
		text_split(&rest, '/', &digits);
		if (!read_number(after(digits, 1), PORT_MOST, &port) ||
		    port == 0)
			return false;
	} else if (rest.length > 0) {
		if (rest.bytes[0] != '/')
			return false;
		rest = after(rest, 1);
	}
	snprintf(address->port, sizeof(address->port), "%d", port);
	return rest.length == 0 ||
	    read_number(rest, DATABASE_MOST, &address->database);
}

/* PATH[?db=DATABASE] */
static bool
read_unix(struct text rest, struct address *address)
{
	struct text path;

	address->is_unix = true;
	if (!text_split(&rest, '?', &path) ||
	    !unescape(path, address->path, sizeof(address->path)))
		return false;
	if (rest.length == 0)
		return true;
	return text_starts(rest, "db=") && read_number(after(rest, 3),
	    DATABASE_MOST, &address->database);
}

bool
address_parse(struct text text, struct address *address)
{
	*address = (struct address){ 0 };
	if (text_starts(text, "redis://")) {
		text = after(text, 8);
		return read_login(&text, address) && read_tcp(text, address);
	}
	if (text_starts(text, "unix://")) {
		text = after(text, 7);
		return read_login(&text, address) &&
		    text_starts(text, "/") && read_unix(text, address);
	}
	return text_starts(text, "unix:") &&
	    read_unix(after(text, 5), address);
}
