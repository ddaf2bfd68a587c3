#!/usr/bin/python3
"""The corpus: every file, how it is made, and what must come of it.

    samples.py      prints the table

The files of media_files.py are a part of it; films.py and hostile.py make the
others.
"""

import dataclasses
import functools
import pathlib
import sys
import typing

sys.path[:0] = [str(pathlib.Path(__file__).parent.parent)]

import cases_of_uploads  # noqa: E402
import films  # noqa: E402
import hostile  # noqa: E402
import media_files  # noqa: E402
import shelf  # noqa: E402

# What comes of a file: it plays once the upload is answered; it plays some
# time after; it is taken and fails later; it is not taken.
READY, LATER, FAILED, REFUSED = "ready", "later", "failed", "refused"


@dataclasses.dataclass(frozen=True)
class Sample:
    make: typing.Callable
    outcome: str
    error: str = None      # a name of errors.def, where it is not taken
    detail: str = None     # what the reason names
    file_name: str = "clip.mp4"
    way: str = None        # of films.WAYS: how it is to be held
    kept: bool = True      # on the shelf; what is large is quicker made


def refused(make, error, detail=None, **more):
    return Sample(make, REFUSED, error, detail, **more)


def of_media_files():
    for name, file in media_files.FILES.items():
        yield name, Sample(
            functools.partial(media_files.make, name),
            REFUSED if file.error else LATER if file.converts else READY,
            file.error, file.detail,
            kept=False)


def playing():
    """Films that browsers play as they are."""
    yield "android", Sample(films.android, READY)
    yield "interlaced", Sample(films.interlaced, READY)
    yield "fast", Sample(lambda: films.x264(rate=120), LATER)
    yield "slow", Sample(lambda: films.x264(rate=2, seconds=2), READY)
    yield "upright_1080", Sample(
        lambda: films.x264(width=1080, height=1920, seconds=0.1), READY)
    yield "wide_1080", Sample(
        lambda: films.x264(width=1920, height=1080, seconds=0.1), READY)
    yield "mono", Sample(
        lambda: films.with_sound(*films.AAC, channels="mono"), READY)
    yield "surround", Sample(
        lambda: films.with_sound(*films.AAC, channels="5.1"), READY)
    yield "low_rate", Sample(
        lambda: films.with_sound(*films.AAC, "-ar", "8000"), READY)
    yield "sound_mp3_mono", Sample(
        lambda: films.with_sound("-c:a", "libmp3lame", channels="mono"), READY)
    yield "zip_behind", Sample(hostile.zip_behind, READY)
    # ffmpeg heeds no such address, and the samples are here
    yield "elsewhere_by_url", Sample(hostile.elsewhere_by_url, READY)
    for way in films.WAYS:
        yield f"held_{way}", Sample(
            functools.partial(films.shown, way), READY, way=way)
    for name, file_name in cases_of_uploads.EVIL_NAMES.items():
        yield f"named {name}", Sample(
            functools.partial(media_files.make, "one_frame"), READY,
            file_name=file_name, kept=False)


def stopped():
    """Files that are not taken."""
    for name, text in hostile.TEXTS.items():
        yield f"lure_{name}", refused(
            lambda text=text: text, "NOT_A_VIDEO", kept=False)
    yield "script_first", refused(hostile.script_first, "NOT_A_VIDEO")
    yield "elsewhere_by_alias", refused(
        hostile.elsewhere_by_alias, "VIDEO_UNREADABLE")
    yield "deep", refused(hostile.deep, "NO_VIDEO_TRACK")
    yield "huge_index", refused(
        hostile.huge_index, "VIDEO_TOO_COMPLEX", kept=False)
    yield "huge_note", refused(
        hostile.huge_note, "VIDEO_TOO_COMPLEX", kept=False)


def others():
    """Films that have to be made anew."""
    yield "one_by_one", Sample(films.one_by_one, LATER)


@functools.lru_cache(None)
def table():
    """All samples by name."""
    rows = [*of_media_files(), *playing(), *stopped()]
    found = dict(rows)
    assert len(found) == len(rows), "two samples of one name"
    return found


def data_of(name):
    """The bytes of a sample, with placeholders for the canaries."""
    sample = table()[name]
    if not sample.kept:
        return sample.make()
    return shelf.take(name, sample.make)


if __name__ == "__main__":
    for name, sample in table().items():
        print(name, sample.outcome, sample.error or "", sample.detail or "",
              sep="\t")
