"""Invented exchange rates for the demonstration (DECISIONS 20, 29): no source of ours names a real one.

Loading again renews their days and leaves alone what an editor changed; removing takes away exactly what was loaded and
is still an example. A rate that an editor has made real stays.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from .models import ExchangeRate, SeedRecord
from .seeding import FOLDER, Ledger, Verdict, read_text, read_toml

FILE = FOLDER / "example_rates.toml"
KIND = "rate example"
Progress = Callable[[str, int, int], None]


def _state(rate: ExchangeRate) -> dict[str, Any]:
    """What is compared, as plain values."""
    rupiah = format(Decimal(rate.rupiah).normalize(), "f")
    return {"rupiah": rupiah, "on": rate.on.isoformat(), "source": rate.source_id, "example": rate.example}


def load(progress: Progress) -> dict[str, int]:
    """Load or renew the rates; how many were new, updated, unchanged, kept."""
    rows = read_toml(read_text(FILE), FILE.name)["rate"]
    counts: Counter[Verdict] = Counter()
    with transaction.atomic():
        ledger = Ledger(KIND)
        held = {rate.currency: rate for rate in ExchangeRate.objects.all()}
        for row in rows:
            key = row["currency"]
            rate = held.get(key) or ExchangeRate(currency=key)
            before = _state(rate) if rate.pk else None
            rate.rupiah, rate.source, rate.example = Decimal(row["rupiah"]), None, True
            rate.on = timezone.localdate() + dt.timedelta(days=row["day"])
            verdict = ledger.verdict(key, before, _state(rate))
            if verdict in (Verdict.NEW, Verdict.UPDATED):
                rate.full_clean()
                rate.save()
            if verdict is not Verdict.KEPT:
                ledger.remember(key, _state(rate))
            counts[verdict] += 1
    progress("Example exchange rates", len(rows), len(rows))
    return {str(verdict): counts[verdict] for verdict in Verdict if counts[verdict]}


def remove(progress: Progress) -> dict[str, int]:
    """Delete the rates that were loaded and are still examples."""
    with transaction.atomic():
        loaded = SeedRecord.objects.filter(kind=KIND)
        found = ExchangeRate.objects.filter(currency__in=loaded.values("key"), example=True)
        count = found.delete()[0]
        loaded.delete()
    progress("Example exchange rates removed", count, count)
    return {"rates": count}
