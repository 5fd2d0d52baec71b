"""The rulebook of the offer check: from the database, where editors extend it, or from the seed file.

Seed rows are loaded like those of the registers: again and again, without overwriting what an editor changed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from content.registers.seeding import Register, read_text, read_toml
from content.registers.selectors import PerGeneration

from .models import OfferFlag, OfferRule, OfferWords
from .offers import Rulebook, rulebook

FOLDER = Path(__file__).parent / "seed"
FILE = "offer_rules"
# What is referred to comes first.
REGISTERS = (
    Register(FILE, "offer_words", OfferWords, ("code",)),
    Register(FILE, "offer_flag", OfferFlag, ("code",)),
    Register(FILE, "offer_rule", OfferRule, ("code",)),
)

# For who cannot paste: ten questions, each with the flag that a “yes” raises (FACTS 5.5). One flag each: a question with an
# “or” between two would state as a fact what nobody has said.
QUESTIONS: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
    ("bayar", _("Am I asked to pay or deposit money before I leave?"), ("fee_upfront",)),
    ("utang", _("Are costs advanced and cut from my wage, or does my family get money beforehand?"), ("debt_bondage",)),
    ("visa", _("Shall I travel on a tourist, visit or umrah visa?"), ("tourist_visa",)),
    ("negara", _("Is it in Cambodia, Myanmar, Laos or Thailand?"), ("scam_destination",)),
    ("layar", _("Is it admin, chat or gambling work with high pay, and no experience is asked for?"), ("online_scam_job",)),
    ("nama", _("Does the person name no company and no licence number (SIP3MI)?"), ("no_agency_named",)),
    ("kontrak", _("Is there no contract that I can read before I leave?"), ("no_contract",)),
    ("paspor", _("Will somebody else keep my passport, papers or phone?"), ("passport_retention",)),
    ("bohong", _("Am I told to lie to officers or to keep it from my family?"), ("secrecy",)),
    ("umur", _("Is the worker really below 18, whatever the papers will say?"), ("underage",)),
)  # fmt: skip


def from_seed() -> Rulebook:
    """The rulebook that the portal ships with; asks no database."""
    file = read_toml(read_text(FOLDER / f"{FILE}.toml"), f"{FILE}.toml")
    return rulebook(file["offer_flag"], file["offer_words"], file["offer_rule"])


@dataclass(frozen=True)
class InUse:
    """The rulebook in use; ``rows`` are the rows of its flags (none while it is the one of the seed file), ``broken``
    the codes of what had to be left out, because a list that it names is gone."""

    book: Rulebook
    rows: dict[str, OfferFlag] = field(default_factory=dict)
    broken: tuple[str, ...] = ()


def _load() -> InUse:
    rows = {flag.code: flag for flag in OfferFlag.objects.select_related("source")}
    if not rows:
        return InUse(from_seed())
    columns = ("code", "patterns", "also", "unless", "near", "weight", "plain", "explanation")
    rules = OfferRule.objects.filter(active=True).order_by("pk").values(*columns, flag_code=F("flag__code"))
    flags = OfferFlag.objects.values("code", "gravity", "name", "reason", "next")
    broken: list[str] = []
    book = rulebook(
        flags,
        OfferWords.objects.values("code", "entries"),
        [{**row, "flag": row["flag_code"]} for row in rules],
        broken,
    )
    return InUse(book, rows, tuple(broken))


# Read once a generation.
in_use = PerGeneration(_load)
