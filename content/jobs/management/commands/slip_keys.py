"""The keys of printed slips: which are in force, and the value of SLIP_KEYS after a rotation or a revocation.

Guarantees: nothing is changed or stored. ``rotate`` and ``revoke`` print the new value alone on the output, seed
included, so that it can be taken over whole; what to do with it stands on the error output.
"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from content.jobs.slip_keys import BadKeys, Keyring, encode

RUNBOOK = "docs/runbooks/slip-keys.md"


class Command(BaseCommand):
    help = "Show the keys that sign and verify slips, or print the value of SLIP_KEYS after a change of them."
    # Of use while a check still complains.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", metavar="ACTION")
        actions.add_parser("show", help="Each key with its use and its public half (default).")
        rotate = actions.add_parser("rotate", help="A new key in front; the ones before only verify from now on.")
        rotate.add_argument("--id", help="Name of the new key; default: year and month.")
        revoke = actions.add_parser("revoke", help="A key that others may hold: what it signed is worth nothing.")
        revoke.add_argument("id")

    def handle(self, *args: Any, action: str | None, **options: Any) -> None:
        try:
            keys = Keyring.parse(settings.SLIP_KEYS)
        except BadKeys as error:
            raise CommandError(f"SLIP_KEYS: {error}") from error
        if action == "rotate":
            self._rotate(keys, options["id"])
        elif action == "revoke":
            self._revoke(keys, options["id"])
        else:
            self._show(keys)

    def _show(self, keys: Keyring) -> None:
        for key in keys.keys:
            use = "revoked" if key.revoked else "signs" if key is keys.signing else "verifies"
            public = encode(key.public_bytes) if key.public_bytes else ""
            self.stdout.write(f"{key.id:16} {use:9} {public}".rstrip())
        if keys.signing is None:
            self.stdout.write("No key signs: no slips are offered. `manage.py slip_keys rotate` makes one.")

    def _rotate(self, keys: Keyring, name: str | None) -> None:
        taken = {key.id for key in keys.keys}
        name = name or _free(f"{timezone.localdate():%Y-%m}", taken)
        if name in taken:
            raise CommandError(f"There is a key {name} already; a name is never used again.")
        try:
            rotated = keys.rotated(name)
        except ValueError as error:
            raise CommandError(f"{name}: {error}") from error
        self.stdout.write(rotated.setting)
        self.stderr.write(f"Set SLIP_KEYS to this value and restart the portal ({RUNBOOK}).")

    def _revoke(self, keys: Keyring, name: str) -> None:
        try:
            left = keys.without(name)
        except KeyError:
            raise CommandError(f"There is no key {name}.") from None
        self.stdout.write(left.setting)
        self.stderr.write(f"Set SLIP_KEYS to this value and restart the portal ({RUNBOOK}).")
        if left.signing is None:
            self.stderr.write("No key signs then: rotate first.")


def _free(name: str, taken: set[str]) -> str:
    """``name``, or with the first number that makes it a new one."""
    names = [name, *(f"{name}-{number}" for number in range(2, len(taken) + 3))]
    return next(one for one in names if one not in taken)
