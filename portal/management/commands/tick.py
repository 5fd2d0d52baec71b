"""What must happen by itself: run each minute, safe to run twice, harmless to miss (DECISIONS 27).

Legality does not wait for it: dates are conditions of every query, and caches end at midnight.
"""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from portal import ticking


class Command(BaseCommand):
    help = (
        "Scheduled publishing and repairs. Run each minute by the server of make demo/serve, by a timer in production."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("publish_scheduled", verbosity=0)
        for name, work in ticking.works():
            count = work()
            if count and options["verbosity"]:
                self.stdout.write(f"{name}: {count}")
