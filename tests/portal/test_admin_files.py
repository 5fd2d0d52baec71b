"""Pictures and files in the CMS: described, licensed, consented to, and never behind a password."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from wagtail.models import Collection, CollectionViewRestriction

from content.core.models import PortalDocument, PortalImage
from tests.portal.admin_forms import errors_of
from tests.staff import SignedIn

pytestmark = pytest.mark.django_db(databases=["default", "reports"])
WORDS = {"title": "Kotak", "source_note": "Kami", "licence": "karya sendiri", "consent": "none"}


@pytest.fixture(autouse=True)
def media(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def _picture() -> SimpleUploadedFile:
    data = io.BytesIO()
    Image.new("RGB", (60, 40), "navy").save(data, "PNG")
    return SimpleUploadedFile("kotak.png", data.getvalue(), "image/png")


def _file(name: str = "kartu.pdf", data: bytes = b"%PDF-1.4\n%%EOF") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "application/pdf")


@pytest.mark.parametrize("missing", ["description", "source_note", "licence", "consent"])
def test_a_picture_without_its_words_is_refused(signed_in: SignedIn, missing: str) -> None:
    words = {**WORDS, "description": "Kotak biru", "file": _picture(), missing: ""}
    answer = signed_in("editor").post("/akun/cms/images/add/", words)
    assert answer.status_code == 200
    assert not PortalImage.objects.exists()


def test_blanks_are_no_description(signed_in: SignedIn) -> None:
    signed_in("editor").post("/akun/cms/images/add/", {**WORDS, "description": "   ", "file": _picture()})
    assert not PortalImage.objects.exists()


def test_a_picture_with_its_words_is_kept_and_found(signed_in: SignedIn) -> None:
    client = signed_in("editor")
    answer = client.post("/akun/cms/images/add/", {**WORDS, "description": "Kotak biru", "file": _picture()})
    assert answer.status_code == 302, errors_of(answer)
    assert PortalImage.objects.get().default_alt_text == "Kotak biru"
    assert "Kotak" in client.get("/akun/cms/images/?q=kotak").content.decode()


def test_a_picture_that_runs_is_refused(signed_in: SignedIn) -> None:
    drawing = SimpleUploadedFile(
        "x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "image/svg+xml"
    )
    signed_in("editor").post("/akun/cms/images/add/", {**WORDS, "description": "Kotak", "file": drawing})
    assert not PortalImage.objects.exists()


def _png(width: int, height: int) -> SimpleUploadedFile:
    """A picture of a few bytes that says it is that large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\x00")) + chunk(b"IEND", b"")
    return SimpleUploadedFile("x.png", data, "image/png")


@pytest.mark.parametrize(
    ("size", "says"),
    [((20_000, 20_000), "50 megapiksel"), ((0, 0), ""), ((0, 5), "")],
)
def test_a_picture_that_cannot_be_opened_is_refused_in_words(
    signed_in: SignedIn, size: tuple[int, int], says: str
) -> None:
    words = {**WORDS, "description": "Kotak", "file": _png(*size)}
    answer = signed_in("editor").post("/akun/cms/images/add/", words)
    assert answer.status_code == 200
    assert says in errors_of(answer), errors_of(answer)
    assert errors_of(answer)
    assert not PortalImage.objects.exists()


def test_a_file_is_served_inert(signed_in: SignedIn) -> None:
    answer = signed_in("editor").post("/akun/cms/documents/add/", {**WORDS, "file": _file()})
    assert answer.status_code == 302, errors_of(answer)
    document = PortalDocument.objects.get()
    assert document.url.startswith("/dokumen/")
    served = Client().get(document.url)
    assert served.status_code == 200
    assert "default-src 'none'" in served["Content-Security-Policy"]
    assert served["X-Content-Type-Options"] == "nosniff"
    assert not served.cookies
    assert "Cookie" not in served.get("Vary", "")


def test_a_page_as_a_file_is_refused(signed_in: SignedIn) -> None:
    signed_in("editor").post("/akun/cms/documents/add/", {**WORDS, "file": _file("x.html", b"<script>1</script>")})
    assert not PortalDocument.objects.exists()


def test_nobody_makes_a_collection_private(signed_in: SignedIn) -> None:
    client = signed_in("admin", is_superuser=True)
    collection = Collection.get_first_root_node().add_child(name="Rahasia")
    address = f"/akun/cms/collections/{collection.pk}/privacy/"
    assert client.get(address).status_code == 404
    assert client.post(address, {"restriction_type": "login"}).status_code == 404
    assert not CollectionViewRestriction.objects.exists()
    assert address not in client.get(f"/akun/cms/collections/{collection.pk}/").content.decode()


@pytest.mark.parametrize("kind", ["login", "password", "groups"])
def test_a_file_made_private_past_the_cms_is_not_there(kind: str, db: None) -> None:
    collection = Collection.get_first_root_node().add_child(name="Rahasia")
    document = PortalDocument.objects.create(file=_file(), collection=collection, **WORDS)
    CollectionViewRestriction.objects.create(collection=collection, restriction_type=kind, password="x")
    answer = Client().get(document.url)
    assert answer.status_code == 404
    assert not answer.cookies


def test_no_other_address_of_the_library_is_public(db: None) -> None:
    assert Client().get("/dokumen/authenticate_with_password/1/").status_code == 404
    assert Client().post("/dokumen/authenticate_with_password/1/").status_code == 404


def test_a_whole_picture_of_too_many_pixels_is_refused_in_words(signed_in: SignedIn) -> None:
    file = io.BytesIO()
    Image.new("1", (8_000, 8_000)).save(file, "PNG")
    large = SimpleUploadedFile("x.png", file.getvalue(), "image/png")
    answer = signed_in("editor").post("/akun/cms/images/add/", {**WORDS, "description": "Kotak", "file": large})
    assert "50 megapiksel" in errors_of(answer)
    assert not PortalImage.objects.exists()
