/* What is answered survives a power cut: what is synced, and after what.  The
 * kernel is still asked; this notes what it was asked for. */
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "conf.h"
#include "media.h"
#include "place.h"
#include "site.h"
#include "spool.h"
#include "store.h"

#define USER 7
#define NOW 1700000000000
#define MOST 64

static char base[] = "/tmp/mini-tiktok-sync-XXXXXX";
static struct arena arena;

/* ---- what is synced ---- */

static struct {
	ino_t file;
	size_t entries;		/* in a directory, at that time */
} synced[MOST];
static size_t count;

static size_t
count_entries(int directory)
{
	DIR *list = fdopendir(openat(directory, ".",
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	size_t entries = 0;

	assert_non_null(list);
	while (readdir(list) != NULL)
		entries++;
	closedir(list);
	return entries - 2;
}

static void
note(int fd)
{
	struct stat status;

	assert_int_equal(fstat(fd, &status), 0);
	assert_true(count < MOST);
	synced[count].file = status.st_ino;
	synced[count++].entries = S_ISDIR(status.st_mode) ?
	    count_entries(fd) : 0;
}

/* Ours and SQLite's calls of the library end here. */
#define OURS __attribute__((visibility("default")))

OURS int
fsync(int fd)
{
	note(fd);
	return (int)syscall(SYS_fsync, fd);
}

OURS int
fdatasync(int fd)
{
	note(fd);
	return (int)syscall(SYS_fdatasync, fd);
}

static bool
is_synced(const char *path, size_t entries)
{
	struct stat status;
	size_t i;

	assert_int_equal(stat(path, &status), 0);
	for (i = 0; i < count; i++)
		if (synced[i].file == status.st_ino &&
		    synced[i].entries == entries)
			return true;
	return false;
}

/* ---- what is made ---- */

/* A job with finished files of these names. */
static int
make_job(const char *const *names)
{
	char name[SPOOL_NAME];
	int directory, fd, body = open("body", O_RDWR | O_CREAT | O_CLOEXEC,
	    0600);

	assert_int_equal(pwrite(body, "words", 5, 0), 5);
	assert_int_equal(spool_open(&arena, &directory, name), OK);
	for (; *names != NULL; names++) {
		assert_int_equal(spool_copy(&arena, directory, *names, body, 0,
		    5, &fd), OK);
		assert_int_equal(spool_keep(&arena, directory, *names), OK);
	}
	close(body);
	count = 0;
	return directory;
}

static struct media
make_pair(bool converts)
{
	struct media media = { .converts = converts };

	media.directory = make_job((const char *const[]){
	    converts ? MEDIA_INPUT : MEDIA_VIDEO, MEDIA_COVER, NULL });
	assert_int_equal(place_new(&media, USER, NOW), OK);
	return media;
}

static void
a_file_that_is_kept_is_on_disk(void **state)
{
	char path[SPOOL_NAME + sizeof(SITE_JOBS) + 16], name[SPOOL_NAME];
	int directory, fd, body = open("body", O_RDWR | O_CREAT | O_CLOEXEC,
	    0600);

	(void)state;
	assert_int_equal(pwrite(body, "words", 5, 0), 5);
	assert_int_equal(spool_open(&arena, &directory, name), OK);
	assert_int_equal(spool_copy(&arena, directory, "kept", body, 0, 5,
	    &fd), OK);
	close(body);
	snprintf(path, sizeof(path), SITE_JOBS "/%s/kept", name);
	count = 0;
	assert_int_equal(spool_keep(&arena, directory, "kept"), OK);
	assert_true(is_synced(path, 0));
	arena_reset(&arena);
}

static void
a_video_and_its_cover_have_their_names_on_disk(void **state)
{
	struct media media = make_pair(false);

	(void)state;
	assert_true(is_synced(SITE_VIDEOS, 1));
	assert_true(is_synced(SITE_COVERS, 1));
	count = 0;
	assert_true(place_erase(text_of(media.video_path),
	    text_of(media.cover_path)));
	assert_true(is_synced(SITE_VIDEOS, 0));
	assert_true(is_synced(SITE_COVERS, 0));
	arena_reset(&arena);
}

static void
an_original_and_what_comes_of_it_have_their_names_on_disk(void **state)
{
	struct media media = make_pair(true);
	int directory;

	(void)state;
	assert_true(is_synced(SITE_ORIGINALS, 1));
	assert_true(is_synced(SITE_COVERS, 1));
	directory = make_job((const char *const[]){ MEDIA_VIDEO, NULL });
	assert_int_equal(place_converted(directory,
	    text_of(media.video_path)), OK);
	assert_true(is_synced(SITE_VIDEOS, 1));
	assert_true(place_erase(text_of(media.video_path),
	    text_of(media.cover_path)));
	arena_reset(&arena);
}

static void
a_picture_has_its_name_on_disk(void **state)
{
	char path[PLACE_PATH];
	int directory = make_job((const char *const[]){ "0.jpg", NULL });

	(void)state;
	assert_int_equal(place_picture(directory, "0.jpg", SITE_AVATARS, USER,
	    path), OK);
	assert_true(is_synced(SITE_AVATARS, 1));
	place_remove(path);
	arena_reset(&arena);
}

/* Each commit is in the log of pages, by default; the first one of a log is
 * anyhow. */
static void
a_row_is_on_disk(void **state)
{
	static const char *const names[] = { "first", "second" };
	size_t i;

	(void)state;
	assert_int_equal(store_migrate(), OK);
	assert_int_equal(store_open(), OK);
	for (i = 0; i < ARRAY_LEN(names); i++) {
		assert_int_equal(store_begin(), OK);
		assert_int_equal(store_run(SQL_USER_INSERT,
		    STR(text_of(names[i])), STR(text_of("hash")), INT(1)), OK);
		count = 0;
		assert_int_equal(store_end(OK), OK);
		assert_true(is_synced(SITE_DATABASE "-wal", 0));
	}
	store_close();
}

static int
enter(void **state)
{
	(void)state;
	arena_init(&arena, MIB);
	return mkdtemp(base) != NULL && chdir(base) == 0 &&
	    mkdir(SITE_DATA, 0700) == 0 && place_setup() &&
	    conf_load(SITE_SETTINGS) ? 0 : -1;
}

static int
leave(void **state)
{
	char command[64];

	(void)state;
	arena_free(&arena);
	snprintf(command, sizeof(command), "rm -rf %s", base);
	return chdir("/") == 0 ? system(command) : -1;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_that_is_kept_is_on_disk),
		cmocka_unit_test(
		    a_video_and_its_cover_have_their_names_on_disk),
		cmocka_unit_test(
		    an_original_and_what_comes_of_it_have_their_names_on_disk),
		cmocka_unit_test(a_picture_has_its_name_on_disk),
		cmocka_unit_test(a_row_is_on_disk),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
