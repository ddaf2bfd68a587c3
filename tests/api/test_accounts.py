#!/usr/bin/python3
"""Accounts: register, log in, profile (API.md E2 to E4)."""

import re

import pytest

import client
import tokens

DAYS_30 = 30 * 24 * 3600

NAMES = {
    "one letter": "a", "31 letters": "b" * 31, "CJK": "小明同学",
    "31 CJK": "文" * 31, "emoji": "🎬🐻", "inner blank": "two words",
    "SQL": "x'); DROP TABLE account;--", "LIKE": "%_%", "quotes": "'\"`",
    "backslash": "\\", "HTML": "<b>&amp;</b>", "JSON": '","x":{"',
    "format": "%s%n{now_ms}{}", "shell": "$(id)`id`;id|id", "path": "../../x",
    "number": "0", "null": "null",
    "combining": "e\u0301", "zero width": "a\u200db",
}


def register(guest, name, password="password"):
    return guest.ask("user_register", username=name, password=password)


def login(guest, name, password):
    return guest.ask("user_login", username=name, password=password)


# -- E2 --


def test_a_new_user_is_logged_in_at_once(guest, site):
    name, password = site.people.fresh_name(), site.people.fresh_password()
    reply = register(guest, name, password)
    assert reply.ok
    me = guest.ask("user_show", token=reply["token"])["user"]
    assert (me["id"], me["name"]) == (reply["user_id"], name)


def test_ids_are_small_and_sequential(site):
    first, second = site.people.new(), site.people.new()
    assert first.id < second.id < 1_000_000


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_a_name_comes_back_as_it_was_given(guest, site, name):
    password = site.people.fresh_password()
    reply = register(guest, name, password)
    assert reply.ok, reply
    assert guest.ask("user_show", token=reply["token"])["user"]["name"] == name
    assert login(guest, name, password)["user_id"] == reply["user_id"]


def test_a_name_is_taken_once(user, guest):
    reply = register(guest, user.name)
    assert reply.error == "NAME_TAKEN"
    assert (reply["user_id"], reply["token"]) == (0, "")


def test_racing_registers_have_one_winner(site):
    name = site.people.fresh_name("racer")
    replies = client.at_once(*[
        lambda guest=site.people.guest(): register(guest, name)
        for _ in range(8)])
    assert sorted(reply.error or "" for reply in replies) == \
        [""] + ["NAME_TAKEN"] * 7
    assert site.value("SELECT count(*) FROM account WHERE name = ?", name) == 1


def test_many_register_at_once(site):
    users = client.at_once(*[site.people.new for _ in range(16)])
    assert len({user.id for user in users}) == 16


def test_the_password_is_stored_as_bcrypt(site):
    one, other = site.people.new(), site.people.new()
    hashes = []
    for user in (one, other):
        hashes.append(site.value(
            "SELECT password_hash FROM account WHERE id = ?", user.id))
        assert re.fullmatch(r"\$2b\$04\$[./A-Za-z0-9]{53}", hashes[-1])
        assert user.password not in hashes[-1]
    assert hashes[0] != hashes[1]


def test_equal_passwords_have_different_hashes(guest, site):
    password = site.people.fresh_password()
    names = [site.people.fresh_name() for _ in range(2)]
    for name in names:
        assert register(guest, name, password).ok
    assert site.value("SELECT count(DISTINCT password_hash) FROM account "
                      "WHERE name IN (?, ?)", *names) == 2


def test_a_refused_registration_leaves_no_account(guest, site):
    before = site.value("SELECT count(*) FROM account")
    assert register(guest, "", "x").error == "PARAM_MISSING"
    assert register(guest, site.people.fresh_name(), "").error == \
        "PARAM_MISSING"
    assert register(guest, "x" * 32).error == "PARAM_TOO_LONG"
    assert site.value("SELECT count(*) FROM account") == before


# -- E3 --


def test_log_in_works_right_after_registering_and_any_number_of_times(user):
    replies = [login(user, user.name, user.password) for _ in range(3)]
    assert {reply["user_id"] for reply in replies} == {user.id}


def test_earlier_tokens_stay_valid(user, site):
    later = site.people.remember(login(user, user.name, user.password))
    for token in (user.token, later["token"]):
        assert user.ask("user_show", token=token).ok


def test_nobody_learns_which_users_exist(user, guest):
    wrong = login(guest, user.name, "not the password")
    unknown = login(guest, "nobody at all", "not the password")
    assert wrong.error == "LOGIN_WRONG"
    assert wrong.body == unknown.body
    assert (wrong["user_id"], wrong["token"]) == (0, "")


@pytest.mark.parametrize("spoil", (
    str.upper, lambda password: password + " ",
    lambda password: password[:-1], lambda password: password + "x"))
def test_almost_the_password_is_not_it(user, spoil):
    assert login(user, user.name, spoil(user.password)).error == "LOGIN_WRONG"


def test_a_password_may_hold_anything_that_can_be_written(guest, site):
    for password in ("p w", "密码" * 10, "🔑" * 17, "' OR '1'='1", "%00%zz+&="):
        name = site.people.fresh_name()
        assert register(guest, name, password).ok
        assert login(guest, name, password).ok
        assert login(guest, name, password + ".").error == "LOGIN_WRONG"


def test_a_token_lives_30_days(user):
    claims = tokens.claims_of(user.token)
    assert claims["exp"] - claims["iat"] == DAYS_30


def test_the_token_of_an_account_that_is_gone_ends(site):
    user = site.people.new()
    with site.writing() as db:
        db.execute("DELETE FROM account WHERE id = ?", (user.id,))
    assert user.ask("user_show").error == "TOKEN_INVALID"
    assert login(user, user.name, user.password).error == "LOGIN_WRONG"


# -- E4 --


def test_without_an_id_one_sees_oneself(user):
    """As old builds of the app and the official tests ask (Q8)."""
    shown = [user.ask("user_show", **parameters)["user"] for parameters in
             ({}, {"user_id": ""}, {"user_id": 0}, {"user_id": user.id})]
    assert shown == [shown[0]] * 4
    assert shown[0]["id"] == user.id


def test_another_user_is_refused(user, site):
    other = site.people.new()
    reply = user.ask("user_show", user_id=other.id)
    assert reply.error == "NOT_YOURSELF"
    assert reply["user"] == {}


def test_a_new_profile_is_all_there(user, guest):
    me = user.me()
    counts = ("follow_count", "follower_count", "total_favorited",
              "work_count", "favorite_count")
    assert {me[name] for name in counts} == {0}
    assert me["is_follow"] is False
    for name in ("avatar", "background_image"):
        picture = guest.fetch(me[name])
        assert picture.status_code == 200
        assert picture.headers["Content-Type"] == "image/jpeg"
        assert picture.content.startswith(b"\xff\xd8\xff")


def test_nobody_follows_himself(user, site):
    """Not even where a row could be read so (API.md 1.4)."""
    assert user.me()["is_follow"] is False
