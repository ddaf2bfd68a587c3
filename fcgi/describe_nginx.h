/* describe_nginx.h - the endpoint table as nginx configuration.
 *
 * Each endpoint has two exact locations, with and without the final slash: one
 * alone would answer the other with a redirect, which turns a POST into a GET.
 * What nginx refuses by itself carries the same JSON envelope as our own
 * refusals and, inside an endpoint's location, its failure payload.  That comes
 * from a map: a body that is too large is refused before any `set` of the
 * location would run.
 */
#ifndef DESCRIBE_NGINX_H
#define DESCRIBE_NGINX_H

#include <stdio.h>

/* proxies.conf, for http { }: whose word on who a client is counts. */
void	describe_nginx_proxies(FILE *);

/* maps.conf, for http { }. */
void	describe_nginx_maps(FILE *);

/* endpoints.conf, for server { }. */
void	describe_nginx_locations(FILE *);

#endif
