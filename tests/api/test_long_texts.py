#!/usr/bin/python3
"""The longest texts arrive as the app sends them: in the query."""

import pytest

import sites
import table

LETTERS = {"ascii": "a", "cjk": "文", "emoji": "😀"}
LONGEST = 2000


def high(name, parameter):
    return next(p.high for p in table.row_of(name).parameters
                if p.name == parameter)


def make_friends(one, other):
    for who, whom in ((one, other), (other, one)):
        assert who.ask("relation_action", to_user_id=whom.id,
                       action_type=1).ok


def chat(site, text):
    one, other = site.people.new(), site.people.new()
    make_friends(one, other)
    assert one.ask("message_action", "query", to_user_id=other.id,
                   action_type=1, content=text).ok
    reply = other.ask("message_chat", to_user_id=one.id)
    assert [m["content"] for m in reply["message_list"]] == [text]


@pytest.mark.parametrize("letter", LETTERS.values(), ids=LETTERS.keys())
def test_the_longest_message_fits_into_an_address(site, letter):
    chat(site, letter * high("message_action", "content"))


@pytest.mark.parametrize("letter", LETTERS.values(), ids=LETTERS.keys())
def test_the_longest_comment_fits_into_an_address(site, user, clip, letter):
    text = letter * high("comment_action", "comment_text")
    assert user.publish(clip).ok
    video = user.videos()["video_list"][0]["id"]
    reply = user.ask("comment_action", "query", video_id=video, action_type=1,
                     comment_text=text)
    assert reply["comment"]["content"] == text


def test_the_longest_that_can_be_set_fits_too():
    with sites.running(message_max=LONGEST) as site:
        chat(site, "😀" * LONGEST)
