#!/usr/bin/python3
"""Videos, and files that are none, each with what an upload of it must say.

As a module: make_clip() for one small video, make(name) for the bytes of a
named file, FILES for the table.  As a program:

    media_files.py list                 the table
    media_files.py make DIRECTORY [NAME]...
                                        writes files, and their `table`
    media_files.py store                writes all to build/media-files, where
                                        later calls of anything here find them

Nothing is downloaded: ffmpeg draws, and what ffmpeg would not write is put
together byte by byte.  The same call gives the same file.
"""

import dataclasses
import functools
import pathlib
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import typing

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import boxes  # noqa: E402

FFMPEG = "/usr/bin/ffmpeg"
STORE = pathlib.Path(__file__).parent.parent / "build" / "media-files"
QUICK = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
AAC = ("-c:a", "aac", "-b:a", "64k")


def ffmpeg(*arguments, suffix=".mp4", files=()):
    """Runs ffmpeg with `files` (bytes) as first inputs; returns its output."""
    with tempfile.TemporaryDirectory(prefix="mini-tiktok-media-") as place:
        inputs = []
        for number, content in enumerate(files):
            path = pathlib.Path(place, f"in{number}")
            path.write_bytes(content)
            inputs += ["-i", path]
        out = pathlib.Path(place, "out" + suffix)
        command = [FFMPEG, "-nostdin", "-v", "error", "-y", *inputs,
                   *arguments, "-threads", "1", "-fflags", "+bitexact", out]
        # some encoders talk whatever they are told
        done = subprocess.run(command, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False)
        assert done.returncode == 0, (command, done.stdout)
        return out.read_bytes()


@functools.lru_cache(maxsize=None)
def make_clip(width=320, height=240, seconds=1, *, rate=25, sound=True,
              video=QUICK, audio=AAC, draw="testsrc2=alpha=255", filters="null",
              options=(), suffix=".mp4"):
    """A video as bytes; its index is last, as phones write it."""
    sources = ["-f", "lavfi", "-i",
               f"{draw}:s={width}x{height}:r={rate}:d={seconds}"]
    if sound:
        sources += ["-f", "lavfi", "-i", f"sine=d={seconds}:r=44100"]
    return ffmpeg(*sources, "-vf", filters, *video,
                  *(audio if sound else ()), *options, suffix=suffix)


def silent(**options):
    return make_clip(sound=False, **options)


def remuxed(*options, suffix=".mp4", clip=None, files=()):
    """The usual clip, packed anew."""
    return ffmpeg("-map", "0", "-c", "copy", *options, suffix=suffix,
                  files=(clip or make_clip(), *files))


def index_first():
    return remuxed("-movflags", "+faststart")


# ---- good ones that phones, cameras and programs make ----

def corner():
    """White in the upper left quarter, black elsewhere."""
    return make_clip(filters="drawbox=t=fill:c=black,"
                     "drawbox=t=fill:c=white:w=iw/2:h=ih/2")


def rotated(degrees):
    """Shown turned to the left (ffmpeg 5.1 calls that `rotate`)."""
    return remuxed("-metadata:s:v:0", f"rotate={degrees}", clip=corner())


def mirrored():
    """Left and right swapped by the matrix of the track header (8.3.2)."""
    tree = boxes.parse(corner())
    header = boxes.find(tree, "moov", "trak", "tkhd")
    matrix = struct.pack(">9i", -0x10000, 0, 0, 0, 0x10000, 0, 320 << 16, 0,
                         0x40000000)
    header.body = header.body[:40] + matrix + header.body[76:]
    return boxes.build(tree)


def phone():
    """Like a phone's: QuickTime, a place, a name, time codes, a picture."""
    return remuxed(
        "-metadata", "location=+48.8577+002.2950/", "-metadata",
        "title=TELLTALE", "-metadata", "com.apple.quicktime.make=TELLTALE",
        "-metadata:s:v:0", "handler_name=TELLTALE", "-timecode",
        "01:00:00:00", "-movflags", "use_metadata_tags", suffix=".mov")


SUBTITLES = b"1\n00:00:00,000 --> 00:00:01,000\nTELLTALE\n"


def with_subtitles(*options):
    return remuxed("-map", "1", "-c:s", "mov_text", *options,
                   files=(SUBTITLES,))


def action_camera():
    """A track of measurements, as the official tests' clip has (`gpmd`)."""
    clip = with_subtitles()
    return clip.replace(b"sbtl", b"meta").replace(b"tx3g", b"gpmd")


def with_picture():
    picture = make_clip(64, 64, sound=False, video=(
        "-frames:v", "1", "-c:v", "png"), suffix=".png")
    return remuxed("-map", "1", "-disposition:v:1", "attached_pic",
                   files=(picture,))


def sound_before_video():
    return ffmpeg("-map", "0:a", "-map", "0:v", "-c", "copy",
                  files=(make_clip(),))


def two_sounds():
    """One that is not taken, then one that is."""
    return ffmpeg("-map", "0:v", "-map", "0:a", "-map", "0:a", "-c", "copy",
                  "-c:a:0", "alac", files=(make_clip(),))


def with_places():
    """Places and notes in boxes that ffmpeg does not write."""
    tree = boxes.parse(make_clip())
    note = boxes.Box("\xa9xyz", b"\0\x12\x15\xc7+48.8577+002.2950/")
    boxes.find(tree, "moov").body.append(boxes.Box("udta", [note]))
    boxes.find(tree, "moov", "trak").body.append(boxes.Box("udta", [note]))
    tree.append(boxes.Box("uuid", b"\xbe\x7a\xcf\xcbTELLTALE".ljust(99)))
    return boxes.build(tree)


def html_too():
    page = b"<!DOCTYPE html><script>alert('TELLTALE')</script>"
    return make_clip() + boxes.build([boxes.Box("free", page)]) + page


def data_to_the_end():
    """The last box has no size: live recorders write this."""
    clip = index_first()
    at = clip.index(b"mdat") - 4
    return clip[:at] + bytes(4) + clip[at + 4:]


def shifted():
    """Time stamps that begin before zero, and an edit list."""
    return ffmpeg("-c:v", "libx264", "-preset", "veryfast", "-bf", "3",
                  "-c:a", "copy", "-output_ts_offset", "-0.3",
                  "-avoid_negative_ts", "disabled", files=(make_clip(),))


def long_sound():
    return ffmpeg("-f", "lavfi", "-i", "sine=d=4", "-map", "0:v", "-map", "1",
                  "-c:v", "copy", *AAC, files=(silent(),))


def uneven():
    """A variable frame rate."""
    return silent(seconds=2, filters="select='not(mod(n,7))+lt(n,9)'",
                  options=("-vsync", "vfr"))


def dark(test, seconds=4):
    """Black but while `test` holds; one keyframe, at the start."""
    return silent(seconds=seconds, filters="drawbox=t=fill:c=black:"
                  f"enable='not({test})'",
                  options=("-g", "999", "-sc_threshold", "0"))


# ---- what is converted ----

HEVC = ("-c:v", "libx265", "-preset", "ultrafast", "-tag:v", "hvc1",
        "-x265-params")


def hdr(transfer):
    """A grey of a HDR curve; in that of PQ it is brighter than its number."""
    return silent(width=160, height=120, seconds=0.2, draw="color=c=0x949494",
                  video=(*HEVC, "log-level=none:colorprim=bt2020:transfer="
                         f"{transfer}:colormatrix=bt2020nc",
                         "-pix_fmt", "yuv420p10le"))


def fields():
    """Each frame is two fields of different moments, as from a camcorder."""
    return silent(width=160, height=120, rate=50, seconds=0.6,
                  draw="gradients=speed=0.2:seed=1",
                  filters="tinterlace=interleave_top,setfield=tff", video=(
                      "-c:v", "mpeg2video", "-q:v", "2", "-pix_fmt",
                      "yuv420p", "-flags", "+ilme+ildct", "-r", "25"),
                  suffix=".mpg")


def held_hevc():
    """A phone's: turned to the left, to be shown upright."""
    clip = make_clip(seconds=0.2, sound=False, video=(
        *HEVC, "log-level=none", "-pix_fmt", "yuv420p"),
        filters="drawbox=t=fill:c=black,"
        "drawbox=t=fill:c=white:w=iw/2:h=ih/2")
    return remuxed("-metadata:s:v:0", "rotate=90", clip=clip)


def two_faced_hevc():
    """It begins with free space, the size of which is another container's
    mark, that of MPEG-PS."""
    return boxes.build([boxes.Box("free", bytes(0x1ba - 8))]) + remuxed(
        "-movflags", "+frag_keyframe+empty_moov+default_base_moof",
        clip=make("hevc"))


def told_matroska():
    """Names, a place, subtitles, chapters."""
    return ffmpeg("-map", "0", "-map", "1", "-c:v", "mpeg4", "-c:a", "libopus",
                  "-c:s", "srt", "-metadata", "title=TELLTALE", "-metadata",
                  "location=+48.8577+002.2950/", "-metadata:s:v:0",
                  "title=TELLTALE", suffix=".mkv",
                  files=(make_clip(160, 120, 0.4), SUBTITLES))


def endless(seconds=0.4):
    """As a browser records: its length is told nowhere."""
    return make_clip(160, 120, seconds, video=(
        "-c:v", "libvpx", "-pix_fmt", "yuv420p", "-g", "12"),
        audio=("-c:a", "libopus"), options=("-live", "1"), suffix=".webm")


# ---- what is refused ----

def cut(clip, part):
    """The first tenths of a file; 10 is all but the last byte."""
    return clip[:len(clip) * part // 10 if part < 10 else len(clip) - 1]


def data_replaced(make_byte):
    """The same index over other samples."""
    tree = boxes.parse(make_clip())
    data = boxes.find(tree, "mdat")
    data.body = bytes(make_byte(i) for i in range(len(data.body)))
    return boxes.build(tree)


def noise():
    return data_replaced(lambda _, chance=random.Random(1): chance.randrange(
        256))


def many_tracks(count):
    tree = boxes.parse(make_clip())
    movie = boxes.find(tree, "moov")
    track = boxes.find(tree, "moov", "trak")
    movie.body += [track] * (count - 2)
    return boxes.build(tree)


def many_samples():
    clip = bytearray(make_clip())
    at = clip.index(b"stsz") + 12
    clip[at:at + 4] = b"\xff\xff\xff\xff"
    return bytes(clip)


def picture_of(width, height):
    """The index claims a size."""
    clip = bytearray(make_clip())
    at = clip.index(b"avc1", clip.index(b"stsd")) + 28
    clip[at:at + 4] = struct.pack(">2H", width, height)
    return bytes(clip)


def hidden_size(width, height):
    """The index says 320 x 240, the decoder's parameters another size: all
    of 16000 x 16000 in a few kB, for who believes the index."""
    tree = boxes.parse(make_clip())
    entry = boxes.find(tree, "moov", "trak", "mdia", "minf", "stbl",
                       "stsd").body
    at = entry.index(b"avcC") - 4
    size = struct.unpack(">I", entry[at:at + 4])[0]
    old = entry[at + 8:at + size]
    end = 8 + struct.unpack(">H", old[6:8])[0]
    sps = boxes.h264_size(width, height)
    new = old[:6] + struct.pack(">H", len(sps)) + sps + old[end:]
    entry = entry[:at] + boxes.build([boxes.Box("avcC", new)]) + \
        entry[at + size:]
    # the sizes of the description's entry, around the avcC
    grown = struct.unpack(">I", entry[8:12])[0] + len(new) - len(old)
    boxes.find(tree, "moov", "trak", "mdia", "minf", "stbl", "stsd").body = \
        entry[:8] + struct.pack(">I", grown) + entry[12:]
    return boxes.build(tree)


def other_video(codec, *options, suffix=".mp4", pixels="yuv420p"):
    return silent(seconds=0.2, video=(
        "-c:v", codec, "-pix_fmt", pixels, *options), suffix=suffix)


def other_sound(codec, *options, suffix=".mp4"):
    return make_clip(seconds=0.5, audio=("-c:a", codec, *options),
                     suffix=suffix)


def only_sound(codec, suffix, *options):
    return ffmpeg("-f", "lavfi", "-i", "sine=d=0.5", "-c:a", codec, *options,
                  suffix=suffix)


def still(codec, suffix):
    return make_clip(64, 64, sound=False, video=(
        "-frames:v", "1", "-c:v", codec), suffix=suffix)


def index_in_free_space():
    """ffmpeg reads an index that hides in a `free` box; here one of a codec
    that is refused, before one that is taken."""
    tree = boxes.parse(make_clip())
    hidden = boxes.find(boxes.parse(other_video(
        "magicyuv", suffix=".mov")), "moov").body
    return boxes.build([tree[0], boxes.Box("free", hidden), *tree[1:]])


PLAYLISTS = {
    "concat_absolute": b"ffconcat version 1.0\nfile /etc/hostname\n",
    "concat_relative": b"ffconcat version 1.0\nfile in.mp4\n",
    "concat_http": b"ffconcat version 1.0\nfile http://127.0.0.1:9/a.mp4\n",
    "m3u8": b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n"
            b"file:///etc/hostname\n#EXT-X-ENDLIST\n",
    "m3u8_http": b"#EXTM3U\n#EXTINF:9,\nhttp://127.0.0.1:9/a.ts\n",
    "sdp": b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\n"
           b"t=0 0\r\nm=video 9 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n",
    "dash": b"<?xml version=\"1.0\"?><MPD><Period><AdaptationSet>"
            b"<Representation><BaseURL>http://127.0.0.1:9/a.mp4</BaseURL>"
            b"</Representation></AdaptationSet></Period></MPD>",
    "text": b"This is not a video.\n" * 50,
    "html": b"<!DOCTYPE html><video src=x></video>\n" * 50,
}


@dataclasses.dataclass(frozen=True)
class File:
    make: typing.Callable
    error: str = None     # a name of errors.def; None: it is taken
    detail: str = None    # what the refusal names
    converts: bool = False  # it is taken, and has to be converted


def table():
    """All files by name."""
    files = {
        "clip": File(make_clip),
        "index_first": File(index_first),
        "silent": File(silent),
        "mp3": File(lambda: other_sound("libmp3lame")),
        "quicktime": File(lambda: remuxed(suffix=".mov")),
        "quicktime_mp3": File(
            lambda: other_sound("libmp3lame", suffix=".mov")),
        "corner": File(corner),
        "rotated_90": File(lambda: rotated(90)),
        "rotated_180": File(lambda: rotated(180)),
        "rotated_270": File(lambda: rotated(270)),
        "mirrored": File(mirrored),
        "phone": File(phone),
        "subtitles": File(with_subtitles),
        "action_camera": File(action_camera),
        "with_picture": File(with_picture),
        "with_places": File(with_places),
        "sound_before_video": File(sound_before_video),
        "two_sounds": File(two_sounds),
        "html_too": File(html_too),
        "data_to_the_end": File(data_to_the_end),
        "fragmented": File(lambda: remuxed(
            "-movflags", "+frag_keyframe+empty_moov")),
        "fragmented_subtitles": File(lambda: with_subtitles(
            "-movflags", "+frag_keyframe+empty_moov")),
        "shifted": File(shifted),
        "long_sound": File(long_sound),
        "uneven": File(uneven),
        "full_range": File(lambda: silent(video=(
            *QUICK[:-1], "yuvj420p"))),
        "gray": File(lambda: silent(video=(*QUICK[:-1], "gray"))),
        "one_frame": File(lambda: silent(seconds=0.04)),
        "tiny": File(lambda: silent(width=16, height=16, seconds=0.2)),
        "two_by_two": File(lambda: silent(width=16, height=16, options=(
            "-bsf:v", "h264_metadata=crop_right=14:crop_bottom=14"))),
        "wide": File(lambda: silent(width=4096, height=16, seconds=0.2),
                     converts=True),
        "tall": File(lambda: silent(width=16, height=4096, seconds=0.2),
                     converts=True),
        "very_fast": File(lambda: silent(rate=120, seconds=0.2), converts=True),
        "noisy_picture": File(lambda: silent(
            width=720, height=1280, seconds=0.2,
            filters="noise=alls=100:allf=t:all_seed=1")),
        "ten_minutes": File(lambda: silent(
            width=16, height=16, seconds=600, rate=1)),
        "black": File(lambda: silent(draw="color=c=black")),
        # By the matrix of HD, which is not that of JPEG.
        "red": File(lambda: silent(
            seconds=0.2, draw="color=c=red", filters="format=gbrp,"
            "scale=out_color_matrix=bt709,format=yuv420p",
            video=(*QUICK, "-colorspace", "bt709"))),
        "fade": File(lambda: silent(
            seconds=4, filters="fade=in:0:50:color=black")),
        "bright_late": File(lambda: dark("gt(t,3.5)")),
        "bright_early": File(lambda: dark("lt(t,0.3)")),
        "bright_moment": File(lambda: dark("between(t,3.2,3.4)")),

        "empty": File(lambda: b"", "FILE_EMPTY"),
        "jpeg": File(lambda: still("mjpeg", ".jpg"), "NOT_A_VIDEO"),
        "png": File(lambda: still("png", ".png"), "NOT_A_VIDEO"),
        "gif": File(lambda: still("gif", ".gif"), "NOT_A_VIDEO"),
        "heic": File(lambda: boxes.build([
            boxes.Box("ftyp", b"heic\0\0\0\0mif1heic"),
            boxes.Box("meta", bytes(200)), boxes.Box("mdat", bytes(999)),
        ]), "NOT_A_VIDEO"),
        "sound_mp3": File(
            lambda: only_sound("libmp3lame", ".mp3"), "NOT_A_VIDEO"),
        "sound_wav": File(
            lambda: only_sound("pcm_s16le", ".wav"), "NOT_A_VIDEO"),
        "sound_m4a": File(
            lambda: only_sound("aac", ".m4a"), "NO_VIDEO_TRACK"),
        "random": File(
            lambda: random.Random(2).randbytes(5000), "NOT_A_VIDEO"),
        "only_ftyp": File(lambda: make_clip()[:32], "VIDEO_CUT_SHORT"),
        "no_tracks": File(lambda: boxes.build([
            boxes.Box("ftyp", b"isom\0\0\2\0"), boxes.Box("moov", [
                boxes.Box("mvhd", bytes(100))]),
            boxes.Box("mdat", bytes(100))]), "NO_VIDEO_TRACK"),

        "zeros": File(
            lambda: data_replaced(lambda _: 0), "VIDEO_UNREADABLE"),
        "noise": File(noise, "VIDEO_UNREADABLE"),
        "data_to_the_end_cut": File(
            lambda: cut(data_to_the_end(), 6), "VIDEO_CUT_SHORT"),
        "nine_tracks": File(lambda: many_tracks(9), "VIDEO_TOO_COMPLEX"),
        "hundred_tracks": File(
            lambda: many_tracks(100), "VIDEO_TOO_COMPLEX"),
        "many_samples": File(many_samples, "VIDEO_TOO_COMPLEX"),
        "too_wide": File(lambda: silent(width=4112, height=16, seconds=0.2),
                         "VIDEO_TOO_BIG", "4112x16"),
        "too_many_pixels": File(
            lambda: silent(width=4096, height=2336, seconds=0.04),
            "VIDEO_TOO_BIG", "4096x2336"),
        "bomb": File(lambda: picture_of(16000, 16000),
                     "VIDEO_TOO_BIG", "16000x16000"),
        "hidden_bomb": File(lambda: hidden_size(16000, 16000),
                            "VIDEO_TOO_BIG", "16000x16000"),
        "too_long": File(lambda: silent(
            width=16, height=16, seconds=602, rate=1),
            "VIDEO_TOO_LONG", "600"),
        "too_long_fragmented": File(lambda: remuxed(
            "-movflags", "+frag_keyframe+empty_moov", clip=silent(
                width=16, height=16, seconds=602, rate=1)),
            "VIDEO_TOO_LONG", "600"),
        "ten_hours": File(lambda: silent(
            width=16, height=16, seconds=36000, rate="1/30"),
            "VIDEO_TOO_LONG", "600"),
        "index_in_free_space": File(index_in_free_space, "VIDEO_UNREADABLE"),
    }
    for clip, make_whole in ("late", make_clip), ("first", index_first):
        for part in range(1, 11):
            files[f"cut_{part}_index_{clip}"] = File(
                lambda part=part, whole=make_whole: cut(whole(), part),
                "VIDEO_CUT_SHORT")
    for name, text in PLAYLISTS.items():
        files[name] = File(lambda text=text: text, "NOT_A_VIDEO")
    containers(files)
    codecs(files)
    return files


def containers(files):
    """Videos in other containers."""
    for name, suffix, detail, codec in (
            ("ogg", ".ogv", "Ogg", "libtheora"),
            ("mxf", ".mxf", "MXF", "mpeg2video"),
            ("raw_h264", ".h264", "H.264", "libx264"),
            ("raw_hevc", ".hevc", "HEVC", "libx265")):
        files[name] = File(functools.partial(
            other_video, codec, suffix=suffix), "CONTAINER", detail)
    for name, suffix, video, sound in (
            ("webm", ".webm", "libvpx", "libvorbis"),
            ("matroska", ".mkv", "libx264", "flac"),
            ("avi", ".avi", "mpeg4", "libmp3lame"),
            ("flv", ".flv", "flv", "libmp3lame"),
            ("mpeg_ts", ".ts", "libx264", "mp2"),
            ("m2ts", ".m2ts", "libx264", "ac3"),
            ("mpeg_ps", ".mpg", "mpeg2video", "mp2"),
            ("wmv", ".wmv", "wmv2", "wmav2")):
        files[name] = File(functools.partial(
            make_clip, 160, 120, 0.4, video=(
                "-c:v", video, "-pix_fmt", "yuv420p", "-g", "12"),
            audio=("-c:a", sound), suffix=suffix), converts=True)


def codecs(files):
    """Videos in the right container that browsers do not play."""
    for name, make_file in (
            ("hdr_pq", lambda: hdr("smpte2084")),
            ("hdr_hlg", lambda: hdr("arib-std-b67")), ("fields", fields),
            ("held_hevc", held_hevc), ("two_faced_hevc", two_faced_hevc),
            ("told_matroska", told_matroska), ("endless", endless)):
        files[name] = File(make_file, converts=True)
    files["magicyuv_avi"] = File(lambda: other_video(
        "magicyuv", suffix=".avi"), "CODEC", "magicyuv")
    files["sound_dts"] = File(lambda: other_sound(
        "dca", "-strict", "-2", suffix=".mkv"), "CODEC", "dca")
    for name, detail, make_file in (
            ("magicyuv", "MagicYUV", lambda: other_video(
                "magicyuv", suffix=".mov")),
            ("encrypted", "DRM", lambda: make_clip().replace(
                b"avc1", b"encv").replace(b"ftypencv", b"ftypavc1")),
            ("unknown_codec", "zzz9", lambda: make_clip().replace(
                b"avc1\0", b"zzz9\0"))):
        files[name] = File(make_file, "CODEC", detail)
    x264 = functools.partial(other_video, "libx264", "-preset", "ultrafast")
    for name, make_file in (
            ("hevc", lambda: other_video(
                "libx265", "-preset", "ultrafast", "-x265-params",
                "log-level=none", "-tag:v", "hvc1")),
            ("mpeg4", lambda: other_video("mpeg4")),
            ("h263", lambda: other_video(
                "h263", "-s", "352x288", suffix=".3gp")),
            ("vp9", lambda: other_video(
                "libvpx-vp9", "-cpu-used", "8", "-deadline", "realtime")),
            ("av1", lambda: other_video("libsvtav1")),
            ("motion_jpeg", lambda: other_video(
                "mjpeg", suffix=".mov", pixels="yuvj420p")),
            ("prores", lambda: other_video(
                "prores", suffix=".mov", pixels="yuv422p10le")),
            ("ten_bit", lambda: x264(pixels="yuv420p10le")),
            ("h264_422", lambda: x264(pixels="yuv422p")),
            ("h264_444", lambda: x264(pixels="yuv444p")),
            ("h264_422_ten_bit", lambda: x264(pixels="yuv422p10le")),
            ("sound_opus", lambda: other_sound(
                "libopus", "-ar", "48000")),
            ("sound_ac3", lambda: other_sound("ac3")),
            ("sound_alac", lambda: other_sound("alac")),
            ("sound_flac", lambda: other_sound(
                "flac", "-strict", "-2")),
            ("sound_pcm", lambda: other_sound(
                "pcm_s16le", suffix=".mov"))):
        files[name] = File(make_file, converts=True)
    # an index that calls the samples what they are not
    files["hevc_called_h264"] = File(
        lambda: make("hevc").replace(b"hvc1", b"avc1").replace(
            b"hvcC", b"skip"), "VIDEO_UNREADABLE")


FILES = table()
GOOD = [name for name, file in FILES.items()
        if file.error is None and not file.converts]
CONVERTED = [name for name, file in FILES.items() if file.converts]
BAD = [name for name, file in FILES.items() if file.error is not None]


def answer(file):
    return file.error or ("CONVERTS" if file.converts else "OK")


def is_fresh(directory):
    """Whether all files were written there by these very scripts."""
    table = directory / "table"
    scripts = (pathlib.Path(__file__), pathlib.Path(boxes.__file__))
    return table.exists() and all(
        table.stat().st_mtime > script.stat().st_mtime for script in scripts)


@functools.lru_cache(maxsize=None)
def make(name):
    """The bytes of a file of the table."""
    if is_fresh(STORE):
        return (STORE / name).read_bytes()
    return FILES[name].make()


def write(directory, names=()):
    """Writes files and `table`: name, error or OK or CONVERTS, detail, by
    tabs."""
    lines = []
    for name in names or FILES:
        (directory / name).write_bytes(make(name))
        file = FILES[name]
        lines.append("\t".join((name, answer(file),
                                file.detail or "")) + "\n")
    (directory / "table").write_text("".join(lines))


def store():
    """Writes all files to STORE, unless they are there: 10 s once, not for
    each run of each build.  Of two that do so at once, either's will do."""
    if is_fresh(STORE):
        return
    STORE.parent.mkdir(exist_ok=True)
    new = pathlib.Path(tempfile.mkdtemp(prefix="media-", dir=STORE.parent))
    write(new)
    shutil.rmtree(STORE, ignore_errors=True)
    try:
        new.rename(STORE)
    except OSError:
        shutil.rmtree(new)
        assert is_fresh(STORE)


def fake_program(script):
    """A program in ffmpeg's place, where `nobody` may execute it; the caller
    removes its directory.  /bin/sh runs the script."""
    directory = pathlib.Path(tempfile.mkdtemp(prefix="mini-tiktok-fake-"))
    directory.chmod(0o755)
    program = directory / "program"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return program


def main(arguments):
    if arguments == ["list"]:
        for name, file in FILES.items():
            print(name, answer(file), file.detail or "", sep="\t")
    elif arguments == ["store"]:
        store()
    elif len(arguments) >= 2 and arguments[0] == "make":
        write(pathlib.Path(arguments[1]), arguments[2:])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
