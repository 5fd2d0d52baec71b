"""Telling the cluster what has changed, and writing its indices anew, without losing a change in between.

Every chunk is read and written under one lease, so that what was read later is written later. A change is noted in the
transaction that makes it (``search.outbox``); whoever creates an index afterwards reads it, and whoever has created one
before is told of it, because the noted rows are read before it is asked which indices there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import groupby

from django.db.models import Max
from django.utils import timezone

from content.registers import generation
from search import leases, outbox
from search.engines.base import Unavailable
from search.models import DocumentKind, SearchChange, SearchDocument
from search.outer import AHEAD, SECONDS_AHEAD, Busy, Progress

from . import indices
from .shapes import SHAPES

KINDS = tuple(kind for kind in DocumentKind.values if kind in SHAPES)
_WRITE, _BUILD = "write", "build-"
_WAITED = "somebody else writes and does not end"
# A chunk takes seconds; for this long a holder that was killed is waited for.
_SECONDS = 60.0
_CHUNK = 1000
_COMPARED = 5000


def tell(wait: float = 5) -> int:
    """Tell the cluster all that waits; returns how much. What it refuses waits on.

    Whoever is telling already takes what is noted meanwhile with him. Raises Unavailable where an index does not listen,
    after the others have been told. Pages that were kept meanwhile hold the answers of before: once, when all is said,
    they are made anew.
    """
    told, last, reached = 0, 0, set()
    listening, failed = set(KINDS), None
    while True:
        with leases.taken(_WRITE, _SECONDS, wait) as lease:
            if lease is None:
                break
            rows = list(SearchChange.objects.filter(kind__in=listening, pk__gt=last).order_by("pk")[:_CHUNK])
            if not rows:
                break
            last = rows[-1].pk
            for kind, keys in _by_kind(rows):
                try:
                    written = indices.write(kind, keys, indices.targets(kind), lease.number)
                except Unavailable as error:
                    listening.discard(kind)
                    failed = error
                    continue
                reached.add(kind)
                left = written.refused | written.later
                done = [row.pk for row in rows if row.kind == kind and row.object_key not in left]
                # Whoever holds the lease by now tells of these himself.
                if lease.is_held():
                    if written.later:
                        leases.take(AHEAD + kind, SECONDS_AHEAD)
                    told += SearchChange.objects.filter(pk__in=done).delete()[0]
    try:
        for kind in reached & listening:
            indices.make_findable(kind)
    finally:
        if told:
            generation.replace()
    if failed:
        raise failed
    return told


def rebuild(
    kind: str, progress: Progress = lambda done, total: None, wait: float = 0, *, needed_only: bool = False
) -> int:
    """Write the index of a kind anew while the old one answers; returns how many documents were written.

    What was left by one that was killed is deleted first, when its time is over. Raises :class:`Busy`, or what went wrong;
    then the old index answers on and the new one is gone.
    """
    with leases.taken(_BUILD + kind, _SECONDS, wait) as building:
        if building is None:
            raise Busy
        found = indices.state(kind)
        indices.discard(kind, found.others)
        if needed_only and not _is_needed(found):
            return 0
        name = indices.create(kind)
        try:
            done, total = 0, SearchDocument.objects.filter(kind=kind).count()
            for keys in _keys(kind):
                if not building.renew(_SECONDS):
                    raise Busy
                _write_chunk(kind, keys, name)
                done += len(keys)
                progress(done, max(done, total))
            indices.make_whole(name)
            _put_in_place(kind, name, building)
            leases.end(AHEAD + kind)
        except BaseException as error:
            # A step of which no answer came may have been made all the same.
            if not (_answers_after_all(kind, name) and isinstance(error, Unavailable)):
                raise
    return done


def _put_in_place(kind: str, name: str, building: leases.Lease) -> None:
    """While nobody tells of a change: whoever does has asked before which indices there are."""
    with leases.taken(_WRITE, _SECONDS, wait=2 * _SECONDS) as lease:
        if lease is None:
            raise Unavailable(_WAITED)
        if not building.renew(_SECONDS):
            raise Busy
        indices.put_in_place(kind, name)


def _answers_after_all(kind: str, name: str) -> bool:
    """Delete what was built in vain, if it is so. What cannot be reached now is for the next run."""
    with suppress(Unavailable):
        indices.discard(kind, [name])
        return indices.state(kind).serving == name
    return False


def _write_chunk(kind: str, keys: list[int], name: str) -> None:
    with leases.taken(_WRITE, _SECONDS, wait=2 * _SECONDS) as lease:
        if lease is None:
            raise Unavailable(_WAITED)
        written = indices.write(kind, keys, [name], lease.number, aliases=False)
        if refused := written.refused or (lease.is_held() and written.later):
            raise Unavailable(f"{len(refused)} documents refused")


def tidy(kind: str) -> bool:
    """Delete what a killed building left; whether the index has to be written anew."""
    with leases.taken(_BUILD + kind, _SECONDS) as building:
        if building is None:
            return False
        found = indices.state(kind)
        indices.discard(kind, found.others)
    return _is_needed(found)


def _is_needed(found: indices.State) -> bool:
    """Whether an index has to be written anew."""
    return not found.is_current or leases.is_taken(AHEAD + found.kind)


def look_over(kind: str) -> int:
    """Note what nobody has told of, in a part of the index that moves on each minute; returns how much."""
    parts = list(_parts(kind))
    wrong = indices.differing(kind, *parts[int(timezone.now().timestamp()) // 60 % len(parts)])
    outbox.note(kind, sorted(wrong))
    return len(wrong)


def differences(kind: str) -> int:
    """How many documents of the index are missing, old or left over and not yet noted."""
    wrong = [indices.differing(kind, low, high) for low, high in _parts(kind)]
    noted = set(SearchChange.objects.filter(kind=kind).values_list("object_key", flat=True))
    return sum(len(keys - noted) for keys in wrong)


def _parts(kind: str) -> Iterator[tuple[int, int | None]]:
    """All keys in spans that can be compared at once; the last one is open."""
    top = SearchDocument.objects.filter(kind=kind).aggregate(top=Max("object_key"))["top"] or 0
    for low in range(0, top + 1, _COMPARED):
        yield low, low + _COMPARED if low + _COMPARED <= top else None


def _by_kind(rows: list[SearchChange]) -> Iterator[tuple[str, list[int]]]:
    for kind, held in groupby(sorted(rows, key=lambda row: row.kind), key=lambda row: row.kind):
        yield kind, sorted({row.object_key for row in held})


def _keys(kind: str) -> Iterator[list[int]]:
    """The keys of all documents in order; what comes in between is noted."""
    last = -1
    while True:
        rows = SearchDocument.objects.filter(kind=kind, object_key__gt=last).order_by("object_key")
        keys = list(rows.values_list("object_key", flat=True)[:_CHUNK])
        if not keys:
            return
        yield keys
        last = keys[-1]
