"""Passing a report on (REPORTING 5.12): to a service as a package that the browser encrypts, to another unit by its key.

The server never sees a package: it keeps that there was one, to what kind of receiver, with which consent, its SHA-256 and the
fingerprint of the key it is locked to. The name of the receiver is sealed to the unit.

A unit is handed a report by a further wrap of each of its keys: the browser of a holder opens the wrap of her own unit and
seals the same key to the other unit, bound to the header as every wrap is (docs/envelope-v1.md). So the other unit reads exactly the
bytes that the reporter sealed, and nothing is stored twice; what is added later is not among it. It reads and does not answer,
and when the report is deleted here it is gone there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext, gettext_noop

from . import audit, casework, installation, keys, selectors
from .audit import Action
from .envelope import WRAP_BYTES, Header
from .genuine import is_genuine
from .models import DATABASE, HandedWrap, Message, Referral, Report, Unit, today
from .selectors import Receiver
from .staff import Refused

DIGEST_BYTES = 32
# A name, filled up to one length, as HPKE seals it.
NOTE_BYTES = 512 + 65 + 16
# What stands for a fingerprint where there is no key.
PASSPHRASE, PLAIN = "passphrase", "plain"
EXPORTS = (PASSPHRASE, PLAIN)


@dataclass(frozen=True)
class Package:
    """A package that a browser made: to whom, with which consent, and what tells it from any other."""

    receiver: str
    consent: str
    shown: bool
    digest: bytes
    fingerprint: str
    note: bytes = field(repr=False)
    epoch: int


def receiver_words() -> dict[str, str]:
    """The kinds of receivers: all that whoever reported is told."""
    kind = Referral.Receiver
    return {
        kind.PROTECTION: gettext("Service for women and children"),
        kind.HEALTH: gettext("Health service"),
        kind.LEGAL: gettext("Legal aid"),
        kind.LABOUR: gettext("Service for workers and migrants"),
        kind.POLICE: gettext("Police"),
        kind.UNIT: gettext("Another task-force unit"),
        kind.OTHER: gettext("Other service"),
    }


def consent_words() -> dict[str, str]:
    """Why it may be passed on."""
    return {
        Referral.Consent.GIVEN: gettext("Whoever it is about agreed"),
        Referral.Consent.DANGER: gettext("Without consent: somebody's life or health is in danger"),
    }


def refer(report: Report, by: int, sent: Package) -> Referral:
    """Note that a package leaves the house, before it does. Refused for what cannot be."""
    if sent.receiver == Referral.Receiver.UNIT:
        raise Refused(gettext_noop("This cannot be read."))
    return _note(report, by, sent)


def hand_over(report: Report, by: int, sent: Package, to: Receiver, wraps: Mapping[int | None, bytes]) -> Referral:
    """Let another unit read a report: a wrap for the report (None) and for each message that it has today.

    A message that was sealed to the unit which answered for it before may be missing, as its own may not be able to open
    it; so may what is no answer, though it stands among them. Refused where another one is missing or the report lies with the
    unit already. That a wrap opens, only the other unit can find out.
    """
    if to.unit == report.unit_id:
        raise Refused(gettext_noop("It is the report's own unit."))
    if to.unit == report.also_id:
        raise Refused(gettext_noop("That unit can read the report already: it was sealed to it as well."))
    messages = {m.pk: m for m in report.messages.all() if m.body}
    needed = {None, *_sealed_here(report, messages.values())}
    if not needed <= set(wraps) <= {None, *messages} or any(len(wrap) != WRAP_BYTES for wrap in wraps.values()):
        raise Refused(gettext_noop("Something was added meanwhile: open the page again."))
    storage = installation.storage_keys()
    with transaction.atomic(using=DATABASE):
        made = _note(report, by, sent, Unit.objects.get(pk=to.unit))
        HandedWrap.objects.bulk_create(
            HandedWrap(
                referral=made,
                message=messages[number] if number is not None else None,
                epoch=to.epoch,
                wrap=storage.seal_at_rest(wrap, context=_context(report, messages.get(number) if number else None)),
            )
            for number, wrap in wraps.items()
        )
    return made


def _sealed_here(report: Report, messages: Iterable[Message]) -> set[int]:
    """Those that the report's own unit can open whoever holds its key."""
    writers = selectors.writers_to(report)
    return {
        message.pk
        for message in messages
        if is_genuine(message, report, writers) and Header.decode(bytes(message.header)).unit == report.unit_id
    }


def receiver_of(unit: str, epoch: int) -> Receiver:
    """The other unit as it can be sealed to now; Refused where it cannot, or has another key than the browser sealed to."""
    for held in selectors.receivers().by_region.values():
        if str(held.unit) == unit and held.epoch == epoch:
            return held
    raise Refused(gettext_noop("The key of the unit has changed: open the page again."))


def bundle(wraps: Mapping[int | None, bytes]) -> bytes:
    """What stands for the package where a unit is handed a report: the SHA-256 of its wraps, the report's first."""
    ordered = sorted(wraps.items(), key=lambda row: -1 if row[0] is None else row[0])
    return hashlib.sha256(b"".join(wrap for _number, wrap in ordered)).digest()


def export(report: Report, by: int, digest: bytes, how: str) -> None:
    """Note that codes of a report leave the house as a file: locked with a passphrase, or in plain sight."""
    if how not in EXPORTS or len(digest) != DIGEST_BYTES:
        raise Refused(gettext_noop("This cannot be read."))
    with transaction.atomic(using=DATABASE):
        casework.refuse_withdrawn(report)
        about = {"package": digest.hex(), "receiver": how}
        audit.record(Action.EXPORTED, actor=by, unit=report.unit.code, report=report.pk, **about)


def _note(report: Report, by: int, sent: Package, unit: Unit | None = None) -> Referral:
    if sent.receiver not in Referral.Receiver or sent.consent not in Referral.Consent:
        raise Refused(gettext_noop("This cannot be read."))
    if len(sent.digest) != DIGEST_BYTES or len(sent.note) != NOTE_BYTES:
        raise Refused(gettext_noop("This cannot be read."))
    with transaction.atomic(using=DATABASE):
        withdrawn = casework.lock(report).withdrawn_on is not None
        if withdrawn and sent.consent != Referral.Consent.DANGER:
            raise Refused(
                gettext_noop("This report was withdrawn: it may be passed on only where somebody is in danger.")
            )
        audit.record(
            Action.REFERRED,
            actor=by,
            unit=report.unit.code,
            report=report.pk,
            package=sent.digest.hex(),
            receiver=sent.fingerprint or PASSPHRASE,
        )
        casework.touch([report.pk])
        return Referral.objects.create(
            report=report,
            receiver=sent.receiver,
            consent=sent.consent,
            shown=sent.shown,
            package=sent.digest,
            fingerprint=sent.fingerprint,
            note=sent.note,
            note_epoch=sent.epoch,
            unit=unit,
            by=by,
        )


# Reading


def readable(unit: Unit) -> QuerySet[Report]:
    """What the people of a unit can open: its own, what lies with it because a unit below is alone, what it was handed."""
    handed = Referral.objects.filter(unit=unit).values("report")
    return Report.objects.filter(Q(unit=unit) | Q(also=unit) | Q(pk__in=handed))


def only_handed(unit: Unit) -> Q:
    """Of what it can read: what it was handed and no more (is_guest, as a condition of the database)."""
    return ~(Q(unit=unit) | Q(also=unit))


def unopened(unit: Unit) -> QuerySet[Referral]:
    """What was handed to the unit and nobody there has opened. What lies with it by now is no guest there any more."""
    rows = Referral.objects.filter(unit=unit, opened_on=None, report__withdrawn_on=None)
    return rows.filter(report__in=Report.objects.filter(only_handed(unit)))


def handed_by(report: Report, unit: Unit) -> Referral | None:
    """The newest handing over of a report to this unit."""
    return report.referrals.filter(unit=unit).order_by("-made_on", "pk").first()


def is_guest(report: Report, unit: Unit) -> bool:
    """Whether the unit can read the report only because it was handed over: what it does changes nothing about it."""
    return unit.pk not in (report.unit_id, report.also_id)


def was_opened(report: Report, unit: Unit, by: int) -> None:
    """A holder of the unit that it was handed to is given it to open; in the chain once for each report and holder.

    The report itself counts as opened by its own unit alone: what nobody there has opened waits, and is not deleted.
    """
    Referral.objects.filter(report=report, unit=unit, opened_on=None).update(opened_on=today())
    audit.record_once(Action.OPENED, actor=by, unit=unit.code, report=report.pk)


def wraps_for(report: Report, unit: Unit) -> dict[int | None, list[bytes]]:
    """The wraps that were sealed to this unit, of the report (None) and of messages; VaultKeyError for a row that was moved."""
    storage = installation.storage_keys()
    found: dict[int | None, list[bytes]] = {}
    rows = HandedWrap.objects.filter(referral__report=report, referral__unit=unit).select_related("message")
    for row in rows.order_by("-referral__made_on", "pk"):
        wrap = storage.open_at_rest(bytes(row.wrap), context=_context(report, row.message))
        found.setdefault(row.message_id, []).append(wrap)
    return found


def shown_to_reporter(report: Report) -> list[Referral]:
    """What the status page says of it: kind of receiver and day."""
    return list(report.referrals.filter(shown=True).order_by("made_on", "pk"))


def _context(report: Report, message: Message | None) -> bytes:
    what = b"message|" + bytes(message.mid) if message else b"report|" + bytes(report.rid)
    return b"handed|wrap|" + what


def other_units(report: Report) -> list[dict[str, str | int]]:
    """The units that can be handed the report now, with the key it would be sealed to; it lies with none of them."""
    return [
        {
            "unit": str(held.unit),
            "name": held.name,
            "region": held.region,
            "epoch": held.epoch,
            "key": keys.public_bytes(held.public_key).hex(),
        }
        for held in selectors.receivers().without_demo().by_region.values()
        if held.unit not in (report.unit_id, report.also_id)
    ]
