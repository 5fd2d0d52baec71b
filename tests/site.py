"""The smallest site for tests: a front page in every language, and every test in Indonesian."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.utils import translation
from wagtail.models import Locale, Page, Site

from content.core.models import HomePage
from content.registers import generation


@dataclass(frozen=True)
class World:
    """Languages, and the front pages: Indonesian and English ones, an alias in each regional language."""

    locales: dict[str, Locale]
    homes: dict[str, Page]


@pytest.fixture(autouse=True)
def language() -> Iterator[None]:
    """A request leaves its language behind in the thread."""
    translation.deactivate()
    yield
    translation.deactivate()


@pytest.fixture
def new_generations(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test runs in a transaction that never commits, so what waits for the commit happens at once."""
    generation.replace()
    monkeypatch.setattr(generation, "replace_after_commit", lambda using=None: generation.replace())


@pytest.fixture
def site(db: None, new_generations: None) -> World:
    """A front page in every language below the default site."""
    locales = {code: Locale.objects.get_or_create(language_code=code)[0] for code, _name in settings.LANGUAGES}
    root = Page.objects.get(depth=1)
    home = root.add_child(instance=HomePage(title="Lentera", slug="beranda", locale=locales["id"], live=True))
    Site.objects.update_or_create(is_default_site=True, defaults={"root_page": home, "hostname": "testserver"})
    homes: dict[str, Page] = {"id": home}
    for code, locale in locales.items():
        if code == "en":
            homes[code] = home.copy_for_translation(locale)
            homes[code].save_revision().publish()
        elif code != "id":
            homes[code] = home.copy_for_translation(locale, alias=True)
    generation.replace()
    return World(locales, homes)
