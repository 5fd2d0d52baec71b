"""Reading guides: which one tells of the papers of a way."""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.conf import settings
from django.db import models

from content.core.tree import Node, tree
from content.registers import usage
from content.registers.fields import WordsField
from content.registers.generation import PerGeneration
from content.registers.models import Scheme, WorkGroup

from .fields import ToldField
from .models import GuideIndexPage, GuidePage, PlanDocument, PlanRule, PlanStep, PlanWarning

Way = tuple[str, str]


def _load() -> dict[Way, int]:
    """The Indonesian guides by scheme and country, an empty country for any; of two for one way, the first."""
    guides = GuidePage.objects.live().filter(locale__language_code=settings.LANGUAGE_CODE).order_by("path")
    held: dict[Way, int] = {}
    for pk, scheme, countries in guides.values_list("pk", "scheme", "countries"):
        for country in countries.split(","):
            held.setdefault((scheme, country), pk)
    return held


_by_way = PerGeneration(_load)


def guide_for(scheme: str, country: str, language: str) -> Node | None:
    """The guide of a scheme, a country of its own first, else the room of guides; in ``language`` where it exists."""
    held = _by_way()
    pk = held.get((scheme, country)) or held.get((scheme, ""))
    node = tree().by_id.get(pk) if pk else _room()
    return node and tree().in_language(node, language)


def _room() -> Node | None:
    kind = GuideIndexPage._meta.label_lower
    return next((node for node in tree().pages.get(settings.LANGUAGE_CODE, ()) if node.kind == kind), None)


def named_in_planner(entry: models.Model) -> Iterator[str]:
    """Steps, papers, warnings and rules whose texts name ``entry`` by token, add up its amount, or ask for its code."""
    if isinstance(entry, WorkGroup | Scheme):
        field = "work" if isinstance(entry, WorkGroup) else "route"
        for rule in PlanRule.objects.all():
            if entry.code in rule.conditions.get(field, ()):
                yield f"{rule._meta.verbose_name} “{rule}”"
    if not (token := usage.token_of(entry)):
        return
    for model in (PlanStep, PlanDocument, PlanWarning, PlanRule):
        texts = [f.attname for f in model._meta.concrete_fields if isinstance(f, WordsField | ToldField)]
        for row in model._default_manager.all():
            named = any(token in json.dumps(getattr(row, name)) for name in texts)
            added = isinstance(row, PlanStep) and any(
                line["fact"] == getattr(entry, "slug", "") for line in row.amounts
            )
            if named or added:
                yield f"{row._meta.verbose_name} “{row}”"
