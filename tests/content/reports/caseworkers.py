"""The desk for tests: signed-in case workers and the unit whose key they hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth import get_user_model
from django.db import connections
from django.http import HttpResponse
from django.test import Client

from content.reports.vault import audit, retention, staff
from tests.content.reports.reporting import Team, text_of

Users = Callable[..., Client]


@pytest.fixture
def sign_in(db: None) -> Users:
    """A client of a fresh account: with a second factor, unless it is said otherwise."""

    def make(email: str, second_factor: bool = True, **more: object) -> Client:
        user = get_user_model().objects.create_user(email, "x", **more)
        if second_factor:
            TOTP.activate(user, generate_totp_secret())
        client = Client()
        client.force_login(user)
        client.user = user  # type: ignore[attr-defined]
        return client

    return make


@pytest.fixture
def team(closed_vault: Path) -> Team:
    return Team(staff.make_unit("provinsi", "Provinsi", "35"), [])


@pytest.fixture
def ana(team: Team, sign_in: Users) -> Client:
    """A holder, signed in; the second one is Budi."""
    clients = [sign_in(f"{name}@example.org") for name in ("ana", "budi")]
    for client in clients:
        team.seat(client.user.pk)  # type: ignore[attr-defined]
    team.found()
    return clients[0]


@pytest.fixture
def budi(ana: Client, team: Team) -> Client:
    client = Client()
    client.user = get_user_model().objects.get(pk=team.people[1].user)  # type: ignore[attr-defined]
    client.force_login(client.user)  # type: ignore[attr-defined]
    return client


@pytest.fixture
def protected(db: None) -> None:
    """The audit chain as migrations leave it: tests make their tables without them."""
    connection = connections["reports"]
    with connection.cursor() as cursor:
        audit.protect(cursor, connection.vendor)


@pytest.fixture
def erased(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How often the file was written anew; not really, because a test is one transaction."""
    seen: list[str] = []

    def erase() -> bool:
        seen.append("erased")
        return True

    monkeypatch.setattr(retention, "erase", erase)
    return seen


def question(answer: HttpResponse) -> dict[str, object]:
    """What a press on “Yes, set it” sends."""
    (form,) = re.findall(r'<form method="post" action="[^"]*pilah/".*?</form>', text_of(answer), re.DOTALL)
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
    reports = [value for name, value in fields if name == "report"]
    return {name: value for name, value in fields if name != "csrfmiddlewaretoken"} | {"report": reports}
