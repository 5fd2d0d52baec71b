"""The figures of the judged queries are what DECISIONS 39 says, and the judgements can be understood."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import call_command

from content.jobs.codes import is_well_formed
from content.jobs.models import CostLine, JobListing
from content.registers.models import ExchangeRate
from search import judging
from search.judging import JudgementError, compared, mean, read
from search.types import JobQuery, PageQuery, PageResults, SearchResults
from tests.factories.jobs import CostLineFactory, day
from tests.search import corpus
from tests.search.world import article, home, listing

JUDGEMENTS = Path(__file__).parent / "judgements"


@pytest.mark.parametrize(
    ("found", "fitting", "recall", "precision"),
    [
        ([1, 2, 3], {1, 2, 3}, 1, 1),
        ([1, 9, 8, 7, 6, 2], {1, 2}, 1, 1 / 2),
        ([], {1}, 0, 0),
        ([*range(20), 99], {99}, 0, 0),
        (list(range(20)), set(range(500)), 1, 1),
        ([0, 900, 1, 901, 2, 902], set(range(10)), 3 / 10, 3 / 5),
    ],
)
def test_recall_and_precision_are_counted_against_what_could_be_reached(
    found: list[int], fitting: set[int], recall: float, precision: float
) -> None:
    assert compared(found, dict.fromkeys(fitting, 1))[:2] == (recall, precision)


def test_the_gain_is_one_for_the_best_order_and_less_for_any_other() -> None:
    worth = {1: 2, 2: 1, 3: 1}
    assert compared([1, 2, 3], worth)[2] == 1
    assert compared([2, 1, 3], worth)[2] == pytest.approx(
        (1 + 3 / math.log2(3) + 1 / 2) / (3 + 1 / math.log2(3) + 1 / 2)
    )
    assert compared([9, 1], worth)[2] < compared([1, 9], worth)[2] < 1


def test_every_class_of_the_two_halves_has_its_queries_and_none_stands_in_both() -> None:
    halves = {path.stem: read(path) for path in JUDGEMENTS.glob("*.toml")}
    assert set(halves) == {"tuning", "held_out"}
    typed = [{judgement.words.casefold() for judgement in half} for half in halves.values()]
    assert not typed[0] & typed[1]
    assert len(typed[0] | typed[1]) >= 200
    counts = {name: Counter(judgement.group for judgement in half) for name, half in halves.items()}
    assert set(counts["tuning"]) == set(counts["held_out"])
    assert len(counts["tuning"]) == 8
    for group in counts["tuning"]:
        assert min(counts["tuning"][group], counts["held_out"][group]) >= 10, group


class Answers:
    """An engine that has one answer."""

    def __init__(self, ids: tuple[int, ...] = (), hits: tuple = ()) -> None:
        self.ids, self.hits = ids, hits

    def search_jobs(self, query: JobQuery, on: object) -> SearchResults:
        assert query.sort == "relevance"
        return SearchResults(ids=self.ids)

    def search_pages(self, query: PageQuery) -> PageResults:
        return PageResults(hits=self.hits)


def judged(tmp_path: Path, text: str, engine: Answers) -> judging.Figures:
    path = tmp_path / "few.toml"
    path.write_text(text, encoding="utf-8")
    return mean(judging.measure(engine, read(path), day(0)))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("condition", "fits"),
    [
        ("country=TW", "ab"),
        ("work=caregiver cost=zero", "a"),
        ("place=tai_chung|Kaohsiung", "b"),
        ("wage>=TWD:21000", "b"),
        ("wage>=IDR:10500000", "b"),
        ("wage>=IDR:10000000", "ab"),
        ("scheme=p2p occupation=5322|9999", "ab"),
    ],
)
def test_listings_are_judged_by_their_attributes(tmp_path: Path, condition: str, fits: str) -> None:
    ExchangeRate.objects.create(currency="TWD", rupiah=500, on=day(0), example=True)
    rows = {"a": listing(place="Taipei", wage_min=20000), "b": listing(place="Kaohsiung", wage_min=1, wage_max=21000)}
    CostLineFactory(listing=rows["b"], payer="worker", component__free_by_law=False)
    JobListing.objects.filter(pk=listing().pk).update(status="draft")
    text = f'[x]\n"q" = {{ jobs = "{condition}" }}'
    assert judged(tmp_path, text, Answers(tuple(rows[name].pk for name in fits))).recall == 1
    for name in fits:
        others = tuple(row.pk for row in rows.values() if row != rows[name])
        assert judged(tmp_path, text, Answers(others)).recall < 1


@pytest.mark.django_db
def test_pages_are_judged_by_their_indonesian_slug_in_any_language(tmp_path: Path) -> None:
    both = article(home("id"), "Paspor", slug="paspor")
    english = article(home("en"), "Passport", slug="paspor", of=both)

    class Hit:
        key = english.pk

    text = '[x]\n"passport" = { language = "en", pages = "paspor" }'
    assert judged(tmp_path, text, Answers(hits=(Hit,))).precision == 1
    assert judged(tmp_path, text, Answers()).precision == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[x]\n"q" = { jobs = "colour=red" }', "“colour=red” is no condition"),
        ('[x]\n"q" = { jobs = "wage>=IDR" }', "names no amount"),
        ('[x]\n"q" = { jobs = "country=XX" }', "nothing fits"),
        ('[x]\n"q" = { pages = "nowhere" }', "no page “nowhere”"),
        ('[x]\n"q" = { job = "country=TW" }', "unknown key job"),
        ("[x", "few.toml"),
    ],
)
def test_what_cannot_be_understood_is_named(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(JudgementError, match=problem):
        judged(tmp_path, text, Answers())


@pytest.mark.one_database
@pytest.mark.django_db
def test_the_corpus_is_the_same_for_each_seed_and_follows_the_rules() -> None:
    call_command("load_reference", verbosity=0)

    def rows() -> list[tuple]:
        columns = (
            "code",
            "reference",
            "occupation__code",
            "place",
            "wage_min",
            "wage_max",
            "status",
            "agency__legal_name",
        )
        return sorted(JobListing.objects.values_list(*columns))

    def cleared() -> None:
        CostLine.objects.all().delete()
        JobListing.objects.all().delete()
        corpus.JobOrder.objects.all().delete()
        corpus.Agency.objects.all().delete()

    steps = []
    corpus.load(300, progress=lambda done, total: steps.append((done, total)))
    first, public = rows(), JobListing.objects.public().count()
    assert steps == [(300, 300)]
    assert len(first) == 300
    assert 0.85 * 300 < public < 300
    assert all(is_well_formed(code) for code, *_rest in first)
    cleared()
    corpus.load(300)
    assert rows() == first
    cleared()
    corpus.load(300, seed=1)
    assert rows() != first


@pytest.mark.django_db
def test_the_command_prints_each_class_and_names_what_was_missed(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    listing()
    path = tmp_path / "few.toml"
    path.write_text(
        '[a]\n"taiwan" = { jobs = "country=TW" }\n[b]\n"xqzzyv" = { jobs = "country=TW" }', encoding="utf-8"
    )
    call_command("judge_search", path, misses=True)
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines[1][0] == "few,"
    assert lines[1][2:] == ["2", "0.500", "0.500", "0.500"]
    assert ["a", "1", "1.000", "1.000", "1.000"] in lines
    assert ["b:", "“xqzzyv”", "jobs:", "0.00", "0.00"] in lines
