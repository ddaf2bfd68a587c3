#!/usr/bin/python3
"""A story in three acts that is told to several sites: every kind of write, and
after each what every list and every object shows to everybody.

What is recorded are the answers, with all in them masked that differs from one
telling to the next: tokens, times and names of files as a word, identifiers by
the order of their first appearance, names without the teller's prefix.  So two
tellings are equal when the sites are.
"""

import itertools
import re

import client

tellings = itertools.count(1)

TIMES = {"create_time": "a time", "next_time": "a time",
         "create_date": "a date"}
# An object's kind by a member that only this kind has.
KINDS = (("title", "video"), ("name", "user"), ("create_date", "comment"),
         ("create_time", "message"))


class Mask:
    """Makes answers of one telling comparable with those of another."""

    def __init__(self, prefix):
        self.prefix = prefix
        self.seen = {}          # kind -> {id: "kind N"}

    def ident(self, kind, value):
        known = self.seen.setdefault(kind, {})
        return known.setdefault(value, f"{kind} {len(known) + 1}")

    def apply(self, value, key=None, kind=None):
        if isinstance(value, dict):
            kind = next((name for member, name in KINDS if member in value),
                        "user")
            return {key: self.apply(one, key, kind)
                    for key, one in value.items()}
        if isinstance(value, list):
            return [self.apply(one) for one in value]
        if key == "token":
            return "a token" if value else value
        if key in TIMES:
            return TIMES[key]
        if key == "next_before":
            return value != 0
        if key == "id":
            return self.ident(kind, value)
        if key in ("user_id", "from_user_id", "to_user_id"):
            return self.ident("user", value)
        if isinstance(value, str):
            return self.text(value)
        return value

    def text(self, value):
        value = value.replace(self.prefix, "")
        value = re.sub(r"^http://[^/]+/", "", value)
        return re.sub(r"\b\d+_\d+\.", "file.", value)


class Tale:
    """One telling.  `before_each` is called before every request."""

    def __init__(self, site, clip, before_each=lambda: None):
        self.site, self.clip, self.before_each = site, clip, before_each
        # So many letters that no text happens to hold it.
        self.prefix = f"telling{next(tellings):04}"
        self.mask = Mask(self.prefix)
        self.record = []        # (what was asked, what was answered)
        self.people, self.videos, self.comments = {}, [], []

    # -- asking --

    def ask(self, who, name, **parameters):
        """Asks as one of the people, or as nobody; notes the answer."""
        self.before_each()
        user = self.people.get(who) or client.Client(self.site)
        reply = user.ask(name, **parameters)
        assert reply.status < 500, reply
        body = dict(reply.body)
        if name == "video_feed":
            # A site on which others have told theirs before has more.
            body["video_list"] = [
                video for video in body["video_list"]
                if video["author"]["name"].startswith(self.prefix)]
        self.record.append((f"{len(self.record)} {who} {name}",
                            self.mask.apply(body)))
        return reply

    def id(self, who):
        return self.people[who].id

    def register(self, who):
        self.people.pop(who, None)
        secrets = dict(username=self.prefix + who, password="a-password")
        reply = self.ask(who, "user_register", **secrets)
        self.people[who] = client.Client(
            self.site, reply["token"], id=reply["user_id"])

    def log_in(self, who):
        reply = self.ask(who, "user_login", username=self.prefix + who,
                         password="a-password")
        self.people[who].token = reply["token"]

    def publish(self, who, title):
        self.ask(who, "video_publish", data=self.clip, title=title)
        newest = self.ask(who, "video_list", user_id=self.id(who))
        self.videos.append(newest["video_list"][0]["id"])

    def like(self, who, video, action=1):
        self.ask(who, "favorite_action", video_id=self.videos[video],
                 action_type=action)

    def unlike(self, who, video):
        self.like(who, video, 2)

    def comment(self, who, video, text):
        reply = self.ask(who, "comment_action", action_type=1,
                         video_id=self.videos[video], comment_text=text)
        self.comments.append((video, reply["comment"]["id"]))

    def delete(self, who, comment):
        video, ident = self.comments[comment]
        self.ask(who, "comment_action", action_type=2, comment_id=ident,
                 video_id=self.videos[video])

    def follow(self, who, whom, action=1):
        self.ask(who, "relation_action", to_user_id=self.id(whom),
                 action_type=action)

    def unfollow(self, who, whom):
        self.follow(who, whom, 2)

    def send(self, who, whom, text):
        self.ask(who, "message_action", to_user_id=self.id(whom),
                 action_type=1, content=text)

    # -- looking --

    def glance(self, *viewers):
        """What these see of what writes change most."""
        for viewer in viewers:
            if viewer is not None:
                self.ask(viewer, "user_show")
            self.ask(viewer, "video_feed")
            for video in self.videos:
                self.ask(viewer, "comment_list", video_id=video)
            for who in ("ann", "bob"):
                if viewer is None:
                    self.ask(viewer, "video_list", user_id=self.id(who))
                elif viewer != who:
                    self.chat(viewer, who)

    def look(self, *viewers):
        """All that these see of everything."""
        for viewer in viewers:
            if viewer is not None:
                self.ask(viewer, "user_show")
            self.ask(viewer, "video_feed")
            for video in self.videos:
                self.ask(viewer, "comment_list", video_id=video)
                self.ask(viewer, "comment_list", video_id=video, limit=1)
            for who in self.people:
                self.look_at(viewer, who)

    def look_at(self, viewer, who):
        for name in ("video_list", "favorite_list", "relation_follow_list",
                     "relation_follower_list", "friend_list"):
            self.ask(viewer, name, user_id=self.id(who))
        if viewer not in (None, who):
            self.chat(viewer, who)

    def chat(self, viewer, who):
        """The history, and a poll for what came after its first message
        and after its last."""
        reply = self.ask(viewer, "message_chat", to_user_id=self.id(who))
        times = [one["create_time"] for one in reply["message_list"]]
        for time in dict.fromkeys(times[:1] + times[-1:]):
            self.ask(viewer, "message_chat", to_user_id=self.id(who),
                     pre_msg_time=time)

    def look_twice(self, *viewers):
        """What the first look has filled the second one finds."""
        self.look(*viewers)
        self.glance(*viewers)

    # -- the acts --

    def begin(self):
        for who in ("ann", "bob", "cat"):
            self.register(who)
        self.publish("ann", "first")
        self.like("bob", 0)
        self.comment("bob", 0, "one")
        self.comment("cat", 0, "two")
        for pair in (("ann", "bob"), ("bob", "ann"), ("cat", "ann")):
            self.follow(*pair)
        self.send("ann", "bob", "hello")
        self.look_twice("ann", "bob", None)

    def go_on(self):
        """Each write is followed by what could still show the old value."""
        ann, bob, cat = "ann", "bob", "cat"
        for write, arguments, viewers in (
                (self.like, (cat, 0), (ann,)),
                (self.like, (cat, 0), (cat,)),
                (self.unlike, (bob, 0), (bob,)),
                (self.comment, (ann, 0, "three"), (cat,)),
                (self.delete, (bob, 0), (bob, None)),
                (self.delete, (bob, 0), (ann,)),
                (self.delete, (bob, 1), (cat,)),
                (self.send, (bob, ann, "how are you"), (ann,)),
                (self.send, (ann, bob, "fine"), (bob,)),
                (self.send, (cat, ann, "nobody hears me"), (ann,)),
                (self.follow, (ann, cat), (cat,)),
                (self.unfollow, (ann, bob), (bob, ann)),
                (self.publish, (bob, "second"), (ann, bob)),
                (self.like, (ann, 1), (bob,)),
                (self.log_in, (ann,), (ann,))):
            write(*arguments)
            self.glance(*viewers)

    def end(self):
        self.look_twice("ann", "bob", None)
        self.like("bob", 1)
        self.unlike("cat", 0)
        self.delete("ann", 2)
        self.send("cat", "ann", "and now")
        self.register("dan")
        self.follow("dan", "cat")
        self.comment("dan", 1, "four")
        self.look_twice("cat", "dan")


ACTS = (Tale.begin, Tale.go_on, Tale.end)


def tell(site, clip, between=(), **more):
    """Tells all of it; `between`: what to do after the first act, and after
    the second.  Returns the record."""
    tale = Tale(site, clip, **more)
    for act, then in itertools.zip_longest(ACTS, between):
        act(tale)
        if then is not None:
            then()
    return tale.record


def check_same(record, expected):
    for got, wanted in zip(record, expected):
        assert got == wanted, f"{got[0]}: {got[1]}\nnot {wanted[1]}"
    assert len(record) == len(expected)
