/* base.h - what every file may take for granted.
 *
 * Nothing here allocates or fails.  ensure() is an assertion that stays on in
 * production: a broken invariant ends the process, its supervisor starts a
 * fresh one, and no half-true state outlives the request that met it.
 */
#ifndef BASE_H
#define BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* Identifiers and times stay below 2^53: JavaScript reads them as doubles. */
#define ID_MAX INT64_C(9007199254740991)

#define KIB ((size_t)1 << 10)
#define MIB ((size_t)1 << 20)

#define ensure(condition) \
	((condition) ? (void)0 : base_abort(#condition, __FILE__, __LINE__))

_Noreturn void	base_abort(const char *what, const char *file, int line);

/* Milliseconds since 1970 in UTC, by the wall clock. */
int64_t	base_now_ms(void);

/* Milliseconds that only ever grow, for durations and deadlines. */
int64_t	base_clock_ms(void);

/* A number that nobody guesses by accident, to spread what must not come all at
 * once; not for secrets. */
uint64_t	base_random(void);

/* Rests for so long, or until a signal comes. */
void	base_rest(int64_t ms);

#endif
