/* Invariants:
 *  1. Between fork and exec only async-signal-safe calls are made.
 *  2. Everything in the child's group has been killed when child_run()
 *     returns, and the child itself is reaped.
 *  3. The new process writes to no descriptor that it has not put there: ours
 *     are open in it until set_descriptors() is done.
 */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "confine.h"

#define REPORT 3		/* the descriptor of the failure report */
#define TICK_MS 20		/* without pidfd_open, how often we look */

enum { OUTPUT, MESSAGES, STREAMS };

/* A process runs one child at a time, so its output needs one place. */
static char kept[STREAMS][CHILD_OUTPUT];

/* Why the program was not reached. */
struct report {
	int at_exec, reason;
};

struct running {
	pid_t pid;
	int ended;		/* readable when it has; -1: not known */
	int report;		/* a struct report, or nothing */
	int stream[STREAMS];
	size_t length[STREAMS];
	int64_t deadline;	/* of base_clock_ms() */
	bool late;
};

/* What the new process needs to know, found out before the fork. */
struct plan {
	const struct child *child;
	struct confine confine;
	int null, report, stream[STREAMS];
};

int
child_own(int directory)
{
	struct confine confine;

	confine_prepare(&confine);
	if (confine.root &&
	    fchown(directory, confine.user, confine.group) != 0)
		return -1;
	return fchmod(directory, 0700);
}

static void
close_others(int first)
{
	if (close_range((unsigned)first, ~0U, 0) == 0)
		return;
	/* Some containers refuse the call; it takes 65,536 open files to get
	 * past this. */
	for (; first < 65536; first++)
		close(first);
}

/* Moves the descriptors to 0, 1, 2 and REPORT and closes all others; *report
 * is at any time where the report can be written. */
static bool
set_descriptors(const struct plan *plan, int *report)
{
	int from[] = { plan->null, plan->stream[OUTPUT],
	    plan->stream[MESSAGES], plan->report };
	int i, n = (int)ARRAY_LEN(from);

	/* First out of the way: one of them may be another's target. */
	for (i = 0; i < n; i++)
		if ((from[i] = fcntl(from[i], F_DUPFD_CLOEXEC, n)) < 0)
			return false;
	*report = from[REPORT];
	for (i = 0; i < n; i++)
		if (dup3(from[i], i, i == REPORT ? O_CLOEXEC : 0) < 0)
			return false;
	*report = REPORT;
	close_others(n);
	return true;
}

/* The new process; it becomes the program or reports why not. */
static _Noreturn void
be_child(const struct plan *plan)
{
	static char locale[] = "LC_ALL=C";
	static char *const environment[] = { locale, NULL };
	const struct child *child = plan->child;
	struct report failure = { 0, 0 };
	int report = plan->report;

	if (setsid() >= 0 && fchdir(child->directory) == 0 &&
	    set_descriptors(plan, &report) && confine_self(&plan->confine)) {
		failure.at_exec = 1;
		/* exec changes no argument, its type is older than const. */
		execve(child->argv[0], (char *const *)(uintptr_t)child->argv,
		    environment);
	}
	failure.reason = errno;
	(void)!write(report, &failure, sizeof(failure));
	_exit(127);
}

static void
close_all(int *fds, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

/* Opens what the child gets (there) and what we keep of it (here). */
static bool
open_pipes(int there[STREAMS + 2], int here[STREAMS + 1])
{
	int pair[2];
	size_t i;

	for (i = 0; i < STREAMS + 1; i++) {
		if (pipe2(pair, O_CLOEXEC) != 0)
			return false;
		here[i] = pair[0];
		there[i] = pair[1];
	}
	return (there[i] = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0;
}

static bool
start(struct running *run, struct plan *plan)
{
	int there[STREAMS + 2] = { -1, -1, -1, -1 };
	int here[STREAMS + 1] = { -1, -1, -1 };
	int reason;

	run->pid = -1;
	if (open_pipes(there, here)) {
		plan->stream[OUTPUT] = there[OUTPUT];
		plan->stream[MESSAGES] = there[MESSAGES];
		plan->report = there[STREAMS];
		plan->null = there[STREAMS + 1];
		if ((run->pid = fork()) == 0)
			be_child(plan);
	}
	reason = errno;
	close_all(there, ARRAY_LEN(there));
	if (run->pid < 0)
		close_all(here, ARRAY_LEN(here));
	run->stream[OUTPUT] = here[OUTPUT];
	run->stream[MESSAGES] = here[MESSAGES];
	run->report = here[STREAMS];
	errno = reason;
	return run->pid > 0;
}

/* Reads what is there; at the end of the stream closes it. */
static void
read_stream(struct running *run, size_t which)
{
	char dropped[4096];
	size_t room = CHILD_OUTPUT - run->length[which];
	ssize_t n;

	if (room > 0)
		n = read(run->stream[which],
		    kept[which] + run->length[which], room);
	else
		n = read(run->stream[which], dropped, sizeof(dropped));
	if (n > 0 && room > 0)
		run->length[which] += (size_t)n;
	if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN)) {
		close(run->stream[which]);
		run->stream[which] = -1;
	}
}

/* Whether the child has ended; it stays a zombie, so that its id and its
 * group's cannot become somebody else's before kill_group(). */
static bool
has_ended(const struct running *run)
{
	siginfo_t info = { 0 };

	if (waitid(P_PID, (id_t)run->pid, &info,
	    WEXITED | WNOHANG | WNOWAIT) != 0)
		return errno != EINTR;
	return info.si_pid != 0;
}

static void
kill_group(const struct running *run)
{
	kill(-run->pid, SIGKILL);
	kill(run->pid, SIGKILL);	/* before setsid() it has no group */
}

static int
time_left(const struct running *run)
{
	int64_t left = run->deadline - base_clock_ms();

	if (left < 0)
		return 0;
	if (run->ended < 0 && left > TICK_MS)
		return TICK_MS;
	return left > 60000 ? 60000 : (int)left;
}

/* Reads both streams until the child has ended or the deadline has come. */
static void
watch(struct running *run)
{
	struct pollfd polled[STREAMS + 1];
	size_t i;

	while (!has_ended(run)) {
		if (base_clock_ms() >= run->deadline) {
			run->late = true;
			break;
		}
		for (i = 0; i < STREAMS; i++)
			polled[i] = (struct pollfd){
			    run->stream[i], POLLIN, 0 };
		polled[STREAMS] = (struct pollfd){ run->ended, POLLIN, 0 };
		if (poll(polled, STREAMS + 1, time_left(run)) <= 0)
			continue;
		for (i = 0; i < STREAMS; i++)
			if (polled[i].revents != 0)
				read_stream(run, i);
	}
	kill_group(run);
}

/* What the dead have left in the pipes; one who fled the group may hold them
 * open still, and is not waited for. */
static void
drain(struct running *run)
{
	size_t i, rest;

	for (i = 0; i < STREAMS; i++) {
		if (run->stream[i] >= 0)
			fcntl(run->stream[i], F_SETFL, O_NONBLOCK);
		/* A pipe holds 64 KiB: 16 reads of 4 KiB, and its end. */
		for (rest = 0; rest < 20 && run->stream[i] >= 0; rest++)
			read_stream(run, i);
		if (run->stream[i] >= 0)
			close(run->stream[i]);
	}
}

/* How it ended, where the program was never reached; errno says why. */
static bool
never_started(struct running *run, enum child_end *end)
{
	static const int missing[] = {
		ENOENT, ENOTDIR, EACCES, EPERM, ENOEXEC, ELOOP, EISDIR
	};
	struct report report;
	ssize_t n;
	size_t i;

	fcntl(run->report, F_SETFL, O_NONBLOCK);
	n = read(run->report, &report, sizeof(report));
	close(run->report);
	if (n != sizeof(report))
		return false;
	*end = CHILD_SYSTEM;
	for (i = 0; i < ARRAY_LEN(missing); i++)
		if (report.at_exec && report.reason == missing[i])
			*end = CHILD_MISSING;
	errno = report.reason;
	return true;
}

/* The processor time that it may use: with one thread, no less than it can use
 * until the deadline. */
static int64_t
seconds_of(const struct child *child)
{
	return child->deadline_ms / 1000 + 1;
}

/* Whether the limit on that is what killed it: where no soft limit stands below
 * the hard one the kernel says so by SIGKILL.  It counts in ticks, which on a
 * busy machine were up to an eighth more than the exact time (measured). */
static bool
is_spent(const struct child *child, const struct rusage *usage)
{
	int64_t used_ms = ((int64_t)usage->ru_utime.tv_sec +
	    usage->ru_stime.tv_sec) * 1000 +
	    (usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1000;

	return child->status == -SIGKILL &&
	    used_ms >= seconds_of(child) * 1000 / 2;
}

static void
finish(struct child *child, struct running *run)
{
	struct rusage usage;
	int status;
	pid_t pid;

	while ((pid = wait4(run->pid, &status, 0, &usage)) < 0 &&
	    errno == EINTR)
		continue;
	ensure(pid == run->pid);	/* nobody else reaps in this program */
	child->status = WIFEXITED(status) ? WEXITSTATUS(status) :
	    -WTERMSIG(status);
	if (never_started(run, &child->end))
		return;
	if (run->late || is_spent(child, &usage))
		child->end = CHILD_LATE;
	else
		child->end = child->status == 0 ? CHILD_OK : CHILD_FAILED;
}

static bool
keep(struct text *text, struct arena *arena, const struct running *run,
    size_t which)
{
	text->length = run->length[which];
	text->bytes = arena_copy(arena, kept[which], text->length);
	return text->bytes != NULL;
}

/* "#!", as execve(2) has it. */
static bool
is_script(const char *program)
{
	char magic[2];
	int fd = open(program, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	bool script = fd >= 0 && read(fd, magic, 2) == 2 && magic[0] == '#' &&
	    magic[1] == '!';

	if (fd >= 0)
		close(fd);
	return script;
}

void
child_run(struct child *child, struct arena *arena)
{
	struct running run = {
		.deadline = base_clock_ms() + child->deadline_ms,
	};
	struct plan plan = {
		.child = child,
		.confine = {
			.memory = child->memory,
			.file_size = child->file_size,
			.background = child->background,
			.seconds = seconds_of(child),
			.fence = {
				.program = child->argv[0],
				.script = child->starts_others ||
				    is_script(child->argv[0]),
				.readable = child->readable,
			},
		},
	};

	child->end = CHILD_SYSTEM;
	child->status = 0;
	child->output = child->messages = TEXT("");
	confine_prepare(&plan.confine);
	if (!start(&run, &plan))
		return;
	run.ended = (int)syscall(SYS_pidfd_open, run.pid, 0);
	watch(&run);
	drain(&run);
	if (run.ended >= 0)
		close(run.ended);
	finish(child, &run);
	if (!keep(&child->output, arena, &run, OUTPUT) ||
	    !keep(&child->messages, arena, &run, MESSAGES)) {
		child->end = CHILD_SYSTEM;
		errno = ENOMEM;
	}
}
