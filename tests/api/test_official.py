#!/usr/bin/python3
"""The walks of the official tests, in the form of their requests: every
parameter in query and form at once, also on GET; the file before the token.
"""

import client
import multipart
import table
from multipart import text, video


def get_token(guest, name):
    """As the official helper does: register, and log in if that failed."""
    reply = guest.ask("user_register", "both", username=name, password=name)
    assert isinstance(reply["token"], str)
    if reply["token"] == "":
        reply = guest.ask("user_login", "both", username=name, password=name)
    guest.site.people.remember(reply)
    assert reply["user_id"] > 0 and reply["token"] != ""
    return reply["user_id"], reply["token"]


def test_the_feed(site, guest, clip):
    assert site.people.new().publish(clip).ok
    reply = guest.feed()
    assert reply["status_code"] == 0
    assert len(reply["video_list"]) > 0
    for one in reply["video_list"]:
        assert one["id"] and one["author"]
        assert one["play_url"] and one["cover_url"]


def test_a_user(guest):
    name = guest.site.people.fresh_name("douyinTestUser")
    first, _ = get_token(guest, name)
    again, token = get_token(guest, name)
    assert first == again
    reply = guest.ask("user_show", "both", token=token)
    shown = reply["user"]
    assert shown["name"] == name and shown["id"] == first


def test_publishing(guest, clip):
    user_id, token = get_token(
        guest, guest.site.people.fresh_name("douyinTestUser"))
    content_type, body = multipart.encode([
        video(clip, "bear.mp4", "application/octet-stream"),
        text("token", token), text("title", "Bear")])
    reply = guest.send(table.row_of("video_publish"), "", body,
                       {"Content-Type": content_type})
    assert reply["status_code"] == 0
    pairs = client.encode_pairs({"user_id": user_id, "token": token})
    reply = guest.send(
        table.row_of("video_list"), pairs, pairs,
        {"Content-Type": "application/x-www-form-urlencoded"})
    assert len(reply["video_list"]) > 0
    for one in reply["video_list"]:
        assert one["id"] and one["author"]
        assert one["play_url"] and one["cover_url"]
