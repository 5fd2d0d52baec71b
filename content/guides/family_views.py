"""The copy for the family: a page to fill on the phone or by hand. It has no form, so nothing can be sent.

What is typed stays in the page until it is closed; the quick exit wipes it (static/js/exit.js).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from content.core.responses import in_complete_language, keep
from content.registers.selectors import registers

from .tools import frame

# Whom the family asks, and what the one abroad keeps.
_CHANNELS = ("kp2mi-telepon", "kp2mi-luar-negeri", "peduli-wni", "polisi-110", "sapa-129")


@dataclass(frozen=True)
class Lines:
    """A part of the page: what to write down, and why."""

    title: Promise
    hint: Promise
    lines: Sequence[tuple[str, Promise]]


PARTS = (
    Lines(
        _("Who I am and where I go"),
        _("As it stands in the passport and the contract."),
        (
            ("nama", _("My full name")),
            ("negara", _("Country, city, address of work")),
            ("majikan", _("Name and number of the employer")),
            ("perusahaan", _("Placement company and licence number")),
            ("berangkat", _("Day of departure, flight, places on the way")),
            ("kontrak", _("Contract until")),
        ),
    ),
    Lines(
        _("Copies that stay at home"),
        _("Tick on paper what lies here. The originals travel with me."),
        (
            ("salinan", _("Passport, visa, both agreements, BPJS, identity card: where they lie")),
            ("orang", _("Who was there when I was recruited, and their numbers")),
        ),
    ),
    Lines(
        _("How we stay in touch"),
        _("Agree on it now, while it is easy to talk."),
        (
            ("kabar", _("On which day and how I give news")),
            ("kata", _("Our word that means: I am not safe and cannot talk")),
            ("diam", _("After so many days without news the family asks for help")),
            ("pegang", _("Who keeps this page")),
        ),
    ),
)


@require_safe
@in_complete_language
def family(request: HttpRequest) -> HttpResponse:
    held = registers().channels
    channels = [held[slug] for slug in _CHANNELS if slug in held]
    context = {
        **frame(request, "salinan-keluarga/"),
        "parts": PARTS,
        "channels": channels,
        "sources": list(dict.fromkeys(source for channel in channels for source in channel.sources.all())),
        "sensitive": True,
    }
    return keep(render(request, "guides/family.html", context), sensitive=True)
