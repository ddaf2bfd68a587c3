#!/usr/bin/python3
"""Every endpoint is called with success by some story."""

import pytest

import client
import table


@pytest.mark.last
def test_every_row_is_hit_by_a_story():
    stories = {name for name, tests in client.hits.items()
               if any("tests/api/" in test for test in tests)}
    assert stories == {row.name for row in table.rows()}
