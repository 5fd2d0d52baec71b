"""Slips of listings: what one says of a listing today, and what is known of one that somebody holds in their hands."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext

from content.registers import labels
from content.registers.models import Occupation

from . import codes, rules, selectors, slips
from .models import JobListing
from .selectors import Standing
from .slip_keys import BadKeys, Keyring
from .slips import Slip, Verdict
from .vocabulary import WagePeriod

# A slip that lies in a drawer must not outlive what it says by much.
DAYS_VALID = 30


def keyring() -> Keyring:
    """The keys of the setting; none where it cannot be read (check jobs.E001 says why)."""
    return _parsed(tuple(settings.SLIP_KEYS))


@lru_cache(maxsize=4)
def _parsed(entries: tuple[str, ...]) -> Keyring:
    try:
        return Keyring.parse(entries)
    except BadKeys:
        return Keyring()


def are_offered() -> bool:
    """Whether slips can be made here: some key signs."""
    return keyring().signing is not None


def host() -> str:
    """What must stand in the address bar of whoever checks a slip."""
    return urlsplit(settings.BASE_URL).netloc


def address(code: str, language: str | None = None) -> str:
    """Where the slip of a listing is printed."""
    return f"{selectors.address(code, language)}slip/"


def check_address(language: str, token: str = "") -> str:
    """Where a code is typed; with a token, where its slip is checked."""
    return f"/{language}/cek/slip/" + (f"{token}/" if token else "")


def typing_address(language: str) -> str:
    """The same for people who type it from paper: as short as it can be."""
    return host() + ("/cek/slip" if language == settings.LANGUAGE_CODE else check_address(language))


# --- what a slip says ---------------------------------------------------------------------------------------------


def slip_of(listing: JobListing, on: dt.date, ground: rules.Ground | None = None) -> Slip | None:
    """The slip of a published listing fetched ``with_parts``; nothing for one that is not legal on that day."""
    span = rules.public_interval(listing, ground=ground or rules.Ground.load([listing], on))
    if listing.status != JobListing.Status.PUBLISHED or span is None or on not in span or listing.job_order is None:
        return None
    last = on + dt.timedelta(days=DAYS_VALID)
    return Slip(
        code=listing.code,
        occupation=listing.occupation.code,
        place=slips.cut(listing.place),
        country=listing.country,
        agency=slips.cut(listing.agency.legal_name),
        licence=slips.cut(listing.agency.licence_number),
        licence_until=listing.agency.valid_until if listing.agency.kind == listing.agency.Kind.COMPANY else None,
        order=slips.cut(listing.job_order.number),
        employer=slips.cut(listing.job_order.employer),
        wage_min=Decimal(listing.wage_min),
        wage_max=None if listing.wage_max is None else Decimal(listing.wage_max),
        currency=listing.currency,
        period=listing.wage_period,
        pays=tuple(sorted(selectors.worker_pays(listing).items())),
        taken=tuple(sorted(selectors.taken_monthly(listing).items())),
        closes=listing.closing_date,
        issued=on,
        expires=min(last, span.end) if span.end else last,
        example=listing.is_example,
    )


def token_of(slip: Slip) -> str | None:
    """What stands in its QR code; nothing where no key signs, or a value has no place there (written past the forms)."""
    key = keyring().signing
    if key is None:
        return None
    try:
        return slips.sign(slip, key)
    except ValueError:
        return None


@dataclass(frozen=True)
class Line:
    """One line of a slip in the active language."""

    label: str
    value: str


def title(slip: Slip, names: Mapping[str, str]) -> str:
    """“Pengasuh lansia, Taichung, Taiwan”, as :attr:`JobListing.title` says it."""
    parts = [names.get(slip.occupation, slip.occupation), slip.place, labels.country_name(slip.country)]
    return ", ".join(part for part in parts if part)


def lines(slip: Slip, names: Mapping[str, str]) -> list[Line]:
    """Everything that the slip says of the job, in the order in which it is printed."""
    wage = labels.money(slip.wage_min, slip.currency)
    if slip.wage_max is not None and slip.wage_max != slip.wage_min:
        wage += f"–{labels.money(slip.wage_max, slip.currency)}"
    licence = gettext("Placed by the government")
    if slip.licence_until:
        until = labels.date(slip.licence_until)
        licence = gettext("%(number)s, until %(date)s") % {"number": slip.licence, "date": until}
    return [
        Line(gettext("Job"), title(slip, names)),
        Line(gettext("Company") if slip.licence_until else gettext("Government body"), slip.agency),
        Line(gettext("Licence (SIP3MI)"), licence),
        Line(gettext("Job order"), slip.order),
        Line(gettext("Employer abroad"), slip.employer),
        Line(gettext("Wage"), f"{wage} {WagePeriod(slip.period).label}"),
        Line(gettext("You pay"), selectors.paid_in_words(dict(slip.pays), dict(slip.taken))),
        Line(gettext("Closes"), labels.date(slip.closes)),
    ]


def occupation_names(shown: Iterable[Slip]) -> dict[str, str]:
    """The names of the occupations of these slips in the active language: one query."""
    wanted = {slip.occupation for slip in shown}
    return {row.code: str(row) for row in Occupation.objects.filter(code__in=wanted)}


# --- what is known of one -----------------------------------------------------------------------------------------


class Finding(Enum):
    """Each answer of the check."""

    AS_PRINTED = "as printed"
    CHANGED = "changed"
    EXPIRED = "expired"
    ON_OFFER = "on offer"
    HELD = "on hold"
    ENDED = "ended"
    ALTERED = "altered"
    REVOKED = "revoked"
    UNKNOWN_KEY = "unknown key"
    UNREADABLE = "unreadable"
    NOT_HERE = "not here"
    ELSEWHERE = "elsewhere"
    MISTYPED = "mistyped"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Change:
    """A line that says today something else than the slip."""

    label: str
    printed: str
    now: str


@dataclass(frozen=True)
class Answer:
    """What is known. ``slip`` was signed here; ``lines`` say what holds today, ``changes`` what differs from the slip.

    ``code`` is the listing's; that of an altered slip is only what it claims to be. ``misread``: a typed code had to be
    put right. ``host`` is where a foreign address leads.
    """

    finding: Finding
    code: str = ""
    title: str = ""
    slip: Slip | None = None
    lines: tuple[Line, ...] = ()
    changes: tuple[Change, ...] = ()
    reasons: tuple[str | Promise, ...] = ()
    example: bool = False
    has_page: bool = False
    misread: bool = False
    host: str = ""


_OF_TOKENS = {
    Verdict.ALTERED: Finding.ALTERED,
    Verdict.REVOKED: Finding.REVOKED,
    Verdict.UNKNOWN_KEY: Finding.UNKNOWN_KEY,
    Verdict.UNREADABLE: Finding.UNREADABLE,
}
_OUR_ADDRESS = re.compile(
    r"\s*(?:https?://)?(?P<host>[^/\s?#]+)/[a-z]{2,3}/(?P<room>cek/slip|lowongan)/(?P<name>[^/\s?#]+)", re.IGNORECASE
)
_ANY_ADDRESS = re.compile(r"\s*https?://(?P<host>[^/\s?#]+)", re.IGNORECASE)


def answer_typed(text: str) -> Answer:
    """What is known of a typed code. A reader of QR codes that is plugged in types the whole address of a slip."""
    if found := _OUR_ADDRESS.match(text) or _ANY_ADDRESS.match(text):
        if found["host"].lower() != host().lower():
            return Answer(Finding.ELSEWHERE, host=_real_host(found["host"]))
        if found.re is _ANY_ADDRESS:
            return Answer(Finding.MISTYPED)
        if found["room"].lower() == "cek/slip":
            return answer_scanned(found["name"])
        text = found["name"]
    typed = codes.read(text)
    known = tuple(selectors.known_codes(typed.codes)) if typed.misread else typed.codes
    if len(known) != 1:
        return Answer(Finding.MISTYPED)
    answer = _standing(known[0], None)
    if answer is None and selectors.was_deleted(known[0]):
        answer = Answer(Finding.ENDED, code=known[0])
    if answer is None:
        return Answer(Finding.MISTYPED) if typed.misread else Answer(Finding.UNKNOWN, code=known[0])
    return answer if not typed.misread else replace(answer, misread=True)


def _real_host(named: str) -> str:
    """Where a browser goes: what stands before an @ is decoration, and a backslash ends the name."""
    return named.partition("\\")[0].rpartition("@")[2][:80]


def answer_scanned(token: str) -> Answer:
    """What is known of a slip by what its QR code says."""
    keys = keyring()
    if not keys.keys:
        return Answer(Finding.NOT_HERE)
    reading = slips.read(token, keys, timezone.localdate())
    if reading.slip is None:
        return Answer(_OF_TOKENS[reading.verdict], code=reading.claimed)
    slip = reading.slip
    answer = _standing(slip.code, slip)
    if answer is None:
        names = occupation_names([slip])
        return Answer(Finding.ENDED, slip.code, title(slip, names), slip, example=slip.example)
    return answer


def _standing(code: str, slip: Slip | None) -> Answer | None:
    """What is known of the listing with this code, beside the slip that was printed of it, if one was."""
    today = timezone.localdate()
    found = selectors.find(code, today)
    if found is None:
        return None
    listing, standing = found
    example = listing.is_example or bool(slip and slip.example)
    about = Answer(Finding.ENDED, code, listing.title, slip, example=example, has_page=standing is not Standing.GONE)
    if standing is Standing.HELD:
        return replace(about, finding=Finding.HELD)
    if standing is Standing.GONE:
        return about
    public = standing is Standing.PUBLIC
    ground = rules.Ground.of_public(listing, today) if public else rules.Ground.load([listing], today)
    now = slip_of(listing, today, ground) if public else None
    if now is None:
        if listing.status == JobListing.Status.CLOSED:
            return replace(about, reasons=(gettext("This listing has been closed."),))
        outcomes = rules.check(listing, ground=ground)
        return replace(about, reasons=tuple(outcome.answer.sentence for outcome in outcomes if not outcome.ok))
    names = occupation_names([now, *([slip] if slip else [])])
    held = lines(now, names)
    about = replace(about, lines=tuple(held), finding=Finding.ON_OFFER)
    if slip is None:
        return about
    changes = tuple(
        Change(today_.label, printed.value, today_.value)
        for printed, today_ in zip(lines(slip, names), held, strict=True)
        if printed != today_
    )
    over = today > slip.expires
    finding = Finding.EXPIRED if over else Finding.CHANGED if changes else Finding.AS_PRINTED
    return replace(about, finding=finding, changes=changes)
