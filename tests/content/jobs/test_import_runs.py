"""Writing files of listings: only after confirmation, whole chunks, once, and back again."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from content.core import background
from content.jobs import import_runs, importers, services
from content.jobs.models import Agency, CostLine, ImportChange, ImportRun, JobListing, ListingChange
from content.jobs.signals import listings_changed
from tests.factories.job_files import NAMES, content, legal_world, row, text
from tests.factories.jobs import (
    AgencyContactFactory,
    ComponentFactory,
    CostLineFactory,
    SourceFactory,
    day,
    legal_listing,
)

pytestmark = pytest.mark.django_db


def state() -> list:
    """Everything an import may write, to be compared before and after."""
    return [
        (listing.pk, listing.code, listing.reference, listing.status, importers.snapshot(listing))
        for listing in JobListing.objects.with_parts().order_by("pk")
    ]


def run_of(*rows: dict[str, str], publish: bool = False) -> ImportRun:
    run, _preview = import_runs.prepare(content(*rows), "lowongan.csv", publish=publish)
    return run


def counts(run: ImportRun) -> tuple[int, int, int, int]:
    return run.created, run.changed, run.unchanged, run.refused


def test_nothing_is_written_before_the_run_is_applied() -> None:
    legal_world()
    run = run_of(row(1), row(2, usia_min="12"))
    assert (run.state, counts(run)) == ("previewed", (1, 0, 0, 1))
    assert [problem[:2] for problem in run.problems] == [[3, "usia_min"]]
    assert not JobListing.objects.exists()


def test_good_rows_are_written_as_drafts_with_their_cost_lines_and_log() -> None:
    legal_world()
    run = import_runs.apply(run_of(row(1), row(2, usia_min="12")))
    listing = JobListing.objects.get()
    assert (run.state, counts(run), run.rows_done) == ("done", (1, 0, 0, 1), 2)
    assert (listing.status, listing.reference, listing.first_public_at) == ("draft", "TW-00001", None)
    assert CostLine.objects.get().listing == listing
    assert ListingChange.objects.get().what == "imported"
    assert not JobListing.objects.public().exists()


def test_good_rows_can_be_published_at_once() -> None:
    legal_world()
    import_runs.apply(run_of(row(1), publish=True))
    listing = JobListing.objects.public().get()
    assert listing.first_public_at
    assert listing.public_until == listing.closing_date


def test_the_same_file_again_changes_nothing() -> None:
    legal_world()
    rows = [row(1), row(2), row(3, usia_min="12")]
    import_runs.apply(run_of(*rows, publish=True))
    before = state()
    again = import_runs.apply(run_of(*rows, publish=True))
    assert counts(again) == (0, 0, 2, 1)
    assert state() == before
    assert not ImportChange.objects.filter(run=again).exists()


def test_a_changed_row_updates_its_listing_and_leaves_its_status_to_the_officer() -> None:
    legal_world()
    import_runs.apply(run_of(row(1), publish=True))
    listing = JobListing.objects.get()
    services.hold(listing, reason="telepon dari pelapor")
    changed = row(1, upah_min="21.500", biaya="work_visa:perusahaan:10|medical_exam:pemberi_kerja:2")
    ComponentFactory(code="work_visa")
    run = import_runs.apply(run_of(changed, publish=True))
    after = JobListing.objects.get()
    assert counts(run) == (0, 1, 0, 0)
    assert (after.pk, after.code, after.status, after.wage_min) == (listing.pk, listing.code, "on_hold", 21500)
    assert sorted(line.component.code for line in after.cost_lines.all()) == ["medical_exam", "work_visa"]


def test_rows_match_by_agency_and_reference() -> None:
    order = legal_world()
    import_runs.apply(run_of(row(1)))
    other = Agency.objects.get(pk=order.agency_id)
    other.pk, other.licence_number = None, "CONTOH/SIP3MI/2"
    other.save()
    order.pk, order.agency = None, other
    order.save()
    import_runs.apply(run_of(row(1), row(1, izin="contoh/sip3mi/2")))
    assert JobListing.objects.filter(reference="TW-00001").count() == 2


def test_each_chunk_is_announced_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "CHUNK", 2)
    legal_world()
    heard: list[list[int]] = []

    def listen(sender: object, keys: list[int], **kwargs: object) -> None:
        heard.append(keys)

    listings_changed.connect(listen)
    try:
        run = import_runs.apply(run_of(*(row(number) for number in range(5)), publish=True))
    finally:
        listings_changed.disconnect(listen)
    assert (run.chunks_done, [len(keys) for keys in heard]) == (3, [2, 2, 1])


def test_a_run_that_broke_off_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "CHUNK", 2)
    legal_world()
    run = run_of(*(row(number) for number in range(5)))
    with pytest.raises(KeyboardInterrupt):
        import_runs.apply(run, progress=lambda done, total: _interrupt(done == 4))
    run.refresh_from_db()
    assert (run.state, run.rows_done, JobListing.objects.count()) == ("running", 4, 4)
    assert import_runs.is_stalled(run)
    import_runs.apply(run)
    assert (run.state, counts(run), JobListing.objects.count()) == ("done", (5, 0, 0, 0), 5)


def _interrupt(now: bool) -> None:
    if now:
        raise KeyboardInterrupt


def test_a_chunk_that_fails_leaves_nothing_of_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "CHUNK", 2)
    legal_world()
    run = run_of(*(row(number) for number in range(4)))
    calls = iter([True, False])
    write = ListingChange.objects.bulk_create

    def break_second(rows: object) -> object:
        if next(calls):
            return write(rows)
        raise IntegrityError

    monkeypatch.setattr(ListingChange.objects, "bulk_create", break_second)
    with pytest.raises(IntegrityError):
        import_runs.apply(run)
    run.refresh_from_db()
    assert (run.rows_done, run.created, JobListing.objects.count(), ImportChange.objects.count()) == (2, 2, 2, 2)


def test_two_writers_never_write_one_run() -> None:
    legal_world()
    run = run_of(row(1))
    ImportRun.objects.filter(pk=run.pk).update(state="running", claim="another", beat_at=timezone.now())
    run.refresh_from_db()
    for act in (import_runs.apply, import_runs.undo):
        with pytest.raises(import_runs.Busy):
            act(run)
    ImportRun.objects.filter(pk=run.pk).update(beat_at=timezone.now() - import_runs.SILENCE * 2)
    import_runs.apply(run)  # the other one has died
    assert JobListing.objects.count() == 1


def test_what_was_done_alone_is_counted_when_a_writer_died_before_its_first_chunk() -> None:
    legal_world()
    run = run_of(row(1), row(2, usia_min="12"))
    ImportRun.objects.filter(pk=run.pk).update(state="running", claim="another", beat_at=None)
    run.refresh_from_db()
    assert counts(import_runs.apply(run)) == (1, 0, 0, 1)


def test_a_writer_that_lost_its_claim_writes_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "CHUNK", 1)
    legal_world()
    run = run_of(row(1), row(2))
    take = ImportRun.objects.filter(pk=run.pk)
    with pytest.raises(import_runs.Busy):
        import_runs.apply(run, progress=lambda done, total: take.update(claim="another"))
    assert JobListing.objects.count() == 1


def test_undo_restores_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "CHUNK", 2)
    legal_world()
    import_runs.apply(run_of(row(1), row(2), row(3), publish=True))
    before, lines = state(), CostLine.objects.count()
    second = import_runs.apply(run_of(row(1), row(2, kota="Taipei", biaya=""), row(4), row(5), row(6), publish=True))
    assert counts(second) == (3, 1, 1, 0)
    assert state() != before
    import_runs.undo(second)
    assert (second.state, second.kept) == ("undone", 0)
    assert state() == before
    assert CostLine.objects.count() == lines


def test_undo_leaves_what_somebody_has_edited_since() -> None:
    legal_world()
    import_runs.apply(run_of(row(1)))
    run = import_runs.apply(run_of(row(1, kota="Taipei"), row(2), row(3)))
    JobListing.objects.filter(reference="TW-00001").update(place="Tainan")
    services.publish(JobListing.objects.get(reference="TW-00002"))
    import_runs.undo(run)
    assert run.kept == 2
    held = JobListing.objects.values_list("reference", "place", "status")
    assert set(held) == {("TW-00001", "Tainan", "draft"), ("TW-00002", "Taichung", "published")}


def test_an_undo_that_broke_off_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "CHUNK", 2)
    legal_world()
    run = import_runs.apply(run_of(*(row(number) for number in range(5))))
    with pytest.raises(KeyboardInterrupt):
        import_runs.undo(run, progress=lambda done, total: _interrupt(done == 2))
    run.refresh_from_db()
    assert (run.state, JobListing.objects.count()) == ("undoing", 3)
    import_runs.undo(run)
    assert (run.state, JobListing.objects.count()) == ("undone", 0)


# What an import leaves behind by intent: the log, itself, the codes of listings that were public and are gone, words that
# no document holds any more (they correct nothing, and a rebuild takes them out), and the inner pages of the search index.
LEFT_BEHIND = (
    "jobs_listingchange",
    "jobs_importrun",
    "jobs_importchange",
    "jobs_deletedlisting",
    "search_searchword",
    "search_fts",
    "sqlite_",
    "django_",
)


def tables() -> dict[str, list[tuple]]:
    """Every row of every other table."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if not table.startswith(LEFT_BEHIND):
                cursor.execute(f'SELECT * FROM "{table}"')
                found[table] = sorted(map(tuple, cursor.fetchall()), key=repr)
    return found


def differing(before: dict[str, list[tuple]]) -> dict[str, list]:
    after = tables()
    return {
        table: [entry for entry in (*rows, *after[table]) if (entry in rows) != (entry in after[table])]
        for table, rows in before.items()
        if after[table] != rows
    }


def rich_world() -> None:
    """Published listings with what officers add to them: sources of cost lines, a contact."""
    order = legal_world()
    ComponentFactory(code="work_visa")
    contact = AgencyContactFactory(agency=order.agency, value="+62 000 0001 0001")
    lines = "medical_exam:pemberi_kerja:750.000|work_visa:perusahaan:10"
    first = [row(number, biaya=lines, kontak="+62 000 00010001", fasilitas="housing|meals") for number in range(12)]
    import_runs.apply(run_of(*first, publish=True))
    assert set(JobListing.objects.values_list("contact", flat=True)) == {contact.pk}
    CostLine.objects.update(source=SourceFactory())


def changing() -> list[dict[str, str]]:
    """Rows of which some are new, some unchanged, some refused, and the rest change every kind of field."""
    lines = "medical_exam:pemberi_kerja:750.000|work_visa:perusahaan:10"
    known = [row(number, biaya=lines, kontak="+62 000 00010001", fasilitas="housing|meals") for number in range(12)]
    changes = [
        {}, {"kota": ""}, {"biaya": ""}, {"kontak": ""}, {"fasilitas": "meals"}, {"upah_maks": "21.000"},
        {"biaya": "work_visa:perusahaan:11"}, {"tutup": day(3).isoformat()}, {"tempat": "9"}, {"usia_min": "12"},
        {"jam_per_minggu": "", "usia_maks": "40"}, {"periode": "hari", "pendidikan": "s1"},
    ]  # fmt: skip
    return [{**cells, **change} for cells, change in zip(known, changes, strict=True)] + [row(n) for n in range(20, 26)]


def test_undo_restores_every_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "CHUNK", 4)
    rich_world()
    before = tables()
    run = import_runs.apply(run_of(*changing(), publish=True))
    assert counts(run) == (6, 10, 1, 1)
    assert {"jobs_joblisting", "jobs_costline", "search_searchdocument"} <= set(differing(before))
    import_runs.undo(run)
    assert (run.kept, differing(before)) == (0, {})


@pytest.mark.every_case
@pytest.mark.parametrize("seed", range(8))
def test_killed_at_any_statement_it_goes_on_or_back_without_half_a_chunk(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "CHUNK", 4)
    rich_world()
    rows, fate, before = changing(), random.Random(seed), tables()
    run = run_of(*rows, publish=True)
    with counted() as statements:
        import_runs.apply(run)
    whole = said()
    import_runs.undo(run)

    run = run_of(*rows, publish=True)
    # The last two statements come when the run has ended.
    with killed(after=fate.randrange(2, statements.count - 2)), pytest.raises(KeyboardInterrupt):
        import_runs.apply(run)
    assert dead(run) == "running"
    assert run.rows_done % 4 == 0 or run.rows_done == len(rows)  # a whole chunk, the last one shorter
    if run.chunks_done:
        assert ImportChange.objects.filter(run=run).count() == run.created + run.changed
    if seed % 2:
        import_runs.apply(run)
        assert (counts(run), said()) == ((6, 10, 1, 1), whole)
    with killed(after=fate.randrange(2, 12)), pytest.raises(KeyboardInterrupt):
        import_runs.undo(run)
    assert dead(run) == "undoing"
    import_runs.undo(run)
    assert (run.state, run.kept, differing(before)) == ("undone", 0, {})


def dead(run: ImportRun) -> str:
    """The state of a run whose writer was killed a while ago."""
    ImportRun.objects.filter(pk=run.pk).update(beat_at=timezone.now() - import_runs.SILENCE * 2)
    run.refresh_from_db()
    return run.state


def said() -> list:
    """What stands in the listings, whatever their keys."""
    return sorted((reference, status, values) for _pk, _code, reference, status, values in state())


class _Statements:
    count = 0


@contextmanager
def counted() -> Iterator[_Statements]:
    """How many statements are run inside."""
    held = _Statements()

    def count(execute: Any, *args: Any) -> Any:
        held.count += 1
        return execute(*args)

    with connection.execute_wrapper(count):
        yield held


@contextmanager
def killed(after: int) -> Iterator[None]:
    """The statement after so many never happens, and nothing after it."""
    left = after

    def kill(execute: Any, sql: str, *args: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0 and not sql.startswith(("ROLLBACK", "RELEASE", "SAVEPOINT")):
            raise KeyboardInterrupt
        return execute(sql, *args)

    with connection.execute_wrapper(kill):
        yield


def test_an_import_leaves_alone_what_the_file_does_not_speak_of() -> None:
    order = legal_world()
    contact = AgencyContactFactory(agency=order.agency)
    listing = legal_listing(job_order=order, reference="TW-00001", contact=contact, benefits=["meals"])
    line = CostLineFactory(listing=listing, source=SourceFactory())
    names = [name for name in NAMES if name not in ("kontak", "fasilitas", "biaya")]
    run = import_runs.apply(import_runs.prepare(text([row(1)], names=names).encode(), "a.csv")[0])
    listing.refresh_from_db()
    assert (run.changed, listing.wage_min, listing.requirements) == (1, 20000, ["language_basic", "health_check"])
    assert (listing.contact, listing.benefits, listing.cost_lines.get()) == (contact, ["meals"], line)


def test_cost_lines_that_a_file_does_not_change_keep_their_sources() -> None:
    order = legal_world()
    listing = legal_listing(job_order=order, reference="TW-00001")
    line = CostLineFactory(listing=listing, amount=750000, source=SourceFactory())
    run = import_runs.apply(run_of(row(1)))
    assert (run.changed, CostLine.objects.get().pk, CostLine.objects.get().source) == (1, line.pk, line.source)


def test_undo_leaves_alone_what_cannot_be_restored_whole() -> None:
    order = legal_world()
    contact = AgencyContactFactory(agency=order.agency)
    import_runs.apply(run_of(row(1, kontak=contact.value), row(2)))
    run = import_runs.apply(run_of(row(1, kontak=""), row(2, kota="Taipei")))
    contact.delete()
    import_runs.undo(run)
    assert (run.state, run.kept) == ("undone", 1)
    assert JobListing.objects.get(reference="TW-00002").place == "Taichung"


def test_a_contact_is_one_of_the_agency_itself() -> None:
    order = legal_world()
    mine = AgencyContactFactory(agency=order.agency, kind="handle", value="@contoh_jaya")
    AgencyContactFactory(value="+62 000 999")  # another agency's
    AgencyContactFactory(agency=order.agency, kind="email", value="info@contoh.example")
    run = run_of(
        row(1, kontak="@Contoh_Jaya"), row(2, kontak="'@contoh_jaya"), row(3, kontak="INFO@contoh.example"),
        row(4, kontak="+62 000 999"), row(5, kontak="contoh"), row(6, kontak="=1+1"),
    )  # fmt: skip
    assert {(number, column) for number, column, _reason in run.problems} == {(n, "kontak") for n in (5, 6, 7)}
    import_runs.apply(run)
    assert JobListing.objects.filter(contact=mine).count() == 2


def test_what_is_taken_from_each_wage_is_a_moment_of_its_own() -> None:
    legal_world()
    ComponentFactory(code="lodging", free_by_law=False)
    import_runs.apply(run_of(row(1, biaya="lodging:pekerja:100:TWD:bulanan")))
    assert CostLine.objects.get().when == "monthly"


def test_a_done_run_is_not_applied_again() -> None:
    legal_world()
    run = import_runs.apply(run_of(row(1)))
    with pytest.raises(import_runs.Busy):
        import_runs.apply(run)


@pytest.mark.one_database
@pytest.mark.parametrize("publish", [True, False])
def test_five_thousand_rows_with_fifty_bad_ones(publish: bool) -> None:
    """Must-show 5: each of the fifty by row, column and reason; nothing before confirmation; nothing the second time."""
    legal_world()
    breaches = [
        ("usia_min", {"usia_min": "17"}), ("biaya", {"biaya": "medical_exam:pekerja:1.000.000"}),
        ("negara", {"negara": "KH"}), ("job_order", {"job_order": "TIDAK-ADA"}), ("tutup", {"tutup": "31/02/2027"}),
    ]  # fmt: skip
    rows = [row(number) for number in range(5000)]
    expected = {}
    for place in range(50):
        column, cells = breaches[place % 5]
        rows[place * 97 + 13] |= cells
        expected[place * 97 + 13 + 2] = column
    run = run_of(*rows, publish=publish)
    named = {(number, column) for number, column, reason in run.problems if reason}
    assert set(expected.items()) <= named
    assert {number for number, _column in named} == set(expected)
    assert not JobListing.objects.exists()
    import_runs.apply(run)
    assert counts(run) == (4950, 0, 0, 50)
    assert JobListing.objects.public().count() == (4950 if publish else 0)
    again = import_runs.apply(run_of(*rows, publish=publish))
    assert counts(again) == (0, 0, 4950, 50)
    assert JobListing.objects.count() == 4950
