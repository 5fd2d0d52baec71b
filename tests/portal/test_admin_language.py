"""The CMS speaks Indonesian wherever the words are ours; test_packages_locale looks after those of the packages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polib
import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst
from django.utils.translation import override
from wagtail.admin.viewsets import viewsets

from accounts.services import invite
from content.core.models import HomePage
from content.registers.models import Channel
from portal.checks import page_models
from tests.staff import SignedIn

pytestmark = pytest.mark.django_db(databases=["default", "reports"])
ROOMS = ("accounts", "core", "education", "guides", "jobs", "registers", "reports", "schools")


def _english() -> set[str]:
    """Our messages that say something else in Indonesian."""
    catalogue = polib.pofile(str(Path(settings.LOCALE_PATHS[0]) / "id" / "LC_MESSAGES" / "django.po"))
    ours = {entry.msgid for entry in catalogue if entry.msgstr and entry.msgstr != entry.msgid}
    # A language stands by its own name in the list of languages, whatever else that name is a translation of.
    return (ours | {capfirst(message) for message in ours}) - {name for _code, name in settings.LANGUAGES}


def _strings(value: Any) -> Iterator[str]:
    """Texts in embedded data. A lower-case word is a name for the machine: labels begin with a capital there."""
    if isinstance(value, str):
        if " " in value or value != value.lower():
            yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def words_of(html: str) -> set[str]:
    """Every text a person or a script shows: text nodes, labels in attributes, strings of embedded data."""
    page = BeautifulSoup(html, "html.parser")
    found: set[str] = set()
    for script in page.select('script[type="application/json"]'):
        found.update(_strings(json.loads(script.text)))
    for held in page.select("[data-value],[data-block]"):
        for name in ("data-value", "data-block"):
            if str(held.get(name, "")).startswith(("{", "[")):
                found.update(_strings(json.loads(str(held[name]))))
    for ignored in page.select("script, style, code"):
        ignored.extract()
    found.update(str(text) for text in page.find_all(string=True))
    for name in ("aria-label", "placeholder", "title", "alt", "data-label"):
        found.update(str(held[name]) for held in page.select(f"[{name}]"))
    return {" ".join(text.split()) for text in found}


@pytest.fixture
def client(signed_in: SignedIn) -> Client:
    return signed_in("admin", "job_officer", "editor")


def _opened(client: Client, address: str) -> set[str]:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code, answer.get("Location"))
    return words_of(answer.content.decode())


def test_the_search_for_english_finds_it() -> None:
    html = """<p> Check again
      by </p><input placeholder="Summary"><script type="application/json">{"a": ["Channel"]}</script><code>Fact</code>"""
    assert words_of(html) >= {"Check again by", "Summary", "Channel"}
    assert "Fact" not in words_of(html)


def test_the_catalogue_is_there_to_compare_with() -> None:
    assert {"Check again by", "Insert a code", "Reference lists"} <= _english()


@pytest.mark.parametrize("model", page_models(), ids=lambda model: model.__name__)
def test_the_form_of_every_page(client: Client, homes: dict[str, HomePage], model: Any) -> None:
    if model is HomePage:
        address = f"/akun/cms/pages/{homes['id'].pk}/edit/"
    else:
        (kind,) = model.allowed_parent_page_models()
        parent = homes["id"] if kind is HomePage else kind(title="Induk", slug="induk", locale=homes["id"].locale)
        if kind is not HomePage:
            above = homes["id"]
            for between in reversed(_between(kind)):
                above = above.add_child(instance=between(title="Antara", slug="antara", locale=above.locale))
            above.add_child(instance=parent)
        address = f"/akun/cms/pages/add/{model._meta.app_label}/{model._meta.model_name}/{parent.pk}/"
    assert _opened(client, address) & _english() == set()


def _between(kind: Any) -> list[Any]:
    """The kinds between the home page and ``kind``, from below."""
    found = []
    (above,) = kind.allowed_parent_page_models()
    while above is not HomePage:
        found.append(above)
        (above,) = above.allowed_parent_page_models()
    return found


def test_every_list_and_form_of_our_rooms(client: Client, sapa: Channel) -> None:
    client.get("/akun/cms/")
    ours = [viewset for viewset in viewsets.viewsets if getattr(viewset, "app_label", "") in ROOMS]
    assert len(ours) > 14
    english, wrong = _english(), {}
    for viewset in ours:
        for view in ("index", "add"):
            try:
                address = reverse(viewset.get_url_name(view))
            except NoReverseMatch:
                continue
            answer = client.get(address)
            if answer.status_code == 200:
                wrong[address] = words_of(answer.content.decode()) & english
    assert len(wrong) > 20
    assert {address: words for address, words in wrong.items() if words} == {}


def test_what_a_process_keeps_is_in_no_language() -> None:
    """Views are made when a process is first asked for an address: their words must not be those of that reader."""
    reverse("wagtailadmin_home")  # loads the hooks that register the viewsets
    ours = [viewset for viewset in viewsets.viewsets if getattr(viewset, "app_label", "") in ROOMS]
    with override("en"):
        views = [(pattern.name, pattern.callback) for viewset in ours for pattern in viewset.get_urlpatterns()]
    kept = [(name, view.view_initkwargs) for name, view in views if hasattr(view, "view_initkwargs")]
    assert len(kept) > 100
    english = _english()
    wrong = [(kwargs.get("model"), name, words) for name, kwargs in kept if (words := set(_strings(kwargs)) & english)]
    assert wrong == []


def test_the_rest_of_what_we_added(client: Client, sapa: Channel) -> None:
    account = invite("baru@lentera.example", "editor")
    addresses = [
        "/akun/cms/",
        "/akun/cms/tokens/",
        "/akun/cms/account/",
        "/akun/cms/images/add/",
        "/akun/cms/documents/add/",
        f"/akun/cms/users/invite/{account.pk}/",
        f"/akun/cms/users/edit/{account.pk}/",
        f"/akun/cms/registers/channel/edit/{sapa.pk}/",
        f"/akun/cms/registers/channel/check/{sapa.pk}/",
        f"/akun/cms/registers/channel/inspect/{sapa.pk}/",
        f"/akun/cms/registers/channel/history/{sapa.pk}/",
        "/akun/password/change/",
        "/akun/logout/",
    ]
    english = _english()
    wrong = {address: _opened(client, address) & english for address in addresses}
    assert {address: words for address, words in wrong.items() if words} == {}


def test_the_pages_of_the_door(homes: dict[str, HomePage]) -> None:
    addresses = ["login/", "password/reset/", "password/reset/done/", "password/reset/key/done/", "inactive/"]
    english = _english()
    wrong = {path: _opened(Client(), f"/akun/{path}") & english for path in [*addresses, "password/reset/key/1-x/"]}
    assert {address: words for address, words in wrong.items() if words} == {}


def test_the_admin_is_indonesian_also_in_wagtails_words(client: Client) -> None:
    page = client.get("/akun/cms/pages/").content.decode()
    assert '<html lang="id' in page
    assert "Halaman" in page
