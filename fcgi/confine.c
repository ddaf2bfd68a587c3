#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "filter.h"

#define DESCRIPTORS 32	/* ffmpeg opens three files at most */
#define NICE 10
#define NICEST 19
#define NOBODY 65534		/* where the system does not know `nobody` */

/* Best effort, lowest of eight; the idle class could starve for minutes. */
#define IO_PRIORITY (2 << 13 | 7)	/* linux/ioprio.h */
#define IO_IDLE (3 << 13)

void
confine_prepare(struct confine *confine)
{
	static uid_t known_user;
	static gid_t known_group;
	const struct passwd *nobody;

	confine->root = geteuid() == 0;
	confine->parent = getpid();
	if (!confine->root)
		return;
	if (known_user == 0) {
		nobody = getpwnam("nobody");
		known_user = nobody != NULL ? nobody->pw_uid : NOBODY;
		known_group = nobody != NULL ? nobody->pw_gid : NOBODY;
	}
	confine->user = known_user;
	confine->group = known_group;
}

/* A limit that is stricter already stays. */
static bool
limit(int what, rlim_t value)
{
	struct rlimit both;

	if (getrlimit((__rlimit_resource_t)what, &both) != 0)
		return false;
	if (value < both.rlim_max)
		both.rlim_max = value;
	both.rlim_cur = both.rlim_max;
	return setrlimit((__rlimit_resource_t)what, &both) == 0;
}

static bool
set_limits(const struct confine *confine)
{
	return limit(RLIMIT_CORE, 0) && limit(RLIMIT_NOFILE, DESCRIPTORS) &&
	    limit(RLIMIT_FSIZE, (rlim_t)confine->file_size) &&
	    limit(RLIMIT_CPU, (rlim_t)confine->seconds) &&
	    limit(RLIMIT_AS, (rlim_t)confine->memory);
}

/* Our handlers and what libfcgi ignores (SIGPIPE) are not the program's. */
static bool
reset_signals(void)
{
	struct sigaction standard = { .sa_handler = SIG_DFL };
	sigset_t none;
	int i;

	for (i = 1; i < NSIG; i++)
		sigaction(i, &standard, NULL);	/* KILL, STOP refuse */
	sigemptyset(&none);
	return sigprocmask(SIG_SETMASK, &none, NULL) == 0;
}

/* Sets something of ours that the kernel shows as a file, where it does. */
static void
set_own(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	(void)!write(fd, value, strlen(value));
	close(fd);
}

/* Behind all others; in the background behind those, too; but before them where
 * memory is short and the kernel ends somebody.  Where it groups processes by
 * session (this one leads its own), the group's niceness is what counts between
 * them: sched(7), "autogroup". */
static void
step_back(bool background)
{
	const struct sched_param none = { .sched_priority = 0 };

	set_own("/proc/self/oom_score_adj", background ? "1000" : "500");
	if (!background) {
		(void)!nice(NICE);
		syscall(SYS_ioprio_set, 1, 0, IO_PRIORITY);
		return;
	}
	(void)!nice(NICEST);
	sched_setscheduler(0, SCHED_IDLE, &none);
	syscall(SYS_ioprio_set, 1, 0, IO_IDLE);
	set_own("/proc/self/autogroup", "19");
}

static void
leave_network(bool root)
{
	if (unshare(CLONE_NEWNET) != 0 && !root)
		(void)!unshare(CLONE_NEWUSER | CLONE_NEWNET);
}

static bool
drop_rights(const struct confine *confine)
{
	if (confine->root && (setgroups(0, NULL) != 0 ||
	    setresgid(confine->group, confine->group, confine->group) != 0 ||
	    setresuid(confine->user, confine->user, confine->user) != 0))
		return false;
	/* A change of user clears the death signal: it comes after. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return false;
	if (getppid() != confine->parent)
		_exit(1);	/* it died before we asked for the signal */
	return true;
}

bool
confine_self(const struct confine *confine)
{
	step_back(confine->background);
	leave_network(confine->root);
	if (!drop_rights(confine) || !reset_signals() || !set_limits(confine))
		return false;
	/* Last, as each takes away what the steps before it need. */
	if (!fence_self(&confine->fence))
		return false;
	(void)!filter_self(confine->fence.program, confine->fence.script);
	return true;
}
