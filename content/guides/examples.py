"""Invented offices for the demonstration: kinds and regions are real, names are marked “Contoh”, and nothing can be dialled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.utils import timezone

from content.registers.models import Need, Office, Price, Region, SeedRecord, Service
from content.registers.seeding import Ledger, Verdict

KIND = "office example"
STEWARD = "Gugus Tugas TPPO (Contoh)"
HOURS = {"id": "Senin sampai Jumat, 08.00–15.00", "en": "Monday to Friday, 8 am to 3 pm"}
# Regency or province by the code of the Ministry of Home Affairs, kind of office, name, what it helps with beyond its kind.
OFFICES: tuple[tuple[str, str, str, tuple[Need, ...]], ...] = (
    ("35.08", "disnaker", "Dinas Tenaga Kerja Kabupaten Lumajang (Contoh)", ()),
    ("35.08", "uptd-ppa", "UPTD PPA Kabupaten Lumajang (Contoh)", (Need.PSYCHOLOGICAL, Need.SHELTER, Need.COMPANION)),
    ("35.08", "ppt", "Pusat Pelayanan Terpadu Kabupaten Lumajang (Contoh)", ()),
    ("33.01", "disnaker", "Dinas Tenaga Kerja Kabupaten Cilacap (Contoh)", ()),
    ("33.01", "uptd-ppa", "UPTD PPA Kabupaten Cilacap (Contoh)", ()),
    ("32.12", "disnaker", "Dinas Tenaga Kerja Kabupaten Indramayu (Contoh)", ()),
    ("32.12", "ppt", "Pusat Pelayanan Terpadu Kabupaten Indramayu (Contoh)", ()),
    ("63", "bp3mi", "BP3MI Kalimantan Selatan (Contoh)", ()),
    ("63", "uptd-ppa", "UPTD PPA Provinsi Kalimantan Selatan (Contoh)", ()),
)
Progress = Callable[[str, int, int], None]


def load(progress: Progress) -> dict[str, int]:
    """Load what is not there yet; what somebody changed or deleted stays so."""
    ledger, counts = Ledger(KIND), dict.fromkeys(map(str, Verdict), 0)
    today = timezone.localdate()
    for region, service, name, needs in OFFICES:
        key = f"{region} {service}"
        held = Office.objects.filter(region_id=region, service__code=service, example=True).first()
        verdict = ledger.verdict(key, {"name": held.name} if held else None, {"name": name})
        if verdict in (Verdict.NEW, Verdict.UPDATED):
            office = held or Office(region=Region.objects.get(code=region), service=Service.objects.get(code=service))
            office.name, office.example, office.steward = name, True, STEWARD
            office.needs, office.hours, office.price = list(needs), HOURS, Price.FREE
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
