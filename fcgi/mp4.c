#include "mp4.h"

#include <unistd.h>

#include "entry.h"

#define T(a, b, c, d) BOX_TYPE(a, b, c, d)
#define WINDOW 4096	/* bytes of the chunk table in memory at a time */

/* What stands at the top of a file, told apart from trailing rubbish. */
static const uint32_t top_types[] = {
	/* seven that may begin a file: old QuickTime has no ftyp */
	T('f', 't', 'y', 'p'), T('m', 'o', 'o', 'v'), T('m', 'd', 'a', 't'),
	T('w', 'i', 'd', 'e'), T('f', 'r', 'e', 'e'), T('s', 'k', 'i', 'p'),
	T('p', 'n', 'o', 't'), T('m', 'o', 'o', 'f'), T('u', 'd', 't', 'a'),
	T('m', 'e', 't', 'a'), T('u', 'u', 'i', 'd'), T('m', 'f', 'r', 'a'),
	T('s', 'i', 'd', 'x'), T('s', 't', 'y', 'p'), T('e', 'm', 's', 'g'),
	T('p', 'r', 'f', 't'), T('P', 'I', 'C', 'T'), T('p', 'd', 'i', 'n'),
};
#define BEGINNINGS 7

/* Still pictures in the same container: HEIF (23008-12), AVIF. */
static const uint32_t still_brands[] = {
	T('h', 'e', 'i', 'c'), T('h', 'e', 'i', 'x'), T('h', 'e', 'i', 'm'),
	T('h', 'e', 'i', 's'), T('m', 'i', 'f', '1'), T('m', 'i', 'f', '2'),
	T('a', 'v', 'i', 'f'), T('j', 'x', 'l', ' '),
};

/* Metadata, wherever it stands. */
static const uint32_t hidden_types[] = {
	T('u', 'd', 't', 'a'), T('m', 'e', 't', 'a'), T('u', 'u', 'i', 'd'),
	T('t', 'r', 'e', 'f'),
};

/* What the top of the file has shown so far. */
struct top {
	bool index, data, still;
	bool fragment_open;	/* a moof whose mdat has not come */
	off_t index_at, data_at;
};

static bool
is_among(uint32_t type, const uint32_t *types, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (types[i] == type)
			return true;
	return false;
}

/* The movie header: time scale and duration, 32 or 64 bits (8.2.2). */
static void
read_movie_header(struct box_file *file, struct mp4 *mp4,
    const struct box *box)
{
	unsigned char b[32] = { 0 };
	uint64_t scale, duration;
	bool wide;

	if (!box_read(file, box->body, box->end, b, 1))
		return;
	wide = b[0] == 1;
	if (!box_read(file, box->body, box->end, b, wide ? 32 : 20))
		return;
	scale = box_u32(b + (wide ? 20 : 12));
	duration = wide ? box_u64(b + 24) : box_u32(b + 16);
	/* All ones: unknown. */
	if (scale == 0 || duration == (wide ? UINT64_MAX : UINT32_MAX))
		return;
	if (duration > INT64_MAX / 1000)
		duration = INT64_MAX / 1000;
	mp4->duration_ms = (int64_t)(duration * 1000 / scale);
}

/* Sample sizes (8.7.3): all that counts here is how many. */
static void
read_sample_count(struct box_file *file, struct mp4_track *track,
    const struct box *box)
{
	unsigned char b[12];

	if (!box_read(file, box->body, box->end, b, sizeof(b)))
		return;
	track->samples = box_u32(b + 8);
	if (track->samples > MP4_SAMPLES)
		box_fail(file, ERR_VIDEO_TOO_COMPLEX);
}

/* Chunk offsets (8.7.5): each must lie in the file, else its end is missing. */
static void
check_chunks(struct box_file *file, const struct box *box)
{
	size_t width = box->type == T('c', 'o', '6', '4') ? 8 : 4;
	unsigned char b[WINDOW];
	off_t at = box->body + 8;
	uint64_t left, place;
	size_t i, n;

	if (!box_read(file, box->body, box->end, b, 8))
		return;
	for (left = box_u32(b + 4) * (uint64_t)width; left > 0; left -= n) {
		n = left < WINDOW ? (size_t)left : WINDOW;
		if (!box_read(file, at, box->end, b, n))
			return;
		for (i = 0; i < n; i += width) {
			place = width == 8 ? box_u64(b + i) : box_u32(b + i);
			if (place >= (uint64_t)file->size) {
				box_fail(file, ERR_VIDEO_CUT_SHORT);
				return;
			}
		}
		at += (off_t)n;
	}
}

static void
read_sample_table(struct box_file *file, struct mp4_track *track,
    const struct box *table)
{
	off_t at = table->body;
	struct box box;

	while (box_next(file, &at, table->end, &box)) {
		switch (box.type) {
		case T('s', 't', 's', 'd'):
			entry_read_all(file, track, &box);
			break;
		case T('s', 't', 's', 'z'):
		case T('s', 't', 'z', '2'):
			read_sample_count(file, track, &box);
			break;
		case T('s', 't', 'c', 'o'):
		case T('c', 'o', '6', '4'):
			check_chunks(file, &box);
			break;
		}
	}
}

/* The handler must be known before the sample entries, whatever the order. */
static void
read_track(struct box_file *file, struct mp4 *mp4, const struct box *box)
{
	struct box media, part, table;
	struct mp4_track *track;
	unsigned char b[12];

	if (mp4->count == MP4_TRACKS) {
		box_fail(file, ERR_VIDEO_TOO_COMPLEX);
		return;
	}
	track = &mp4->track[mp4->count++];
	*track = (struct mp4_track){ .at = box->at };
	if (!box_find(file, box, T('m', 'd', 'i', 'a'), &media))
		return;
	if (box_find(file, &media, T('h', 'd', 'l', 'r'), &part) &&
	    box_read(file, part.body, part.end, b, sizeof(b)))
		track->handler = box_u32(b + 8);
	if (box_find(file, &media, T('m', 'i', 'n', 'f'), &part) &&
	    box_find(file, &part, T('s', 't', 'b', 'l'), &table))
		read_sample_table(file, track, &table);
}

static void
read_movie(struct box_file *file, struct mp4 *mp4, const struct box *movie)
{
	off_t at = movie->body;
	struct box box;

	if (movie->end - movie->at > (off_t)MP4_INDEX) {
		box_fail(file, ERR_VIDEO_TOO_COMPLEX);
		return;
	}
	while (box_next(file, &at, movie->end, &box)) {
		if (box.type == T('m', 'v', 'h', 'd'))
			read_movie_header(file, mp4, &box);
		else if (box.type == T('t', 'r', 'a', 'k'))
			read_track(file, mp4, &box);
		else if (box.type == T('m', 'v', 'e', 'x'))
			mp4->fragmented = true;
	}
}

/* One box at the top; false when what follows is not part of the video. */
static bool
read_top_box(struct box_file *file, struct mp4 *mp4, struct top *top,
    const struct box *box)
{
	unsigned char brand[4];

	if (!is_among(box->type, top_types, ARRAY_LEN(top_types))) {
		if (!box->cut)
			return true;
		/* Behind a whole video it is rubbish, and harmless. */
		return top->index && top->data ? false :
		    box_fail(file, ERR_VIDEO_UNREADABLE);
	}
	if (box->cut)
		return box_fail(file, ERR_VIDEO_CUT_SHORT);
	switch (box->type) {
	case T('f', 't', 'y', 'p'):
		if (box_read(file, box->body, box->end, brand, 4))
			top->still = is_among(box_u32(brand), still_brands,
			    ARRAY_LEN(still_brands));
		break;
	case T('m', 'o', 'o', 'v'):
		if (!top->index) {
			top->index = true;
			top->index_at = box->at;
			read_movie(file, mp4, box);
		}
		break;
	case T('m', 'o', 'o', 'f'):
		mp4->fragmented = top->fragment_open = true;
		break;
	case T('m', 'd', 'a', 't'):
		if (!top->data)
			top->data_at = box->at;
		top->data = true;
		top->fragment_open = false;
		break;
	}
	return file->failure == OK;
}

static bool
has_samples(const struct mp4 *mp4)
{
	size_t i;

	for (i = 0; i < mp4->count; i++)
		if (mp4->track[i].samples > 0)
			return true;
	return false;
}

static enum err
verdict(struct box_file *file, struct mp4 *mp4, const struct top *top)
{
	/* A still picture cut short is not a video cut short. */
	if (top->still && !top->index)
		return ERR_NOT_A_VIDEO;
	if (file->failure != OK)
		return file->failure;
	if (!top->index || top->fragment_open ||
	    (!top->data && has_samples(mp4)))
		return ERR_VIDEO_CUT_SHORT;
	mp4->index_first = !top->data || top->index_at < top->data_at;
	return OK;
}

enum err
mp4_read(struct mp4 *mp4, int fd, off_t start, off_t size)
{
	struct box_file file = { .fd = fd, .start = start, .size = size };
	struct top top = { 0 };
	struct box box;
	off_t at = 0;

	*mp4 = (struct mp4){ 0 };
	if (!box_next(&file, &at, size, &box) ||
	    !is_among(box.type, top_types, BEGINNINGS))
		return file.failure == ERR_INTERNAL ? ERR_INTERNAL :
		    ERR_NOT_A_VIDEO;
	while (read_top_box(&file, mp4, &top, &box)) {
		if (box_next(&file, &at, size, &box))
			continue;
		if (file.failure == ERR_VIDEO_UNREADABLE && top.index &&
		    top.data)
			file.failure = OK;	/* rubbish again */
		break;
	}
	return verdict(&file, mp4, &top);
}

/* A box is free space once its type says so; its size stays.  `skip` and not
 * `free`: in the latter ffmpeg looks for an index that somebody hid. */
static void
hide(struct box_file *file, const struct box *box)
{
	if (pwrite(file->fd, "skip", 4, file->start + box->at + 4) != 4)
		box_fail(file, ERR_INTERNAL);
}

/* Hides the metadata inside a box; a track that is not kept goes too. */
static void
hide_inside(struct box_file *file, const struct box *in, const off_t kept[2])
{
	off_t at = in->body;
	struct box box;

	while (box_next(file, &at, in->end, &box)) {
		if (is_among(box.type, hidden_types, ARRAY_LEN(hidden_types)))
			hide(file, &box);
		else if (box.type != T('t', 'r', 'a', 'k'))
			continue;
		else if (box.at == kept[0] || box.at == kept[1])
			hide_inside(file, &box, kept);
		else
			hide(file, &box);
	}
}

enum err
mp4_hide(int fd, off_t start, off_t size, const struct mp4_track *video,
    const struct mp4_track *sound)
{
	struct box_file file = { .fd = fd, .start = start, .size = size };
	const off_t kept[2] = { video->at, sound != NULL ? sound->at : -1 };
	struct box whole = { .end = size }, movie;

	if (box_find(&file, &whole, T('m', 'o', 'o', 'v'), &movie))
		hide_inside(&file, &movie, kept);
	if (file.failure == OK) {
		hide_inside(&file, &whole, kept);
		/* mp4_read() accepted what does not parse behind a video. */
		if (file.failure == ERR_VIDEO_UNREADABLE)
			file.failure = OK;
	}
	return file.failure;
}
