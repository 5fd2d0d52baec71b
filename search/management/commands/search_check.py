"""Compare the search documents with the inverted index (DECISIONS 37); a failure is named and ends with status 1."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search import indexing, outer
from search.engines import get_embedded
from search.engines.base import Unavailable


class Command(BaseCommand):
    help = "Check that every search document is there, is current, and is in the index. Changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        troubles = get_embedded().check()
        changes = indexing.rebuild(dry_run=True)
        try:
            troubles += outer.check()
        except Unavailable as error:
            troubles.append(f"Elasticsearch does not answer ({error}).")
        if changes.added or changes.changed or changes.removed:
            troubles.append(
                f"{changes.added} documents are missing, {changes.changed} are old, {changes.removed} are left over."
            )
        if troubles:
            raise CommandError(" ".join([*troubles, "Run: manage.py rebuild_search_index"]))
        self.stdout.write(f"Documents: {changes.unchanged}, all of them right and in the index.")
