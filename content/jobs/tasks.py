"""Work that outlives a request: reading, writing and undoing imports, and what one edit means for many listings.

Without a queue (the default) it runs in a thread of the process that was asked; if that process dies, the page of the
import offers to go on. With a queue it is enqueued (DECISIONS 27).
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from django_tasks import task

from content.core import background

from . import import_runs, services
from .models import ImportRun

logger = logging.getLogger(__name__)
ACTS: dict[str, Callable[[ImportRun], object]] = {
    "rehearse": import_runs.rehearse,
    "apply": import_runs.apply,
    "undo": import_runs.undo,
}


@task()
def work_on_import(key: int, act: str) -> None:
    """Rehearse, apply or undo one import; does nothing when somebody else is at it."""
    try:
        ACTS[act](ImportRun.objects.get(pk=key))
    except import_runs.Busy:
        logger.info("Import %s is being worked on already", key)


@task()
def write_copies(keys: list[int]) -> None:
    """Write the copies of these listings and announce them."""
    services.write_copies(keys)


def start(run: ImportRun, act: str) -> None:
    """Begin to ``rehearse``, ``apply`` or ``undo`` an import and return at once."""
    background.start(work_on_import, run.pk, act, resumable=True)
