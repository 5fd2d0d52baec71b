"""Work that outlives a request: writing and undoing imports.

Without a queue (the default) it runs in a thread of the process that was asked; if that process dies, the page of the
import offers to go on. With a queue it is enqueued (DECISIONS 27).
"""

from __future__ import annotations

import logging
from threading import Thread

from django.db import close_old_connections, connections
from django_tasks import task, task_backends
from django_tasks.backends.immediate import ImmediateBackend

from . import import_runs
from .models import ImportRun

logger = logging.getLogger(__name__)
ACTS = {"apply": import_runs.apply, "undo": import_runs.undo}


@task()
def work_on_import(key: int, act: str) -> None:
    """Apply or undo one import; does nothing when somebody else is at it."""
    try:
        ACTS[act](ImportRun.objects.get(pk=key))
    except import_runs.Busy:
        logger.info("Import %s is being worked on already", key)


def _in_thread(key: int, act: str) -> None:
    close_old_connections()
    try:
        work_on_import.func(key, act)
    finally:
        connections.close_all()


def start(run: ImportRun, act: str) -> None:
    """Begin to ``apply`` or ``undo`` an import and return at once."""
    if isinstance(task_backends["default"], ImmediateBackend):
        Thread(target=_in_thread, args=(run.pk, act), daemon=True).start()
    else:
        work_on_import.enqueue(run.pk, act)
