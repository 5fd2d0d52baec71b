"""Topics and their articles."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from content.core.blocks import StoryBlock
from content.core.models import BasePage
from content.core.selectors import child_pages


class BodyPage(BasePage):
    """A page with a body."""

    body = StreamField(StoryBlock(), blank=True, verbose_name=_("body"))

    content_panels: ClassVar[list] = [*BasePage.content_panels, FieldPanel("body")]

    class Meta:
        abstract = True


class EducationIndexPage(BodyPage):
    """The door of the room: its topics, then the other ways to learn."""

    parent_page_types: ClassVar[list] = ["core.HomePage"]
    subpage_types: ClassVar[list] = [
        "education.TopicPage",
        "education.StoryIndexPage",
        "education.QuizIndexPage",
        "education.GlossaryPage",
        "education.CampaignIndexPage",
    ]

    class Meta:
        verbose_name, verbose_name_plural = _("education index"), _("education indexes")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        others = [page for kind in self._others() for page in child_pages(self, kind)]
        context = super().get_context(request, *args, **kwargs)
        return {**context, "children": child_pages(self, TopicPage), "others": others}

    @classmethod
    def _others(cls) -> list[type[BasePage]]:
        """The other kinds of pages below this one, each a door with an icon."""
        return [model for model in cls.allowed_subpage_models() if model is not TopicPage]


class TopicPage(BodyPage):
    """A topic and its articles."""

    parent_page_types: ClassVar[list] = ["education.EducationIndexPage"]
    subpage_types: ClassVar[list] = ["education.ArticlePage"]

    class Meta:
        verbose_name, verbose_name_plural = _("topic"), _("topics")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), "children": child_pages(self, ArticlePage)}


class ArticlePage(BodyPage):
    """One article: one idea, with its sources."""

    parent_page_types: ClassVar[list] = ["education.TopicPage"]
    subpage_types: ClassVar[list] = []

    class Meta:
        verbose_name, verbose_name_plural = _("article"), _("articles")
