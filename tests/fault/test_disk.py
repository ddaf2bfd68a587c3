#!/usr/bin/python3
"""The disk is full (THREATS 26): reads go on, nothing is half-published, the
reason is told, and all is well once there is room again.

The site lies on a small filesystem of its own, which is mounted where nobody
else sees it: in a mount namespace, for which an ordinary user takes a user
namespace too.
"""

import contextlib
import json
import os
import shutil
import subprocess

import pytest

import pictures
import sites

SIZE = 48 << 20


@pytest.fixture(scope="module")
def big_clip(tmp_path_factory):
    """A video of some megabytes that do not compress."""
    return pictures.draw(
        tmp_path_factory.mktemp("big") / "clip.mp4", "-vf",
        "noise=alls=100:allf=t", "-qp", "12", "-t", "1",
        source="testsrc2=size=640x360:rate=25")


class HiddenSite(sites.Site):
    """A site in a mount namespace, which SQLite must enter to look."""

    def rows(self, sql, *values):
        script = ("import json, sqlite3, sys; print(json.dumps("
                  "sqlite3.connect(sys.argv[1]).execute(sys.argv[2], "
                  "sys.argv[3:]).fetchall()))")
        return json.loads(pictures.run(
            *self.prefix, "/usr/bin/python3", "-c", script,
            self.place / "data/mini-tiktok.db", sql, *values))

    def complaints_of_lines(self, text):
        """A line for which there was no room is cut."""
        return ()


@contextlib.contextmanager
def small_filesystem(directory):
    """Mounts one; yields (how to enter its namespace, where we see it)."""
    user = [] if os.geteuid() == 0 else \
        ["--user", "--map-current-user", "--keep-caps"]
    holder = subprocess.Popen(
        ["unshare", *user, "--mount", "sh", "-c",
         f"mount -t tmpfs -o size={SIZE},mode=755 tmpfs '{directory}' && "
         "echo mounted && exec cat"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with holder:
        if holder.stdout.readline() != "mounted\n":
            pytest.fail("this machine lets nobody mount a small filesystem")
        enter = ["--user", "--preserve-credentials"] if user else []
        yield (("nsenter", "-t", str(holder.pid), *enter, "--mount"),
               f"/proc/{holder.pid}/root{directory}")


@pytest.fixture(scope="module")
def cramped():
    """A site on a small filesystem."""
    directory = sites.make_directory()
    directory.mkdir()
    with small_filesystem(directory) as (prefix, seen_at):
        with sites.watched(HiddenSite(directory, prefix=prefix,
                                      seen_at=seen_at)) as site:
            yield site
    shutil.rmtree(directory.parent)


@pytest.fixture
def leave(cramped):
    """A function that fills the filesystem but for so many bytes."""
    filler = cramped.directory / "filler"

    def fill(free):
        filler.unlink(missing_ok=True)
        room = os.statvfs(cramped.directory)
        with open(filler, "wb") as file:
            os.posix_fallocate(
                file.fileno(), 0, room.f_bavail * room.f_bsize - free)

    yield fill
    filler.unlink(missing_ok=True)


@pytest.fixture
def sender(cramped):
    return cramped.people.new("sender")


def check_refused(sender, data, status, error):
    reply = sender.publish(data)
    assert (reply.status, reply.error) == (status, error), reply
    assert sender.videos()["video_list"] == []
    assert sender.me()["work_count"] == 0


@pytest.mark.parametrize("copies, where", (
    (1.5, "the copy for ffmpeg"), (2.5, "what ffmpeg writes")))
def test_no_room_for_an_uploads_files(sender, big_clip, leave, copies, where):
    leave(int(len(big_clip) * copies))
    check_refused(sender, big_clip, 200, "DISK_FULL")


def test_no_room_for_the_body_under_nginx(sender, big_clip, leave):
    leave(len(big_clip) // 2)
    check_refused(sender, big_clip, 507, "STORAGE_FULL")


def test_with_room_again_it_is_published(sender, big_clip, leave, cramped):
    leave(len(big_clip) // 2)
    check_refused(sender, big_clip, 507, "STORAGE_FULL")
    (cramped.directory / "filler").unlink()
    assert sender.publish(big_clip).ok


def test_on_a_full_disk_reads_go_on(sender, cramped, leave, big_clip):
    guest = cramped.people.guest()
    leave(0)
    for _ in range(5):
        assert guest.feed().ok and sender.me()
        assert sender.ask("user_login", username=sender.name,
                          password=sender.password).ok


def test_on_a_full_disk_a_write_is_refused_whole(sender, cramped, leave):
    """As long as SQLite finds room it writes; then each refusal is told."""
    leave(0)
    replies = [cramped.people.guest().ask(
        "user_register", username=cramped.people.fresh_name("full"),
        password="x" * 31) for _ in range(60)]
    outcomes = {(reply.status, reply.error) for reply in replies}
    assert outcomes <= {(200, None), (200, "DISK_FULL")}
    assert (200, "DISK_FULL") in outcomes
    stored = cramped.value(
        "SELECT count(*) FROM account WHERE name LIKE 'full%'")
    assert stored == sum(reply.ok for reply in replies)
    (cramped.directory / "filler").unlink()
    assert cramped.people.new().me()
