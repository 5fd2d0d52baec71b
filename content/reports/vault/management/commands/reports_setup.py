"""Prepare this installation for reports: storage key and salt. Safe to repeat."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from content.reports.vault import installation


class Command(BaseCommand):
    help = "Make the storage key and the salt of the report vault where they are missing; what exists stays."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = installation.set_up()
        except installation.NotSetUp as error:
            raise CommandError(str(error)) from error
        self.stdout.write("\n".join(made) if made else "The vault was set up already.")
