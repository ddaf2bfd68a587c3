#include "pack.h"

#include <string.h>

#define FIRST_BYTES 512

/* Room for n more bytes. */
static char *
grow(struct pack *p, size_t n)
{
	size_t size = p->size > 0 ? p->size : FIRST_BYTES;
	char *bytes;

	if (p->full || p->length + n > p->most) {
		p->full = true;
		return NULL;
	}
	while (size < p->length + n)
		size *= 2;
	if (size > p->size) {
		if ((bytes = arena_take(p->arena, size)) == NULL) {
			p->full = true;
			return NULL;
		}
		if (p->bytes != NULL)
			memcpy(bytes, p->bytes, p->length);
		p->bytes = bytes;
		p->size = size;
	}
	bytes = p->bytes + p->length;
	p->length += n;
	return bytes;
}

void
pack_start(struct pack *p, struct arena *arena, size_t most)
{
	*p = (struct pack){ .arena = arena, .most = most };
	grow(p, PACK_SEAL);
}

static void
put_number(char *to, uint64_t n, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		to[i] = (char)(n >> 8 * i);
}

static uint64_t
get_number(const char *from, size_t size)
{
	uint64_t n = 0;

	while (size-- > 0)
		n = n << 8 | (unsigned char)from[size];
	return n;
}

void
pack_integer(struct pack *p, int64_t n)
{
	char *to = grow(p, 9);

	if (to == NULL)
		return;
	to[0] = 'i';
	put_number(to + 1, (uint64_t)n, 8);
}

void
pack_text(struct pack *p, struct text text)
{
	char *to = grow(p, 5 + text.length);

	if (to == NULL)
		return;
	to[0] = 's';
	put_number(to + 1, text.length, 4);
	memcpy(to + 5, text.bytes, text.length);
}

struct text
pack_done(const struct pack *p)
{
	if (p->full)
		return (struct text){ "", 0 };
	return (struct text){ p->bytes, p->length };
}

static uint64_t
mix_word(uint64_t sum, uint64_t word)
{
	sum = (sum ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return sum ^ sum >> 29;
}

/* Mixes eight bytes at a time; a fault of a few bits or bytes, anywhere, gives
 * another sum.  It is no defence against one who computes it. */
static uint64_t
mix(uint64_t sum, const char *bytes, size_t n)
{
	uint64_t word;

	sum = mix_word(sum, n);
	for (; n >= 8; bytes += 8, n -= 8) {
		memcpy(&word, bytes, 8);
		sum = mix_word(sum, word);
	}
	return n > 0 ? mix_word(sum, get_number(bytes, n)) : sum;
}

uint64_t
pack_sum(struct text text)
{
	uint64_t sum = mix(1, text.bytes, text.length);

	/* Each bit of the words is to reach each of the sum. */
	return mix_word(mix_word(sum, sum >> 32), sum);
}

void
pack_seal(struct text name, struct text value, char seal[static PACK_SEAL])
{
	uint64_t sum = mix(1, name.bytes, name.length);

	sum = mix(sum, value.bytes + PACK_SEAL, value.length - PACK_SEAL);
	put_number(seal, sum, PACK_SEAL);
}

void
pack_count(struct text name, int64_t n, char value[static PACK_COUNT])
{
	value[PACK_SEAL] = 'i';
	put_number(value + PACK_SEAL + 1, (uint64_t)n, 8);
	pack_seal(name, (struct text){ value, PACK_COUNT }, value);
}

bool
unpack_open(struct unpack *u, struct text name, struct text value)
{
	char seal[PACK_SEAL];

	*u = (struct unpack){ .good = false };
	if (value.length < PACK_SEAL)
		return false;
	pack_seal(name, value, seal);
	if (memcmp(seal, value.bytes, PACK_SEAL) != 0)
		return false;
	unpack_again(u, value);
	return true;
}

void
unpack_again(struct unpack *u, struct text value)
{
	u->rest = (struct text){ value.bytes + PACK_SEAL,
	    value.length - PACK_SEAL };
	u->good = true;
}

bool
unpack_more(const struct unpack *u)
{
	return u->good && u->rest.length > 0;
}

/* Takes a column's head of n bytes. */
static const char *
take(struct unpack *u, char type, size_t n)
{
	const char *from = u->rest.bytes;

	if (!u->good || u->rest.length < n || from[0] != type) {
		u->good = false;
		return NULL;
	}
	u->rest = (struct text){ from + n, u->rest.length - n };
	return from + 1;
}

int64_t
unpack_integer(struct unpack *u)
{
	const char *from = take(u, 'i', 9);

	return from != NULL ? (int64_t)get_number(from, 8) : 0;
}

struct text
unpack_text(struct unpack *u)
{
	const char *from = take(u, 's', 5);
	struct text text = { "", 0 };

	if (from == NULL)
		return text;
	text.length = get_number(from, 4);
	if (text.length > u->rest.length) {
		u->good = false;
		return (struct text){ "", 0 };
	}
	text.bytes = u->rest.bytes;
	u->rest = (struct text){ text.bytes + text.length,
	    u->rest.length - text.length };
	return text;
}

bool
unpack_is_good(const struct unpack *u)
{
	return u->good;
}
