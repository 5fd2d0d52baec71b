"""Passing a report on in Chromium, by labels alone: a package for a service, data, another unit. Nothing of it goes over the wire."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from content.reports.vault import frame
from tests.a11y.test_axe import findings
from tests.chromium import chromium as chromium
from tests.content.reports.desk import STORY, Worker, to_report, worker
from tests.content.reports.desk import number as number
from tests.content.reports.desk import server as server
from tests.content.reports.desk import site as site
from tests.content.reports.desk import team as team
from tests.content.reports.reporting import DistantReporter, hidden, text_of
from tests.demo import Demo
from tests.servers import Server

pytestmark = [pytest.mark.browser, pytest.mark.demo, pytest.mark.xdist_group("browser")]

AGE = Path(frame.settings.BASE_DIR) / "static" / "formulir" / "vendor" / "age-0.3.1.js"
OPEN = """async given => {
  const held = new age.Decrypter();
  if (given.identity) held.addIdentity(given.identity); else held.addPassphrase(given.passphrase);
  return [...await held.decrypt(new Uint8Array(given.bytes))]
}"""


@pytest.fixture
def receiver(chromium: Browser) -> Page:
    """A page that has nothing of the portal but the vendored library: a service with a key of its own."""
    held = chromium.new_context().new_page()
    held.route("**/*", lambda route: route.fulfill(content_type="text/html", body="<!doctype html>"))
    held.goto("https://layanan.example/")
    held.add_script_tag(path=AGE)
    yield held
    held.context.close()


def opened(receiver: Page, package: Path, **how: str) -> dict[str, bytes]:
    held = receiver.evaluate(OPEN, {"bytes": list(package.read_bytes()), **how})
    return unpacked(bytes(held))


def unpacked(whole: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert archive.testzip() is None
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert all(not info.extra and not info.comment for info in archive.infolist())
        return {name: archive.read(name) for name in archive.namelist()}


def to_package(person: Worker) -> Page:
    to_report(person)
    person.page.get_by_role("link", name="Teruskan atau ekspor").click()
    person.page.get_by_role("heading", name="1. Isi paket").wait_for()
    return person.page


def passed_on(page: Page, button: str, into: Path) -> str:
    """Press, take what the browser saves, return the mark that the page tells."""
    with page.expect_download(timeout=60_000) as saving:
        page.get_by_role("button", name=button).click()
    saving.value.save_as(into)
    page.get_by_text("Tanda paket (SHA-256)").wait_for()
    mark = page.inner_text("#mark")
    assert mark == hashlib.sha256(into.read_bytes()).hexdigest()
    return mark


@pytest.fixture(scope="module")
def pictured(server: Server, number: str) -> str:
    """The number of the report, to which a picture and a hostile text were added."""
    made = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(made, "JPEG")
    reporter = DistantReporter(server)
    page = reporter.status(number)
    sent = reporter.post_file(made.getvalue(), step="add", access=hidden(page)["access"], text="=1+1 \u202eterbalik")
    assert sent.status == 200
    return number


def test_a_package_to_a_key_is_opened_by_its_receiver_alone(
    team: list[Worker], pictured: str, server: Server, receiver: Page, tmp_path: Path
) -> None:
    ana = team[0]
    identity = receiver.evaluate("age.generateX25519Identity()")
    recipient = receiver.evaluate("identity => age.identityToRecipient(identity)", identity)
    page = to_package(ana)
    page.get_by_label("Cara menguncinya").select_option(label="Ke kunci penerima (age)")
    page.get_by_label("Jenis penerima", exact=True).select_option(label="Layanan perempuan dan anak")
    page.get_by_label("Nama penerima").fill("UPTD PPA Jember")
    page.get_by_label("Kunci penerima, diawali age1").fill(recipient)
    page.get_by_text("Lihat dan perbaiki datanya").click()
    # Nothing says what the report did not say.
    assert page.locator("#package input:checked:not(#shown)").count() == 0
    for name in ("vic_TraffickingStatus", "hte_Type"):
        assert page.input_value(f"[data-field={name}]") == ""
    page.select_option("[data-field=vic_TraffickingStatus]", "PossibleVictimOfTrafficking")
    page.get_by_label("Kerja paksa").check()
    page.get_by_label("Perhambaan").check()
    page.locator("#files input").first.check()
    page.get_by_label("Yang perlu diketahui penerima").fill('=HYPERLINK("http://jahat.example")')
    page.get_by_label("Yang dibacakan penerima").fill("qqqq qqqq qqqq")
    page.get_by_label("Mengapa boleh diteruskan").select_option(label="Orang yang bersangkutan setuju")
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.screenshot(path=tmp_path / f"package-{width}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert findings(page) == []
    # A key that is not the one the receiver reads out seals nothing.
    ana.press("Kunci, catat, dan teruskan")
    page.get_by_text("bukan akhir kunci ini").wait_for()
    page.get_by_label("Yang dibacakan penerima").fill(" ".join(re.findall("....", recipient[-12:])))
    mark = passed_on(page, "Kunci, catat, dan teruskan", tmp_path / "paket.age")
    files = opened(receiver, tmp_path / "paket.age", identity=identity)
    assert set(files) == {"laporan.txt", "htcds.json", "htcds.csv", "lampiran_001.jpg"}
    told = files["laporan.txt"].decode("utf-8-sig")
    assert "| Paspor saya disimpan orang di Jember, ZXQ-7781. Lihat hxxp://jahat[.]example/x <b>tebal</b>" in told
    assert "UPTD PPA Jember" in told
    assert "[U+202E]terbalik" in told
    assert f"lampiran_001.jpg  SHA-256 {hashlib.sha256(files['lampiran_001.jpg']).hexdigest()}" in told
    with Image.open(io.BytesIO(files["lampiran_001.jpg"])) as picture:
        assert picture.size == (60, 40)
    (record,) = json.loads(files["htcds.json"])["records"]
    assert record["vic_TypeOfExploitation"] == ["ForcedLabour", "Servitude"]
    assert record["vic_TraffickingStatus"] == "PossibleVictimOfTrafficking"
    assert record["con_Consent"] is True
    assert record["cas_ReferredOrganisation"] == "UPTD PPA Jember"
    header, row = csv.reader(io.StringIO(files["htcds.csv"].decode("utf-8-sig")))
    held = dict(zip(header, row, strict=True))
    assert held["cas_OutgoingReferralDetails"] == '\'=HYPERLINK("http://jahat.example")'
    assert held["vic_TypeOfExploitation"] == "ForcedLabour;Servitude"
    assert held["hte_State"] == "Jawa Timur"
    # Nobody else's key opens it.
    stranger = receiver.evaluate("age.generateX25519Identity()")
    with pytest.raises(Exception, match="no identity matched"):
        opened(receiver, tmp_path / "paket.age", identity=stranger)
    # No number of ours is in it, nothing of it went over the wire, and the chain holds its mark.
    rows = page.evaluate("JSON.parse(document.getElementById('sealed').textContent)")
    inside = b"".join(files.values())
    for secret in (rows["rid"], rows["name"], pictured):
        assert secret.encode() not in inside
    sent = "\n".join(ana.sent)
    assert "ZXQ-7781" not in sent
    assert "UPTD PPA Jember" not in sent
    page.get_by_role("link", name="Riwayat").click()
    page.get_by_role("heading", name="Riwayat").wait_for()
    assert mark in page.inner_text("main")
    # The mark of what was passed on has no gap to break at.
    page.set_viewport_size({"width": 360, "height": 800})
    for place in (page.url, re.sub("riwayat/$", f"{rows['name']}/", page.url)):
        page.goto(place)
        page.get_by_text(mark).first.wait_for()
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, place
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(re.sub("[^/]+/$", "riwayat/", page.url))
    assert "UPTD PPA Jember" not in page.inner_text("main")
    # Whoever has the number learns the kind of receiver.
    shown = text_of(DistantReporter(server).status(pictured))
    assert "Layanan perempuan dan anak" in shown
    assert "UPTD" not in shown
    assert ana.said == []


def test_a_passphrase_is_made_by_the_page_and_the_receiver_is_remembered_sealed(
    team: list[Worker], number: str, receiver: Page, tmp_path: Path
) -> None:
    budi = team[1]
    page = to_package(budi)
    page.get_by_label("Nama penerima").fill("Rumah Aman Melati")
    page.get_by_label("Beri tahu pemegang nomor").uncheck()
    budi.press("Kunci, catat, dan teruskan")
    page.get_by_text("Pilih alasan mengapa boleh diteruskan").wait_for()
    page.get_by_label("Mengapa boleh diteruskan").select_option(
        label="Tanpa persetujuan: nyawa atau kesehatan seseorang terancam"
    )
    passed_on(page, "Kunci, catat, dan teruskan", tmp_path / "paket.age")
    passphrase = page.inner_text("#secret")
    assert re.fullmatch(r"\d{4}(-\d{4}){5}", passphrase)
    files = opened(receiver, tmp_path / "paket.age", passphrase=passphrase)
    (record,) = json.loads(files["htcds.json"])["records"]
    assert record["con_Consent"] is False
    assert passphrase not in "\n".join(budi.sent)
    # What is closed forgets it; what is opened again shows the unit who received it.
    budi.press("Kunci sekarang")
    assert page.inner_text("#secret") == ""
    to_package(budi)
    page.get_by_text("Rumah Aman Melati").wait_for()
    assert "Rumah Aman Melati" not in "\n".join(budi.sent)


def test_data_leave_locked_unless_the_warning_was_understood(
    team: list[Worker], number: str, receiver: Page, tmp_path: Path
) -> None:
    page = to_package(team[0])
    mark = passed_on(page, "Simpan data, dikunci dengan kata sandi", tmp_path / "data.age")
    files = opened(receiver, tmp_path / "data.age", passphrase=page.inner_text("#secret"))
    assert set(files) == {"htcds.json", "htcds.csv"}
    page.get_by_text("Simpan data tanpa kunci", exact=True).click()
    team[0].press("Simpan tanpa kunci")
    page.get_by_text("Centang bahwa Anda memahami").wait_for()
    page.get_by_label("Saya memahaminya").check()
    passed_on(page, "Simpan tanpa kunci", tmp_path / "data.zip")
    assert set(unpacked((tmp_path / "data.zip").read_bytes())) == {"htcds.json", "htcds.csv"}
    page.get_by_role("link", name="Riwayat").click()
    page.get_by_role("heading", name="Riwayat").wait_for()
    assert mark in page.inner_text("main")
    assert "tidak dikunci" in page.inner_text("main")


def test_a_worker_stretches_phrases_and_the_page_does_not_stand_still(team: list[Worker]) -> None:
    page = team[1].page
    page.goto("/akun/laporan/jatim/")
    ticks = page.evaluate(
        """async () => {
          let count = 0;
          const clock = setInterval(() => count++, 10);
          await aside.run('argon2', '1'.repeat(26), new Uint8Array(16), 128, 4);
          clearInterval(clock);
          return count
        }"""
    )
    assert ticks > 5
    # Only files of ours become workers, and the page itself runs no WebAssembly.
    refused = page.evaluate(
        """() => new Promise(done => {
          addEventListener('securitypolicyviolation', event => done(event.effectiveDirective));
          new Worker(URL.createObjectURL(new Blob(['1'])))
        })"""
    )
    assert refused == "worker-src"
    assert (
        page.evaluate("WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])).catch(() => 'refused')")
        == "refused"
    )
    team[1].said.clear()


def test_hostile_names_and_cells(team: list[Worker], number: str) -> None:
    """Checks 36 and 45: a ZIP takes no name but ours, and no cell begins as a formula does."""
    page = team[0].page
    run = "name => { try { packages.zip([{ name, bytes: new Uint8Array() }]); return 'taken' } catch (error) { return error.message } }"
    for name in (
        "../../etc/passwd",
        "C:\\x",
        "a/b.txt",
        ".htaccess",
        "lampiran_001.jpg\0.exe",
        "\u202egpj.exe",
        "a" * 300,
    ):
        assert page.evaluate(run, name) == "name"
    assert page.evaluate(run, "lampiran_001.jpg") == "taken"
    texts = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1", "aman", 'kata "kutip"', "satu\ndua"]
    made = page.evaluate("texts => [...packages.csv([texts])]", texts)
    (row,) = csv.reader(io.StringIO(bytes(made).decode("utf-8-sig"), newline=""))
    assert row == [f"'{text}" for text in texts[:9]] + texts[9:]


def test_another_unit_is_handed_what_the_reporter_sealed(
    team: list[Worker], pictured: str, chromium: Browser, server: Server, site: Demo
) -> None:
    """Two holders of another unit; its fingerprint is read out; it reads and does not answer, and nobody can before."""
    site.manage("shell", "-c", MAKE_MORE)
    seats = [argument for name in OTHERS for argument in ("--seat", f"{name}@lentera.example")]
    site.manage("reports_setup", "--unit", "jember", "--name", "Gugus Tugas Jember", "--region", "35.09", *seats)
    people = [worker(chromium, server, name) for name in OTHERS]
    for person in people:
        person.sign_in()
        person.page.goto("/akun/laporan/jember/kunci/")
        site.manage("reports_setup", "--unit", "jember", "--trust", person.enrol())
    eka, fitri = people
    eka.page.reload()
    eka.open_key()
    eka.press("Buat kunci unit")
    eka.page.get_by_text("Menunggu tanda tangan kedua").wait_for()
    fitri.page.reload()
    fitri.open_key()
    fitri.press("Semua sama: tanda tangani")
    fitri.page.get_by_text("Kunci nomor 1").wait_for()
    fitri.open_key()
    fitri.page.locator("#unit-fingerprint", has_text=re.compile(r"\d{5}")).wait_for()
    fingerprint = fitri.page.inner_text("#unit-fingerprint")
    page = to_package(team[0])
    row = page.evaluate("JSON.parse(document.getElementById('sealed').textContent).name")
    assert fitri.page.request.get(f"/akun/laporan/jember/{row}/").status == 404
    page.get_by_label("Cara menguncinya").select_option(label="Serahkan ke unit lain di portal ini")
    page.get_by_label("Unit", exact=True).select_option(label="Gugus Tugas Jember")
    page.get_by_label("Mengapa boleh diteruskan").select_option(label="Orang yang bersangkutan setuju")
    page.get_by_label("Sidik kunci mereka").fill("12345 " * 6)
    team[0].press("Kunci, catat, dan teruskan")
    page.get_by_text("bukan sidik kunci ini").wait_for()
    page.get_by_label("Sidik kunci mereka").fill(fingerprint)
    team[0].press("Kunci, catat, dan teruskan")
    page.get_by_text("Sudah diserahkan").wait_for()
    # There it is opened with the key of that unit.
    fitri.page.get_by_role("link", name="Kotak masuk").click()
    fitri.page.get_by_role("link", name=re.compile("Jawa Timur")).first.click()
    fitri.page.get_by_role("heading", name="Yang terjadi").wait_for()
    assert STORY[:40] in fitri.page.inner_text("#story")
    assert "Diserahkan oleh Gugus Tugas Jawa Timur" in fitri.page.inner_text("main")
    assert "terbalik" in fitri.page.inner_text("#messages")
    assert fitri.page.get_by_label("Jawaban Anda").count() == 0
    assert fitri.page.request.get(f"/akun/laporan/jember/{row}/paket/").status == 404
    shown = text_of(DistantReporter(server).status(pictured))
    assert "Unit gugus tugas lain" in shown
    assert "Jember" not in shown
    for person in people:
        person.page.context.close()


OTHERS = ("eka", "fitri")
MAKE_MORE = f"""
from accounts.models import User
for name in {OTHERS!r}:
    User.objects.create_user(f"{{name}}@lentera.example", "kata-sandi-panjang-sekali", first_name=name.title(), demo=True)
"""
