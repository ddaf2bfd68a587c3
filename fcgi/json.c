#include "json.h"

#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#define BLOCK (16 * KIB - 64)
#define DEPTH 16
#define DOCUMENT (64 * KIB)

struct json_block {
	struct json_block *next;
	size_t used;
	char bytes[BLOCK];
};

void
json_start(struct json *json, struct arena *arena)
{
	*json = (struct json){ .arena = arena };
}

/* The end of the last block with room for at least one byte; NULL when the
 * arena is full. */
static struct json_block *
writable(struct json *json)
{
	struct json_block *block = json->last;

	if (block != NULL && block->used < BLOCK)
		return block;
	if ((block = arena_take(json->arena, sizeof(*block))) == NULL)
		return NULL;
	if (json->last == NULL)
		json->first = block;
	else
		json->last->next = block;
	return json->last = block;
}

static void
put(struct json *json, const char *bytes, size_t n)
{
	struct json_block *block;
	size_t part;

	while (n > 0 && (block = writable(json)) != NULL) {
		part = BLOCK - block->used < n ? BLOCK - block->used : n;
		memcpy(block->bytes + block->used, bytes, part);
		block->used += part;
		json->length += part;
		bytes += part;
		n -= part;
	}
}

/* How many bytes at the front need no escape.  U+2028 and U+2029 (E2 80 A8,
 * E2 80 A9) end a line in older JavaScript, so they are escaped too. */
static size_t
plain_length(const unsigned char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (s[i] < 0x20 || s[i] == '"' || s[i] == '\\' || s[i] == 0x7f)
			break;
		if (s[i] == 0xe2 && n - i >= 3 && s[i + 1] == 0x80 &&
		    (s[i + 2] | 1) == 0xa9)
			break;
	}
	return i;
}

/* Writes the escape of the character at s; returns its length in bytes. */
static size_t
put_escape(struct json *json, const unsigned char *s)
{
	static const char hex[] = "0123456789abcdef";
	char unicode[] = "\\u0000";
	char pair[2] = { '\\', (char)s[0] };

	if (s[0] == 0xe2) {
		put(json, s[2] == 0xa8 ? "\\u2028" : "\\u2029", 6);
		return 3;
	}
	if (s[0] == '\n' || s[0] == '\t')
		pair[1] = s[0] == '\n' ? 'n' : 't';
	if (s[0] == '\n' || s[0] == '\t' || s[0] == '"' || s[0] == '\\') {
		put(json, pair, 2);
		return 1;
	}
	unicode[4] = hex[s[0] >> 4];
	unicode[5] = hex[s[0] & 15];
	put(json, unicode, 6);
	return 1;
}

static void
put_escaped(struct json *json, struct text text)
{
	const unsigned char *s = (const unsigned char *)text.bytes;
	size_t at = 0, n;

	while (at < text.length) {
		n = plain_length(s + at, text.length - at);
		put(json, text.bytes + at, n);
		at += n;
		if (at < text.length)
			at += put_escape(json, s + at);
	}
}

/* What stands before a value: a comma, and its key. */
static void
put_key(struct json *json, const char *key)
{
	if (json->comma)
		put(json, ",", 1);
	json->comma = true;
	if (key != NULL) {
		put(json, "\"", 1);
		put(json, key, strlen(key));
		put(json, "\":", 2);
	}
}

void
json_put_integer(struct json *json, const char *key, int64_t value)
{
	char digits[20];
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	size_t at = sizeof(digits);

	put_key(json, key);
	do {
		digits[--at] = (char)('0' + rest % 10);
	} while ((rest /= 10) > 0);
	if (value < 0)
		put(json, "-", 1);
	put(json, digits + at, sizeof(digits) - at);
}

void
json_put_boolean(struct json *json, const char *key, bool value)
{
	put_key(json, key);
	put(json, value ? "true" : "false", value ? 4 : 5);
}

void
json_put_string(struct json *json, const char *key, struct text value)
{
	json_put_joined(json, key, value, (struct text){ "", 0 });
}

void
json_put_joined(struct json *json, const char *key, struct text front,
    struct text back)
{
	put_key(json, key);
	put(json, "\"", 1);
	put_escaped(json, front);
	put_escaped(json, back);
	put(json, "\"", 1);
}

static void
open_nest(struct json *json, const char *key, const char *bracket)
{
	put_key(json, key);
	put(json, bracket, 1);
	json->comma = false;
}

static void
close_nest(struct json *json, const char *bracket)
{
	put(json, bracket, 1);
	json->comma = true;
}

void
json_open(struct json *json, const char *key)
{
	open_nest(json, key, "{");
}

void
json_close(struct json *json)
{
	close_nest(json, "}");
}

void
json_open_list(struct json *json, const char *key)
{
	open_nest(json, key, "[");
}

void
json_close_list(struct json *json)
{
	close_nest(json, "]");
}

void
json_put_raw(struct json *json, const char *key, struct text value)
{
	put_key(json, key);
	put(json, value.bytes, value.length);
}

struct text
json_piece(const struct json *json, const struct json_block **at)
{
	*at = *at == NULL ? json->first : (*at)->next;
	if (*at == NULL)
		return (struct text){ "", 0 };
	return (struct text){ (*at)->bytes, (*at)->used };
}

/* A document is json-c's object; the two types never meet outside. */
static struct json_object *
object_of(const struct json_document *document)
{
	return (struct json_object *)(uintptr_t)document;
}

struct json_document *
json_parse(struct text text)
{
	struct json_tokener *parser;
	struct json_object *object;
	bool whole;

	if (text.length > DOCUMENT)
		return NULL;
	parser = json_tokener_new_ex(DEPTH);
	ensure(parser != NULL);
	object = json_tokener_parse_ex(parser, text.bytes, (int)text.length);
	whole = json_tokener_get_error(parser) == json_tokener_success;
	json_tokener_free(parser);
	if (!whole && object != NULL) {
		json_object_put(object);
		object = NULL;
	}
	return (struct json_document *)object;
}

void
json_free(struct json_document *document)
{
	if (document != NULL)
		json_object_put(object_of(document));
}

static struct json_object *
step_into(struct json_object *object, struct text name)
{
	struct json_object *value;
	char key[64];
	int64_t index;

	if (object != NULL && json_object_is_type(object, json_type_array))
		return text_integer(name, &index) && index >= 0 ?
		    json_object_array_get_idx(object, (size_t)index) : NULL;
	if (name.length >= sizeof(key))
		return NULL;
	memcpy(key, name.bytes, name.length);
	key[name.length] = '\0';
	return json_object_object_get_ex(object, key, &value) ? value : NULL;
}

static struct json_object *
find(const struct json_document *document, const char *path)
{
	struct json_object *object = object_of(document);
	struct text rest = text_of(path), name;

	while (object != NULL && text_split(&rest, '.', &name))
		object = step_into(object, name);
	return object;
}

bool
json_find_integer(const struct json_document *document, const char *path,
    int64_t *value)
{
	struct json_object *object = find(document, path);
	struct text text;

	if (object == NULL)
		return false;
	if (json_object_is_type(object, json_type_int)) {
		*value = json_object_get_int64(object);
		return true;
	}
	return json_find_string(document, path, &text) &&
	    text_integer(text, value);
}

bool
json_find_string(const struct json_document *document, const char *path,
    struct text *value)
{
	struct json_object *object = find(document, path);

	if (object == NULL || !json_object_is_type(object, json_type_string))
		return false;
	value->bytes = json_object_get_string(object);
	value->length = (size_t)json_object_get_string_len(object);
	return true;
}

size_t
json_find_count(const struct json_document *document, const char *path)
{
	struct json_object *object = find(document, path);

	if (object == NULL || !json_object_is_type(object, json_type_array))
		return 0;
	return json_object_array_length(object);
}
