"""Quizzes: a few questions, and a word on every answer. No account, nothing stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from content.core.blocks import StoryBlock
from content.core.models import BasePage
from content.core.responses import forgotten
from content.core.selectors import child_pages

from ..blocks import QuizStreamBlock
from .topics import BodyPage


class QuizIndexPage(BodyPage):
    """The door to the quizzes."""

    icon = "check"

    parent_page_types: ClassVar[list] = ["education.EducationIndexPage"]
    subpage_types: ClassVar[list] = ["education.QuizPage"]
    max_count_per_parent = 1

    class Meta:
        verbose_name, verbose_name_plural = gettext_lazy("quiz index"), gettext_lazy("quiz indexes")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), "children": child_pages(self, QuizPage)}


class QuizPage(BasePage):
    """One quiz on one page. The answers come in the query, are explained, and are kept by nobody."""

    questions = StreamField(QuizStreamBlock(), blank=True, verbose_name=gettext_lazy("questions"))
    closing = StreamField(StoryBlock(), blank=True, verbose_name=gettext_lazy("afterwards"))

    content_panels: ClassVar[list] = [*BasePage.content_panels, FieldPanel("questions"), FieldPanel("closing")]
    parent_page_types: ClassVar[list] = ["education.QuizIndexPage"]
    subpage_types: ClassVar[list] = []

    class Meta:
        verbose_name, verbose_name_plural = gettext_lazy("quiz"), gettext_lazy("quizzes")

    def obstacles(self) -> list[str]:
        return [*super().obstacles(), *([] if self.questions else [_("The quiz has no question yet.")])]

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().serve(request, *args, **kwargs)
        if self.chosen(request.GET):
            del response.page  # type: ignore[attr-defined]  # what somebody has answered is no page to keep
            return forgotten(response)
        return response

    def chosen(self, query: Mapping[str, str]) -> dict[int, int]:
        """The answers by the number of their question, from 0; what is no answer of this quiz is left out."""
        found = {}
        for number, child in enumerate(self.questions):
            given = query.get(f"q{number + 1}", "")
            if given.isascii() and given.isdigit() and 1 <= int(given[:3]) <= len(child.value["answers"]):
                found[number] = int(given[:3]) - 1
        return found

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        chosen = self.chosen(request.GET)
        rows = [(child, number + 1, chosen.get(number)) for number, child in enumerate(self.questions)]
        return {
            **super().get_context(request, *args, **kwargs),
            "rows": rows,
            "answered": bool(chosen),
            "right": sum(
                chosen is not None and bool(child.value["answers"][chosen]["right"]) for child, _n, chosen in rows
            ),
            "given": len(chosen),
            "open": len(rows) - len(chosen),
            "total": len(rows),
        }
