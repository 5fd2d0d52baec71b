"""The texts of a page as its readers meet them: one for each heading, paragraph, list line, cell and answer."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models
from wagtail import blocks
from wagtail.fields import StreamField
from wagtail_localize.fields import TranslatableField, get_translatable_fields
from wagtail_localize.strings import extract_strings

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
    """Every text of ``page`` that is translated, in the order of its fields. The page need not be saved.

    Not by localize's own extraction: that passes over lists that have not been stored yet.
    """
    found: list[Passage] = []
    for translated in get_translatable_fields(type(page)):
        if not isinstance(translated, TranslatableField):
            continue
        name = translated.field_name
        field, value = page._meta.get_field(name), getattr(page, name)
        if isinstance(field, StreamField):
            for child in value:
                found += _of_block(child.block, child.value, f"{name}.{child.id}")
        elif isinstance(field, models.CharField | models.TextField) and not isinstance(field, models.SlugField):
            found.append(Passage(name, value or ""))
    return [passage for passage in found if passage.text.strip() or passage.links]


def _of_block(block: blocks.Block, value: Any, path: str) -> Iterator[Passage]:
    if isinstance(block, blocks.StructBlock):
        for name, child in block.child_blocks.items():
            yield from _of_block(child, value.get(name), f"{path}.{name}")
    elif isinstance(block, blocks.ListBlock):
        for item in value.bound_blocks:
            yield from _of_block(item.block, item.value, f"{path}.{item.id}")
    elif isinstance(block, blocks.StreamBlock):
        for child in value:
            yield from _of_block(child.block, child.value, f"{path}.{child.id}")
    elif isinstance(block, blocks.RichTextBlock):
        _template, strings = extract_strings(value.source if value else "")
        for string, attributes in strings:
            held = (one for one in attributes.values() if "href" in one or "linktype" in one)
            yield Passage(path, without_markup(string.data), tuple(map(link_of, held)))
    elif isinstance(block, blocks.URLBlock | blocks.EmailBlock):
        yield Passage(path, "", (value,) if value else ())
    elif isinstance(block, blocks.CharBlock | blocks.TextBlock | blocks.BlockQuoteBlock | blocks.RawHTMLBlock):
        yield Passage(
            path, without_markup(str(value or "")) if isinstance(block, blocks.RawHTMLBlock) else str(value or "")
        )
