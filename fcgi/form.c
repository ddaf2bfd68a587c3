#include "form.h"

#include <string.h>

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Returns the decoded text, without a copy where nothing is encoded; bytes is
 * NULL when the arena is full. */
static struct text
decode(struct arena *arena, struct text text)
{
	size_t i, n = 0;
	char *to;

	if (text.length == 0 || (memchr(text.bytes, '%', text.length) == NULL &&
	    memchr(text.bytes, '+', text.length) == NULL))
		return text;
	if ((to = arena_take(arena, text.length)) == NULL)
		return (struct text){ NULL, 0 };
	for (i = 0; i < text.length; i++, n++) {
		int high = -1, low = -1;

		to[n] = text.bytes[i] == '+' ? ' ' : text.bytes[i];
		if (text.bytes[i] != '%' || text.length - i < 3)
			continue;
		high = hex_value(text.bytes[i + 1]);
		low = hex_value(text.bytes[i + 2]);
		if (high < 0 || low < 0)
			continue;
		to[n] = (char)(high << 4 | low);
		i += 2;
	}
	return (struct text){ to, n };
}

enum err
form_urlencoded(struct form *form, struct arena *arena, struct text text)
{
	struct text pair, name, value;
	enum err e;

	while (text_split(&text, '&', &pair)) {
		if (!text_split(&pair, '=', &name))
			continue;
		name = decode(arena, name);
		value = decode(arena, pair);
		if (name.bytes == NULL || value.bytes == NULL)
			return ERR_TOO_BIG;
		if ((e = form_add(form, name, value)))
			return e;
	}
	return OK;
}

enum err
form_add(struct form *form, struct text name, struct text value)
{
	if (form->count == FORM_FIELDS)
		return ERR_TOO_MANY_FIELDS;
	form->field[form->count].name = name;
	form->field[form->count].value = value;
	form->count++;
	return OK;
}

bool
form_find(const struct form *form, const char *name, struct text *value)
{
	size_t i;

	for (i = 0; i < form->count; i++)
		if (text_is(form->field[i].name, name)) {
			*value = form->field[i].value;
			return true;
		}
	return false;
}
