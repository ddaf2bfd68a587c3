/* describe.h - the binary documents itself: prints what its tables say.
 *
 *   endpoints.conf nginx's endpoint locations (nginx/endpoints.conf)
 *   maps.conf      nginx's maps: language, failure payloads (nginx/maps.conf)
 *   proxies.conf   whom nginx believes whose request it is (nginx/proxies.conf)
 *   endpoints      endpoints and errors as JSON, for the contract test
 *   statements     schema steps and statements as JSON, for the plan check
 *   settings       the settings as a Markdown table, for the README
 *   settings.conf  the settings as a file with every line commented out
 */
#ifndef DESCRIBE_H
#define DESCRIBE_H

/* Prints a view on standard output; returns the exit status. */
int	describe_main(const char *view);

#endif
