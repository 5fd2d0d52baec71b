"""Which column of a file means which of ours: told once, remembered, never guessed behind anybody's back."""

from __future__ import annotations

import pytest

from content.jobs import headings, import_runs, importers
from content.jobs.import_rows import COLUMNS
from content.jobs.models import ImportRun, JobListing
from content.jobs.sheets import Unreadable, parse
from tests.factories.job_files import NAMES, content, legal_world, objects, row, text, typed, workbook

# Headings as another system writes them.
THEIRS = {"izin": "No. SIP3MI", "referensi": "Nomor lowongan", "tutup": "Batas lamaran", "upah_min": "Upah (minimum)"}


def foreign(*rows: dict[str, str]) -> bytes:
    """The rows below headings of another system."""
    return text(
        [{THEIRS.get(name, name): cell for name, cell in cells.items()} for cells in rows],
        names=[THEIRS.get(name, name) for name in NAMES],
    ).encode()


def test_each_heading_is_a_name_of_its_own() -> None:
    sheet = parse("Gaji,Gaji,,gaji ,A\u200b\nx,y,z,1,2".encode())
    assert sheet.headers == ("Gaji", "Gaji (2)", "(C)", "gaji", "A")


def test_our_names_are_recognised_in_other_words_and_not_twice() -> None:
    found = headings.recognised(["SIP3MI", " Gaji  MIN ", "upah_min", "Negara", "Keterangan"])
    assert found == {"izin": "SIP3MI", "negara": "Negara"}  # two headings mean the lowest wage: people are asked


def test_of_two_headings_with_one_name_people_are_asked_which() -> None:
    sheet = parse(b"izin,kota,izin\n1,a,2")
    assert headings.recognised(sheet.headers) == {"kota": "kota"}


def test_a_guess_is_likely_and_takes_no_heading_twice() -> None:
    likely = {
        "izin": "No. SIP3MI", "upah_min": "Upah (minimum)", "upah_maks": "Gaji maksimum", "negara": "Negara tujuan",
        "kontrak_bulan": "Lama kontrak (bulan)", "skema": "Skema penempatan", "usia_maks": "Usia maksimal",
    }  # fmt: skip
    others = ["Alasan", "Catatan petugas", "Nomor HP pelamar", "Nama pelapor"]
    assert headings.guess([*others, *likely.values()]) == likely


def test_the_same_headings_have_the_same_fingerprint_in_any_order() -> None:
    one = headings.fingerprint(["Izin", "Nama kota", "Gaji"])
    assert one == headings.fingerprint(["gaji", "IZIN", "nama kota", "alasan"])
    assert one != headings.fingerprint(["Izin", "Nama kota"])


@pytest.mark.django_db
def test_a_file_with_other_headings_waits_for_its_columns_and_the_next_one_does_not() -> None:
    legal_world()
    first = import_runs.receive(foreign(row(1)), "a.csv")
    assert first.state == "columns"
    assert dict(first.sample)["No. SIP3MI"] == ["CONTOH/SIP3MI/1"]
    with pytest.raises(import_runs.Busy):
        import_runs.rehearse(first)
    with pytest.raises(Unreadable, match="izin"):
        import_runs.choose_columns(first, {"referensi": "Nomor lowongan"})
    whole = {**headings.recognised([heading for heading, _values in first.sample]), **THEIRS}
    import_runs.choose_columns(first, whole)
    assert import_runs.rehearse(first).new == 1

    second = import_runs.receive(foreign(row(2), row(3)), "b.csv")
    assert (second.state, second.chosen_in, second.mapping) == ("reading", first, whole)
    third = import_runs.receive(foreign(row(4)), "c.csv")
    assert third.chosen_in == first  # where it was chosen, not where it was used last
    import_runs.rehearse(second)
    import_runs.apply(second)
    assert JobListing.objects.count() == 2
    # The newest word counts.
    import_runs.choose_columns(third, {name: heading for name, heading in whole.items() if name != "kota"})
    assert "kota" not in import_runs.receive(foreign(row(5)), "d.csv").mapping
    assert import_runs.receive(content(row(6)), "e.csv").chosen_in is None  # other headings


@pytest.mark.django_db
def test_a_choice_holds_for_the_refused_rows_that_were_mended() -> None:
    legal_world()
    whole = {**{name: name for name in NAMES}, **THEIRS}
    run, preview = import_runs.prepare(foreign(row(1, usia_min="12", upah_min="x")), "a.csv", own=THEIRS)
    assert (run.mapping, preview.refused) == (whole, 1)
    assert [problem.column for problem in preview.problems] == ["Upah (minimum)"]  # as the officer knows it
    file = b"".join(import_runs.refused_file(run)[1])
    assert "alasan" in parse(file).headers
    mended = file.replace(b",12,", b",22,").replace(b",x,", b",20.000,")
    again, preview = import_runs.prepare(mended, "a-ditolak.csv")
    assert (again.chosen_in, preview.new) == (run, 1)
    # What is refused of that once more has one column of reasons, not two.
    twice = importers.refused_file(import_runs.sheet_of(again), [importers.Problem(2, "kota", "x")])
    assert parse(b"".join(twice)).headers == parse(file).headers


@pytest.mark.parametrize("own", [{"gaji": "No. SIP3MI"}, {"izin": "Nomor paspor"}])
def test_what_is_said_of_a_column_that_is_not_there_is_refused(own: dict[str, str]) -> None:
    with pytest.raises(Unreadable):
        headings.with_own_words(list(THEIRS.values()), own)


def test_a_heading_that_is_said_to_be_another_column_is_no_longer_its_own() -> None:
    assert headings.with_own_words(["upah_min", "izin"], {"upah_maks": "upah_min"}) == {
        "upah_maks": "upah_min",
        "izin": "izin",
    }


@pytest.mark.django_db
def test_a_choice_is_not_made_once_the_import_is_written() -> None:
    legal_world()
    run, _preview = import_runs.prepare(content(row(1)), "a.csv")
    import_runs.apply(run)
    with pytest.raises(import_runs.Busy):
        import_runs.choose_columns(run, {column.name: column.name for column in COLUMNS})
    assert ImportRun.objects.get().state == "done"


@pytest.mark.django_db
def test_every_format_is_previewed_alike() -> None:
    legal_world()
    rows = [typed(1), typed(2, usia_min=12), typed(3, upah_min=20000.5), typed(4, upah_min=1.505)]
    lists = [{**cells, "syarat": ["language_basic", "health_check"], "fasilitas": ["housing"]} for cells in rows]
    as_text = [{**cells, "upah_min": str(cells["upah_min"]).replace(".", ",")} for cells in rows]
    for file, first in ((workbook(*rows), 2), (objects(*lists), 1), (content(*as_text), 2)):
        result = importers.preview(importers.parse(file))
        assert (result.new, result.refused) == (2, 2), file[:40]
        assert [(problem.row, problem.column) for problem in result.problems] == [
            (first + 1, "usia_min"), (first + 3, "upah_min"),
        ]  # fmt: skip


@pytest.mark.django_db
def test_a_file_that_is_refused_in_part_comes_back_in_its_own_format() -> None:
    legal_world()
    for file, ending in ((workbook(typed(1, usia_min=12)), "xlsx"), (objects(typed(1, usia_min=12)), "json")):
        sheet = importers.parse(file)
        back = b"".join(importers.refused_file(sheet, importers.preview(sheet).problems))
        again = importers.parse(back)
        assert again.format == ending
        assert "AGE-1" in again.rows[0].cells[again.headers.index("alasan")]
        (problem,) = importers.preview(again).problems
        assert problem.column == "usia_min"  # everything else is read as it was
