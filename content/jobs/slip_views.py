"""The slip of a listing for paper, and the check of one that somebody was given: by typing its code or by scanning it.

What is typed comes by POST only, and is answered and forgotten like an offer (DECISIONS 40). What is scanned comes in the
address: it names a listing and nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from content.core import qr
from content.core.responses import error_page, in_complete_language, keep
from content.registers.origin import Origin, origin_of

from . import codes, rules, selectors, slip_selectors, slips
from .codes import is_well_formed
from .selectors import Standing
from .slip_selectors import Answer, Finding

# The whole address of a slip, as a reader of QR codes types it.
MOST_TYPED = slips.MAX_DIGITS + 100
# Read from a creased paper by a simple phone: more than half a millimetre a square.
QR_MILLIMETRES = 52


@dataclass(frozen=True)
class Words:
    """How an answer is said: ``voice`` is the class of its box (docs/guides/components.md)."""

    voice: str
    title: Promise | str
    text: Promise | str


_GOOD, _NEUTRAL, _BAD = "tip", "note", "warn"
_COMPARE = gettext_lazy(
    "Compare every line below with the paper. If a single one differs, the paper has been altered: do not pay, report it."
)
WORDS: dict[Finding, Words] = {
    Finding.AS_PRINTED: Words(_GOOD, gettext_lazy("We signed this slip, and the job is still on offer"), _COMPARE),
    Finding.CHANGED: Words(
        _NEUTRAL,
        gettext_lazy("We signed this slip, but the listing has changed since"),
        gettext_lazy(
            "What is printed no longer holds. Ask the company why before you pay or sign, and print a new slip."
        ),
    ),
    Finding.EXPIRED: Words(
        _NEUTRAL,
        gettext_lazy("This slip has expired. The job is still on offer"),
        gettext_lazy("Do not rely on the paper any more: what holds today stands below. Print a new slip."),
    ),
    Finding.ON_OFFER: Words(
        _GOOD,
        gettext_lazy("This code belongs to a job that is on offer"),
        gettext_lazy(
            "Compare every line below with the slip, advert or message that you were given: a real code can stand on a "
            "forged paper. If a single line differs, do not pay, report it."
        ),
    ),
    Finding.HELD: Words(
        _NEUTRAL,
        gettext_lazy("This listing is being looked into"),
        gettext_lazy(
            "Somebody is looking into this listing. That says nothing against the company; until it is decided, nobody "
            "should apply or pay."
        ),
    ),
    Finding.ENDED: Words(
        _BAD,
        gettext_lazy("The job of this slip or code is no longer on offer"),
        gettext_lazy(
            "Do not pay anything and do not hand over your papers for this job. If somebody still offers it to you, ask "
            "the labour office."
        ),
    ),
    Finding.ALTERED: Words(
        _BAD,
        gettext_lazy("This slip has been altered"),
        gettext_lazy(
            "Its signature does not fit: a digit or letter was changed after we made it, or it was never made by us. Do "
            "not pay anything, and do not hand over your papers."
        ),
    ),
    Finding.REVOKED: Words(
        _NEUTRAL,
        gettext_lazy("This slip was made with a key that is no longer used"),
        gettext_lazy(
            "So it proves nothing any more, even if nobody has altered it. Type the code of the listing below, and print "
            "a new slip."
        ),
    ),
    Finding.UNKNOWN_KEY: Words(
        _BAD,
        gettext_lazy("We do not know the key of this slip"),
        gettext_lazy(
            "This portal did not make it, or made it so long ago that its key is gone. It proves nothing. Do not pay; type "
            "the code of the listing below to see what holds today."
        ),
    ),
    Finding.UNREADABLE: Words(
        _NEUTRAL,
        gettext_lazy("This could not be read as a slip"),
        gettext_lazy(
            "The address is damaged or cut off. Scan it again, flat and in good light, or type the code of the listing."
        ),
    ),
    Finding.NOT_HERE: Words(
        _NEUTRAL,
        gettext_lazy("Scanned slips cannot be checked here at the moment"),
        gettext_lazy("That says nothing about your slip. Type the code of the listing below."),
    ),
    Finding.ELSEWHERE: Words(
        _BAD,
        gettext_lazy("This address leads to another site"),
        gettext_lazy(
            "Do not believe what that site says of the slip, and do not pay. Type the code of the listing below."
        ),
    ),
    Finding.MISTYPED: Words(
        _NEUTRAL,
        gettext_lazy("This code is mistyped: look again"),
        gettext_lazy(
            "A code has eight signs, and never 0, O, 1, I or L; the last sign shows whether the others are right. If the "
            "paper says exactly this, the code was not made by us: do not pay."
        ),
    ),
    Finding.UNKNOWN: Words(
        _BAD,
        gettext_lazy("This code is not known here"),
        gettext_lazy(
            "Its form is right, but none of our listings has it. It may be invented. Do not pay anything, and do not hand "
            "over your papers."
        ),
    ),
}
# Where somebody may have been cheated, the report form is offered.
REPORTED = {Finding.AS_PRINTED, Finding.ON_OFFER, Finding.CHANGED} | {
    finding for finding, words in WORDS.items() if words.voice == _BAD
}


class CodeForm(forms.Form):
    """The code of a listing, as it stands on its slip."""

    # An empty field is answered in the language of the page, not in that of the browser.
    use_required_attribute = False

    kode = forms.CharField(
        label=gettext_lazy("Code of the listing"),
        help_text=gettext_lazy(
            "Eight letters and digits, for example ABCD 2345. Spaces, dashes and capitals do not matter."
        ),
        max_length=MOST_TYPED,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


@require_safe
@in_complete_language
def slip(request: HttpRequest, code: str) -> HttpResponse:
    """The slip of a public listing for paper; the page of the listing, which says why, where there is none."""
    language, today = request.LANGUAGE_CODE, timezone.localdate()
    found = selectors.find(code, today) if is_well_formed(code) else None
    if found is None:
        if selectors.was_deleted(code):
            return error_page(request, 410)
        raise Http404
    listing, standing = found
    made = None
    if standing is Standing.PUBLIC:
        made = slip_selectors.slip_of(listing, today, rules.Ground.of_public(listing, today))
    token = slip_selectors.token_of(made) if made else None
    if made is None or token is None:
        return HttpResponseRedirect(selectors.address(code, language))
    names = slip_selectors.occupation_names([made])
    check_url = slip_selectors.check_address(language, token)
    context = {
        "slip": made,
        "title": slip_selectors.title(made, names),
        "lines": slip_selectors.lines(made, names),
        "code": codes.grouped(made.code),
        "host": slip_selectors.host(),
        "check_url": check_url,
        "qr": qr.svg(f"{settings.BASE_URL}{check_url}", QR_MILLIMETRES),
        "typing": slip_selectors.typing_address(language),
        "listing_url": selectors.address(code, language),
        "alternates": {other: slip_selectors.address(code, other) for other in settings.COMPLETE_LANGUAGES},
        "crumbs": [
            (_("Jobs"), f"/{language}/lowongan/"),
            (slip_selectors.title(made, names), selectors.address(code, language)),
        ],
    }
    response = keep(render(request, "jobs/slip.html", context))
    response["X-Robots-Tag"] = "noindex"
    return response


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@in_complete_language
def check_slip(request: HttpRequest) -> HttpResponse:
    """The form; with a typed code, what is known of it. A form of another site's is refused."""
    if request.method != "POST":
        return keep(render(request, "jobs/check_slip.html", _context(request, CodeForm())))
    if origin_of(request) is Origin.FOREIGN:
        raise PermissionDenied
    form = CodeForm(request.POST)
    answer = slip_selectors.answer_typed(form.cleaned_data["kode"]) if form.is_valid() else None
    return _forgotten(render(request, "jobs/check_slip.html", _context(request, form, answer)))


@require_safe
@in_complete_language
def check_scanned(request: HttpRequest, token: str) -> HttpResponse:
    """What is known of the slip whose QR code led here."""
    answer = slip_selectors.answer_scanned(token)
    token = token if slips.is_token(token) and answer.code else ""
    return _forgotten(render(request, "jobs/check_slip.html", _context(request, CodeForm(), answer, token)))


def _forgotten(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _context(request: HttpRequest, form: CodeForm, answer: Answer | None = None, token: str = "") -> dict[str, Any]:
    language = request.LANGUAGE_CODE
    context: dict[str, Any] = {
        "form": form,
        "path": slip_selectors.check_address(language),
        "host": slip_selectors.host(),
        "offer_url": f"/{language}/cek/",
        "alternates": {other: slip_selectors.check_address(other, token) for other in settings.COMPLETE_LANGUAGES},
        "crumbs": [(_("Check an offer"), f"/{language}/cek/")],
    }
    if answer is not None:
        context |= {
            "answer": answer,
            "words": WORDS[answer.finding],
            "code": codes.grouped(answer.code),
            "report": answer.finding in REPORTED,
            "listing_url": selectors.address(answer.code, language) if answer.has_page else "",
            "slip_url": slip_selectors.address(answer.code, language) if answer.lines else "",
        }
    return context
