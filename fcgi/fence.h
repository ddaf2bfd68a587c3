/* fence.h - which files a child may reach, by Landlock (Linux 5.13).
 *
 * Its own directory, to read and write; the program and the libraries, to read
 * and run; nothing else: not the database, the secret, another upload or
 * /etc/passwd.  Where the kernel knows how, it also makes no TCP connection and
 * signals nobody outside.
 *
 * A program that is a script may read and run what lies below /usr and beside
 * itself.
 *
 * Between fork and exec only async-signal-safe calls are made.
 */
#ifndef FENCE_H
#define FENCE_H

#include "base.h"

/* What may be read besides: for tests, NULL at the end; may be NULL. */
struct fence {
	const char *program;
	bool script;
	const char *const *readable;
};

/* Confines the calling process, which is in the child's directory and has no
 * new privileges to gain, from here on.  True also where the kernel does not
 * offer it; false, with errno, where it does and failed. */
bool	fence_self(const struct fence *);

#endif
