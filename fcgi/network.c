#include "network.h"

#include <arpa/inet.h>
#include <string.h>

static bool
separates(char c)
{
	return c == ',' || c == ' ' || c == '\t';
}

/* Takes the first word off the front of a list; an empty one is its end. */
static struct text
take_word(struct text *list)
{
	struct text word;
	size_t i = 0;

	while (list->length > 0 && separates(list->bytes[0]))
		list->bytes++, list->length--;
	while (i < list->length && !separates(list->bytes[i]))
		i++;
	word = (struct text){ list->bytes, i };
	list->bytes += i;
	list->length -= i;
	return word;
}

static bool
read_address(struct text text, struct network *network)
{
	char address[INET6_ADDRSTRLEN];

	if (text.length >= sizeof(address) ||
	    memchr(text.bytes, '\0', text.length) != NULL)
		return false;
	memcpy(address, text.bytes, text.length);
	address[text.length] = '\0';
	network->family = strchr(address, ':') != NULL ? AF_INET6 : AF_INET;
	return inet_pton(network->family, address, network->bytes) == 1;
}

/* One to three digits, the first of which is no zero. */
static bool
read_bits(struct text text, int most, int *bits)
{
	size_t i;

	*bits = 0;
	for (i = 0; i < text.length; i++) {
		if (text.bytes[i] < '0' || text.bytes[i] > '9' || i == 3)
			return false;
		*bits = *bits * 10 + (text.bytes[i] - '0');
		if (*bits == 0)
			return false;
	}
	return i > 0 && *bits <= most;
}

static bool
parse(struct text word, struct network *network)
{
	const char *slash = memchr(word.bytes, '/', word.length);
	struct text address = word, bits;
	int most, i;

	if (slash != NULL)
		address.length = (size_t)(slash - word.bytes);
	if (!read_address(address, network))
		return false;
	most = network->family == AF_INET ? 32 : 128;
	network->bits = most;
	if (slash != NULL) {
		bits = (struct text){ slash + 1,
		    word.length - address.length - 1 };
		if (!read_bits(bits, most, &network->bits))
			return false;
	}
	for (i = network->bits; i < most; i++)
		network->bytes[i / 8] &= (unsigned char)~(0x80 >> i % 8);
	return true;
}

bool
network_next(struct text *list, struct network *network, bool *good)
{
	struct text word = take_word(list);

	*network = (struct network){ 0 };
	*good = word.length == 0 || parse(word, network);
	return word.length > 0 && *good;
}

void
network_print(FILE *out, const struct network *network)
{
	char address[INET6_ADDRSTRLEN];

	ensure(inet_ntop(network->family, network->bytes, address,
	    sizeof(address)) != NULL);
	fprintf(out, "%s/%d", address, network->bits);
}
