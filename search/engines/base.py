"""What a search engine promises, whatever it is made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Protocol

from search.models import SearchDocument
from search.types import JobQuery, PageQuery, PageResults, SearchResults


class Unavailable(Exception):
    """An engine cannot answer now. Says what happened, never what was asked."""


class Unanswerable(Unavailable):
    """An engine cannot answer this one question; nothing is wrong with others."""


class OutOfTime(Unavailable):
    """A request has no time left for this question; nothing is known of the engine."""


class Answering(Protocol):
    """Finds listings and pages.

    Totals and counts respect what is public: at once, or as soon as the engine knows of a change. What is shown is read
    again through the rules (DECISIONS 31).
    """

    def search_jobs(self, query: JobQuery, on: dt.date) -> SearchResults:
        """The listings public on ``on`` that fit, with counts for every filter. Never raises for what was typed."""

    def search_pages(self, query: PageQuery) -> PageResults:
        """The live pages that hold most of the words, each once: in the language of the question, else in Indonesian, else
        in another one; those of the question's language first, then Indonesian ones, then the rest.
        """


class Engine(Answering, Protocol):
    """Answers, and keeps an inverted index beside the rows of the database."""

    def replace(self, before: Iterable[SearchDocument], after: Iterable[SearchDocument]) -> None:
        """Keep the inverted index equal to the rows: ``before`` as they were stored, ``after`` as they are now.

        Called inside the transaction that writes the rows.
        """

    def rebuild(self) -> None:
        """Write the whole inverted index anew from the rows."""

    def optimise(self) -> None:
        """Tidy up after a rebuild: merge the index, refresh the planner's figures."""

    def check(self) -> list[str]:
        """What is wrong between documents and index, in sentences; empty when nothing is."""
