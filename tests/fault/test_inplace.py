#!/usr/bin/python3
"""ffmpeg reads an upload where nginx wrote it: not a byte of it is copied
before, and nothing else of the form is to be seen there."""

import re

import pytest

import multipart
import sites

WORD = b"the-token-of-somebody"


@pytest.fixture
def probe(tools):
    yield tools["ffprobe"]
    tools["ffprobe"].behave()


def told(sender, probe, clip, script):
    """What a program in ffprobe's place says of its input."""
    offset = (sender.site.directory / "logs/mini-tiktok.log").stat().st_size
    probe.becomes(f"{{ {script}; }} >&2; exit 1")
    reply = sender.post_parts(
        [multipart.Part("before", WORD), multipart.video(clip),
         multipart.Part("after", WORD)], query=f"token={sender.token}")
    assert reply.error == "FFMPEG_FAILED"
    with open(sender.site.directory / "logs/mini-tiktok.log") as log:
        log.seek(offset)
        return re.search(r"FFMPEG_FAILED, status 1: (.*)", log.read())[1]


@pytest.mark.provokes("ERROR upload.* FFMPEG_FAILED")
def test_the_input_is_the_body_under_another_name(sender, probe, clip):
    assert told(sender, probe, clip, "stat -c %h in.mp4") == "2"


@pytest.mark.provokes("ERROR upload.* FFMPEG_FAILED")
def test_nothing_else_of_the_form_is_in_it(sender, probe, clip):
    assert told(sender, probe, clip,
                f"grep -ac {WORD.decode()} in.mp4") == "0"
    assert told(sender, probe, clip, "grep -ac ftyp in.mp4") != "0"


@pytest.mark.provokes("ERROR upload.* FFMPEG_FAILED")
def test_it_ends_where_the_file_ends(sender, probe, clip):
    start, end = re.search(r"subfile,,start,(\d+),end,(\d+),,:file:in.mp4",
                           told(sender, probe, clip, 'echo "$*"')).groups()
    assert int(end) - int(start) == len(clip)
    assert told(sender, probe, clip, "stat -c %s in.mp4") == end


def test_the_body_is_gone_afterwards(sender, clip):
    """nginx removes it once it has sent the answer, so perhaps after we have
    read that."""
    assert sender.publish(clip).ok
    sites.wait_for(lambda: not sender.site.spool(), "an empty spool")
