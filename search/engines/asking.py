"""How a question is answered, whatever holds the words: corrections, ways out of zero results, languages in order.

An engine says what fits a question and counts it; when to correct a word and what to offer instead is the same for all.
"""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from dataclasses import astuple, dataclass, replace
from functools import partial

from django.conf import settings

from content.core.tree import Node, tree
from content.registers import tokens
from search import corrections, questions, ways
from search.models import SearchDocument
from search.questions import JOB, PAGE
from search.types import (
    PER_PAGE,
    WORDS,
    Alternatives,
    Hit,
    JobQuery,
    PageQuery,
    PageResults,
    Removal,
    SearchResults,
    page_count,
)

from .counting import Tally


@dataclass(frozen=True)
class Found:
    """What fits a question about jobs: all of it counted, and the ids of the page that is asked for."""

    tally: Tally
    ids: tuple[int, ...] = ()


def _hit(document: SearchDocument) -> Hit:
    """A page that was found, its numbers as they are now: a document may be older than what it names (DECISIONS 13)."""
    title, text = (tokens.plain(words, document.language) for words in (document.title, document.text))
    return Hit(document.object_key, document.language, title, text)


class AskingEngine(ABC):
    """Answers questions by what an engine finds."""

    # The database whose documents are shown.
    alias = "default"

    @abstractmethod
    def find(self, query: JobQuery, on: dt.date) -> Found:
        """The listings public on ``on`` that fit ``query``."""

    @abstractmethod
    def count_all(self, query: JobQuery, on: dt.date) -> Tally:
        """What :meth:`find` counts for ``query`` without its words."""

    @abstractmethod
    def holding(self, kind: str, words: list[str]) -> dict[str, int]:
        """How many documents each of ``words`` (or pairs of them) finds, counted no further than matters."""

    @abstractmethod
    def pages_holding_most(self, groups: tuple[Alternatives, ...]) -> list[int]:
        """The pages, in whatever language, that hold two of three groups, or more.

        Those with the most first, then the best rank. People ask pages whole sentences, and no page holds every word
        of one.
        """

    def search_jobs(self, query: JobQuery, on: dt.date) -> SearchResults:
        """See :class:`search.engines.base.Engine`."""
        corrected, found = "", self.find(query, on)
        if query.words and not found.tally.unfiltered and not query.as_typed:
            for words in corrections.proposals(query.words, JOB, partial(self.holding, JOB)):
                meant = replace(query, words=words)
                better = self.find(meant, on)
                if better.tally.unfiltered:
                    query, corrected, found = meant, words, better
                    break
        counted = found.tally
        if counted.total == 0:
            removals = self._removals(query, counted, on)
            return SearchResults(facets=counted.facets, removals=removals, corrected=corrected)
        page = max(1, min(query.page, page_count(counted.total, query.per_page)))
        ids = found.ids if page == query.page else self.find(replace(query, page=page), on).ids
        return SearchResults(ids, counted.total, counted.facets, (), page, query.per_page, corrected)

    def search_pages(self, query: PageQuery) -> PageResults:
        """See :class:`search.engines.base.Engine`."""
        ordered = self._pages(query)
        if ordered is None:
            return PageResults()
        corrected = suggestion = ""
        for words in corrections.proposals(query.words, PAGE, partial(self.holding, PAGE)):
            if ordered:
                suggestion = words
                break
            if better := self._pages(replace(query, words=words)):
                ordered, corrected = better, words
                break
        if not ordered:
            return PageResults(removals=self._page_removals(query))
        page = max(1, min(query.page, page_count(len(ordered))))
        shown = ordered[(page - 1) * PER_PAGE : page * PER_PAGE]
        documents = SearchDocument.objects.using(self.alias).filter(kind=PAGE, object_key__in=shown)
        held = {document.object_key: _hit(document) for document in documents}
        hits = tuple(held[key] for key in shown if key in held)
        return PageResults(hits, len(ordered), page, corrected, suggestion)

    def _pages(self, query: PageQuery) -> list[int] | None:
        """The ids of all pages that fit, in order; None where nothing can be searched for."""
        groups = questions.read(query.words, PAGE).groups
        if not groups:
            return None
        keys = self.pages_holding_most(groups)
        # A document is a copy: what is live is asked of the tree, which also knows what is a translation of what.
        nodes = [node for key in keys if (node := tree().by_id.get(key)) is not None]
        languages = (query.language, settings.LANGUAGE_CODE)
        found: dict[str, Node] = {}
        # Those first that hold the words in the language in which they are shown.
        for wanted in (*languages, None):
            for node in nodes:
                if wanted in (None, node.language) and node.key not in found:
                    versions = tree().translations(node)
                    found[node.key] = next((versions[one] for one in languages if one in versions), node)
        place = {language: number for number, language in enumerate(languages, -len(languages))}
        return [node.id for node in sorted(found.values(), key=lambda node: place.get(node.language, 0))]

    def _removals(self, query: JobQuery, counted: Tally, on: dt.date) -> tuple[Removal, ...]:
        """The ways out of zero results, the smallest change first; only those that lead to something."""
        filters = tuple(query.filters)
        out = [Removal((name,), total) for name, total in counted.without.items()]
        if query.words:
            out += self._less_words(query, counted, on)
            wordless = self.count_all(query, on)
            out.append(Removal((WORDS,), wordless.total))
            out.append(Removal(filters, counted.unfiltered))
            out.append(Removal((WORDS, *filters), wordless.unfiltered))
        else:
            out.append(Removal(filters, counted.unfiltered))
        known = {(way.names, way.said): way for way in reversed(out) if way.names and way.total}
        return tuple(reversed(known.values()))

    def _less_words(self, query: JobQuery, counted: Tally, on: dt.date) -> list[Removal]:
        """The ways out without a part of the words; a program reads none of them."""
        if query.as_typed:
            return []
        parts = ways.conditions(query.words)
        # Where the words do find something, a filter is in the way.
        if not counted.unfiltered:
            parts += ways.single_words(query.words, JOB)
        out = [
            Removal((WORDS,), self.find(replace(query, words=part.words, page=1), on).tally.total, *astuple(part))
            for part in parts[: ways.MOST_TRIES]
        ]
        return [way for way in out if way.total][: ways.MOST_SHOWN]

    def _page_removals(self, query: PageQuery) -> tuple[Removal, ...]:
        parts = ways.single_words(query.words, PAGE)[: ways.MOST_TRIES]
        out = [
            Removal((WORDS,), len(self._pages(replace(query, words=part.words)) or ()), *astuple(part))
            for part in parts
        ]
        return tuple(way for way in out if way.total)[: ways.MOST_SHOWN]
