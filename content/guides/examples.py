"""Invented offices for the demonstration: kinds and regions are real, names are marked “Contoh”, and nothing can be dialled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.utils import timezone

from content.registers.models import Office, Region, SeedRecord, Service
from content.registers.seeding import Ledger, Verdict

KIND = "office example"
# Regency or province by the code of the Ministry of Home Affairs, kind of office, name.
OFFICES = (
    ("35.08", "disnaker", "Dinas Tenaga Kerja Kabupaten Lumajang (Contoh)"),
    ("33.01", "disnaker", "Dinas Tenaga Kerja Kabupaten Cilacap (Contoh)"),
    ("32.12", "disnaker", "Dinas Tenaga Kerja Kabupaten Indramayu (Contoh)"),
    ("63", "bp3mi", "BP3MI Kalimantan Selatan (Contoh)"),
)
Progress = Callable[[str, int, int], None]


def load(progress: Progress) -> dict[str, int]:
    """Load what is not there yet; what somebody changed or deleted stays so."""
    ledger, counts = Ledger(KIND), dict.fromkeys(map(str, Verdict), 0)
    today = timezone.localdate()
    for region, service, name in OFFICES:
        key = f"{region} {service}"
        held = Office.objects.filter(region_id=region, service__code=service, example=True).first()
        verdict = ledger.verdict(key, {"name": held.name} if held else None, {"name": name})
        if verdict in (Verdict.NEW, Verdict.UPDATED):
            office = held or Office(region=Region.objects.get(code=region), service=Service.objects.get(code=service))
            office.name, office.example = name, True
            office.verified_on, office.verify_by = today, today + dt.timedelta(days=180)
            office.full_clean()
            office.save()
        if verdict != Verdict.KEPT:
            ledger.remember(key, {"name": name})
        counts[str(verdict)] += 1
    progress("Example offices", len(OFFICES), len(OFFICES))
    return {verdict: count for verdict, count in counts.items() if count}


def remove(progress: Progress) -> dict[str, int]:
    """Delete every example office and what was remembered of them."""
    count = Office.objects.filter(example=True).delete()[0]
    SeedRecord.objects.filter(kind=KIND).delete()
    progress("Example offices removed", count, count)
    return {"offices": count}
