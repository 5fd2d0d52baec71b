"""Long work: begun in a thread or a queue, written at a pace that lets others write."""

from __future__ import annotations

import time
from threading import Event, current_thread, main_thread
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import override_settings
from django_tasks import default_task_backend, task

from content.core import background

# Bound before the tests replace it by something that waits.
start = background.start
done: list[tuple[int, bool, bool]] = []
finished = Event()


@task()
def note(number: int) -> None:
    thread = current_thread()
    done.append((number, thread is main_thread(), thread.daemon))
    finished.set()


@pytest.mark.parametrize("resumable", [True, False])
def test_without_a_queue_a_thread_does_it_and_only_what_can_be_resumed_dies_with_its_process(resumable: bool) -> None:
    done.clear()
    finished.clear()
    start(note, 3, resumable=resumable)
    assert finished.wait(10)
    assert done == [(3, False, resumable)]


def test_with_a_queue_it_is_enqueued() -> None:
    done.clear()
    backend = {"default": {**settings.TASKS["default"], "BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    with override_settings(TASKS=backend):
        start(note, 4)
        assert [result.args for result in default_task_backend.results] == [[4]]
    assert done == []


def test_a_slow_machine_writes_fewer_rows_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """No other writer waits a second, however slow the disk (DECISIONS 35)."""
    monkeypatch.setattr(background, "_GAP", 0)
    clock = iter([0.0, 3.0, 4.0, 4.125, 5.0, 5.5])
    monkeypatch.setattr(background, "time", SimpleNamespace(monotonic=lambda: next(clock), sleep=time.sleep))
    pace, sizes = background.Pace(), []
    for _chunk in range(3):
        sizes.append(pace.rows)
        with pace.chunk():
            pass
    assert sizes == [background.CHUNK, background.CHUNK // 10, 36]
