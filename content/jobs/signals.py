"""What the job room announces: ``listings_changed(keys)``, inside the transaction of the change (DECISIONS 36)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction
from django.dispatch import Signal

from content.registers import generation

# Argument: keys, the sorted ids of listings that may have changed, appeared or gone.
listings_changed = Signal()

_collected: ContextVar[set[int] | None] = ContextVar("listings_collected", default=None)


def announce(keys: Iterable[int]) -> None:
    """Tell the listeners now, or at the end of the surrounding :func:`together`; start a new generation after commit."""
    held = _collected.get()
    if held is not None:
        held.update(keys)
        return
    wanted = sorted(set(keys))
    if not wanted:
        return
    with transaction.atomic():
        listings_changed.send(sender=None, keys=wanted)
        generation.replace_after_commit()


@contextmanager
def together() -> Iterator[None]:
    """One transaction and one announcement for all that is saved inside: bulk work sends its signal once a chunk."""
    if _collected.get() is not None:
        yield
        return
    with transaction.atomic():
        keys: set[int] = set()
        mark = _collected.set(keys)
        try:
            yield
        finally:
            _collected.reset(mark)
        announce(keys)
