"""Write the files of nginx and systemd for this server."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal import deployment


class Command(BaseCommand):
    help = (
        "Write the files of nginx and systemd for this server into a folder, with its own names in them. Nothing is "
        "installed; docs/runbooks/deploy.md says where each file goes."
    )
    requires_system_checks: list = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--certificate", required=True, help="File with the certificate and its chain.")
        parser.add_argument("--certificate-key", required=True)
        parser.add_argument("--user", default="lentera")
        parser.add_argument("--environment-file", default="/etc/lentera/environment")
        parser.add_argument("--log-dir", default="/var/log/nginx")
        parser.add_argument("--body-dir", default="/run/lentera-body", help="On a tmpfs.")
        parser.add_argument("--port", type=int, default=443)
        parser.add_argument("--plain-port", type=int, default=80)
        parser.add_argument("--portal-port", type=int, default=8000)
        parser.add_argument("--reports-port", type=int, default=8001)
        parser.add_argument("--dry-run", action="store_true", help="Print the files instead.")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        if not settings.BASE_URL.startswith("https://"):
            raise CommandError("Set BASE_URL to the https:// address of the site (docs/settings.md).")
        names = deployment.Machine.__dataclass_fields__.keys() & options.keys()
        chosen = {name: options[name] for name in names}
        machine = deployment.Machine(base_url=settings.BASE_URL, var_dir=str(settings.VAR_DIR), **chosen)
        for name, text in deployment.files(machine).items():
            if options["dry_run"]:
                self.stdout.write(f"--- {name}\n{text}")
                continue
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
            self.stdout.write(str(folder / name))
