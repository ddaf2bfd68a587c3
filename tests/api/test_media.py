#!/usr/bin/python3
"""Serving what was uploaded, and nothing else (API.md T8, THREATS 6, 18)."""

import pytest

import client

YEAR = 365 * 24 * 3600


@pytest.fixture(scope="module")
def video(site, clip):
    """A published video, as listed."""
    user = site.people.new("publisher")
    assert user.publish(clip).ok
    return user.videos()["video_list"][0]


@pytest.fixture(params=("play_url", "cover_url"))
def url(request, video):
    return video[request.param]


def test_media_has_its_type_and_length(guest, url):
    answer = guest.fetch(url)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == (
        "video/mp4" if url.endswith(".mp4") else "image/jpeg")
    assert int(answer.headers["Content-Length"]) == len(answer.content)


def test_head_tells_the_same(guest, url):
    full, head = guest.fetch(url), guest.fetch(url, "HEAD")
    assert head.status_code == 200
    assert head.content == b""
    for name in ("Content-Type", "Content-Length", "ETag", "Accept-Ranges"):
        assert head.headers[name] == full.headers[name]


@pytest.mark.parametrize("asked, cut", (
    ("bytes=0-0", slice(0, 1)), ("bytes=0-99", slice(0, 100)),
    ("bytes=100-", slice(100, None)), ("bytes=-50", slice(-50, None)),
    ("bytes=7-999999999", slice(7, None))))
def test_a_range_is_206(guest, url, asked, cut):
    whole = guest.fetch(url).content
    answer = guest.fetch(url, Range=asked)
    assert answer.status_code == 206
    assert answer.content == whole[cut]
    start = cut.indices(len(whole))[0]
    assert answer.headers["Content-Range"] == \
        f"bytes {start}-{start + len(answer.content) - 1}/{len(whole)}"


def test_a_range_behind_the_end_is_416(guest, url):
    assert guest.fetch(url, Range="bytes=999999999-").status_code == 416


def test_media_may_be_kept_for_a_year(guest, url):
    kept = guest.fetch(url).headers["Cache-Control"]
    assert f"max-age={YEAR}" in kept and "immutable" in kept
    etag = guest.fetch(url).headers["ETag"]
    assert guest.fetch(url, If_None_Match=etag).status_code == 304


def test_media_can_never_be_a_page(guest, url):
    headers = guest.fetch(url).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("name", ("avatar.jpg", "background.jpg"))
def test_the_default_pictures_are_served(guest, name):
    answer = guest.fetch(f"/default/{name}", Range="bytes=0-2")
    assert (answer.status_code, answer.content) == (206, b"\xff\xd8\xff")
    assert answer.headers["Content-Type"] == "image/jpeg"


def test_the_page_is_served(guest):
    answer = guest.fetch("/")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy


@pytest.mark.parametrize("path", (
    "/v/1", "/u/1", "/u/1/followers", "/chat", "/chat/1", "/friends", "/me",
    "/publish", "/v/", "/v/x", "/u/1/nothing"))
def test_the_page_has_addresses_of_its_own(guest, path):
    answer = guest.fetch(path)
    assert answer.status_code == 200
    assert answer.content == guest.fetch("/").content
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ("/nothing", "/vv", "/v1", "/mee/1"))
def test_a_mistyped_address_shows_the_page_to_people_only(guest, path):
    shown = guest.fetch(path, Accept="text/html,application/xml;q=0.9")
    assert shown.status_code == 404
    assert shown.content == guest.fetch("/").content
    told = guest.fetch(path, Accept="*/*")
    assert told.status_code == told.json()["status_code"] == 404



@pytest.mark.parametrize("path", (
    "/videos/", "/video_covers/", "/default/", "/videos", "/videos//",
    "/videos../", "/videos..%2f", "/videos/..%2f..%2fdata/",
    "/videos/..%2f..%2fdata/secret", "/videos../data/secret",
    "/videos/../data/secret", "/videos/..\\..\\data\\secret",
    "/videos/%2e%2e/%2e%2e/data/secret", "/videos/%252e%252e/secret",
    "/data/secret", "/data/mini-tiktok.db", "/settings.conf",
    "/nginx/site.conf", "/logs/mini-tiktok.log", "/media-root/",
    "/spool/", "/spool/body/", "/media-root/spool/jobs/", "/sockets/api.sock",
    "/run.pid", "/tmp/nginx.pid", "/.git/config", "/videos/0_0.mp4",
    "/videos/0_0.mp4/x", "/%00", "/videos/%00.mp4"))
def test_nothing_else_is_served(site, path):
    for method in ("GET", "HEAD"):
        raw = client.raw_get(site, path, method=method)
        assert raw.status in (301, 400, 403, 404, 405)
        assert site.secret not in raw.body
        assert b"SQLite format" not in raw.body
        if raw.status == 301:
            target = raw.headers["Location"]
            assert client.raw_get(site, target.replace(site.base, "")
                                  ).status in (403, 404)


@pytest.mark.parametrize("method", ("POST", "PUT", "DELETE", "MKCOL", "MOVE"))
def test_media_can_only_be_read(guest, url, method):
    assert guest.fetch(url, method).status_code in (403, 405)
    assert guest.fetch(url).status_code == 200


def test_a_link_planted_among_the_videos_leads_nowhere(site, guest):
    planted = site.media / "videos" / "planted.mp4"
    planted.symlink_to(site.directory / "data" / "secret")
    try:
        assert guest.fetch("/videos/planted.mp4").status_code in (403, 404)
    finally:
        planted.unlink()


# -- addresses --


def hosts_in(reply):
    """The beginnings of all addresses in a feed."""
    return {"/".join(url.split("/")[:3])
            for one in reply["video_list"]
            for url in (one["play_url"], one["cover_url"],
                        one["author"]["avatar"],
                        one["author"]["background_image"])}


@pytest.mark.parametrize("host", (
    "phone.example", "phone.example:8080", "192.168.1.7:8080", "[::1]:8080",
    "PHONE.example", "xn--fsqu00a.example", "a" * 255))
def test_addresses_follow_the_host_of_the_request(guest, video, host):
    reply = guest.feed(headers={"Host": host})
    assert hosts_in(reply) in ({f"http://{host}"}, {f"http://{host.lower()}"})


@pytest.mark.parametrize("forge", (
    {"Host": "evil.example"},
    {"X-Forwarded-Host": "evil.example"},
    {"X-Forwarded-Proto": "evil"},
    {"Forwarded": "host=evil.example;proto=evil"},
    {"X-Original-URL": "http://evil.example/"},
    {"Proxy": "http://evil.example"}), ids=lambda forge: [*forge][0])
def test_nobody_sees_what_another_has_forged(site, guest, video, forge):
    """THREATS 32: asked often, so that every worker meets it."""
    forger = site.people.guest()
    for _ in range(20):
        forged = hosts_in(forger.feed(headers=forge))
        assert forged == {forge.get("Host", "") and "http://evil.example"
                          or site.base}
    assert [hosts_in(guest.feed()) for _ in range(20)] == [{site.base}] * 20
