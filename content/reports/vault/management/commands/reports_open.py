"""Open one report of the unit for practice with the private key of that unit."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from content.reports.vault import envelope, keys, services
from content.reports.vault.models import Report


class Command(BaseCommand):
    help = "Print a report to a unit for practice. Refuses every other unit."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("id", help="Id as reports_list prints it.")
        parser.add_argument("--key", type=Path, required=True, metavar="PATH", help="Private key of the unit.")

    def handle(self, *args: Any, **options: Any) -> None:
        report = _report(options["id"])
        if report is None:
            raise CommandError("There is no report with this id.")
        if not report.unit.demo:
            raise CommandError(
                "This report went to a unit that is not for practice: it is opened in that unit's inbox only."
            )
        try:
            key = keys.read_private(options["key"])
            self._print(services.open_report(report, key))
            for message in report.messages.all():
                self.stdout.write(
                    f"\nAdded on {message.received_on} by whoever holds the receipt, not certainly the reporter:"
                )
                self._print(services.open_message(message, key))
        except FileNotFoundError as error:
            raise CommandError(f"There is no file {options['key']}.") from error
        except (keys.VaultKeyError, envelope.EnvelopeError) as error:
            raise CommandError(str(error)) from error

    def _print(self, content: bytes) -> None:
        self.stdout.write(json.dumps(json.loads(content), ensure_ascii=False, indent=2))


def _report(name: str) -> Report | None:
    try:
        return Report.objects.select_related("unit").filter(pk=int(name, 16)).first()
    except ValueError:
        return None
