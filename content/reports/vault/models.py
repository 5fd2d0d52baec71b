"""What the vault keeps: units and their public keys, sealed reports and messages, used form tokens.

Everything lies in the database ``reports`` (content.reports.router). In plain sight stand only the unit, the state,
days and size classes; there is no time of day anywhere, no order of arrival, and no number of a receipt. No model here
may be registered with Wagtail (DECISIONS 25): its reference index and log would copy ids and times into the default
database.
"""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from typing import Any

from django.db import models
from django.utils import timezone

from . import envelope, keys, phrase, receipt, rosters
from .coarse import AgeBand, Destination, Modus, Sex
from .holder import LOCK_BYTES, SHARE_BYTES, SIGNATURE_BYTES
from .rosters import Member

# The alias of the database in which all of this lies (content.reports.router).
DATABASE = "reports"


def today() -> dt.date:
    """The local day: all that is remembered of a moment."""
    return timezone.localdate()


def random_number() -> int:
    """63 random bits: what a signed column of eight bytes holds, with a chance of a collision near none."""
    return secrets.randbits(63)


class RandomKey(models.BigIntegerField):  # type: ignore[type-arg]
    """A primary key that tells nothing of when its row came.

    SQLite numbers the rows of every table by arrival (rowid), beside any other key; only a column that is declared
    exactly INTEGER PRIMARY KEY takes the place of that number.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        held = {"primary_key": True, "default": random_number, "editable": False, "serialize": False}
        super().__init__(*args, **{**held, **kwargs})

    def db_type(self, connection: Any) -> str | None:
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)


class VaultModel(models.Model):
    """What every row of the vault has in common: nothing of Wagtail may ever look at it."""

    # Read by the command that rebuilds Wagtail's index of references over all models.
    wagtail_reference_index_ignore = True

    class Meta:
        abstract = True


class Installation(VaultModel):
    """The one row of this installation: the salt under which receipts are stretched. Losing it loses every receipt."""

    salt = models.BinaryField(max_length=receipt.SALT_BYTES)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_installation")]

    def __str__(self) -> str:
        return "installation"


class Unit(VaultModel):
    """A task-force unit that reads reports: of a regency, of a province, or of every place (``region`` empty).

    Its id stands in the header of every envelope. In which order units were set up is no secret.
    """

    PRACTICE = "contoh"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    # Code of the Ministry of Home Affairs. The registers lie in another database, so it is no relation.
    region = models.CharField(max_length=5, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class UnitKey(VaultModel):
    """A public key of a unit. It seals only while the unit's roster names it, or, for practice, while it is pinned."""

    id = RandomKey()
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="keys")
    epoch = models.PositiveIntegerField()
    public_key = models.BinaryField(max_length=keys.PUBLIC_KEY_BYTES)
    demo = models.BooleanField(default=False)
    made_on = models.DateField(default=today)
    retired_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["unit", "-epoch"]
        constraints = [models.UniqueConstraint(fields=["unit", "epoch"], name="one_key_per_epoch")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.epoch}"


# Who reads. Staff are plain integers here: accounts lie in the other database (DECISIONS 25).


class Seat(VaultModel):
    """An account that may see the pages of a unit. It opens nothing: for that one needs a holder's key."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="seats")
    user = models.PositiveIntegerField()
    made_on = models.DateField(default=today)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["unit", "user"], name="one_seat_per_account")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.user}"


class Holder(VaultModel):
    """The public halves of a holder's key, and her seed locked by phrase and by recovery code (docs/unit-keys-v1.md)."""

    # Made by her browser: both locks are bound to it.
    id = models.UUIDField(primary_key=True, editable=False)
    user = models.PositiveIntegerField()
    exchange_key = models.BinaryField(max_length=keys.PUBLIC_KEY_BYTES)
    signing_key = models.BinaryField(max_length=keys.PUBLIC_KEY_BYTES)
    phrase_salt = models.BinaryField(max_length=phrase.SALT_BYTES)
    phrase_lock = models.BinaryField(max_length=LOCK_BYTES)
    recovery_lock = models.BinaryField(max_length=LOCK_BYTES)
    made_on = models.DateField(default=today)
    # The last day on which she showed that she can still open it: of 30 days, she is live.
    opened_on = models.DateField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=models.Q(left_on=None), name="one_key_per_account")
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def member(self) -> Member:
        """As a roster would name her."""
        return Member(self.pk, bytes(self.exchange_key), bytes(self.signing_key))


class UnitRoster(VaultModel):
    """A roster as it was signed (rosters.py). The one after the newest that holds is a proposal."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="rosters")
    number = models.PositiveIntegerField()
    raw = models.BinaryField(max_length=rosters.MAX_RAW)
    made_on = models.DateField(default=today)
    accepted_on = models.DateField(null=True, blank=True)
    # That all whom it concerns were told by mail.
    told_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["unit", "number"]
        constraints = [models.UniqueConstraint(fields=["unit", "number"], name="one_roster_per_number")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.number}"


class RosterSignature(VaultModel):
    """That a holder signed a roster."""

    roster = models.ForeignKey(UnitRoster, models.CASCADE, related_name="signatures")
    holder = models.ForeignKey(Holder, models.PROTECT, related_name="signatures")
    signature = models.BinaryField(max_length=SIGNATURE_BYTES)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["roster", "holder"], name="one_signature_per_holder")]

    def __str__(self) -> str:
        return f"{self.roster_id} {self.holder_id}"


class RosterMessage(VaultModel):
    """That an account was told of this roster, while somebody else could not be told yet."""

    roster = models.ForeignKey(UnitRoster, models.CASCADE, related_name="told")
    user = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["roster", "user"], name="one_message_per_roster")]

    def __str__(self) -> str:
        return f"{self.roster_id} {self.user}"


class Share(VaultModel):
    """The seed of a unit's epoch, sealed to one of its holders."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="shares")
    epoch = models.PositiveIntegerField()
    holder = models.ForeignKey(Holder, models.CASCADE, related_name="shares")
    sealed = models.BinaryField(max_length=SHARE_BYTES)

    class Meta:
        ordering = ["unit", "epoch"]
        constraints = [models.UniqueConstraint(fields=["unit", "epoch", "holder"], name="one_share_per_epoch")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.epoch} {self.holder_id}"


class PaperEnvelope(VaultModel):
    """The seeds of a unit, locked by two sheets of paper that the server never sees (docs/unit-keys-v1.md)."""

    unit = models.OneToOneField(Unit, models.CASCADE, related_name="paper")
    # The newest epoch whose seed is inside.
    epoch = models.PositiveIntegerField()
    lock = models.BinaryField()
    by = models.PositiveIntegerField()
    made_on = models.DateField(default=today)
    # When the lock was last handed out: from then on the sheets may have been read.
    opened_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.epoch}"


# What is sent


class Sealed(VaultModel):
    """The parts of one envelope: header and body as they were authenticated, both wraps locked once more at rest."""

    id = RandomKey()
    header = models.BinaryField(max_length=envelope.MAX_HEADER)
    wraps = models.BinaryField()
    body = models.BinaryField()
    received_on = models.DateField(default=today)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.pk:016x}"

    @property
    def size_class(self) -> int:
        """The bucket of the padded content in KiB: 16, 64 or 256."""
        return (len(self.body) - envelope.NONCE_BYTES - envelope.TAG_BYTES) // 1024


class Report(Sealed):
    """One report. ``lookup_mac`` finds it from a receipt; ``reporter_key`` (locked at rest) is for later replies."""

    class Status(models.TextChoices):
        RECEIVED = "received"
        READ = "read"
        IN_PROGRESS = "in-progress"
        CLOSED = "closed"

    lookup_mac = models.BinaryField(max_length=32, unique=True)
    rid = models.BinaryField(max_length=envelope.ID_BYTES, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="reports")
    # The unit above, where it can open the report too because only one holder was left below.
    also = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="reports_below")
    mode = models.CharField(max_length=8)
    reporter_key = models.BinaryField()
    status = models.CharField(max_length=12, choices=Status, default=Status.RECEIVED)
    # Its receipt finds it no more; the unit sees it for 14 days, as it may have been withdrawn under pressure.
    withdrawn_on = models.DateField(null=True, blank=True)
    # The last day on which a holder was given it to open; what nobody ever opened is never deleted.
    opened_on = models.DateField(null=True, blank=True)
    # The last day on which somebody of the unit did something about it: all terms of retention run from here.
    touched_on = models.DateField(null=True, blank=True)
    # Since when the desk says that it will be deleted.
    warned_on = models.DateField(null=True, blank=True)
    spam = models.BooleanField(default=False)
    # It came while far more came than is usual (bursts.py).
    burst = models.BooleanField(default=False)
    # Which of the editors' sentences stands below the state (substatus.py).
    substatus = models.CharField(max_length=16, blank=True)
    # The account of the holder who goes on with it.
    assignee = models.PositiveIntegerField(null=True, blank=True)
    # Days that somebody has set; where there is none, they follow from the state (due.py).
    answer_due = models.DateField(null=True, blank=True)
    step_due = models.DateField(null=True, blank=True)
    # It says the same as another one of the unit, and is worked on there.
    duplicate_of = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="duplicates")
    # The unit that answered for it before it handed it over.
    handed_from = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="reports_handed_over")
    # It has been entered for the statistics, once; nothing there leads back to it (statistics.py).
    counted = models.BooleanField(default=False)
    # The night has counted whether it was answered in time (statistics.py).
    accounted = models.BooleanField(default=False)

    # For lists of the desk (retention.ends), no column.
    ends_on: dt.date | None = None

    class Meta:
        # Never by arrival: within a day the order says nothing.
        ordering = ["-received_on", "id"]


class Message(Sealed):
    """Something added later, by whoever holds the receipt or by the unit. A reply is signed by the holder who wrote it."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="messages")
    mid = models.BinaryField(max_length=envelope.ID_BYTES, unique=True)
    direction = models.CharField(max_length=16)
    signer = models.ForeignKey(Holder, models.PROTECT, null=True, blank=True, related_name="replies")
    signature = models.BinaryField(max_length=SIGNATURE_BYTES, blank=True, default=b"")

    class Meta:
        ordering = ["received_on", "id"]


class Note(Sealed):
    """What a holder writes down about a report: sealed to the unit alone, signed by her. No receipt ever leads to it."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="notes")
    nid = models.BinaryField(max_length=envelope.ID_BYTES, unique=True)
    signer = models.ForeignKey(Holder, models.PROTECT, related_name="notes")
    signature = models.BinaryField(max_length=SIGNATURE_BYTES)

    class Meta:
        ordering = ["received_on", "id"]


class FormToken(VaultModel):
    """A form that has been sent: its row makes the form single-use (DECISIONS 45).

    All three MACs are under a day key that is gone after two days, so the row then says nothing and is deleted; until
    then they are checked against what a browser sends again, and cannot be read. Each further content sent with the same
    form has a row of its own, which makes repeating it harmless too.
    """

    id = RandomKey()
    nonce_mac = models.BinaryField(max_length=32)
    body_mac = models.BinaryField(max_length=32)
    # Of the second in which it was stored: for a quarter of an hour the form shows its receipt again.
    moment_mac = models.BinaryField(max_length=32)
    first = models.BooleanField()
    report = models.ForeignKey(Report, models.CASCADE, related_name="tokens")
    made_on = models.DateField(default=today)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["nonce_mac"], condition=models.Q(first=True), name="one_report_per_form"),
            models.UniqueConstraint(fields=["nonce_mac", "body_mac"], name="one_row_per_content"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Attachment(VaultModel):
    """A file of a report as the server knows it: how many sealed chunks, and how long they are together with padding.

    It counts once ``message`` is there, which holds its key and comes in the same moment as the word that all chunks
    are right. Until then it is an upload that somebody may go on with.
    """

    id = RandomKey()
    report = models.ForeignKey(Report, models.CASCADE, related_name="attachments")
    aid = models.BinaryField(max_length=envelope.ID_BYTES, unique=True)
    size = models.PositiveIntegerField()
    message = models.OneToOneField(Message, models.CASCADE, null=True, blank=True, related_name="attachment")
    begun_on = models.DateField(default=today)

    class Meta:
        # Never by arrival.
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.pk:016x}"


class AttachmentChunk(VaultModel):
    """One sealed chunk of a file."""

    id = RandomKey()
    attachment = models.ForeignKey(Attachment, models.CASCADE, related_name="chunks")
    index = models.PositiveSmallIntegerField()
    body = models.BinaryField()

    class Meta:
        ordering = ["index"]
        constraints = [models.UniqueConstraint(fields=["attachment", "index"], name="one_chunk_per_place")]

    def __str__(self) -> str:
        return f"{self.attachment_id:016x} {self.index}"


# What is done about it. No word of a reporter, and nothing that a reporter did, stands in these.


class Hold(VaultModel):
    """A reason not to delete a report. It holds for 14 days, and to its end once a second person has confirmed it."""

    class Reason(models.TextChoices):
        POLICE = "police"
        COURT = "court"
        OVERSIGHT = "oversight"
        PROTECTION = "protection"

    report = models.ForeignKey(Report, models.CASCADE, related_name="holds")
    reason = models.CharField(max_length=12, choices=Reason)
    until = models.DateField()
    asked_by = models.PositiveIntegerField()
    asked_on = models.DateField(default=today)
    confirmed_by = models.PositiveIntegerField(null=True, blank=True)
    confirmed_on = models.DateField(null=True, blank=True)
    lifted_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["asked_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["report"], condition=models.Q(lifted_on=None), name="one_hold_per_report")
        ]

    def __str__(self) -> str:
        return f"{self.report_id:x} {self.reason}"


class Recusal(VaultModel):
    """That an account is kept from a report because it concerns her: by herself, or by a colleague (recusal.py)."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="recusals")
    user = models.PositiveIntegerField()
    by = models.PositiveIntegerField()
    made_on = models.DateField(default=today)

    class Meta:
        ordering = ["made_on", "pk"]
        constraints = [models.UniqueConstraint(fields=["report", "user"], name="one_recusal_per_account")]

    def __str__(self) -> str:
        return f"{self.report_id:x} {self.user}"


class Referral(VaultModel):
    """That a report was passed on: as a package that a browser encrypted, or, with ``unit``, by wraps for another unit."""

    class Receiver(models.TextChoices):
        PROTECTION = "protection"
        HEALTH = "health"
        LEGAL = "legal"
        LABOUR = "labour"
        POLICE = "police"
        UNIT = "unit"
        OTHER = "other"

    class Consent(models.TextChoices):
        GIVEN = "given"
        DANGER = "danger"

    id = RandomKey()
    report = models.ForeignKey(Report, models.CASCADE, related_name="referrals")
    receiver = models.CharField(max_length=12, choices=Receiver)
    consent = models.CharField(max_length=8, choices=Consent)
    # Whether the status page says so, with the kind of receiver.
    shown = models.BooleanField(default=True)
    package = models.BinaryField(max_length=32)
    # Of the key it is locked to; empty for a passphrase.
    fingerprint = models.CharField(max_length=40, blank=True)
    # Who exactly receives it, sealed to the unit.
    note = models.BinaryField()
    note_epoch = models.PositiveIntegerField()
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="handed")
    # When a holder of that unit first opened it.
    opened_on = models.DateField(null=True, blank=True)
    by = models.PositiveIntegerField()
    made_on = models.DateField(default=today)

    class Meta:
        ordering = ["made_on", "id"]

    def __str__(self) -> str:
        return f"{self.report_id:x} {self.receiver}"


class HandedWrap(VaultModel):
    """The key of a report or of one of its messages, sealed to the unit that it was handed to, locked once more at rest."""

    id = RandomKey()
    referral = models.ForeignKey(Referral, models.CASCADE, related_name="wraps")
    message = models.ForeignKey(Message, models.CASCADE, null=True, blank=True, related_name="handed")
    epoch = models.PositiveIntegerField()
    wrap = models.BinaryField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.referral_id:x}"


class DailyMessage(VaultModel):
    """That an account was sent the message of this day. Everybody gets one, so it tells nothing."""

    user = models.PositiveIntegerField()
    on = models.DateField(default=today)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "on"], name="one_message_a_day")]

    def __str__(self) -> str:
        return f"{self.user} {self.on}"


class AuditEvent(VaultModel):
    """One link of the audit chain (audit.py): only ever added."""

    class Action(models.TextChoices):
        UNIT_MADE = "unit-made"
        SEAT_GIVEN = "seat-given"
        SEAT_TAKEN = "seat-taken"
        KEY_MADE = "key-made"
        PHRASE_CHANGED = "phrase-changed"
        TRUSTED = "trusted"
        DISTRUSTED = "distrusted"
        ROSTER_PROPOSED = "roster-proposed"
        ROSTER_SIGNED = "roster-signed"
        ROSTER_ACCEPTED = "roster-accepted"
        PROPOSAL_WITHDRAWN = "proposal-withdrawn"
        OPENED = "opened"
        STATE_SET = "state-set"
        ANSWERED = "answered"
        KEPT = "kept"
        HOLD_ASKED = "hold-asked"
        HOLD_CONFIRMED = "hold-confirmed"
        HOLD_LIFTED = "hold-lifted"
        ASSIGNED = "assigned"
        DUE_SET = "due-set"
        NOTED = "noted"
        DUPLICATE = "duplicate"
        DUPLICATE_UNDONE = "duplicate-undone"
        RECUSED = "recused"
        RECUSAL_LIFTED = "recusal-lifted"
        HANDED_OVER = "handed-over"
        COUNTED = "counted"
        DELETED = "deleted"
        REFERRED = "referred"
        EXPORTED = "exported"
        PAPER_MADE = "paper-made"
        PAPER_OPENED = "paper-opened"
        ESCALATED = "escalated"
        ESCALATION_ENDED = "escalation-ended"
        NIGHTLY = "nightly"
        RESTORED = "restored"

    number = models.PositiveBigIntegerField(primary_key=True)
    on = models.DateField(default=today)
    actor = models.PositiveIntegerField(null=True, blank=True)
    action = models.CharField(max_length=20, choices=Action)
    # Codes and numbers, no relations: what was written stays when what it was about is gone.
    unit = models.CharField(max_length=40, blank=True)
    report = models.CharField(max_length=16, blank=True)
    detail = models.CharField(max_length=200, blank=True)
    previous = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32)

    class Meta:
        ordering = ["number"]
        indexes = [models.Index(fields=["report"], name="events_of_a_report")]

    def __str__(self) -> str:
        return f"{self.number} {self.action}"


# What is counted. No number of a report, no day, no relation: a row says what, where and in which month, and no more.


def _coded(name: str, vocabulary: type[models.TextChoices]) -> models.CheckConstraint:
    """No other code, whoever writes; empty: the reporter has not allowed it, or nobody knows."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{name}__in": ["", *vocabulary.values]}), name=f"%(class)s_{name}_is_known"
    )


class Coarse(VaultModel):
    """One report, counted: what was not opted in for is its month and regency alone."""

    id = RandomKey()
    # Code of the unit that has counted it: another one does not see that it did.
    unit = models.CharField(max_length=40)
    month = models.CharField(max_length=7)
    # Empty: abroad, or not known.
    regency = models.CharField(max_length=5, blank=True)
    district = models.CharField(max_length=8, blank=True)
    modus = models.CharField(max_length=16, blank=True, choices=Modus)
    age = models.CharField(max_length=8, blank=True, choices=AgeBand)
    sex = models.CharField(max_length=8, blank=True, choices=Sex)
    destination = models.CharField(max_length=16, blank=True, choices=Destination)

    class Meta:
        abstract = True
        constraints = [
            _coded("modus", Modus),
            _coded("age", AgeBand),
            _coded("sex", Sex),
            _coded("destination", Destination),
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.regency}"


class ToCount(Coarse):
    """Entered today, to be mixed with the others of the day by the night."""

    # Monday of the week in which it arrived, where it goes into the early warning too.
    week = models.DateField(null=True, blank=True)


class StatRecord(Coarse):
    """Counted, among others, in no order."""


class WeekCount(VaultModel):
    """How many reports of a way arrived from a district in a week: for the early warning, kept for 26 weeks."""

    id = RandomKey()
    unit = models.CharField(max_length=40)
    week = models.DateField()
    district = models.CharField(max_length=8)
    modus = models.CharField(max_length=16, choices=Modus)
    n = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "week", "district", "modus"], name="one_count_a_week"),
        ]

    def __str__(self) -> str:
        return f"{self.week} {self.district} {self.modus}"


class MonthAccount(VaultModel):
    """Of the reports of a month: how many arrived, and how many were answered in time. Of all units together."""

    id = RandomKey()
    month = models.CharField(max_length=7, unique=True)
    received = models.PositiveIntegerField(default=0)
    in_time = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.month
