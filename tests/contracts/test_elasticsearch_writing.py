"""What may go wrong between the portal and a real Elasticsearch while it is told, written anew and asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from search.engines.base import Unavailable
from search.engines.elastic import indices, telling
from search.models import SearchChange
from tests.elasticsearch import Elasticsearch
from tests.search.world import listing, settle

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
