"""The public pages whose words the commands check."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator

from django.apps import apps

from content.core.models import BasePage


def public_pages(slugs: Iterable[str] = (), language: str = "") -> Iterator[BasePage]:
    """Every live page with words of its own, type by type; only those with ``slugs`` or in ``language`` if given."""
    wanted = list(slugs)
    for model in apps.get_models():
        if not issubclass(model, BasePage):
            continue
        held = model.objects.live().filter(alias_of=None).select_related("locale").order_by("path")
        if wanted:
            held = held.filter(slug__in=wanted)
        yield from held.filter(locale__language_code=language) if language else held


def translated_pages(language: str) -> dict[uuid.UUID, BasePage]:
    """The live pages in ``language`` by the key that they share with their source."""
    return {page.translation_key: page for page in public_pages(language=language)}
