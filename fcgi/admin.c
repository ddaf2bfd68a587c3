#include "admin.h"

#include <stdio.h>
#include <string.h>

#include "admin_jobs.h"
#include "gc.h"
#include "log.h"
#include "reconcile.h"
#include "shared.h"
#include "store.h"

static void
print_fact(const char *prefix, const char *name, uint64_t value)
{
	printf("%s%s %llu\n", prefix, name, (unsigned long long)value);
}

/* What the site's processes have counted since its start. */
static void
print_counts(void)
{
	static const char *const names[] = {
#define X(name) #name,
		SHARED_COUNTS(X)
#undef X
	};
	int i;

	for (i = 0; i < SHARED_COUNT; i++)
		print_fact("", names[i], atomic_load(&shared->count[i]));
#ifdef PAUSE_POINTS
	for (i = 0; i < SQL_COUNT; i++)
		print_fact("statement_", store_row((enum statement)i)->name,
		    atomic_load(&shared->statement[i]));
#endif
}

/* "name value" a line. */
static int
stats(int argc, char **argv)
{
	static const struct {
		const char *name;
		enum statement statement;
	} facts[] = {
		{ "pending_deltas", SQL_COUNTER_PENDING },
		{ "newest_user", SQL_USER_NEWEST_ID },
		{ "newest_video_ms", SQL_VIDEO_NEWEST_MS },
	};
	int64_t value;
	size_t i;

	(void)argc, (void)argv;
	/* First: what comes after it runs statements itself. */
	print_counts();
	for (i = 0; i < ARRAY_LEN(facts); i++) {
		if (store_first_values(&value, facts[i].statement, NULL, 0))
			return 1;
		print_fact("", facts[i].name, (uint64_t)value);
	}
	return 0;
}

/* "orphan PATH", "abandoned PATH" or "removed PATH" a line; "missing video ID
 * PATH" for what nobody can bring back.  That all is well is said beside. */
static int
collect_garbage(int argc, char **argv)
{
	struct gc gc;
	bool dry = argc == 1 && strcmp(argv[0], "--dry-run") == 0;

	if (argc == 1 && !dry)
		return 2;
	if (gc_run(&gc, !dry, stdout))
		return 1;
	if (gc.orphans + gc.abandoned + gc.missing == 0)
		fputs("mini-tiktok: every file belongs to somebody, and none "
		    "is missing\n", stderr);
	return 0;
}

/* Status 1 while any count is wrong. */
static int
reconcile(int argc, char **argv)
{
	bool mend = argc == 1 && strcmp(argv[0], "--fix") == 0, more;
	size_t left;

	if (argc == 1 && !mend)
		return 2;
	if (reconcile_run(stdout, mend, &left, &more))
		return 1;
	return left > 0 || more ? 1 : 0;
}

static const struct action {
	const char *name, *arguments, *words;
	int most;		/* arguments */
	int (*run)(int argc, char **argv);
} actions[] = {
	{ "gc", "[--dry-run]", "remove files that belong to nobody", 1,
	    collect_garbage },
	{ "jobs", "[list | retry VIDEO | cancel VIDEO]",
	    "the videos that are converted", 2, admin_jobs },
	{ "reconcile", "[--fix]", "compare every count with its rows", 1,
	    reconcile },
	{ "stats", "", "print what the site counts", 0, stats },
};

static int
usage(void)
{
	size_t i;

	fputs("usage: mini-tiktok [-C DIR] admin ACTION\n", stderr);
	for (i = 0; i < ARRAY_LEN(actions); i++)
		fprintf(stderr, "  %-9s %-36s  %s\n", actions[i].name,
		    actions[i].arguments, actions[i].words);
	return 2;
}

int
admin_main(int argc, char **argv)
{
	int status;
	size_t i;

	for (i = 0; argc > 0 && i < ARRAY_LEN(actions); i++)
		if (strcmp(argv[0], actions[i].name) == 0)
			break;
	if (argc == 0 || i == ARRAY_LEN(actions) || argc - 1 > actions[i].most)
		return usage();
	log_name("admin");
	if (store_open())
		return 1;
	status = actions[i].run(argc - 1, argv + 1);
	store_close();
	return status == 2 ? usage() : status;
}
