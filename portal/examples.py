"""The rooms that bring examples. Each is a module with ``load(progress)`` and ``remove(progress)``, which return counts."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from content.core import examples as core
from content.education import examples as education
from content.guides import examples as guides
from content.jobs import examples as jobs
from content.registers import examples as registers
from content.reports import examples as reports

Progress = Callable[[str, int, int], None]


class Loader(Protocol):
    """What a room offers."""

    def load(self, progress: Progress) -> dict[str, int]: ...

    def remove(self, progress: Progress) -> dict[str, int]: ...


# In this order; removed in the opposite one.
LOADERS: list[tuple[str, Loader]] = [
    ("Exchange rates", registers),
    ("Offices", guides),
    ("Campaigns", education),
    ("Recordings", core),
    ("Jobs", jobs),
    ("Reports", reports),
]


def progress(output: Any) -> Progress:
    """One line that counts up in a terminal; elsewhere only the end."""

    def show(what: str, done: int, total: int) -> None:
        if sys.stdout.isatty():
            output.write(f"\r  {what} {done}/{total}", ending="\n" if done == total else "")
            output.flush()
        elif done == total:
            output.write(f"  {what} {done}/{total}")

    return show


def in_words(counts: Mapping[str, int]) -> str:
    """“12 new, 3 unchanged”."""
    return ", ".join(f"{count} {name}" for name, count in counts.items()) or "nothing"
