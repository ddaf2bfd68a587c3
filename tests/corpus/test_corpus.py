#!/usr/bin/python3
"""Every file of the corpus, good and hostile, through a real upload at a site
whose memory is limited to 512 MB: each comes to what the table says, and what
comes of it plays."""

import os
import subprocess
import sys

import pytest

import films
import memory
import samples
import sites
import table
from memory import LIMIT

TABLE = samples.table()
TAKEN = [name for name, sample in TABLE.items()
         if sample.outcome != samples.REFUSED]
PLAYING = [name for name, sample in TABLE.items() if sample.plays]
HELD = [name for name, sample in TABLE.items() if sample.way]

# What is written into films and must not be served.
TELLTALES = (b"TELLTALE", b"+48.8577", b"48.8577", b"2026-01-02")
WIDEST_COVER = 720
LARGEST_COVER = 100 * 1024
INDEX_END = 64 * 1024
LARGEST_SIDES = (1920, 1080)
# Films that are black from end to end.
BLACK = {"black"}
DARKEST = 12


@pytest.mark.parametrize("name", TABLE)
def test_each_file_comes_to_what_the_table_says(run, name):
    sample, fate = TABLE[name], run.fates[name]
    if sample.outcome == samples.REFUSED:
        assert (fate.reply.status, fate.reply.error) == (200, sample.error)
        if sample.detail:
            assert fate.reply.detail == sample.detail
        assert fate.listed == []
        return
    assert fate.reply.ok, fate.reply
    video, = fate.listed
    assert video["title"] == name
    if sample.outcome == samples.FAILED:
        assert video["state"] == "failed"
        assert video["reason"] == table.errors()[sample.error].zh.replace(
            "{}", sample.detail or "")
    else:
        assert video["state"] == "ready"


@pytest.mark.parametrize("name", PLAYING)
def test_what_is_served_plays_everywhere(run, name):
    film, _ = run.fates[name].served()
    assert film.video["codec_name"] == "h264"
    assert film.video["pix_fmt"] in ("yuv420p", "yuvj420p")
    assert film.sounds in ([], ["aac"], ["mp3"])
    assert len(film.streams) == 1 + len(film.sounds)


@pytest.mark.parametrize("name", PLAYING)
def test_all_of_it_decodes(run, name):
    film, _ = run.fates[name].served()
    assert film.complaints == ""
    assert film.frames == film.frames_promised > 0


@pytest.mark.parametrize("name", PLAYING)
def test_its_index_comes_first(run, name):
    film, _ = run.fates[name].served()
    end = film.index_end
    assert end is not None and end <= INDEX_END


@pytest.mark.parametrize("name", PLAYING)
def test_nothing_tells_of_its_maker(run, name):
    film, cover = run.fates[name].served()
    for telltale in TELLTALES:
        assert telltale not in film.data
        assert telltale not in cover.data


@pytest.mark.parametrize("name", PLAYING)
def test_its_cover_is_small_and_shows_something(run, name):
    _, cover = run.fates[name].served()
    assert cover.is_jpeg
    assert cover.width <= WIDEST_COVER
    assert len(cover.data) <= LARGEST_COVER
    assert (cover.light < DARKEST) == (name in BLACK)


@pytest.mark.parametrize("name", HELD)
def test_film_and_cover_are_upright(run, name):
    film, cover = run.fates[name].served()
    upright = films.quarters_shown(TABLE[name].way)
    assert film.quarters == upright
    assert cover.quarters == upright


# -- what it leaves --


def test_no_file_or_row_is_left_but_of_what_was_taken(run):
    paths = {path for fate in run.fates.values() for video in fate.listed
             for path in (video["play_url"], video["cover_url"])}
    assert run.site.stored_files() == {
        path.replace(run.site.base, "") for path in paths
        if "/default/" not in path}
    assert run.site.value("SELECT count(*) FROM video") == len(TAKEN)
    assert run.site.spool() == []


def test_no_temporary_file_is_left(run):
    assert os.listdir(run.temporary) == []


def test_no_process_is_left(run):
    sites.wait_for(lambda: not run.strangers(), "the end of strangers")
    sites.wait_for(lambda: set(run.site.processes()) == run.processes,
                   "the processes that were there before")


def test_the_feed_answered_throughout(run):
    assert run.poller.bad == []
    assert run.poller.good > 50


def test_no_file_reached_a_canary(run):
    """THREATS 1: nobody called the server, nobody saw the files."""
    assert not run.canaries.was_called()
    for path in run.site.stored_files():
        data = (run.site.media / path[1:]).read_bytes()
        assert not run.canaries.sing_in(data), path
    for name, fate in run.fates.items():
        if fate.cover:
            assert fate.cover.quarters != ["magenta"] * 4, name


# -- under the limit --


def test_the_memory_was_enough(run):
    assert run.limit.holds(run.site.expected)
    assert run.limit.looks > 50 and run.limit.peak > 10 * memory.MIB
    assert not run.limit.exceeded(), str(run.limit)


def test_a_glutton_is_seen():
    """Or the limit would prove nothing."""
    script = f"import sys; x = bytearray({LIMIT} * 5 // 4); sys.stdin.read()"
    with memory.make_limit(LIMIT, lambda: [glutton.pid]) as limit:
        glutton = subprocess.Popen(
            [*limit.prefix, sys.executable, "-c", script],
            stdin=subprocess.PIPE)
        with glutton:
            sites.wait_for(lambda: limit.exceeded() or
                           glutton.poll() is not None, "its excess")
    assert limit.exceeded() or glutton.returncode != 0
