"""Whatever is sent to the report path: our own page in its language, never a failure (must-show 8)."""

from __future__ import annotations

import itertools

import pytest
from django.test import Client

from content.reports.vault.forms import AddForm, DetailsForm
from tests.content.reports.reporting import Reporter, text_of

pytestmark = pytest.mark.django_db(databases=["reports"])

NASTY = [
    "",
    " ",
    "\x00",
    "a\x00b",
    "😱" * 3000,
    "\u202e\u2066terbalik\u2069",
    "\ufeff\u200b",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}{% load x %}",
    "${jndi:ldap://x}",
    "' OR 1=1 --",
    "../../etc/passwd",
    "=HYPERLINK(1)",
    "%s%n%(x)s",
    "\ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
    "x" * 100_000,
    "٣" * 20,
    "-1",
    "1e999",
    "null",
    "[]",
]
FIELDS = sorted(
    {"step", "place", "l", "token", "access", "confirm", "receipt", *DetailsForm.base_fields, *AddForm.base_fields}
)
STEPS = ["place", "send", "status", "add"]
# What only the sealing script and the page of a report send.
SEALED_FIELDS = ["token", "work", "envelope", "lookup", "reporter", "reply", "sure", "access", "place"]
SEALED_STEPS = ["sealed", "look", "withdraw", "delete"]


def assert_ours(answer: object, language: str = "id") -> None:
    page = text_of(answer)  # type: ignore[arg-type]
    assert answer.status_code in {200, 400, 403, 404, 405, 409, 413}, answer.status_code  # type: ignore[attr-defined]
    assert f"<html lang={language}>" in page
    assert "tel:110" in page
    for value in ("<script>alert", "<img src=x"):
        assert value not in page


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("field", FIELDS)
def test_every_field_of_every_step_takes_anything(reporter: Reporter, step: str, field: str) -> None:
    whole = {
        **reporter.form(),
        "receipt": "1234 5678 9012 3456 7890",
        "about": "held",
        "story": "Sebuah cerita yang cukup panjang.",
        "text": "Tambahan.",
        "step": step,
    }
    for value in NASTY:
        assert_ours(reporter.post(**{**whole, field: value}))
    whole.pop(field, None)
    assert_ours(reporter.post(**whole))


@pytest.mark.parametrize("step", SEALED_STEPS)
@pytest.mark.parametrize("field", SEALED_FIELDS)
def test_what_a_script_sends_may_be_anything(reporter: Reporter, step: str, field: str) -> None:
    whole = {"step": step, "envelope": "AQAA", "lookup": "00" * 32, "reporter": "04" * 65, "reply": "1", "sure": "yes"}
    for value in NASTY:
        assert_ours(reporter.post(**{**whole, field: value}))


def test_whatever_place_a_script_names_it_gets_keys_or_none(reporter: Reporter) -> None:
    for value in NASTY:
        answer = reporter.post(step="sealing", place=value)
        assert answer.status_code == 200
        assert answer.json()["place"] == {}


@pytest.mark.parametrize("value", NASTY)
def test_every_query_string_is_taken(reporter: Reporter, value: str) -> None:
    for name in ("l", "hemat", "step", "q", value[:50]):
        assert_ours(reporter.client.get("/layanan/en/", {name: value[:4000]}, headers=reporter.headers), "en")


@pytest.mark.parametrize(
    "query", ["%", "%zz", "l=%ff%fe", "l=%00", "l&l&l", "=", "&" * 2000, "l[]=1", "l=" + "x" * 5000]
)
def test_malformed_query_strings_are_taken(reporter: Reporter, query: str) -> None:
    assert_ours(reporter.client.get(f"/layanan/?{query}", headers=reporter.headers))


@pytest.mark.parametrize("path", ["%00", "%ff", "😱", "x" * 5000, "en/%0d%0aSet-Cookie:x", "id/id/id", "-", "."])
def test_any_address_below_is_answered(reporter: Reporter, path: str) -> None:
    answer = reporter.client.get(f"/layanan/{path}", headers=reporter.headers)
    assert answer.status_code == 404
    assert "Set-Cookie" not in answer


BOUNDARY = "multipart/form-data; boundary=x"
PART = b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=", b"--"),
        ("multipart/form-data; boundary=" + "b" * 300, b"x"),
        (BOUNDARY, b""),
        (BOUNDARY, b"--x"),
        (BOUNDARY, b"--x\r\n\r\n--x--"),
        (BOUNDARY, b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--"),
        (BOUNDARY, b'--x\r\nContent-Disposition: form-data; name="step"\r\n\r\nsend'),
        (BOUNDARY, PART % (b"step", b"send") + b"--x--"),
        (BOUNDARY, PART % (b"story\x00", b"\xff\xfe") + b"--x--"),
        (BOUNDARY, b"".join(PART % (b"f%d" % n, b"") for n in range(5000)) + b"--x--"),
        (
            BOUNDARY,
            b'--x\r\nContent-Disposition: form-data; name="story"; filename="../x.html"\r\n'
            b"Content-Type: text/html\r\n\r\n<script>alert(1)</script>\r\n--x--",
        ),
        (
            BOUNDARY,
            b'--x\r\nContent-Disposition: form-data; name="step"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n--x--',
        ),
        (f"{BOUNDARY}; charset=rot13", PART % (b"step", b"send") + b"--x--"),
        (f"{BOUNDARY}; charset=undefined", PART % (b"step", b"send") + b"--x--"),
        ("application/x-www-form-urlencoded", b"step=send&" * 20_000),
        ("application/x-www-form-urlencoded", b"\xff\xfe\x00=\x00&step=%ff"),
        ("application/x-www-form-urlencoded; charset=utf-16", "step=send".encode("utf-16")),
        ("application/x-www-form-urlencoded; charset=nonsense", b"step=send"),
        ("application/json", b'{"step": "send"}'),
        ("text/plain", b"step=send"),
        ("", b"step=send"),
        ("\x00", b"step=send"),
    ],
)
def test_any_body_is_answered(reporter: Reporter, kind: str, body: bytes) -> None:
    answer = Client(raise_request_exception=False).generic(
        "POST", "/layanan/", body, content_type=kind, headers=reporter.headers
    )
    assert_ours(answer)


@pytest.mark.parametrize("length", ["", "x", "-5", "99999999999999999999", "1.5"])
def test_a_wrong_content_length_is_answered(reporter: Reporter, length: str) -> None:
    answer = reporter.client.post("/layanan/", {"step": "place"}, headers=reporter.headers, CONTENT_LENGTH=length)
    assert_ours(answer)


def test_a_file_is_passed_over_and_never_stored(reporter: Reporter) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    fields = {**reporter.form(), "about": "held", "story": "Sebuah cerita yang cukup panjang."}
    photo = SimpleUploadedFile("x.jpg", b"x" * 400_000, "image/jpeg")
    answer = reporter.client.post("/layanan/", {**fields, "photo": photo}, headers=reporter.headers)
    assert "role=img" in text_of(answer)


@pytest.mark.parametrize("megabytes", [1, 10])
def test_a_large_body_is_refused_with_our_page(reporter: Reporter, megabytes: int) -> None:
    answer = reporter.client.post(
        "/layanan/",
        b"x" * megabytes * 1_000_000,
        content_type="application/x-www-form-urlencoded",
        headers=reporter.headers,
    )
    assert answer.status_code == 413
    assert_ours(answer)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "CONNECT", "X" * 50])
def test_other_methods_are_refused(reporter: Reporter, method: str) -> None:
    answer = reporter.client.generic(method, "/layanan/", b"step=send", headers=reporter.headers)
    assert answer.status_code == 405
    assert_ours(answer)


def test_doubled_fields_give_one_answer(reporter: Reporter) -> None:
    body = "&".join(f"{a}={b}" for a, b in itertools.product(FIELDS, ("1", "2")))
    answer = reporter.client.post(
        "/layanan/", body, content_type="application/x-www-form-urlencoded", headers=reporter.headers
    )
    assert_ours(answer)
