#!/usr/bin/python3
"""How much may come in at once: of all, of one address, and in bytes.

docs/uploads.md reckons up what the spool may hold; so it is done here, from
what nginx is told.  Who knows no better gives no token before the body, so that
nothing but nginx decides.
"""

import contextlib
import os
import re
import subprocess

import pytest

import half
import multipart
import sites
import table

UPLOADS = [row for row in table.rows() if row.is_upload]
PUBLISH, UPDATE = map(table.row_of, ("video_publish", "user_update"))
FORM_BYTES = 64 * 1024
WORKERS = 2
MEBIBYTE = 1 << 20
GIBIBYTE = 1 << 30


def describe(view, **settings):
    return subprocess.run(
        [table.BINARY, "-C", "/", "describe", view], check=True, timeout=120,
        env=sites.environment(settings), stdout=subprocess.PIPE,
        text=True).stdout


def locations(**settings):
    """What nginx is told of each upload's locations: {path: (of one address,
    of all, bytes)}."""
    text = describe("endpoints.conf", **settings)
    found = {}
    for path, told in re.findall(r"^location = (\S+) \{\n(.*?)\n\}", text,
                                 re.M | re.S):
        if "pool-upload.conf" in told:
            limits = re.findall(r"limit_conn (\w+) (\d+);", told)
            assert [zone for zone, _ in limits] == ["uploader", "uploads"]
            found[path] = (*(int(most) for _, most in limits),
                           int(re.search(r"client_max_body_size (\d+);",
                                         told)[1]))
    assert found.keys() == {path for row in UPLOADS
                            for path in (row.path, row.bare_path)}
    return found


# -- reckoned up --


SETTINGS = {
    "as they are": {},
    "a small spool": {"spool_max": 2 * GIBIBYTE},
    "the smallest spool": {"spool_max": 5 * (MEBIBYTE + FORM_BYTES),
                           "upload_max": MEBIBYTE, "picture_max": MEBIBYTE // 2},
    "no conversions": {"convert_jobs": 0},
    "many conversions": {"convert_jobs": 16},
    "large films": {"upload_max": GIBIBYTE},
    "pictures larger than films": {"upload_max": MEBIBYTE,
                                   "picture_max": 64 * MEBIBYTE},
    "small files": {"upload_max": 1024, "picture_max": 1024,
                    "spool_max": 17592186044416},
    "many of an address": {"uploads_per_address": 65535},
}


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS.keys())
def test_all_bodies_at_once_are_not_more_than_the_spool_may_hold(settings):
    """All locations share one zone; whatever mix its requests are, each has
    the largest body at most.  A worker or a conversion may have one more of
    which nobody knows any longer; what is left is the originals'."""
    told = locations(**settings).values()
    (most,) = {most for _, most, _ in told}
    largest = max(size for _, _, size in told)
    spool = settings.get("spool_max", 16 * GIBIBYTE)
    bodies = (most + WORKERS + settings.get("convert_jobs", 1)) * largest
    assert most >= 1
    assert bodies + most * largest <= spool
    # And not for want of trying.
    assert most == 65535 or bodies + (most + 2) * largest > spool


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS.keys())
def test_no_address_may_have_all_places(settings):
    for own, most, _ in locations(**settings).values():
        assert 1 <= own <= settings.get("uploads_per_address", 8)
        assert own < most or own == most == 1


def test_a_site_as_it_is_takes_many_at_once():
    assert {limits[:2] for limits in locations().values()} == {(8, 30)}


def test_the_pool_has_as_many_workers_as_are_reckoned_with():
    pools = (table.ROOT / "spawn.conf").read_text()
    assert re.search(rf"^upload\s+{WORKERS}\s", pools, re.M)


def test_what_is_no_upload_never_lies_on_the_disk():
    """A form that nginx keeps in memory is no part of the sum."""
    text = (table.ROOT / "nginx/site.conf").read_text()
    kept, = re.findall(r"^\s*client_body_buffer_size (\d+)k;", text, re.M)
    most, = re.findall(r"^\s*client_max_body_size (\d+)k;", text, re.M)
    assert int(kept) >= int(most)
    for told in re.findall(r"^location = \S+ \{\n(.*?)\n\}",
                           describe("endpoints.conf"), re.M | re.S):
        size, = re.findall(r"client_max_body_size (\d+);", told)
        assert "pool-upload.conf" in told or int(size) <= int(kept) * 1024


def test_a_spool_in_which_no_upload_fits_stops_the_start(tmp_path):
    body = 100 * MEBIBYTE + FORM_BYTES
    for spool, status in ((5 * body - 1, 1), (5 * body, 0)):
        result = subprocess.run(
            [table.BINARY, "-C", tmp_path, "setup"], timeout=120, text=True,
            env=sites.environment({"upload_max": 100 * MEBIBYTE,
                                   "spool_max": spool}),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert result.returncode == status, result.stdout
        if status:
            assert "spool_max" in result.stdout
            assert str(5 * body) in result.stdout
            assert list(tmp_path.iterdir()) == []


# -- tried --


LARGEST = MEBIBYTE + FORM_BYTES
SPOOL_BYTES = (2 * 3 + WORKERS) * LARGEST
BODY = multipart.encode([multipart.video(bytes(LARGEST))])[1][:LARGEST]


@pytest.fixture(scope="module")
def narrow():
    """A site of three places."""
    with sites.running(upload_max=MEBIBYTE, picture_max=MEBIBYTE // 2,
                       convert_jobs=0, spool_max=SPOOL_BYTES) as site:
        yield site


def address(number):
    return f"127.0.0.{number}"


def arrived(site):
    """What of bodies lies on the disk."""
    return sum(os.path.getsize(path) for path in site.spool())


def is_taken(site, row, number, *headers):
    """Whether nginx lets an upload begin."""
    with half.asked(site, row, BODY, address(number),
                    headers) as (_, taken):
        return taken


def is_taken_at_last(*sender):
    """The same where nginx may not yet know that others have left."""
    return sites.wait_for(lambda: is_taken(*sender), "a place")


@contextlib.contextmanager
def on_their_way(site, *senders):
    """Uploads (endpoint, number of the address, headers) that want a byte."""
    with contextlib.ExitStack() as stack:
        begun = [half.begin(stack, site, row, BODY, address(number),
                            headers=headers)
                 for row, number, *headers in senders]
        # nginx keeps a buffer's worth of each in memory.
        sites.wait_for(lambda: arrived(site) > len(senders) *
                       (LARGEST - 2 * FORM_BYTES), "the bodies")
        yield begun
    sites.wait_for(lambda: not site.spool(), "an empty spool")


@pytest.mark.parametrize("mix", (
    (PUBLISH, PUBLISH, PUBLISH), (UPDATE, UPDATE, UPDATE),
    (PUBLISH, UPDATE, UPDATE)), ids=str)
def test_whatever_they_are_no_more_come_than_fit(narrow, mix):
    with on_their_way(narrow, *zip(mix, (1, 1, 2))):
        assert not any(is_taken(narrow, row, number) for row in UPLOADS
                       for number in (1, 2, 3))
        assert arrived(narrow) <= 3 * LARGEST
    assert is_taken_at_last(narrow, PUBLISH, 1)


def test_one_address_leaves_a_place_to_others(narrow):
    with on_their_way(narrow, (PUBLISH, 1), (UPDATE, 1)):
        assert not any(is_taken(narrow, row, 1) for row in UPLOADS)
        assert all(is_taken_at_last(narrow, row, 2) for row in UPLOADS)


# -- behind proxies --


def forwarded(addresses):
    return f"X-Forwarded-For: {addresses}"


@pytest.fixture(scope="module")
def behind():
    """A site that is told of a proxy, 127.0.0.1, and of a range of them."""
    with sites.running(
            upload_max=MEBIBYTE, picture_max=MEBIBYTE // 2,
            uploads_per_address=1, convert_jobs=0, spool_max=SPOOL_BYTES,
            trusted_proxies="127.0.0.1, 198.51.100.0/24 fd00::/8") as site:
        yield site


@pytest.mark.parametrize("same", (
    "192.0.2.1", "203.0.113.9, 192.0.2.1", "192.0.2.1, 198.51.100.7",
    "192.0.2.1,fd00::9 , 198.51.100.7", "192.0.2.1, 127.0.0.1",
    "unknown, 192.0.2.1", "::ffff:192.0.2.1"))
def test_a_proxy_is_believed_whose_upload_it_is(behind, same):
    """Whom the last proxy that is trusted names, whatever stands before."""
    with on_their_way(behind, (PUBLISH, 1, forwarded("192.0.2.1"))):
        assert not is_taken(behind, PUBLISH, 1, forwarded(same))


@pytest.mark.parametrize("other", (
    "192.0.2.2", "192.0.2.1, 203.0.113.9", "192.0.2.1, 203.0.113.9, 127.0.0.1",
    "192.0.2.1, unknown", "192.0.2.1, 198.51.101.7", "2001:db8::1", ""))
def test_others_behind_it_have_places_of_their_own(behind, other):
    with on_their_way(behind, (PUBLISH, 1, forwarded("192.0.2.1"))):
        assert is_taken_at_last(behind, PUBLISH, 1, forwarded(other))


def test_behind_it_a_64_is_one_sender_too(behind):
    with on_their_way(behind, (PUBLISH, 1, forwarded("2001:db8::1"))):
        assert not is_taken(behind, UPDATE, 1, forwarded("2001:db8:0:0:9::"))
        assert is_taken_at_last(behind, UPDATE, 1,
                                forwarded("2001:db8:0:1::1"))


def test_who_is_no_proxy_is_not_believed(behind, narrow):
    """Neither where there are proxies, nor where there are none."""
    with on_their_way(behind, (PUBLISH, 2, forwarded("192.0.2.1"))):
        assert not is_taken(behind, PUBLISH, 2, forwarded("192.0.2.2"))
        assert is_taken_at_last(behind, PUBLISH, 1, forwarded("192.0.2.1"))
    with on_their_way(narrow, (PUBLISH, 1, forwarded("192.0.2.1")),
                      (PUBLISH, 1, forwarded("192.0.2.2"))):
        assert not is_taken(narrow, PUBLISH, 1, forwarded("192.0.2.3"))


@pytest.mark.parametrize("header", (
    "X-Real-IP: 192.0.2.2", "Forwarded: for=192.0.2.2",
    "CF-Connecting-IP: 192.0.2.2", "X-Forwarded: 192.0.2.2"))
def test_no_other_header_says_who_it_is(behind, header):
    with on_their_way(behind, (PUBLISH, 1)):
        assert not is_taken(behind, PUBLISH, 1, header)


def test_nothing_but_addresses_is_written_into_nginxs_settings():
    """test_network.c has the cases; here, that they are asked for."""
    for evil in ("10.0.0.1; } server { listen 9", "10.0.0.1 $x", "all",
                 "0.0.0.0/0", "10.0.0.1\nfoo", "x" * 801):
        with pytest.raises(subprocess.CalledProcessError):
            describe("proxies.conf", trusted_proxies=evil)
    told = describe("proxies.conf", trusted_proxies="10.1.2.3/8,::1")
    assert [line for line in told.splitlines() if line[:1] not in "#"] == [
        "set_real_ip_from 10.0.0.0/8;", "set_real_ip_from ::1/128;",
        "real_ip_header X-Forwarded-For;", "real_ip_recursive on;"]
    assert "real_ip" not in describe("proxies.conf", trusted_proxies=" ")
