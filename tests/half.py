#!/usr/bin/python3
"""Uploads of which only the beginning is sent, and then perhaps the rest."""

import contextlib

import client
import multipart
import sites


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


@contextlib.contextmanager
def asked(site, row, body, source=None, headers=(), **where):
    """An upload whose sender asks whether to begin: (its connection, whether
    nginx has a place for it)."""
    with begun(site, row, body, 0, source, headers=[
            "Expect: 100-continue", *headers], **where) as connection:
        first = connection.recv(65536)
        assert first.startswith((b"HTTP/1.1 100 ", b"HTTP/1.1 429 ")), first
        yield connection, first.startswith(b"HTTP/1.1 100 ")


def begin(stack, site, row, body, source=None, **where):
    """Begins an upload that wants one byte, to its end with the stack; waits
    for a place, as nginx may not yet know that others have left."""
    def try_it():
        with contextlib.ExitStack() as own:
            connection, taken = own.enter_context(
                asked(site, row, body, source, **where))
            if not taken:
                return None
            connection.sendall(body[:-1])
            stack.push(own.pop_all())
            return connection

    return sites.wait_for(try_it, "a place")
