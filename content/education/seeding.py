"""The seed files of this room: the index, topics and articles."""

from __future__ import annotations

from pathlib import Path

from content.core.seeding import Family

from .models import ArticlePage, EducationIndexPage, TopicPage

FAMILY = Family(
    folder=Path(__file__).parent / "seed",
    types={"index": EducationIndexPage, "topic": TopicPage, "article": ArticlePage},
)
