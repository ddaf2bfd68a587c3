#!/usr/bin/python3
"""Conversions are cut off at any step, fail, hang, are taken away: each video
ends as ready or failed, once, and nothing is left of the rest."""

import os
import pathlib
import shutil
import signal
import subprocess

import pytest

import counts
import media_files
import pauses
import sites
import stories
import table
from background import in_background
from tools import HANG, Tool

# An idle machine needs a second; a busy one may not.
PATIENCE = 240
CONVERTING = r"mini-tiktok convert \d+ \d+$"
HANGING = "^sleep 1000"


@pytest.fixture(scope="module")
def encoder():
    """ffmpeg, which does as it is told where it converts."""
    tool = Tool("ffmpeg")
    yield tool
    shutil.rmtree(tool.directory)


@pytest.fixture(scope="module")
def mill(encoder):
    with sites.running(ffmpeg=encoder.path, convert_rest=0,
                       convert_priority="low", orphan_seconds=0) as site:
        yield site


def only_when_it_converts(encoder, script):
    """From now on a conversion is this script; covers are made as ever."""
    encoder.becomes(f'case "$*" in *libx264*) {script};; '
                    f'*) exec {encoder.real} "$@";; esac')


@pytest.fixture
def author(mill, encoder):
    """Somebody with a video that has to be converted, not yet published."""
    yield mill.people.new("author")
    encoder.behave()


def publish(author):
    assert author.publish(media_files.make("hevc")).ok
    return own(author)["id"]


def own(author):
    video, = author.videos(headers={"Accept-Language": "en"})["video_list"]
    return video


def wait_for_state(author, state):
    return sites.wait_for(
        lambda: own(author) if own(author)["state"] == state else None,
        f"a video that is {state}", PATIENCE)


def wait_for_process(site, pattern):
    return sites.wait_for(lambda: site.pids(pattern), pattern, PATIENCE)[0]


def job_of(site, video):
    """(state, tries) of a conversion, None when there is none."""
    rows = site.rows("SELECT state, tries FROM job WHERE video_id = ?", video)
    return tuple(rows[0]) if rows else None


def check_ready(site, author):
    """The video plays, is in the feed, and nothing else is left."""
    video = wait_for_state(author, "ready")
    assert author.fetch(video["play_url"]).content[4:8] == b"ftyp"
    assert author.feed()["video_list"][0]["id"] == video["id"]
    check_nothing_left(site, author)


def check_nothing_left(site, author):
    def is_tidy():
        return not site.pids(CONVERTING) and not site.spool() and not [
            path for path in (site.media / "spool/originals").iterdir()
            if path.name.startswith(f"{author.id}_")]

    sites.wait_for(is_tidy, "an empty spool", PATIENCE)
    counts.check(site)


def admin(site, *arguments):
    return subprocess.run(
        [table.BINARY, "-C", site.directory, "admin", "jobs",
         *map(str, arguments)], env=sites.environment(site.settings),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, timeout=sites.STOP_SECONDS, check=False)


# -- whoever dies --


@pytest.mark.parametrize("step", ("publish_half_placed", "publish_placed"))
def test_a_publisher_killed_before_its_row_leaves_no_original(mill, author,
                                                             step):
    before = mill.stored_files()
    with pauses.at(mill, step) as pause:
        with in_background(lambda: author.publish(
                media_files.make("hevc"))) as finish:
            os.kill(pause.arrival(seconds=PATIENCE), signal.SIGKILL)
            assert finish().error == "UNAVAILABLE"
    check_nothing_left(mill, author)
    sites.wait_for(lambda: mill.stored_files() == before, "no cover",
                   PATIENCE)
    assert author.videos()["video_list"] == []
    mill.expect_processes()


def test_an_original_is_kept_until_it_has_its_row(mill, author):
    with pauses.at(mill, "publish_placed") as pause:
        with in_background(lambda: author.publish(
                media_files.make("hevc"))) as finish:
            pause.arrival(seconds=PATIENCE)
            assert mill.admin("gc") == []
            pause.release()
            assert finish().ok
    check_ready(mill, author)


STEPS = ("job_started", "job_converted", "job_placed", "job_ready")


@pytest.mark.parametrize("step", STEPS)
def test_a_conversion_that_is_killed_is_tried_again(mill, author, step):
    with pauses.at(mill, step) as pause:
        video = publish(author)
        os.kill(pause.arrival(seconds=PATIENCE), signal.SIGKILL)
        if step != "job_ready":
            assert own(author)["state"] == "processing"
    check_ready(mill, author)
    assert job_of(mill, video) is None


@pytest.mark.parametrize("step", ("job_claimed", *STEPS))
def test_the_background_process_is_killed_while_it_converts(mill, author,
                                                             step):
    """Its conversion dies with it; the next one takes the job up."""
    with pauses.at(mill, step) as pause:
        publish(author)
        pause.arrival(seconds=PATIENCE)
        converting = mill.pids(CONVERTING)
        for pid in mill.program("work"):
            os.kill(pid, signal.SIGKILL)
        sites.wait_for(lambda: not any(map(sites.is_alive, converting)),
                       "the end of the conversion")
    check_ready(mill, author)
    mill.expect_processes()


def test_ffmpeg_is_killed_three_times(mill, author, encoder):
    """As the kernel does where memory is short.  It is tried again, then its
    author is told; `admin jobs retry` begins anew."""
    only_when_it_converts(encoder, HANG)
    video = publish(author)
    for tries in (1, 2, 3):
        pid = wait_for_process(mill, HANGING)
        assert job_of(mill, video) == (1, tries)
        os.kill(pid, signal.SIGKILL)
        sites.wait_for(lambda: not sites.is_alive(pid), "its end")
    failed = wait_for_state(author, "failed")
    assert failed["reason"] == table.errors()["FFMPEG_FAILED"].en
    assert failed["play_url"] == mill.base + "/default/processing.mp4"
    assert job_of(mill, video) == (2, 3)
    told = (mill.directory / "logs/mini-tiktok.log").read_text()
    assert "FFMPEG_FAILED, status -9: killed, as when memory is short" in told
    encoder.behave()
    assert admin(mill, "retry", video).returncode == 0
    check_ready(mill, author)


@pytest.mark.provokes("FFMPEG_FAILED, status 1")
def test_an_ffmpeg_that_fails_is_told(mill, author, encoder):
    only_when_it_converts(encoder, "exit 1")
    video = publish(author)
    failed = wait_for_state(author, "failed")
    assert failed["reason"] == table.errors()["FFMPEG_FAILED"].en
    assert job_of(mill, video) == (2, 3)
    assert author.ask("video_delete", video_id=video).ok
    check_nothing_left(mill, author)


def test_a_stop_does_not_count_as_a_try(mill, author, encoder):
    only_when_it_converts(encoder, HANG)
    video = publish(author)
    first = wait_for_process(mill, HANGING)
    for pid in mill.program("work"):
        os.kill(pid, signal.SIGTERM)
    sites.wait_for(lambda: not sites.is_alive(first), "the end of ffmpeg")
    second = wait_for_process(mill, HANGING)
    assert job_of(mill, video) == (1, 1)
    encoder.behave()
    os.kill(second, signal.SIGKILL)
    check_ready(mill, author)
    mill.expect_processes()


def test_a_conversion_ends_when_its_time_is_over(mill, author, encoder):
    """The time is the job's, not that of one run of ffmpeg."""
    only_when_it_converts(encoder, HANG)
    with pauses.at(mill, "job_claimed"):
        video = publish(author)
        sites.wait_for(lambda: job_of(mill, video) == (1, 1), "the claim",
                       PATIENCE)
        with mill.writing() as db:
            db.execute("UPDATE job SET due_ms = ? WHERE video_id = ?",
                       (stories.now_ms(), video))
    sites.wait_for(lambda: job_of(mill, video) == (1, 2), "another try",
                   PATIENCE)
    pid = wait_for_process(mill, HANGING)
    encoder.behave()
    os.kill(pid, signal.SIGKILL)
    check_ready(mill, author)


@pytest.mark.provokes("there is no room")
def test_an_end_that_cannot_be_noted_is_noted_later(mill, author, encoder):
    """The database's disk is full, say, when a conversion fails."""
    only_when_it_converts(encoder, HANG)
    video = publish(author)
    pid = wait_for_process(mill, HANGING)
    with mill.writing() as db:
        db.execute("CREATE TRIGGER full BEFORE UPDATE ON job BEGIN "
                   "SELECT RAISE(ABORT, 'there is no room'); END")
    os.kill(pid, signal.SIGKILL)
    # To the conversion, and to the background process after its end.
    sites.wait_for(lambda: "".join(
        path.read_text() for path in mill.logs()).count("there is no room")
        >= 2, "two refusals", PATIENCE)
    encoder.behave()
    with mill.writing() as db:
        db.execute("DROP TRIGGER full")
    check_ready(mill, author)
    assert job_of(mill, video) is None


# -- whatever happens meanwhile --


def test_a_conversion_is_cancelled_and_tried_again(mill, author, encoder):
    only_when_it_converts(encoder, HANG)
    video = publish(author)
    wait_for_process(mill, HANGING)
    assert f"{video} running tries=1" in admin(mill).stdout
    assert admin(mill, "cancel", video).returncode == 0
    failed = own(author)
    assert (failed["state"], failed["reason"]) == \
        ("failed", table.errors()["CANCELLED"].en)
    sites.wait_for(lambda: not mill.pids(HANGING), "the end of ffmpeg")
    assert f"{video} failed" in admin(mill, "list").stdout
    assert admin(mill, "cancel", video).returncode == 1
    encoder.behave()
    assert admin(mill, "retry", video).returncode == 0
    check_ready(mill, author)
    assert admin(mill, "retry", video).returncode == 1


def test_a_second_run_waits_for_the_end_of_the_first(encoder):
    """Cancelled and tried again before the first was ended, and there is a
    second process to have: one video is never converted twice at once."""
    only_when_it_converts(encoder, HANG)
    with sites.running(ffmpeg=encoder.path, convert_rest=0, convert_jobs=2,
                       convert_priority="low") as site:
        author = site.people.new()
        video = publish(author)
        hanging = wait_for_process(site, HANGING)
        first, = site.pids(CONVERTING)
        for change in ("cancel", "retry"):
            assert admin(site, change, video).returncode == 0
        sites.wait_for(lambda: set(site.pids(CONVERTING)) - {first},
                       "the second run", PATIENCE)
        assert not sites.is_alive(first)
        second, = sites.wait_for(
            lambda: set(site.pids(HANGING)) - {hanging}, "its ffmpeg",
            PATIENCE)
        assert job_of(site, video) == (1, 1)
        encoder.behave()
        os.kill(second, signal.SIGKILL)
        check_ready(site, author)


@pytest.mark.parametrize("step", STEPS[:2])
def test_a_video_is_deleted_while_it_is_converted(mill, author, step):
    with pauses.at(mill, step) as pause:
        video = publish(author)
        pause.arrival(seconds=PATIENCE)
        assert author.ask("video_delete", video_id=video).ok
    check_nothing_left(mill, author)
    assert author.videos()["video_list"] == []
    assert author.me()["work_count"] == 0
    assert not [path for path in mill.stored_files()
                if f"/{author.id}_" in path]


def test_it_comes_before_what_came_while_it_was_converted(mill, author, clip):
    other = mill.people.new()
    with pauses.at(mill, "job_converted") as pause:
        video = publish(author)
        pause.arrival(seconds=PATIENCE)
        assert other.publish(clip).ok
        assert other.feed()["video_list"][0]["author"]["id"] == other.id
    check_ready(mill, author)
    first, second = other.feed()["video_list"][:2]
    assert (first["id"], second["author"]["id"]) == (video, other.id)


def test_the_background_process_has_time_for_others(mill, author, encoder):
    """While ffmpeg works, likes are added up and deletions finished."""
    only_when_it_converts(encoder, HANG)
    publish(author)
    pid = wait_for_process(mill, HANGING)
    fan, = stories.new_users(mill, 1)
    liked, doomed = (stories.make_video(mill, fan) for _ in range(2))
    stories.like(fan, liked)
    with mill.writing() as db:
        db.execute("UPDATE video SET state = 3, title = '' WHERE id = ?",
                   (doomed,))
        db.execute("UPDATE account SET work_count = work_count - 1 "
                   "WHERE id = ?", (fan.id,))
    sites.wait_for(lambda: not mill.value("SELECT count(*) FROM like_delta")
                   and mill.value("SELECT state FROM video WHERE id = ?",
                                  doomed) == 4, "the other duties", PATIENCE)
    assert sites.is_alive(pid)
    encoder.behave()
    os.kill(pid, signal.SIGKILL)
    check_ready(mill, author)


def test_an_original_that_is_kept_in_vain_goes(mill, author, encoder):
    """After its time; the video stays failed until it is deleted."""
    only_when_it_converts(encoder, "exec kill -XCPU $$")
    video = publish(author)
    wait_for_state(author, "failed")
    with mill.writing() as db:
        db.execute("UPDATE job SET due_ms = 1 WHERE video_id = ?", (video,))
    sites.wait_for(lambda: job_of(mill, video) is None, "the end of the job")
    check_nothing_left(mill, author)
    assert admin(mill, "retry", video).returncode == 1
    assert own(author)["state"] == "failed"


def test_a_conversion_gets_only_what_nobody_else_wants(encoder):
    """By default."""
    only_when_it_converts(encoder, HANG)
    with sites.running(ffmpeg=encoder.path) as site:
        author = site.people.new()
        publish(author)
        pid = wait_for_process(site, HANGING)
        assert os.sched_getscheduler(pid) == os.SCHED_IDLE
        assert os.getpriority(os.PRIO_PROCESS, pid) == 19
        # Where memory is short, it is the first to go.
        score = pathlib.Path(f"/proc/{pid}/oom_score_adj")
        assert int(score.read_text()) == 1000
        # On a busy machine not even its end gets much of the processor.
        os.kill(pid, signal.SIGKILL)
        sites.wait_for(lambda: not sites.is_alive(pid), "its end", PATIENCE)
    encoder.behave()
