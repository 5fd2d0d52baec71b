"""Take away what load_examples brought, and nothing else: what is left is a site one could start from."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from accounts.services import remove_demo_staff
from portal import examples


class Command(BaseCommand):
    help = "Remove exactly the records that load_examples made. Can be repeated."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"  Accounts: {remove_demo_staff()} removed")
        for name, loader in reversed(examples.LOADERS):
            counts = loader.remove(examples.progress(self.stdout))
            self.stdout.write(f"  {name}: {examples.in_words(counts)}")
