"""How good the search must be on every engine (tests/search/judgements), on the half that it was tuned by and the other."""

from __future__ import annotations

import json
import re
from contextlib import nullcontext
from pathlib import Path

import pytest

from tests.demo import Demo, manage
from tests.elasticsearch import Elasticsearch
from tests.postgresql import PostgreSQL
from tests.search.judge import LOADED, indexed
from tests.servers import run_folder

pytestmark = pytest.mark.demo

NO_EXAMPLES = "from content.jobs import examples; examples.remove(lambda *said: None)"
# recall@20 and precision@5 of a half, recall@20 of each class, and how far two engines may be apart.
RECALL, PRECISION, RECALL_OF_A_CLASS, APART = 0.95, 0.80, 0.90, 0.02

Figures = dict[str, tuple[float, float]]


def figures(printed: str) -> dict[str, Figures]:
    """What ``judge_search`` printed: for each half, recall and precision of the whole (“”) and of each class."""
    halves: dict[str, Figures] = {}
    for line in printed.splitlines()[1:]:
        name, _count, recall, precision, _gain = re.fullmatch(r"(.+?) +(\d+) +(\S+) +(\S+) +(\S+)", line).groups()
        if not name.startswith(" "):
            held = halves.setdefault(name.partition(",")[0], {})
        held["" if not name.startswith(" ") else name.strip()] = float(recall), float(precision)
    return halves


def judged_well(halves: dict[str, Figures]) -> None:
    assert set(halves) == {"tuning", "held_out"}
    for half, held in halves.items():
        recall, precision = held[""]
        assert recall >= RECALL, (half, held)
        assert precision >= PRECISION, (half, held)
        assert len(held) == 9
        assert min(recall for recall, _precision in held.values()) >= RECALL_OF_A_CLASS, (half, held)


def alike(halves: dict[str, Figures], others: dict[str, Figures]) -> None:
    for half, held in halves.items():
        for here, there in zip(held[""], others[half][""], strict=True):
            assert abs(here - there) <= APART, (half, held[""], others[half][""])


def alike_in_this_run(engine: str, halves: dict[str, Figures], folder: Path) -> None:
    """Keep the figures of an engine, then compare them with all that are kept: engines may be judged in several processes.

    Each keeps its own before it looks for others, so of any two at least the later one compares them.
    """
    kept, half = folder / f"judged-{engine}.json", folder / f"judged-{engine}.half"
    half.write_text(json.dumps(halves))
    half.rename(kept)
    for path in folder.glob("judged-*.json"):
        alike(halves, json.loads(path.read_text()))


@pytest.mark.parametrize(("recall", "same"), [(0.972, True), (0.968, False)])
def test_any_two_engines_are_compared(tmp_path: Path, recall: float, same: bool) -> None:
    """Each of the others is near enough to the first one, but perhaps not to one another."""
    alike_in_this_run("one", {"tuning": {"": (0.98, 0.9)}}, tmp_path)
    alike_in_this_run("two", {"tuning": {"": (0.99, 0.9)}}, tmp_path)
    with nullcontext() if same else pytest.raises(AssertionError, match="tuning"):
        alike_in_this_run("three", {"tuning": {"": (recall, 0.9)}}, tmp_path)


@pytest.fixture(scope="module")
def judged(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    site = demo.copy(tmp_path_factory.mktemp("judged") / "site")
    hold_the_corpus(site)
    return site


def hold_the_corpus(site: Demo, **chosen: str) -> None:
    """In place of the examples of the demonstration, what the queries are judged for."""
    site.manage("shell", "-c", f"{NO_EXAMPLES}; {LOADED}", **chosen)
    site.manage("rebuild_search_index", "--verbosity", "0", **chosen)


@pytest.fixture(scope="module")
def sqlite(judged: Demo) -> dict[str, Figures]:
    return figures(judged.manage("judge_search"))


def test_the_embedded_engine_finds_what_people_want(sqlite: dict[str, Figures]) -> None:
    judged_well(sqlite)


@pytest.mark.postgresql
@pytest.mark.xdist_group("postgresql")
def test_postgresql_finds_it_as_well(
    postgresql: PostgreSQL,
    demo_on_postgresql: tuple[Demo, dict[str, str]],
    sqlite: dict[str, Figures],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    site, built = demo_on_postgresql
    pair = postgresql.pair(like=built)
    hold_the_corpus(site, **pair)
    halves = figures(site.manage("judge_search", **pair))
    judged_well(halves)
    alike(halves, sqlite)
    alike_in_this_run("postgresql", halves, run_folder(tmp_path_factory))


@pytest.mark.elasticsearch
@pytest.mark.xdist_group("elasticsearch")
def test_elasticsearch_finds_it_as_well(
    elasticsearch: Elasticsearch,
    judged: Demo,
    sqlite: dict[str, Figures],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    environment = indexed(judged.environment(ELASTICSEARCH_PREFIX="judged"), elasticsearch.url)
    printed = manage(environment, "judge_search")
    assert "ElasticEngine" in printed
    halves = figures(printed)
    judged_well(halves)
    alike(halves, sqlite)
    alike_in_this_run("elasticsearch", halves, run_folder(tmp_path_factory))
