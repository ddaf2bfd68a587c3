#!/usr/bin/python3
"""The crash lab: everybody writes and reads while workers, the background process
and Redis get SIGKILL, hundreds of times a minute (DESIGN.md 3, I1, I2 and I4).

Nothing that was answered is lost, no count is wrong, and what was answered shows
at once.  30 seconds, longer until each kind has been killed 20 times; and for ten
minutes:

    scripts/check --long --only fault
    python3 -m pytest tests/fault/test_crash_lab.py --lab-seconds 600
"""

import multiprocessing
import secrets
import time
from collections import Counter
from dataclasses import dataclass

import counts
import killer
import lab
import media_files
import sites
from crowd import Crowd
from ledger import Ledger

WRITERS, READERS = 4, 3
LEAST_KILLS = 20
# Of what the site counts this is printed.
STATS = ("hits", "misses", "fills", "drops", "tombstones", "changes",
         "epoch_raises", "breaker_openings", "deltas_folded")
# On a machine that is busy with other things kills take longer.
PATIENCE = 20


@dataclass
class Person:
    id: int
    token: str


@dataclass
class World:
    users: list
    video: int


class Stage:
    """What all who act in the lab know."""

    def __init__(self, site):
        self.base = site.base
        self.over = multiprocessing.RawValue("b", 0)
        self.ledger = Ledger(WRITERS)
        clip = media_files.make_clip(64, 64, sound=False)
        self.worlds = [make_world(site, clip) for _ in range(WRITERS)]
        host = make_world(site, clip)
        self.host, self.hot = host.users[0], host.video
        self.everybody = [user for world in self.worlds
                          for user in world.users]

    def is_over(self):
        return self.over.value


def make_world(site, clip):
    """An author with a video, a friend and a fan."""
    author, friend, fan = [site.people.new("lab") for _ in range(3)]
    for who, whom in ((author, friend), (friend, author)):
        assert who.ask("relation_action", to_user_id=whom.id,
                       action_type=lab.FOLLOW).ok
    assert author.publish(clip).ok
    video, = author.videos()["video_list"]
    return World([Person(one.id, one.token) for one in (author, friend, fan)],
                 video["id"])


def member(number, stage, seed):
    if number < WRITERS:
        return lab.Writer(number, stage, seed)
    return lab.Reader(number, stage, seed)


def play(site, stage, seed, seconds):
    """The lab itself: (what the writers were promised, how many answers the
    readers compared, kills)."""
    reaper = killer.Killer(site, seed)
    end = time.monotonic() + seconds
    with Crowd(WRITERS + READERS,
               lambda number: member(number, stage, seed)) as crowd:
        crowd.begin("act")
        while time.monotonic() < end or not reaper.has_killed(LEAST_KILLS):
            if crowd.has_answer():
                break           # it failed: answers() says how
            assert time.monotonic() < end + PATIENCE * seconds, reaper.kills
            reaper.go_round()
        stage.over.value = 1
        told = crowd.answers()
    compared = sum(told[WRITERS:], Counter())
    return told[:WRITERS], compared, reaper.kills


def check_rows(site, writers):
    """Every row that was promised is there, and no other."""
    def rows(sql):
        return sorted(tuple(row) for row in site.rows(sql))

    assert rows("SELECT user_id, video_id FROM favorite WHERE status = 1") \
        == sorted((user, video) for writer in writers
                  for user, videos in writer.likes.items()
                  for video in videos)
    assert rows("SELECT id, video_id, user_id, content FROM comment "
                "WHERE delete_ms IS NULL") == sorted(
        (number, video, *remark) for writer in writers
        for video, remarks in writer.remarks.items()
        for number, remark in remarks.items())
    mine = {user for writer in writers for user in writer.likes}
    assert [pair for pair in rows(
        "SELECT user_id, to_user_id FROM relation WHERE status = 1")
        if pair[0] in mine] == sorted(
            pair for writer in writers for pair in writer.follows)
    for writer in writers:
        ids = writer.author.id, writer.friend.id
        assert [row[0] for row in site.rows(
            "SELECT content FROM message WHERE low_id = min(?1, ?2) "
            "AND high_id = max(?1, ?2) ORDER BY create_ms", *ids)] == \
            writer.chat


def check_shown(stage, writers, seed):
    """Once more, with nobody dying: what is cached equals the database."""
    for number, told in enumerate(writers):
        writer = lab.Writer(number, stage, seed)
        for name in ("likes", "remarks", "follows", "chat"):
            setattr(writer, name, getattr(told, name))
        for _ in range(2):
            writer.check_all()
    likes = sum(stage.hot in videos for told in writers
                for videos in told.likes.values())
    shown = writer.video(stage.everybody[0], stage.host, stage.hot)
    assert (shown["favorite_count"], shown["author"]["total_favorited"]) == \
        (likes, likes)
    assert shown["comment_count"] == sum(len(told.remarks[stage.hot])
                                         for told in writers)


def test_nothing_answered_is_lost_and_no_count_is_wrong(pytestconfig, capsys):
    seconds = pytestconfig.getoption("--lab-seconds", 30)
    seed = secrets.randbelow(10 ** 6)
    with capsys.disabled():
        print(f"\ncrash lab: seed {seed}, {seconds:g} s", flush=True)
    with sites.running() as site:
        stage = Stage(site)
        writers, compared, kills = play(site, stage, seed, seconds)
        site.expect_processes()
        site.check()
        check_rows(site, writers)
        counts.check(site)
        assert site.admin("reconcile")[-1].startswith("wrong counts: 0,")
        check_shown(stage, writers, seed)
        with capsys.disabled():
            print(summary(writers, compared, kills, site), flush=True)
        assert all(kills[kind] >= LEAST_KILLS for kind in kills)
        assert len(compared) == len(lab.Reader.VIEWS)


def summary(writers, compared, kills, site):
    tries = sum((writer.seen for writer in writers), Counter())
    answered = sum(number for (name, status), number in tries.items()
                   if status == 200 and name.endswith("action"))
    failed = sum(number for (_, status), number in tries.items()
                 if status != 200)
    stats = site.stats()
    return (f"SIGKILL: {dict(kills)}; {answered} writes answered, "
            f"{failed} calls of writers failed, "
            f"{sum(compared.values())} answers held to the ledger; "
            "0 writes lost, 0 counts wrong; cache: " + ", ".join(
                f"{stats[name]} {name}" for name in STATS))
