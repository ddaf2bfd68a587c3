#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "site.h"
#include "spool.h"

#define WINDOW (16 * KIB)
#define SETTLING "settling"	/* a name in the job's directory */

static bool
is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* The name of a body among those that nginx has written; false when it is none
 * of them: only those are ours to change. */
static bool
find_name(int bodies, int body, char *name, size_t room)
{
	char link[64], path[512];
	const char *last;
	struct stat ours, there;
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", body);
	n = readlink(link, path, sizeof(path) - 1);
	if (n <= 0)
		return false;
	path[n] = '\0';
	last = strrchr(path, '/');
	if (last == NULL || strlen(last + 1) >= room)
		return false;
	snprintf(name, room, "%s", last + 1);
	return fstat(body, &ours) == 0 &&
	    fstatat(bodies, name, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
	    is_same(&ours, &there);
}

/* Opens the body under its new name, to write; -1 if it has none. */
static int
link_body(int directory, const char *name, int body)
{
	char old[64];
	int bodies = open(SITE_BODIES,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	bool linked = bodies >= 0 &&
	    find_name(bodies, body, old, sizeof(old)) &&
	    linkat(bodies, old, directory, name, 0) == 0;
	int fd = -1;

	if (bodies >= 0)
		close(bodies);
	if (linked && (fd = openat(directory, name,
	    O_RDWR | O_NOFOLLOW | O_CLOEXEC)) < 0)
		unlinkat(directory, name, 0);
	return fd;
}

/* Blanks what stands before the file, and cuts off what follows. */
static bool
blank_around(int fd, off_t start, off_t size)
{
	static const char zeros[WINDOW];
	off_t at = 0;
	ssize_t n;

	while (at < start) {
		n = pwrite(fd, zeros, start - at < (off_t)WINDOW ?
		    (size_t)(start - at) : WINDOW, at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += n;
	}
	return ftruncate(fd, start + size) == 0;
}

enum err
input_take(struct arena *arena, int directory, const char *name, int body,
    off_t start, off_t size, int *fd, off_t *at)
{
	*at = 0;
	if ((*fd = link_body(directory, name, body)) < 0)
		return spool_copy(arena, directory, name, body, start, size,
		    fd);
	arena_defer_close(arena, *fd);
	*at = start;
	/* Readable for the child, which owns the directory but not this. */
	return blank_around(*fd, start, size) && fchmod(*fd, 0644) == 0 ?
	    OK : spool_failure(name);
}

enum err
input_settle(struct arena *arena, int directory, const char *name, int fd,
    off_t at, off_t size)
{
	int copy;
	enum err e;

	if (at == 0)
		return OK;
	if ((e = spool_copy(arena, directory, SETTLING, fd, at, size, &copy)))
		return e;
	return renameat(directory, SETTLING, directory, name) == 0 ? OK :
	    spool_failure(name);
}
