"""Bank accounts of offers and agencies: compared by a keyed hash, and kept as nothing else (DECISIONS 34).

Ten digits are guessed in an hour from a plain hash. So the hash has a key, which lies outside the database
(``CONTACT_HASH_KEY``); each row names the version of the key it was made with, and a new key leaves old rows findable
while the old key is still listed.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass

from django.conf import settings

_WRITTEN = re.compile(r"(?P<bank>[0-9]{3})[\s:/-]+(?P<number>[0-9][0-9 .-]{4,28}[0-9])")
_NUMBER = re.compile(r"[0-9][0-9 .-]{4,28}[0-9]")
_SHOWN = re.compile(r"[0-9]{3} …[0-9]{3}")
FEWEST, MOST = 6, 20


@dataclass(frozen=True)
class KeptAccount:
    """What is stored of an account: “002 …789”, the keyed hash of its number, the version of the key."""

    shown: str
    digest: str
    key_version: int


def keys() -> dict[int, bytes]:
    """The keys by version, the one in use first: ``CONTACT_HASH_KEY`` is “2:new,1:old”. Empty where none is set."""
    found = {}
    for part in filter(None, (part.strip() for part in settings.CONTACT_HASH_KEY)):
        version, _colon, key = part.partition(":")
        found[int(version)] = key.encode()
    return found


def _digest(number: str, key: bytes) -> str:
    return hmac.new(key, number.encode(), hashlib.sha256).hexdigest()


def is_shown_form(text: str) -> bool:
    """Whether this is what we show of an account instead of its number."""
    return bool(_SHOWN.fullmatch(text))


def keep(text: str) -> KeptAccount | None:
    """What to store of “002 1234-5678-90” (code of the bank, number); None for what is no account or without a key."""
    found, held = _WRITTEN.fullmatch(text.strip()), keys()
    number = re.sub(r"[^0-9]", "", found["number"]) if found else ""
    if found is None or not held or not FEWEST <= len(number) <= MOST:
        return None
    version, key = next(iter(held.items()))
    return KeptAccount(f"{found['bank']} …{number[-3:]}", _digest(number, key), version)


def digests(text: str) -> list[str]:
    """The hashes under which a typed number may be stored, with or without the code of its bank before it."""
    written = _WRITTEN.fullmatch(text.strip())
    forms = {re.sub(r"[^0-9]", "", form) for form in (text, written["number"] if written else "")}
    if not _NUMBER.fullmatch(text.strip()) and not written:
        return []
    return [_digest(form, key) for key in keys().values() for form in forms if FEWEST <= len(form) <= MOST]
