"""The scenes of a story: words and choices."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from content.core.blocks import ProseBlock
from content.registers.selectors import registers

# How a story ends. No ending is a defeat: help exists in each.
SAFE, HARMED = "safe", "harmed"
ENDINGS = [(SAFE, _("Stopped in time")), (HARMED, _("Harm was done, and there is help"))]
CODE = r"^[a-z0-9]+(-[a-z0-9]+)*$"


def _channels() -> list[tuple[str, str]]:
    return [(slug, str(channel)) for slug, channel in registers().channels.items()]


class StoryChoiceBlock(blocks.StructBlock):
    """One thing that the reader can choose, and the scene it leads to."""

    label = blocks.CharBlock(label=_("What the reader chooses"), max_length=160)
    to = blocks.RegexBlock(regex=CODE, label=_("Leads to the scene"), max_length=40, help_text=_("Code of a scene."))


class SceneBlock(blocks.StructBlock):
    """One scene: what happens, and the choices; an ending instead says what one can do."""

    code = blocks.RegexBlock(
        regex=CODE,
        label=_("Code"),
        max_length=40,
        help_text=_("Part of the address; stays the same in every language."),
    )
    title = blocks.CharBlock(label=_("Title"), max_length=120)
    text = ProseBlock(label=_("What happens"), template=None)
    choices = blocks.ListBlock(StoryChoiceBlock(), label=_("Choices"), default=[])
    ending = blocks.ChoiceBlock(choices=ENDINGS, label=_("Ending"), required=False)
    advice = ProseBlock(
        label=_("What one can do"), required=False, template=None, help_text=_("Required of an ending. Never blame.")
    )
    channels = blocks.ListBlock(
        blocks.ChoiceBlock(choices=_channels, label=_("Channel")), label=_("Who helps"), default=[]
    )

    class Meta:
        icon = "comment"
        label = _("Scene")
        template = "education/blocks/scene.html"
        description = _("One scene of a story, with the choices that lead to others.")
        preview_value = {
            "code": "pasar",
            "title": "Di pasar",
            "text": "<p>Seorang kenalan menawarkan kerja.</p>",
            "choices": [{"label": "Minta waktu", "to": "minta-waktu"}],
            "ending": "",
            "advice": "",
            "channels": [],
        }

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """``choices``: label and address; ``contacts``: the channels of an ending; ``ended``: how it ends, in words."""
        context = super().get_context(value, parent_context)
        urls = context.get("scene_urls", {})
        held = registers().channels
        context["choices"] = [
            (choice["label"], urls[choice["to"]]) for choice in value["choices"] if choice["to"] in urls
        ]
        context["contacts"] = [held[slug] for slug in value["channels"] if slug in held]
        context["ended"] = dict(ENDINGS).get(value["ending"] or "", "")
        return context


class ScenesStreamBlock(blocks.StreamBlock):
    """The scenes of a story; the first one is the beginning. Its graph is judged at publishing (story_graph.py)."""

    scene = SceneBlock()

    class Meta:
        max_num = 40
