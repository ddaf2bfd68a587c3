#include "film.h"

#include <unistd.h>

#include "codec.h"
#include "conf.h"
#include "cover.h"
#include "log.h"
#include "media.h"
#include "spool.h"

/* Of a converted second: the most that the encoder may write is 1.2 MB. */
#define BYTES_A_SECOND ((off_t)2 * (off_t)MIB)

/* Each frame that x264 looks ahead takes 7 MiB of 1080p.  With five, and one of
 * them between two others, it needs 60 MiB and a quarter of the time less than
 * with its preset's ten and three, for 0.2 dB at most (measured). */
#define FEW_FRAMES "-bf", "1", "-rc-lookahead", "5"

/* What a result has in common, before its name. */
#define PACKED "-map_metadata", "-1", "-map_chapters", "-1", "-fflags", \
	"+bitexact", "-movflags", "+faststart", "-threads", "1", "-f", "mp4"

enum err
film_copy(struct arena *arena, const struct source *source, off_t size)
{
	struct tool tool = {
		.program = conf->ffmpeg,
		/* Fragments become an index, and that can be the larger. */
		.file_size = 2 * size + (off_t)MIB,
	};
	enum err e;

	tool_start(&tool, source, arena);
	tool_add(&tool, (const char *const[]){ "-i", source->name,
	    "-map", "0:v:0", "-map", "0:a:0?", "-dn", "-sn", "-c", "copy",
	    PACKED, MEDIA_FILE(MEDIA_VIDEO), NULL });
	if ((e = tool_run(&tool, arena)))
		return e;
	/* A success to ffmpeg, but the end of the video is missing. */
	return tool_said(&tool, "partial file") ? ERR_VIDEO_CUT_SHORT : OK;
}

/* Frames of fields first; then even sides with square pixels, no larger than
 * what plays everywhere, whichever side is the longer. */
static const char *
filter_of(const struct probe *probe, struct arena *arena)
{
#define FIT "min(1,min(%d/max(iw*sar,ih),%d/min(iw*sar,ih)))"
	return arena_printf(arena, "%s%sscale="
	    "w='max(2,2*trunc(iw*sar*" FIT "/2))':"
	    "h='max(2,2*trunc(ih*" FIT "/2))'%s,"
	    "scale=out_range=tv,setsar=1,format=yuv420p",
	    probe->interlaced ? "bwdif=send_frame," : "", probe->fast ?
	    arena_printf(arena, "fps=%d,", PROBE_RATE) : "",
	    PROBE_LONG_SIDE, PROBE_SHORT_SIDE, PROBE_LONG_SIDE,
	    PROBE_SHORT_SIDE, probe->hdr ? cover_tone : "");
#undef FIT
}

enum err
film_convert(struct arena *arena, const struct source *source,
    const struct probe *probe, int64_t deadline_ms)
{
	/* One second more than may be, so that it shows. */
	int64_t seconds = probe->duration_ms > 0 ?
	    probe->duration_ms / 1000 + 1 : conf->video_seconds_max + 1;
	struct tool tool = {
		.program = conf->ffmpeg,
		.background = true,
		.deadline_ms = deadline_ms > 0 ? deadline_ms : 1,
		.file_size = (seconds + 16) * BYTES_A_SECOND,
	};
	enum err e;

	tool_start(&tool, source, arena);
	tool_add(&tool, (const char *const[]){ "-i", source->name,
	    "-map", "0:V:0", "-map", "0:a:0?", "-dn", "-sn",
	    "-filter_threads", "1", "-vf", filter_of(probe, arena),
	    "-fps_mode", "vfr", "-c:v", "libx264", "-preset", "veryfast",
	    FEW_FRAMES,
	    "-crf", "23", "-maxrate", "8M", "-bufsize", "16M",
	    "-force_key_frames", "expr:gte(t,n_forced*2)",
	    "-c:a", "aac", "-b:a", "128k", "-af", "aformat="
	    "sample_rates=48000|44100|32000|24000|22050|16000|11025|8000:"
	    "channel_layouts=stereo|mono",
	    "-t", arena_printf(arena, "%lld",
	    (long long)conf->video_seconds_max + 1),
	    PACKED, MEDIA_FILE(MEDIA_VIDEO), NULL });
	if ((e = tool_run(&tool, arena)))
		return e;
	return tool_said(&tool, "partial file") ? ERR_VIDEO_CUT_SHORT : OK;
}

/* Whether a track is one that browsers play, and has something in it. */
static bool
plays(const struct mp4_track *track, struct arena *arena)
{
	const char *name;

	return track->samples > 0 &&
	    codec_judge(track, &name, arena) == CODEC_PLAYS;
}

enum err
film_check(struct arena *arena, int directory, int64_t *duration_ms,
    const char **detail)
{
	struct mp4 mp4;
	bool film = false;
	off_t size;
	size_t i;
	enum err e;
	int fd = spool_result(directory, MEDIA_VIDEO, &size);

	if (fd < 0) {
		log_line(LOG_ERROR, "%s wrote no video", conf->ffmpeg);
		return ERR_FFMPEG_FAILED;
	}
	e = mp4_read(&mp4, fd, 0, size);
	close(fd);
	if (e == ERR_INTERNAL)
		return e;
	for (i = 0; !e && i < mp4.count && !film; i++)
		film = mp4.track[i].handler == MP4_VIDEO &&
		    plays(&mp4.track[i], arena);
	if (!film || !mp4.index_first || mp4.fragmented)
		return ERR_VIDEO_UNREADABLE;
	*duration_ms = mp4.duration_ms;
	return probe_duration(*duration_ms, arena, detail);
}
