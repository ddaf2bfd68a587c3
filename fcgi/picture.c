/* Invariants:
 *  1. Only a JPEG that our own ffmpeg has drawn is ever placed, never a byte of
 *     what a stranger has sent.
 *  2. What ffmpeg has written is judged anew, as a stranger's.
 */
#include "picture.h"

#include <string.h>
#include <unistd.h>

#include "conf.h"
#include "image.h"
#include "log.h"
#include "site.h"
#include "spool.h"
#include "tool.h"

#define INPUT "picture"

/* Above what noise at the best quality takes. */
#define LARGEST_RESULT (16 << 20)

static const struct use {
	int side;		/* pixels, at most */
	bool square;
	off_t bytes;		/* of the first result that is small enough */
	const char *shelf;
} uses[] = {
	[PICTURE_AVATAR] = { 400, true, 100000, SITE_AVATARS },
	[PICTURE_BACKGROUND] = { 1280, false, 200000, SITE_BACKGROUNDS },
};

static const char *const codecs[] = {
	[IMAGE_JPEG] = "mjpeg", [IMAGE_PNG] = "png", [IMAGE_WEBP] = "webp",
};

/* What turns a picture upright, by Exif's number (CIPA DC-008 4.6.5.A). */
static const char *const turns[] = {
	[1] = "", [2] = "hflip,", [3] = "hflip,vflip,", [4] = "vflip,",
	[5] = "transpose=cclock_flip,", [6] = "transpose=clock,",
	[7] = "transpose=clock_flip,", [8] = "transpose=cclock,",
};

/* One run makes them all, as decoding costs the most; the first that is small
 * enough counts, or else the last.  Quality: 2 best … 31. */
static const struct result {
	const char *file, *quality, *label, *filter;
} results[] = {
	{ "0.jpg", "3", "[r0]", "null" },
	{ "1.jpg", "8", "[r1]", "null" },
	{ "2.jpg", "16", "[r2]", "null" },
	{ "3.jpg", "16", "[r3]", "scale=w='max(1,iw/2)':h='max(1,ih/2)'" },
};

/* Forgets what came beside the pixels (ffmpeg would write a colour profile into
 * the JPEG), crops, fits into the largest size with square pixels, turns, and
 * lays it on white: RGB in between, as all formats know the way there. */
static const char *
graph_of(const struct use *use, const struct image *image,
    struct arena *arena)
{
	const char *graph;
	size_t i;

	graph = arena_printf(arena, "[0:v:0]sidedata=mode=delete,%s"
	    "scale=w='max(1,trunc(iw*min(1,%d/max(iw,ih))))':"
	    "h='max(1,trunc(ih*min(1,%d/max(iw,ih))))':flags=lanczos,"
	    "format=rgba,%ssetsar=1,split[over][under];"
	    "[under]lutrgb=255:255:255:255[white];"
	    "[white][over]overlay=format=rgb,"
	    "scale=out_range=full:flags=accurate_rnd,format=yuvj420p,split=%zu",
	    use->square ? "crop='min(iw,ih)':'min(iw,ih)'," : "",
	    use->side, use->side, turns[image->orientation],
	    ARRAY_LEN(results));
	for (i = 0; i < ARRAY_LEN(results); i++)
		graph = arena_printf(arena, "%s[s%zu]", graph, i);
	for (i = 0; i < ARRAY_LEN(results); i++)
		graph = arena_printf(arena, "%s;[s%zu]%s%s", graph, i,
		    results[i].filter, results[i].label);
	return graph;
}

/* ffmpeg's failures, told of a picture. */
static enum err
of_picture(enum err e)
{
	switch (e) {
	case ERR_VIDEO_UNREADABLE:
	case ERR_VIDEO_CUT_SHORT:
	case ERR_VIDEO_TOO_BIG:
		return ERR_PICTURE_UNREADABLE;
	default:
		return e;
	}
}

/* Draws all results from the input. */
static enum err
draw(const struct use *use, const struct image *image, int directory,
    struct arena *arena)
{
	struct tool tool = { .directory = directory, .program = conf->ffmpeg,
	    .file_size = LARGEST_RESULT };
	size_t i;

	tool_start_picture(&tool, arena, codecs[image->kind]);
	tool_add(&tool, (const char *const[]){ "-noautorotate",
	    "-i", "file:" INPUT, "-filter_complex_threads", "1",
	    "-filter_complex", graph_of(use, image, arena), NULL });
	for (i = 0; i < ARRAY_LEN(results); i++)
		tool_add(&tool, (const char *const[]){
		    "-map", results[i].label, "-frames:v", "1",
		    "-c:v", "mjpeg", "-q:v", results[i].quality,
		    "-threads", "1", "-flags", "+bitexact",
		    "-map_metadata", "-1", "-f", "image2", "-update", "1",
		    arena_printf(arena, "file:%s", results[i].file), NULL });
	return of_picture(tool_run(&tool, arena));
}

/* Whether a result is what it should be, and how large. */
static enum err
judge_result(const struct use *use, int directory, const char *file,
    off_t *size)
{
	struct image image;
	const char *unused;
	int fd = spool_result(directory, file, size);
	enum err e;

	if (fd < 0)
		return ERR_PICTURE_UNREADABLE;
	e = image_read(&image, fd, 0, *size, &unused);
	close(fd);
	if (e == ERR_INTERNAL)
		return e;
	return e || image.kind != IMAGE_JPEG || image.exif ||
	    image.width > use->side || image.height > use->side ?
	    ERR_PICTURE_UNREADABLE : OK;
}

static enum err
choose_result(struct picture *picture)
{
	const struct use *use = &uses[picture->use];
	off_t size;
	size_t i;
	enum err e;

	for (i = 0; i < ARRAY_LEN(results); i++) {
		picture->file = results[i].file;
		if ((e = judge_result(use, picture->directory, picture->file,
		    &size)))
			return e;
		if (size <= use->bytes)
			break;
	}
	return OK;
}

static enum err
judge_size(off_t size, struct arena *arena, const char **detail)
{
	if (size == 0)
		return ERR_PICTURE_EMPTY;
	if (size <= conf->picture_max)
		return OK;
	*detail = arena_print_size(arena, conf->picture_max);
	return ERR_PICTURE_TOO_LARGE;
}

static enum err
judge_pixels(const struct image *image, struct arena *arena,
    const char **detail)
{
	if (image->width <= INT32_MAX && image->height <= INT32_MAX &&
	    image->width * image->height <= conf->picture_pixels_max)
		return OK;
	*detail = arena_printf(arena, "%lldx%lld", (long long)image->width,
	    (long long)image->height);
	return ERR_PICTURE_TOO_BIG;
}

enum err
picture_import(struct picture *picture, enum picture_use use,
    struct arena *arena, int body, off_t start, off_t size,
    const char **detail)
{
	char unused[SPOOL_NAME];
	struct image image;
	enum err e;
	int input;

	*picture = (struct picture){ .use = use };
	if ((e = judge_size(size, arena, detail)) ||
	    (e = image_read(&image, body, start, size, detail)) ||
	    (e = judge_pixels(&image, arena, detail)) ||
	    (e = spool_open(arena, &picture->directory, unused)) ||
	    (e = spool_copy(arena, picture->directory, INPUT, body, start,
	    size, &input)) ||
	    (e = draw(&uses[use], &image, picture->directory, arena)) ||
	    (e = choose_result(picture)))
		return e;
	return spool_keep(arena, picture->directory, picture->file);
}

enum err
picture_place(struct picture *picture, int64_t user_id)
{
	if (picture->file == NULL)
		return OK;
	return place_picture(picture->directory, picture->file,
	    uses[picture->use].shelf, user_id, picture->path);
}

void
picture_remove(const char *path)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(uses); i++) {
		const char *served = uses[i].shelf + sizeof(SITE_MEDIA) - 1;

		if (strncmp(path, served, strlen(served)) == 0)
			place_remove(path);
	}
}
