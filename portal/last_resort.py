"""The page for a failure of our own: no database, no template, phone numbers all the same (they never vanish)."""

from __future__ import annotations

from html import escape

from django.conf import settings

from . import inline

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
        "In danger now? Call",
        "Back to the home page",
    ),
}


def page(path: str) -> str:
    """A complete page in English below /en/, else in Indonesian."""
    language = "en" if path.startswith("/en/") else "id"
    title, sentence, help_words, home = _TEXT[language]
    calls = "".join(f'<a class="tel" href="tel:{number}"><b>{number}</b></a>' for number in ("110", "129"))
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{title} – {escape(settings.SITE_NAME)}</title><style>{inline.stylesheet().text}</style>"
        f'<header class="n bar"><div class="w"><a class="logo" href="/{language}/">{escape(settings.SITE_NAME)}</a></div></header>'
        f'<main class="w"><h1>{title}</h1><p class="lead">{sentence}</p>'
        f'<p><a class="b" href="/{language}/">{home}</a></p></main>'
        f'<aside class="w"><div class="help"><h2>{help_words}</h2><p>{calls}</p></div></aside></html>'
    )
