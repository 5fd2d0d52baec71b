"""``python -m tests.search.judge``: the judged queries on each engine, in databases of their own.

Loads the registers, the demo pages and the judged corpus once on SQLite and, with ``--postgresql``, once on a
PostgreSQL server of its own (as the tests start one), with ``--elasticsearch`` on an Elasticsearch beside the first, and
prints ``manage.py judge_search`` for each.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests import elasticsearch, postgresql
from tests.servers import ROOT

PREPARED = ("compile_messages", "migrate", "load_reference", "load_content")
# What Elasticsearch asks for; nothing is queued here.
QUEUE = {"TASKS_BACKEND": "django_tasks_db.DatabaseBackend"}
LOADED = "from tests.search import corpus; corpus.load(corpus.JUDGED)"


@contextmanager
def prepared(folder: Path, **chosen: str) -> Iterator[dict[str, str]]:
    """The environment of a site in ``folder`` that holds what the queries are judged for."""
    settings = {"DJANGO_SETTINGS_MODULE": "portal.settings.dev", "VAR_DIR": str(folder), **chosen}
    environment = {**os.environ, **settings}
    for name in ("db", "cache", "media"):
        (folder / name).mkdir(parents=True)
    for command in PREPARED:
        manage(environment, command, "--verbosity", "0")
    manage(environment, "shell", "--verbosity", "0", "-c", LOADED)
    manage(environment, "rebuild_search_index", "--verbosity", "0")
    yield environment


def indexed(environment: dict[str, str], url: str) -> dict[str, str]:
    """The environment of that site with everything in an Elasticsearch as well, which answers from now on."""
    outer = {**environment, "ELASTICSEARCH_URL": url, "ELASTICSEARCH_SECONDS": "20", **QUEUE}
    manage(outer, "migrate", "--verbosity", "0")
    manage(outer, "rebuild_search_index", "--verbosity", "0")
    return outer


def manage(environment: dict[str, str], *arguments: str) -> None:
    """Run ``manage.py``; what it prints is shown."""
    quiet = None if arguments[0] == "judge_search" else subprocess.DEVNULL
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, check=True, stdout=quiet)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postgresql", action="store_true", help="Also on PostgreSQL.")
    parser.add_argument("--elasticsearch", action="store_true", help="Also on Elasticsearch, beside SQLite.")
    parser.add_argument("--misses", action="store_true", help="Also name every query that is not answered in full.")
    chosen = parser.parse_args()
    asked = ["judge_search", *(["--misses"] if chosen.misses else [])]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lentera-judge-")))
        environment = stack.enter_context(prepared(folder / "sqlite"))
        manage(environment, *asked)
        if chosen.elasticsearch:
            manage(indexed(environment, stack.enter_context(elasticsearch.serving()).url), *asked)
        if chosen.postgresql:
            pair = stack.enter_context(postgresql.serving()).pair()
            manage(stack.enter_context(prepared(folder / "postgresql", **pair)), *asked)


if __name__ == "__main__":
    main()
