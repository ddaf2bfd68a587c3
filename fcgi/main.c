/* main.c - mini-tiktok [-C DIR] COMMAND: one binary for all of a site. */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "admin.h"
#include "conf.h"
#include "convert.h"
#include "describe.h"
#include "place.h"
#include "room.h"
#include "serve.h"
#include "shared.h"
#include "site.h"
#include "store.h"
#include "token.h"
#include "work.h"

/* Says what scripts/run has to do: "redis" where the site has one of its own,
 * "empty" of a site without users. */
static enum err
report(void)
{
	struct query q;
	enum err e;

	if (conf->redis == redis_on && conf->redis_url[0] == '\0')
		puts("redis");
	store_start_values(&q, SQL_USER_NEWEST_ID, NULL, 0);
	if (store_next(&q) && store_integer(&q, 0) == 0)
		puts("empty");
	if ((e = store_done(&q)))
		return e;
	return fflush(stdout) == 0 ? OK : ERR_INTERNAL;
}

/* A start may follow anything: another database, a power cut, a Redis with old
 * memory.  Nothing that the cache holds is believed. */
static enum err
begin_anew(void)
{
	enum err e;

	if ((e = store_migrate()) || (e = store_open()))
		return e;
	if (!(e = store_raise_epoch()))
		e = report();
	store_close();
	return e;
}

/* Settings that are fine each by itself may not be so together. */
static bool
fits(void)
{
	if (room_uploads() >= 1)
		return true;
	fprintf(stderr, "mini-tiktok: settings: spool_max: must be at least "
	    "%lld bytes, where the body of an upload may have %lld\n",
	    (long long)room_spool_least(),
	    (long long)room_body_most());
	return false;
}

/* Makes what a new site needs; an existing one gets what is new. */
static int
setup_main(void)
{
	if (!fits())
		return 1;
	if ((mkdir(SITE_DATA, 0700) != 0 && errno != EEXIST) ||
	    !place_setup() || !token_setup() || !shared_setup()) {
		fprintf(stderr, "mini-tiktok: setup: %s\n", strerror(errno));
		return 1;
	}
	/* A bad secret stops the start here, with its reason, and not later,
	 * when no worker would stay. */
	return !token_start() || begin_anew() ? 1 : 0;
}

static const struct command {
	const char *name, *argument, *words;
	int (*run)(void);
	int (*run_with)(const char *);
	int (*run_all)(int argc, char **argv);
} commands[] = {
	{ "setup", NULL, "make or update the site in this directory",
	    setup_main, NULL, NULL },
	{ "serve", "POOL", "answer requests on descriptor 0",
	    NULL, serve_main, NULL },
	{ "work", NULL, "do the background work", work_main, NULL, NULL },
	{ "convert", "…", "make a video playable: `work` runs it, VIDEO TRY",
	    NULL, NULL, convert_main },
	{ "describe", "VIEW", "print a view of the tables",
	    NULL, describe_main, NULL },
	{ "admin", "…", "look after the site: `admin` alone lists how",
	    NULL, NULL, admin_main },
};

static int
usage(void)
{
	size_t i;

	fputs("usage: mini-tiktok [-C DIR] COMMAND\n", stderr);
	for (i = 0; i < ARRAY_LEN(commands); i++)
		fprintf(stderr, "  %-8s %-4s  %s\n", commands[i].name,
		    commands[i].argument != NULL ? commands[i].argument : "",
		    commands[i].words);
	return 2;
}

static int
run(const struct command *command, int argc, char **argv)
{
	if (command->run_all == NULL &&
	    argc != (command->argument != NULL ? 2 : 1))
		return usage();
	if (!conf_load(SITE_SETTINGS))
		return 1;
	if (command->run != setup_main)
		shared_open();
	if (command->run_all != NULL)
		return command->run_all(argc - 1, argv + 1);
	return command->run != NULL ? command->run() :
	    command->run_with(argv[1]);
}

int
main(int argc, char **argv)
{
	size_t i;

	argc--, argv++;
	if (argc >= 2 && strcmp(argv[0], "-C") == 0) {
		if (chdir(argv[1]) != 0) {
			fprintf(stderr, "mini-tiktok: %s: %s\n", argv[1],
			    strerror(errno));
			return 1;
		}
		argc -= 2, argv += 2;
	}
	for (i = 0; argc > 0 && i < ARRAY_LEN(commands); i++)
		if (strcmp(argv[0], commands[i].name) == 0)
			return run(&commands[i], argc, argv);
	return usage();
}
