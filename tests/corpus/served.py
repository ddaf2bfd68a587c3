#!/usr/bin/python3
"""What is known of a film and a cover that are served, as any player and any
viewer would find them."""

import json
import re
import subprocess
from dataclasses import dataclass

import boxes

SECONDS = 120
COLOURS = {"red": (255, 0, 0), "green": (0, 128, 0), "blue": (0, 0, 255),
           "white": (255, 255, 255), "magenta": (255, 0, 255),
           "black": (0, 0, 0), "grey": (128, 128, 128)}


@dataclass
class Film:
    """A served film: what its index, ffprobe and a decoder say."""
    data: bytes
    streams: list
    frames: int         # decoded
    complaints: str     # of the decoder, which minds everything
    quarters: list      # colours as shown

    @property
    def video(self):
        return next(stream for stream in self.streams
                    if stream["codec_type"] == "video")

    @property
    def sounds(self):
        return [stream["codec_name"] for stream in self.streams
                if stream["codec_type"] == "audio"]

    @property
    def frames_promised(self):
        """Samples in the index."""
        return int(self.video["nb_frames"])

    @property
    def index_end(self):
        """Where the index ends; None where it stands behind the samples."""
        at = 0
        for box in boxes.parse(self.data):
            body = box.body if isinstance(box.body, bytes) else \
                boxes.build(box.body)
            at += 8 + len(body)
            if box.type == "moov":
                return at
            if box.type == "mdat":
                return None
        return None


@dataclass
class Cover:
    data: bytes
    width: int
    height: int
    light: float        # 0 black … 255
    quarters: list

    @property
    def is_jpeg(self):
        return self.data.startswith(b"\xff\xd8\xff") and \
            self.data.rstrip(b"\0").endswith(b"\xff\xd9")


def run(*command):
    return subprocess.run([str(word) for word in command], timeout=SECONDS,
                          stdin=subprocess.DEVNULL, capture_output=True)


def name_of(pixel):
    """The nearest colour that has a name."""
    return min(COLOURS, key=lambda name: sum(
        (a - b) ** 2 for a, b in zip(COLOURS[name], pixel)))


def grid_of(path):
    """The first picture as shown, as 4 x 4 pixels."""
    raw = run("ffmpeg", "-v", "error", "-i", path, "-frames:v", "1", "-vf",
              "scale=4:4:flags=area,format=rgb24", "-f", "rawvideo",
              "-").stdout
    assert len(raw) == 48, path
    return [tuple(raw[at:at + 3]) for at in range(0, 48, 3)]


def quarters_of(grid):
    return [name_of(grid[at]) for at in (0, 3, 12, 15)]


def probe(path):
    result = run("ffprobe", "-v", "error", "-show_streams", "-of", "json",
                 path)
    return json.loads(result.stdout)["streams"]


def decode(path):
    """Decodes all of it, stopping at any fault; (frames, complaints)."""
    result = run("ffmpeg", "-nostdin", "-v", "error", "-xerror",
                 "-err_detect", "explode", "-ignore_editlist", "1", "-i",
                 path, "-map", "0", "-vsync", "passthrough", "-progress",
                 "pipe:1", "-f", "null", "-")
    frames = re.findall(rb"^frame=(\d+)", result.stdout, re.M)
    complaints = result.stderr.decode(errors="replace")
    if result.returncode != 0:
        complaints += f"status {result.returncode}"
    return int(frames[-1]), complaints


def look_at_film(data, path):
    path.write_bytes(data)
    frames, complaints = decode(path)
    return Film(data, probe(path), frames, complaints,
                quarters_of(grid_of(path)))


def look_at_cover(data, path):
    path.write_bytes(data)
    picture, = probe(path)
    grid = grid_of(path)
    light = sum(sum(pixel) for pixel in grid) / len(grid) / 3
    return Cover(data, picture["width"], picture["height"], light,
                 quarters_of(grid))
