#!/usr/bin/python3
"""Eight processes act at random; the site must agree with a model.

Register, publish, like, unlike, follow, unfollow, comment, delete, send, and
what must be refused: at the end every count, flag and list that the API
answers equals the model, and so do the rows.  20,000 actions take about 15 s.
The full run, ten times in a row on ten sites, with seeds that count on:

    scripts/check --long --only model
    python3 -m pytest tests/model --actions 100000 --times 10 --seed 1

The seed is printed, and a failure with it; the same seed gives the same
actions.  durability is `normal` here: the order of transactions, which is what
this is about, is the same as with `full`, and a sync for each (1 ms) would
take longer than all else.  test_writers.py has it `full`.
"""

import secrets

import pytest

import compare
import counts
import director
import media_files
import sites


@pytest.fixture(scope="module")
def small_clip():
    return media_files.make_clip(64, 64, sound=False)


def seeds(config):
    first = config.getoption("--seed", None)
    if first is None:
        first = secrets.randbelow(10 ** 6)
    return range(first, first + config.getoption("--times", 1))


def pytest_generate_tests(metafunc):
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", seeds(metafunc.config))


def test_the_site_agrees_with_the_model(seed, small_clip, pytestconfig,
                                        capsys):
    actions = pytestconfig.getoption("--actions", 20_000)
    with capsys.disabled():
        print(f"\nseed {seed}, {actions} actions", flush=True)
    with sites.running(durability="normal") as site:
        model = director.play(site.base, seed, actions, small_clip)
        site.check()
        compare.check_rows(site, model)
        counts.check(site)
        compare.check_answers(site.base, model)
        site.check()
