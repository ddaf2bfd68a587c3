#!/usr/bin/python3
"""What phones, cameras and programs record: films that must come to play.

Each is small and short.  Whatever it tells of its maker and of places is a
telltale of media_files, for which the tests search in what is served.
"""

import functools
import struct

import boxes
from media_files import (
    AAC, QUICK, ffmpeg, make_clip, only_sound, other_video, remuxed, silent)

HEVC = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params",
        "log-level=none", "-tag:v", "hvc1")
TEN_BIT_HEVC = (*HEVC[:5], "log-level=none:{}", "-tag:v", "hvc1",
                "-pix_fmt", "yuv420p10le")

# A place and a maker, as phones write them.
TELLTALES = (
    "-metadata", "location=+48.8577+002.2950/",
    "-metadata", "title=TELLTALE", "-metadata", "comment=TELLTALE",
    "-metadata", "com.apple.quicktime.make=TELLTALE",
    "-metadata", "com.apple.quicktime.location.ISO6709=+48.8577+002.2950/",
    "-metadata", "com.android.version=TELLTALE",
    "-metadata", "creation_time=2026-01-02T03:04:05Z",
    "-metadata:s:v:0", "handler_name=TELLTALE",
    "-metadata:s:v:0", "encoder=TELLTALE")

# The quarters of a picture, row by row.
QUARTERS = ("red", "green", "blue", "white")
PAINTED = ",".join(
    f"drawbox=t=fill:c={colour}:w=iw/2:h=ih/2:x={i % 2}*iw/2:y={i // 2}*ih/2"
    for i, colour in enumerate(QUARTERS))

# Ways to show a picture, by the matrix of the track header (ISO/IEC 14496-12,
# 8.3.2) as (a, b, c, d): a point (x, y) comes to (ax + cy, bx + dy).
WAYS = {
    "upright": (1, 0, 0, 1),
    "right": (0, 1, -1, 0),
    "over": (-1, 0, 0, -1),
    "left": (0, -1, 1, 0),
    "mirrored": (-1, 0, 0, 1),
    "flipped": (1, 0, 0, -1),
    "transposed": (0, 1, 1, 0),
    "transversed": (0, -1, -1, 0),
}


@functools.lru_cache(None)
def painted(video=QUICK):
    """Four quarters of different colours."""
    return silent(width=320, height=240, seconds=0.2, filters=PAINTED,
                  video=video)


def shown(way, video=QUICK):
    """The painted one, with a matrix that says how to hold it."""
    tree = boxes.parse(painted(video))
    header = boxes.find(tree, "moov", "trak", "tkhd")
    a, b, c, d = WAYS[way]
    # moved back to where all of it is seen
    x = 320 * (a < 0) + 240 * (c < 0)
    y = 320 * (b < 0) + 240 * (d < 0)
    matrix = struct.pack(">9i", a << 16, b << 16, 0, c << 16, d << 16, 0,
                         x << 16, y << 16, 0x40000000)
    header.body = header.body[:40] + matrix + header.body[76:]
    return boxes.build(tree)


def quarters_shown(way):
    """The colours of the quarters as a viewer must see them, row by row."""
    a, b, c, d = WAYS[way]
    seen = {}
    for i, colour in enumerate(QUARTERS):
        x, y = 2 * (i % 2) - 1, 2 * (i // 2) - 1
        seen[b * x + d * y, a * x + c * y] = colour
    return [seen[place] for place in sorted(seen)]


# ---- phones ----

def android():
    return make_clip(seconds=0.5, options=("-ac", "1", "-ar", "48000",
                                           *TELLTALES, "-movflags",
                                           "use_metadata_tags"))


def iphone():
    """HEVC held upright: turned by a matrix; with places in three ways."""
    clip = make_clip(seconds=0.5, video=HEVC, suffix=".mov", options=(
        *TELLTALES, "-movflags", "use_metadata_tags"))
    turned = remuxed("-metadata:s:v:0", "rotate=90", *TELLTALES,
                     "-movflags", "use_metadata_tags", suffix=".mov",
                     clip=clip)
    tree = boxes.parse(turned)
    note = boxes.Box("\xa9xyz", b"\0\x12\x15\xc7+48.8577+002.2950/")
    boxes.find(tree, "moov").body.append(boxes.Box("udta", [note]))
    return boxes.build(tree)


def hdr(transfer):
    """10 bits, wide colours; transfer: smpte2084 (PQ) or arib-std-b67 (HLG)."""
    video = [word.format(f"colorprim=bt2020:transfer={transfer}:"
                         "colormatrix=bt2020nc:hdr-opt=1:repeat-headers=1")
             for word in TEN_BIT_HEVC]
    return make_clip(seconds=0.3, video=tuple(video), suffix=".mov", options=(
        "-color_primaries", "bt2020", "-color_trc", transfer,
        "-colorspace", "bt2020nc"))


def old_phone():
    return make_clip(176, 144, 0.5, rate=12, video=("-c:v", "h263"),
                     audio=("-c:a", "aac", "-ar", "8000", "-ac", "1"),
                     suffix=".3gp")


# ---- H.264 of other kinds ----

def x264(*options, pixels="yuv420p", width=320, height=240, **clip):
    """Of just this size: testsrc2 draws even sides only."""
    return make_clip(width + 16, height + 16, filters=(
        f"format={pixels},crop={width}:{height}"), video=(
            "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", pixels,
            *options), **{"seconds": 0.3, **clip})


def with_sound(*options, suffix=".mp4", channels="stereo"):
    """H.264 with a sound of its own."""
    return ffmpeg("-map", "0:v", "-map", "0:a", "-c:v", "copy", "-af",
                  f"aformat=channel_layouts={channels}", *options,
                  suffix=suffix, files=(make_clip(seconds=0.5),))


def interlaced():
    return x264("-flags", "+ildct+ilme", "-x264-params", "tff=1")


def two_sizes(first="320x240", second="240x320", seconds=0.4):
    """The picture's size changes half-way, as of a call on a phone."""
    return b"".join(
        ffmpeg("-f", "lavfi", "-i", f"testsrc2=s={size}:r=25:d={seconds}",
               *QUICK, "-output_ts_offset", str(start), suffix=".ts")
        for size, start in ((first, 0), (second, seconds)))


def not_square():
    """Pixels that are not square, as of a camcorder."""
    return silent(width=180, height=144, seconds=0.2, video=(
        "-c:v", "mpeg4", "-aspect", "16:9"), suffix=".avi")


def one_by_one():
    return x264(pixels="yuv444p", width=1, height=1, sound=False)


def odd_sides():
    return x264(pixels="yuv444p", width=321, height=241, sound=False)


# ---- other programs ----

def film(codec, sound, suffix, *options, pixels="yuv420p", **clip):
    """A codec of pictures and one of sound in any container."""
    return make_clip(
        video=("-c:v", codec, "-pix_fmt", pixels, *options),
        audio=("-c:a", *sound.split()), suffix=suffix,
        **{"width": 160, "height": 120, "seconds": 0.4, **clip})


def hevc_matroska():
    return make_clip(160, 120, 0.4, video=HEVC[:6], audio=("-c:a", "eac3"),
                     suffix=".mkv")


def behind_zero():
    """Time stamps that begin before zero."""
    return ffmpeg("-c:v", "libx264", "-preset", "veryfast", "-bf", "3",
                  "-c:a", "libmp3lame", "-output_ts_offset", "-0.3",
                  "-avoid_negative_ts", "disabled", suffix=".mkv",
                  files=(make_clip(),))


def uneven():
    """A variable frame rate, as of a screen recorder."""
    return film("libvpx", "libopus", ".webm", "-cpu-used", "8", "-deadline",
                "realtime", "-vsync", "vfr", seconds=1,
                filters="select='not(mod(n,7))+lt(n,9)'")


def fragmented_hevc():
    return remuxed("-movflags", "+frag_keyframe+empty_moov", "-tag:v", "hvc1",
                   clip=make_clip(160, 120, 0.4, video=HEVC, audio=AAC))


def still_and_film():
    """A cover picture before the film, as downloaders write it."""
    picture = other_video("mjpeg", "-frames:v", "1", pixels="yuvj420p",
                          suffix=".jpg")
    return remuxed("-map", "1", "-disposition:v:1", "attached_pic",
                   suffix=".mkv", files=(picture,))


def rare(codec, suffix):
    """A codec that hardly anybody uses."""
    size = {"dvvideo": (720, 576), "cfhd": (320, 240)}.get(codec, (64, 64))
    pixels = {"cfhd": ("-pix_fmt", "yuv422p10"), "qtrle": (),
              "cinepak": (), "huffyuv": ("-pix_fmt", "yuv422p")}.get(
                  codec, ("-pix_fmt", "yuv420p"))
    return silent(width=size[0], height=size[1], seconds=0.08, video=(
        "-c:v", codec, *pixels), suffix=suffix)


def sound_only(suffix):
    codec = {".webm": "libopus", ".wma": "wmav2"}.get(suffix, "aac")
    return only_sound(codec, suffix)
