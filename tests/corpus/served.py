#!/usr/bin/python3
"""What is known of a film and a cover that are served, as any player and any
viewer would find them."""

import json
import re
import subprocess
from dataclasses import dataclass

import boxes

SECONDS = 300
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
    light: float        # 0 black … 255
    quarters: list

    @property
    def is_jpeg(self):
        return self.data.startswith(b"\xff\xd8\xff") and \
            self.data.rstrip(b"\0").endswith(b"\xff\xd9")

    @property
    def width(self):
        """As its frame header says (ITU-T T.81, B.2.2)."""
        at = 2
        while self.data[at + 1] not in range(0xc0, 0xc4):
            at += 2 + int.from_bytes(self.data[at + 2:at + 4], "big")
        return int.from_bytes(self.data[at + 7:at + 9], "big")


def run(*command):
    return subprocess.run([str(word) for word in command], timeout=SECONDS,
                          stdin=subprocess.DEVNULL, capture_output=True)


def name_of(pixel):
    """The nearest colour that has a name."""
    return min(COLOURS, key=lambda name: sum(
        (a - b) ** 2 for a, b in zip(COLOURS[name], pixel)))


def quarters_of(grid):
    return [name_of(grid[at]) for at in (0, 3, 12, 15)]


def probe(path):
    result = run("ffprobe", "-v", "error", "-show_streams", "-of", "json",
                 path)
    return json.loads(result.stdout)["streams"]


def grid_in(place):
    """A picture of 4 x 4 pixels that ffmpeg has left."""
    raw = place.read_bytes()
    return [tuple(raw[at:at + 3]) for at in range(0, 48, 3)]


def first_picture_of(number, path):
    """Arguments: the first picture of an input as shown, as 4 x 4 pixels."""
    return ("-map", f"{number}:v:0", "-frames:v", "1", "-vf",
            "scale=4:4:flags=area,format=rgb24", "-f", "rawvideo", path)


def look(film, cover, place):
    """What is to know of the bytes of a film and its cover.

    One run of ffmpeg decodes all of it, stopping at any fault, and takes the
    first pictures as they are shown: each start of ffmpeg costs a tenth of a
    second.  Times are the film's own: of those that ffmpeg makes of a rate that
    it guesses, two frames may have the same.
    """
    paths = [place / name for name in ("film.mp4", "cover.jpg", "1.rgb",
                                       "2.rgb")]
    paths[0].write_bytes(film)
    paths[1].write_bytes(cover)
    result = run("ffmpeg", "-nostdin", "-v", "error", "-xerror", "-y",
                 "-err_detect", "explode", "-ignore_editlist", "1", "-i",
                 paths[0], "-i", paths[1], "-map", "0", "-vsync",
                 "passthrough", "-enc_time_base:v", "-1", "-progress",
                 "pipe:1", "-f", "null", "-",
                 *first_picture_of(0, paths[2]),
                 *first_picture_of(1, paths[3]))
    complaints = result.stderr.decode(errors="replace")
    if result.returncode != 0:
        complaints += f"status {result.returncode}"
    frames = re.findall(rb"^frame=\s*(\d+)", result.stdout, re.M)
    shown, covered = grid_in(paths[2]), grid_in(paths[3])
    light = sum(sum(pixel) for pixel in covered) / len(covered) / 3
    return (Film(film, probe(paths[0]), int(frames[-1]), complaints,
                 quarters_of(shown)),
            Cover(cover, light, quarters_of(covered)))
