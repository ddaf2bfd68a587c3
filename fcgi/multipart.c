#include "multipart.h"

#include <string.h>
#include <unistd.h>

/* Bytes looked at after a delimiter: blanks and a line end. */
#define TAIL 64

struct reader {
	int body;
	struct arena *arena;
	char *window;			/* a piece of the body */
	off_t window_at;
	size_t window_length;
	bool window_last;		/* the body ends in it */
	char delimiter[MULTIPART_BOUNDARY + 4];	/* CR LF - - boundary */
	size_t delimiter_length;
	off_t at;			/* the next byte to look at */
};

struct part {
	struct text name;
	bool has_file_name;
	bool file_name_given;		/* and it is not empty */
};

/* Reads n bytes at an offset, fewer only at the end of the file; -1 fails. */
static ssize_t
read_at(int fd, char *to, size_t n, off_t at)
{
	size_t have = 0;
	ssize_t got;

	while (have < n) {
		got = pread(fd, to + have, n - have, at + (off_t)have);
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		have += (size_t)got;
	}
	return (ssize_t)have;
}

/* What the window holds of the body from an offset on: at least n bytes, if
 * the body has them.  The window is read anew only when it holds fewer, so a
 * body full of what looks like delimiters is still read once. */
static struct text
look(struct reader *reader, off_t from, size_t n)
{
	size_t skip = (size_t)(from - reader->window_at);
	ssize_t have;

	ensure(from >= reader->window_at && n <= MULTIPART_WINDOW);
	if (!reader->window_last && (skip > reader->window_length ||
	    reader->window_length - skip < n)) {
		have = read_at(reader->body, reader->window, MULTIPART_WINDOW,
		    from);
		reader->window_at = from;
		reader->window_length = have < 0 ? 0 : (size_t)have;
		reader->window_last = have < (ssize_t)MULTIPART_WINDOW;
		skip = 0;
	}
	if (skip > reader->window_length)
		skip = reader->window_length;
	return (struct text){ reader->window + skip,
	    reader->window_length - skip };
}

/* Finds the next occurrence of the delimiter; -1 when there is none. */
static off_t
find_delimiter(struct reader *reader, off_t from)
{
	struct text text;
	const char *hit;

	for (;;) {
		text = look(reader, from, reader->delimiter_length);
		if (text.length < reader->delimiter_length)
			return -1;
		hit = memmem(text.bytes, text.length, reader->delimiter,
		    reader->delimiter_length);
		if (hit != NULL)
			return from + (hit - text.bytes);
		from += (off_t)(text.length - reader->delimiter_length + 1);
	}
}

enum tail { TAIL_PART, TAIL_LAST, TAIL_NONE };

/* What follows a delimiter: blanks and CR LF (a part), "--" (the end), or
 * something else (it was no delimiter after all).  Moves past it. */
static enum tail
read_tail(struct reader *reader, off_t after)
{
	struct text tail = look(reader, after, TAIL);
	size_t i = 0, most = tail.length < TAIL ? tail.length : TAIL;

	if (text_starts(tail, "--"))
		return TAIL_LAST;
	while (i < most && (tail.bytes[i] == ' ' || tail.bytes[i] == '\t'))
		i++;
	if (most - i < 2 || memcmp(tail.bytes + i, "\r\n", 2) != 0)
		return TAIL_NONE;
	reader->at = after + (off_t)i + 2;
	return TAIL_PART;
}

/* Moves to the next real delimiter; *end is where the part before it ends. */
static enum tail
next_delimiter(struct reader *reader, off_t *end)
{
	enum tail tail;
	off_t from = reader->at;

	while ((*end = find_delimiter(reader, from)) >= 0) {
		from = *end + (off_t)reader->delimiter_length;
		if ((tail = read_tail(reader, from)) != TAIL_NONE)
			return tail;
	}
	return TAIL_NONE;
}

/* The first delimiter may open the body, without its CR LF. */
static enum tail
first_delimiter(struct reader *reader)
{
	size_t n = reader->delimiter_length - 2;
	struct text text = look(reader, 0, n);
	enum tail tail;
	off_t end;

	if (text.length >= n &&
	    memcmp(text.bytes, reader->delimiter + 2, n) == 0) {
		tail = read_tail(reader, (off_t)n);
		if (tail != TAIL_NONE)
			return tail;
	}
	return next_delimiter(reader, &end);
}

/* Takes one `key=value` or `key="value"` off the front; in a quoted value a
 * backslash escapes a quote or a backslash only: browsers of old sent whole
 * Windows paths.  Unquoted it is written to *scratch, which moves on and has
 * room for all of the rest. */
static bool
take_parameter(struct text *rest, char **scratch, struct text *key,
    struct text *value)
{
	size_t i, n = 0;

	while (rest->length > 0 && strchr("; \t", rest->bytes[0]) != NULL) {
		rest->bytes++;
		rest->length--;
	}
	if (memchr(rest->bytes, '=', rest->length) == NULL)
		return false;
	text_split(rest, '=', key);
	*key = text_trim(*key);
	*rest = text_trim(*rest);
	if (rest->length == 0 || rest->bytes[0] != '"') {
		*value = (struct text){ "", 0 };
		text_split(rest, ';', value);
		*value = text_trim(*value);
		return true;
	}
	for (i = 1; i < rest->length && rest->bytes[i] != '"'; i++) {
		if (rest->bytes[i] == '\\' && i + 1 < rest->length &&
		    strchr("\"\\", rest->bytes[i + 1]) != NULL)
			i++;
		(*scratch)[n++] = rest->bytes[i];
	}
	*value = (struct text){ *scratch, n };
	*scratch += n;
	i = i < rest->length ? i + 1 : i;
	rest->bytes += i;
	rest->length -= i;
	return true;
}

/* Reads `form-data; name="…"; filename="…"`. */
static bool
read_disposition(struct arena *arena, struct text value, struct part *part)
{
	char *scratch = arena_take(arena, value.length + 1);
	struct text type, key, parameter;

	if (scratch == NULL || !text_split(&value, ';', &type) ||
	    !text_is_nocase(text_trim(type), "form-data"))
		return false;
	while (take_parameter(&value, &scratch, &key, &parameter)) {
		if (text_is_nocase(key, "name"))
			part->name = parameter;
		if (text_is_nocase(key, "filename") ||
		    text_is_nocase(key, "filename*")) {
			part->has_file_name = true;
			part->file_name_given = parameter.length > 0;
		}
	}
	return part->name.length > 0;
}

/* Reads the header lines of a part up to the empty one. */
static enum err
read_header(struct reader *reader, struct part *part)
{
	char *bytes = arena_take(reader->arena, MULTIPART_HEADER);
	ssize_t have;
	struct text line, name, value;
	const char *end, *stop;
	bool found = false;

	if (bytes == NULL)
		return ERR_TOO_BIG;
	have = read_at(reader->body, bytes, MULTIPART_HEADER, reader->at);
	if (have < 0)
		return ERR_INTERNAL;
	*part = (struct part){ .name = { "", 0 } };
	for (stop = bytes + have;; bytes += line.length + 2) {
		end = memmem(bytes, (size_t)(stop - bytes), "\r\n", 2);
		if (end == NULL)
			return ERR_FORM_BROKEN;
		line = (struct text){ bytes, (size_t)(end - bytes) };
		reader->at += (off_t)line.length + 2;
		if (line.length == 0)
			return found ? OK : ERR_FORM_BROKEN;
		value = line;
		text_split(&value, ':', &name);
		if (text_is_nocase(text_trim(name), "content-disposition"))
			found = read_disposition(reader->arena,
			    text_trim(value), part);
	}
}

static enum err
take_field(struct reader *reader, struct form *form, const struct part *part,
    off_t start, off_t size)
{
	char *bytes;

	if (size > (off_t)MULTIPART_FIELD)
		return ERR_PARAM_TOO_LONG;
	if ((bytes = arena_take(reader->arena, (size_t)size + 1)) == NULL)
		return ERR_TOO_BIG;
	if (read_at(reader->body, bytes, (size_t)size, start) != size)
		return ERR_INTERNAL;
	return form_add(form, part->name,
	    (struct text){ bytes, (size_t)size });
}

/* The upload that expects a part of this name; NULL for none. */
static struct upload *
find_upload(struct upload *uploads, struct text name)
{
	size_t i;

	for (i = 0; i < MULTIPART_FILES && uploads[i].name != NULL; i++)
		if (text_is(name, uploads[i].name))
			return &uploads[i];
	return NULL;
}

static void
take_file(struct upload *uploads, struct upload *upload,
    const struct part *part, off_t start, off_t size)
{
	size_t i;

	if (upload == NULL) {
		for (i = 0; i < MULTIPART_FILES; i++)
			uploads[i].count++;
		return;
	}
	upload->count++;
	if (upload->start > 0)	/* noted already: no part is at 0 */
		return;
	upload->named = part->file_name_given || size > 0;
	upload->start = start;
	upload->size = size;
}

bool
multipart_boundary(struct arena *arena, struct text type,
    struct text *boundary)
{
	char *scratch = arena_take(arena, type.length + 1);
	struct text name, key;

	if (scratch == NULL || !text_split(&type, ';', &name) ||
	    !text_is_nocase(text_trim(name), "multipart/form-data"))
		return false;
	while (take_parameter(&type, &scratch, &key, boundary))
		if (text_is_nocase(key, "boundary"))
			return boundary->length > 0 &&
			    boundary->length <= MULTIPART_BOUNDARY;
	return false;
}

enum err
multipart_read(int body, struct text boundary, struct arena *arena,
    struct form *form, struct upload uploads[MULTIPART_FILES])
{
	struct reader reader = { .body = body, .arena = arena };
	struct upload *upload;
	struct part part;
	enum tail tail;
	enum err e = OK;
	size_t parts;
	off_t start, end;

	ensure(boundary.length <= MULTIPART_BOUNDARY);
	memcpy(reader.delimiter, "\r\n--", 4);
	memcpy(reader.delimiter + 4, boundary.bytes, boundary.length);
	reader.delimiter_length = boundary.length + 4;
	if ((reader.window = arena_take(arena, MULTIPART_WINDOW)) == NULL)
		return ERR_TOO_BIG;
	tail = first_delimiter(&reader);
	for (parts = 0; !e && tail == TAIL_PART; parts++) {
		if (parts == MULTIPART_PARTS)
			return ERR_TOO_MANY_FIELDS;
		if ((e = read_header(&reader, &part)))
			return e;
		start = reader.at;
		if ((tail = next_delimiter(&reader, &end)) == TAIL_NONE)
			return ERR_FORM_BROKEN;
		upload = find_upload(uploads, part.name);
		if (upload != NULL || part.has_file_name)
			take_file(uploads, upload, &part, start, end - start);
		else
			e = take_field(&reader, form, &part, start,
			    end - start);
	}
	return e || tail == TAIL_LAST ? e : ERR_FORM_BROKEN;
}
