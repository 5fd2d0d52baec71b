"""The desk in Chromium, by labels alone: two people enrol, open a unit, read, answer; paper opens what a phrase cannot.

What goes over the wire is kept: no phrase, code, seed or private key ever does (check 46).
"""

from __future__ import annotations

import base64
import io
import json
import re
import secrets
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from PIL import Image
from playwright.sync_api import Browser, Dialog, Locator

from content.reports.vault import attachment, holder
from content.reports.vault.attachment import Cleaned
from content.reports.vault.keys import VaultKeyError
from content.reports.vault.phrase import RecoveryCode, recovery_key
from tests.a11y.test_axe import findings
from tests.chromium import chromium as chromium
from tests.content.reports.desk import Worker, to_report
from tests.content.reports.desk import number as number
from tests.content.reports.desk import server as server
from tests.content.reports.desk import site as site
from tests.content.reports.desk import team as team
from tests.content.reports.reporting import DistantReporter, Phone, text_of
from tests.content.reports.test_server import files_below, left_behind, vault_rows
from tests.demo import Demo
from tests.servers import Server

pytestmark = [pytest.mark.browser, pytest.mark.demo, pytest.mark.xdist_group("browser")]

ANSWER = "Kami akan menghubungi Anda."
RECORDINGS = Path(__file__).parent / "recordings"


def answer(ana: Worker) -> None:
    """Answer the report whose page this is."""
    before = ana.page.locator("#messages").get_by_text("Jawaban unit").count()
    ana.page.get_by_label("Jawaban Anda").fill(f"{ANSWER} <script>alert(1)</script>")
    ana.press("Kunci, tanda tangani, dan kirim")
    ana.page.locator("#messages").get_by_text("Jawaban unit").nth(before).wait_for()


def test_a_report_is_read_answered_and_closed(team: list[Worker], number: str, server: Server) -> None:
    ana = team[0]
    to_report(ana)
    shown = ana.page.inner_text("#story")
    # As it was written, but what looks like an address leads nowhere, and markup is letters.
    assert "ZXQ-7781" in shown
    assert "hxxp://jahat[.]example" in shown
    assert "<b>tebal</b>" in shown
    assert "Jawa Timur" in ana.page.inner_text("#fields")
    answer(ana)
    ana.page.get_by_label("Status yang dilihat pelapor").select_option("in-progress")
    with ana.page.expect_response(lambda response: response.request.method == "POST"):
        ana.press("Ubah")
    page = text_of(DistantReporter(server).status(number))
    assert ANSWER in page
    assert "<script>alert" not in page
    assert "Sedang" in page
    assert "ZXQ-7781" not in page


FORGE_SAVE = """
from content.reports.vault.models import Message
print(*((row.pk, bytes(row.signature).hex()) for row in Message.objects.filter(direction="from-unit")), sep=",", end=",\\n")
"""
FORGE = """
from content.reports.vault.models import Message
Message.objects.exclude(signer=None).update(**{})
"""
FORGE_BACK = """
from content.reports.vault.models import Message
for number, signature in [{}]:
    Message.objects.filter(pk=number).update(direction="from-unit", signature=bytes.fromhex(signature))
"""


def test_an_answer_that_nobody_signed_is_a_warning_and_a_turned_one_does_not_open(
    team: list[Worker], number: str, site: Demo
) -> None:
    """Whoever writes to the database can take the signature away, or say that it came from the reporter."""
    ana = team[0]
    to_report(ana)
    answer(ana)
    saved = site.manage("shell", "-c", FORGE_SAVE)
    try:
        site.manage("shell", "-c", FORGE.format('{"signature": b""}'))
        to_report(ana)
        # Messages are opened one after the other.
        ana.page.get_by_text("Bukan jawaban unit").first.wait_for()
        shown = ana.page.inner_text("#messages")
        assert "tidak satu pun pemegang kunci unit menandatanganinya" in shown
        assert ANSWER not in shown
        assert "Ana" not in shown
        site.manage("shell", "-c", FORGE.format('{"direction": "from-reporter"}'))
        to_report(ana)
        ana.page.get_by_text("tidak bisa dibuka dengan kunci unit ini").first.wait_for()
        shown = ana.page.inner_text("#messages")
        assert ANSWER not in shown
    finally:
        site.manage("shell", "-c", FORGE_BACK.format(saved.strip().splitlines()[-1]))


def test_what_went_wrong_is_said_where_one_works(team: list[Worker], number: str) -> None:
    ana = team[0]
    to_report(ana)
    ana.page.set_viewport_size({"width": 360, "height": 640})
    for button in ("Kunci, tanda tangani, dan kirim", "Kunci, tanda tangani, dan simpan"):
        ana.press(button)
        ana.page.locator("#isi form #said:not(:empty)").wait_for()
        shown = ana.page.locator("#said").bounding_box()
        assert shown
        assert 0 <= shown["y"] <= 640 - shown["height"]
    ana.page.set_viewport_size({"width": 1280, "height": 720})


def test_the_list_says_what_is_happening_now_while_the_key_is_open(team: list[Worker], server: Server) -> None:
    ana = team[0]
    reporter = DistantReporter(server)
    assert reporter.send(reporter.form(), when="now").status == 200
    ana.page.goto("/akun/laporan/jatim/")
    assert ana.page.locator("[data-now]").count() == 0
    ana.open_key()
    ana.page.locator("main td .tag", has_text="Sedang terjadi").first.wait_for()
    ana.press("Kunci sekarang")
    assert ana.page.locator("[data-now]").count() == 0


def test_what_needs_no_key_is_done_without_javascript(
    team: list[Worker], number: str, chromium: Browser, server: Server
) -> None:
    """State, another term, a hold that two confirm and lift: by plain forms, found by their labels."""
    ana, budi = (
        chromium.new_context(
            base_url=server.url,
            locale="id-ID",
            java_script_enabled=False,
            storage_state=person.page.context.storage_state(),
        ).new_page()
        for person in team
    )
    for page in (ana, budi):
        page.goto("/akun/laporan/jatim/")
        page.locator(f'main a[href*="/{team[0].report}/"]', has_text="Laporan terkunci").first.click()
    ana.get_by_label("Status yang dilihat pelapor").select_option(label="Ditutup")
    ana.get_by_role("button", name="Ubah").click()
    assert "Ditutup" in text_of(DistantReporter(server).status(number))
    ana.get_by_text("Dihapus pada").wait_for()
    ana.get_by_role("button", name="Simpan: mulai lagi masa simpannya").click()
    ana.get_by_text("Tahan untuk pihak berwenang").click()
    ana.get_by_label("Alasan").select_option(label="Sedang diselidiki polisi")
    ana.get_by_label("Sampai").fill((date.today() + timedelta(days=60)).isoformat())
    ana.get_by_role("button", name="Tahan", exact=True).click()
    ana.get_by_text("Jika tidak dikuatkan orang lain").wait_for()
    assert ana.get_by_role("button", name="Kuatkan penahanan").count() == 0
    budi.reload()
    budi.get_by_role("button", name="Kuatkan penahanan").click()
    assert budi.get_by_text("Jika tidak dikuatkan orang lain").count() == 0
    budi.get_by_role("button", name="Akhiri penahanan").click()
    told = budi.inner_text("main")
    for what in (
        "Status diubah: Ditutup",
        "Masa simpan dimulai lagi",
        "Penahanan diminta",
        "Penahanan dikuatkan",
        "Penahanan diakhiri",
    ):
        assert what in told
    budi.get_by_label("Status yang dilihat pelapor").select_option(label="Sedang ditangani")
    budi.get_by_role("button", name="Ubah").click()
    budi.get_by_role("link", name="Riwayat").click()
    assert "Tanda terbaru" in budi.inner_text("main")
    for page in (ana, budi):
        page.context.close()


MARK_BURST = """
from content.reports.vault.models import Report
Report.objects.update(burst={burst})
"""


def test_a_burst_is_read_and_sorted_with_an_open_key(
    team: list[Worker], number: str, site: Demo, server: Server, tmp_path: Path
) -> None:
    """The list says what each is about; a form of the page does not close the key."""
    ana = team[0]
    site.manage("shell", "-c", MARK_BURST.format(burst=True) + "Report.objects.update(status='received')")
    try:
        ana.page.goto("/akun/laporan/jatim/")
        ana.open_key()
        ana.page.get_by_role("link", name="Pilah").click()
        ana.page.get_by_role("link", name=re.compile("Jawa Timur")).first.wait_for()
        for width in (360, 1280):
            ana.page.set_viewport_size({"width": width, "height": 800})
            ana.page.screenshot(path=tmp_path / f"burst-{width}.png", full_page=True)
            assert ana.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
            assert findings(ana.page) == []
        ana.page.get_by_role("checkbox").first.check()
        ana.page.get_by_label("Status untuk yang dipilih").select_option(label="Ditutup: bukan laporan, hanya gangguan")
        ana.press("Ubah yang dicentang")
        ana.page.get_by_role("heading", name="Anda yakin?").wait_for()
        ana.page.screenshot(path=tmp_path / "sure.png", full_page=True)
        ana.press("Ya, ubah")
        ana.page.get_by_text("(gangguan)").wait_for()
        assert ana.page.get_by_text("Kunci Anda terbuka").is_visible()
        assert "/lonjakan/" in ana.page.url
    finally:
        site.manage(
            "shell", "-c", MARK_BURST.format(burst=False) + "Report.objects.update(status='in-progress', spam=False)"
        )


def test_the_other_holder_reads_the_same(team: list[Worker], number: str) -> None:
    budi = team[1]
    to_report(budi)
    assert "ZXQ-7781" in budi.page.inner_text("#story")


def jpeg_of(size: tuple[int, int] = (120, 80)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, "JPEG")
    return out.getvalue()


def resized(content: bytes, width: int, height: int) -> bytes:
    """A JPEG that says it has another size."""
    at = content.index(b"\xff\xc0")
    return content[: at + 5] + height.to_bytes(2) + width.to_bytes(2) + content[at + 9 :]


def test_files_are_shown_as_pixels_or_saved_under_a_name_of_ours(
    team: list[Worker], number: str, server: Server, tmp_path: Path
) -> None:
    phone = Phone(DistantReporter(server), number)
    page = b"<html><script>document.title='mine'</script></html>"
    sent = {
        "Foto": (jpeg_of(), "jpg", Cleaned.PHONE, {}),
        "Halaman": (page, "jpg", Cleaned.PHONE, {}),
        "Bom": (resized(jpeg_of(), 60_000, 60_000), "jpg", Cleaned.PHONE, {}),
        "Surat": (b"%PDF-1.4 surat", "pdf", Cleaned.NOT, {}),
        "Nama": (page, "pdf", Cleaned.NOT, {"type": "../../x.html"}),
        "Panjang": (jpeg_of(), "jpg", Cleaned.PHONE, {"chunks": 10**9}),
        "Bohong": (jpeg_of(), "jpg", Cleaned.PHONE, {"sha256": "00" * 32}),
        "Suara": ((RECORDINGS / "voice.mp3").read_bytes(), "mp3", Cleaned.NOT, {}),
        "Film": ((RECORDINGS / "film.webm").read_bytes(), "webm", Cleaned.NOT, {}),
        "Palsu": (page, "mp4", Cleaned.NOT, {}),
    }
    for text, (content, kind, cleaned, manifest) in sent.items():
        answer = phone.send(attachment.seal(content, kind, cleaned), text, **manifest)
        assert "Sudah ditambahkan" in text_of(answer), text
    ana = team[0]
    to_report(ana)
    dialogs: list[Dialog] = []
    ana.page.on("dialog", lambda dialog: dialogs.append(dialog))

    def box(text: str) -> Locator:
        return ana.page.locator("#messages .c", has_text=text)

    assert ana.page.locator("canvas").count() == 0
    assert ana.page.locator("#messages .c").count() >= len(sent)
    box("Foto").get_by_role("button", name="Tampilkan gambar").click()
    picture = box("Foto").get_by_role("img", name="Gambar dari laporan")
    picture.wait_for()
    assert picture.evaluate("held => [held.width, held.height]") == [120, 80]
    red = picture.evaluate("held => [...held.getContext('2d').getImageData(5, 5, 1, 1).data]")
    assert red[0] > 240
    assert red[1] < 20
    for text, sentence in (
        ("Halaman", "tidak bisa dibuka"),
        ("Bom", "terlalu banyak piksel"),
        ("Panjang", "tidak bisa dibuka"),
        ("Bohong", "tidak bisa dibuka"),
    ):
        box(text).get_by_role("button", name="Tampilkan gambar").click()
        ana.page.get_by_role("alert").get_by_text(sentence).wait_for()
        assert box(text).locator("canvas").count() == 0
    box("Halaman").get_by_role("button", name="Simpan salinan").click()
    ana.page.get_by_role("alert").get_by_text("tidak bisa dibuka").wait_for()
    for text, name, content in (
        ("Foto", r"lampiran-\d\d\.jpg", jpeg_of()),
        ("Surat", r"lampiran-\d\d\.pdf", b"%PDF-1.4 surat"),
        ("Nama", r"lampiran-\d\d\.bin", page),
    ):
        with ana.page.expect_download() as waiting:
            box(text).get_by_role("button", name="Simpan salinan").click()
        assert re.fullmatch(name, waiting.value.suggested_filename)
        waiting.value.save_as(tmp_path / "saved")
        assert (tmp_path / "saved").read_bytes() == content
    players = {"Suara": "audio", "Film": "video"}
    for text, tag in players.items():
        box(text).get_by_role("button", name="Putar di sini").click()
        player = box(text).locator(f"{tag}[aria-label='Suara atau film dari laporan']")
        player.wait_for()
        assert player.evaluate("held => held.duration") > 0
    box("Palsu").get_by_role("button", name="Putar di sini").click()
    ana.page.get_by_role("alert").get_by_text("tidak bisa dibuka").wait_for()
    assert ana.page.locator("audio, video").count() == len(players)
    assert "seperti yang dikirim" in box("Surat").inner_text().lower()
    assert box("Surat").get_by_role("button", name="Tampilkan gambar").count() == 0
    assert ana.page.title() != "mine"
    assert dialogs == []
    for width in (360, 1280):
        ana.page.set_viewport_size({"width": width, "height": 800})
        ana.page.screenshot(path=tmp_path / f"files-{width}.png", full_page=True)
        assert ana.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        # Nobody has written captions for what a reporter has filmed, and nobody here can.
        assert [found for found in findings(ana.page) if not found.startswith("video-caption: ")] == []
    addresses = [held.get_attribute("src") for held in ana.page.locator("audio, video").all()]
    # A closed key leaves no picture, sound or film.
    ana.press("Kunci sekarang")
    assert ana.page.locator("canvas, audio, video").count() == 0
    there = "address => new Promise(done => { const held = new Audio(address); held.onerror = () => done(false); held.onloadedmetadata = () => done(true) })"
    assert [ana.page.evaluate(there, address) for address in addresses] == [False, False]
    # The browser takes note of what this asked for in vain.
    ana.said[:] = [line for line in ana.said if "ERR_FILE_NOT_FOUND" not in line]


def test_a_closed_key_shows_nothing_and_an_open_one_is_forgotten(team: list[Worker], number: str) -> None:
    budi = team[1]
    to_report(budi)
    budi.press("Kunci sekarang")
    assert "ZXQ-7781" not in budi.page.content()
    assert budi.page.get_by_label("Sandi kunci: 26 angka").is_visible()
    to_report(budi)
    budi.page.reload()
    budi.page.get_by_label("Sandi kunci: 26 angka").wait_for()
    assert "ZXQ-7781" not in budi.page.content()
    storage = budi.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert storage == "[{},{}]"
    assert budi.page.evaluate("indexedDB.databases().then(held => held.length)") == 0


def test_the_key_closes_after_a_quarter_of_an_hour_without_work(team: list[Worker], number: str) -> None:
    budi = team[1]
    budi.page.clock.install()
    try:
        budi.page.goto("/akun/laporan/jatim/")
        budi.page.get_by_label("Sandi kunci: 26 angka").fill(budi.phrase)
        budi.press("Buka kunci saya")
        budi.page.clock.run_for(200)
        budi.page.get_by_text("Kunci Anda terbuka").wait_for()
        budi.page.clock.run_for(16 * 60 * 1000)
        assert budi.page.get_by_label("Sandi kunci: 26 angka").is_visible()
    finally:
        budi.page.clock.resume()


def test_a_slip_is_told_and_a_wrong_phrase_opens_nothing(team: list[Worker]) -> None:
    ana, budi = team
    ana.page.goto("/akun/laporan/jatim/")
    phrase = ana.phrase.replace("\n", " ")
    slip = f"{(int(phrase[0]) + 1) % 10}{phrase[1:]}"
    for typed, sentence in ((slip, "baris pertama"), ("123", "26 angka"), (budi.phrase, "Tidak terbuka")):
        ana.page.get_by_label("Sandi kunci: 26 angka").fill(typed)
        ana.press("Buka kunci saya")
        ana.page.get_by_role("alert").get_by_text(sentence).wait_for()
        assert ana.page.locator("#lock-open").is_hidden()


PLANTED = """
from content.reports.vault.models import Share, Holder
from content.reports.vault.holder import seal_share
from content.reports.vault.keys import load_public
share = Share.objects.get(unit__code="jatim", holder__user={user})
{what}
share.save()
"""
ANOTHER_SEED = "share.sealed = seal_share(bytes(32), share.unit_id, 1, load_public(bytes(share.holder.exchange_key)))"


def test_a_seed_that_somebody_else_sealed_to_a_holder_is_not_the_units(team: list[Worker], site: Demo) -> None:
    """It would open nothing, but answers would be sealed to it: whoever planted it could read them."""
    ana = team[0]
    user = site.manage(
        "shell",
        "-v",
        "0",
        "-c",
        "from accounts.models import User; print(User.objects.get(email='ana@lentera.example').pk)",
    ).strip()
    held = site.manage(
        "shell",
        "-v",
        "0",
        "-c",
        f"from content.reports.vault.models import Share; print(bytes(Share.objects.get(unit__code='jatim', holder__user={user}).sealed).hex())",
    ).strip()
    try:
        site.manage("shell", "-c", PLANTED.format(user=user, what=ANOTHER_SEED))
        ana.page.goto("/akun/laporan/jatim/")
        ana.open_key()
        ana.page.get_by_role("alert").get_by_text("bukan kunci yang ditandatangani").wait_for()
    finally:
        site.manage("shell", "-c", PLANTED.format(user=user, what=f"share.sealed = bytes.fromhex('{held}')"))


def test_a_lost_phrase_is_recovered_from_paper_and_replaced(team: list[Worker], number: str) -> None:
    ana = team[0]
    old = ana.phrase
    ana.page.goto("/akun/laporan/jatim/kunci/")
    ana.press("Saya hanya punya lembar pemulihan")
    ana.page.get_by_label("Kode pemulihan").fill(ana.code.lower())
    ana.press("Buka kunci saya")
    ana.page.get_by_text("Kunci Anda terbuka").wait_for()
    ana.press("Buat sandi kunci baru")
    ana.page.locator("#shown-new").wait_for()
    ana.phrase = ana.page.inner_text("#shown-new")
    ana.page.get_by_label("Ketik sandi kunci dari kertas").fill(ana.phrase)
    with ana.page.expect_navigation():
        ana.press("Pakai sandi kunci ini")
    ana.page.get_by_label("Sandi kunci: 26 angka").fill(old)
    ana.press("Buka kunci saya")
    ana.page.get_by_role("alert").get_by_text("Tidak terbuka").wait_for()
    to_report(ana)
    assert "ZXQ-7781" in ana.page.inner_text("#story")


def private(key: EllipticCurvePrivateKey) -> bytes:
    return key.private_numbers().private_value.to_bytes(32)


def keys_of(person: Worker, site: Demo) -> dict[str, bytes]:
    """All that only her browser may know beside phrase and code: made of her row and the code on her paper."""
    recovery = recovery_key(RecoveryCode.parse(person.code))
    for name, exchange, locked in vault_rows(site, "SELECT id, exchange_key, recovery_lock FROM vault_holder"):
        with suppress(VaultKeyError):
            own = holder.unlock(locked, recovery, UUID(name), holder.Lock.RECOVERY)
            assert own.exchange_public == exchange
            shares = vault_rows(site, f"SELECT unit_id, epoch, sealed FROM vault_share WHERE holder_id = '{name}'")
            seeds = [holder.open_share(sealed, UUID(unit), epoch, own) for unit, epoch, sealed in shares]
            assert seeds
            found = {"seed": own.seed, "exchange": private(own.exchange), "signing": private(own.signing)}
            for place, seed in enumerate(seeds):
                found |= {f"seed of the unit {place}": seed, f"unit {place}": private(holder.unit_key(seed))}
            return found
    pytest.fail("The code opens no key.")


def forms_of(secret: bytes) -> list[bytes]:
    """Bytes in the forms in which a script might send or keep them."""
    found = [secret, secret.hex().encode(), secret.hex().upper().encode()]
    found += [comma.join(str(byte) for byte in secret).encode() for comma in (",", ", ")]
    for offset in range(3):
        # Three alignments; what depends on the neighbours is cut off.
        for coded in (base64.b64encode, base64.urlsafe_b64encode):
            found.append(coded(b"\0" * offset + secret)[4 if offset else 0 : -4])
    return found


def test_the_search_finds_a_key_in_each_form() -> None:
    secret = secrets.token_bytes(32)
    for planted in (
        secret,
        secret.hex().encode(),
        json.dumps(list(secret)).encode(),
        json.dumps({"x": base64.b64encode(b"12345" + secret + b"678").decode()}).encode(),
        base64.urlsafe_b64encode(secret).rstrip(b"="),
    ):
        assert any(form in planted for form in forms_of(secret)), planted


def test_no_secret_went_over_the_wire_or_stayed_behind(team: list[Worker], number: str, site: Demo) -> None:
    stored = {}
    for path in files_below(site.folder):
        with suppress(FileNotFoundError):  # a database may put away a file of its own meanwhile
            if path.is_file():
                stored[path] = path.read_bytes()
    for person in team:
        raw = b"\n".join(person.wire)
        # What is sent at enrolment stands there, so a key beside it would be found.
        own = keys_of(person, site)
        public = holder.HolderKey(own["seed"]).exchange_public
        assert any(form in raw for form in forms_of(public))
        for name, key in own.items():
            for form in forms_of(key):
                assert form not in raw, name
                assert not [path for path, content in stored.items() if form in content], name
        wire = "".join(person.sent)
        assert "phrase_lock" in wire
        for secret in (person.phrase, person.code):
            plain = re.sub(r"\s", "", secret)
            assert plain not in re.sub(r"[\s+]|%20|%0A", "", wire)
            assert not left_behind(site.folder, secret, plain)
        assert "ZXQ-7781" not in wire
        assert [line for line in person.said if "404" not in line and "400" not in line] == []
    assert not left_behind(site.folder, "ZXQ-7781")


def test_nothing_runs_over_the_edge_and_axe_finds_nothing(team: list[Worker], number: str, tmp_path: Path) -> None:
    """Inbox, keys and an opened report, at 360 and 1280 px."""
    ana = team[0]
    ana.page.on("dialog", lambda dialog: Dialog.dismiss(dialog))
    for width in (360, 1280):
        ana.page.set_viewport_size({"width": width, "height": 800})
        for name, address in (
            ("inbox", "/akun/laporan/jatim/"),
            ("keys", "/akun/laporan/jatim/kunci/"),
            ("history", "/akun/laporan/jatim/riwayat/"),
        ):
            ana.page.goto(address)
            ana.page.screenshot(path=tmp_path / f"{name}-{width}.png", full_page=True)
            over = "document.documentElement.scrollWidth - innerWidth"
            assert ana.page.evaluate(over) <= 0, (name, width)
            assert findings(ana.page) == [], name
        to_report(ana)
        ana.page.screenshot(path=tmp_path / f"report-{width}.png", full_page=True)
        assert ana.page.evaluate(over) <= 0, width
        assert findings(ana.page) == []
    assert json.dumps(sorted(path.name for path in tmp_path.iterdir()))
