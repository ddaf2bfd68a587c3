#!/usr/bin/python3
"""Options of the long runs; without them the tests are the short ones."""


def pytest_addoption(parser):
    group = parser.getgroup("model")
    group.addoption("--actions", type=int, default=20_000,
                    help="random actions of the model test")
    group.addoption("--times", type=int, default=1,
                    help="runs of the model test, each on a site of its own")
    group.addoption("--seed", type=int,
                    help="seed of the first run; the next ones count on")
    group.addoption("--seconds", type=float, default=5,
                    help="how long sixteen processes write")
