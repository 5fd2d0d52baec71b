"""The list of what ``tick`` does besides scheduled publishing: each work returns how many things it changed."""

from __future__ import annotations

from collections.abc import Callable

Work = Callable[[], int]
_works: dict[str, Work] = {}


def register(name: str, work: Work) -> None:
    """Add an idempotent work (called in AppConfig.ready)."""
    _works[name] = work


def works() -> list[tuple[str, Work]]:
    """The works in the order of registration."""
    return list(_works.items())
