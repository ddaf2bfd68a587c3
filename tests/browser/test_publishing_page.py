#!/usr/bin/python3
"""Publishing: seen before it is sent, progress, cancel, again, delete."""

import contextlib

import pytest

import media_files
import sites
import visit as visiting

SLOW = 400_000      # bytes a second
# An idle machine converts a clip in a second; a busy one may not.
PATIENCE = 240


@contextlib.contextmanager
def slow_network(browser, up):
    browser.command("Network.enable")
    browser.command("Network.emulateNetworkConditions", offline=False,
                    latency=0, downloadThroughput=-1, uploadThroughput=up)
    yield
    browser.command("Network.emulateNetworkConditions", offline=False,
                    latency=0, downloadThroughput=-1, uploadThroughput=-1)


def clip_file(place):
    """Noise does not shrink: a megabyte and a half."""
    path = place / "clip.mp4"
    path.write_bytes(media_files.make_clip(
        270, 480, 2, filters="noise=alls=60:allf=t"))
    return path


def test_a_video_is_sent_with_progress(visit, site, town, user, tmp_path,
                                       shots):
    visit.open("/publish", user)
    visit.browser.attach("[data-action=choose-video] input",
                         clip_file(tmp_path))
    visit.wait("document.querySelector('.preview').readyState >= 2",
               "the preview")
    visit.type("[name=title]", "窗外 From my window")
    visit.says(".field small", "17/")
    with slow_network(visit.browser, SLOW):
        visit.act("publish", "form")
        visit.wait("((bar) => bar.value > 0 && bar.value < 1)("
                   "document.querySelector('progress'))", "some progress")
        visit.says("form [role=status]", "MB/s")
        visit.browser.shoot(shots, "publish")
        visit.act("cancel-upload")
        visit.wait("document.querySelector('form .fault')?.textContent",
                   "words on the end")
        assert not user.videos()["video_list"]
    visit.act("publish", "form")
    visit.wait_path("/me")
    visit.wait("document.querySelector('.grid [data-video]')")
    video, = user.videos()["video_list"]
    assert video["title"] == "窗外 From my window"
    visit.open()
    visit.playing(video["id"])
    visit.open("/me")
    visit.wait("document.querySelector('.grid .still')?.naturalWidth")
    visit.browser.shoot(shots, "me")
    visit.act("delete-video", ".grid")
    visit.act("yes", "#confirm")
    visit.gone(".grid [data-video]")
    assert not user.videos()["video_list"]


def test_what_is_no_video_is_told_in_words(phone, site, user, tmp_path):
    visit = visiting.Visit(phone, site).open("/publish", user)
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"not a video at all" * 99)
    visit.browser.attach("[data-action=choose-video] input", path)
    visit.type("[name=title]", "none")
    visit.act("publish", "form")
    visit.wait("document.querySelector('form .fault')?.textContent")
    # To send it again would not help.
    assert not visit.sees("form [data-action=publish]")
    visit.act("another", "form")
    visit.wait("document.querySelector('[data-action=choose-video]')")


def test_a_title_may_be_so_long(phone, site, user, tmp_path):
    """It is counted; a longer one is not sent."""
    visit = visiting.Visit(phone, site).open("/publish", user)
    visit.wait("document.querySelector('[data-action=choose-video]')")
    for source in ("choose-video", "record"):
        assert abs(visit.middle(f"[data-action={source}]")[0] - 195) <= 1
    visit.browser.attach("[data-action=choose-video] input",
                         clip_file(tmp_path))
    visit.type("[name=title]", "雪" * 101)
    visit.says(".field small", "101/100")
    visit.act("publish", "form")
    assert visit.evaluate("document.querySelector('[name=title]:invalid') && "
                          "document.querySelector('progress').hidden")
    visit.type("[name=title]", "雪" * 100)
    visit.act("publish", "form")
    visit.wait_path("/me")
    visit.wait("document.querySelector('.grid .still')?.naturalWidth",
               "the cover, which is deleted with the video")
    video, = user.videos()["video_list"]
    assert video["title"] == "雪" * 100
    assert user.ask("video_delete", video_id=video["id"]).ok


@pytest.mark.interrupts
def test_a_video_that_is_converted_turns_ready_before_ones_eyes(
        phone, tmp_path, shots):
    """The site converts nothing at first; then it is started anew."""
    path = tmp_path / "clip.mp4"
    path.write_bytes(media_files.make("hevc"))
    with visiting.site_of_its_own(phone, convert_jobs=0,
                                  convert_priority="low") as site:
        author = site.people.new("author")
        visit = visiting.Visit(phone, site).open("/publish", author)
        visit.browser.attach("[data-action=choose-video] input", path)
        visit.type("[name=title]", "from a phone")
        visit.keep_toasts()
        visit.act("publish", "form")
        visit.wait_path("/me")
        visit.wait_toast("being processed")
        visit.wait("document.querySelector('.grid .standing.processing')")
        video, = author.videos()["video_list"]
        phone.shoot(shots, "processing")
        # The page fetches its other parts when it has time: all are here.
        visit.wait("['comments', 'people', 'account', 'chat', 'publish'].every("
                   "(part) => performance.getEntriesByType('resource').some("
                   "({name}) => name.endsWith(`/${part}.js`)))", "all parts")
        site.stop()
        site.settings["convert_jobs"] = 1
        site.start()
        sites.wait_for(lambda: author.videos()["video_list"][0]["state"] ==
                       "ready", "the conversion", PATIENCE)
        visit.gone(".grid .standing")
        visit.click(".grid .cover")
        visit.playing(video["id"])
