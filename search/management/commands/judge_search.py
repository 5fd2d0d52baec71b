"""Ask the search every judged query and say how good it is, by class (DECISIONS 39)."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from search import judging, outer
from search.engines import get_embedded, get_outer
from search.engines.base import Answering

_JUDGEMENTS = Path("tests", "search", "judgements")


class Command(BaseCommand):
    help = "Print recall@20, precision@5 and nDCG@10 of the search for judged queries, by file and class."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, help=f"Judgements (default: {_JUDGEMENTS}/*.toml).")
        parser.add_argument("--misses", action="store_true", help="Also name every query that is not answered in full.")

    def handle(self, *args: Any, **options: Any) -> None:
        files = options["files"] or sorted((settings.BASE_DIR / _JUDGEMENTS).glob("*.toml"))
        if not files:
            raise CommandError("There are no judgements.")
        # Elasticsearch without the database behind it: whoever answers is judged.
        engine: Answering = get_outer() if outer.is_used() else get_embedded()
        self.stdout.write(f"{'':<28}{'questions':>10}{'recall@20':>11}{'precision@5':>13}{'nDCG@10':>9}")
        for path in files:
            try:
                measured = list(judging.measure(engine, judging.read(path), timezone.localdate()))
            except judging.JudgementError as error:
                raise CommandError(str(error)) from None
            self._write(f"{path.stem}, {type(engine).__name__}", judging.mean(measured))
            for name, figures in judging.by_group(measured).items():
                self._write(f"  {name}", figures)
            if options["misses"]:
                for row in measured:
                    if row.recall < 1 or row.precision < 1:
                        asked = row.judgement
                        self.stdout.write(
                            f"    {asked.group}: “{asked.words}” {asked.kind}: {row.recall:.2f} {row.precision:.2f}"
                        )

    def _write(self, name: str, figures: judging.Figures) -> None:
        self.stdout.write(
            f"{name:<28}{figures.count:>10}{figures.recall:>11.3f}{figures.precision:>13.3f}{figures.gain:>9.3f}"
        )
