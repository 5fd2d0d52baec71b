"""What the demonstration needs of this room: a unit for practice, so that the form opens and says that nobody reads; an
invented warning, and invented figures of two quarters, all marked as examples."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from content.registers.fields import Words
from content.registers.models import Bulletin, Region
from content.registers.modus import Modus

from . import publishing
from .models import PublishedQuarter
from .services import write_snapshots
from .vault import coarse, installation, selectors, services, statistics
from .vault.models import StatRecord

Progress = Callable[[str, int, int], None]

TITLE = Words(id="Tawaran kerja lewat pesan berantai (Contoh)", en="Job offers passed on from phone to phone (Example)")
TEXT = Words(
    id="Peringatan rekaan untuk menunjukkan bentuknya. Tawaran datang dari nomor yang tidak dikenal, gajinya besar, dan paspor "
    "diminta lebih dulu. Jangan serahkan paspor. Tanya KP2MI: {kanal:kp2mi-telepon}.",
    en="An invented warning that shows what one looks like. The offer comes from an unknown number, the pay is high, and the "
    "passport is asked for first. Do not hand it over. Ask KP2MI: {kanal:kp2mi-telepon}.",
)
REGION, DAYS = "33.01", 21
# Regency and so many reports in a quarter; the small ones are there to show what becomes of them.
COUNTED = {"33.01": 41, "33.02": 23, "33.24": 17, "33.27": 12, "33.29": 6, "33.28": 3, "": 19}
ACCOUNT = {"received": 123, "in_time": 97, "open": 14}


def demo_key_path() -> Path:
    """Where the private key of the unit for practice is written."""
    return Path(settings.VAR_DIR) / "keys" / "reports-demo.pem"


def load(progress: Progress) -> dict[str, int]:
    """Set up the vault and the unit for practice where they are missing; where its key lies is said once."""
    installation.set_up()
    write_snapshots()
    counts = {"warning": _load_bulletin(), "quarters": _load_quarters()}
    if selectors.demo_exists():
        return {"unit for practice, there already": 1, **counts}
    path = demo_key_path()
    services.make_demo_unit(path)
    return {f"unit for practice, its key in {path}": 1, **counts}


def _load_bulletin() -> int:
    """The warning runs anew from today; what somebody has written into it stays."""
    today = timezone.localdate()
    held = Bulletin.objects.filter(example=True).first() or Bulletin(example=True, title=TITLE, text=TEXT)
    if held.written_by_id is not None:
        return 0
    held.region, held.modus = Region.objects.filter(pk=REGION).first(), Modus.ONLINE_JOB
    held.issued_on, held.valid_until = today, today + dt.timedelta(days=DAYS)
    held.save()
    return 1


def _load_quarters() -> int:
    """The last quarter and the one before, where there are none; a row that is there is never changed."""
    newest = publishing.newest()
    before = coarse.quarter_of(dt.date.fromisoformat(f"{coarse.months_of(newest)[0]}-01") - dt.timedelta(days=1))
    made = 0
    for number, quarter in enumerate((newest, before)):
        if PublishedQuarter.objects.filter(quarter=quarter).exists():
            continue
        PublishedQuarter.objects.create(
            quarter=quarter,
            published_on=timezone.localdate(),
            figures=statistics.figures_of(_invented(number)),
            account={name: statistics.told(n - 9 * number) for name, n in ACCOUNT.items()},
            example=True,
        )
        made += 1
    return made


def _invented(seed: int) -> list[StatRecord]:
    """Records as they could be, which go through everything that real ones go through. They are stored nowhere."""
    chosen = random.Random(seed)  # noqa: S311 - invented
    rows = []
    for regency, count in COUNTED.items():
        for _number in range(count + 4 * seed):
            codes = {name: chosen.choice(["", *kinds.values]) for name, kinds in coarse.ATTRIBUTES.items()}
            rows.append(StatRecord(regency=regency, **codes))
    return rows


def remove(progress: Progress) -> dict[str, int]:
    """Delete the unit for practice with its key and every report to it, and what is public as an example; the form closes."""
    warnings, _rows = Bulletin.objects.filter(example=True).delete()
    quarters, _rows = PublishedQuarter.objects.filter(example=True).delete()
    count = services.remove_demo_units()
    demo_key_path().unlink(missing_ok=True)
    return {
        "reports of the unit for practice removed": count,
        "warnings removed": warnings,
        "quarters removed": quarters,
    }
