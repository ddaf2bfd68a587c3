/* prober.c - stands in for ffmpeg and tries what it must not be able to do.
 *
 * Says of each attempt "name:errno", 0 where it came through, in one line on
 * standard error, and fails, so that the site logs the line. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char line[900];

static void
say(const char *name, int failed)
{
	size_t n = strlen(line);

	snprintf(line + n, sizeof(line) - n, "%s:%d ", name,
	    failed ? errno : 0);
}

static void
try_open(const char *name, const char *path, int flags)
{
	int fd = open(path, flags, 0600);

	say(name, fd < 0);
	if (fd >= 0)
		close(fd);
}

static void
try_files(void)
{
	try_open("own", "mine", O_RDWR | O_CREAT);
	say("rename", rename("mine", "yours"));
	say("unlink", unlink("yours"));
	try_open("passwd", "/etc/passwd", O_RDONLY);
	try_open("proc", "/proc/self/status", O_RDONLY);
	try_open("above", "../mine", O_RDWR | O_CREAT);
	unlink("../mine");
	try_open("tmp", "/tmp/mini-tiktok-prober", O_RDWR | O_CREAT);
	unlink("/tmp/mini-tiktok-prober");
	try_open("secret", "../../../../data/secret", O_RDONLY);
	try_open("database", "../../../../data/mini-tiktok.db", O_RDONLY);
	try_open("videos", "../../../videos", O_RDONLY | O_DIRECTORY);
	try_open("list", "/", O_RDONLY | O_DIRECTORY);
}

static void *
do_nothing(void *unused)
{
	return unused;
}

static void
try_processes(void)
{
	static char *const argv[] = { (char *)"true", NULL };
	pthread_t thread;
	pid_t pid;
	int e = pthread_create(&thread, NULL, do_nothing, NULL);

	errno = e;
	say("thread", e);
	if (e == 0)
		pthread_join(thread, NULL);
	pid = fork();
	if (pid == 0) {
		setsid();
		_exit(0);
	}
	say("fork", pid < 0);
	if (pid > 0)
		waitpid(pid, NULL, 0);
	pid = (pid_t)syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL,
	    NULL, NULL);
	if (pid == 0)
		_exit(0);
	say("namespace", pid < 0);
	if (pid > 0)
		waitpid(pid, NULL, 0);
	/* One that cannot be found is another failure than one forbidden. */
	say("exec", execve("/nonexistent/program", argv, NULL));
	say("kill", kill(getpid(), 0));
	say("prlimit", syscall(SYS_prlimit64, getppid(), RLIMIT_CORE, NULL,
	    &(struct rlimit){ 0, 0 }) < 0);
}

static void
try_sockets(void)
{
	struct sockaddr_un site = { .sun_family = AF_UNIX,
	    .sun_path = "../../../../sockets/api.sock" };
	int fd = socket(AF_INET, SOCK_STREAM, 0), pair[2];

	say("inet", fd < 0);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	say("unix", fd < 0);
	say("connect", connect(fd, (struct sockaddr *)&site, sizeof(site)));
	say("pair", socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
}

static void
try_kernel(void)
{
	char from[8] = "x", to[8];
	struct iovec here = { to, 8 }, there = { from, 8 };

	say("ptrace", ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0);
	say("read", process_vm_readv(getpid(), &here, 1, &there, 1, 0) < 0);
	say("personality", personality(0xffffffff) < 0);
	say("memfd", (int)syscall(SYS_memfd_create, "x", 0) < 0);
	say("death", prctl(PR_SET_PDEATHSIG, 0));
	say("ioctl", ioctl(1, FIONREAD, &(int){ 0 }));
}

int
main(void)
{
	try_files();
	try_processes();
	try_sockets();
	try_kernel();
	fprintf(stderr, "%s\n", line);
	return 1;
}
