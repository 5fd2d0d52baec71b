"""What the demonstration needs of this room: a unit for practice, so that the form opens and says that nobody reads.

Its desk has two holders with phrases and codes that everybody knows, and a few reports that nobody sent (vault.practice).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import get_user_model

from content.core.models import SiteProof

from .services import write_snapshots
from .vault import installation, practice, selectors, services

Progress = Callable[[str, int, int], None]


def demo_key_path() -> Path:
    """Where the private key of the unit for practice is written."""
    return Path(settings.VAR_DIR) / "keys" / "reports-demo.pem"


def load(progress: Progress) -> dict[str, int]:
    """Set up the vault and the unit for practice where they are missing; where its key lies is said once."""
    installation.set_up()
    write_snapshots()
    if selectors.demo_exists():
        return {"unit for practice, there already": 1}
    path = demo_key_path()
    services.make_demo_unit(path)
    return {f"unit for practice, its key in {path}": 1}


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
    """Delete the unit for practice with its key and every report to it; the form closes."""
    count = services.remove_demo_units()
    services.forget_demo_key(demo_key_path())
    return {"reports of the unit for practice removed": count}
