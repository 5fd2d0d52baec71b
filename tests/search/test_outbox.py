"""What another engine has still to be told of is noted with the change, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from content.core import background
from content.jobs import services
from content.jobs.models import CostLine
from search import indexing, outbox, outer
from search.checks import elasticsearch_can_be_told, elasticsearch_is_reached_in_private
from search.models import SearchChange
from tests.factories.jobs import ComponentFactory
from tests.search.world import article, home, listing, many_listings
from tests.staff import SignedIn

pytestmark = pytest.mark.django_db
NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def used(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """An Elasticsearch that does not answer."""
    settings.ELASTICSEARCH_URL = [NOBODY]


def noted() -> set[tuple[str, int]]:
    """What has been noted since the last question."""
    found = set(SearchChange.objects.values_list("kind", "object_key"))
    SearchChange.objects.all().delete()
    return found


def test_without_elasticsearch_nothing_is_noted() -> None:
    listing()
    article(home("id"), "Paspor")
    assert noted() == set()
    assert outer.tell() == outer.keep_up() == 0
    assert outer.check() == []


def test_every_change_is_noted_also_one_that_changes_no_word(used: None) -> None:
    held = listing()
    assert noted() == {("job", held.pk)}
    CostLine.objects.create(listing=held, component=ComponentFactory(free_by_law=False), payer="worker", amount=5)
    assert noted() == {("job", held.pk)}
    services.hold(held)
    assert noted() == {("job", held.pk)}
    held.holds.all().delete()
    held.changes.all().delete()
    noted()
    key = held.pk
    held.delete()
    assert noted() == {("job", key)}
    page = article(home("id"), "Paspor")
    assert ("page", page.pk) in noted()
    page.unpublish()
    assert noted() == {("page", page.pk)}


def test_what_is_rolled_back_is_not_noted(used: None) -> None:
    held = listing()
    noted()
    with transaction.atomic():
        held.place = "Kaohsiung"
        held.save()
        assert SearchChange.objects.exists()
        transaction.set_rollback(True)
    assert noted() == set()


def test_a_task_tells_after_the_commit_and_what_nobody_hears_waits(
    used: None, at_once: list, django_capture_on_commit_callbacks: Callable
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        held = listing()
        assert "search.tasks.tell" not in [name for name, _arguments in at_once]
    assert ("search.tasks.tell", ()) in at_once
    assert outbox.waiting().count > 0
    assert noted() == {("job", held.pk)}


def test_a_task_that_cannot_be_begun_harms_no_change(
    used: None, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Callable
) -> None:
    begun = []

    def start(work: Any, *arguments: Any, resumable: bool = False) -> None:
        begun.append(work)
        raise OSError("no queue")

    monkeypatch.setattr(background, "start", start)
    with django_capture_on_commit_callbacks(execute=True):
        held = listing()
    assert begun
    assert noted() == {("job", held.pk)}


def test_a_rebuild_notes_only_what_it_changes(used: None) -> None:
    rows = many_listings(6, seed=2)
    noted()
    indexing.rebuild()
    assert noted() == set()
    type(rows[0]).objects.filter(status="published").update(place="Kaohsiung")
    changed = indexing.rebuild().changed
    assert len(noted()) == changed > 0


def test_a_queue_and_a_private_way_are_asked_for(settings: Any) -> None:
    assert elasticsearch_can_be_told() == elasticsearch_is_reached_in_private() == []
    settings.ELASTICSEARCH_URL = ["http://search.contoh.go.id:9200"]
    assert [message.id for message in elasticsearch_can_be_told()] == ["search.E001"]
    assert [message.id for message in elasticsearch_is_reached_in_private()] == ["search.W001"]
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    settings.ELASTICSEARCH_URL = [NOBODY, "https://search.contoh.go.id:9200"]
    assert elasticsearch_can_be_told() == elasticsearch_is_reached_in_private() == []


@pytest.mark.django_db(databases=["default", "reports"])
def test_the_page_of_the_index_says_what_is_wrong_to_those_who_look_after_the_site(
    signed_in: SignedIn, settings: Any
) -> None:
    address = "/akun/cms/search-index/"
    admin: Client = signed_in("admin")
    assert "di dalam basis data" in admin.get(address).content.decode()
    settings.ELASTICSEARCH_URL = [NOBODY]
    listing()
    page = admin.get(address).content.decode()
    assert "tidak menjawab" in page
    assert "Perubahan yang menunggu: 1" in page
    assert signed_in("editor").get(address).status_code == 302
    assert address in admin.get("/akun/cms/").content.decode()
    assert address not in signed_in("editor").get("/akun/cms/").content.decode()
