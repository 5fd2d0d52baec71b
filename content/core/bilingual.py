"""How a translated page is shown (DECISIONS 21, 22).

English is complete: its strings stand alone, each outdated one with the date of the newer Indonesian text. A regional page
shows the Indonesian string directly below each of its own, in the same element. Until a named native speaker has read it,
what somebody's safety hangs on (warnings, tips, steps, comparisons) is the Indonesian part, under the regional headings where
both have one; so is one whose Indonesian text is newer. Red flags and contacts come from the registers, which mark their own
language.

The blocks render themselves as always. What changes are their values: a plain text becomes a :class:`Text`, rich text is
put together from both languages string by string, the way localize takes it apart.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias

from bs4 import BeautifulSoup
from django.conf import settings
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from wagtail import blocks
from wagtail.blocks.list_block import ListValue
from wagtail.fields import StreamField
from wagtail.rich_text import RichText
from wagtail_localize.strings import extract_strings

from content.registers import labels, tokens

from .interface import said
from .models import BasePage, TranslationReview
from .selectors import review_of

# Nobody's safety may hang on words that nobody has checked. "step" is the step of a guide.
SAFETY_BLOCKS = frozenset({"warning", "tip", "steps", "compare", "step"})
# What names a part: regional also where the part itself is Indonesian.
HEADINGS = frozenset({"title", "caption", "label_head", "first_head", "second_head", "question"})


@dataclass
class State:
    """What a reader must know about the translation of a page."""

    language: str
    review: TranslationReview | None = None
    outdated_since: dt.date | None = None
    # Outdated strings: by the path without its field, the date by the position at this path.
    marks: dict[str, dict[int, dt.date]] = field(default_factory=lambda: defaultdict(dict))
    source: BasePage | None = None

    @property
    def regional(self) -> bool:
        return self.language not in settings.COMPLETE_LANGUAGES

    @property
    def unreviewed(self) -> bool:
        return self.regional and self.review is None


def state_of(page: BasePage) -> State:
    """The translation state of a page: no query for Indonesian, one for English, three for a regional page."""
    language = page.locale.language_code
    state = State(language)
    if language == settings.LANGUAGE_CODE or not page.pk:
        return state
    for mark in page.outdated_strings.all():
        name, _, rest = mark.path.partition(".")
        state.marks[rest or name][mark.position] = mark.since
        state.outdated_since = min(mark.since, state.outdated_since or mark.since)
    if state.regional:
        state.review = review_of(page)
        state.source = (
            type(page)
            .objects.filter(translation_key=page.translation_key, locale__language_code=settings.LANGUAGE_CODE)
            .first()
        )
    return state


def newer(since: dt.date) -> SafeString:
    """The remark at a string whose Indonesian text is newer."""
    return said("The Indonesian version is newer (%(date)s).", date=labels.date(since))


Words = Callable[[str], str]


class Text(str):
    """A plain text with its language, where that is not the page's, and what stands below it."""

    language: str = ""
    below: str = ""
    since: dt.date | None = None

    @classmethod
    def of(cls, text: str, *, language: str = "", below: str = "", since: dt.date | None = None) -> Text:
        made = cls(text)
        made.language, made.below, made.since = language, below, since
        return made

    def told(self, words: Words = conditional_escape) -> SafeString:
        """The HTML of it all; ``words`` turns a text into safe HTML."""
        html = mark_safe(words(str(self)))
        if self.language:
            html = format_html('<span lang="{}">{}</span>', self.language, html)
        return mark_safe(html + _below(words(self.below) if self.below else "", self.since))

    __html__ = told

    def splitlines(self, keepends: bool = False) -> list[str]:
        """The lines keep the language; what stands below stays with the whole."""
        return [Text.of(line, language=self.language) for line in super().splitlines(keepends)]

    def strip(self, chars: str | None = None) -> str:
        return Text.of(super().strip(chars), language=self.language, below=self.below, since=self.since)


def _below(html: str, since: dt.date | None) -> str:
    """What stands directly below a string, in its element: the Indonesian one, and that it is newer."""
    lines = []
    if html:
        lines.append(format_html('<br><span class="m" lang="{}">{}</span>', settings.LANGUAGE_CODE, mark_safe(html)))
    if since:
        lines.append(format_html('<br><small class="m">{}</small>', newer(since)))
    return "".join(lines)


def render(page: BasePage, stream: blocks.StreamValue, context: dict[str, Any], only: str | None = None) -> SafeString:
    """A body as HTML, with what a reader must know about its translation; ``only``: the part with this id."""
    state = context.get("translation_state") or state_of(page)
    # A title inside a part is one level below the heading that stands above it.
    context = {**context, "level": 2}
    if not state.regional and not state.marks:
        shown = [child for child in stream if only is None or child is only]
        return mark_safe("".join(_with_level(child.block_type, child.render, context) for child in shown))
    parts = []
    for own, original in _parts(page, stream, state):
        child = own or original
        if only is not None and only not in (own, original):
            continue
        told = _Telling(state, _indonesian_only(child.block_type, own, original, state))
        value = told.value(child.block, own and own.value, original and original.value, child.id)
        parts.append(_with_level(child.block_type, partial(child.block.render, value), context))
    return mark_safe("".join(parts))


def _with_level(kind: str, render_part: Callable[..., SafeString], context: dict[str, Any]) -> SafeString:
    """A part at the level of this place in the body; below a heading the level is one deeper."""
    html = render_part(context=context)
    if kind == "heading":
        context["level"] = 3
    return html


def plain_field(page: BasePage, name: str, state: State) -> Text:
    """A plain field of a page, such as its title, with what belongs below it."""
    below = getattr(state.source, name, "") if state.source else ""
    return Text.of(getattr(page, name), below=below, since=state.marks.get(name, {}).get(0))


Part: TypeAlias = blocks.StreamValue.StreamChild


def _parts(page: BasePage, stream: blocks.StreamValue, state: State) -> list[tuple[Part | None, Part | None]]:
    """The parts of a body, each with the Indonesian one that has its id.

    On a regional page no safety part stands alone: one that the Indonesian page no longer has is left out, and one that
    this page does not have yet stands here in Indonesian, behind the part that it follows there.
    """
    theirs = _indonesian_stream(page, stream, state.source) if state.source else []
    by_id = {part.id: part for part in theirs}
    parts = [(own, by_id.get(own.id)) for own in stream]
    if not state.regional or not (state.source or state.unreviewed):
        return parts
    place = 0
    held = {own.id for own in stream}
    for part in theirs:
        if part.id in held:
            place = next(n for n, (own, _original) in enumerate(parts, 1) if own and own.id == part.id)
        elif part.block_type in SAFETY_BLOCKS:
            parts.insert(place, (None, part))
            place += 1
    return [
        (own, original) for own, original in parts if original or own is None or own.block_type not in SAFETY_BLOCKS
    ]


def _indonesian_stream(page: BasePage, stream: blocks.StreamValue, source: BasePage) -> Iterable[Part]:
    """The field of the Indonesian page that ``stream`` is on this one."""
    columns = (column.name for column in page._meta.get_fields() if isinstance(column, StreamField))
    return next((getattr(source, name) for name in columns if getattr(page, name) is stream), [])


def _indonesian_only(kind: str, own: Part | None, original: Part | None, state: State) -> bool:
    """Whether the words of this part are not for readers: of safety, and not read by anybody as it stands now."""
    if not state.regional or kind not in SAFETY_BLOCKS or original is None:
        return False
    return own is None or state.unreviewed or any(path.partition(".")[0] == original.id for path in state.marks)


@dataclass(frozen=True)
class _Telling:
    """The values of one part as its reader sees them."""

    state: State
    indonesian_only: bool

    def value(self, block: blocks.Block, value: Any, original: Any, path: str, name: str = "") -> Any:
        return (self._indonesian if self.indonesian_only else self._both)(block, value, original, path, name)

    def _indonesian(self, block: blocks.Block, value: Any, original: Any, path: str, name: str) -> Any:
        """The Indonesian part as it is; of the other language, headings that belong to one in it."""
        match original:
            case blocks.StructValue():
                pairs = [
                    (key, self.value(block.child_blocks[key], (value or {}).get(key), held, f"{path}.{key}", key))
                    for key, held in original.items()
                ]
                return type(original)(block, pairs)
            case ListValue():
                own = {item.id: item.value for item in value.bound_blocks} if value is not None else {}
                return _list_of(
                    original, lambda item: self.value(item.block, own.get(item.id), item.value, f"{path}.{item.id}")
                )
            case RichText():
                return (
                    RichText(f'<div lang="{settings.LANGUAGE_CODE}">{original.source}</div>') if original else original
                )
            case str() if isinstance(block, blocks.CharBlock | blocks.TextBlock) and original:
                if name in HEADINGS and value:
                    return self._plain(value, original, path)
                return Text.of(original, language=settings.LANGUAGE_CODE)
        return original

    def _both(self, block: blocks.Block, value: Any, original: Any, path: str, name: str) -> Any:
        match value:
            case blocks.StructValue():
                pairs = [
                    (key, self.value(block.child_blocks[key], held, (original or {}).get(key), f"{path}.{key}", key))
                    for key, held in value.items()
                ]
                return type(value)(block, pairs)
            case ListValue():
                held = {item.id: item.value for item in original.bound_blocks} if original is not None else {}
                return _list_of(
                    value, lambda item: self.value(item.block, item.value, held.get(item.id), f"{path}.{item.id}")
                )
            case RichText():
                return self._rich(value, original, path)
            case str() if isinstance(block, blocks.CharBlock | blocks.TextBlock):
                return self._plain(value, original, path)
        return value

    def _plain(self, value: str, original: str | None, path: str) -> Text:
        since = self.state.marks.get(path, {}).get(0)
        return Text.of(value, below=original if self.state.regional and original else "", since=since)

    def _rich(self, value: RichText, original: RichText | None, path: str) -> RichText:
        below = original.source if self.state.regional and original is not None else ""
        template, ours = extract_strings(value.source)
        theirs = [string.render_html(attrs) for string, attrs in extract_strings(below)[1]]
        marks = self.state.marks.get(path, {})
        pairwise = len(theirs) == len(ours)
        soup = BeautifulSoup(template, "html.parser")
        for place in soup.find_all("text"):
            position = int(place["position"])
            string, attrs = ours[position]
            html = string.render_html(attrs) + _below(theirs[position] if pairwise else "", marks.get(position))
            place.replace_with(BeautifulSoup(html, "html.parser"))
        whole = "" if pairwise or not below else f'<div class="m" lang="{settings.LANGUAGE_CODE}">{below}</div>'
        return RichText(str(soup) + whole)


def _list_of(value: ListValue, told: Callable[[ListValue.ListChild], Any]) -> ListValue:
    """The list with other values under the same ids."""
    items = [ListValue.ListChild(item.block, told(item), id=item.id) for item in value.bound_blocks]
    return ListValue(value.list_block, bound_blocks=items)


def with_tokens(text: Text) -> SafeString:
    """A :class:`Text` as HTML with its tokens in words."""
    return text.told(lambda words: conditional_escape(tokens.plain(words)))
