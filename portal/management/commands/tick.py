"""What must happen by itself: run each minute, safe to run twice, harmless to miss (DECISIONS 27).

Legality does not wait for it: dates are conditions of every query, and caches end at midnight.
"""

from __future__ import annotations

import logging
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from content.core import services
from content.registers import generation
from portal import ticking

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Scheduled publishing and repairs. Run each minute by the server of make demo/serve, by a timer in production."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        pages = [("Pages published on their day", services.publish_due), ("Pages expired", services.expire_due)]
        failed = []
        for name, work in [*pages, *ticking.works()]:
            try:
                count = work()
            except Exception:
                # The others are still to be done: a listing must go at its hour whatever a page does.
                logger.exception("%s failed", name)
                failed.append(name)
                continue
            if count and options["verbosity"]:
                self.stdout.write(f"{name}: {count}")
        if generation.is_owed():
            # This process may end now, and would take the debt along.
            generation.renew()
        if generation.is_owed():
            failed.append("A new generation of the pages that are kept")
        if failed:
            raise CommandError(f"Failed, the log says why: {', '.join(failed)}.")
