#!/usr/bin/python3
"""Acting on what belongs to others (THREATS 13).

Generated: every id parameter of the endpoint table is pointed at somebody
else's object, by somebody who has nothing to do with them; it is refused or
allowed as API.md says, and never changes what is theirs.
"""

from dataclasses import dataclass

import pytest

import counts
import stories
import table
from cases import each_parameter, each_row, is_needed

ALLOWED = None

# What comes of each id parameter that names somebody else's object.
FOREIGN = {
    ("user_show", "user_id"): "NOT_YOURSELF",
    ("video_show", "video_id"): ALLOWED,
    ("video_list", "user_id"): ALLOWED,
    ("video_delete", "video_id"): "NOT_YOUR_VIDEO",
    ("favorite_action", "video_id"): ALLOWED,
    ("favorite_list", "user_id"): ALLOWED,
    ("comment_action", "video_id"): ALLOWED,
    ("comment_action", "comment_id"): "NOT_YOUR_COMMENT",
    ("comment_list", "video_id"): ALLOWED,
    ("relation_action", "to_user_id"): ALLOWED,
    ("relation_follow_list", "user_id"): ALLOWED,
    ("relation_follower_list", "user_id"): ALLOWED,
    ("friend_list", "user_id"): ALLOWED,
    ("message_chat", "to_user_id"): "NOT_FRIENDS",
    ("message_action", "to_user_id"): "NOT_FRIENDS",
}
# Tables in which a row belongs to a user: the columns that say whose it is.
OWNERS = {
    "account": ("id",), "video": ("user_id",), "favorite": ("user_id",),
    "relation": ("user_id",), "comment": ("user_id",),
    "message": ("from_user_id",), "contact": ("user_id",),
    "quota": ("user_id",),
}
# What others may move in a row that is not theirs: counts, and in a contact
# what follows from both sides' doings.
SHARED = {
    "account": ("follower_count", "total_favorited"),
    "video": ("favorite_count", "comment_count"),
    "contact": ("friend", "message_id", "rank"),
}


@dataclass
class Scene:
    owner: object
    peer: object
    stranger: object
    ids: dict

    def call(self, row, action=1, **more):
        """The row's call, all ids those of the owner."""
        parameters = {parameter.name: self.ids[parameter.name]
                      for parameter in row.parameters
                      if parameter.kind == "id"}
        for parameter in row.parameters:
            if parameter.kind == "action":
                parameters[parameter.name] = action
            elif parameter.is_text and is_needed(row, parameter):
                parameters[parameter.name] = "text"
        return {**parameters, **more}


@pytest.fixture
def scene(site, world):
    """An owner of one thing of every kind, and a stranger."""
    owner, peer, stranger = stories.new_users(site, 3)
    stories.befriend(owner, peer)
    stories.send(owner, peer, "a secret")
    video = stories.make_video(site, owner)
    stories.like(owner, world.video)
    comment = stories.post(owner, video, "the owner's")["id"]
    return Scene(owner, peer, stranger, {
        "user_id": owner.id, "to_user_id": owner.id, "video_id": video,
        "comment_id": comment})


def belongings(site, user):
    """All that belongs to a user, but for what others may move."""
    found = {}
    with site.database() as db:
        for name, columns in OWNERS.items():
            for column in columns:
                found[name] = sorted(
                    tuple((key, row[key]) for key in row.keys()
                          if key not in SHARED.get(name, ()))
                    for row in db.execute(
                        f"SELECT * FROM {name} WHERE {column} = ?",
                        (user.id,)))
    return found


def actions(row):
    """The values that the row's action may have."""
    return next((range(1, parameter.high + 1) for parameter in row.parameters
                 if parameter.kind == "action"), (1,))


def is_id(parameter):
    return parameter.kind == "id"


def test_every_id_and_every_table_has_an_owner(site):
    assert set(FOREIGN) == {
        (row.name, parameter.name) for row in table.rows()
        for parameter in row.parameters if is_id(parameter)}
    kept = {name for name in counts.dump(site)
            if not name.startswith("sqlite_")}
    assert set(OWNERS) <= kept
    assert not [name for name in kept - set(OWNERS)
                for column in site.rows(f"PRAGMA table_info({name})")
                if "user_id" in column["name"]]


@each_parameter(is_id)
def test_another_ones_object(row, parameter, scene, site):
    """Refused without a trace, or allowed without touching what is theirs."""
    error = FOREIGN[row.name, parameter.name]
    action = 2 if parameter.name == "comment_id" else 1
    call = scene.call(row, action)
    before, theirs = counts.dump(site), belongings(site, scene.owner)
    reply = scene.stranger.ask(row.name, **call)
    assert reply.error == error, reply
    if error or row.method == "GET":
        assert counts.dump(site) == before
    assert belongings(site, scene.owner) == theirs
    counts.check(site)


@each_row(lambda row: any(map(is_id, row.parameters)))
def test_no_action_of_a_stranger_touches_what_is_anothers(row, scene, site):
    theirs = belongings(site, scene.owner)
    for action in actions(row):
        scene.stranger.ask(row.name, **scene.call(row, action))
        assert belongings(site, scene.owner) == theirs
    counts.check(site)


@each_row(lambda row: any(map(is_id, row.parameters)))
def test_the_method_opens_no_other_door(row, scene, site):
    """A write by GET, or anything by another verb (THREATS 23)."""
    with stories.unchanged(site):
        for method in {"GET", "POST", "PUT", "DELETE", "PATCH"} - {row.method}:
            for action in actions(row):
                reply = scene.owner.ask(row.name, method=method,
                                        **scene.call(row, action))
                assert reply.error == "METHOD"


@each_row(lambda row: row.method == "POST"
          and any(map(is_id, row.parameters)))
@pytest.mark.parametrize("name", ("user_id", "from_user_id", "uid", "viewer"))
def test_one_acts_as_the_tokens_user_only(row, name, scene, site):
    """Whoever else a parameter names."""
    stories.befriend(scene.stranger, scene.peer)
    scene.ids["to_user_id"] = scene.peer.id
    theirs = belongings(site, scene.owner)
    for how in ("query", "form", "both"):
        reply = scene.stranger.ask(
            row.name, how, **{**scene.call(row), name: scene.owner.id})
        assert reply.ok or reply.error == FOREIGN[row.name, "video_id"]
        assert belongings(site, scene.owner) == theirs


def test_reading_anothers_friends_shows_no_word_of_theirs(scene):
    """The one list that carries what was said."""
    reply = scene.stranger.ask("friend_list", user_id=scene.owner.id)
    assert [friend["id"] for friend in reply["user_list"]] == [scene.peer.id]
    assert "a secret" not in str(reply.body)
