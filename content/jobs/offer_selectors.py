"""What the offer check answers: signs of a text or of answered questions, an agency by its name, what is known of a contact.

Nothing that was typed is stored, logged or part of a key; what is read here is read anew for each question, in a number of
queries that does not grow with what is found.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.functional import Promise

from content.registers import tokens
from content.registers.models import Source
from content.registers.selectors import registers

from . import bank_accounts, contacts, offer_rules, offers, rules, selectors
from .contacts import Mention
from .models import Agency, AgencyAddress, AgencyContact, AgencyStatus, Hold, OfferFlag, SuspectContact
from .offers import OfferVerdict, Raised
from .vocabulary import ContactKind, HoldState


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


# What a contact beside the name of a company that is not its own is a sign of; what a name that we know is no sign of.
IMPERSONATION, NAMELESS = "agency_impersonation", "no_agency_named"


def signs(text: str, answers: Iterable[str], language: str, known: OfferAnswer | None = None) -> list[Sign]:
    """The red flags of ``text`` and of the questions answered with yes, the gravest first.

    ``known`` is what our lists say of the text: a rule sees words and cannot tell whether they are a company's name.
    """
    held = offer_rules.in_use()
    raised = {one.flag.code: one for one in offers.check(text, held.book).raised} if text else {}
    said = set(answers)
    if known and (known.named or known.resembled) and "nama" not in said:
        raised.pop(NAMELESS, None)
    if known and known.strange and IMPERSONATION in held.book.flags:
        raised.setdefault(IMPERSONATION, Raised(held.book.flags[IMPERSONATION]))
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
        reason=tokens.plain(one.reason(language), language),
        next=_in(one.flag.next, language),
        words=one.words,
        source=row.source if row else None,
        article=row.article if row else "",
    )


def _in(texts: Mapping[str, str], language: str) -> str:
    return tokens.plain(texts.get(language) or texts.get("id", ""), language)


# --- what is asked -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """What somebody typed: the text of an offer, a company, a contact."""

    text: str = ""
    company: str = ""
    contact: str = ""


@dataclass(frozen=True)
class Decision:
    """What was decided of an agency, since when, and where that was read."""

    status: str
    since: dt.date
    source: Source | None
    note: str


@dataclass(frozen=True)
class ShownAgency:
    """An agency as the check shows it. ``refused``: each rule of its licence that does not hold, with its sources."""

    row: Agency
    on_hold: bool
    refused: list[tuple[Promise | str, list[Source]]]
    names: list[str]
    towns: list[str]
    contacts: list[str]
    decisions: list[Decision]

    @property
    def sources(self) -> list[Source]:
        """Every source that its answer names."""
        named = [source for _sentence, sources in self.refused for source in sources]
        return named + [decision.source for decision in self.decisions if decision.source]


@dataclass(frozen=True)
class ShownSuspect:
    """A contact of which officers know: being looked into (no day), or confirmed on a day, with what it was used for."""

    said: str
    kind: str
    account: str
    example: bool
    confirmed_on: dt.date | None
    name: str = ""
    next: str = ""
    source: Source | None = None
    article: str = ""


@dataclass(frozen=True)
class OfferAnswer:
    """Everything that is known of what somebody typed, apart from the signs of the text.

    Of the company that was asked for: ``exact``, ``near``. Of the contact: ``owners``, ``suspects``. Of the text: the agencies
    that it names, those to whose name one in it is alike, contacts that officers know, contacts that are not the company's.
    """

    exact: list[ShownAgency] = field(default_factory=list)
    near: list[ShownAgency] = field(default_factory=list)
    owners: list[ShownAgency] = field(default_factory=list)
    suspects: list[ShownSuspect] = field(default_factory=list)
    mentioned: list[ShownSuspect] = field(default_factory=list)
    named: list[ShownAgency] = field(default_factory=list)
    resembled: list[ShownAgency] = field(default_factory=list)
    strange: list[tuple[Agency, str]] = field(default_factory=list)

    @property
    def warns(self) -> bool:
        """Whether what is known of the text gives reason to stop, whatever its words say."""
        refused = any(agency.refused or agency.on_hold for agency in self.named)
        return bool(self.mentioned or self.strange or self.resembled or refused)

    @property
    def agencies(self) -> list[ShownAgency]:
        """All that are shown."""
        return [*self.exact, *self.near, *self.owners, *self.named, *self.resembled]


# So much is shown of one agency, and so many contacts; a page has a weight to keep (UX G2.2).
MOST_NAMES, MOST_TOWNS, MOST_CONTACTS, MOST_DECISIONS, MOST_AGENCIES, MOST_SUSPECTS = 6, 5, 12, 4, 4, 4
# Of those that a text names: who advertises for many names many.
MOST_READ = 2


def answer(asked: Asked, language: str) -> OfferAnswer:
    """What is known of a company, of a contact, and of the numbers and addresses in a text. At most ten queries."""
    known = selectors.agency_names() if asked.company or asked.text else []
    exact = contacts.same(asked.company, known)[:MOST_AGENCIES] if asked.company else []
    near = contacts.alike(asked.company, known) if asked.company and not exact else []
    typed = _typed(asked.contact)
    owners = [key for key in _owners(typed[:1]) if key not in exact][:MOST_AGENCIES]
    suspects = _suspects([typed, contacts.mentions(asked.text)], language)
    read = contacts.read_names(asked.text, known) if asked.text else contacts.Read()
    # What was asked for by itself is shown there.
    named = [key for key in read.exact if key not in (*exact, *owners)][:MOST_READ]
    resembled = [key for key in read.near if key not in (*exact, *near)][:MOST_READ]
    held = _agencies([*exact, *near, *owners, *named, *resembled])
    listed = selectors.undoubted(
        [one for row in held.values() for one in row.contacts.all() if one.kind != ContactKind.ACCOUNT]
    )
    shown = {key: _shown(row, [one for one in listed if one.agency_id == key]) for key, row in held.items()}
    return OfferAnswer(
        exact=[shown[key] for key in exact],
        near=[shown[key] for key in near],
        owners=[shown[key] for key in owners],
        suspects=suspects[0],
        mentioned=suspects[1],
        named=[shown[key] for key in named],
        resembled=[shown[key] for key in resembled],
        strange=_strange(asked.text, read.exact) if asked.text else [],
    )


# --- agencies ------------------------------------------------------------------------------------------------------


def _agencies(keys: list[int]) -> dict[int, Agency]:
    """These agencies with all that is shown of them: five queries for any number."""
    if not keys:
        return {}
    on_hold = Exists(Hold.objects.filter(agency=OuterRef("pk"), state=HoldState.OPEN))
    found = Agency.objects.annotate(on_hold=on_hold).prefetch_related(
        "contacts",
        "names",
        Prefetch("addresses", AgencyAddress.objects.select_related("region")),
        Prefetch("statuses", AgencyStatus.objects.select_related("source")),
    )
    return found.in_bulk(keys)


def _shown(row: Any, passed_on: list[AgencyContact]) -> ShownAgency:
    """What is recorded of it: where a rule does not hold, its sentence, which names the day of the check."""
    held = registers().sources
    towns = dict.fromkeys(address.region.name for address in row.addresses.all() if address.region)
    decisions = list(row.statuses.all())[:MOST_DECISIONS]
    return ShownAgency(
        row=row,
        on_hold=row.on_hold,
        refused=[
            (answer.sentence, [held[key] for key in answer.sources if key in held])
            for answer in rules.of_agency(row)
            if not answer.ok
        ],
        names=[other.name for other in row.names.all()][:MOST_NAMES],
        towns=list(towns)[:MOST_TOWNS],
        contacts=[contact.value for contact in passed_on][:MOST_CONTACTS],
        decisions=[
            Decision(str(one.get_status_display()), one.since, one.source, "" if one.source else one.note)
            for one in decisions
        ],
    )


# --- contacts ------------------------------------------------------------------------------------------------------


def _typed(contact: str) -> list[Mention]:
    """What a typed contact can be: as a whole, which comes first, or with words around it: “BRI 1234567890 a.n. Siti”.

    A part of it may be a known suspect; whose it is, only the whole can say: anybody can write a company's address beside
    his own.
    """
    if not contact:
        return []
    whole = Mention(tuple(ContactKind), contact.strip())
    # Who types a number into this field means it, however short it is.
    return list(dict.fromkeys([whole, *contacts.mentions(contact), *contacts.mentions(f"rek {contact}")]))


def _values(mentioned: Mention) -> list[tuple[str, str, str]]:
    """Under which kind and value a mention may be stored, and of an account the code of its bank where it is named."""
    said = contacts.digits_read(mentioned.said)
    found = []
    for kind in mentioned.kinds:
        if kind == ContactKind.ACCOUNT:
            found += [(str(kind), digest, bank or mentioned.bank) for bank, digest in bank_accounts.readings(said)]
        elif value := contacts.normal(kind, said if kind == ContactKind.PHONE else mentioned.said):
            found.append((str(kind), value, ""))
    return found


def _is(row: AgencyContact | SuspectContact, kind: str, value: str, bank: str) -> bool:
    return (row.kind, row.normal) == (kind, value) and bank in ("", bank_accounts.bank_of(row.value))


def _owners(typed: list[Mention]) -> list[int]:
    """The agencies that name one of these contacts as their own. One query."""
    asked = [values for mention in typed for values in _values(mention)]
    if not asked:
        return []
    rows = AgencyContact.objects.filter(normal__in={value for _kind, value, _bank in asked}).order_by("agency_id")
    return list(dict.fromkeys(row.agency_id for row in rows if any(_is(row, *values) for values in asked)))


def owners_of(kind: str, value: str) -> QuerySet[Agency]:
    """The agencies that name a contact as their own."""
    keys = _owners([Mention((kind,), value)])
    return Agency.objects.filter(pk__in=keys)


def _suspects(parts: list[list[Mention]], language: str) -> list[list[ShownSuspect]]:
    """For each part of what was typed the contacts that are being looked into or confirmed. One query."""
    asked = {mention: _values(mention) for mention in dict.fromkeys(one for part in parts for one in part)}
    values = {value for found in asked.values() for _kind, value, _bank in found}
    if not values:
        return [[] for _part in parts]
    open_ = Exists(Hold.objects.filter(contact=OuterRef("pk"), state=HoldState.OPEN))
    rows = (
        SuspectContact.objects.filter(normal__in=values)
        .annotate(looked_into=open_)
        .filter(Q(looked_into=True) | Q(confirmed_on__isnull=False))
        .select_related("finding__source")
    )
    held: dict[str, list[SuspectContact]] = defaultdict(list)
    for row in rows:
        held[row.normal].append(row)
    return [_found_in(part, asked, held, language) for part in parts]


def _found_in(
    part: list[Mention],
    asked: Mapping[Mention, list[tuple[str, str, str]]],
    held: Mapping[str, list[SuspectContact]],
    language: str,
) -> list[ShownSuspect]:
    """Each contact once, as it was said first; the confirmed ones before those that are being looked into."""
    found: dict[int, ShownSuspect] = {}
    for mention in part:
        for kind, value, bank in asked[mention]:
            for row in held.get(value, ()):
                if row.pk not in found and _is(row, kind, value, bank):
                    found[row.pk] = _suspect(row, mention.said, language)
    return sorted(found.values(), key=lambda one: one.confirmed_on is None)[:MOST_SUSPECTS]


def _suspect(row: Any, said: str, language: str) -> ShownSuspect:
    account = row.value if row.kind == ContactKind.ACCOUNT else ""
    common = {"said": said, "kind": str(row.get_kind_display()), "account": account, "example": row.example}
    flag = row.finding
    if row.looked_into or flag is None:
        # Looked at again, what was said of it before is in question too.
        return ShownSuspect(**common, confirmed_on=None)
    return ShownSuspect(
        **common,
        confirmed_on=row.confirmed_on,
        name=_in(flag.name, language),
        next=_in(flag.next, language),
        source=flag.source,
        article=flag.article,
    )


def _digests(said: str) -> set[str]:
    return {digest for _bank, digest in bank_accounts.readings(said)}


def _used(text: str) -> dict[str, dict[str, set[str]]]:
    """By kind each contact that a text tells people to use, with all that it would be compared as."""
    addresses = contacts.written_addresses(text)
    return {
        ContactKind.PHONE: {said: {contacts.phone(said), *_digests(said)} for said in contacts.called_phones(text)},
        ContactKind.ACCOUNT: {said: _digests(said) for said in contacts.paid_accounts(text)},
        **{
            kind: {said: {contacts.normal(kind, said), *_sites(kind, said)} for said in found}
            for kind, found in addresses.items()
        },
    }


def _sites(kind: str, value: str) -> set[str]:
    """The host of an address with every host above it: “kerja.bahari.example” belongs to “bahari.example”."""
    parts = contacts.site(kind, value).split(".") if kind in (ContactKind.EMAIL, ContactKind.LINK) else []
    return {".".join(parts[place:]) for place in range(len(parts) - 1)}


def _strange(text: str, named: Sequence[int]) -> list[tuple[Agency, str]]:
    """Contacts in ``text`` that none of the companies which it names calls its own. One query.

    The commonest forgery: a real name, another number. Asked only where the company's own ones of that kind are recorded;
    an address of its own site is its own.
    """
    used = _used(text)
    if not named or not any(used.values()):
        return []
    own: dict[tuple[int, str], set[str]] = defaultdict(set)
    agencies: dict[int, Agency] = {}
    every: set[str] = set()
    for row in AgencyContact.objects.filter(kind__in=used, agency__in=named).select_related("agency"):
        own[row.agency_id, row.kind].add(row.normal)
        every |= {row.normal, contacts.site(row.kind, row.value)} - {""}
        agencies[row.agency_id] = row.agency
    found = [
        (agencies[key], said)
        for key, kind in own
        for said, values in used[kind].items()
        if values and not values & every
    ]
    return found[:MOST_SUSPECTS]
