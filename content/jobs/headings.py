"""Which column of a file means which of ours: by its heading, or as somebody has said it once for these headings.

A choice is ``{our column: heading of the file}``. It is whole: a column of ours that it does not name is not in the file.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher

from django.utils.translation import gettext_lazy as _

from content.registers.text import fold

from .import_rows import BY_NAME, COLUMNS, Column
from .sheets import Unreadable

# Written into the file of refused rows; it says nothing about a listing.
REASON = "alasan"
# From here on a heading is offered as a guess. “Gaji minimum” and “gaji_min” are 0.8 alike, “Nama” and “negara” 0.6.
LIKE = 0.72
# “Negara tujuan” holds the whole of “negara” and more.
_HOLDS = 0.75

# More of a long heading says nothing more about it.
_COMPARED = 40

# How a sheet calls the second heading of one name.
_AGAIN = re.compile(r" \(\d+\)$")

Choice = Mapping[str, str]


def _key(heading: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", fold(heading)).strip("_")


def _name_of(heading: str) -> str:
    """The name of our column that a heading means, or nothing. The second “Gaji” of a file means what the first means."""
    wanted = _key(_AGAIN.sub("", heading))
    if wanted in BY_NAME:
        return wanted
    return next((column.name for column in COLUMNS if wanted in column.also), "")


def recognised(headings: Sequence[str]) -> dict[str, str]:
    """The choice that the headings themselves make. Where two mean the same column, people are asked."""
    found: dict[str, list[str]] = {}
    for heading in headings:
        if name := _name_of(heading):
            found.setdefault(name, []).append(heading)
    return {name: named[0] for name, named in found.items() if len(named) == 1}


def fingerprint(headings: Iterable[str]) -> str:
    """What is equal for files with the same headings, in any order; also for the refused rows that were mended."""
    keys = sorted({fold(heading) for heading in headings} - {REASON})
    return hashlib.sha256(json.dumps(keys).encode()).hexdigest()


def missing(choice: Choice) -> list[str]:
    """The columns that must be there and are not."""
    return [column.name for column in COLUMNS if column.required and column.name not in choice]


def places(headings: Sequence[str], choice: Choice) -> dict[str, int]:
    """Where each chosen column stands. A file of JSON may leave out what it has nothing for."""
    index = {heading: place for place, heading in enumerate(headings)}
    return {name: index[heading] for name, heading in choice.items() if heading in index}


def guess(headings: Sequence[str]) -> dict[str, str]:
    """The likeliest choice: what is recognised, then each heading that resembles one of our names, the likest first."""
    choice = recognised(headings)
    free = [heading for heading in headings if heading not in choice.values() and fold(heading) != REASON]
    likeness = sorted(
        (
            (_likeness(heading, column), column.name, heading)
            for heading in free
            for column in COLUMNS
            if column.name not in choice
        ),
        reverse=True,
    )
    for how_much, name, heading in likeness:
        if how_much >= LIKE and name not in choice and heading not in choice.values():
            choice[name] = heading
    return choice


def _likeness(heading: str, column: Column) -> float:
    wanted = _key(heading)[:_COMPARED]
    return max(_alike(wanted, name) for name in (column.name, *column.also, _key(str(column.help))[:_COMPARED]))


def _alike(heading: str, name: str) -> float:
    """How alike they are: letter by letter, or word by word in any order."""
    words, ours = set(heading.split("_")), set(name.split("_"))
    shared = len(words & ours) / max(len(words), len(ours))
    return max(SequenceMatcher(None, heading, name).ratio(), shared, _HOLDS if ours <= words else 0)


def with_own_words(headings: Sequence[str], own: Choice) -> dict[str, str]:
    """What is recognised, replaced by what somebody says himself. Raises :class:`Unreadable` for what is not there."""
    named = {_key(heading): heading for heading in headings}
    choice = recognised(headings)
    for name, heading in own.items():
        if name not in BY_NAME:
            raise Unreadable(_("There is no column “%(name)s”. Known: %(names)s."), name=name, names=", ".join(BY_NAME))
        if _key(heading) not in named:
            raise Unreadable(_("The file has no column “%(name)s”."), name=heading)
        found = named[_key(heading)]
        choice = {held: other for held, other in choice.items() if other != found}
        choice[name] = found
    return choice
