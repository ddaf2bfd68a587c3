"""Taking MP4 files apart and putting them together: boxes of ISO/IEC 14496-12,
and a sequence parameter set of H.264."""

import dataclasses
import struct
import typing

NESTS = {"moov", "trak", "mdia", "minf", "stbl", "edts", "udta"}


@dataclasses.dataclass
class Box:
    type: str
    body: typing.Union[bytes, list]    # a list of boxes, or what it holds


def parse(data):
    """The boxes of a file, as a list."""
    found = []
    at = 0
    while at + 8 <= len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        kind = kind.decode("latin-1")
        head = 8
        if size == 1:
            size = struct.unpack(">Q", data[at + 8:at + 16])[0]
            head = 16
        if size == 0:
            size = len(data) - at
        body = data[at + head:at + size]
        found.append(Box(kind, parse(body) if kind in NESTS else body))
        at += size
    return found


def build(found):
    """The bytes of a list of boxes."""
    data = b""
    for box in found:
        body = box.body if isinstance(box.body, bytes) else build(box.body)
        data += struct.pack(">I", len(body) + 8) + \
            box.type.encode("latin-1") + body
    return data


def find(found, *path):
    """The first box along a path; None when there is none."""
    for kind in path:
        box = next((box for box in found if box.type == kind), None)
        if box is None:
            return None
        found = box.body
    return box


class Bits:
    """Numbers of any width, and of ITU-T H.264 9.1."""

    def __init__(self):
        self.text = ""

    def fixed(self, value, width):
        self.text += format(value, f"0{width}b")

    def unsigned(self, value):
        digits = format(value + 1, "b")
        self.text += "0" * (len(digits) - 1) + digits

    def payload(self):
        """With the stop bit, and 3 before what would look like a start."""
        text = self.text + "1"
        text += "0" * (-len(text) % 8)
        data = bytes(int(text[i:i + 8], 2) for i in range(0, len(text), 8))
        out = bytearray()
        for byte in data:
            if byte <= 3 and out[-2:] == b"\0\0":
                out.append(3)
            out.append(byte)
        return bytes(out)


def h264_size(width, height):
    """A sequence parameter set (7.3.2.1) for a baseline picture; the sides
    are multiples of 16."""
    bits = Bits()
    bits.fixed(66, 8)           # profile
    bits.fixed(0xc0, 8)         # constraints
    bits.fixed(62, 8)           # level
    for value in (0, 0, 2, 1):  # id, frame numbers, order type, references
        bits.unsigned(value)
    bits.fixed(0, 1)            # no gaps
    bits.unsigned(width // 16 - 1)
    bits.unsigned(height // 16 - 1)
    bits.fixed(0b1100, 4)       # frames only, direct 8x8, no crop, no VUI
    return b"\x67" + bits.payload()
