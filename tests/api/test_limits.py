#!/usr/bin/python3
"""How large an upload may be (settings upload_max; issue: 1 GB, 32 MB)."""

import pathlib
import re

import pytest

import client
import multipart
import pictures
import sites
import table

FORM_BYTES = 64 * 1024
GIGABYTE = 1 << 30
MEBIBYTE = 1 << 20
# A worker's peak of memory; under ASan every byte has a shadow.
PEAK = (256 if table.SANITIZED else 32) * MEBIBYTE


@pytest.fixture(scope="module")
def small(clip):
    """A site that takes the usual clip, and not a byte more."""
    with sites.running(upload_max=len(clip)) as site:
        yield site


@pytest.fixture(scope="module")
def sender(small):
    return small.people.new("sender")


def padded(clip, more):
    return clip + b"\0" * more


def publish_raw(user, body, headers):
    """The answer, also where nginx gives it before it has read the body."""
    return client.raw(user.site, (
        f"POST /douyin/publish/action/?token={user.token} HTTP/1.1\r\n"
        "Host: x\r\nConnection: close\r\n" + "".join(
            f"{name}: {value}\r\n" for name, value in headers.items())
        + "\r\n").encode() + body).json(table.row_of("video_publish"))


def test_a_file_of_just_the_limit_is_taken(sender, clip, one_video_more):
    with one_video_more(sender.site):
        assert sender.publish(clip).ok


@pytest.mark.parametrize("more", (1, 1000, FORM_BYTES - 2000))
def test_a_larger_file_is_refused_with_the_limit(sender, clip, more,
                                                 nothing_changes):
    with nothing_changes(sender.site):
        reply = sender.publish(padded(clip, more))
    assert (reply.status, reply.error) == (200, "FILE_TOO_LARGE")
    assert re.fullmatch(r"\d+ (B|KiB|MiB|GiB)", reply.detail)


def in_chunks(body):
    chunks = (body[at:at + 65536] for at in range(0, len(body), 65536))
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk)
                    for chunk in chunks) + b"0\r\n\r\n"


@pytest.mark.parametrize("chunked", (False, True))
def test_a_much_larger_one_is_413_in_the_same_form(sender, clip, chunked,
                                                   nothing_changes):
    content_type, body = multipart.encode([
        multipart.video(padded(clip, 4 * FORM_BYTES))])
    headers = {"Content-Type": content_type,
               "Transfer-Encoding": "chunked"} if chunked else {
        "Content-Type": content_type, "Content-Length": len(body)}
    with nothing_changes(sender.site):
        reply = publish_raw(sender, in_chunks(body) if chunked else body,
                            headers)
    assert (reply.status, reply.error) == (413, "BODY_TOO_LARGE")


def test_who_asks_first_need_not_send_it(sender):
    reply = publish_raw(sender, b"", {
        "Expect": "100-continue", "Content-Length": GIGABYTE})
    assert (reply.status, reply.error) == (413, "BODY_TOO_LARGE")


# -- a gigabyte --


@pytest.fixture(scope="module")
def large():
    with sites.running(upload_max=2 * GIGABYTE) as site:
        yield site


def peak(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024


def send_gigabyte(user, beginning):
    """Uploads a file of a gigabyte: its beginning, then zeros."""
    content_type, body = multipart.encode([multipart.video(b"<file>")])
    head, tail = body.split(b"<file>")
    zeros = memoryview(bytes(MEBIBYTE))
    left = GIGABYTE - len(beginning)
    with client.connect(user.site, 120) as connection:
        connection.sendall((
            f"POST /douyin/publish/action/ HTTP/1.1\r\nHost: x\r\n"
            f"Connection: close\r\nAuthorization: Bearer {user.token}\r\n"
            f"Content-Type: {content_type}\r\n"
            f"Content-Length: {len(head) + GIGABYTE + len(tail)}\r\n\r\n"
        ).encode() + head + beginning)
        while left:
            left -= connection.send(zeros[:min(left, MEBIBYTE)])
        connection.sendall(tail)
        return client.RawReply(client.read_all(connection)).json(
            table.row_of("video_publish"))


def test_a_gigabyte_never_passes_through_memory(large, clip):
    """A video with much in it that nobody needs."""
    user = large.people.new("sender")
    filled = clip + pictures.free_box(GIGABYTE - len(clip))
    assert send_gigabyte(user, filled).ok
    assert len(user.videos()["video_list"]) == 1
    peaks = {pid: peak(pid) for pool in ("api", "auth", "upload")
             for pid in large.workers(pool)}
    assert max(peaks.values()) < PEAK, peaks
