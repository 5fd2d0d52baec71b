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

from . import envelope, keys, receipt


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
    """A public key of a unit. It seals only while its fingerprint is pinned outside this database (DECISIONS 47)."""

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
    mode = models.CharField(max_length=8)
    reporter_key = models.BinaryField()
    status = models.CharField(max_length=12, choices=Status, default=Status.RECEIVED)

    class Meta:
        # Never by arrival: within a day the order says nothing.
        ordering = ["-received_on", "id"]


class Message(Sealed):
    """Something added later, by whoever holds the receipt or by the unit."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="messages")
    mid = models.BinaryField(max_length=envelope.ID_BYTES, unique=True)
    direction = models.CharField(max_length=16)

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
