#!/usr/bin/python3
"""Processes die at the worst moment: the client is told, others notice
nothing, and whoever died is replaced."""

import contextlib
import pathlib
import re
import shutil
import signal

import pytest

import client
import sites
import stories
from background import in_background, kill, stopped
from tools import HANG

BACKLOG = 16
# So much of an answer is written when its worker dies; a socket takes more, and
# the answer is longer than both.
CUT_BYTES = 1 << 16
# Less than nginx keeps a connection for the next request.
CUT_SECONDS = 30


def sweep(site):
    """Starts the background process anew: it begins by sweeping the spool."""
    before = site.pids(sites.WORK_PROCESS)
    kill(before)
    sites.wait_for(lambda: not site.spool(), "an empty spool")


def test_a_worker_killed_in_mid_upload(frail, sender, clip, ffmpeg):
    ffmpeg.becomes(HANG)
    with in_background(lambda: sender.publish(clip)) as finish:
        running = sites.wait_for(lambda: frail.pids("^sleep 1000"), "ffmpeg")
        kill([sites.parent_of(running[0])])
        reply = finish()
    assert (reply.status, reply.error) == (503, "UNAVAILABLE")
    sites.wait_for(lambda: not frail.pids("^sleep 1000"), "ffmpeg's end")
    ffmpeg.behave()
    assert sender.publish(clip).ok
    sweep(frail)
    frail.expect_processes()
    assert len(sender.videos()["video_list"]) == 1


@pytest.mark.parametrize("pool", ("api", "auth", "upload"))
def test_a_killed_worker_is_replaced(frail, sender, clip, pool):
    victim = frail.workers(pool)[0]
    kill([victim])
    # Dying it may still take a request along, which is then told 503.
    sites.wait_for(lambda: not sites.is_alive(victim), "its death")
    replies = [sender.ask("user_login", username=sender.name,
                          password=sender.password),
               sender.publish(clip), *[sender.feed() for _ in range(10)]]
    assert [reply.error for reply in replies] == [None] * len(replies)
    frail.expect_processes()
    assert victim not in frail.workers(pool)


def test_a_whole_pool_killed_at_once_recovers(frail, sender):
    """Each request of the time is served or told 503, in the envelope."""
    def ask(_):
        return sender.site.people.guest().feed()

    with in_background(lambda: [ask(i) for i in range(100)]) as finish:
        kill(frail.workers("api"))
        replies = finish()
    assert {(reply.status, reply.error) for reply in replies} <= \
        {(200, None), (503, "UNAVAILABLE")}
    frail.expect_processes()
    assert all(ask(i).ok for i in range(20))


def test_a_pool_killed_while_it_works_answers_503(frail, sender):
    """Requests that a worker has taken are lost with it, and told so."""
    workers = frail.workers("api")
    kill(workers, signal.SIGSTOP)
    calls = [lambda: sender.site.people.guest().feed(token=sender.token)
             for _ in workers]
    with in_background(lambda: client.at_once(*calls)) as finish:
        sites.wait_for(lambda: waiting(frail, "api"), "waiting requests")
        kill(workers, signal.SIGCONT)
        kill(workers)
        replies = finish()
    assert {(reply.status, reply.error) for reply in replies} <= \
        {(200, None), (503, "UNAVAILABLE")}
    frail.expect_processes()


def waiting(site, pool):
    """Connections to a pool's socket that nobody has accepted yet."""
    lines = pathlib.Path("/proc/net/unix").read_text().splitlines()
    return [line for line in lines if line.endswith(f"sockets/{pool}.sock")
            and line.split()[5] == "02"]


def rest(pids):
    """Whether processes all wait for something."""
    return all(pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[
        2].split()[0] == "S" for pid in pids)


def written(pids):
    """Bytes that processes have written since they were started."""
    return sum(int(re.search(r"^wchar: (\d+)$", pathlib.Path(
        f"/proc/{pid}/io").read_text(), re.M)[1]) for pid in pids)


def long_history(site):
    """A user with a friend, and with more messages from them than a socket
    holds."""
    user, friend = stories.friends(site)
    start = stories.now_ms()
    stories.make_messages(site, [(friend, user, start + i, "长" * 1000)
                                 for i in range(500)])
    return user, friend


def test_an_answer_that_is_cut_ends_its_connection(frail):
    """nginx once took it for whole, and let the client wait for the rest."""
    user, friend = long_history(frail)
    workers, nginx = frail.workers("api"), frail.pids("^nginx: worker")
    target = f"/douyin/message/chat/?token={user.token}" \
        f"&to_user_id={friend.id}"
    with client.connect(frail, CUT_SECONDS) as connection:
        with contextlib.ExitStack() as stack:
            with stopped(workers):
                connection.sendall(
                    f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                # Connected, and written: nginx does both before it rests.
                sites.wait_for(lambda: waiting(frail, "api") and rest(nginx),
                               "its request")
                stack.enter_context(stopped(nginx))
                before = written(workers)
            sites.wait_for(lambda: written(workers) > before + CUT_BYTES,
                           "the beginning of the answer")
            kill(workers)
        data = client.read_all(connection)
    assert data.startswith(b"HTTP/1.1 200 ") and not client.is_whole(data)
    frail.expect_processes()


def test_a_full_queue_is_told_503_and_holds_up_nobody_else(frail, sender):
    """The short queue of the auth pool is the real limit of its load."""
    def login():
        return frail.people.guest().ask("user_login", username=sender.name,
                                        password=sender.password)

    workers = frail.workers("auth")
    kill(workers, signal.SIGSTOP)
    try:
        with in_background(lambda: client.at_once(
                *[login] * (3 * BACKLOG))) as finish:
            sites.wait_for(lambda: len(waiting(frail, "auth")) >= BACKLOG,
                           "a full queue")
            assert sender.feed().ok
            kill(workers, signal.SIGCONT)
            replies = finish()
    finally:
        kill(workers, signal.SIGCONT)
    refused = [reply for reply in replies if not reply.ok]
    assert {(reply.status, reply.error) for reply in refused} == \
        {(503, "UNAVAILABLE")}
    assert all(reply.headers["Retry-After"] for reply in refused)
    assert len(replies) - len(refused) >= BACKLOG


def test_nobody_notices_that_redis_is_gone(frail, sender, clip):
    kill(frail.pids(r"^\S*redis-server "))
    assert sender.publish(clip).ok
    for _ in range(10):
        assert sender.feed().ok and sender.me()
    assert frail.people.new().me()
    frail.expect_processes()


def test_nobody_notices_that_redis_is_stopped(frail, sender):
    redis = frail.pids(r"^\S*redis-server ")
    kill(redis, signal.SIGSTOP)
    try:
        assert frail.people.new().me() and sender.feed().ok
    finally:
        kill(redis, signal.SIGCONT)


@pytest.mark.provokes(r"\[alert\] .* exited on signal 9")
def test_a_worker_of_nginx_is_replaced(frail, sender):
    before = frail.pids("^nginx: worker")
    kill(before[:1])
    sites.wait_for(lambda: set(frail.pids("^nginx: worker")) - set(before),
                   "nginx's new worker")
    assert frail.people.guest().feed().ok
    frail.expect_processes()


@pytest.mark.parametrize("pattern", (
    "^nginx: master", r"multiwatch .* serve api$"), ids=("nginx", "a pool"))
def test_a_site_that_loses_its_foundation_ends_whole(pattern):
    """Without nginx or a pool nothing is left to serve: the run says so."""
    directory = sites.make_directory()
    site = sites.Site(directory).start()
    kill(site.pids(pattern))
    sites.wait_for(lambda: not site.processes(), "the end of the site")
    said = (directory / "logs" / "run.log").read_text()
    assert "has ended, so the site ends" in said
    with sites.Site(directory) as again:
        assert again.people.guest().feed().ok
    shutil.rmtree(directory.parent)


def test_who_waits_for_the_writer_lock_waits_alone(frail, sender):
    """Reads go on; the write is done as soon as the lock is free."""
    with contextlib.ExitStack() as stack:
        with frail.writing():
            finish = stack.enter_context(in_background(frail.people.new))
            for _ in range(5):
                assert sender.feed().ok and sender.me()
        assert finish().me()
