"""The step of a guide: eight fields, each known, unknown with somebody to ask, or plain advice (DECISIONS 17)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from content.registers.selectors import registers

KNOWN, ASK, ADVICE = "known", "ask", "advice"


def _services() -> list[tuple[str, str]]:
    return [(code, str(service)) for code, service in registers().services.items()]


def _sources() -> list[tuple[str, str]]:
    return [(source.code, str(source)) for source in registers().sources.values()]


class AnswerBlock(blocks.StructBlock):
    """One field of a step. Blank is refused: what is not known says so and names whom to ask."""

    state = blocks.ChoiceBlock(
        choices=[
            (KNOWN, _("Known from the source")),
            (ASK, _("Not known: ask …")),
            (ADVICE, _("Advice of the authors")),
        ],
        default=KNOWN,
        label=_("How we know"),
    )
    text = blocks.TextBlock(label=_("Answer"), required=False, rows=2)
    ask = blocks.ChoiceBlock(choices=_services, label=_("Ask"), required=False)

    class Meta:
        form_classname = "struct-block answer"

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        errors = {}
        if cleaned["state"] == ASK and not cleaned["ask"]:
            errors["ask"] = ValidationError(_("Choose whom readers can ask."))
        if cleaned["state"] != ASK and not cleaned["text"].strip():
            errors["text"] = ValidationError(_("Write the answer, or choose “Not known”."))
        if errors:
            raise blocks.StructBlockValidationError(block_errors=errors)
        return cleaned


class StepBlock(blocks.StructBlock):
    """What, where, papers, cost, time, who, law, checked on."""

    code = blocks.RegexBlock(
        regex=r"^[a-z0-9-]+$", label=_("Code"), max_length=40, help_text=_("Stays the same in every language.")
    )
    title = blocks.CharBlock(label=_("Step"), max_length=120)
    what = blocks.TextBlock(label=_("What to do"), rows=2)
    where = AnswerBlock(label=_("Where"))
    documents = AnswerBlock(label=_("Papers"), help_text=_("One paper a line."))
    cost = AnswerBlock(label=_("Cost"))
    time = AnswerBlock(label=_("How long"))
    who = AnswerBlock(label=_("Who"))
    law = blocks.ListBlock(blocks.ChoiceBlock(choices=_sources), label=_("Legal basis"), default=[])
    verified_on = blocks.DateBlock(label=_("Checked on"))

    class Meta:
        icon = "list-ol"
        label = _("Step")
        template = "guides/blocks/step.html"
        description = _("One step of the way, with its eight fields.")
        preview_value = {
            "code": "paspor",
            "title": "Buat paspor",
            "what": "Datang ke kantor imigrasi.",
            "where": {"state": KNOWN, "text": "Kantor imigrasi", "ask": ""},
            "documents": {"state": KNOWN, "text": "KTP-el\nKartu Keluarga", "ask": ""},
            "cost": {"state": ASK, "text": "", "ask": "imigrasi"},
            "time": {"state": ASK, "text": "", "ask": "imigrasi"},
            "who": {"state": KNOWN, "text": "Anda sendiri", "ask": ""},
            "law": [],
            "verified_on": dt.date(2026, 11, 22),
        }

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        answers = [cleaned[name] for name in ("where", "documents", "cost", "time", "who")]
        if not cleaned["law"] and not any(answer["state"] == ADVICE for answer in answers):
            raise blocks.StructBlockValidationError(
                block_errors={"law": ValidationError(_("Name the legal basis, or mark what is advice as advice."))}
            )
        return cleaned

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """``rows``: the five answers with their labels; ``laws``: the sources of the step."""
        context = super().get_context(value, parent_context)
        held = registers()
        by_code = {source.code: source for source in held.sources.values()}
        labels = (
            ("where", "Where"),
            ("documents", "Papers"),
            ("cost", "Cost"),
            ("time", "How long"),
            ("who", "Who"),
        )
        context["rows"] = [
            {
                "name": name,
                "label": label,
                "answer": value[name],
                "lines": [line.strip() for line in (value[name]["text"] or "").splitlines() if line.strip()],
                # Only where it is asked: the template joins neighbours that send the reader to the same office.
                "service": held.services.get(value[name]["ask"] or "") if value[name]["state"] == ASK else None,
            }
            for name, label in labels
        ]
        context["laws"] = [by_code[code] for code in value["law"] if code in by_code]
        return context


class StepsStreamBlock(blocks.StreamBlock):
    """The steps of a guide in order; a code stands once."""

    step = StepBlock()

    class Meta:
        max_num = 30

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        codes = [child.value["code"] for child in cleaned]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise blocks.StreamBlockValidationError(
                non_block_errors=[
                    ValidationError(_("These codes stand twice: %(codes)s."), params={"codes": ", ".join(twice)})
                ]
            )
        return cleaned
