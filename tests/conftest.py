#!/usr/bin/python3
"""Fixtures of all tests, and what is looked at after each of them."""

import pathlib
import re
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import sites  # noqa: E402
import table  # noqa: E402

def pytest_configure(config):
    config.addinivalue_line(
        "markers", "provokes(pattern, ...): the test makes the site log error "
        "lines that match; each must really appear")
    config.addinivalue_line(
        "markers", "last: the test looks at what all others have done")


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: item.get_closest_marker("last") is not None)


def pytest_report_header():
    return f"build: {table.BUILD}"


@pytest.fixture(scope="session")
def site():
    """The common site, with default settings but for a quick bcrypt."""
    with sites.running() as site:
        yield site


@pytest.fixture
def guest(site):
    return site.people.guest()


@pytest.fixture
def user(site):
    return site.people.new()


@pytest.fixture(scope="session")
def clip():
    """A small video that is accepted."""
    import media_files
    return media_files.make_clip()


@pytest.fixture(autouse=True)
def good_order(request):
    """After each test the sites live, their logs are clean, the spool empty."""
    yield
    marker = request.node.get_closest_marker("provokes")
    sites.check_all(marker.args if marker else ())
