"""Stories in which the reader chooses: scene, choice, consequence, and at every ending what one can do."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from content.core.models import BasePage
from content.core.selectors import child_pages
from content.core.tree import tree

from ..blocks import ScenesStreamBlock
from ..panels import StoryMapPanel
from ..story_graph import Scene, problems
from .topics import BodyPage


class StoryIndexPage(BodyPage):
    """The door to the stories."""

    icon = "chat"

    parent_page_types: ClassVar[list] = ["education.EducationIndexPage"]
    subpage_types: ClassVar[list] = ["education.StoryPage"]
    max_count_per_parent = 1

    class Meta:
        verbose_name, verbose_name_plural = _("story index"), _("story indexes")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), "children": child_pages(self, StoryPage)}


class StoryPage(BasePage):
    """One story. Its own address shows the beginning; every other scene has an address below it.

    Nothing is stored about a reader: where somebody stands is the address alone, so that it works without JavaScript.
    """

    has_parts = True

    scenes = StreamField(ScenesStreamBlock(), blank=True, verbose_name=_("scenes"))

    content_panels: ClassVar[list] = [
        *BasePage.content_panels,
        StoryMapPanel(heading=_("Map of the story")),
        FieldPanel("scenes"),
    ]
    parent_page_types: ClassVar[list] = ["education.StoryIndexPage"]
    subpage_types: ClassVar[list] = []

    class Meta:
        verbose_name, verbose_name_plural = _("story"), _("stories")

    def graph(self) -> list[Scene]:
        """The scenes with what leads where."""
        return [
            Scene(
                code=child.value["code"] or "",
                title=child.value["title"] or "",
                leads_to=tuple(choice["to"] or "" for choice in child.value["choices"]),
                ending=bool(child.value["ending"]),
                has_advice=bool(child.value["advice"] and child.value["advice"].source.strip()),
            )
            for child in self.scenes
        ]

    def obstacles(self) -> list[str]:
        return [*super().obstacles(), *map(str, problems(self.graph()))]

    def scene(self, code: str) -> Any:
        """The scene with this code, the beginning for none; None where there is no such scene."""
        return next((child for child in self.scenes if not code or child.value["code"] == code), None)

    def serve_part(self, request: HttpRequest, part: str) -> HttpResponse:
        """The scene ``part``. The beginning has the story's own address; a scene that only the Indonesian story has yet
        leads to the beginning of this one."""
        node = tree().by_id[self.pk]
        shown = self.scene(part)
        if shown is None:
            source = StoryPage.objects.filter(pk=tree().in_language(node, settings.LANGUAGE_CODE).id).first()
            if source is None or source.scene(part) is None:
                raise Http404
        if shown in (None, self.scene("")):
            return HttpResponseRedirect(node.url)
        request.scene = part  # type: ignore[attr-defined]
        return self.serve(request)

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        """Each scene can be looked at before it is published."""
        return [(code, scene.title or scene.code) for scene in self.graph() for code in [scene.code]] or [
            ("", _("Story"))
        ]

    @property
    def default_preview_mode(self) -> str:
        return self.preview_modes[0][0]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        request.scene = mode_name  # type: ignore[attr-defined]
        return super().serve_preview(request, mode_name)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        first = self.scene("")
        shown = self.scene(getattr(request, "scene", "")) or first
        node = tree().by_id.get(self.pk)
        start = node.url if node else ""
        opening = shown is first
        context |= {
            "scene": shown,
            "opening": opening,
            "part": "" if opening else shown.value["code"],
            "start_url": start,
            "scene_urls": {
                code: start if child is first else f"{start}{code}/"
                for child in self.scenes
                for code in [child.value["code"]]
            },
        }
        return context
