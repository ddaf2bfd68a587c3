#!/usr/bin/python3
"""Clients that leave in the middle, or take their time."""

import contextlib
import socket

import client
import multipart
import sites
from background import kill

DRIPPING = 300


def head_of_upload(user, length):
    return (f"POST /douyin/publish/action/?token={user.token} HTTP/1.1\r\n"
            f"Host: x\r\nContent-Type: {multipart.encode([])[0]}\r\n"
            f"Content-Length: {length}\r\n\r\n").encode()


def test_an_upload_that_is_cut_leaves_nothing(frail, sender, clip):
    _, body = multipart.encode([multipart.video(clip)])
    for part in (0, 1, len(body) // 2, len(body) - 1):
        with client.connect(frail) as connection:
            connection.sendall(head_of_upload(sender, len(body))
                               + body[:part])
            if part > 1:
                sites.wait_for(lambda: frail.spool(), "a body in the spool")
        sites.wait_for(lambda: not frail.spool(), "an empty spool")
    assert sender.videos()["video_list"] == []


def test_a_client_that_leaves_before_the_answer(frail, sender, clip, ffmpeg):
    """The video is there whole, or not at all."""
    ffmpeg.becomes("exec sleep 1000")
    _, body = multipart.encode([multipart.video(clip)])
    with client.connect(frail) as connection:
        connection.sendall(head_of_upload(sender, len(body)) + body)
        running = sites.wait_for(lambda: frail.pids("^sleep 1000"), "ffmpeg")
    kill(running)
    sites.wait_for(lambda: not frail.spool(), "an empty spool")
    ffmpeg.behave()
    assert sender.videos()["video_list"] == []
    assert sender.publish(clip).ok


def test_slow_clients_occupy_nobody(frail, sender):
    """THREATS 19: they wait in nginx; the workers are free."""
    head = b"POST /douyin/user/login/ HTTP/1.1\r\nHost: x\r\n"
    body = b"Content-Length: 1000\r\n\r\nusername=a"
    with contextlib.ExitStack() as stack:
        for i in range(DRIPPING):
            connection = stack.enter_context(client.connect(frail))
            connection.sendall(head + (body if i % 2 else b""))
        for _ in range(20):
            assert sender.feed().ok
        assert sender.ask("user_login", username=sender.name,
                          password=sender.password).ok


def test_clients_that_read_nothing_occupy_nobody(frail, sender):
    with contextlib.ExitStack() as stack:
        for _ in range(50):
            connection = stack.enter_context(client.connect(frail))
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            connection.sendall(
                b"GET /douyin/feed/ HTTP/1.1\r\nHost: x\r\n\r\n" * 20)
        for _ in range(20):
            assert sender.feed().ok
