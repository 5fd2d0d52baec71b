"""The texts of a page as its readers meet them: one for each heading, paragraph, list line, cell and answer."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from content.core.models import BasePage

_BREAK = re.compile(r"<br\b[^>]*>|</(?:p|li|h[1-6])>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Passage:
    """One text with its tokens in braces, the path at which it stands, and where its links lead."""

    path: str
    text: str
    links: tuple[str, ...] = ()


def without_markup(text: str) -> str:
    """``text`` as it is read: no tags, a new line for each break."""
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", text)))


def link_of(attributes: Mapping[str, Any]) -> str:
    """Where a link of rich text leads: “page:12” or an address."""
    return f"{attributes['linktype']}:{attributes.get('id', '')}" if "linktype" in attributes else attributes["href"]


def passages(page: BasePage) -> list[Passage]:
    """Every text of ``page`` that is translated, in order. The page need not be saved."""
    from content.core.translation import strings  # reads the models, which ask for the texts of their pages

    return [
        Passage(
            segment.path,
            without_markup(segment.string.data),
            tuple(link_of(held) for held in (segment.attrs or {}).values() if "href" in held or "linktype" in held),
        )
        for segment in strings(page)
    ]
