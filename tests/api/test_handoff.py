#!/usr/bin/python3
"""The body of an upload is handed over as a file: not a byte of it travels over
FastCGI, and a slow client holds nginx, never a worker."""

import contextlib
import socket
import threading

import pytest

import client
import half
import multipart
import pictures
import sites
import table

PUBLISH = table.row_of("video_publish")
SLOW = 6  # with one more below what an address may have


class Tap:
    """A socket in the place of a pool's, which counts what nginx sends."""

    def __init__(self, site, pool):
        # A path of its own length would not fit into a socket's address.
        self.there = site.directory / f"sockets/{pool}.sock"
        self.aside = self.there.with_suffix(".aside")
        self.sent = 0
        self.listener = socket.socket(socket.AF_UNIX)

    def __enter__(self):
        self.there.rename(self.aside)
        self.listener.bind(str(self.there))
        self.listener.listen(16)
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.aside.rename(self.there)
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                nginx, _ = self.listener.accept()
                worker = socket.socket(socket.AF_UNIX)
                worker.connect(str(self.aside))
                for pair in ((nginx, worker), (worker, nginx)):
                    threading.Thread(target=self.relay, args=(
                        *pair, pair[0] is nginx), daemon=True).start()

    def relay(self, source, target, counted):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self.sent += len(data) if counted else 0
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)


def test_no_byte_of_a_body_travels_over_fastcgi(site, user, clip):
    """The same upload with a megabyte more sends not a byte more, but for the
    digits of its length."""
    sent = []
    for more in (1000, 1_000_000):
        box = pictures.free_box(more)
        with Tap(site, "upload") as tap:
            assert user.publish(clip + box.ljust(more, b"\0")).ok
            sent.append(tap.sent)
    assert 0 < sent[0] < 4096
    assert abs(sent[1] - sent[0]) <= 8, sent


def test_the_preflight_gets_no_body_either(site, user, clip):
    with Tap(site, "api") as tap:
        assert user.publish(clip).ok
        sent = tap.sent
    assert 0 < sent < 4096 < len(clip)


def test_slow_uploads_hold_no_worker(site, user, clip):
    """More of them than there are workers, in the midst of their bodies; one
    that comes whole is published meanwhile, and so are they when they end."""
    slow = site.people.new()
    _, body = multipart.encode([multipart.video(clip),
                                multipart.text("title", "slow")])
    assert len(site.workers("upload")) < SLOW
    with contextlib.ExitStack() as stack:
        begun = [stack.enter_context(half.begun(
            site, PUBLISH, body, len(body) - 1000, query=f"token={slow.token}"
        )) for _ in range(SLOW)]
        sites.wait_for(lambda: len(site.spool()) == SLOW, "bodies")
        assert user.publish(clip).ok
        for connection in begun[:2]:
            connection.sendall(body[-1000:])
        for connection in begun[:2]:
            assert half.answer(connection, PUBLISH).ok
    assert len(slow.videos()["video_list"]) == 2
    sites.wait_for(lambda: not site.spool(), "an empty spool")


@pytest.fixture(scope="module")
def served(site, clip):
    """What is served of the clip."""
    user = site.people.new()
    assert user.publish(clip).ok
    return user.fetch(user.videos()["video_list"][0]["play_url"]).content


@pytest.mark.parametrize("before", (1, 4095, 4096, 65535, 65536))
def test_a_part_may_begin_anywhere_in_its_body(site, user, clip, served,
                                               before):
    """However it lies to the blocks of a disk or the windows of a reader, the
    same file comes of it."""
    fields = [multipart.Part(f"field{at}", b"f" * min(16000, before - at))
              for at in range(0, before, 16000)]
    reply = user.post_parts([*fields, multipart.video(clip)],
                            query=f"token={user.token}")
    assert reply.ok, reply
    video, = user.videos()["video_list"]
    assert user.fetch(video["play_url"]).content == served
