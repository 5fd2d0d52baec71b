"""The whole addresses of the API, in the language of the answer."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from django.conf import settings
from django.utils.translation import get_language

from search.open_data import API, address

from .parameters import LANGUAGE

ROOT = f"{API}v1/"


def _of(path: str, asked: Mapping[str, str] | None = None) -> str:
    language = get_language()
    query = dict(asked or {})
    if language != settings.LANGUAGE_CODE:
        query[LANGUAGE] = str(language)
    return address(f"{ROOT}{path}") + (f"?{urlencode(query)}" if query else "")


def listing(code: str) -> str:
    """The address of a listing."""
    return _of(f"lowongan/{code}/")


def agency(licence_number: str) -> str:
    """The address of an agency; the slashes of its licence number stand in it as they are."""
    return _of(f"perusahaan/{quote(licence_number)}/")


def page(path: str, asked: Mapping[str, str], number: int) -> str:
    """The same question to ``path``, on another page."""
    return _of(path, {name: value for name, value in asked.items() if name != LANGUAGE} | {"hal": str(number)})
