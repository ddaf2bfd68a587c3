/* Programs run as children: what they get, what they lose, how they end. */
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "child.h"

#define SOON 20000	/* far more than any of these needs */

static char directory_name[] = "/tmp/mini-tiktok-child-XXXXXX";
static int directory;
static struct arena arena;

/* Runs a program that these tests look through: it reads about itself. */
static struct child
run_program(const char *const *argv, int64_t deadline_ms)
{
	static const char *const readable[] = { "/proc", "/etc", NULL };
	struct child child = {
		.directory = directory, .argv = argv,
		.starts_others = true, .readable = readable,
		.deadline_ms = deadline_ms, .memory = 512 * MIB,
		.file_size = (off_t)MIB,
	};

	child_run(&child, &arena);
	return child;
}

static struct child
run_script(const char *script, int64_t deadline_ms)
{
	const char *const argv[] = { "/bin/sh", "-c", script, NULL };

	return run_program(argv, deadline_ms);
}

/* Runs a script that must succeed and print exactly this. */
static void
expect(const char *script, const char *output)
{
	struct child child = run_script(script, SOON);

	if (child.end != CHILD_OK || !text_is(child.output, output))
		fail_msg("%s: ended %d with status %d, said \"%s\" \"%s\"",
		    script, child.end, child.status, child.output.bytes,
		    child.messages.bytes);
}

static void
both_streams_are_kept_apart(void **state)
{
	struct child child = run_script("echo out; echo err >&2", SOON);

	(void)state;
	assert_int_equal(child.end, CHILD_OK);
	assert_string_equal(child.output.bytes, "out\n");
	assert_string_equal(child.messages.bytes, "err\n");
}

static void
an_exit_status_and_a_signal_are_told_apart(void **state)
{
	struct child child = run_script("exit 3", SOON);

	(void)state;
	assert_int_equal(child.end, CHILD_FAILED);
	assert_int_equal(child.status, 3);
	child = run_script("kill -SEGV $$", SOON);
	assert_int_equal(child.end, CHILD_FAILED);
	assert_int_equal(child.status, -SIGSEGV);
}

static void
a_program_that_cannot_be_executed_is_missing(void **state)
{
	static const char *const paths[] = {
		"/nonexistent/ffmpeg", "/etc/passwd/ffmpeg", "/etc/passwd",
		"/etc",
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(paths); i++) {
		const char *const argv[] = { paths[i], NULL };

		assert_int_equal(run_program(argv, SOON).end, CHILD_MISSING);
	}
}

/* A directory that is not one is our mistake, not the program's absence. */
static void
what_fails_before_the_program_is_the_system(void **state)
{
	static const char *const argv[] = { "/bin/true", NULL };
	struct child child = { .argv = argv, .deadline_ms = SOON,
	    .memory = 512 * MIB, .file_size = 1 };

	(void)state;
	child.directory = open("/dev/null", O_RDONLY | O_CLOEXEC);
	child_run(&child, &arena);
	assert_int_equal(child.end, CHILD_SYSTEM);
	assert_int_equal(errno, ENOTDIR);
	close(child.directory);
}

static void
no_argument_reaches_a_shell(void **state)
{
	static const char *const argv[] = {
		"/usr/bin/printf", "%s|", "$(id)", ";", "`id`", "a\nb", "*",
		NULL
	};
	struct child child = run_program(argv, SOON);

	(void)state;
	assert_int_equal(child.end, CHILD_OK);
	assert_string_equal(child.output.bytes, "$(id)|;|`id`|a\nb|*|");
}

static void
nothing_of_ours_is_inherited(void **state)
{
	static const char secret[] = "secret";
	int fd = open("/dev/null", O_RDONLY);	/* not close-on-exec */

	(void)state;
	assert_true(fd > 2);
	assert_int_equal(setenv("MT_SECRET", secret, 1), 0);
	signal(SIGPIPE, SIG_IGN);
	expect("env -i /bin/ls /proc/self/fd | tr '\\n' ' '", "0 1 2 3 ");
	expect("/bin/readlink /proc/self/fd/0", "/dev/null\n");
	expect("tr '\\0' '\\n' </proc/$$/environ", "LC_ALL=C\n");
	/* SIGPIPE is 13, bit 12; a shell itself ignores nothing. */
	expect("grep SigIgn /proc/self/status | tr -d '\\t'",
	    "SigIgn:0000000000000000\n");
	expect("grep SigBlk /proc/self/status | tr -d '\\t'",
	    "SigBlk:0000000000000000\n");
	signal(SIGPIPE, SIG_DFL);
	close(fd);
}

static void
it_runs_where_it_is_told(void **state)
{
	char expected[64];

	(void)state;
	snprintf(expected, sizeof(expected), "%s\n", directory_name);
	expect("/bin/pwd", expected);
}

static void
its_limits_are_set(void **state)
{
	int priority = getpriority(PRIO_PROCESS, 0);
	char nice[16];

	(void)state;
	expect("ulimit -v; ulimit -n; ulimit -c", "524288\n32\n0\n");
	expect("ulimit -t", "21\n");
	expect("ulimit -f", "2048\n");	/* blocks of 512 bytes */
	snprintf(nice, sizeof(nice), "%d\n", priority < 9 ? priority + 10 :
	    19);
	expect("nice", nice);
	expect("grep NoNewPrivs /proc/self/status | tr -d '\\t'",
	    "NoNewPrivs:1\n");
}

/* A stricter one of the site's own stays, and the program starts. */
static void
stricter_limits_stay(void **state)
{
	struct child child;
	pid_t pid = fork();
	int status;

	(void)state;
	if (pid == 0) {
		if (setrlimit(RLIMIT_FSIZE, &(struct rlimit){ 1024, 1024 }))
			_exit(2);
		child = run_script("ulimit -f", SOON);
		_exit(child.end == CHILD_OK && text_is(child.output, "2\n") ?
		    0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void
a_file_past_the_limit_is_not_written(void **state)
{
	struct child child = run_script(
	    "exec head -c 2000000 /dev/zero >big", SOON);
	struct stat status;

	(void)state;
	assert_int_equal(child.end, CHILD_FAILED);
	assert_int_equal(child.status, -SIGXFSZ);
	assert_int_equal(fstatat(directory, "big", &status, 0), 0);
	assert_int_equal(status.st_size, MIB);
	unlinkat(directory, "big", 0);
}

static void
memory_past_the_limit_is_not_given(void **state)
{
	static const char *const argv[] = {
		"/usr/bin/dd", "if=/dev/zero", "of=/dev/null", "bs=600M",
		"count=1", NULL
	};
	struct child child = run_program(argv, SOON);

	(void)state;
	assert_int_equal(child.end, CHILD_FAILED);
	assert_non_null(strstr(child.messages.bytes, "memory exhausted"));
}

/* As root the child is nobody, else it is who we are. */
static void
it_has_no_privileges(void **state)
{
	struct passwd *nobody = getpwnam("nobody");
	char expected[64];

	(void)state;
	assert_non_null(nobody);
	expect("grep -E 'Cap(Eff|Prm|Inh)' /proc/self/status | tr -d '\\t'",
	    "CapInh:0000000000000000\n"
	    "CapPrm:0000000000000000\n"
	    "CapEff:0000000000000000\n");
	if (geteuid() != 0)
		return;
	snprintf(expected, sizeof(expected), "%d %d %d\n",
	    (int)nobody->pw_uid, (int)nobody->pw_gid, (int)nobody->pw_gid);
	expect("echo $(id -u) $(id -g) $(id -G)", expected);
}

/* The listener is in our network, the child in one without anything or with
 * sockets refused. */
static void
it_cannot_reach_the_network(void **state)
{
	static const char connecting[] = "import socket\n"
	    "try:\n"
	    "    socket.create_connection(('127.0.0.1', %d), 5)\n"
	    "    print('connected')\n"
	    "except OSError:\n"
	    "    print('refused')\n";
	struct sockaddr_storage address = { .ss_family = AF_INET };
	socklen_t length = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	unsigned char *port = (unsigned char *)&address + 2;
	const char *argv[] = { "/usr/bin/python3", "-c", NULL, NULL };
	struct child child;

	(void)state;
	assert_int_equal(bind(listener, (struct sockaddr *)&address, 16), 0);
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&address,
	    &length), 0);
	argv[2] = arena_printf(&arena, connecting, port[0] << 8 | port[1]);
	child = run_program(argv, SOON);
	assert_int_equal(child.end, CHILD_OK);
	assert_string_equal(child.output.bytes, "refused\n");
	close(listener);
}

/* Whether no process of ours, which works in our directory, has this word as an
 * argument; waits for it, as a killed grandchild is gone a moment later than we
 * are told. */
static bool
is_gone(const char *word)
{
	char command[256];
	int i, status;
	pid_t pid;

	snprintf(command, sizeof(command), "! find /proc/[0-9]*/cwd "
	    "-maxdepth 0 -lname '%s' -printf '%%h/cmdline\\n' 2>/dev/null | "
	    "xargs grep -lsz '^%s$' /dev/null", directory_name, word);
	for (i = 0; i < 500; i++) {
		if ((pid = fork()) == 0) {
			execl("/bin/sh", "sh", "-c", command, (char *)NULL);
			_exit(127);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
			return true;
		usleep(10000);
	}
	return false;
}

static void
the_deadline_ends_it(void **state)
{
	static const char *const scripts[] = {
		"exec sleep 3601",
		"exec sleep 3601 >&- 2>&-",
		"sleep 3601; true",
		"trap '' TERM INT HUP; sleep 3601; true",
		"while :; do :; done",
		"exec cat /dev/zero",
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(scripts); i++)
		assert_int_equal(run_script(scripts[i], 100).end, CHILD_LATE);
	assert_true(is_gone("3601"));
}

/* Whether a process has ended and nobody has asked for its status. */
static bool
is_zombie(int64_t pid)
{
	char path[64], state = '?';
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%lld/stat", (long long)pid);
	if ((file = fopen(path, "re")) == NULL)
		return false;
	if (fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
		state = '?';
	fclose(file);
	return state == 'Z';
}

/* The number that a child has written into a file; 0 while there is none. */
static int64_t
number_in(const char *name)
{
	int fd = openat(directory, name, O_RDONLY | O_CLOEXEC);
	char line[32];
	ssize_t n = fd >= 0 ? read(fd, line, sizeof(line)) : 0;
	int64_t number = 0;

	if (fd >= 0)
		close(fd);
	if (n > 1 && line[n - 1] == '\n')
		(void)text_integer((struct text){ line, (size_t)n - 1 },
		    &number);
	return number;
}

/* Its parent, in the middle, is stopped and sees no deadline meanwhile.  That
 * limit is told by the signal of the kernel's also where memory is short. */
static void
the_limit_on_the_processor_ends_it(void **state)
{
	pid_t parent = fork();
	int64_t pid = 0;
	int i, status;

	(void)state;
	if (parent == 0)
		_exit(run_script("echo $$ >pid; while :; do :; done",
		    900).end == CHILD_LATE ? 0 : 1);
	for (i = 0; i < 24000 && pid == 0; i++) {
		pid = number_in("pid");
		usleep(1000);
	}
	assert_int_equal(kill(parent, SIGSTOP), 0);
	for (i = 0; i < 24000 && !is_zombie(pid); i++) {
		if (waitpid(parent, NULL, WNOHANG | WNOWAIT) == parent)
			break;
		usleep(10000);
	}
	kill(parent, SIGCONT);
	assert_int_equal(waitpid(parent, &status, 0), parent);
	assert_int_equal(status, 0);
	unlinkat(directory, "pid", 0);
}

static void
who_is_killed_by_others_was_not_late(void **state)
{
	struct child child = run_script("kill -KILL $$", SOON);

	(void)state;
	assert_int_equal(child.end, CHILD_FAILED);
	assert_int_equal(child.status, -SIGKILL);
}

static void
a_grandchild_does_not_outlive_the_child(void **state)
{
	struct child child = run_script("sleep 3602 & echo started", SOON);

	(void)state;
	assert_int_equal(child.end, CHILD_OK);
	assert_string_equal(child.output.bytes, "started\n");
	assert_true(is_gone("3602"));
}

/* One that leaves the group keeps the pipes open; it is not waited for. */
static void
one_who_flees_is_not_waited_for(void **state)
{
	struct child child = run_script(
	    "setsid sh -c '>fled; exec sleep 3606' & echo $!; "
	    "until [ -e fled ]; do sleep 0.01; done", SOON);
	int64_t pid = 0;

	(void)state;
	assert_int_equal(child.end, CHILD_OK);
	assert_true(text_integer((struct text){ child.output.bytes,
	    child.output.length - 1 }, &pid));
	assert_int_equal(kill((pid_t)pid, SIGKILL), 0);
	assert_true(is_gone("3606"));
	unlinkat(directory, "fled", 0);
}

static void
a_chatty_child_is_heard_in_part(void **state)
{
	struct child child = run_script(
	    "head -c 3000000 /dev/zero | tr '\\0' x; "
	    "head -c 3000000 /dev/zero | tr '\\0' y >&2; echo end", SOON);
	size_t i;

	(void)state;
	assert_int_equal(child.end, CHILD_OK);
	assert_int_equal(child.output.length, CHILD_OUTPUT);
	assert_int_equal(child.messages.length, CHILD_OUTPUT);
	for (i = 0; i < CHILD_OUTPUT; i++) {
		assert_int_equal(child.output.bytes[i], 'x');
		assert_int_equal(child.messages.bytes[i], 'y');
	}
}

/* A process in the middle runs a child and is killed: so is the child. */
static void
it_dies_with_its_parent(void **state)
{
	struct stat status;
	pid_t pid = fork();
	int i;

	(void)state;
	if (pid == 0) {
		run_script(">started; exec sleep 3604", SOON * 10);
		_exit(0);
	}
	assert_true(pid > 0);
	for (i = 0; i < 1000; i++) {
		if (fstatat(directory, "started", &status, 0) == 0)
			break;
		usleep(10000);
	}
	assert_int_equal(fstatat(directory, "started", &status, 0), 0);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_true(is_gone("3604"));
	unlinkat(directory, "started", 0);
}

static int
count_descriptors(void)
{
	int fd, count = 0;

	for (fd = 0; fd < 256; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

static void
nothing_leaks(void **state)
{
	static const char *const missing[] = { "/nonexistent", NULL };
	int before = count_descriptors(), i;

	(void)state;
	for (i = 0; i < 5; i++) {
		run_script("echo a; echo b >&2", SOON);
		run_script("exec sleep 3605", 10);
		run_program(missing, SOON);
	}
	assert_int_equal(count_descriptors(), before);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

/* Also when 0, 1 and 2 are closed, so that the pipes get those numbers. */
static void
low_descriptors_are_not_mixed_up(void **state)
{
	pid_t pid = fork();
	struct child child;
	int status;

	(void)state;
	if (pid == 0) {
		close(0);
		close(1);
		close(2);
		child = run_script("cat; echo out; echo err >&2", SOON);
		_exit(child.end == CHILD_OK &&
		    text_is(child.output, "out\n") &&
		    text_is(child.messages, "err\n") ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void
too_much_for_the_arena_is_a_failure(void **state)
{
	static const char *const argv[] = {
		"/usr/bin/head", "-c", "9000", "/dev/zero", NULL
	};
	struct child child = { .directory = directory, .argv = argv,
	    .deadline_ms = SOON, .memory = 512 * MIB, .file_size = 1 };
	struct arena small;

	(void)state;
	arena_init(&small, 8000);
	child_run(&child, &small);
	assert_int_equal(child.end, CHILD_SYSTEM);
	assert_int_equal(errno, ENOMEM);
	arena_free(&small);
}

static int
enter(void **state)
{
	(void)state;
	arena_init(&arena, 4 * MIB);
	if (mkdtemp(directory_name) == NULL)
		return -1;
	directory = open(directory_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return child_own(directory);
}

static int
leave(void **state)
{
	(void)state;
	arena_free(&arena);
	close(directory);
	return rmdir(directory_name);
}

static int
forget(void **state)
{
	(void)state;
	arena_reset(&arena);
	return 0;
}

#define TEST(name) cmocka_unit_test_teardown(name, forget)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(both_streams_are_kept_apart),
		TEST(an_exit_status_and_a_signal_are_told_apart),
		TEST(a_program_that_cannot_be_executed_is_missing),
		TEST(what_fails_before_the_program_is_the_system),
		TEST(no_argument_reaches_a_shell),
		TEST(nothing_of_ours_is_inherited),
		TEST(it_runs_where_it_is_told),
		TEST(its_limits_are_set),
		TEST(stricter_limits_stay),
		TEST(a_file_past_the_limit_is_not_written),
		TEST(memory_past_the_limit_is_not_given),
		TEST(it_has_no_privileges),
		TEST(it_cannot_reach_the_network),
		TEST(the_deadline_ends_it),
		TEST(the_limit_on_the_processor_ends_it),
		TEST(who_is_killed_by_others_was_not_late),
		TEST(a_grandchild_does_not_outlive_the_child),
		TEST(one_who_flees_is_not_waited_for),
		TEST(a_chatty_child_is_heard_in_part),
		TEST(it_dies_with_its_parent),
		TEST(nothing_leaks),
		TEST(low_descriptors_are_not_mixed_up),
		TEST(too_much_for_the_arena_is_a_failure),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
