"""Back up databases and keys, each in an archive of its own, sealed to a key that is not on this machine."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import pyrage
from django.core.management.base import BaseCommand, CommandError

from content.reports.vault import backup, keys
from content.reports.vault.backup import BackupError


class Command(BaseCommand):
    help = (
        "Copy both databases, media and the words of the form into one archive, keys and marks of deletions into another, "
        "each sealed to BACKUP_RECIPIENT; then remove what is older than 30 days. docs/runbooks/backups.md."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Say what would be done, and do nothing.")
        parser.add_argument(
            "--new-identity",
            type=Path,
            metavar="PATH",
            help="Only write a new private age key to a new file, and print its public half. On another machine.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["new_identity"]:
                self._make_identity(options["new_identity"])
                return
            lines = backup.plan() if options["dry_run"] else backup.work().lines
        except (BackupError, keys.VaultKeyError) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename or 'A file'}: {error.strerror}. No backup was made.") from error
        for line in lines:
            self.stdout.write(line)
        if options["dry_run"]:
            self.stdout.write("Nothing was changed.")

    def _make_identity(self, path: Path) -> None:
        identity = pyrage.x25519.Identity.generate()
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"# public key: {identity.to_public()}\n{identity}\n")
        self.stdout.write(f"{path}: keep it apart from this machine, twice.\nBACKUP_RECIPIENT={identity.to_public()}")
