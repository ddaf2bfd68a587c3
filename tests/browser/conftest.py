#!/usr/bin/python3
"""Who looks at the page: a phone and a desk, each a browser of its own."""

import contextlib
import re
import shutil

import pytest

from browser import Browser
from table import ROOT
from visit import Visit, landscape, portrait

SHOTS = ROOT / "build/screenshots"

# What a browser says by itself of a request that has failed.
FAILED_LOAD = "Failed to load resource"


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "interrupts: requests may fail meanwhile, if each failure "
        "is followed by a success")


def pytest_report_header():
    return f"screenshots: {SHOTS}"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    outcome = yield
    if outcome.get_result().failed:
        item.has_failed = True


@pytest.fixture(scope="session")
def shots():
    """Where pictures of the page are written; older ones go."""
    shutil.rmtree(SHOTS, ignore_errors=True)
    SHOTS.mkdir(parents=True)
    return SHOTS


@pytest.fixture(scope="session")
def phone_browser():
    with Browser(390, 844, touch=True) as browser:
        yield browser


@pytest.fixture(scope="session")
def desk_browser():
    with Browser(1280, 800) as browser:
        yield browser


def used(browser, request, shots):
    """A browser that knows nothing yet; what it has seen is looked at."""
    browser.forget()
    yield browser
    if getattr(request.node, "has_failed", False):
        name = re.sub(r"\W+", "-", request.node.name)
        with contextlib.suppress(Exception):
            browser.screenshot(shots / f"failed-{name}.png")
        browser.restart()
        return
    browser.traffic.read(browser.driver)
    wrong = browser.traffic.leaks(browser.known)
    if request.node.get_closest_marker("interrupts"):
        wrong += browser.traffic.unhealed()
        wrong += [line for line in browser.traffic.console_complaints
                  if FAILED_LOAD not in line]
    else:
        wrong += browser.traffic.complaints
    assert not wrong, "\n".join(map(str, wrong))


@pytest.fixture
def phone(phone_browser, request, shots):
    yield from used(phone_browser, request, shots)


@pytest.fixture
def desk(desk_browser, request, shots):
    yield from used(desk_browser, request, shots)


@pytest.fixture(params=("phone", "desk"))
def browser(request):
    """One after the other."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def visit(browser, site):
    """Somebody at the common site."""
    return Visit(browser, site)


class Town:
    """Who is at home at the common site, and what they have published."""

    def __init__(self, site):
        self.luna = site.people.new("Luna")
        self.yu = site.people.new("晓雨")
        self.clips = [
            published(self.luna, landscape(), "Over the hills"),
            published(self.yu, portrait(filters="hue=h=90:s=0.5"), "看得见的和弦"),
            published(self.luna, portrait(filters="hue=h=200:s=0.4"), "Three lights"),
            published(self.yu, portrait(), "初雪 First snow"),
        ]


def published(user, clip, title):
    """Publishes a clip; its number."""
    reply = user.publish(clip, title)
    assert reply.ok, reply
    return user.videos()["video_list"][0]["id"]


@pytest.fixture(scope="session")
def town(site):
    return Town(site)
