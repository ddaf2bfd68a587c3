/* json.h - writing answers, reading small documents.  RFC 8259.
 *
 * The writer appends to blocks of an arena, so an answer is never moved while
 * it grows; what does not fit fills the arena and the request is refused.
 * Commas come by themselves.  Strings must be UTF-8; control characters,
 * quotes, backslashes and the two line separators U+2028/9 are escaped.
 *
 * The reader is json-c's, for documents of programs that we run (ffprobe): at
 * most 64 KiB, at most 16 levels.
 */
#ifndef JSON_H
#define JSON_H

#include "arena.h"
#include "text.h"

struct json_block;

struct json {
	struct arena *arena;
	struct json_block *first, *last;
	size_t length;
	bool comma;	/* a value stands before the next one */
};

void	json_start(struct json *, struct arena *);

/* Values; key is NULL inside an array. */
void	json_put_integer(struct json *, const char *key, int64_t);
void	json_put_boolean(struct json *, const char *key, bool);
void	json_put_string(struct json *, const char *key, struct text);
/* A string of two parts: an address prefix and a path. */
void	json_put_joined(struct json *, const char *key, struct text,
	    struct text);
void	json_open(struct json *, const char *key);	/* { */
void	json_close(struct json *);
void	json_open_list(struct json *, const char *key);	/* [ */
void	json_close_list(struct json *);
/* Members or values that are JSON already. */
void	json_put_raw(struct json *, struct text);

/* Walks the blocks: *at starts as NULL; an empty text is the end. */
struct text	json_piece(const struct json *, const struct json_block **at);

struct json_document;

/* Parses a document, NULL when it is not JSON. */
struct json_document	*json_parse(struct text);
void	json_free(struct json_document *);
/* Finds a value by a path such as "streams.0.width"; false if not there or
 * of another type.  A string lives as long as the document.  ffprobe writes
 * many numbers as strings: json_find_integer() reads those too. */
bool	json_find_integer(const struct json_document *, const char *path,
	    int64_t *);
bool	json_find_string(const struct json_document *, const char *path,
	    struct text *);
/* The number of elements of an array, 0 when there is none. */
size_t	json_find_count(const struct json_document *, const char *path);

#endif
