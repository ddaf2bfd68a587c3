#!/usr/bin/python3
"""The people of the crash lab: writers who remember what they were promised, and
readers who hold the site to it.

A call may fail with 503 while processes are being killed.  A read is asked again.
A write that failed has been done or not, and nobody can tell which: a like or a
follow is repeated until it is answered, a comment or a message is left in doubt
until a later write has been answered, after which the truth must show.
"""

import random
from collections import Counter

from wire import CutOff, Wire

LIKE, UNLIKE = POST, DELETE = FOLLOW, UNFOLLOW = 1, 2

# How many are shown at once, as the settings have it.
COMMENTS, MESSAGES = 300, 500

# How often one asks again before giving up: each time a pool may just have
# been killed.
PATIENCE = 500

ACTIONS = {"like": 4, "comment": 3, "delete": 2, "follow": 3, "send": 3}


class Asker:
    """Somebody who asks until there is an answer."""

    def __init__(self, base):
        self.wire = Wire(base)
        self.seen = Counter()

    def once(self, user, name, **parameters):
        """One try; None when a process has died over it."""
        try:
            status, answer = self.wire.call(name, token=user.token,
                                            **parameters)
        except CutOff:
            status, answer = 503, None
        self.seen[name, status] += 1
        assert status in (200, 503), (name, parameters, status, answer)
        return answer if status == 200 else None

    def ask(self, user, name, **parameters):
        for _ in range(PATIENCE):
            answer = self.once(user, name, **parameters)
            if answer is not None:
                assert answer["status_code"] == 0, (name, parameters, answer)
                return answer
        raise AssertionError(f"{name} is never answered")

    # What a world looks like to its people.

    def video(self, user, author, video):
        """A video as the list of its author's works has it."""
        found = self.ask(user, "video_list", user_id=author.id)["video_list"]
        return next(one for one in found if one["id"] == video)

    def comments(self, user, video):
        return self.ask(user, "comment_list", video_id=video)["comment_list"]

    def messages(self, user, other):
        return self.ask(user, "message_chat",
                        to_user_id=other.id)["message_list"]

    def profile(self, user):
        return self.ask(user, "user_show")["user"]


class Writer(Asker):
    """Acts for three users of its own: an author with a video and two fans, one
    of them a friend.  It also acts on the one video that all act on."""

    def __init__(self, number, stage, seed):
        super().__init__(stage.base)
        self.number, self.stage = number, stage
        self.users = stage.worlds[number].users
        self.own = stage.worlds[number].video
        self.dice = random.Random(f"{seed}/{number}")
        self.serial = 0
        self.author, self.friend, self.fan = self.users
        # What has been promised.
        self.likes = {user.id: set() for user in self.users}
        self.remarks = {self.own: {}, stage.hot: {}}    # {id: (user, text)}
        self.follows = {(self.author.id, self.friend.id),
                        (self.friend.id, self.author.id)}
        self.chat = []
        # Texts of which nobody knows whether they were written.
        self.doubts = Counter()
        self.doubtful = {self.own: set(), stage.hot: set(), "chat": set()}

    def __call__(self, _task):
        """Writes until the stage closes; returns what was promised."""
        with self.turn():
            pass
        while not self.stage.is_over():
            kind, = self.dice.choices([*ACTIONS], [*ACTIONS.values()])
            getattr(self, kind)()
        self.settle()
        self.check_all()
        return self

    def __getstate__(self):
        """What goes back to the parent: all but the connection."""
        return {key: value for key, value in self.__dict__.items()
                if key not in ("wire", "stage")}

    # -- the ledger --

    def turn(self):
        return self.stage.ledger.turn(self.number, self.facts)

    def facts(self):
        return {
            "likes": sum(self.own in likes for likes in self.likes.values()),
            "comments": len(self.remarks[self.own]),
            "newest_comment": max(self.remarks[self.own], default=0),
            "follows": sum(who == self.author.id for who, _ in self.follows),
            "fans": sum(whom == self.author.id for _, whom in self.follows),
            "own_likes": len(self.likes[self.author.id]),
            "messages": len(self.chat),
        }

    # -- writing --

    def write(self, user, name, **parameters):
        """Repeats what may be repeated until it is answered."""
        self.ask(user, name, **parameters)

    def text(self):
        self.serial += 1
        return f"{self.number}.{self.serial}"

    def write_text(self, place, write):
        """Writes texts until one is answered; those before are in doubt
        until then.  Returns the answer with its text."""
        for _ in range(PATIENCE):
            text = self.text()
            answer = write(text)
            if answer is not None:
                assert answer["status_code"] == 0, answer
                return answer, text
            self.doubts[place] += 1
            self.doubtful[place].add(text)
        raise AssertionError("no text is taken")

    def like(self):
        user, video = self.dice.choice(self.users), self.dice.choice(
            (self.own, self.stage.hot))
        liked = video not in self.likes[user.id]
        if self.dice.random() < .2:
            liked = not liked       # what is so already
        with self.turn():
            self.write(user, "favorite_action", video_id=video,
                       action_type=LIKE if liked else UNLIKE)
            if liked:
                self.likes[user.id].add(video)
            else:
                self.likes[user.id].discard(video)
        self.check_likes(user, video)

    def comment(self):
        user, video = self.dice.choice(self.users), self.dice.choice(
            (self.own, self.stage.hot))
        with self.turn():
            answer, text = self.write_text(video, lambda text: self.once(
                user, "comment_action", video_id=video, action_type=POST,
                comment_text=text))
            self.remarks[video][answer["comment"]["id"]] = user.id, text
            if self.doubtful[video]:
                self.settle_comments(video)
        self.check_comments(video)

    def settle_comments(self, video):
        """A later write has been answered: what is there now was written,
        what is not will never be."""
        for one in self.comments(self.author, video):
            if one["content"] in self.doubtful[video]:
                self.remarks[video][one["id"]] = \
                    one["user"]["id"], one["content"]
        self.doubtful[video].clear()

    def delete(self):
        video = self.dice.choice((self.own, self.stage.hot))
        if not self.remarks[video]:
            return self.comment()
        comment = self.dice.choice(list(self.remarks[video]))
        user = next(one for one in self.users
                    if one.id == self.remarks[video][comment][0])
        with self.turn():
            self.delete_until_gone(user, video, comment)
            del self.remarks[video][comment]
        self.check_comments(video)

    def delete_until_gone(self, user, video, comment):
        for number in range(PATIENCE):
            answer = self.once(user, "comment_action", video_id=video,
                               action_type=DELETE, comment_id=comment)
            if answer is None:
                continue
            # A refusal says that the try before had been done.
            assert answer["status_code"] == 0 or number > 0, answer
            return
        raise AssertionError("no deletion is answered")

    def follow(self):
        """All but the friendship comes and goes."""
        who, whom = self.dice.choice(
            ((self.author, self.fan), (self.fan, self.author),
             (self.friend, self.fan), (self.fan, self.friend)))
        pair = who.id, whom.id
        wanted = pair not in self.follows
        with self.turn():
            self.write(who, "relation_action", to_user_id=whom.id,
                       action_type=FOLLOW if wanted else UNFOLLOW)
            if wanted:
                self.follows.add(pair)
            else:
                self.follows.remove(pair)
        self.check_profile(who)
        self.check_profile(whom)

    def send(self):
        user, other = self.dice.sample((self.author, self.friend), 2)
        with self.turn():
            _, text = self.write_text("chat", lambda text: self.once(
                user, "message_action", to_user_id=other.id, action_type=1,
                content=text))
            if self.doubtful["chat"]:
                self.settle_chat(text)
            else:
                self.chat.append(text)
        self.check_chat(other, user)

    def settle_chat(self, newest):
        shown = [one["content"] for one in
                 self.messages(self.author, self.friend)]
        self.chat += [text for text in shown
                      if text in self.doubtful["chat"] or text == newest]
        self.doubtful["chat"].clear()

    def settle(self):
        """Nothing stays in doubt at the end."""
        assert not any(self.doubtful.values()), self.doubtful

    # -- reading back --

    def check_likes(self, user, video):
        author = self.author if video == self.own else self.stage.host
        shown = self.video(user, author, video)
        assert shown["is_favorite"] == (video in self.likes[user.id]), shown
        if video == self.own:
            likes = self.facts()["likes"]
            assert shown["favorite_count"] == likes, (shown, likes)
            assert shown["author"]["total_favorited"] == likes, (shown, likes)
        self.check_profile(user)

    def check_comments(self, video):
        shown = {one["id"]: (one["user"]["id"], one["content"])
                 for one in self.comments(self.friend, video)}
        mine = {number: remark for number, remark in shown.items()
                if remark[1].startswith(f"{self.number}.")}
        # The hot video may have more than are shown at once.
        oldest = min(shown, default=0) if len(shown) == COMMENTS else 0
        assert mine == {number: remark for number, remark
                        in self.remarks[video].items() if number >= oldest}
        if video == self.own:
            count = self.video(self.fan, self.author, video)["comment_count"]
            assert count == len(self.remarks[video]), count

    def check_profile(self, user):
        shown = self.profile(user)
        assert (shown["favorite_count"], shown["follow_count"],
                shown["follower_count"]) == (
            len(self.likes[user.id]),
            sum(who == user.id for who, _ in self.follows),
            sum(whom == user.id for _, whom in self.follows)), shown

    def check_chat(self, user, other):
        shown = [one["content"] for one in self.messages(user, other)]
        assert shown == self.chat[-MESSAGES:], (shown[-5:], self.chat[-5:])

    def check_all(self):
        for user in self.users:
            for video in (self.own, self.stage.hot):
                self.check_likes(user, video)
        for video in (self.own, self.stage.hot):
            self.check_comments(video)
        self.check_chat(self.author, self.friend)
        self.check_chat(self.friend, self.author)


class Reader(Asker):
    """Looks into everybody's world, and holds the site to the ledger."""

    VIEWS = ("see_video", "see_feed", "see_comments", "see_profile",
             "see_chat")

    def __init__(self, number, stage, seed):
        super().__init__(stage.base)
        self.stage = stage
        self.dice = random.Random(f"{seed}/reader {number}")
        self.compared = Counter()

    def __call__(self, _task):
        while not self.stage.is_over():
            self.look()
        return self.compared

    def look(self):
        page = self.dice.randrange(len(self.stage.worlds))
        world = self.stage.worlds[page]
        what = self.dice.choice(self.VIEWS)
        before = self.stage.ledger.read(page)
        shown = getattr(self, what)(world)
        if before is not None and before == self.stage.ledger.read(page):
            expected = {key: before[key] for key in shown}
            assert shown == expected, (what, page, shown, before)
            self.compared[what] += 1

    @staticmethod
    def facts_of_video(video):
        return {"likes": video["favorite_count"],
                "comments": video["comment_count"],
                "follows": video["author"]["follow_count"],
                "fans": video["author"]["follower_count"],
                "own_likes": video["author"]["favorite_count"]}

    def see_video(self, world):
        return self.facts_of_video(self.video(
            self.dice.choice(self.stage.everybody), world.users[0],
            world.video))

    def see_feed(self, world):
        videos = self.ask(self.dice.choice(self.stage.everybody),
                          "video_feed")["video_list"]
        return self.facts_of_video(next(one for one in videos
                                        if one["id"] == world.video))

    def see_comments(self, world):
        shown = self.comments(self.dice.choice(self.stage.everybody),
                              world.video)
        facts = {"newest_comment": max((one["id"] for one in shown),
                                       default=0)}
        if len(shown) < COMMENTS:
            facts["comments"] = len(shown)
        return facts

    def see_profile(self, world):
        shown = self.profile(world.users[0])
        return {"likes": shown["total_favorited"],
                "follows": shown["follow_count"],
                "fans": shown["follower_count"],
                "own_likes": shown["favorite_count"]}

    def see_chat(self, world):
        shown = self.messages(*self.dice.sample(world.users[:2], 2))
        return {} if len(shown) == MESSAGES else {"messages": len(shown)}
