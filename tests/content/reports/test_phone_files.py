"""Files on the phone against a real server: redrawn, sealed, sent in chunks, resumed; what is said where that cannot be done.

Each test is named after its check in the design where it has one.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import RequestFactory
from django.utils import translation
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Route

from content.reports.vault import attachment, frame, pages
from content.reports.vault.attachment import Manifest
from tests.a11y.test_axe import findings
from tests.chromium import chromium as chromium
from tests.content.reports.reporting import RECEIPT
from tests.content.reports.test_attachments import MARKER, PHOTOS, exif, heic, saved
from tests.content.reports.test_phone_sealing import details, press_send, rows, sealed_on_phones, wait_for_sealing
from tests.content.reports.test_phone_sealing import server as server
from tests.content.reports.test_phone_sealing import site as site
from tests.content.reports.test_server import left_behind
from tests.demo import Demo
from tests.servers import Server

pytestmark = [pytest.mark.browser, pytest.mark.demo, pytest.mark.xdist_group("browser")]

ADDED = "Sudah ditambahkan ke laporan Anda"


@pytest.fixture
def context(chromium: Browser, server: Server) -> Iterator[BrowserContext]:
    held = chromium.new_context(viewport={"width": 360, "height": 640}, base_url=server.url, locale="id-ID")
    held.set_default_timeout(30_000)
    yield held
    held.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """After a report that was sealed on the phone: the page with the number, ready for a file."""
    held = context.new_page()
    reported(held)
    return held


def reported(page: Page) -> str:
    details(page)
    wait_for_sealing(page)
    number = press_send(page)
    ready(page)
    return number


def ready(page: Page) -> None:
    page.locator("form[data-more][data-sealing=ready]").wait_for()
    assert "dikunci di HP ini" in page.inner_text("#lock")


def asked(page: Page, number: str) -> None:
    """The page of a report, asked for with its number."""
    page.goto("/layanan/")
    page.fill("#receipt", number)
    page.locator("form[data-sealing=ready]").wait_for()
    page.click("main form:has(#receipt) button")
    page.get_by_role("heading", name="Laporan Anda").wait_for()
    ready(page)


def noise(size: tuple[int, int]) -> bytes:
    """A photo that does not become small, with what phones write into it."""
    return saved(Image.effect_noise(size, 90).convert("RGB"), "JPEG", exif=exif(), quality=90)


def choose(page: Page, content: bytes, name: str = f"{MARKER}.jpg", kind: str = "image/jpeg") -> None:
    page.set_input_files("#file", {"name": name, "mimeType": kind, "buffer": content})


def press(page: Page) -> None:
    page.click("form[data-more] p > button.b")


def added(page: Page) -> None:
    page.get_by_role("heading", name=ADDED).wait_for()


def messages_of(site: Demo, name: str) -> list[dict]:
    """What the unit for practice reads of the messages of a report."""
    told = site.manage("reports_open", name, "--key", str(site.folder / "keys" / "reports-demo.pem"))
    found, place, decoder = [], told.find("{"), json.JSONDecoder()
    while place >= 0:
        held, end = decoder.raw_decode(told, place)
        found.append(held)
        place = told.find("{", end)
    return found[1:]


def file_of(site: Demo, manifest: dict) -> bytes:
    """A file as it lies in the database, opened with what its message says."""
    question = f"""SELECT body FROM vault_attachmentchunk JOIN vault_attachment ON vault_attachment.id = attachment_id
                   WHERE hex(aid) = '{manifest["id"].upper()}' AND message_id IS NOT NULL ORDER BY "index" """
    return attachment.open_(Manifest.from_content(manifest), [body for (body,) in rows(site, question)])


def newest(site: Demo, before: set[str]) -> str:
    (name,) = sealed_on_phones(site) - before
    return name


@pytest.mark.parametrize("kind", [name for name in PHOTOS if name != "HEIC"])
def test_check_01_33_a_photo_leaves_the_phone_as_sealed_pixels(context: BrowserContext, site: Demo, kind: str) -> None:
    before, page = sealed_on_phones(site), context.new_page()
    number = reported(page)
    sent: list[bytes] = []
    page.on("request", lambda request: sent.append(request.post_data_buffer or b""))
    choose(page, PHOTOS[kind]())
    press(page)
    added(page)
    # The number is still there, and another photo can follow.
    assert RECEIPT.search(page.content())[1] == number  # type: ignore[index]
    ready(page)
    (message,) = messages_of(site, newest(site, before))
    assert (message["file"]["type"], message["file"]["cleaned"], message["text"]) == ("jpg", "phone", "")
    made = file_of(site, message["file"])
    with Image.open(io.BytesIO(made)) as held:
        assert (held.format, held.size) == ("JPEG", (64, 48))
        assert not held.getexif()
        assert "icc_profile" not in held.info or MARKER.encode() not in held.info["icc_profile"]
        red, blue = held.convert("RGB").getpixel((5, 5)), held.convert("RGB").getpixel((60, 5))
        assert red[0] > 200
        assert blue[2] > 200
    assert MARKER.encode() not in made
    wire = b"".join(sent)
    assert MARKER.encode() not in wire
    assert number.replace(" ", "").encode() not in wire
    assert b"Photoshop" not in wire
    assert not left_behind(site.folder, MARKER)


def test_check_33_the_right_way_up_and_no_larger_than_needed(page: Page, site: Demo) -> None:
    before = sealed_on_phones(site)
    reported(page)
    held = Image.new("RGB", (3_000, 2_000), "red")
    held.paste("blue", (1_500, 0, 3_000, 2_000))
    choose(page, saved(held, "JPEG", exif=exif(6)))
    press(page)
    added(page)
    (message,) = messages_of(site, newest(site, before))
    with Image.open(io.BytesIO(file_of(site, message["file"]))) as made:
        assert made.size == (1_280, 1_920)
        assert made.getpixel((600, 100))[0] > 200
        assert made.getpixel((600, 1_800))[2] > 200


def test_check_30_a_lost_connection_is_taken_up_where_it_broke(context: BrowserContext, site: Demo) -> None:
    before, page = sealed_on_phones(site), context.new_page()
    reported(page)
    offline, chunks = [True], []

    def lose(route: Route) -> None:
        """From the third chunk on nothing arrives, until the phone is back."""
        body = route.request.post_data_buffer or b""
        if b'name="index"' in body:
            index = int(body.partition(b'name="index"\r\n\r\n')[2].partition(b"\r\n")[0])
            chunks.append((index, not offline[0] or index < 2))
            if offline[0] and index >= 2:
                return route.abort()
        return route.continue_()

    page.route("**/layanan/", lose)
    choose(page, noise((900, 700)))
    press(page)
    page.locator(".err", has_text="Sambungan terputus").wait_for()
    assert [index for index, arrived in chunks if arrived] == [0, 1]
    assert len(chunks) > 3
    tried = len(chunks)
    offline[0] = False
    press(page)
    added(page)
    again = [index for index, _arrived in chunks[tried:]]
    assert again == list(range(2, 2 + len(again)))
    (message,) = messages_of(site, newest(site, before))
    assert message["file"]["chunks"] == 2 + len(again)
    assert Image.open(io.BytesIO(file_of(site, message["file"]))).size == (900, 700)


def test_check_30_a_lost_answer_to_the_last_word_is_no_second_file(context: BrowserContext, site: Demo) -> None:
    before, page = sealed_on_phones(site), context.new_page()
    reported(page)
    lost: list[int] = []

    def lose(route: Route) -> None:
        if "step=more" in (route.request.post_data or "") and not lost:
            lost.append(route.fetch().status)
            return route.abort()
        return route.continue_()

    page.route("**/layanan/", lose)
    choose(page, PHOTOS["JPEG"]())
    press(page)
    added(page)
    assert lost == [200]
    assert len(messages_of(site, newest(site, before))) == 1


def test_under_the_number_text_and_photo_are_sealed_on_the_phone_together(page: Page, site: Demo) -> None:
    before = sealed_on_phones(site)
    number = reported(page)
    asked(page, number)
    bodies: list[bytes] = []
    page.on("request", lambda request: bodies.append(request.post_data_buffer or b""))
    press(page)
    page.locator(".err", has_text="atau pilih foto").wait_for()
    assert bodies == []
    page.fill("#text", "Ini kontrak yang mereka beri.")
    choose(page, PHOTOS["PNG"]())
    press(page)
    added(page)
    page.goto("/layanan/")
    page.fill("#receipt", number)
    page.locator("form[data-sealing=ready]").wait_for()
    page.click("main form:has(#receipt) button")
    ready(page)
    page.fill("#text", "Hanya tulisan.")
    press(page)
    added(page)
    assert b"kontrak" not in b"".join(bodies)
    assert b"tulisan" not in b"".join(bodies)
    told = {message["text"]: message.get("file", {}).get("type") for message in messages_of(site, newest(site, before))}
    assert told == {"Ini kontrak yang mereka beri.": "jpg", "Hanya tulisan.": None}


PDF = b"%PDF-1.4\n1 0 obj << /Author (" + MARKER.encode() + b") >> endobj"
AS_IT_IS = {"pdf": PDF, "mp4": b"\0\0\0\x18ftypmp42" + MARKER.encode(), "ogg": b"OggS" + MARKER.encode()}


@pytest.mark.parametrize("kind", AS_IT_IS)
def test_what_the_phone_cannot_clean_is_sent_as_it_is_only_when_its_owner_says_so(
    page: Page, site: Demo, kind: str
) -> None:
    before = sealed_on_phones(site)
    reported(page)
    bodies: list[bytes] = []
    page.on("request", lambda request: bodies.append(request.post_data_buffer or b""))
    choose(page, AS_IT_IS[kind], "x", "application/octet-stream")
    press(page)
    button = page.get_by_role("button", name="Kirim apa adanya, terkunci")
    button.wait_for()
    assert "mungkin tersembunyi" in page.inner_text("form[data-more]")
    assert bodies == []
    button.click()
    added(page)
    (message,) = messages_of(site, newest(site, before))
    assert (message["file"]["type"], message["file"]["cleaned"]) == (kind, "no")
    assert file_of(site, message["file"]) == AS_IT_IS[kind]
    assert MARKER.encode() not in b"".join(bodies)


def test_a_photo_that_the_browser_cannot_read_may_be_cleaned_by_the_server(page: Page, site: Demo) -> None:
    before = sealed_on_phones(site)
    number = reported(page)
    choose(page, heic(), "x.heic", "image/heic")
    press(page)
    page.get_by_role("button", name="Bersihkan di server kami").click()
    added(page)
    assert "Terkunci di server kami" in page.inner_text("main")
    assert RECEIPT.search(page.content())[1] == number  # type: ignore[index]
    (message,) = messages_of(site, newest(site, before))
    assert (message["file"]["type"], message["file"]["cleaned"]) == ("jpg", "server")
    assert MARKER.encode() not in file_of(site, message["file"])
    assert not left_behind(site.folder, MARKER)


def test_what_was_typed_stays_when_the_server_has_no_place_for_the_file(context: BrowserContext) -> None:
    """The notice that comes instead has no form: it is said above this one."""
    page = context.new_page()
    asked(page, reported(page))
    with translation.override("id"):
        notice = pages.busy(RequestFactory().get("/layanan/")).content.decode()
    page.route("**/layanan/", lambda route: route.fulfill(status=503, content_type="text/html", body=notice))
    choose(page, heic(), "x.heic", "image/heic")
    page.fill("#text", "Besok kami dipindahkan.")
    press(page)
    page.get_by_role("button", name="Bersihkan di server kami").click()
    page.get_by_role("alert").get_by_text("Coba lagi sebentar lagi").wait_for()
    assert page.input_value("#text") == "Besok kami dipindahkan."
    page.unroute("**/layanan/")
    press(page)
    page.get_by_role("button", name="Bersihkan di server kami").click()
    added(page)


REFUSED: dict[str, tuple[bytes, str]] = {
    "a letter": (b"PK\x03\x04word/document.xml", "Jenis berkas ini tidak bisa kami terima"),
    "a page": (b"<html><script>1</script></html>", "Jenis berkas ini tidak bisa kami terima"),
    "a drawing with a script": (
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
        "Jenis berkas ini tidak bisa kami terima",
    ),
    "a long film": (b"\0\0\0\x18ftypmp42" + b"\0" * attachment.MAX_FILE, "paling besar 10 MB"),
    "nothing": (b"", "Jenis berkas ini tidak bisa kami terima"),
}


@pytest.mark.parametrize("way", REFUSED)
def test_check_38_what_is_refused_is_said_on_the_phone_and_nothing_leaves_it(page: Page, way: str) -> None:
    content, sentence = REFUSED[way]
    bodies: list[bytes] = []
    page.on("request", lambda request: bodies.append(request.post_data_buffer or b""))
    choose(page, content, "foto.jpg")
    press(page)
    page.locator(".err", has_text=sentence).wait_for()
    assert bodies == []
    assert page.locator("main .tel").count() == 1
    # And the next try works.
    choose(page, PHOTOS["JPEG"]())
    press(page)
    added(page)


def test_a_browser_that_gives_back_noise_sends_no_noise(context: BrowserContext, site: Demo) -> None:
    """Where canvases are made unreadable a redrawn photo would be one nobody can see: then its owner chooses."""
    page = context.new_page()
    page.add_init_script(
        """const real = CanvasRenderingContext2D.prototype.getImageData;
           CanvasRenderingContext2D.prototype.getImageData = function (...held) {
             const found = real.apply(this, held);
             found.data.forEach((_, place) => { found.data[place] = Math.random() * 256 });
             return found
           }"""
    )
    before = sealed_on_phones(site)
    reported(page)
    choose(page, PHOTOS["PNG"]())
    press(page)
    page.get_by_role("button", name="Bersihkan di server kami").wait_for()
    assert page.get_by_role("button", name="Kirim apa adanya, terkunci").count() == 0
    choose(page, PHOTOS["JPEG"]())
    assert page.get_by_role("button", name="Bersihkan di server kami").is_hidden()
    press(page)
    page.get_by_role("button", name="Kirim apa adanya, terkunci").wait_for()
    page.get_by_role("button", name="Bersihkan di server kami").click()
    added(page)
    (message,) = messages_of(site, newest(site, before))
    assert message["file"]["cleaned"] == "server"
    assert Image.open(io.BytesIO(file_of(site, message["file"]))).getpixel((5, 5))[0] > 200


def test_half_a_photo_is_told_by_the_server_that_was_to_clean_it(page: Page) -> None:
    choose(page, PHOTOS["JPEG"]()[:400])
    press(page)
    page.get_by_role("button", name="Bersihkan di server kami").click()
    page.locator(".err", has_text="mungkin tidak sampai utuh").wait_for()
    assert RECEIPT.search(page.content())
    ready(page)
    choose(page, PHOTOS["JPEG"]())
    press(page)
    added(page)


def test_without_javascript_a_photo_is_cleaned_by_the_server(chromium: Browser, server: Server, site: Demo) -> None:
    context = chromium.new_context(
        base_url=server.url, java_script_enabled=False, viewport={"width": 360, "height": 640}
    )
    page = context.new_page()
    details(page)
    number = press_send(page)
    choose(page, PHOTOS["JPEG"]())
    press(page)
    added(page)
    assert "Terkunci di server kami" in page.inner_text("main")
    assert RECEIPT.search(page.content())[1] == number  # type: ignore[index]
    choose(page, b"PK\x03\x04")
    press(page)
    page.locator(".err", has_text="Jenis berkas ini").wait_for()
    assert RECEIPT.search(page.content())[1] == number  # type: ignore[index]
    assert not left_behind(site.folder, MARKER)
    context.close()


def test_the_policy_is_broken_by_nothing_and_nothing_stays_in_the_browser(page: Page) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    choose(page, PHOTOS["JPEG"]())
    press(page)
    added(page)
    assert said == []
    assert page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])") == "[{},{}]"
    assert page.evaluate("indexedDB.databases().then(held => held.length)") == 0
    assert page.context.cookies() == []


def pages_with_a_form(page: Page) -> dict[str, Callable[[], None]]:
    """Stored, refused, a choice, added, and under the number."""
    number = RECEIPT.search(page.content())[1]  # type: ignore[index]

    def refused() -> None:
        choose(page, b"PK\x03\x04")
        press(page)
        page.locator(".err").wait_for()

    def choice() -> None:
        choose(page, heic(), "x.heic", "image/heic")
        press(page)
        page.get_by_role("button", name="Kirim apa adanya").wait_for()

    def done() -> None:
        choose(page, PHOTOS["JPEG"]())
        press(page)
        added(page)

    def under() -> None:
        page.goto("/layanan/")
        page.fill("#receipt", number)
        page.locator("form[data-sealing=ready]").wait_for()
        page.click("main form:has(#receipt) button")
        ready(page)

    return {"stored": lambda: None, "refused": refused, "choice": choice, "added": done, "status": under}


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_runs_over_the_edge_and_axe_finds_nothing(context: BrowserContext, tmp_path: Path, width: int) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 800})
    reported(page)
    for name, step in pages_with_a_form(page).items():
        step()
        page.screenshot(path=tmp_path / f"{name}-{width}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name
        assert findings(page) == [], name


def test_the_script_that_seals_files_is_within_its_budget() -> None:
    assert len(frame.sealer().forms["gzip"]) <= 26_000
    assert frame.sealer().forms["br"]
