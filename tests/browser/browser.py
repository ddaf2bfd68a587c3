#!/usr/bin/python3
"""A real Chromium, seen and touched as a person would.

A Browser is started through Debian's chromedriver in a directory of its own,
from which all its processes are told apart; they are ended by number, and the
directory goes with them.  What it says on its console and what it asks of the
network is kept (traffic.py).

What a page shows is asked for with evaluate() and wait(), which look from
inside the page without being seen by it: no user activation, no policy of the
page in their way.  A look never waits inside the page, where it could
wait for ever.  Nothing here waits for time.
"""

import base64
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time

from selenium import webdriver
from selenium.common import exceptions
from selenium.webdriver.chromium.remote_connection import (
    ChromiumRemoteConnection)
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.file_detector import UselessFileDetector
from selenium.webdriver.remote.remote_connection import RemoteConnection

import sites
import traffic

DRIVER = "/usr/bin/chromedriver"
CHROMIUM = "/usr/bin/chromium"
FLAGS = """
--headless=new --no-sandbox --disable-gpu --disable-background-networking
--disable-component-update --disable-sync --no-first-run --mute-audio
--disable-dev-shm-usage --disable-breakpad --disable-extensions
--no-default-browser-check --no-proxy-server --hide-scrollbars
--disable-features=Translate,OptimizationHints,MediaRouter
""".split()

# Of whatever a page is waited for: a machine that is loaded is slow.
PATIENCE = 60
# Between two looks, in seconds: a look takes away from what it waits for.
NAP = 0.03

# Nothing moves but what always does.
STILL = """document.getAnimations().every((one) => one.playState !== 'running'
    || one.effect.getComputedTiming().iterations === Infinity)"""

# What may be thrown at one who looks while the page changes.
CHANGING = (exceptions.StaleElementReferenceException,
            exceptions.ElementClickInterceptedException,
            exceptions.ElementNotInteractableException,
            exceptions.NoSuchElementException,
            exceptions.JavascriptException,
            exceptions.NoSuchWindowException)


class Browser:
    """Use it as a context manager.  touch: a phone's screen."""

    def __init__(self, width, height, touch=False):
        self.width = width
        self.height = height
        self.touch = touch
        self.place = None
        self.server = None
        self.driver = None
        self.traffic = traffic.Traffic()
        self.known = set()      # the sites that it has been sent to

    # -- start and end --

    def __enter__(self):
        self.begin()
        return self

    def begin(self):
        self.place = pathlib.Path(
            tempfile.mkdtemp(prefix="mini-tiktok-browser-"))
        try:
            self.start()
        except BaseException:
            self.stop()
            raise

    def __exit__(self, *_):
        self.stop()

    def start(self):
        log = open(self.place / "driver.log", "w+", encoding="utf-8")
        with log:
            self.server = subprocess.Popen(
                [DRIVER, "--port=0"], cwd=self.place, stdout=log,
                stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                start_new_session=True, env=self.environment())
        port = sites.wait_for(self.port, "chromedriver", PATIENCE)
        RemoteConnection.set_timeout(PATIENCE)
        self.driver = webdriver.Remote(
            ChromiumRemoteConnection(f"http://127.0.0.1:{port}", "goog",
                                     "chrome", ignore_proxy=True),
            options=self.options())
        self.driver.file_detector = UselessFileDetector()  # files are here
        self.driver.set_page_load_timeout(PATIENCE)
        self.resize()

    def port(self):
        text = (self.place / "driver.log").read_text(encoding="utf-8")
        found = re.search(r"started successfully on port (\d+)", text)
        assert found or self.server.poll() is None, text
        return found and int(found[1])

    def environment(self):
        """Nothing is written elsewhere, and no language is our user's."""
        kept = {name: value for name, value in os.environ.items()
                if not name.startswith(("XDG_", "LC_"))}
        return {**kept, "HOME": str(self.place), "TMPDIR": str(self.place),
                "LANG": "C.UTF-8"}

    def options(self):
        options = webdriver.ChromeOptions()
        options.binary_location = CHROMIUM
        for flag in FLAGS:
            options.add_argument(flag)
        options.add_argument(f"--user-data-dir={self.place}/profile")
        options.add_argument(f"--window-size={self.width},{self.height}")
        options.add_argument("--lang=en-US")
        options.add_experimental_option("prefs", {
            "intl.accept_languages": "en-US,en"})
        if self.touch:
            options.add_experimental_option("mobileEmulation", {
                "deviceMetrics": {"width": self.width, "height": self.height,
                                  "pixelRatio": 1.0, "touch": True,
                                  "mobile": True}})
        options.set_capability("goog:loggingPrefs",
                               {"browser": "ALL", "performance": "ALL"})
        options.set_capability("unhandledPromptBehavior", "ignore")
        return options

    def processes(self):
        """All that works in our directory, by number."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            with contextlib.suppress(OSError):
                where = os.readlink(entry / "cwd")
                if entry.name.isdigit() and \
                        where.startswith(str(self.place)):
                    found.append(int(entry.name))
        return found

    def stop(self):
        """Ends everything, in whatever state it is."""
        if self.server:
            sites.wait_for(self.kill, "the end of Chromium", PATIENCE)
        sites.wait_for(self.is_removed, "the end of its files", PATIENCE)

    def is_removed(self):
        shutil.rmtree(self.place, ignore_errors=True)
        return not self.place.exists()

    def kill(self):
        """Kills what is left; true when there is nothing."""
        left = self.processes()
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.server.poll()
        return not left

    # -- seeing --

    def command(self, name, **parameters):
        """A command of the DevTools protocol; its result."""
        return self.driver.execute("executeCdpCommand", {
            "cmd": name, "params": parameters})["value"]

    def evaluate(self, expression):
        """The value of an expression, or of its promise, in the page."""
        result = self.command(
            "Runtime.evaluate", expression=expression, awaitPromise=True,
            returnByValue=True)
        if "exceptionDetails" in result:
            raise exceptions.JavascriptException(
                json.dumps(result["exceptionDetails"])[:2000])
        return result["result"].get("value")

    def wait(self, expression, what=None):
        """Waits until an expression holds in the page; returns its value.

        The page may go over to another one meanwhile.
        """
        look = f"((it) => it instanceof Node || it)({expression})"
        return self.wait_until(lambda: self.evaluate(look),
                               what or expression)

    def wait_until(self, condition, what):
        """The same of a condition in Python, which may fail to find out."""
        trouble = None

        def glance():
            nonlocal trouble
            try:
                return condition()
            except CHANGING as e:
                trouble = e
                return None
        try:
            return sites.wait_for(glance, what, PATIENCE, NAP)
        except AssertionError as e:
            raise AssertionError(
                f"{e}\n{trouble or ''}\n{self.describe()}") from None

    def describe(self):
        """What can be said of the page when a test fails."""
        with contextlib.suppress(exceptions.WebDriverException):
            self.traffic.read(self.driver)
            return "\n".join([
                f"at {self.driver.current_url}",
                self.evaluate("document.body.innerText")[:2000],
                *self.traffic.complaints])
        return "the page says nothing"

    def shoot(self, directory, name, still=True):
        """A picture of a state of the page, for people to look at; still:
        when all has arrived where it goes to."""
        if still:
            self.wait(STILL)
        self.screenshot(directory / f"{name}-{self.screen[0]}.png")

    def screenshot(self, path, scale=1):
        """What can be seen; a clip is counted from the document's corner."""
        left, top = self.evaluate("[scrollX, scrollY]")
        shot = self.command(
            "Page.captureScreenshot", format="png", clip={
                "x": left, "y": top, "width": self.screen[0],
                "height": self.screen[1], "scale": scale})
        path.write_bytes(base64.b64decode(shot["data"]))

    # -- doing --

    def go(self, address):
        self.known.add(re.match(r"\w+://[^/]+", address)[0])
        self.driver.get(address)

    def find(self, selector):
        """The first element of a selector that can be seen."""
        for element in self.driver.find_elements(By.CSS_SELECTOR, selector):
            if element.is_displayed():
                return element
        raise exceptions.NoSuchElementException(selector)

    def sees(self, selector):
        with contextlib.suppress(*CHANGING):
            return self.find(selector).is_displayed()
        return False

    def click(self, selector):
        """Clicks as soon as that is possible."""
        def click():
            self.find(selector).click()
            return True
        self.wait_until(click, f"a click on {selector}")

    def type(self, selector, text):
        """Writes into an empty field."""
        def write():
            field = self.find(selector)
            field.clear()
            field.send_keys(text)
            return True
        self.wait_until(write, f"a field {selector}")

    def attach(self, selector, path):
        """Chooses a file in a field, which is mostly hidden."""
        self.wait_until(lambda: self.driver.find_element(
            By.CSS_SELECTOR, selector).send_keys(str(path)) or True,
            f"a field {selector}")

    def press(self, *keys):
        """Keys, wherever the focus is."""
        webdriver.ActionChains(self.driver, duration=0).send_keys(
            *keys).perform()

    def middle(self, selector):
        """Where an element that can be seen has its middle."""
        box = self.wait_until(lambda: self.find(selector), selector).rect
        view = self.evaluate("[scrollX, scrollY]")
        return (box["x"] - view[0] + box["width"] / 2,
                box["y"] - view[1] + box["height"] / 2)

    def tap(self, selector, times=1):
        self.tap_at(*self.middle(selector), times)

    def tap_at(self, x, y, times=1):
        """Several are one after the other so quickly as a finger is, however
        slow we are: each event has its time with it."""
        now = time.time()
        for n in range(times):
            self.touch_down(x, y, now + n * 0.1, n + 1)
            self.touch_up(x, y, now + n * 0.1 + 0.03, n + 1)

    def touch_down(self, x, y, when, count=1):
        if self.touch:
            self.command("Input.dispatchTouchEvent", type="touchStart",
                         touchPoints=[{"x": x, "y": y}], timestamp=when)
        else:
            self.command("Input.dispatchMouseEvent", type="mousePressed",
                         x=x, y=y, button="left", clickCount=count,
                         timestamp=when)

    def touch_up(self, x, y, when, count=1):
        if self.touch:
            self.command("Input.dispatchTouchEvent", type="touchEnd",
                         touchPoints=[], timestamp=when)
        else:
            self.command("Input.dispatchMouseEvent", type="mouseReleased",
                         x=x, y=y, button="left", clickCount=count,
                         timestamp=when)

    def swipe(self, selector, up):
        """Draws a finger up by so many pixels."""
        x, y = self.middle(selector)
        now, steps = time.time(), 10
        self.touch_down(x, y + up / 2, now)
        for n in range(1, steps + 1):
            self.command("Input.dispatchTouchEvent", type="touchMove",
                         touchPoints=[{"x": x, "y": y + up / 2 -
                                       up * n / steps}],
                         timestamp=now + n * 0.02)
        self.touch_up(x, y, now + steps * 0.02 + 0.02)

    @contextlib.contextmanager
    def sized(self, width, height):
        """A smaller screen for a while."""
        self.resize(width, height)
        self.wait(f"innerWidth === {width}")
        yield
        self.resize()

    def resize(self, width=None, height=None):
        self.screen = width or self.width, height or self.height
        self.command("Emulation.setDeviceMetricsOverride",
                     width=self.screen[0], height=self.screen[1],
                     deviceScaleFactor=1, mobile=self.touch)

    # -- between tests --

    def restart(self):
        """After a test that has failed nobody knows what it is doing."""
        self.stop()
        self.begin()

    def leave(self):
        """Leaves the page; what it was still asking for is given up."""
        self.driver.get("about:blank")

    def forget(self):
        """As if it had never been anywhere; one window is left."""
        for window in self.driver.window_handles[1:]:
            self.driver.switch_to.window(window)
            self.driver.close()
        self.driver.switch_to.window(self.driver.window_handles[0])
        self.leave()
        for origin in self.known:
            self.command("Storage.clearDataForOrigin", origin=origin,
                         storageTypes="all")
        self.known.clear()
        self.command("Network.clearBrowserCache")
        self.traffic = traffic.Traffic()
        self.traffic.skip(self.driver)
