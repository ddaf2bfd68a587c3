/* Invariants:
 *  1. A file is looked up after its lock was had: who placed it has committed
 *     or given up by then, so what has no row will never get one.
 *  2. A missing file is told only if its row is still there afterwards: a
 *     deletion takes both.
 */
#include "gc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "conf.h"
#include "log.h"
#include "site.h"
#include "spool.h"
#include "store.h"

#define PAGE 200		/* rows looked at in one statement */
#define LONGEST_PERIOD 600	/* seconds */
#define PATH 128

/* Where files are served from, and who knows whether one is in use: a row for
 * $1, its path as served (and $2, the user in its name). */
static const struct shelf {
	const char *directory, *ending;
	enum statement in_use;
} shelves[] = {
	{ SITE_VIDEOS, ".mp4", SQL_VIDEO_HAS_FILE },
	{ SITE_COVERS, ".jpg", SQL_VIDEO_HAS_FILE },
	{ SITE_ORIGINALS, ".mp4", SQL_JOB_HAS_ORIGINAL },
	{ SITE_AVATARS, ".jpg", SQL_USER_HAS_PICTURE },
	{ SITE_BACKGROUNDS, ".jpg", SQL_USER_HAS_PICTURE },
};

/* Which rows name files: id and two paths, after the id $1, $2 of them; and
 * what says that $1 still names the file $2. */
static const struct {
	const char *noun;
	enum statement page, in_use;
} owners[] = {
	{ "video", SQL_VIDEO_FILES, SQL_VIDEO_HAS_FILE },
	{ "user", SQL_USER_FILES, SQL_USER_HAS_PICTURE },
};

/* "7_1700000000123.mp4": digits, a bar, digits, the ending. */
static bool
is_ours(const char *name, const char *ending)
{
	size_t id = strspn(name, "0123456789"), ms;

	if (id == 0 || name[id] != '_')
		return false;
	ms = strspn(name + id + 1, "0123456789");
	return ms > 0 && strcmp(name + id + 1 + ms, ending) == 0;
}

/* Whether it has had its name for long enough; a rename sets ctime. */
static bool
is_old(const struct stat *status)
{
	return time(NULL) - status->st_ctime >= conf->orphan_seconds;
}

/* The user whose number the name begins with: there is no index of pictures. */
static int64_t
owner_of(const char *path)
{
	struct text digits = text_of(strrchr(path, '/') + 1);
	int64_t id;

	digits.length = strspn(digits.bytes, "0123456789");
	return text_integer(digits, &id) ? id : 0;
}

static enum err
is_used(enum statement statement, const char *path, bool *used)
{
	int64_t id;
	enum err e;

	if (statement == SQL_USER_HAS_PICTURE)
		e = store_first(&id, statement, STR(text_of(path)),
		    INT(owner_of(path)));
	else
		e = store_first(&id, statement, STR(text_of(path)));
	*used = id != 0;
	return e;
}

static void
tell(FILE *list, bool remove, const char *path)
{
	if (list != NULL)
		fprintf(list, "%s %s\n", remove ? "removed" : "orphan", path);
}

/* Removes a file that nobody publishes and no row names. */
static enum err
judge_file(struct gc *gc, const struct shelf *shelf, int directory,
    const char *name, bool remove, FILE *list)
{
	char path[PATH];
	struct stat status;
	bool used = true;
	enum err e = OK;
	int fd = openat(directory, name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return OK;
	snprintf(path, sizeof(path), "%s/%s", shelf->directory, name);
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
	    is_old(&status) && flock(fd, LOCK_EX | LOCK_NB) == 0)
		e = is_used(shelf->in_use, path + sizeof(SITE_MEDIA) - 1,
		    &used);
	if (!e && !used && (!remove || unlinkat(directory, name, 0) == 0)) {
		tell(list, remove, path);
		gc->orphans++;
	}
	close(fd);
	return e;
}

static enum err
judge_shelf(struct gc *gc, const struct shelf *shelf, bool remove, FILE *list)
{
	DIR *files = opendir(shelf->directory);
	const struct dirent *entry;
	enum err e = OK;

	if (files == NULL) {
		log_line(LOG_WARNING, "%s: %s", shelf->directory,
		    strerror(errno));
		return OK;
	}
	while (!e && (entry = readdir(files)) != NULL)
		if (is_ours(entry->d_name, shelf->ending))
			e = judge_file(gc, shelf, dirfd(files), entry->d_name,
			    remove, list);
	closedir(files);
	return e;
}

static bool
is_there(const char *served)
{
	char path[PATH];

	snprintf(path, sizeof(path), SITE_MEDIA "%s", served);
	return access(path, F_OK) == 0 || errno != ENOENT;
}

/* What a page of rows says, kept: a statement holds its snapshot. */
struct owned {
	int64_t id;
	char path[2][PATH];
};

/* Reads the rows after an id. */
static enum err
read_page(enum statement statement, int64_t after, struct owned *rows,
    size_t *count)
{
	struct query q;
	int i;

	*count = 0;
	store_start(&q, statement, INT(after), INT(PAGE));
	while (store_next(&q)) {
		rows[*count].id = store_integer(&q, 0);
		for (i = 0; i < 2; i++) {
			struct text path = store_text(&q, i + 1);

			snprintf(rows[*count].path[i], PATH, "%.*s",
			    (int)path.length, path.bytes);
		}
		++*count;
	}
	return store_done(&q);
}

static enum err
judge_row(struct gc *gc, size_t owner, const struct owned *row, FILE *list)
{
	bool used = false, gone = false;
	enum err e = OK;
	int i;

	for (i = 0; !e && i < 2; i++) {
		if (row->path[i][0] == '\0' || is_there(row->path[i]))
			continue;
		e = is_used(owners[owner].in_use, row->path[i], &used);
		if (!used)
			continue;
		gone = true;
		if (list != NULL)
			fprintf(list, "missing %s %lld %s\n",
			    owners[owner].noun, (long long)row->id,
			    row->path[i]);
	}
	if (gone) {
		gc->missing++;
		/* FNV-1a, over ids in their order */
		gc->missing_which = (gc->missing_which ^
		    (uint64_t)row->id) * UINT64_C(0x100000001b3);
	}
	return e;
}

static enum err
judge_rows(struct gc *gc, size_t owner, FILE *list)
{
	static struct owned rows[PAGE];
	int64_t after = 0;
	size_t count, i;
	enum err e;

	do {
		if ((e = read_page(owners[owner].page, after, rows, &count)))
			return e;
		for (i = 0; !e && i < count; i++)
			e = judge_row(gc, owner, &rows[i], list);
		if (count > 0)
			after = rows[count - 1].id;
	} while (!e && count == PAGE);
	return e;
}

enum err
gc_run(struct gc *gc, bool remove, FILE *list)
{
	enum err e = OK;
	size_t i;

	*gc = (struct gc){ 0 };
	gc->abandoned = spool_sweep(remove, list);
	for (i = 0; !e && i < ARRAY_LEN(shelves); i++)
		e = judge_shelf(gc, &shelves[i], remove, list);
	for (i = 0; !e && i < ARRAY_LEN(owners); i++)
		e = judge_rows(gc, i, list);
	return e;
}

unsigned
gc_period(void)
{
	int64_t seconds = conf->orphan_seconds / 6;

	if (seconds < 1)
		return 1;
	return seconds > LONGEST_PERIOD ? LONGEST_PERIOD : (unsigned)seconds;
}
