"""Reading the vault: which unit would receive a report, and which report a receipt opens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
from django.db.models import Q
from django.utils.translation import gettext

from . import envelope, installation, keys, receipt, run, standing
from .models import Message, Report, Unit, UnitKey, today


@dataclass(frozen=True)
class Receiver:
    """A unit that can be sealed to at this moment."""

    unit: UUID
    name: str
    region: str
    demo: bool
    epoch: int
    public_key: EllipticCurvePublicKey = field(repr=False)
    # Of the unit above it, while only one holder is left here: somebody must be able to read.
    also: EllipticCurvePublicKey | None = field(default=None, repr=False)
    also_unit: UUID | None = None
    also_name: str = ""
    also_epoch: int = 0
    # For 30 days after the key took the place of another.
    key_changed_on: dt.date | None = None
    # When somebody last opened the key; never said of practice.
    opened_on: dt.date | None = None

    @property
    def opened_days(self) -> int | None:
        """How many whole days ago that was: more exactly nobody is told (DECISIONS 52)."""
        return None if self.opened_on is None else max(0, (today() - self.opened_on).days)

    @property
    def readers(self) -> str:
        """Who can read a report to this unit, as its writer is told before sending."""
        if self.also is None:
            return self.name
        return gettext("{unit} and, while only one person there can open it, {above}").format(
            unit=self.name, above=self.also_name
        )

    @property
    def mark(self) -> str:
        """Who that is, in a few letters: what a page has named begins with it where nobody else reads now."""
        return "".join(str(unit)[:8] for unit in (self.unit, self.also_unit) if unit)

    @property
    def above(self) -> str:
        """Which key beside its own a report is sealed to, as a phone says it; empty where there is none."""
        return "" if self.also is None else f"{self.also_unit}.{self.also_epoch}"

    @property
    def recipients(self) -> list[EllipticCurvePublicKey]:
        """Whom a report to this unit is sealed to."""
        return [self.public_key] if self.also is None else [self.public_key, self.also]


@dataclass(frozen=True)
class Receivers:
    """Every unit that can be sealed to, by the place it answers for."""

    by_region: dict[str, Receiver] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.by_region)

    @property
    def demo(self) -> bool:
        """Whether any of them is for practice: then nobody reads, and the form must say so."""
        return any(receiver.demo for receiver in self.by_region.values())

    def without_demo(self) -> Receivers:
        """Only those that people really read."""
        return Receivers({region: receiver for region, receiver in self.by_region.items() if not receiver.demo})

    def for_place(self, province: str, regency: str = "", *, province_only: bool = False) -> Receiver | None:
        """The nearest unit: of the regency, else of its province, else of every place.

        With ``province_only`` the regency is passed over, and then cannot open the report. An empty ``province`` is a
        place abroad or one that nobody named.
        """
        return _nearest(self.by_region, province, regency, province_only)

    def regencies_of(self, province: str) -> list[Receiver]:
        """The units of single regencies in a province."""
        return [held for region, held in sorted(self.by_region.items()) if region.startswith(f"{province}.")]

    def marks_for(self, province: str) -> str:
        """Which units a form for this province names as its readers: it carries that, and hands it back."""
        shown = [self.by_region[region] for region in ("", province) if region in self.by_region]
        shown += self.regencies_of(province) if province else []
        return ",".join(dict.fromkeys(f"{held.region}:{held.mark}" for held in shown))


def is_named(marks: str, receiver: Receiver, province: str, regency: str, *, province_only: bool) -> bool:
    """Whether a form that carries these marks has named ``receiver``, and all who can read there, for this place."""
    named = dict(entry.split(":", 1) for entry in marks.split(",") if ":" in entry)
    return (_nearest(named, province, regency, province_only) or "").startswith(receiver.mark)


_Held = TypeVar("_Held", Receiver, str)


def _nearest(by_region: Mapping[str, _Held], province: str, regency: str, province_only: bool) -> _Held | None:
    nearest = [province, ""] if province_only or not regency else [regency, province, ""]
    return next((by_region[region] for region in nearest if region in by_region), None)


def receivers() -> Receivers:
    """The units whose newest key may be sealed to, and that somebody reads (standing.py); practice is said to be that.

    A swapped key row, a roster that nobody signed or that was put back, and holders who are gone close their unit.
    """
    newest = newest_keys()
    practice = {unit for unit, key in newest.items() if is_for_practice(key)}
    stand = standing.standings(unit for unit in newest if unit not in practice)
    found = {unit: key for unit, key in newest.items() if not fault_of(key, stand.get(unit))}
    public = {unit: keys.load_public(bytes(key.public_key)) for unit, key in found.items()}
    held: dict[str, Receiver] = {}
    for unit, key in found.items():
        above = key.unit.parent_id if unit in stand and stand[unit].alone else None
        also = public.get(above) if above else None
        held[key.unit.region] = Receiver(
            unit,
            key.unit.name,
            key.unit.region,
            unit in practice,
            key.epoch,
            public[unit],
            also,
            above if also else None,
            found[above].unit.name if above and also else "",
            found[above].epoch if above and also else 0,
            key.made_on if standing.is_changed_lately(key) else None,
            stand[unit].opened_on if unit in stand else None,
        )
    return Receivers(held)


def newest_keys() -> dict[UUID, UnitKey]:
    """The newest key of each unit that is not retired."""
    return {
        key.unit_id: key for key in UnitKey.objects.filter(retired_on=None).select_related("unit").order_by("epoch")
    }


def fault_of(key: UnitKey, held: standing.Standing | None = None) -> str:
    """Why nobody may seal to this key, in words; empty where everything is right."""
    if not 1 <= key.epoch <= envelope.MAX_EPOCH:
        return "its key has an impossible epoch"
    try:
        if is_for_practice(key):
            return "" if installation.is_pinned(key) else "its newest key is not the one that was pinned at its set-up"
        held = held or standing.standing_of(key.unit_id)
        if held.fault:
            return held.fault
        right = standing.seals_to(held, key.epoch, bytes(key.public_key))
        return "" if right else "its newest key is not the one that its roster names"
    except keys.VaultKeyError as error:
        return f"its key cannot be used ({error})"


def is_for_practice(key: UnitKey) -> bool:
    """Whether nobody really reads what is sealed to ``key``: by its flag or its unit's, by its unit, or by itself.

    The flags are columns that a hand can clear; the fingerprint of a key for practice is kept outside the database.
    """
    if key.demo or key.unit.demo or key.unit.code == Unit.PRACTICE:
        return True
    try:
        return installation.is_remembered_for_practice(key)
    except keys.VaultKeyError:
        return False  # no point of the curve: it seals nothing


def practice_units() -> list[Unit]:
    """The units for practice: while there is one, the site cannot be official (DECISIONS 29)."""
    of_keys = {key.unit_id for key in UnitKey.objects.select_related("unit") if is_for_practice(key)}
    return list(Unit.objects.filter(Q(pk__in=of_keys) | Q(demo=True) | Q(code=Unit.PRACTICE)))


def demo_exists() -> bool:
    """Whether a unit or key for practice exists."""
    return bool(practice_units())


@dataclass(frozen=True)
class Found:
    """The report that a receipt opens. Without JavaScript the key to its replies is here too, for this one answer."""

    report: Report
    reporter_key: EllipticCurvePrivateKey | None = field(default=None, repr=False)


def credentials_of(held: receipt.Receipt) -> receipt.Credentials:
    """What finds and opens the report of a receipt: one derivation, whether there is such a report or not.

    Busy when the look-up slot is taken for too long; NotSetUp or VaultKeyError without salt or storage key.
    """
    known = installation.secrets_of_installation()
    with run.slot(run.Slot.LOOKUP):
        root = receipt.stretch(held, known.salt)
    return receipt.credentials(root)


def report_of(credentials: receipt.Credentials) -> Found | None:
    """The report that they find: one MAC for each storage key and one query, whether there is one or not."""
    report = _report_under(installation.secrets_of_installation(), credentials.lookup_id)
    return None if report is None else Found(report, credentials.reporter_key)


def report_under(lookup_id: bytes) -> Found | None:
    """The same for a phone that derived the look-up number itself."""
    report = _report_under(installation.secrets_of_installation(), lookup_id)
    return None if report is None else Found(report)


def _report_under(known: installation.Secrets, lookup_id: bytes) -> Report | None:
    """A report that was withdrawn is as unknown as one that never was."""
    return Report.objects.filter(lookup_mac__in=known.storage.lookup_macs(lookup_id), withdrawn_on=None).first()


def replies_to(report: Report) -> list[Message]:
    """The answers of the unit, and of the one that handed the report over, oldest first. Only their holders' count.

    Whether the signature itself holds is checked where the envelope is put together (views.py).
    """
    unit = writers_to(report)
    return [
        message
        for message in report.messages.filter(direction=envelope.Direction.FROM_UNIT).select_related("signer")
        if message.signer_id in unit and bytes(message.signer.signing_key) == unit[message.signer_id]  # type: ignore[union-attr]
    ]


def writers_to(report: Report) -> dict[UUID, bytes]:
    """Whose answers count, with their signing keys: holders of its unit, and of the one that handed it over."""
    unit = standing.holders_ever(report.unit_id)
    return unit if report.handed_from_id is None else standing.holders_ever(report.handed_from_id) | unit
