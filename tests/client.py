#!/usr/bin/python3
"""Speaking with a site: as the app does, and as nobody should.

Every answer that passes through here is held against the contract: content
type, envelope, the shape of a success, the payload of a refusal.
"""

import concurrent.futures
import itertools
import json
import os
import re
import socket
from urllib.parse import urlencode, urlsplit

import requests

import multipart
import shapes
import table

# Nothing in the tests waits longer for an answer; an ASan build is slow.
TIMEOUT = 120

# Endpoints that a story has called with success: {name: {test, ...}}.
hits = {}


def note_hit(row):
    test = os.environ.get("PYTEST_CURRENT_TEST", "").split(" ")[0]
    hits.setdefault(row.name, set()).add(test)


def message_pattern(error, language):
    """What an error's message may look like, with any detail."""
    text = re.escape(getattr(error, language))
    return text.replace(re.escape("{}"), "(.*)")


class Reply:
    """An answer of the API, held against the contract."""

    def __init__(self, status, headers, body, row=None, *, strict=False,
                 friend_key="msgType"):
        """No body: the answer to a HEAD.  strict: the setting http_status,
        friend_key: the setting friend_msg_key."""
        self.status = status
        self.headers = headers
        self.row = row
        self.strict = strict
        self.friend_key = friend_key
        assert headers.get("Content-Type") == \
            "application/json; charset=utf-8", (status, headers, body)
        assert headers.get("X-Content-Type-Options", "nosniff") == "nosniff"
        self.body = body
        if body is not None:
            self.check()

    def check(self):
        if self.ok:
            assert self.status == 200, self
            shapes.check_success(self.row, self.body, self.friend_key)
            note_hit(self.row)
            return
        shapes.check_refusal(self.row, self.body)
        assert self.error is not None, self
        error = table.errors()[self.error]
        assert any(re.fullmatch(message_pattern(error, language),
                                self.body["status_msg"], re.S)
                   for language in ("zh", "en")), self
        assert self.status == (200 if error.rule and not self.strict
                               else error.http), self

    @property
    def ok(self):
        return self.body["status_code"] == 0

    @property
    def error(self):
        """The error's name, None of a success."""
        return table.error_names().get(self.body["status_code"])

    @property
    def message(self):
        return self.body["status_msg"]

    @property
    def detail(self):
        """What the message names: a parameter, a codec, a limit."""
        error = table.errors()[self.error]
        for language in ("zh", "en"):
            found = re.fullmatch(message_pattern(error, language),
                                 self.message, re.S)
            if found and found.groups():
                return found[1]
        return None

    def __getitem__(self, key):
        return self.body[key]

    def __repr__(self):
        return f"<{self.row.name if self.row else '?'} " \
            f"{self.status} {self.body}>"


def at_once(*calls):
    """Calls functions at the same time; their results, in order."""
    with concurrent.futures.ThreadPoolExecutor(len(calls)) as pool:
        return [future.result(TIMEOUT) for future in
                [pool.submit(call) for call in calls]]


class Client:
    """Somebody who speaks with a site: a guest, or a user with a token."""

    def __init__(self, site, token=None, **about):
        self.site = site
        self.token = token
        self.id = about.get("id")
        self.name = about.get("name")
        self.password = about.get("password")
        self.http = requests.Session()
        self.http.trust_env = False

    def ask(self, name, how="query", *, token=..., path=None, method=None,
            headers=None, **parameters):
        """Calls an endpoint by its name in the table.

        how: query, form, both, multipart, or bearer (the token in the header,
        all else in the query).
        """
        row = table.row_of(name)
        token = self.token if token is ... else token
        headers = dict(headers or {})
        if token is not None and how == "bearer":
            headers["Authorization"] = f"Bearer {token}"
        elif token is not None:
            parameters["token"] = token
        if set(row.parts) & set(parameters):
            return self.upload(row, parameters, headers, path=path,
                               method=method)
        pairs = encode_pairs(parameters)
        query = pairs if how in ("query", "both", "bearer") else ""
        body = None
        if how in ("form", "both"):
            body = pairs
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        elif how == "multipart":
            headers["Content-Type"], body = multipart.encode(
                [multipart.text(key, as_bytes(value))
                 for key, value in parameters.items()])
        return self.send(row, query, body, headers, path=path, method=method)

    def upload(self, row, parameters, headers, **where):
        """multipart/form-data with the file first, as the app's test does."""
        parts = [value if isinstance(value, multipart.Part) else
                 multipart.text(key, as_bytes(value))
                 if key not in row.parts else
                 multipart.no_file(key) if value == "" else
                 multipart.file(key, value)
                 for key, value in parameters.items()]
        headers["Content-Type"], body = multipart.encode(parts)
        return self.send(row, "", body, headers, **where)

    def publish(self, data, title="Bear", **more):
        return self.ask("video_publish", data=data, title=title, **more)

    def update(self, **parameters):
        return self.ask("user_update", **parameters)

    def post_parts(self, parts, query="", headers=None, name="video_publish",
                   **encoding):
        """A call with just these parts, token included or not."""
        row = table.row_of(name)
        content_type, body = multipart.encode(parts, **encoding)
        return self.send(row, query, body,
                         {"Content-Type": content_type, **(headers or {})})

    def send(self, row, query="", body=None, headers=None, path=None,
             method=None):
        """One request to a row; query is encoded already."""
        url = self.site.base + (path or row.path) + \
            ("?" + query if query else "")
        request = requests.Request(
            method or row.method, self.site.base, headers=headers, data=body)
        prepared = self.http.prepare_request(request)
        # requests would tidy a doubled slash or a bare percent sign.
        prepared.url = url
        response = self.http.send(prepared, timeout=TIMEOUT,
                                  allow_redirects=False)
        body = None if prepared.method == "HEAD" else response.json()
        reply = Reply(response.status_code, response.headers, body, row,
                      strict=self.site.is_strict,
                      friend_key=self.site.settings.get("friend_msg_key",
                                                        "msgType"))
        if row.name == "user_password" and reply.body and reply.ok:
            # A client goes on with the new token, as the old one has ended.
            self.token = self.site.people.remember(reply)["token"]
        return reply

    def fetch(self, url, method="GET", **headers):
        """Gets anything else: media, pages; the answer as requests has it."""
        if url.startswith("/"):
            url = self.site.base + url
        return self.http.request(
            method, url, timeout=TIMEOUT, allow_redirects=False,
            headers={key.replace("_", "-"): value
                     for key, value in headers.items()})

    # What stories ask most often.

    def feed(self, **parameters):
        return self.ask("video_feed", **parameters)

    def videos(self, user_id=None, **parameters):
        return self.ask("video_list", user_id=user_id or self.id, **parameters)

    def me(self):
        return self.ask("user_show")["user"]


def as_bytes(value):
    return value if isinstance(value, bytes) else str(value).encode()


def encode_pairs(parameters):
    """name=value&... ; a list stands for a name that comes several times."""
    return urlencode([
        (name, as_bytes(item))
        for name, value in parameters.items()
        for item in (value if isinstance(value, list) else [value])])


class People:
    """Makes users, and remembers what no log may ever hold."""

    def __init__(self, site):
        self.site = site
        self.secrets = set()
        self.numbers = itertools.count(1)

    def guest(self):
        return Client(self.site)

    def fresh_name(self, prefix="user"):
        return f"{prefix}{next(self.numbers)}"

    def fresh_password(self):
        password = f"pass-{os.urandom(8).hex()}"
        self.secrets.add(password)
        return password

    def remember(self, reply):
        if reply.ok:
            self.secrets.add(reply["token"])
        return reply

    def new(self, prefix="user"):
        """Registers a user."""
        name, password = self.fresh_name(prefix), self.fresh_password()
        reply = self.remember(self.guest().ask(
            "user_register", username=name, password=password))
        assert reply.ok, reply
        return Client(self.site, reply["token"], id=reply["user_id"],
                      name=name, password=password)


# -- without a library in between --


class RawReply:
    def __init__(self, data):
        head, separator, self.body = data.partition(b"\r\n\r\n")
        assert separator, f"no answer: {data[:200]!r}"
        lines = head.decode("latin-1").split("\r\n")
        self.status = int(lines[0].split()[1])
        self.headers = requests.structures.CaseInsensitiveDict(
            line.split(": ", 1) for line in lines[1:])

    def json(self, row=None, **settings):
        return Reply(self.status, self.headers, json.loads(self.body), row,
                     **settings)


def connect(site, seconds=TIMEOUT, source=None):
    """source: the address of this machine that it comes from."""
    where = urlsplit(site.base)
    return socket.create_connection((where.hostname, where.port), seconds,
                                    source and (source, 0))


def is_whole(data):
    """Whether this is all of an answer that has a length."""
    head, separator, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\nContent-Length: (\d+)", head)
    return separator and length and len(body) >= int(length[1])


def read_all(connection, is_enough=lambda data: False):
    data = b""
    try:
        while not is_enough(data) and (piece := connection.recv(65536)):
            data += piece
    except ConnectionResetError:
        # A server may reset what it was still being sent; what it has
        # answered before counts.
        pass
    return data


def raw(site, request):
    """Sends bytes as they are; one answer, or all up to the end."""
    is_enough = (lambda data: False) if request.startswith(b"HEAD") \
        else is_whole
    with connect(site) as connection:
        try:
            connection.sendall(request)
        except (BrokenPipeError, ConnectionResetError):
            pass
        return RawReply(read_all(connection, is_enough))


def raw_get(site, target, *headers, method="GET"):
    lines = [f"{method} {target} HTTP/1.1", f"Host: 127.0.0.1:{site.port}",
             "Connection: close", *headers]
    return raw(site, "\r\n".join([*lines, "", ""]).encode(
        "utf-8", "surrogateescape"))
