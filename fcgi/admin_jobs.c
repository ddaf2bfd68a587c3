#include "admin_jobs.h"

#include <stdio.h>
#include <string.h>

#include "job.h"
#include "store.h"

#define MEMORY (64 * KIB)

enum { VIDEO, STATE, TRIES, DUE_MS, DURATION_MS, USER, REASON, DETAIL };

/* In English, as all that is printed for the one who runs the site. */
static void
print_reason(const struct query *q)
{
	enum err why = errors_find(store_integer(q, REASON));
	struct text detail = store_text(q, DETAIL);
	struct arena arena;

	if (why == OK)
		return;
	arena_init(&arena, MEMORY);
	printf(" reason=\"%s\"", errors_text(why, language_en,
	    arena_copy(&arena, detail.bytes, detail.length), &arena));
	arena_free(&arena);
}

/* "VIDEO STATE tries=N user=N ms=N due=N": when a waiting one may begin, a
 * running one must have ended, a failed one's original goes.  That there is
 * none is said beside the list. */
static int
list(void)
{
	static const char *const states[] = { "waiting", "running", "failed" };
	struct query q;
	bool any = false;
	int64_t state;
	enum err e;

	store_start_values(&q, SQL_JOB_LIST, NULL, 0);
	while (store_next(&q)) {
		any = true;
		state = store_integer(&q, STATE);
		ensure(state >= 0 && state < (int64_t)ARRAY_LEN(states));
		printf("%lld %s tries=%lld user=%lld ms=%lld due=%lld",
		    (long long)store_integer(&q, VIDEO), states[state],
		    (long long)store_integer(&q, TRIES),
		    (long long)store_integer(&q, USER),
		    (long long)store_integer(&q, DURATION_MS),
		    (long long)store_integer(&q, DUE_MS));
		print_reason(&q);
		putchar('\n');
	}
	if (!(e = store_done(&q)) && !any)
		fputs("mini-tiktok: no video is to be converted\n", stderr);
	return e ? 1 : 0;
}

static const struct change {
	const char *name, *cannot;
	enum err (*run)(int64_t video, bool *done);
} changes[] = {
	{ "retry", "has no failed conversion", job_retry },
	{ "cancel", "has no conversion that waits or runs", job_cancel },
};

static int
change(const struct change *change, int64_t video)
{
	bool done;

	if (change->run(video, &done))
		return 1;
	if (!done)
		fprintf(stderr, "mini-tiktok: video %lld %s\n",
		    (long long)video, change->cannot);
	return done ? 0 : 1;
}

int
admin_jobs(int argc, char **argv)
{
	int64_t video;
	size_t i;

	if (argc == 0 || (argc == 1 && strcmp(argv[0], "list") == 0))
		return list();
	if (argc == 2 && text_integer(text_of(argv[1]), &video))
		for (i = 0; i < ARRAY_LEN(changes); i++)
			if (strcmp(argv[0], changes[i].name) == 0)
				return change(&changes[i], video);
	return 2;
}
