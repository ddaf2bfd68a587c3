/* address.h - where a Redis is: the setting redis_url, taken apart.
 *
 *   redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE]
 *   unix://[[USER]:PASSWORD@]/PATH[?db=DATABASE]
 *   unix:PATH[?db=DATABASE]       relative to the site's directory, or absolute
 *
 * USER, PASSWORD and PATH may hold %XX; an IPv6 HOST stands in brackets.  The
 * port is 6379 and the database 0 where nothing is said.
 */
#ifndef ADDRESS_H
#define ADDRESS_H

#include "text.h"

#define ADDRESS_PATH 108	/* a socket's, with its NUL: unix(7) */
#define ADDRESS_HOST 256
#define ADDRESS_NAME 128

struct address {
	bool is_unix;
	char path[ADDRESS_PATH];
	char host[ADDRESS_HOST], port[6];
	/* empty: not given */
	char user[ADDRESS_NAME], password[ADDRESS_NAME];
	int database;		/* 0 … 65535 */
};

/* Takes an address apart; false when it is none of the above or too long. */
bool	address_parse(struct text, struct address *);

#endif
