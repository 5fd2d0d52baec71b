"""Links from articles to the glossary: a term where it first stands on the page, in the language of the page.

Never in a heading, a link, a quotation, a card of the registers or words of another language; there a link would shout,
break, or lead astray.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from content.registers.fields import Words
from content.registers.generation import PerGeneration
from content.registers.models import Term

from .tree import tree

_TAG = re.compile(r"(<[^>]+>)")
_NAME = re.compile(r"</?([a-z][a-z0-9]*)", re.IGNORECASE)
_CARD = re.compile(r"\bclass=\"c\b")
_LANG = re.compile(r"\blang=\"?([a-z-]+)", re.IGNORECASE)
_CLOSED = frozenset(
    [
        "a",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "q",
        "blockquote",
        "cite",
        "button",
        "label",
        "legend",
        "caption",
        "th",
        "dt",
        "svg",
        "figcaption",
        "summary",
    ]
)
_VOID = frozenset(["br", "img", "input", "hr", "wbr", "source", "path", "area", "col"])
# Where a quotation ends at the latest.
_BLOCKS = frozenset(["p", "li", "dd", "td", "div", "section", "ul", "ol", "dl", "h2", "h3"])
_QUOTE = re.compile(r"([“”\"]|&quot;)")


def _load() -> list[Term]:
    return list(Term.objects.all())


terms = PerGeneration(_load)


def forms(term: Term, language: str) -> list[str]:
    """How a term may stand in a text: its name, what stands in brackets behind it, either side of “or”, and more names.

    “Perusahaan penempatan (P3MI)” is found as both; “Calo atau sponsor perseorangan”, too.
    """
    found = []
    for words in (Words(term.term), Words(term.also)):
        if words.get(language):
            found += re.split(r"\s*\(|\)\s*|,\s+|\s+(?:atau|or)\s+", words[language])
    return [form.strip() for form in found if len(form.strip()) >= 3]


@dataclass(frozen=True)
class _Index:
    """Every form of a language in one pattern, the longest first, and the term of each."""

    pattern: re.Pattern[str] | None
    exact: Mapping[str, str]
    loose: Mapping[str, str]

    def slug(self, text: str) -> str | None:
        return self.exact.get(text) or self.loose.get(text.casefold())


def _index_of(held: Iterable[Term], language: str) -> _Index:
    exact: dict[str, str] = {}
    loose: dict[str, str] = {}
    for term in held:
        if not term.common:
            for form in forms(term, language):
                # An abbreviation is written as it is; other words may begin a sentence.
                if form.upper() == form:
                    exact.setdefault(form, term.slug)
                else:
                    loose.setdefault(form.casefold(), term.slug)
    every = sorted({*exact, *loose}, key=len, reverse=True)
    pattern = "|".join(re.escape(escape(form)) for form in every)
    return _Index(re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", re.IGNORECASE) if every else None, exact, loose)


class _Indexes:
    """The index of each language, made when it is first asked for; a generation long."""

    def __init__(self) -> None:
        held = terms()
        self.of = lru_cache(maxsize=16)(lambda language: _index_of(held, language))


_indexes = PerGeneration(_Indexes)


def linked(html: str, language: str, without: str = "") -> SafeString:
    """``html`` with each term as a link where it first stands. ``without``: the slug of what the page itself explains.

    While no glossary page is live in the language, nothing is linked.
    """
    node = next((node for node in tree().pages.get(language, ()) if node.kind == "education.glossarypage"), None)
    index = _indexes().of(language)
    if node is None or index.pattern is None:
        return mark_safe(html)
    return mark_safe(_Linking(index, node.url, language, {without}).run(html))


class _Linking:
    """One walk through the HTML of a page."""

    def __init__(self, index: _Index, url: str, language: str, seen: set[str]) -> None:
        self.index, self.url, self.language, self.seen = index, url, language, seen
        # How many open elements lie at or below one whose words are not linked.
        self.closed = 0
        self.quoted = False

    def run(self, html: str) -> str:
        parts = _TAG.split(html)
        for place, part in enumerate(parts):
            if part.startswith("<"):
                self._enter(part)
            elif part and not self.closed:
                parts[place] = self._text(part)
        return "".join(parts)

    def _enter(self, tag: str) -> None:
        found = _NAME.match(tag)
        if found is None:
            return
        name = found[1].lower()
        if name in _BLOCKS:
            self.quoted = False
        if name in _VOID or tag.endswith("/>"):
            return
        if tag.startswith("</"):
            self.closed = max(self.closed - 1, 0)
        elif self.closed or name in _CLOSED or _CARD.search(tag) or self._foreign(tag):
            self.closed += 1

    def _foreign(self, tag: str) -> bool:
        found = _LANG.search(tag)
        return found is not None and found[1] != self.language

    def _text(self, text: str) -> str:
        """Linked outside of quotations, which may begin in one text and end in another."""
        made = []
        for piece in _QUOTE.split(text):
            if _QUOTE.fullmatch(piece):
                self.quoted = piece == "“" or (piece != "”" and not self.quoted)
                made.append(piece)
            else:
                made.append(piece if self.quoted else self.index.pattern.sub(self._link, piece))  # type: ignore[union-attr]
        return "".join(made)

    def _link(self, match: re.Match[str]) -> str:
        slug = self.index.slug(match[0])
        if slug is None or slug in self.seen:
            return match[0]
        self.seen.add(slug)
        return f'<a href="{self.url}#{slug}">{match[0]}</a>'
