"""Slots: a page shows content of another family without either knowing the other (DECISIONS 24).

The portal fills a slot in ``AppConfig.ready``; a template asks for it by name with ``{% slot "name" %}``. An empty slot
renders nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Filler = Callable[[dict[str, Any]], str]
_fillers: dict[str, list[Filler]] = {}


def fill(name: str, filler: Filler) -> None:
    """Register ``filler(context) -> safe HTML`` for the slot ``name``; several are shown in order."""
    held = _fillers.setdefault(name, [])
    if filler not in held:
        held.append(filler)


def render(name: str, context: dict[str, Any]) -> str:
    """The HTML of every filler of ``name``."""
    return "".join(filler(context) for filler in _fillers.get(name, ()))
