#!/usr/bin/python3
"""The feed: one video a screen; the visible one plays, the next is ready."""

import pytest

import client
import visit as visiting
from visit import CLIPS, HERE

ARROW_DOWN, ARROW_UP = "\ue015", "\ue013"

# How many of all videos of the page are playing.
PLAYING = ("[...document.querySelectorAll('video')].filter("
           "(media) => !media.paused).length")


def feed_ids(site):
    return [video["id"] for video in client.Client(site).feed()["video_list"]]


def test_the_visible_one_plays_and_the_next_is_ready(visit, town, site, shots):
    first, second, *_ = feed_ids(site)
    visit.open()
    visit.playing(first)
    visit.moves()
    visit.wait(f"{CLIPS}[1].media?.readyState >= 3", "the next one's start")
    assert visit.evaluate(PLAYING) == 1
    assert visit.evaluate(f"{CLIPS}[1].media.currentTime") == 0
    visit.browser.shoot(shots, "feed")
    visit.next()
    visit.playing(second)
    visit.moves()
    assert visit.evaluate(PLAYING) == 1
    assert visit.evaluate(f"{CLIPS}[0].media.paused")


def test_the_first_video_takes_six_requests(visit, town, site):
    visit.open()
    visit.playing()
    visit.browser.traffic.read(visit.driver)
    paths = [request.path for request in visit.browser.traffic.requests]
    first = next(number for number, path in enumerate(paths, 1)
                 if path.startswith("/videos/"))
    assert first <= 6, paths


def test_the_page_is_confined_by_a_strict_policy(phone, town, site):
    visiting.Visit(phone, site).open().playing()
    phone.traffic.read(phone.driver)
    page = phone.traffic.requests[0]
    policy = page.response_headers["content-security-policy"]
    assert "default-src 'self'" in policy or "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_keys_go_on_and_back(desk, town, site):
    visit = visiting.Visit(desk, site).open()
    first, second, third, *_ = feed_ids(site)
    visit.playing(first)
    visit.press(ARROW_DOWN)
    visit.playing(second)
    visit.press(ARROW_DOWN)
    visit.playing(third)
    visit.press(ARROW_UP)
    visit.playing(second)
    visit.act("next")
    visit.playing(third)
    visit.act("previous")
    visit.playing(second)


def test_keys_pause_wind_and_mute(desk, town, site):
    visit = visiting.Visit(desk, site).open()
    visit.playing()
    visit.press(" ")
    visit.wait(f"{HERE}.media.paused")
    at = visit.evaluate(f"{HERE}.media.currentTime")
    visit.press("\ue014" if at < 2 else "\ue012")
    visit.wait(f"Math.abs(Math.abs({HERE}.media.currentTime - {at}) - 2)"
               " < 0.1", "two seconds on or back")
    visit.press(" ")
    visit.wait(f"!{HERE}.media.paused")
    before = visit.evaluate("document.body.dataset.sound")
    visit.press("m")
    visit.wait(f"document.body.dataset.sound !== '{before}'")


def test_a_tap_pauses_and_another_goes_on(visit, town, site):
    visit.open()
    video = visit.playing()
    visit.tap(f"{visit.on(video)} [data-action=toggle]")
    visit.wait("document.body.dataset.sound === 'on'")  # no more than that
    visit.pause()
    visit.moves()
    visit.tap(f"{visit.on(video)} [data-action=toggle]")
    visit.wait(f"{HERE}.media.paused")
    visit.pause()
    visit.tap(f"{visit.on(video)} [data-action=toggle]")
    visit.wait(f"!{HERE}.media.paused")
    visit.moves()


def test_sound_comes_with_the_first_touch_and_the_choice_stays(
        visit, town, site):
    visit.open()
    video = visit.playing()
    assert visit.evaluate(f"{HERE}.media.muted")
    visit.act("sound", visit.on(video))
    visit.wait(f"!{HERE}.media.muted")
    visit.moves()
    visit.next()
    visit.wait(f"{HERE}?.id !== {video}")
    other = visit.playing()
    assert not visit.evaluate(f"{HERE}.media.muted")
    visit.act("sound", visit.on(other))
    visit.wait(f"{HERE}.media.muted")
    visit.reload()
    video = visit.playing()
    visit.tap(f"{visit.on(video)} [data-action=toggle]")
    visit.wait(f"{HERE}.media.paused")  # a tap like any other
    assert visit.evaluate(f"{HERE}.media.muted")


def test_the_bar_seeks(visit, town, site):
    visit.open()
    video = visit.playing()
    visit.halt()
    left, top, width, height = visit.evaluate(
        f"""(({{x, y, width, height}}) => [x, y, width, height])(
        document.querySelector("{visit.on(video)} [data-action=seek]")
        .getBoundingClientRect())""")
    visit.browser.tap_at(left + width * 0.75, top + height / 2)
    visit.wait(f"Math.abs({HERE}.media.currentTime / {HERE}.media.duration"
               " - 0.75) < 0.05", "three quarters")


def test_it_goes_on_for_ever(phone):
    with visiting.site_of_its_own(phone, feed_limit=2) as site:
        author = site.people.new()
        for n in range(3):
            assert author.publish(visiting.portrait(1), f"clip {n}").ok
        ids = feed_ids(site)
        ids += [video["id"] for video in client.Client(site).feed(
            latest_time=client.Client(site).feed()["next_time"])["video_list"]]
        visit = visiting.Visit(phone, site).open()
        for video in [*ids, *ids[:2]]:
            visit.playing(video)
            visit.next()


def test_nothing_published_yet_is_told_kindly(browser, shots):
    with visiting.site_of_its_own(browser) as site:
        visit = visiting.Visit(browser, site).open()
        visit.wait("document.querySelector('.tail .notice h2')")
        browser.shoot(shots, "empty")
        assert visit.sees(".tail a[href='/publish']")


@pytest.mark.interrupts
def test_trouble_is_told_in_words_and_tried_again(phone, town, site, shots):
    """nginx cannot reach the pool: requests end at once with 503."""
    socket = site.directory / "sockets/api.sock"
    away = socket.with_name("away.sock")
    visit = visiting.Visit(phone, site)
    socket.rename(away)
    try:
        visit.open()
        visit.wait("document.querySelector('.tail [role=alert]')")
        phone.shoot(shots, "trouble")
    finally:
        away.rename(socket)
    visit.act("retry")
    visit.playing()
