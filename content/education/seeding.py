"""The seed files of this room: the index, topics and articles, stories with their scenes, quizzes with their answers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from content.core.markdown import PROSE, BodyError, Part
from content.core.seeding import Family, Sheet, Writing, plain, story_body, titled_items

from .models import (
    ArticlePage,
    CampaignIndexPage,
    EducationIndexPage,
    GlossaryPage,
    QuizIndexPage,
    QuizPage,
    StoryIndexPage,
    StoryPage,
    TopicPage,
)

_CHOICE = re.compile(r"^->\s*(.+?)(?:\s*::\s*(\S+))?$")
_KEY = re.compile(r"^(akhir|kontak):\s*(.*)$")
_ADVICE = "saran:"
_ANSWER = re.compile(r"^- \[([ x])\]\s+(.+?)\s+::\s+(.+)$")


def _fields(sheet: Sheet, writing: Writing) -> dict[str, Any]:
    if sheet.front["type"] == "story":
        return {"scenes": [_scene(part, writing) for part in sheet.parts]}
    if sheet.front["type"] == "quiz":
        first = next((n for n, part in enumerate(sheet.parts) if part.kind != "question"), len(sheet.parts))
        return {
            "questions": [_question(part, writing) for part in sheet.parts[:first]],
            "closing": writing.story(sheet.parts[first:], "closing"),
        }
    return story_body(sheet, writing)


def _question(part: Part, writing: Writing) -> dict[str, Any]:
    """A question with its answers: ``- [x] answer :: why``."""
    items = titled_items(part)
    if len(items) != 1:
        raise BodyError(part.line, "a question is one title.")
    title, prose = items[0]
    answers = []
    for number, line in enumerate(prose.lines, prose.line):
        if not line.strip():
            continue
        found = _ANSWER.match(line)
        if not found:
            raise BodyError(number, f"“{line[:40]}”: an answer is “- [x] words :: why”.")
        why = writing.html(Part(PROSE, number, lines=(found[3],)))
        answers.append({"text": plain(found[2], number), "right": found[1] == "x", "feedback": why})
    value = {"question": plain(title, part.line), "answers": writing.listed(answers, "questions", part.argument)}
    return {"type": "question", "id": writing.id("questions", part.argument), "value": value}


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
        "quizzes": QuizIndexPage,
        "quiz": QuizPage,
        "glossary": GlossaryPage,
        "campaigns": CampaignIndexPage,
    },
    fields=_fields,
)
