#include "probe.h"

#include <stdio.h>
#include <string.h>

#include "conf.h"
#include "json.h"
#include "log.h"
#include "mp4.h"

enum err
probe_picture(int64_t width, int64_t height, struct arena *arena,
    const char **detail)
{
	if (width <= conf->video_side_max && height <= conf->video_side_max &&
	    width * height <= conf->video_pixels_max)
		return OK;
	*detail = arena_printf(arena, "%lldx%lld", (long long)width,
	    (long long)height);
	return ERR_VIDEO_TOO_BIG;
}

enum err
probe_duration(int64_t ms, struct arena *arena, const char **detail)
{
	/* A recorder told to stop at 600 s writes 600.1: let it. */
	if (ms <= conf->video_seconds_max * 1000 + 500)
		return OK;
	*detail = arena_printf(arena, "%lld",
	    (long long)conf->video_seconds_max);
	return ERR_VIDEO_TOO_LONG;
}

/* "12.345678" in ms, 0 where it is anything else. */
static int64_t
read_seconds(const struct json_document *document, const char *path)
{
	struct text text, whole;
	int64_t seconds, ms = 0;
	int i;

	if (!json_find_string(document, path, &text) ||
	    !text_split(&text, '.', &whole) ||
	    !text_integer(whole, &seconds) || seconds < 0 ||
	    seconds > INT32_MAX)
		return 0;
	for (i = 0; i < 3; i++) {
		ms *= 10;
		if ((size_t)i < text.length && text.bytes[i] >= '0' &&
		    text.bytes[i] <= '9')
			ms += text.bytes[i] - '0';
	}
	return seconds * 1000 + ms;
}

/* "streams.1.codec_name" */
struct path {
	char bytes[64];
};

static struct path
path_of(size_t stream, const char *member)
{
	struct path path;

	snprintf(path.bytes, sizeof(path.bytes), "streams.%zu.%s", stream,
	    member);
	return path;
}

static bool
is(const struct json_document *document, size_t stream, const char *member,
    const char *value)
{
	struct text text;

	return json_find_string(document, path_of(stream, member).bytes,
	    &text) && text_is(text, value);
}

static bool
read_side(const struct json_document *document, size_t stream,
    const char *member, int64_t *side)
{
	return json_find_integer(document, path_of(stream, member).bytes,
	    side) && *side >= 1 && *side <= INT32_MAX;
}

static bool
is_among(const struct json_document *document, size_t stream,
    const char *member, const char *const *values)
{
	for (; *values != NULL; values++)
		if (is(document, stream, member, *values))
			return true;
	return false;
}

/* "30000/1001"; an unknown one is "0/0". */
static bool
is_fast(const struct json_document *document, size_t stream)
{
	struct text denominator, numerator;
	int64_t n, d;

	/* A half more: what phones call 60 is 60.1 now and then. */
	return json_find_string(document,
	    path_of(stream, "avg_frame_rate").bytes, &denominator) &&
	    text_split(&denominator, '/', &numerator) &&
	    text_integer(numerator, &n) && text_integer(denominator, &d) &&
	    n > 0 && d > 0 && n < INT32_MAX && d < INT32_MAX &&
	    2 * n > (2 * PROBE_RATE + 1) * d;
}

static bool
is_large(const struct probe *probe)
{
	int64_t width = probe->width, height = probe->height;

	return width > PROBE_LONG_SIDE || height > PROBE_LONG_SIDE ||
	    (width > PROBE_SHORT_SIDE && height > PROBE_SHORT_SIDE);
}

static enum err
judge_video(struct probe *probe, const struct json_document *document,
    size_t stream, struct arena *arena, const char **detail)
{
	static const char *const formats[] = { "yuv420p", "yuvj420p", NULL };
	static const char *const fields[] = { "tt", "bb", "tb", "bt", NULL };
	static const char *const hdr[] = { "smpte2084", "arib-std-b67", NULL };
	struct text format;

	if (!read_side(document, stream, "width", &probe->width) ||
	    !read_side(document, stream, "height", &probe->height) ||
	    !json_find_string(document, path_of(stream, "pix_fmt").bytes,
	    &format) || text_is(format, "unknown"))
		return ERR_VIDEO_UNREADABLE;
	probe->fast = is_fast(document, stream);
	probe->interlaced = is_among(document, stream, "field_order", fields);
	probe->hdr = is_among(document, stream, "color_transfer", hdr);
	probe->plays = is(document, stream, "codec_name", "h264") &&
	    is_among(document, stream, "pix_fmt", formats) && !probe->fast &&
	    !probe->hdr && !is_large(probe);
	return probe_picture(probe->width, probe->height, arena, detail);
}

/* A picture of the album is no film. */
static bool
is_film(const struct json_document *document, size_t stream)
{
	int64_t attached = 0;

	json_find_integer(document,
	    path_of(stream, "disposition.attached_pic").bytes, &attached);
	return is(document, stream, "codec_type", "video") && attached == 0;
}

/* The first stream that is one, as ffmpeg will choose it; SIZE_MAX: none. */
static size_t
find(const struct json_document *document, size_t streams,
    bool (*is_one)(const struct json_document *, size_t))
{
	size_t i;

	for (i = 0; i < streams; i++)
		if (is_one(document, i))
			return i;
	return SIZE_MAX;
}

static bool
is_sound(const struct json_document *document, size_t stream)
{
	return is(document, stream, "codec_type", "audio");
}

/* What an index calls H.264 with AAC or MP3 must be that. */
static enum err
judge(struct probe *probe, const struct json_document *document,
    const struct source *source, struct arena *arena, const char **detail)
{
	static const char *const sounds[] = { "aac", "mp3", NULL };
	size_t streams = json_find_count(document, "streams");
	size_t film = find(document, streams, is_film);
	size_t sound = find(document, streams, is_sound);
	bool heard = sound == SIZE_MAX ||
	    is_among(document, sound, "codec_name", sounds);
	enum err e;

	if (streams > MP4_TRACKS)
		return ERR_VIDEO_TOO_COMPLEX;
	if (film == SIZE_MAX)
		return source->foreign ? ERR_NO_VIDEO_TRACK :
		    ERR_VIDEO_UNREADABLE;
	if (!source->foreign &&
	    (!heard || !is(document, film, "codec_name", "h264")))
		return ERR_VIDEO_UNREADABLE;
	if ((e = judge_video(probe, document, film, arena, detail)))
		return e;
	probe->plays &= heard;
	probe->duration_ms = read_seconds(document, "format.duration");
	return probe_duration(probe->duration_ms, arena, detail);
}

enum err
probe_file(struct probe *probe, struct arena *arena,
    const struct source *source, const char **detail)
{
	struct tool tool = { .program = conf->ffprobe, .file_size = 0 };
	struct json_document *document;
	enum err e;

	*probe = (struct probe){ 0 };
	tool_start(&tool, source, arena);
	tool_add(&tool, (const char *const[]){ "-show_entries",
	    "format=duration:stream=codec_type,codec_name,width,height,"
	    "pix_fmt,field_order,color_transfer,avg_frame_rate:"
	    "stream_disposition=attached_pic",
	    "-of", "json", "-i", source->name, NULL });
	e = tool_run(&tool, arena);
	if (e == ERR_VIDEO_TOO_BIG)
		*detail = tool_told(&tool, "Picture size ", "0123456789x",
		    arena);
	if (e == ERR_CODEC)
		*detail = tool_refused(&tool, arena);
	if (e)
		return e;
	if ((document = json_parse(tool.output)) == NULL) {
		log_line(LOG_ERROR, "%s: no JSON", tool.program);
		return ERR_FFMPEG_FAILED;
	}
	e = judge(probe, document, source, arena, detail);
	json_free(document);
	return e;
}
