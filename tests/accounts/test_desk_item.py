"""The item of the CMS that leads to the desk: by the role alone, and without a question to the vault."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.staff import SignedIn

# Only the main database: a question to the one of the reports fails these tests.
pytestmark = pytest.mark.django_db(databases=["default"])
ADDRESS = "/akun/laporan/"


def menu_of(client: Client) -> str:
    page = client.get(reverse("wagtailadmin_home"))
    assert page.status_code == 200
    return page.content.decode()


def test_who_works_on_cases_besides_is_led_to_the_desk(signed_in: SignedIn) -> None:
    page = menu_of(signed_in("editor", "case_worker"))
    assert ADDRESS in page
    assert "Laporan masuk" in page


@pytest.mark.parametrize("roles", [("editor",), ("admin",), ("job_officer",)])
def test_nobody_else_is(signed_in: SignedIn, roles: tuple[str, ...]) -> None:
    assert ADDRESS not in menu_of(signed_in(*roles))


def test_a_superuser_without_the_role_is_not(signed_in: SignedIn) -> None:
    assert ADDRESS not in menu_of(signed_in(is_superuser=True))
