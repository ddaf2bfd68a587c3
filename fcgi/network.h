/* network.h - ranges of addresses, as the setting trusted_proxies lists them.
 *
 *   10.0.0.0/8, 192.0.2.7 2001:db8::/32
 *
 * separated by blanks or commas; an address alone is itself.  What stands
 * behind the prefix is dropped.  What is printed is ours, never the text that
 * came, so nothing in that can mean something to who reads it.
 */
#ifndef NETWORK_H
#define NETWORK_H

#include <stdio.h>

#include "text.h"

struct network {
	int family;		/* AF_INET, AF_INET6 */
	unsigned char bytes[16];
	int bits;		/* 1 … 32, 128: all addresses are no range */
};

/* Takes the first off the front of a list; false when nothing is left, or when
 * it is none of the above: then *good is false. */
bool	network_next(struct text *list, struct network *, bool *good);

/* Prints it as 10.0.0.0/8. */
void	network_print(FILE *, const struct network *);

#endif
