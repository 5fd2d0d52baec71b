"""What the offer check answers: signs of a text or of answered questions, an agency by its name, whom a contact belongs to.

Nothing that was typed is stored, logged or part of a key; what is read here is read anew for each question.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from content.registers.models import Source

from . import contacts, offer_rules, offers
from .models import Agency, AgencyContact, OfferFlag
from .offers import OfferVerdict, Raised
from .vocabulary import ContactKind


@dataclass(frozen=True)
class Sign:
    """A red flag as it is shown, in one language."""

    code: str
    name: str
    reason: str
    next: str
    words: tuple[str, ...]
    source: Source | None
    article: str


def signs(text: str, answers: Iterable[str], language: str) -> list[Sign]:
    """The red flags of ``text`` and of the questions answered with yes, the gravest first."""
    held = offer_rules.in_use()
    raised = {one.flag.code: one for one in offers.check(text, held.book).raised} if text else {}
    said = set(answers)
    for code in (code for name, _question, codes in offer_rules.QUESTIONS if name in said for code in codes):
        if code in held.book.flags:
            raised.setdefault(code, Raised(held.book.flags[code]))
    verdict = OfferVerdict.of(raised.values())
    return [_sign(one, held.rows, language) for one in verdict.raised]


def _sign(one: Raised, rows: Mapping[str, OfferFlag], language: str) -> Sign:
    row = rows.get(one.flag.code)
    return Sign(
        code=one.flag.code,
        name=_in(one.flag.name, language),
        reason=one.reason(language),
        next=_in(one.flag.next, language),
        words=one.words,
        source=row.source if row else None,
        article=row.article if row else "",
    )


def _in(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or texts.get("id", "")


# --- agencies ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AgencyAnswer:
    """What is known of a typed name or licence number: agencies that it names, and agencies that it resembles."""

    exact: list[Agency] = field(default_factory=list)
    near: list[Agency] = field(default_factory=list)


def agency_named(typed: str) -> AgencyAnswer:
    """By name or licence number, letter by letter; else the likest names. Two queries for any number of agencies."""
    known = [contacts.Named(*row) for row in Agency.objects.values_list("pk", "legal_name", "licence_number")]
    exact = contacts.same(typed, known)
    near = [] if exact else contacts.alike(typed, known)
    rows = Agency.objects.select_related("source").prefetch_related("contacts").in_bulk([*exact, *near])
    return AgencyAnswer([rows[key] for key in exact], [rows[key] for key in near])


# --- contacts ------------------------------------------------------------------------------------------------------


def owners(typed: str) -> list[Agency]:
    """The agencies that name this number, address or handle as their own. One query."""
    found = contacts.readings(typed)
    if not found:
        return []
    held = AgencyContact.objects.filter(normal__in=[value for _kind, value in found]).select_related("agency")
    return list({row.agency_id: row.agency for row in held if (row.kind, row.normal) in found}.values())


_PHONES = re.compile(r"(?<![\w+])\+?\d[\d\s().-]{7,18}\d(?!\w)")


def strange_contacts(text: str) -> list[tuple[Agency, str]]:
    """Numbers in ``text`` that a known company which it names does not call its own.

    The commonest forgery: a real name, another number. Asked only where the company's own numbers are recorded.
    """
    numbers = {contacts.phone(found[0]): found[0].strip() for found in _PHONES.finditer(text)}
    numbers.pop("", None)
    if not numbers:
        return []
    named = contacts.name_key(text[: offers.MAX_TEXT])
    rows = AgencyContact.objects.filter(kind=ContactKind.PHONE).select_related("agency")
    own: dict[int, set[str]] = {}
    agencies: dict[int, Agency] = {}
    for row in rows:
        if f" {contacts.name_key(row.agency.legal_name)} " in f" {named} ":
            own.setdefault(row.agency_id, set()).add(row.normal)
            agencies[row.agency_id] = row.agency
    every = set().union(*own.values()) if own else set()
    return [(agencies[key], said) for key in own for number, said in numbers.items() if number not in every]
