#include "writer.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "log.h"
#include "site.h"

static int lock = -1;

enum err
writer_open(void)
{
	lock = open(SITE_WRITER_LOCK, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (lock >= 0)
		return OK;
	log_line(LOG_ERROR, SITE_WRITER_LOCK ": %s", strerror(errno));
	return ERR_UNAVAILABLE;
}

void
writer_close(void)
{
	if (lock >= 0)
		close(lock);
	lock = -1;
}

enum err
writer_lock(bool *found)
{
	char mark = 0;

	while (flock(lock, LOCK_EX) != 0)
		if (errno != EINTR) {
			log_line(LOG_ERROR, SITE_WRITER_LOCK ": %s",
			    strerror(errno));
			return ERR_UNAVAILABLE;
		}
	/* An empty file is a new one. */
	*found = pread(lock, &mark, 1, 0) == 1 && mark != 0;
	return OK;
}

void
writer_unlock(void)
{
	ensure(flock(lock, LOCK_UN) == 0);
}

static enum err
put_mark(char mark)
{
	if (pwrite(lock, &mark, 1, 0) == 1)
		return OK;
	log_line(LOG_WARNING, SITE_WRITER_LOCK ": %s", strerror(errno));
	return errno == ENOSPC ? ERR_DISK_FULL : ERR_UNAVAILABLE;
}

enum err
writer_mark(void)
{
	return put_mark(1);
}

void
writer_unmark(void)
{
	put_mark(0);
}
