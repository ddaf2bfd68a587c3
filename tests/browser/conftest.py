#!/usr/bin/python3
"""Who looks at the page: a phone and a desk, each a browser of its own."""

import contextlib
import re

import pytest

import sites
from browser import Browser
from table import ROOT

SHOTS = ROOT / "build/screenshots"

# What a browser says by itself of a request that has failed.
FAILED_LOAD = "Failed to load resource"


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "interrupts: requests may fail meanwhile, if each failure "
        "is followed by a success")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    outcome = yield
    if outcome.get_result().failed:
        item.has_failed = True


@pytest.fixture(scope="session")
def shots():
    """Where pictures of the page are written."""
    SHOTS.mkdir(parents=True, exist_ok=True)
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
    browser.forget([site.base for site in sites.up])
    yield browser
    if getattr(request.node, "has_failed", False):
        name = re.sub(r"\W+", "-", request.node.name)
        with contextlib.suppress(Exception):
            browser.screenshot(shots / f"failed-{name}.png")
        browser.restart()
        return
    browser.traffic.read(browser.driver)
    wrong = browser.traffic.leaks([site.base for site in sites.up])
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
