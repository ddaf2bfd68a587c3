#!/usr/bin/python3
"""The page is light, and nothing in it can be made to run what others wrote."""

import html.parser
import re

import pytest

import tree

PAGES = tree.matching(r"(web|docs/page)/.*\.html")
STYLES = tree.matching(r"(web|docs/page)/.*\.css")
CODE = tree.matching(r"(web|docs/page)/.*\.js")
# The page itself, without the documentation beside it.
PAGE = tree.matching(r"web/[^/]+\.(html|css|js)")
MOST_BYTES = 80_000

# Ways in which a text becomes markup or code.
MAKERS = (r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|"
          r"createContextualFragment|DOMParser|srcdoc|\beval\b|"
          r"new Function|\bjavascript:")
# Names of what elements are; nothing is loaded from there.
NAMESPACES = r"http://www\.w3\.org/(2000/svg|1999/xlink)"


class Tags(html.parser.HTMLParser):
    """Collects [(tag, attributes), ...], and what stands in script, style."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.inside = None
        self.inline = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))
        self.inside = tag

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, data):
        if self.inside in ("script", "style"):
            self.inline += data.strip()


def test_the_page_is_there():
    """Or the tests below would prove nothing."""
    assert PAGES and STYLES and CODE


def test_the_page_is_light():
    sizes = {path: len(tree.read(path).encode()) for path in PAGE}
    assert 0 < sum(sizes.values()) <= MOST_BYTES, sizes


@pytest.mark.parametrize("path", PAGES)
def test_no_code_or_style_stands_in_a_page(path):
    tags = Tags(tree.read(path))
    assert tags.found and not tags.inline
    for tag, attributes in tags.found:
        assert tag not in ("style", "base", "iframe", "object"), tag
        assert not [name for name in attributes
                    if name == "style" or name.startswith("on")], attributes


@pytest.mark.parametrize("path", PAGES + STYLES + CODE)
def test_nothing_is_loaded_from_elsewhere(path):
    text = re.sub(NAMESPACES, "", tree.read(path))
    assert not tree.lines_with(
        path, r"""https?:|["'(=]//\w|@import|\bwss?:""", text)


@pytest.mark.parametrize("path", PAGES + CODE)
def test_a_text_never_becomes_markup(path):
    assert not tree.lines_with(path, MAKERS)


def test_the_readme_shows_the_page():
    """In two pictures that nobody waits for."""
    shown = re.findall(r'<img src="([^"]+\.png)"', tree.read("README.md"))
    assert len(shown) == 2
    for path in shown:
        data = (tree.ROOT / path).read_bytes()
        assert data.startswith(b"\x89PNG") and len(data) <= 200_000, path
