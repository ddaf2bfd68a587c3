#include "turn.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "conf.h"
#include "log.h"
#include "site.h"
#include "spool.h"

#define MOST 2
#define NAP_MS 10

/* How many turns there are for those who wait for an answer. */
static int
count_turns(void)
{
	cpu_set_t processors;

	if (sched_getaffinity(0, sizeof(processors), &processors) != 0 ||
	    CPU_COUNT(&processors) < 1)
		return 1;
	return CPU_COUNT(&processors) < MOST ? CPU_COUNT(&processors) : MOST;
}

/* Takes the turn of a number if it is free; -1 with EWOULDBLOCK if not. */
static int
try_turn(int number)
{
	char path[sizeof(SITE_TURN) + 16];
	int fd;

	snprintf(path, sizeof(path), SITE_TURN "%d", number);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

enum err
turn_take(bool background, int64_t patience_ms, int *turn)
{
	int64_t deadline = base_clock_ms() + patience_ms;
	int first = background ? MOST - 1 : 0;
	int end = background ? MOST - 1 + (int)conf->convert_jobs :
	    count_turns(), i;

	for (;;) {
		for (i = first; i < end; i++) {
			if ((*turn = try_turn(i)) >= 0)
				return OK;
			if (errno != EWOULDBLOCK && errno != EINTR)
				return spool_failure(SITE_TURN);
		}
		if (base_clock_ms() >= deadline)
			break;
		base_rest(NAP_MS);
	}
	log_line(LOG_WARNING, "all turns are taken");
	return ERR_FFMPEG_LATE;
}

void
turn_end(int turn)
{
	close(turn);
}
