"""Answers as a short code in the query, so that a link, a QR code or a sheet of paper carries a plan and the server nothing
(DECISIONS 57).

``1.TW.5322.p2p.23.P.m`` is the version and one part for each question in its order: empty is not asked yet, ``x`` is
“I do not know”. A part that says nothing any more is lost and asked again; one of another version is lost as a whole.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from . import plan_lines, planning
from .planning import NO, QUESTIONS, UNKNOWN, YES, Answers, Book

VERSION = "1"
# The parameters of the pages: the code, the questions that a form showed, the page whose answers are changed, and the day
# on which a link was given away (what changed since is said).
CODE, SHOWN, PAGE, GIVEN = "k", "t", "h", "per"
UNSAID = "x"
OTHER_WORK, OTHER_COUNTRY = "0", "ZZ"
# A code with every paper of the register is shorter.
LONGEST = 600

_AGES = dict(zip(map(str, (0, *planning.BAND_STARTS)), planning.AGES, strict=True))
_MARITAL = {marital[0]: marital for marital in planning.MARITAL}
_YES_NO = {"y": YES, "n": NO}
_TABLES: Mapping[str, Mapping[str, str]] = {
    "route": {route: route for route in planning.ROUTES},
    "age": _AGES,
    "sex": {sex: sex for sex in planning.SEXES},
    "marital": _MARITAL,
    "been_abroad": _YES_NO,
    "employer": _YES_NO,
}
_MONTH = re.compile(r"2\d{3}-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Said:
    """What somebody has answered so far: ``parts`` as the code says it. ``lost`` were answered and mean nothing here."""

    answers: Answers = field(default_factory=Answers)
    parts: Mapping[str, str] = field(default_factory=dict)
    lost: tuple[str, ...] = ()

    @property
    def answered(self) -> frozenset[str]:
        """The questions that need not be asked again."""
        return frozenset(self.parts)

    def code(self) -> str:
        """The code that says this again."""
        return ".".join([VERSION, *(self.parts.get(name, "") for name in QUESTIONS)]).rstrip(".")

    def say(self, name: str, part: str, book: Book) -> Said:
        """With one answer more; a part that means nothing is lost."""
        try:
            answers = _with(self.answers, name, part, book)
        except ValueError:
            return replace(self, lost=(*self.lost, name))
        return replace(self, answers=answers, parts={**self.parts, name: part})


def decode(code: str, book: Book) -> Said:
    """What a code says. Whatever is typed in its place, nothing raises."""
    said = Said()
    version, *parts = code[:LONGEST].split(".")
    if not code:
        return said
    if version != VERSION or len(code) > LONGEST or len(parts) > len(QUESTIONS):
        return Said(lost=QUESTIONS)
    for name, part in zip(QUESTIONS, parts, strict=False):
        if part:
            said = said.say(name, part, book)
    return said


def say_all(said: Said, given: Iterable[tuple[str, list[str]]], book: Book) -> Said:
    """With the answers of a form; nothing chosen is “I do not know”."""
    for name, chosen in given:
        part = "~".join(sorted(set(filter(None, chosen)))) if name == "has" else next(iter(chosen), "")
        said = said.say(name, part or UNSAID, book)
    return said


def _with(answers: Answers, name: str, part: str, book: Book) -> Answers:
    """The answers with one more; raises ValueError for a part that means nothing."""
    value = UNKNOWN if part == UNSAID else part
    match name:
        case "occupation":
            work, free = book.occupations.get(value, ("other", NO)) if value else (UNKNOWN, UNKNOWN)
            if value and value != OTHER_WORK and value not in book.occupations:
                raise ValueError(name)
            return replace(answers, occupation=value, work=work, zero_cost=free)
        case "destination":
            if value and not plan_lines.is_country(value):
                raise ValueError(name)
            return replace(answers, destination=value)
        case "region":
            region = f"{value[:2]}.{value[2:]}".rstrip(".")
            if value and not plan_lines.is_region(region):
                raise ValueError(name)
            return replace(answers, region=region if value else UNKNOWN)
        case "contract_months":
            months = int(value) if value.isascii() and value.isdigit() and len(value) <= 3 else 0
            if value and not 1 <= months <= plan_lines.LONGEST_CONTRACT:
                raise ValueError(name)
            return replace(answers, contract_months=months or None)
        case "departure":
            if value and not _MONTH.fullmatch(value):
                raise ValueError(name)
            return replace(answers, departure=value)
        case "has":
            held = frozenset(filter(None, value.split("~")))
            if not held <= book.documents.keys():
                raise ValueError(name)
            return replace(answers, has=held)
    if value and value not in _TABLES[name]:
        raise ValueError(name)
    return planning.with_answer(answers, name, _TABLES[name][value] if value else UNKNOWN)


def part_of(name: str, value: str) -> str:
    """The part that says this value of a question with a fixed list of answers."""
    return next(part for part, held in _TABLES[name].items() if held == value)


def code_for(country: str, occupation: str, route: str) -> str:
    """The code of an offer that is known: the person is asked the rest."""
    return ".".join((VERSION, country, occupation, route))


# Below the address of a plan: every answer of every step, and its lists to tick off.
DETAILS, TICKS = "rincian/", "centang/"


def address(language: str, code: str = "", page: int = 0, given: dt.date | None = None, below: str = "") -> str:
    """Where the planner says what a code leads to; ``page``: where its answers can be changed; ``below``: another view of it."""
    path = f"/{language}/rencana/{below}"
    query = {CODE: code, PAGE: str(page or ""), GIVEN: f"{given:%Y%m%d}" if given else ""}
    said = urlencode({name: value for name, value in query.items() if value})
    return f"{path}?{said}" if said else path
