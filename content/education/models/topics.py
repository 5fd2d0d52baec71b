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
from content.core.tree import tree


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
        context = super().get_context(request, *args, **kwargs)
        return {**context, "children": child_pages(self, TopicPage), "others": self._doors()}

    def _doors(self) -> list[dict[str, Any]]:
        """The other rooms below this page, in its order: one query for all their kinds."""
        kinds = [model for model in self.allowed_subpage_models() if model is not TopicPage]
        rows = [
            kind.objects.child_of(self).live().filter(alias_of=None).order_by().values_list("pk", "title", "summary")
            for kind in kinds
        ]
        icons = {kind._meta.label_lower: kind.icon for kind in kinds}
        told = {pk: (title, summary) for pk, title, summary in rows[0].union(*rows[1:])}
        here = tree().by_id.get(self.pk)
        return [
            {"url": node.url, "icon": icons[node.kind], "title": told[node.id][0], "summary": told[node.id][1]}
            for node in (here.children if here else ())
            if node.id in told
        ]


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
