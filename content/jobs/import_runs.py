"""Writing a previewed file, a chunk a transaction, under one import: go on after a crash, or take everything back.

A run is claimed by one writer at a time; its beat shows that the writer lives. A chunk is written whole with what it
did (:class:`ImportChange`), its announcement and the new position of the run, or not at all.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from content.core.background import Pace

from . import importers, services
from .import_rows import World
from .importers import CleanRow, Preview, Sheet
from .models import CostLine, ImportChange, ImportRun, JobListing, ListingChange

# A writer that has not been heard of for this long is dead.
SILENCE = dt.timedelta(seconds=60)
# More problems than anybody reads on a page; the file of refused rows holds all.
PROBLEMS_KEPT = 1000

State = ImportRun.State
What = ListingChange.What
# The counts of a run, and the verdict that each counts.
COUNTED = {"created": "new", "changed": "changed", "unchanged": "unchanged", "refused": "refused"}
WRITTEN_FIELDS = [name.removesuffix("_id") for name in importers.FIELDS]
Progress = Callable[[int, int], None]


class Busy(Exception):
    """Somebody else writes this import, or it is in no state for what was asked."""


def prepare(content: bytes, file_name: str, actor: Any = None, publish: bool = False) -> tuple[ImportRun, Preview]:
    """Read and rehearse a file and keep it for confirmation. No listing is written. Raises ``Unreadable``."""
    sheet = importers.parse(content)
    preview = importers.preview(sheet, publish)
    run = ImportRun.objects.create(
        file_name=file_name[:160],
        digest=hashlib.sha256(content).hexdigest(),
        content=zlib.compress(content),
        mapping={sheet.headers[index]: name for name, index in sheet.columns.items()},
        publish=publish,
        actor=actor,
        rows_total=preview.rows,
        created=preview.new,
        changed=preview.changed,
        unchanged=preview.unchanged,
        refused=preview.refused,
        problems=[[p.row, p.column, p.reason] for p in preview.problems[:PROBLEMS_KEPT]],
    )
    return run, preview


def sheet_of(run: ImportRun) -> Sheet:
    """The file of a run, read again."""
    return importers.parse(zlib.decompress(bytes(run.content)))


def refused_file(run: ImportRun) -> str:
    """The refused rows with their reasons, judged again on today's rules."""
    sheet = sheet_of(run)
    return importers.refused_file(sheet, importers.preview(sheet, run.publish).problems)


# --- who writes ---------------------------------------------------------------------------------------------------


def is_stalled(run: ImportRun) -> bool:
    """Whether the writer of a run that is under way has died: it can be resumed or undone."""
    silent = not run.claim or run.beat_at is None or run.beat_at < timezone.now() - SILENCE
    return run.state in (State.RUNNING, State.UNDOING) and silent


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
    fresh = run.state == State.PREVIEWED
    with _claimed(run, State.RUNNING, (State.PREVIEWED, State.RUNNING), State.DONE) as claim:
        if fresh:
            _step(run, claim, **dict.fromkeys(COUNTED, 0))
        sheet, world, seen = sheet_of(run), World.load(), {}
        # References of rows already dealt with still refuse their doubles further down.
        list(importers.clean_rows(sheet, sheet.rows[: run.rows_done], world, seen))
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
    held = importers.existing(row.key for row in clean if row.key is not None)
    ground = importers.ground_for(clean)
    verdicts = [importers.judge(row, held, ground, run.publish) for row in clean]
    _create(run, [v.listing for v in verdicts if v.kind == "new" and v.listing])
    _update([v.listing for v in verdicts if v.kind == "changed" and v.listing])
    written = [(v.row.number, v.listing, v.before) for v in verdicts if v.kind in ("new", "changed") and v.listing]
    ImportChange.objects.bulk_create(
        ImportChange(run=run, listing=listing, row=row, before=before, after=importers.snapshot(listing))
        for row, listing, before in written
    )
    ListingChange.objects.bulk_create(
        ListingChange(listing=listing, what=What.IMPORTED, actor=run.actor, note=f"#{run.pk}, {row}")
        for row, listing, _before in written
    )
    services.refresh(listing.pk for _row, listing, _before in written)
    counts = {name: F(name) + sum(v.kind == kind for v in verdicts) for name, kind in COUNTED.items()}
    _step(run, claim, rows_done=F("rows_done") + len(clean), chunks_done=F("chunks_done") + 1, **counts)


def _create(run: ImportRun, listings: list[JobListing]) -> None:
    for listing in listings:
        listing.status = _status_of_new(run)
    JobListing.objects.bulk_create(listings)
    _write_cost_lines(listings)


def _status_of_new(run: ImportRun) -> str:
    return JobListing.Status.PUBLISHED if run.publish else JobListing.Status.DRAFT


def _update(listings: list[JobListing]) -> None:
    JobListing.objects.bulk_update(listings, WRITTEN_FIELDS)
    CostLine.objects.filter(listing__in=[listing.pk for listing in listings]).delete()
    _write_cost_lines(listings)


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
    listings = JobListing.objects.with_parts().in_bulk([change.listing_id for change in changes if change.listing_id])
    doomed, restored, lines, kept = [], [], [], 0
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
        else:
            lines += importers.restore(listing, change.before)
            restored.append(listing)
    JobListing.objects.filter(pk__in=doomed).delete()
    JobListing.objects.bulk_update(restored, WRITTEN_FIELDS)
    CostLine.objects.filter(listing__in=[listing.pk for listing in restored]).delete()
    CostLine.objects.bulk_create(lines)
    ListingChange.objects.bulk_create(
        ListingChange(listing=listing, what=What.UNDONE, note=f"#{run.pk}") for listing in restored
    )
    services.refresh([listing.pk for listing in restored])
    return kept
