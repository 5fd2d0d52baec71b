"""List the reports of the unit for practice: what the server itself can see of them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count

from content.reports.vault.models import Report, Unit


class Command(BaseCommand):
    help = "List reports to units for practice. Real units are read in their own inbox, never here."

    def handle(self, *args: Any, **options: Any) -> None:
        if Unit.objects.filter(demo=False).exists():
            raise CommandError("There is a unit that is not for practice: this command is for practice only.")
        # Said here: a query that counts passes over the order of the model, and the database's own is that of arrival.
        rows = Report.objects.annotate(added=Count("messages")).order_by("-received_on", "pk")
        for row in rows:
            self.stdout.write(f"{row}  {row.received_on}  {row.status}  {row.mode}  {row.size_class} KiB  +{row.added}")
        self.stdout.write(f"{len(rows)} reports")
