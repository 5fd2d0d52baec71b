"""An engine that may fail, with one behind it that does not (ADR 2).

After a failure the first one is left alone for a while, so that nobody waits for a server that is down; then one question
tries it again. Each end is logged once, without a word of what was asked. Where it only cannot answer one question, that one
is answered by the second, and each kind of such a failure is logged once. So is that a request asked more than it had time for:
one reader's long question takes the first engine from nobody else.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable
from threading import Lock
from typing import TypeVar

from search.types import JobQuery, PageQuery, PageResults, SearchResults

from .base import Answering, OutOfTime, Unanswerable, Unavailable

logger = logging.getLogger(__name__)
T = TypeVar("T")


class Breaker:
    """Remembers for this process that something failed."""

    SECONDS = 20.0

    def __init__(self) -> None:
        self._lock = Lock()
        self.failing = False
        self._until = 0.0
        self._said: set[str] = set()

    def lets_through(self) -> bool:
        """Whether to try. Of those who come while it fails, one after every :attr:`SECONDS`."""
        if not self.failing:
            return True
        with self._lock:
            if time.monotonic() < self._until:
                return False
            self._until = time.monotonic() + self.SECONDS
            return True

    def failed(self, what: object) -> None:
        """It did not work."""
        with self._lock:
            before, self.failing = self.failing, True
            self._until = time.monotonic() + self.SECONDS
        if not before:
            logger.error("Elasticsearch does not answer (%s); the database answers.", what)

    def refused(self, what: object) -> None:
        """It answers, but not this question."""
        self.worked()
        if self._is_new(what):
            logger.error("Elasticsearch cannot answer a question (%s); the database answers such ones.", what)

    def hurried(self, what: object) -> None:
        """There was no time left to ask it, or to wait for it: nothing is known of it."""
        if self._is_new(what):
            logger.warning("Elasticsearch was not asked everything (%s); the database answers the rest.", what)

    def worked(self) -> None:
        """It worked."""
        if not self.failing:
            return
        with self._lock:
            before, self.failing = self.failing, False
        if before:
            logger.warning("Elasticsearch answers again.")

    def _is_new(self, what: object) -> bool:
        with self._lock:
            new = str(what) not in self._said
            self._said.add(str(what))
        return new


breaker = Breaker()


class GuardedEngine:
    """Asks ``outer`` and, where that cannot answer, ``inner``."""

    def __init__(self, outer: Answering, inner: Answering) -> None:
        self.outer, self.inner = outer, inner

    def search_jobs(self, query: JobQuery, on: dt.date) -> SearchResults:
        """See :class:`search.engines.base.Answering`."""
        return self._answer(lambda engine: engine.search_jobs(query, on))

    def search_pages(self, query: PageQuery) -> PageResults:
        """See :class:`search.engines.base.Answering`."""
        return self._answer(lambda engine: engine.search_pages(query))

    def _answer(self, ask: Callable[[Answering], T]) -> T:
        if breaker.lets_through():
            try:
                answer = ask(self.outer)
            except Unanswerable as error:
                breaker.refused(error)
            except OutOfTime as error:
                breaker.hurried(error)
            except Unavailable as error:
                breaker.failed(error)
            else:
                breaker.worked()
                return answer
        return ask(self.inner)
