#!/usr/bin/python3
"""Who is asking (API.md 1.3, THREATS 7)."""

import json
import time

import pytest

import client
import multipart
import tokens
from cases import cheap, each, each_row, good, passes

MEGABYTE = 1024 * 1024
# A reader may be a guest only where the settings say so.
NEED_TOKEN = ("required", "reader")


def now():
    return int(time.time())


def changed(**changes):
    return lambda secret, uid: tokens.make(secret, uid, **changes)


def without(claim):
    def make(secret, uid):
        claims = tokens.good_claims(uid)
        del claims[claim]
        return tokens.sign({"alg": "HS256"}, claims, secret)
    return make


def headed(header, digest="HS256"):
    return lambda secret, uid: tokens.sign(
        header, tokens.good_claims(uid), secret, digest)


def claiming(text):
    return lambda secret, uid: tokens.sign({"alg": "HS256"}, text, secret)


def unsigned(algorithm):
    def make(secret, uid):
        token = tokens.sign({"alg": algorithm}, tokens.good_claims(uid),
                            secret)
        return token.rpartition(".")[0] + "."
    return make


def spoiled(spoil):
    return lambda secret, uid: spoil(tokens.make(secret, uid))


def flipped(token):
    """Another user's id in the claims, under the old signature."""
    header, claims, signature = token.split(".")
    claims = json.loads(tokens.unbase64url(claims))
    claims["uid"] += 1
    return ".".join((header, tokens.base64url(json.dumps(claims).encode()),
                     signature))


def with_first_bit_flipped(token):
    header, claims, signature = token.split(".")
    data = bytearray(tokens.unbase64url(signature))
    data[0] ^= 1
    return f"{header}.{claims}.{tokens.base64url(bytes(data))}"


# From (secret, user id) to a token that is not one.
FORGED = {
    "garbage": lambda *_: "garbage",
    "dots": lambda *_: "..",
    "words": lambda *_: "a.b.c",
    "not base64": lambda *_: "!!!.???.***",
    "bytes": lambda *_: b"\xff\xfe\0\x01",
    "alg none": unsigned("none"),
    "alg None": unsigned("None"),
    "alg none, signed": headed({"alg": "none"}),
    "no signature": unsigned("HS256"),
    "HS384": changed(algorithm="HS384"),
    "HS512": changed(algorithm="HS512"),
    "RS256 with the secret": headed({"alg": "RS256"}),
    "HS256 made with SHA-384": headed({"alg": "HS256"}, "HS384"),
    "no alg": headed({"typ": "JWT"}),
    "alg a number": headed({"alg": 256}),
    "header no object": headed("[]"),
    "header no JSON": headed("{"),
    "another secret": lambda _, uid: tokens.make(b"tiktok", uid),
    "no secret": lambda _, uid: tokens.make(b"", uid),
    "another user": spoiled(flipped),
    "a bit flipped": spoiled(with_first_bit_flipped),
    "cut short": spoiled(lambda token: token[:-1]),
    "cut to two": spoiled(lambda token: token.rpartition(".")[0]),
    "a fourth piece": spoiled(lambda token: token + ".x"),
    "NUL behind": spoiled(lambda token: token + "\0"),
    "NUL inside": spoiled(lambda token: token.replace(".", "\0.", 1)),
    "expires now": lambda secret, uid: tokens.make(secret, uid, exp=now()),
    "expired by 1 s": lambda secret, uid: tokens.make(
        secret, uid, exp=now() - 1),
    "issued in the future": lambda secret, uid: tokens.make(
        secret, uid, iat=now() + 600),
    "exp a string": changed(exp="9999999999"),
    "exp a fraction": changed(exp=9999999999.5),
    "exp 2^53": changed(exp=2 ** 53),
    "exp 2^63": changed(exp=2 ** 63),
    "exp negative": changed(exp=-1),
    "exp true": changed(exp=True),
    "exp null": changed(exp=None),
    "no exp": without("exp"),
    "no iat": without("iat"),
    "no ver": without("ver"),
    "no uid": without("uid"),
    "ver of later": changed(ver=2),
    "ver of before": changed(ver=0),
    "ver a string": changed(ver="1"),
    "uid of nobody": changed(uid=2 ** 53 - 1),
    "uid 0": changed(uid=0),
    "uid negative": changed(uid=-1),
    "uid a string": lambda secret, uid: tokens.make(secret, 0, uid=str(uid)),
    "uid a fraction": lambda secret, uid: tokens.make(
        secret, 0, uid=uid + 0.5),
    "uid a list": lambda secret, uid: tokens.make(secret, 0, uid=[uid]),
    "claims a list": claiming("[]"),
    "claims no JSON": claiming("{"),
    "claims nothing": claiming(""),
    "claims deep": claiming("[" * 1000 + "]" * 1000),
    "longer than 2 kB": changed(more="x" * 3000),
}


def call(world, row, how="query", **changes):
    """A call that succeeds but for the token; an upload needs no video."""
    if row.is_upload:
        changes.setdefault(row.parts[0], b"this is neither")
        how = "query" if how == "form" else how
        return world.user.ask(row.name, how, **changes)
    return world.user.ask(row.name, how, **good(row, world), **changes)


def is_past_the_token(reply):
    return reply.ok or (reply.row.is_upload and
                        reply.error in ("NOT_A_VIDEO", "NOT_A_PICTURE"))


def check_bad_token(row, reply, world):
    """A bad token is refused, ignored, or taken for a guest: by the row."""
    if row.login in (*NEED_TOKEN, "optional"):
        assert (reply.status, reply.error) == (200, "TOKEN_INVALID"), reply
    else:
        assert is_past_the_token(reply), reply


@each_row()
@each("forge", FORGED)
def test_a_forged_token_is_none(row, forge, world, site):
    token = forge(site.secret, world.user.id)
    check_bad_token(row, call(world, row, token=token), world)


@each_row()
@each("forge", {name: FORGED[name] for name in (
    "garbage", "alg none", "HS384", "expired by 1 s", "a bit flipped")})
@pytest.mark.parametrize("how", ("form", "bearer"))
def test_so_it_is_wherever_it_stands(row, forge, how, world, site):
    token = forge(site.secret, world.user.id)
    check_bad_token(row, call(world, row, how, token=token), world)


def test_the_forgers_tools_make_good_tokens_too(world, site):
    """Or the tests above would prove nothing."""
    for changes in ({}, {"exp": now() + 60}, {"iat": now()}, {"more": "x"}):
        token = tokens.make(site.secret, world.user.id, **changes)
        assert world.user.ask("user_show", token=token).ok
    assert tokens.claims_of(world.user.token).keys() == \
        tokens.good_claims(1).keys()


@each_row(lambda row: row.login in NEED_TOKEN)
@pytest.mark.parametrize("token", (None, ""))
@pytest.mark.parametrize("how", ("query", "form"))
def test_without_a_token_one_is_asked_to_log_in(row, token, how, world):
    reply = call(world, row, how, token=token)
    assert (reply.status, reply.error) == (200, "TOKEN_MISSING"), reply


@each_row(lambda row: row.login not in NEED_TOKEN)
@pytest.mark.parametrize("token", (None, ""))
def test_elsewhere_one_is_a_guest(row, token, world):
    assert is_past_the_token(call(world, row, token=token))


@each_row(lambda row: row.login in NEED_TOKEN)
@pytest.mark.parametrize("header", (
    "Basic dXNlcjpwYXNz", "Bearer", "Bearer ", "Token {}", "Bearer{}", "{}"))
def test_another_authorization_is_no_token(row, header, world):
    reply = call(world, row, token=None, headers={
        "Authorization": header.format(world.user.token)})
    assert reply.error in ("TOKEN_MISSING", "TOKEN_INVALID"), reply


@each_row(lambda row: row.login in NEED_TOKEN)
@pytest.mark.parametrize("scheme", ("Bearer", "bearer", "BEARER"))
def test_the_header_carries_a_token(row, scheme, world):
    reply = call(world, row, token=None, headers={
        "Authorization": f"{scheme} {world.user.token}"})
    assert is_past_the_token(reply), reply


@each_row(lambda row: row.login in (*NEED_TOKEN, "optional"))
def test_a_parameter_comes_before_the_header(row, world):
    def ask(parameter, header):
        return world.user.send(
            row, client.encode_pairs({**cheap(row, world),
                                      "token": parameter}),
            headers={"Authorization": f"Bearer {header}"})

    assert passes(ask(world.user.token, "garbage"))
    assert ask("garbage", world.user.token).error == "TOKEN_INVALID"


def test_an_ended_version_is_refused_everywhere(site):
    """Raising the account's version ends every older token at once."""
    user = site.people.new()
    assert user.ask("user_show").ok
    with site.writing() as db:
        db.execute("UPDATE account SET token_version = 2 WHERE id = ?",
                   (user.id,))
    replies = [user.ask("user_show") for _ in range(20)]
    assert {reply.error for reply in replies} == {"TOKEN_INVALID"}
    token = tokens.make(site.secret, user.id, ver=2)
    assert user.ask("user_show", token=token).ok


# -- a token of a megabyte: a refusal by whoever meets it first --


@each_row()
def test_a_huge_token_in_the_query_is_414(row, world, site):
    raw = client.raw_get(site, f"{row.path}?token={'x' * MEGABYTE}",
                         "Content-Length: 0", method=row.method)
    reply = raw.json()
    assert (reply.status, reply.error) == (414, "ADDRESS_TOO_LONG")


@each_row()
def test_a_huge_token_in_the_header_is_431(row, world, site):
    raw = client.raw_get(site, row.path, "Content-Length: 0",
                         f"Authorization: Bearer {'x' * MEGABYTE}",
                         method=row.method)
    reply = raw.json(row)
    assert (reply.status, reply.error) == (431, "HEADER_TOO_LARGE")


@each_row(lambda row: not row.is_upload)
def test_a_huge_token_in_a_form_is_413(row, world):
    reply = world.user.ask(row.name, "form", token="x" * MEGABYTE)
    assert (reply.status, reply.error) == (413, "BODY_TOO_LARGE")


@each_row(lambda row: row.is_upload)
def test_a_huge_token_in_an_upload_is_refused(row, world):
    reply = world.user.post_parts([
        multipart.text("token", "x" * MEGABYTE),
        multipart.file(row.parts[0], b"x")], name=row.name)
    assert reply.error == "PARAM_TOO_LONG"
