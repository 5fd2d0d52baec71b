"""The documents and the inverted index: written together, compared honestly, repaired by a command."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable

import pytest
from django.core.management import CommandError, call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection

from content.core import background
from content.jobs.models import JobListing
from content.registers.models import Channel
from search import indexing
from search.engines import get_embedded, get_engine
from search.models import SearchDocument
from search.types import Changes, PageQuery
from tests.factories.jobs import day
from tests.search.world import article, home, listing, many_listings, settle

pytestmark = pytest.mark.django_db


def run(command: str, **options: object) -> str:
    out = io.StringIO()
    call_command(command, stdout=out, **options)
    return out.getvalue()


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        ("UPDATE search_searchdocument SET terms_d = 'lain'", "does not hold the words"),
        ("DELETE FROM search_fts_docsize", "not in the index"),
        ("DELETE FROM search_searchdocument", "have no document"),
    ],
)
def test_the_check_finds_what_counting_rows_cannot(damage: str, sentence: str) -> None:
    if connection.vendor != "sqlite":
        return  # PostgreSQL computes its column from the row; there is nothing that could differ
    listing()
    assert get_embedded().check() == []
    with connection.cursor() as cursor:
        cursor.execute(damage)
    assert any(sentence in trouble for trouble in get_embedded().check())
    with pytest.raises(CommandError, match="rebuild_search_index"):
        run("search_check")
    run("rebuild_search_index", verbosity=0)
    assert get_embedded().check() == []
    assert "Documents: 1, all of them right" in run("search_check")


def test_a_flush_leaves_no_words_behind() -> None:
    if connection.vendor != "sqlite":
        return  # as above
    listing()
    SearchDocument.objects.all().delete()
    assert get_embedded().check()
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    assert get_embedded().check() == []


def test_commands_rehearse_show_progress_and_can_be_repeated() -> None:
    many_listings(8, seed=2)
    expected = SearchDocument.objects.count()
    JobListing.objects.update(place="Kaohsiung")
    SearchDocument.objects.filter(pk=SearchDocument.objects.first().pk).delete()
    said = f"1 added, {expected - 1} changed, 0 removed, 0 right already."
    assert run("rebuild_search_index", dry_run=True).endswith(f"Would be: {said}\n")
    assert f"{expected} of {expected} (100 %)" in run("rebuild_search_index")
    assert run("rebuild_search_index").endswith(f"0 added, 0 changed, 0 removed, {expected} right already.\n")


def test_a_page_follows_a_contact_that_it_shows_in_a_block() -> None:
    channel = Channel.objects.create(
        slug="sapa-129", kind="phone", organisation={"id": "KPPPA", "en": "MoWECP"}, name={"id": "SAPA", "en": "SAPA"},
        value="129", purpose={"id": "Bantuan", "en": "Help"}, steward="Contoh", verified_on=day(-3), verify_by=day(9),
    )  # fmt: skip
    settle()
    page = article(home("id"), "Bantuan")
    page.body = [("channels", {"channels": ["sapa-129"]})]
    page.save_revision().publish()
    assert SearchDocument.objects.get(title="Bantuan").uses == " channel:sapa-129 "
    assert [hit.text for hit in get_engine().search_pages(PageQuery("sapa 129", "id")).hits] == ["SAPA 129"]
    channel.value = "08111"
    channel.save()
    assert "08111" in SearchDocument.objects.get(title="Bantuan").terms_d
    settle()
    assert [hit.text for hit in get_engine().search_pages(PageQuery("sapa 08111", "id")).hits] == ["SAPA 08111"]


def test_a_listing_has_no_document_before_it_is_published_or_after_it_closed() -> None:
    held = listing()
    JobListing.objects.filter(pk=held.pk).update(status="draft")
    assert indexing.refresh("job", [held.pk]).removed == 1
    JobListing.objects.filter(pk=held.pk).update(status="published", closing_date=day(-1))
    assert indexing.refresh("job", [held.pk, 999]).added == 0


def test_a_change_of_many_listings_is_written_in_few_statements(django_assert_max_num_queries) -> None:
    keys = [row.pk for row in many_listings(40, seed=2)]
    JobListing.objects.update(place="Kaohsiung")
    with django_assert_max_num_queries(30):
        indexing.refresh("job", keys)


def counted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[int]]]:
    """What is indexed from now on."""
    calls, refresh = [], indexing.refresh

    def noted(kind: str, keys: Iterable[int], **options: bool) -> Changes:
        keys = sorted(keys)
        calls.append((kind, keys))
        return refresh(kind, keys, **options)

    monkeypatch.setattr(indexing, "refresh", noted)
    return calls


def test_an_occupation_is_indexed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    held = listing()
    calls = counted(monkeypatch)
    held.occupation.name = {"id": "Juru rawat", "en": "Nurse"}
    held.occupation.save()
    assert calls == [("job", [held.pk])]
    assert "rawat" in SearchDocument.objects.get().terms_b


def test_a_word_of_many_listings_is_indexed_after_its_commit_in_chunks(
    at_once: list, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Callable
) -> None:
    monkeypatch.setattr(background, "CHUNK", 2)
    held = listing()
    keys = [held.pk, *(listing(scheme=held.scheme, job_order=held.job_order).pk for _number in range(2))]
    calls = counted(monkeypatch)
    with django_capture_on_commit_callbacks(execute=True):
        held.scheme.name = {"id": "Jalur baru", "en": "New way"}
        held.scheme.save()
        assert (calls, at_once) == ([], [])
    assert at_once == [("search.tasks.refresh", ("job", keys))]
    assert calls == [("job", keys[:2]), ("job", keys[2:])]
    assert all("jalur" in terms for terms in SearchDocument.objects.values_list("terms_d", flat=True))
