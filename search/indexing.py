"""Keeping the documents equal to what they are copies of: by key, repeatable, in the transaction of the change.

Every function reads the objects again and lets them decide: what should have a document gets one, all else loses it. So
a signal may come twice, late, or for something that is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from content.registers.selectors import registers

from . import documents, outbox, vocabulary
from .engines import get_embedded
from .models import SearchDocument
from .types import Changes

Kind = SearchDocument.Kind
Progress = Callable[[int, int], None]
_CHUNK = 500
_FIELDS = [field.name for field in SearchDocument._meta.concrete_fields if not field.primary_key]


def refresh(kind: str, keys: Iterable[int], *, dry_run: bool = False) -> Changes:
    """Make the documents of these objects right, and say what had to be done."""
    changes = Changes()
    for chunk in _chunks(sorted(set(keys))):
        changes += _refresh(kind, chunk, dry_run)
    return changes


def users_of(kind: str, keys: Iterable[object]) -> dict[str, list[int]]:
    """The objects whose documents hold the words of these register entries, by their kind."""
    used = Q()
    for key in keys:
        used |= Q(uses__contains=documents.use_of(kind, key))
    found: dict[str, list[int]] = {}
    if used:
        for document in SearchDocument.objects.filter(used).order_by("object_key").values("kind", "object_key"):
            found.setdefault(document["kind"], []).append(document["object_key"])
    return found


def rebuild(*, dry_run: bool = False, progress: Progress = lambda done, total: None) -> Changes:
    """Make every document right, a few hundred in each transaction, so that no other writer waits long.

    Readers find the old documents until theirs is rewritten; the index is never empty.
    """
    changes = Changes()
    noted = {kind: vocabulary.noted(kind) for kind in Kind.values}
    keys = {kind: _all_keys(kind) for kind in Kind.values}
    total, done = sum(len(held) for held in keys.values()), 0
    for kind, held in keys.items():
        words: set[str] = set()
        for chunk in _chunks(held):
            changes += _refresh(kind, chunk, dry_run, words)
            done += len(chunk)
            progress(done, total)
        if not dry_run:
            vocabulary.keep_only(words, noted[kind])
    if not dry_run:
        engine = get_embedded()
        if engine.check():
            engine.rebuild()
        engine.optimise()
    return changes


def repair() -> int:
    """Make right what no signal has told: pages published elsewhere, listings closed by time. Returns how many."""
    live = dict(documents.pages().values_list("pk", "live_revision_id"))
    held = dict(SearchDocument.objects.filter(kind=Kind.PAGE).values_list("object_key", "version"))
    pages = {key for key, revision in live.items() if held.get(key) != str(revision or "")} | (
        held.keys() - live.keys()
    )
    changes = refresh(Kind.PAGE, pages)

    document = SearchDocument.objects.filter(kind=Kind.JOB, object_key=OuterRef("pk"))
    listing = documents.listings().filter(pk=OuterRef("object_key"))
    missing = documents.listings().exclude(Exists(document)).values_list("pk", flat=True)
    orphans = SearchDocument.objects.filter(kind=Kind.JOB).exclude(Exists(listing)).values_list("object_key", flat=True)
    changes += refresh(Kind.JOB, [*missing, *orphans])
    return changes.added + changes.changed + changes.removed


def _all_keys(kind: str) -> list[int]:
    """Every key that has a document or should have one."""
    objects = documents.listings() if kind == Kind.JOB else documents.pages()
    held = SearchDocument.objects.filter(kind=kind).values_list("object_key", flat=True)
    return sorted({*objects.values_list("pk", flat=True), *held})


def _refresh(kind: str, keys: Sequence[int], dry_run: bool, seen: set[str] | None = None) -> Changes:
    # What a page says depends on the registers; a listing carries its own rows.
    with transaction.atomic(), registers.fresh() if kind == Kind.PAGE else nullcontext():
        # Locked before the objects are read: of two writers, the second one reads what the first has committed.
        rows = SearchDocument.objects.select_for_update().filter(kind=kind, object_key__in=keys).order_by("object_key")
        held = {row.object_key: row for row in rows}
        made = {row.object_key: row for row in documents.build(kind, keys)}
        gone = [row for key, row in held.items() if key not in made]
        new = [row for key, row in made.items() if key not in held]
        changed = [row for key, row in made.items() if key in held and _differs(row, held[key])]
        words = frozenset().union(*(row.words for row in made.values()))
        if seen is not None:
            seen |= {word for word, _term in words}
        if not dry_run:
            _write(gone, new, changed, held)
            vocabulary.add(kind, words)
            # Who was named may have changed beside its words. A rebuild names everybody.
            outbox.note(kind, keys if seen is None else [row.object_key for row in (*gone, *new, *changed)])
    return Changes(len(new), len(changed), len(gone), len(made) - len(new) - len(changed))


def _write(
    gone: list[SearchDocument],
    new: list[SearchDocument],
    changed: list[SearchDocument],
    held: dict[int, SearchDocument],
) -> None:
    for row in changed:
        row.pk = held[row.object_key].pk
    SearchDocument.objects.filter(pk__in=[row.pk for row in gone]).delete()
    SearchDocument.objects.bulk_update(changed, _FIELDS)
    SearchDocument.objects.bulk_create(
        new, update_conflicts=True, unique_fields=["kind", "object_key"], update_fields=_FIELDS
    )
    get_embedded().replace([*gone, *(held[row.object_key] for row in changed)], [*new, *changed])


def _differs(row: SearchDocument, other: SearchDocument) -> bool:
    return any(getattr(row, name) != getattr(other, name) for name in _FIELDS)


def _chunks(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(keys), _CHUNK):
        yield keys[start : start + _CHUNK]
