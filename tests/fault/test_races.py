#!/usr/bin/python3
"""Races between writers, readers and the end of things, replayed step by step
through the pause points of the build (cache.h): after a write was answered nobody
is shown the old value (I4).

Redis is one of the tests' own, patient enough never to be taken for dead.
"""

import contextlib
import itertools
import re
from dataclasses import dataclass

import pytest

import counts
import pauses
import redis_server
import sites
import stories
from background import in_background, stopped
from cached import PATIENT, close_breaker, keys_of, open_breaker


@pytest.fixture(scope="module")
def server():
    with redis_server.serving() as server:
        yield server


@pytest.fixture(scope="module")
def site(server):
    with sites.running(redis_url=f"unix:{server.socket}",
                       **PATIENT) as site:
        yield site


@pytest.fixture(autouse=True)
def lonely(site):
    """The background process does nothing, so that whoever comes to a pause
    point is the test's; until this is closed."""
    with contextlib.ExitStack() as stack:
        with site.writer_lock():    # else it could rest with the lock
            stack.enter_context(stopped(site.program("work")))
        yield stack


@dataclass
class Stage:
    """Two friends, the video of one, and somebody else."""
    site: sites.Site
    ann: object
    bob: object
    cat: object
    video: int
    serial: itertools.count
    comments: list


@pytest.fixture(scope="module")
def cast(site):
    ann, bob = stories.friends(site)
    video = stories.make_video(site, ann)
    return Stage(site, ann, bob, site.people.new(), video,
                 itertools.count(1), [])


# -- what is written, and where it shows --


def like(stage):
    """Likes, or takes it back: in any case something changes."""
    liked = stage.site.value(
        "SELECT count(*) FROM favorite WHERE user_id = ? AND video_id = ? "
        "AND status = 1", stage.bob.id, stage.video)
    stories.like(stage.bob, stage.video, 1 + liked)


def post(stage):
    stage.comments.append(stories.post(
        stage.bob, stage.video, f"number {next(stage.serial)}")["id"])


def delete(stage):
    assert stories.delete(stage.bob, stage.video, stage.comments.pop()).ok


def follow(stage):
    follows = stage.site.value(
        "SELECT count(*) FROM relation WHERE user_id = ? AND to_user_id = ? "
        "AND status = 1", stage.cat.id, stage.ann.id)
    stories.follow(stage.cat, stage.ann, 1 + follows)


def send(stage):
    stories.send(stage.bob, stage.ann, f"number {next(stage.serial)}")


def video_of(stage, viewer):
    return next(one for one in viewer.feed()["video_list"]
                if one["id"] == stage.video)


def see_video(stage):
    """What depends on nobody's eyes."""
    video = video_of(stage, stage.cat)
    return (video["favorite_count"], video["comment_count"],
            video["author"]["total_favorited"],
            video["author"]["follower_count"])


def see_profile(stage):
    return stories.counts_of(stage.ann)


def see_liker(stage):
    return stories.counts_of(stage.bob)


def see_comments(stage):
    reply = stage.cat.ask("comment_list", video_id=stage.video)
    return [one["content"] for one in reply["comment_list"]]


def see_chat(stage):
    return stories.texts(stories.chat(stage.ann, stage.bob))


def see_news(stage):
    """A poll after the last message that was there when the test began."""
    return stories.texts(stories.chat(stage.ann, stage.bob, stage.last_ms))


# Each write with a view of what it changes.
CASES = {
    "likes of a video": (like, see_video),
    "likes received": (like, see_profile),
    "likes given": (like, see_liker),
    "followers": (follow, see_profile),
    "followers of an author": (follow, see_video),
    "a comment": (post, see_comments),
    "a comment's count": (post, see_video),
    "a deletion": (delete, see_comments),
    "a deletion's count": (delete, see_video),
    "a message": (send, see_chat),
    "a poll": (send, see_news),
}


class Race:
    """One write, and one view that it changes."""

    def __init__(self, stage, write, see):
        self.stage, self.writes, self.sees = stage, write, see

    def write(self):
        self.writes(self.stage)

    def see(self):
        return self.sees(self.stage)

    def truth(self):
        """What a site without a cache would show: of keys that nobody has
        used, all is read from the database."""
        with self.stage.site.writing():
            pass                    # raises the epoch
        return self.see()

    def warm(self):
        """Looks until a look finds all in the cache; what it shows."""
        def is_warm():
            before = self.stage.site.stats()
            self.see()
            after = self.stage.site.stats()
            return after["misses"] == before["misses"] and \
                after["hits"] > before["hits"]

        sites.wait_for(is_warm, "a warm cache")
        return self.see()

    def check(self, old, changed=True):
        """Nobody is shown the old value, now or later."""
        shown = [self.see() for _ in range(3)]
        truth = self.truth()
        assert (truth != old) == changed
        assert shown == [truth] * 3


@pytest.fixture(params=CASES)
def race(request, cast):
    return race_for(request.param, cast)


def race_for(name, cast):
    if not cast.comments:
        post(cast)
    send(cast)
    cast.last_ms = cast.ann.ask(
        "message_chat",
        to_user_id=cast.bob.id)["message_list"][-1]["create_time"]
    return Race(cast, *CASES[name])


# -- a reader is late --


@contextlib.contextmanager
def late_reader(race, server, site, point):
    """A reader rests at a point while the value is written and answered, and
    while more is done to it; then it goes on.  Yields what it would have
    seen."""
    old = race.see()
    server.flush()
    with pauses.at(site, point) as pause:
        with in_background(race.see) as finish:
            pause.arrival()
            race.write()
            yield old
            pause.release()
            finish()


@pytest.mark.parametrize("point", ("read_epoch", "read_watched",
                                   "read_loaded"))
def test_a_fill_that_is_late_brings_nothing_old_back(race, server, site,
                                                     point):
    with late_reader(race, server, site, point) as old:
        pass
    race.check(old)


def test_a_reader_whose_entry_has_gone_fills_nothing_old(race, server, site):
    """The tombstone has expired, or was evicted, when the fill comes."""
    with late_reader(race, server, site, "read_loaded") as old:
        server.flush()
    race.check(old)


def test_a_reader_whose_connection_is_lost_fills_nothing(cast, server, site):
    """A new connection would know nothing of what the old one watched."""
    race = Race(cast, like, see_video)
    with late_reader(race, server, site, "read_loaded") as old:
        server.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    close_breaker(site)
    race.check(old)


# -- a writer is late --


def test_a_write_that_is_not_answered_is_seen_or_not(race, site):
    """Between COMMIT and the invalidation either value may show; afterwards
    only the new one."""
    old = race.warm()
    with pauses.at(site, "write_committed") as pause:
        with in_background(race.write) as finish:
            pause.arrival()
            between = race.see()
            pause.release()
            finish()
    race.check(old)
    assert between in (old, race.see())


def waits_for_the_lock(site):
    """Whether some process queues for the writer lock: proc(5), locks."""
    inode = (site.directory / "data/writer.lock").stat().st_ino
    with open("/proc/locks") as locks:
        return any(re.search(rf" -> FLOCK .*:{inode} ", line)
                   for line in locks)


def test_nobody_writes_before_the_cache_has_been_told(cast, site):
    """Else the first one's count could come after the second one's."""
    race = Race(cast, like, see_video)
    old = race.warm()
    with pauses.at(site, "write_committed") as pause, \
            in_background(race.write) as first, \
            in_background(lambda: pause.arrival() and post(cast)):
        sites.wait_for(lambda: waits_for_the_lock(site) or
                       len(pause.held()) > 1, "the second writer")
        assert len(pause.held()) == 1
        pause.release()
        first()
    race.check(old)


def test_an_entry_that_expires_in_the_middle_of_its_update(race, server,
                                                           site):
    """A reader has missed it and read the old value; the writer, who has
    committed, finds nothing to change in place; then the fill comes."""
    old = race.see()
    server.flush()
    with pauses.at(site, "read_loaded") as reader, \
            pauses.at(site, "write_committed") as writer:
        with in_background(race.see) as seen:
            reader.arrival()
            with in_background(race.write) as written:
                writer.arrival()
                writer.release()
                written()
            reader.release()
            seen()
    race.check(old)
    assert -1 not in server.lives().values()


def test_an_entry_that_is_there_until_the_middle_of_its_update(race, server,
                                                               site):
    """The writer has committed with the entry there; then it expires, a
    reader misses it and reads the new value."""
    old = race.warm()
    with pauses.at(site, "write_committed") as writer:
        with in_background(race.write) as written:
            writer.arrival()
            server.flush()
            race.see()
            writer.release()
            written()
    race.check(old)
    assert -1 not in server.lives().values()


def test_an_update_keeps_the_remaining_life(cast, server):
    """XX KEEPTTL: a hot count does not live for ever by being liked."""
    race = Race(cast, like, see_video)
    race.warm()
    with server.connect() as redis:
        hot = [name for name in keys_of(redis, "video-likes")
               if redis.call("GET", name) not in (b"T", None)]
        for name in hot:
            redis.call("PEXPIRE", name, 100_000)
    before = cast.site.stats()["changes"]
    race.write()
    assert cast.site.stats()["changes"] > before
    lives = server.lives()
    assert hot and all(0 < lives[name] <= 100_000 for name in hot)


def test_a_fill_is_void_when_the_count_was_changed_in_place(cast, server,
                                                            site):
    """A reader has missed one piece of a video, not its count; meanwhile the
    count is changed where it lies."""
    race = Race(cast, like, see_video)
    old = race.warm()
    with server.connect() as redis:
        for name in keys_of(redis, "video"):
            redis.call("DEL", name)
    with pauses.at(site, "read_loaded") as pause:
        with in_background(race.see) as finish:
            pause.arrival()
            race.write()
            pause.release()
            finish()
    race.check(old)


# -- a writer dies --


def kill_writer(race, site, point):
    """A write whose worker dies at a point."""
    with pauses.at(site, point) as pause, \
            in_background(lambda: outcome(race.write)) as finish:
        pause.kill()
        assert finish() == "lost"


def outcome(write):
    """The client of the dead is told 503."""
    try:
        write()
    except (AssertionError, KeyError):
        return "lost"
    return "answered"


def other_write(stage):
    """Somebody else writes something else, and is answered."""
    stories.follow(stage.site.people.new(), stage.cat)


# Where a writer may die, and whether its write is done then.
DEATHS = {"write_marked": False, "write_committed": True,
          "write_invalidated": True, "write_unlocked": True}
each_death = pytest.mark.parametrize("name, point", [
    *((name, "write_committed") for name in CASES),
    *((name, point) for name in ("likes of a video", "a comment's count")
      for point in DEATHS if point != "write_committed")])


@each_death
def test_after_the_death_of_a_writer_the_next_write_tells_the_truth(
        cast, site, name, point):
    race = race_for(name, cast)
    old = race.warm()
    kill_writer(race, site, point)
    other_write(race.stage)
    race.check(old, changed=DEATHS[point])
    site.expect_processes()


@pytest.mark.parametrize("name, point", [
    ("likes of a video", "write_committed"), ("a poll", "write_committed"),
    *(("a comment's count", point) for point in DEATHS)])
def test_after_the_death_of_a_writer_the_background_process_sees_it(
        cast, site, lonely, name, point):
    """Nobody writes; the mark is found within its next round."""
    race = race_for(name, cast)
    old = race.warm()
    kill_writer(race, site, point)
    assert is_marked(site) == (point != "write_unlocked")
    lonely.close()
    sites.wait_for(lambda: not is_marked(site), "the mark to be cleared")
    race.check(old, changed=DEATHS[point])
    site.expect_processes()


def is_marked(site):
    """writer.h: the lock file's first byte."""
    return (site.directory / "data/writer.lock").read_bytes()[:1] != b"\0"


def test_a_refusal_after_the_death_of_a_writer_tells_no_lie(cast, site):
    """Somebody whose deletion was not answered repeats it, and is told that
    there is no such comment: so nobody is shown it any more."""
    post(cast)
    number = cast.comments.pop()
    race = Race(cast, lambda stage: stories.done(stories.delete(
        stage.bob, stage.video, number)), see_video)
    old = race.warm()
    kill_writer(race, site, "write_committed")
    assert stories.delete(cast.bob, cast.video,
                          number).error == "COMMENT_UNKNOWN"
    race.check(old)
    site.expect_processes()


def test_the_second_death_of_a_writer_hides_the_first_from_nobody(cast,
                                                                  site):
    """The mark of one who died is found by one who dies as well."""
    race = Race(cast, post, see_video)
    old = race.warm()
    kill_writer(race, site, "write_committed")
    kill_writer(race, site, "write_marked")
    other_write(cast)
    race.check(old)
    site.expect_processes()


def test_deltas_of_a_dead_folder_count_once(cast, site, lonely):
    """The background process dies with the deltas in the columns, before
    COMMIT (I2)."""
    race = Race(cast, like, see_video)
    old = race.warm()
    with pauses.at(site, "count_folded") as pause:
        race.write()
        lonely.close()
        pause.kill()
    race.check(old)
    sites.wait_for(lambda: site.stats()["pending_deltas"] == 0,
                   "the deltas to be folded")
    site.expect_processes()
    counts.check(site)
    race.check(old)


# -- Redis does not hear of a write --


def test_a_write_that_redis_refused_to_hear_of(race, server, site):
    """It still has the old value, and goes on to tell it."""
    old = race.warm()
    server.call("ACL", "SETUSER", "default", "-set")
    try:
        race.write()
    finally:
        server.call("ACL", "SETUSER", "default", "+set")
    close_breaker(site)
    race.check(old)


def test_a_write_while_redis_is_not_called(race, site):
    """The breaker is open; when it closes the old value is still there."""
    old = race.warm()
    open_breaker(site)
    race.write()
    close_breaker(site)
    race.check(old)


def test_a_redis_that_dies_before_it_hears_of_a_write(race, server, site):
    old = race.warm()
    server.call("SAVE")
    try:
        with pauses.at(site, "write_committed") as writer, \
                in_background(race.write) as written:
            writer.arrival()
            server.kill()
            server.start()
            writer.release()
            written()
        close_breaker(site)
        race.check(old)
    finally:
        (server.directory / "dump.rdb").unlink()


# -- Redis is another --


def test_a_redis_that_was_restarted_with_old_memory(race, server, site):
    """Its dump is from before a write that it had been told; the epoch is the
    same as then."""
    old = race.warm()
    server.call("SAVE")
    race.write()
    server.kill()
    server.start()
    try:
        race.check(old)
    finally:
        (server.directory / "dump.rdb").unlink()
