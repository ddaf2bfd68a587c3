#!/usr/bin/python3
"""The README's session with curl works when pasted."""

import re
import subprocess

import sites
import table

README = (table.ROOT / "README.md").read_text()


def session(base):
    """The block of shell that begins by naming the site."""
    block = re.search(r"```sh\n(SITE=.*?)```", README, re.S)[1]
    return re.sub(r"^SITE=.*$", f"SITE={base}", block, flags=re.M)


def test_the_session_with_curl_works_when_pasted(site, tmp_path):
    result = subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", session(site.base)],
        cwd=tmp_path, stdout=subprocess.PIPE, text=True,
        timeout=sites.START_SECONDS)
    assert result.returncode == 0
    answers = re.findall(r'"status_code":(\d+)', result.stdout)
    assert answers == ["0"] * 5, result.stdout
    assert "206 Partial Content" in result.stdout
    assert (tmp_path / "cover.jpg").read_bytes()[:3] == b"\xff\xd8\xff"
    part = (tmp_path / "part.mp4").read_bytes()
    assert part[4:8] == b"ftyp" and b"moov" in part
