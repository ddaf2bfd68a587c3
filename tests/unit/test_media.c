/* The whole way of an upload, with the real ffmpeg: every file of the table in
 * tests/media_files.py, programs that fail, directories that are in the way. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "box.h"
#include "child.h"
#include "cover.h"
#include "media.h"
#include "mp4.h"
#include "place.h"
#include "probe.h"
#include "site.h"
#include "spool.h"

#define BEFORE 77	/* bytes of the form before the file */
#define USER 7
#define NOW 1700000000000

static char base[] = "/tmp/mini-tiktok-media-XXXXXX";
static char files[PATH_MAX];	/* what tests/media_files.py has made */
static struct arena arena;

/* ---- the world around ---- */

static void
load(const char *variable, const char *value)
{
	assert_int_equal(setenv(variable, value, 1), 0);
	assert_true(conf_load(SITE_SETTINGS));
}

static void
load_defaults(void)
{
	load("MT_FFMPEG", "/usr/bin/ffmpeg");
	load("MT_FFPROBE", "/usr/bin/ffprobe");
	load("MT_FFMPEG_SECONDS", "60");
	load("MT_UPLOAD_MAX", "256m");
	load("MT_VIDEO_SECONDS_MAX", "600");
}

static size_t
count_entries(const char *path)
{
	DIR *list = opendir(path);
	size_t count = 0;

	assert_non_null(list);
	while (readdir(list) != NULL)
		count++;
	closedir(list);
	return count - 2;
}

static int
count_descriptors(void)
{
	return (int)count_entries("/proc/self/fd");
}

/* The bytes of a file of the table between others, as in a form. */
static int
open_body(const char *name, off_t *size)
{
	char path[PATH_MAX + 64], window[1 << 16];
	int from, body = open("body", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC,
	    0600);
	ssize_t n;

	snprintf(path, sizeof(path), "%s/%s", files, name);
	from = open(path, O_RDONLY | O_CLOEXEC);
	if (from < 0 || body < 0)
		fail_msg("%s: %s", path, strerror(errno));
	memset(window, '-', BEFORE);
	assert_int_equal(write(body, window, BEFORE), BEFORE);
	for (*size = 0; (n = read(from, window, sizeof(window))) > 0;
	    *size += n)
		assert_int_equal(write(body, window, (size_t)n), n);
	assert_int_equal(write(body, "\r\n--boundary--", 14), 14);
	close(from);
	return body;
}

static enum err
import(struct media *media, const char *name, const char **detail)
{
	off_t size;
	int body = open_body(name, &size);
	enum err e;

	*detail = NULL;
	e = media_import(media, &arena, body, BEFORE, size, detail);
	close(body);
	return e;
}

/* What is left when an upload is over, whatever became of it. */
static void
end_upload(void)
{
	arena_reset(&arena);
	assert_int_equal(count_entries(SITE_JOBS), 0);
}

static enum err
answer_to(const char *name)
{
	struct media media;
	const char *detail;
	enum err e = import(&media, name, &detail);

	end_upload();
	return e;
}

/* ---- looking at results ---- */

/* Runs a tool on a served file, at the test's directory; its output. */
static struct text
look(const char *const *argv)
{
	struct child child = {
		.directory = open(SITE_MEDIA, O_RDONLY | O_CLOEXEC),
		.argv = argv, .deadline_ms = 20000, .memory = 1024 * MIB,
		.file_size = 0,
	};

	child_run(&child, &arena);
	close(child.directory);
	if (child.end != CHILD_OK)
		fail_msg("%s", child.messages.bytes);
	return child.output;
}

/* The mean light of the four quarters of a cover, 0 … 255. */
static void
look_at_cover(const struct media *media, unsigned char light[4])
{
	const char *const argv[] = { "/usr/bin/ffmpeg", "-v", "error", "-i",
	    media->cover_path + 1, "-vf",
	    "scale=2:2:flags=area:out_range=full", "-pix_fmt", "gray", "-f",
	    "rawvideo", "-", NULL };
	struct text output = look(argv);

	assert_int_equal(output.length, 4);
	memcpy(light, output.bytes, 4);
}

/* Width and height of a JPEG: in its SOF0 (ITU-T T.81 B.2.2). */
static void
measure_cover(const struct media *media, unsigned *width, unsigned *height)
{
	unsigned char bytes[4096], *at;
	char path[128];
	struct stat status;
	int fd;

	snprintf(path, sizeof(path), SITE_MEDIA "%s", media->cover_path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &status), 0);
	assert_true(status.st_size <= COVER_BYTES);
	assert_int_equal(status.st_mode & 07777, 0644);
	assert_int_equal(status.st_uid, geteuid());
	memset(bytes, 0, sizeof(bytes));
	assert_true(read(fd, bytes, sizeof(bytes)) > 100);
	close(fd);
	assert_memory_equal(bytes, "\xff\xd8\xff", 3);
	at = memmem(bytes, sizeof(bytes), "\xff\xc0\x00\x11\x08", 5);
	assert_non_null(at);
	*height = box_u16(at + 5);
	*width = box_u16(at + 7);
}

static bool
file_holds(int fd, size_t size, const char *words)
{
	void *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
	bool holds;

	assert_true(bytes != MAP_FAILED);
	holds = memmem(bytes, size, words, strlen(words)) != NULL;
	munmap(bytes, size);
	return holds;
}

/* A served video: index first, within the first 64 kB; one track of each kind
 * at most; nobody's name, nobody's place. */
static void
check_served_video(const struct media *media)
{
	char path[128];
	struct stat status;
	struct mp4 mp4;
	size_t size;
	int fd;

	snprintf(path, sizeof(path), SITE_MEDIA "%s", media->video_path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0644);
	assert_int_equal(status.st_uid, geteuid());
	assert_int_equal(mp4_read(&mp4, fd, 0, status.st_size), OK);
	assert_true(mp4.index_first);
	assert_false(mp4.fragmented);
	assert_in_range(mp4.count, 1, 2);
	assert_int_equal(mp4.duration_ms, media->duration_ms);
	size = (size_t)status.st_size;
	assert_false(file_holds(fd, size, "TELLTALE"));
	assert_false(file_holds(fd, size, "48.8577"));
	close(fd);
}

static void
check_served(struct media *media)
{
	unsigned width, height;

	check_served_video(media);
	measure_cover(media, &width, &height);
	assert_in_range(width, 2, COVER_WIDTH);
	assert_in_range(height, 2, COVER_HEIGHT);
	place_take_back(media);
	assert_int_equal(count_entries(SITE_VIDEOS), 0);
	assert_int_equal(count_entries(SITE_COVERS), 0);
}

/* What is to be converted: its cover is served, and nothing else. */
static void
check_kept(struct media *media)
{
	struct text video = text_of(media->video_path);
	unsigned width, height;

	measure_cover(media, &width, &height);
	assert_int_equal(count_entries(SITE_VIDEOS), 0);
	assert_int_equal(count_entries(SITE_ORIGINALS), 1);
	assert_true(place_erase(video, text_of(media->cover_path)));
	assert_int_equal(count_entries(SITE_COVERS), 0);
	assert_int_equal(count_entries(SITE_ORIGINALS), 0);
}

/* ---- tests ---- */

static void
check_row(const char *name, const char *expected, const char *expected_detail)
{
	struct media media;
	const char *detail, *answer;
	enum err e = import(&media, name, &detail);

	answer = e ? errors_row(e)->name :
	    media.converts ? "CONVERTS" : "OK";
	if (strcmp(answer, expected) != 0)
		fail_msg("%s: %s instead of %s", name, answer, expected);
	if (expected_detail[0] != '\0' &&
	    (detail == NULL || strcmp(detail, expected_detail) != 0))
		fail_msg("%s: %s instead of %s", name, detail,
		    expected_detail);
	if (!e) {
		assert_int_equal(place_new(&media, USER, NOW), OK);
		if (media.converts)
			check_kept(&media);
		else
			check_served(&media);
	}
	end_upload();
}

static void
every_file_of_the_table_gets_its_answer(void **state)
{
	char path[PATH_MAX + 64], line[256], *name, *answer, *detail, *rest;
	int rows = 0, descriptors = count_descriptors();
	FILE *table;

	(void)state;
	snprintf(path, sizeof(path), "%s/table", files);
	table = fopen(path, "re");
	assert_non_null(table);
	while (fgets(line, sizeof(line), table) != NULL) {
		rest = line;
		name = strsep(&rest, "\t");
		answer = strsep(&rest, "\t");
		detail = strsep(&rest, "\n");
		assert_non_null(detail);
		check_row(name, answer, detail);
		rows++;
	}
	fclose(table);
	assert_true(rows > 100);
	assert_int_equal(count_descriptors(), descriptors);
}

/* The matrix of the first track's header, ISO/IEC 14496-12 8.3.2. */
static void
read_matrix(const char *path, unsigned char matrix[36])
{
	static const uint32_t types[] = { BOX_TYPE('m', 'o', 'o', 'v'),
	    BOX_TYPE('t', 'r', 'a', 'k'), BOX_TYPE('t', 'k', 'h', 'd') };
	struct box_file file = { .fd = open(path, O_RDONLY | O_CLOEXEC) };
	struct box in, box;
	size_t i;

	file.size = lseek(file.fd, 0, SEEK_END);
	in = (struct box){ .end = file.size };
	for (i = 0; i < ARRAY_LEN(types); i++, in = box)
		assert_true(box_find(&file, &in, types[i], &box));
	assert_true(box_read(&file, in.body + 40, in.end, matrix, 36));
	close(file.fd);
}

/* The video's own matrix is the one that came. */
static void
check_matrix(const char *name, const struct media *media)
{
	unsigned char before[36], after[36];
	char path[PATH_MAX + 64];

	snprintf(path, sizeof(path), "%s/%s", files, name);
	read_matrix(path, before);
	snprintf(path, sizeof(path), SITE_MEDIA "%s", media->video_path);
	read_matrix(path, after);
	assert_memory_equal(before, after, sizeof(before));
}

/* The white quarter is where a player shows it. */
static void
rotation_is_kept_and_covers_are_upright(void **state)
{
	static const struct {
		const char *name;
		size_t white;	/* quarter, by rows */
		bool tall;
	} rows[] = {
		{ "corner", 0, false }, { "rotated_90", 2, true },
		{ "rotated_180", 3, false }, { "rotated_270", 1, true },
		{ "mirrored", 1, false },
	};
	struct media media;
	unsigned char light[4];
	const char *detail;
	unsigned width, height;
	size_t i, j;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(import(&media, rows[i].name, &detail), OK);
		assert_int_equal(place_new(&media, USER, NOW), OK);
		check_matrix(rows[i].name, &media);
		measure_cover(&media, &width, &height);
		assert_int_equal(width, rows[i].tall ? 240 : 320);
		assert_int_equal(height, rows[i].tall ? 320 : 240);
		look_at_cover(&media, light);
		for (j = 0; j < 4; j++)
			if ((light[j] > 128) != (j == rows[i].white))
				fail_msg("%s: quarter %zu has %u",
				    rows[i].name, j, light[j]);
		place_take_back(&media);
		end_upload();
	}
}

static void
a_cover_is_dark_only_if_the_video_is(void **state)
{
	static const struct {
		const char *name;
		bool bright;
	} rows[] = {
		{ "fade", true }, { "bright_early", true },
		{ "bright_moment", true }, { "bright_late", true },
		{ "one_frame", true }, { "black", false },
	};
	struct media media;
	unsigned char light[4];
	const char *detail;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(import(&media, rows[i].name, &detail), OK);
		assert_int_equal(place_new(&media, USER, NOW), OK);
		look_at_cover(&media, light);
		if ((light[0] + light[1] + light[2] + light[3] > 80) !=
		    rows[i].bright)
			fail_msg("%s: %u %u %u %u", rows[i].name, light[0],
			    light[1], light[2], light[3]);
		place_take_back(&media);
		end_upload();
	}
}

/* Noise does not compress; it is made small all the same. */
static void
a_cover_is_small(void **state)
{
	unsigned width, height;
	struct media media;
	const char *detail;

	(void)state;
	assert_int_equal(import(&media, "noisy_picture", &detail), OK);
	assert_int_equal(place_new(&media, USER, NOW), OK);
	measure_cover(&media, &width, &height);
	assert_in_range(width, 100, COVER_WIDTH);
	place_take_back(&media);
	end_upload();
}

static void
sizes_are_told_as_people_say_them(void **state)
{
	struct media media;
	const char *detail;

	(void)state;
	load("MT_UPLOAD_MAX", "2k");
	assert_int_equal(import(&media, "clip", &detail), ERR_FILE_TOO_LARGE);
	assert_string_equal(detail, "2 KiB");
	end_upload();
	load("MT_UPLOAD_MAX", "2049");
	assert_int_equal(import(&media, "clip", &detail), ERR_FILE_TOO_LARGE);
	assert_string_equal(detail, "2049 B");
	end_upload();
	load_defaults();
	assert_int_equal(media_import(&media, &arena, 0, 0,
	    (off_t)(256 * MIB) + 1, &detail), ERR_FILE_TOO_LARGE);
	assert_string_equal(detail, "256 MiB");
	end_upload();
}

static void
the_largest_file_and_length_are_taken(void **state)
{
	struct stat status;
	char path[PATH_MAX + 64], value[32];

	(void)state;
	snprintf(path, sizeof(path), "%s/clip", files);
	assert_int_equal(stat(path, &status), 0);
	snprintf(value, sizeof(value), "%lld", (long long)status.st_size);
	load("MT_UPLOAD_MAX", value);
	assert_int_equal(answer_to("clip"), OK);
	snprintf(value, sizeof(value), "%lld", (long long)status.st_size - 1);
	load("MT_UPLOAD_MAX", value);
	assert_int_equal(answer_to("clip"), ERR_FILE_TOO_LARGE);
	load_defaults();
	load("MT_VIDEO_SECONDS_MAX", "4");
	assert_int_equal(answer_to("fade"), OK);
	load("MT_VIDEO_SECONDS_MAX", "3");
	assert_int_equal(answer_to("fade"), ERR_VIDEO_TOO_LONG);
	load_defaults();
}

/* A program in ffmpeg's place, where `nobody` may execute it. */
static void
replace(const char *variable, const char *script)
{
	char path[PATH_MAX + 64];
	FILE *file;

	snprintf(path, sizeof(path), "%s/fake", base);
	unlink(path);	/* the old one may still be executing */
	file = fopen(path, "we");
	assert_non_null(file);
	fprintf(file, "#!/bin/sh\n%s\n", script);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, 0755), 0);
	load(variable, path);
}

/* What ffprobe prints of two streams. */
#define PROBED(video, sound) "echo '{\"streams\":[{\"codec_type\":" \
	"\"video\",\"codec_name\":\"" video "\",\"width\":9,\"height\":9," \
	"\"pix_fmt\":\"yuv420p\"},{\"codec_type\":\"audio\"," \
	"\"codec_name\":\"" sound "\"}]}'"

static void
a_program_that_fails_is_told_by_its_cause(void **state)
{
	static const struct {
		const char *variable, *script;
		enum err e;
	} rows[] = {
		{ "MT_FFMPEG", "exit 1", ERR_FFMPEG_FAILED },
		{ "MT_FFMPEG", "exit 0", ERR_FFMPEG_FAILED },
		{ "MT_FFMPEG", "kill -SEGV $$", ERR_FFMPEG_FAILED },
		{ "MT_FFMPEG", "echo cannot open shared >&2; exit 127",
		    ERR_FFMPEG_FAILED },
		{ "MT_FFMPEG", "echo out.mp4: No space left on device >&2; "
		    "exit 1", ERR_DISK_FULL },
		{ "MT_FFMPEG", "echo in.mp4: Invalid data found when >&2; "
		    "exit 1", ERR_VIDEO_UNREADABLE },
		{ "MT_FFMPEG", "echo [mov @ 0x55] moov atom not found >&2; "
		    "exit 1", ERR_VIDEO_CUT_SHORT },
		{ "MT_FFMPEG", "head -c 99000000 /dev/zero >out.mp4; "
		    "kill -XFSZ $$", ERR_VIDEO_UNREADABLE },
		{ "MT_FFMPEG", "kill -XCPU $$", ERR_FFMPEG_LATE },
		{ "MT_FFMPEG", "kill -KILL $$", ERR_FFMPEG_FAILED },
		{ "MT_FFMPEG", "echo not a video >out.mp4",
		    ERR_VIDEO_UNREADABLE },
		{ "MT_FFMPEG", "cp in.mp4 out.mp4", ERR_VIDEO_UNREADABLE },
		{ "MT_FFPROBE", "exit 1", ERR_FFMPEG_FAILED },
		{ "MT_FFPROBE", "exit 0", ERR_FFMPEG_FAILED },
		{ "MT_FFPROBE", "kill -KILL $$", ERR_FFMPEG_FAILED },
		{ "MT_FFPROBE", "echo '{}'", ERR_VIDEO_UNREADABLE },
		{ "MT_FFPROBE", PROBED("h264", "magicyuv"),
		    ERR_VIDEO_UNREADABLE },
		{ "MT_FFPROBE", PROBED("hevc", "aac"), ERR_VIDEO_UNREADABLE },
		{ "MT_FFPROBE", PROBED("h264", "aac"), OK },
	};
	enum err e;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		replace(rows[i].variable, rows[i].script);
		if ((e = answer_to("clip")) != rows[i].e)
			fail_msg("%s: %d", rows[i].script, e);
		load_defaults();
	}
}

static void
a_program_that_hangs_is_late(void **state)
{
	static const char *const variables[] = { "MT_FFMPEG", "MT_FFPROBE" };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(variables); i++) {
		load("MT_FFMPEG_SECONDS", "1");
		replace(variables[i], "exec sleep 3600");
		assert_int_equal(answer_to("clip"), ERR_FFMPEG_LATE);
		load_defaults();
	}
}

static void
a_program_that_is_missing_is_told(void **state)
{
	static const char *const variables[] = { "MT_FFMPEG", "MT_FFPROBE" };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(variables); i++) {
		load(variables[i], "/nonexistent/ffmpeg");
		assert_int_equal(answer_to("clip"), ERR_FFMPEG_MISSING);
		load_defaults();
	}
}

/* A program in a stranger's hands makes links and mazes: none is followed,
 * all are removed. */
static void
what_a_child_plants_does_no_harm(void **state)
{
	static const char *const scripts[] = {
		"ln -s %s/precious out.mp4",
		"ln -s %s out.mp4",
		"mkfifo out.mp4",
		"mkdir out.mp4",
		"mkdir -p a/b/c/d; ln -s %s a/b/l; >a/b/c/file; chmod 0 a/b",
		"cp in.mp4 real; ln real out.mp4",
	};
	char script[2 * PATH_MAX], path[PATH_MAX];
	struct stat status;
	FILE *file;
	size_t i;

	(void)state;
	snprintf(path, sizeof(path), "%s/precious", base);
	file = fopen(path, "we");
	assert_non_null(file);
	fputs("precious", file);
	fclose(file);
	assert_int_equal(chmod(path, 0600), 0);
	for (i = 0; i < ARRAY_LEN(scripts); i++) {
		if (geteuid() != 0 && strstr(scripts[i], "chmod") != NULL)
			continue;	/* only root can remove that one */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(script, sizeof(script), scripts[i], base);
#pragma GCC diagnostic pop
		replace("MT_FFMPEG", script);
		assert_int_equal(answer_to("clip"), ERR_FFMPEG_FAILED);
		load_defaults();
		assert_int_equal(stat(path, &status), 0);
		assert_int_equal(status.st_size, 8);
		assert_int_equal(status.st_mode & 07777, 0600);
		assert_int_equal(status.st_nlink, 1);
	}
	assert_int_equal(unlink(path), 0);
}

static void
make_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	close(fd);
}

/* A name that is taken on either side, by whatever, is passed over. */
static void
names_are_never_used_twice(void **state)
{
	struct media media;
	struct stat status;
	const char *detail;

	(void)state;
	make_file(SITE_VIDEOS "/7_1000.mp4");
	make_file(SITE_COVERS "/7_1001.jpg");
	assert_int_equal(symlink("/nonexistent", SITE_VIDEOS "/7_1002.mp4"),
	    0);
	assert_int_equal(mkdir(SITE_COVERS "/7_1003.jpg", 0700), 0);
	assert_int_equal(import(&media, "clip", &detail), OK);
	assert_int_equal(place_new(&media, USER, 1000), OK);
	assert_string_equal(media.video_path, "/videos/7_1004.mp4");
	assert_string_equal(media.cover_path, "/video_covers/7_1004.jpg");
	end_upload();
	assert_int_equal(count_entries(SITE_VIDEOS), 3);
	assert_int_equal(count_entries(SITE_COVERS), 3);
	assert_int_equal(stat(SITE_VIDEOS "/7_1000.mp4", &status), 0);
	assert_int_equal(status.st_size, 0);
	place_take_back(&media);
	unlink(SITE_VIDEOS "/7_1000.mp4");
	unlink(SITE_COVERS "/7_1001.jpg");
	unlink(SITE_VIDEOS "/7_1002.mp4");
	rmdir(SITE_COVERS "/7_1003.jpg");
	assert_int_equal(count_entries(SITE_VIDEOS), 0);
	assert_int_equal(count_entries(SITE_COVERS), 0);
}

static void
a_pair_is_placed_whole_or_not_at_all(void **state)
{
	struct media media;
	const char *detail;

	(void)state;
	assert_int_equal(import(&media, "clip", &detail), OK);
	assert_int_equal(rmdir(SITE_COVERS), 0);
	assert_int_equal(place_new(&media, USER, NOW), ERR_INTERNAL);
	assert_int_equal(count_entries(SITE_VIDEOS), 0);
	place_take_back(&media);	/* has nothing to do */
	assert_true(place_setup());
	/* and what was taken back can still be placed */
	assert_int_equal(place_new(&media, USER, NOW), OK);
	place_take_back(&media);
	end_upload();
}

static bool
write_line(const char *path, const char *line)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool written = fd >= 0 &&
	    write(fd, line, strlen(line)) == (ssize_t)strlen(line);

	close(fd);
	return written;
}

/* Lets this process mount for itself alone, whoever it is. */
static bool
may_mount(void)
{
	char user[64], group[64];

	snprintf(user, sizeof(user), "%u %u 1", geteuid(), geteuid());
	snprintf(group, sizeof(group), "%u %u 1", getegid(), getegid());
	if (geteuid() == 0)
		return unshare(CLONE_NEWNS) == 0;
	return unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 &&
	    write_line("/proc/self/setgroups", "deny") &&
	    write_line("/proc/self/uid_map", user) &&
	    write_line("/proc/self/gid_map", group);
}

/* In a process of its own: a file system of 64 KiB in the spool's place. */
static _Noreturn void
upload_to_a_small_disk(void)
{
	const char *detail;
	struct media media;
	enum err e;

	if (!may_mount() ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("none", SITE_MEDIA, "tmpfs", 0, "size=64k") != 0)
		_exit(77);
	if (!place_setup())
		_exit(78);
	e = import(&media, "noisy_picture", &detail);
	arena_reset(&arena);
	_exit(e == ERR_DISK_FULL && count_entries(SITE_JOBS) == 0 ? 0 : 1);
}

static void
a_full_disk_is_told(void **state)
{
	pid_t pid = fork();
	int status;

	(void)state;
	if (pid == 0)
		upload_to_a_small_disk();
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip();		/* a container where nobody may mount */
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_int_equal(count_entries(SITE_JOBS), 0);
}

/* Whether a fake ffmpeg has begun: its job's directory is locked by then. */
static bool
has_begun(void)
{
	glob_t found;
	bool begun = glob(SITE_JOBS "/*/begun", 0, NULL, &found) == 0;

	globfree(&found);
	return begun;
}

/* A process begins an upload and is killed in ffmpeg. */
static void
die_in_an_upload(void)
{
	struct media media;
	const char *detail;
	pid_t pid;
	int i;

	replace("MT_FFMPEG", ">begun; exec sleep 3600");
	if ((pid = fork()) == 0) {
		import(&media, "clip", &detail);
		_exit(0);
	}
	for (i = 0; i < 3000 && !has_begun(); i++)
		usleep(10000);
	assert_int_equal(count_entries(SITE_JOBS), 1);
	/* its owner works in it: it is let be */
	assert_int_equal(spool_sweep(true, NULL), 0);
	assert_int_equal(count_entries(SITE_JOBS), 1);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	load_defaults();
}

static void
what_the_dead_have_left_is_swept(void **state)
{
	int descriptors = count_descriptors();

	(void)state;
	assert_int_equal(mkdir(SITE_JOBS "/old", 0700), 0);
	assert_int_equal(mkdir(SITE_JOBS "/old/inner", 0700), 0);
	make_file(SITE_JOBS "/old/inner/file");
	assert_int_equal(symlink(base, SITE_JOBS "/old/link"), 0);
	assert_int_equal(spool_sweep(true, NULL), 1);
	assert_int_equal(count_entries(SITE_JOBS), 0);
	die_in_an_upload();
	assert_int_equal(spool_sweep(true, NULL), 1);
	assert_int_equal(count_entries(SITE_JOBS), 0);
	assert_int_equal(spool_sweep(true, NULL), 0);
	assert_int_equal(count_descriptors(), descriptors);
}

static void
a_link_among_the_jobs_is_not_followed(void **state)
{
	(void)state;
	assert_int_equal(mkdir("elsewhere", 0700), 0);
	make_file("elsewhere/file");
	assert_int_equal(symlink("../../../elsewhere", SITE_JOBS "/link"), 0);
	assert_int_equal(spool_sweep(true, NULL), 0);
	assert_int_equal(count_entries("elsewhere"), 1);
	assert_int_equal(unlink(SITE_JOBS "/link"), 0);
	/* nor in the jobs' own place */
	assert_int_equal(rmdir(SITE_JOBS), 0);
	assert_int_equal(symlink("../../elsewhere", SITE_JOBS), 0);
	assert_false(place_setup());
	{
		struct media media;
		const char *detail;

		assert_int_equal(import(&media, "clip", &detail),
		    ERR_INTERNAL);
		arena_reset(&arena);
	}
	assert_int_equal(spool_sweep(true, NULL), 0);
	assert_int_equal(count_entries("elsewhere"), 1);
	assert_int_equal(unlink(SITE_JOBS), 0);
	assert_int_equal(unlink("elsewhere/file"), 0);
	assert_int_equal(rmdir("elsewhere"), 0);
	assert_true(place_setup());
}

static void
directories_are_made_for_those_who_need_them(void **state)
{
	static const struct {
		const char *path;
		mode_t mode;
	} rows[] = {
		{ SITE_MEDIA, 0755 }, { SITE_VIDEOS, 0755 },
		{ SITE_COVERS, 0755 }, { SITE_SPOOL, 0700 },
		{ SITE_JOBS, 0700 }, { SITE_BODIES, 0700 },
	};
	struct stat status;
	size_t i;

	(void)state;
	assert_true(place_setup());	/* a second time */
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(lstat(rows[i].path, &status), 0);
		assert_true(S_ISDIR(status.st_mode));
		assert_int_equal(status.st_mode & 07777, rows[i].mode);
	}
}

/* A body shorter than the form claims is our fault, not the video's. */
static void
a_body_that_is_too_short_is_internal(void **state)
{
	struct media media;
	const char *detail;
	off_t size;
	int body = open_body("clip", &size);

	(void)state;
	assert_int_equal(ftruncate(body, BEFORE + 100), 0);
	assert_int_equal(media_import(&media, &arena, body, BEFORE, size,
	    &detail), ERR_INTERNAL);
	close(body);
	end_upload();
}

/* ---- before and after ---- */

/* Before the working directory changes. */
static void
make_files(void)
{
	int status;
	pid_t pid;

	if ((pid = fork()) == 0) {
		execl("tests/media_files.py", "media_files.py", "store",
		    (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	assert_non_null(realpath("build/media-files", files));
}

static int
enter(void **state)
{
	char site[sizeof(base) + 8];

	(void)state;
	umask(077);
	arena_init(&arena, 8 * MIB);
	if (mkdtemp(base) == NULL || chmod(base, 0755) != 0)
		return -1;
	make_files();
	/* as private as a home directory: children must not need the path */
	snprintf(site, sizeof(site), "%s/site", base);
	if (mkdir(site, 0700) != 0 || chdir(site) != 0 || !place_setup())
		return -1;
	load_defaults();
	return 0;
}

static int
leave(void **state)
{
	pid_t pid;

	(void)state;
	arena_free(&arena);
	if (chdir("/") != 0)
		return -1;
	if ((pid = fork()) == 0) {
		execl("/bin/rm", "rm", "-rf", base, (char *)NULL);
		_exit(127);
	}
	return waitpid(pid, NULL, 0) == pid ? 0 : -1;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_file_of_the_table_gets_its_answer),
		cmocka_unit_test(rotation_is_kept_and_covers_are_upright),
		cmocka_unit_test(a_cover_is_dark_only_if_the_video_is),
		cmocka_unit_test(a_cover_is_small),
		cmocka_unit_test(sizes_are_told_as_people_say_them),
		cmocka_unit_test(the_largest_file_and_length_are_taken),
		cmocka_unit_test(a_program_that_fails_is_told_by_its_cause),
		cmocka_unit_test(a_program_that_hangs_is_late),
		cmocka_unit_test(a_program_that_is_missing_is_told),
		cmocka_unit_test(what_a_child_plants_does_no_harm),
		cmocka_unit_test(names_are_never_used_twice),
		cmocka_unit_test(a_pair_is_placed_whole_or_not_at_all),
		cmocka_unit_test(a_full_disk_is_told),
		cmocka_unit_test(what_the_dead_have_left_is_swept),
		cmocka_unit_test(a_link_among_the_jobs_is_not_followed),
		cmocka_unit_test(directories_are_made_for_those_who_need_them),
		cmocka_unit_test(a_body_that_is_too_short_is_internal),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
