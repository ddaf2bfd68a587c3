#!/usr/bin/python3
"""The protocol of the cache (fcgi/cache.h) as a machine small enough to look at
every one of its states: one key, a few writers and readers that may be stopped
or killed between any two steps, and a Redis that forgets, dies, comes back with
old memory, or is another one than before.

explore(world) returns None when no order of events breaks I4 - no read that
begins after an answer returns what was before it - else the shortest one that
does.  An answer tells the value that it has written, and a refusal the one that
it has met.  World.without leaves out a part of the protocol:

    refusal      a refusal that found a mark does not raise the epoch
    mark         nobody looks at the mark
    tombstone    the key is deleted instead
    watch        a fill does not mind who came by
    raise        tombstones that cannot be put are forgotten
    incarnation  keys do not tell whose memory they are about
    number       an incarnation is the run alone: a run that comes back has its
                 old one again
    check        a connection is used without a look at the shared incarnation
"""

from collections import deque
from typing import NamedTuple

VALUE, TOMB = "value", "tombstone"


class World(NamedTuple):
    """How much may happen."""
    writers: int = 2
    readers: int = 2
    newcomers: int = 0      # of the readers: without a connection yet
    deaths: int = 0         # of writers
    refusals: int = 0
    failures: int = 0       # of tombstones, though Redis is there
    restarts: int = 0       # of Redis, with the memory that it once had
    switches: int = 0       # of the address, to another Redis or back
    losses: int = 0         # of an entry: it expires or makes room
    without: str = ""


class Process(NamedTuple):
    """A writer or reader, at a step."""
    step: str
    connection: tuple = None    # run, incarnation
    epoch: int = 0
    found: bool = False         # a mark, by a writer
    clean: bool = True          # nobody has touched what a reader watches
    watched: tuple = None
    floor: int = 0              # what was answered when a reader began
    got: int = None


class State(NamedTuple):
    world: World
    writers: tuple
    readers: tuple
    value: int = 0
    epoch: int = 0
    lock: int = None
    mark: bool = False
    answered: int = 0
    # Redis: where its address leads, which runs there are, which number the
    # next one gets; the processes' common incarnation (number, run).
    address: int = 0
    runs: frozenset = frozenset({0})
    next_run: int = 1
    incarnation: tuple = (1, 0)
    memory: frozenset = frozenset()     # ((run, incarnation, epoch), entry)
    dump: frozenset = None


def replace(one, **changes):
    return one._replace(**changes)


def begin(world):
    """All but the newcomers have spoken with Redis before."""
    one = Process("idle", connection=(0, (1, 0)))
    return State(world, (one,) * world.writers,
                 (one,) * (world.readers - world.newcomers) +
                 (Process("idle"),) * world.newcomers)


def find(state, key):
    return next((entry for at, entry in state.memory if at == key), None)


def put(state, key, entry, disturbs=True):
    """An entry, or None for none; who watches the key is disturbed."""
    memory = {one for one in state.memory if one[0] != key}
    if entry:
        memory.add((key, entry))
    readers = tuple(
        replace(reader, clean=False)
        if disturbs and reader.watched == key else reader
        for reader in state.readers)
    return replace(state, memory=frozenset(memory), readers=readers)


def spend(state, what):
    world = replace(state.world, **{what: getattr(state.world, what) - 1})
    return replace(state, world=world)


def set_writer(state, i, **changes):
    one = replace(state.writers[i], **changes)
    return replace(state, writers=(*state.writers[:i], one,
                                   *state.writers[i + 1:]))


def set_reader(state, i, **changes):
    one = replace(state.readers[i], **changes)
    return replace(state, readers=(*state.readers[:i], one,
                                   *state.readers[i + 1:]))


def key_of(state, process):
    run, incarnation = process.connection
    if state.world.without == "incarnation":
        # A server's memory is what it was given, whatever the run.
        incarnation = None
    return run, incarnation, process.epoch


def opened(state, process):
    """The state and the connection after redis_open()."""
    without = state.world.without
    connection = process.connection
    if connection and connection[0] in state.runs and \
            (without == "check" or connection[1] == state.incarnation):
        return state, connection
    number, run = state.incarnation
    if run != state.address:
        number += without != "number"
        state = replace(state, incarnation=(number, state.address))
    return state, (state.address, state.incarnation)


# -- writers --


def released(state, i, answered):
    state = set_writer(state, i, step="done", found=False)
    return replace(state, lock=None,
                   answered=max(state.answered, answered))


def raised(state):
    return replace(state, epoch=state.epoch + 1)


def writer_steps(state, i):
    writer, without = state.writers[i], state.world.without
    if writer.step == "idle" and state.lock is None:
        found = state.mark and without != "mark"
        yield "locks and marks", replace(
            set_writer(state, i, step="marked", found=found),
            lock=i, mark=True)
    elif writer.step == "marked":
        yield "commits", commit(state, i)
        if state.world.refusals:
            yield "is refused", refuse(spend(state, "refusals"), i)
    elif writer.step == "committed":
        after, connection = opened(state, writer)
        yield "looks for Redis", set_writer(
            after, i, step="connected", connection=connection)
        if state.world.failures:
            yield "cannot put a tombstone", give_up(
                spend(state, "failures"), i)
    elif writer.step == "connected":
        yield "puts a tombstone", put_tombstone(state, i)
    elif writer.step == "told":
        yield "unmarks, unlocks, answers", replace(
            released(state, i, state.value), mark=False)
    if writer.step not in ("idle", "done") and state.world.deaths:
        yield "dies", replace(
            set_writer(spend(state, "deaths"), i, step="done"), lock=None)


def commit(state, i):
    """With a new epoch where a mark was found."""
    found = state.writers[i].found
    state = replace(state, value=state.value + 1)
    if found:
        return set_writer(raised(state), i, step="told")
    return set_writer(state, i, step="committed", epoch=state.epoch)


def refuse(state, i):
    found = state.writers[i].found
    if found and state.world.without != "refusal":
        state, found = raised(state), False
    return replace(released(state, i, state.value), mark=found)


def give_up(state, i):
    if state.world.without != "raise":
        state = raised(state)
    return set_writer(state, i, step="told")


def put_tombstone(state, i):
    writer = state.writers[i]
    if writer.connection[0] not in state.runs:
        return give_up(state, i)
    key = key_of(state, writer)
    if state.world.without == "tombstone":
        state = put(state, key, None, find(state, key) is not None)
    else:
        state = put(state, key, (TOMB, None))
    return set_writer(state, i, step="told")


# -- readers --


def reader_steps(state, i):
    reader = state.readers[i]
    if reader.step == "idle":
        yield "reads the epoch", set_reader(
            state, i, step="begun", epoch=state.epoch, floor=state.answered)
    elif reader.step == "begun":
        after, connection = opened(state, reader)
        yield "looks for Redis", set_reader(
            after, i, step="connected", connection=connection)
    elif reader.step == "connected":
        yield "looks", look(state, i)
    elif reader.step in ("missed", "alone"):
        yield "reads the database", set_reader(
            state, i, got=state.value,
            step="loaded" if reader.step == "missed" else "done")
    elif reader.step == "loaded":
        yield "fills", fill(state, i)


def look(state, i):
    reader = state.readers[i]
    if reader.connection[0] not in state.runs:
        return set_reader(state, i, step="alone")
    key = key_of(state, reader)
    entry = find(state, key)
    if entry and entry[0] == VALUE:
        return set_reader(state, i, step="done", got=entry[1])
    return set_reader(state, i, step="missed", watched=key, clean=True)


def fill(state, i):
    reader = state.readers[i]
    key = reader.watched
    state = set_reader(state, i, step="done", watched=None)
    if key[0] in state.runs and \
            (reader.clean or state.world.without == "watch"):
        state = put(state, key, (VALUE, reader.got))
    return state


# -- Redis, and who looks after the mark --


def other_steps(state):
    world = state.world
    if state.mark and state.lock is None and world.without != "mark":
        yield "the background process raises the epoch", replace(
            raised(state), mark=False)
    if world.restarts:
        if state.dump is None:
            yield "Redis dumps its memory", replace(state, dump=frozenset(
                (key[1:], entry) for key, entry in state.memory
                if key[0] == state.address))
        else:
            yield "Redis is started with its dump", restart(
                spend(state, "restarts"))
    if world.switches:
        for run in {*state.runs, state.next_run}:
            if run != state.address:
                yield f"the address leads to run {run}", replace(
                    spend(state, "switches"), address=run,
                    runs=state.runs | {run},
                    next_run=max(state.next_run, run + 1))
    if world.losses:
        for key, _ in state.memory:
            yield "an entry is lost", put(spend(state, "losses"), key, None,
                                          disturbs=False)


def restart(state):
    run = state.next_run
    memory = {one for one in state.memory if one[0][0] != state.address} | {
        ((run, *key), entry) for key, entry in state.dump}
    return replace(state, address=run, next_run=run + 1, dump=None,
                   runs=state.runs - {state.address} | {run},
                   memory=frozenset(memory))


def steps(state):
    for i in range(len(state.writers)):
        for name, after in writer_steps(state, i):
            yield f"writer {i} {name}", after
    for i in range(len(state.readers)):
        for name, after in reader_steps(state, i):
            yield f"reader {i} {name}", after
    yield from other_steps(state)


def is_broken(state):
    return any(reader.got is not None and reader.got < reader.floor
               for reader in state.readers)


def explore(world):
    """The shortest way to a state that breaks I4, or None; and how many states
    there are."""
    start = begin(world)
    came_from, queue = {start: None}, deque([start])
    while queue:
        state = queue.popleft()
        if is_broken(state):
            way = []
            while came_from[state]:
                state, name = came_from[state]
                way.append(name)
            return way[::-1], len(came_from)
        for name, after in steps(state):
            if after not in came_from:
                came_from[after] = state, name
                queue.append(after)
    return None, len(came_from)
