#!/usr/bin/python3
"""No stranger fills the disk: where the token stands before the body, nginx
asks before it reads the body, and a refusal costs no byte of the spool."""

import contextlib
import os

import pytest

import client
import half
import sites
import table
import tokens

UPLOADS = [row for row in table.rows() if row.is_upload]
PUBLISH = table.row_of("video_publish")
CLAIMED = 100 << 20
PIECE = b"\0" * (1 << 20)
BAD = "no.token.at-all"


def places(token):
    """Where a token may stand before the body: arguments of half.head()."""
    return {"query": {"query": f"token={token}"},
            "alias": {"query": f"Token={token}"},
            "header": {"headers": [f"Authorization: Bearer {token}"]},
            "both": {"query": f"token={token}",
                     "headers": ["Authorization: Bearer x"]}}


@contextlib.contextmanager
def claimed(site, row, **where):
    """An upload of which only the head has been sent."""
    with client.connect(site) as connection:
        connection.sendall(half.head(row, min(CLAIMED, row.most_bytes),
                                     **where))
        yield connection


@pytest.mark.parametrize("row", UPLOADS, ids=lambda row: row.name)
@pytest.mark.parametrize("place", places(""))
def test_a_bad_token_is_refused_before_the_body(site, row, place):
    """The answer is there while nothing of the body has been sent, and what
    is sent nevertheless never reaches the disk."""
    with claimed(site, row, **places(BAD)[place]) as connection:
        reply = half.answer(connection, row)
        assert (reply.status, reply.error) == (200, "TOKEN_INVALID")
        for _ in range(8):
            connection.sendall(PIECE)
            assert not site.spool()


@pytest.mark.parametrize("place", places(""))
def test_a_good_token_is_let_through(site, user, place):
    """Or the test above would prove nothing."""
    where = places(user.token)[place]
    with half.begun(site, PUBLISH, PIECE * 4, 2 << 20, **where):
        sites.wait_for(lambda: any(
            os.path.getsize(path) > len(PIECE) for path in site.spool()),
            "a body in the spool")
    sites.wait_for(lambda: not site.spool(), "an empty spool")


def test_a_token_that_was_ended_is_refused_before_the_body(site, user):
    old = tokens.make(site.secret, user.id, ver=7)
    with claimed(site, PUBLISH, query=f"token={old}") as connection:
        assert half.answer(connection, PUBLISH).error == "TOKEN_INVALID"


@pytest.mark.parametrize("token, first", (
    (BAD, b"HTTP/1.1 200 "), ("", b"HTTP/1.1 100 ")))
def test_who_asks_before_it_sends_is_answered(site, token, first):
    """Expect: 100-continue; without a token nobody can say yet."""
    with claimed(site, PUBLISH, query=f"token={token}",
                 headers=["Expect: 100-continue"]) as connection:
        assert connection.recv(65536).startswith(first)


@pytest.mark.parametrize("language", ("zh", "en"))
def test_it_is_said_in_the_senders_language(site, user, language):
    """Through a header of nginx's, in which only ASCII may stand."""
    with claimed(site, PUBLISH, query=f"token={BAD}", headers=[
            f"Accept-Language: {language}"]) as connection:
        reply = half.answer(connection, PUBLISH)
    assert reply.message == getattr(table.errors()["TOKEN_INVALID"], language)
    assert reply.headers["Cache-Control"] == "no-store"


def test_a_chunked_body_is_refused_before_it_comes(site):
    with client.connect(site) as connection:
        connection.sendall(half.head(PUBLISH, 0, query=f"token={BAD}").replace(
            b"Content-Length: 0", b"Transfer-Encoding: chunked"))
        assert half.answer(connection, PUBLISH).error == "TOKEN_INVALID"


def test_a_host_that_is_none_is_refused_before_the_body(site, user):
    request = half.head(PUBLISH, CLAIMED, query=f"token={user.token}")
    with client.connect(site) as connection:
        connection.sendall(request.replace(b"Host: x", b"Host: a_b"))
        reply = half.answer(connection, PUBLISH)
    assert (reply.status, reply.error) == (400, "BAD_REQUEST")


def test_more_than_the_limit_is_413_whatever_the_token(site):
    with client.connect(site) as connection:
        connection.sendall(half.head(PUBLISH, 1 << 40, query=f"token={BAD}"))
        reply = half.answer(connection, PUBLISH)
    assert (reply.status, reply.error) == (413, "BODY_TOO_LARGE")


@pytest.mark.parametrize("path", ("/-/preflight", "/-/preflight/", "/-/418",
                                  "/-/preflight?token=x"))
def test_the_question_itself_cannot_be_asked(guest, path):
    assert guest.fetch(path).status_code == 404
    assert guest.fetch(path, "POST").status_code in (404, 405)


def test_a_client_cannot_pass_for_a_preflight(site, user):
    reply = client.raw_get(
        site, f"/douyin/user/?token={user.token}", "PREFLIGHT: yes",
        "Preflight: yes", "HTTP-PREFLIGHT: yes")
    assert reply.json(table.row_of("user_show")).ok


@contextlib.contextmanager
def without_the_pool(site):
    """The api pool's socket is gone, as after its death."""
    socket = site.directory / "sockets/api.sock"
    aside = socket.with_suffix(".aside")
    socket.rename(aside)
    try:
        yield
    finally:
        aside.rename(socket)


def test_a_dead_api_pool_is_told_and_costs_nothing(site, user, clip):
    """503, which is no full disk (507)."""
    with without_the_pool(site):
        with claimed(site, PUBLISH,
                     query=f"token={user.token}") as connection:
            reply = half.answer(connection, PUBLISH)
            assert (reply.status, reply.error) == (503, "UNAVAILABLE")
            assert reply.headers["Retry-After"]
        assert user.publish(clip).error == "UNAVAILABLE"
    assert user.publish(clip).ok


# -- how much may come --


@pytest.fixture(scope="module")
def narrow(clip):
    """A site that takes one clip, and two uploads, at a time."""
    most = len(clip) + 1000
    with sites.running(http_status="strict", uploads_per_address=2,
                       upload_max=most, picture_max=most // 2,
                       spool_max=9 << 20) as site:
        yield site


def busy(site, stack, count):
    """Uploads on their way, of which so much has come that it lies on the
    disk."""
    begun = [stack.enter_context(half.begun(
        site, PUBLISH, PIECE[:90000], 60000)) for _ in range(count)]
    sites.wait_for(lambda: len(site.spool()) == count, "bodies in the spool")
    return begun


def test_one_address_has_so_many_uploads_at_once(narrow, clip):
    user = narrow.people.new()
    with contextlib.ExitStack() as stack:
        first, _ = busy(narrow, stack, 2)
        reply = user.publish(clip)
        assert (reply.status, reply.error) == (429, "TOO_MANY")
        assert reply.headers["Retry-After"]
        assert user.feed().ok
        first.close()
        sites.wait_for(lambda: user.publish(clip).ok, "a place")
    sites.wait_for(lambda: not narrow.spool(), "an empty spool")


def test_a_full_spool_takes_no_more(narrow, clip):
    user = narrow.people.new()
    body = narrow.media / "spool/body/0000000000"
    with open(body, "wb") as file:
        os.posix_fallocate(file.fileno(), 0, 9 << 20)
    try:
        reply = user.publish(clip)
        assert (reply.status, reply.error) == (503, "SPOOL_FULL")
        assert reply.headers["Retry-After"]
        assert user.me()
    finally:
        body.unlink()
    assert user.publish(clip).ok


@pytest.mark.parametrize("error, status", (
    ("TOKEN_INVALID", 401), ("TOO_MANY_FIELDS", 400)))
def test_where_statuses_are_strict_each_has_its_own(narrow, error, status):
    query = f"token={BAD}" if error == "TOKEN_INVALID" else "&".join(
        f"a{i}=1" for i in range(65))
    with client.connect(narrow) as connection:
        connection.sendall(half.head(PUBLISH, 99, query=query))
        reply = half.answer(connection, PUBLISH, strict=True)
    assert (reply.status, reply.error) == (status, error)
