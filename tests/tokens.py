#!/usr/bin/python3
"""Tokens as the program makes them, and as a forger would.

The claims are uid (the user), ver (the account's token version), iat and
exp; the signature is HS256 over the site's secret.
"""

import base64
import hashlib
import hmac
import json
import time

DIGESTS = {"HS256": hashlib.sha256, "HS384": hashlib.sha384,
           "HS512": hashlib.sha512}


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unbase64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def claims_of(token):
    return json.loads(unbase64url(token.split(".")[1]))


def sign(header, claims, secret, digest="HS256"):
    """header and claims may be JSON text, to say what no library would."""
    pieces = [piece if isinstance(piece, str) else
              json.dumps(piece, separators=(",", ":"))
              for piece in (header, claims)]
    signed = ".".join(base64url(piece.encode()) for piece in pieces)
    mac = hmac.new(secret, signed.encode(), DIGESTS[digest]).digest()
    return f"{signed}.{base64url(mac)}"


def good_claims(user_id, **changes):
    now = int(time.time())
    return {"uid": user_id, "ver": 1, "iat": now, "exp": now + 3600,
            **changes}


def make(secret, user_id, algorithm="HS256", **changes):
    """A token that is signed well, with some claims changed."""
    return sign({"alg": algorithm, "typ": "JWT"},
                good_claims(user_id, **changes), secret, algorithm)
