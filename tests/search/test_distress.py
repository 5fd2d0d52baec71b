"""Words of distress: help stands above the results for whoever may need it, and for nobody who asks about work."""

from __future__ import annotations

import time
import tomllib
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import override

from content.registers.models import Distress
from search import distress
from tests.search.world import settle
from tests.staff import SignedIn

pytestmark = pytest.mark.django_db

SEED = Path(settings.BASE_DIR, "content", "registers", "seed", "distress.toml")
IN_DANGER = (
    "tolong", "TOLONG!!", "tolong bantuan", "saya disekap", "diperkosa", "Diperkosa majikan", "paspor ditahan",
    "paspor saya ditahan agen", "gaji saya tidak dibayar", "tolong saya", "my passport was taken", "I want to die",
    "help", "mau dinikahkan", "tulung", "saya di sekap", "di pukul majikan", "paspor di tahan", "gaji saya tidak di bayar",
    "pasporku ditahan", "pasport ditahan", "passport ditahan", "majikan menahan paspor", "upah ditahan", "🆘", "🆘 tolong",
    "majikan memukul saya", "dibunuh", "bunuhdiri", "bundir", "suicidal", "please help", "kidnap", "dipaksa jual diri",
    "ditipu agen", "toolong", "tolooong", "disekapp", "diprkosa", "d\u0456sekap", "di-sekap", "gajiku tidak dibayar",
    "upah tidak dibayar", "gaji tidak dibayarkan", "majikan tidak membayar gaji", "di sekapp",
)  # fmt: skip
ABOUT_WORK = (
    "tolong carikan kerja taiwan", "perawat lansia", "paspor", "buat paspor", "pembantu rumah tangga", "penjual", "saya",
    "kerja taiwan tidak keluar biaya", "bantu cari kerja", "gaji", "", "🙂", "' OR 1=1 --", "lowongan tidak bayar",
    "penjual di pasar", "dijual", "di jual", "menjual", "dipikul", "paspor", "pasport", "kerja di taiwan", "tukang pukul",
    "diperkasa", "wrapped", "kunci", "kuli bantuan angkut", "toolong carikan kerja", "dikirim ke jepang", "🆘 lowongan",
    "gaji dibayar tiap bulan", "disekolahkan", "tidak dipotong gaji", "toko", "bantu jual", "di kapal",
)  # fmt: skip


@pytest.fixture(autouse=True)
def fresh() -> None:
    """What the test before had entered is rolled back."""
    settle()


@pytest.fixture
def seeded() -> None:
    for row in tomllib.loads(SEED.read_text(encoding="utf-8"))["distress"]:
        made = Distress(**row)
        made.full_clean()
        made.save()
    settle()


@pytest.mark.usefixtures("seeded")
def test_danger_is_heard_and_a_question_about_work_is_not_taken_for_it() -> None:
    assert [words for words in IN_DANGER if not distress.is_in(words)] == []
    assert [words for words in ABOUT_WORK if distress.is_in(words)] == []


@pytest.mark.usefixtures("seeded")
def test_no_judged_question_is_taken_for_a_cry() -> None:
    files = Path(settings.BASE_DIR, "tests", "search", "judgements").glob("*.toml")
    asked = [words for path in files for group in tomllib.loads(path.read_text()).values() for words in group]
    heard = [words for words in asked if distress.is_in(words)]
    assert len(asked) > 200
    assert len(heard) <= len(asked) // 50, heard


def test_an_entry_works_with_the_next_question_and_whole_words_are_meant() -> None:
    assert not distress.is_in("didol agen")
    Distress.objects.create(code="dijual", words={"jv": "didol, nulungi aku"})
    settle()
    assert distress.is_in("Aku DIDOL agen")
    assert distress.is_in("nulungi aku")
    assert not distress.is_in("nulungi")
    assert not distress.is_in("didolan")


@pytest.mark.usefixtures("seeded")
def test_one_of_several_texts_is_enough_and_a_long_one_takes_no_time() -> None:
    assert distress.is_in("xx", "", "disekap")
    assert not distress.is_in("", "xx")
    started = time.process_time()
    assert not distress.is_in(" ".join(f"dipukx{a}{b}{c}" for a in "abcdefgh" for b in "abcdef" for c in "abcde"))
    assert time.process_time() - started < 10


def test_words_that_stand_alone_are_heard_alone() -> None:
    Distress.objects.create(code="tolong", words={"id": "tolong, minta bantuan"}, alone=True)
    settle()
    assert distress.is_in("tolong minta bantuan tolong")
    assert not distress.is_in("tolong kerja")
    assert not distress.is_in("minta")


def test_what_cannot_be_compared_is_refused() -> None:
    for words in ({"id": "🙂"}, {"id": "satu dua tiga empat lima enam"}, {"id": ", ".join(map(str, range(41)))}, {}):
        with override("en"), pytest.raises(ValidationError):
            Distress(code="x", words=words).full_clean()


def test_an_editor_keeps_them_in_the_cms(signed_in: SignedIn) -> None:
    client = signed_in("editor")
    address = "/akun/cms/registers/distress/"
    sent = {"code": "disekap", "words_id": "disekap, dikurung", "alone": "on"}
    assert client.post(f"{address}new/", sent).status_code == 302
    row = Distress.objects.get()
    assert (row.words, row.alone) == ({"id": "disekap, dikurung"}, True)
    assert "disekap, dikurung" in client.get(f"{address}?q=dikurung").content.decode()
