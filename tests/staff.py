"""Staff for tests: the home pages that roles hold on, and a member for each role."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone
from wagtail.models import Locale, Page, Site

from accounts.models import User
from accounts.permissions import BY_CODE
from accounts.services import sync_roles
from content.core.models import HomePage
from content.registers import generation
from content.registers.models import Channel, Source

PASSWORD = "kata-sandi-panjang-sekali"
Members = Callable[..., User]
SignedIn = Callable[..., Client]


@pytest.fixture
def homes(db: None) -> dict[str, HomePage]:
    """The home pages of all languages, empty; the Indonesian one is the root of the default site."""
    root = Page.get_first_root_node()
    Locale.objects.get_or_create(language_code="id")
    made = {
        "id": root.add_child(
            instance=HomePage(title="Lentera", slug="beranda", locale=Locale.objects.get(language_code="id"))
        )
    }
    Site.objects.update_or_create(is_default_site=True, defaults={"hostname": "localhost", "root_page": made["id"]})
    Page.objects.filter(depth=2).exclude(pk=made["id"].pk).delete()
    for code in ("en", "jv"):
        locale, _created = Locale.objects.get_or_create(language_code=code)
        made[code] = made["id"].copy_for_translation(locale)
        made[code].save_revision().publish()
    return {code: HomePage.objects.get(pk=home.pk) for code, home in made.items()}


@pytest.fixture
def member(homes: dict[str, HomePage]) -> Members:
    """``member("editor")``: an active account with that role; roles as the code has them."""
    sync_roles()

    def make(*roles: str, **fields: object) -> User:
        email = f"{'-'.join(roles) or 'nobody'}{User.objects.count()}@lentera.example"
        user = User.objects.create_user(email, PASSWORD, first_name="Contoh", **fields)
        user.groups.set(Group.objects.filter(name__in=[BY_CODE[role].group for role in roles]))
        return user

    return make


@pytest.fixture
def sapa(db: None) -> Channel:
    """The help number 129, called yesterday."""
    today = timezone.localdate()
    channel = Channel.objects.create(
        slug="sapa-129",
        kind="phone",
        organisation={"id": "Kementerian", "en": "Ministry"},
        name={"id": "SAPA", "en": "SAPA"},
        value="129",
        purpose={"id": "Kekerasan", "en": "Help after violence"},
        emergency=True,
        verified_on=today - dt.timedelta(days=1),
        verify_by=today + dt.timedelta(days=60),
        check_kind=Channel.CheckKind.CALLED,
        steward="Kementerian",
    )
    channel.sources.add(Source.objects.create(code="sumber", kind="official", title="Situs resmi", confidence="H"))
    generation.replace()
    return channel


@pytest.fixture
def signed_in(member: Members) -> SignedIn:
    """``signed_in("editor")``: a client with that member's session."""

    def make(*roles: str, **fields: object) -> Client:
        made = Client()
        made.force_login(member(*roles, **fields))
        return made

    return make
