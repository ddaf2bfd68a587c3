#!/usr/bin/python3
import contextlib

import pytest


def state(site):
    """What a refused upload must leave as it was."""
    return (site.stored_files(), site.value("SELECT count(*) FROM video"),
            site.value("SELECT coalesce(sum(work_count), 0) FROM account"))


@pytest.fixture
def nothing_changes():
    """A context in which no video may come into being on a site."""
    @contextlib.contextmanager
    def watch(site):
        before = state(site)
        yield
        assert state(site) == before
    return watch


@pytest.fixture
def one_video_more():
    """A context in which exactly one video comes into being on a site."""
    @contextlib.contextmanager
    def watch(site):
        files, videos, works = state(site)
        yield
        files_now, videos_now, works_now = state(site)
        assert (videos_now, works_now) == (videos + 1, works + 1)
        assert len(files_now - files) == 2 and files <= files_now
    return watch
