"""The scenes of a story, the questions of a quiz, the materials of a campaign."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents import get_document_model
from wagtail.documents.blocks import DocumentChooserBlock

from content.core.blocks import ProseBlock
from content.registers import tokens
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


class QuizAnswerBlock(blocks.StructBlock):
    """One answer and what is said to whoever chooses it."""

    text = blocks.CharBlock(label=_("Answer"), max_length=160)
    right = blocks.BooleanBlock(label=_("This is right"), required=False)
    feedback = ProseBlock(label=_("Why"), template=None)


class QuizQuestionBlock(blocks.StructBlock):
    """One question with its answers, each explained."""

    question = blocks.CharBlock(label=_("Question"), max_length=200)
    answers = blocks.ListBlock(QuizAnswerBlock(), label=_("Answers"), min_num=2, max_num=5)

    class Meta:
        icon = "help"
        label = _("Question")
        template = "education/blocks/quiz_question.html"
        description = _("A question with two to five answers; each says why.")
        preview_value = {
            "question": "Siapa yang menyimpan paspor Anda?",
            "answers": [
                {"text": "Saya sendiri", "right": True, "feedback": "<p>Tepat.</p>"},
                {"text": "Agen", "right": False, "feedback": "<p>Minta kembali.</p>"},
            ],
        }

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not any(answer["right"] for answer in cleaned["answers"]):
            raise blocks.StructBlockValidationError(
                non_block_errors=[ValidationError(_("Mark at least one answer as right."))]
            )
        return cleaned

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """``given``: the answer that was chosen, if one was; ``rights``: the right ones."""
        context = super().get_context(value, parent_context)
        answers = list(value["answers"])
        chosen = context.get("chosen")
        context["given"] = answers[chosen] if chosen is not None else None
        context["rights"] = [answer for answer in answers if answer["right"]]
        return context


class QuizStreamBlock(blocks.StreamBlock):
    """The questions of a quiz in order."""

    question = QuizQuestionBlock()

    class Meta:
        max_num = 12


class MessageBlock(blocks.StructBlock):
    """A text that is ready to be sent on."""

    title = blocks.CharBlock(label=_("Title"), max_length=120)
    text = blocks.TextBlock(label=_("Text"), rows=5, max_length=700)

    class Meta:
        icon = "comment"
        label = _("Message to share")
        template = "education/blocks/message.html"
        description = _("A short text with a button for WhatsApp. Numbers by token.")
        preview_value = {"title": "Untuk grup RT", "text": "Ada tawaran kerja? Periksa dulu."}

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """``message``: the text as it is sent, its tokens in words."""
        context = super().get_context(value, parent_context)
        context["message"] = tokens.plain(str(value["text"]))
        return context


class MaterialFileBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=120)
    document = DocumentChooserBlock(label=_("File"))

    class Meta:
        icon = "doc-full"
        label = _("File")
        template = "education/blocks/document.html"
        description = _("A file to download; its kind and size are shown.")

    def get_preview_value(self) -> blocks.StructValue:
        """The newest file of the library; the sample says nothing while there is none."""
        return self.normalize({"title": "Poster", "document": get_document_model().objects.order_by("pk").last()})


class PosterBlock(blocks.StructBlock):
    """A sheet for the board of the village office: prints on a page of its own."""

    title = blocks.CharBlock(label=_("Title"), max_length=80)
    lines = blocks.ListBlock(blocks.CharBlock(max_length=160), label=_("Lines"))

    class Meta:
        icon = "doc-empty"
        label = _("Poster to print")
        template = "education/blocks/poster.html"
        description = _("A title and a few lines that print on one page.")
        preview_value = {"title": "Periksa dulu", "lines": ["SAPA {kanal:sapa-129}"]}


class MaterialsStreamBlock(blocks.StreamBlock):
    """What a campaign gives out."""

    message = MessageBlock()
    poster = PosterBlock()
    document = MaterialFileBlock()

    class Meta:
        max_num = 12
