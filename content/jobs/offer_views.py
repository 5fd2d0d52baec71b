"""“Cek tawaran”: a form to look at, kept like every page; what is typed into it is answered, and then forgotten.

What is typed comes by POST only, so that it stands in no address; the answer is stored by nobody (DECISIONS 40).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import brotli
from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from content.core.responses import in_complete_language, keep
from content.core.tree import tree
from content.registers.origin import Origin, origin_of
from content.registers.selectors import registers

from . import offer_selectors, offers
from .offer_rules import QUESTIONS

# Whom to ask, by their codes; the system in which a licence is looked up.
OFFICES = ("disnaker", "bp3mi")
SYSTEM = "siskop2mi"
ARTICLE = "cara-perekrut-bekerja"
# What a page may weigh, compressed as it is sent (UX G2.2).
HEAVIEST = 9_000


@dataclass(frozen=True)
class Fullness:
    """How much an answer shows: signs with law and next step, whether further ones say why, whether the text stands
    in the form again."""

    signs: int
    reasons: bool = False
    text: bool = True


# From the whole to the least: a long text with many signs shows as much as fits.
FULLNESSES = (Fullness(6, reasons=True), Fullness(6), Fullness(3), Fullness(3, text=False))


class _Message(forms.CharField):
    """Text of several lines: a line end counts once, as the browser counted it."""

    def to_python(self, value: Any) -> str:
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value) or ""


class OfferForm(forms.Form):
    """An offer in whatever way somebody has it; one field is enough."""

    tawaran = _Message(
        label=_("Paste the offer, or describe it"),
        help_text=_("In your own words or as it was forwarded, at most 5,000 characters."),
        max_length=offers.MAX_TEXT,
        required=False,
        widget=forms.Textarea({"rows": 6}),
    )
    jawaban = forms.MultipleChoiceField(
        label=_("Or tick what fits"),
        help_text=_("Leave open what does not fit or what you do not know."),
        choices=[(name, question) for name, question, _flags in QUESTIONS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        # Says nothing of the value: it may be as long as a request.
        error_messages={"invalid_choice": forms.MultipleChoiceField.default_error_messages["invalid_list"]},
    )
    perusahaan = forms.CharField(label=_("Company: name or licence number (SIP3MI)"), max_length=160, required=False)
    kontak = forms.CharField(
        label=_("Phone, WhatsApp, link, e-mail or account name of whoever offers"), max_length=200, required=False
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not any(cleaned.values()):
            raise ValidationError(_("Nothing was filled in. One field is enough."))
        return cleaned

    def without_what_is_far_too_long(self) -> OfferForm:
        """This form with its errors; a text of twice its limit or more does not stand in it again."""
        data = self.data.copy()  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            limit = getattr(field, "max_length", None)
            if limit and len(data.get(name, "")) >= 2 * limit:
                data[name] = ""
        self.data = data
        return self


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@in_complete_language
def check_offer(request: HttpRequest) -> HttpResponse:
    """The form; with what was typed, its answer. A form of another site's is refused."""
    language = request.LANGUAGE_CODE
    context: dict[str, Any] = {
        "alternates": {code: f"/{code}/cek/" for code in settings.COMPLETE_LANGUAGES},
        "path": f"/{language}/cek/",
        "crumbs": [],
        "article": tree().find(ARTICLE, language),
    }
    if request.method != "POST":
        return keep(render(request, "jobs/check_offer.html", {**context, "form": OfferForm()}))
    if origin_of(request) is Origin.FOREIGN:
        raise PermissionDenied
    form = OfferForm(request.POST)
    context["form"] = form
    if form.is_valid():
        response = _answered(request, context, _answer(form.cleaned_data, language))
    else:
        context["form"] = form.without_what_is_far_too_long()
        response = render(request, "jobs/check_offer.html", context)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _answered(request: HttpRequest, context: dict[str, Any], answer: dict[str, Any]) -> HttpResponse:
    """The answer, as full as its weight allows."""
    for fullness in FULLNESSES:
        shown = {**context, **answer, **_in_size(answer, fullness)}
        if not fullness.text:
            shown["form"] = OfferForm(initial={**context["form"].cleaned_data, "tawaran": ""})
        response = render(request, "jobs/check_offer.html", shown)
        if len(brotli.compress(response.content, quality=5)) <= HEAVIEST:
            break
    return response


def _in_size(answer: dict[str, Any], fullness: Fullness) -> dict[str, Any]:
    signs, known = answer["found"], answer["known"]
    named = [sign.source for sign in signs[: fullness.signs]]
    named += [suspect.source for suspect in (*known.mentioned, *known.suspects)]
    named += [source for agency in known.agencies for source in agency.sources]
    return {
        "signs": signs[: fullness.signs],
        "more": signs[fullness.signs :],
        "fullness": fullness,
        # At the foot, once each and in the order in which they are named.
        "sources": list(dict.fromkeys(source for source in named if source)),
    }


def _answer(asked: dict[str, Any], language: str) -> dict[str, Any]:
    text, company, contact = asked["tawaran"], asked["perusahaan"], asked["kontak"]
    held = registers()
    known = offer_selectors.answer(offer_selectors.Asked(text, company, contact), language)
    return {
        "answered": True,
        "asked_offer": bool(text or asked["jawaban"]),
        "found": offer_selectors.signs(text, asked["jawaban"], language, known) if text or asked["jawaban"] else [],
        "known": known,
        "company": company,
        "contact": contact,
        "offices": [held.services[code] for code in OFFICES if code in held.services],
        "system": held.channels.get(SYSTEM),
    }
