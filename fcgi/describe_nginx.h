/* describe_nginx.h - the endpoint table as nginx locations.
 *
 * Each endpoint has two exact locations, with and without the final slash: one
 * alone would answer the other with a redirect, which turns a POST into a GET.
 * What nginx refuses by itself carries the same JSON envelope as our own
 * refusals and, inside an endpoint's location, its failure payload.
 */
#ifndef DESCRIBE_NGINX_H
#define DESCRIBE_NGINX_H

#include <stdio.h>

void	describe_nginx(FILE *);

#endif
