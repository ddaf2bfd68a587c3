#!/usr/bin/python3
"""A real site for the tests: nginx, the pools, redis and the background work.

A Site is started by scripts/run and ended by scripts/stop, as a user would.
Settings are given as MT_... in the environment.  What every test must leave
behind in good order (STYLE.md 53) is looked at here, too.
"""

import collections
import contextlib
import fcntl
import os
import pathlib
import random
import re
import shlex
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time

import client
import counts
import resp
import table

START_SECONDS = 120
STOP_SECONDS = 120
# A killed worker is back within a second; a loaded machine needs longer.
PATIENCE = 60

# Who the program is for the site's own Redis; it takes any password.
REDIS_USER = "mini-tiktok"

# LeakSanitizer's word on a process that is killed while it looks for leaks at
# its end: it tells of nobody's fault.
CUT_SHORT = re.compile(r"==\d+==Unable to get registers from thread \d+\.")

# What take() holds.
taken = []

# Sites that are up: after each test all of them must be in good order.
up = []

# The background process, not its supervisor; the clone's path may hold blanks.
WORK_PROCESS = r"^(?!\S*multiwatch ).*mini-tiktok work$"

# Logs that say one of these tell of a bug, whatever the answers were.
SANITIZERS = re.compile(
    r"ERROR: (Address|Leak)Sanitizer|runtime error:|Sanitizer: ")
ERROR_LINE = re.compile(r"^\S+ ERROR .*|.*\[(?:emerg|alert|crit)\] .*", re.M)
# Other lines of mini-tiktok.log have this form.
LOG_LINE = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (INFO|WARNING|ERROR) "
    r"[a-z-]+\[\d+\] (-|[0-9a-f]{32}) .+")


def wait_for(condition, what, seconds=PATIENCE, nap=0.01):
    """Waits until condition() is true and returns its value."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(nap)


def free_port():
    """A port that is nobody's, and that nobody else is given meanwhile: none
    of those that the kernel gives to whoever asks for any, and taken as long as
    we live from all who ask as we do."""
    limits = pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range")
    first = int(limits.read_text().split()[0])
    ports = range(first // 2, first)
    return next(port for port in random.sample(ports, len(ports))
                if is_free(port) and take(f"port {port}"))


def is_free(port):
    with socket.socket() as probe, contextlib.suppress(OSError):
        probe.bind(("127.0.0.1", port))
        return True
    return False


def take(name):
    """Whether we are the first to take something that has a name."""
    lock = socket.socket(socket.AF_UNIX)
    try:
        lock.bind(f"\0mini-tiktok test: {name}")
    except OSError:
        lock.close()
        return False
    taken.append(lock)
    return True


def public_directory():
    """A directory that `nobody` may enter, unlike pytest's own.

    ffmpeg's children drop to nobody when the site runs as root; a fake ffmpeg
    must lie where they can reach it.
    """
    directory = pathlib.Path(tempfile.mkdtemp(prefix="mini-tiktok-test-"))
    directory.chmod(0o755)
    return directory


def environment(settings):
    """The environment of a site: ours without its MT_..., and settings."""
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith("MT_")}
    kept["BUILD"] = table.BUILD
    kept.setdefault("ASAN_OPTIONS", "detect_leaks=1")
    for name, value in settings.items():
        kept["MT_" + name.upper()] = str(value)
    return kept


def run_script(name, *arguments, settings=None, prefix=(), seconds,
               root=table.ROOT):
    """Runs a script of the tree to its end; returns its result."""
    with tempfile.TemporaryFile("w+") as output:
        # A pipe would stay open in what the script leaves in the background.
        result = subprocess.run(
            [*prefix, root / "scripts" / name, *map(str, arguments)],
            env=environment(settings or {}), stdin=subprocess.DEVNULL,
            stdout=output, stderr=subprocess.STDOUT, timeout=seconds)
        output.seek(0)
        result.stdout = output.read()
        return result


class Site:
    """A site in a directory of its own; use it as a context manager."""

    def __init__(self, directory, settings=None, prefix=(), seen_at=None,
                 root=table.ROOT):
        # A developer's disk may be nearly full.
        self.settings = {"bcrypt_cost": 4, "disk_reserve": 0,
                         **(settings or {})}
        self.prefix = prefix
        self.root = root
        self.place = pathlib.Path(directory)
        # Where we see it: a site in a mount namespace lies elsewhere for us.
        self.directory = pathlib.Path(seen_at or directory)
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.log_offsets = {}
        self.news = ""
        self.expected = {}
        self.people = client.People(self)

    @property
    def has_redis(self):
        """Whether scripts/run starts a redis-server for it."""
        return self.settings.get("redis") != "off" and \
            not self.settings.get("redis_url")

    @property
    def is_strict(self):
        return self.settings.get("http_status") == "strict"

    # -- start and end --

    def start(self, *options):
        result = run_script(
            "run", "--dir", self.place, "--port", self.port, "--no-demo",
            "--detach", *options, settings=self.settings, prefix=self.prefix,
            seconds=START_SECONDS, root=self.root)
        assert result.returncode == 0, result.stdout
        self.expect_processes()
        return self

    def stop(self):
        result = run_script("stop", "--dir", self.place, prefix=self.prefix,
                            seconds=STOP_SECONDS, root=self.root)
        assert result.returncode == 0, result.stdout
        # What dies with them, as an ffmpeg does, may be a moment later.
        wait_for(lambda: not self.processes(), "the end of all processes")

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, *rest):
        immortal = kind is None and self.immortal_keys()
        self.stop()
        if kind is None:
            assert not immortal, f"{immortal} keys in Redis never expire"
            self.check_at_end()

    # -- what it consists of --

    def processes(self):
        """Who works in the site's directory: {pid: command line}."""
        found = {}
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            with contextlib.suppress(OSError):
                where = os.readlink(entry / "cwd")
                if where != str(self.place) and \
                        not where.startswith(f"{self.place}/"):
                    continue
                command = (entry / "cmdline").read_bytes()
                if command:
                    found[int(entry.name)] = command.replace(
                        b"\0", b" ").decode(errors="replace").strip()
        return found

    def program(self, arguments):
        """The process ids of our program run so, without its supervisors."""
        return sorted(pid for pid, command in
                      those_that_stay(self.processes()).items()
                      if is_program(command, arguments))

    def workers(self, pool):
        return self.program(f"serve {pool}")

    def pids(self, pattern):
        return sorted(pid for pid, command in self.processes().items()
                      if re.search(pattern, command))

    def roles(self):
        """Who must always be there: {pid: role}, of those that stay."""
        return {pid: role for pid, command in
                those_that_stay(self.processes()).items()
                for role, plays in ROLES.items() if plays(command)}

    def wanted_workers(self):
        """How many each pool keeps alive, as its supervisor was told."""
        found = (re.search(r"multiwatch -f (\d+) .* serve (\w+)$", command)
                 for command in self.processes().values())
        return {match[2]: int(match[1]) for match in found if match}

    def whole(self):
        """Its roles, when all are there; else None."""
        wanted, roles = self.wanted_workers(), self.roles()
        there = collections.Counter(roles.values())
        is_whole = wanted.keys() == set(POOLS) and \
            all(there[pool] == n for pool, n in wanted.items()) and \
            {"nginx", "work", "run", *["redis"] * self.has_redis} <= \
            there.keys()
        return roles if is_whole else None

    def expect_processes(self):
        """Waits until all are there; from now on each of them must live."""
        self.expected = wait_for(self.whole, "all processes of the site")

    def admin(self, *arguments, **settings):
        """What `mini-tiktok admin` prints, as lines."""
        result = subprocess.run(
            [*self.prefix, table.BINARY, "-C", self.place, "admin",
             *arguments], env=environment({**self.settings, **settings}),
            timeout=STOP_SECONDS, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, text=True, check=True)
        return result.stdout.splitlines()

    def stats(self):
        """What the site counts: {name: number}."""
        return {name: int(number) for name, number in
                map(str.split, self.admin("stats"))}

    # -- its cache --

    def redis(self):
        """A connection to its own Redis, as the user that the program is."""
        return resp.Redis(self.directory / "sockets/redis.sock", REDIS_USER,
                          REDIS_USER)

    def redis_answers(self):
        with contextlib.suppress(OSError, EOFError, resp.Refused), \
                self.redis() as redis:
            return redis.call("PING") == b"PONG"

    def immortal_keys(self):
        """How many keys in its own Redis have no life (I6).  All that the
        program's user may ask for is how many there are."""
        if not self.has_redis:
            return 0
        wait_for(self.redis_answers, "its Redis")
        with self.redis() as redis:
            counted = redis.call("INFO", "keyspace").decode()
        return sum(int(keys) - int(expires) for keys, expires in
                   re.findall(r"keys=(\d+),expires=(\d+)", counted))

    # -- its files --

    @property
    def media(self):
        return self.directory / "media-root"

    @property
    def secret(self):
        return (self.directory / "data/secret").read_bytes()

    def stored_files(self):
        """What is served of users' uploads, as paths below the media-root."""
        return {f"/{folder}/{entry.name}"
                for folder in ("videos", "video_covers", "avatars",
                               "backgrounds")
                for entry in (self.media / folder).iterdir()}

    def spool(self):
        """What lies there; a job may end while we look."""
        return [os.path.join(place, name) for folder in ("jobs", "body")
                for place, folders, files in os.walk(
                    self.media / "spool" / folder)
                for name in folders + files]

    def spool_is_in_order(self):
        """What is being converted may lie there."""
        return not self.spool() or bool(self.pids("mini-tiktok convert "))

    # -- its database --

    @contextlib.contextmanager
    def database(self):
        """A connection for looking."""
        path = self.directory / "data/mini-tiktok.db"
        db = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA query_only = ON")
        try:
            yield db
        finally:
            db.close()

    @contextlib.contextmanager
    def writer_lock(self):
        """Nobody writes meanwhile."""
        with open(self.directory / "data/writer.lock", "r+b") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @contextlib.contextmanager
    def writing(self):
        """A transaction, under the writer lock as every writer's; with a new
        epoch, so that nobody reads from the cache what stood there before."""
        with self.writer_lock(), self.database() as db:
            db.execute("PRAGMA query_only = OFF")
            db.execute("PRAGMA foreign_keys = ON")
            db.execute("PRAGMA wal_autocheckpoint = 0")
            db.execute("BEGIN IMMEDIATE")
            yield db
            db.execute("UPDATE site SET epoch = max(epoch + 1, ?)",
                       (int(time.time() * 1000),))
            db.execute("COMMIT")

    def rows(self, sql, *values):
        with self.database() as db:
            return db.execute(sql, values).fetchall()

    def value(self, sql, *values):
        return self.rows(sql, *values)[0][0]

    # -- its logs --

    def logs(self):
        return sorted((self.directory / "logs").glob("*"))

    def new_log_text(self):
        """What the logs have got since the last call."""
        news = []
        for path in self.logs():
            with open(path, "rb") as log:
                log.seek(self.log_offsets.get(path.name, 0))
                text = log.read()
            self.log_offsets[path.name] = \
                self.log_offsets.get(path.name, 0) + len(text)
            news.append(text.decode(errors="replace"))
        return "\n".join(news)

    # -- good order --

    def complaints(self, provoked=()):
        """What a test has left behind that it should not have."""
        self.news = self.new_log_text()
        for line in ERROR_LINE.findall(self.news):
            if not any(re.search(pattern, line) for pattern in provoked):
                yield f"an error in the logs: {line}"
        if SANITIZERS.search(self.news):
            yield f"a sanitizer speaks: {self.news}"
        with contextlib.suppress(AssertionError):
            wait_for(self.spool_is_in_order, "an empty spool")
        if not self.spool_is_in_order():
            yield f"the spool holds {self.spool()}"
        died = {pid: role for pid, role in self.expected.items()
                if not is_alive(pid)}
        if died:
            yield f"processes died: {died}; now there are {self.processes()}"

    def check(self, provoked=()):
        wrong = list(self.complaints(provoked))
        assert not wrong, "\n".join(wrong)

    def check_at_end(self):
        """What must hold once the site has ended."""
        wrong = list(self.complaints_at_end())
        assert not wrong, "\n".join(wrong)

    def complaints_at_end(self):
        yield from self.complaints_of_database()
        yield from self.complaints_of_media()
        yield from self.complaints_of_logs()

    def complaints_of_database(self):
        verdict = self.value("PRAGMA integrity_check")
        if verdict != "ok":
            yield f"integrity_check: {verdict}"
        if self.rows("PRAGMA foreign_key_check"):
            yield "a foreign key points nowhere"
        yield from counts.complaints(self)

    def complaints_of_media(self):
        """A video that is not ready has its cover only, a deleted one
        nothing."""
        rows = {path for row in self.rows(
            "SELECT video_path, cover_path FROM video WHERE state = 0 "
            "UNION SELECT NULL, cover_path FROM video WHERE state < 3")
            for path in row if path}
        rows |= {path for row in self.rows(
            "SELECT avatar, background FROM account") for path in row
            if not path.startswith("/default/")}
        files = self.stored_files()
        if rows - files:
            yield f"rows without files: {sorted(rows - files)[:5]}"
        if files - rows:
            yield f"files without rows: {sorted(files - rows)[:5]}"

    def complaints_of_logs(self):
        for path in self.logs():
            text = path.read_text(errors="replace")
            for secret in self.people.secrets:
                if secret in text:
                    yield f"{path.name} holds a token or password: {secret}"
            found = re.search(r".*\beyJ[\w-]{10,}.*", text)
            if found:
                yield f"{path.name} holds a token: {found[0]}"
            if path.name == "mini-tiktok.log":
                yield from self.complaints_of_lines(text)

    def complaints_of_lines(self, text):
        """Every line of our own log has one form; none can be forged."""
        for line in text.splitlines():
            if not LOG_LINE.fullmatch(line) and \
                    not CUT_SHORT.fullmatch(line):
                yield f"an odd line in mini-tiktok.log: {line!r}"
                return


def is_program(command, arguments):
    """Whether this is our program run so, and not its supervisor; a clone may
    lie where blanks stand in the path."""
    return command.endswith(f"mini-tiktok {arguments}") and \
        not re.match(r"\S*(multiwatch|setpriv) ", command)


POOLS = ("api", "auth", "upload")
# Each role, and whether a command line plays it.
ROLES = {
    **{pool: lambda command, pool=pool: is_program(command, f"serve {pool}")
       for pool in POOLS},
    "work": lambda command: is_program(command, "work"),
    "nginx": re.compile(r"^nginx: ").search,
    "redis": re.compile(r"^\S*redis-server ").search,
    "run": re.compile(r"scripts/run\b").search,
}


def status_of(pid, key):
    """A word of /proc/PID/status; None when there is no such process."""
    with contextlib.suppress(OSError):
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
        return re.search(rf"^{key}:\s+(\w+)", status, re.M)[1]
    return None


def parent_of(pid):
    return int(status_of(pid, "PPid") or 0)


def is_doomed(pid):
    """Whether it has been sent SIGKILL, which comes to pass when it has the
    processor next."""
    return bool(int(status_of(pid, "ShdPnd") or "0", 16)
                & 1 << signal.SIGKILL - 1)


def those_that_stay(processes):
    """Without those whose end has begun, and without children that look like
    who has begun them until they become another program."""
    return {pid: command for pid, command in processes.items()
            if not is_doomed(pid)
            and processes.get(parent_of(pid)) != command}


def is_alive(pid):
    with contextlib.suppress(OSError):
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
        return stat.rpartition(")")[2].split()[0] not in "ZX"
    return False


def kill_at_once(pids):
    """Stopped first, so that none of them sees another one's end."""
    for number in (signal.SIGSTOP, signal.SIGKILL):
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)


def make_directory():
    """A directory for a site, below one that is all ours."""
    parent = pathlib.Path(tempfile.mkdtemp(prefix="mini-tiktok-site-"))
    return parent / "site"


def check_all(provoked=()):
    """Looks at all sites that are up; provoked: error lines that must be."""
    for site in up:
        site.check(provoked)
    for pattern in provoked:
        assert any(re.search(pattern, site.news) for site in up), \
            f"no line in the logs with {pattern!r}"


@contextlib.contextmanager
def watched(site):
    """Runs a site; in the meantime each test must leave it in good order."""
    with site:
        up.append(site)
        try:
            yield site
        finally:
            up.remove(site)


@contextlib.contextmanager
def running(**settings):
    """A site with these settings, ended, checked and removed afterwards."""
    directory = make_directory()
    try:
        with watched(Site(directory, settings)) as site:
            yield site
    except BaseException:
        print(f"the site's files are kept in {shlex.quote(str(directory))}")
        raise
    shutil.rmtree(directory.parent)
