"""Asking for an answer with a receipt, and adding to a report (DECISIONS 45)."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import time_machine

from content.reports.vault import attaching, keys, run, services
from content.reports.vault.models import Message, Report
from content.reports.vault.receipt import Receipt
from tests.content.reports.reporting import STORY, Reporter, errors_in, hidden, kept_in, key_path, receipt_in, text_of

pytestmark = pytest.mark.django_db(databases=["reports"])


@pytest.fixture
def number(reporter: Reporter) -> str:
    return receipt_in(reporter.send()) or ""


def test_the_number_opens_the_state_and_not_the_text(reporter: Reporter, number: str) -> None:
    page = text_of(reporter.status(number))
    assert "Laporan Anda" in page
    assert "ZXQ-7781" not in page
    assert number not in page


@pytest.mark.parametrize("write", ["{0}{1}{2}{3}{4}", "{0}-{1}-{2}-{3}-{4}", " {0}  {1}\u200e{2} {3}\n{4} "])
def test_it_may_be_written_in_many_ways(reporter: Reporter, number: str, write: str) -> None:
    assert "Laporan Anda" in text_of(reporter.status(write.format(*number.split())))


def test_figures_of_other_scripts_are_read(reporter: Reporter, number: str) -> None:
    arabic = number.translate({ord("0") + n: 0x0660 + n for n in range(10)})
    assert "Laporan Anda" in text_of(reporter.status(arabic))


def test_every_unknown_number_gets_one_page_equal_in_bytes(reporter: Reporter, number: str) -> None:
    answers = [reporter.status(Receipt.generate().grouped) for _time in range(30)]
    assert len({(answer.status_code, answer.content, tuple(answer.items())) for answer in answers}) == 1
    assert "Laporan Anda" in text_of(reporter.status(number))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("1234 5678 9012 3456 7890", "salah"),
        ("1234", "20 angka"),
        ("", "20 angka"),
        ("9" * 500, "20 angka"),
        ("abcd efgh ijkl mnop qrst", "angka"),
    ],
)
def test_a_slip_is_told_at_once_without_derivation(
    reporter: Reporter, spied_derivation: list[str], typed: str, sentence: str
) -> None:
    answer = reporter.status(typed)
    assert sentence in errors_in(answer)
    assert f'value="{typed}"' in text_of(answer)
    assert spied_derivation == []


def test_an_old_storage_key_still_finds_its_reports(vault: Path, reporter: Reporter, number: str) -> None:
    path = vault / "keys" / "reports-storage.key"
    old = path.read_text()
    path.chmod(0o600)
    path.write_text("00" * 32 + "\n" + old)
    path.chmod(0o400)
    assert "Laporan Anda" in text_of(reporter.status(number))
    assert services.open_report(Report.objects.get(), keys.read_private(key_path(vault)))


def add(reporter: Reporter, page: object, text: str) -> object:
    return reporter.post(**{**hidden(page), "text": text})  # type: ignore[arg-type]


def test_a_text_is_added_once_however_often_it_is_sent(vault: Path, reporter: Reporter, number: str) -> None:
    page = reporter.status(number)
    for _time in range(2):
        assert "ditambahkan" in text_of(add(reporter, page, "Nomor mobilnya terlihat."))  # type: ignore[arg-type]
    add(reporter, page, "Satu lagi.")
    key = keys.read_private(key_path(vault))
    texts = {json.loads(services.open_message(message, key))["text"] for message in Message.objects.all()}
    assert texts == {"Nomor mobilnya terlihat.", "Satu lagi."}
    assert Message.objects.count() == 2
    assert "<dd>2</dd>" in text_of(reporter.status(number))


def test_to_one_report_so_much_is_added_and_the_rest_stays_typed(
    reporter: Reporter, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attaching, "MAX_MESSAGES", 2)
    page = reporter.status(number)
    for text in ("satu", "dua", "dua"):
        assert "ditambahkan" in text_of(add(reporter, page, text))  # type: ignore[arg-type]
    refused = add(reporter, page, "tiga")
    assert "2 kali" in errors_in(refused)  # type: ignore[arg-type]
    assert kept_in(refused, "text") == "tiga"  # type: ignore[arg-type]
    assert Message.objects.count() == 2


def test_a_changed_form_of_a_report_that_is_full_becomes_one_of_its_own(
    reporter: Reporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attaching, "MAX_MESSAGES", 0)
    form = reporter.form()
    number = receipt_in(reporter.send(form))
    refused = reporter.send(form, story="Saya sudah di Jember.")
    assert "0 kali" in errors_in(refused)
    assert kept_in(refused, "story") == "Saya sudah di Jember."
    assert receipt_in(reporter.send(hidden(refused), story="Saya sudah di Jember.")) not in (None, number)
    assert not Message.objects.exists()


def test_what_is_added_leaves_room_for_new_reports(
    vault: Path, reporter: Reporter, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = reporter.status(number)
    monkeypatch.setattr(attaching, "files", SimpleNamespace(file_of=lambda database: vault / "reports.sqlite3"))
    monkeypatch.setattr(attaching, "ROOM_FOR_REPORTS", 1 << 60)
    refused = add(reporter, page, "satu")
    assert "sedang penuh" in errors_in(refused)  # type: ignore[arg-type]
    assert kept_in(refused, "text") == "satu"  # type: ignore[arg-type]
    assert not Message.objects.exists()
    assert receipt_in(reporter.send())


@pytest.mark.parametrize("text", ["", "x" * 8001])
def test_what_cannot_be_added_stays_typed(reporter: Reporter, number: str, text: str) -> None:
    answer = add(reporter, reporter.status(number), text)
    assert errors_in(answer)  # type: ignore[arg-type]
    assert kept_in(answer, "text") == text  # type: ignore[arg-type]
    assert not Message.objects.exists()


def test_after_a_quarter_of_an_hour_the_number_is_asked_again(reporter: Reporter, number: str) -> None:
    with time_machine.travel(dt.datetime.now(dt.UTC) - dt.timedelta(minutes=16)):
        page = reporter.status(number)
    answer = add(reporter, page, STORY)
    assert "name=receipt" in text_of(answer)  # type: ignore[arg-type]
    assert kept_in(answer, "kept") == STORY  # type: ignore[arg-type]
    assert not Message.objects.exists()


@pytest.mark.parametrize("forged", ["", "x", "A" * 107, "-" * 400])
def test_forged_access_adds_nothing(reporter: Reporter, number: str, forged: str) -> None:
    answer = reporter.post(step="add", access=forged, text=STORY)
    assert kept_in(answer, "kept") == STORY
    assert not Message.objects.exists()


def test_the_form_of_a_report_is_no_access(reporter: Reporter, number: str) -> None:
    answer = reporter.post(step="add", access=reporter.form()["token"], text=STORY)
    assert kept_in(answer, "kept") == STORY


@pytest.fixture
def taken_lookup(vault: Path) -> Iterator[None]:
    """Somebody else holds the slot of look-ups for as long as the test runs."""
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with run.slot(run.Slot.LOOKUP):
            held.set()
            done.wait(30)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(10)
    yield
    done.set()
    thread.join()


def test_questions_wait_and_reports_pass(
    reporter: Reporter, number: str, taken_lookup: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient = run._Patience(0.05, threading.BoundedSemaphore(4))
    monkeypatch.setitem(run._PATIENCE, run.Slot.LOOKUP, impatient)
    answer = reporter.status(number)
    assert answer.status_code == 503
    assert "sebentar lagi" in errors_in(answer)
    assert f'value="{number}"' in text_of(answer)
    assert receipt_in(reporter.send())


def test_more_than_a_few_questions_do_not_wait_at_all(
    reporter: Reporter, number: str, monkeypatch: pytest.MonkeyPatch, spied_derivation: list[str]
) -> None:
    full = run._Patience(30, threading.BoundedSemaphore(1))
    full.waiting.acquire()
    monkeypatch.setitem(run._PATIENCE, run.Slot.LOOKUP, full)
    assert reporter.status(number).status_code == 503
    assert spied_derivation == []
