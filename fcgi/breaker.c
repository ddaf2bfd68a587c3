#include "breaker.h"

enum breaker_word
breaker_ask(struct breaker *b, int64_t now_ms)
{
	int64_t until = atomic_load(&b->open_until_ms);

	if (until == 0)
		return BREAKER_CALL;
	if (now_ms < until)
		return BREAKER_REST;
	/* For all others it is open until the trial must be over. */
	return atomic_compare_exchange_strong(&b->open_until_ms, &until,
	    now_ms + BREAKER_TRIAL_MS) ? BREAKER_TRY : BREAKER_REST;
}

bool
breaker_is_closed(const struct breaker *b)
{
	return atomic_load(&b->open_until_ms) == 0;
}

bool
breaker_is_open(const struct breaker *b, int64_t now_ms)
{
	return now_ms < atomic_load(&b->open_until_ms);
}

void
breaker_succeeded(struct breaker *b)
{
	atomic_store(&b->failures, 0);
	atomic_store(&b->open_until_ms, 0);
}

/* The length of the next rest: doubled from failure to failure, plus or minus
 * a quarter. */
static int64_t
rest_ms(uint32_t failures, uint32_t random)
{
	int64_t ms = BREAKER_LONGEST_MS;

	if (failures < 5)
		ms = (int64_t)BREAKER_FIRST_MS << failures;
	return ms - ms / 4 + random % (ms / 2);
}

bool
breaker_failed(struct breaker *b, bool trial, int64_t now_ms, uint32_t random)
{
	uint32_t failures = atomic_load(&b->failures);
	int64_t until = now_ms + rest_ms(failures, random), closed = 0;

	if (trial)
		atomic_store(&b->open_until_ms, until);
	else if (!atomic_compare_exchange_strong(&b->open_until_ms, &closed,
	    until))
		return false;
	atomic_store(&b->failures, failures + 1);
	return true;
}
