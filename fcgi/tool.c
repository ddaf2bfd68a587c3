#include "tool.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "child.h"
#include "conf.h"
#include "log.h"
#include "turn.h"

#define TOLD_MOST 32	/* bytes of a name or a size in the messages */

/* Address space.  Measured with ffmpeg 5.1: 320 MiB to load and make a cover
 * of 4096x2304, up to 640 where the stream keeps 16 reference pictures (310
 * MiB of that resident). */
#define MEMORY (768 * MIB)
/* Decoders of ten bits need twice as much for a picture. */
#define FOREIGN_MEMORY (1280 * MIB)

/* The only decoders and parsers that a stranger's bytes ever reach: for what
 * browsers play as it is, and for all that is converted.  What cameras, phones
 * and common programs write, and nothing rarer (THREATS 2). */
#define CODECS "h264,aac,mp3float,mp3"
#define FOREIGN_CODECS CODECS ",hevc,prores,vp8,vp9,libdav1d,mpeg4,msmpeg4v2," \
	"msmpeg4,mpeg1video,mpeg2video,wmv1,wmv2,wmv3,vc1,mjpeg,h263,flv," \
	"aac_latm,mp2float,mp2,ac3,eac3,opus,vorbis,flac,alac,amrnb,amrwb," \
	"wmav1,wmav2,wmapro,adpcm_ima_qt,adpcm_ima_wav,adpcm_ms,adpcm_swf," \
	"pcm_u8,pcm_s8,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le," \
	"pcm_s32be,pcm_f32le,pcm_f32be,pcm_f64le,pcm_f64be,pcm_mulaw," \
	"pcm_alaw,pcm_bluray,pcm_dvd," \
	/* ffprobe opens them, and is never given their samples */ \
	"srt,subrip,ass,ssa,webvtt,mov_text,dvbsub,dvdsub,pgssub"

void
tool_add(struct tool *tool, const char *const *arguments)
{
	for (; *arguments != NULL; arguments++) {
		ensure(tool->count < TOOL_ARGUMENTS - 1);
		tool->argv[tool->count++] = *arguments;
	}
}

static void
start(struct tool *tool, struct arena *arena, const char *protocols,
    const char *reader, const char *codecs, int64_t pixels)
{
	tool->argv[tool->count++] = tool->program;
	if (tool->program == conf->ffmpeg)
		tool_add(tool, (const char *const[]){ "-nostdin", "-y", NULL });
	tool_add(tool, (const char *const[]){ "-v", "error",
	    "-protocol_whitelist", protocols, "-f", reader,
	    "-codec_whitelist", codecs, "-threads", "1", "-max_pixels",
	    arena_printf(arena, "%lld", (long long)pixels), NULL });
}

void
tool_start(struct tool *tool, const struct source *source, struct arena *arena)
{
	tool->directory = source->directory;
	tool->memory = source->foreign ? FOREIGN_MEMORY : MEMORY;
	start(tool, arena, strncmp(source->name, "file:", 5) == 0 ? "file" :
	    "file,subfile", source->demuxer, source->foreign ?
	    FOREIGN_CODECS : CODECS, conf->video_pixels_max);
}

void
tool_start_picture(struct tool *tool, struct arena *arena, const char *codec)
{
	tool->memory = MEMORY;
	/* Decoders round sides up, by less than 32 pixels. */
	start(tool, arena, "file", "image2", codec, conf->picture_pixels_max +
	    conf->picture_pixels_max / 16);
	/* Not a pattern of names; the codec is not to be guessed from ours. */
	tool_add(tool, (const char *const[]){ "-pattern_type", "none",
	    "-c:v", codec, NULL });
}

bool
tool_said(const struct tool *tool, const char *words)
{
	return memmem(tool->messages.bytes, tool->messages.length, words,
	    strlen(words)) != NULL;
}

const char *
tool_told(const struct tool *tool, const char *words, const char *characters,
    struct arena *arena)
{
	const char *at = memmem(tool->messages.bytes, tool->messages.length,
	    words, strlen(words));
	size_t n, left;

	if (at == NULL)
		return NULL;
	at += strlen(words);
	left = (size_t)(tool->messages.bytes + tool->messages.length - at);
	for (n = 0; n < left && at[n] != '\0'; n++)
		if (strchr(characters, at[n]) == NULL)
			break;
	return n > 0 && n < TOLD_MOST ? arena_copy(arena, at, n) : NULL;
}

/* "[magicyuv @ 0x…] Codec (magicyuv) not on whitelist '…'" */
const char *
tool_refused(const struct tool *tool, struct arena *arena)
{
	return tool_told(tool, "Codec (",
	    "abcdefghijklmnopqrstuvwxyz0123456789_", arena);
}

/* What the messages of ffmpeg 5.1 say of the cause; the first row counts. */
static const struct {
	const char *words;
	enum err e;
} causes[] = {
	{ "No space left on device", ERR_DISK_FULL },
	{ "Disk quota exceeded", ERR_DISK_FULL },
	{ "File too large", ERR_DISK_FULL },
	{ "exceeds specified max pixel count", ERR_VIDEO_TOO_BIG },
	{ "not on whitelist", ERR_CODEC },
	{ "moov atom not found", ERR_VIDEO_CUT_SHORT },
	{ "partial file", ERR_VIDEO_CUT_SHORT },
	/* It needs more than MEMORY: no file that we want does. */
	{ "Cannot allocate memory", ERR_VIDEO_UNREADABLE },
	{ "Invalid data found", ERR_VIDEO_UNREADABLE },
	{ "matches no streams", ERR_VIDEO_UNREADABLE },
	/* "[h264 @ 0x55…]": a reader or decoder complains of its input */
	{ " @ 0x", ERR_VIDEO_UNREADABLE },
};

static enum err
cause_of(const struct tool *tool, int status)
{
	size_t i;

	if (status == -SIGXCPU)
		return ERR_FFMPEG_LATE;		/* the processor's limit */
	if (status == -SIGXFSZ)
		return ERR_VIDEO_UNREADABLE;	/* it grew beyond reason */
	if (status < 0)
		return ERR_FFMPEG_FAILED;
	for (i = 0; i < ARRAY_LEN(causes); i++)
		if (tool_said(tool, causes[i].words))
			return causes[i].e;
	return ERR_FFMPEG_FAILED;
}

/* What ffmpeg calls a success though it is none: the index of its file found
 * no room (tried on a full disk); a picture was too big, so it was left out. */
static enum err
hidden_cause_of(const struct tool *tool)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(causes); i++)
		if ((causes[i].e == ERR_DISK_FULL ||
		    causes[i].e == ERR_VIDEO_TOO_BIG) &&
		    tool_said(tool, causes[i].words))
			return causes[i].e;
	return OK;
}

static enum err
meaning(const struct tool *tool, const struct child *child)
{
	switch (child->end) {
	case CHILD_OK:
		return hidden_cause_of(tool);
	case CHILD_MISSING:
		return ERR_FFMPEG_MISSING;
	case CHILD_LATE:
		return ERR_FFMPEG_LATE;
	case CHILD_FAILED:
		return cause_of(tool, child->status);
	case CHILD_SYSTEM:
		break;
	}
	return ERR_FFMPEG_FAILED;
}

/* Somebody else did it, and that is the kernel where memory has run out. */
static bool
was_killed(const struct child *child)
{
	return child->end == CHILD_FAILED && child->status == -SIGKILL;
}

/* A file at fault is no error, and a search (it has a deadline of its own) may
 * end late. */
static enum log_level
level_of(const struct tool *tool, const struct child *child, enum err e)
{
	if (e == ERR_DISK_FULL || was_killed(child) ||
	    (e == ERR_FFMPEG_LATE && tool->deadline_ms == 0))
		return LOG_WARNING;
	return e == ERR_FFMPEG_MISSING || e == ERR_FFMPEG_FAILED ? LOG_ERROR :
	    LOG_INFO;
}

/* One line, with the first of the messages. */
static void
report(const struct tool *tool, const struct child *child, enum err e,
    int reason)
{
	struct text rest = tool->messages, line = TEXT("");

	text_split(&rest, '\n', &line);
	if (child->end == CHILD_MISSING || child->end == CHILD_SYSTEM)
		line = text_of(strerror(reason));
	if (was_killed(child))
		line = TEXT("killed, as when memory is short");
	log_line(level_of(tool, child, e), "%s: %s, status %d: %.*s",
	    tool->program, errors_row(e)->name, child->status,
	    (int)line.length, line.bytes);
}

enum err
tool_run(struct tool *tool, struct arena *arena)
{
	struct child child = {
		.directory = tool->directory,
		.argv = tool->argv,
		.deadline_ms = tool->deadline_ms != 0 ? tool->deadline_ms :
		    conf->ffmpeg_seconds * 1000,
		.memory = tool->memory,
		.background = tool->background &&
		    conf->convert_priority == convert_priority_idle,
		.file_size = tool->file_size,
	};
	enum err e;
	int reason, turn;

	if (arena_full(arena))
		return ERR_TOO_BIG;
	if ((e = turn_take(tool->background, tool->background ?
	    child.deadline_ms : conf->ffmpeg_seconds * 1000, &turn)))
		return e;
	tool->argv[tool->count] = NULL;
	child_run(&child, arena);
	reason = errno;
	turn_end(turn);
	tool->output = child.output;
	tool->messages = child.messages;
	if ((e = meaning(tool, &child)))
		report(tool, &child, e, reason);
	return e;
}
