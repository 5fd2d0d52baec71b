"""What the demonstration needs of this room: a unit for practice, so that the form opens and says that nobody reads; an
invented warning, and invented figures of two quarters, all marked as examples.

The desk of that unit has two holders with phrases and codes that everybody knows, and a few reports that nobody sent
(vault.practice).
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence
from pathlib import Path

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils import timezone

from content.core.models import SiteProof
from content.registers.fields import Words
from content.registers.models import Bulletin, Region
from content.registers.modus import Modus

from . import publishing
from .models import PublishedQuarter
from .services import write_snapshots
from .vault import coarse, installation, practice, selectors, services, statistics
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


def open_desk(emails: Sequence[str]) -> list[str]:
    """Seat these accounts at the desk of the unit for practice, with what everybody knows; the help for whoever tries it.

    Nothing on a site that has been proven official, and where the accounts or the seed of the unit are gone.
    """
    users = [user for email in emails if (user := get_user_model().objects.filter(email=email).first())]
    proof = {"owner": settings.SITE_OWNER, "decree": settings.SITE_DECREE, "host": settings.SITE_HOST}
    if len(users) < len(practice.WORKERS) or SiteProof.objects.filter(**proof).exists():
        return []
    lines = ["Practice desk (sign in with these accounts; everybody knows what stands here):"]
    if not practice.has_desk():
        try:
            receipts = practice.open_desk(demo_key_path(), [user.pk for user in users])
        except FileNotFoundError:
            return []
        for user, worker in zip(users, practice.WORKERS, strict=True):
            if not is_mfa_enabled(user, [Authenticator.Type.TOTP]):
                TOTP.activate(user, worker.second_factor)
        lines.append(f"  Number of an example with an answer: {receipts[practice.ANSWERED]} (only now)")
    for user, worker in zip(users, practice.WORKERS, strict=True):
        lines += [
            f"  {user.email}",
            f"    key for an app that shows codes: {worker.second_factor}",
            f"    key phrase: {' / '.join(worker.phrase.lines)}",
            f"    recovery code: {worker.code.grouped}",
        ]
    return [*lines, "  The code of the moment, without an app: manage.py practice_code"]


def remove(progress: Progress) -> dict[str, int]:
    """Delete the unit for practice with its key and every report to it, and what is public as an example; the form closes."""
    warnings, _rows = Bulletin.objects.filter(example=True).delete()
    quarters, _rows = PublishedQuarter.objects.filter(example=True).delete()
    count = services.remove_demo_units()
    services.forget_demo_key(demo_key_path())
    return {
        "reports of the unit for practice removed": count,
        "warnings removed": warnings,
        "quarters removed": quarters,
    }
