#!/usr/bin/python3
"""Looking into what a site serves: MP4 boxes, light, tracks."""

import json
import struct
import subprocess

import boxes

FFMPEG_SECONDS = 60


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
