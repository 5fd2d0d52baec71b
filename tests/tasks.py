"""Long work in tests: done at once, because a thread does not see the transaction of a test."""

from __future__ import annotations

from typing import Any

import pytest
from django_tasks.base import Task

from content.core import background


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, tuple[Any, ...]]]:
    """Whatever is begun in the background is done where it is begun; gives the names and arguments so far."""
    begun: list[tuple[str, tuple[Any, ...]]] = []

    def start(work: Task, *args: Any, resumable: bool = False) -> None:
        begun.append((work.module_path, args))
        work.func(*args)

    monkeypatch.setattr(background, "start", start)
    return begun
