#include "work.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "counter.h"
#include "gc.h"
#include "log.h"
#include "removal.h"
#include "runner.h"
#include "site.h"
#include "spool.h"
#include "store.h"

#define TICK_MS 1000
#define TICKS_A_MINUTE 60

/* Copies a log to NAME.1 and empties it.  Those who write to it hold it open to
 * append, so they go on at its new end; what they write in between is lost. */
static void
cut_log(int logs, const char *name)
{
	char old[300];
	struct stat status;
	off_t at = 0;
	int from, to;

	from = openat(logs, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (from < 0)
		return;
	if (fstat(from, &status) == 0 && S_ISREG(status.st_mode) &&
	    status.st_size > (off_t)WORK_LOG_MOST) {
		snprintf(old, sizeof(old), "%s.1", name);
		to = openat(logs, old, O_WRONLY | O_CREAT | O_TRUNC |
		    O_CLOEXEC | O_NOFOLLOW, 0640);
		/* A sudden flood leaves its newest part only. */
		at = status.st_size - (off_t)WORK_LOG_MOST;
		while (to >= 0 && copy_file_range(from, &at, to, NULL,
		    WORK_LOG_MOST, 0) > 0)
			continue;
		if (to >= 0)
			close(to);
		if (ftruncate(from, 0) == 0)
			log_line(LOG_INFO, "cut %s", name);
	}
	close(from);
}

static void
cut_logs(void)
{
	struct dirent *entry;
	const char *dot;
	DIR *logs = opendir(SITE_LOGS);

	if (logs == NULL)
		return;
	while ((entry = readdir(logs)) != NULL) {
		dot = strrchr(entry->d_name, '.');
		if (dot != NULL && strcmp(dot, ".log") == 0)
			cut_log(dirfd(logs), entry->d_name);
	}
	closedir(logs);
}

static void
every_minute(void)
{
	size_t swept = spool_sweep(true, NULL);

	if (swept > 0)
		log_line(LOG_WARNING, "removed %zu abandoned uploads",
		    swept);
	cut_logs();
}

/* Rows without files are told when there are others than the last time. */
static void
collect_garbage(void)
{
	static struct gc before;
	struct gc now;

	if (gc_run(&now, true, NULL))
		return;		/* the store has said why */
	if (now.orphans > 0)
		log_line(LOG_WARNING, "removed %zu served files without a row",
		    now.orphans);
	if (now.missing != before.missing ||
	    now.missing_which != before.missing_which)
		log_line(now.missing > 0 ? LOG_WARNING : LOG_INFO,
		    "%zu rows lack a file; `admin gc --dry-run` lists them",
		    now.missing);
	before = now;
}

static bool leaving;

static void
leave(int signal_number)
{
	(void)signal_number;
	leaving = true;
}

static void
catch_signals(void)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGUSR1 };
	struct sigaction action = { .sa_handler = leave };
	size_t i;

	for (i = 0; i < ARRAY_LEN(signals); i++)
		ensure(sigaction(signals[i], &action, NULL) == 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
}

/* Waits to be the one that works; false when told to leave before. */
static bool
take_turn(void)
{
	int fd = open(SITE_WORK_LOCK, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	ensure(fd >= 0);
	while (!leaving && flock(fd, LOCK_EX | LOCK_NB) != 0)
		base_rest(TICK_MS);
	return !leaving;
}

/* A conversion that ends makes room for the next one at once. */
static void
rest(void)
{
	int64_t end = base_clock_ms() + TICK_MS, left;

	while (!leaving && (left = end - base_clock_ms()) > 0)
		if (runner_rest(left))
			runner_tick();
}

int
work_main(void)
{
	unsigned tick;

	log_name("work");
	catch_signals();
	if (store_open() || !take_turn()) {
		base_rest(leaving ? 0 : TICK_MS);
		return leaving ? 0 : 1;
	}
	log_line(LOG_INFO, "working");
	for (tick = 0; !leaving; tick++) {
		if (tick % TICKS_A_MINUTE == 0)
			every_minute();
		(void)removal_go_on();
		runner_tick();
		(void)counter_fold();
		if (tick % gc_period() == 0)
			collect_garbage();
		store_checkpoint();
		rest();
	}
	runner_end();
	store_close();
	log_line(LOG_INFO, "leaving");
	return 0;
}
