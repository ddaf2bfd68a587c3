#!/usr/bin/python3
"""What answers look like: API.md 1.4 as tables.

A shape is a dict from key to a kind of value, a list of one shape, or a kind:
one of the predicates below.  No key may be missing, none may be there that the
shape does not name.
"""

import re
import time

JSON_SAFE = 2 ** 53


def is_integer(value):
    return isinstance(value, int) and not isinstance(value, bool)


def ident(value):
    return is_integer(value) and 0 < value < JSON_SAFE


def count(value):
    return is_integer(value) and 0 <= value < JSON_SAFE


def code(value):
    return is_integer(value) and -2 ** 31 <= value < 2 ** 31


def flag(value):
    return isinstance(value, bool)


def words(value):
    return isinstance(value, str) and value != ""


def any_words(value):
    return isinstance(value, str)


def moment(value):
    """Milliseconds since 1970: 13 digits."""
    return is_integer(value) and 10 ** 12 <= value < 10 ** 13


def direction(value):
    """Of a message: 0 received, 1 sent."""
    return is_integer(value) and value in (0, 1)


def state(value):
    return value in ("ready", "processing", "failed")


def month_day(value):
    return isinstance(value, str) and bool(re.fullmatch(r"\d\d-\d\d", value))


def address(value):
    return isinstance(value, str) and bool(
        re.fullmatch(r"https?://[^/]+(/[^/?#]+)+", value))


ENVELOPE = {"status_code": code, "status_msg": words}

USER = {
    "id": ident,
    "name": words,
    "follow_count": count,
    "follower_count": count,
    "is_follow": flag,
    "avatar": address,
    "background_image": address,
    "signature": words,
    "total_favorited": count,
    "work_count": count,
    "favorite_count": count,
}

VIDEO = {
    "id": ident,
    "author": USER,
    "play_url": address,
    "cover_url": address,
    "favorite_count": count,
    "comment_count": count,
    "is_favorite": flag,
    "title": words,
}

# What its author finds in their own list (API.md E5).
OWN_VIDEO = {**VIDEO, "state": state, "reason": words}

COMMENT = {
    "id": ident,
    "user": USER,
    "content": words,
    "create_date": month_day,
}

MESSAGE = {
    "id": ident,
    "to_user_id": ident,
    "from_user_id": ident,
    "content": words,
    "create_time": moment,
}

# By the setting friend_msg_key.
FRIEND_KEYS = {"msgType": ["msgType"], "msg_type": ["msg_type"],
               "both": ["msgType", "msg_type"]}


def friend(key):
    return {**USER, "message": any_words,
            **dict.fromkeys(FRIEND_KEYS[key], direction)}


# What a member of a success looks like, by its shape in the endpoint table.
MEMBERS = {
    "videos": [VIDEO], "users": [USER],
    "comments": [COMMENT], "messages": [MESSAGE], "user": USER,
    "video": VIDEO, "comment": COMMENT, "id": ident, "token": words,
    "time": moment,
}


def success(row, body, friend_key):
    """What a success carries beside the envelope."""
    kinds = {**MEMBERS, "friends": [friend(friend_key)]}
    if row.name == "video_list" and any(
            "state" in video for video in body["video_list"]):
        kinds["videos"] = [OWN_VIDEO]
    if "state" in body.get("video", ()):
        kinds["video"] = OWN_VIDEO
    members = {answer.name: kinds[answer.shape] for answer in row.answers
               if answer.name in body or answer.shape != "comment"}
    if any(parameter.kind == "limit" for parameter in row.parameters):
        members["next_before"] = count
    if row.name == "message_action" and "message_list" in body:
        # The seed's way to ask for the history (API.md D3).
        members.update(message_list=[MESSAGE], next_before=count)
    return members


def complaints(value, shape, where="answer"):
    """Yields what is wrong with a value; nothing when it has the shape."""
    if isinstance(shape, list):
        if not isinstance(value, list):
            yield f"{where} is no list: {value!r}"
            return
        for i, item in enumerate(value):
            yield from complaints(item, shape[0], f"{where}[{i}]")
    elif isinstance(shape, dict):
        if not isinstance(value, dict):
            yield f"{where} is no object: {value!r}"
            return
        for key in shape.keys() ^ value.keys():
            yield f"{where}.{key} is " + (
                "missing" if key in shape else "not in the contract")
        for key in shape.keys() & value.keys():
            yield from complaints(value[key], shape[key], f"{where}.{key}")
    elif not shape(value):
        yield f"{where} is not {shape.__name__}: {value!r}"


def check_success(row, body, friend_key="msgType"):
    wrong = list(complaints(body, {**ENVELOPE,
                                   **success(row, body, friend_key)}))
    assert not wrong, wrong


def check_refusal(row, body):
    """The envelope of a refusal, with the row's failure payload if any."""
    wrong = list(complaints(
        {key: body.get(key) for key in ENVELOPE}, ENVELOPE))
    assert not wrong, wrong
    assert body["status_code"] != 0, body
    now_ms = int(time.time() * 1000)
    expected = row.failure_members(now_ms) if row else {}
    payload = {key: body[key] for key in body if key not in ENVELOPE}
    assert payload.keys() == expected.keys(), body
    for key, value in expected.items():
        if value == now_ms:
            assert moment(payload[key]), body
            assert abs(payload[key] - now_ms) < 600_000, body
        else:
            assert payload[key] == value, body
            assert type(payload[key]) is type(value), body
