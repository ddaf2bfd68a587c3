/* breaker.h - whether a helper that may be down is worth a call.
 *
 * Closed: calls go on.  A failure opens it: nobody calls for 1 s, after the
 * next failure in a row for 2, 4 ... 30 s, each time give or take a quarter.
 * Then it is half open: one process, and one only, makes a trial; that closes
 * it or opens it for longer.  Should that process die, another has its turn a
 * second later.
 *
 * The state is plain memory without a lock, to be shared by processes (I3):
 * what one of them suffers, the others learn without a call of their own.
 * Times are base_clock_ms(); all zeros is a closed breaker.
 */
#ifndef BREAKER_H
#define BREAKER_H

#include <stdatomic.h>

#include "base.h"

#define BREAKER_FIRST_MS 1000
#define BREAKER_LONGEST_MS 30000
#define BREAKER_TRIAL_MS 1000	/* how long a trial may take */

struct breaker {
	_Atomic int64_t open_until_ms;	/* 0: closed */
	_Atomic uint32_t failures;	/* in a row */
};

enum breaker_word { BREAKER_CALL, BREAKER_TRY, BREAKER_REST };

/* What to do now: call, make the one trial, or leave it. */
enum breaker_word	breaker_ask(struct breaker *, int64_t now_ms);

/* The same without taking the trial: whether calls go on. */
bool	breaker_is_closed(const struct breaker *);

/* Whether breaker_ask() would say to leave it. */
bool	breaker_is_open(const struct breaker *, int64_t now_ms);

/* A trial has succeeded. */
void	breaker_succeeded(struct breaker *);

/* A call (trial: the one trial) has failed; random spreads the rest.  True
 * when that begins a period without calls: not when another process has begun
 * it already. */
bool	breaker_failed(struct breaker *, bool trial, int64_t now_ms,
	    uint32_t random);

#endif
