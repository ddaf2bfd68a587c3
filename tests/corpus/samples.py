#!/usr/bin/python3
"""The corpus: every file, how it is made, and what must come of it.

    samples.py      prints the table

The files of media_files.py are a part of it; films.py and hostile.py make the
others.
"""

import dataclasses
import functools
import pathlib
import sys
import typing

sys.path[:0] = [str(pathlib.Path(__file__).parent.parent)]

import cases_of_uploads  # noqa: E402
import films  # noqa: E402
import hostile  # noqa: E402
import media_files  # noqa: E402
import shelf  # noqa: E402

# What comes of a file: it plays once the upload is answered; it plays some
# time after; it is taken and fails later; it is not taken.
READY, LATER, FAILED, REFUSED = "ready", "later", "failed", "refused"


@dataclasses.dataclass(frozen=True)
class Sample:
    make: typing.Callable
    outcome: str
    error: str = None      # a name of errors.def, where it is not taken
    detail: str = None     # what the reason names
    file_name: str = "clip.mp4"
    way: str = None        # of films.WAYS: how it is to be held
    kept: bool = True      # on the shelf; what is large is quicker made

    @property
    def plays(self):
        """Whether it is looked at as served; once for all that differ only in
        the name of their file."""
        return self.outcome in (READY, LATER) and self.file_name == "clip.mp4"


def refused(make, error, detail=None, **more):
    return Sample(make, REFUSED, error, detail, **more)


# Of those of media_files.py that play: what tells most of a limit on memory,
# of telltales and of broken files; tests/api looks at the rest.
GOOD = """clip index_first phone subtitles action_camera with_picture with_places
two_sounds html_too data_to_the_end fragmented shifted uneven full_range
one_frame two_by_two noisy_picture ten_minutes black fade bright_late""".split()


def of_media_files():
    for name, file in media_files.FILES.items():
        if file.error or file.converts or name in GOOD:
            yield name, Sample(
                functools.partial(media_files.make, name),
                REFUSED if file.error else LATER if file.converts else READY,
                file.error, file.detail, kept=False)


def playing():
    """Films that browsers play as they are."""
    yield "android", Sample(films.android, READY)
    yield "interlaced", Sample(films.interlaced, READY)
    yield "slow", Sample(lambda: films.x264(rate=2, seconds=2), READY)
    yield "upright_1080", Sample(
        lambda: films.x264(width=1080, height=1920, seconds=0.1), READY)
    yield "wide_1080", Sample(
        lambda: films.x264(width=1920, height=1080, seconds=0.1), READY)
    yield "mono", Sample(
        lambda: films.with_sound(*films.AAC, channels="mono"), READY)
    yield "surround", Sample(
        lambda: films.with_sound(*films.AAC, channels="5.1"), READY)
    yield "low_rate", Sample(
        lambda: films.with_sound(*films.AAC, "-ar", "8000"), READY)
    yield "sound_mp3_mono", Sample(
        lambda: films.with_sound("-c:a", "libmp3lame", channels="mono"), READY)
    yield "zip_behind", Sample(hostile.zip_behind, READY)
    # ffmpeg heeds no such address, and the samples are here
    yield "elsewhere_by_url", Sample(hostile.elsewhere_by_url, READY)
    for way in films.WAYS:
        yield f"held_{way}", Sample(
            functools.partial(films.shown, way), READY, way=way)
    for name, file_name in cases_of_uploads.EVIL_NAMES.items():
        yield f"named {name}", Sample(
            functools.partial(media_files.make, "one_frame"), READY,
            file_name=file_name, kept=False)


def stopped():
    """Files that are not taken."""
    for name, text in hostile.TEXTS.items():
        yield f"lure_{name}", refused(
            lambda text=text: text, "NOT_A_VIDEO", kept=False)
    yield "script_first", refused(hostile.script_first, "NOT_A_VIDEO")
    yield "elsewhere_by_alias", refused(
        hostile.elsewhere_by_alias, "VIDEO_UNREADABLE")
    yield "deep", refused(hostile.deep, "NO_VIDEO_TRACK")
    yield "huge_index", refused(
        hostile.huge_index, "VIDEO_TOO_COMPLEX", kept=False)
    yield "huge_note", refused(
        hostile.huge_note, "VIDEO_TOO_COMPLEX", kept=False)


# Films of other programs: name, codec, sound, container, options.
CONVERTED = (
    ("vp9_opus", "libvpx-vp9", "libopus", ".webm", "-cpu-used", "8",
     "-deadline", "realtime"),
    ("av1_opus", "libsvtav1", "libopus", ".webm", "-preset", "12"),
    ("av1_aac", "libsvtav1", "aac", ".mp4", "-preset", "12"),
    ("vp9_flac", "libvpx-vp9", "flac", ".mkv", "-cpu-used", "8",
     "-deadline", "realtime"),
    ("h264_ac3", "libx264", "ac3", ".mkv", "-preset", "ultrafast"),
    ("h264_aac_matroska", "libx264", "aac", ".mkv", "-preset", "ultrafast"),
    ("h264_flv", "libx264", "aac", ".flv", "-preset", "ultrafast"),
    ("h264_ts", "libx264", "aac", ".ts", "-preset", "ultrafast"),
    ("mpeg2_ts", "mpeg2video", "mp2", ".ts"),
    ("dvd", "mpeg2video", "ac3", ".vob"),
    ("mpeg1", "mpeg1video", "mp2", ".mpg"),
    ("xvid_mp3", "libxvid", "libmp3lame", ".avi"),
    ("divx3_mp3", "msmpeg4", "libmp3lame", ".avi"),
    ("camera_avi", "mjpeg", "pcm_u8", ".avi", "-pix_fmt", "yuvj422p"),
    ("camera_mov", "mjpeg", "pcm_s16le", ".mov", "-pix_fmt", "yuvj420p"),
    ("adpcm_avi", "mpeg4", "adpcm_ms", ".avi"),
    ("wmv1_wma1", "wmv1", "wmav1", ".wmv"),
    ("mpeg4_3g2", "mpeg4", "aac", ".3g2"),
    ("prores_pcm", "prores_ks", "pcm_s24le", ".mov", "-pix_fmt",
     "yuv422p10le"),
    ("prores_4444", "prores_ks", "pcm_s16le", ".mov", "-pix_fmt",
     "yuva444p10le", "-profile:v", "4"),
    ("h264_ulaw", "libx264", "pcm_mulaw", ".mov", "-preset", "ultrafast"),
    ("h264_vorbis", "libx264", "libvorbis", ".mkv", "-preset", "ultrafast"),
)

# What is rarer, by the name that its refusal tells (THREATS 2).
RARE = (
    ("magicyuv_mkv", "magicyuv", ".mkv", "magicyuv"),
    ("ffv1", "ffv1", ".mkv", "ffv1"),
    ("huffyuv", "huffyuv", ".avi", "huffyuv"),
    ("utvideo", "utvideo", ".avi", "utvideo"),
    ("cinepak", "cinepak", ".avi", "cinepak"),
    ("jpeg2000", "jpeg2000", ".mkv", "jpeg2000"),
    ("raw", "rawvideo", ".avi", "rawvideo"),
    ("dv", "dvvideo", ".avi", "dvvideo"),
    ("cineform", "cfhd", ".mov", "CineForm"),
    ("animation", "qtrle", ".mov", "QuickTime Animation"),
)


def converted():
    """Films that have to be made anew before they play."""
    for name, codec, sound, suffix, *options in CONVERTED:
        yield name, Sample(functools.partial(
            films.film, codec, sound, suffix, *options), LATER)
    for name in ("iphone", "old_phone", "one_by_one", "odd_sides",
                 "not_square", "two_sizes", "hevc_matroska", "behind_zero",
                 "uneven", "fragmented_hevc", "still_and_film"):
        yield f"film_{name}", Sample(getattr(films, name), LATER)
    yield "hdr10", Sample(lambda: films.hdr("smpte2084"), LATER)
    yield "hlg", Sample(lambda: films.hdr("arib-std-b67"), LATER)
    yield "wide_1440", Sample(lambda: films.x264(
        width=2560, height=1440, seconds=0.08), LATER)
    yield "upright_2160", Sample(lambda: films.x264(
        width=2160, height=3840, seconds=0.08), LATER)
    yield "avi_with_playlist", Sample(hostile.avi_with_playlist, LATER)
    for way in films.WAYS:
        yield f"hevc_held_{way}", Sample(
            functools.partial(films.shown, way, films.HEVC), LATER, way=way)


def not_converted():
    """Files of other containers that are not taken."""
    for name, codec, suffix, told in RARE:
        yield name, refused(functools.partial(
            films.rare, codec, suffix), "CODEC", told)
    yield "beyond_the_side", refused(
        lambda: films.x264(pixels="yuv444p", width=4097, height=3,
                           sound=False), "VIDEO_TOO_BIG", "4097x3")
    yield "matroska_bomb", refused(
        hostile.matroska_bomb, "VIDEO_TOO_BIG", "16000x16000")
    yield "drawn_bomb", refused(
        hostile.drawn_bomb, "VIDEO_TOO_BIG", "8176x8176")
    yield "grows", refused(
        lambda: films.two_sizes("16x16", "4096x2336", 0.2), "VIDEO_TOO_BIG",
        "4096x2336")
    # decoders that do not say why
    yield "jpeg_bomb", refused(hostile.jpeg_bomb, "VIDEO_UNREADABLE")
    yield "vp8_bomb", refused(hostile.vp8_bomb, "NO_COVER")
    for suffix in ".mkv", ".avi":
        yield f"ten_hours{suffix}", refused(functools.partial(
            hostile.ten_hours, suffix), "VIDEO_TOO_LONG", "600")
    yield "hundred_streams", refused(
        hostile.hundred_streams, "VIDEO_TOO_COMPLEX")
    for suffix in ".mkv", ".webm", ".wma", ".ts", ".3gp":
        yield f"sound{suffix}", refused(functools.partial(
            films.sound_only, suffix), "NO_VIDEO_TRACK")
    for tenths in 1, 3:
        yield f"webm_cut_{tenths}", refused(functools.partial(
            hostile.cut_webm, tenths), "NO_COVER")


def half_good():
    """Files of which a part can be shown, and some that only seem so."""
    for tenths in 7, 9:
        yield f"webm_cut_{tenths}", Sample(functools.partial(
            hostile.cut_webm, tenths), LATER)
    yield "webm_noise", Sample(
        lambda: hostile.noise_in(hostile.webm()), LATER)
    for name, codec, sound, suffix, *options in CONVERTED:
        if name in ("h264_ac3", "h264_flv", "h264_ts", "dvd", "xvid_mp3",
                    "wmv1_wma1"):
            yield f"half_{name}", Sample(functools.partial(
                hostile.half, codec, sound, suffix, *options), LATER)
    # no index tells the length of a transport stream
    yield "ten_hours.ts", Sample(
        functools.partial(hostile.ten_hours, ".ts"), FAILED,
        "VIDEO_TOO_LONG", "600")


@functools.lru_cache(None)
def table():
    """All samples by name."""
    rows = [*of_media_files(), *playing(), *stopped(), *converted(),
            *not_converted(), *half_good()]
    found = dict(rows)
    assert len(found) == len(rows), "two samples of one name"
    return found


def data_of(name):
    """The bytes of a sample, with placeholders for the canaries."""
    sample = table()[name]
    if not sample.kept:
        return sample.make()
    return shelf.take(name, sample.make)


if __name__ == "__main__":
    for name, sample in table().items():
        print(name, sample.outcome, sample.error or "", sample.detail or "",
              sep="\t")
