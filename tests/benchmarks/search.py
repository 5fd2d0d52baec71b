"""``make bench``: how long a search of the embedded engine takes, beside the database asked without the portal.

Timed is ``get_engine().search_jobs()`` with its facets, the cards of the page and their highlighting, without the
template (DECISIONS 39): the judged queries with none, one and two filters. The raw engine answers the same question, the
same words as they were understood, from a table of copies made for nothing else: twenty ids by rank, counts for every
filter, the twenty texts; no rule is asked, no word read or marked. Both are asked in turn, in one run, and the median of
three rounds is taken of each (DECISIONS 61). The embedded engine keeps what the rules say of a hit until something public
changes: “first” is the same question once more, asked when nothing is kept of any hit, and nobody is judged by it;
with ``--cpu`` (SQLite, which works in this process) what is counted is the time of the processor, which a busy machine
changes less. All listings, and questions that find more than one in ten, are a class of their own with three times the limit.

Plain modelsearch, the search that Wagtail brings along, is asked last, beside the embedded engine alone: every fifth
question with words, for the same terms of the same documents, without the synonyms and rules that it does not know and
without filters and their counts: twenty documents and their number. Its index is written in a transaction that is undone.

``SEARCH_ROWS`` (20000) listings are written in a folder of their own; with ``--measure`` those are asked that VAR_DIR holds;
``--postgresql`` asks a PostgreSQL server of its own as well, ``--elasticsearch`` an Elasticsearch of its own beside the first:
what is timed there has other limits, and the raw engine is the cluster asked the same question by its client alone.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

ROWS = int(os.environ.get("SEARCH_ROWS", "20000"))
ROUNDS = 3
# Milliseconds of the 95th percentile by the number of listings, and times the raw engine.
LIMITS, TIMES_RAW, MANY = {20_000: 40, 100_000: 100}, 2.0, 3
# Judged of a million: below, the twenty cards are most of what is timed.
ELASTIC_LIMITS, ELASTIC_TIMES_RAW = {1_000_000: 100}, 1.5
CLASSES = ("few", "many")
# Every so manieth question is asked of plain modelsearch.
SAMPLE = 5
# What documents and index of 100,000 listings take; the runbook asks as much of a server.
BUFFERS = "256MB"


def manage(environment: dict[str, str], *arguments: str) -> float:
    """Run ``manage.py``; the seconds it took."""
    began = time.monotonic()
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, check=True)
    return time.monotonic() - began


def prepare(environment: dict[str, str]) -> None:
    """Registers, pages and listings, and how long the index took to make."""
    for command in ("compile_messages", "migrate", "load_reference", "load_content"):
        manage(environment, command, "--verbosity", "0")
    load = f"from tests.search import corpus; corpus.load({ROWS})"
    written = manage(environment, "shell", "--verbosity", "0", "-c", load)
    # The companies that are suspended: else Elasticsearch is told of listings that it must be asked again without.
    manage(environment, "shell", "--verbosity", "0", "-c", "from content.jobs import services; services.repair()")
    indexed = manage(environment, "rebuild_search_index", "--verbosity", "0")
    print(f"{ROWS} listings written in {written:.0f} s, their index made in {indexed:.0f} s", flush=True)


def measure(cpu: bool) -> int:
    """Time the engine of the configured database beside the raw one."""
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.utils import timezone

    from content.jobs import selectors as jobs
    from search import questions
    from search.engines import get_engine, listed
    from search.highlighting import marked
    from search.questions import JOB
    from search.types import JobQuery
    from tests.benchmarks.raw_search import RawElastic, RawSearch

    on, engine, elastic = timezone.localdate(), get_engine(), bool(settings.ELASTICSEARCH_URL)
    raw, asked = RawElastic(on) if elastic else RawSearch(connection, on), _questions(engine, on)
    now = time.process_time if cpu and connection.vendor == "sqlite" and not elastic else time.perf_counter

    def portal(query) -> int:
        results = engine.search_jobs(query, on)
        marks = questions.read(results.corrected or query.words, JOB).marks
        for card in jobs.cards(results.ids, on):
            marked(card.title, marks)
        return results.total

    def timed(ask: Callable, query) -> float:
        began = now()
        ask(query)
        return (now() - began) * 1000

    total = portal(_everything())
    found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in CLASSES}
    for number, query in enumerate(asked):
        share = engine.search_jobs(replace(query, **dict.fromkeys(query.filters, "")), on).total / total
        # In turn, whoever is first: what one has read lies ready for the other.
        pairs = [(portal, raw.search), (raw.search, portal)]
        raw.meant(query if elastic else query.words)
        rounds = []
        for turn in range(ROUNDS):
            times = {ask: timed(ask, query) for ask in pairs[(number + turn) % 2]}
            rounds.append((times[portal], times[raw.search]))
        ours, its = (statistics.median(column) for column in zip(*rounds, strict=True))
        listed._kept().clear()
        found["many" if share > 0.1 or not query.words else "few"].append((ours, its, timed(portal, query)))
    embedded = next((most for rows, most in LIMITS.items() if rows >= ROWS), None)
    limit = ELASTIC_LIMITS.get(ROWS) if elastic else embedded
    named = f"{'elasticsearch beside ' if elastic else ''}{connection.vendor}, {total} public listings"
    print(f"\n{named}, {'CPU' if now is time.process_time else 'wall'} time, load {os.getloadavg()[0]:.1f}")
    print(_size_in_elasticsearch() if elastic else _size(connection))
    # Kilobytes on Linux. Measured before anybody else works in this process.
    print(f"at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000:.0f} MB of memory in this process")
    ended = _report(found, limit, ELASTIC_TIMES_RAW if elastic else TIMES_RAW)
    if not elastic:
        words = [query.words for query in asked if query.words][::SAMPLE]
        _beside_modelsearch(
            connection, words, lambda typed: timed(portal, JobQuery(words=typed, sort="relevance")), now
        )
    return ended


def _beside_modelsearch(connection, words: list[str], ours: Callable, now: Callable) -> None:
    """Plain modelsearch over the same documents: its index, and the times of both for the same words."""
    from django.db import transaction

    from search import questions
    from search.questions import JOB
    from tests.benchmarks.raw_search import PlainModelsearch

    times = [statistics.median(ours(typed) for _round in range(ROUNDS)) for typed in words]
    terms = [" ".join(group[0][0] for group in questions.read(typed, JOB).groups) for typed in words]
    with transaction.atomic():
        before, began = _database(connection), now()
        plain = PlainModelsearch()
        seconds, size = now() - began, (_database(connection) - before) / 1e6
        print(f"\nplain modelsearch: index made in {seconds:.1f} s, {size:.0f} MB")
        rows = []
        for mine, asked in zip(times, terms, strict=True):
            if asked:
                rounds = []
                # What takes a second takes no other median.
                while len(rounds) < ROUNDS and sum(rounds) < 1000:
                    began = now()
                    plain.search(asked)
                    rounds.append((now() - began) * 1000)
                rows.append((mine, statistics.median(rounds)))
        transaction.set_rollback(True)
    mine, its = (sorted(column) for column in zip(*rows, strict=True))
    print(
        f"{len(rows)} questions: p50 {_at(mine, 0.5):.1f}, p95 {_at(mine, 0.95):.1f} ms; plain modelsearch "
        f"p50 {_at(its, 0.5):.1f}, p95 {_at(its, 0.95):.1f} ms"
    )


def _database(connection) -> int:
    """The bytes that the database takes, what is not committed included."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
        else:
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
        return cursor.fetchone()[0]


def _everything():
    from search.types import JobQuery

    return JobQuery()


def _questions(engine, on) -> list:
    """The judged queries, each with none, one and two filters of what it finds, and all listings."""
    from search import judging
    from search.types import JobQuery

    files = sorted((ROOT / "tests" / "search" / "judgements").glob("*.toml"))
    judged = [one for path in files for one in judging.read(path) if one.kind == "jobs"]
    asked = []
    for number, one in enumerate(judged):
        query = JobQuery(words=one.words, sort="relevance")
        facets = engine.search_jobs(query, on).facets
        names = [name for name, facet in facets.items() if facet.options]
        chosen = {}
        for place in range(min(number % 3, len(names))):
            name = names[(number + place) % len(names)]
            chosen[name] = max(facets[name].options, key=lambda option: option.count).value
        asked.append(replace(query, **chosen))
    return [*asked, JobQuery(), JobQuery(page=5), JobQuery(country="TW"), JobQuery(work="caregiver", cost="zero")]


def beside(site: dict[str, str], again: list[str], stack: ExitStack) -> int:
    """The same on an Elasticsearch of its own that holds what ``site`` holds."""
    from tests import elasticsearch
    from tests.search.judge import QUEUE

    url = stack.enter_context(elasticsearch.serving()).url
    environment = {
        **os.environ, **site, **QUEUE, "PYTHONPATH": str(ROOT), "ELASTICSEARCH_URL": url, "ELASTICSEARCH_SECONDS": "20"
    }  # fmt: skip
    manage(environment, "migrate", "--verbosity", "0")
    seconds = manage(environment, "rebuild_search_index", "--verbosity", "0")
    print(f"{ROWS} listings in Elasticsearch in {seconds:.0f} s", flush=True)
    return subprocess.run(again, cwd=ROOT, env=environment).returncode


def _report(found: dict, limit: int | None, times_raw: float) -> int:
    print(
        f"{'milliseconds':<24}{'questions':>10}{'p50':>8}{'p95':>8}{'p99':>8}{'raw p50':>9}{'raw p95':>9}{'ratio p95':>11}"
        f"{'first p50':>11}{'first p95':>11}"
    )
    missed = 0
    for name, pairs in found.items():
        ours, raw, first = (sorted(column) for column in zip(*pairs, strict=True))
        p95, raw95 = _at(ours, 0.95), _at(raw, 0.95)
        print(
            f"{name:<24}{len(ours):>10}{_at(ours, 0.5):>8.1f}{p95:>8.1f}{_at(ours, 0.99):>8.1f}"
            f"{_at(raw, 0.5):>9.1f}{raw95:>9.1f}{p95 / raw95:>11.2f}"
            f"{_at(first, 0.5):>11.1f}{_at(first, 0.95):>11.1f}"
        )
        most = limit and limit * (MANY if name == "many" else 1)
        if most:
            reached = p95 <= most and p95 <= times_raw * raw95
            missed += not reached
            print(f"  first: {'within' if _at(first, 0.95) <= most else 'above'} {most} ms, which fails nothing")
            print(f"  at most {most} ms and {times_raw:g} times the raw engine: {'reached' if reached else 'MISSED'}")
    return min(missed, 1)


def _at(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _size_in_elasticsearch() -> str:
    from search.engines.elastic.client import asking
    from search.engines.elastic.shapes import alias
    from search.questions import JOB

    held = asking().indices.stats(index=alias(JOB), metric="store")["_all"]["total"]["store"]["size_in_bytes"]
    return f"index {held / 1e6:.0f} MB"


def _size(connection) -> str:
    """What documents and index take on the disk."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_total_relation_size('search_searchdocument') / 1e6")
            return f"documents and index {cursor.fetchone()[0]:.0f} MB"
        cursor.execute("SELECT SUM(LENGTH(block)) / 1e6 FROM search_fts_data")
        index = cursor.fetchone()[0]
        cursor.execute(
            "SELECT SUM(LENGTH(title) + LENGTH(text) + LENGTH(terms_a) + LENGTH(terms_b) + LENGTH(terms_c)"
            " + LENGTH(terms_d) + LENGTH(uses)) / 1e6 FROM search_searchdocument"
        )
        return f"documents {cursor.fetchone()[0]:.0f} MB, index {index:.0f} MB"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cpu", action="store_true", help="Count the time of the processor on SQLite.")
    parser.add_argument("--postgresql", action="store_true", help="Also on PostgreSQL.")
    parser.add_argument("--elasticsearch", action="store_true", help="Also on Elasticsearch.")
    parser.add_argument("--measure", action="store_true", help="Only measure what VAR_DIR and DATABASE_URL name.")
    chosen = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
    if chosen.measure:
        return measure(chosen.cpu)
    again = [sys.executable, __file__, "--measure", *(["--cpu"] if chosen.cpu else [])]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lentera-bench-")))
        sites = [{"VAR_DIR": str(folder / "sqlite")}]
        if chosen.postgresql:
            from tests.postgresql import serving

            sites.append({"VAR_DIR": str(folder / "postgresql"), **stack.enter_context(serving(BUFFERS)).pair()})
        ended = []
        for site in sites:
            environment = {**os.environ, **site, "PYTHONPATH": str(ROOT)}
            for name in ("db", "cache", "media"):
                (Path(site["VAR_DIR"]) / name).mkdir(parents=True)
            prepare(environment)
            ended.append(subprocess.run(again, cwd=ROOT, env=environment).returncode)
        if chosen.elasticsearch:
            ended.append(beside(sites[0], again, stack))
    return max(ended)


if __name__ == "__main__":
    sys.exit(main())
