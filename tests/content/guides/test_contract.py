"""The contract reader: what is missing, what is dangerous, whom to ask; and the copy for the family, which sends nothing."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.test import Client

from content.guides import contract_selectors
from content.guides.models import ContractClause
from content.guides.vocabulary import ClauseKind, Paper
from content.registers import generation
from tests.portal.admin_forms import errors_of, fields_of
from tests.site import World
from tests.staff import SignedIn

pytestmark = pytest.mark.django_db(databases=["default", "reports"])
# What article 15 of Law 18/2017 lists (FACTS 1.10), its conditions one by one.
ARTICLE_15 = {
    "pemberi_kerja",
    "pekerja",
    "pekerjaan",
    "hak_kewajiban",
    "jam_kerja",
    "upah",
    "cuti",
    "istirahat",
    "fasilitas",
    "jaminan_sosial",
    "lama_kontrak",
    "jaminan_keamanan",
}


@pytest.fixture
def loaded(shipped_registers: None) -> None:
    """The clauses that the portal ships with."""


def page(client: Client, query: str = "", language: str = "id") -> BeautifulSoup:
    answer = client.get(f"/{language}/cek-kontrak/?{query}")
    assert answer.status_code == 200
    assert not answer.cookies
    return BeautifulSoup(answer.content, "html5lib")


def names(rows: list[ContractClause]) -> set[str]:
    return {row.code for row in rows}


class TestReading:
    def test_article_15_is_whole_and_nothing_else_claims_it(self, loaded: None) -> None:
        by_law = ContractClause.objects.filter(kind=ClauseKind.LAW, paper=Paper.WORK)
        assert set(by_law.values_list("code", flat=True)) == ARTICLE_15
        assert set(ContractClause.objects.filter(article="Pasal 15").values_list("code", flat=True)) == ARTICLE_15

    def test_what_is_no_advice_names_its_source(self, loaded: None) -> None:
        assert not ContractClause.objects.exclude(kind=ClauseKind.ADVICE).filter(sources=None).exists()

    def test_what_is_not_ticked_is_asked(self, loaded: None) -> None:
        reading = contract_selectors.read({"upah", "denda_batal", "tidak-ada"})
        assert names(reading.dangers) == {"denda_batal"}
        assert names(reading.there) == {"upah"}
        missing = {code for rows in reading.to_ask.values() for code in names(rows)}
        assert missing >= ARTICLE_15 - {"upah"}
        assert not missing & {"upah", "denda_batal"}
        assert {office.code for office in reading.offices} >= {"disnaker", "bp3mi"}

    def test_everything_ticked_asks_nothing(self, loaded: None) -> None:
        good = ContractClause.objects.exclude(kind=ClauseKind.DANGER).values_list("code", flat=True)
        reading = contract_selectors.read(set(good))
        assert not reading.asks
        assert not reading.dangers


@pytest.mark.usefixtures("site")
class TestPage:
    def test_an_empty_form_gives_every_question(self, loaded: None, client: Client) -> None:
        shown = page(client, "baca=1")
        assert len(shown.select("main ul.tick li")) == len(ARTICLE_15) + 6
        assert "Jangan tanda tangan dulu" in shown.text

    def test_a_whole_contract_is_never_called_safe(self, loaded: None, client: Client) -> None:
        good = ContractClause.objects.exclude(kind=ClauseKind.DANGER)
        shown = page(client, "&".join(f"{'kerja' if row.paper == 'work' else 'penempatan'}={row.code}" for row in good))
        assert "Itu tidak berarti kontraknya baik atau asli" in shown.text
        assert "Jangan tanda tangan dulu" not in shown.text

    def test_a_danger_comes_first_even_in_a_whole_contract(self, loaded: None, client: Client) -> None:
        shown = page(client, "bahaya=umur_diubah")
        assert shown.select("main h2")[0].text == "Tanda bahaya"
        assert "Jangan tanda tangan dulu" in shown.text

    def test_every_article_names_its_law(self, loaded: None, client: Client) -> None:
        shown = page(client, "baca=1", "en")
        wage = next(item for item in shown.select("main ul.tick li") if item.b.text.startswith("The wage"))
        assert "Undang-Undang 18/2017 Pasal 15" in " ".join(wage.text.split())

    def test_advice_says_that_it_is_advice(self, loaded: None, client: Client) -> None:
        shown = page(client, "baca=1")
        copy = next(item for item in shown.select("main ul.tick li") if "salinan" in item.b.text)
        assert "saran" in copy.text

    def test_the_form_can_be_changed_and_keeps_its_ticks(self, loaded: None, client: Client) -> None:
        link = next(a["href"] for a in page(client, "kerja=upah&baca=1").select("main a") if "isi=1" in a["href"])
        again = BeautifulSoup(client.get(link).content, "html5lib")
        assert [box["value"] for box in again.select("input[checked]")] == ["upah"]

    def test_what_was_ticked_is_kept_by_nobody(self, loaded: None, client: Client) -> None:
        assert client.get("/id/cek-kontrak/?kerja=upah")["Cache-Control"] == "no-store"
        assert "must-revalidate" in client.get("/id/cek-kontrak/")["Cache-Control"]

    def test_a_reader_of_another_language_gets_it_in_indonesian(self, loaded: None, client: Client) -> None:
        answer = client.get("/jv/cek-kontrak/")
        assert answer.status_code == 200
        assert "noindex" in answer["X-Robots-Tag"]


class TestCms:
    URL = "/akun/cms/rencana/contractclause/"

    def test_an_officer_changes_a_clause_and_readers_see_it(self, loaded: None, signed_in: SignedIn) -> None:
        client = signed_in("job_officer")
        row = ContractClause.objects.get(code="salinan")
        address = f"{self.URL}edit/{row.pk}/"
        form = fields_of(client.get(address).content.decode(), "form[method=POST], form[method=post]")
        name = next(
            key
            for key in form
            if re.fullmatch(r"question_\d+|question_id", key) and form[key].startswith("Minta salinan")
        )
        answer = client.post(address, {**form, name: "Foto setiap halaman."})
        assert answer.status_code == 302, errors_of(answer)
        generation.replace()
        assert "Foto setiap halaman." in page(Client(), "baca=1").text

    def test_a_translator_cannot(self, loaded: None, signed_in: SignedIn) -> None:
        row = ContractClause.objects.get(code="salinan")
        assert signed_in("translator").get(f"{self.URL}edit/{row.pk}/").status_code == 302

    def test_the_law_without_an_article_is_refused(self, loaded: None) -> None:
        row = ContractClause.objects.get(code="upah")
        row.article = ""
        with pytest.raises(ValidationError):
            row.full_clean()


class TestFamilyCopy:
    def test_nothing_can_be_sent(self, site: World, client: Client) -> None:
        """No form: a field without one sends nothing, whatever is pressed."""
        answer = client.get("/id/salinan-keluarga/")
        shown = BeautifulSoup(answer.content, "html5lib").select_one("main")
        fields = shown.select("input")
        assert len(fields) >= 10
        assert not [one for one in fields if one.find_parent("form") or one.get("form")]
        assert not shown.select("form, button, [formaction]")
        assert all(one["autocomplete"] == "off" for one in fields)
        assert {one["for"] for one in shown.select("label")} == {one["id"] for one in fields}

    def test_it_is_sensitive_and_wiped_when_left(self, site: World, client: Client) -> None:
        answer = client.get("/id/salinan-keluarga/")
        shown = BeautifulSoup(answer.content, "html5lib")
        assert answer["Cache-Control"] == "no-store"
        assert shown.select('a.exit[href="/keluar/"]')
        assert all(one.find_parent(attrs={"data-wipe": True}) for one in shown.select("main input"))
