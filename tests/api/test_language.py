#!/usr/bin/python3
"""The language of messages (API.md 1.8): Chinese, unless the client asks."""

import pytest

CHINESE, ENGLISH = "请先登录", "please log in first"


@pytest.mark.parametrize("accepted, words", (
    (None, CHINESE), ("", CHINESE), ("*", CHINESE), ("fr", CHINESE),
    ("en", ENGLISH), ("en-US", ENGLISH), ("EN", ENGLISH),
    ("en-US,en;q=0.9", ENGLISH), ("zh", CHINESE), ("zh-CN", CHINESE),
    ("zh-CN,zh;q=0.9,en;q=0.8", CHINESE), ("en,zh", ENGLISH),
    ("fr,en", ENGLISH), ("fr-FR, de;q=0.9 , en-GB;q=0.8", ENGLISH),
    ("fr,zh-TW", CHINESE), ("english", CHINESE), ("xen", CHINESE),
    (",,;,en", ENGLISH), ("en!", CHINESE), ("\"};{}", CHINESE),
    ("x" * 4000, CHINESE),
))
def test_messages_are_in_the_clients_language(guest, accepted, words):
    headers = {} if accepted is None else {"Accept-Language": accepted}
    assert guest.ask("user_show", headers=headers).message == words
    # nginx, which answers this, chooses by the same rule.
    wrong = guest.ask("user_show", method="POST", headers=headers)
    assert wrong.message == (
        "wrong method" if words == ENGLISH else "请求方法不对")


@pytest.mark.parametrize("language, signature, title", (
    ("en", "nothing here yet", "untitled"),
    ("zh", "这个人还没有写简介", "无标题")))
def test_what_stands_in_for_an_empty_text(site, clip, language, signature,
                                          title):
    user = site.people.new()
    assert user.publish(clip, title="").ok
    reply = user.videos(headers={"Accept-Language": language})
    shown = reply["video_list"][0]
    assert (shown["author"]["signature"], shown["title"]) == (signature, title)


def test_a_success_speaks_it_too(site):
    user = site.people.new()
    for language, words in (("en", "welcome back"), ("zh", "登录成功")):
        reply = user.ask("user_login", username=user.name,
                         password=user.password,
                         headers={"Accept-Language": language})
        site.people.remember(reply)
        assert reply.message == words
