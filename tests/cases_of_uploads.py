#!/usr/bin/python3
"""File names that no client should be able to use for anything."""

EVIL_NAMES = {
    "above": "../../../../etc/passwd",
    "above, encoded": "..%2f..%2fsecret",
    "absolute": "/etc/passwd",
    "of Windows": "C:\\\\windows\\\\x.mp4",
    "an option": "-i",
    "a substitution": "$(touch here)`touch here`",
    "commands": "a;b|c&d",
    "a line end": "a%0d%0ab",
    "a format": "%s%n%d",
    "255 letters": "a" * 255,
    "NUL": "clip.mp4%00.html",
    "NUL itself": "clip\0.mp4",
    "a device": "/dev/stdin",
    "a protocol": "http://localhost/x.mp4",
    "a concat": "concat:a|b",
    "Chinese": "视频.mp4",
    "bytes": "\udcff\udcfe.mp4",
    "override": "\u202e4pm.exe",
    "a page": "page.html",
}
