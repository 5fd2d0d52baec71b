"""Invented records that show the portal at work, each marked “Contoh” (DECISIONS 20, 29)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.services import desk_of_demo, load_demo_staff
from content.registers.seeding import SeedError
from content.reports import examples as reports
from portal import examples


class Command(BaseCommand):
    help = "Load the examples of every room. Can be repeated: days are renewed, editors' changes stay."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, loader in examples.LOADERS:
            try:
                counts = loader.load(examples.progress(self.stdout))
            except SeedError as error:
                raise CommandError("\n".join([f"{name}: nothing more was loaded:", *error.problems])) from None
            self.stdout.write(f"  {name}: {examples.in_words(counts)}")
        self._staff()
        for line in reports.open_desk(desk_of_demo()):
            self.stdout.write(f"  {line}")

    def _staff(self) -> None:
        """The accounts of the demonstration. Only their hashes are kept, so this is the one time to read the passwords."""
        made = load_demo_staff()
        if not made:
            self.stdout.write("  Accounts: unchanged, with the passwords that were printed when they were made")
            return
        self.stdout.write("  Accounts (sign in at /akun/login/; the passwords are printed only this once):")
        for email, password, role in made:
            self.stdout.write(f"    {email:<28} {password}  {role}")
