#!/usr/bin/python3
"""Registering, logging in and out, the password, and how one looks."""

import pictures
import visit as visiting


def enter(visit, name, password, register=False):
    """Fills in the sheet that is open."""
    if register:
        visit.act("swap", "#login-sheet")
    visit.type("#login-sheet [name=username]", name)
    visit.type("#login-sheet [name=password]", password)
    visit.act("submit", "#login-sheet")


def log_out(visit):
    visit.open("/me")
    visit.act("settings", ".profile")
    visit.act("logout", "#account-sheet")
    visit.act("yes", "#confirm")
    visit.wait("document.querySelector('#page [data-action=login]')")


def test_registering_logging_out_and_in(visit, site, town, shots):
    name, password = site.people.fresh_name("新人"), \
        site.people.fresh_password()
    visit.open("/me")
    visit.act("login", "#page")
    enter(visit, name, password, register=True)
    visit.says(".profile h1", name)
    visit.browser.shoot(shots, "me-new")
    log_out(visit)
    assert "eyJ" not in visit.evaluate("JSON.stringify(localStorage)")
    visit.act("login", "#page")
    enter(visit, name, "wrong")
    visit.says("#login-sheet .fault", "password")
    visit.browser.shoot(shots, "login-refused")
    visit.type("#login-sheet [name=password]", password)
    visit.act("submit", "#login-sheet")
    visit.says(".profile h1", name)


def test_a_name_that_is_taken_is_told(phone, site, town):
    visit = visiting.Visit(phone, site).open("/me")
    visit.act("login", "#page")
    enter(visit, town.luna.name, "whatever", register=True)
    visit.says("#login-sheet .fault", "exists")


def test_a_new_password_ends_the_older_session(phone, desk, site, user, town):
    """The one who changes it stays; a phone elsewhere must log in again."""
    here, there = visiting.Visit(desk, site), visiting.Visit(phone, site)
    there.open("/me", user)
    there.says(".profile h1", user.name)
    here.open("/me", user)
    here.act("settings", ".profile")
    here.act("password", "#account-sheet")
    fresh = site.people.fresh_password()
    here.type("#password-sheet [name=old_password]", "not it")
    here.type("#password-sheet [name=new_password]", fresh)
    here.act("submit", "#password-sheet")
    here.says("#password-sheet .fault", "password")
    here.type("#password-sheet [name=old_password]", user.password)
    here.act("submit", "#password-sheet")
    here.gone("#password-sheet")
    here.reload()
    here.says(".profile h1", user.name)
    there.open("/friends")
    there.wait("document.querySelector('#login-sheet[open]')")
    enter(there, user.name, fresh)
    there.gone("#login-sheet")
    there.wait("!document.querySelector('#page [data-action=login]')")


def test_a_profile_gets_a_picture_and_words(visit, user, town, tmp_path,
                                            shots):
    picture = tmp_path / "me.png"
    picture.write_bytes(pictures.png(64, 64))
    visit.open("/me", user)
    before = visit.wait("document.querySelector('.head > .avatar')?.src")
    visit.act("edit", ".profile")
    visit.wait("document.querySelector('#edit-sheet[open]')")
    for name in ("avatar", "background_image"):
        visit.browser.attach(f"#edit-sheet [name={name}]", picture)
    visit.type("#edit-sheet [name=signature]", "Snow, mostly 雪")
    visit.browser.shoot(shots, "edit")
    visit.act("submit", "#edit-sheet")
    visit.says(".profile .signature", "Snow, mostly 雪")
    visit.wait("((face) => face.complete && face.naturalWidth && face.src !== "
               f"{visiting.quoted(before)})(document.querySelector("
               "'.head > .avatar'))", "the new picture")
    visit.reload()
    visit.says(".profile .signature", "Snow, mostly 雪")
    assert user.me()["signature"] == "Snow, mostly 雪"
    assert user.me()["avatar"] != before


def test_a_picture_alone_leaves_no_words(phone, site, user, town, tmp_path):
    """The server's word for no signature, which is shown, is not one's own."""
    picture = tmp_path / "me.png"
    picture.write_bytes(pictures.png(64, 64))
    visit = visiting.Visit(phone, site).open("/me", user)
    before = user.me()["avatar"]
    visit.act("edit", ".profile")
    visit.browser.attach("#edit-sheet [name=avatar]", picture)
    visit.act("submit", "#edit-sheet")
    visit.gone("#edit-sheet")
    assert user.me()["avatar"] != before
    assert site.value("SELECT signature FROM account WHERE id = ?",
                      user.id) == ""
