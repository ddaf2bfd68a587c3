#!/usr/bin/python3
"""One of the processes that act at random.

An actor owns its users and acts only for them, on anybody's videos, users and
comments; so what becomes of its users does not depend on what the others do at
the same moment, though counts, lists and locks are shared by all.  New users
and videos are told to the others between rounds, in the order of the actors:
the same seed gives the same actions, whoever is faster.

The one thing that does depend on the others is whether a message may be sent:
whether its receiver follows the sender at that moment.  Actors report it and
the director judges (director.py).
"""

import random
from dataclasses import dataclass, field

import table
from model import Comment, Model, User, Video
from wire import Wire

NOBODY = 2 ** 52
WORDS = ("nice", "hello", "好看", "你好", "哈哈哈", "👍", "see you", "晚安",
         "a\nb", "100%", "'; --", '"x"', "&=?", "…")

# How often an actor does what, of 10,000.
WEIGHTS = {
    "register": 50, "publish": 8, "like": 2607, "unlike": 1500,
    "follow": 1500, "unfollow": 800, "comment": 1500, "delete": 700,
    "send": 1150, "err": 185,
}


@dataclass
class Round:
    """What an actor tells of a round."""
    users: list = field(default_factory=list)
    videos: list = field(default_factory=list)
    toggles: list = field(default_factory=list)     # (who, whom, follows now)
    # (from, to, whether it follows, whether followed if we own `to`, sent)
    sends: list = field(default_factory=list)


class Actor:
    def __init__(self, number, seed, base, clip):
        self.number, self.clip = number, clip
        self.dice = random.Random(f"{seed}/{number}")
        self.wire = Wire(base)
        self.codes = {error.code: name
                      for name, error in table.errors().items()}
        self.mine = Model()
        self.own = []                   # ids of our users
        self.users, self.videos = [], []        # ids that all know of
        self.fans = {}                  # of our users: who followed them
        self.counts = {"register": 0, "publish": 0, "text": 0, "follow": 0}
        self.gone = []                  # our comments that are deleted
        self.round = Round()

    # -- rounds --

    def __call__(self, task):
        """A round: news of all actors, then so many actions of ours; the
        first time only what must be there.  No number: our model."""
        news, count = task
        for told in news:
            self.hear(told)
        if count is None:
            self.wire.close()
            return self.mine
        self.round = Round()
        if not self.own:
            self.start()
            return self.round
        for kind in self.dice.choices([*WEIGHTS], [*WEIGHTS.values()],
                                      k=count):
            getattr(self, kind)()
        return self.round

    def hear(self, told):
        self.users += told.users
        self.videos += told.videos
        for who, whom, follows in told.toggles:
            if whom in self.fans:
                if follows:
                    self.fans[whom][who] = None
                else:
                    self.fans[whom].pop(who, None)

    def start(self):
        """So that there is somebody, and something to look at."""
        for _ in range(4):
            self.register()
        self.publish()

    # -- asking --

    def good(self, name, user, **parameters):
        answer = self.wire.ask(name, token=self.token(user), **parameters)
        assert answer["status_code"] == 0, (name, parameters, answer)
        return answer

    def refused(self, error, name, user, **parameters):
        answer = self.wire.ask(name, token=self.token(user), **parameters)
        assert self.codes.get(answer["status_code"]) == error, \
            (error, name, parameters, answer)

    def token(self, user):
        return self.mine.users[user].token

    def somebody(self):
        return self.dice.choice(self.own)

    def pick(self, things):
        """One of them, the older ones more often: half the choices fall on
        an eighth."""
        return things[int(len(things) * self.dice.random() ** 3)]

    def text(self):
        self.counts["text"] += 1
        return f"{self.dice.choice(WORDS)} {self.number}." \
            f"{self.counts['text']}"

    # -- actions --

    def register(self):
        self.counts["register"] += 1
        name = f"用户{self.number}-{self.counts['register']}"
        answer = self.wire.ask("user_register", username=name,
                               password="password")
        assert answer["status_code"] == 0, answer
        user = answer["user_id"]
        self.mine.users[user] = User(user, name, answer["token"])
        self.own.append(user)
        self.fans[user] = {}
        self.round.users.append(user)

    def publish(self):
        self.counts["publish"] += 1
        user = self.somebody()
        title = f"clip {self.number}.{self.counts['publish']}"
        answer = self.wire.publish(self.clip, title, self.token(user))
        assert answer["status_code"] == 0, answer
        newest = self.good("video_list", user, user_id=user,
                           limit=1)["video_list"][0]
        assert newest["title"] == title, newest
        self.mine.videos[newest["id"]] = Video(newest["id"], user, title)
        self.round.videos.append(newest["id"])

    def like(self):
        user, video = self.somebody(), self.pick(self.videos)
        self.good("favorite_action", user, video_id=video, action_type=1)
        self.mine.likes[user].setdefault(video)

    def unlike(self):
        user = self.somebody()
        liked = list(self.mine.likes[user])
        video = self.dice.choice(liked) if liked and self.dice.random() < .7 \
            else self.pick(self.videos)
        self.good("favorite_action", user, video_id=video, action_type=2)
        self.mine.likes[user].pop(video, None)

    def follow(self):
        user = self.somebody()
        fans = self.fans[user]
        # Following back makes friends.
        other = self.dice.choice(list(fans)) if fans and \
            self.dice.random() < .4 else self.pick(self.users)
        self.set_follow(user, other, True)

    def unfollow(self):
        user = self.somebody()
        followed = list(self.mine.follows[user])
        other = self.dice.choice(followed) if followed and \
            self.dice.random() < .7 else self.pick(self.users)
        self.set_follow(user, other, False)

    def set_follow(self, user, other, wanted):
        if user == other:
            self.refused("ONESELF", "relation_action", user, to_user_id=other,
                         action_type=1 if wanted else 2)
            return
        self.good("relation_action", user, to_user_id=other,
                  action_type=1 if wanted else 2)
        follows = self.mine.follows[user]
        if wanted == (other in follows):
            return
        if wanted:
            follows[other] = None
            self.counts["follow"] += 1
            self.mine.began[user, other] = self.number, self.counts["follow"]
        else:
            del follows[other]
        self.round.toggles.append((user, other, wanted))

    def comment(self):
        user, video, text = self.somebody(), self.pick(self.videos), \
            self.text()
        answer = self.good("comment_action", user, video_id=video,
                           action_type=1, comment_text=text)["comment"]
        assert answer["content"] == text, answer
        assert answer["user"]["id"] == user, answer
        assert answer["id"] not in self.mine.comments, answer
        self.mine.comments[answer["id"]] = Comment(answer["id"], video, user,
                                                   text)

    def delete(self):
        """A living comment of ours, mostly; else one that cannot be
        deleted: gone, somebody else's, on another video."""
        living = self.mine.comments
        if not living:
            return self.comment()
        comment = self.dice.choice(list(living.values()))
        how = self.dice.random()
        if how < .8:
            self.delete_comment(comment.user, comment.video, comment.id)
            self.gone.append(living.pop(comment.id))
        elif how < .87 and self.gone:
            old = self.dice.choice(self.gone)
            self.delete_comment(old.user, old.video, old.id,
                                "COMMENT_UNKNOWN")
        elif how < .94:
            user = self.somebody()
            if user != comment.user:
                self.delete_comment(user, comment.video, comment.id,
                                    "NOT_YOUR_COMMENT")
        else:
            video = self.pick(self.videos)
            if video != comment.video:
                self.delete_comment(comment.user, video, comment.id,
                                    "COMMENT_UNKNOWN")

    def delete_comment(self, user, video, comment, error=None):
        parameters = dict(video_id=video, comment_id=comment, action_type=2)
        if error:
            self.refused(error, "comment_action", user, **parameters)
        else:
            self.good("comment_action", user, **parameters)

    def send(self):
        user = self.somebody()
        friends = [other for other in self.mine.follows[user]
                   if other in self.fans[user]]
        other = self.pick(friends) if friends and self.dice.random() < .9 \
            else self.pick(self.users)
        if user == other:
            self.refused("ONESELF", "message_action", user, to_user_id=other,
                         action_type=1, content="x")
            return
        text = self.text()
        answer = self.wire.ask("message_action", token=self.token(user),
                               to_user_id=other, action_type=1, content=text)
        sent = answer["status_code"] == 0
        if sent:
            self.mine.messages[user, other].append(text)
        else:
            assert self.codes[answer["status_code"]] == "NOT_FRIENDS", answer
        back = user in self.mine.follows[other] \
            if other in self.mine.users else None
        self.round.sends.append(
            (user, other, other in self.mine.follows[user], back, sent))

    def err(self):
        """What must be refused, and change nothing."""
        user, video, other = self.somebody(), self.pick(self.videos), \
            self.pick(self.users)
        name, error, parameters = self.dice.choice((
            ("favorite_action", "VIDEO_UNKNOWN", dict(video_id=NOBODY)),
            ("favorite_action", "PARAM_INVALID", dict(
                video_id=video, action_type=3)),
            ("relation_action", "USER_UNKNOWN", dict(to_user_id=NOBODY)),
            ("relation_action", "ONESELF", dict(to_user_id=user)),
            ("relation_action", "PARAM_INVALID", dict(
                to_user_id=other, action_type=0)),
            ("comment_action", "VIDEO_UNKNOWN", dict(
                video_id=NOBODY, comment_text="x")),
            ("comment_action", "PARAM_MISSING", dict(video_id=video)),
            ("comment_action", "COMMENT_UNKNOWN", dict(
                video_id=video, comment_id=NOBODY, action_type=2)),
            ("message_action", "USER_UNKNOWN", dict(
                to_user_id=NOBODY, content="x")),
            ("message_action", "PARAM_MISSING", dict(to_user_id=other)),
            ("message_action", "PARAM_TOO_LONG", dict(
                to_user_id=other, content="长" * 1001)),
        ))
        self.refused(error, name, user, **{"action_type": 1, **parameters})
