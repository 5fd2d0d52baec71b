"""Say how Elasticsearch is; what somebody has to look into ends with status 1, so that a timer can ask."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search import outer


class Command(BaseCommand):
    help = "Health of Elasticsearch, its indices, and the changes that wait to be told. Changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        if not outer.is_used():
            self.stdout.write("The search inside the database answers (ELASTICSEARCH_URL is not set).")
            return
        found = outer.status()
        if not found.trouble:
            self.stdout.write(f"Elasticsearch answers: {found.health}, data nodes: {found.nodes}.")
        for one in found.indices:
            left = f"; being built or left over: {', '.join(one.others)}" if one.others else ""
            old = "" if one.is_current or not one.name else ", made by an older version"
            self.stdout.write(
                f"{one.kind}: {one.count} of {one.wanted} documents in {one.name or 'no index'}{old}{left}"
            )
        self.stdout.write(f"Changes that wait: {found.waiting.count}")
        if troubles := outer.troubles(found):
            raise CommandError(" ".join(troubles))
