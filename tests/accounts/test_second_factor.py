"""The second step at sign-in: an app with codes, and codes on paper (DECISIONS 49)."""

from __future__ import annotations

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.cache import cache
from django.test import Client

from tests.staff import PASSWORD, Members
from tests.staff import homes as homes
from tests.staff import member as member


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.fixture(autouse=True)
def fresh_cache() -> None:
    """A code that was used once is remembered."""
    cache.clear()


def signed_in(client: Client) -> bool:
    return client.get("/akun/").status_code == 200


def test_the_password_alone_opens_nothing(member: Members) -> None:
    user = member("case_worker")
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    client = Client()
    answer = client.post("/akun/login/", {"login": user.email, "password": PASSWORD})
    assert answer["Location"].startswith("/akun/kode/masuk/")
    assert not signed_in(client)
    page = client.get("/akun/kode/masuk/").content.decode()
    assert "Langkah kedua" in page
    wrong = client.post("/akun/kode/masuk/", {"code": f"{(int(code_of(secret)) + 1) % 10**6:06d}"})
    assert wrong.status_code == 200
    assert not signed_in(client)
    client.post("/akun/kode/masuk/", {"code": code_of(secret)})
    assert signed_in(client)


def test_setting_up_asks_for_the_password_again_and_gives_codes_for_paper(member: Members) -> None:
    user = member("case_worker")
    client = Client()
    client.force_login(user)
    asked = client.get("/akun/kode/pasang/")
    assert asked["Location"].startswith("/akun/reauthenticate/")
    assert "Benar ini Anda?" in client.get(asked["Location"]).content.decode()
    client.post(asked["Location"], {"password": PASSWORD})
    page = client.get("/akun/kode/pasang/").content.decode()
    secret = re.search(r"Huruf: <b>(\w+)</b>", page)
    assert secret
    assert "data:image/svg+xml" in page
    done = client.post("/akun/kode/pasang/", {"code": code_of(secret[1])})
    assert done["Location"] == "/akun/kode/cadangan/"
    page = client.get("/akun/kode/cadangan/").content.decode()
    codes = re.findall(r"<li><b>(\w+)</b></li>", page)
    assert len(codes) == 10
    rows = "".join(str(row.data) for row in Authenticator.objects.filter(user=user))
    assert not any(code in rows for code in (*codes, secret[1]))
    # A code on paper opens the second step once.
    other = Client()
    for time_ in range(2):
        other.post("/akun/login/", {"login": user.email, "password": PASSWORD})
        other.post("/akun/kode/masuk/", {"code": codes[0]})
        assert signed_in(other) is (time_ == 0)
        other = Client()


def test_whoever_has_none_signs_in_as_before(member: Members) -> None:
    user = member("editor")
    client = Client()
    answer = client.post("/akun/login/", {"login": user.email, "password": PASSWORD})
    assert answer["Location"] == "/akun/"
    page = client.get("/akun/kode/").content.decode()
    assert "Pasang aplikasi kode" in page


def test_the_pages_of_the_second_step_set_no_cookie_elsewhere(member: Members) -> None:
    user = member("case_worker")
    TOTP.activate(user, generate_totp_secret())
    client = Client()
    client.post("/akun/login/", {"login": user.email, "password": PASSWORD})
    client.get("/akun/kode/masuk/")
    assert {cookie["path"] for cookie in client.cookies.values()} == {"/akun/"}
