"""The seed files of this room: the index and sessions with their minutes and sheets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from content.core import markdown
from content.core.markdown import BodyError, Part
from content.core.seeding import Family, Sheet, Writing, plain, story_body

from .models import SessionIndexPage, SessionPage


def _fields(sheet: Sheet, writing: Writing) -> dict[str, Any]:
    if sheet.front["type"] == "index":
        return story_body(sheet, writing)
    tables = [part for part in sheet.parts if part.kind == "minutes"]
    if len(tables) != 1:
        raise BodyError(1, f"a session has one “::: minutes”, not {len(tables)}.")
    at = sheet.parts.index(tables[0])
    handouts = [part for part in sheet.parts if part.kind == "handout"]
    return {
        "audience": sheet.front.get("audience", ""),
        "minutes": sheet.front.get("minutes"),
        "materials": "\n".join(sheet.front.get("materials", [])),
        "body": writing.story(sheet.parts[:at], "body"),
        "plan": _plan(tables[0], writing),
        "closing": writing.story([part for part in sheet.parts[at + 1 :] if part.kind != "handout"], "closing"),
        "sheets": [
            {"type": "sheet", "value": _handout(part, writing, number), "id": writing.id("sheets", number)}
            for number, part in enumerate(handouts)
        ],
    }


def _plan(part: Part, writing: Writing) -> list[dict[str, Any]]:
    rows = []
    for number, (minutes, title, text) in enumerate(markdown.entries(part, "|", 3)):
        if not minutes.isdigit():
            raise BodyError(part.line, f"“{minutes}” is not a number of minutes.")
        value = {"minutes": int(minutes), "title": title, "text": text}
        rows.append({"type": "row", "value": value, "id": writing.id("plan", number)})
    return rows


def _handout(part: Part, writing: Writing, number: int) -> dict[str, Any]:
    lines = []
    for at, line in enumerate(part.lines, part.line + 1):
        if line.strip() and not line.startswith("- [ ] "):
            raise BodyError(at, "“::: handout” takes lines that begin with “- [ ] ”.")
        if line.strip():
            lines.append(plain(line.removeprefix("- [ ] ").strip(), at))
    return {"title": plain(part.argument, part.line), "lines": writing.listed(lines, "sheets", number)}


FAMILY = Family(
    folder=Path(__file__).parent / "seed",
    types={"index": SessionIndexPage, "session": SessionPage},
    fields=_fields,
    keys=frozenset({"audience", "minutes"}),
    translated_keys=frozenset({"materials"}),
)
