"""Put a backup back, or rehearse it in a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from content.reports.vault import backup, files, restoring
from content.reports.vault.backup import BackupError


class Command(BaseCommand):
    help = (
        "Put a backup back into the databases of the settings: stop the services first. What was deleted since is deleted again. "
        "With --rehearse everything happens in a new folder, and nothing here is touched. docs/runbooks/backups.md."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "databases", type=Path, help="The archive of the databases (.tar.age, or .tar opened elsewhere)."
        )
        parser.add_argument(
            "keys", type=Path, nargs="?", help="The newest archive of the keys; without it those here are used."
        )
        parser.add_argument("--identity", type=Path, metavar="PATH", help="The private age key.")
        parser.add_argument(
            "--keys-identity", type=Path, metavar="PATH", help="The one for the keys, if it is another."
        )
        parser.add_argument("--rehearse", type=Path, metavar="FOLDER", help="A folder that does not exist yet.")
        parser.add_argument(
            "--main-url", default="", help="With --rehearse on PostgreSQL: an empty database for the portal."
        )
        parser.add_argument(
            "--reports-url", default="", help="With --rehearse on PostgreSQL: an empty one for the reports."
        )
        parser.add_argument("--yes", action="store_true", help="Replace both databases and the media that are here.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["rehearse"]:
            self._rehearse(options)
            return
        if restoring.has_anything() and not options["yes"]:
            raise CommandError(
                "The databases here are not empty. Give --yes to replace both, the portal's too, and the media by those of the backup."
            )
        try:
            files.make_folder(Path(settings.VAR_DIR))
            identity = restoring.identity_in(options["identity"]) if options["identity"] else None
            other = restoring.identity_in(options["keys_identity"]) if options["keys_identity"] else identity
            with ExitStack() as open_:
                held, about = open_.enter_context(restoring.opened(options["databases"], identity, backup.DATABASES))
                beside = None
                if options["keys"]:
                    beside, _about = open_.enter_context(restoring.opened(options["keys"], other, backup.KEYS))
                done = restoring.put_back(held, about, beside)
        except BackupError as error:
            raise CommandError(str(error)) from error
        for line in done.lines:
            self.stdout.write(line)
        proof = restoring.prove()
        self.stdout.write(f"reports: {proof.reports}, of which the storage key fits {proof.opened}")
        if proof.fault:
            raise CommandError(proof.fault)
        self.stdout.write(
            f"Reports that came on {done.day} or later may be lost; for a year their reporters are told so."
        )

    def _rehearse(self, options: dict[str, Any]) -> None:
        folder: Path = options["rehearse"].resolve()
        if folder.exists():
            raise CommandError(f"{folder} exists. A rehearsal begins in a folder that does not.")
        files.make_folder(folder)
        # The same command on other settings: nothing of this installation is in reach.
        chosen = {
            "VAR_DIR": str(folder),
            "DATABASE_URL": options["main_url"],
            "REPORTS_DATABASE_URL": options["reports_url"],
            "REPORTS_STORAGE_KEY_FILE": str(folder / "keys" / "reports-storage.key"),
            "BACKUP_DIR": str(folder / "backup"),
        }
        command = [sys.executable, "manage.py", "reports_restore", str(options["databases"].resolve()), "--yes"]
        if options["keys"]:
            command.insert(4, str(options["keys"].resolve()))
        for name in ("identity", "keys_identity"):
            if options[name]:
                command += [f"--{name.replace('_', '-')}", str(options[name].resolve())]
        run = subprocess.run(  # noqa: S603
            command, cwd=settings.BASE_DIR, env={**os.environ, **chosen}, capture_output=True, text=True
        )
        self.stdout.write(run.stdout.strip())
        if run.returncode:
            raise CommandError(f"The rehearsal failed: {run.stderr.strip().splitlines()[-1]}")
        self.stdout.write(
            f"The rehearsal is in {folder}. Start it with VAR_DIR={folder} `manage.py serve`, let a holder open a report there, "
            "and delete the folder afterwards."
        )
