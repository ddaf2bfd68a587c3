/* Invariants:
 *  1. A name that is served was never used before, and stands for a whole file
 *     that is on disk.
 *  2. Nothing but this makes a name outside of a job's directory.
 */
#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"
#include "pause.h"
#include "site.h"
#include "spool.h"

#define NAME_ATTEMPTS 1000	/* publications of a user in one ms */

static bool
sync_directory(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool synced = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return synced;
}

/* How a place below SITE_MEDIA is served. */
#define SERVED(place) (&(place)[sizeof(SITE_MEDIA) - 1])

/* Where a served path ("/videos/…") lies, or an original. */
struct place {
	char path[sizeof(SITE_ORIGINALS) + PLACE_PATH];
};

/* Where the original of a video lies, until that is converted. */
static struct place
original_of(struct text video)
{
	const size_t length = sizeof(SITE_VIDEOS) - sizeof(SITE_MEDIA);
	struct place place;

	ensure(text_starts(video, SERVED(SITE_VIDEOS)));
	snprintf(place.path, sizeof(place.path), SITE_ORIGINALS "%.*s",
	    (int)(video.length - length), video.bytes + length);
	return place;
}

static struct place
place_of(struct text served)
{
	struct place place;

	snprintf(place.path, sizeof(place.path), SITE_MEDIA "%.*s",
	    (int)served.length, served.bytes);
	return place;
}

/* The video's file now, which is its original if it must be converted. */
static struct place
first_place(const struct media *media)
{
	struct text video = text_of(media->video_path);

	return media->converts ? original_of(video) : place_of(video);
}

/* Renames both or none; false with errno, EEXIST where a name is taken. */
static bool
place_pair(const struct media *media)
{
	const char *name = media->converts ? MEDIA_INPUT : MEDIA_VIDEO;
	struct place first = first_place(media);
	struct place cover = place_of(text_of(media->cover_path));
	int reason;

	if (renameat2(media->directory, name, AT_FDCWD, first.path,
	    RENAME_NOREPLACE) != 0)
		return false;
	PAUSE("publish_half_placed");
	if (renameat2(media->directory, MEDIA_COVER, AT_FDCWD, cover.path,
	    RENAME_NOREPLACE) == 0)
		return true;
	reason = errno;
	if (renameat2(AT_FDCWD, first.path, media->directory, name,
	    RENAME_NOREPLACE) != 0)
		unlink(first.path);
	errno = reason;
	return false;
}

/* Sets the paths; served they are "/videos/7_1700000000123.mp4". */
static void
name_pair(struct media *media, int64_t user_id, int64_t ms)
{
	snprintf(media->video_path, sizeof(media->video_path), "%s/%lld_%lld"
	    ".mp4", SERVED(SITE_VIDEOS), (long long)user_id,
	    (long long)ms);
	snprintf(media->cover_path, sizeof(media->cover_path), "%s/%lld_%lld"
	    ".jpg", SERVED(SITE_COVERS), (long long)user_id,
	    (long long)ms);
}

enum err
place_new(struct media *media, int64_t user_id, int64_t now_ms)
{
	enum err e = OK;
	bool placed;
	int i = 0;

	do
		name_pair(media, user_id, now_ms + i++);
	while (!(placed = place_pair(media)) && errno == EEXIST &&
	    i < NAME_ATTEMPTS);
	if (!placed) {
		e = spool_failure(media->video_path);
	} else if (!sync_directory(media->converts ? SITE_ORIGINALS :
	    SITE_VIDEOS) || !sync_directory(SITE_COVERS)) {
		e = spool_failure(SITE_MEDIA);
		place_take_back(media);
	}
	if (e)
		media->video_path[0] = media->cover_path[0] = '\0';
	return e;
}

/* A file that is gone already is fine. */
static bool
erase(struct place place)
{
	if (unlink(place.path) == 0 || errno == ENOENT)
		return true;
	log_line(LOG_ERROR, "%s: %s", place.path, strerror(errno));
	return false;
}

void
place_take_back(const struct media *media)
{
	if (media->video_path[0] != '\0') {
		erase(first_place(media));
		erase(place_of(text_of(media->cover_path)));
	}
}

enum err
place_converted(int directory, struct text video)
{
	struct place place = place_of(video);

	/* A try that was cut off may have left one there. */
	if (renameat(directory, MEDIA_VIDEO, AT_FDCWD, place.path) != 0 ||
	    !sync_directory(SITE_VIDEOS))
		return spool_failure(place.path);
	return OK;
}

enum err
place_take_original(int directory, struct text video)
{
	struct place place = original_of(video);

	return linkat(AT_FDCWD, place.path, directory, MEDIA_INPUT, 0) == 0 ?
	    OK : spool_failure(place.path);
}

bool
place_remove_original(struct text video)
{
	return erase(original_of(video));
}

bool
place_remove_video(struct text video)
{
	return erase(place_of(video));
}

bool
place_erase(struct text video, struct text cover)
{
	bool original = erase(original_of(video)), played, shown;

	played = erase(place_of(video));
	shown = erase(place_of(cover));
	return original && played && shown && sync_directory(SITE_VIDEOS) &&
	    sync_directory(SITE_COVERS);
}

enum err
place_picture(int directory, const char *name, const char *shelf,
    int64_t user_id, char path[PLACE_PATH])
{
	uint64_t number;
	enum err e;

	/* Who has kept the picture of an address for a year must not meet
	 * another one there, also when the clock was set back. */
	ensure(getrandom(&number, sizeof(number), 0) == sizeof(number));
	snprintf(path, PLACE_PATH, "%s/%lld_%llu.jpg",
	    shelf + sizeof(SITE_MEDIA) - 1, (long long)user_id,
	    (unsigned long long)number);
	if (renameat2(directory, name, AT_FDCWD, place_of(text_of(path)).path,
	    RENAME_NOREPLACE) == 0) {
		if (sync_directory(shelf))
			return OK;
		e = spool_failure(shelf);
		place_remove(path);
	} else {
		e = spool_failure(path);
	}
	path[0] = '\0';
	return e;
}

void
place_remove(const char *path)
{
	if (path[0] != '\0' && unlink(place_of(text_of(path)).path) != 0)
		log_line(LOG_WARNING, "%s: %s", path, strerror(errno));
}

/* A directory, and not a link to one. */
static bool
make_directory(const char *path, mode_t mode)
{
	struct stat status;

	if (mkdir(path, mode) == 0)
		return chmod(path, mode) == 0;	/* whatever the umask */
	if (errno != EEXIST || lstat(path, &status) != 0)
		return false;
	errno = ENOTDIR;
	return S_ISDIR(status.st_mode);
}

bool
place_setup(void)
{
	return make_directory(SITE_MEDIA, 0755) &&
	    make_directory(SITE_VIDEOS, 0755) &&
	    make_directory(SITE_COVERS, 0755) &&
	    make_directory(SITE_AVATARS, 0755) &&
	    make_directory(SITE_BACKGROUNDS, 0755) &&
	    make_directory(SITE_SPOOL, 0700) &&
	    make_directory(SITE_BODIES, 0700) &&
	    make_directory(SITE_JOBS, 0700) &&
	    make_directory(SITE_ORIGINALS, 0700);
}
