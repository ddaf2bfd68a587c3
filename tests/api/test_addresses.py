#!/usr/bin/python3
"""Who counts as one sender of uploads: an IPv4 address, or all of an IPv6 /64,
however it is written.

The map of nginx's configuration is asked by an nginx of the test's own, to
which a header says from where a request comes.
"""

import contextlib
import ipaddress
import itertools
import re
import shutil
import socket
import subprocess

import pytest

import sites
import table

CONFIGURATION = """
daemon off;
pid nginx.pid;
error_log stderr alert;
worker_processes 1;
events { worker_connections 64; }
http {
    access_log off;
    keepalive_requests 100000;
    client_body_temp_path body; fastcgi_temp_path fastcgi;
    proxy_temp_path proxy; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
    set_real_ip_from unix:;
    real_ip_header X-From;
    %s
    server {
        listen unix:asked.sock;
        return 200 $uploader;
    }
}
"""


def uploader_map():
    text = (table.ROOT / "nginx/site.conf").read_text()
    zone, = re.findall(r"limit_conn_zone (\S+) zone=uploader:", text)
    assert zone == "$uploader"
    found, = re.findall(r"^\tmap \S+ \$uploader \{\n.*?^\t\}\n", text,
                        re.M | re.S)
    return found


@contextlib.contextmanager
def running(directory):
    """An nginx in its directory; yields a connection to it."""
    (directory / "nginx.conf").write_text(CONFIGURATION % uploader_map())
    nginx = subprocess.Popen(
        [shutil.which("nginx", path="/usr/sbin:/usr/bin:/sbin:/bin"),
         "-p", directory, "-c", "nginx.conf"], cwd=directory,
        stdin=subprocess.DEVNULL)
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(60)
            sites.wait_for(lambda: connection.connect_ex(
                str(directory / "asked.sock")) == 0, "its socket")
            yield connection.makefile("rwb")
    finally:
        nginx.terminate()
        nginx.wait(60)


@pytest.fixture(scope="module")
def key_of():
    """The key of an address as somebody may write it."""
    directory = sites.public_directory()

    def ask(address):
        stream.write(f"GET / HTTP/1.1\r\nHost: x\r\nX-From: {address}\r\n\r\n"
                     .encode())
        stream.flush()
        head = b"".join(iter(stream.readline, b"\r\n"))
        assert head.startswith(b"HTTP/1.1 200 "), head
        return stream.read(int(re.search(rb"Content-Length: (\d+)", head)[1]))

    with running(directory) as stream:
        yield ask
    shutil.rmtree(directory)


# Groups of which nginx's own spelling of an address has some left out.
GROUPS = (0, 1, 0x0a0a, 0x20ff)
NETWORKS = [ipaddress.IPv6Network((b"".join(
    group.to_bytes(2, "big") for group in groups) + bytes(8), 64))
    for groups in itertools.product(GROUPS, repeat=4)]
HOSTS = (0, 1, 0x0a0a, 0xffff_0102_0304, 1 << 16, 1 << 48, (1 << 63) + 1,
         (1 << 64) - 1, 0x0001_0000_0000_0001, 0x0000_0001_0001_0000)


def test_a_64_has_one_key_and_no_two_have_the_same(key_of):
    """All ways to shorten the first half, with ends that shorten more; as
    bytes some are ends of lines."""
    keys = {}
    for network in NETWORKS:
        found = {key_of(network[host]) for host in HOSTS
                 if network[host].ipv4_mapped is None}
        assert len(found) == 1, network
        keys[network] = found.pop()
    assert len(set(keys.values())) == len(NETWORKS)
    assert {len(key) for key in keys.values()} == {8}


@pytest.mark.parametrize("address", (
    "2001:db8::1", "2001:DB8::1", "2001:db8:0:0::9", "2001:db8:0::",
    "2001:0db8:0000:0000:ffff:ffff:ffff:ffff", "2001:db8::1.2.3.4",
    "2001:db8::1:0:0:1", "2001:db8:0:0:1::", "[2001:db8::1]:8080"))
def test_an_address_has_no_other_spelling(key_of, address):
    assert key_of(address) == key_of("2001:db8::") != key_of("2001:db8:0:1::")


def test_an_ipv4_address_is_one_whoever_carries_it(key_of):
    own, = {key_of(address) for address in (
        "10.10.0.10", "10.10.0.10:5000", "::ffff:10.10.0.10", "::ffff:a0a:a",
        "[::ffff:10.10.0.10]:80")}
    others = [key_of(address) for address in (
        "10.10.0.11", "::ffff:10.10.0.11", "11.10.0.10", "::10.10.0.10",
        "::fffe:10.10.0.10", "::1:ffff:a0a:a", "64:ff9b::10.10.0.10",
        "a0a:a::", "10.10.0.0", "10.10.10.10")]
    assert own not in others
    assert len(own) == 4


def test_bytes_that_mean_something_in_text_mean_nothing_here(key_of):
    """A line's end, NUL, what is no UTF-8, capitals."""
    odd = ["10.10.10.10", "13.10.0.10", "0.0.0.1", "255.254.192.128",
           "65.66.67.68", "97.98.99.100", "0a0a:0a0a:0a0a:0a0a::",
           "4142:4344:4546:4748::", "6162:6364:6566:6768::", "::",
           "0a0a:0a0a:0a0a:0a00::", "ff00:c080:fe00:ffff::"]
    assert len({key_of(address) for address in odd}) == len(odd)
