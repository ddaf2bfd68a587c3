/* The reader of MP4 files, on files made byte by byte in memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "codec.h"
#include "magic.h"
#include "mp4.h"

/* A file under construction: put(), and boxes around what was put. */
static unsigned char bytes[1 << 16];
static size_t length;
static struct arena arena;

static void
put(const void *from, size_t n)
{
	assert_true(length + n <= sizeof(bytes));
	memcpy(bytes + length, from, n);
	length += n;
}

static void
put_number(uint64_t number, size_t width)
{
	unsigned char b[8];
	size_t i;

	for (i = 0; i < width; i++)
		b[i] = (unsigned char)(number >> 8 * (width - 1 - i));
	put(b, width);
}

static void
put_zeros(size_t n)
{
	while (n-- > 0)
		put("", 1);
}

static size_t
open_box(const char *type)
{
	put_number(0, 4);
	put(type, 4);
	return length - 8;
}

static void
set_size(size_t at, uint32_t size)
{
	size_t end = length;

	length = at;
	put_number(size, 4);
	length = end;
}

static void
close_box(size_t at)
{
	set_size(at, (uint32_t)(length - at));
}

static size_t
put_box(const char *type, size_t zeros)
{
	size_t at = open_box(type);

	put_zeros(zeros);
	close_box(at);
	return at;
}

static void
put_ftyp(const char *brand)
{
	size_t at = open_box("ftyp");

	put(brand, 4);
	put_zeros(4);
	close_box(at);
}

static void
put_mvhd(uint32_t scale, uint32_t duration)
{
	size_t at = open_box("mvhd");

	put_zeros(12);
	put_number(scale, 4);
	put_number(duration, 4);
	put_zeros(80);
	close_box(at);
}

/* Everything about a track that the reader looks at. */
struct track {
	const char *handler, *codec, *second;
	size_t entry_zeros;	/* between the sizes and the entry's boxes */
	const void *esds;
	size_t esds_length;
	bool wave;
	uint32_t samples, chunk;
	bool wide_chunks;
};

static void
put_entry(const struct track *track, const char *codec)
{
	size_t entry = open_box(codec), wave = 0, esds;

	put_zeros(8);
	if (strcmp(track->handler, "vide") == 0) {
		put_zeros(16);
		put_number(640, 2);
		put_number(360, 2);
		put_zeros(50);
	} else {
		put_number(track->entry_zeros > 0, 2);
		put_zeros(18 + track->entry_zeros);
	}
	if (track->wave) {
		wave = open_box("wave");
		put_box("frma", 4);
	}
	if (track->esds != NULL) {
		esds = open_box("esds");
		put_zeros(4);
		put(track->esds, track->esds_length);
		close_box(esds);
	}
	if (track->wave) {
		put_zeros(8);
		set_size(length - 8, 8);
		close_box(wave);
	}
	close_box(entry);
}

static void
put_tables(const struct track *track)
{
	size_t at = open_box("stsd");

	put_zeros(4);
	put_number(track->second != NULL ? 2 : 1, 4);
	put_entry(track, track->codec);
	if (track->second != NULL)
		put_entry(track, track->second);
	close_box(at);
	at = open_box("stsz");
	put_zeros(8);
	put_number(track->samples, 4);
	close_box(at);
	at = open_box(track->wide_chunks ? "co64" : "stco");
	put_zeros(4);
	put_number(1, 4);
	put_number(track->chunk, track->wide_chunks ? 8 : 4);
	close_box(at);
}

static size_t
put_track(const struct track *track)
{
	size_t trak = open_box("trak"), mdia, minf, stbl, hdlr;

	put_box("tkhd", 84);
	mdia = open_box("mdia");
	put_box("mdhd", 24);
	hdlr = open_box("hdlr");
	put_zeros(8);
	put(track->handler, 4);
	put_zeros(13);
	close_box(hdlr);
	minf = open_box("minf");
	stbl = open_box("stbl");
	put_tables(track);
	close_box(stbl);
	close_box(minf);
	close_box(mdia);
	put_box("udta", 20);
	close_box(trak);
	return trak;
}

static const unsigned char aac_lc[] = {
	0x03, 0x19, 0, 1, 0, 0x04, 0x11, 0x40, 0x15, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0x05, 0x02, 0x12, 0x10,
};
/* Lengths in four bytes, an OCR id, an escaped type: xHE-AAC. */
static const unsigned char xhe_aac[] = {
	0x03, 0x80, 0x80, 0x80, 0x22, 0, 1, 0x20, 0, 0, 0x04, 0x80, 0x80,
	0x80, 0x14, 0x40, 0x15, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x05, 0x80,
	0x80, 0x80, 0x02, 0xf9, 0x40,
};
static const unsigned char mp3[] = {
	0x03, 0x12, 0, 1, 0, 0x04, 0x0d, 0x6b, 0x15, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0,
};

static const struct track video = {
	.handler = "vide", .codec = "avc1", .samples = 3, .chunk = 40,
};
static const struct track sound = {
	.handler = "soun", .codec = "mp4a", .samples = 5, .chunk = 40,
	.esds = aac_lc, .esds_length = sizeof(aac_lc),
};

static void
put_moov(const struct track *first, const struct track *second)
{
	size_t moov = open_box("moov");

	put_mvhd(600, 1500);
	if (first != NULL)
		put_track(first);
	if (second != NULL)
		put_track(second);
	put_box("udta", 30);
	close_box(moov);
}

static void
put_video(bool index_first)
{
	length = 0;
	put_ftyp("isom");
	if (index_first)
		put_moov(&video, &sound);
	put_box("mdat", 100);
	if (!index_first)
		put_moov(&video, &sound);
}

/* Writes the file at an offset between other bytes. */
static int
make_file(size_t before)
{
	int fd = memfd_create("mp4", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, (off_t)(before + length + 64)), 0);
	assert_int_equal(pwrite(fd, bytes, length, (off_t)before), length);
	return fd;
}

static enum err
read_bytes(struct mp4 *mp4)
{
	int fd = make_file(17);
	enum err e = mp4_read(mp4, fd, 17, (off_t)length);

	close(fd);
	return e;
}

static void
tracks_are_told(void **state)
{
	struct mp4 mp4;

	(void)state;
	put_video(true);
	assert_int_equal(read_bytes(&mp4), OK);
	assert_true(mp4.index_first);
	assert_false(mp4.fragmented);
	assert_int_equal(mp4.duration_ms, 2500);
	assert_int_equal(mp4.count, 2);
	assert_int_equal(mp4.track[0].handler, MP4_VIDEO);
	assert_int_equal(mp4.track[0].codec, BOX_TYPE('a', 'v', 'c', '1'));
	assert_int_equal(mp4.track[0].width, 640);
	assert_int_equal(mp4.track[0].height, 360);
	assert_int_equal(mp4.track[0].samples, 3);
	assert_int_equal(mp4.track[1].handler, MP4_SOUND);
	assert_int_equal(mp4.track[1].object_type, 0x40);
	assert_int_equal(mp4.track[1].audio_type, 2);
	put_video(false);
	assert_int_equal(read_bytes(&mp4), OK);
	assert_false(mp4.index_first);
	assert_int_equal(mp4.count, 2);
}

/* However the file is cut, it is never taken. */
static void
no_beginning_of_a_video_is_a_video(void **state)
{
	struct mp4 mp4;
	size_t whole;
	enum err e;
	int first;

	(void)state;
	for (first = 0; first < 2; first++) {
		put_video(first);
		for (whole = length; --length > 0;) {
			e = read_bytes(&mp4);
			if (e != (length < 8 ? ERR_NOT_A_VIDEO :
			    ERR_VIDEO_CUT_SHORT))
				fail_msg("%zu of %zu bytes: %d", length,
				    whole, e);
		}
	}
}

/* Whatever one byte becomes: an answer, and under ASan no fault. */
static void
a_wrong_byte_does_no_harm(void **state)
{
	static const unsigned char values[] = { 0, 1, 0x7f, 0x80, 0xff };
	struct mp4 mp4;
	unsigned char right;
	size_t i, j;
	int fd;

	(void)state;
	put_video(true);
	fd = make_file(0);
	for (i = 0; i < length; i++) {
		right = bytes[i];
		for (j = 0; j < ARRAY_LEN(values); j++) {
			assert_int_equal(pwrite(fd, &values[j], 1, (off_t)i),
			    1);
			assert_true(mp4_read(&mp4, fd, 0, (off_t)length) <
			    ERR_COUNT);
			assert_true(mp4.count <= MP4_TRACKS);
		}
		assert_int_equal(pwrite(fd, &right, 1, (off_t)i), 1);
	}
	close(fd);
}

static void
sizes_of_64_bits_and_to_the_end_are_read(void **state)
{
	struct mp4 mp4;
	size_t at;

	(void)state;
	length = 0;
	put_moov(&video, NULL);		/* QuickTime without ftyp */
	at = open_box("mdat");
	put_number(16 + 50, 8);
	put_zeros(50);
	set_size(at, 1);
	assert_int_equal(read_bytes(&mp4), OK);
	length = at + 8;
	put_number(16 + 51, 8);
	length += 50;
	assert_int_equal(read_bytes(&mp4), ERR_VIDEO_CUT_SHORT);
	length = at + 8;
	put_number(UINT64_MAX, 8);
	length += 50;
	assert_int_equal(read_bytes(&mp4), ERR_VIDEO_CUT_SHORT);
	length = at + 8;
	put_number(15, 8);		/* less than its own header */
	length += 50;
	assert_int_equal(read_bytes(&mp4), ERR_VIDEO_UNREADABLE);
	set_size(at, 0);
	assert_int_equal(read_bytes(&mp4), OK);
}

/* Where mdat has no size, only the chunks tell that bytes are missing. */
static void
a_chunk_past_the_end_is_missing(void **state)
{
	struct track far = video;
	struct mp4 mp4;
	int wide;

	(void)state;
	for (wide = 0; wide < 2; wide++) {
		far.wide_chunks = wide;
		far.chunk = 0;
		length = 0;
		put_moov(&far, NULL);
		set_size(put_box("mdat", 100), 0);
		far.chunk = (uint32_t)length;
		length = 0;
		put_moov(&far, NULL);
		set_size(put_box("mdat", 100), 0);
		assert_int_equal(read_bytes(&mp4), ERR_VIDEO_CUT_SHORT);
		put_zeros(1);
		assert_int_equal(read_bytes(&mp4), OK);
	}
}

static void
fragments_are_seen(void **state)
{
	struct track empty = video;
	struct mp4 mp4;
	size_t moov;

	(void)state;
	empty.samples = 0;
	length = 0;
	put_ftyp("iso5");
	moov = open_box("moov");
	put_mvhd(1000, UINT32_MAX);
	put_track(&empty);
	put_box("mvex", 32);
	close_box(moov);
	put_box("moof", 40);
	put_box("mdat", 40);
	assert_int_equal(read_bytes(&mp4), OK);
	assert_true(mp4.fragmented);
	assert_int_equal(mp4.duration_ms, 0);
	put_box("moof", 40);
	assert_int_equal(read_bytes(&mp4), ERR_VIDEO_CUT_SHORT);
}

static void
rubbish_behind_a_video_is_let_be(void **state)
{
	static const char *const tails[] = {
		"x", "</html>\n<p>more", "\0\0\0\3abcd", "\0\0\0\0\0\0\0\0\0",
	};
	struct mp4 mp4;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(tails); i++) {
		put_video(true);
		put(tails[i], i < 2 ? strlen(tails[i]) : 8);
		assert_int_equal(read_bytes(&mp4), OK);
	}
	/* but before it, it is not */
	length = 0;
	put_ftyp("isom");
	put("</html>\n<p>more", 15);
	assert_int_equal(read_bytes(&mp4), ERR_VIDEO_UNREADABLE);
}

static void
other_files_are_not_videos(void **state)
{
	static const char *const texts[] = {
		"ffconcat version 1.0\nfile /etc/passwd\n",
		"#EXTM3U\n#EXTINF:1", "\xff\xd8\xff\xe0\0\x10JFIF",
		"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n",
		"GIF89a................", "ID3\3\0\0\0\0\0\0", "x", "abcdefgh",
	};
	struct mp4 mp4;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(texts); i++) {
		length = 0;
		put(texts[i], strlen(texts[i]));
		assert_int_equal(read_bytes(&mp4), ERR_NOT_A_VIDEO);
	}
	length = 0;
	put_ftyp("heic");
	put_box("meta", 40);
	put_box("mdat", 40);
	assert_int_equal(read_bytes(&mp4), ERR_NOT_A_VIDEO);
}

static void
too_much_of_anything_is_refused(void **state)
{
	struct track many = video;
	struct mp4 mp4;
	size_t moov, i, tracks;

	(void)state;
	for (tracks = MP4_TRACKS; tracks <= MP4_TRACKS + 1; tracks++) {
		length = 0;
		moov = open_box("moov");
		for (i = 0; i < tracks; i++)
			put_track(&many);
		close_box(moov);
		put_box("mdat", 64);
		assert_int_equal(read_bytes(&mp4), tracks == MP4_TRACKS ? OK :
		    ERR_VIDEO_TOO_COMPLEX);
	}
	many.samples = MP4_SAMPLES + 1;
	length = 0;
	put_moov(&many, NULL);
	put_box("mdat", 64);
	assert_int_equal(read_bytes(&mp4), ERR_VIDEO_TOO_COMPLEX);
}

/* A million empty boxes cost no more than BOX_MAX of them. */
static void
boxes_are_counted(void **state)
{
	int fd = memfd_create("boxes", MFD_CLOEXEC), i;
	struct mp4 mp4;

	(void)state;
	length = 0;
	for (i = 0; i < 8000; i++)
		put_box("free", 0);
	for (i = 0; i < 16; i++)
		assert_int_equal(write(fd, bytes, length), length);
	assert_int_equal(mp4_read(&mp4, fd, 0, (off_t)length * 16),
	    ERR_VIDEO_TOO_COMPLEX);
	close(fd);
}

/* A file that is shorter than we were told is a fault of ours. */
static void
a_file_that_cannot_be_read_is_internal(void **state)
{
	struct mp4 mp4;
	int fd;

	(void)state;
	put_video(true);
	fd = make_file(0);
	assert_int_equal(ftruncate(fd, 100), 0);
	assert_int_equal(mp4_read(&mp4, fd, 0, (off_t)length), ERR_INTERNAL);
	close(fd);
	assert_int_equal(mp4_read(&mp4, fd, 0, (off_t)length), ERR_INTERNAL);
}

/* Of rows whose track is converted; else it is the name of a refused one, or
 * NULL for one that plays. */
#define CONVERTS "(converts)"

static void
check_way(const struct mp4_track *track, const char *expected)
{
	const char *name = NULL;
	enum codec_way way = codec_judge(track, &name, &arena);

	if (expected == NULL) {
		assert_int_equal(way, CODEC_PLAYS);
	} else if (strcmp(expected, CONVERTS) == 0) {
		assert_int_equal(way, CODEC_CONVERTS);
	} else {
		assert_int_equal(way, CODEC_REFUSED);
		assert_string_equal(name, expected);
	}
}

static void
sound_is_told_apart(void **state)
{
	static const struct {
		struct track track;
		unsigned object, audio;
		const char *refused;
	} rows[] = {
		{ { .codec = "mp4a", .esds = aac_lc,
		    .esds_length = sizeof(aac_lc) }, 0x40, 2, NULL },
		{ { .codec = "mp4a", .esds = mp3, .esds_length = sizeof(mp3) },
		    0x6b, 0, NULL },
		{ { .codec = "mp4a", .esds = xhe_aac,
		    .esds_length = sizeof(xhe_aac) }, 0x40, 42, "xHE-AAC" },
		{ { .codec = "mp4a", .esds = aac_lc, .wave = true,
		    .esds_length = sizeof(aac_lc), .entry_zeros = 16 },
		    0x40, 2, NULL },
		{ { .codec = "mp4a" }, 0, 0, NULL },
		{ { .codec = "mp4a", .esds = "\3\x7f\xff", .esds_length = 3 },
		    0, 0, NULL },
		{ { .codec = ".mp3" }, 0, 0, NULL },
		{ { .codec = "Opus" }, 0, 0, CONVERTS },
		{ { .codec = "sowt" }, 0, 0, CONVERTS },
		{ { .codec = "ac-3" }, 0, 0, CONVERTS },
		{ { .codec = "dtsc" }, 0, 0, "DTS" },
		{ { .codec = "zzz1" }, 0, 0, "zzz1" },
		{ { .codec = "ms\0U" }, 0, 0, "0x6d730055" },
		{ { .codec = "a\x1b[m" }, 0, 0, "0x611b5b6d" },
		{ { .codec = "mp4a", .second = "alac" }, 0, 0, CONVERTS },
		{ { .codec = "alac", .second = "dtsc" }, 0, 0, "DTS" },
		{ { .codec = "mp4a", .second = "dtsc" }, 0, 0, "DTS" },
		{ { .codec = "alac", .second = "mp4a" }, 0, 0, CONVERTS },
	};
	struct track track;
	struct mp4 mp4;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		track = rows[i].track;
		track.handler = "soun";
		track.chunk = 40;
		length = 0;
		put_moov(&video, &track);
		put_box("mdat", 64);
		assert_int_equal(read_bytes(&mp4), OK);
		assert_int_equal(mp4.track[1].object_type, rows[i].object);
		assert_int_equal(mp4.track[1].audio_type, rows[i].audio);
		check_way(&mp4.track[1], rows[i].refused);
	}
}

static void
pictures_are_named(void **state)
{
	static const char *const rows[][2] = {
		{ "avc1", NULL }, { "avc3", NULL }, { "hvc1", CONVERTS },
		{ "hev1", CONVERTS }, { "dvh1", "Dolby Vision" },
		{ "M8RG", "MagicYUV" }, { "apcn", CONVERTS },
		{ "vp09", CONVERTS }, { "av01", CONVERTS },
		{ "mp4v", CONVERTS }, { "s263", CONVERTS },
		{ "encv", "DRM" }, { "dvc ", "DV" }, { "raw ", "uncompressed" },
		{ "AV1x", "AV1x" },
	};
	struct mp4_track track = { .handler = MP4_VIDEO };
	const unsigned char *code;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		code = (const unsigned char *)rows[i][0];
		track.codec = box_u32(code);
		check_way(&track, rows[i][1]);
	}
}

/* After hiding, only the tracks that were kept are there, the file is as long
 * and its media data as it was. */
static void
what_is_hidden_is_gone(void **state)
{
	struct track data = { .handler = "data", .codec = "gpmd",
	    .samples = 1, .chunk = 40 };
	unsigned char after[sizeof(bytes)], *at;
	struct mp4 mp4, kept;
	size_t moov, udta;
	int fd;

	(void)state;
	length = 0;
	put_ftyp("isom");
	moov = open_box("moov");
	put_mvhd(600, 1500);
	put_track(&data);
	put_track(&video);
	put_track(&sound);
	put_track(&video);
	put_box("meta", 12);
	close_box(moov);
	put_box("uuid", 30);
	put_box("mdat", 100);
	fd = make_file(0);
	assert_int_equal(mp4_read(&mp4, fd, 0, (off_t)length), OK);
	assert_int_equal(mp4.count, 4);
	assert_int_equal(mp4_hide(fd, 0, (off_t)length, &mp4.track[1],
	    &mp4.track[2]), OK);
	assert_int_equal(mp4_read(&kept, fd, 0, (off_t)length), OK);
	assert_int_equal(kept.count, 2);
	assert_int_equal(kept.track[0].at, mp4.track[1].at);
	assert_int_equal(kept.track[1].at, mp4.track[2].at);
	assert_int_equal(pread(fd, after, length, 0), length);
	/* the notes of the hidden tracks are inside what is skipped */
	for (at = after, udta = 0; (at = memmem(at, (size_t)(after + length -
	    at), "udta", 4)) != NULL; at++)
		udta++;
	assert_int_equal(udta, 2);
	assert_null(memmem(after, length, "meta\0\0", 6));
	assert_null(memmem(after, length, "uuid", 4));
	assert_int_equal(mp4_hide(fd, 0, (off_t)length, &mp4.track[1], NULL),
	    OK);
	assert_int_equal(mp4_read(&kept, fd, 0, (off_t)length), OK);
	assert_int_equal(kept.count, 1);
	close(fd);
}

static void
other_containers_are_named(void **state)
{
	static const struct {
		const char *name, *demuxer;
		size_t at[3], lengths[3];
		const char *parts[3];
	} rows[] = {
		{ "WebM", "matroska", { 0, 31 }, { 4, 4 },
		    { "\x1a\x45\xdf\xa3", "webm" } },
		{ "Matroska", "matroska", { 0 }, { 4 },
		    { "\x1a\x45\xdf\xa3" } },
		{ "AVI", "avi", { 0, 8 }, { 4, 4 }, { "RIFF", "AVI " } },
		{ NULL, NULL, { 0, 8 }, { 4, 4 }, { "RIFF", "WAVE" } },
		{ "FLV", "flv", { 0 }, { 4 }, { "FLV\1" } },
		{ "MPEG-TS", "mpegts", { 0, 188, 376 }, { 1, 1, 1 },
		    { "G", "G", "G" } },
		{ "MPEG-TS", "mpegts", { 4, 196, 388 }, { 1, 1, 1 },
		    { "G", "G", "G" } },
		{ NULL, NULL, { 0, 188 }, { 1, 1 }, { "G", "G" } },
		{ "MPEG-PS", "mpeg", { 0 }, { 4 }, { "\0\0\1\xba" } },
		{ "WMV", "asf", { 0 }, { 8 },
		    { "\x30\x26\xb2\x75\x8e\x66\xcf\x11" } },
		{ "Ogg", NULL, { 0 }, { 4 }, { "OggS" } },
		{ NULL, NULL, { 0 }, { 6 }, { "GIF89a" } },
		{ NULL, NULL, { 0 }, { 8 }, { "\x89PNG\r\n\x1a\n" } },
		{ NULL, NULL, { 0 }, { 7 }, { "#EXTM3U" } },
	};
	struct container found;
	size_t i, j;
	bool holds;
	int fd;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		memset(bytes, 0, 400);
		for (j = 0; j < 3; j++)
			if (rows[i].parts[j] != NULL)
				memcpy(bytes + rows[i].at[j],
				    rows[i].parts[j], rows[i].lengths[j]);
		length = 400;
		fd = make_file(5);
		holds = magic_find(&found, fd, 5, (off_t)length);
		close(fd);
		assert_int_equal(holds, rows[i].name != NULL);
		if (!holds)
			continue;
		assert_string_equal(found.name, rows[i].name);
		if (rows[i].demuxer == NULL)
			assert_null(found.demuxer);
		else
			assert_string_equal(found.demuxer, rows[i].demuxer);
	}
	length = 3;
	fd = make_file(0);
	assert_false(magic_find(&found, fd, 0, 3));
	close(fd);
}

static int
enter(void **state)
{
	(void)state;
	arena_init(&arena, MIB);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tracks_are_told),
		cmocka_unit_test(no_beginning_of_a_video_is_a_video),
		cmocka_unit_test(a_wrong_byte_does_no_harm),
		cmocka_unit_test(sizes_of_64_bits_and_to_the_end_are_read),
		cmocka_unit_test(a_chunk_past_the_end_is_missing),
		cmocka_unit_test(fragments_are_seen),
		cmocka_unit_test(rubbish_behind_a_video_is_let_be),
		cmocka_unit_test(other_files_are_not_videos),
		cmocka_unit_test(too_much_of_anything_is_refused),
		cmocka_unit_test(boxes_are_counted),
		cmocka_unit_test(a_file_that_cannot_be_read_is_internal),
		cmocka_unit_test(sound_is_told_apart),
		cmocka_unit_test(pictures_are_named),
		cmocka_unit_test(what_is_hidden_is_gone),
		cmocka_unit_test(other_containers_are_named),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
