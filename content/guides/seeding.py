"""The seed files of this room: the index and guides, whose steps have eight fields (DECISIONS 17)."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

from content.core.markdown import BodyError, Part
from content.core.seeding import Family, Sheet, Writing, plain, story_body, titled_items

from .blocks import ADVICE, ASK, KNOWN
from .models import GuideIndexPage, GuidePage

# The keys of a step in the files, and the fields of the block.
ANSWERS = {"di-mana": "where", "dokumen": "documents", "biaya": "cost", "lama": "time", "siapa": "who"}
KEYS = {"apa", *ANSWERS, "hukum", "diperiksa"}
_LINE = re.compile(r"^([a-z-]+):\s*(.*)$")


def _fields(sheet: Sheet, writing: Writing) -> dict[str, Any]:
    if sheet.front["type"] == "index":
        return story_body(sheet, writing)
    steps = [part for part in sheet.parts if part.kind == "step"]
    first = sheet.parts.index(steps[0]) if steps else len(sheet.parts)
    last = sheet.parts.index(steps[-1]) if steps else len(sheet.parts)
    between = [part for part in sheet.parts[first:last] if part.kind != "step"]
    if between:
        raise BodyError(between[0].line, "between the steps of a guide stand only steps.")
    return {
        "scheme": sheet.front.get("scheme", ""),
        "countries": ",".join(sheet.front.get("countries", [])),
        "body": writing.story(sheet.parts[:first], "body"),
        "steps": [
            {"type": "step", "value": _step(part, writing), "id": writing.id("steps", part.argument)} for part in steps
        ],
        "closing": writing.story(sheet.parts[last + 1 :], "closing"),
    }


def _step(part: Part, writing: Writing) -> dict[str, Any]:
    """A translation leaves out what is not words: unknown values, laws and the date."""
    items = titled_items(part)
    if len(items) != 1:
        raise BodyError(part.line, "a step has one title.")
    title, prose = items[0]
    values: dict[str, str] = {}
    for number, line in enumerate(prose.lines, prose.line):
        found = _LINE.match(line)
        if not line.strip():
            continue
        if not found or found[1] not in KEYS or found[1] in values:
            raise BodyError(number, f"“{line[:40]}”: a step takes each of {', '.join(sorted(KEYS))} once.")
        values[found[1]] = plain(found[2].strip(), number)
    laws = [code.strip() for code in values.get("hukum", "-").split(";")]
    try:
        checked = dt.date.fromisoformat(values["diperiksa"]) if "diperiksa" in values else None
    except ValueError:
        raise BodyError(part.line, f"“{values['diperiksa']}” is not a date like 2026-11-22.") from None
    return {
        "code": part.argument,
        "title": plain(title, part.line),
        "what": values.get("apa", ""),
        **{field: _answer(values.get(key, "? -"), key == "dokumen") for key, field in ANSWERS.items()},
        "law": writing.listed([] if laws == ["-"] else laws, "steps", part.argument, "law"),
        "verified_on": checked.isoformat() if checked else None,
    }


def _answer(value: str, papers: bool) -> dict[str, str]:
    if value.startswith("?"):
        return {"state": ASK, "text": "", "ask": value.removeprefix("?").strip().removeprefix("-")}
    state = ADVICE if value.startswith("saran:") else KNOWN
    text = value.removeprefix("saran:").strip()
    if papers:
        text = "\n".join(paper.strip() for paper in text.split(";"))
    return {"state": state, "text": text, "ask": ""}


FAMILY = Family(
    folder=Path(__file__).parent / "seed",
    types={"index": GuideIndexPage, "guide": GuidePage},
    fields=_fields,
    keys=frozenset({"scheme", "countries"}),
)
