/* pause.h - places where a test holds a process still, to kill it there or to
 * let others pass.
 *
 * They exist in the builds `test` and `asan` (make BUILD=test); in every other
 * one PAUSE() is nothing.  Where the site's directory has a file pauses/NAME, a
 * process that comes to PAUSE("NAME") makes pauses/NAME.PID and rests until
 * pauses/NAME is gone; then it removes its own and goes on.
 */
#ifndef PAUSE_H
#define PAUSE_H

#ifdef PAUSE_POINTS
#define PAUSE(name) pause_at(name)
#else
#define PAUSE(name) ((void)0)
#endif

void	pause_at(const char *name);

#endif
