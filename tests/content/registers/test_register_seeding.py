"""Registers from their seed files: each key a field, each mistake named, no editor overwritten."""

from __future__ import annotations

import shutil
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from content.registers import seeding
from content.registers.models import Destination, DestinationRule, Fact, Region, SeedRecord, Source
from content.registers.seeding import SeedError, Verdict

FILES = {
    "sources": '[[source]]\ncode = "uu-1"\nkind = "law"\ntitle = "UU 1"\nconfidence = "H"\npublished = "2017"\n',
    "facts": """[[fact]]
slug = "bagian"
kind = "percent"
value = 5.92
label = { id = "Bagian", en = "Part" }
sources = ["uu-1"]
verified_on = "2026-01-01"
verify_by = "2027-01-01"
steward = "Dinas (Contoh)"
""",
    "channels": "",
    "schemes": '[[scheme]]\ncode = "p2p"\nname = { id = "P ke P", en = "P to P" }\ndescription = { id = "a", en = "b" }\n',
    "services": "",
    "cost_components": "",
    "occupations": """[[work]]
code = "domestic"
name = { id = "Rumah tangga", en = "Domestic work" }
[[occupation]]
code = "5152"
name = { id = "Pengurus", en = "Housekeeper" }
work = "domestic"
zero_cost = true
""",
    "destinations": '[[destination]]\ncountry = "SG"\nmission = { id = "KBRI", en = "Embassy" }\n',
    "destination_rules": """[[rule]]
country = "SG"
work = "domestic"
scheme = "p2p"
status = "open"
since = ""
minimum_age = 23
maximum_age = 50
maximum_age_exclusive = true
requirements = { id = "", en = "" }
confidence = "M"
sources = ["uu-1"]
verified_on = "2026-01-01"
verify_by = "2027-01-01"
""",
    "red_flags": "",
    "glossary": "",
    "synonyms": "",
    "distress": "",
    "avoided_words": "",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A whole set of small files."""
    for name, text in FILES.items():
        (tmp_path / f"{name}.toml").write_text(text)
    return tmp_path


def _load(folder: Path) -> Counter[Verdict]:
    return sum(seeding.load(seeding.read(folder)).counts.values(), Counter())


@pytest.mark.django_db
def test_values_go_into_the_field_of_their_kind(folder: Path) -> None:
    assert _load(folder) == {Verdict.NEW: 7}
    fact = Fact.objects.get()
    assert (fact.number, fact.label.text("en")) == (Decimal("5.92"), "Part")
    assert [source.code for source in fact.sources.all()] == ["uu-1"]
    rule = DestinationRule.objects.get()
    assert rule.destination == Destination.objects.get(country="SG")
    # “Below 50” in the file; the model holds the highest age that is still accepted.
    assert (rule.minimum_age, rule.maximum_age, rule.since, rule.requirements) == (23, 49, None, {})


@pytest.mark.django_db
def test_loading_again_writes_nothing(folder: Path, django_assert_max_num_queries: object) -> None:
    _load(folder)
    with django_assert_max_num_queries(60) as queries:  # type: ignore[operator]
        assert _load(folder) == {Verdict.SAME: 7}
    writes = [q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert writes == []


@pytest.mark.django_db
def test_a_changed_file_updates_what_nobody_touched(folder: Path) -> None:
    _load(folder)
    path = folder / "facts.toml"
    path.write_text(path.read_text().replace("5.92", "6.1"))
    assert _load(folder) == {Verdict.SAME: 6, Verdict.UPDATED: 1}
    assert Fact.objects.get().number == Decimal("6.1")


@pytest.mark.django_db
def test_what_an_editor_changed_or_deleted_is_left_alone(folder: Path) -> None:
    _load(folder)
    Fact.objects.update(number=7)
    Source.objects.create(code="uu-2", kind="law", title="UU 2", confidence="H")
    DestinationRule.objects.get().sources.add(Source.objects.get(code="uu-2"))
    Destination.objects.get().rules.all().delete()
    (folder / "facts.toml").write_text(FILES["facts"].replace("5.92", "6.1"))
    assert _load(folder) == {Verdict.SAME: 5, Verdict.KEPT: 2}
    assert Fact.objects.get().number == 7
    assert not DestinationRule.objects.exists()


@pytest.mark.django_db
def test_a_row_that_an_editor_made_under_the_same_name_is_left_alone(folder: Path) -> None:
    Source.objects.create(code="uu-1", kind="law", title="Judul editor", confidence="M")
    assert _load(folder)[Verdict.KEPT] == 1
    assert Source.objects.get().title == "Judul editor"


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("facts", "value = 5.92", "valeu = 5.92", "facts.toml, fact bagian: unknown key valeu. Known: "),
        ("facts", "[[fact]]", "[[fakta]]", "facts.toml: unknown table [[fakta]]."),
        ("facts", '"2026-01-01"', '"1 Januari"', "fact bagian: “1 Januari” does not fit verified_on."),
        ("facts", '["uu-1"]', '["uu-9"]', "fact bagian: no source uu-9 in sources.toml."),
        ("facts", "value = 5.92", "value = 5.92\nvalue = 6", "facts.toml: "),
        ("sources", FILES["sources"], FILES["sources"] * 2, "sources.toml, source uu-1: stands twice."),
    ],
)
def test_a_wrong_file_is_refused_without_asking_the_database(
    folder: Path, name: str, old: str, new: str, words: str
) -> None:
    path = folder / f"{name}.toml"
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(SeedError) as refused:
        seeding.read(folder)
    assert words in "\n".join(refused.value.problems)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("facts", "value = 5.92", 'value = ""', "fact bagian: number:"),
        ("facts", 'en = "Part"', 'en = ""', "fact bagian: label:"),
        ("facts", '"2027-01-01"', '"2025-01-01"', "fact bagian: verify_by:"),
        ("occupations", 'work = "domestic"', 'work = "hantu"', "occupation 5152: work: there is no workgroup “hantu”"),
        ("destination_rules", 'country = "SG"', 'country = "XX"', "there is no destination “XX”"),
        ("sources", '"2017"', '"tahun 2017"', "source uu-1: published:"),
    ],
)
def test_what_a_model_refuses_is_named_and_nothing_is_kept(
    folder: Path, name: str, old: str, new: str, words: str
) -> None:
    path = folder / f"{name}.toml"
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(SeedError) as refused:
        _load(folder)
    assert words in "\n".join(refused.value.problems)
    assert not Source.objects.exists()
    assert not SeedRecord.objects.exists()


def test_byte_order_mark_and_windows_lines_are_read(folder: Path) -> None:
    for path in folder.glob("*.toml"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert [entry.key for entry in seeding.read(folder)[seeding.REGISTERS[0]]] == ["uu-1"]


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "glossary.toml").unlink()
    with pytest.raises(SeedError, match=r"glossary\.toml: is missing"):
        seeding.read(folder)


@pytest.mark.django_db
def test_regions_have_the_codes_of_the_ministry() -> None:
    assert seeding.load_regions() == {Verdict.NEW: 552}
    assert Region.objects.filter(province=None).count() == 38
    assert Region.objects.exclude(province=None).count() == 514
    depok = Region.objects.get(code="32.76")
    assert (depok.name, depok.province.name) == ("Kota Depok", "Jawa Barat")
    Region.objects.filter(code="32.76").update(name="Nama lama")
    assert seeding.load_regions() == {Verdict.SAME: 551, Verdict.UPDATED: 1}


@pytest.mark.django_db
def test_a_rehearsal_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_reference", "--dry-run")
    assert "Nothing was written" in capsys.readouterr().out
    assert not Source.objects.exists()
    assert not Region.objects.exists()
    assert not SeedRecord.objects.exists()


@pytest.mark.django_db
def test_the_command_names_what_is_wrong(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(folder / "sources.toml", folder / "facts.toml")
    monkeypatch.setattr(seeding.read, "__defaults__", (folder, seeding.REGISTERS))
    with pytest.raises(CommandError, match=r"unknown table \[\[source\]\]"):
        call_command("load_reference")
