"""From an address to a question and back.

Whatever stands in the address, a question comes out: what is not understood is left out, and a sentence says so. The
address that a question makes is the same in every browser and language, so that it can be kept and shared (UX G4.4).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import cast
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from content.jobs.vocabulary import Education
from content.registers.selectors import provinces, registers

from . import analysis, questions
from .analysis import MAX_TERMS
from .types import CLOSING_DAYS, FACETS, LAST_PAGE, WORDS, JobQuery, PageQuery, Sort

# What stands in an address: Indonesian words, the same in every language (DECISIONS 1).
PARAMETERS = {
    WORDS: "q",
    "country": "negara",
    "work": "bidang",
    "cost": "biaya",
    "education": "pendidikan",
    "scheme": "skema",
    "closing": "tutup",
}
SORT, PAGE, REGION = "urut", "hal", "wilayah"
COSTS = {"0": "zero", "ada": "some"}
_SENT = {value: typed for typed, value in COSTS.items()}
SORTS = {"tutup": "closing", "relevan": "relevance", "baru": "newest"}
LONGEST_WORDS = 200
# Nothing longer is looked at, not even for a cry.
_LONGEST_TYPED = 10 * LONGEST_WORDS
# What is longer is no choice of a list; it is not even compared.
_LONGEST_VALUE = 40


@dataclass(frozen=True)
class Asked:
    """A question, what was typed into the search field, and what could not be understood.

    ``typed`` is as long as a question may be; a cry may stand in what is cut off, which ``said`` still holds.
    """

    query: JobQuery
    typed: str = ""
    said: str = ""
    problems: tuple[str, ...] = ()
    # The code of the province whose offices are asked for where nothing was found.
    region: str = ""


def parse_jobs(parameters: QueryDict) -> Asked:
    """The question about jobs in an address; parameters that are not ours are not looked at."""
    problems: list[str] = []
    words, typed = _words(parameters, problems, questions.JOB)
    held = registers()
    query = JobQuery(words=words)
    choices: dict[str, Callable[[str], str | None]] = {
        "country": lambda typed: typed.upper() if typed.upper() in held.destinations else None,
        "work": lambda typed: typed if typed in held.works else None,
        "cost": COSTS.get,
        "education": lambda typed: typed if typed in Education.values else None,
        "scheme": lambda typed: typed if typed in held.schemes else None,
        "closing": lambda typed: typed if typed in {str(days) for days in CLOSING_DAYS} else None,
    }
    for name in FACETS:
        given = analysis.clean(parameters.get(PARAMETERS[name], "")[: 2 * _LONGEST_VALUE])
        if not given:
            continue
        value = choices[name](given) if len(given) <= _LONGEST_VALUE else None
        if value is None:
            problems.append(_("“%(typed)s” is not among the choices, so it is left out.") % {"typed": shortened(given)})
        else:
            query = replace(query, **{name: value})  # type: ignore[arg-type]
    query = replace(query, sort=_sort(parameters, query, problems), page=_page(parameters, problems))
    region = _region(parameters, problems)
    return Asked(query, typed, _said(parameters), tuple(problems), region)


def parse_pages(parameters: QueryDict, language: str) -> tuple[PageQuery, Asked]:
    """The question of the search over everything: about pages, and the same about jobs."""
    problems: list[str] = []
    words, typed = _words(parameters, problems, questions.JOB, questions.PAGE)
    page = _page(parameters, problems)
    jobs = JobQuery(words=words, sort=_default_sort(words))
    region = _region(parameters, problems)
    return PageQuery(words, language, page), Asked(jobs, typed, _said(parameters), tuple(problems), region)


def address_of(query: JobQuery, *, page: int | None = None) -> str:
    """The query string of a question, with its question mark; empty for the plain list. Always in the same order."""
    pairs = [(PARAMETERS[WORDS], query.words)] if query.words else []
    pairs += sent_filters(query) + sent_order(query)
    shown = query.page if page is None else page
    if shown > 1:
        pairs.append((PAGE, str(shown)))
    return f"?{urlencode(pairs)}" if pairs else ""


def sent(value: str) -> str:
    """How a value of a filter stands in an address."""
    return _SENT.get(value, value)


def sent_filters(query: JobQuery) -> list[tuple[str, str]]:
    """The filters as (parameter, value)."""
    return [(PARAMETERS[name], sent(value)) for name, value in query.filters.items()]


def sent_order(query: JobQuery) -> list[tuple[str, str]]:
    """The order as (parameter, value); nothing where an address need not name it."""
    if query.sort == _default_sort(query.words):
        return []
    return [(SORT, next(typed for typed, value in SORTS.items() if value == query.sort))]


def in_plain_order(query: JobQuery) -> JobQuery:
    """The question in the order that its address need not name."""
    return query.in_order(_default_sort(query.words))


def shortened(typed: str) -> str:
    """What was typed, fit to be repeated in a sentence."""
    return typed if len(typed) <= _LONGEST_VALUE else f"{typed[:_LONGEST_VALUE]}…"


def _default_sort(words: str) -> Sort:
    return "relevance" if words else "closing"


def _said(parameters: QueryDict) -> str:
    return analysis.clean(_within(parameters.get(PARAMETERS[WORDS], ""), _LONGEST_TYPED))


def _within(typed: str, longest: int) -> str:
    """What is no longer than this; no word is cut in its middle, where there is one that is not."""
    if len(typed) <= longest:
        return typed
    held = typed[: longest + 1]
    return (held.rpartition(" ")[0] or held[:longest]).rstrip()


def _words(parameters: QueryDict, problems: list[str], *kinds: str) -> tuple[str, str]:
    """The words to search for (none where nothing can be searched for), and what was typed, fit to be shown again."""
    typed = _said(parameters)
    if len(typed) > LONGEST_WORDS:
        typed = _within(typed, LONGEST_WORDS)
        problems.append(
            _("The search was longer than %(count)s signs; the rest is left out.") % {"count": LONGEST_WORDS}
        )
    if not typed:
        return "", ""
    if not analysis.question_terms(typed):
        problems.append(_("“%(typed)s” holds no word that can be searched for.") % {"typed": shortened(typed)})
        return "", typed
    if any(questions.read(typed, kind).cut for kind in kinds):
        problems.append(_("Only the first %(count)s words are searched for.") % {"count": MAX_TERMS})
    return typed, typed


def _sort(parameters: QueryDict, query: JobQuery, problems: list[str]) -> Sort:
    given = analysis.clean(parameters.get(SORT, "")[: 2 * _LONGEST_VALUE])
    if given and given not in SORTS:
        problems.append(_("“%(typed)s” is no order that we know.") % {"typed": shortened(given)})
    wanted = SORTS.get(given, _default_sort(query.words))
    return query.in_order(cast("Sort", wanted)).sort


def _region(parameters: QueryDict, problems: list[str]) -> str:
    given = analysis.clean(parameters.get(REGION, "")[: 2 * _LONGEST_VALUE])
    if not given or given in provinces():
        return given
    problems.append(_("“%(typed)s” is not among the choices, so it is left out.") % {"typed": shortened(given)})
    return ""


def _page(parameters: QueryDict, problems: list[str]) -> int:
    given = analysis.clean(parameters.get(PAGE, "")[: 2 * _LONGEST_VALUE])
    if not given:
        return 1
    if given.isascii() and given.isdecimal() and len(given) <= 6 and 1 <= int(given) <= LAST_PAGE:
        return int(given)
    problems.append(_("There is no page “%(typed)s”; this is the first one.") % {"typed": shortened(given)})
    return 1
