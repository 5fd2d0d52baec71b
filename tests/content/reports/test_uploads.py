"""Files that a phone seals by itself: chunks, repeated and out of order, their end, and whose they are (checks 5, 6, 22, 30)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from content.reports.headers import HEADERS
from content.reports.vault import attaching, attachment, envelope, keys, services
from content.reports.vault.attachment import Cleaned, Manifest, SealedFile
from content.reports.vault.models import Attachment, AttachmentChunk, Message, Report, UnitKey
from tests.content.reports.reporting import Phone, Reporter, key_path, make_unit, receipt_in, text_of

pytestmark = pytest.mark.django_db(databases=["reports"])


def sealed(size: int = 150_000, seed: int = 1) -> SealedFile:
    """Three chunks."""
    return attachment.seal(bytes((n * seed) % 251 for n in range(size)), "jpg", Cleaned.PHONE)


@pytest.fixture
def phone(reporter: Reporter) -> Phone:
    return Phone(reporter, receipt_in(reporter.send()) or "")


def says(answer) -> str:
    return json.loads(text_of(answer))["says"]


def have(answer) -> list[int]:
    assert answer.status_code == 200
    return sorted(json.loads(text_of(answer))["have"])


def opened(vault: Path) -> list[tuple[str, bytes | None]]:
    key, found = keys.read_private(key_path(vault)), []
    for message in Message.objects.all():
        content = json.loads(services.open_message(message, key))
        file = None
        if "file" in content:
            chunks = [bytes(chunk.body) for chunk in message.attachment.chunks.all()]
            file = attachment.open_(Manifest.from_content(content["file"]), chunks)
        found.append((content["text"], file))
    return found


def test_a_file_arrives_and_opens_with_the_key_of_the_unit(vault: Path, phone: Phone) -> None:
    file = sealed()
    answer = phone.send(file, "Ini buktinya.")
    assert "Sudah ditambahkan" in text_of(answer)
    assert "Terkunci di HP Anda" in text_of(answer)
    assert opened(vault) == [("Ini buktinya.", bytes(n % 251 for n in range(150_000)))]
    # What the server knows of it.
    held = Attachment.objects.get()
    assert (held.size, held.chunks.count()) == (attachment.padded_size(150_000), 3)
    assert Message.objects.get().attachment == held


def test_a_text_alone_is_sealed_on_the_phone_too(vault: Path, phone: Phone) -> None:
    made = phone.envelope(text="Hanya tulisan.")
    for _time in range(2):
        assert "Sudah ditambahkan" in text_of(phone.more(made))
    assert opened(vault) == [("Hanya tulisan.", None)]


def test_check_30_a_resumed_upload_sends_only_what_is_missing(vault: Path, phone: Phone) -> None:
    file = sealed()
    assert have(phone.begin(file)) == []
    assert phone.put(file, 2).status_code == 200
    assert phone.put(file, 0).status_code == 200
    assert have(phone.begin(file)) == [0, 2]
    assert phone.put(file, 1).status_code == 200
    assert have(phone.begin(file)) == [0, 1, 2]
    assert phone.more(phone.envelope(file), file).status_code == 200
    assert len(opened(vault)) == 1


def test_check_30_the_same_chunk_again_is_harmless_and_another_is_refused(vault: Path, phone: Phone) -> None:
    file, other = sealed(), sealed(seed=3)
    phone.begin(file)
    for _time in range(3):
        assert phone.put(file, 0).status_code == 200
    assert AttachmentChunk.objects.count() == 1
    assert phone.put(file, 0, other.chunks[0]).status_code == 409
    assert phone.put(file, 0, file.chunks[1]).status_code == 409
    assert bytes(AttachmentChunk.objects.get().body) == file.chunks[0]
    phone.send(file)
    # Nor afterwards: what was acknowledged stays as it is.
    assert phone.put(file, 0).status_code == 200
    assert phone.put(file, 1, other.chunks[1]).status_code == 409
    assert len(opened(vault)) == 1


@pytest.mark.parametrize(
    ("index", "body"),
    [
        ("0", b""),
        ("0", b"x"),
        ("0", b"x" * 65_551),
        ("0", b"x" * 65_553),
        ("0", b"x" * 300_000),
        ("2", b"x" * 65_552),
        ("3", b"x" * 65_552),
        ("-1", b"x" * 65_552),
        ("65536", b"x" * 65_552),
        ("9" * 400, b"x" * 65_552),
        ("0x0", b"x" * 65_552),
        ("", b"x" * 65_552),
        ("\u0661\u0662\u0663\u0664\u0665\u0666", b"x" * 65_552),
    ],
)
def test_what_is_no_chunk_of_the_file_is_refused(phone: Phone, index: str, body: bytes) -> None:
    file = sealed()
    phone.begin(file)
    assert phone.put(file, 0, body, index=index).status_code == 400
    assert not AttachmentChunk.objects.exists()


SPOILT = ("missing", "repeated", "reordered", "another digest", "no digest", "another file")


@pytest.mark.parametrize("way", SPOILT)
def test_check_30_what_is_not_whole_is_not_taken_and_can_still_be_mended(vault: Path, phone: Phone, way: str) -> None:
    file, other = sealed(), sealed(seed=3)
    made = phone.envelope(file)
    digest = {"digest": attachment.digest_of(other.chunks).hex()} if way == "another digest" else {}
    digest = {"digest": ""} if way == "no digest" else digest
    order = {"missing": [0, 2], "repeated": [0, 0, 2], "reordered": [1, 0, 2]}.get(way, [0, 1, 2])
    for place, index in enumerate(order):
        source = other if way == "another file" else file
        phone.put(file, place if way in ("reordered", "another file") else index, source.chunks[index])
    answer = phone.more(made, file, **digest)
    assert answer.status_code == 409
    assert "belum sampai" in says(answer)
    assert not Message.objects.exists()
    if way in ("reordered", "another file"):
        # Other bytes lie there now: under a new id all of it goes again.
        file = sealed()
        assert phone.send(file).status_code == 200
    else:
        phone.put(file, 1)
        assert phone.more(made, file).status_code == 200
    assert len(opened(vault)) == 1


def test_a_lost_answer_is_repaired_by_sending_again(vault: Path, phone: Phone) -> None:
    file = sealed()
    made = phone.envelope(file)
    for index in range(3):
        phone.put(file, index)
    for _time in range(3):
        assert "Sudah ditambahkan" in text_of(phone.more(made, file))
    assert len(opened(vault)) == 1
    # Another message cannot claim it.
    assert phone.more(phone.envelope(file, "Milik saya."), file).status_code == 409
    assert len(opened(vault)) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"rid": b"\x01" * 16},
        {"mode": envelope.Mode.SERVER},
        {"direction": envelope.Direction.FROM_UNIT},
        {"kind": envelope.Kind.REPORT, "mid": None, "direction": None},
    ],
    ids=str,
)
def test_check_06_a_message_that_is_none_of_this_report_is_refused(phone: Phone, changed: dict) -> None:
    answer = phone.more(phone.envelope(text="Tulisan.", **changed))
    assert answer.status_code == 400
    assert not Message.objects.exists()


def test_a_key_that_is_retired_is_told_so_that_the_phone_seals_anew(phone: Phone) -> None:
    answer = phone.more(phone.envelope(text="Tulisan.", epoch=7))
    assert answer.status_code == 409
    assert not Message.objects.exists()


def test_nobody_reads_any_more_and_nothing_is_taken(phone: Phone) -> None:
    file = sealed()
    made = phone.envelope(file)
    UnitKey.objects.update(retired_on=timezone.localdate())
    assert phone.begin(file).status_code == 503
    assert phone.more(made).status_code == 503
    assert not Message.objects.exists()


# Whose it is


def test_another_report_cannot_touch_an_upload(vault: Path, phone: Phone) -> None:
    thief = Phone(Reporter(), receipt_in(Reporter().send()) or "")
    file, foreign = sealed(), sealed(seed=3)
    phone.begin(file)
    phone.put(file, 0)
    assert thief.begin(file).status_code == 409
    assert thief.put(file, 1).status_code == 409
    assert thief.more(thief.envelope(text="Milik saya."), file).status_code == 409
    assert not Message.objects.exists()
    assert have(phone.begin(file)) == [0]
    assert phone.send(file).status_code == 200
    assert thief.send(foreign).status_code == 200
    assert thief.put(foreign, 0, file.chunks[0]).status_code == 409
    assert len(opened(vault)) == 2


def test_another_report_cannot_end_an_upload_that_is_whole(vault: Path, phone: Phone) -> None:
    thief = Phone(Reporter(), receipt_in(Reporter().send()) or "")
    file = sealed()
    made = phone.envelope(file)
    for index in range(3):
        phone.put(file, index)
    assert thief.more(thief.envelope(text="Milik saya."), file).status_code == 409
    assert not Message.objects.exists()
    assert phone.more(made, file).status_code == 200
    assert len(opened(vault)) == 1


@pytest.mark.parametrize("lookup", ["", "00" * 32, "zz", "00" * 5000, "\u0661" * 64])
def test_without_the_number_there_is_nothing(phone: Phone, lookup: str) -> None:
    file = sealed()
    made = phone.envelope(file)
    Attachment.objects.all().delete()
    answers = [
        phone.begin(file, lookup=lookup),
        phone.put(file, 0, lookup=lookup),
        phone.more(made, file, lookup=lookup),
    ]
    assert {answer.status_code for answer in answers} <= {400, 404}
    assert not Attachment.objects.exists()


def test_check_22_another_page_sends_nothing(phone: Phone) -> None:
    file = sealed()
    made = phone.envelope(file)
    _ = phone.lookup
    for said in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}, {}):
        other = Phone(Reporter(headers=said), phone.number)
        other.__dict__["lookup"] = phone.lookup
        for answer in (other.begin(file), other.put(file, 0), other.more(made, file)):
            assert answer.status_code in (403, 404), said
    assert not AttachmentChunk.objects.exists()


def test_a_withdrawn_report_takes_nothing_more(phone: Phone) -> None:
    file = sealed()
    phone.begin(file)
    Report.objects.update(withdrawn_on=timezone.localdate())
    assert phone.begin(file).status_code == 404
    assert phone.put(file, 0).status_code == 404


# How much


@pytest.mark.parametrize("size", ["", "0", "-1", "16385", "16383", str(attachment.MAX_FILE * 2), "9" * 30, "1e4", "x"])
def test_a_length_that_no_file_has_is_refused(phone: Phone, size: str) -> None:
    assert phone.begin(sealed(), size=size).status_code == 400
    assert not Attachment.objects.exists()


@pytest.mark.parametrize("aid", ["00", "00" * 15, "00" * 17, "zz" * 16, "0x" * 16])
def test_an_id_that_is_none_is_refused(phone: Phone, aid: str) -> None:
    assert phone.begin(sealed(), aid=aid).status_code == 400
    assert not Attachment.objects.exists()


@pytest.mark.parametrize("aid", ["", "\0" * 32])
def test_without_an_id_nothing_is_begun(phone: Phone, aid: str) -> None:
    """Then only a text is to come: what no text of a form can hold was taken off it."""
    answer = phone.begin(sealed(), aid=aid)
    assert have(answer) == []
    assert not Attachment.objects.exists()


def test_the_same_id_with_another_length_is_another_file(phone: Phone) -> None:
    file = sealed()
    phone.begin(file)
    assert phone.begin(file, size="16384").status_code == 409
    assert Attachment.objects.count() == 1


def test_a_report_has_so_many_files_and_says_so(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attaching, "MAX_FILES", 2)
    for seed in (1, 2):
        assert phone.send(sealed(20_000, seed)).status_code == 200
    answer = phone.begin(sealed())
    assert answer.status_code == 422
    assert "10 berkas" in says(answer)
    # A text still goes.
    assert phone.more(phone.envelope(text="Masih bisa menulis.")).status_code == 200


def test_uploads_that_began_together_do_not_pass_the_limit(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attaching, "MAX_FILES", 2)
    files = [sealed(20_000, seed) for seed in (1, 2, 3)]
    for file in files:
        phone.begin(file)
    assert [phone.send(file).status_code for file in files] == [200, 200, 422]
    assert Attachment.objects.exclude(message=None).count() == Message.objects.count() == 2


def test_what_is_added_to_one_report_has_an_end(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who finds a number must not make somebody else's report one that no desk can open."""
    monkeypatch.setattr(attaching, "MAX_MESSAGES", 2)
    last = phone.envelope(text="dua")
    for text in (phone.envelope(text="satu"), last):
        assert phone.more(text).status_code == 200
    refused = phone.more(phone.envelope(text="tiga"))
    assert refused.status_code == 422
    assert "2 kali" in says(refused)
    assert Message.objects.count() == 2
    # What is here already is still said to be here.
    assert phone.more(last).status_code == 200
    assert phone.send(sealed(20_000)).status_code == 422
    assert not Attachment.objects.exclude(message=None).exists()


def test_uploads_that_were_left_do_not_pile_up(phone: Phone) -> None:
    for _time in range(10):
        file = sealed()
        phone.begin(file)
        phone.put(file, 0)
    assert Attachment.objects.count() <= attaching.MAX_UNFINISHED
    assert have(phone.begin(file)) == [0]
    done = sealed(20_000)
    phone.send(done)
    services.tidy()
    assert Attachment.objects.filter(message=None).exists()
    Attachment.objects.update(begun_on=timezone.localdate() - timezone.timedelta(days=attaching.UNFINISHED_DAYS + 1))
    services.tidy()
    assert Attachment.objects.get().message is not None
    assert phone.put(file, 1).status_code == 409


def test_what_the_script_gets_has_our_headers_alone(phone: Phone) -> None:
    file = sealed()
    for answer in (phone.begin(file), phone.put(file, 0), phone.put(file, 9, b"x")):
        assert set(answer.headers) == {*HEADERS, "Content-Length"}
        assert answer["X-Intake"] == "open"
        assert not answer.cookies


def test_a_chunk_asks_the_database_little(phone: Phone, django_assert_max_num_queries) -> None:
    file = sealed()
    phone.begin(file)
    with django_assert_max_num_queries(40, using="reports"):
        phone.put(file, 0)


def test_a_unit_that_two_open_gets_files_for_both(closed_vault: Path) -> None:
    """What a message is sealed to, the file is sealed to: no other key stands in it."""
    make_unit(closed_vault, "", "Unit Contoh", demo=True)
    reporter = Reporter(client=Client())
    phone = Phone(reporter, receipt_in(reporter.send()) or "")
    assert phone.send(sealed(20_000)).status_code == 200
    assert len(opened(closed_vault)) == 1
