#!/usr/bin/python3
"""A client that has left before any worker could look at its upload."""

import os
import signal

import client
import multipart
import sites


def test_an_upload_whose_client_has_left_is_no_error(site, user, clip):
    """nginx has removed the body; the log says nothing of an error."""
    content_type, body = multipart.encode([multipart.video(clip)])
    head = (f"POST /douyin/publish/action/?token={user.token} HTTP/1.1\r\n"
            f"Host: x\r\nContent-Type: {content_type}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n").encode()
    workers = site.workers("upload")
    for pid in workers:
        os.kill(pid, signal.SIGSTOP)
    try:
        for _ in range(2 * len(workers)):
            with client.connect(site) as connection:
                connection.sendall(head + body)
                sites.wait_for(site.spool, "the body in the spool")
            sites.wait_for(lambda: not site.spool(), "an empty spool")
    finally:
        for pid in workers:
            os.kill(pid, signal.SIGCONT)
    assert user.publish(clip).ok
    assert len(user.videos()["video_list"]) == 1
