#!/usr/bin/python3
"""ffmpeg is missing, hangs, fails or lies: nothing is left behind, the reason
is told, and the worker lives to serve the next (API.md E5)."""

import pytest

import sites
from tools import HANG


@pytest.fixture
def probe(tools):
    yield tools["ffprobe"]
    tools["ffprobe"].behave()


def check_refused(sender, clip, error):
    """An upload is refused with this error and leaves nothing."""
    workers = sender.site.workers("upload")
    reply = sender.publish(clip)
    assert (reply.status, reply.error) == (200, error), reply
    assert sender.videos()["video_list"] == []
    assert sender.me()["work_count"] == 0
    assert sender.site.workers("upload") == workers


def check_recovered(sender, clip, tool):
    tool.behave()
    assert sender.publish(clip).ok
    assert len(sender.videos()["video_list"]) == 1


def check_late(waiter, clip, tool):
    """A hasty site gives it up, and serves the next."""
    check_refused(waiter, clip, "FFMPEG_LATE")
    # Killed it is; on a busy machine its kin may be gone a moment later.
    sites.wait_for(lambda: not waiter.site.pids(r"^sleep 1000|/ff(mpeg|probe)\b"),
                   "the end of all of its kin")
    tool.behave()
    sites.wait_for(lambda: waiter.publish(clip).ok, "a success")
    assert len(waiter.videos()["video_list"]) == 1


@pytest.mark.provokes("ERROR upload.* FFMPEG_MISSING")
def test_a_tool_that_is_missing(sender, clip, tool):
    tool.vanish()
    check_refused(sender, clip, "FFMPEG_MISSING")
    check_recovered(sender, clip, tool)


@pytest.mark.provokes("ERROR upload.* FFMPEG_MISSING")
def test_a_tool_that_may_not_be_executed(sender, clip, tool):
    tool.path.chmod(0o644)
    check_refused(sender, clip, "FFMPEG_MISSING")
    check_recovered(sender, clip, tool)


@pytest.mark.provokes("ERROR upload.* FFMPEG_FAILED")
@pytest.mark.parametrize("script", (
    "exit 1", "exit 127", "kill -SEGV $$", "kill -TERM $$",
    "head -c 10000000 /dev/zero >&2; exit 1",
    "head -c 10000000 /dev/zero; exit 1"),
    ids=("fails", "is not found", "crashes", "is ended", "babbles errors",
         "babbles"))
def test_a_tool_that_fails(sender, clip, tool, script):
    tool.becomes(script)
    check_refused(sender, clip, "FFMPEG_FAILED")
    check_recovered(sender, clip, tool)


@pytest.mark.parametrize("script", (
    "trap '' TERM INT HUP; sleep 1000 & sleep 1000 & wait",
    "kill -STOP $$", "while :; do :; done"),
    ids=("sleeps with children", "stops", "spins"))
def test_a_tool_that_hangs_is_killed_with_its_kin(waiter, clip, ffmpeg,
                                                  script):
    ffmpeg.becomes(script)
    check_late(waiter, clip, ffmpeg)


def test_a_probe_that_hangs_is_killed(waiter, clip, probe):
    probe.becomes(HANG)
    check_late(waiter, clip, probe)


@pytest.mark.provokes("ERROR upload.* wrote no video")
@pytest.mark.parametrize("script", (
    "exit 0", "ln -s ../../../../data/secret out.mp4",
    "ln -s /etc/passwd out.mp4", "mkdir out.mp4", "mkfifo out.mp4",
    ": >out.mp4", "echo words >other; ln other out.mp4"),
    ids=("writes nothing", "links to the secret", "links to a file",
         "makes a directory", "makes a pipe", "makes an empty file",
         "gives it two names"))
def test_a_tool_that_claims_success(sender, clip, ffmpeg, script):
    ffmpeg.becomes(script)
    check_refused(sender, clip, "FFMPEG_FAILED")
    check_recovered(sender, clip, ffmpeg)


@pytest.mark.parametrize("script", (
    "echo nonsense >out.mp4", "head -c 100000 /dev/zero >out.mp4",
    "cp in.mp4 out.mp4"), ids=("words", "zeros", "the input"))
def test_what_a_tool_writes_is_judged_anew(sender, clip, ffmpeg, script):
    """The child has seen a stranger's bytes: it is not believed."""
    ffmpeg.becomes(script)
    check_refused(sender, clip, "VIDEO_UNREADABLE")


@pytest.mark.parametrize("script, error", (
    ('{real} "$@" && echo words >out.mp4', "VIDEO_UNREADABLE"),
    ("echo words >cover.jpg", "NO_COVER"),
    ('{real} -v error -y -f lavfi -i color=s=16x16 -frames:v 1 -c:v png '
     "-f image2 cover.jpg", "NO_COVER")),
    ids=("another film", "no picture", "another kind of picture"))
def test_what_is_written_beside_a_cover_is_judged_too(sender, clip, ffmpeg,
                                                     script, error):
    ffmpeg.becomes(f'case "$*" in *cover.jpg*) '
                   f'{script.format(real=ffmpeg.real)}; exit;; esac\n'
                   f'exec {ffmpeg.real} "$@"')
    check_refused(sender, clip, error)
    check_recovered(sender, clip, ffmpeg)


def test_a_video_of_which_no_cover_can_be_taken(sender, clip, ffmpeg):
    ffmpeg.becomes(f'case "$*" in *cover.jpg*) exit 0;; esac\n'
                   f'exec {ffmpeg.real} "$@"')
    check_refused(sender, clip, "NO_COVER")
    check_recovered(sender, clip, ffmpeg)


@pytest.mark.provokes("ERROR upload.* no JSON")
@pytest.mark.parametrize("script", (
    "echo nonsense", "echo '{'", "yes '[' | head -c 60000", "exit 0"))
def test_a_probe_that_talks_nonsense(sender, clip, probe, script):
    probe.becomes(script)
    check_refused(sender, clip, "FFMPEG_FAILED")


@pytest.mark.parametrize("script", ("echo '{}'", "echo '{\"streams\":[]}'"))
def test_a_probe_that_sees_nothing(sender, clip, probe, script):
    probe.becomes(script)
    check_refused(sender, clip, "VIDEO_UNREADABLE")


def test_a_tool_that_fills_the_disk_is_stopped(sender, clip, ffmpeg):
    """By the limit on the size of its files, long before the disk is full."""
    ffmpeg.becomes("exec cat /dev/zero >out.mp4")
    reply = sender.publish(clip)
    assert reply.error in ("VIDEO_UNREADABLE", "DISK_FULL"), reply
    assert sender.videos()["video_list"] == []
