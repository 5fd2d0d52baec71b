"""The seed files of this room: the index, topics and articles, stories with their scenes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from content.core.markdown import PROSE, BodyError, Part
from content.core.seeding import Family, Sheet, Writing, plain, story_body, titled_items

from .models import ArticlePage, EducationIndexPage, StoryIndexPage, StoryPage, TopicPage

_CHOICE = re.compile(r"^->\s*(.+?)(?:\s*::\s*(\S+))?$")
_KEY = re.compile(r"^(akhir|kontak):\s*(.*)$")
_ADVICE = "saran:"


def _fields(sheet: Sheet, writing: Writing) -> dict[str, Any]:
    if sheet.front["type"] == "story":
        return {"scenes": [_scene(part, writing) for part in sheet.parts]}
    return story_body(sheet, writing)


def _scene(part: Part, writing: Writing) -> dict[str, Any]:
    """A translation leaves out what is not words: where choices lead, how it ends and who helps."""
    if part.kind != "scene":
        raise BodyError(part.line, "a story is made of scenes only.")
    items = titled_items(part)
    if len(items) != 1:
        raise BodyError(part.line, "a scene has one title.")
    title, prose = items[0]
    code, values = part.argument, {"akhir": "", "kontak": ""}
    texts: dict[str, list[str]] = {"text": [], "advice": []}
    choices, into = [], "text"
    for number, line in enumerate(prose.lines, prose.line):
        if choice := _CHOICE.match(line):
            choices.append({"label": plain(choice[1], number), "to": choice[2] or ""})
        elif key := _KEY.match(line):
            values[key[1]] = key[2].strip()
        elif line.strip() == _ADVICE:
            into = "advice"
        else:
            texts[into].append(line)
    return {
        "type": "scene",
        "id": writing.id("scenes", code),
        "value": {
            "code": code,
            "title": plain(title, part.line),
            **{name: writing.html(Part(PROSE, prose.line, lines=tuple(lines))) for name, lines in texts.items()},
            "choices": writing.listed(choices, "scenes", code, "choices"),
            "ending": values["akhir"],
            "channels": writing.listed(values["kontak"].split(), "scenes", code, "channels"),
        },
    }


FAMILY = Family(
    folder=Path(__file__).parent / "seed",
    types={
        "index": EducationIndexPage,
        "topic": TopicPage,
        "article": ArticlePage,
        "stories": StoryIndexPage,
        "story": StoryPage,
    },
    fields=_fields,
)
