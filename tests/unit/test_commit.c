/* What a commit does to the epoch (store_commit.c), without a Redis: a process
 * without the site's shared words goes without one. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "cache.h"
#include "site.h"
#include "store.h"

static char directory[] = "/tmp/mini-tiktok-commit-XXXXXX";

static int64_t
epoch(void)
{
	struct query q;
	int64_t epoch = 0;

	store_start(&q, SQL_SITE_GATE, INT(0), INT(0));
	if (store_next(&q))
		epoch = store_integer(&q, 1);
	assert_int_equal(store_done(&q), OK);
	return epoch;
}

static bool
is_marked(void)
{
	int fd = open(SITE_WRITER_LOCK, O_RDONLY);
	char mark = 0;
	ssize_t n = pread(fd, &mark, 1, 0);

	close(fd);
	return n == 1 && mark != 0;
}

/* A transaction that may touch a user, and ends as told. */
static enum err
write_something(bool touching, enum err e)
{
	assert_int_equal(store_begin(), OK);
	assert_true(is_marked());
	if (touching)
		cache_touch_user(1);
	return store_end(e);
}

/* A process that dies within its transaction. */
static void
leave_a_mark(void)
{
	pid_t child;
	int status;

	store_close();
	child = fork();
	if (child == 0) {
		if (store_open() || store_begin())
			_exit(1);
		raise(SIGKILL);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	assert_int_equal(store_open(), OK);
	assert_true(is_marked());
}

static void
what_touches_nothing_leaves_the_epoch(void **state)
{
	int64_t before = epoch();

	(void)state;
	assert_int_equal(write_something(false, OK), OK);
	assert_int_equal(epoch(), before);
	assert_false(is_marked());
}

static void
what_cannot_be_invalidated_raises_it(void **state)
{
	int64_t before = epoch();

	(void)state;
	assert_int_equal(write_something(true, OK), OK);
	assert_true(epoch() > before);
	assert_false(is_marked());
}

static void
what_is_refused_leaves_it(void **state)
{
	int64_t before = epoch();

	(void)state;
	assert_int_equal(write_something(true, ERR_NAME_TAKEN),
	    ERR_NAME_TAKEN);
	assert_int_equal(epoch(), before);
	assert_false(is_marked());
	/* Nor does the next commit know what was touched. */
	assert_int_equal(write_something(false, OK), OK);
	assert_int_equal(epoch(), before);
}

static void
a_mark_that_was_found_raises_it(void **state)
{
	int64_t before = epoch();

	(void)state;
	leave_a_mark();
	assert_int_equal(write_something(false, OK), OK);
	assert_true(epoch() > before);
	assert_false(is_marked());
}

/* A deletion whose writer died after its commit is asked for again: the refusal
 * says that it has happened, so nobody may read the old entry any more. */
static void
also_when_the_finder_is_refused(void **state)
{
	int64_t before = epoch();

	(void)state;
	leave_a_mark();
	assert_int_equal(write_something(false, ERR_COMMENT_UNKNOWN),
	    ERR_COMMENT_UNKNOWN);
	assert_true(epoch() > before);
	assert_false(is_marked());
}

static void
also_when_nobody_writes_any_more(void **state)
{
	int64_t before = epoch();

	(void)state;
	leave_a_mark();
	assert_int_equal(store_checkpoint(), OK);
	assert_true(epoch() > before);
	assert_false(is_marked());
	before = epoch();
	assert_int_equal(store_checkpoint(), OK);
	assert_int_equal(epoch(), before);
}

/* A database that was put back never has an epoch again that was used since. */
static void
it_is_a_time_and_only_grows(void **state)
{
	int64_t before = base_now_ms(), last;
	int i;

	(void)state;
	for (last = epoch(), i = 0; i < 50; i++) {
		assert_int_equal(store_raise_epoch(), OK);
		assert_true(epoch() > last && epoch() >= before);
		last = epoch();
	}
	assert_true(last <= base_now_ms() + 60);
}

static void
touch_outside(void)
{
	cache_touch_user(1);
}

static void
touching_outside_a_transaction_ends_the_process(void **state)
{
	pid_t child = fork();
	int status;

	(void)state;
	if (child == 0) {
		if (freopen("/dev/null", "w", stderr) == NULL)
			_exit(1);
		touch_outside();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static int
enter(void **state)
{
	(void)state;
	return mkdtemp(directory) == NULL || chdir(directory) != 0 ||
	    mkdir(SITE_DATA, 0700) != 0 || store_migrate() != OK ||
	    store_open() != OK;
}

static int
leave(void **state)
{
	(void)state;
	store_close();
	return unlink(SITE_DATABASE) != 0 || unlink(SITE_WRITER_LOCK) != 0 ||
	    rmdir(SITE_DATA) != 0 || rmdir(directory) != 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_touches_nothing_leaves_the_epoch),
		cmocka_unit_test(what_cannot_be_invalidated_raises_it),
		cmocka_unit_test(what_is_refused_leaves_it),
		cmocka_unit_test(a_mark_that_was_found_raises_it),
		cmocka_unit_test(also_when_the_finder_is_refused),
		cmocka_unit_test(also_when_nobody_writes_any_more),
		cmocka_unit_test(it_is_a_time_and_only_grows),
		cmocka_unit_test(
		    touching_outside_a_transaction_ends_the_process),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
