#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "log.h"
#include "site.h"
#include "spool.h"

static bool
sync_directory(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool synced = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return synced;
}

/* Where a served path lies. */
struct file {
	char path[sizeof(SITE_MEDIA) + PLACE_PATH];
};

static struct file
file_of(const char *path)
{
	struct file file;

	snprintf(file.path, sizeof(file.path), SITE_MEDIA "%s", path);
	return file;
}

enum err
place_picture(int directory, const char *name, const char *shelf,
    int64_t user_id, char path[PLACE_PATH])
{
	uint64_t number;
	enum err e;

	/* Who has kept the picture of an address for a year must not meet
	 * another one there, also when the clock was set back. */
	ensure(getrandom(&number, sizeof(number), 0) == sizeof(number));
	snprintf(path, PLACE_PATH, "%s/%lld_%llu.jpg",
	    shelf + sizeof(SITE_MEDIA) - 1, (long long)user_id,
	    (unsigned long long)number);
	if (renameat2(directory, name, AT_FDCWD, file_of(path).path,
	    RENAME_NOREPLACE) == 0) {
		if (sync_directory(shelf))
			return OK;
		e = spool_failure(shelf);
		place_remove(path);
	} else {
		e = spool_failure(path);
	}
	path[0] = '\0';
	return e;
}

void
place_remove(const char *path)
{
	if (path[0] != '\0' && unlink(file_of(path).path) != 0)
		log_line(LOG_WARNING, "%s: %s", path, strerror(errno));
}
