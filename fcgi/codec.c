#include "codec.h"

#include <ctype.h>

#define T(a, b, c, d) BOX_TYPE(a, b, c, d)

/* Names of the codes that files in the wild carry (mp4ra.org, QuickTime); the
 * codes are four characters each, with a blank between them. */
static const struct {
	const char *name, *codes;
} names[] = {
	{ "HEVC", "hvc1 hev1" },
	{ "Dolby Vision", "dvh1 dvhe dva1 dvav" },
	{ "VVC", "vvc1 vvi1" },
	{ "AV1", "av01" },
	{ "VP8", "vp08" },
	{ "VP9", "vp09" },
	{ "MPEG-4 Visual", "mp4v xvid XVID DIVX DX50" },
	{ "H.263", "s263 h263" },
	{ "MPEG-1 Video", "m1v " },
	{ "MPEG-2 Video", "m2v1 xdvb xdv2" },
	{ "ProRes", "apch apcn apcs apco ap4h ap4x" },
	{ "ProRes RAW", "aprn aprh" },
	{ "DNxHD", "AVdn AVdh" },
	{ "CineForm", "CFHD" },
	{ "MagicYUV", "M8RG M8RA M8Y0 M8Y2 M8Y4 M8YA M8G0 M0RG M0Y2 MAGY" },
	{ "Motion JPEG", "jpeg mjpa mjpb" },
	{ "JPEG 2000", "mjp2" },
	{ "PNG", "png " },
	{ "DV", "dvc  dvcp dvpp dv5n dv5p" },
	{ "Sorenson Video", "SVQ1 SVQ3" },
	{ "Cinepak", "cvid" },
	{ "QuickTime Animation", "rle " },
	{ "WMV", "WMV1 WMV2 WMV3" },
	{ "VC-1", "vc-1" },
	{ "FFV1", "FFV1" },
	{ "uncompressed", "2vuy v210 yuv2 raw " },
	{ "DRM", "encv enca drmi drms" },
	{ "AC-3", "ac-3" },
	{ "E-AC-3", "ec-3" },
	{ "AC-4", "ac-4" },
	{ "ALAC", "alac" },
	{ "Opus", "Opus" },
	{ "FLAC", "fLaC" },
	{ "PCM", "lpcm ipcm fpcm NONE sowt twos in24 in32 fl32 fl64" },
	{ "G.711", "ulaw alaw" },
	{ "ADPCM", "ima4" },
	{ "AMR", "samr sawb" },
	{ "DTS", "dtsc dtsh dtsl dtse" },
	{ "MPEG-H", "mha1 mhm1" },
	{ "APAC", "apac" },
	{ "QDesign", "QDM2" },
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

static const char *
name(uint32_t code, struct arena *arena)
{
	const char *at;
	size_t i;

	for (i = 0; i < ARRAY_LEN(names); i++) {
		for (at = names[i].codes;; at += 5) {
			if (code == T(at[0], at[1], at[2], at[3]))
				return names[i].name;
			if (at[4] == '\0')
				break;
		}
	}
	return code != 0 ? spell(code, arena) : "?";
}

static bool
is_taken(uint32_t code, uint32_t handler)
{
	if (handler == MP4_VIDEO)
		return code == T('a', 'v', 'c', '1') ||
		    code == T('a', 'v', 'c', '3');
	return code == T('m', 'p', '4', 'a') || code == T('.', 'm', 'p', '3');
}

/* What `mp4a` may hold: ISO/IEC 14496-1 table 5, and of MPEG-4 audio
 * (14496-3 table 1.17) what ffmpeg and browsers decode. */
static const char *
refused_sound(const struct mp4_track *track, struct arena *arena)
{
	switch (track->object_type) {
	case 0:		/* not told: ffprobe will say */
	case 0x66: case 0x67: case 0x68:	/* MPEG-2 AAC */
	case 0x69: case 0x6b:			/* MP3 */
		return NULL;
	case 0x40:
		break;
	case 0xa5:
		return "AC-3";
	case 0xa6:
		return "E-AC-3";
	case 0xa9:
		return "DTS";
	case 0xad:
		return "Opus";
	case 0xdd:
		return "Vorbis";
	case 0xe1:
		return "QCELP";
	default:
		return arena_printf(arena, "mp4a 0x%02x", track->object_type);
	}
	switch (track->audio_type) {
	case 0: case 1: case 2: case 4: case 5: case 29:
		return NULL;
	case 36:
		return "MPEG-4 ALS";
	case 42:
		return "xHE-AAC";
	default:
		return arena_printf(arena, "MPEG-4 audio %u",
		    track->audio_type);
	}
}

const char *
codec_refused(const struct mp4_track *track, struct arena *arena)
{
	if (!is_taken(track->codec, track->handler))
		return name(track->codec, arena);
	if (track->other_codec != 0 &&
	    !is_taken(track->other_codec, track->handler))
		return name(track->other_codec, arena);
	if (track->codec == T('m', 'p', '4', 'a'))
		return refused_sound(track, arena);
	return NULL;
}
