"""How long a reader waits for an engine outside the database: one time for all the questions of his request."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings

from .base import OutOfTime, Unavailable

# The seconds that the questions of this request have taken; None outside of one, where each stands alone.
_taken: ContextVar[float | None] = ContextVar("taken", default=None)
# When what is being asked must be answered, by time.monotonic.
_until: ContextVar[float] = ContextVar("until", default=math.inf)


def begin(**kwargs: Any) -> None:
    """A request begins (a receiver of ``request_started``)."""
    _taken.set(0.0)


def end(**kwargs: Any) -> None:
    """It has ended (a receiver of ``request_finished``)."""
    _taken.set(None)


@contextmanager
def questioning() -> Iterator[None]:
    """Around a question: it may take what the others of its request have left of ELASTICSEARCH_SECONDS.

    Where that was less than half of them and was not enough, the many questions are to blame: :class:`OutOfTime`.
    """
    taken, begun = _taken.get(), time.monotonic()
    allowed = settings.ELASTICSEARCH_SECONDS - (taken or 0.0)
    if allowed <= 0:
        raise OutOfTime("the time of a request is over")
    try:
        with ending(begun + allowed):
            try:
                yield
            except Unavailable:
                if left() or allowed >= settings.ELASTICSEARCH_SECONDS / 2:
                    raise
                raise OutOfTime("the time of a request is over") from None
    finally:
        if taken is not None:
            _taken.set(taken + time.monotonic() - begun)


@contextmanager
def ending(until: float) -> Iterator[None]:
    """What is done within it must be over then, or before if it must already."""
    token = _until.set(min(until, _until.get()))
    try:
        yield
    finally:
        _until.reset(token)


def left() -> float:
    """The seconds until what is being asked must be answered, zero where they are over."""
    return max(0.0, _until.get() - time.monotonic())
