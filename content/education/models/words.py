"""The glossary: the terms of the registers on one page, where articles lead to."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from content.core.glossary import terms

from .topics import BodyPage


class GlossaryPage(BodyPage):
    """Every term of the registers with its plain meaning, by its name in the reader's language."""

    icon = "book"

    parent_page_types: ClassVar[list] = ["education.EducationIndexPage"]
    subpage_types: ClassVar[list] = []
    max_count_per_parent = 1

    class Meta:
        verbose_name, verbose_name_plural = _("glossary page"), _("glossary pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        language = get_language()
        found = sorted(terms(), key=lambda term: term.term.text(language).casefold())
        return {**super().get_context(request, *args, **kwargs), "terms": found}
