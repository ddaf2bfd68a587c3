#include "spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "child.h"
#include "log.h"
#include "site.h"

#define DEPTH 16	/* of directories that a child might make */
#define ATTEMPTS 100
#define WINDOW (64 * KIB)
/* A body that comes is written to at least every 30 s, and one that is worked
 * on is given up by nginx after ten minutes (nginx's pool-upload.conf). */
#define STALE_SECONDS 3600
#define OPEN_DIRECTORY (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

struct job {
	int directory;
	char name[SPOOL_NAME];
};

enum err
spool_failure(const char *what)
{
	bool full = errno == ENOSPC || errno == EDQUOT;

	log_line(full ? LOG_WARNING : LOG_ERROR, "%s: %s", what,
	    strerror(errno));
	return full ? ERR_DISK_FULL : ERR_INTERNAL;
}

static void	remove_inside(int directory, int depth);

static void
remove_entry(int directory, const char *name, int depth)
{
	int inner;

	if (unlinkat(directory, name, 0) == 0 || errno == ENOENT ||
	    depth == DEPTH)
		return;
	inner = openat(directory, name, OPEN_DIRECTORY);
	if (inner >= 0) {
		remove_inside(inner, depth + 1);
		close(inner);
	}
	if (unlinkat(directory, name, AT_REMOVEDIR) != 0)
		log_line(LOG_WARNING, "spool: %s: %s", name, strerror(errno));
}

/* Removes everything in a directory; a link is removed, never followed. */
static void
remove_inside(int directory, int depth)
{
	int copy = openat(directory, ".", OPEN_DIRECTORY);
	DIR *list = copy >= 0 ? fdopendir(copy) : NULL;
	const struct dirent *entry;

	if (list == NULL) {
		if (copy >= 0)
			close(copy);
		return;
	}
	while ((entry = readdir(list)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			remove_entry(directory, entry->d_name, depth);
	closedir(list);
}

static void
remove_job(int directory, const char *name)
{
	int jobs = open(SITE_JOBS, OPEN_DIRECTORY);

	remove_inside(directory, 0);
	if (jobs < 0 || unlinkat(jobs, name, AT_REMOVEDIR) != 0)
		log_line(LOG_WARNING, "spool: %s: %s", name, strerror(errno));
	if (jobs >= 0)
		close(jobs);
}

static void
close_job(void *what)
{
	const struct job *job = what;

	remove_job(job->directory, job->name);
	close(job->directory);
}

/* Opens and locks a new directory; -1 where the sweeper was there between the
 * two and has removed it. */
static int
take_directory(int jobs, const char *name)
{
	struct stat status;
	int fd = openat(jobs, name, OPEN_DIRECTORY);

	if (fd < 0)
		return -1;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &status) == 0 &&
	    status.st_nlink > 0 && child_own(fd) == 0)
		return fd;
	close(fd);
	return -1;
}

static enum err
make_directory(int jobs, struct job *job)
{
	static unsigned made;
	int i;

	for (i = 0; i < ATTEMPTS; i++) {
		snprintf(job->name, sizeof(job->name), "%d-%lld-%u",
		    (int)getpid(), (long long)base_now_ms(), made++);
		if (mkdirat(jobs, job->name, 0700) != 0) {
			if (errno == EEXIST)
				continue;
			return spool_failure("spool");
		}
		if ((job->directory = take_directory(jobs, job->name)) >= 0)
			return OK;
		unlinkat(jobs, job->name, AT_REMOVEDIR);
	}
	return spool_failure("spool");
}

enum err
spool_open(struct arena *arena, int *directory, char name[SPOOL_NAME])
{
	struct job *job = arena_take(arena, sizeof(*job));
	int jobs;
	enum err e;

	if (job == NULL)
		return ERR_TOO_BIG;
	if ((jobs = open(SITE_JOBS, OPEN_DIRECTORY)) < 0)
		return spool_failure(SITE_JOBS);
	e = make_directory(jobs, job);
	close(jobs);
	if (e)
		return e;
	arena_defer(arena, close_job, job);
	*directory = job->directory;
	memcpy(name, job->name, SPOOL_NAME);
	return OK;
}

static bool
write_all(int to, const char *bytes, size_t n)
{
	ssize_t done;

	while (n > 0) {
		done = write(to, bytes, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return false;
		bytes += done;
		n -= (size_t)done;
	}
	return true;
}

/* Between file systems, or where the kernel does not copy. */
static bool
copy_by_hand(int from, off_t start, off_t size, int to)
{
	static char bytes[WINDOW];
	ssize_t n;

	while (size > 0) {
		n = pread(from, bytes, size < (off_t)WINDOW ? (size_t)size :
		    WINDOW, start);
		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0)
			errno = EIO;	/* shorter than we were told */
		if (n <= 0 || !write_all(to, bytes, (size_t)n))
			return false;
		start += n;
		size -= n;
	}
	return true;
}

/* In the kernel, which shares the blocks where the file system can and both
 * places begin with one.  (A file's part begins in the midst of one; so there
 * is nothing to be had by asking for that alone, FICLONERANGE.) */
static bool
copy(int from, off_t start, off_t size, int to)
{
	ssize_t n;

	while (size > 0) {
		n = copy_file_range(from, &start, to, NULL, (size_t)size, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == ENOSPC || errno == EDQUOT ||
		    errno == EIO))
			return false;
		if (n <= 0)
			return copy_by_hand(from, start, size, to);
		size -= n;
	}
	return true;
}

enum err
spool_copy(struct arena *arena, int directory, const char *name, int from,
    off_t start, off_t size, int *fd)
{
	/* Readable for the child, which owns the directory but not this. */
	int to = openat(directory, name,
	    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);

	if (to < 0)
		return spool_failure(name);
	arena_defer_close(arena, to);
	if (fchmod(to, 0644) != 0 || !copy(from, start, size, to))
		return spool_failure(name);
	*fd = to;
	return OK;
}

int
spool_result(int directory, const char *name, off_t *size)
{
	struct stat status;
	/* NONBLOCK: it might be a pipe, and nobody would write to it. */
	int fd = openat(directory, name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return -1;
	if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) ||
	    status.st_nlink != 1 || status.st_size == 0) {
		close(fd);
		return -1;
	}
	*size = status.st_size;
	return fd;
}

enum err
spool_keep(struct arena *arena, int directory, const char *name)
{
	off_t size;
	int fd = spool_result(directory, name, &size);

	if (fd < 0)
		return ERR_FFMPEG_FAILED;
	arena_defer_close(arena, fd);
	return fchown(fd, geteuid(), getegid()) == 0 &&
	    fchmod(fd, 0644) == 0 && flock(fd, LOCK_SH | LOCK_NB) == 0 &&
	    fsync(fd) == 0 ? OK : spool_failure(name);
}

/* Whether it is a body that nobody works with any more. */
static bool
is_stale(int bodies, const char *name, time_t now)
{
	struct stat status;

	return name[0] != '.' &&
	    fstatat(bodies, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISREG(status.st_mode) && now - status.st_mtime > STALE_SECONDS;
}

/* What a directory's files take, and those of the directories in it. */
static int64_t
size_inside(int directory, int depth)
{
	DIR *list = directory >= 0 ? fdopendir(directory) : NULL;
	const struct dirent *entry;
	struct stat status;
	int64_t total = 0;

	if (list == NULL && directory >= 0)
		close(directory);
	while (list != NULL && (entry = readdir(list)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0 ||
		    fstatat(dirfd(list), entry->d_name, &status,
		    AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		/* A body or an original that a job has in place is in two
		 * directories. */
		if (status.st_nlink > 0)
			total += (int64_t)status.st_blocks * 512 /
			    (S_ISDIR(status.st_mode) ? 1 :
			    (int64_t)status.st_nlink);
		if (S_ISDIR(status.st_mode) && depth < DEPTH)
			total += size_inside(openat(dirfd(list),
			    entry->d_name, OPEN_DIRECTORY), depth + 1);
	}
	if (list != NULL)
		closedir(list);
	return total;
}

int64_t
spool_size(void)
{
	return size_inside(open(SITE_BODIES, OPEN_DIRECTORY), 0) +
	    size_inside(open(SITE_JOBS, OPEN_DIRECTORY), 0) +
	    size_inside(open(SITE_ORIGINALS, OPEN_DIRECTORY), 0);
}

int64_t
spool_originals(void)
{
	DIR *list = opendir(SITE_ORIGINALS);
	const struct dirent *entry;
	struct stat status;
	int64_t total = 0;

	while (list != NULL && (entry = readdir(list)) != NULL)
		if (fstatat(dirfd(list), entry->d_name, &status,
		    AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode))
			total += (int64_t)status.st_size;
	if (list != NULL)
		closedir(list);
	return total;
}

/* Says that something is abandoned, or that it was. */
static void
tell(FILE *list, bool remove, const char *directory, const char *name)
{
	if (list != NULL)
		fprintf(list, "%s %s/%s\n", remove ? "removed" : "abandoned",
		    directory, name);
}

static size_t
sweep_bodies(bool remove, FILE *told)
{
	int bodies = open(SITE_BODIES, OPEN_DIRECTORY);
	DIR *list = bodies >= 0 ? fdopendir(bodies) : NULL;
	const struct dirent *entry;
	size_t count = 0;

	while (list != NULL && (entry = readdir(list)) != NULL)
		if (is_stale(bodies, entry->d_name, time(NULL)) &&
		    (!remove || unlinkat(bodies, entry->d_name, 0) == 0)) {
			tell(told, remove, SITE_BODIES, entry->d_name);
			count++;
		}
	if (list != NULL)
		closedir(list);
	else if (bodies >= 0)
		close(bodies);
	return count;
}

static size_t
sweep_jobs(bool remove, FILE *told)
{
	int jobs = open(SITE_JOBS, OPEN_DIRECTORY), fd;
	DIR *list = jobs >= 0 ? fdopendir(jobs) : NULL;
	const struct dirent *entry;
	size_t count = 0;

	while (list != NULL && (entry = readdir(list)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		fd = openat(jobs, entry->d_name, OPEN_DIRECTORY);
		if (fd < 0)
			continue;
		if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
			if (remove)
				remove_job(fd, entry->d_name);
			tell(told, remove, SITE_JOBS, entry->d_name);
			count++;
		}
		close(fd);
	}
	if (list != NULL)
		closedir(list);
	else if (jobs >= 0)
		close(jobs);
	return count;
}

size_t
spool_sweep(bool remove, FILE *list)
{
	return sweep_jobs(remove, list) + sweep_bodies(remove, list);
}
