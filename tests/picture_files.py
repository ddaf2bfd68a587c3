#!/usr/bin/python3
"""Pictures as people have them, and as nobody should: made once a run."""

import functools
import itertools
import random
import struct
import tempfile
from pathlib import Path

import pictures

# A quarter each of a picture that is upright: what stands where.
QUARTERS = {"top left": (220, 30, 30), "top right": (30, 180, 30),
            "bottom left": (30, 30, 220), "bottom right": (240, 240, 240)}
WIDTH, HEIGHT = 96, 64


def quarters(width=WIDTH, height=HEIGHT):
    """An upright picture of four colours, as rows of (r, g, b)."""
    colours = list(QUARTERS.values())
    return [[colours[(y >= height // 2) * 2 + (x >= width // 2)]
             for x in range(width)] for y in range(height)]


# From an upright picture to how a camera stores it that tells this number:
# the number says what the stored rows and columns are (Exif 4.6.5.A).
STORED = {
    1: lambda rows: rows,
    2: lambda rows: [row[::-1] for row in rows],
    3: lambda rows: [row[::-1] for row in rows[::-1]],
    4: lambda rows: rows[::-1],
    5: lambda rows: [list(row) for row in zip(*rows)],
    6: lambda rows: [list(row) for row in zip(*rows)][::-1],
    7: lambda rows: [list(row)[::-1] for row in zip(*rows)][::-1],
    8: lambda rows: [list(row)[::-1] for row in zip(*rows)],
}


def as_png(rows, before=b""):
    return pictures.png(len(rows[0]), len(rows), [
        bytes(itertools.chain.from_iterable(row)) for row in rows],
        before=before)


def convert(png, *options, kind):
    """A picture of another format, by ffmpeg."""
    with tempfile.TemporaryDirectory() as place:
        made = Path(place, f"made.{kind}")
        pictures.run("ffmpeg", "-v", "error", "-i", "-", *options, made,
                     data=png)
        return made.read_bytes()


# -- Exif --


def tiff(orientation, order="<", secret=b""):
    """A TIFF file with the one tag, and something behind it."""
    return struct.pack(order + "2sHIHHHIHHI",
                       b"II" if order == "<" else b"MM", 42, 8, 1,
                       0x0112, 3, 1, orientation, 0, 0) + secret


def segment(marker, data):
    return struct.pack(">BBH", 0xff, marker, len(data) + 2) + data


def with_segments(jpeg, *segments):
    return jpeg[:2] + b"".join(segments) + jpeg[2:]


def riff_chunk(kind, data):
    return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def riff(*chunks):
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def extended_webp(webp, width, height, *more, flags=0):
    """A WebP file of the extended form, with other chunks behind."""
    canvas = struct.pack("<I", flags) + b"".join(
        struct.pack("<I", side - 1)[:3] for side in (width, height))
    return riff(riff_chunk(b"VP8X", canvas), webp[12:], *more)


def turned(kind, orientation, order="<"):
    """The quarters, stored as a camera does that tells this number."""
    rows = STORED[orientation](quarters())
    exif = tiff(orientation, order)
    if kind == "png":
        return as_png(rows, pictures.chunk(b"eXIf", exif))
    if kind == "jpeg":
        jpeg = convert(as_png(rows), "-q:v", "2", "-pix_fmt", "yuvj444p",
                       kind="jpg")
        return with_segments(jpeg, segment(0xe1, b"Exif\0\0" + exif))
    webp = convert(as_png(rows), "-lossless", "1", kind="webp")
    return extended_webp(webp, len(rows[0]), len(rows),
                         riff_chunk(b"EXIF", exif), flags=8)


# -- a JPEG that no program at hand writes --


def huffman_table(kind, symbols):
    """Every symbol has four bits; there are fewer than 15."""
    counts = [0, 0, 0, len(symbols)] + [0] * 12
    return segment(0xc4, bytes([kind, *counts, *symbols]))


def bits_of(difference):
    """A block of one value: its difference to the one before, as a category of
    four bits and then as many bits as that says."""
    size = abs(difference).bit_length()
    value = difference if difference > 0 else difference + (1 << size) - 1
    return f"{size:04b}" + (f"{value:0{size}b}" if size else "")


def flat_jpeg(values, adobe=None, progressive=False, side=16):
    """A JPEG of one colour, in its components (0 to 255 each); adobe: the
    transformation that a segment of Adobe's tells."""
    # The table of quantization is all ones, DC is eight times the value; a
    # baseline block says that it ends there.
    end = "" if progressive else "0000"
    bits = "".join(bits_of(8 * (value - 128)) + end for value in values)
    bits += ("0000" + end) * (len(values) * ((side // 8) ** 2 - 1))
    bits += "1" * (-len(bits) % 8)
    coded = bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8))
    numbers = range(1, len(values) + 1)
    return b"\xff\xd8" + (b"" if adobe is None else segment(
        0xee, b"Adobe" + struct.pack(">HHHB", 100, 0, 0, adobe))) + \
        segment(0xdb, b"\0" + b"\1" * 64) + \
        segment(0xc2 if progressive else 0xc0, struct.pack(
            ">BHHB", 8, side, side, len(values)) +
            b"".join(bytes([i, 0x11, 0]) for i in numbers)) + \
        huffman_table(0x00, range(12)) + huffman_table(0x10, range(2)) + \
        segment(0xda, bytes([len(values)]) +
                b"".join(bytes([i, 0]) for i in numbers) +
                (b"\0\0\0" if progressive else b"\0\x3f\0")) + \
        coded.replace(b"\xff", b"\xff\0") + b"\xff\xd9"


# -- what is taken --


def solid(colour, width=40, height=30):
    return as_png([[colour] * width] * height)


def noise(width, height):
    """What no format can make small."""
    chance = random.Random(1)
    return pictures.png(width, height,
                        [chance.randbytes(3 * width) for _ in range(height)])


ORANGE = (240, 140, 20)

GOOD = {
    "JPEG": lambda: convert(solid(ORANGE), kind="jpg"),
    # The orange in Y, Cb, Cr (JFIF).
    "JPEG, progressive": lambda: flat_jpeg((156, 51, 188), progressive=True),
    "JPEG, 4:4:4": lambda: convert(solid(ORANGE), "-pix_fmt", "yuvj444p",
                                   kind="jpg"),
    # Inverted, as Photoshop writes it.
    "JPEG, CMYK": lambda: flat_jpeg((255, 149, 21, 240), adobe=0),
    "JPEG, something behind it": lambda: convert(
        solid(ORANGE), kind="jpg") + b"behind",
    # As large as may be; ffmpeg takes 500 MB for it.
    "JPEG of 50 megapixels": lambda: flat_jpeg(
        (156, 51, 188), progressive=True, side=7136),
    "PNG": lambda: solid(ORANGE),
    "PNG, palette": lambda: pictures.png(
        40, 30, [b"\1" * 40] * 30, color=3,
        before=pictures.chunk(b"PLTE", b"\0\0\0" + bytes(ORANGE))),
    "PNG, palette of 1 bit": lambda: pictures.png(
        40, 30, [b"\xff" * 5] * 30, 1, 3,
        pictures.chunk(b"PLTE", b"\0\0\0" + bytes(ORANGE))),
    "PNG, 16 bits": lambda: pictures.png(
        40, 30, [b"".join(bytes((v, v)) for v in ORANGE) * 40] * 30, 16),
    "PNG, RGBA of 16 bits": lambda: pictures.png(
        40, 30, [b"".join(bytes((v, v)) for v in (*ORANGE, 255)) * 40] * 30,
        16, 6),
    "PNG, something behind it": lambda: solid(ORANGE) + b"behind",
    "PNG that moves": lambda: as_png(
        [[ORANGE] * 40] * 30, pictures.chunk(
            b"acTL", struct.pack(">II", 1, 0))),
    "WebP": lambda: convert(solid(ORANGE), kind="webp"),
    "WebP, lossless": lambda: convert(solid(ORANGE), "-lossless", "1",
                                      kind="webp"),
    "WebP, extended": lambda: extended_webp(
        convert(solid(ORANGE), kind="webp"), 40, 30),
}

# Transparent where there is nothing: white shines through.
HALF = (*ORANGE, 128)
TRANSPARENT = {
    "RGBA, nothing": (lambda: pictures.png(
        40, 30, [bytes((0, 0, 0, 0)) * 40] * 30, color=6), (255, 255, 255)),
    "RGBA, half": (lambda: pictures.png(
        40, 30, [bytes(HALF) * 40] * 30, color=6), (247, 197, 137)),
    "grey, half": (lambda: pictures.png(
        40, 30, [bytes((0, 128)) * 40] * 30, color=4), (127, 127, 127)),
    "palette, nothing": (lambda: pictures.png(
        40, 30, [b"\1" * 40] * 30, color=3, before=pictures.chunk(
            b"PLTE", b"\0\0\0" + bytes(ORANGE)) +
        pictures.chunk(b"tRNS", b"\xff\0")), (255, 255, 255)),
    "WebP, nothing": (lambda: convert(pictures.png(
        40, 30, [bytes((0, 0, 0, 0)) * 40] * 30, color=6),
        "-lossless", "1", "-pix_fmt", "bgra", kind="webp"), (255, 255, 255)),
}

# -- what is refused --


def two_frames():
    """A JPEG that tells a small size first and a huge one later."""
    jpeg = convert(solid(ORANGE), kind="jpg")
    at = jpeg.index(b"\xff\xc0")
    size = struct.unpack(">H", jpeg[at + 2:at + 4])[0]
    frame = bytearray(jpeg[at:at + 2 + size])
    frame[5:9] = struct.pack(">HH", 30000, 30000)
    return jpeg[:at + 2 + size] + bytes(frame) + jpeg[at + 2 + size:]


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
CANVAS = struct.pack("<I", 2) + b"\x27\0\0\x1d\0\0"

# From a name to (how it is made, error, detail).
BAD = {
    "words": (lambda: b"hello, world", "NOT_A_PICTURE", None),
    "a page": (lambda: b"<!DOCTYPE html><script>alert(1)</script>",
               "NOT_A_PICTURE", None),
    "one byte": (lambda: b"\xff", "NOT_A_PICTURE", None),
    "a list": (lambda: b"ffconcat version 1.0\nfile in.jpg\n",
               "NOT_A_PICTURE", None),
    "a playlist": (lambda: b"#EXTM3U\nhttp://127.0.0.1:9/x\n",
                   "NOT_A_PICTURE", None),
    "a RIFF of sound": (lambda: b"RIFF\4\0\0\0WAVE", "NOT_A_PICTURE", None),
    "GIF": (lambda: convert(solid(ORANGE), kind="gif"), "PICTURE_FORMAT",
            "GIF"),
    "BMP": (lambda: convert(solid(ORANGE), kind="bmp"), "PICTURE_FORMAT",
            "BMP"),
    "TIFF": (lambda: convert(solid(ORANGE), kind="tiff"), "PICTURE_FORMAT",
             "TIFF"),
    "SVG": (lambda: SVG, "PICTURE_FORMAT", "SVG"),
    "SVG in XML": (lambda: b'<?xml version="1.0"?>' + SVG, "NOT_A_PICTURE",
                   None),
    "HEIC": (lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "PICTURE_FORMAT",
             "HEIC"),
    "AVIF": (lambda: b"\0\0\0\x18ftypavif\0\0\0\0mif1avif", "PICTURE_FORMAT",
             "AVIF"),
    "WebP that moves": (lambda: riff(
        riff_chunk(b"VP8X", CANVAS), riff_chunk(b"ANIM", b"\0" * 6)),
        "PICTURE_FORMAT", "animated WebP"),
    "PNG, a bomb": (lambda: pictures.png(1, 1).replace(
        struct.pack(">II", 1, 1), struct.pack(">II", 60000, 60000)),
        "PICTURE_TOO_BIG", "60000x60000"),
    "PNG, beyond all": (lambda: pictures.png(1, 1).replace(
        struct.pack(">II", 1, 1), struct.pack(">II", 2 ** 32 - 1, 2 ** 32 - 1)
        ), "PICTURE_TOO_BIG", "4294967295x4294967295"),
    "PNG, one pixel too many": (lambda: pictures.png(1, 1).replace(
        struct.pack(">II", 1, 1), struct.pack(">II", 51_000_001, 1)),
        "PICTURE_TOO_BIG", "51000001x1"),
    "PNG of nothing": (lambda: pictures.png(0, 0, [b""]),
                       "PICTURE_UNREADABLE", None),
    "PNG without data": (lambda: pictures.PNG_HEAD + pictures.chunk(
        b"IHDR", struct.pack(">IIBBBBB", 4, 4, 8, 2, 0, 0, 0)) +
        pictures.chunk(b"IEND", b""), "PICTURE_UNREADABLE", None),
    "PNG without a header": (lambda: pictures.PNG_HEAD + pictures.chunk(
        b"IEND", b""), "PICTURE_UNREADABLE", None),
    "PNG of no known kind": (lambda: pictures.png(
        4, 4, [b"\0" * 99] * 4, depth=7), "PICTURE_UNREADABLE", None),
    "PNG, spoiled": (lambda: pictures.PNG_HEAD + pictures.chunk(
        b"IHDR", struct.pack(">IIBBBBB", 4, 4, 8, 2, 0, 0, 0)) +
        pictures.chunk(b"IDAT", b"this was never compressed") +
        pictures.chunk(b"IEND", b""), "PICTURE_UNREADABLE", None),
    "JPEG, a bomb": (lambda: flat_jpeg((9, 9, 9, 9)).replace(
        b"\x08\0\x10\0\x10\x04", b"\x08\xff\xff\xff\xff\x04"),
        "PICTURE_TOO_BIG", "65535x65535"),
    "JPEG of two minds": (two_frames, "PICTURE_UNREADABLE", None),
    "JPEG, lossless": (lambda: convert(solid(ORANGE), kind="jpg").replace(
        b"\xff\xc0", b"\xff\xc3"), "PICTURE_UNREADABLE", None),
    "JPEG without a picture": (lambda: b"\xff\xd8" + segment(0xfe, b"x") +
                               b"\xff\xd9", "PICTURE_UNREADABLE", None),
    "JPEG without a size": (lambda: b"\xff\xd8" + segment(
        0xda, b"\0" * 10) + b"\xff\xd9", "PICTURE_UNREADABLE", None),
    "JPEG, a segment of no length": (
        lambda: b"\xff\xd8\xff\xe0\0\0\xff\xd9", "PICTURE_UNREADABLE", None),
    "WebP, a bomb": (lambda: riff(riff_chunk(
        b"VP8L", b"\x2f\xff\xff\xff\x0f" + b"\0" * 20)), "PICTURE_TOO_BIG",
        "16384x16384"),
    "WebP of nothing": (lambda: riff(), "PICTURE_UNREADABLE", None),
    "WebP, spoiled": (lambda: riff(riff_chunk(
        b"VP8 ", b"\x10\0\0\x9d\x01\x2a\x10\0\x10\0" + b"spoiled")),
        "PICTURE_UNREADABLE", None),
}


@functools.lru_cache(None)
def make(name):
    """A picture of GOOD, TRANSPARENT or BAD, by its name."""
    if name in GOOD:
        return GOOD[name]()
    return {**TRANSPARENT, **BAD}[name][0]()


@functools.lru_cache(None)
def rich(kind):
    """A picture with much to see, of some thousand bytes."""
    return convert(noise(60, 40), kind=kind)
