#!/usr/bin/python3
"""By keyboard, by ear, on a narrow screen, without motion, with weak eyes."""

import pytest

import eyes
import stories
import visit as visiting

TAB, ENTER, ESCAPE = "\ue004", "\ue007", "\ue00c"


@pytest.fixture(scope="module")
def reader(site, town):
    """Has something to see on every page."""
    reader = site.people.new("W" * 24)      # which has no place to break
    stories.befriend(reader, town.yu)
    stories.send(town.yu, reader, "你好！ I saw your comment on the snow")
    stories.send(reader, town.yu, "yes, it is beautiful")
    stories.post(reader, town.clips[-1], "Beautiful, and so quiet")
    stories.like(reader, town.clips[-1])
    return reader


# Every page, by address, with what is there once it is whole.
PAGES = {
    "feed": ("/", ".clip[data-state=playing]"),
    "me": ("/me", ".profile h1"),
    "author": ("/u/{yu}", ".grid .still"),
    "followers": ("/u/{yu}/followers", ".person"),
    "friends": ("/friends", ".person"),
    "inbox": ("/chat", ".person small"),
    "chat": ("/chat/{yu}", ".bubble"),
    "publish": ("/publish", "[data-action=choose-video]"),
    "docs": ("/docs/", "details.endpoint"),
}
# And sheets: where they are opened, and with what.
SHEETS = {
    "comments": ("/", ".clip[data-state=playing] [data-action=comment]",
                 "#comments-sheet .comment"),
    "account": ("/me", ".profile [data-action=settings]", "#account-sheet"),
    "edit": ("/me", ".profile [data-action=edit]", "#edit-sheet"),
}


def show(visit, name, reader, town):
    """Goes there, as one who has logged in."""
    path, *sight = PAGES.get(name) or SHEETS[name]
    visit.open(path.format(yu=town.yu.id), reader)
    for selector in sight[:-1]:
        visit.click(selector)
    visit.wait(f"document.querySelector('{sight[-1]}')", name)


@pytest.mark.parametrize("name", (*PAGES, *SHEETS))
def test_everything_can_be_read_heard_and_reached(
        visit, site, town, reader, name, shots):
    show(visit, name, reader, town)
    visit.browser.shoot(shots, f"page-{name}")
    assert not eyes.pale(visit)
    assert not eyes.nameless(visit)
    assert not eyes.overflowing(visit)
    if visit.browser.touch:
        with visit.browser.sized(320, 568):
            visit.browser.shoot(shots, f"narrow-{name}")
            assert not eyes.overflowing(visit)


def test_the_keyboard_is_enough(desk, site, town, user):
    """From the first Tab to a comment, without a pointer."""
    visit = visiting.Visit(desk, site).open()
    visit.playing()
    visit.press(TAB)
    assert "skip" in visit.evaluate("document.activeElement.className")
    visit.press(ENTER)
    visit.press("l")
    visit.wait("document.querySelector('#login-sheet[open]')")
    visit.wait("document.activeElement.name === 'username'")
    visit.press(user.name, TAB, user.password, ENTER)
    visit.gone("#login-sheet")
    video = visit.playing()
    visit.press("c")
    visit.wait("document.querySelector('#comments-sheet[open]')")
    walk_to(visit, "document.activeElement.matches('textarea')")
    visit.press("typed, not tapped")
    walk_to(visit, "document.activeElement.dataset.action === 'send'")
    visit.press(ENTER)
    visit.says("#comments-sheet .comment .text", "typed, not tapped")
    visit.press(ESCAPE)
    visit.gone("#comments-sheet")
    walk_to(visit, "document.activeElement.dataset.action === 'like' && "
            f"document.activeElement.closest(\"{visit.on(video)}\")")
    visit.press(" ")
    visit.wait("document.activeElement.getAttribute('aria-pressed') === "
               "'true'")


def walk_to(visit, condition):
    """Presses Tab until the focus is there; each stop can be seen."""
    for _ in range(60):
        if visit.evaluate(f"!!({condition})"):
            return
        visit.press(TAB)
        assert eyes.shows_focus(visit)
    raise AssertionError(f"Tab never comes to {condition}")


def test_motion_is_left_out_for_those_who_ask(phone, site, town, user):
    phone.command("Emulation.setEmulatedMedia", features=[
        {"name": "prefers-reduced-motion", "value": "reduce"}])
    visit = visiting.Visit(phone, site).open(user=user)
    video = visit.playing()
    visit.act("comment", visit.on(video))
    visit.wait("document.querySelector('#comments-sheet[open]')")
    moving = visit.evaluate("""document.getAnimations().filter((one) =>
        one.effect.getComputedTiming().duration > 10).length""")
    scrolling = visit.evaluate(
        "getComputedStyle(document.querySelector('.reel')).scrollBehavior")
    phone.command("Emulation.setEmulatedMedia", features=[])
    assert (moving, scrolling) == (0, "auto")
