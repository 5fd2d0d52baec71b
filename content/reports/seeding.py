"""The seed file of this room: the words around the report form, all of them between the ``+++`` lines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from content.core.markdown import BodyError
from content.core.seeding import Family, Sheet, Writing, plain

from .models import ReportPage


def _fields(sheet: Sheet, writing: Writing) -> dict[str, Any]:
    if sheet.parts:
        raise BodyError(sheet.parts[0].line, "a report form has no body: its words are keys.")
    return {name: plain(str(sheet.front.get(name, "")), 1) for name in ReportPage.TEXTS}


FAMILY = Family(
    folder=Path(__file__).parent / "seed",
    types={"report": ReportPage},
    fields=_fields,
    translated_keys=frozenset(ReportPage.TEXTS),
)
