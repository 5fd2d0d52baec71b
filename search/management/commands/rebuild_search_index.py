"""Make every search document right: after loading content past the signals, or when ``search_check`` finds trouble."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search import indexing, outer
from search.engines.base import Unavailable


class Command(BaseCommand):
    help = (
        "Rebuild the search documents and their index in small transactions, and the indices of Elasticsearch beside "
        "those that answer; readers go on searching meanwhile."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Only say what would change.")

    def handle(self, *args: Any, **options: Any) -> None:
        def progress(done: int, total: int) -> None:
            if options["verbosity"]:
                self.stdout.write(f"  {done} of {total} ({100 * done // total} %)")
                self.stdout.flush()

        self._documents(options, progress)
        if outer.is_used() and not options["dry_run"]:
            try:
                held = outer.rebuild_all(progress)
            except (Unavailable, outer.Busy) as error:
                raise CommandError(f"Elasticsearch: {error}. The index from before answers on.") from None
            self.stdout.write(f"Elasticsearch: {held} documents, written anew.")

    def _documents(self, options: dict[str, Any], progress: indexing.Progress) -> None:
        changes = indexing.rebuild(dry_run=options["dry_run"], progress=progress)
        self.stdout.write(
            f"{'Would be: ' if options['dry_run'] else ''}{changes.added} added, {changes.changed} changed, "
            f"{changes.removed} removed, {changes.unchanged} right already."
        )
