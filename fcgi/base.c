#include "base.h"

#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#include "log.h"

_Noreturn void
base_abort(const char *what, const char *file, int line)
{
	log_line(LOG_ERROR, "broken invariant at %s:%d: %s", file, line, what);
	abort();
}

static int64_t
read_ms(clockid_t clock)
{
	struct timespec t;

	ensure(clock_gettime(clock, &t) == 0);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t
base_now_ms(void)
{
	return read_ms(CLOCK_REALTIME);
}

int64_t
base_clock_ms(void)
{
	return read_ms(CLOCK_MONOTONIC);
}

uint64_t
base_random(void)
{
	static uint64_t state;	/* xorshift64*, Marsaglia and Vigna */

	while (state == 0)
		ensure(getrandom(&state, sizeof(state), 0) > 0);
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * UINT64_C(2685821657736338717) >> 16;
}

void
base_rest(int64_t ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&t, NULL);
}
