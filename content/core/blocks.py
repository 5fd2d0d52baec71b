"""The blocks of a page: twelve, nested once, each with its name, its purpose and a sample (DECISIONS 18).

Blocks hold words or codes, never both in one field: words are translated, codes are not. Their templates lie in
``core/blocks/``; each shows one part of the family of parts in docs/architecture.md.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images import get_image_model
from wagtail.images.blocks import ImageChooserBlock

from content.registers.absent import absent_html
from content.registers.models import RedFlag
from content.registers.selectors import registers

PROSE_FEATURES = ["bold", "link", "ol", "ul"]


class ProseBlock(blocks.RichTextBlock):
    """Rich text limited to bold, links and lists; tokens are plain text in it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("features", PROSE_FEATURES)
        super().__init__(**kwargs)

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        template = "core/blocks/text.html"
        description = _("Paragraphs and lists. Write {kanal:sapa-129} where a number belongs.")
        preview_value = "<p>Paspor adalah milik Anda. Simpan sendiri.</p>"


class HeadingBlock(blocks.CharBlock):
    class Meta:
        icon = "title"
        label = _("Heading")
        template = "core/blocks/heading.html"
        description = _("A heading inside the page.")
        preview_value = "Sebelum berangkat"


class VoiceBlock(blocks.StructBlock):
    """A box with a voice of its own: a warning or a tip."""

    title = blocks.CharBlock(label=_("Title"), required=False, max_length=120)
    text = ProseBlock(label=_("Text"), template=None)


class WarningBlock(VoiceBlock):
    class Meta:
        icon = "warning"
        label = _("Warning")
        template = "core/blocks/warning.html"
        description = _("Something one must not miss: danger, a thing not to do.")
        preview_value = {"title": "Sudah terlanjur membayar?", "text": "<p>Simpan bukti transfer.</p>"}


class TipBlock(VoiceBlock):
    class Meta:
        icon = "check"
        label = _("Tip")
        template = "core/blocks/tip.html"
        description = _("Something that helps.")
        preview_value = {"title": "Simpan sendiri", "text": "<p>Foto paspor dan kirim ke keluarga.</p>"}


class StepItemBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=120)
    text = ProseBlock(label=_("Text"), required=False, template=None)


class StepsBlock(blocks.ListBlock):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(StepItemBlock(), **kwargs)

    class Meta:
        icon = "list-ol"
        label = _("Numbered steps")
        template = "core/blocks/steps.html"
        description = _("Things in an order.")
        preview_value = [{"title": "Telepon 129", "text": "<p>Gratis.</p>"}]


class RowItemBlock(blocks.StructBlock):
    label = blocks.CharBlock(label=_("Label"), max_length=80)
    value = blocks.CharBlock(label=_("Answer"), max_length=240)


class RowsBlock(blocks.ListBlock):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(RowItemBlock(), **kwargs)

    class Meta:
        icon = "list-ul"
        label = _("Facts in rows")
        template = "core/blocks/facts.html"
        description = _("Label left, answer right.")
        preview_value = [{"label": "Usia paling rendah", "value": "18 tahun"}]


class CompareRowBlock(blocks.StructBlock):
    label = blocks.CharBlock(label=_("What"), max_length=120, required=False)
    first = blocks.CharBlock(label=_("First column"), max_length=240)
    second = blocks.CharBlock(label=_("Second column"), max_length=240)


class CompareBlock(blocks.StructBlock):
    """A table of three columns; each cell is a string of its own for translators."""

    caption = blocks.CharBlock(label=_("Caption"), max_length=120)
    label_head = blocks.CharBlock(label=_("Heading of the labels"), max_length=60, required=False)
    first_head = blocks.CharBlock(label=_("Heading of the first column"), max_length=60)
    second_head = blocks.CharBlock(label=_("Heading of the second column"), max_length=60)
    rows = blocks.ListBlock(CompareRowBlock(), label=_("Rows"))

    class Meta:
        icon = "table"
        label = _("Comparison")
        template = "core/blocks/compare.html"
        description = _("Two things beside each other, for example a legal and a dangerous offer.")
        preview_value = {
            "caption": "Resmi atau berbahaya?",
            "label_head": "Hal",
            "first_head": "Resmi",
            "second_head": "Berbahaya",
            "rows": [{"label": "Visa", "first": "Visa kerja", "second": "Visa turis"}],
        }


class QuestionItemBlock(blocks.StructBlock):
    question = blocks.CharBlock(label=_("Question"), max_length=160)
    answer = ProseBlock(label=_("Answer"), template=None)


class QuestionsBlock(blocks.ListBlock):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(QuestionItemBlock(), **kwargs)

    class Meta:
        icon = "help"
        label = _("Questions and answers")
        template = "core/blocks/questions.html"
        description = _("Questions readers ask, with short answers.")
        preview_value = [{"question": "Bolehkah paspor saya dipegang agen?", "answer": "<p>Tidak.</p>"}]


class RedFlagsBlock(blocks.StructBlock):
    """The published red flags of a group, from the register."""

    group = blocks.ChoiceBlock(choices=RedFlag.Group.choices, label=_("Group"))

    class Meta:
        icon = "warning"
        label = _("Red flags")
        template = "core/blocks/flags.html"
        description = _("What recruiters say, why it is dangerous, and what to do. Kept in the registers.")
        preview_value = {"group": "visa"}

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context)
        context["flags"] = [flag for flag in registers().red_flags if flag.group == value["group"]]
        return context


def _channel_choices() -> list[tuple[str, str]]:
    return [(slug, str(channel)) for slug, channel in registers().channels.items()]


class ChannelsBlock(blocks.StructBlock):
    """Contact cards, from the register."""

    channels = blocks.ListBlock(blocks.ChoiceBlock(choices=_channel_choices, label=_("Channel")), label=_("Channels"))

    class Meta:
        icon = "mail"
        label = _("Contacts")
        template = "core/blocks/channels.html"
        description = _("Numbers and addresses with what each is for. Kept in the registers.")
        preview_value = {"channels": ["sapa-129"]}

    def get_searchable_content(self, value: Any) -> list[str]:
        """The names, with the values by token: the search shows them as they are on that day."""
        held = registers().channels
        return [f"{held[slug].name} {{kanal:{slug}}}" for slug in value["channels"] if slug in held]

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context)
        held = registers().channels
        context["channels"] = [held[slug] for slug in value["channels"] if slug in held]
        # Past everything that keeps a channel in use: never a gap (DECISIONS 13).
        if any(slug not in held for slug in value["channels"]):
            context["missing"] = absent_html("kanal")
        return context


class PictureBlock(blocks.StructBlock):
    image = ImageChooserBlock(label=_("Image"))
    caption = blocks.CharBlock(label=_("Caption"), max_length=160, required=False)

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "core/blocks/picture.html"
        description = _("A drawing or photograph; never of a victim or a child.")

    def get_preview_value(self) -> blocks.StructValue:
        """The newest picture of the library; the sample says nothing while there is none."""
        return self.normalize({"image": get_image_model().objects.order_by("pk").last(), "caption": ""})


class ReportCardBlock(blocks.StaticBlock):
    class Meta:
        icon = "lock"
        label = _("Card: report without a name")
        template = "core/blocks/report.html"
        admin_text = _("The card that leads to the anonymous report.")
        description = _("Leads to the anonymous report.")
        preview_value = None


class StoryBlock(blocks.StreamBlock):
    """The body of a page: up to sixty parts of twelve kinds."""

    heading = HeadingBlock(group=_("Text"))
    text = ProseBlock(group=_("Text"))
    steps = StepsBlock(group=_("Text"))
    questions = QuestionsBlock(group=_("Text"))
    compare = CompareBlock(group=_("Text"))
    facts = RowsBlock(group=_("Text"))
    warning = WarningBlock(group=_("Boxes"))
    tip = TipBlock(group=_("Boxes"))
    picture = PictureBlock(group=_("Boxes"))
    flags = RedFlagsBlock(group=_("From the registers"))
    channels = ChannelsBlock(group=_("From the registers"))
    report = ReportCardBlock(group=_("From the registers"))

    class Meta:
        max_num = 60

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if len([child for child in cleaned if child.block_type == "report"]) > 1:
            raise blocks.StreamBlockValidationError(
                non_block_errors=[ValidationError(_("One card for the report is enough."))]
            )
        return cleaned
