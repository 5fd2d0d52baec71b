"""Passing a page on: a short address, a picture by its words, and nothing of what is sensitive."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import unquote

import pytest
import zxingcpp
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.cache import cache as entries
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from content.core.models import StandardPage
from content.registers import generation
from content.reports.models import ReportPage
from portal import cache, cards, sharing
from tests.factories.jobs import day
from tests.site import World

pytestmark = pytest.mark.django_db

# A forwarded picture must open on 2G; chats themselves refuse one above 300 KB.
MOST_BYTES = 24_000
LONG = "Menjadi pekerja migran lewat perusahaan penempatan resmi dari pendaftaran sampai pulang " * 3


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    cache.process_copies.clear()
    entries.clear()


def add(site: World, slug: str = "terbuka", **values: object) -> StandardPage:
    page = site.homes["id"].add_child(
        instance=StandardPage(title="Periksa dulu, baru berangkat", slug=slug, verified_on=day(-1), **values)
    )
    generation.replace()
    return page


def shown(path: str) -> BeautifulSoup:
    answer = Client().get(path)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html5lib")


def picture_of(path: str) -> str:
    return shown(path).select_one("meta[property='og:image']")["content"].removeprefix(settings.BASE_URL)


class TestPages:
    def test_a_page_offers_whatsapp_and_its_picture(self, site: World) -> None:
        add(site)
        found = shown("/id/terbuka/")
        link = found.select_one('a[href^="https://wa.me/"]')
        said, _space, address = unquote(link["href"]).rpartition(" ")
        assert said.endswith("Periksa dulu, baru berangkat")
        assert Client().get(address.removeprefix(settings.BASE_URL))["Location"] == "/id/terbuka/"
        assert "noreferrer" in link["rel"]
        assert found.select_one('a[href^="/kartu/"]')["href"] == picture_of("/id/terbuka/")

    def test_a_sensitive_page_offers_nothing_and_has_no_picture(self, site: World) -> None:
        page = add(site)
        address = picture_of("/id/terbuka/")
        assert Client().get(address).status_code == 200
        page.sensitive = True
        page.save()
        generation.replace()
        text = Client().get("/id/terbuka/").content.decode()
        assert "wa.me" not in text
        assert "/kartu/" not in text
        assert "og:image" not in text
        assert Client().get(address).status_code == 404

    def test_a_page_that_is_public_no_more_has_none_either(self, site: World) -> None:
        page = add(site)
        address = picture_of("/id/terbuka/")
        assert Client().get(address).status_code == 200
        page.unpublish()
        assert Client().get(address).status_code == 404

    def test_the_report_form_has_no_picture_and_no_short_address(self, site: World) -> None:
        form = site.homes["id"].add_child(instance=ReportPage(heading="Formulir", lead="Tanpa nama."))
        generation.replace()
        code = sharing.code_of(form.pk)
        assert Client().get(f"/b/{code}/").status_code == 404
        assert Client().get(f"/kartu/{code}-00000000.png").status_code == 404

    def test_answers_to_readers_are_no_page_to_pass_on(self, site: World) -> None:
        assert b"wa.me" not in Client().get("/id/bantuan/").content
        assert b"og:image" not in Client().get("/id/tidak-ada/").content


class TestPictures:
    def test_it_is_kept_by_its_words_and_costs_no_query(self, site: World) -> None:
        add(site)
        address = picture_of("/id/terbuka/")
        first = Client().get(address)
        assert first["Content-Type"] == "image/png"
        assert first["Cache-Control"] == "public, max-age=86400"
        with CaptureQueriesContext(connection) as asked:
            again = Client().get(address)
        assert again.content == first.content
        assert len(asked) == 0

    def test_the_same_words_are_the_same_bytes_and_others_another_address(self) -> None:
        card = cards.Card("Lentera", "Judul", "Diperiksa.", "contoh.example/b/2234/")
        other = cards.Card("Lentera", "Judul", "Diperiksa.", "contoh.example/b/2235/")
        assert cards.draw(card) == cards.draw(cards.Card(*(card.site, card.title, card.date, card.address)))
        assert card.digest != other.digest
        assert cards.draw(card) != cards.draw(other)

    @pytest.mark.parametrize("title", ["Nomor", LONG, "x" * 255, "Bhâsa Madhurâ ḍâ’ èḍing", "“—”"])
    def test_it_is_small_and_of_the_size_that_chats_show(self, title: str) -> None:
        drawn = cards.draw(cards.Card("Lentera", title, "Diperiksa.", "contoh.example/b/2234/", "Situs contoh."))
        picture = Image.open(BytesIO(drawn))
        assert len(drawn) <= MOST_BYTES
        assert picture.size == (1200, 630)
        assert not picture.info

    def test_the_code_on_it_leads_to_the_page(self, site: World) -> None:
        page = add(site)
        drawn = Client().get(picture_of("/id/terbuka/")).content
        (found,) = zxingcpp.read_barcodes(Image.open(BytesIO(drawn)).convert("L"))
        assert found.text == f"{settings.BASE_URL}/b/{sharing.code_of(page.pk)}/"
        answer = Client().get(found.text.removeprefix(settings.BASE_URL))
        assert (answer.status_code, answer["Location"]) == (302, "/id/terbuka/")
        assert not answer.cookies

    def test_changed_words_lead_from_the_old_picture_to_the_new_one(self, site: World) -> None:
        page = add(site)
        old = picture_of("/id/terbuka/")
        page.title = "Judul baru"
        page.save()
        generation.replace()
        answer = Client().get(old)
        assert (answer.status_code, answer["Location"]) == (302, picture_of("/id/terbuka/"))

    def test_a_site_that_is_not_official_says_so_on_it(self, site: World) -> None:
        page = add(site)
        node = sharing.tree().by_id[page.pk]
        assert "contoh" in sharing.card_of(page, node, official=False).notice
        assert sharing.card_of(page, node, official=True).notice == ""

    def test_a_title_keeps_clear_of_the_code(self) -> None:
        lines, size = cards._title(LONG)
        assert cards.BAND + 36 + len(lines) * size * 1.18 < cards.HEIGHT - cards.QR - cards.MARGIN + 24
        assert lines[-1].endswith("…")
        assert all(cards._font(size).getlength(line) <= cards.WIDTH - 2 * cards.MARGIN for line in lines)


class TestCodes:
    @pytest.mark.parametrize("number", [1, 31, 961, 29_790, 29_791, 10**9])
    def test_a_code_leads_back(self, number: int) -> None:
        code = sharing.code_of(number)
        assert sharing.number_of(code) == number
        assert not set(code) & set("01ilo")

    def test_a_misread_sign_leads_nowhere(self) -> None:
        code = sharing.code_of(4711)
        wrong = [
            code[:place] + sign + code[place + 1 :]
            for place in range(len(code))
            for sign in sharing.ALPHABET
            if sign != code[place]
        ]
        assert {sharing.number_of(one) for one in wrong} == {None}

    @pytest.mark.parametrize("code", ["", "x", "0000", "2222222222222", "..", "%00", "22/2"])
    def test_what_is_no_code_is_not_found(self, site: World, code: str) -> None:
        assert Client().get(f"/b/{code}/").status_code == 404

    def test_capitals_are_read(self, site: World) -> None:
        page = add(site)
        assert Client().get(f"/b/{sharing.code_of(page.pk).upper()}/")["Location"] == "/id/terbuka/"

    def test_a_page_that_is_gone_has_none(self, site: World) -> None:
        page = add(site)
        page.unpublish()
        generation.replace()
        assert Client().get(f"/b/{sharing.code_of(page.pk)}/").status_code == 404
