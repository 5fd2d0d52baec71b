"""The texts of the registers, of the planner and of the offer check, which pages show beside their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import models

from content.registers.fields import SaidField


@dataclass(frozen=True)
class RegisterText:
    """A text of one row in one language. ``figures``: it may hold numbers, since its row answers for them."""

    place: str
    language: str
    words: str
    figures: bool


def _rows() -> Iterator[tuple[models.Model, SaidField]]:
    """Every row with each field that is said in all languages. Lists of words for the search and the check are none."""
    for model in apps.get_models():
        fields = [field for field in model._meta.concrete_fields if isinstance(field, SaidField) and not field.partial]
        for row in model._default_manager.all() if fields else ():
            yield from ((row, field) for field in fields)


def _of(row: models.Model, field: SaidField) -> Iterator[RegisterText]:
    key = next((getattr(row, name) for name in ("code", "slug", "number", "country") if hasattr(row, name)), row.pk)
    for language, words in field.said(getattr(row, field.attname)).items():
        yield RegisterText(f"{row._meta.model_name} {key}, {field.name}", language, words, field.figures)


def texts() -> Iterator[RegisterText]:
    """Every text in every language."""
    for row, field in _rows():
        yield from _of(row, field)


def pairs(source: str, language: str) -> Iterator[tuple[RegisterText, RegisterText]]:
    """Each text in both languages."""
    for row, field in _rows():
        held = {text.language: text for text in _of(row, field)}
        if source in held and language in held:
            yield held[source], held[language]
