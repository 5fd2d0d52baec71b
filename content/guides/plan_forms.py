"""The planner's questions: few a page, each with its reason and with “I do not know” (DECISIONS 56, UX 1.2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content.registers import labels
from content.registers.fields import Words
from content.registers.models import Region
from content.registers.selectors import registers

from . import plan_codes, plan_lines, planning
from .plan_codes import OTHER_COUNTRY, OTHER_WORK, SHOWN, UNSAID, Said
from .plan_rules import InUse

Text = Promise | str
Choices = list[tuple[Any, Any]]

# So many months ahead can be chosen.
MONTHS = 18

ROUTE_LABELS: Mapping[str, Text] = {
    "p2p": gettext_lazy("Through a placement company (PT, P3MI)"),
    "g2g": gettext_lazy("A government programme (G to G), such as EPS Korea"),
    "ssw": gettext_lazy("SSW (Tokutei Ginou) to Japan"),
    "mandiri": gettext_lazy("On my own: an employer abroad has accepted me"),
    "reentry": gettext_lazy("Back to the same employer after leave"),
    "online_offer": gettext_lazy("An offer from the internet or an acquaintance; which company is not clear"),
    "visit_visa": gettext_lazy("First on a tourist or visit visa"),
    "umrah_visa": gettext_lazy("On an umrah or pilgrimage visa"),
    "magang": gettext_lazy("An internship (magang)"),
    "ferienjob": gettext_lazy("Holiday work for students (ferienjob)"),
    "g2p": gettext_lazy("The government places me with a company abroad (G to P)"),
    "ukps": gettext_lazy("My company sends me (UKPS)"),
}
AGE_LABELS: Mapping[str, Text] = {
    "0-17": gettext_lazy("Below 18"),
    "18-22": gettext_lazy("18 to 22"),
    "23-35": gettext_lazy("23 to 35"),
    "36-38": gettext_lazy("36 to 38"),
    "39": "39",
    "40-49": gettext_lazy("40 to 49"),
    "50+": gettext_lazy("50 or more"),
}
MARITAL_LABELS: Mapping[str, Text] = {
    "single": gettext_lazy("Not married"),
    "married": gettext_lazy("Married"),
    "divorced": gettext_lazy("Divorced"),
    "widowed": gettext_lazy("Widowed"),
}
SEX_LABELS: Mapping[str, Text] = {"P": gettext_lazy("Woman"), "L": gettext_lazy("Man")}
YES_NO_LABELS: Mapping[str, Text] = {planning.YES: gettext_lazy("Yes"), planning.NO: gettext_lazy("No")}
LISTED: Mapping[str, Mapping[str, Text]] = {
    "route": ROUTE_LABELS,
    "age": AGE_LABELS,
    "sex": SEX_LABELS,
    "marital": MARITAL_LABELS,
    "been_abroad": YES_NO_LABELS,
    "employer": YES_NO_LABELS,
}


@dataclass(frozen=True)
class Question:
    """One question: ``parameter`` names it in the query, ``reason`` says why it is asked."""

    name: str
    parameter: str
    label: Text
    reason: Text
    page: int


ALL = (
    Question(
        "destination",
        "negara",
        gettext_lazy("To which country?"),
        gettext_lazy("Each country has rules of its own; some are closed."),
        1,
    ),
    Question(
        "occupation",
        "kerja",
        gettext_lazy("Which work?"),
        gettext_lazy("Some work is closed, and some must be free of placement cost."),
        1,
    ),
    Question(
        "route",
        "jalur",
        gettext_lazy("How do you go, or how did the offer come?"),
        gettext_lazy("Papers and steps depend on the way. Some ways are no placement at all."),
        1,
    ),
    Question(
        "age",
        "umur",
        gettext_lazy("How old are you when you leave?"),
        gettext_lazy("Nobody below 18 may go, and some countries set a limit."),
        2,
    ),
    Question(
        "sex", "jk", gettext_lazy("Are you a woman or a man?"), gettext_lazy("This way is open to one of them only."), 2
    ),
    Question(
        "marital",
        "nikah",
        gettext_lazy("Are you married?"),
        gettext_lazy("The law asks for a letter of marital status. Permission of the family is not asked here."),
        2,
    ),
    Question(
        "been_abroad",
        "pernah",
        gettext_lazy("Have you worked there before?"),
        gettext_lazy("The way back is for those who work there already."),
        2,
    ),
    Question(
        "employer",
        "majikan",
        gettext_lazy("Do you know the name and address of the employer?"),
        gettext_lazy("A contract must state them."),
        2,
    ),
    Question(
        "contract_months",
        "kontrak",
        gettext_lazy("How long is the contract?"),
        gettext_lazy("The contribution to BPJS depends on it."),
        3,
    ),
    Question(
        "departure",
        "berangkat",
        gettext_lazy("When do you want to leave?"),
        gettext_lazy("The rule of this country has a last day."),
        3,
    ),
    Question(
        "region",
        "asal",
        gettext_lazy("Which region stands on your ID card?"),
        gettext_lazy("We name the offices that are known there."),
        3,
    ),
    Question(
        "has",
        "punya",
        gettext_lazy("Which papers do you have already?"),
        gettext_lazy("They are ticked on your list. Tick nothing if you do not know."),
        3,
    ),
)
BY_NAME = {question.name: question for question in ALL}
BY_PARAMETER = {question.parameter: question for question in ALL}
UNKNOWN_LABEL = gettext_lazy("I do not know")


# --- what can be chosen ---------------------------------------------------------------------------------------------


def _countries(held: InUse, said: Said) -> Choices:
    """The countries that a rule names, then any other."""
    codes = {value for value in held.book.masks["destination"] if value.isalpha() and len(value) == 2}
    named = sorted(((code, labels.country_name(code)) for code in codes), key=lambda pair: pair[1])
    return [*named, (OTHER_COUNTRY, _("Another country"))]


def _occupations(held: InUse, said: Said) -> Choices:
    groups: dict[str, Choices] = {}
    for occupation in held.held.occupations:
        groups.setdefault(occupation["work"], []).append((occupation["code"], str(Words(occupation["name"]))))
    works = registers().works
    held_groups: Choices = [(str(works[work]) if work in works else work, pairs) for work, pairs in groups.items()]
    return [*held_groups, (OTHER_WORK, _("Other work"))]


def _listed(name: str) -> Callable[[InUse, Said], Choices]:
    table = LISTED[name]
    return lambda held, said: [(plan_codes.part_of(name, value), label) for value, label in table.items()]


def _months_of_contract(held: InUse, said: Said) -> Choices:
    months = sorted({amount.months for step in held.book.steps.values() for amount in step.amounts if amount.months})
    return [(str(number), _("%(number)s months") % {"number": number}) for number in months]


def _departures(held: InUse, said: Said) -> Choices:
    first = timezone.localdate().replace(day=1)
    months = [
        dt.date(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 1) for n in range(MONTHS)
    ]
    return [(f"{month:%Y-%m}", labels.month(month)) for month in months]


def _regions(held: InUse, said: Said) -> Choices:
    """Every province; below it the regencies in which an office is known."""
    shown = Region.objects.filter(Q(province=None) | Q(offices__isnull=False)).distinct().order_by("name")
    regencies: dict[str | None, list[Region]] = {}
    for region in shown:
        regencies.setdefault(region.province_id, []).append(region)
    made: Choices = []
    for province in regencies.pop(None, []):
        inside = [(region.code.replace(".", ""), region.name) for region in regencies.get(province.code, ())]
        if inside:
            made.append(
                (province.name, [*inside, (province.code, _("Elsewhere in %(province)s") % {"province": province})])
            )
        else:
            made.append((province.code, province.name))
    return made


def _papers(held: InUse, said: Said) -> Choices:
    outcome = planning.plan(said.answers, held.book)
    return [(code, str(held.held.documents[code])) for code in outcome.documents if code in held.held.documents]


_CHOICES: Mapping[str, Callable[[InUse, Said], Choices]] = {
    "destination": _countries,
    "occupation": _occupations,
    "contract_months": _months_of_contract,
    "departure": _departures,
    "region": _regions,
    "has": _papers,
    **{name: _listed(name) for name in LISTED},
}
# Long lists are chosen from, short ones are pressed.
_LONG = frozenset({"destination", "occupation", "departure", "region"})


# --- the form of a page ---------------------------------------------------------------------------------------------


class QuestionForm(forms.Form):
    """The questions of one page. It is sent by GET and never refuses: what is left open is not known."""

    use_required_attribute = False

    def __init__(self, names: Iterable[str], held: InUse, said: Said) -> None:
        super().__init__(initial={}, auto_id="%s")
        for name in names:
            question = BY_NAME[name]
            self.fields[question.parameter] = _field(question, held, said)

    @property
    def shown(self) -> str:
        """The parameters of this page, so that a question left open counts as answered."""
        return ".".join(self.fields)


def _field(question: Question, held: InUse, said: Said) -> forms.Field:
    choices = _CHOICES[question.name](held, said)
    part = said.parts.get(question.name, "")
    common: dict[str, Any] = {"label": question.label, "help_text": question.reason}
    if question.name == "has":
        return forms.MultipleChoiceField(
            choices=choices, widget=forms.CheckboxSelectMultiple, initial=part.split("~"), **common
        )
    unknown = (UNSAID, UNKNOWN_LABEL)
    if question.name in _LONG:
        return forms.ChoiceField(choices=[("", _("Choose")), unknown, *choices], initial=part, **common)
    return forms.ChoiceField(choices=[*choices, unknown], widget=forms.RadioSelect, initial=part, **common)


def given(query: QueryDict) -> list[tuple[str, list[str]]]:
    """The answers in a query: of every question that was shown, and of every one that is named."""
    shown = [BY_PARAMETER[name] for name in query.get(SHOWN, "").split(".") if name in BY_PARAMETER]
    named = [question for question in ALL if question.parameter in query]
    return [(question.name, query.getlist(question.parameter)) for question in dict.fromkeys([*shown, *named])]


def said_words(said: Said, held: InUse) -> list[dict[str, Any]]:
    """What was answered, in words, each with the page on which it can be changed."""
    made = []
    for question in ALL:
        if question.name in said.parts:
            made.append({"question": question, "answer": _words(question.name, said, held)})
    return made


def _words(name: str, said: Said, held: InUse) -> Text:
    answers, part = said.answers, said.parts[name]
    if part == UNSAID:
        return _("None yet") if name == "has" else UNKNOWN_LABEL
    if name in LISTED:
        return LISTED[name][getattr(answers, name)]
    match name:
        case "destination":
            return _("Another country") if part == OTHER_COUNTRY else labels.country_name(part)
        case "occupation":
            return held.occupation_name(part) or _("Other work")
        case "contract_months":
            return _("%(number)s months") % {"number": answers.contract_months}
        case "departure":
            return labels.month(dt.date.fromisoformat(f"{answers.departure}-01"))
        case "region":
            return plan_lines.region_name(answers.region)
    return ", ".join(str(held.held.documents[code]) for code in sorted(answers.has) if code in held.held.documents)
