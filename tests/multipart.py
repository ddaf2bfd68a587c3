#!/usr/bin/python3
"""Bodies of multipart/form-data, also such as no browser would send."""

from dataclasses import dataclass, field

BOUNDARY = "----a-boundary-of-the-tests"


@dataclass
class Part:
    name: str
    value: bytes
    file_name: str = None
    content_type: str = None
    more_headers: list = field(default_factory=list)

    def header(self):
        line = f'Content-Disposition: form-data; name="{self.name}"'
        if self.file_name is not None:
            line += f'; filename="{self.file_name}"'
        lines = [line, *self.more_headers]
        if self.content_type:
            lines.append(f"Content-Type: {self.content_type}")
        return "\r\n".join(lines).encode("utf-8", "surrogateescape")


def text(name, value):
    if isinstance(value, str):
        value = value.encode()
    return Part(name, value)


def video(value, file_name="clip.mp4", content_type="video/mp4", name="data"):
    return Part(name, value, file_name, content_type)


def file(name, value):
    return Part(name, value, "file", "application/octet-stream")


def no_file(name):
    """What a browser sends where no file was chosen."""
    return Part(name, b"", "", "application/octet-stream")


def encode(parts, boundary=BOUNDARY, final=True):
    """Returns (content type, body)."""
    marker = b"--" + boundary.encode()
    body = b"".join(
        marker + b"\r\n" + part.header() + b"\r\n\r\n" + part.value + b"\r\n"
        for part in parts)
    if final:
        body += marker + b"--\r\n"
    return f"multipart/form-data; boundary={boundary}", body
