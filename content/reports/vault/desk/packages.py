"""Passing a report on, and saving its codes: the page that makes a package in the browser, and what is noted of it.

A package never passes here. What comes is its SHA-256, the fingerprint of the key it is locked to, and who receives it, sealed to
the unit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_GET

from .. import casework, htcds, keys, referrals, snapshot
from ..models import Holder, Referral, Report, Unit
from ..referrals import Package
from ..staff import Refused
from .access import in_unit
from .views import answers, holder_of_today, kept_until, page_of, report_of, sealed_data

_RECIPIENT = re.compile(r"age1[a-z0-9]{50,2000}")
# The words around a number, where the vault knows no other language.
_LANGUAGE = "id"


@in_unit
@require_GET
def package(request: HttpRequest, unit: Unit, name: str) -> HttpResponse:
    """The page: what goes in, the codes, the receiver, the consent. It opens the report as the page before does."""
    held = report_of(unit, name)
    return page_of(
        request,
        unit,
        "package",
        report=held,
        kept_until=kept_until(held, casework.hold_on(held)),
        sealed=sealed_data(held, unit),
        fields=htcds.FIELDS,
        receivers=[(kind, words) for kind, words in referrals.receiver_words().items() if kind != "unit"],
        consents=_consents(held),
        units=referrals.other_units(held),
        offices=_offices(),
        referrals=_referred(held),
        package=_package_data(unit, held),
    )


@answers
def refer(request: HttpRequest, unit: Unit, held: Holder | None, sent: dict[str, Any], name: str) -> dict[str, Any]:
    """A package was made for a service: to the key that was pasted, or to a passphrase."""
    report = report_of(unit, name)
    own, _roster = holder_of_today(unit, held)
    recipient = str(sent["recipient"])
    if recipient and not _RECIPIENT.fullmatch(recipient):
        raise Refused(gettext_noop("This is no key."))
    fingerprint = keys.fingerprint_of(recipient.encode("ascii")) if recipient else ""
    made = _package(sent, bytes.fromhex(sent["digest"]), fingerprint)
    referrals.refer(report, own.user, made)
    return {"fingerprint": fingerprint}


@answers
def hand_over(request: HttpRequest, unit: Unit, held: Holder | None, sent: dict[str, Any], name: str) -> dict[str, Any]:
    """The keys of a report, sealed to another unit."""
    report = report_of(unit, name)
    own, _roster = holder_of_today(unit, held)
    to = referrals.receiver_of(str(sent["unit"]), int(sent["to_epoch"]))
    wraps = {(int(row, 16) if row else None): bytes.fromhex(wrap) for row, wrap in sent["wraps"].items()}
    made = _package(sent, referrals.bundle(wraps), keys.fingerprint(to.public_key), Referral.Receiver.UNIT)
    referrals.hand_over(report, own.user, made, to, wraps)
    return {"fingerprint": made.fingerprint}


@answers
def export(request: HttpRequest, unit: Unit, held: Holder | None, sent: dict[str, Any], name: str) -> dict[str, Any]:
    """The codes alone were made into a file."""
    report = report_of(unit, name)
    own, _roster = holder_of_today(unit, held)
    referrals.export(report, own.user, bytes.fromhex(sent["digest"]), str(sent["how"]))
    return {}


def _package(sent: Mapping[str, Any], digest: bytes, fingerprint: str, receiver: str = "") -> Package:
    return Package(
        receiver=receiver or str(sent["receiver"]),
        consent=str(sent["consent"]),
        shown=bool(sent["shown"]),
        digest=digest,
        fingerprint=fingerprint,
        note=bytes.fromhex(sent["note"]),
        epoch=int(sent["epoch"]),
    )


def _offices() -> list[str]:
    """Names to choose from: those that stand beside the vault. Any other can be typed."""
    held = snapshot.read(_LANGUAGE)
    return sorted({number.name for number in held.numbers.values() if number.name}) if held else []


def _consents(report: Report) -> dict[str, str]:
    """Why it may be passed on; once it was withdrawn, only where somebody is in danger."""
    words = referrals.consent_words()
    return words if report.withdrawn_on is None else {Referral.Consent.DANGER: words[Referral.Consent.DANGER]}


def _referred(report: Report) -> list[dict[str, Any]]:
    receivers, consents = referrals.receiver_words(), referrals.consent_words()
    return [
        {
            "held": row,
            "receiver": receivers[row.receiver],
            "consent": consents[row.consent],
            "unit": row.unit.name if row.unit else "",
            "package": bytes(row.package).hex(),
            "note": bytes(row.note).hex(),
        }
        for row in report.referrals.select_related("unit")
    ]


def _package_data(unit: Unit, report: Report) -> dict[str, Any]:
    """What the script says and puts into a package, besides what it opens."""
    return {
        "htcds": htcds.as_data(),
        "unit": unit.name,
        "arrived": report.received_on.isoformat(),
        "closed": report.status == Report.Status.CLOSED,
        "words": {
            "title": gettext("Report that is passed on"),
            "careful": gettext(
                "Addresses are written so that nothing can be opened by accident: hxxp for http, [.] for a full stop."
            ),
            "from": gettext("From"),
            "to": gettext("To"),
            "day": gettext("Passed on on"),
            "arrived": gettext("Arrived"),
            "consent": gettext("Consent"),
            "files": gettext("Files of this package"),
            "story": gettext("What is happening"),
            "messages": gettext("Later messages"),
            "file": gettext("Attachment %(number)s: %(kind)s, %(size)s KB."),
            "none": gettext("None."),
            "no_key": gettext("This is no key of age. It begins with age1."),
            "unlike": gettext("What the receiver read out is not the end of this key. Compare it once more."),
            "unlike_unit": gettext("What they read out is not the fingerprint of this key. Do not hand it over."),
            "no_name": gettext("Write who receives it."),
            "no_consent": gettext("Choose why it may be passed on."),
            "saved": gettext("Noted and saved. Delete the file from this computer once it has been delivered."),
            "handed": gettext("Handed over: the other unit can read it now."),
            "not_understood": gettext("Tick that you have understood the warning."),
            "changed": gettext("Something was added meanwhile: open the page again."),
            "province": gettext(
                "Whoever reported asked that the regency does not read this. Do not hand it to a unit of a regency without asking."
            ),
        },
    }
