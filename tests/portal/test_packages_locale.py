"""What the packages leave in English, editors read in Indonesian: portal/locale_packages is whole, sound and holds nothing idle.

After an upgrade of a package these tests name what is new, what is gone and what the package now says itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import django
import polib
import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.conf import settings
from django.test import Client
from wagtail.users.models import UserProfile

from content.core.models import HomePage, StandardPage
from tests.portal.admin_forms import page_form
from tests.staff import SignedIn

OURS, PACKAGES = (Path(path) for path in settings.LOCALE_PATHS)
DOMAINS = ("django", "djangojs")
SPOKEN = ("wagtail", "taggit")  # the packages, by the beginning of their names, that editors meet
# Reviewed: strings of those packages that stay English, because nobody meets them. None so far.
ENGLISH: frozenset[str] = frozenset()
MARKS = re.compile(r"%\([^)]*\)[a-z]|%[a-z%]|\{[^}]*\}|</?[a-zA-Z][^>]*>|\n")
INSTEAD = re.compile(r"instead of “(.*)”", re.DOTALL)

Key = tuple[str, str]


def _entries(path: Path) -> Iterator[polib.POEntry]:
    if path.exists():
        yield from (entry for entry in polib.pofile(str(path)) if not entry.obsolete)


def _key(entry: polib.POEntry) -> Key:
    return entry.msgctxt or "", entry.msgid


def _text(entry: polib.POEntry) -> str:
    return entry.msgstr_plural[0] if entry.msgid_plural else entry.msgstr


def _held(domain: str) -> list[polib.POEntry]:
    found = list(_entries(PACKAGES / "id" / "LC_MESSAGES" / f"{domain}.po"))
    assert len(found) > 50
    return found


@lru_cache
def _said(domain: str) -> dict[Key, set[str]]:
    """What the packages say in English: the plurals of each message ("" for none)."""
    found: dict[Key, set[str]] = {}
    for config in apps.get_app_configs():
        for entry in _entries(Path(config.path) / "locale" / "en" / "LC_MESSAGES" / f"{domain}.po"):
            if config.name.startswith(SPOKEN):
                found.setdefault(_key(entry), set()).add(entry.msgid_plural)
    return found


@lru_cache
def _indonesian(domain: str) -> dict[Key, set[str]]:
    """What the packages, and Django, say in Indonesian themselves."""
    found: dict[Key, set[str]] = {}
    for folder in [Path(django.__file__).parent / "conf", *(Path(config.path) for config in apps.get_app_configs())]:
        for language in ("id_ID", "id"):
            for entry in _entries(folder / "locale" / language / "LC_MESSAGES" / f"{domain}.po"):
                if entry.translated():
                    found.setdefault(_key(entry), set()).add(" ".join(_text(entry).split()))
    return found


@pytest.mark.parametrize("domain", DOMAINS)
def test_nothing_of_the_packages_is_missing(domain: str) -> None:
    ours = {_key(entry) for entry in _entries(OURS / "id" / "LC_MESSAGES" / f"{domain}.po")}
    held = {_key(entry) for entry in _held(domain)}
    missing = set(_said(domain)) - set(_indonesian(domain)) - held - ours
    assert sorted(message for _context, message in missing if message not in ENGLISH) == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_no_translation_is_empty_or_in_doubt(domain: str) -> None:
    held = _held(domain)
    assert [entry.msgid for entry in held if not _text(entry).strip() or entry.fuzzy] == []
    assert len({_key(entry) for entry in held}) == len(held)


@pytest.mark.parametrize("domain", DOMAINS)
def test_placeholders_and_tags_are_those_of_the_message(domain: str) -> None:
    wrong = {}
    for entry in _held(domain):
        # One form stands for all counts, so it carries what the plural carries.
        message, text = entry.msgid_plural or entry.msgid, _text(entry)
        spaces = [len(each) - len(each.lstrip()) for each in (message, text, message[::-1], text[::-1])]
        if sorted(MARKS.findall(message)) != sorted(MARKS.findall(text)) or spaces[0::2] != spaces[1::2]:
            wrong[message] = text
    assert wrong == {}


@pytest.mark.parametrize("domain", DOMAINS)
def test_no_entry_is_idle(domain: str) -> None:
    ours = {_key(entry) for entry in _entries(OURS / "id" / "LC_MESSAGES" / f"{domain}.po")}
    said, indonesian = _said(domain), _indonesian(domain)
    idle = {}
    for entry in _held(domain):
        key, instead = _key(entry), INSTEAD.fullmatch(" ".join(entry.tcomment.split()))
        if entry.msgid_plural not in said.get(key, set()):
            idle[entry.msgid] = "no package says it"
        elif key in ours:
            idle[entry.msgid] = "our own catalogue says it"
        elif bool(instead) != (key in indonesian):
            idle[entry.msgid] = "instead of what?" if instead else f"a package says it: {indonesian[key]}"
        elif instead and (instead[1] not in indonesian[key] or _text(entry).strip() == instead[1]):
            idle[entry.msgid] = f"instead of {indonesian[key]}?"
    assert idle == {}


def test_the_catalogues_name_the_versions_they_were_read_against() -> None:
    for domain in DOMAINS:
        catalogue = polib.pofile(str(PACKAGES / "id" / "LC_MESSAGES" / f"{domain}.po"))
        for package, name in (("wagtail", "Wagtail"), ("wagtail-localize", "wagtail-localize")):
            assert f"{name} {version(package)}" in catalogue.metadata["Project-Id-Version"]
            assert f"{name} {version(package)}" in " ".join(catalogue.header.split())


# As they were seen in the admin: what failed, what is saved, who sees a page.
SEEN = (
    "The page could not be saved due to validation errors.",
    "Go to the first error",
    "Search all pages…",
    "Pages created in Lentera",
    "Autosave is paused",
    "No publishing schedule set",
    "Preview is out of date",
    "Visible to all",
    "Preview in mobile size",
    "Comment notifications",
)


@pytest.fixture
def client(signed_in: SignedIn) -> Client:
    return signed_in("editor")


def _shown(client: Client, home: HomePage) -> str:
    """Texts and attributes of the dashboard and of a page's form, before and after a save that fails."""
    page = home.add_child(instance=StandardPage(title="Tentang", slug="tentang", summary="Ringkas."))
    address = f"/akun/cms/pages/{page.pk}/edit/"
    failed = client.post(address, page_form(client, address, StandardPage, title=""))
    shown = []
    for answer in (client.get("/akun/cms/"), client.get(address), failed):
        assert answer.status_code == 200
        html = BeautifulSoup(answer.content.decode(), "html.parser")
        shown += [html.get_text(" "), *(str(value) for tag in html.find_all(True) for value in tag.attrs.values())]
    return " ".join(" ".join(shown).split())


@pytest.mark.django_db(databases=["default", "reports"])
class TestWhatIsShown:
    def test_what_was_english_is_indonesian(self, client: Client, homes: dict[str, HomePage]) -> None:
        shown = _shown(client, homes["id"])
        assert [sentence for sentence in SEEN if sentence in shown] == []
        assert "Halaman tidak dapat disimpan karena ada isian yang salah." in shown

    def test_who_chose_english_reads_all_of_it(self, client: Client, homes: dict[str, HomePage]) -> None:
        UserProfile.objects.create(user_id=client.session["_auth_user_id"], preferred_language="en")
        shown = _shown(client, homes["id"])
        assert [sentence for sentence in SEEN if sentence not in shown] == []

    def test_scripts_speak_indonesian(self, client: Client) -> None:
        words = client.get("/akun/cms/jsi18n/").content.decode()
        assert '"Collapse all": "Tutup semua"' in words
        assert '"Unpublish": "Tarik"' in words
