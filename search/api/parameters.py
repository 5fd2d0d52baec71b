"""What an address of the API may ask: each parameter judges a value and describes itself, so both say the same.

A page leaves out what it does not understand and says so; a program would not read that and take the whole list for
the answer to its question. Here everything that is not understood is refused with a sentence.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import APIException

from search import analysis, filters, forms, questions
from search.questions import JOB
from search.types import CLOSING_DAYS, FACETS, LAST_PAGE, MOST_PER_PAGE, PER_PAGE, WORDS, JobQuery

LANGUAGE, LIMIT = "lang", "limit"


class Refused(APIException):
    """A request that is answered by a sentence instead of data."""

    status_code = status.HTTP_400_BAD_REQUEST


@dataclass(frozen=True)
class Parameter(ABC):
    """A parameter of an address; ``purpose`` is its description in the published document."""

    name: str
    purpose: str

    @abstractmethod
    def schema(self) -> dict[str, Any]:
        """The values that are understood, as a JSON schema."""

    @abstractmethod
    def problem(self, value: str) -> str:
        """Why ``value`` is not understood, in the active language; empty for one that is."""


@dataclass(frozen=True)
class Choice(Parameter):
    """One of a list of codes, which may grow while the site runs."""

    values: Callable[[], Sequence[str]]
    default: str = ""

    def schema(self) -> dict[str, Any]:
        held: dict[str, Any] = {"type": "string", "enum": list(self.values())}
        return held | ({"default": self.default} if self.default else {})

    def problem(self, value: str) -> str:
        if value in self.values():
            return ""
        asked = {"typed": forms.shortened(analysis.clean(value)), "name": self.name}
        return _("“%(typed)s” is not among the choices of “%(name)s”.") % asked


@dataclass(frozen=True)
class Number(Parameter):
    """A whole number between two limits."""

    highest: int
    default: int

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": 1, "maximum": self.highest, "default": self.default}

    def problem(self, value: str) -> str:
        digits = value.isascii() and value.isdecimal() and len(value) <= len(str(self.highest))
        if digits and 1 <= int(value) <= self.highest:
            return ""
        return _("“%(name)s” is a whole number from 1 to %(highest)s.") % {"name": self.name, "highest": self.highest}


@dataclass(frozen=True)
class Typed(Parameter):
    """Words to search for."""

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "maxLength": forms.LONGEST_WORDS}

    def problem(self, value: str) -> str:
        if len(value) > forms.LONGEST_WORDS:
            asked = {"name": self.name, "count": forms.LONGEST_WORDS}
            return _("“%(name)s” holds more than %(count)s signs.") % asked
        words = analysis.clean(value)
        if not analysis.question_terms(words):
            return _("“%(name)s” holds no word that can be searched for.") % {"name": self.name}
        question = questions.read(words, JOB)
        if question.charges:
            return _("“%(name)s” names a charge; listings cannot be searched by the amount of one.") % {
                "name": self.name
            }
        if question.others:
            return _("“%(name)s” names an amount that is no least wage of a month.") % {"name": self.name}
        if question.cut:
            return _("“%(name)s” holds more than %(count)s words.") % {"name": self.name, "count": analysis.MAX_TERMS}
        return ""


_PURPOSES = {
    "country": "Country of the work, ISO 3166-1 alpha-2.",
    "work": "Field of work (`work_groups` of the vocabularies).",
    "cost": "What the worker pays: `0` nothing, `ada` something.",
    "education": "Schooling of the person who asks: finds listings that ask for that level or less.",
    "scheme": "Way of placement (`schemes` of the vocabularies).",
    "closing": f"Closes within so many days, today included: {', '.join(map(str, CLOSING_DAYS))}.",
}
lang = Choice(
    LANGUAGE, "Language of labels and sentences.", lambda: settings.COMPLETE_LANGUAGES, settings.LANGUAGE_CODE
)
page = Number(forms.PAGE, "Number of the page.", LAST_PAGE, 1)
limit = Number(LIMIT, "Entries on a page.", MOST_PER_PAGE, PER_PAGE)
SEARCH: tuple[Parameter, ...] = (
    Typed(
        forms.PARAMETERS[WORDS],
        f"Words, all of which a listing must answer, in any form or by a synonym; at most {analysis.MAX_TERMS} that tell "
        "one listing from another. “NT$28.590” or “12 juta” is the least monthly wage, “gratis” that the worker pays nothing; the amount of a charge is refused. "
        "They are not logged or stored.",
    ),
    *(Choice(forms.PARAMETERS[name], _PURPOSES[name], partial(filters.choices, name)) for name in FACETS),
    Choice(
        forms.SORT,
        "Order: `tutup` closing soonest, `relevan` best match (needs `q`, and is the default with it), `baru` newest first.",
        lambda: list(forms.SORTS),
    ),
)
PAGING: tuple[Parameter, ...] = (page, limit)


def read(given: QueryDict, known: Sequence[Parameter]) -> Mapping[str, str]:
    """The parameters of an address. Raises :class:`Refused` for the first one that is not understood."""
    by_name = {parameter.name: parameter for parameter in known}
    for name, values in given.lists():
        if name not in by_name:
            asked = {"typed": forms.shortened(analysis.clean(name)), "names": ", ".join(by_name)}
            raise Refused(_("There is no parameter “%(typed)s” here, only: %(names)s.") % asked)
        if len(values) != 1:
            raise Refused(_("“%(name)s” is given more than once.") % {"name": name})
        if not values[0]:
            raise Refused(_("“%(name)s” is empty: leave it out instead.") % {"name": name})
        if problem := by_name[name].problem(values[0]):
            raise Refused(problem)
    return {name: str(given[name]) for name in given}


def problem_in(given: QueryDict) -> str:
    """The first word or filter of an address that is not understood or given twice, in a sentence.

    What is none of them (a page, a mark of whoever passed the address on) is let through; an empty filter is none.
    """
    asked = given.copy()
    known = {one.name for one in SEARCH}
    for name in [name for name, values in given.lists() if name not in known or values == [""]]:
        del asked[name]
    try:
        read(asked, SEARCH)
    except Refused as refused:
        return str(refused.detail)
    return ""


def query_of(given: QueryDict) -> JobQuery:
    """The question about jobs in an address. Raises :class:`Refused`."""
    held = read(given, (*SEARCH, *PAGING, lang))
    asked = forms.parse_jobs(given)
    if asked.problems:
        raise Refused(" ".join(asked.problems))
    return replace(asked.query, per_page=int(held.get(LIMIT, PER_PAGE)), as_typed=True)
