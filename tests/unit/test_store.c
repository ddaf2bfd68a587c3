/* The storage seam on a real database, in a fresh directory. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "site.h"
#include "store.h"
#include "view.h"

#define WRITERS 8
#define ROUNDS 25

static char directory[] = "/tmp/mini-tiktok-store-XXXXXX";

/* Returns the new id, 0 when the name is taken. */
static int64_t
add_user(const char *name)
{
	struct query q;
	int64_t id = 0;

	assert_int_equal(store_begin(), OK);
	store_start(&q, SQL_USER_INSERT, STR(text_of(name)),
	    STR(text_of("hash")), INT(1));
	if (store_next(&q))
		id = store_integer(&q, 0);
	assert_int_equal(store_end(store_done(&q)), OK);
	return id;
}

static int64_t
work_count(int64_t user_id)
{
	struct query q;
	int64_t count = -1;

	store_start(&q, SQL_USER_SHOW, INT(user_id), INT(0));
	if (store_next(&q))
		count = store_integer(&q, USER_WORK_COUNT);
	assert_int_equal(store_done(&q), OK);
	return count;
}

static void
a_value_goes_where_its_name_says(void **state)
{
	int64_t id = add_user("by name");
	struct query q;

	(void)state;
	assert_true(id > 0);
	store_start(&q, SQL_USER_LOGIN, STR(text_of("by name")));
	assert_true(store_next(&q));
	assert_int_equal(store_integer(&q, 0), id);
	assert_true(text_is(store_text(&q, 1), "hash"));
	assert_false(store_next(&q));
	assert_int_equal(store_done(&q), OK);
}

static void
a_taken_name_is_a_value_not_a_failure(void **state)
{
	(void)state;
	assert_true(add_user("taken") > 0);
	assert_int_equal(add_user("taken"), 0);
}

static void
what_is_rolled_back_was_never_there(void **state)
{
	int64_t id = add_user("rolled back");

	(void)state;
	assert_int_equal(store_begin(), OK);
	assert_int_equal(store_run(SQL_USER_ADD_WORK, INT(id), INT(1)), OK);
	assert_int_equal(store_end(ERR_INTERNAL), ERR_INTERNAL);
	assert_int_equal(work_count(id), 0);
	assert_int_equal(store_begin(), OK);
	assert_int_equal(store_run(SQL_USER_ADD_WORK, INT(id), INT(1)), OK);
	assert_int_equal(store_end(OK), OK);
	assert_int_equal(work_count(id), 1);
}

static void
times_of_videos_grow_strictly(void **state)
{
	int64_t id = add_user("in a hurry"), last = 0, now;
	struct query q;
	char path[32];
	int i;

	(void)state;
	for (i = 0; i < 100; i++) {
		/* The clock stands, goes back, and goes on. */
		now = 1000 + (i == 50 ? -500 : i == 60 ? 5000 : 0);
		snprintf(path, sizeof(path), "/v/%d", i);
		assert_int_equal(store_begin(), OK);
		store_start(&q, SQL_VIDEO_INSERT, INT(id), STR(text_of("t")),
		    STR(text_of(path)), STR(text_of(path)), INT(now), INT(0));
		assert_true(store_next(&q));
		assert_true(store_integer(&q, 1) > last);
		assert_true(store_integer(&q, 1) >= now);
		last = store_integer(&q, 1);
		assert_int_equal(store_end(store_done(&q)), OK);
	}
}

/* A child that adds to one count, then leaves. */
static void
write_rounds(int64_t user_id)
{
	int i;

	if (store_open())
		_exit(1);
	for (i = 0; i < ROUNDS; i++)
		if (store_begin() || store_end(store_run(SQL_USER_ADD_WORK,
		    INT(user_id), INT(1))) ||
		    (i % 10 == 0 && store_checkpoint()))
			_exit(1);
	store_close();
	_exit(0);
}

static void
writers_wait_in_line_and_lose_nothing(void **state)
{
	int64_t id = add_user("popular");
	int i, status;

	(void)state;
	/* The database must not be open across a fork. */
	store_close();
	for (i = 0; i < WRITERS; i++)
		if (fork() == 0)
			write_rounds(id);
	for (i = 0; i < WRITERS; i++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	assert_int_equal(store_open(), OK);
	assert_int_equal(work_count(id), WRITERS * ROUNDS);
}

/* A process that breaks an invariant ends by SIGABRT. */
static void
assert_aborts(void (*run)(void))
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		if (freopen("/dev/null", "w", stderr) == NULL)
			_exit(1);
		run();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void
write_outside_a_transaction(void)
{
	if (store_open() == OK)
		store_run(SQL_USER_ADD_WORK, INT(1), INT(1));
}

static void
write_while_read_only(void)
{
	if (store_open() == OK) {
		store_read_only(true);
		store_begin();
	}
}

static void
writes_outside_their_place_end_the_process(void **state)
{
	(void)state;
	store_close();
	assert_aborts(write_outside_a_transaction);
	assert_aborts(write_while_read_only);
	assert_int_equal(store_open(), OK);
}

static void
every_statement_has_the_columns_of_its_shape(void **state)
{
	(void)state;
	view_start();
}

static void
migrating_again_changes_nothing(void **state)
{
	int64_t id = add_user("survivor");

	(void)state;
	store_close();
	assert_int_equal(store_migrate(), OK);
	assert_int_equal(store_open(), OK);
	assert_int_equal(work_count(id), 0);
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
		cmocka_unit_test(a_value_goes_where_its_name_says),
		cmocka_unit_test(a_taken_name_is_a_value_not_a_failure),
		cmocka_unit_test(what_is_rolled_back_was_never_there),
		cmocka_unit_test(times_of_videos_grow_strictly),
		cmocka_unit_test(writers_wait_in_line_and_lose_nothing),
		cmocka_unit_test(writes_outside_their_place_end_the_process),
		cmocka_unit_test(every_statement_has_the_columns_of_its_shape),
		cmocka_unit_test(migrating_again_changes_nothing),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
