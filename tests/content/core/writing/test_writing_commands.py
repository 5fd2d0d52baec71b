"""``check_writing`` and ``check_parity``: every public page, each fault by its place, and an exit status to build on."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from content.core.models import StandardPage
from content.registers.models import AvoidedWord, Channel, Service
from tests.site import World

pytestmark = pytest.mark.django_db


def run(name: str, *args: str) -> tuple[int, list[str]]:
    """The exit status and the lines."""
    out = io.StringIO()
    try:
        call_command(name, *args, stdout=out)
    except CommandError as error:
        return error.returncode, out.getvalue().splitlines()
    return 0, out.getvalue().splitlines()


def rows(name: str, *args: str) -> tuple[int, list[dict[str, Any]]]:
    status, lines = run(name, "--json", *args)
    return status, [json.loads(line) for line in lines]


def page(site: World, slug: str, summary: str, english: str = "") -> StandardPage:
    made = site.homes["id"].add_child(instance=StandardPage(title="Judul", slug=slug, summary=summary))
    if english:
        other = made.copy_for_translation(site.locales["en"])
        other.summary = english
        other.save_revision().publish()
    return made


def bare(made: StandardPage, summary: str) -> None:
    """As it could only come in past every wall."""
    StandardPage.objects.filter(pk=made.pk).update(summary=summary)


class TestWriting:
    def test_pages_in_order_pass(self, site: World) -> None:
        page(site, "satu", "Simpan paspor Anda.")
        status, lines = run("check_writing")
        assert status == 0
        assert lines[-1].startswith("2 of 2 Indonesian pages are plain;")
        assert "0 words to avoid, 0 bare numbers." in lines[-1]

    def test_a_page_that_is_not_plain_is_named_and_one_of_twenty_is_forgiven(self, site: World) -> None:
        for number in "abcdefghijklmnopqr":
            page(site, number, "Simpan paspor Anda.")
        page(site, "berat", "Paspor ditahan oleh agen.")
        status, found = rows("check_writing")
        assert status == 0
        assert [row["page"] for row in found if row.get("plain") is False] == ["berat"]
        assert (found[-1]["measured"], found[-1]["plain"]) == (20, 19)
        page(site, "lebih-berat", "Paspor ditahan oleh agen.")
        assert rows("check_writing")[0] == 1
        assert rows("check_writing", "a")[0] == 0

    def test_one_word_to_avoid_is_too_many_on_a_page_and_in_the_registers(self, site: World) -> None:
        AvoidedWord.objects.create(code="tki", words={"id": "TKI", "en": "TKI"}, better={"id": "PMI", "en": "PMI"})
        page(site, "satu", "Kata “TKI” di sini dikutip.")
        assert run("check_writing")[0] == 0
        service = Service.objects.create(code="a", name={"id": "Kantor TKI", "en": "Office"})
        status, found = rows("check_writing")
        assert (status, found[-1]["avoided"], found[-2]["page"]) == (1, 1, "service a, name")
        service.delete()
        page(site, "dua", "Rumah bagi TKI.", english="A house for TKI.")
        status, found = rows("check_writing")
        assert (status, found[-1]["avoided"]) == (1, 2)

    def test_a_bare_number_of_a_register_is_too_many_but_where_its_row_answers_for_it(
        self, site: World, sapa: Channel
    ) -> None:
        page(site, "satu", "Simpan paspor Anda.")
        sapa.name = {"id": "SAPA 129", "en": "SAPA 129"}
        sapa.save()
        assert run("check_writing")[0] == 0
        Service.objects.create(
            code="a", name={"id": "Kantor", "en": "Office"}, purpose={"id": "Bayar 50.", "en": "Pay."}
        )
        status, found = rows("check_writing")
        assert (status, found[-1]["digits"], found[-2]["page"]) == (1, 1, "service a, purpose")

    def test_one_bare_number_is_too_many(self, site: World) -> None:
        bare(page(site, "satu", "Lama."), "Biayanya 500 ribu.")
        status, lines = run("check_writing")
        assert status == 1
        assert "  Bare number: “Biayanya 500 ribu.”" in lines

    def test_nothing_to_check_is_no_success(self, db: None) -> None:
        assert run("check_writing")[0] == 1
        assert run("check_parity")[0] == 1


class TestParity:
    def test_equal_pages_pass(self, site: World) -> None:
        page(site, "satu", "Sejak Mei 2025, tiga hari.", "Since May 2025, three days.")
        status, lines = run("check_parity")
        assert (status, lines[-1]) == (0, "2 pages and 0 texts of the registers compared: 0 differences.")

    def test_a_difference_is_named_by_page_kind_and_both_sides(self, site: World) -> None:
        page(site, "satu", "Sejak Mei 2025, tiga hari.", "Since May 2026, three days.")
        status, found = rows("check_parity")
        assert status == 1
        assert {name: found[0][name] for name in ("page", "kind", "source", "translation")} == {
            "page": "satu",
            "kind": "date",
            "source": "2025-05",
            "translation": "2026-05",
        }
        assert found[-1]["apart"] == 1
        assert run("check_parity")[1][-1].endswith(" compared: 1 difference.")

    def test_a_page_without_its_english_is_none_that_agrees(self, site: World) -> None:
        page(site, "satu", "Simpan paspor Anda.")
        status, found = rows("check_parity")
        assert (status, found[0]["translation"]) == (1, "missing")

    def test_a_regional_language_need_not_have_every_page(self, site: World) -> None:
        page(site, "satu", "Simpan paspor Anda.")
        other = StandardPage.objects.get().copy_for_translation(site.locales["jv"], copy_parents=True)
        other.summary = "Simpen paspor 5 dinten."
        StandardPage.objects.filter(pk=other.pk).update(summary=other.summary, live=True)
        page(site, "dua", "Simpan paspor Anda.")
        status, found = rows("check_parity", "--language", "jv")
        assert (status, [row["page"] for row in found[:-1]], found[-1]["pages"]) == (1, ["satu"], 1)

    def test_links_to_the_same_page_in_two_languages_are_one(self, site: World) -> None:
        first, second = page(site, "satu", "A.", "A."), page(site, "dua", "B.", "B.")
        english = {one.translation_key: one for one in StandardPage.objects.filter(locale=site.locales["en"])}

        def body(target: int) -> list:
            return [{"type": "text", "value": f'<p><a linktype="page" id="{target}">Baca</a></p>', "id": "0" * 8}]

        mine, theirs = (english[one.translation_key] for one in (first, second))
        first.body, mine.body = body(second.pk), body(theirs.pk)
        first.save_revision().publish()
        mine.save_revision().publish()
        assert run("check_parity")[0] == 0
        mine.body = body(mine.pk)
        mine.save_revision().publish()
        assert rows("check_parity")[1][0]["kind"] == "link"

    def test_the_registers_are_compared(self, site: World) -> None:
        Service.objects.create(code="a", name={"id": "Buka tiga hari", "en": "Open four days"})
        status, found = rows("check_parity")
        assert (status, found[0]["page"], found[0]["kind"]) == (1, "service a, name", "number")
        assert rows("check_parity", "beranda")[0] == 0
