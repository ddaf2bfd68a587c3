#!/usr/bin/python3
"""Where made files are kept between runs: build/corpus-files.

A file is kept under a name that changes with the scripts that make it, so a
file that is found is the one that would be made.
"""

import functools
import hashlib
import os
import pathlib
import tempfile

import media_files

SCRIPTS = (*pathlib.Path(__file__).parent.glob("*.py"),
           pathlib.Path(media_files.__file__),
           pathlib.Path(media_files.boxes.__file__))
MAKERS = ("films.py", "hostile.py", "media_files.py", "boxes.py", "shelf.py")
PLACE = media_files.STORE.parent / "corpus-files"


@functools.lru_cache(None)
def edition():
    """Of the scripts that make files, a number of its own for each edit."""
    text = b"".join(script.read_bytes() for script in sorted(SCRIPTS)
                    if script.name in MAKERS)
    return hashlib.sha256(text).hexdigest()[:12]


def take(name, make):
    """The bytes of a file; made where the shelf does not hold it yet."""
    place = PLACE / f"{name}.{edition()}"
    if place.exists():
        return place.read_bytes()
    data = make()
    PLACE.mkdir(parents=True, exist_ok=True)
    for older in PLACE.glob(f"{name}.????????????"):
        older.unlink(missing_ok=True)
    # Renamed into place: another run sees it whole or not at all.
    handle, new = tempfile.mkstemp(dir=PLACE, prefix="new-")
    with open(handle, "wb") as file:
        file.write(data)
    os.rename(new, place)
    return data
