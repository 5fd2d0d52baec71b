"""Reading the vault: which unit would receive a report, and which report a receipt opens."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from django.db.models import Q

from . import envelope, installation, keys, receipt, run
from .models import Report, Unit, UnitKey


@dataclass(frozen=True)
class Receiver:
    """A unit that can be sealed to at this moment."""

    unit: UUID
    name: str
    region: str
    demo: bool
    epoch: int
    public_key: EllipticCurvePublicKey = field(repr=False)


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
        nearest = [province, ""] if province_only or not regency else [regency, province, ""]
        return next((self.by_region[region] for region in nearest if region in self.by_region), None)

    def regencies_of(self, province: str) -> list[Receiver]:
        """The units of single regencies in a province."""
        return [held for region, held in sorted(self.by_region.items()) if region.startswith(f"{province}.")]


def receivers() -> Receivers:
    """The units whose newest key is not retired and is the pinned one. A swapped or unpinned key row closes its unit."""
    found: dict[str, Receiver] = {}
    for key in newest_keys().values():
        if not fault_of(key):
            unit, public = key.unit, keys.load_public(bytes(key.public_key))
            practice = is_for_practice(key)
            found[unit.region] = Receiver(unit.pk, unit.name, unit.region, practice, key.epoch, public)
    return Receivers(found)


def newest_keys() -> dict[UUID, UnitKey]:
    """The newest key of each unit that is not retired."""
    return {
        key.unit_id: key for key in UnitKey.objects.filter(retired_on=None).select_related("unit").order_by("epoch")
    }


def fault_of(key: UnitKey) -> str:
    """Why nobody may seal to this key, in words; empty where everything is right."""
    if not 1 <= key.epoch <= envelope.MAX_EPOCH:
        return "its key has an impossible epoch"
    try:
        return "" if installation.is_pinned(key) else "its newest key is not the one that was pinned at its set-up"
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


def report_of(held: receipt.Receipt) -> Report | None:
    """The report that this receipt opens. One derivation, one MAC, one query, whether there is one or not.

    Busy when the look-up slot is taken for too long; NotSetUp or VaultKeyError without salt or storage key.
    """
    known = installation.secrets_of_installation()
    with run.slot(run.Slot.LOOKUP):
        root = receipt.stretch(held, known.salt)
    lookup_id = receipt.credentials(root).lookup_id
    return Report.objects.filter(lookup_mac__in=known.storage.lookup_macs(lookup_id)).first()
