"""The sealed paper envelope of a unit: what opens its reports again when every holder is lost (REPORTING 5.5).

Two sheets, each with a code of 25 characters, kept by different people. Both codes together unlock the seeds of the unit; one
alone says nothing. The browser of a holder makes them and locks the seeds; here lies the lock, as the locks of holders do
(docs/unit-keys-v1.md), and it is handed out only with an event in the audit chain.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_noop

from . import audit, installation
from .audit import Action
from .holder import is_signed
from .models import DATABASE, Holder, PaperEnvelope, Unit, today
from .rosters import Roster
from .staff import Refused

LABEL = b"lentera/paper/v1"
# Nonce, tag, and the seeds of some 100 epochs.
MAX_LOCK = 10_000


def to_sign(unit: Unit, epoch: int, lock: bytes) -> bytes:
    """What a holder signs of an envelope that she made."""
    return b"|".join((LABEL, str(unit.pk).encode("ascii"), str(epoch).encode("ascii"), lock))


def store(unit: Unit, held: Holder, roster: Roster, epoch: int, lock: bytes, signature: bytes) -> PaperEnvelope:
    """Keep the lock of a new envelope instead of the one before. Refused unless a holder of today signed it, for the key of today."""
    if roster.member(held.pk) is None or not is_signed(to_sign(unit, epoch, lock), signature, bytes(held.signing_key)):
        raise Refused(gettext_noop("The key did not sign."))
    if epoch != roster.epoch:
        raise Refused(gettext_noop("The key of the unit has changed: open the page again."))
    if not 28 < len(lock) <= MAX_LOCK:
        raise Refused(gettext_noop("A lock has another length."))
    with transaction.atomic(using=DATABASE):
        audit.record(Action.PAPER_MADE, actor=held.user, unit=unit.code, epoch=epoch)
        made, _new = PaperEnvelope.objects.update_or_create(
            unit=unit,
            defaults={"epoch": epoch, "lock": lock, "by": held.user, "made_on": today(), "opened_on": None},
        )
    return made


def hand_out(unit: Unit, held: Holder) -> tuple[bytes, int]:
    """The lock and its epoch, for somebody who types both sheets; each time with an event. Refused where there is no envelope.

    And for everybody but who is trusted as a founder: a seat is given by the server alone, and whoever finds one sheet
    must not get the lock by it.
    """
    if held.left_on is not None or not installation.founders_among(unit.pk, [held.member]):
        raise Refused(
            gettext_noop("Your fingerprint is not trusted for this unit: read it out to the IT officer first.")
        )
    with transaction.atomic(using=DATABASE):
        made = PaperEnvelope.objects.select_for_update().filter(unit=unit).first()
        if made is None:
            raise Refused(gettext_noop("The unit has no sealed envelope."))
        audit.record(Action.PAPER_OPENED, actor=held.user, unit=unit.code, epoch=made.epoch)
        PaperEnvelope.objects.filter(pk=made.pk).update(opened_on=today())
    return bytes(made.lock), made.epoch


def of(unit: Unit) -> PaperEnvelope | None:
    """The envelope of a unit."""
    return PaperEnvelope.objects.filter(unit=unit).first()


def fault_of(unit: Unit, roster: Roster | None) -> str:
    """Why the envelope of a unit would not bring back all its reports, in words; empty where it would."""
    held = of(unit)
    if roster is None:
        return ""
    if held is None:
        return "it has no sealed paper envelope: a unit that loses all holders loses its reports"
    if held.epoch != roster.epoch:
        return f"its sealed paper envelope is of key number {held.epoch}, not {roster.epoch}: make it anew"
    if held.opened_on is not None:
        return f"its sealed paper envelope was opened on {held.opened_on}: make it anew"
    return ""
