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

import half
import media_files
import multipart
import pictures
import sites
import table

SIZE = 48 << 20
RESERVE = SIZE // 10
PUBLISH = table.row_of("video_publish")
PATIENCE = 240


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


@contextlib.contextmanager
def on_a_small_filesystem(**settings):
    directory = sites.make_directory()
    directory.mkdir()
    with small_filesystem(directory) as (prefix, seen_at):
        with sites.watched(HiddenSite(directory, settings, prefix=prefix,
                                      seen_at=seen_at)) as site:
            yield site
    shutil.rmtree(directory.parent)


@pytest.fixture(scope="module")
def cramped():
    """A site on a small filesystem, which it may use up."""
    with on_a_small_filesystem() as site:
        yield site


@contextlib.contextmanager
def filling(site):
    """A function that fills the site's filesystem but for so many bytes."""
    filler = site.directory / "filler"

    def fill(free):
        filler.unlink(missing_ok=True)
        room = os.statvfs(site.directory)
        with open(filler, "wb") as file:
            os.posix_fallocate(
                file.fileno(), 0, room.f_bavail * room.f_bsize - free)

    try:
        yield fill
    finally:
        filler.unlink(missing_ok=True)


@pytest.fixture
def leave(cramped):
    with filling(cramped) as fill:
        yield fill


@pytest.fixture
def sender(cramped):
    return cramped.people.new("sender")


def check_refused(sender, data, status, error):
    reply = sender.publish(data)
    assert (reply.status, reply.error) == (status, error), reply
    assert sender.videos()["video_list"] == []
    assert sender.me()["work_count"] == 0


def test_no_room_for_what_ffmpeg_writes(sender, big_clip, leave):
    leave(int(len(big_clip) * 1.5))
    check_refused(sender, big_clip, 200, "DISK_FULL")


def test_there_is_no_copy_for_ffmpeg(sender, big_clip, leave):
    """The body and the result are all that needs room."""
    leave(int(len(big_clip) * 2.5))
    assert sender.publish(big_clip).ok


def publish_in_chunks(user, data):
    """Nobody can know before how much will come."""
    content_type, body = multipart.encode(
        [multipart.video(data), multipart.text("token", user.token)])
    return user.send(PUBLISH, "", iter((body[:99999], body[99999:])),
                     {"Content-Type": content_type})


def test_no_room_for_the_body_under_nginx(sender, big_clip, leave):
    leave(len(big_clip) // 2)
    reply = publish_in_chunks(sender, big_clip)
    assert (reply.status, reply.error) == (507, "STORAGE_FULL")
    assert sender.videos()["video_list"] == []


def test_a_body_for_which_there_is_no_room_is_not_begun(sender, big_clip,
                                                        leave, cramped):
    leave(len(big_clip) // 2)
    with half.begun(cramped, PUBLISH, big_clip, 0) as connection:
        assert half.answer(connection, PUBLISH).error == "DISK_FULL"
    check_refused(sender, big_clip, 200, "DISK_FULL")


def test_with_room_again_it_is_published(sender, big_clip, leave, cramped):
    leave(len(big_clip) // 2)
    assert publish_in_chunks(sender, big_clip).error == "STORAGE_FULL"
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


# -- the reserve --


@pytest.fixture(scope="module")
def careful():
    """A site that leaves a tenth of a small filesystem free."""
    with on_a_small_filesystem(disk_reserve=10) as site:
        yield site


@pytest.fixture
def leave_free(careful):
    with filling(careful) as fill:
        yield fill


def test_below_the_reserve_uploads_are_refused(careful, leave_free, clip):
    """And everything else goes on."""
    user, fan = careful.people.new(), careful.people.new()
    assert user.publish(clip).ok
    video, = user.videos()["video_list"]
    # nginx removes the body once it has answered; what is free then counts.
    sites.wait_for(lambda: not careful.spool(), "an empty spool")
    leave_free(RESERVE - 100_000)
    for how in ("form", "bearer"):
        with half.begun(careful, PUBLISH, clip, 0, headers=(
                [f"Authorization: Bearer {user.token}"]
                if how == "bearer" else [])) as connection:
            reply = half.answer(connection, PUBLISH)
        assert (reply.status, reply.error) == (200, "DISK_FULL"), how
        sites.wait_for(lambda: not careful.spool(), "an empty spool")
    assert user.publish(clip).error == "DISK_FULL"
    assert fan.ask("favorite_action", video_id=video["id"], action_type=1).ok
    assert fan.ask("comment_action", video_id=video["id"], action_type=1,
                   comment_text="nice").ok
    assert careful.people.new().feed().ok
    leave_free(RESERVE + (8 << 20))
    assert user.publish(clip).ok


def test_one_that_would_reach_the_reserve_is_refused(careful, leave_free,
                                                     big_clip):
    user = careful.people.new()
    leave_free(RESERVE + len(big_clip) // 2)
    check_refused(user, big_clip, 200, "DISK_FULL")
    leave_free(RESERVE + 4 * len(big_clip))
    assert user.publish(big_clip).ok


def test_the_worker_looks_again_once_the_body_is_there(careful, leave_free,
                                                       clip):
    """Meanwhile others have taken what was free."""
    user = careful.people.new()
    leave_free(RESERVE + (8 << 20))
    _, body = multipart.encode(
        [multipart.video(clip), multipart.text("token", user.token)])
    with half.begun(careful, PUBLISH, body, len(body) // 2) as connection:
        sites.wait_for(lambda: careful.spool(), "a body in the spool")
        leave_free(RESERVE - 500_000)
        connection.sendall(body[len(body) // 2:])
        assert half.answer(connection, PUBLISH).error == "DISK_FULL"
    assert user.videos()["video_list"] == []


def test_below_the_reserve_no_conversion_begins():
    """What waits was let in when there was room."""
    with on_a_small_filesystem(disk_reserve=10, convert_jobs=0,
                               convert_priority="low") as site:
        author = site.people.new()
        assert author.publish(media_files.endless()).ok
        site.stop()     # which makes room
        with filling(site) as fill:
            fill(RESERVE - 1_000_000)
            site.settings["convert_jobs"] = 1
            site.start()
            sites.wait_for(lambda: "no conversion begins" in "".join(
                path.read_text() for path in site.logs()), "the warning")
            assert site.value("SELECT tries FROM job") == 0
        sites.wait_for(lambda: author.videos()["video_list"][0]["state"] ==
                       "ready", "the conversion", PATIENCE)
