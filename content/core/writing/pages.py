"""The pages whose words are checked."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator

from django.apps import apps

from content.core.models import BasePage


def public_pages(slugs: Iterable[str] = (), language: str = "") -> Iterator[BasePage]:
    """Every live page with words of its own, type by type; only those with ``slugs`` or in ``language`` if given."""
    wanted = list(slugs)
    for page in every_page():
        if page.live and (not wanted or page.slug in wanted) and language in ("", page.locale.language_code):
            yield page


def every_page() -> Iterator[BasePage]:
    """Every page with words of its own, public or not, type by type."""
    for model in apps.get_models():
        if issubclass(model, BasePage):
            yield from model.objects.filter(alias_of=None).select_related("locale").order_by("path")


def translated_pages(language: str) -> dict[uuid.UUID, BasePage]:
    """The live pages in ``language`` by the key that they share with their source."""
    return {page.translation_key: page for page in public_pages(language=language)}
