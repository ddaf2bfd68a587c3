/* The breaker's states (breaker.h), by a clock of the test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "breaker.h"

#define NOW INT64_C(1000000)
#define PROCESSES 8

/* Fails a closed breaker; returns for how long nobody calls then. */
static int64_t
rest_after_failure(struct breaker *b, bool trial, int64_t now, uint32_t random)
{
	int64_t ms = 0;

	assert_true(breaker_failed(b, trial, now, random));
	while (breaker_is_open(b, now + ms))
		ms++;
	return ms;
}

static void
a_new_one_is_closed(void **state)
{
	struct breaker b = { 0 };

	(void)state;
	assert_int_equal(breaker_ask(&b, NOW), BREAKER_CALL);
	assert_true(breaker_is_closed(&b));
	assert_false(breaker_is_open(&b, NOW));
}

static void
a_failure_lets_nobody_call_for_about_a_second(void **state)
{
	struct breaker b = { 0 };
	int64_t ms = rest_after_failure(&b, false, NOW, 12345);

	(void)state;
	assert_in_range(ms, 750, 1250);
	assert_int_equal(breaker_ask(&b, NOW), BREAKER_REST);
	assert_int_equal(breaker_ask(&b, NOW + ms - 1), BREAKER_REST);
	assert_false(breaker_is_closed(&b));
}

static void
then_one_tries_and_the_others_wait(void **state)
{
	struct breaker b = { 0 };
	int64_t then = NOW + rest_after_failure(&b, false, NOW, 0);

	(void)state;
	assert_int_equal(breaker_ask(&b, then), BREAKER_TRY);
	assert_int_equal(breaker_ask(&b, then), BREAKER_REST);
	assert_false(breaker_is_closed(&b));
	breaker_succeeded(&b);
	assert_int_equal(breaker_ask(&b, then), BREAKER_CALL);
}

static void
who_dies_in_the_trial_gives_another_the_turn(void **state)
{
	struct breaker b = { 0 };
	int64_t then = NOW + rest_after_failure(&b, false, NOW, 0);

	(void)state;
	assert_int_equal(breaker_ask(&b, then), BREAKER_TRY);
	assert_int_equal(breaker_ask(&b, then + BREAKER_TRIAL_MS - 1),
	    BREAKER_REST);
	assert_int_equal(breaker_ask(&b, then + BREAKER_TRIAL_MS),
	    BREAKER_TRY);
}

static void
each_failed_trial_doubles_the_rest_up_to_half_a_minute(void **state)
{
	static const int64_t about[] = { 1000, 2000, 4000, 8000, 16000, 30000,
	    30000, 30000 };
	struct breaker b = { 0 };
	int64_t now = NOW, ms;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(about); i++) {
		ms = rest_after_failure(&b, i > 0, now, (uint32_t)i * 77777);
		assert_in_range(ms, about[i] * 3 / 4, about[i] * 5 / 4);
		now += ms;
		assert_int_equal(breaker_ask(&b, now), BREAKER_TRY);
	}
	breaker_succeeded(&b);
	assert_in_range(rest_after_failure(&b, false, now, 0), 750, 1250);
}

static void
the_rests_are_spread(void **state)
{
	struct breaker b = { 0 };
	int64_t low = rest_after_failure(&b, false, NOW, 0), high;

	(void)state;
	breaker_succeeded(&b);
	high = rest_after_failure(&b, false, NOW, 499);
	assert_true(high - low > 400);
}

static void
failures_of_one_moment_count_once(void **state)
{
	struct breaker b = { 0 };
	int64_t ms = rest_after_failure(&b, false, NOW, 0);

	(void)state;
	/* Others were waiting for the same Redis. */
	assert_false(breaker_failed(&b, false, NOW + 1, 0));
	assert_false(breaker_failed(&b, false, NOW + 2, 0));
	assert_int_equal(breaker_ask(&b, NOW + ms), BREAKER_TRY);
	assert_in_range(rest_after_failure(&b, true, NOW + ms, 0), 1500, 2500);
}

/* Many processes ask at the moment of the trial. */
static void
of_many_processes_one_tries(void **state)
{
	struct {
		struct breaker b;
		_Atomic int tries, ready;
	} *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int i, status;

	(void)state;
	assert_true(shared != MAP_FAILED);
	assert_true(breaker_failed(&shared->b, false, NOW, 0));
	for (i = 0; i < PROCESSES; i++)
		if (fork() == 0) {
			shared->ready++;
			while (shared->ready < PROCESSES)
				continue;
			if (breaker_ask(&shared->b, NOW + 5000) !=
			    BREAKER_REST)
				shared->tries++;
			_exit(0);
		}
	for (i = 0; i < PROCESSES; i++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	assert_int_equal(shared->tries, 1);
	munmap(shared, sizeof(*shared));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_one_is_closed),
		cmocka_unit_test(a_failure_lets_nobody_call_for_about_a_second),
		cmocka_unit_test(then_one_tries_and_the_others_wait),
		cmocka_unit_test(who_dies_in_the_trial_gives_another_the_turn),
		cmocka_unit_test(
		    each_failed_trial_doubles_the_rest_up_to_half_a_minute),
		cmocka_unit_test(the_rests_are_spread),
		cmocka_unit_test(failures_of_one_moment_count_once),
		cmocka_unit_test(of_many_processes_one_tries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
