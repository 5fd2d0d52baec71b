"""The rooms of the portal as a reader sees them, and the pages of the foot (DECISIONS 4, 5).

Rooms are registered by code, with labels in every language; what editors mark “show in menus” below the home page
follows them in their order.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext_noop

from content.core.tree import Node, tree


@dataclass(frozen=True)
class Link:
    """A label (to be translated, or a title as it stands) and its address."""

    label: str
    url: str
    language: str = ""


# Slugs are the same Indonesian words in every language (DECISIONS 1).
ROOMS = (
    (gettext_noop("Jobs"), "lowongan/"),
    (gettext_noop("Check an offer"), "cek/"),
    (gettext_noop("Guides"), "panduan/"),
    (gettext_noop("Learn"), "pendidikan/"),
    (gettext_noop("Schools"), "sekolah/"),
)
FOOT = ("tentang", "privasi", "aksesibilitas", "koreksi", "keamanan-digital")
GENERATED_FOOT = (
    (gettext_noop("Warnings"), "peringatan/"),
    (gettext_noop("Reports in figures"), "angka/"),
    (gettext_noop("Site map"), "peta-situs/"),
    (gettext_noop("Languages"), "bahasa/"),
)


def shown_language(language: str) -> str:
    """The language whose complete pages a reader of ``language`` is led through: regional ones have few pages."""
    return language if language in settings.COMPLETE_LANGUAGES else settings.LANGUAGE_CODE


def rooms(language: str) -> list[Link]:
    """The rooms, then the pages that editors put into the menu."""
    shown = shown_language(language)
    links = [Link(label, f"/{shown}/{path}") for label, path in ROOMS]
    known = {link.url for link in links}
    home = tree().homes.get(shown)
    extra = [node for node in home.children if node.in_menu and node.url not in known] if home else []
    return links + [Link(node.title, node.url, node.language) for node in extra]


def foot(language: str) -> list[Link]:
    """About, privacy, accessibility, corrections, site map, languages: those that exist."""
    shown = shown_language(language)
    nodes: list[Node] = [node for slug in FOOT if (node := tree().find(slug, shown)) is not None]
    links = [Link(node.title, node.url, node.language) for node in nodes]
    return links + [Link(label, f"/{shown}/{path}") for label, path in GENERATED_FOOT]
