"""Reading guides: which one tells of the papers of a way."""

from __future__ import annotations

from django.conf import settings

from content.core.tree import Node, tree
from content.registers.generation import PerGeneration

from .models import GuideIndexPage, GuidePage

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
