#!/usr/bin/python3
"""Starting and ending a site: scripts/run and scripts/stop."""

import contextlib
import os
import pathlib
import shutil
import signal
import socket
import stat
import subprocess

import pytest

import sites
import table


@pytest.fixture
def place():
    """A directory for a site that a test starts itself."""
    directory = sites.make_directory()
    yield directory
    shutil.rmtree(directory.parent)


@contextlib.contextmanager
def started(directory, **settings):
    site = sites.Site(directory, settings)
    with site:
        yield site
        site.check()


def start_in_vain(directory, port=None, **settings):
    """What scripts/run says that refuses to start; nothing may be left."""
    site = sites.Site(directory, settings)
    result = sites.run_script(
        "run", "--dir", directory, "--port", port or site.port, "--no-demo",
        "--detach", settings=settings, seconds=sites.START_SECONDS)
    assert result.returncode != 0, result.stdout
    assert not site.processes()
    return result.stdout


# -- settings --


def test_a_wrong_setting_stops_the_start(place):
    assert "MT_FEED_LIMIT" in start_in_vain(place, feed_limit=31)


@pytest.mark.parametrize("name, value", (
    ("feed_limit", "31"), ("feed_limit", "0"), ("feed_limit", "many"),
    ("feed_limit", "1.5"), ("feed_limit", ""), ("bcrypt_cost", "3"),
    ("bcrypt_cost", "15"), ("language", "fr"), ("http_status", "loose"),
    ("user_self_only", "maybe"), ("upload_max", "1"), ("upload_max", "9e99"),
    ("token_ttl", "-1"), ("public_url", "x" * 201),
    ("trusted_proxies", "10.0.0.0/8; deny all")))
def test_each_wrong_setting_is_named(place, name, value):
    """What stops a start is `setup`, which reads the settings first."""
    place.mkdir()
    said = set_up_in_vain(place, {name: value})
    assert f"MT_{name.upper()}" in said
    assert list(place.iterdir()) == []


def set_up_in_vain(directory, settings):
    result = subprocess.run(
        [table.BINARY, "-C", directory, "setup"],
        timeout=sites.START_SECONDS, text=True,
        env=sites.environment(settings), stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT)
    assert result.returncode == 1
    return result.stdout


@pytest.mark.parametrize("line", (
    "feed_limit = 31", "feed_limit", "no_such_setting = 1",
    "feed_limit = 3 4", "= 3"))
def test_a_wrong_line_in_the_file_is_named_too(place, line):
    place.mkdir()
    (place / "settings.conf").write_text(f"# mine\n\n{line}\n")
    assert "settings.conf:3" in set_up_in_vain(place, {})


def test_the_file_sets_and_the_environment_wins(place):
    place.mkdir()
    (place / "settings.conf").write_text(
        "language = en\n  upload_max=1m\t\n# bcrypt_cost = 14\n"
        "bcrypt_cost = 12\n")
    with started(place) as site:
        guest = site.people.guest()
        assert guest.ask("user_show").message == "please log in first"
        user = site.people.new()
        assert site.value("SELECT password_hash FROM account WHERE id = ?",
                          user.id).startswith("$2b$04$")
        reply = user.publish(b"x" * (1024 * 1024 + 1))
        assert reply.detail == "1 MiB"


# -- a fresh site --


def test_a_fresh_site(place):
    """Empty, private, quick to refuse, and with bcrypt's default cost."""
    site = sites.Site(place)
    del site.settings["bcrypt_cost"]
    with site:
        guest = site.people.guest()
        reply = guest.feed()
        assert reply["video_list"] == []
        user = site.people.new()
        assert user.videos()["video_list"] == []
        assert site.value("SELECT password_hash FROM account").startswith(
            "$2b$10$")
        secret = site.directory / "data" / "secret"
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600
        assert len(site.secret) == 32
        assert listening_ports(site) == {site.port}
        site.check()


def listening_ports(site):
    """The TCP ports on which a site's processes listen."""
    inodes = set()
    for pid in site.processes():
        with contextlib.suppress(OSError):
            for entry in pathlib.Path(f"/proc/{pid}/fd").iterdir():
                with contextlib.suppress(OSError):
                    target = os.readlink(entry)
                    if target.startswith("socket:["):
                        inodes.add(target[8:-1])
    ports = set()
    for name in ("tcp", "tcp6"):
        for line in pathlib.Path(f"/proc/net/{name}").read_text(
                ).splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and fields[9] in inodes:
                ports.add(int(fields[1].rpartition(":")[2], 16))
    return ports


def test_two_sites_live_side_by_side(site, place):
    with started(place) as other:
        user = site.people.new()
        # Each has a secret of its own: a token is good at one site only.
        stranger = other.people.new()
        assert user.me() and stranger.me()
        reply = stranger.ask("user_show", token=user.token)
        assert reply.error == "TOKEN_INVALID"
        assert other.value("SELECT count(*) FROM account") == 1
    assert user.me()


# -- what stands in the way of a start --


def test_a_port_that_is_taken_is_named(place):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = start_in_vain(place, port)
    assert f"port {port} is taken" in said


def test_a_site_runs_once(site):
    result = sites.run_script(
        "run", "--dir", site.place, "--port", sites.free_port(), "--no-demo",
        "--detach", settings=site.settings, seconds=sites.START_SECONDS)
    assert result.returncode != 0
    assert "already runs" in result.stdout
    assert site.people.guest().feed().ok


def test_a_directory_of_something_else_is_left_alone(place):
    place.mkdir()
    precious = place / "precious"
    precious.write_text("mine")
    said = start_in_vain(place)
    assert str(place) in said
    assert [entry.name for entry in place.iterdir()] == ["precious"]


def test_a_bad_secret_stops_the_start(place):
    with started(place) as site:
        good = site.secret
    secret = place / "data" / "secret"
    for bad, mode in ((good[:31], 0o600), (b"", 0o600), (good, 0o644)):
        secret.write_bytes(bad)
        secret.chmod(mode)
        assert "secret" in start_in_vain(place)


# -- names of directories --


@pytest.mark.parametrize("name", (
    "-地方 with blanks $HOME `id` 'x' \"y\" ; & %s \\",
    "/".join(["a" * 60] * 5)), ids=("odd", "long"))
def test_a_site_may_lie_anywhere(place, name, clip):
    directory = place / name
    directory.parent.mkdir(parents=True, exist_ok=True)
    with started(directory) as site:
        user = site.people.new()
        assert user.publish(clip).ok
        url = user.videos()["video_list"][0]["cover_url"]
        assert user.fetch(url).status_code == 200


# -- ending and starting again --


def test_what_was_answered_is_there_after_a_restart(place, clip):
    with started(place) as site:
        user = site.people.new()
        assert user.publish(clip).ok
        before = user.videos()["video_list"]
    with started(place) as site:
        user.site = site
        after = user.videos()["video_list"]
        assert [video["id"] for video in after] == \
            [video["id"] for video in before]
        assert user.fetch(after[0]["play_url"]).status_code == 200


def test_a_killed_run_does_not_hinder_the_next(place, clip):
    site = sites.Site(place)
    site.start()
    user = site.people.new()
    assert user.publish(clip).ok
    supervisor = int((place / "run.pid").read_text())
    os.kill(supervisor, signal.SIGKILL)
    with started(place) as again:
        user.site = again
        assert len(user.videos()["video_list"]) == 1
        assert not {pid for pid in site.expected
                    if sites.is_alive(pid) and pid in again.processes()}


def test_killing_everything_at_once_does_not_hinder_it_either(place):
    site = sites.Site(place)
    site.start()
    user = site.people.new()
    sites.kill_at_once(site.processes())
    with started(place) as again:
        user.site = again
        assert user.me()["name"] == user.name


def test_stop_ends_what_a_killed_run_has_left(place):
    site = sites.Site(place)
    site.start()
    os.kill(int((place / "run.pid").read_text()), signal.SIGKILL)
    sites.run_script("stop", "--dir", place, seconds=sites.STOP_SECONDS)
    sites.wait_for(lambda: not site.processes(), "the end of all processes")


def test_stop_says_when_there_is_nothing_to_end(place):
    result = sites.run_script("stop", "--dir", place,
                              seconds=sites.STOP_SECONDS)
    assert result.returncode == 1
    assert str(place) in result.stdout


@pytest.mark.parametrize("number", (signal.SIGINT, signal.SIGTERM,
                                    signal.SIGHUP))
def test_a_signal_ends_a_run_in_the_foreground(place, number):
    site = sites.Site(place)
    with subprocess.Popen(
            [table.ROOT / "scripts" / "run", "--dir", place, "--port",
             str(site.port), "--no-demo"],
            env=sites.environment(site.settings), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            preexec_fn=lambda: signal.signal(
                signal.SIGINT, signal.default_int_handler)) as run:
        sites.wait_for(lambda: answers(site), "an answer",
                       sites.START_SECONDS)
        run.send_signal(number)
        assert run.wait(sites.STOP_SECONDS) == 0
    assert not site.processes()


def answers(site):
    with contextlib.suppress(OSError, AssertionError):
        return site.people.guest().feed().ok
    return False


# -- options --


@pytest.mark.parametrize("options", (
    ("--port", "0"), ("--port", "65536"), ("--port", "http"), ("--port",),
    ("--listen", "nowhere"), ("--listen", "1.2.3"), ("--dir", ""), ("--what",),
    ("here",)))
def test_a_wrong_option_is_told(options):
    result = sites.run_script("run", *options, "--detach",
                              seconds=sites.START_SECONDS)
    assert result.returncode == 2
    assert "usage:" in result.stdout
    assert options[0].lstrip("-") in result.stdout


@pytest.mark.parametrize("address", ("0.0.0.0", "::1", "*"))
def test_it_listens_where_it_is_told(place, address):
    site = sites.Site(place)
    site.start("--listen", address)
    try:
        host = "[::1]" if address == "::1" else "127.0.0.1"
        site.base = f"http://{host}:{site.port}"
        assert site.people.guest().feed().ok
    finally:
        site.stop()
