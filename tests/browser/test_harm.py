#!/usr/bin/python3
"""What people write stays text; what dies meanwhile comes back."""

import os
import signal

import pytest

import sites
import stories
import visit as visiting
from visit import HERE

PAYLOADS = (
    "<script>window.harmed=1</script>",
    "<img src=x onerror=window.harmed=1><svg onload=harmed=1>",
    "'\"></p></textarea><a id=harm href=javascript:harmed=1>x</a>${harmed=1}",
)
# What would be there if one of them had been taken for markup.
HARMLESS = """!window.harmed && !document.querySelector('#harm, [src=x], \
[onload], [onerror], [href^=javascript], body script')"""


@pytest.fixture(scope="module")
def odd_site():
    """Whatever stands in the feed there, it is not the feed of others."""
    with sites.running() as site:
        yield site


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_people_write_stays_text(phone, odd_site, payload):
    site = odd_site
    writer, reader = stories.friends(site)
    named = site.people.guest()
    password = site.people.fresh_password()
    name = f"{payload[:22]}{site.people.fresh_name('')}"
    reply = site.people.remember(named.ask(
        "user_register", username=name, password=password))
    assert reply.ok, reply
    named.token, named.id = reply["token"], reply["user_id"]
    stories.befriend(named, reader)
    assert named.publish(visiting.portrait(1), payload).ok
    video = named.videos()["video_list"][0]["id"]
    assert named.ask("user_update", signature=payload).ok
    stories.post(named, video, payload)
    stories.send(named, reader, payload)

    visit = visiting.Visit(phone, site).open(f"/v/{video}", reader)
    visit.playing(video)
    visit.says(f"{visit.on(video)} .title", payload)
    visit.says(f"{visit.on(video)} .author", name)
    visit.act("comment", visit.on(video))
    visit.says(".comment .text", payload)
    assert visit.evaluate(HARMLESS)
    visit.open(f"/u/{named.id}")
    visit.says(".profile h1", name)
    visit.says(".profile .signature", payload)
    visit.wait("document.querySelector('.grid [data-video]')")
    assert visit.evaluate(HARMLESS)
    visit.open("/friends")
    visit.says(f".person[data-user='{named.id}']", payload)
    visit.open("/chat")
    visit.says(f".person[data-user='{named.id}'] small", payload)
    visit.act("open-chat", f".person[data-user='{named.id}']")
    visit.says(".bubble p", payload)
    visit.type(".writer textarea", payload)
    visit.act("send", ".chat")
    visit.wait_texts(".bubble p", [payload, payload])
    assert visit.evaluate(HARMLESS)


@pytest.mark.interrupts
def test_redis_and_a_pool_die_meanwhile(browser, site, town, user):
    """People notice nothing but, at worst, that it takes a little longer."""
    visit = visiting.Visit(browser, site).open(user=user)
    first = visit.playing()
    for pid in site.workers("api") + [
            pid for pid, role in site.roles().items() if role == "redis"]:
        os.kill(pid, signal.SIGKILL)
    before = int(visit.count(first, "like"))
    visit.act("like", visit.on(first))
    visit.next()
    visit.wait(f"{HERE}?.id && {HERE}.id !== {first}")
    visit.playing()
    visit.moves()
    visit.open("/me")
    visit.says(".profile h1", user.name)
    site.expect_processes()
    visit.open(f"/v/{first}")
    visit.playing(first)
    visit.wait_count(first, "like", str(before + 1))
    assert visit.is_liked(first)
