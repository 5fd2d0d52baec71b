"""The index outside the database: keeping it equal, writing it anew, saying how it is. Nothing to do where there is none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext

from content.core import background

from . import leases, outbox
from .engines.base import Unavailable
from .models import DocumentKind, SearchDocument

Progress = Callable[[int, int], None]
# What waits longer than this waits for somebody: a task tells at once, and ``tick`` each minute.
LATE = dt.timedelta(minutes=10)
# Until a task begins; one of which nothing is heard for so long is asked for again.
_ASKED, _SECONDS_ASKED = "asked-", 3600.0
# Taken by whoever has met an index that knows of later changes than the database, until it is written anew.
AHEAD, SECONDS_AHEAD = "ahead-", 30 * 86400.0


class Busy(Exception):
    """Another process is writing this index anew."""

    def __str__(self) -> str:
        return "another process is writing an index anew"


@dataclass(frozen=True)
class IndexStatus:
    """The index of a kind: its name (empty where there is none), what it holds, and what it should hold."""

    kind: str
    name: str
    count: int
    wanted: int
    others: tuple[str, ...]
    is_current: bool

    @property
    def label(self) -> str:
        """The kind in words."""
        return {DocumentKind.JOB.value: gettext("Jobs"), DocumentKind.PAGE.value: gettext("Pages")}[self.kind]


@dataclass(frozen=True)
class Status:
    """How the cluster is. ``trouble`` says what is wrong with it, empty where nothing is."""

    health: str
    nodes: int
    indices: tuple[IndexStatus, ...]
    waiting: outbox.Waiting
    trouble: str = ""


def is_used() -> bool:
    """Whether an engine outside the database answers."""
    return bool(settings.ELASTICSEARCH_URL)


def tell() -> int:
    """Tell it what waits, as far as it listens; returns how much."""
    if not is_used():
        return 0
    from .engines.elastic import telling

    try:
        return telling.tell()
    except Unavailable:
        return 0


def rebuild(kind: str) -> None:
    """Write the index of a kind anew where it still has to be, unless somebody does so already or it does not listen."""
    from .engines.elastic import telling

    leases.end(_ASKED + kind)
    with suppress(Unavailable, Busy):
        telling.rebuild(kind, needed_only=True)


def rebuild_all(progress: Progress) -> int:
    """Write every index anew; returns how many documents they hold. Raises Unavailable or Busy."""
    from .engines.elastic import telling

    return sum(telling.rebuild(kind, progress, wait=90) for kind in telling.KINDS)


def keep_up() -> int:
    """Work of ``tick``: make what is missing or made by older code, tell what waits, look for what nobody told of.

    Each kind by itself. A server that is down is left for the next minute; ``search_status`` says so.
    """
    if not is_used():
        return 0
    from .engines.elastic import telling

    found = 0
    with suppress(Unavailable):
        telling.tell()
    for kind in telling.KINDS:
        with suppress(Unavailable):
            if telling.tidy(kind):
                _ask_for_rebuild(kind)
            else:
                found += telling.look_over(kind)
    if found:
        with suppress(Unavailable):
            telling.tell()
    return found


def _ask_for_rebuild(kind: str) -> None:
    """Have a task write this index anew, unless one that was begun for it still waits."""
    from . import tasks

    if (lease := leases.take(_ASKED + kind, _SECONDS_ASKED)) is None:
        return
    try:
        background.start(tasks.rebuild_outer, kind, resumable=True)
    except BaseException:
        lease.give_back()
        raise


def status() -> Status:
    """How it is now."""
    from .engines.elastic import health

    waiting = outbox.waiting()
    try:
        return health.status(waiting)
    except Unavailable as error:
        return Status("", 0, (), waiting, str(error))


def troubles(found: Status) -> list[str]:
    """What somebody has to look into, in sentences."""
    said = []
    if found.trouble:
        said.append(f"Elasticsearch does not answer ({found.trouble}); the database answers.")
    if found.health == "red":
        said.append("A part of an index cannot be read.")
    said += [f"There is no index of {one.kind}s." for one in found.indices if not found.trouble and not one.name]
    said += [
        f"The index of {kind}s was told by a database that was ahead of this one; it is written anew."
        for kind in DocumentKind.values
        if leases.is_taken(AHEAD + kind)
    ]
    if is_late(found.waiting):
        minutes = int(found.waiting.oldest.total_seconds() // 60)
        said.append(f"{found.waiting.count} changes wait, the oldest for {minutes} minutes.")
    return said


def is_late(waiting: outbox.Waiting) -> bool:
    """Whether a change has waited so long that nobody will tell of it by himself."""
    return waiting.oldest > LATE


def check() -> list[str]:
    """What is wrong with the indices, in sentences; every document is compared. Raises Unavailable."""
    if not is_used():
        return []
    from .engines.elastic import telling

    wrong = {kind: telling.differences(kind) for kind in telling.KINDS}
    return [
        f"{count} {kind}s are missing, old or left over in Elasticsearch." for kind, count in wrong.items() if count
    ]


def wanted(kind: str) -> int:
    """How many documents an index should hold."""
    return SearchDocument.objects.filter(kind=kind).count()
