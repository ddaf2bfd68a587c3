/* tool.h - one run of ffmpeg or ffprobe, and what its end means.
 *
 * Every run has the same beginning: no console, errors only, the local file (or
 * a part of one) as the only protocol, one reader as the only one (of the
 * file's container, or of a whole file as one picture), the codecs that we take
 * as the only ones, a largest picture, one thread.  File names are ours and
 * relative to the job's directory.  The limits of child.h hold.
 *
 * A failure is told by its cause: the program is not there, the disk is full,
 * it took too long, the file is at fault (the messages speak of it), or it
 * failed for no reason that we know (FFMPEG_FAILED, with a line in the log).
 * The last is also the answer where something else killed it, most likely the
 * kernel for want of memory; the log tells that.
 */
#ifndef TOOL_H
#define TOOL_H

#include <sys/types.h>

#include "arena.h"
#include "errors.h"
#include "text.h"

#define TOOL_ARGUMENTS 112

/* A file of a job's directory, and how it is read. */
struct source {
	int directory;
	/* with its protocol: "file:in.mp4"; as a part of the file, in place:
	 * "subfile,,start,77,end,1077,,:file:in.mp4" */
	const char *name;
	const char *demuxer;
	bool foreign;		/* not known to be what browsers play */
};

struct tool {
	/* asked */
	int directory;
	const char *program;	/* conf->ffmpeg or conf->ffprobe */
	bool background;	/* a conversion: nobody waits for it */
	int64_t deadline_ms;	/* 0: as the settings say */
	off_t file_size;	/* of the largest file that it may write */
	size_t memory;		/* set by tool_start() */
	/* arguments; tool_add() appends */
	const char *argv[TOOL_ARGUMENTS];
	size_t count;
	/* answered */
	struct text output, messages;
};

/* Begins the arguments of a run that reads a file; its name is not yet among
 * them: what is to be known of it comes before. */
void	tool_start(struct tool *, const struct source *, struct arena *);

/* The same for a file that is one picture, coded so: "mjpeg", "png", "webp". */
void	tool_start_picture(struct tool *, struct arena *,
	    const char *codec);

/* Appends arguments up to a NULL. */
void	tool_add(struct tool *, const char *const *arguments);

/* FFMPEG_MISSING, FFMPEG_LATE, FFMPEG_FAILED, DISK_FULL, CODEC,
 * VIDEO_UNREADABLE, VIDEO_CUT_SHORT, VIDEO_TOO_BIG. */
enum err	tool_run(struct tool *, struct arena *);

/* Whether the messages hold this. */
bool	tool_said(const struct tool *, const char *words);

/* What they say behind such words, as far as it is made of these characters;
 * NULL when that is nothing, or long. */
const char	*tool_told(const struct tool *, const char *words,
	    const char *characters, struct arena *);

/* Which codec was refused, where that was the cause. */
const char	*tool_refused(const struct tool *, struct arena *);

#endif
