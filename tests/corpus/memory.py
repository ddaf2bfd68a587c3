#!/usr/bin/python3
"""A limit on the memory of all that a command starts, and a look at how much
of it was used.

The kernel keeps the limit where a control group may be made (version 1 or 2,
as root) or systemd makes one for a user.  Elsewhere nothing keeps it; then the
memory of the processes, what they share counted once, is looked at twenty
times a second, and who asks is told whether it ever went beyond.
"""

import contextlib
import os
import pathlib
import subprocess
import threading

import table

MIB = 1 << 20
ROOT = pathlib.Path("/sys/fs/cgroup")
# Of the whole site; under AddressSanitizer every byte has a shadow, and what is
# freed is kept for a while.
LIMIT = (2048 if table.SANITIZED else 512) * MIB
LOOK_SECONDS = 0.05


def number_in(path, key):
    """The number behind a key in a file of lines "key number"."""
    for line in path.read_text().splitlines():
        name, _, value = line.rpartition(" ")
        if name == key:
            return int(value)
    return 0


class Limit:
    """Nothing keeps it: the memory of processes is looked at."""

    how = "watched only"
    prefix = ()

    def __init__(self, size, find_pids):
        self.size = size
        self.find_pids = find_pids
        self.peak = 0
        self.looks = 0
        self.kills_in_all = None    # known once it has ended
        self.ended = threading.Event()
        self.watcher = threading.Thread(target=self.watch)

    def __enter__(self):
        self.watcher.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.watcher.join()
        self.kills_in_all = self.kills()

    def watch(self):
        while not self.ended.wait(LOOK_SECONDS):
            self.peak = max(self.peak, self.used())
            self.looks += 1

    def used(self):
        total = 0
        for pid in self.find_pids():
            with contextlib.suppress(OSError):
                total += 1024 * number_in_rollup(pid)
        return total

    def pids(self):
        """The processes that it is known to be on."""
        return set(self.find_pids())

    def kills(self):
        """How often the kernel has ended a process for the limit's sake."""
        return 0

    def exceeded(self):
        kills = self.kills_in_all
        return (self.kills() if kills is None else kills) > 0 or \
            self.peak > self.size

    def holds(self, pids):
        """Whether the limit is on these processes."""
        return True

    def __str__(self):
        return f"at most {self.peak / MIB:.0f} of {self.size / MIB:.0f} MiB " \
            f"({self.how}; {self.looks} looks, {self.kills()} kills)"


def number_in_rollup(pid):
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text(
            ).splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


class SystemdLimit(Limit):
    how = "kept by systemd"

    @property
    def prefix(self):
        return ("systemd-run", "--user", "--scope", "--quiet", "-p",
                f"MemoryMax={self.size}", "-p", "MemorySwapMax=0", "--")


class GroupLimit(Limit):
    """A control group of our own; the classes below know the versions."""

    def __init__(self, size, find_pids):
        super().__init__(size, find_pids)
        self.group = self.parent / f"mini-tiktok-{os.getpid()}-{id(self)}"
        self.group.mkdir()
        try:
            for name, value in self.settings(size):
                (self.group / name).write_text(value)
            # Only this says that processes may enter.
            subprocess.run([*self.prefix, "true"], check=True)
        except (OSError, subprocess.CalledProcessError):
            self.group.rmdir()
            raise

    @property
    def prefix(self):
        return ("/bin/sh", "-c", f"echo $$ >'{self.group}/cgroup.procs' && "
                'exec "$@"', "-")

    def __exit__(self, *rest):
        super().__exit__(*rest)
        self.group.rmdir()

    def pids(self):
        return {int(pid) for pid in
                (self.group / "cgroup.procs").read_text().split()}

    def holds(self, pids):
        return set(pids) <= self.pids()

    def used(self):
        return number_in(self.group / "memory.stat", self.counted)

    def kills(self):
        return number_in(self.group / self.events, "oom_kill")


class GroupLimit1(GroupLimit):
    how = "kept by a control group of version 1"
    parent = ROOT / "memory"
    counted, events = "total_rss", "memory.oom_control"

    @staticmethod
    def settings(size):
        yield "memory.limit_in_bytes", str(size)


class GroupLimit2(GroupLimit):
    how = "kept by a control group of version 2"
    parent = ROOT
    counted, events = "anon", "memory.events"

    @classmethod
    def settings(cls, size):
        yield "memory.max", str(size)
        yield "memory.swap.max", "0"


def make_limit(size, find_pids):
    """The best that this machine lets us have; use it as a context manager.

    find_pids() are the processes to look at where no group tells.
    """
    for kind in GroupLimit1, GroupLimit2:
        with contextlib.suppress(OSError, subprocess.CalledProcessError):
            return kind(size, find_pids)
    limit = SystemdLimit(size, find_pids)
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        subprocess.run([*limit.prefix, "true"], check=True,
                       stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return limit
    return Limit(size, find_pids)
