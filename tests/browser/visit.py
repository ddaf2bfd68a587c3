#!/usr/bin/python3
"""Somebody who uses the page: what they do, and what they see of it.

The hooks that this knows are those that web/README.md promises.
"""

import contextlib
import json

import media_files
import sites

DOUBLE_TAP_MS = 300

# What one sees of each clip of the feed, in order.
CLIPS = """[...document.querySelectorAll('.reel .clip[data-video]')].map(
    (clip) => ({
        id: Number(clip.dataset.video), state: clip.dataset.state,
        media: clip.querySelector('video'),
        top: clip.getBoundingClientRect().top -
            clip.parentNode.getBoundingClientRect().top}))"""
# The one on the screen.
HERE = f"{CLIPS}.find((clip) => Math.abs(clip.top) < 2)"


@contextlib.contextmanager
def site_of_its_own(browser, **settings):
    """A page asks on as long as it is open: the browser leaves before the site
    ends."""
    with sites.running(**settings) as site:
        yield site
        browser.leave()


def portrait(seconds=4, filters="null"):
    """A clip as a phone makes it, small enough for any machine."""
    return media_files.make_clip(270, 480, seconds, filters=filters)


def landscape(seconds=4):
    return media_files.make_clip(480, 270, seconds)


def quoted(text):
    """A text as JavaScript writes it."""
    return json.dumps(text)


class Visit:
    """A browser at a site."""

    def __init__(self, browser, site):
        self.browser = browser
        self.site = site
        for name in ("click", "type", "press", "wait", "evaluate", "sees",
                     "find", "command", "middle", "tap", "driver"):
            setattr(self, name, getattr(browser, name))

    # -- coming in --

    def open(self, path="/", user=None):
        """Goes to an address; as a user who has logged in here before."""
        with self.logged_in(user) if user else contextlib.nullcontext():
            self.browser.go(self.site.base + path)
        return self

    @contextlib.contextmanager
    def logged_in(self, user):
        session = quoted(json.dumps({"token": user.token, "id": user.id}))
        script = self.command(
            "Page.addScriptToEvaluateOnNewDocument",
            source=f"localStorage.setItem('session', {session})")
        yield
        self.command("Page.removeScriptToEvaluateOnNewDocument", **script)

    def reload(self):
        self.driver.refresh()

    def act(self, action, within=""):
        self.click(f"{within} [data-action={action}]")

    @property
    def path(self):
        return self.evaluate("location.pathname")

    def wait_path(self, path):
        self.wait(f"location.pathname === {quoted(path)}")

    # -- the feed --

    def playing(self, video=None):
        """Waits until a video, or this one, plays on the screen; its id."""
        which = f"clip.id === {video}" if video else "true"
        return self.wait(
            f"(() => {{ const clip = {HERE}; return clip && {which} && "
            "clip.state === 'playing' && clip.media.currentTime > 0 && "
            "clip.id; })()", f"video {video or ''} to play")

    def moves(self):
        """Waits until the video on the screen has gone on."""
        at = self.evaluate(f"{HERE}.media.currentTime")
        self.wait(f"Math.abs({HERE}.media.currentTime - {at}) > 0.1")

    def halt(self):
        """Taps until it stands still; a first tap may be for the sound."""
        def stand():
            if not self.evaluate(f"{HERE}.media.paused"):
                self.pause()
                self.tap(".clip[data-state=playing] [data-action=toggle]")
                self.pause()
            return self.evaluate(f"{HERE}.media.paused")
        self.browser.wait_until(stand, "the video to stand still")

    def on(self, video):
        """A selector for what belongs to a clip."""
        return f".clip[data-video='{video}']"

    def count(self, video, action):
        """The number that stands below a button of a clip."""
        return self.evaluate(
            f"document.querySelector(\"{self.on(video)} "
            f"[data-action={action}]\").innerText.trim()")

    def wait_count(self, video, action, text):
        self.wait(f"document.querySelector(\"{self.on(video)} "
                  f"[data-action={action}]\")?.innerText.trim() === "
                  f"{quoted(text)}", f"{action} {text} of {video}")

    def is_liked(self, video):
        return self.evaluate(
            f"document.querySelector(\"{self.on(video)} "
            "[data-action=like]\").getAttribute('aria-pressed') === 'true'")

    def pause(self):
        """Until a tap is no longer the second one of a double tap."""
        now = self.evaluate("performance.now()")
        self.wait(f"performance.now() > {now + DOUBLE_TAP_MS}")

    def next(self):
        """On to the next video as people do it here."""
        if self.browser.touch:
            self.browser.swipe(".reel", 400)
        else:
            self.press("\ue015")

    # -- texts --

    def says(self, selector, text):
        """Waits until a text stands in what a selector finds first."""
        self.wait(f"document.querySelector({quoted(selector)})?"
                  f".textContent.includes({quoted(text)})",
                  f"{text!r} in {selector}")

    def keep_toasts(self):
        """They are gone soon: from now on what they say is written down."""
        self.evaluate("""window.toasts = [], new MutationObserver((changes) =>
            changes.forEach(({addedNodes}) => addedNodes.forEach((node) =>
            window.toasts.push(node.textContent)))).observe(
            document.querySelector('#toasts'), {childList: true})""")

    def wait_toast(self, text):
        self.wait(f"window.toasts.some((one) => one.includes({quoted(text)}))",
                  f"{text!r} for a moment")

    def texts(self, selector):
        return self.evaluate(
            f"[...document.querySelectorAll({quoted(selector)})].map("
            "(one) => one.textContent)")

    def wait_texts(self, selector, texts):
        self.wait(f"JSON.stringify([...document.querySelectorAll("
                  f"{quoted(selector)})].map((one) => one.textContent)) === "
                  f"JSON.stringify({quoted(texts)})", f"{texts} as {selector}")

    def gone(self, selector):
        self.wait(f"!document.querySelector({quoted(selector)})",
                  f"the end of {selector}")
