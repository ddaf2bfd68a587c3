#!/usr/bin/python3
"""Crash-safe publishing: whatever is killed at whatever step, a complete video
is left or nothing; what the dead have left lying, the collector takes."""

import contextlib
import os
import shutil
import signal

import pytest

import client
import media_files
import multipart
import pauses
import pictures
import sites
from table import errors
from test_workers import in_background, kill

# Steps of a publication at which the worker is killed, and how many videos
# there are then.
STEPS = {
    "publish_spooled": 0,
    "publish_remuxed": 0,
    "publish_covered": 0,
    "publish_half_placed": 0,
    "publish_placed": 0,
    "publish_committed": 1,
}
# Steps of a conversion; who is killed there, `work` or its runner.
CONVERSION = ("job_claimed", "job_started", "job_converted", "job_placed",
              "job_ready")
# A conversion has only what others leave it.
PATIENCE = 240


def collect(site):
    """Lets the collector take what belongs to nobody, however young."""
    for name in (site.media / "spool/body").iterdir():
        with contextlib.suppress(FileNotFoundError):    # nginx was quicker
            os.utime(name, (0, 0))
    site.admin("gc", orphan_seconds=0)


def is_collected(site):
    """What somebody still works in, or dies in, is left for a moment."""
    collect(site)
    return not site.spool() and not originals(site)


def check_complete_or_nothing(user, count):
    """There are `count` videos of this user, whole ones, and no trace of any
    other."""
    site = user.site
    sites.wait_for(lambda: is_collected(site), "an empty spool")
    listed = user.videos()["video_list"]
    assert len(listed) == count
    assert user.me()["work_count"] == count
    assert site.value("SELECT count(*) FROM video WHERE user_id = ? "
                      "AND state < 3", user.id) == count
    for video in listed:
        check_plays(user, video)
    assert {path for path in site.stored_files() if f"/{user.id}_" in path} \
        == {video[url].replace(site.base, "") for video in listed
            for url in ("play_url", "cover_url")}


def originals(site):
    return list((site.media / "spool/originals").iterdir())


def check_plays(user, video):
    """All of it decodes, and so does its cover."""
    for url in video["play_url"], video["cover_url"]:
        pictures.run("ffmpeg", "-v", "error", "-xerror", "-i", "-", "-f",
                     "null", "-", data=user.fetch(url).content)


@pytest.mark.parametrize("step", STEPS)
def test_a_worker_killed_at_any_step(frail, sender, clip, step):
    with pauses.at(frail, step) as pause:
        with in_background(lambda: sender.publish(clip)) as finish:
            os.kill(pause.arrival(), signal.SIGKILL)
            reply = finish()
    assert (reply.status, reply.error) == (503, "UNAVAILABLE")
    check_complete_or_nothing(sender, STEPS[step])
    frail.expect_processes()
    assert sender.publish(clip).ok
    check_complete_or_nothing(sender, STEPS[step] + 1)


@pytest.mark.parametrize("step", STEPS)
def test_a_site_killed_whole_at_any_step(doomed, clip, step):
    """As when the machine dies, but for what the disk loses."""
    user = doomed.people.new("sender")
    with pauses.at(doomed, step) as pause:
        with in_background(lambda: lost(user, clip)) as finish:
            pause.arrival()
            while doomed.processes():
                kill_all(doomed.processes())
            finish()
    doomed.start()
    check_complete_or_nothing(user, STEPS[step])
    assert user.publish(clip).ok
    check_complete_or_nothing(user, STEPS[step] + 1)


@pytest.fixture(scope="module")
def doomed():
    """A site that is killed and started again."""
    directory = sites.make_directory()
    with sites.Site(directory, {
            "convert_rest": 0, "convert_priority": "low"}) as site:
        yield site
    shutil.rmtree(directory.parent)


def kill_all(pids):
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def lost(user, clip):
    """An upload to a site that dies: there is no answer, or 503."""
    try:
        reply = user.publish(clip)
    except client.requests.ConnectionError:
        return "no answer"
    assert reply.error == "UNAVAILABLE"
    return reply.error


@pytest.mark.parametrize("run", (":file:in.mp4 -map", "cover.jpg"),
                         ids=("in the remux", "at the cover"))
def test_ffmpeg_killed(frail, sender, clip, ffmpeg, run):
    """As the kernel does where memory is short.  The worker lives and tells the
    client; the log tells the one who runs the site."""
    ffmpeg.becomes(f'case "$*" in *"{run}"*) exec sleep 1000;; esac\n'
                   f'exec {ffmpeg.real} "$@"')
    with in_background(lambda: sender.publish(clip)) as finish:
        kill(sites.wait_for(lambda: frail.pids("^sleep 1000"), "ffmpeg"))
        reply = finish()
    assert (reply.status, reply.error) == (200, "FFMPEG_FAILED")
    check_complete_or_nothing(sender, 0)
    ffmpeg.behave()
    assert sender.publish(clip).ok
    check_complete_or_nothing(sender, 1)


NGINX_DIES = r"\[alert\] .* exited on signal 9"


def kill_nginx(site):
    """Kills the workers of nginx, and waits for new ones."""
    old = site.pids("^nginx: worker")
    kill(old)
    sites.wait_for(lambda: len(set(site.pids("^nginx: worker")) - set(old))
                   == len(old), "nginx's new workers")


@pytest.mark.provokes(NGINX_DIES)
def test_nginx_killed_while_the_body_comes(frail, sender, clip):
    content_type, body = multipart.encode([multipart.video(clip)])
    with client.connect(frail) as connection:
        connection.sendall(
            (f"POST /douyin/publish/action/?token={sender.token} HTTP/1.1\r\n"
             f"Host: x\r\nContent-Type: {content_type}\r\n"
             f"Content-Length: {len(body)}\r\n\r\n").encode()
            + body[:len(body) // 2])
        sites.wait_for(frail.spool, "a body in the spool")
        kill_nginx(frail)
    frail.expect_processes()
    check_complete_or_nothing(sender, 0)
    assert sender.publish(clip).ok
    check_complete_or_nothing(sender, 1)


@pytest.mark.provokes(NGINX_DIES)
def test_nginx_killed_while_the_worker_works(frail, sender, clip):
    """Nobody hears the answer; the video is there all the same."""
    with pauses.at(frail, "publish_remuxed") as pause:
        with in_background(lambda: lost(sender, clip)) as finish:
            pause.arrival()
            kill_nginx(frail)
            assert finish() == "no answer"
            pause.release()
    sites.wait_for(lambda: sender.videos()["video_list"], "the video")
    frail.expect_processes()
    check_complete_or_nothing(sender, 1)


# -- conversions --


@pytest.fixture(scope="module")
def mill(tools):
    """A site that converts, and tries again at once."""
    with sites.running(ffmpeg=tools["ffmpeg"].path, convert_rest=0,
                       convert_priority="low") as site:
        yield site


@pytest.fixture(scope="module")
def hevc():
    return media_files.make("hevc")


def own(user):
    video, = user.videos()["video_list"]
    return video


def check_comes_true(user):
    """What was promised is there, whole, and nothing else."""
    sites.wait_for(lambda: own(user)["state"] == "ready", "the conversion",
                   PATIENCE)
    sites.wait_for(lambda: not user.site.pids("mini-tiktok convert"),
                   "the end of the runner")
    check_complete_or_nothing(user, 1)
    assert user.site.value("SELECT count(*) FROM job") == 0
    assert user.site.people.guest().feed()["video_list"][0]["id"] == \
        own(user)["id"]


@pytest.mark.parametrize("step", CONVERSION)
def test_a_conversion_killed_at_any_step(mill, hevc, step):
    user = mill.people.new("sender")
    with pauses.at(mill, step) as pause:
        assert user.publish(hevc).ok
        os.kill(pause.arrival(), signal.SIGKILL)
    check_comes_true(user)
    mill.expect_processes()


@pytest.mark.parametrize("step", CONVERSION)
def test_a_site_killed_whole_while_it_converts(doomed, hevc, step):
    user = doomed.people.new("sender")
    with pauses.at(doomed, step) as pause:
        assert user.publish(hevc).ok
        pause.arrival()
        while doomed.processes():
            kill_all(doomed.processes())
    doomed.start()
    check_comes_true(user)


CONVERTS = 'case "$*" in *libx264*) exec sleep 1000;; esac\n'


def test_ffmpeg_killed_in_a_conversion(mill, hevc, ffmpeg):
    """The next try has better luck."""
    user = mill.people.new("sender")
    ffmpeg.becomes(f'{CONVERTS}exec {ffmpeg.real} "$@"')
    assert user.publish(hevc).ok
    running = sites.wait_for(lambda: mill.pids("^sleep 1000"), "ffmpeg",
                             PATIENCE)
    ffmpeg.behave()
    kill(running)
    check_comes_true(user)


def test_ffmpeg_killed_in_every_try(mill, hevc, ffmpeg):
    """Its author is told; nothing is served, and nothing lies there once the
    author has deleted it."""
    user = mill.people.new("sender")
    ffmpeg.becomes(f'{CONVERTS}exec {ffmpeg.real} "$@"')
    assert user.publish(hevc).ok
    while own(user)["state"] == "processing":
        kill_all(mill.pids("^sleep 1000"))
    video = own(user)
    assert (video["state"], video["reason"]) == (
        "failed", errors()["FFMPEG_FAILED"].zh)
    assert "/default/" in video["play_url"]
    assert len([path for path in mill.stored_files()
                if f"/{user.id}_" in path]) == 1
    assert user.ask("video_delete", video_id=video["id"]).ok
    check_complete_or_nothing(user, 0)
