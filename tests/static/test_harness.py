#!/usr/bin/python3
"""The tests' own eyes: what they are to see, they do see."""

import copy

import pytest

import multipart
import shapes
import sites
import tokens

GOOD_USER = {
    "id": 7, "name": "alice", "follow_count": 2, "follower_count": 1,
    "is_follow": False, "avatar": "http://10.0.0.5:8080/default/avatar.jpg",
    "background_image": "http://10.0.0.5:8080/default/background.jpg",
    "signature": "nothing here yet", "total_favorited": 3, "work_count": 1,
    "favorite_count": 4}


def test_the_contracts_example_has_its_shape():
    assert not list(shapes.complaints(GOOD_USER, shapes.USER))


@pytest.mark.parametrize("key, value", (
    ("id", 0), ("id", "7"), ("id", 7.0), ("id", True), ("id", None),
    ("id", 2 ** 53), ("name", ""), ("name", None), ("follow_count", -1),
    ("follow_count", "2"), ("is_follow", 0), ("is_follow", None),
    ("avatar", "/default/avatar.jpg"), ("avatar", "http:///x"),
    ("avatar", "ftp://x/y"), ("signature", ""), ("password_hash", "x")))
def test_a_wrong_member_is_seen(key, value):
    user = {**copy.deepcopy(GOOD_USER), key: value}
    assert list(shapes.complaints(user, shapes.USER))
    assert list(shapes.complaints([user], [shapes.USER]))


@pytest.mark.parametrize("key", GOOD_USER)
def test_a_missing_member_is_seen(key):
    user = {name: value for name, value in GOOD_USER.items() if name != key}
    assert list(shapes.complaints(user, shapes.USER))


@pytest.mark.parametrize("value", (None, {}, "", GOOD_USER))
def test_a_list_that_is_none_is_seen(value):
    assert list(shapes.complaints(value, [shapes.USER]))


@pytest.mark.parametrize("line", (
    "2026-11-23T14:24:39.250Z ERROR upload[301] - cannot open the body",
    "2026/11/23 14:25:22 [alert] 917#917: worker process 928 exited",
    "2026/11/23 14:25:22 [emerg] 1#1: bind() failed",
    "2026/11/23 14:25:22 [crit] 1#1: open() failed"))
def test_an_error_in_a_log_is_seen(line):
    assert sites.ERROR_LINE.findall(f"before\n{line}\nafter") == [line]


@pytest.mark.parametrize("line", (
    "2026-11-23T14:24:39.250Z INFO api[3] - /douyin/ERROR 200 OK",
    "2026-11-23T14:24:39.250Z WARNING work[3] - removed 1 ERROR jobs",
    "2026/11/23 14:25:22 [notice] 1#1: signal 3 received"))
def test_what_is_no_error_is_not_taken_for_one(line):
    assert not sites.ERROR_LINE.findall(line)


@pytest.mark.parametrize("line", (
    "==1==ERROR: AddressSanitizer: heap-use-after-free",
    "==1==ERROR: LeakSanitizer: detected memory leaks",
    "fcgi/text.c:3:5: runtime error: signed integer overflow"))
def test_a_sanitizer_is_heard(line):
    assert sites.SANITIZERS.search(f"x\n{line}\n")


def test_a_part_is_written_as_a_browser_writes_it():
    content_type, body = multipart.encode(
        [multipart.text("token", "t"), multipart.video(b"\0\1")], "b")
    assert content_type == "multipart/form-data; boundary=b"
    assert body == (
        b'--b\r\nContent-Disposition: form-data; name="token"\r\n\r\nt\r\n'
        b'--b\r\nContent-Disposition: form-data; name="data"; '
        b'filename="clip.mp4"\r\nContent-Type: video/mp4\r\n\r\n\0\1\r\n'
        b'--b--\r\n')


def test_a_token_is_signed_as_rfc_7515_says():
    """The example of its appendix A.1."""
    key = tokens.unbase64url(
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75"
        "aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow")
    assert tokens.sign(
        '{"typ":"JWT",\r\n "alg":"HS256"}',
        '{"iss":"joe",\r\n "exp":1300819380,\r\n '
        '"http://example.com/is_root":true}', key).endswith(
            ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
