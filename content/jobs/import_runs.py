"""Writing a previewed file, a chunk a transaction, under one import: go on after a crash, or take everything back.

A run is claimed by one writer at a time; its beat shows that the writer lives. A chunk is written whole with what it
did (:class:`ImportChange`), its announcement and the new position of the run, or not at all.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db.models import F, Model, Q
from django.utils import timezone

from content.core.background import Pace

from . import headings, importers, services
from .headings import Choice
from .import_rows import World
from .importers import CleanRow, Preview, Progress
from .models import CostLine, ImportChange, ImportRun, JobListing, ListingChange
from .sheets import Format, Sheet, Unreadable

# A writer that has not been heard of for this long is dead.
SILENCE = dt.timedelta(seconds=60)
# More problems than anybody reads on a page; the file of refused rows holds all.
PROBLEMS_KEPT = 1000

State = ImportRun.State
What = ListingChange.What
# The counts of a run, and the verdict that each counts.
COUNTED = {"created": "new", "changed": "changed", "unchanged": "unchanged", "refused": "refused"}
WRITTEN_FIELDS = [name.removesuffix("_id") for name in importers.FIELDS]


class Busy(Exception):
    """Somebody else writes this import, or it is in no state for what was asked."""


# --- reading ------------------------------------------------------------------------------------------------------


def read(
    content: bytes, file_name: str, sheet: str = "", own: Choice | None = None
) -> tuple[Sheet, Choice, ImportRun | None]:
    """A file, the choice of its columns, and the import in which somebody made that choice. Raises ``Unreadable``.

    The columns are read as ``own`` says, else as they were chosen for the last file with the same headings, else as the
    headings say.
    """
    found = importers.parse(content, file_name, sheet)
    if own:
        choice, model = headings.with_own_words(found.headers, own), None
    else:
        fingerprint = headings.fingerprint(found.headers)
        model = ImportRun.objects.defer("content").filter(headings=fingerprint).exclude(state=State.COLUMNS).first()
        choice = model.mapping if model else headings.recognised(found.headers)
    return importers.with_columns(found, choice), choice, (model.chosen_in or model) if model else None


def receive(
    content: bytes,
    file_name: str,
    actor: Any = None,
    publish: bool = False,
    sheet: str = "",
    own: Choice | None = None,
) -> ImportRun:
    """:func:`read` a file and keep it, to be rehearsed, or to be told its columns. Raises ``Unreadable``."""
    found, choice, model = read(content, file_name, sheet, own)
    return ImportRun.objects.create(
        file_name=_short(file_name),
        digest=hashlib.sha256(content).hexdigest(),
        content=zlib.compress(content),
        sheet=sheet[:100],
        headings=headings.fingerprint(found.headers) if own or model else "",
        mapping=dict(choice),
        chosen_in=model,
        sample=found.sample(),
        rows_total=len(found.rows),
        publish=publish,
        actor=actor,
        state=State.COLUMNS if headings.missing(choice) else State.READING,
        beat_at=timezone.now(),
    )


def _short(name: str) -> str:
    """A name that fits; its ending stays, which tells the format."""
    stem, dot, ending = name.rpartition(".")
    return f"{stem[: 150 - len(ending)]}{dot}{ending}" if len(name) > 150 and len(ending) < 10 else name[:160]


def choose_columns(run: ImportRun, choice: Choice) -> None:
    """Read the columns of a file as somebody has chosen; it is to be rehearsed anew.

    Raises :class:`Busy` once it is written, ``Unreadable`` when columns are missing.
    """
    if missing := headings.missing(choice):
        raise Unreadable(importers.MISSING, names=", ".join(missing))
    waiting = ImportRun.objects.filter(pk=run.pk, state__in=(State.COLUMNS, State.READING, State.PREVIEWED))
    if not waiting.update(
        mapping=dict(choice),
        headings=headings.fingerprint(heading for heading, _values in run.sample),
        chosen_in=None,
        state=State.READING,
        claim="",
        beat_at=timezone.now(),
        rows_done=0,
    ):
        raise Busy
    run.refresh_from_db(fields=["mapping", "headings", "chosen_in", "state", "claim", "beat_at", "rows_done"])


def rehearse(run: ImportRun, progress: Progress | None = None) -> Preview:
    """Judge every row of a file that has been read, and keep what it would do. No listing is written.

    Raises :class:`Busy` when somebody else is at it or it has its preview, ``Unreadable`` while columns are missing.
    """
    with _claimed(run, State.READING, (State.READING,), State.PREVIEWED) as claim:
        sheet = sheet_of(run)

        def tell(done: int, total: int) -> None:
            _step(run, claim, rows_done=done, rows_total=total)
            if progress:
                progress(done, total)

        preview = importers.preview(sheet, run.publish, tell)
        _step(
            run,
            claim,
            rows_total=preview.rows,
            rows_done=0,
            created=preview.new,
            changed=preview.changed,
            unchanged=preview.unchanged,
            refused=preview.refused,
            alike=len(preview.warnings),
            problems=[[p.row, p.column, p.reason] for p in preview.problems[:PROBLEMS_KEPT]],
            warnings=[list(warning) for warning in preview.warnings[:PROBLEMS_KEPT]],
        )
    run.refresh_from_db()
    return preview


def prepare(
    content: bytes, file_name: str, actor: Any = None, publish: bool = False, sheet: str = "", own: Choice | None = None
) -> tuple[ImportRun, Preview]:
    """:func:`receive` and :func:`rehearse` in one. Raises ``Unreadable``, also when columns are missing; nothing is kept."""
    importers.refuse_missing(read(content, file_name, sheet, own)[0])
    run = receive(content, file_name, actor, publish, sheet, own)
    return run, rehearse(run)


def sheet_of(run: ImportRun) -> Sheet:
    """The file of a run, read again with its columns."""
    return importers.parse(zlib.decompress(bytes(run.content)), run.file_name, run.sheet, run.mapping)


def refused_file(run: ImportRun) -> tuple[Format, Iterator[bytes]]:
    """The refused rows with their reasons, judged again on today's rules."""
    sheet = sheet_of(run)
    return sheet.format, importers.refused_file(sheet, importers.preview(sheet, run.publish).problems)


# --- who writes ---------------------------------------------------------------------------------------------------


def is_stalled(run: ImportRun) -> bool:
    """Whether whoever worked on a run that is under way has died: it can be taken up again, or undone."""
    silent = run.beat_at is None or run.beat_at < timezone.now() - SILENCE
    # A file that is to be read waits for its reader, who will come; one that is being written has lost its writer.
    left = not run.claim and run.state != State.READING
    return run.state in (State.READING, State.RUNNING, State.UNDOING) and (silent or left)


@contextmanager
def _claimed(run: ImportRun, state: str, allowed: tuple[str, ...], ended: str) -> Iterator[str]:
    """Hold the run as its only writer; at the end it is ``ended``, after an error free for the next writer.

    Raises :class:`Busy` unless it is in an allowed state and nobody alive holds it.
    """
    claim = secrets.token_hex(16)
    silent = Q(claim="") | Q(beat_at=None) | Q(beat_at__lt=timezone.now() - SILENCE)
    free = ImportRun.objects.filter(silent, pk=run.pk, state__in=allowed)
    if not free.update(state=state, claim=claim, beat_at=timezone.now()):
        raise Busy
    run.refresh_from_db()
    try:
        yield claim
        _step(run, claim, state=ended)
    finally:
        ImportRun.objects.filter(pk=run.pk, claim=claim).update(claim="")


def _step(run: ImportRun, claim: str, **values: Any) -> None:
    """Write the position of the run inside the transaction of the chunk; undoes the chunk if the claim was lost."""
    if not ImportRun.objects.filter(pk=run.pk, claim=claim).update(beat_at=timezone.now(), **values):
        raise Busy
    run.refresh_from_db(
        fields=["state", "rows_done", "chunks_done", "created", "changed", "unchanged", "refused", "kept"]
    )


# --- writing ------------------------------------------------------------------------------------------------------


def apply(run: ImportRun, progress: Progress | None = None) -> ImportRun:
    """Write the good rows of a confirmed run, or go on where a dead writer stopped. Raises :class:`Busy`.

    Rows are judged again on the rules of the moment. The counts of the preview give way to those of what was done.
    """
    with _claimed(run, State.RUNNING, (State.PREVIEWED, State.RUNNING), State.DONE) as claim:
        if not run.chunks_done:  # also when a writer has died before its first chunk
            _step(run, claim, **dict.fromkeys(COUNTED, 0))
        sheet, world, seen = sheet_of(run), World.load(), {}
        # References of rows already dealt with still refuse their doubles further down.
        for _row in importers.clean_rows(sheet, sheet.rows[: run.rows_done], world, seen):
            pass
        pace = Pace()
        while run.rows_done < len(sheet.rows):
            rows = sheet.rows[run.rows_done : run.rows_done + pace.rows]
            clean = list(importers.clean_rows(sheet, rows, world, seen))
            with pace.chunk(), services.together():
                _write_chunk(run, claim, clean)
            if progress:
                progress(run.rows_done, run.rows_total)
    return run


def _write_chunk(run: ImportRun, claim: str, clean: list[CleanRow]) -> None:
    keys = [row.key for row in clean if row.key is not None]
    # As an officer's act does: what is judged is what stands until this chunk is written.
    services.lock(importers.named(keys))
    services.lock_orders(row.form.cleaned_data["job_order"].pk for row in clean if row.key is not None and row.form)
    held = importers.existing(keys)
    ground = importers.ground_for(clean, listings=[listing.pk for listing in held.values()])
    verdicts = [importers.judge(row, held, ground, run.publish) for row in clean]
    _create(run, [v.listing for v in verdicts if v.kind == "new" and v.listing])
    _update([(v.listing, v.before or {}) for v in verdicts if v.kind == "changed" and v.listing])
    written = [(v, v.listing) for v in verdicts if v.kind in ("new", "changed") and v.listing]
    ImportChange.objects.bulk_create(
        ImportChange(
            run=run,
            listing=listing,
            row=v.row.number,
            before=None if v.before is None else {**v.before, "lines": v.lines},
            after=importers.snapshot(listing),
        )
        for v, listing in written
    )
    ListingChange.objects.bulk_create(
        ListingChange(listing=listing, what=What.IMPORTED, actor=run.actor, note=f"#{run.pk}, {v.row.number}")
        for v, listing in written
    )
    services.refresh(listing.pk for _v, listing in written)
    counts = {name: F(name) + sum(v.kind == kind for v in verdicts) for name, kind in COUNTED.items()}
    _step(run, claim, rows_done=F("rows_done") + len(clean), chunks_done=F("chunks_done") + 1, **counts)


def _create(run: ImportRun, listings: list[JobListing]) -> None:
    for listing in listings:
        listing.status = _status_of_new(run)
    JobListing.objects.bulk_create(listings)
    _write_cost_lines(listings)


def _status_of_new(run: ImportRun) -> str:
    return JobListing.Status.PUBLISHED if run.publish else JobListing.Status.DRAFT


def _update(listings: list[tuple[JobListing, Mapping[str, Any]]]) -> None:
    """Write changed listings; their cost lines only where these have changed, so that the others keep their sources."""
    JobListing.objects.bulk_update([listing for listing, _before in listings], WRITTEN_FIELDS)
    other = [
        listing for listing, before in listings if importers.snapshot(listing)["cost_lines"] != before["cost_lines"]
    ]
    CostLine.objects.filter(listing__in=[listing.pk for listing in other]).delete()
    _write_cost_lines(other)


def _write_cost_lines(listings: list[JobListing]) -> None:
    lines = [line for listing in listings for line in listing.cost_lines.all()]
    for line in lines:
        line.pk, line.listing = None, line.listing  # the key of its listing is known only now
    CostLine.objects.bulk_create(lines)


# --- taking back --------------------------------------------------------------------------------------------------


def undo(run: ImportRun, progress: Progress | None = None) -> ImportRun:
    """Take back what a run did: new listings go, changed ones get their old values. Raises :class:`Busy`.

    A listing that somebody has edited, published or closed since stays as it is and is counted in ``kept``.
    """
    allowed = (State.RUNNING, State.DONE, State.UNDOING)
    with _claimed(run, State.UNDOING, allowed, State.UNDONE) as claim:
        total, done = ImportChange.objects.filter(run=run).count(), 0
        pace = Pace()
        while changes := list(ImportChange.objects.filter(run=run).order_by("-pk")[: pace.rows]):
            with pace.chunk(), services.together():
                kept = _undo_chunk(run, changes)
                ImportChange.objects.filter(pk__in=[change.pk for change in changes]).delete()
                _step(run, claim, kept=F("kept") + kept)
            done += len(changes)
            if progress:
                progress(done, total)
    return run


def _undo_chunk(run: ImportRun, changes: list[ImportChange]) -> int:
    """Undo these changes as far as nobody has touched the listings since; the number of those left alone."""
    keys = [change.listing_id for change in changes if change.listing_id]
    # What is compared is what stands until this chunk is written: no edit of the same moment is lost.
    services.lock(keys)
    listings = JobListing.objects.with_parts().in_bulk(keys)
    standing = _standing([change.before for change in changes if change.before])
    doomed, restored, relined, lines, kept = [], [], [], [], 0
    for change in changes:
        listing = listings.get(change.listing_id or 0)
        if listing is None:
            continue  # deleted since: nothing of it is left to undo
        if importers.snapshot(listing) != change.after or (
            change.before is None and listing.status != _status_of_new(run)
        ):
            kept += 1
        elif change.before is None:
            doomed.append(listing.pk)
        elif not _stands(change.before, standing):
            kept += 1  # what it referred to is gone
        else:
            importers.restore(listing, change.before)
            restored.append(listing)
            if change.before["cost_lines"] != change.after["cost_lines"]:
                relined.append(listing.pk)
                lines += importers.restored_lines(listing, change.before["lines"])
    JobListing.objects.filter(pk__in=doomed).delete()
    JobListing.objects.bulk_update(restored, WRITTEN_FIELDS)
    CostLine.objects.filter(listing__in=relined).delete()
    CostLine.objects.bulk_create(lines)
    ListingChange.objects.bulk_create(
        ListingChange(listing=listing, what=What.UNDONE, actor=run.actor, note=f"#{run.pk}") for listing in restored
    )
    services.refresh([listing.pk for listing in restored])
    return kept


# The rows of other tables that a snapshot names: its entry, and the model and field of which it is a value.
_NAMED: tuple[tuple[str, type[Model], str], ...] = tuple(
    (name, field.related_model, field.target_field.attname)
    for name in importers.FIELDS
    if (field := JobListing._meta.get_field(name.removesuffix("_id"))).is_relation
)


def _standing(held: Sequence[Mapping[str, Any]]) -> dict[str, set[Any]]:
    """Of the rows that these snapshots name, those that are still there: a query for each table."""
    wanted = {name: {one[name] for one in held} - {None} for name, _model, _key in _NAMED}
    found = {
        name: set(model._default_manager.filter(**{f"{key}__in": wanted[name]}).values_list(key, flat=True))
        for name, model, key in _NAMED
    }
    lines = [line for one in held for line in one["lines"]]
    component, source = (CostLine._meta.get_field(name).related_model for name in ("component", "source"))
    found["sources"] = _existing(source, {line[1] for line in lines})
    found["components"] = _existing(component, {line[2] for line in lines})
    return found


def _existing(model: Any, keys: set[Any]) -> set[Any]:
    return set(model.objects.filter(pk__in=keys - {None}).values_list("pk", flat=True))


def _stands(before: Mapping[str, Any], standing: Mapping[str, set[Any]]) -> bool:
    """Whether everything that a snapshot names is still there, so that it can be restored whole."""
    return all(before[name] is None or before[name] in standing[name] for name, _model, _key in _NAMED) and all(
        (source is None or source in standing["sources"]) and component in standing["components"]
        for _pk, source, component, *_rest in before["lines"]
    )
