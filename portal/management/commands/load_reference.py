"""What everything refers to: languages, regions, registers, roles (DECISIONS 20)."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from wagtail.models import Locale

from accounts.services import sync_roles
from content.guides import plan_rules
from content.jobs import offer_rules
from content.registers import seeding


class Command(BaseCommand):
    help = "Load languages, regions and registers from their seed files. Can be repeated; editors' changes stay."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Check and count everything, write nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = seeding.read() | seeding.read(offer_rules.FOLDER, offer_rules.REGISTERS)
            found |= seeding.read(plan_rules.FOLDER, plan_rules.REGISTERS, sources=seeding.sources_of(found))
            with transaction.atomic():
                for code, _name in settings.LANGUAGES:
                    Locale.objects.get_or_create(language_code=code)
                loaded = seeding.load(found)
                loaded.counts["region"] = seeding.load_regions()
                sync_roles()
                if options["dry_run"]:
                    transaction.set_rollback(True)
        except seeding.SeedError as error:
            raise CommandError("\n".join(["The registers were not loaded:", *error.problems])) from None
        for line in loaded.lines():
            self.stdout.write(f"  {line}")
        if options["dry_run"]:
            self.stdout.write("Nothing was written (--dry-run).")
