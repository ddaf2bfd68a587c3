#!/usr/bin/python3
"""What ffmpeg could do if a stranger's file took it over: nothing (THREATS 1
to 5).  A program in its place tries; where the kernel has a means against it,
that must be seen to be used, as root and as an ordinary user."""

import contextlib
import ctypes
import errno
import os
import pathlib
import re
import shutil
import socket
import subprocess

import pytest

import sites
import table

HERE = pathlib.Path(__file__).parent
NOBODY = 65534

# What a converter of files needs, and has.
ALLOWED = ("own", "rename", "unlink", "thread")
# Against these the kernel has its filter of system calls ...
FILTERED = {
    "fork": errno.EPERM, "namespace": errno.EPERM, "exec": errno.EPERM,
    "kill": errno.EPERM, "prlimit": errno.EPERM, "inet": errno.EPERM,
    "unix": errno.EPERM, "connect": errno.EPERM, "pair": errno.EPERM,
    "ptrace": errno.EPERM, "read": errno.EPERM, "death": errno.EPERM,
    "ioctl": errno.EPERM, "personality": errno.ENOSYS,
    "memfd": errno.ENOSYS}
# ... and against these its fence around files.
FENCED = ("passwd", "proc", "above", "tmp", "secret", "database", "videos",
          "list")


def has_filter():
    return pathlib.Path("/proc/sys/kernel/seccomp/actions_avail").exists()


def has_fence():
    """Whether there is Landlock: its call for the version answers."""
    libc = ctypes.CDLL(None)
    return libc.syscall(444, None, ctypes.c_size_t(0),
                        ctypes.c_uint32(1)) >= 1


@pytest.fixture(scope="module")
def prober():
    place = sites.public_directory()
    subprocess.run(["cc", "-O1", "-o", place / "prober", HERE / "prober.c"],
                   check=True)
    yield place / "prober"
    shutil.rmtree(place)


def outcomes(text):
    return {name: int(number)
            for name, number in re.findall(r"\b([a-z]+):(\d+)", text)}


def copy_of_the_tree():
    """The tree, built as it is, where everybody can read it."""
    place = sites.public_directory() / "tree"
    for name in ("db", "docs", "fcgi", "media-root", "nginx", "scripts",
                 "web"):
        shutil.copytree(table.ROOT / name, place / name)
    for name in ("Makefile", "README.md", "spawn.conf"):
        shutil.copy2(table.ROOT / name, place)
    shutil.copytree(table.ROOT / "build" / table.BUILD,
                    place / "build" / table.BUILD,
                    ignore=shutil.ignore_patterns("unit"))
    for path in (place, *place.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    return place


@contextlib.contextmanager
def running_as_nobody(**settings):
    """A site of an ordinary user's."""
    if os.geteuid() != 0:
        with sites.running(**settings) as site:
            yield site
        return
    root = copy_of_the_tree()
    directory = sites.make_directory()
    os.chown(directory.parent, NOBODY, NOBODY)
    user = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}",
            "--clear-groups", "--")
    with sites.watched(sites.Site(directory, settings, prefix=user,
                                  root=root)) as site:
        yield site
    shutil.rmtree(directory.parent)
    shutil.rmtree(root.parent)


@pytest.fixture(scope="module", params=(sites.running, running_as_nobody),
                ids=("as we are", "as an ordinary user"))
def probed(request, prober):
    """A site whose ffmpeg tries things."""
    with request.param(ffmpeg=prober, ffprobe=prober) as site:
        yield site


@pytest.mark.provokes("ERROR upload.* FFMPEG_FAILED")
def test_a_program_that_was_taken_over_can_do_nothing(probed, clip):
    user = probed.people.new()
    assert user.publish(clip).error == "FFMPEG_FAILED"
    log = (probed.directory / "logs/mini-tiktok.log").read_text()
    found = outcomes(re.search("prober: FFMPEG_FAILED.*", log)[0])
    wanted = {name: 0 for name in ALLOWED}
    if has_filter():
        wanted.update(FILTERED)
    if has_fence():
        wanted.update({name: errno.EACCES for name in FENCED})
    assert {name: found.get(name) for name in wanted} == wanted
    assert set(found) == {*ALLOWED, *FILTERED, *FENCED}


def test_without_the_sandbox_it_can(prober, tmp_path):
    """The attempts are real ones."""
    job = tmp_path / "media-root/spool/jobs/1"
    for place in (job, tmp_path / "media-root/videos", tmp_path / "data",
                  tmp_path / "sockets"):
        place.mkdir(parents=True)
    for name in ("secret", "mini-tiktok.db"):
        (tmp_path / "data" / name).touch()
    with socket.socket(socket.AF_UNIX) as listener:
        here = os.open(tmp_path, os.O_RDONLY)
        listener.bind(f"/proc/self/fd/{here}/sockets/api.sock")
        os.close(here)
        listener.listen()
        said = subprocess.run([prober], cwd=job, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True).stderr
    found = outcomes(said)
    assert found.pop("exec") == errno.ENOENT
    # Some containers forbid these to everybody.
    for name in ("namespace", "ptrace", "read", "personality"):
        found.pop(name)
    assert set(found.values()) == {0}, found
