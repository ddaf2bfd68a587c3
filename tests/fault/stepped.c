/* stepped.c - a wall clock that a test sets: preloaded, it adds to it as many
 * seconds as the file says that STEPPED names. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const char *file;

__attribute__((constructor)) static void
remember(void)
{
	file = getenv("STEPPED");
}

static long
seconds(void)
{
	char line[32] = "";
	int fd = file != NULL ? open(file, O_RDONLY | O_CLOEXEC) : -1;

	if (fd < 0)
		return 0;
	if (read(fd, line, sizeof(line) - 1) < 0)
		line[0] = '\0';
	close(fd);
	return atol(line);
}

int
clock_gettime(clockid_t clock, struct timespec *t)
{
	long status = syscall(SYS_clock_gettime, clock, t);

	if (status == 0 && clock == CLOCK_REALTIME)
		t->tv_sec += seconds();
	return (int)status;
}
