#!/usr/bin/python3
"""What the site must know: sets and lists from which every answer follows.

Counts are not kept here: each is the length of something, so that a model and
a site cannot be wrong in the same way.
"""

from collections import defaultdict
from dataclasses import dataclass, field


@dataclass
class User:
    id: int
    name: str
    token: str


@dataclass
class Video:
    id: int
    author: int
    title: str


@dataclass
class Comment:
    id: int
    video: int
    user: int
    text: str


@dataclass
class Model:
    """All that happened, of one process or, merged, of all."""
    users: dict = field(default_factory=dict)       # by id
    videos: dict = field(default_factory=dict)      # by id
    # By user: what they like and whom they follow, the newest last.
    likes: dict = field(default_factory=lambda: defaultdict(dict))
    follows: dict = field(default_factory=lambda: defaultdict(dict))
    # By (user, other): which actor let the follow begin, as its how manieth.
    began: dict = field(default_factory=dict)
    comments: dict = field(default_factory=dict)    # by id, the living ones
    # By (from, to): the texts in their order.
    messages: dict = field(default_factory=lambda: defaultdict(list))

    def merge(self, other):
        """Takes what another process has done: no two act for one user."""
        for name in ("users", "videos", "likes", "follows", "began",
                     "comments", "messages"):
            mine, theirs = getattr(self, name), getattr(other, name)
            assert not mine.keys() & theirs.keys(), name
            mine.update(theirs)

    def index(self):
        """Looks at everything from the other side; call it once, at the
        end."""
        self.liked_by = turned(self.likes)
        self.followed_by = turned(self.follows)
        self.works = defaultdict(list)
        for video in self.videos.values():
            self.works[video.author].append(video.id)
        self.comments_on = defaultdict(list)
        for comment in self.comments.values():
            self.comments_on[comment.video].append(comment.id)
        self.pairs = sorted({tuple(sorted(pair)) for pair in self.messages})

    def friends(self, user):
        """Whom a user follows and is followed by."""
        return {other for other in self.follows.get(user, ())
                if user in self.follows.get(other, ())}

    # What answers look like: all that a client sees but constant pictures.

    def show_user(self, user, viewer):
        return {
            "id": user, "name": self.users[user].name,
            "follow_count": len(self.follows.get(user, ())),
            "follower_count": len(self.followed_by.get(user, ())),
            "is_follow": user in self.follows.get(viewer, ()),
            "total_favorited": sum(len(self.liked_by.get(video, ()))
                                   for video in self.works.get(user, ())),
            "work_count": len(self.works.get(user, ())),
            "favorite_count": len(self.likes.get(user, ())),
        }

    def show_video(self, video, viewer):
        return {
            "id": video, "title": self.videos[video].title,
            "author": self.show_user(self.videos[video].author, viewer),
            "favorite_count": len(self.liked_by.get(video, ())),
            "comment_count": len(self.comments_on.get(video, ())),
            "is_favorite": video in self.likes.get(viewer, ()),
        }

    def show_comment(self, comment, viewer):
        one = self.comments[comment]
        return {"id": one.id, "content": one.text,
                "user": self.show_user(one.user, viewer)}


def turned(relation):
    """From user -> things to thing -> users."""
    result = defaultdict(set)
    for user, things in relation.items():
        for thing in things:
            result[thing].add(user)
    return result
