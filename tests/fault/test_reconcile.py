#!/usr/bin/python3
"""`admin reconcile` compares every count with its rows and, told so, mends them;
a cache that has seen the wrong count forgets it."""

import subprocess

import pytest

import counts
import sites
import stories

ALL_RIGHT = "wrong counts: 0, mended: 0"


@pytest.fixture(scope="module")
def site():
    with sites.running() as site:
        yield site


@pytest.fixture(scope="module")
def cast(site):
    """Somebody with a video, with a fan who has done all that is counted."""
    ann, bob = stories.friends(site)
    ann.video = stories.make_video(site, ann)
    stories.like(bob, ann.video)
    stories.post(bob, ann.video)
    return ann, bob


def shown(cast):
    """What is shown of ann and her video, and so is kept by the cache."""
    ann, _ = cast
    for _ in range(2):
        user = ann.me()
        video, = ann.feed()["video_list"]
    return ({name: user[name] for name in user if name.endswith("_count")
             or name == "total_favorited"},
            {name: video[name] for name in video if name.endswith("_count")})


def reconciled(site, *options):
    """The lines, and whether the counts were found right at the end."""
    try:
        return site.admin("reconcile", *options), True
    except subprocess.CalledProcessError as error:
        assert error.returncode == 1, error
        return error.stdout.splitlines(), False


def test_right_counts_are_found_right(site, cast):
    """Also while some of them are deltas that nobody has folded."""
    for _ in range(20):
        stories.unlike(cast[1], cast[0].video)
        stories.like(cast[1], cast[0].video)
        assert reconciled(site) == ([ALL_RIGHT], True)


@pytest.mark.parametrize("table, column", [
    (table.removesuffix("_shown"), column)
    for table, column, _ in counts.COUNTS])
def test_a_wrong_count_is_told_and_mended(site, cast, table, column):
    ann, _ = cast
    right = shown(cast)
    number = ann.id if table == "account" else ann.video
    sites.wait_for(lambda: site.stats()["pending_deltas"] == 0,
                   "the deltas to be folded")
    value = site.value(f"SELECT {column} FROM {table} WHERE id = ?", number)
    with site.writing() as db:
        db.execute(f"UPDATE {table} SET {column} = {column} + 5 "
                   "WHERE id = ?", (number,))
    assert shown(cast) != right
    told = f"{table} {number}: {column} is {value + 5}, the rows say {value}"
    assert reconciled(site) == (
        [told, "wrong counts: 1, mended: 0"], False)
    assert shown(cast) != right
    assert reconciled(site, "--fix") == (
        [told, "wrong counts: 1, mended: 1"], True)
    assert shown(cast) == right
    assert reconciled(site) == ([ALL_RIGHT], True)
    counts.check(site)
