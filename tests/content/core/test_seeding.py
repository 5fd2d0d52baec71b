"""Seed files of pages: loaded once, found again, never over an editor; a wrong file is refused in words, before writing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from wagtail.models import Locale, Page
from wagtail_localize.models import StringTranslation

from content.core import seeding, translation
from content.core.models import HomePage, StandardPage, TranslationReview
from content.core.selectors import review_of
from content.core.tree import tree
from content.registers.models import Channel, SeedRecord, Source
from content.registers.seeding import SeedError, Verdict

pytestmark = pytest.mark.django_db

HOME = '+++\ntype = "home"\ntitle = "Lentera"\n+++\n'
PAGE = """+++
type = "standard"
order = {order}
title = "{title}"
summary = "Ringkasan."
sources = ["uu-1"]
verified_on = 2026-11-22
verify_by = 2027-05-22
+++
{body}
"""
BODY = """Kalimat pertama.

::: steps
### Langkah
Telepon {kanal:sapa-129}, lalu baca [ini](page:kedua).
:::

- satu
- dua"""
ENGLISH = """+++
title = "First"
summary = "Summary."
+++
First sentence.

::: steps
### Step
Call {kanal:sapa-129}, then read [this](page:kedua).
:::

- one
- two
"""


@pytest.fixture(autouse=True)
def registers(new_generations: None) -> None:
    """What the files refer to: the languages, one source and one channel."""
    for code in ("id", "en", "jv"):
        Locale.objects.get_or_create(language_code=code)
    Source.objects.create(code="uu-1", kind="law", title="UU 1", confidence="H")
    Channel.objects.create(
        slug="sapa-129", kind="phone", value="129", verified_on="2026-01-01", verify_by="2027-01-01", emergency=True
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A home page and two plain pages, the first in English too."""
    folder = tmp_path / "core" / "seed"
    folder.mkdir(parents=True)
    (folder / "beranda.id.md").write_text(HOME)
    (folder / "pertama.id.md").write_text(PAGE.format(order=1, title="Pertama", body=BODY))
    (folder / "pertama.en.md").write_text(ENGLISH)
    (folder / "kedua.id.md").write_text(PAGE.format(order=2, title="Kedua", body="Isi."))
    return folder


def _load(folder: Path) -> dict[str, dict[Verdict, int]]:
    family = seeding.Family(folder=folder, types=seeding.FAMILY.types, fields=seeding.FAMILY.fields)
    plan = seeding.read([family])
    return seeding.load(plan, seeding.check(plan), lambda *_: None).counts


def _problems(folder: Path) -> str:
    before = list(Page.objects.values_list("pk", flat=True)), SeedRecord.objects.count()
    with pytest.raises(SeedError) as refused:
        _load(folder)
    assert (list(Page.objects.values_list("pk", flat=True)), SeedRecord.objects.count()) == before
    return "\n".join(refused.value.problems)


def _page(slug: str, language: str = "id") -> StandardPage:
    return StandardPage.objects.get(slug=slug, locale__language_code=language)


def test_pages_and_translations_are_public_and_linked(folder: Path) -> None:
    assert _load(folder) == {"page": {Verdict.NEW: 3}, "translation into en": {Verdict.NEW: 1}}
    page = _page("pertama")
    assert page.live
    assert [row.source.code for row in page.page_sources.all()] == ["uu-1"]
    assert page.verify_by == dt.date(2027, 5, 22)
    assert f'<a linktype="page" id="{_page("kedua").pk}">ini</a>' in str(page.body[1].value[0]["text"].source)
    english = _page("pertama", "en")
    assert (english.title, english.live) == ("First", True)
    assert "First sentence." in english.text_of_all_fields()
    assert not any(Page.find_problems())
    # English has no front page in these files: an alias holds its place.
    assert tree().by_url["/en/pertama/"].parent == tree().homes["id"]


def test_loading_again_changes_nothing(folder: Path) -> None:
    _load(folder)
    before = list(Page.objects.order_by("pk").values_list("pk", "latest_revision_id"))
    assert _load(folder) == {"page": {Verdict.SAME: 3}, "translation into en": {Verdict.SAME: 1}}
    assert list(Page.objects.order_by("pk").values_list("pk", "latest_revision_id")) == before


def test_a_changed_file_updates_the_page_and_its_translation(folder: Path) -> None:
    _load(folder)
    (folder / "pertama.id.md").write_text(PAGE.format(order=1, title="Pertama", body=BODY.replace("pertama", "baru")))
    (folder / "pertama.en.md").write_text(ENGLISH.replace("First sentence.", "New sentence."))
    counts = _load(folder)
    assert counts["page"] == {Verdict.SAME: 2, Verdict.UPDATED: 1}
    assert counts["translation into en"] == {Verdict.UPDATED: 1}
    assert "New sentence." in _page("pertama", "en").text_of_all_fields()
    assert not _page("pertama", "en").outdated_strings.exists()


@pytest.mark.parametrize("more", [True, False])
def test_a_file_with_more_or_fewer_texts_updates_its_translation_too(folder: Path, more: bool) -> None:
    """A release that adds a paragraph must not leave the other language at the words of the one before."""
    longer, english = BODY + "\n\nSatu alinea lagi.\n", ENGLISH + "\n\nOne more paragraph.\n"
    files = [
        (PAGE.format(order=1, title="Pertama", body=BODY), ENGLISH),
        (PAGE.format(order=1, title="Pertama", body=longer), english),
    ]
    before, after = files if more else files[::-1]
    for (indonesian, other), verdict in ((before, Verdict.NEW), (after, Verdict.UPDATED)):
        (folder / "pertama.id.md").write_text(indonesian)
        (folder / "pertama.en.md").write_text(other)
        assert _load(folder)["translation into en"] == {verdict: 1}
    assert ("One more paragraph." in _page("pertama", "en").text_of_all_fields()) is more
    assert not _page("pertama", "en").outdated_strings.exists()


def test_a_translation_whose_file_did_not_follow_stays_marked(folder: Path) -> None:
    _load(folder)
    (folder / "pertama.id.md").write_text(PAGE.format(order=1, title="Pertama", body=BODY.replace("pertama", "baru")))
    _load(folder)
    assert _page("pertama", "en").outdated_strings.count() == 1
    assert "First sentence." in _page("pertama", "en").text_of_all_fields()


def test_what_an_editor_changed_is_left_alone(folder: Path) -> None:
    _load(folder)
    page = _page("kedua")
    page.title = "Judul editor"
    page.save_revision().publish()
    (folder / "kedua.id.md").write_text(PAGE.format(order=2, title="Kedua", body="Isi baru."))
    assert _load(folder)["page"] == {Verdict.SAME: 2, Verdict.KEPT: 1}
    assert _page("kedua").title == "Judul editor"


def test_a_draft_of_an_editor_is_left_alone_too(folder: Path) -> None:
    _load(folder)
    page = _page("kedua")
    page.title = "Belum terbit"
    page.save_revision()
    (folder / "kedua.id.md").write_text(PAGE.format(order=2, title="Kedua", body="Isi baru."))
    assert _load(folder)["page"][Verdict.KEPT] == 1
    assert _page("kedua").get_latest_revision_as_object().title == "Belum terbit"


def test_what_an_editor_unpublished_or_deleted_does_not_come_back(folder: Path) -> None:
    _load(folder)
    _page("kedua").unpublish()
    _page("pertama").delete()
    assert _load(folder)["page"] == {Verdict.SAME: 1, Verdict.KEPT: 2}
    assert not _page("kedua").live
    assert not StandardPage.objects.filter(slug="pertama", locale__language_code="id").exists()


def test_what_a_translator_changed_is_left_alone(folder: Path) -> None:
    _load(folder)
    StringTranslation.objects.filter(data="First sentence.").update(data="The translator's sentence.")
    (folder / "pertama.en.md").write_text(ENGLISH.replace("First sentence.", "Sentence of the file."))
    assert _load(folder)["translation into en"] == {Verdict.KEPT: 1}
    assert "The translator's sentence." in (
        translation.texts(_page("pertama"), Locale.objects.get(language_code="en")) or []
    )


def test_an_interrupted_run_is_finished_by_the_next(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(seeding.Loading, "_load_page", stop)
        with pytest.raises(KeyboardInterrupt):
            _load(folder)
    assert not _page("pertama").live
    assert _load(folder)["page"] == {Verdict.NEW: 3}
    assert _page("pertama").live


def test_a_later_page_takes_its_place_in_the_order(folder: Path) -> None:
    _load(folder)
    (folder / "antara.id.md").write_text(PAGE.format(order=1, title="Antara", body="Isi."))
    _load(folder)
    assert [node.slug for node in tree().homes["id"].children] == ["antara", "pertama", "kedua"]


def test_windows_files_are_read_as_any_other(folder: Path) -> None:
    for path in folder.iterdir():
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert _load(folder)["page"] == {Verdict.NEW: 3}
    assert "\r" not in _page("pertama").text_of_all_fields()


def test_a_regional_page_keeps_its_address_below_aliases_that_are_no_pages(folder: Path) -> None:
    (folder / "pertama.jv.md").write_text(ENGLISH.replace("First", "Kapisan"))
    _load(folder)
    node = tree().by_url["/jv/pertama/"]
    assert (node.title, node.parent) == ("Kapisan", tree().homes["id"])
    assert [other.url for other in tree().pages["jv"]] == ["/jv/pertama/"]
    assert node not in tree().homes["id"].children
    assert "jv" not in tree().homes
    assert list(tree().translations(node)) == ["id", "en", "jv"]


def test_a_slug_that_an_editors_page_has_is_named(folder: Path) -> None:
    (folder / "kedua.id.md").rename(folder / "kedua.txt")
    (folder / "pertama.id.md").write_text(PAGE.format(order=1, title="Pertama", body="Isi."))
    (folder / "pertama.en.md").unlink()
    _load(folder)
    HomePage.objects.get().add_child(
        instance=StandardPage(title="Editor", slug="kedua", locale=Locale.objects.get(language_code="id"))
    )
    (folder / "kedua.txt").rename(folder / "kedua.id.md")
    with pytest.raises(SeedError, match=r"core/kedua\.id\.md: .*kedua"):
        _load(folder)


def test_a_regional_file_may_stand_alone(folder: Path) -> None:
    text = PAGE.format(order=3, title="Mung Jawa", body="Isi.")
    (folder / "mung-jawa.jv.md").write_text(text)
    _load(folder)
    assert tree().by_url["/jv/mung-jawa/"].title == "Mung Jawa"
    assert [node.slug for node in tree().pages["jv"]] == ["mung-jawa"]
    assert _load(folder)["page"] == {Verdict.SAME: 4}


def test_a_named_reviewer_is_recorded_and_one_without_a_day_refused(folder: Path) -> None:
    reviewed = 'reviewed = true\nreviewer = "Siti (Contoh)"\n'
    (folder / "pertama.en.md").write_text(ENGLISH.replace("+++\nFirst", f"{reviewed}+++\nFirst"))
    assert "reviewed_on" in _problems(folder)
    (folder / "pertama.en.md").write_text(
        ENGLISH.replace("+++\nFirst", f"{reviewed}reviewed_on = 2026-11-20\n+++\nFirst")
    )
    _load(folder)
    review = TranslationReview.objects.get()
    assert review.reviewer == "Siti (Contoh)"
    assert review_of(review.page.specific) == review


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("pertama.en.md", "\n- two", "", "6 strings, the source has 7; they part at body, part 3 (text): “dua”"),
        (
            "pertama.en.md",
            "\n- two",
            "\n- two\n- three",
            "8 strings, the source has 7; they part at body, part 3 (text): “three”",
        ),
        ("pertama.en.md", "::: steps", "::: questions", "they part at body, part 2"),
        ("pertama.en.md", "Call {kanal:sapa-129}", "Call 129", "other facts or channels than the source"),
        ("pertama.en.md", "(page:kedua)", "(page:beranda)", "other links than the source"),
        ("pertama.en.md", 'title = "First"', f'title = "{"x" * 300}"', "title:"),
        ("pertama.en.md", 'title = "First"', 'judul = "First"', "unknown key judul"),
        ("pertama.id.md", "{kanal:sapa-129}", "{kanal:hantu}", "{kanal:hantu}"),
        ("pertama.id.md", "uu-1", "uu-99", "no source “uu-99”"),
        ("pertama.id.md", "page:kedua", "page:hantu", "line 14: no page has the slug “hantu”"),
        ("pertama.id.md", "verify_by = 2027", "verify_by = 2020", "verify_by:"),
        ("pertama.id.md", "order = 1", "urutan = 1", "unknown key urutan"),
        ("pertama.id.md", 'type = "standard"', 'type = "artikel"', "unknown type “artikel”"),
        ("pertama.id.md", "+++\ntype", "type", "must begin with"),
        ("pertama.id.md", 'title = "Pertama"', 'title = "Pertama', "core/pertama.id.md"),
        ("pertama.id.md", "::: steps", "::: langkah", "“::: langkah” is not known here"),
        ("pertama.id.md", "### Langkah\n", "", "begins with “### Title”"),
        ("pertama.id.md", "- satu\n", "::: facts\n- satu :: [ini](page:kedua)\n:::\n", "no bold, no links"),
        ("pertama.id.md", "- satu\n", "::: compare\n|a|b|c|\n|**a**|b|c|\n:::\n", "no bold, no links"),
        ("pertama.id.md", "order = 1", 'order = 1\nslug = "kedua"', "the slug “kedua” is taken"),
        ("pertama.id.md", "order = 1", 'order = 1\nparent = "hantu"', "no page has the slug “hantu” (parent)"),
        ("beranda.id.md", 'type = "home"', 'type = "standard"', "one page of type “home”, not 0"),
    ],
)
def test_a_wrong_file_is_refused_before_anything_is_written(
    folder: Path, name: str, old: str, new: str, words: str
) -> None:
    path = folder / name
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    problems = _problems(folder)
    assert words in problems
    assert f"core/{name}" in problems or "There must be one page" in problems


@pytest.mark.parametrize("name", ["Pertama.id.md", "pertama.md", "pertama.xx.md", "pertama.id.id.md"])
def test_a_file_says_slug_and_language_in_its_name(folder: Path, name: str) -> None:
    (folder / name).write_text(HOME)
    assert "the name must be <slug>.<language>.md" in _problems(folder)


def test_bytes_that_are_no_text_are_refused(folder: Path) -> None:
    (folder / "kedua.id.md").write_bytes(b"+++\n\xff\xfe\n+++\n")
    assert "not UTF-8" in _problems(folder)


def test_every_problem_is_told_at_once(folder: Path) -> None:
    (folder / "pertama.id.md").write_text(
        PAGE.format(order=1, title="Pertama", body="{kanal:hantu}").replace("uu-1", "uu-9")
    )
    (folder / "pertama.en.md").unlink()
    (folder / "kedua.id.md").write_text(PAGE.format(order=2, title="Kedua", body="[x](page:hantu)"))
    assert len(_problems(folder).splitlines()) == 3
