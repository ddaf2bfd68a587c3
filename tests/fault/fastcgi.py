#!/usr/bin/python3
"""Asking a pool's workers without nginx in between: FastCGI 1.0 over a pool's
socket, one request after the other on a connection, which keeps its worker."""

import json
import socket
import struct
from urllib.parse import urlencode

import table

BEGIN, END, PARAMS, STDIN, STDOUT = 1, 3, 4, 5, 6
RESPONDER, KEEP = 1, 1
TIMEOUT = 120


def record(kind, body=b""):
    return struct.pack(">BBHHBx", 1, kind, 1, len(body), 0) + body


def pair(name, value):
    name, value = name.encode(), value.encode()
    lengths = b"".join(
        bytes([len(one)]) if len(one) < 128 else
        struct.pack(">I", len(one) | 1 << 31) for one in (name, value))
    return lengths + name + value


class Pool:
    """A connection to one of a pool's workers."""

    def __init__(self, site, name="api"):
        self.socket = socket.socket(socket.AF_UNIX)
        # Without a time-out: else it would fail where the queue is full.
        self.socket.connect(str(site.directory / "sockets" / f"{name}.sock"))
        self.socket.settimeout(TIMEOUT)
        self.stream = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stream.close()
        self.socket.close()

    def send(self, name, **parameters):
        """Sends a request to an endpoint, known by its name in the table."""
        row = table.row_of(name)
        told = {"REQUEST_METHOD": row.method, "DOCUMENT_URI": row.path,
                "QUERY_STRING": urlencode(parameters), "HTTP_HOST": "x",
                "REQUEST_SCHEME": "http", "REMOTE_ADDR": "127.0.0.1"}
        self.socket.sendall(
            record(BEGIN, struct.pack(">HB5x", RESPONDER, KEEP)) +
            record(PARAMS, b"".join(pair(*one) for one in told.items())) +
            record(PARAMS) + record(STDIN))

    def receive(self):
        """The answer's body."""
        answer = b""
        while True:
            _, kind, _, length, padding = struct.unpack(
                ">BBHHBx", self.stream.read(8))
            body = self.stream.read(length + padding)[:length]
            if kind == END:
                return json.loads(answer.partition(b"\r\n\r\n")[2])
            answer += body if kind == STDOUT else b""

    def ask(self, name, **parameters):
        self.send(name, **parameters)
        return self.receive()
