/* Sources: linux/seccomp.h, Documentation/userspace-api/seccomp_filter.  The
 * list was made by watching ffmpeg 5.1 and ffprobe with strace(1).
 *
 * Invariant: no jump is longer than one instruction past a verdict, so that
 * the program can be written front to back. */
#include "filter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define MACHINE AUDIT_ARCH_X86_64
#define HIGHEST 0x3fffffff	/* above lies the x32 interface */
#elif defined(__aarch64__)
#define MACHINE AUDIT_ARCH_AARCH64
#define HIGHEST 0xffffffff
#endif

#ifndef MACHINE

bool
filter_self(const char *program, bool script)
{
	(void)program, (void)script;
	return false;
}

#else

#define LONGEST 512		/* instructions; the lists need some 300 */

/* Namespaces that a new process could ask for (linux/sched.h). */
#define NEW_NAMESPACES (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | \
	CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)

/* What needs no second look.  arm64 lacks the older half of the names. */
static const int always[] = {
	/* files */
	SYS_read, SYS_readv, SYS_pread64, SYS_preadv, SYS_write, SYS_writev,
	SYS_pwrite64, SYS_pwritev, SYS_lseek, SYS_openat, SYS_close,
	SYS_close_range, SYS_newfstatat, SYS_fstat, SYS_statx, SYS_statfs,
	SYS_fstatfs, SYS_faccessat, SYS_readlinkat, SYS_getdents64, SYS_getcwd,
	SYS_dup, SYS_dup3, SYS_pipe2, SYS_ftruncate, SYS_fallocate,
	SYS_fadvise64, SYS_fsync, SYS_fdatasync, SYS_renameat, SYS_renameat2,
	SYS_unlinkat, SYS_ppoll, SYS_pselect6,
	/* memory */
	SYS_mmap, SYS_munmap, SYS_mremap, SYS_mprotect, SYS_madvise, SYS_brk,
	SYS_mlock, SYS_munlock, SYS_get_mempolicy, SYS_membarrier,
	/* threads and signals of its own */
	SYS_futex, SYS_set_robust_list, SYS_get_robust_list, SYS_rseq,
	SYS_set_tid_address, SYS_exit, SYS_exit_group, SYS_rt_sigaction,
	SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_sigaltstack,
	SYS_restart_syscall, SYS_sched_yield, SYS_sched_getaffinity,
	SYS_sched_getparam, SYS_sched_getscheduler,
	SYS_sched_get_priority_max, SYS_sched_get_priority_min,
	/* who and when */
	SYS_getpid, SYS_getppid, SYS_gettid, SYS_getuid, SYS_geteuid,
	SYS_getgid, SYS_getegid, SYS_getresuid, SYS_getresgid, SYS_getgroups,
	SYS_getpgid, SYS_getsid, SYS_getpriority, SYS_getrusage, SYS_times,
	SYS_sysinfo, SYS_uname, SYS_getrandom, SYS_capget, SYS_clock_gettime,
	SYS_clock_getres, SYS_gettimeofday, SYS_nanosleep,
	SYS_clock_nanosleep,
#ifdef SYS_open
	SYS_open, SYS_stat, SYS_lstat, SYS_access, SYS_readlink, SYS_dup2,
	SYS_pipe, SYS_poll, SYS_select, SYS_rename, SYS_unlink, SYS_getpgrp,
	SYS_time, SYS_arch_prctl, SYS_getrlimit,
#endif
#ifdef SYS_faccessat2
	SYS_faccessat2,
#endif
};

/* What a script does besides. */
static const int scripted[] = {
	SYS_execve, SYS_wait4, SYS_waitid, SYS_setsid, SYS_setpgid, SYS_umask,
	SYS_chdir, SYS_fchdir, SYS_fchmod, SYS_fchmodat, SYS_mkdirat,
	SYS_linkat, SYS_symlinkat, SYS_mknodat, SYS_utimensat,
	SYS_copy_file_range,
#ifdef SYS_open
	SYS_fork, SYS_vfork, SYS_chmod, SYS_mkdir, SYS_rmdir, SYS_link,
	SYS_symlink, SYS_mknod,
#endif
};

/* These say why; the others look as if the kernel were older. */
static const int refused[] = {
	SYS_socket, SYS_socketpair, SYS_connect, SYS_bind, SYS_listen,
	SYS_accept, SYS_accept4, SYS_sendto, SYS_sendmsg, SYS_recvfrom,
	SYS_recvmsg, SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev,
	SYS_kill, SYS_tkill, SYS_tgkill, SYS_rt_sigqueueinfo, SYS_unshare,
	SYS_setns, SYS_mount, SYS_umount2, SYS_chroot, SYS_pivot_root, SYS_bpf,
	SYS_perf_event_open, SYS_userfaultfd, SYS_keyctl, SYS_add_key,
	SYS_request_key, SYS_execve, SYS_execveat, SYS_setpriority, SYS_ioctl,
	SYS_prlimit64, SYS_prctl, SYS_fcntl, SYS_clone, SYS_setuid, SYS_setgid,
#ifdef SYS_open
	SYS_fork, SYS_vfork,
#endif
};

struct writer {
	struct sock_filter at[LONGEST];
	unsigned short length;
};

static void
put(struct writer *writer, struct sock_filter instruction)
{
	if (writer->length < LONGEST)
		writer->at[writer->length++] = instruction;
}

static void
put_load(struct writer *writer, size_t offset)
{
	put(writer, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
	    (uint32_t)offset));
}

static void
put_verdict(struct writer *writer, uint32_t verdict)
{
	put(writer, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, verdict));
}

/* Goes on where the test holds, else leaves out the next so many. */
static void
put_test(struct writer *writer, uint16_t test, uint32_t value, uint8_t skip)
{
	put(writer, (struct sock_filter)BPF_JUMP(BPF_JMP | test | BPF_K, value,
	    0, skip));
}

static void
put_list(struct writer *writer, const int *calls, size_t count,
    uint32_t verdict)
{
	size_t i;

	for (i = 0; i < count; i++) {
		put_test(writer, BPF_JEQ, (uint32_t)calls[i], 1);
		put_verdict(writer, verdict);
	}
}

#define LOW_HALF 0		/* of an argument: these machines are both */
#define HIGH_HALF 4		/* little-endian */

static size_t
argument(int number, size_t half)
{
	return offsetof(struct seccomp_data, args) + (size_t)number * 8 + half;
}

/* Allows a call where an argument passes a test; the number of the call is
 * loaded again for what follows. */
static void
put_rule(struct writer *writer, int call, int number, uint16_t test,
    uint32_t value)
{
	put_test(writer, BPF_JEQ, (uint32_t)call, 4);
	put_load(writer, argument(number, LOW_HALF));
	put_test(writer, test, value, 1);
	put_verdict(writer, SECCOMP_RET_ALLOW);
	put_load(writer, offsetof(struct seccomp_data, nr));
}

/* The program's own start: the pointer is the one that we pass to execve().
 * What it becomes has other things at that address. */
static void
put_start(struct writer *writer, const char *program)
{
	uint64_t pointer = (uint64_t)(uintptr_t)program;

	put_test(writer, BPF_JEQ, SYS_execve, 6);
	put_load(writer, argument(0, LOW_HALF));
	put_test(writer, BPF_JEQ, (uint32_t)pointer, 3);
	put_load(writer, argument(0, HIGH_HALF));
	put_test(writer, BPF_JEQ, (uint32_t)(pointer >> 32), 1);
	put_verdict(writer, SECCOMP_RET_ALLOW);
	put_load(writer, offsetof(struct seccomp_data, nr));
}

/* A new process of a script, but none in a namespace of its own. */
static void
put_fork(struct writer *writer)
{
	put_test(writer, BPF_JEQ, SYS_clone, 4);
	put_load(writer, argument(0, LOW_HALF));
	put_test(writer, BPF_JSET, NEW_NAMESPACES, 1);
	put_verdict(writer, SECCOMP_RET_ERRNO | EPERM);
	put_verdict(writer, SECCOMP_RET_ALLOW);
}

static void
put_rules(struct writer *writer, const char *program, bool script)
{
	uint32_t self = (uint32_t)getpid();

	put_rule(writer, SYS_clone, 0, BPF_JSET, CLONE_THREAD);
	put_rule(writer, SYS_tgkill, 0, BPF_JEQ, self);	/* abort(3) */
	put_rule(writer, SYS_prlimit64, 0, BPF_JEQ, 0);
	put_rule(writer, SYS_prctl, 0, BPF_JEQ, PR_SET_NAME);
	put_rule(writer, SYS_prctl, 0, BPF_JEQ, PR_CAPBSET_READ);
	put_rule(writer, SYS_fcntl, 1, BPF_JEQ, F_DUPFD_CLOEXEC);
	put_rule(writer, SYS_fcntl, 1, BPF_JEQ, F_DUPFD);
	put_rule(writer, SYS_fcntl, 1, BPF_JEQ, F_GETFD);
	put_rule(writer, SYS_fcntl, 1, BPF_JEQ, F_SETFD);
	put_rule(writer, SYS_fcntl, 1, BPF_JEQ, F_GETFL);
	put_rule(writer, SYS_fcntl, 1, BPF_JEQ, F_SETFL);
	if (!script) {
		put_start(writer, program);
		return;
	}
	put_rule(writer, SYS_kill, 0, BPF_JEQ, self);
	put_fork(writer);
	put_list(writer, scripted, ARRAY_LEN(scripted), SECCOMP_RET_ALLOW);
}

bool
filter_self(const char *program, bool script)
{
	struct writer writer = { .length = 0 };
	struct sock_fprog filter = { .filter = writer.at };

	put_load(&writer, offsetof(struct seccomp_data, arch));
	put_test(&writer, BPF_JEQ, MACHINE, 1);
	put(&writer, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JA, 1, 0, 0));
	put_verdict(&writer, SECCOMP_RET_KILL_PROCESS);
	put_load(&writer, offsetof(struct seccomp_data, nr));
	put_test(&writer, BPF_JGT, HIGHEST, 1);
	put_verdict(&writer, SECCOMP_RET_KILL_PROCESS);
	put_list(&writer, always, ARRAY_LEN(always), SECCOMP_RET_ALLOW);
	put_rules(&writer, program, script);
	put_list(&writer, refused, ARRAY_LEN(refused),
	    SECCOMP_RET_ERRNO | EPERM);
	put_verdict(&writer, SECCOMP_RET_ERRNO | ENOSYS);
	ensure(writer.length < LONGEST);
	filter.len = writer.length;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

#endif
