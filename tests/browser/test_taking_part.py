#!/usr/bin/python3
"""Likes, comments and follows: at once where one presses, and everywhere."""

import visit as visiting
from stories import post


def test_a_double_tap_likes_and_shows_a_heart(visit, site, town, user, shots):
    visit.open(user=user)
    video = visit.playing()
    before = int(visit.count(video, "like"))
    visit.tap(f"{visit.on(video)} [data-action=toggle]")    # sound, if allowed
    visit.pause()
    visit.evaluate("addEventListener('animationstart', ({target}) => {"
                   "window.hearts ||= target.matches('.burst'); })")
    visit.tap(f"{visit.on(video)} [data-action=toggle]", 2)
    visit.wait("window.hearts", "a heart")
    visit.browser.shoot(shots, "heart", still=False)
    visit.wait_count(video, "like", str(before + 1))
    assert visit.is_liked(video)
    visit.pause()
    visit.tap(f"{visit.on(video)} [data-action=toggle]", 2)
    visit.pause()
    assert visit.is_liked(video), "a double tap only ever likes"
    visit.wait(liked_at(site, user, video), "the server's word")
    visit.act("like", visit.on(video))
    visit.wait_count(video, "like", str(before))
    assert not visit.is_liked(video)


def liked_at(site, user, video):
    """Whether the server knows of a like; asked from the page."""
    return f"""(async () => (await (await fetch(
        '/douyin/video/?video_id={video}', {{headers: {{
        Authorization: 'Bearer {user.token}'}}}})).json())
        .video.is_favorite)()"""


def test_a_like_shows_in_another_tab_after_a_reload(visit, town, user):
    visit.open(user=user)
    video = visit.playing()
    before = int(visit.count(video, "like"))
    first = visit.driver.current_window_handle
    visit.driver.switch_to.new_window("tab")
    visit.open()
    visit.playing(video)
    visit.act("like", visit.on(video))
    visit.wait_count(video, "like", str(before + 1))
    visit.driver.switch_to.window(first)
    visit.reload()
    visit.playing(video)
    visit.wait_count(video, "like", str(before + 1))
    assert visit.is_liked(video)


def test_keys_like_and_comment(desk, site, town, user):
    visit = visiting.Visit(desk, site).open(user=user)
    video = visit.playing()
    before = int(visit.count(video, "like"))
    visit.press("l")
    visit.wait_count(video, "like", str(before + 1))
    visit.press("c")
    visit.wait("document.querySelector('#comments-sheet[open]')")
    visit.press("\ue00c")
    visit.gone("#comments-sheet")
    visit.press("l")
    visit.wait_count(video, "like", str(before))


def test_comments_are_written_and_deleted(visit, town, user, shots):
    video = town.clips[-1]
    theirs = post(town.luna, video, "第一！ so quiet here")
    visit.open(user=user)
    visit.playing(video)
    before = int(visit.count(video, "comment"))
    visit.act("comment", visit.on(video))
    visit.says(f"[data-comment='{theirs['id']}'] .text", "so quiet here")
    assert not visit.sees(f"[data-comment='{theirs['id']}'] "
                          "[data-action=delete-comment]")
    visit.type("#comments-sheet textarea", "Beautiful 雪")
    visit.act("send", "#comments-sheet")
    visit.wait_count(video, "comment", str(before + 1))
    visit.says("#comments-sheet .comment .text", "Beautiful 雪")
    visit.says("#comments-sheet h2", str(before + 1))
    visit.browser.shoot(shots, "comments")
    visit.act("delete-comment", "#comments-sheet")
    visit.act("no", "#confirm")
    visit.gone("#confirm")
    visit.act("delete-comment", "#comments-sheet")
    visit.act("yes", "#confirm")
    visit.wait_count(video, "comment", str(before))
    visit.wait("!document.querySelector('#comments-sheet')?.textContent"
               ".includes('Beautiful 雪')")
    visit.act("close", "#comments-sheet")
    visit.gone("#comments-sheet")
    visit.moves()


def test_a_follow_shows_everywhere(visit, site, town, user, shots):
    video, author = town.clips[-1], town.yu
    visit.open(user=user)
    visit.playing(video)
    visit.act("follow", f"{visit.on(video)} .face")
    visit.wait("document.querySelector(\"" + visit.on(video) +
               " .face [data-action=follow]\").getAttribute('aria-pressed')"
               " === 'true'")
    visit.click(f"{visit.on(video)} .author")
    visit.wait_path(f"/u/{author.id}")
    visit.wait(pressed(".profile", "true"))
    visit.wait("document.querySelectorAll('.grid .still').length >= 2 && "
               "[...document.querySelectorAll('.grid .still')].every("
               "(one) => one.complete && one.naturalWidth)", "covers")
    visit.browser.shoot(shots, "author")
    visit.act("follow", ".profile")
    visit.wait(pressed(".profile", "false"))
    visit.act("follow", ".profile")
    visit.wait(pressed(".profile", "true"))
    visit.click(f".counts a[href='/u/{author.id}/followers']")
    visit.wait(f"document.querySelector(\".person[data-user='{user.id}']\")")
    visit.open(f"/u/{user.id}/following")
    mine = f".person[data-user='{author.id}']"
    visit.wait(pressed(mine, "true"))
    visit.act("follow", mine)
    visit.wait(pressed(mine, "false"))
    visit.driver.back()
    visit.wait_path(f"/u/{author.id}/followers")
    visit.open()
    visit.playing(video)
    assert site.value("SELECT status FROM relation WHERE user_id = ? AND "
                      "to_user_id = ?", user.id, author.id) == 0
    visit.wait(pressed(f"{visit.on(video)} .face", "false"))


def pressed(within, wanted):
    return (f"document.querySelector(\"{within} [data-action=follow]\")"
            f"?.getAttribute('aria-pressed') === '{wanted}'")


def test_guests_see_and_are_invited(visit, town, shots):
    video = town.clips[-1]
    visit.open()
    visit.playing(video)
    visit.act("like", visit.on(video))
    visit.wait("document.querySelector('#login-sheet[open]')")
    visit.browser.shoot(shots, "login")
    visit.act("close", "#login-sheet")
    visit.gone("#login-sheet")
    assert not visit.is_liked(video)
    visit.act("comment", visit.on(video))
    visit.act("login", "#comments-sheet")
    visit.wait("document.querySelector('#login-sheet[open]')")
    for path in ("/me", "/friends", "/chat", "/publish"):
        visit.open(path)
        visit.act("login", "#page")
        visit.wait("document.querySelector('#login-sheet[open]')")
