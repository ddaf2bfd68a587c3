/* filter.h - which system calls a child may make, by seccomp (Linux 3.5).
 *
 * A list of what ffmpeg needs to turn one file into another: reading, writing
 * and renaming, memory, threads, clocks.  All else fails, most of it as if the
 * kernel did not know the call (ENOSYS), which libraries are prepared for.  So
 * there is no socket, no new process, no other program, no signal to others, no
 * look into others, and none of the rarely walked parts of the kernel.
 *
 * A program that is a script needs other programs, so it may start some; the
 * rest holds for it and for them.
 *
 * Between fork and exec only async-signal-safe calls are made.
 */
#ifndef FILTER_H
#define FILTER_H

#include "base.h"

/* Confines the calling process from here on; the one exec that is allowed is
 * that of this very pointer, or any for a script.  Best effort: false where the
 * kernel does not offer it. */
bool	filter_self(const char *program, bool script);

#endif
