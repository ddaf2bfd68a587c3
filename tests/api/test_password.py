#!/usr/bin/python3
"""Changing one's password: `/douyin/user/password/` (THREATS 9, 10, 11)."""

import contextlib
import os
import re
import signal

import pytest

import client
import counts
import sites
import tokens

READERS = ("favorite_list", "relation_follow_list", "friend_list")


def log_in(user, password):
    return user.ask("user_login", token=None, username=user.name,
                    password=password)


def change(user, old=None, new=None, **more):
    """A change by a copy of the client: the user keeps the old token."""
    caller = client.Client(user.site, user.token, id=user.id)
    return caller.ask(
        "user_password", old_password=old or user.password,
        new_password=new or user.site.people.fresh_password(), **more)


def changed(user, **more):
    reply = change(user, **more)
    assert reply.ok, reply
    return reply["token"]


def is_dead(user, token=None):
    reply = user.ask("user_show", token=token or user.token)
    assert reply.ok or reply.error == "TOKEN_INVALID", reply
    return not reply.ok


def stored(user):
    return tuple(user.site.rows(
        "SELECT password_hash, token_version FROM account WHERE id = ?",
        user.id)[0])


# -- what it does --


def test_the_new_password_logs_in_and_the_old_one_does_not(user, site):
    new = site.people.fresh_password()
    assert change(user, new=new).ok
    assert log_in(user, user.password).error == "LOGIN_WRONG"
    reply = site.people.remember(log_in(user, new))
    assert reply["user_id"] == user.id


def test_the_answer_has_a_token_to_go_on_with(user):
    reply = change(user)
    assert reply["user_id"] == user.id
    me = user.ask("user_show", token=reply["token"])["user"]
    assert (me["id"], me["name"]) == (user.id, user.name)


def test_every_older_token_ends(user, site):
    older = [user.token] + [
        site.people.remember(log_in(user, user.password))["token"]
        for _ in range(3)]
    token = changed(user)
    assert all(is_dead(user, one) for one in older)
    assert not is_dead(user, token)
    # Also one that nobody has given out, of the version before.
    assert is_dead(user, tokens.make(site.secret, user.id, ver=1))


def test_a_dead_token_is_refused_or_a_guests_wherever_it_stands(user):
    changed(user)
    for how in ("query", "form", "both", "bearer"):
        assert user.ask("user_show", how).error == "TOKEN_INVALID"
        assert user.ask("video_feed", how).error == "TOKEN_INVALID"
        assert user.ask("video_list", how, user_id=user.id).ok
        for name in READERS:
            assert user.ask(name, how, user_id=user.id).error == \
                "TOKEN_INVALID"
    assert change(user).error == "TOKEN_INVALID"
    assert user.publish(b"x").error == "TOKEN_INVALID"


def who_served(site, path):
    """The processes that have answered this path with a refused token."""
    log = (site.directory / "logs/mini-tiktok.log").read_text()
    return set(map(int, re.findall(
        rf"INFO \w+\[(\d+)\] \S+ {path} \d+ TOKEN_INVALID", log)))


def check_every_worker(user, pool, path, call):
    """Asks until each worker of the pool has refused the token."""
    workers = set(user.site.workers(pool))

    def all_have():
        assert call().error == "TOKEN_INVALID"
        return workers <= who_served(user.site, path)

    sites.wait_for(all_have, f"an answer of each of {workers}")


@contextlib.contextmanager
def without_redis(site):
    """Redis hangs: worse than one that is gone."""
    [redis] = site.pids(r"^\S*redis-server ")
    os.kill(redis, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(redis, signal.SIGCONT)


@pytest.mark.parametrize("redis", ("with", "without"))
def test_an_old_token_is_dead_in_every_worker(site, redis):
    user = site.people.new()
    for _ in range(2 * len(site.workers("api"))):
        assert not is_dead(user)  # whoever keeps tokens has seen it
    with without_redis(site) if redis == "without" else \
            contextlib.nullcontext():
        changed(user)
        check_every_worker(user, "api", "/douyin/user/", lambda: user.ask(
            "user_show"))
        check_every_worker(user, "auth", "/douyin/user/password/",
                           lambda: change(user))
        check_every_worker(user, "upload", "/douyin/publish/action/",
                           lambda: user.publish(b"x"))


def test_others_keep_their_tokens(user, site):
    other = site.people.new()
    changed(user)
    assert not is_dead(other)


def test_it_may_be_changed_often(user, site):
    token, password = user.token, user.password
    dead = []
    for _ in range(5):
        new = site.people.fresh_password()
        dead.append(token)
        token = changed(user, old=password, new=new, token=token)
        password = new
    assert all(is_dead(user, one) for one in dead)
    assert not is_dead(user, token)
    assert site.people.remember(log_in(user, password)).ok


def test_the_same_password_again_ends_the_tokens_and_has_a_new_salt(user):
    hash_before, version = stored(user)
    changed(user, new=user.password)
    assert is_dead(user)
    hash_now, version_now = stored(user)
    assert version_now == version + 1
    assert hash_now != hash_before
    assert re.fullmatch(r"\$2b\$04\$[./A-Za-z0-9]{53}", hash_now)


# -- what it refuses --


@pytest.mark.parametrize("spoil", (
    str.upper, lambda password: password + " ",
    lambda password: password[:-1], lambda password: password + "x",
    lambda password: "not the password at all"))
def test_without_the_old_password_nothing_changes(user, spoil, site):
    before = counts.dump(site)
    reply = change(user, old=spoil(user.password))
    assert (reply.status, reply.error) == (200, "PASSWORD_WRONG")
    assert (reply["user_id"], reply["token"]) == (0, "")
    assert counts.dump(site) == before
    assert not is_dead(user)


@pytest.mark.parametrize("new, error", (
    ("文" * 31, "PARAM_TOO_LONG"), ("a" * 32, "PARAM_TOO_LONG"),
    (b"a\0b", "PARAM_TEXT"), (b"a\nb", "PARAM_TEXT"),
    (b"\xff", "PARAM_TEXT"), ("", "PARAM_MISSING")))
def test_a_new_password_keeps_to_the_rules_of_registering(user, new, error,
                                                          site):
    """THREATS 10: 31 CJK characters have 93 bytes."""
    before = stored(user)
    reply = user.ask("user_password", old_password=user.password,
                     new_password=new)
    assert (reply.error, reply.detail) == (error, "new_password")
    register = user.ask("user_register", username=site.people.fresh_name(),
                        password=new)
    assert register.error == error
    assert stored(user) == before and not is_dead(user)


def test_a_guest_changes_nothing(user, site):
    before = stored(user)
    for token, error in ((None, "TOKEN_MISSING"), ("", "TOKEN_MISSING"),
                         ("garbage", "TOKEN_INVALID")):
        assert change(user, token=token).error == error
    assert stored(user) == before


def test_nobody_changes_anothers(user, site):
    """Whomever else a parameter names, it is the token's user."""
    other = site.people.new()
    before = stored(other)
    for name in ("user_id", "username", "uid"):
        value = other.name if name == "username" else other.id
        reply = change(user, old=other.password, **{name: value})
        assert reply.error == "PASSWORD_WRONG"
        token = changed(user, new=user.password, **{name: value})
        user.token = token
    assert stored(other) == before and not is_dead(other)


# -- at once --


def test_of_many_changes_at_once_one_succeeds(user, site):
    news = [site.people.fresh_password() for _ in range(8)]
    version = stored(user)[1]
    replies = client.at_once(*[
        lambda new=new: change(user, new=new) for new in news])
    good = [new for new, reply in zip(news, replies) if reply.ok]
    assert len(good) == 1
    # The others' token had ended, or the password was not the old one any
    # more.
    assert {reply.error for reply in replies if not reply.ok} <= \
        {"TOKEN_INVALID", "PASSWORD_WRONG"}
    assert stored(user)[1] == version + 1
    assert [new for new in news
            if log_in(user, new).ok] == good


def test_who_logs_in_meanwhile_has_a_token_of_before_or_after(user, site):
    """Never one that lives on with the old password."""
    new = site.people.fresh_password()
    replies = client.at_once(
        lambda: change(user, new=new),
        *[lambda: log_in(user, user.password) for _ in range(7)])
    assert replies[0].ok
    for reply in replies[1:]:
        assert reply.error == "LOGIN_WRONG" or \
            is_dead(user, site.people.remember(reply)["token"])
