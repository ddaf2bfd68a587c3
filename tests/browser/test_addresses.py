#!/usr/bin/python3
"""The way about: back and forward, addresses that can be shared, languages."""

import pytest

import traffic
import visit as visiting
from visit import HERE


def test_a_video_has_an_address_of_its_own(visit, site, town):
    """The feed goes on below it."""
    video = town.clips[0]
    visit.open(f"/v/{video}")
    visit.playing(video)
    visit.next()
    visit.wait(f"{HERE}?.id && {HERE}.id !== {video}")
    other = visit.playing()
    visit.wait_path(f"/v/{other}")
    visit.reload()
    visit.playing(other)


def test_sharing_gives_that_address(desk, site, town):
    """Where the browser has no other way it is shown, to be copied."""
    visit = visiting.Visit(desk, site).open(f"/v/{town.clips[1]}")
    video = visit.playing()
    visit.evaluate("navigator.share = undefined; Object.defineProperty("
                   "navigator, 'clipboard', {value: undefined})")
    visit.act("share", visit.on(video))
    visit.wait("document.querySelector('#share-sheet input')?.value === "
               f"'{site.base}/v/{video}'")


def test_back_and_forward(visit, site, town, user):
    first, author = town.clips[-1], town.yu
    visit.open(user=user)
    visit.playing(first)
    visit.next()
    visit.wait(f"{HERE}?.id && {HERE}.id !== {first}")
    second = visit.playing()
    visit.driver.get(f"{site.base}/u/{author.id}")
    visit.click(f".grid [data-video='{town.clips[1]}'] .cover")
    visit.playing(town.clips[1])
    visit.act("comment", visit.on(town.clips[1]))
    visit.wait("document.querySelector('#comments-sheet[open]')")
    visit.driver.back()
    visit.gone("#comments-sheet")
    visit.moves()
    visit.driver.back()
    visit.wait_path(f"/u/{author.id}")
    visit.says(".profile h1", author.name)
    visit.driver.forward()
    visit.wait_path(f"/v/{town.clips[1]}")
    visit.playing(town.clips[1])
    visit.act("back", ".reel")
    visit.wait_path(f"/u/{author.id}")
    visit.act("home", "#nav")
    visit.playing(first)
    visit.next()
    visit.playing(second)
    visit.click(f"{visit.on(second)} .author")
    visit.wait("document.querySelector('.profile')")
    visit.driver.back()
    visit.playing(second)   # where one was


def test_a_follower_without_works_has_a_page(phone, site, town, user):
    """The API shows a profile to its owner alone; a list tells of them."""
    fan = site.people.new()
    assert fan.ask("relation_action", to_user_id=user.id, action_type=1).ok
    visit = visiting.Visit(phone, site).open(f"/u/{fan.id}", user)
    visit.says(".profile h1", fan.name)
    visit.open("/me")
    visit.wait_texts(".counts > *", ["0Following", "1Follower", "0Likes"])


@pytest.mark.parametrize("known", (False, True))
def test_an_address_of_nothing(phone, site, town, user, known, shots):
    """A guest, too, is told so rather than asked to log in."""
    visit = visiting.Visit(phone, site)
    for path in ("/v/987654321", "/u/987654321", "/u/987654321/followers"):
        visit.open(path, user if known else None)
        visit.says("#page .notice h2", "Nothing here")
    phone.shoot(shots, "nowhere")
    visit.click("#page .notice a")
    visit.playing()


def test_an_address_that_no_page_has(phone, site, town):
    """It is told in the page's words, but also in HTTP's."""
    visit = visiting.Visit(phone, site).open("/nowhere/at/all")
    visit.wait("document.querySelector('#page .notice h2')")
    phone.traffic.read(phone.driver)
    assert [request.path for request in phone.traffic.requests
            if request.status == 404] == ["/nowhere/at/all"]
    phone.traffic = traffic.Traffic()
    visit.click("#page .notice a")
    visit.playing()


def test_both_languages(visit, site, town, shots):
    visit.open("/me")
    visit.says("#page", "Log in")
    assert visit.evaluate("document.documentElement.lang") == "en"
    visit.act("language", "" if not visit.browser.touch else "#page")
    visit.says("#page", "登录")
    assert visit.evaluate("document.documentElement.lang") == "zh"
    visit.browser.shoot(shots, "chinese")
    visit.reload()
    visit.says("#page", "登录")
    visit.act("login", "#page")
    visit.type("#login-sheet [name=username]", "nobody")
    visit.type("#login-sheet [name=password]", "nothing")
    visit.act("submit", "#login-sheet")
    visit.says("#login-sheet .fault", "密码")
    visit.open()
    visit.playing()
    visit.says("#nav", "消息")


def test_the_browsers_language_is_the_first(phone, site, town):
    visit = visiting.Visit(phone, site)
    phone.command("Emulation.setUserAgentOverride", acceptLanguage="zh-CN",
                  userAgent=phone.evaluate("navigator.userAgent"))
    visit.open("/me")
    visit.says("#page", "登录")
    phone.command("Emulation.setUserAgentOverride", acceptLanguage="en-US,en",
                  userAgent=phone.evaluate("navigator.userAgent"))
    visit.reload()
    visit.says("#page", "Log in")
