"""From a question to the words of Elasticsearch. Terms hold letters and digits only, and nothing here parses a string."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from typing import Any

from elasticsearch.dsl.function import SF
from elasticsearch.dsl.query import (
    Bool,
    ConstantScore,
    DisMax,
    FunctionScore,
    MatchAll,
    MatchPhrase,
    Query,
    Range,
    Term,
    Terms,
)

from content.jobs.vocabulary import Education
from search import ranking
from search.engines.counting import Tally, options_of
from search.engines.wages import Reach
from search.types import CLOSING_DAYS, FACETS, Alternatives, Facet, FacetOption, JobQuery, Phrase

from .shapes import TERMS

# Title, occupation or summary, names, all else: in the same proportions as in the database.
_WEIGHTS = dict(zip(TERMS, (8.0, 4.0, 2.0, 1.0), strict=True))
# The names of companies, employers and towns: no synonym looks there.
_NAMES = "terms_c"
# More than any rank: a page that holds one more of the words comes first.
_HELD = 1000.0
# More than there are codes of any kind.
_MOST_CODES = 1000
# The first number that no key of the database can be.
_NO_KEY = 2**63


# --- words ---------------------------------------------------------------------------------------------------------


def _phrase(field: str, phrase: Phrase) -> Query:
    return _is(field, phrase[0]) if len(phrase) == 1 else MatchPhrase(field, {"query": " ".join(phrase)})


def _is(field: str, value: str) -> Query:
    return Term(field, {"value": value})


def _in(field: str, group: Alternatives) -> Query:
    """Holds a phrase of the group in this field."""
    phrases = group[:1] if field == _NAMES else group
    words = [phrase[0] for phrase in phrases if len(phrase) == 1]
    found: list[Query] = [Terms(field, words)] if words else []
    found += [_phrase(field, phrase) for phrase in phrases if len(phrase) > 1]
    return found[0] if len(found) == 1 else Bool(should=found, minimum_should_match=1)


def listing_holds(group: Alternatives) -> Query:
    """Holds a phrase of the group; ranked by the best place where it stands, however often and however rare."""
    return DisMax(queries=[ConstantScore(filter=_in(field, group), boost=weight) for field, weight in _WEIGHTS.items()])


def document_holds(group: Alternatives) -> Query:
    """Holds a phrase of the group, unranked."""
    return Bool(should=[_in(field, group) for field in TERMS], minimum_should_match=1)


def page_holds(group: Alternatives) -> Query:
    """Holds a phrase of the group; ranked by place, number and rarity below what another group would add."""
    ranked = [
        DisMax(queries=[_boosted(field, phrase, weight) for field, weight in _WEIGHTS.items()], tie_breaker=0.3)
        for phrase in group
    ]
    return Bool(must=[ConstantScore(filter=document_holds(group), boost=_HELD), DisMax(queries=ranked)])


def _boosted(field: str, phrase: Phrase, weight: float) -> Query:
    if len(phrase) == 1:
        return Term(field, {"value": phrase[0], "boost": weight})
    return MatchPhrase(field, {"query": " ".join(phrase), "boost": weight})


# --- listings ------------------------------------------------------------------------------------------------------


def public(on: dt.date) -> list[Query]:
    """Says to be public on that day; whether it is so is asked of the listing."""
    return [Range("public_from", {"lte": on.isoformat()}), Range("public_until", {"gte": on.isoformat()})]


def paid(reach: Reach) -> Query:
    """Paid by the month, and the top of the range reaches the wage."""
    month = _is("wage_period", "month")
    if reach.most is not None:
        return Bool(filter=[month, Range("pays", {**_least(reach.least[""]), "lte": int(reach.most * 100)})])
    either = [
        Bool(filter=[_is("currency", currency), Range("pays", _least(least))])
        for currency, least in reach.least.items()
    ]
    return Bool(filter=[month], should=either, minimum_should_match=1)


def _least(wage: Decimal) -> dict[str, int]:
    """At least this wage, in whole hundredths."""
    return {"gte": math.ceil(wage * 100)}


def among(keys: Collection[int]) -> list[Query]:
    """One of these listings; no condition at all where there is none."""
    return [Terms("key", sorted(keys))] if keys else []


def filtered(name: str, value: str, on: dt.date) -> Query:
    """A filter of a search."""
    if name == "closing":
        return Range("closing_date", {"lte": (on + dt.timedelta(days=int(value))).isoformat()})
    if name == "education":
        return Terms(name, Education.values[: Education.values.index(value) + 1])
    return _is(name, value)


def boosted(fitting: Query, on: dt.date) -> Query:
    """The same, its rank with what ``search.ranking`` gives to listings that are new, and to those that close soon."""
    new = [(Range("first_public_at", {"gte": since.isoformat()}), boost) for since, boost in ranking.fresh_since(on)]
    soon = [(Range("closing_date", {"lte": until.isoformat()}), boost) for until, boost in ranking.closing_until(on)]
    functions = [SF({"weight": 1})]
    for steps in (new, soon):
        for number, (held, boost) in enumerate(steps):
            # The first that holds counts.
            earlier = [step for step, _boost in steps[:number]]
            functions.append(SF({"filter": Bool(filter=[held], must_not=earlier), "weight": boost}))
    return FunctionScore(query=fitting, functions=functions, score_mode="sum", boost_mode="multiply")


# --- counts --------------------------------------------------------------------------------------------------------


def counts(query: JobQuery, on: dt.date) -> dict[str, Any]:
    """What must be counted besides the hits: each facet under all filters but its own, and everything under none."""
    filters = {name: filtered(name, value, on) for name, value in query.filters.items()}
    asked: dict[str, Any] = {"unfiltered": {"filter": MatchAll().to_dict()}}
    for name in ("", *filters):
        others = [one for other, one in filters.items() if other != name]
        facets = (name,) if name else [facet for facet in FACETS if facet not in filters]
        asked[f"but:{name}"] = {
            "filter": Bool(filter=others).to_dict() if others else MatchAll().to_dict(),
            "aggs": {facet: _values(facet, on) for facet in facets},
        }
    return asked


def _values(facet: str, on: dt.date) -> dict[str, Any]:
    if facet != "closing":
        return {"terms": {"field": facet, "size": _MOST_CODES}}
    days = [on - dt.timedelta(days=36500), *(on + dt.timedelta(days=number + 1) for number in CLOSING_DAYS)]
    ranges = [
        {"key": str(number), "from": start.isoformat(), "to": end.isoformat()}
        for number, start, end in zip(CLOSING_DAYS, days, days[1:], strict=False)
    ]
    return {"range": {"field": "closing_date", "ranges": ranges}}


def check_counted(asked: dict[str, Any], held: dict[str, Any]) -> None:
    """Raise whatever reading it raises, where an answer does not hold all the counts that were asked for."""
    for name, how in asked.items():
        found = held[name]
        if "filter" in how:
            _check_count(found)
            check_counted(how.get("aggs", {}), found)
        elif "filters" in how:
            for one in how["filters"]["filters"]:
                _check_count(found["buckets"][one])
        else:
            known = {one["key"] for one in how.get("range", {}).get("ranges", ())}
            for bucket in found["buckets"]:
                _check_count(bucket)
                if not isinstance(bucket["key"], str) or (known and bucket["key"] not in known):
                    raise ValueError


def _check_count(held: dict[str, Any]) -> None:
    if not isinstance(held["doc_count"], int) or held["doc_count"] < 0:
        raise ValueError


def key_of(hit: dict[str, Any]) -> int:
    """The key of a hit; raises where it is none that the database could hold."""
    key = int(hit["_id"])
    if not 0 <= key < _NO_KEY:
        raise ValueError
    return key


def tally_of(counted: Any, query: JobQuery) -> Tally:
    """What the answer to :func:`counts` says."""
    facets = {}
    for facet in FACETS:
        held = counted[f"but:{facet if facet in query.filters else ''}"][facet]["buckets"]
        options: Counter[str] = Counter()
        for value, number in _buckets(held):
            for option in options_of(facet, value, Education.values):
                options[option] += number
        facets[facet] = Facet(facet, tuple(FacetOption(value, count) for value, count in sorted(options.items())))
    without = {name: counted[f"but:{name}"]["doc_count"] for name in query.filters}
    return Tally(counted["but:"]["doc_count"], facets, without, counted["unfiltered"]["doc_count"])


def _buckets(held: Sequence[Any]) -> Iterator[tuple[str, int]]:
    return ((bucket["key"], bucket["doc_count"]) for bucket in held if bucket["doc_count"])
