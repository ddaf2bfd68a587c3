#include "arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A feed of 30 videos is about 20 KiB: one block serves most requests. */
#define BLOCK (64 * KIB)
#define ALIGNMENT sizeof(max_align_t)

struct arena_block {
	struct arena_block *older;
	size_t size, used;
	max_align_t bytes[];
};

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define poison(bytes, n) ASAN_POISON_MEMORY_REGION(bytes, n)
#define lend(bytes, n) ASAN_UNPOISON_MEMORY_REGION(bytes, n)
#else
#define poison(bytes, n) ((void)(bytes), (void)(n))
#define lend(bytes, n) ((void)(bytes), (void)(n))
#endif

static struct arena_block *
block_make(struct arena_block *older, size_t size)
{
	struct arena_block *block = malloc(sizeof(*block) + size);

	ensure(block != NULL);
	block->older = older;
	block->size = size;
	block->used = 0;
	poison(block->bytes, size);
	return block;
}

static void
block_free(struct arena_block *block)
{
	lend(block->bytes, block->size);
	free(block);
}

void
arena_init(struct arena *arena, size_t cap)
{
	memset(arena, 0, sizeof(*arena));
	arena->cap = cap;
	arena->block = block_make(NULL, BLOCK);
}

void *
arena_take(struct arena *arena, size_t size)
{
	size_t room = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	struct arena_block *block = arena->block;
	void *bytes;

	if (size > arena->cap || arena->taken + room > arena->cap) {
		arena->full = true;
		return NULL;
	}
	if (block->size - block->used < room)
		block = arena->block =
		    block_make(block, room > BLOCK ? room : BLOCK);
	bytes = (char *)block->bytes + block->used;
	block->used += room;
	arena->taken += room;
	lend(bytes, size);
	return memset(bytes, 0, size);
}

char *
arena_copy(struct arena *arena, const char *bytes, size_t n)
{
	char *copy = arena_take(arena, n + 1);

	if (copy != NULL && n > 0)
		memcpy(copy, bytes, n);
	return copy;
}

char *
arena_printf(struct arena *arena, const char *format, ...)
{
	va_list values;
	char *string;
	int n;

	va_start(values, format);
	n = vsnprintf(NULL, 0, format, values);
	va_end(values);
	ensure(n >= 0);
	if ((string = arena_take(arena, (size_t)n + 1)) == NULL)
		return NULL;
	va_start(values, format);
	vsnprintf(string, (size_t)n + 1, format, values);
	va_end(values);
	return string;
}

char *
arena_print_size(struct arena *arena, int64_t bytes)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB" };
	size_t unit = 0;

	while (unit + 1 < ARRAY_LEN(units) && bytes % 1024 == 0) {
		bytes /= 1024;
		unit++;
	}
	return arena_printf(arena, "%lld %s", (long long)bytes, units[unit]);
}

void
arena_defer(struct arena *arena, void (*run)(void *), void *what)
{
	ensure(arena->cleanups < ARENA_CLEANUPS);
	arena->cleanup[arena->cleanups].run = run;
	arena->cleanup[arena->cleanups].what = what;
	arena->cleanups++;
}

static void
close_descriptor(void *fd)
{
	close((int)(intptr_t)fd);
}

void
arena_defer_close(struct arena *arena, int fd)
{
	arena_defer(arena, close_descriptor, (void *)(intptr_t)fd);
}

bool
arena_full(const struct arena *arena)
{
	return arena->full;
}

void
arena_reset(struct arena *arena)
{
	struct arena_block *older;

	while (arena->cleanups > 0) {
		arena->cleanups--;
		arena->cleanup[arena->cleanups].run(
		    arena->cleanup[arena->cleanups].what);
	}
	while ((older = arena->block->older) != NULL) {
		block_free(arena->block);
		arena->block = older;
	}
	arena->block->used = 0;
	poison(arena->block->bytes, arena->block->size);
	arena->taken = 0;
	arena->full = false;
}

void
arena_free(struct arena *arena)
{
	arena_reset(arena);
	block_free(arena->block);
	arena->block = NULL;
}
