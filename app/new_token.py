"""The secret of a new token, and how the same wish for one is known again.

Of a secret nobody keeps more than a digest; a page's second click makes it from the seed again.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from db.api_tokens import TokenRow
from db.feeds import digest_of_token
from db.once import Wish
from engine.errors import InvalidValue

TOKEN_BYTES = 32
TOKEN_PREFIX = "bihuan_"  # noqa: S105  # what every token begins with, so that scanners know it
FORM_OF_SEED = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    """A token just given out, shown this once; empty where it was shown before."""

    row: TokenRow
    token: str
    first: bool = True


def secret_from(seed: str, told: Sequence[object]) -> str:
    """By chance where there is no seed; no seed of ours is one that somebody could guess."""
    if not seed:
        return TOKEN_PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    if not FORM_OF_SEED.fullmatch(seed):
        reason = "请重新打开页面 / open the page again"
        raise InvalidValue(what="表单 / form", value="", reason=reason)
    made = hmac.digest(seed.encode(), json.dumps(told).encode(), "sha256")
    return TOKEN_PREFIX + base64.urlsafe_b64encode(made).decode().rstrip("=")


def wish_of(seed: str, key: str | None, told: Sequence[object]) -> Wish | None:
    """A page's seed, or a program's request key, with all that it came with."""
    if seed:
        key = f"page-{hashlib.sha256(seed.encode()).hexdigest()[:40]}"
    if key is None:
        return None
    text = json.dumps(told).encode(errors="surrogatepass")
    return Wish(key=key, fingerprint=hashlib.sha256(text).hexdigest())


def once_more(row: TokenRow, token: str) -> NewToken:
    """What was given out before; the token itself only to who can make it once more."""
    known = hmac.compare_digest(digest_of_token(token), row.token_digest)
    return NewToken(row=row, token=token if known else "", first=False)
