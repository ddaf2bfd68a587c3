#include "runner.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conf.h"
#include "job.h"
#include "log.h"
#include "pause.h"
#include "room.h"
#include "spool.h"

#define MOST 16		/* the setting's highest */

static struct runner {
	pid_t pid;		/* 0: none */
	int ended;		/* readable when it has; -1: nothing tells */
	int64_t end_ms;		/* of base_clock_ms(): killed then at last */
	struct job job;
} runners[MOST];

/* A runner that is late by this much did not heed its own deadlines. */
#define GRACE_MS 10000

/* One whose job is there no more has finished it, and has an original to
 * remove; or the job was taken from it. */
#define PARTING_MS 3000

/* The new process becomes the program once more. */
static _Noreturn void
be_runner(const struct job *job, pid_t parent)
{
	char video[24], try[24];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);	/* it died before we asked for the signal */
	snprintf(video, sizeof(video), "%lld", (long long)job->video);
	snprintf(try, sizeof(try), "%lld", (long long)job->try);
	execl("/proc/self/exe", "mini-tiktok", "convert", video, try,
	    (char *)NULL);
	_exit(127);
}

static void
start(struct runner *runner, const struct job *job)
{
	pid_t parent = getpid(), pid = fork();

	if (pid == 0)
		be_runner(job, parent);
	if (pid < 0) {
		log_line(LOG_ERROR, "fork: %s", strerror(errno));
		(void)job_give_back(job);
		return;
	}
	*runner = (struct runner){ .pid = pid, .job = *job,
	    .end_ms = base_clock_ms() + job_left_ms(job) + GRACE_MS,
	    .ended = (int)syscall(SYS_pidfd_open, pid, 0) };
}

static void
forget(struct runner *runner)
{
	if (runner->ended >= 0)
		close(runner->ended);
	runner->pid = 0;
}

/* A process that has ended by itself has noted why, unless it was killed or met
 * a broken invariant: then the job is still as it was. */
static void
settle(const struct runner *runner, int status)
{
	bool left;

	if (status != 0)
		spool_sweep(true, NULL);	/* its directory */
	if (job_holds(&runner->job, &left) || !left)
		return;
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM) {
		(void)job_give_back(&runner->job);	/* the site ends */
		return;
	}
	log_line(LOG_WARNING, "video %lld, try %lld: the process ended with "
	    "status %d", (long long)runner->job.video,
	    (long long)runner->job.try, status);
	(void)job_fail(&runner->job, base_clock_ms() >= runner->end_ms -
	    GRACE_MS ? ERR_FFMPEG_LATE : ERR_FFMPEG_FAILED, NULL);
}

static void
watch(struct runner *runner)
{
	int64_t now = base_clock_ms();
	int status;
	bool holds;
	pid_t ended = waitpid(runner->pid, &status, WNOHANG);

	if (ended == 0) {
		if (!job_holds(&runner->job, &holds) && !holds &&
		    runner->end_ms > now + PARTING_MS)
			runner->end_ms = now + PARTING_MS;
		if (now > runner->end_ms)
			kill(runner->pid, SIGKILL);
		return;
	}
	if (ended == runner->pid)
		settle(runner, status);
	forget(runner);
}

static bool
is_ours(const struct job *job)
{
	int i;

	for (i = 0; i < MOST; i++)
		if (runners[i].pid != 0 &&
		    runners[i].job.video == job->video &&
		    runners[i].job.try == job->try)
			return true;
	return false;
}

/* Jobs that run though none of ours does them; the next tick takes those for
 * which there is no room here, or that cannot be noted now. */
static void
take_back(void)
{
	struct job jobs[MOST + 1];
	size_t count, i;

	if (job_taken(jobs, ARRAY_LEN(jobs), &count))
		return;
	for (i = 0; i < count; i++)
		if (!is_ours(&jobs[i]) &&
		    job_fail(&jobs[i], ERR_FFMPEG_FAILED, NULL))
			return;
}

/* What waits was let in when there was room, which others may have taken since:
 * the reserve is the database's.  Told when it changes. */
static bool
has_room(void)
{
	static bool full;
	bool before = full;

	full = room_on_disk(0) != OK;
	if (full && !before)
		log_line(LOG_WARNING, "the disk is full: no conversion begins");
	if (!full && before)
		log_line(LOG_INFO, "the disk has room again");
	return !full;
}

/* Whether a try that was cancelled, of the same video, has not ended yet.  It
 * is ended, and the new one waits for that: they could bear the same number. */
static bool
must_wait(const struct job *job)
{
	int i;

	for (i = 0; i < MOST; i++)
		if (runners[i].pid != 0 && runners[i].job.video == job->video) {
			kill(runners[i].pid, SIGKILL);
			(void)job_give_back(job);
			return true;
		}
	return false;
}

void
runner_tick(void)
{
	struct job job;
	int i;

	for (i = 0; i < MOST; i++)
		if (runners[i].pid != 0)
			watch(&runners[i]);
	take_back();
	for (i = 0; has_room() && i < conf->convert_jobs; i++) {
		if (runners[i].pid != 0)
			continue;
		if (job_claim(&job) || job.video == 0 || must_wait(&job))
			break;
		PAUSE("job_claimed");
		start(&runners[i], &job);
	}
	(void)job_expire(room_wanted_of_originals());
}

bool
runner_rest(int64_t ms)
{
	struct pollfd polled[MOST];
	int i;

	for (i = 0; i < MOST; i++)
		polled[i] = (struct pollfd){
		    runners[i].pid != 0 ? runners[i].ended : -1, POLLIN, 0 };
	return poll(polled, MOST, (int)ms) > 0;
}

void
runner_end(void)
{
	bool holds;
	int i, status;

	for (i = 0; i < MOST; i++) {
		if (runners[i].pid == 0)
			continue;
		kill(runners[i].pid, SIGKILL);
		while (waitpid(runners[i].pid, &status, 0) < 0 &&
		    errno == EINTR)
			continue;
		if (!job_holds(&runners[i].job, &holds) && holds)
			(void)job_give_back(&runners[i].job);
		forget(&runners[i]);
		spool_sweep(true, NULL);
	}
}
