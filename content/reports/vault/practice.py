"""The unit for practice, and a desk of its own: two holders whose phrases everybody knows, and reports that nobody sent.

Whoever installs the demonstration can sit down at the desk. Nothing of it protects anything: the keys lie on the server, and
phrases, recovery codes and second factors stand in this file. So a unit for practice keeps a site from being official, the
form says that nobody reads.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from . import (
    casework,
    due,
    envelope,
    holder,
    installation,
    keys,
    notes,
    replies,
    selectors,
    services,
    staff,
    tokens,
)
from .forms import About, When, Who, to_bytes
from .models import Holder, Report, Seat, Unit, UnitKey, today
from .phrase import SALT_BYTES, Phrase, RecoveryCode, phrase_key, recovery_key
from .rosters import Roster


@dataclass(frozen=True)
class Worker:
    """What one of both holders types. It stands in the help of the demonstration: there is no secret in it."""

    phrase: Phrase
    code: RecoveryCode
    # For an app that shows codes, in base 32.
    second_factor: str


WORKERS = (
    Worker(
        Phrase("11112222333331111222244446"),
        RecoveryCode("C0NT0HC0NT0HC0NT0HC0NT0H1"),
        "LENTERACONTOHSATULENTERACONTOHAA",
    ),
    Worker(
        Phrase("55556666777735555666688888"),
        RecoveryCode("C0NT0HC0NT0HC0NT0HC0NT0H2"),
        "LENTERACONTOHDUALENTERACONTOHAAA",
    ),
)


def has_desk() -> bool:
    """Whether somebody sits there already."""
    return Seat.objects.filter(unit__code=Unit.PRACTICE).exists()


def open_desk(path: Path, users: Sequence[int]) -> list[str]:
    """Seat two accounts as holders and send them examples; the receipts of these, in the order of :data:`EXAMPLES`.

    FileNotFoundError where the seed of the unit's key beside ``path`` is gone.
    """
    unit = Unit.objects.get(code=Unit.PRACTICE)
    seed = keys.read_seed(services.seed_path(path))
    people = [_enrol(unit, user, worker) for user, worker in zip(users, WORKERS, strict=True)]
    members = tuple(sorted(held.member for held, _key in people))
    for member in members:
        installation.trust(unit.pk, member)
    public = holder.unit_key(seed).public_key()
    roster = Roster(unit.pk, 1, 1, keys.public_bytes(public), members)
    shares = {(m.id, 1): holder.seal_share(seed, unit.pk, 1, keys.load_public(m.exchange)) for m in members}
    (first, first_key), (second, second_key) = people
    staff.propose(unit, first, staff.Proposal(roster.raw, first_key.sign(roster.to_sign), shares))
    staff.sign(unit, second, roster.digest, second_key.sign(roster.to_sign))
    return _send_examples(unit, people)


def _enrol(unit: Unit, user: int, worker: Worker) -> tuple[Holder, holder.HolderKey]:
    staff.give_seat(unit, user)
    key, name, salt = holder.HolderKey.generate(), uuid4(), secrets.token_bytes(SALT_BYTES)
    sent = staff.Enrolment(
        id=name,
        exchange_key=key.exchange_public,
        signing_key=key.signing_public,
        phrase_salt=salt,
        phrase_lock=holder.lock(key.seed, phrase_key(worker.phrase, salt), name, holder.Lock.PHRASE),
        recovery_lock=holder.lock(key.seed, recovery_key(worker.code), name, holder.Lock.RECOVERY),
        signature=b"",
    )
    sent = staff.Enrolment(**{**sent.__dict__, "signature": key.sign(sent.to_sign)})
    held = staff.enrol(user, sent)
    installation.remember_practice_holder(held.member)
    return held, key


@dataclass(frozen=True)
class Example:
    """A report that nobody sent. ``days`` ago it arrived; what the unit has done about it follows."""

    about: About
    place: tuple[str, str]
    story: str
    days: int = 0
    decision: str = ""
    # Whose: the first or second holder.
    worker: int | None = None
    answer: str = ""
    note: str = ""


EXAMPLES = (
    Example(
        About.HELD,
        ("35", "Jawa Timur"),
        "Contoh: paspor saya dipegang majikan dan saya tidak boleh keluar rumah. Saya takut pulang ke agen.",
    ),
    Example(
        About.JOB_OFFER,
        ("63", "Kalimantan Selatan"),
        "Contoh: tetangga menawari kerja di kapal, berangkat minggu depan dengan visa wisata.",
        days=9,
    ),
    Example(
        About.CHILD_MARRIAGE,
        ("63", "Kalimantan Selatan"),
        "Contoh: teman sekelas saya mau dinikahkan sesudah ujian. Dia tidak mau.",
        days=5,
        decision="in-progress/with-others",
        worker=0,
        answer="Contoh: terima kasih. Kami sedang mencari jalan yang aman. Apakah ada orang dewasa yang dipercaya teman Anda?",
        note="Contoh catatan: bicarakan dulu dengan wali kelas, jangan dengan keluarga.",
    ),
    Example(
        About.JOB_OFFER,
        ("35", "Jawa Timur"),
        "Contoh: agen minta uang muka lima juta lalu nomornya mati.",
        days=20,
        decision="read/examined",
        worker=1,
    ),
    Example(
        About.OTHER,
        ("", ""),
        "Contoh: mau tanya cara memeriksa perusahaan penempatan.",
        days=30,
        decision="closed/help-given",
        answer="Contoh: namanya bisa diperiksa di menu Kerja di situs ini.",
    ),
)

# The first of them that the unit has answered.
ANSWERED = next(place for place, example in enumerate(EXAMPLES) if example.answer)


def _send_examples(unit: Unit, people: Sequence[tuple[Holder, holder.HolderKey]]) -> list[str]:
    receiver = next(held for held in selectors.receivers().by_region.values() if held.unit == unit.pk)
    receipts = []
    for example in EXAMPLES:
        province, name = example.place
        content = {
            "v": 1,
            "language": "id",
            "about": example.about,
            "who": Who.KNOWN,
            "when": When.NOW,
            "place": {"province": province, "province_name": name} if province else {},
            "province_only": False,
            "listing": "",
            "contact": "",
            "story": example.story,
        }
        stored = services.submit(tokens.read(tokens.issue()), to_bytes(content), receiver)
        report = Report.objects.select_related("unit").get(pk=stored.report)
        day = today() - dt.timedelta(days=example.days)
        Report.objects.filter(pk=report.pk).update(received_on=day, burst=False)
        _work(report, example, people)
        receipts.append(stored.receipt.grouped if stored.receipt else "")
    return receipts


def _work(report: Report, example: Example, people: Sequence[tuple[Holder, holder.HolderKey]]) -> None:
    held, key = people[example.worker or 0]
    if example.decision:
        casework.was_opened(report, held.user)
        casework.decide(report.unit, [report.pk], example.decision, held.user)
    if example.answer:
        sealed = _sealed(report, {"text": example.answer}, to_reporter=True)
        services.reply(report, held, sealed, key.sign(replies.to_sign(sealed, held.pk)))
    if example.note:
        sealed = _sealed(report, {"note": example.note}, to_reporter=False)
        notes.add(report, held, sealed, key.sign(notes.to_sign(sealed, held.pk)))
    if example.worker is not None:
        casework.assign(report, held.user, held.user)
    if example.decision and not example.answer:
        # As if nothing had been done since.
        late = today() - dt.timedelta(days=due.ANSWER_DAYS + 2)
        Report.objects.filter(pk=report.pk).update(touched_on=late, opened_on=late)


def _sealed(report: Report, content: dict[str, str], *, to_reporter: bool) -> envelope.Envelope:
    unit_key = UnitKey.objects.get(unit=report.unit_id, retired_on=None)
    header = envelope.Header.for_message(
        unit=report.unit_id,
        epoch=unit_key.epoch,
        mode=envelope.Mode.BROWSER,
        rid=bytes(report.rid),
        direction=envelope.Direction.FROM_UNIT,
    )
    recipients = [keys.load_public(bytes(unit_key.public_key))]
    if to_reporter:
        recipients.insert(0, keys.load_public(services.key_of_reporter(report)))
    return envelope.seal(json.dumps({**content, "v": 1}).encode(), header, recipients)
