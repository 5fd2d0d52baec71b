"""What may go wrong between the portal and a real Elasticsearch while it is told, written anew and asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache

from content.core import background
from content.jobs.models import JobListing
from content.registers import generation
from search import leases, outer
from search.engines import get_engine, get_outer, guarded
from search.engines.base import Unanswerable, Unavailable
from search.engines.elastic import engine, indices, telling
from search.engines.elastic.client import asking, speaking
from search.models import SearchChange, SearchLease
from search.types import JobQuery, SearchResults
from tests.elasticsearch import Elasticsearch
from tests.factories.jobs import day
from tests.search.world import article, home, listing, settle

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.elasticsearch,
    pytest.mark.xdist_group("elasticsearch"),
    pytest.mark.usefixtures("used"),
]


@pytest.fixture
def used(elasticsearch: Elasticsearch, settings: Any) -> Iterator[None]:
    """Indices that are new and empty; whatever was left of them is gone afterwards."""
    settings.ELASTICSEARCH_URL = [elasticsearch.url]
    settings.ELASTICSEARCH_PREFIX = "writing"
    settings.ELASTICSEARCH_SECONDS = 20
    for kind in telling.KINDS:
        telling.rebuild(kind)
    settle()
    yield
    left = indices.writing().indices.get(index="writing-*", expand_wildcards="all")
    for name in left:
        indices.writing().indices.delete(index=name)


def whole(kind: str = "job") -> bool:
    """One index answers and holds everything; nothing is left over and nothing waits."""
    found = indices.state(kind)
    return bool(found.serving) and not found.others and telling.differences(kind) == SearchChange.objects.count() == 0


def test_a_swap_whose_answer_is_lost_has_happened(monkeypatch: pytest.MonkeyPatch) -> None:
    listing()
    telling.tell()
    swap = indices.put_in_place

    def unheard(kind: str, name: str) -> None:
        swap(kind, name)
        raise Unavailable("ConnectionTimeout")

    monkeypatch.setattr(indices, "put_in_place", unheard)
    before = indices.state("job").serving
    assert telling.rebuild("job") == 1
    assert indices.state("job").serving not in ("", before)
    assert whole()


def test_a_swap_that_comes_after_its_builder_has_given_up_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    listing()
    telling.tell()
    swap, late, refused = indices.put_in_place, [], []

    def unheard(kind: str, name: str) -> None:
        late.append((kind, name))
        raise Unavailable("ConnectionTimeout")

    monkeypatch.setattr(indices, "put_in_place", unheard)
    state = indices.state

    def swapped_meanwhile(kind: str) -> indices.State:
        found = state(kind)
        if late:
            with pytest.raises(Unavailable) as raised:
                swap(*late.pop())
            refused.append(raised.value)
        return found

    monkeypatch.setattr(indices, "state", swapped_meanwhile)
    before = indices.state("job").serving
    with pytest.raises(Unavailable, match="ConnectionTimeout"):
        telling.rebuild("job")
    assert refused
    monkeypatch.setattr(indices, "state", state)
    assert indices.state("job").serving == before
    assert whole()


@pytest.mark.parametrize("change", ["changed", "deleted"])
def test_who_tells_too_late_makes_no_index_of_the_name_of_an_alias(
    monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    held = listing()
    telling.tell()
    if change == "changed":
        held.place = "Kaohsiung"
        held.save()
    else:
        held.changes.all().delete()
        held.delete()
    # What a process believes that was frozen after it had asked: there is an index being built.
    believed = [*indices.targets("job"), indices.next_alias("job")]
    with monkeypatch.context() as frozen:
        frozen.setattr(indices, "targets", lambda kind: believed)
        telling.tell()
    assert indices.state("job").others == ()
    assert SearchChange.objects.exists(), "it was refused, so it waits"
    telling.tell()
    assert whole()


def test_where_no_index_is_none_is_made_by_a_change(monkeypatch: pytest.MonkeyPatch) -> None:
    listing()
    believed = indices.targets("job")
    indices.writing().indices.delete(index=indices.state("job").serving)
    monkeypatch.setattr(indices, "targets", lambda kind: believed)
    telling.tell()
    assert not indices.writing().indices.exists(index="writing-job")
    assert SearchChange.objects.exists()


def test_a_database_that_was_restored_from_its_backup_is_told_of() -> None:
    held = listing()
    telling.tell()
    SearchLease.objects.update(number=1)
    held.place = "Kaohsiung"
    held.save()
    telling.tell()
    assert whole()


def test_what_an_index_of_a_later_database_refuses_waits_and_a_rebuild_puts_it_right(queued: list) -> None:
    held = listing()
    later = leases.take("another", 0).number + 10**9
    indices.write("job", [held.pk], indices.targets("job"), later)
    held.place = "Kaohsiung"
    held.save()
    assert telling.tell() == 0
    assert SearchChange.objects.exists()
    assert any("ahead of this one" in said for said in outer.troubles(outer.status()))
    queued.clear()
    outer.keep_up()
    assert [arguments for _work, *arguments in queued] == [["job"]]
    outer.rebuild("job")
    telling.tell()
    assert whole()
    assert outer.troubles(outer.status()) == []


@pytest.mark.parametrize("part", ["", "-next"])
def test_an_index_of_the_name_of_an_alias_gives_way(queued: list, part: str) -> None:
    held = listing()
    for name in indices.writing().indices.get(index="writing-job-*", expand_wildcards="all"):
        indices.writing().indices.delete(index=name)
    indices.writing().indices.create(index=f"writing-job{part}")
    outer.keep_up()
    assert [arguments for _work, *arguments in queued] == [["job"]]
    assert telling.rebuild("job", needed_only=True) == 1
    assert not indices.writing().indices.get(index=f"writing-job{part}", ignore_unavailable=True).body.keys() & {
        f"writing-job{part}"
    }
    assert ask().ids == (held.pk,)


def test_an_index_that_takes_nothing_keeps_no_other_one_from_being_told(monkeypatch: pytest.MonkeyPatch) -> None:
    listing()
    article(home("id"), "Paspor")
    targets = indices.targets

    def unreachable(kind: str) -> list[str]:
        if kind == "job":
            raise Unavailable("ConnectionTimeout")
        return targets(kind)

    monkeypatch.setattr(indices, "targets", unreachable)
    with pytest.raises(Unavailable, match="ConnectionTimeout"):
        telling.tell()
    assert set(SearchChange.objects.values_list("kind", flat=True)) == {"job"}
    monkeypatch.setattr(indices, "targets", targets)
    telling.tell()
    assert whole("job")
    assert whole("page")


# --- tick ----------------------------------------------------------------------------------------------------------


def test_pages_that_were_kept_before_it_was_told_are_made_anew_once(monkeypatch: pytest.MonkeyPatch) -> None:
    listing()
    article(home("id"), "Paspor")
    for number in range(3):
        listing(place=f"Tempat {number}")
    replaced: list[int] = []
    monkeypatch.setattr(telling, "_CHUNK", 2)
    monkeypatch.setattr(generation, "replace", lambda: replaced.append(len(ask(per_page=10).ids)))
    assert telling.tell() > 2
    assert replaced == [4], "once, when everything is found"
    assert telling.tell() == 0
    assert len(replaced) == 1


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """A queue that nobody works off: what was put into it."""
    held: list[tuple[Any, ...]] = []
    monkeypatch.setattr(background, "start", lambda work, *arguments, resumable=False: held.append((work, *arguments)))
    return held


def gone(kind: str) -> None:
    indices.writing().indices.delete(index=indices.state(kind).serving)


def test_a_rebuild_is_asked_for_once_and_again_where_it_did_not_come_to_its_end(queued: list) -> None:
    listing()
    gone("job")
    for _minute in range(3):
        outer.keep_up()
    assert [arguments for _work, *arguments in queued] == [["job"]]
    with leases.taken("build-job", 60):
        outer.rebuild("job")  # somebody else is at it
    outer.keep_up()
    assert len(queued) == 2, "the first one is at its end and there is still no index"


def test_a_rebuild_that_is_not_needed_any_more_does_nothing_and_one_that_is_ordered_does() -> None:
    listing()
    telling.tell()
    before = indices.state("job").serving
    outer.rebuild("job")
    assert indices.state("job").serving == before
    outer.rebuild_all(lambda done, total: None)
    assert indices.state("job").serving != before


def test_a_kind_that_is_in_trouble_keeps_no_other_one_waiting(queued: list, monkeypatch: pytest.MonkeyPatch) -> None:
    gone("page")
    tidy = telling.tidy

    def unreachable(kind: str) -> bool:
        if kind == "job":
            raise Unavailable("ConnectionTimeout")
        return tidy(kind)

    monkeypatch.setattr(telling, "tidy", unreachable)
    outer.keep_up()
    assert [arguments for _work, *arguments in queued] == [["page"]]


def test_where_nothing_can_be_queued_it_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    gone("job")

    def full(*arguments: Any, **options: Any) -> None:
        raise OSError("no queue")

    monkeypatch.setattr(background, "start", full)
    for _minute in range(2):
        with pytest.raises(OSError, match="no queue"):
            outer.keep_up()


def test_who_builds_and_looks_waits_longer_than_a_reader(settings: Any) -> None:
    settings.ELASTICSEARCH_SECONDS = 0.000001
    with pytest.raises(Unavailable), speaking():
        asking().count(index="writing-job")
    listing()
    telling.tell()
    outer.rebuild_all(lambda done, total: None)
    assert outer.status().trouble == ""
    assert whole()


# --- questions -----------------------------------------------------------------------------------------------------


def ask(page: int = 1, per_page: int = 2) -> SearchResults:
    return get_outer().search_jobs(JobQuery(page=page, per_page=per_page), day(0))


@pytest.fixture
def wrong(queued: list) -> Iterator[list[int]]:
    """Seven listings of the index are no more true, and nobody puts that right; five behind them are."""
    cache.clear()
    rows = [listing(closing_date=day(3 + number)).pk for number in range(12)]
    telling.tell()
    JobListing.objects.filter(pk__in=rows[:7]).update(closing_date=day(-1))
    queued.clear()
    yield rows
    cache.clear()


def test_a_page_is_full_and_its_counts_are_true_however_much_is_wrong(wrong: list[int], queued: list) -> None:
    found = ask()
    assert (found.ids, found.total, found.facets["country"].count("TW")) == (tuple(wrong[7:9]), 5, 5)
    assert [sorted(keys) for _work, keys in queued] == [wrong[:7]]


def test_a_page_repeats_and_loses_nothing_of_the_one_before_it(wrong: list[int]) -> None:
    pages = [ask(page) for page in (1, 2, 3)]
    assert [key for found in pages for key in found.ids] == wrong[7:]
    assert {(found.total, found.pages) for found in pages} == {(5, 3)}


def test_what_has_been_put_right_is_shown_at_once(wrong: list[int]) -> None:
    ask()
    JobListing.objects.filter(pk=wrong[0]).update(closing_date=day(3))
    assert ask().ids == (wrong[0], wrong[7])


def test_what_has_been_put_right_counts_for_its_new_value_at_once(queued: list) -> None:
    cache.clear()
    first, moved = listing(), listing()
    telling.tell()
    JobListing.objects.filter(pk=moved.pk).update(education="s1")
    query = JobQuery(education="sma")
    assert get_outer().search_jobs(query, day(0)).ids == (first.pk,)
    telling.look_over("job")
    telling.tell()
    found = get_outer().search_jobs(query, day(0))
    assert (found.ids, found.total) == ((first.pk,), 1)
    assert (found.facets["education"].count("sma"), found.facets["education"].count("s1")) == (1, 2)
    cache.clear()


def test_where_too_much_is_wrong_the_database_answers_this_one_question(
    wrong: list[int], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(guarded, "breaker", guarded.Breaker())
    monkeypatch.setattr(engine, "_MOST_LOOKED_AT", 1)
    monkeypatch.setattr(engine, "_TRIES", 2)
    with pytest.raises(Unanswerable):
        ask()
    cache.clear()
    for _reader in range(2):
        found = get_engine().search_jobs(JobQuery(per_page=2), day(0))
        assert (found.ids, found.total) == (tuple(wrong[7:9]), 5)
        cache.clear()
    assert not guarded.breaker.failing
    assert [record.getMessage() for record in caplog.records] == [
        "Elasticsearch cannot answer a question (too much of the index is old); the database answers such ones."
    ]


def test_a_reader_has_an_answer_though_no_repair_can_be_begun(
    wrong: list[int], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*arguments: Any, **options: Any) -> None:
        raise OSError("rahasiaketikan")

    with monkeypatch.context() as patched:
        patched.setattr(background, "start", full)
        assert ask().ids == tuple(wrong[7:9])
    assert "OSError" in caplog.text
    assert "rahasiaketikan" not in caplog.text
    begun: list[list[int]] = []
    monkeypatch.setattr(background, "start", lambda work, keys, resumable=False: begun.append(keys))
    assert ask().ids == tuple(wrong[7:9])
    assert begun == [wrong[:7]], "nothing is marked that was not begun"


def test_a_question_that_the_server_refuses_is_answered_by_the_database_and_others_by_the_server(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(guarded, "breaker", guarded.Breaker())
    held = listing()
    telling.tell()
    asked = engine.ElasticEngine.asked

    def refused(self: Any, query: JobQuery, *arguments: Any) -> Any:
        search = asked(self, query, *arguments)
        return search.sort("rahasiaketikan") if query.sort == "newest" else search

    monkeypatch.setattr(engine.ElasticEngine, "asked", refused)
    for _reader in range(2):
        assert get_engine().search_jobs(JobQuery(sort="newest"), day(0)).ids == (held.pk,)
    assert not guarded.breaker.failing
    assert [record.getMessage() for record in caplog.records] == [
        "Elasticsearch cannot answer a question (search_phase_execution_exception, 400); "
        "the database answers such ones."
    ]
