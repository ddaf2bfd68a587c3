/* Likes that are counted later (counter.h), on a real database. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "cache.h"
#include "counter.h"
#include "site.h"
#include "store.h"
#include "view.h"

static char directory[] = "/tmp/mini-tiktok-counter-XXXXXX";
static int64_t author, video, other;

static int64_t
add_video(const char *path)
{
	int64_t id;

	assert_int_equal(store_begin(), OK);
	assert_int_equal(store_first(&id, SQL_VIDEO_INSERT, INT(author),
	    STR(text_of("")), STR(text_of(path)), STR(text_of(path)), INT(1),
	    INT(0)), OK);
	assert_int_equal(store_end(OK), OK);
	return id;
}

static int64_t
pending(void)
{
	int64_t count;

	assert_int_equal(store_first_values(&count, SQL_COUNTER_PENDING, NULL,
	    0), OK);
	return count;
}

/* Likes as they are shown, of a video and of all of its author's. */
static int64_t
shown(int64_t id, int64_t *of_author)
{
	struct query q;
	int64_t count;

	store_start(&q, SQL_VIDEO_SHOW, INT(id), INT(0));
	assert_true(store_next(&q));
	count = store_integer(&q, VIDEO_FAVORITE_COUNT);
	*of_author = store_integer(&q, VIDEO_AUTHOR + USER_TOTAL_FAVORITED);
	assert_int_equal(store_done(&q), OK);
	return count;
}

static void
assert_shown(int64_t of_video, int64_t of_other, int64_t of_author)
{
	int64_t total;

	assert_int_equal(shown(video, &total), of_video);
	assert_int_equal(total, of_author);
	assert_int_equal(shown(other, &total), of_other);
	assert_int_equal(total, of_author);
}

/* So many likes, in one transaction. */
static void
like(int64_t id, int64_t step, int times)
{
	assert_int_equal(store_begin(), OK);
	while (times-- > 0)
		assert_int_equal(counter_like(id, author, step), OK);
	assert_int_equal(store_end(OK), OK);
}

static void
a_like_is_shown_at_once_and_folding_changes_nothing(void **state)
{
	(void)state;
	like(video, 1, 3);
	like(other, 1, 2);
	like(video, -1, 1);
	assert_int_equal(pending(), 6);
	assert_shown(2, 2, 4);
	assert_int_equal(counter_fold(), OK);
	assert_int_equal(pending(), 0);
	assert_shown(2, 2, 4);
}

static void
what_is_rolled_back_was_never_counted(void **state)
{
	(void)state;
	assert_int_equal(store_begin(), OK);
	assert_int_equal(counter_like(video, author, 1), OK);
	assert_int_equal(store_end(ERR_INTERNAL), ERR_INTERNAL);
	assert_int_equal(pending(), 0);
	assert_shown(2, 2, 4);
	/* Ids go on without a gap. */
	like(video, 1, 1);
	assert_int_equal(pending(), 1);
	like(video, -1, 1);
	assert_int_equal(counter_fold(), OK);
	assert_shown(2, 2, 4);
}

/* A column is never below zero, as its CHECK would tell, though a batch may end
 * anywhere between a like and its end. */
static void
many_batches_add_up(void **state)
{
	int i;

	(void)state;
	assert_int_equal(store_begin(), OK);
	for (i = 0; i < 2 * (COUNTER_BATCH + 100); i++)
		assert_int_equal(counter_like(other, author,
		    i % 2 == 0 ? 1 : -1), OK);
	assert_int_equal(store_end(OK), OK);
	like(video, 1, 1);
	assert_int_equal(pending(), 2 * (COUNTER_BATCH + 100) + 1);
	assert_shown(3, 2, 5);
	assert_int_equal(counter_fold(), OK);
	assert_int_equal(pending(), 0);
	assert_shown(3, 2, 5);
}

static void
they_stay_bounded_when_nobody_folds(void **state)
{
	(void)state;
	like(video, 1, COUNTER_PENDING_MOST);
	assert_int_equal(pending(), COUNTER_PENDING_MOST);
	like(video, 1, 1);
	assert_int_equal(pending(), COUNTER_PENDING_MOST + 1 - COUNTER_BATCH);
	assert_shown(COUNTER_PENDING_MOST + 4, 2, COUNTER_PENDING_MOST + 6);
}

static void
settling_is_part_of_the_transaction(void **state)
{
	(void)state;
	assert_int_equal(store_begin(), OK);
	assert_int_equal(counter_settle(), OK);
	assert_int_equal(store_end(ERR_INTERNAL), ERR_INTERNAL);
	assert_int_equal(pending(), COUNTER_PENDING_MOST + 1 - COUNTER_BATCH);
	assert_int_equal(store_begin(), OK);
	assert_int_equal(counter_settle(), OK);
	assert_int_equal(counter_settle(), OK);	/* nothing is left */
	assert_int_equal(store_end(OK), OK);
	assert_int_equal(pending(), 0);
	assert_shown(COUNTER_PENDING_MOST + 4, 2, COUNTER_PENDING_MOST + 6);
}

static int
enter(void **state)
{
	(void)state;
	if (mkdtemp(directory) == NULL || chdir(directory) != 0 ||
	    mkdir(SITE_DATA, 0700) != 0 || store_migrate() != OK ||
	    store_open() != OK || store_begin() != OK ||
	    store_first(&author, SQL_USER_INSERT, STR(text_of("author")),
	    STR(text_of("hash")), INT(1)) != OK || store_end(OK) != OK)
		return 1;
	video = add_video("/v/1");
	other = add_video("/v/2");
	return 0;
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
		cmocka_unit_test(
		    a_like_is_shown_at_once_and_folding_changes_nothing),
		cmocka_unit_test(what_is_rolled_back_was_never_counted),
		cmocka_unit_test(many_batches_add_up),
		cmocka_unit_test(they_stay_bounded_when_nobody_folds),
		cmocka_unit_test(settling_is_part_of_the_transaction),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
