"""The indices of a cluster: one of each kind behind an alias, another one beside it while it is written anew.

An index that is being built stands behind an alias of its own, so that changes reach both; the alias of the kind moves to
it in one step that deletes the old one. What stands behind no alias, or behind that of a building that has ended, is left
over from one that was killed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone
from elasticsearch.dsl import Search
from elasticsearch.dsl.query import Range
from elasticsearch.helpers import streaming_bulk

from search.models import SearchDocument

from . import shapes
from .client import reading, speaking, writing

# A server that has too much to do is asked again, a little later each time.
_RETRIES, _FIRST_PAUSE = 5, 0.5
_BUSY = (429, 503)
_CONFLICT = 409
# More than a span of keys that is compared at once.
_MOST = 10_000


@dataclass(frozen=True)
class State:
    """The indices of a kind: the one that answers, and those that do not (yet, or any more)."""

    kind: str
    serving: str = ""
    others: tuple[str, ...] = ()

    @property
    def is_current(self) -> bool:
        """Whether one answers that was made as the code of today makes it."""
        return f"-{shapes.shape_of(self.kind)}-" in self.serving


@dataclass(frozen=True)
class Written:
    """What came of a writing: which objects were refused, and which somebody with a larger number had written.

    While the lease of that number is held there can be nobody like that, unless it is of another database.
    """

    refused: set[int]
    later: set[int]


def next_alias(kind: str) -> str:
    """The name of the index that is being built."""
    return f"{shapes.alias(kind)}-next"


def state(kind: str) -> State:
    """What there is."""
    alias = shapes.alias(kind)
    with reading():
        held = writing().indices.get_alias(index=f"{alias}-*", expand_wildcards="all").body
        serving = [name for name, found in held.items() if alias in found["aliases"]]
    return State(kind, serving[0] if serving else "", tuple(sorted(held.keys() - set(serving))))


def targets(kind: str) -> list[str]:
    """The aliases that a change must reach."""
    names = (shapes.alias(kind), next_alias(kind))
    with speaking():
        return [name for name in names if writing().indices.exists_alias(name=name)]


def create(kind: str) -> str:
    """A new, empty index behind the alias of what is being built. Its name tells its shape and its hour."""
    name = f"{shapes.alias(kind)}-{shapes.shape_of(kind)}-{timezone.now():%Y%m%d%H%M%S%f}"
    with speaking():
        template = shapes.template(kind).as_composable_template(shapes.alias(kind), priority=500).to_dict()
        # Whoever writes under the name of an alias that is gone must be refused, and not be given an index of that name.
        template |= {"index_patterns": [shapes.alias(kind), f"{shapes.alias(kind)}-*"], "allow_auto_create": False}
        writing().indices.put_index_template(name=shapes.alias(kind), **template)
        # Copied and made findable when it is whole.
        writing().indices.create(
            index=name,
            aliases={next_alias(kind): {}},
            settings={"number_of_replicas": 0, "refresh_interval": "-1"},
        )
    return name


def make_whole(name: str) -> None:
    """What an index needs before it answers: copies on other nodes, and that all that was written is found."""
    chosen = {"number_of_replicas": settings.ELASTICSEARCH_REPLICAS, "refresh_interval": None}
    with speaking():
        writing().indices.put_settings(index=name, settings=chosen)
        writing().indices.refresh(index=name)


def put_in_place(kind: str, name: str) -> None:
    """Let this index answer from now on, and delete every other one of the kind: one step, all or nothing.

    Nothing happens where it is not the one that is being built any more. An index that has the very name of the alias, which
    a server makes of a change where it may, goes with the others: it would keep the alias from coming.
    """
    alias = shapes.alias(kind)
    with speaking():
        is_taken = writing().indices.exists(index=alias) and not writing().indices.exists_alias(name=alias)
    actions: list[dict[str, Any]] = [
        {"remove": {"index": name, "alias": next_alias(kind), "must_exist": True}},
        {"add": {"index": name, "alias": alias}},
    ]
    actions += [
        {"remove_index": {"index": other}} for other in [*_all(kind), *([alias] if is_taken else [])] if other != name
    ]
    with speaking():
        writing().indices.refresh(index=name)
        writing().indices.update_aliases(actions=actions)


def discard(kind: str, names: Iterable[str]) -> None:
    """Delete these indices, as far as they are there and do not answer.

    First each is none that is being built any more: a swap whose answer was never heard comes before that, and then the
    index answers and stays, or it cannot come at all.
    """
    for name in names:
        with speaking():
            writing().options(ignore_status=404).indices.update_aliases(
                actions=[{"remove": {"index": name, "alias": next_alias(kind), "must_exist": False}}]
            )
        if name in state(kind).others:
            with speaking():
                writing().indices.delete(index=name, ignore_unavailable=True)


def write(kind: str, keys: Sequence[int], names: Sequence[str], number: int, *, aliases: bool = True) -> Written:
    """Make these objects in the indices behind ``names`` what they are now.

    Of two writings of one object the one with the larger ``number`` stays, whichever comes last.
    """
    later = set()
    contents = shapes.contents(kind, keys)
    heard: Counter[int] = Counter()
    with reading():
        for done, items in streaming_bulk(
            writing(),
            _actions(contents, keys, names, number),
            raise_on_error=False,
            max_retries=_RETRIES,
            initial_backoff=_FIRST_PAUSE,
            retry_on_status=_BUSY,
            require_alias=aliases,
        ):
            (item,) = items.values()
            # What is not found is not there any more.
            if done or item.get("result") == "not_found" or item["status"] == _CONFLICT:
                heard[int(item["_id"])] += 1
            if item["status"] == _CONFLICT:
                later.add(int(item["_id"]))
    return Written({key for key in keys if heard[key] < len(names)}, later)


def _actions(
    contents: dict[int, dict[str, Any]], keys: Sequence[int], names: Sequence[str], number: int
) -> Iterator[dict[str, Any]]:
    for name in names:
        for key in keys:
            action = {"_index": name, "_id": str(key), "version": number, "version_type": "external_gte"}
            if key in contents:
                yield {**action, "_op_type": "index", "_source": contents[key]}
            else:
                yield {**action, "_op_type": "delete"}


def make_findable(kind: str) -> None:
    """What has been written is found from now on."""
    with speaking():
        writing().indices.refresh(index=shapes.alias(kind), ignore_unavailable=True)


def count(name: str) -> int:
    """How many documents an index or alias holds."""
    with reading():
        return int(writing().count(index=name)["count"])


def differing(kind: str, low: int, high: int | None) -> set[int]:
    """The keys from ``low`` to before ``high`` (or the end) of which the index says another thing than the database."""
    span = {"gte": low} if high is None else {"gte": low, "lt": high}
    search = Search(using=writing(), index=shapes.alias(kind)).source(["digest"]).query(Range("key", span))
    with reading():
        held = {int(hit.meta.id): hit.digest for hit in search[:_MOST].execute()}
    rows = SearchDocument.objects.filter(kind=kind, **{f"object_key__{name}": key for name, key in span.items()})
    wanted = shapes.contents(kind, list(rows.values_list("object_key", flat=True)))
    wrong = {key for key, content in wanted.items() if held.get(key) != content["digest"]}
    return wrong | (held.keys() - wanted.keys())


def _all(kind: str) -> list[str]:
    found = state(kind)
    return [name for name in (found.serving, *found.others) if name]
