"""The page for a failure of our own: no database, no template, phone numbers all the same (they never vanish)."""

from __future__ import annotations

from html import escape

from django.conf import settings

_TEXT = {
    "id": (
        "Ada yang rusak di pihak kami",
        "Halaman ini sedang tidak bisa ditampilkan. Coba lagi sebentar lagi.",
        "Sedang dalam bahaya? Telepon",
        "Kembali ke beranda",
    ),
    "en": (
        "Something broke on our side",
        "This page cannot be shown right now. Please try again in a moment.",
        "In danger? Call",
        "Back to the home page",
    ),
}


def page(path: str) -> str:
    """A complete page in English below /en/, else in Indonesian."""
    language = "en" if path.startswith("/en/") else "id"
    title, sentence, help_words, home = _TEXT[language]
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><main><h1>{title}</h1><p>{sentence}</p>"
        f'<p>{help_words} <a href="tel:110">110</a> · <a href="tel:129">129</a></p>'
        f'<p><a href="/{language}/">{escape(settings.SITE_NAME)}: {home}</a></p></main></html>'
    )
