#include "probe.h"

#include <stdio.h>
#include <string.h>

#include "conf.h"
#include "json.h"
#include "log.h"
#include "tool.h"

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

/* How pixel formats of ffmpeg (libavutil/pixfmt.h) begin. */
static const struct {
	const char *prefix, *name;
} layouts[] = {
	{ "yuv420p", "" }, { "yuvj420p", "" },
	{ "yuv422p", " 4:2:2" }, { "yuvj422p", " 4:2:2" },
	{ "yuv444p", " 4:4:4" }, { "yuvj444p", " 4:4:4" },
	{ "gbr", " RGB" }, { "gray", " 4:0:0" },
};

const char *
probe_format_refused(struct text format, struct arena *arena)
{
	static const char *const depths[] = { "9", "10", "12", "14" };
	const char *layout = NULL, *end;
	char tail[8];
	size_t i;

	if (text_is(format, "yuv420p") || text_is(format, "yuvj420p"))
		return NULL;
	for (i = 0; i < ARRAY_LEN(layouts) && layout == NULL; i++)
		if (text_starts(format, layouts[i].prefix))
			layout = layouts[i].name;
	if (layout == NULL)
		return arena_printf(arena, "H.264 %.*s", (int)format.length,
		    format.bytes);
	for (i = 0; i < ARRAY_LEN(depths); i++) {
		snprintf(tail, sizeof(tail), "%sle", depths[i]);
		end = format.bytes + format.length - strlen(tail);
		if (format.length > strlen(tail) &&
		    memcmp(end, tail, strlen(tail)) == 0)
			return arena_printf(arena, "H.264%s %s-bit", layout,
			    depths[i]);
	}
	return arena_printf(arena, "H.264%s", layout);
}

/* "streams.1.codec_name" */
struct path {
	char bytes[48];
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

static enum err
judge_video(struct probe *probe, const struct json_document *document,
    size_t stream, struct arena *arena, const char **detail)
{
	struct text format;

	if (!is(document, stream, "codec_name", "h264") ||
	    !read_side(document, stream, "width", &probe->width) ||
	    !read_side(document, stream, "height", &probe->height) ||
	    !json_find_string(document, path_of(stream, "pix_fmt").bytes,
	    &format) || text_is(format, "unknown"))
		return ERR_VIDEO_UNREADABLE;
	if ((*detail = probe_format_refused(format, arena)) != NULL)
		return ERR_CODEC;
	return probe_picture(probe->width, probe->height, arena, detail);
}

/* mp4_hide() has left one video track and at most one of sound, in the order
 * of the file. */
static enum err
judge(struct probe *probe, const struct json_document *document,
    struct arena *arena, const char **detail)
{
	size_t streams = json_find_count(document, "streams"), i, videos = 0;
	enum err e;

	for (i = 0; i < streams; i++) {
		if (is(document, i, "codec_type", "video")) {
			videos++;
			if ((e = judge_video(probe, document, i, arena,
			    detail)))
				return e;
		} else if (!is(document, i, "codec_name", "aac") &&
		    !is(document, i, "codec_name", "mp3")) {
			return ERR_VIDEO_UNREADABLE;
		}
	}
	if (videos != 1 || streams > 2)
		return ERR_VIDEO_UNREADABLE;
	probe->duration_ms = read_seconds(document, "format.duration");
	return probe_duration(probe->duration_ms, arena, detail);
}

/* "Picture size 16000x16000 exceeds …" */
static const char *
size_told(struct text messages, struct arena *arena)
{
	static const char words[] = "Picture size ";
	const char *at = memmem(messages.bytes, messages.length, words,
	    sizeof(words) - 1);
	size_t n;

	if (at == NULL)
		return NULL;
	at += sizeof(words) - 1;
	n = strspn(at, "0123456789x");
	return n < 24 ? arena_copy(arena, at, n) : NULL;
}

enum err
probe_file(struct probe *probe, struct arena *arena, int directory,
    const char *name, const char **detail)
{
	struct tool tool = { .directory = directory,
	    .program = conf->ffprobe, .file_size = 0 };
	struct json_document *document;
	enum err e;

	*probe = (struct probe){ 0 };
	tool_start(&tool, arena);
	tool_add(&tool, (const char *const[]){ "-show_entries",
	    "format=duration:"
	    "stream=codec_type,codec_name,width,height,pix_fmt",
	    "-of", "json", "-i", name, NULL });
	e = tool_run(&tool, arena);
	if (e == ERR_VIDEO_TOO_BIG)
		*detail = size_told(tool.messages, arena);
	if (e)
		return e;
	if ((document = json_parse(tool.output)) == NULL) {
		log_line(LOG_ERROR, "%s: no JSON", tool.program);
		return ERR_FFMPEG_FAILED;
	}
	e = judge(probe, document, arena, detail);
	json_free(document);
	return e;
}
