#!/usr/bin/python3
"""Changing one's pictures and signature: `/douyin/user/update/`."""

import re
import zlib

import pytest

import client
import counts
import picture_files
import pictures
import stories
from cases_of_uploads import EVIL_NAMES
from multipart import Part, file, text

KINDS = {"avatar": "avatars", "background_image": "backgrounds"}
DEFAULTS = {"avatar": "/default/avatar.jpg",
            "background_image": "/default/background.jpg"}
MORE = b"<script>alert('a polyglot')</script>"
# JPEG is not exact; a patch of one colour is nearly so.
NEAR = 12


@pytest.fixture
def png():
    return picture_files.make("PNG")


def updated(user, **parameters):
    reply = user.update(**parameters)
    assert reply.ok, reply
    assert reply["user"] == user.me()
    return reply["user"]


def picture_of(user, key="avatar", **parameters):
    """The picture that a user has after an update, as it is served."""
    url = updated(user, **parameters)[key]
    answer = user.fetch(url)
    assert answer.status_code == 200
    return answer.content


def path_of(user, key):
    return user.me()[key].removeprefix(user.site.base)


def files_of(user):
    return {path for path in user.site.stored_files()
            if re.match(rf"/(avatars|backgrounds)/{user.id}_", path)}


def is_near(colour, other):
    return all(abs(a - b) <= NEAR for a, b in zip(colour, other))


def corners(picture):
    """From a corner's name to the colour in the middle of its quarter."""
    width, height, rows = pictures.pixels(picture)
    return {f"{row} {column}": rows[y][x]
            for row, y in (("top", height // 4), ("bottom", height * 3 // 4))
            for column, x in (("left", width // 4), ("right", width * 3 // 4))}


class Unchanged:
    """A context in which nothing may change: no row, no file."""

    def __init__(self, site):
        self.site = site

    def state(self):
        return counts.dump(self.site), self.site.stored_files()

    def __enter__(self):
        self.before = self.state()

    def __exit__(self, kind, *rest):
        if kind is None:
            assert self.state() == self.before


def check_refused(user, error, detail=None, **parameters):
    with Unchanged(user.site):
        reply = user.update(**parameters)
    assert (reply.status, reply.error, reply.detail) == (200, error, detail)
    assert reply["user"] == {}


# -- the signature --


@pytest.mark.parametrize("words", (
    *stories.GOOD_TEXTS.values(), "文" * 100), ids=lambda words: words[:9])
def test_a_signature_comes_back_as_it_was_given(user, words):
    assert updated(user, signature=words)["signature"] == words


@pytest.mark.parametrize("how", ("query", "form", "multipart", "bearer"))
def test_it_may_come_in_any_way(user, how):
    reply = user.ask("user_update", how, signature=f"by {how}")
    assert reply["user"]["signature"] == f"by {how}"


@pytest.mark.parametrize("how", ("query", "form", "multipart", "both"))
def test_an_empty_one_is_the_default_again(user, how):
    default = user.me()["signature"]
    updated(user, signature="mine")
    reply = user.ask("user_update", how, signature="")
    assert reply["user"]["signature"] == default
    assert user.me()["signature"] == default


def test_everybody_sees_it(user, site, guest):
    stories.make_video(site, user)
    updated(user, signature="seen by all")
    author = guest.videos(user.id)["video_list"][0]["author"]
    assert author["signature"] == "seen by all"


def seen_by(viewer, user, video):
    """The user wherever a viewer meets them."""
    lists = (viewer.ask("relation_follow_list", user_id=viewer.id),
             viewer.ask("relation_follower_list", user_id=viewer.id),
             viewer.ask("friend_list", user_id=viewer.id))
    return [
        viewer.ask("video_show", video_id=video)["video"]["author"],
        viewer.videos(user.id)["video_list"][0]["author"],
        *[one["author"] for one in viewer.feed()["video_list"]
          if one["id"] == video],
        viewer.ask("comment_list", video_id=video)["comment_list"][0]["user"],
        *[next(one for one in reply["user_list"] if one["id"] == user.id)
          for reply in lists]]


def test_a_change_shows_at_once_wherever_one_has_looked_before(user, site,
                                                               png):
    """Whatever was kept in the cache."""
    viewer = site.people.new()
    stories.befriend(user, viewer)
    video = stories.make_video(site, user)
    stories.post(user, video)
    for number in range(3):
        for _ in range(2):
            before = seen_by(viewer, user, video)
        assert len(before) == 7
        me = updated(user, avatar=png, background_image=png,
                     signature=f"changed {number}")
        for seen in seen_by(viewer, user, video):
            for key in ("avatar", "background_image", "signature"):
                assert seen[key] == me[key]


def test_a_signature_leaves_the_pictures_alone(user, png):
    before = updated(user, avatar=png, background_image=png)
    after = updated(user, signature="new")
    assert {**before, "signature": "new"} == after


# -- pictures --


@pytest.mark.parametrize("name", picture_files.GOOD)
def test_a_picture_of_each_kind_is_taken(user, name):
    picture = picture_of(user, avatar=picture_files.make(name))
    width, height, rows = pictures.pixels(picture)
    assert is_near(rows[height // 2][width // 2], picture_files.ORANGE)
    assert picture.startswith(b"\xff\xd8") and picture.endswith(b"\xff\xd9")


@pytest.mark.parametrize("name", picture_files.TRANSPARENT)
def test_what_is_transparent_is_white(user, name):
    picture = picture_of(user, avatar=picture_files.make(name))
    width, height, rows = pictures.pixels(picture)
    colour = picture_files.TRANSPARENT[name][1]
    assert is_near(rows[height // 2][width // 2], colour)


@pytest.mark.parametrize("kind, orientation, order", (
    *(("jpeg", number, "<>"[number % 2]) for number in range(1, 9)),
    *((kind, number, "<") for kind in ("png", "webp") for number in (2, 6))))
def test_it_stands_upright(user, kind, orientation, order):
    """As the camera says; what it says is not kept, or it would be turned
    twice."""
    picture = picture_of(
        user, "background_image",
        background_image=picture_files.turned(kind, orientation, order))
    width, height, _ = pictures.pixels(picture)
    assert (width, height) == (picture_files.WIDTH, picture_files.HEIGHT)
    seen = corners(picture)
    for where, colour in picture_files.QUARTERS.items():
        assert is_near(seen[where], colour), (where, seen)


@pytest.mark.parametrize("orientation", (0, 9, 65535))
def test_a_turn_that_there_is_none_of_is_none(user, orientation):
    exif = pictures.chunk(b"eXIf", picture_files.tiff(orientation))
    picture = picture_of(user, avatar=picture_files.as_png(
        picture_files.quarters(64, 64), exif))
    assert is_near(corners(picture)["top left"],
                   picture_files.QUARTERS["top left"])


@pytest.mark.parametrize("size, avatar, background", (
    ((1, 1), (1, 1), (1, 1)),
    ((40, 30), (30, 30), (40, 30)),
    ((400, 400), (400, 400), (400, 400)),
    ((401, 1000), (400, 400), (401, 1000)),
    ((1500, 1000), (400, 400), (1280, 853)),
    ((1000, 2000), (400, 400), (640, 1280)),
    ((5000, 2), (2, 2), (1280, 1)),
), ids=str)
def test_it_has_its_size(user, size, avatar, background):
    me = updated(user, avatar=pictures.png(*size),
                 background_image=pictures.png(*size))
    for key, expected in (("avatar", avatar),
                          ("background_image", background)):
        width, height, _ = pictures.pixels(user.fetch(me[key]).content)
        assert (width, height) == expected


def test_an_avatar_is_the_middle(user):
    """Of 3 by 1 the two outer thirds go."""
    row = [(220, 30, 30)] * 40 + [(30, 180, 30)] * 40 + [(30, 30, 220)] * 40
    picture = picture_of(user, avatar=picture_files.as_png([row] * 40))
    assert {is_near(colour, (30, 180, 30))
            for colour in corners(picture).values()} == {True}


def test_even_noise_becomes_small(user):
    noise = picture_files.noise(1300, 1300)
    for key, most in (("avatar", 100_000), ("background_image", 200_000)):
        assert len(picture_of(user, key, **{key: noise})) <= most


SECRET = b"N 52 31 12 E 13 24 18 by the camera 12345678"
XMP = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + SECRET


def test_nothing_of_the_file_is_kept_but_what_is_to_be_seen(user):
    exif = b"Exif\0\0" + picture_files.tiff(1, secret=b"GPS" + SECRET)
    jpeg = picture_files.make("JPEG")
    segment = picture_files.segment
    files = (
        picture_files.with_segments(
            jpeg, segment(0xe1, exif), segment(0xe1, XMP),
            segment(0xe2, b"ICC_PROFILE\0\1\1" + SECRET),
            segment(0xfe, SECRET + MORE)) + SECRET + MORE,
        picture_files.as_png(
            picture_files.quarters(),
            pictures.chunk(b"eXIf", exif[6:]) +
            pictures.chunk(b"iCCP", b"ICC_PROFILE\0\0" +
                           zlib.compress(SECRET)) +
            pictures.chunk(b"tEXt", b"Comment\0" + SECRET + MORE)) + MORE,
        picture_files.extended_webp(
            picture_files.make("WebP"), 40, 30,
            picture_files.riff_chunk(b"ICCP", b"ICC_PROFILE" + SECRET),
            picture_files.riff_chunk(b"EXIF", exif[6:]),
            picture_files.riff_chunk(b"XMP ", XMP), flags=44))
    for data in files:
        assert SECRET in data
        picture = picture_of(user, avatar=data)
        assert not [word for word in (
            SECRET, MORE, b"Exif", b"GPS", b"ICC_PROFILE", b"xmp", b"Lav")
            if word in picture]


def test_it_is_served_as_a_picture_and_nothing_else(user, guest, png):
    """THREATS 6; and it may be kept: its name is never used again."""
    me = updated(user, avatar=png, background_image=png)
    for key in KINDS:
        answer = guest.fetch(me[key])
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("folder", KINDS.values())
def test_a_directory_of_pictures_is_never_listed(guest, folder):
    for path in (f"/{folder}/", f"/{folder}", f"/{folder}/../spool/",
                 f"/{folder}..%2fspool/"):
        assert guest.fetch(path).status_code == 404


# -- the files --


def test_names_are_ours_and_new_each_time(user, png):
    seen = set()
    for _ in range(2):
        me = updated(user, avatar=png, background_image=png)
        for key, folder in KINDS.items():
            path = me[key].removeprefix(user.site.base)
            assert re.fullmatch(rf"/{folder}/{user.id}_\d+\.jpg", path)
            assert path not in seen
            seen.add(path)


def test_the_picture_before_is_gone_at_once(user, site, png):
    """THREATS 27; a default one stays."""
    first = updated(user, avatar=png)
    second = updated(user, avatar=png)
    assert user.fetch(first["avatar"]).status_code == 404
    assert user.fetch(second["avatar"]).status_code == 200
    assert files_of(user) == {path_of(user, "avatar")}
    for path in DEFAULTS.values():
        assert user.fetch(path).status_code == 200


def test_one_picture_leaves_the_other_alone(user, png):
    assert path_of(user, "background_image") == DEFAULTS["background_image"]
    first = updated(user, avatar=png)
    assert first["background_image"].endswith(DEFAULTS["background_image"])
    second = updated(user, background_image=png)
    assert second["avatar"] == first["avatar"]
    assert len(files_of(user)) == 2


def test_others_keep_theirs(user, site, png):
    other = site.people.new()
    theirs = updated(other, avatar=png, signature="theirs")
    for name in ("user_id", "uid", "username"):
        updated(user, avatar=png, signature="mine", **{name: other.id})
    assert other.me() == theirs
    assert other.fetch(theirs["avatar"]).status_code == 200


def test_many_updates_at_once_leave_one_picture(user, png):
    replies = client.at_once(*[
        lambda: user.update(avatar=png, background_image=png)
        for _ in range(6)])
    assert all(reply.ok for reply in replies)
    assert files_of(user) == {path_of(user, key) for key in KINDS}


@pytest.mark.parametrize("name", ("above", "a substitution", "NUL itself"))
def test_the_clients_file_name_is_never_used(user, name, png):
    """THREATS 4 and 5."""
    part = Part("avatar", png, EVIL_NAMES[name], "image/png")
    assert user.post_parts([part, text("token", user.token)],
                           name="user_update").ok
    assert re.fullmatch(rf"/avatars/{user.id}_\d+\.jpg",
                        path_of(user, "avatar"))


# -- what is refused --


@pytest.mark.parametrize("name", picture_files.BAD)
def test_what_is_no_good_picture_is_refused(user, name):
    _, error, detail = picture_files.BAD[name]
    check_refused(user, error, detail, avatar=picture_files.make(name))


@pytest.mark.parametrize("share", (0.1, 0.5, 0.9, 0.99))
@pytest.mark.parametrize("kind", ("jpg", "png", "webp"))
def test_a_picture_that_is_cut_short_is_refused(user, kind, share):
    whole = picture_files.rich(kind)
    check_refused(user, "PICTURE_CUT_SHORT",
                  background_image=whole[:int(len(whole) * share)])


def test_every_refusal_of_a_picture_is_tried():
    """A new one needs a file that meets it."""
    from table import errors
    assert {name for name, error in errors().items()
            if 3200 <= error.code < 3300} == {
        error for _, error, _ in picture_files.BAD.values()} | {
        "PICTURE_EMPTY", "PICTURE_TOO_LARGE", "PICTURE_CUT_SHORT"}


def test_an_empty_file_is_refused(user):
    check_refused(user, "PICTURE_EMPTY",
                  avatar=b"")


def test_a_file_has_its_limit(user, site):
    largest = int(stories.setting(site, "picture_max"))
    data = picture_files.make("JPEG") + b"\0" * largest
    fits = data[:largest]
    assert user.update(avatar=fits, background_image=fits).ok
    check_refused(user, "PICTURE_TOO_LARGE", "8 MiB",
                  avatar=data[:largest + 1])


def test_a_body_of_more_than_two_such_files_is_413(user, site):
    largest = int(stories.setting(site, "picture_max"))
    reply = user.update(avatar=b"\0" * largest,
                        background_image=b"\0" * (largest + 65536))
    assert (reply.status, reply.error) == (413, "BODY_TOO_LARGE")


def test_of_two_pictures_both_or_none(user, png):
    updated(user, avatar=png, background_image=png, signature="before")
    for good, bad in (("avatar", "background_image"),
                      ("background_image", "avatar")):
        check_refused(user, "NOT_A_PICTURE", signature="after",
                      **{good: png, bad: b"hello"})


def test_a_bad_signature_leaves_the_picture(user, png):
    check_refused(user, "PARAM_TOO_LONG", "signature", avatar=png,
                  signature="x" * 101)
    check_refused(user, "PARAM_TEXT", "signature", avatar=png,
                  signature=b"\xff")


@pytest.mark.parametrize("parameters", (
    {}, {"user_id": 1}, {"avatar": ""},
    {"avatar": "", "background_image": ""},
    {"picture": text("picture", "x")}), ids=str)
def test_nothing_to_change_is_refused(user, parameters):
    """A file input that was left empty is nothing."""
    check_refused(user, "PARAM_MISSING",
                  "avatar, background_image, signature", **parameters)


def test_an_empty_file_input_beside_others_is_nothing(user, png):
    me = updated(user, avatar=png, background_image="", signature="x")
    assert me["background_image"].endswith(DEFAULTS["background_image"])


@pytest.mark.parametrize("parts", (
    ("avatar", "avatar"), ("avatar", "background_image", "avatar"),
    ("avatar", "more"), ("more", "background_image")), ids=str)
def test_a_file_too_many_is_refused(user, png, parts):
    with Unchanged(user.site):
        reply = user.post_parts(
            [text("token", user.token), *[file(part, png) for part in parts]],
            name="user_update")
    assert reply.error == "FILE_SEVERAL"


def test_a_form_that_is_cut_short_is_refused(user, png):
    with Unchanged(user.site):
        reply = user.post_parts(
            [text("token", user.token), file("avatar", png)],
            name="user_update", final=False)
    assert reply.error == "FORM_BROKEN"


def test_the_parts_come_in_any_order(user, png):
    token = text("token", user.token)
    parts = [file("background_image", png), text("signature", "s"), token,
             file("avatar", png)]
    for order in (parts, parts[::-1]):
        reply = user.post_parts(order, name="user_update")
        assert reply.ok and reply["user"]["signature"] == "s"


def test_a_picture_needs_no_file_name(user, png):
    reply = user.post_parts([text("token", user.token), text("avatar", png)],
                            name="user_update")
    assert reply.ok and "/avatars/" in reply["user"]["avatar"]


# -- who may --


def test_a_guest_changes_nothing(user, guest, png):
    for token, error in ((None, "TOKEN_MISSING"), ("garbage", "TOKEN_INVALID")):
        with Unchanged(user.site):
            assert guest.update(avatar=png, token=token).error == error


def test_a_token_in_the_form_is_looked_at_before_the_picture(user, guest):
    for parts in ([file("avatar", b"x"), text("token", "garbage")],
                  [text("token", "garbage"), file("avatar", b"x")]):
        reply = guest.post_parts(parts, name="user_update")
        assert reply.error == "TOKEN_INVALID"


def test_a_token_that_has_ended_changes_nothing(user, png):
    ended = user.token
    assert user.ask("user_password", old_password=user.password,
                    new_password=user.site.people.fresh_password()).ok
    with Unchanged(user.site):
        assert user.update(avatar=png, token=ended).error == "TOKEN_INVALID"
    assert user.update(avatar=png).ok
