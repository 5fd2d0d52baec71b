"""Verify the audit chain and show what was done."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from content.reports.vault import audit
from content.reports.vault.models import AuditEvent


class Command(BaseCommand):
    help = "Verify the chain of what holders and the system did, and print its head; with --unit also its events."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--unit", metavar="CODE", help="Print the events of this unit.")
        parser.add_argument("--head", metavar="MARK", help="A mark of a daily message: is it still part of the chain?")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["unit"]:
            for event in AuditEvent.objects.filter(unit=options["unit"]).order_by("number"):
                who = "system" if event.actor is None else f"account {event.actor}"
                self.stdout.write(
                    f"{event.number}  {event.on}  {who}  {event.action}  {event.report} {event.detail}".rstrip()
                )
        found = audit.verify()
        self.stdout.write(f"{found.count} events hold; head {found.head.hex()}")
        if found.fault:
            raise CommandError(f"The audit chain is broken: {found.fault}.")
        if options["head"] and not audit.had(options["head"].strip()):
            raise CommandError("This mark is no part of the chain: it was made anew since that message.")
