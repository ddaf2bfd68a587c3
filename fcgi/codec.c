#include "codec.h"

#include <ctype.h>

#define T(a, b, c, d) BOX_TYPE(a, b, c, d)

/* Names of the codes that files in the wild carry (mp4ra.org, QuickTime); the
 * codes are four characters each, with a blank between them. */
static const struct named {
	const char *name, *codes;
	bool converts;
} names[] = {
	{ "HEVC", "hvc1 hev1", true },
	{ "Dolby Vision", "dvh1 dvhe dva1 dvav", false },
	{ "VVC", "vvc1 vvi1", false },
	{ "AV1", "av01", true },
	{ "VP8", "vp08", true },
	{ "VP9", "vp09", true },
	{ "MPEG-4 Visual", "mp4v xvid XVID DIVX DX50", true },
	{ "H.263", "s263 h263", true },
	{ "MPEG-1 Video", "m1v ", true },
	{ "MPEG-2 Video", "m2v1 xdvb xdv2", true },
	{ "ProRes", "apch apcn apcs apco ap4h ap4x", true },
	{ "ProRes RAW", "aprn aprh", false },
	{ "DNxHD", "AVdn AVdh", false },
	{ "CineForm", "CFHD", false },
	{ "MagicYUV", "M8RG M8RA M8Y0 M8Y2 M8Y4 M8YA M8G0 M0RG M0Y2 MAGY",
	    false },
	{ "Motion JPEG", "jpeg mjpa mjpb", true },
	{ "JPEG 2000", "mjp2", false },
	{ "PNG", "png ", false },
	{ "DV", "dvc  dvcp dvpp dv5n dv5p", false },
	{ "Sorenson Video", "SVQ1 SVQ3", false },
	{ "Cinepak", "cvid", false },
	{ "QuickTime Animation", "rle ", false },
	{ "WMV", "WMV1 WMV2 WMV3", true },
	{ "VC-1", "vc-1", true },
	{ "FFV1", "FFV1", false },
	{ "uncompressed", "2vuy v210 yuv2 raw ", false },
	{ "DRM", "encv enca drmi drms", false },
	{ "AC-3", "ac-3", true },
	{ "E-AC-3", "ec-3", true },
	{ "AC-4", "ac-4", false },
	{ "ALAC", "alac", true },
	{ "Opus", "Opus", true },
	{ "FLAC", "fLaC", true },
	{ "PCM", "lpcm ipcm fpcm NONE sowt twos in24 in32 fl32 fl64", true },
	{ "G.711", "ulaw alaw", true },
	{ "ADPCM", "ima4", true },
	{ "AMR", "samr sawb", true },
	{ "DTS", "dtsc dtsh dtsl dtse", false },
	{ "MPEG-H", "mha1 mhm1", false },
	{ "APAC", "apac", false },
	{ "QDesign", "QDM2", false },
};

/* The four characters, where a table does not help. */
static const char *
spell(uint32_t code, struct arena *arena)
{
	unsigned char c[4] = { (unsigned char)(code >> 24),
	    (unsigned char)(code >> 16), (unsigned char)(code >> 8),
	    (unsigned char)code };
	int i;

	for (i = 0; i < 4; i++)
		if (c[i] >= 0x7f || c[i] == '\\' || !isprint(c[i]))
			return arena_printf(arena, "0x%08x", (unsigned)code);
	return arena_printf(arena, "%c%c%c%c", c[0], c[1], c[2], c[3]);
}

static bool
is_taken(uint32_t code, uint32_t handler)
{
	if (handler == MP4_VIDEO)
		return code == T('a', 'v', 'c', '1') ||
		    code == T('a', 'v', 'c', '3');
	return code == T('m', 'p', '4', 'a') || code == T('.', 'm', 'p', '3');
}

static const struct named *
find(uint32_t code)
{
	const char *at;
	size_t i;

	for (i = 0; i < ARRAY_LEN(names); i++) {
		for (at = names[i].codes;; at += 5) {
			if (code == T(at[0], at[1], at[2], at[3]))
				return &names[i];
			if (at[4] == '\0')
				break;
		}
	}
	return NULL;
}

/* What is not known by the code alone plays until more is looked at. */
static enum codec_way
judge_code(uint32_t code, uint32_t handler, const char **name,
    struct arena *arena)
{
	const struct named *row = find(code);

	if (is_taken(code, handler))
		return CODEC_PLAYS;
	if (row != NULL && row->converts)
		return CODEC_CONVERTS;
	if (row != NULL)
		*name = row->name;
	else
		*name = code != 0 ? spell(code, arena) : "?";
	return CODEC_REFUSED;
}

/* What `mp4a` may hold: ISO/IEC 14496-1 table 5, and of MPEG-4 audio
 * (14496-3 table 1.17) what ffmpeg and browsers decode. */
static enum codec_way
judge_sound(const struct mp4_track *track, const char **name,
    struct arena *arena)
{
	switch (track->object_type) {
	case 0:		/* not told: ffprobe will say */
	case 0x66: case 0x67: case 0x68:	/* MPEG-2 AAC */
	case 0x69: case 0x6b:			/* MP3 */
		return CODEC_PLAYS;
	case 0x40:
		break;
	case 0xa5: case 0xa6:			/* AC-3, E-AC-3 */
	case 0xad: case 0xdd:			/* Opus, Vorbis */
		return CODEC_CONVERTS;
	case 0xa9:
		*name = "DTS";
		return CODEC_REFUSED;
	case 0xe1:
		*name = "QCELP";
		return CODEC_REFUSED;
	default:
		*name = arena_printf(arena, "mp4a 0x%02x",
		    track->object_type);
		return CODEC_REFUSED;
	}
	switch (track->audio_type) {
	case 0: case 1: case 2: case 4: case 5: case 29:
		return CODEC_PLAYS;
	case 36:
		*name = "MPEG-4 ALS";
		return CODEC_REFUSED;
	case 42:
		*name = "xHE-AAC";
		return CODEC_REFUSED;
	default:
		*name = arena_printf(arena, "MPEG-4 audio %u",
		    track->audio_type);
		return CODEC_REFUSED;
	}
}

enum codec_way
codec_judge(const struct mp4_track *track, const char **name,
    struct arena *arena)
{
	enum codec_way way, other;

	way = judge_code(track->codec, track->handler, name, arena);
	if (way == CODEC_PLAYS && track->codec == T('m', 'p', '4', 'a'))
		way = judge_sound(track, name, arena);
	if (way == CODEC_REFUSED || track->other_codec == 0)
		return way;
	other = judge_code(track->other_codec, track->handler, name, arena);
	return other > way ? other : way;
}
