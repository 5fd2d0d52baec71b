"""Names, numbers and addresses of agencies as they are compared: pure functions.

Fake adverts copy the name of a real company and change one letter, or the number beside it. So a name is compared with
its likeness, and a contact only as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from content.registers.text import edit_distance, fold

from .vocabulary import ContactKind

_HOST = re.compile(r"(?:[a-z]+://)?(?:[^/@\s]*@)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::\d+)?(?P<path>/[^\s?#]*)?")
_EMAIL = re.compile(r"[^@\s]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_HANDLE = re.compile(r"@?[a-z0-9](?:[a-z0-9._]{1,38}[a-z0-9_])?")
_PHONE = re.compile(r"\+?[\d\s().\-/]{7,24}")
# Hosts on which everybody has an address: there the path is the name.
_SHARED = frozenset(
    {
        "facebook.com",
        "instagram.com",
        "tiktok.com",
        "t.me",
        "linktr.ee",
        "bit.ly",
        "youtube.com",
        "x.com",
        "twitter.com",
    }
)
_LEGAL_FORMS = frozenset({"pt", "cv", "p3mi", "tbk", "perseroan", "terbatas"})
_LOOKALIKES = str.maketrans("0134578@$", "oieastbas")


def phone(text: str) -> str:
    """Digits with the country code: “0812-…” and “+62 812 …” are one. Empty for what is no number."""
    folded = fold(text).strip()
    if wa := re.search(r"(?:wa\.me/|phone=)\+?(\d+)", folded):
        folded = wa[1]
    elif not _PHONE.fullmatch(folded):
        return ""
    digits = re.sub(r"\D", "", folded)
    if folded.startswith("+") or digits.startswith("62"):
        return digits
    return f"62{digits.removeprefix('0')}" if digits.startswith("0") else digits


def link(text: str) -> str:
    """The host without “www.”; on hosts that everybody uses with the path."""
    folded = re.split(r"[?#]", fold(text).strip())[0].rstrip("/")
    found = _HOST.fullmatch(folded)
    if found is None or _EMAIL.fullmatch(folded):
        return ""
    host = re.sub(r"^(www|m|web)\.", "", found[1])
    return f"{host}{(found['path'] or '').rstrip('/')}" if host in _SHARED else host


def normal(kind: str, text: str) -> str:
    """``text`` as it is compared; empty where it is none of this kind."""
    folded = fold(text).strip()
    match kind:
        case ContactKind.PHONE:
            return phone(text)
        case ContactKind.EMAIL:
            return folded if _EMAIL.fullmatch(folded) else ""
        case ContactKind.LINK:
            return link(text)
        case ContactKind.ACCOUNT:
            return ""  # compared by a keyed hash: bank_accounts
        case _:
            return folded.lstrip("@") if _HANDLE.fullmatch(folded) else ""


def address(kind: str, text: str) -> str:
    """What one presses to reach this contact: ``tel:``, ``mailto:`` or ``https://…``; empty for a name or an account."""
    match kind:
        case ContactKind.PHONE if digits := phone(text):
            # Digits alone are a number of wherever the phone is; ``phone`` gives 62 to what is one of Indonesia.
            abroad = fold(text).strip().startswith("+") or digits.startswith("62")
            return f"tel:{'+' if abroad else ''}{digits}"
        case ContactKind.EMAIL if normal(kind, text):
            return f"mailto:{quote(text.strip(), safe='@')}"
        case ContactKind.LINK if link(text):
            return f"https://{re.sub(r'^[a-z]+://', '', text.strip(), flags=re.IGNORECASE)}"
        case _:
            return ""


def readings(text: str) -> list[tuple[str, str]]:
    """Everything that typed text can be: kinds with their normal forms."""
    found = [(str(kind), normal(kind, text)) for kind in ContactKind]
    return [(kind, value) for kind, value in found if value]


def is_invented(kind: str, text: str) -> bool:
    """Whether an example may carry it: it cannot be dialled or opened (DECISIONS 29)."""
    if kind == ContactKind.ACCOUNT:
        return text.strip().startswith("000")  # the code of no bank
    value = normal(kind, text)
    if kind == ContactKind.PHONE:
        return value.startswith("62000")
    if kind == ContactKind.HANDLE:
        return "contoh" in value
    return value.partition("/")[0].endswith(".example")


# --- names ---------------------------------------------------------------------------------------------------------


def name_key(name: str) -> str:
    """A company's name without its legal form, signs and spaces doubled: “P.T. Contoh  Jaya” → “contoh jaya”."""
    words = re.findall(r"[a-z0-9]+", re.sub(r"(?<=\b[a-z])\.(?=[a-z]\b)", "", fold(name)))
    return " ".join(word for word in words if word not in _LEGAL_FORMS)


def licence_key(number: str) -> str:
    """A licence number by its letters and digits alone; O and 0, I, L and 1 are one."""
    return re.sub(r"[^a-z0-9]", "", fold(number)).translate(str.maketrans("oil", "011"))


@dataclass(frozen=True)
class Named:
    """What is compared of an agency."""

    key: int
    name: str
    licence: str


def same(typed: str, agencies: Iterable[Named]) -> list[int]:
    """The agencies whose name or licence number this is, letter by letter."""
    name, licence = name_key(typed), licence_key(typed)
    return [
        one.key
        for one in agencies
        if (name and name_key(one.name) == name) or (licence and licence_key(one.licence) == licence)
    ]


def alike(typed: str, agencies: Iterable[Named], most: int = 3) -> list[int]:
    """The agencies whose name resembles it, the likest first: a few letters off, digits for letters, a part of it."""
    wanted = name_key(typed)[:160]
    read = name_key(wanted.translate(_LOOKALIKES))
    words = set(read.split())
    found = []
    for one in agencies:
        name = name_key(one.name)
        limit = min(3, len(name) // 5)
        apart = min(edit_distance(form.replace(" ", ""), name.replace(" ", ""), limit) for form in (wanted, read))
        if apart <= limit:
            found.append((apart, one.key))
        elif len(words & set(name.split())) >= 2 or (len(words) > 1 and words <= set(name.split())):
            found.append((limit + 1, one.key))
    return [key for _apart, key in sorted(found)[:most]]
