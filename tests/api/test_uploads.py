#!/usr/bin/python3
"""The form that carries a video: multipart/form-data as it comes (P3).

Most forms here carry a file of a codec that is refused: by its name, which
stands deep in the file, so the file has come whole; and without ffmpeg.
"""

import pytest

import client
import media_files
import multipart
from multipart import Part, text, video
from cases_of_uploads import EVIL_NAMES


@pytest.fixture(scope="module")
def sender(site):
    return site.people.new("sender")


@pytest.fixture
def token(sender):
    return text("token", sender.token)


@pytest.fixture(scope="module")
def magicyuv():
    return media_files.make("magicyuv")


def arrived(reply):
    """Whether the file of magicyuv() has come whole."""
    return (reply.error, reply.detail) == ("CODEC", "MagicYUV")


TITLE = text("title", "Bear")


# -- forms that are fine --


def test_the_file_may_come_first(sender, token, clip, one_video_more):
    with one_video_more(sender.site):
        assert sender.post_parts([video(clip), token, TITLE]).ok


def test_the_token_may_come_first(sender, token, clip, one_video_more):
    with one_video_more(sender.site):
        assert sender.post_parts([token, TITLE, video(clip)]).ok


def test_the_token_may_stand_in_the_query(sender, clip):
    query = client.encode_pairs({"token": sender.token, "title": "asked"})
    assert sender.post_parts([video(clip)], query).ok
    assert sender.videos()["video_list"][0]["title"] == "asked"


def test_the_token_may_stand_in_the_header(sender, clip):
    assert sender.post_parts([TITLE, video(clip)], headers={
        "Authorization": f"Bearer {sender.token}"}).ok


def test_token_and_title_may_be_capitalized(sender, clip):
    """The seed spells them so."""
    assert sender.post_parts([text("Token", sender.token),
                              text("Title", "Capital"), video(clip)]).ok
    assert sender.videos()["video_list"][0]["title"] == "Capital"


@pytest.mark.parametrize("content_type", (
    "application/octet-stream", "image/png", "text/html", "", "nonsense"))
def test_the_parts_type_does_not_matter(sender, token, magicyuv, content_type):
    assert arrived(sender.post_parts([
        token, TITLE, video(magicyuv, content_type=content_type)]))


def test_the_file_needs_no_name(sender, token, magicyuv):
    assert arrived(sender.post_parts([token, TITLE, text("data", magicyuv)]))


def test_words_may_stand_around_the_form(sender, token, magicyuv):
    """A preamble and an epilogue, as RFC 2046 allows."""
    content_type, body = multipart.encode([token, TITLE, video(magicyuv)])
    assert arrived(sender.send(
        client.table.row_of("video_publish"), "",
        b"This is a message of several parts.\r\n" + body + b"The end.",
        {"Content-Type": content_type}))


@pytest.mark.parametrize("boundary", (
    "x", "b" * 70, "0'()+_,-./:=?", "----WebKitFormBoundaryABC"))
def test_any_boundary_will_do(sender, token, magicyuv, boundary):
    _, body = multipart.encode([token, TITLE, video(magicyuv)], boundary)
    assert arrived(sender.send(
        client.table.row_of("video_publish"), "", body,
        {"Content-Type": f'multipart/form-data; boundary="{boundary}"'}))


def test_what_looks_like_a_boundary_inside_the_file_is_none(sender, token,
                                                           magicyuv):
    """Also where the index stands behind it."""
    decoy = f"\r\n--{multipart.BOUNDARY}x\r\n".encode()
    box = (8 + len(decoy)).to_bytes(4, "big") + b"free" + decoy
    assert magicyuv[4:8] == b"ftyp"
    size = int.from_bytes(magicyuv[:4], "big")
    data = magicyuv[:size] + box * 100 + magicyuv[size:]
    assert arrived(sender.post_parts([token, TITLE, video(data)]))


def test_a_part_that_is_not_asked_for_is_ignored(sender, token, magicyuv):
    assert arrived(sender.post_parts([
        token, text("user_id", "1"), TITLE, text("other", b"\xff\0"),
        video(magicyuv)]))


@pytest.mark.parametrize("name", EVIL_NAMES.values(), ids=EVIL_NAMES.keys())
def test_the_clients_file_name_does_not_matter(sender, token, magicyuv, name,
                                               nothing_changes):
    with nothing_changes(sender.site):
        assert arrived(sender.post_parts([
            token, TITLE, video(magicyuv, file_name=name)]))


@pytest.mark.parametrize("name", (
    "../../../../etc/passwd", "-i", "$(touch here);x", "page.html"))
def test_the_clients_file_name_is_never_used(sender, token, clip, name,
                                             one_video_more):
    """THREATS 4 and 5."""
    with one_video_more(sender.site):
        assert sender.post_parts([
            token, TITLE, video(clip, file_name=name)]).ok
    stored = sender.videos()["video_list"][0]["play_url"]
    assert f"/videos/{sender.id}_" in stored


# -- forms that are not --


def refused_parts(token, clip):
    """From a form's name to (parts, encoding, error)."""
    whole = {}
    return {
        "no parts": ([], whole, "FILE_MISSING"),
        "no file": ([TITLE], whole, "FILE_MISSING"),
        "another part's file": (
            [token, video(clip, name="file")], whole, "FILE_MISSING"),
        "an empty field": ([token, video(b"", "")], whole, "FILE_MISSING"),
        "an empty file": ([token, video(b"")], whole, "FILE_EMPTY"),
        "two files": ([token, video(clip), video(clip)], whole,
                      "FILE_SEVERAL"),
        "a second file of another name": (
            [token, video(clip), video(clip, name="more")], whole,
            "FILE_SEVERAL"),
        "an empty second file": ([token, video(clip), video(b"")], whole,
                                 "FILE_SEVERAL"),
        "no final boundary": ([token, TITLE, video(clip)], {"final": False},
                              "FORM_BROKEN"),
        "cut short after the token": ([token], {"final": False},
                                      "FORM_BROKEN"),
        "9 parts": ([text(f"x{i}", "") for i in range(8)] + [video(clip)],
                    whole, "TOO_MANY_FIELDS"),
        "1000 parts": ([text(f"x{i}", "") for i in range(1000)], whole,
                       "TOO_MANY_FIELDS"),
        "a huge part header": (
            [token, Part("data", clip, "x" * 9000)], whole, "FORM_BROKEN"),
        "many part headers": (
            [token, Part("data", clip, "x", None,
                         [f"X-{i}: {'y' * 100}" for i in range(100)])],
            whole, "FORM_BROKEN"),
        "a huge title": ([token, text("title", "x" * 16385), video(clip)],
                         whole, "PARAM_TOO_LONG"),
        "a long title": ([token, text("title", "x" * 101), video(clip)],
                         whole, "PARAM_TOO_LONG"),
        "a title that is no text": (
            [token, text("title", b"\xff"), video(clip)], whole,
            "PARAM_TEXT"),
        "words for a file": ([token, video(b"hello, world")], whole,
                             "NOT_A_VIDEO"),
    }


@pytest.mark.parametrize("form", refused_parts(None, b"").keys())
def test_a_form_that_is_wrong_is_refused(sender, token, clip, form,
                                         nothing_changes):
    parts, encoding, error = refused_parts(token, clip)[form]
    query = client.encode_pairs({"token": sender.token})
    with nothing_changes(sender.site):
        reply = sender.post_parts(parts, query, **encoding)
    assert (reply.status, reply.error) == (200, error)


BROKEN_BODIES = {
    "nothing": (b"", "FORM_BROKEN"),
    "no boundary": (b"hello", "FORM_BROKEN"),
    "a boundary alone": (b"--%s" % multipart.BOUNDARY.encode(),
                         "FORM_BROKEN"),
    "line feeds only": (
        b'--%s\nContent-Disposition: form-data; name="data"\n\nx\n--%s--\n'
        % ((multipart.BOUNDARY.encode(),) * 2), "FORM_BROKEN"),
    "a part without a header": (
        b"--%s\r\n\r\nx\r\n--%s--\r\n"
        % ((multipart.BOUNDARY.encode(),) * 2), "FORM_BROKEN"),
    "a part without a name": (
        b"--%s\r\nContent-Disposition: form-data\r\n\r\nx\r\n--%s--\r\n"
        % ((multipart.BOUNDARY.encode(),) * 2), "FORM_BROKEN"),
    "an attachment": (
        b"--%s\r\nContent-Disposition: attachment; name=data\r\n\r\nx\r\n"
        b"--%s--\r\n" % ((multipart.BOUNDARY.encode(),) * 2), "FORM_BROKEN"),
}


@pytest.mark.parametrize("case", BROKEN_BODIES.keys())
def test_a_body_that_is_no_form_is_refused(sender, case, nothing_changes):
    body, error = BROKEN_BODIES[case]
    query = client.encode_pairs({"token": sender.token})
    with nothing_changes(sender.site):
        reply = sender.send(
            client.table.row_of("video_publish"), query, body,
            {"Content-Type":
             f"multipart/form-data; boundary={multipart.BOUNDARY}"})
    assert (reply.status, reply.error) == (200, error)


def test_a_token_in_the_form_is_checked_before_the_file(sender, guest,
                                                        nothing_changes):
    with nothing_changes(sender.site):
        for parts in ([video(b"x"), text("token", "garbage")],
                      [text("token", "garbage"), video(b"x")]):
            assert guest.post_parts(parts).error == "TOKEN_INVALID"
        assert guest.post_parts([video(b"x")]).error == "TOKEN_MISSING"
