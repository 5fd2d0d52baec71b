"""Long work: begun here and done elsewhere, in transactions that keep no other writer waiting (DECISIONS 27, 35)."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from threading import Thread
from typing import Any, TypeVar

from django.db import close_old_connections, connection, connections
from django_tasks import task_backends
from django_tasks.backends.immediate import ImmediateBackend
from django_tasks.base import Task

# The most rows written in one transaction, and how long one should take: no other writer waits a second (DECISIONS 35).
CHUNK = 150
SECONDS_A_CHUNK = 0.3
_FEWEST = 10
# A writer that waits for SQLite asks again every tenth of a second at the latest, and must find it free then.
_GAP = 0.11

T = TypeVar("T")


def start(work: Task, *args: Any, resumable: bool = False) -> None:
    """Begin ``work`` and return at once: enqueued where there is a queue, else in a thread of this process.

    A process that ends waits for the thread, unless the work is ``resumable``: somebody will ask for it again.
    """
    if isinstance(task_backends[work.backend], ImmediateBackend):
        Thread(target=_in_thread, args=(work, args), daemon=resumable).start()
    else:
        work.enqueue(*args)


def _in_thread(work: Task, args: tuple[Any, ...]) -> None:
    close_old_connections()
    try:
        work.func(*args)
    finally:
        connections.close_all()


class Pace:
    """How many rows the next transaction of a long work may take: a busy or slow machine gets smaller ones."""

    def __init__(self) -> None:
        self.rows = CHUNK

    @contextmanager
    def chunk(self) -> Iterator[None]:
        """Around one transaction of :attr:`rows` rows; how long it took sizes the next. Others are let in after it."""
        start = time.monotonic()
        yield
        fitting = int(self.rows * SECONDS_A_CHUNK / max(time.monotonic() - start, 0.001))
        self.rows = min(CHUNK, max(fitting, min(CHUNK, _FEWEST)))
        if connection.vendor == "sqlite":
            time.sleep(_GAP)


def chunks(rows: Iterable[T]) -> Iterator[list[T]]:
    """``rows`` in lists of at most :data:`CHUNK`, each to be written in one transaction before the next is asked for."""
    iterator, pace = iter(rows), Pace()
    while chunk := list(islice(iterator, pace.rows)):
        with pace.chunk():
            yield chunk
