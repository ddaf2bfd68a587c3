#include "shared.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "site.h"

static struct shared alone = { .breaker.open_until_ms = INT64_MAX };
struct shared *shared = &alone;

void
shared_open(void)
{
	int fd = open(SITE_SHARED, O_RDWR | O_CLOEXEC);
	struct stat status;
	void *map = MAP_FAILED;

	if (fd < 0)
		return;
	/* Another size is another program's. */
	if (fstat(fd, &status) == 0 && status.st_size == sizeof(struct shared))
		map = mmap(NULL, sizeof(struct shared),
		    PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (map != MAP_FAILED)
		shared = map;
}

static bool
make_file(void)
{
	int fd = open(SITE_SHARED ".new", O_RDWR | O_CREAT | O_TRUNC |
	    O_CLOEXEC, 0600);
	/* With its blocks: a map of a hole on a full disk ends in SIGBUS. */
	bool made = fd >= 0 &&
	    posix_fallocate(fd, 0, sizeof(struct shared)) == 0;

	if (fd >= 0)
		close(fd);
	return made && rename(SITE_SHARED ".new", SITE_SHARED) == 0;
}

/* The incarnation stays: a process that is still there goes on with it. */
bool
shared_setup(void)
{
	size_t i;

	shared_open();
	if (shared == &alone) {
		if (!make_file())
			return false;
		shared_open();
	}
	breaker_succeeded(&shared->breaker);
	for (i = 0; i < SHARED_COUNT; i++)
		atomic_store(&shared->count[i], 0);
	for (i = 0; i < SHARED_STATEMENTS; i++)
		atomic_store(&shared->statement[i], 0);
	return shared != &alone;
}

void
shared_add(enum shared_count count, size_t n)
{
	atomic_fetch_add_explicit(&shared->count[count], n,
	    memory_order_relaxed);
}

uint64_t
shared_adopt(uint32_t run)
{
	uint64_t now = atomic_load(&shared->incarnation), next;

	do {
		next = now;
		if (now >> 32 == 0 || (uint32_t)now != run)
			next = ((now >> 32) + 1) << 32 | run;
	} while (!atomic_compare_exchange_weak(&shared->incarnation, &now,
	    next));
	return next;
}
