#!/usr/bin/python3
"""What is refused has not been done; what is done is not refused."""

import multipart
import table


def test_a_registration_with_a_costly_form_is_done_or_refused(site):
    """A form that ate a request's memory once made accounts and denied it."""
    row = table.row_of("user_register")
    for parameters in (10, 700, 1300, 2700):
        name = site.people.fresh_name("costly")
        password = site.people.fresh_password()
        part = multipart.Part("other", b"x", more_headers=[])
        part.name = 'f"' + "; =" * parameters + ';x="'
        content_type, body = multipart.encode([part] * 8)
        reply = site.people.guest().send(
            row, f"username={name}&password={password}", body,
            {"Content-Type": content_type})
        site.people.remember(reply)
        found = site.value("SELECT count(*) FROM account WHERE name = ?", name)
        assert found == (1 if reply.ok else 0), reply


def test_a_field_that_is_too_long_is_named(user):
    reply = user.post_parts([multipart.text("token", user.token),
                             multipart.text("title", "x" * 16385)])
    assert (reply.error, reply.detail) == \
        ("PARAM_TOO_LONG", "multipart/form-data")


def test_a_token_in_the_form_comes_before_the_header(site, user):
    """API.md A1; a bad one in the header is refused before the body."""
    other = site.people.new()
    row = table.row_of("user_show")
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    reply = user.send(row, body=f"token={user.token}", headers={
        **form, "Authorization": f"Bearer {other.token}"})
    assert reply["user"]["id"] == user.id
    reply = user.send(row, body=f"token={user.token}", headers={
        **form, "Authorization": "Bearer nonsense"})
    assert reply.error == "TOKEN_INVALID"


def test_a_name_that_looks_like_another_is_refused(site):
    guest = site.people.guest()
    for name in (" ", " x", "x ", "\u200bx", "x\u2060", "\ufeffx", "x\u2028"):
        reply = guest.ask("user_register", username=name,
                          password=site.people.fresh_password())
        assert reply.error == "PARAM_TEXT", name
    family = "👨\u200d👩\u200d👧"
    assert site.people.remember(guest.ask(
        "user_register", username=family,
        password=site.people.fresh_password())).ok
