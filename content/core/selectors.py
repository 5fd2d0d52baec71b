"""Reading pages."""

from __future__ import annotations

from typing import TypeVar

from .models import BasePage

P = TypeVar("P", bound=BasePage)


def child_pages(parent: BasePage, model: type[P]) -> list[P]:
    """The live children of one type in tree order, in one query; aliases are no pages of their own."""
    return list(model.objects.child_of(parent).live().filter(alias_of=None).order_by("path"))
