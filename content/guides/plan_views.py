"""The planner: few questions, then a plan for this person, or why not to go.

Answers stand in the address alone, as a short code: nothing is stored, kept in a cache or written to a log (DECISIONS 57).
"""

from __future__ import annotations

import datetime as dt
import re
import zlib
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from content.core import qr
from content.core.responses import forgotten, in_complete_language, keep
from content.core.tree import tree
from content.registers import labels
from content.registers.models import Office
from content.registers.selectors import registers

from . import help_selectors, plan_codes, plan_forms, plan_rules, plan_selectors, planning, selectors
from .plan_codes import CODE, DETAILS, GIVEN, PAGE, SHOWN, TICKS, Said, address
from .plan_rules import InUse
from .planning import Answers, OutcomeKind

QR_MILLIMETRES = 30
SYSTEM = "siskop2mi"
# So many changes are named; of more it is said how many.
SHOWN_CHANGES = 6
_TICKS = re.compile(rf"/[a-z]+/rencana/{TICKS}")
HELP = ("kp2mi-telepon", "sapa-129")


@require_safe
@in_complete_language
def planner(request: HttpRequest) -> HttpResponse:
    """The next page of questions; once enough is answered, the outcome."""
    held, said = _said(request)
    page = request.GET.get(PAGE, "")
    asked = _asked(said, held, page)
    if not asked:
        return forgotten(_outcome(request, said, held))
    form = plan_forms.QuestionForm(asked, held, said)
    context = {
        **_frame(request, said),
        "form": form,
        "first": asked[0] in planning.OFFER,
        "back": _back(request.LANGUAGE_CODE, said, asked),
        "lost": [plan_forms.BY_NAME[name].label for name in said.lost],
        "code": said.code() if said.parts else "",
        "codes": (CODE, SHOWN),
        "number": sum(name not in asked for name in said.parts) + 1,
    }
    response = render(request, "guides/planner_questions.html", context)
    return forgotten(response) if request.GET.keys() - {"hemat"} else keep(response)


@require_safe
@in_complete_language
def details(request: HttpRequest) -> HttpResponse:
    """Every answer of every step of a plan, for paper."""
    return _view_of(request, DETAILS, "guides/plan_details.html")


@require_safe
@in_complete_language
def ticks(request: HttpRequest) -> HttpResponse:
    """The papers and steps of a plan to tick off. What is ticked never comes here; the phone keeps it if one asks it to."""
    return _view_of(request, TICKS, "guides/plan_ticks.html", sensitive=True)


def ticked_at(path: str) -> bool:
    """Whether the page at this path carries the script of the ticks, for the policy."""
    return _TICKS.fullmatch(path) is not None


def _mark_of(answers: Answers) -> str:
    """A sign for the way abroad, by which a phone keeps its ticks apart. It does not say which way that is."""
    return f"{zlib.crc32(f'{answers.destination} {answers.work} {answers.route}'.encode()):08x}"


def _view_of(request: HttpRequest, below: str, template: str, **more: Any) -> HttpResponse:
    """Another view of a plan; without a plan, back to it."""
    held, said = _said(request)
    outcome = planning.plan(said.answers, held.book)
    if _asked(said, held, "") or outcome.kind is not OutcomeKind.PLAN:
        return forgotten(HttpResponseRedirect(address(request.LANGUAGE_CODE, said.code() if said.parts else "")))
    whole = below == DETAILS
    context = {
        **_frame(request, said, below),
        "shown": plan_selectors.show(said.answers, outcome, held, whole=whole),
        "title": _title(said, held),
        "plan_url": address(request.LANGUAGE_CODE, said.code()),
        "way": _mark_of(said.answers),
        **more,
    }
    context["crumbs"] = [*context["crumbs"], (context["title"], context["plan_url"])]
    context["sources"] = context["shown"].sources if whole else []
    return forgotten(render(request, template, context))


def _said(request: HttpRequest) -> tuple[InUse, Said]:
    held = plan_rules.in_use()
    said = plan_codes.decode(request.GET.get(CODE, ""), held.book)
    return held, plan_codes.say_all(said, plan_forms.given(request.GET), held.book)


def _asked(said: Said, held: InUse, page: str) -> tuple[str, ...]:
    """The questions to show: those of a page that somebody goes back to, else those that come next."""
    again = tuple(q.name for q in plan_forms.ALL if str(q.page) == page and q.name in said.parts)
    if again:
        return again
    regions = "region" not in said.parts and Office.objects.exists()
    return planning.questions(said.answers, said.answered, held.book, regions)


def _back(language: str, said: Said, asked: tuple[str, ...]) -> str:
    """The page before this one; nothing on the first."""
    before = [plan_forms.BY_NAME[name].page for name in said.parts if name not in asked]
    pages = [page for page in before if page < plan_forms.BY_NAME[asked[0]].page]
    return address(language, said.code(), max(pages)) if pages else ""


def _frame(request: HttpRequest, said: Said, below: str = "") -> dict[str, Any]:
    language, code = request.LANGUAGE_CODE, said.code() if said.parts else ""
    room = tree().find("panduan", language)
    return {
        "path": address(language),
        "answered": True,
        "alternates": {other: address(other, code, below=below) for other in settings.COMPLETE_LANGUAGES},
        "crumbs": [(room.title, room.url)] if room else [],
    }


def _title(said: Said, held: InUse) -> str:
    """“Perawat profesional, Jerman”."""
    work = held.occupation_name(said.answers.occupation)
    country = said.answers.destination
    place = labels.country_name(country) if country and country != plan_codes.OTHER_COUNTRY else ""
    return ", ".join(filter(None, [work, place]))


def _outcome(request: HttpRequest, said: Said, held: InUse) -> HttpResponse:
    language, code = request.LANGUAGE_CODE, said.code()
    outcome = planning.plan(said.answers, held.book)
    shown = plan_selectors.show(said.answers, outcome, held)
    link = settings.BASE_URL + address(language, code, given=timezone.localdate())
    room = selectors.guide_for(said.answers.route, said.answers.destination, language)
    changed = _changed(request, outcome, held)
    context = {
        **_frame(request, said),
        "shown": shown,
        "title": _title(said, held),
        "answers": [
            {**row, "url": address(language, code, row["question"].page)} for row in plan_forms.said_words(said, held)
        ],
        "ways": _ways(said, held, language),
        "link": link,
        "qr": qr.svg(link, QR_MILLIMETRES),
        "details_url": address(language, code, below=DETAILS),
        "ticks_url": address(language, code, below=TICKS),
        "given": _given(request, held),
        "changed": changed[:SHOWN_CHANGES],
        "further": len(changed[SHOWN_CHANGES:]),
        "guide": room,
        "help_url": help_selectors.address(language, said.answers.region),
        "system": registers().channels.get(SYSTEM),
        "help": [registers().channels[slug] for slug in HELP if slug in registers().channels],
        "sources": shown.sources,
    }
    return render(request, "guides/plan.html", context)


def _ways(said: Said, held: InUse, language: str) -> list[tuple[Any, str]]:
    """For who does not know the way: those that are recorded for this country and work, each as an answer."""
    if said.answers.route or not said.answers.destination:
        return []
    made = []
    for route in planning.SCHEMES:
        other = said.say("route", route, held.book)
        if planning.plan(other.answers, held.book).kind is OutcomeKind.PLAN:
            made.append((plan_forms.ROUTE_LABELS[route], address(language, other.code())))
    return made


def _given(request: HttpRequest, held: InUse) -> dt.date | None:
    """The day on which this link was given away, if it says one on which it can have been."""
    text = request.GET.get(GIVEN, "")
    try:
        day = dt.datetime.strptime(text, "%Y%m%d").date() if len(text) == 8 else None
    except ValueError:
        return None
    return day if day and plan_selectors.began(held) <= day <= timezone.localdate() else None


def _changed(request: HttpRequest, outcome: planning.Outcome, held: InUse) -> list[Any]:
    day = _given(request, held)
    return plan_selectors.changed_since(day, outcome, held) if day else []
