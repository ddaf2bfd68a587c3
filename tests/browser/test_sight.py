#!/usr/bin/python3
"""The eyes of these tests: they see what goes wrong."""

import pytest

import traffic
import visit

# A document of the site without any code of its own.
QUIET = "/favicon.svg"


@pytest.mark.parametrize("deed, complaint", (
    ("fetch('/nothing')", "nothing 404"),
    ("fetch('http://127.0.0.1:1/').catch(() => 0)", "violates"),
    ("console.error('told')", "told"),
    ("void setTimeout(() => missing.thing)", "missing is not defined"),
    ("void Promise.reject(new Error('lost'))", "lost"),
    ("document.documentElement.append(Object.assign(document.createElementNS("
     "'http://www.w3.org/1999/xhtml', 'script'), {text: 'alert(1)'}))", "Content Security Policy")))
def test_what_goes_wrong_is_seen(site, phone, deed, complaint):
    visit.Visit(phone, site).open(QUIET)
    phone.evaluate(deed)

    def said():
        phone.traffic.read(phone.driver)
        return [one for one in phone.traffic.complaints if complaint in one]
    phone.wait_until(said, complaint)
    phone.traffic = traffic.Traffic()


@pytest.mark.parametrize("address", ("/favicon.svg?token=x",
                                     "/favicon.svg?a=eyJhbGci"))
def test_a_token_in_an_address_is_seen(site, phone, address):
    visit.Visit(phone, site).open(address)
    phone.traffic.read(phone.driver)
    assert phone.traffic.leaks([site.base])
    phone.traffic = traffic.Traffic()


def test_a_failure_is_healed_by_a_success_only(site, phone):
    visit.Visit(phone, site).open(QUIET)
    phone.evaluate("Promise.all(['/a', '/b'].map((path) => fetch(path)))")
    phone.traffic.read(phone.driver)
    seen, phone.traffic = phone.traffic, traffic.Traffic()
    assert [one.path for one in seen.unhealed()] == ["/a", "/b"]
    healed = traffic.Request(f"{site.base}/a", "GET", {})
    healed.status = 200
    seen.requests.append(healed)
    assert [one.path for one in seen.unhealed()] == ["/b"]
