#!/usr/bin/python3
"""What is refused before an endpoint is reached (API.md T4).

nginx makes these refusals; they carry the same envelope and, inside an
endpoint's location, its failure payload.
"""

import pytest

import client
import table
from cases import each, each_row

FEED = "/douyin/feed/"
GOOD_HOST = "Host: x\r\n"


def request_line(line, host=GOOD_HOST):
    return f"{line}\r\n{host}Connection: close\r\n\r\n".encode(
        "utf-8", "surrogateescape")


def with_host(host):
    return request_line(f"GET {FEED} HTTP/1.1", f"Host: {host}\r\n")


def post(headers, body=""):
    return (f"POST /douyin/user/login/ HTTP/1.1\r\n{GOOD_HOST}"
            f"Connection: close\r\n{headers}\r\n{body}").encode()


MALFORMED = {
    "no words": b"\r\nGARBAGE\r\n\r\n",
    "a TLS greeting": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "no path": request_line("GET HTTP/1.1"),
    "no slash": request_line("GET douyin/feed/ HTTP/1.1"),
    "a bad method": request_line("G{T /douyin/feed/ HTTP/1.1"),
    "a broken percent sign": request_line("GET /douyin/%zz/ HTTP/1.1"),
    "NUL in the path": request_line("GET /douyin/%00/ HTTP/1.1"),
    "above the root": request_line("GET /../../etc/passwd HTTP/1.1"),
}

# The same once a path is known: with the failure payload of its endpoint.
MALFORMED_FEED = {
    "no Host": request_line(f"GET {FEED} HTTP/1.1", ""),
    "two Hosts": request_line(f"GET {FEED} HTTP/1.1", GOOD_HOST * 2),
}
MALFORMED_LOGIN = {
    "two lengths": post("Content-Length: 1\r\nContent-Length: 2\r\n", "ab"),
    "a length of words": post("Content-Length: many\r\n"),
    "a negative length": post("Content-Length: -1\r\n"),
    "a length and chunks": post(
        "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
    "a broken chunk": post("Transfer-Encoding: chunked\r\n", "zz\r\n\r\n"),
}

# THREATS 32: what could break out of an address or carry another.
FORGED_HOSTS = {
    "empty": "", "blank": "a b", "quote": 'a"b', "path": "evil.example/x",
    "user": "user@evil.example", "script": "<script>", "backslash": "a\\b",
    "underscore": "a_b", "query": "a?b", "fragment": "a#b", "percent": "a%20b",
    "not ASCII": "例子.example", "long": "a" * 256, "dots": "a..b",
    "comma": "a,b", "brace": "${IFS}", "NUL-like": "a\x01b", "star": "*",
}


def assert_malformed(site, request_bytes, row=None):
    reply = client.raw(site, request_bytes).json(row)
    assert (reply.status, reply.error) == (400, "BAD_REQUEST")


@each("request_bytes", MALFORMED)
def test_a_malformed_request_is_400(site, request_bytes):
    assert_malformed(site, request_bytes)


@each("request_bytes", MALFORMED_FEED)
def test_a_malformed_request_for_the_feed_is_400(site, request_bytes):
    assert_malformed(site, request_bytes, table.row_of("video_feed"))


@each("request_bytes", MALFORMED_LOGIN)
def test_a_malformed_log_in_is_400(site, request_bytes):
    assert_malformed(site, request_bytes, table.row_of("user_login"))


def test_an_unknown_transfer_encoding_is_501(site):
    raw = client.raw(site, post("Transfer-Encoding: gzip\r\n", "x"))
    reply = raw.json(table.row_of("user_login"))
    assert (reply.status, reply.error) == (501, "NOT_IMPLEMENTED")


@pytest.mark.parametrize("path", ("/videos/", "/video_covers/", "/default/"))
def test_a_directory_is_never_listed(site, path):
    reply = client.raw_get(site, path).json()
    assert (reply.status, reply.error) == (404, "NOT_FOUND")


@each("host", FORGED_HOSTS)
def test_a_forged_host_is_400(site, host):
    raw = client.raw(site, with_host(host))
    # nginx refuses some itself, knowing no endpoint; the program the others.
    row = table.row_of("video_feed") if b"video_list" in raw.body else None
    reply = raw.json(row)
    assert (reply.status, reply.error) == (400, "BAD_REQUEST")


def test_http_1_0_needs_no_host(site):
    raw = client.raw(site, f"GET {FEED} HTTP/1.0\r\n\r\n".encode())
    assert raw.json(table.row_of("video_feed")).ok


@pytest.mark.parametrize("version", ("HTTP/2.0", "HTTP/3.0", "HTTP/9.9"))
def test_another_version_of_http_is_505(site, version):
    reply = client.raw(site, request_line(f"GET {FEED} {version}")).json()
    assert (reply.status, reply.error) == (505, "HTTP_VERSION")


@pytest.mark.parametrize("kib", (29, 64, 1024))
def test_a_long_address_is_414(site, kib):
    reply = client.raw_get(site, f"{FEED}?x={'x' * kib * 1024}").json()
    assert (reply.status, reply.error) == (414, "ADDRESS_TOO_LONG")


@pytest.mark.parametrize("headers", (
    [f"X-Long: {'x' * 29 * 1024}"],
    [f"Cookie: {'x' * 1024 * 1024}"],
    [f"X-Header-{i}: {'x' * 1000}" for i in range(100)],
), ids=("one", "huge", "many"))
def test_large_headers_are_431(site, headers):
    reply = client.raw_get(site, FEED, *headers).json(
        table.row_of("video_feed"))
    assert (reply.status, reply.error) == (431, "HEADER_TOO_LARGE")


@pytest.mark.parametrize("headers", (
    [f"X-Long: {'x' * 27 * 1024}"],
    [f"A{i}: {'x' * 50}" for i in range(900)],
    [f"Authorization: Bearer {'x' * 27 * 1024}",
     f"X-Long: {'x' * 27 * 1024}"],
), ids=("long", "many", "both"))
def test_headers_as_large_as_nginx_takes_reach_a_worker(site, headers):
    """The record that FastCGI has for them takes 64 KiB."""
    reply = client.raw_get(site, FEED, *headers).json(
        table.row_of("video_feed"))
    assert reply.error == (
        "TOKEN_INVALID" if "Authorization" in headers[0] else None)


@each_row()
@pytest.mark.parametrize("length", (10 ** 10, 10 ** 18, 2 ** 63 - 1))
def test_an_announced_huge_body_is_413_at_once(site, row, length):
    raw = client.raw_get(site, row.path, f"Content-Length: {length}",
                         method=row.method)
    reply = raw.json(row)
    assert (reply.status, reply.error) == (413, "BODY_TOO_LARGE")


@each_row()
def test_chunks_without_end_are_413(site, row):
    """An upload's own limit is tried where it is small: api/test_limits."""
    if row.is_upload:
        row = table.row_of("user_login")
    chunk = b"8000\r\n" + b"x" * 0x8000 + b"\r\n"
    raw = client.raw(site, (
        f"{row.method} {row.path} HTTP/1.1\r\n{GOOD_HOST}Connection: close\r\n"
        "Transfer-Encoding: chunked\r\n\r\n").encode() + chunk * 4)
    reply = raw.json(row)
    assert (reply.status, reply.error) == (413, "BODY_TOO_LARGE")


@pytest.mark.parametrize("language, word", (
    ("en", "wrong method"), ("zh", "请求方法不对"), ("", "请求方法不对")))
def test_nginx_speaks_the_clients_language(guest, language, word):
    reply = guest.ask("video_feed", method="POST",
                      headers={"Accept-Language": language})
    assert reply.message == word


def test_many_requests_on_one_connection(site):
    """A refusal leaves nothing behind that the next request could meet."""
    good = f"GET {FEED} HTTP/1.1\r\n{GOOD_HOST}\r\n".encode()
    bad = f"POST {FEED} HTTP/1.1\r\n{GOOD_HOST}Content-Length: 3\r\n\r\nabc" \
        .encode()
    last = good.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    with client.connect(site) as connection:
        connection.sendall(good + bad + good + bad + last)
        answers = client.read_all(connection)
    assert answers.count(b"HTTP/1.1 200 OK") == 3
    assert answers.count(b"HTTP/1.1 405 ") == 2
