"""The parts of a school session: minutes and the sheet to print."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class MinuteRowBlock(blocks.StructBlock):
    """So many minutes for one activity, with the words to say."""

    minutes = blocks.IntegerBlock(label=_("Minutes"), min_value=1, max_value=120)
    title = blocks.CharBlock(label=_("Activity"), max_length=120)
    text = blocks.TextBlock(label=_("What to do and say"), rows=3)

    class Meta:
        icon = "time"
        label = _("Minutes")
        description = _("One activity with its minutes and the words to say.")
        preview_value = {"minutes": 10, "title": "Pembuka", "text": "Sapa peserta."}


class MinutesStreamBlock(blocks.StreamBlock):
    """The minute table."""

    row = MinuteRowBlock()


class SheetBlock(blocks.StructBlock):
    """A sheet that prints on its own page; each line can be ticked."""

    title = blocks.CharBlock(label=_("Title"), max_length=120)
    lines = blocks.ListBlock(blocks.CharBlock(max_length=240), label=_("Lines"))

    class Meta:
        icon = "doc-full"
        label = _("Sheet to print")
        template = "schools/blocks/sheet.html"
        description = _("A list of lines that prints on one page.")
        preview_value = {"title": "Kartu saku", "lines": ["Telepon {kanal:sapa-129}"]}


class SheetsStreamBlock(blocks.StreamBlock):
    """The sheets of a session."""

    sheet = SheetBlock()
