"""The slip of a listing, and every answer of its check: each says another thing, in two languages, and keeps nothing."""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import brotli
import pytest
import time_machine
from bs4 import BeautifulSoup
from django.conf import settings as site_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from content.jobs import services, slip_keys, slip_selectors, slip_views, slips
from content.jobs.codes import new_code
from content.jobs.models import Agency, JobListing
from content.jobs.slip_selectors import Finding
from content.registers import generation
from tests.factories.jobs import (
    AgencyFactory,
    ComponentFactory,
    CostLineFactory,
    JobOrderFactory,
    ListingFactory,
    OccupationFactory,
    RuleFactory,
    SchemeFactory,
    SourceFactory,
    day,
    legal_listing,
    published_listing,
)

pytestmark = pytest.mark.django_db

OWN = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
NOON = dt.datetime(2027, 3, 1, 12, tzinfo=timezone.get_default_timezone())


@pytest.fixture(autouse=True)
def fresh(new_generations: None) -> Iterator[None]:
    generation.replace()
    yield
    generation.replace()


def slip(listing: JobListing, language: str = "id") -> Any:
    return Client().get(f"/{language}/lowongan/{listing.code}/slip/")


def scanned_address(listing: JobListing, language: str = "id") -> str:
    """Where the QR code of the slip that is printed now leads."""
    response = slip(listing, language)
    assert response.status_code == 200
    return re.search(rf'href="(/{language}/cek/slip/\d+/)"', response.content.decode())[1]


def ask(code: str, language: str = "id", **headers: str) -> Any:
    return Client(headers=headers or OWN).post(f"/{language}/cek/slip/", {"kode": code})


def told(response: Any) -> str:
    """The finding, by its title: exactly one stands on the page, and it names the page."""
    assert response.status_code == 200
    document = BeautifulSoup(response.content, "html.parser")
    boxes = document.select("#hasil > .warn, #hasil > .tip, #hasil > .note")
    with override(document.html["lang"]):
        titles = {str(words.title): (finding, words.voice) for finding, words in slip_views.WORDS.items()}
    found = [(box["class"], titles[box.h2.text]) for box in boxes if box.h2 and box.h2.text in titles]
    ((classes, (finding, voice)),) = found
    assert classes == [voice]
    assert document.title.text.startswith(next(title for title, held in titles.items() if held[0] is finding))
    return finding


def text(response: Any) -> str:
    document = BeautifulSoup(response.content, "html.parser")
    return " ".join(document.main.get_text(" ").split())


def altered(address: str) -> str:
    token = address.split("/")[4]
    return address.replace(token, token[:-40] + str((int(token[-40]) + 1) % 10) + token[-39:])


# --- the slip ------------------------------------------------------------------------------------------------------


def test_everything_that_is_signed_is_printed() -> None:
    listing = published_listing(wage_max=22000, occupation=OccupationFactory(code="8219", zero_cost=False))
    CostLineFactory(listing=listing, payer="worker", amount=350000, component=ComponentFactory(code="passport_new"))
    shown = text(slip(listing))
    agency, order = listing.agency, listing.job_order
    for wanted in (
        "Pengasuh lansia, Taichung, Taiwan", agency.legal_name, agency.licence_number, order.number, order.employer,
        "NT$20.000–NT$22.000 per bulan", "Rp350.000", f"{listing.code[:4]} {listing.code[4:]}".upper(),
        "Berizin belum tentu aman", "Jangan bayar dulu", f"{slip_selectors.host()}/cek/slip", f"{slip_selectors.host()}/,",
    ):  # fmt: skip
        assert wanted in shown, wanted


def test_a_slip_is_for_paper_and_for_no_index() -> None:
    response = slip(published_listing())
    assert response["X-Robots-Tag"] == "noindex"
    assert not response.cookies
    assert len(brotli.compress(response.content, quality=9)) <= 9000
    document = BeautifulSoup(response.content, "html.parser")
    assert document.select_one("main svg")["width"].endswith("mm")
    assert not document.select("main form, main script")
    assert {urlsplit(link["href"]).netloc for link in document.select("main a")} == {""}


def test_an_example_says_so_on_every_line() -> None:
    document = BeautifulSoup(slip(published_listing()).content, "html.parser")
    rows = document.select("main dl dd")
    assert len(rows) == 8
    assert all("Contoh" in row.find(class_="m").text for row in rows)
    assert "Tidak ada yang bisa melamar" in document.main.text
    assert "Contoh" not in text(slip(real_listing()))


def real_listing() -> JobListing:
    agency = AgencyFactory(example=False, source=SourceFactory(), legal_name="PT Nyata", licence_number="1")
    order = JobOrderFactory(agency=agency, number="2", employer="Majikan")
    return published_listing(job_order=order, example=False, source=SourceFactory())


def test_a_government_body_needs_no_licence() -> None:
    RuleFactory(scheme="g2g")
    agency = AgencyFactory(kind=Agency.Kind.GOVERNMENT, valid_from=None, valid_until=None, licence_number="BADAN")
    scheme = SchemeFactory(code="g2g")
    listing = ListingFactory(job_order=JobOrderFactory(agency=agency, scheme=scheme), scheme=scheme)
    services.publish(listing)
    assert "Ditempatkan pemerintah" in text(slip(listing))
    assert told(Client().get(scanned_address(listing))) is Finding.AS_PRINTED


def test_the_listing_leads_to_its_slip_and_home_to_the_check() -> None:
    listing = published_listing()
    page = Client().get(f"/id/lowongan/{listing.code}/").content.decode()
    assert f'href="/id/lowongan/{listing.code}/slip/"' in page
    assert 'href="/id/cek/slip/"' in Client().get("/id/cek/").content.decode()
    assert 'href="/en/cek/slip/"' in Client().get("/en/cek/").content.decode()
    short = Client().get("/cek/slip/")
    assert (short.status_code, short["Location"]) == (302, "/id/cek/slip/")


def test_without_a_key_no_slip_is_offered_and_codes_are_still_checked(settings: Any) -> None:
    listing = published_listing()
    address = scanned_address(listing)
    settings.SLIP_KEYS = []
    generation.replace()
    assert "/slip/" not in Client().get(f"/id/lowongan/{listing.code}/").content.decode()
    response = slip(listing)
    assert (response.status_code, response["Location"]) == (302, f"/id/lowongan/{listing.code}/")
    assert told(Client().get(address)) is Finding.NOT_HERE
    assert told(ask(listing.code)) is Finding.ON_OFFER


def test_a_listing_that_is_not_public_has_no_slip() -> None:
    draft, held, closed = legal_listing(), published_listing(), published_listing()
    services.hold(held, reason="x")
    services.close(closed, reason="x")
    assert slip(draft).status_code == 404
    assert slip(JobListing(code=new_code())).status_code == 404
    for listing in (held, closed):
        for language in ("id", "en"):
            response = slip(listing, language)
            assert (response.status_code, response["Location"]) == (302, f"/{language}/lowongan/{listing.code}/")


def test_a_value_that_no_summary_holds_gives_no_slip_and_no_error() -> None:
    listing = published_listing()
    JobListing.objects.filter(pk=listing.pk).update(wage_min=-5)
    assert slip(listing).status_code == 302


@pytest.mark.parametrize("ends", ["closing date", "licence", "job order"])
def test_at_midnight_the_slip_is_gone_and_the_printed_one_says_so(ends: str) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        last = day(2)
        listing = published_listing(**({"closing_date": last} if ends == "closing date" else {}))
        if ends == "licence":
            Agency.objects.filter(pk=listing.agency_id).update(valid_until=last)
        elif ends == "job order":
            type(listing.job_order).objects.filter(pk=listing.job_order_id).update(valid_until=last)
        generation.replace()
        address = scanned_address(listing)
        assert "Berlaku sampai 3 Maret 2027" in text(slip(listing))
        clock.move_to(dt.datetime(2027, 3, 3, 23, 59, 59, tzinfo=timezone.get_default_timezone()))
        assert slip(listing).status_code == 200
        assert told(Client().get(address)) is Finding.AS_PRINTED
        clock.move_to(dt.datetime(2027, 3, 4, 0, 0, 0, tzinfo=timezone.get_default_timezone()))
        # Kept until midnight and no longer: no generation has changed in between.
        assert slip(listing).status_code == 302
        ended = Client().get(address)
        assert told(ended) is Finding.ENDED
        assert "3 Maret 2027" in text(ended)


def test_a_slip_lives_thirty_days() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        listing = published_listing(closing_date=day(90))
        address = scanned_address(listing)
        assert "Berlaku sampai 31 Maret 2027" in text(slip(listing))
        clock.shift(dt.timedelta(days=30))
        assert told(Client().get(address)) is Finding.AS_PRINTED
        clock.shift(dt.timedelta(days=1))
        late = Client().get(address)
        assert told(late) is Finding.EXPIRED
        assert "NT$20.000" in text(late)
        assert f'href="/id/lowongan/{listing.code}/slip/"' in late.content.decode()


# --- scanned -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_scanned_slip_shows_every_line_to_compare(language: str) -> None:
    listing = published_listing()
    paper = BeautifulSoup(slip(listing, language).content, "html.parser")
    printed = [row.find(string=True, recursive=False).strip() for row in paper.select("main dl dd")]
    response = Client().get(scanned_address(listing, language))
    assert told(response) is Finding.AS_PRINTED
    shown = text(response)
    assert len(printed) == 8
    assert all(value in shown for value in printed)
    assert listing.code[:4].upper() in shown


def test_each_line_that_has_changed_is_named_with_both_values() -> None:
    listing = published_listing()
    address = scanned_address(listing)
    JobListing.objects.filter(pk=listing.pk).update(wage_min=18000, place="Taipei", closing_date=day(20))
    type(listing.job_order).objects.filter(pk=listing.job_order_id).update(employer="Majikan Lain")
    response = Client().get(address)
    assert told(response) is Finding.CHANGED
    rows = {
        row.th.text: [cell.text for cell in row.select("td")]
        for row in BeautifulSoup(response.content, "html.parser").select("#hasil tbody tr")
    }
    assert set(rows) == {"Gaji", "Pekerjaan", "Batas melamar", "Pemberi kerja di luar negeri"}
    assert rows["Gaji"] == ["NT$20.000 per bulan", "NT$18.000 per bulan"]
    assert rows["Pemberi kerja di luar negeri"] == ["Contoh Care Home", "Majikan Lain"]


def test_an_expired_slip_names_what_has_changed_too() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        listing = published_listing(closing_date=day(90))
        address = scanned_address(listing)
        JobListing.objects.filter(pk=listing.pk).update(wage_min=18000)
        clock.shift(dt.timedelta(days=31))
        response = Client().get(address)
        assert told(response) is Finding.EXPIRED
        assert "NT$18.000" in text(response)
        assert "NT$20.000" in text(response)


def test_a_held_listing_is_being_looked_into_and_accuses_nobody() -> None:
    listing = published_listing()
    address = scanned_address(listing)
    services.hold(listing, reason="dilaporkan warga")
    for response in (Client().get(address), ask(listing.code)):
        assert told(response) is Finding.HELD
        assert "dilaporkan" not in text(response)
        assert "Gaji" not in text(response)


def test_an_ended_listing_says_why_and_for_how_long_its_page_tells() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        closed, suspended = published_listing(closing_date=day(90)), published_listing(closing_date=day(90))
        addresses = [scanned_address(closed), scanned_address(suspended)]
        services.close(closed, reason="penuh")
        services.set_agency_status(suspended.agency, "suspended", day(0), source=SourceFactory())
        for listing, address in zip((closed, suspended), addresses, strict=True):
            for response in (Client().get(address), ask(listing.code)):
                assert told(response) is Finding.ENDED
                assert f'href="/id/lowongan/{listing.code}/"' in response.content.decode()
                assert ("Pada pemeriksaan" in text(response)) is (listing is suspended)
                assert ("Lowongan ini sudah ditutup" in text(response)) is (listing is closed)
        clock.shift(dt.timedelta(days=91))
        generation.replace()
        for response in (Client().get(addresses[0]), ask(closed.code)):
            assert told(response) is Finding.ENDED
            assert f'href="/id/lowongan/{closed.code}/"' not in response.content.decode()


def test_a_slip_of_a_listing_that_was_taken_out_was_ours_nevertheless() -> None:
    listing = published_listing()
    address, code = scanned_address(listing), listing.code
    listing.delete()
    response = Client().get(address)
    assert told(response) is Finding.ENDED
    assert "Pengasuh lansia, Taichung, Taiwan" in text(response)
    for typed in (code, f"{code[:3]}o{code[4:]}"):
        assert told(ask(typed)) is Finding.ENDED
    assert Client().get(f"/id/lowongan/{code}/slip/").status_code == 410


def test_a_code_of_a_draft_that_was_deleted_stays_unknown() -> None:
    draft = legal_listing()
    code = draft.code
    draft.delete()
    assert told(ask(code)) is Finding.UNKNOWN


@pytest.mark.parametrize("language", ["id", "en"])
def test_an_altered_slip_is_told_and_reported_with_its_listing(language: str) -> None:
    listing = published_listing()
    response = Client().get(altered(scanned_address(listing, language)))
    assert told(response) is Finding.ALTERED
    shown = text(response)
    assert listing.agency.legal_name not in shown
    assert "NT$" not in shown
    assert f"?l={listing.code}" in response.content.decode()
    assert "Jangan bayar" in shown or "Do not pay" in shown


def test_keys_rotate_and_are_revoked(settings: Any) -> None:
    listing = published_listing()
    address = scanned_address(listing)
    keys = slip_keys.Keyring.parse(settings.SLIP_KEYS)
    settings.SLIP_KEYS = keys.rotated("baru").setting.split(",")
    generation.replace()
    assert told(Client().get(address)) is Finding.AS_PRINTED
    new = scanned_address(listing)
    assert new != address
    settings.SLIP_KEYS = keys.rotated("baru").without("test").setting.split(",")
    assert told(Client().get(address)) is Finding.REVOKED
    settings.SLIP_KEYS = keys.setting.split(",")
    unknown = Client().get(new)
    assert told(unknown) is Finding.UNKNOWN_KEY
    assert listing.agency.legal_name not in text(unknown)


@pytest.mark.parametrize("token", ["x", "1", "123456", "9" * 3_000, "9" * 5_000, "%3Cscript%3Ealert(1)", "%00", "٣٣٣"])
def test_what_is_no_slip_cannot_be_read(token: str) -> None:
    response = Client().get(f"/id/cek/slip/{token}/")
    assert told(response) is Finding.UNREADABLE
    assert "<script>alert" not in response.content.decode()
    # Repeated nowhere, not even as the address of the page in another language.
    if not slips.is_token(token):
        assert f'hreflang="en" href="{site_settings.BASE_URL}/en/cek/slip/"' in response.content.decode()


def test_what_was_printed_is_shown_as_text() -> None:
    listing = published_listing()
    Agency.objects.filter(pk=listing.agency_id).update(legal_name="PT <script>alert(1)</script>")
    generation.replace()
    address = scanned_address(listing)
    Agency.objects.filter(pk=listing.agency_id).update(legal_name="PT Lain")
    for response in (slip(listing), Client().get(address)):
        assert "<script>alert" not in response.content.decode()
    assert told(Client().get(address)) is Finding.CHANGED


# --- typed ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        lambda code: code, str.upper, lambda code: f"{code[:4]} {code[4:]}".upper(), lambda code: "-".join(code),
        lambda code: f" {code[:4]}.{code[4:]} ", lambda code: f"{code[:2]}\u2013{code[2:]}",
        lambda code: f"Kode: {code[:4]} {code[4:]}".upper(), lambda code: f"code {code}",
        lambda code: f"http://localhost:8000/id/lowongan/{code}/", lambda code: f"localhost:8000/en/lowongan/{code}",
    ],
)  # fmt: skip
def test_a_typed_code_is_read_as_people_write_it(written: Any) -> None:
    listing = published_listing()
    response = ask(written(listing.code))
    assert told(response) is Finding.ON_OFFER
    assert listing.agency.legal_name in text(response)
    assert "Kode itu kami baca" not in text(response)


@pytest.mark.parametrize("sign", ["O", "0", "o", "I", "1", "i", "l", "L"])
def test_signs_that_are_mixed_up_are_put_right_and_said(sign: str) -> None:
    listing = published_listing()
    for place in range(8):
        response = ask(listing.code[:place] + sign + listing.code[place + 1 :])
        assert told(response) is Finding.ON_OFFER
        assert "Kode itu kami baca sebagai " + f"{listing.code[:4]} {listing.code[4:]}".upper() in text(response)
    two = ask("O" + listing.code[1:4] + "1" + listing.code[5:])
    assert told(two) is Finding.ON_OFFER


def test_a_code_with_a_wrong_sign_is_mistyped_and_one_that_nobody_has_is_unknown() -> None:
    listing = published_listing()
    wrong = "2" if listing.code[3] != "2" else "3"
    assert told(ask(listing.code[:3] + wrong + listing.code[4:])) is Finding.MISTYPED
    assert told(ask(listing.code[:7])) is Finding.MISTYPED
    assert told(ask("O" + new_code()[1:])) is Finding.MISTYPED
    invented = ask(new_code())
    assert told(invented) is Finding.UNKNOWN
    assert "karangan" in text(invented)
    assert told(ask(legal_listing().code)) is Finding.UNKNOWN


def test_a_reader_that_is_plugged_in_types_the_whole_address() -> None:
    listing = published_listing()
    address = scanned_address(listing)
    assert told(ask(f"http://localhost:8000{address}")) is Finding.AS_PRINTED
    assert told(ask(f"http://localhost:8000{altered(address)}")) is Finding.ALTERED
    assert told(ask("http://localhost:8000/")) is Finding.MISTYPED


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("https://evil.example{}", "evil.example"),
        ("http://localhost:8000@evil.example{}", "evil.example"),
        ("http://evil.example\\@localhost:8000{}", "evil.example"),
        ("http://localhost:8000.evil.example{}", "localhost:8000.evil.example"),
        ("evil.example{}", "evil.example"),
        ("https://evil.example/", "evil.example"),
    ],
)
def test_an_address_of_another_site_is_told_with_its_name(written: str, shown: str) -> None:
    response = ask(written.format(scanned_address(published_listing())))
    assert told(response) is Finding.ELSEWHERE
    assert f"menuju {shown}." in text(response)


def test_nothing_typed_is_an_error() -> None:
    for code in ("", "   "):
        assert 'id="kesalahan"' in ask(code).content.decode()
    assert 'id="kesalahan"' in ask("a" * 5_000).content.decode()


# --- what is kept --------------------------------------------------------------------------------------------------


def test_an_answer_is_stored_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    listing = published_listing()
    address = scanned_address(listing)
    Client().get(address)
    for asked in (lambda: ask(listing.code.upper()), lambda: Client().get(address)):
        with caplog.at_level(logging.DEBUG), CaptureQueriesContext(connection) as held:
            response = asked()
        assert response["Cache-Control"] == "no-store"
        assert response["X-Robots-Tag"] == "noindex"
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")
        assert len(held) <= 12
        assert not [query["sql"] for query in held.captured_queries if not query["sql"].startswith("SELECT")]
    assert listing.code.upper() not in caplog.text


def test_the_form_is_kept_and_holds_no_token(django_assert_num_queries: Any) -> None:
    response = Client().get("/id/cek/slip/")
    assert "public" in response["Cache-Control"]
    assert not response.cookies
    assert "csrf" not in response.content.decode()
    with django_assert_num_queries(0):
        Client().get("/id/cek/slip/")


def test_an_uncached_slip_costs_at_most_twelve_queries(django_assert_max_num_queries: Any) -> None:
    listing = published_listing()
    for _number in range(10):
        published_listing(job_order=listing.job_order, places=1)
        CostLineFactory(listing=listing)
    slip(listing)
    with django_assert_max_num_queries(12):
        Client().get(f"/id/lowongan/{listing.code}/slip/?x=1")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        (OWN, 200),
    ],
)
def test_a_form_of_another_site_is_refused(headers: dict[str, str], status: int) -> None:
    assert ask("tahanany", **headers).status_code == status


def test_only_reading_is_answered() -> None:
    listing = published_listing()
    for address in (f"/id/lowongan/{listing.code}/slip/", scanned_address(listing)):
        assert Client(headers=OWN).post(address).status_code == 405


# --- words ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", site_settings.COMPLETE_LANGUAGES)
def test_every_answer_has_words_of_its_own(language: str) -> None:
    assert set(slip_views.WORDS) == set(Finding)
    with override(language):
        titles = [str(words.title) for words in slip_views.WORDS.values()]
        texts = [str(words.text) for words in slip_views.WORDS.values()]
    assert len(set(titles)) == len(set(texts)) == len(Finding)
    # Never “safe” alone, never “illegal”.
    assert not re.search(r"\b(aman|safe|ilegal|illegal)\b", " ".join(titles + texts), re.IGNORECASE)


@pytest.mark.parametrize("language", ["jv", "su", "mad", "bjn"])
def test_a_regional_language_shows_the_indonesian_answer(language: str) -> None:
    listing = published_listing()
    address = scanned_address(listing).replace("/id/", f"/{language}/", 1)
    response = Client().get(address)
    assert told(response) is Finding.AS_PRINTED
    assert response["X-Robots-Tag"] == "noindex"
    assert slip(listing, language).status_code == 200
