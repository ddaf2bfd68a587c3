#!/usr/bin/python3
"""Uploads of which only the beginning is sent, and then perhaps the rest."""

import contextlib

import client
import multipart


def head(row, body_bytes, *, query="", headers=()):
    """The head of an upload; body_bytes: how many it says will follow."""
    lines = [f"POST {row.path}{'?' + query if query else ''} HTTP/1.1",
             "Host: x", f"Content-Type: {multipart.encode([])[0]}",
             f"Content-Length: {body_bytes}", *headers]
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape")


def answer(connection, row, **settings):
    """Reads one answer, which may come before all is sent."""
    return client.RawReply(client.read_all(
        connection, client.is_whole)).json(row, **settings)


@contextlib.contextmanager
def begun(site, row, body, sent, source=None, **where):
    """An upload whose head and first bytes are sent: yields its connection."""
    with client.connect(site, source=source) as connection:
        connection.sendall(head(row, len(body), **where) + body[:sent])
        yield connection
