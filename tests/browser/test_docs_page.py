#!/usr/bin/python3
"""The API's page, /docs/: it shows every endpoint, and calls what is asked."""

import json

import table

READY = f"document.querySelectorAll('details.endpoint').length === " \
    f"{len(table.rows())}"
TOKEN = "JSON.parse(sessionStorage.getItem('docs-token') || '\"\"')"


def open_page(browser, site, name=""):
    browser.go(site.base + "/docs/" + (f"#{name}" if name else ""))
    browser.wait(READY)


def unfold(browser, name):
    browser.click(f"#{name} > summary")
    browser.wait(f"!!document.querySelector('#{name} form')")


def send(browser, name, **values):
    """Fills in a form and sends it; the answer."""
    for key, value in values.items():
        browser.type(f"#{name}-{key}", value)
    browser.click(f"#{name} [type=submit]")
    return json.loads(browser.wait(
        f"(document.querySelector('#{name} .result pre') || {{}})"
        ".textContent"))


def test_every_endpoint_shows_all_of_itself(site, desk):
    open_page(desk, site)
    for row in table.rows():
        desk.evaluate(f"document.getElementById('{row.name}').open = true")
        desk.wait(f"!!document.querySelector('#{row.name} form')")
        text = desk.evaluate(
            f"document.getElementById('{row.name}').innerText")
        assert row.path in text and row.method in text
        for name in [*(p.name for p in row.parameters),
                     *(a.name for a in row.answers), "status_code"]:
            assert name in text, (row.name, name)
        fields = desk.evaluate(
            f"[...document.querySelectorAll('#{row.name} [name]')]"
            ".map((one) => one.name)")
        assert fields == [p.name for p in row.parameters]


def test_a_call_is_tried(site, browser):
    """From registering to a profile; the token goes along by itself."""
    name, password = site.people.fresh_name(), site.people.fresh_password()
    open_page(browser, site)
    unfold(browser, "user_register")
    answer = send(browser, "user_register", username=name, password=password)
    site.people.secrets.add(answer["token"])
    assert answer["status_code"] == 0
    assert browser.evaluate(TOKEN) == answer["token"]
    unfold(browser, "user_show")
    assert send(browser, "user_show")["user"]["name"] == name
    unfold(browser, "user_update")
    words = "<b>bold</b> & '\"$(id)`"
    assert send(browser, "user_update",
                signature=words)["user"]["signature"] == words
    # Neither stands in an address, nor does the command show the password.
    page = browser.evaluate("document.body.innerText")
    assert password not in page and "$TOKEN" in page
    for one in (password, answer["token"]):
        assert one not in browser.driver.current_url
    browser.click("#forget")
    assert browser.evaluate(TOKEN) == ""


def test_a_refusal_is_shown(site, desk):
    open_page(desk, site, "user_show")
    desk.wait("!!document.querySelector('#user_show form')")
    assert send(desk, "user_show")["user"] == {}
    assert desk.sees("#user_show .bad")


def test_it_speaks_both_languages_and_remembers(site, phone):
    open_page(phone, site)
    assert phone.evaluate("document.documentElement.lang") == "en"
    phone.click("#language")
    phone.wait("document.documentElement.lang === 'zh'")
    for _ in range(2):
        text = phone.evaluate("document.body.innerText")
        assert "登录令牌" in text and "点赞" in text and "Token" not in text
        open_page(phone, site)


def test_it_fits_a_narrow_screen(site, phone):
    """Of 320 pixels; nothing stands out at the side."""
    open_page(phone, site)
    phone.evaluate("document.documentElement.style.width = '320px'")
    phone.evaluate("document.querySelectorAll('details').forEach("
                   "(one) => { one.open = true; })")
    phone.wait("document.querySelectorAll('details form').length === "
               f"{len(table.rows())}")
    assert phone.evaluate("document.body.scrollWidth") == 320


def test_it_is_looked_at(site, browser, request, shots):
    """For people: what does it look like?"""
    open_page(browser, site)
    unfold(browser, "user_login")
    browser.evaluate("document.querySelector('#user_login').scrollIntoView()")
    name = request.node.callspec.params["browser"]
    browser.screenshot(shots / f"docs-{name}.png")
