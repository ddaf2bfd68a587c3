#include "cover.h"

#include <unistd.h>

#include "conf.h"
#include "image.h"
#include "spool.h"

/* Mean luma, 0 black … 255 white, above which a picture is not dark: a night
 * scene has 25, a fade from black begins below 5. */
#define BRIGHT 20

/* How long a search through the whole video may take; 4 s decode about 600
 * frames of 1080p (measured), longer ones are searched in part. */
#define SEARCH_MS 4000

/* The ways to a cover, in order; the first that gives a picture counts. */
static const struct way {
	bool from_second;	/* at one second or a third, else the start */
	bool bright;		/* the first bright one, else the very first */
	bool keyframes;
	const char *length;	/* seconds looked at */
	bool search;		/* may end without an answer */
} ways[] = {
	{ .from_second = true, .bright = true, .length = "2" },
	{ .bright = true, .keyframes = true, .search = true },
	{ .bright = true, .search = true },
	{ .from_second = true },
	{ .from_second = false },
};

/* Sizes and qualities (2 best … 31) until the file is small enough. */
static const struct quality {
	int width, height;
	const char *scale;
} qualities[] = {
	{ COVER_WIDTH, COVER_HEIGHT, "4" },
	{ COVER_WIDTH, COVER_HEIGHT, "10" },
	{ COVER_WIDTH / 2, COVER_HEIGHT / 2, "16" },
};

/* In linear light, where 100 candelas are white; Hable's curve keeps what is
 * brighter.  The matrix is told because frames do not always.  Curve and
 * colours change in one step: a picture of floats has 24 MiB in 1080p. */
const char cover_tone[] = ",zscale=min=bt2020nc:pin=bt2020:t=linear:npl=100:"
    "p=bt709,format=gbrpf32le,tonemap=hable:desat=0,"
    "zscale=t=bt709:m=bt709:r=tv,format=yuv420p";

/* Fits the picture, with square pixels and even sides, into the largest size;
 * measures its light in full range, so that black is 0.  JPEG knows one matrix
 * of colours, BT.601's. */
static const char *
filter_of(const struct way *way, const struct quality *q, bool hdr,
    struct arena *arena)
{
	return arena_printf(arena,
	    "scale="
	    "w='max(2,2*trunc(iw*sar*min(1,min(%d/(iw*sar),%d/ih))/2))':"
	    "h='max(2,2*trunc(ih*min(1,min(%d/(iw*sar),%d/ih))/2))'"
	    "%s,scale=out_range=full:out_color_matrix=bt601,setsar=1,"
	    "format=yuvj420p%s",
	    q->width, q->height, q->width, q->height, hdr ? cover_tone : "",
	    !way->bright ? "" :
	    arena_printf(arena, ",signalstats,metadata=mode=select:"
	    "key=lavfi.signalstats.YAVG:value=%d:function=greater", BRIGHT));
}

static void
add_input(struct tool *tool, struct arena *arena, const struct way *way,
    int64_t at_ms, const char *video)
{
	if (way->keyframes)
		tool_add(tool, (const char *const[]){
		    "-skip_frame", "nokey", NULL });
	if (way->from_second)
		tool_add(tool, (const char *const[]){ "-ss",
		    arena_printf(arena, "%lldms", (long long)at_ms), NULL });
	if (way->length != NULL)
		tool_add(tool, (const char *const[]){
		    "-t", way->length, NULL });
	tool_add(tool, (const char *const[]){ "-i", video, NULL });
}

/* Whether it is what it should be, which is not left to who has made it. */
static bool
is_cover(int fd, off_t size)
{
	struct image image;
	const char *unused;

	return image_read(&image, fd, 0, size, &unused) == OK &&
	    image.kind == IMAGE_JPEG && !image.exif &&
	    image.width <= COVER_WIDTH && image.height <= COVER_HEIGHT;
}

/* One try; *size is 0 where it ended well but without a picture, which ffmpeg
 * calls a success. */
static enum err
try(struct arena *arena, const struct source *source,
    const struct probe *probe, const char *cover, const struct way *way,
    const struct quality *quality, off_t *size)
{
	struct tool tool = { .program = conf->ffmpeg, .file_size = 16 << 20 };
	int64_t third = probe->duration_ms / 3;
	enum err e;
	int fd;

	if (way->search && conf->ffmpeg_seconds * 1000 > SEARCH_MS)
		tool.deadline_ms = SEARCH_MS;
	tool_start(&tool, source, arena);
	add_input(&tool, arena, way, third < 1000 ? third : 1000,
	    source->name);
	tool_add(&tool, (const char *const[]){ "-map", "0:V:0",
	    "-filter_threads", "1", "-vf",
	    filter_of(way, quality, probe->hdr, arena),
	    "-frames:v", "1", "-c:v", "mjpeg", "-q:v", quality->scale,
	    "-threads", "1", "-flags", "+bitexact", "-map_metadata", "-1",
	    "-f", "image2", "-update", "1", cover, NULL });
	unlinkat(source->directory, cover, 0);
	*size = 0;
	if ((e = tool_run(&tool, arena)))
		return e;
	if ((fd = spool_result(source->directory, cover, size)) >= 0) {
		if (!is_cover(fd, *size))
			*size = 0;
		close(fd);
	}
	return OK;
}

/* Whether another way may still lead to a cover. */
static bool
may_go_on(enum err e, const struct way *way)
{
	return e == OK || e == ERR_VIDEO_UNREADABLE ||
	    e == ERR_VIDEO_CUT_SHORT || (e == ERR_FFMPEG_LATE && way->search);
}

enum err
cover_make(struct arena *arena, const struct source *source,
    const struct probe *probe, const char *cover)
{
	off_t size = 0;
	size_t way, quality;
	enum err e;

	for (way = 0; way < ARRAY_LEN(ways) && size == 0; way++) {
		e = OK;
		for (quality = 0; quality < ARRAY_LEN(qualities); quality++) {
			e = try(arena, source, probe, cover, &ways[way],
			    &qualities[quality], &size);
			if (e || size <= COVER_BYTES)
				break;
		}
		if (!may_go_on(e, &ways[way]))
			return e;
		if (e)
			size = 0;
	}
	return size > 0 ? OK : ERR_NO_COVER;
}
