#!/usr/bin/python3
"""Pictures and clips: making them, and looking into what a site serves."""

import json
import struct
import subprocess
import zlib

import boxes

FFMPEG_SECONDS = 300


def run(*command, data=None):
    return subprocess.run(
        [str(word) for word in command], input=data, check=True,
        timeout=FFMPEG_SECONDS, stdout=subprocess.PIPE).stdout


def draw(path, *options, source="testsrc=size=192x108:rate=10:duration=1"):
    """Makes a clip with ffmpeg; options stand before the file's name."""
    run("ffmpeg", "-v", "error", "-nostdin", "-y", "-f", "lavfi",
        "-i", source, "-pix_fmt", "yuv420p", "-c:v", "libx264",
        "-preset", "ultrafast", *options, path)
    return path.read_bytes()


def order(data):
    """The names of an MP4 file's outermost boxes."""
    return [box.type for box in boxes.parse(data)]


def tracks(data):
    """The four letters of each track's codec."""
    movie = boxes.find(boxes.parse(data), "moov")
    return [boxes.find(track.body, "mdia", "minf", "stbl", "stsd")
            .body[12:16].decode("latin-1")
            for track in movie.body if track.type == "trak"]


def free_box(size):
    """The head of a box that nobody reads, of size bytes in all."""
    return struct.pack(">I4sQ", 1, b"free", size)


def light(picture):
    """The mean light of a picture, 0 to 255."""
    pixel = run("ffmpeg", "-v", "error", "-i", "-", "-vf",
                "scale=1:1:flags=area,format=gray", "-frames:v", "1",
                "-f", "rawvideo", "-", data=picture)
    return pixel[0]


def probe(data, path):
    """What ffprobe says of a file, written to path first."""
    path.write_bytes(data)
    return json.loads(run(
        "ffprobe", "-v", "error", "-show_streams", "-show_format",
        "-of", "json", path))


# -- pictures, written without any library --


def chunk(kind, data):
    """A chunk of a PNG file."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(
        ">I", zlib.crc32(kind + data))


PNG_HEAD = b"\x89PNG\r\n\x1a\n"


def png(width=8, height=8, rows=None, depth=8, color=2, before=b""):
    """A PNG file; rows are its bytes, by default all one colour.

    color: 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGBA; before: chunks
    between the header and the data.
    """
    samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[color]
    if rows is None:
        rows = [b"\x40" * ((width * samples * depth + 7) // 8)] * height
    data = zlib.compress(b"".join(b"\0" + row for row in rows))
    return PNG_HEAD + chunk(b"IHDR", struct.pack(
        ">IIBBBBB", width, height, depth, color, 0, 0, 0)) + before + \
        chunk(b"IDAT", data) + chunk(b"IEND", b"")


def pixels(picture):
    """(width, height, rows of (r, g, b)) of a picture of any format."""
    ppm = run("ffmpeg", "-v", "error", "-noautorotate", "-i", "-",
              "-frames:v", "1", "-pix_fmt", "rgb24", "-f", "image2pipe",
              "-c:v", "ppm", "-", data=picture)
    head, size, most, data = ppm.split(b"\n", 3)
    width, height = map(int, size.split())
    assert (head, most) == (b"P6", b"255")
    points = list(zip(*[iter(data)] * 3))
    return width, height, [points[i * width:(i + 1) * width]
                           for i in range(height)]
