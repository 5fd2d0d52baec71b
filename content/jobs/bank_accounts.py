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

from content.registers.text import fold

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
    """The keys by version, the one in use first: ``CONTACT_HASH_KEY`` is “2:new,1:old”. Empty where none is set.

    ValueError for an entry that is none, and for a version named twice (check jobs.E002).
    """
    found: dict[int, bytes] = {}
    for part in filter(None, (part.strip() for part in settings.CONTACT_HASH_KEY)):
        version, _colon, key = part.partition(":")
        if not key or int(version) in found:
            raise ValueError("version:key")
        found[int(version)] = key.encode()
    return found


def _digest(number: str, key: bytes) -> str:
    return hmac.new(key, number.encode(), hashlib.sha256).hexdigest()


def is_shown_form(text: str) -> bool:
    """Whether this is what we show of an account instead of its number."""
    return bool(_SHOWN.fullmatch(text))


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)


def keep(text: str) -> KeptAccount | None:
    """What to store of “002 1234-5678-90” (code of the bank, number); None for what is no account or without a key."""
    found, held = _WRITTEN.fullmatch(fold(text).strip()), keys()
    number = _digits(found["number"]) if found else ""
    if found is None or not held or not FEWEST <= len(number) <= MOST:
        return None
    version, key = next(iter(held.items()))
    return KeptAccount(shown_form(text), _digest(number, key), version)


def shown_form(text: str) -> str:
    """What is shown of a written account: the code of its bank and the last three digits."""
    digits = _digits(fold(text))
    return f"{digits[:3]} …{digits[-3:]}"


def readings(text: str) -> list[tuple[str, str]]:
    """How a typed number may be stored: pairs of the code of its bank and a hash; empty where no bank is named.

    The first three digits may be the code of the bank, with or without a sign behind them, or the number's own.
    """
    typed = fold(text).strip()
    if not (_NUMBER.fullmatch(typed) or _WRITTEN.fullmatch(typed)):
        return []
    digits = _digits(typed)
    forms = [("", digits), (digits[:3], digits[3:])]
    return [
        (bank, _digest(number, key))
        for key in keys().values()
        for bank, number in forms
        if FEWEST <= len(number) <= MOST
    ]


def bank_of(shown: str) -> str:
    """The code of the bank in what is shown of an account."""
    return shown.partition(" ")[0]
