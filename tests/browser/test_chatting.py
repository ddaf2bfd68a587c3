#!/usr/bin/python3
"""Two browsers chat: what is written comes over, once."""

import pytest

import stories
import visit as visiting

BUBBLES = ".talk .bubble p"


def test_two_people_chat(phone, desk, site, shots):
    one, other = stories.friends(site)
    stories.send(other, one, "早上好")
    here, there = visiting.Visit(phone, site), visiting.Visit(desk, site)
    here.open("/chat", one)
    here.says(f".person[data-user='{other.id}'] small", "早上好")
    phone.shoot(shots, "inbox")
    here.act("open-chat", f".person[data-user='{other.id}']")
    there.open(f"/chat/{one.id}", other)
    said = ["早上好"]
    here.wait_texts(BUBBLES, said)
    there.wait_texts(BUBBLES, said)
    for speaker, words in ((here, "hello there"), (there, "how are you?"),
                           (here, "same words"), (here, "same words"),
                           (there, "好的")):
        say(speaker, words)
        said.append(words)
        here.wait_texts(BUBBLES, said)
        there.wait_texts(BUBBLES, said)
    phone.shoot(shots, "chat")
    desk.shoot(shots, "chat")
    polled_again(here)
    here.wait_texts(BUBBLES, said)
    here.wait("[...document.querySelectorAll('.own.bubble')].every((one) => "
              "one.dataset.state === 'sent')")
    here.reload()
    here.wait_texts(BUBBLES, said)
    stored = stories.texts(stories.chat(one, other))
    assert stored == said


def say(visit, words):
    visit.type(".writer textarea", words)
    visit.act("send", ".chat")


def polled_again(visit):
    """Waits for two polls more, which would show a bubble twice."""
    visit.evaluate("""window.polls = 0, new PerformanceObserver((list) => {
        window.polls += list.getEntries().filter((one) =>
            one.name.includes('/message/chat/')).length;
    }).observe({type: 'resource'})""")
    visit.wait("window.polls >= 2", "two polls")


def test_strangers_are_told(phone, site):
    one, other = stories.new_users(site, 2)
    visit = visiting.Visit(phone, site).open(f"/chat/{other.id}", one)
    visit.says("#page [role=alert] h2", "only friends")
    assert visit.evaluate("getComputedStyle(document.querySelector("
                          "'#page h2'), '::first-letter').textTransform") == \
        "uppercase"
    # To try again would not help.
    assert not visit.sees("[data-action=retry]")
    visit.act("back", "#page")
    visit.wait_path("/")


def test_what_was_not_seen_is_marked(phone, site):
    one, other = stories.friends(site)
    stories.send(other, one, "are you awake?")
    visit = visiting.Visit(phone, site).open("/chat", one)
    assert is_marked(visit)
    visit.act("open-chat")
    visit.wait_texts(BUBBLES, ["are you awake?"])
    polled_again(visit)
    visit.act("back", ".chat")
    assert not is_marked(visit)
    stories.send(one, other, "yes")
    stories.send(other, one, "good")
    visit.reload()
    assert is_marked(visit)


def is_marked(visit):
    """Whether the one friend's row is, once the conversation is known."""
    visit.wait("document.querySelector('.person time')")
    return visit.sees(".person .dot")


@pytest.mark.interrupts
def test_a_message_unsent_is_sent_once(phone, site):
    """The pool is gone for a while; what was written is not."""
    one, other = stories.friends(site)
    visit = visiting.Visit(phone, site).open(f"/chat/{other.id}", one)
    visit.wait("document.querySelector('.writer textarea')")
    socket = site.directory / "sockets/api.sock"
    away = socket.with_name("away.sock")
    socket.rename(away)
    try:
        say(visit, "are you there?")
        visit.wait("document.querySelector('.own[data-state=unsent]')")
    finally:
        away.rename(socket)
    visit.click(".own[data-state=unsent] p")
    visit.wait("document.querySelector('.own[data-state=sent]')")
    visit.wait_texts(BUBBLES, ["are you there?"])
    polled_again(visit)
    visit.wait_texts(BUBBLES, ["are you there?"])
    assert stories.texts(stories.chat(one, other)) == ["are you there?"]
