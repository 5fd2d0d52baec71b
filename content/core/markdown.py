"""The body of a seed file: prose, headings and directives (docs/guides/content-files.md), as plain parts.

Only what an editor can do in the page editor can be written: paragraphs, one level of lists, bold and links. Everything
else is refused with its line, so that nothing silently turns into something weaker.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

PROSE, HEADING = "prose", "heading"

_OPEN = re.compile(r"^:::\s*([a-z]+)\s*(.*)$")
_HEADING = re.compile(r"^##\s+(.+?)\s*$")
_ITEM = re.compile(r"^###\s+(.+?)\s*$")
# What would be a heading of another level, a picture, a quotation or HTML: nothing of it may stand in a seed file.
_REFUSED = re.compile(r"^(#{1,6}(\s|$)|!\[|>|<[a-z/!])")

PageLink = Callable[[str], int]
"""The id of the page with this slug; raises KeyError where there is none."""


class BodyError(Exception):
    """The body is wrong at ``line`` of the body (the first line is 1)."""

    def __init__(self, line: int, words: str) -> None:
        self.line, self.words = line, words
        super().__init__(f"line {line}: {words}")


@dataclass(frozen=True)
class Part:
    """A heading, a run of prose, or a directive with its argument and the lines inside it."""

    kind: str
    line: int
    argument: str = ""
    lines: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines).strip()


@dataclass
class _Run:
    line: int
    lines: list[str] = field(default_factory=list)


def parts(body: str) -> list[Part]:
    """The body in order. A directive that is not closed, or opened inside another, is refused."""
    found: list[Part] = []
    prose: _Run | None = None
    opened: tuple[str, str, _Run] | None = None
    for number, line in enumerate(body.split("\n"), 1):
        if opened is not None:
            name, argument, run = opened
            if line.strip() == ":::":
                found.append(Part(name, run.line, argument, tuple(run.lines)))
                opened = None
            elif line.startswith(":::"):
                raise BodyError(number, f"“{line.strip()}” stands inside “::: {name}”; directives are not nested.")
            else:
                run.lines.append(line.rstrip())
            continue
        heading, start = _HEADING.match(line), _OPEN.match(line)
        if heading or start or line.startswith(":::"):
            if prose is not None and any(prose.lines):
                found.append(Part(PROSE, prose.line, lines=tuple(prose.lines)))
            prose = None
        if heading:
            found.append(Part(HEADING, number, heading[1]))
        elif start:
            opened = (start[1], start[2].strip(), _Run(number))
        elif line.startswith(":::"):
            raise BodyError(number, "“:::” closes nothing.")
        elif line.strip() or prose is not None:
            prose = prose or _Run(number)
            prose.lines.append(line.rstrip())
    if opened is not None:
        raise BodyError(opened[2].line, f"“::: {opened[0]}” is not closed.")
    if prose is not None and any(prose.lines):
        found.append(Part(PROSE, prose.line, lines=tuple(prose.lines)))
    return found


def items(part: Part) -> list[tuple[str, Part]]:
    """The titles (``### …``) of a directive, each with the prose below it; what stands above the first has the title ""."""
    found: list[tuple[str, int, list[str]]] = [("", part.line + 1, [])]
    for number, line in enumerate(part.lines, part.line + 1):
        if title := _ITEM.match(line):
            found.append((title[1], number + 1, []))
        else:
            found[-1][2].append(line)
    held = [(title, Part(PROSE, line, lines=tuple(lines))) for title, line, lines in found]
    return held if held[0][1].text else held[1:]


def entries(part: Part, separator: str, count: int) -> list[list[str]]:
    """Lines like ``- a :: b``, cut at ``separator`` into ``count`` values; the last one keeps further separators."""
    found = []
    for number, line in enumerate(part.lines, part.line + 1):
        if not line.strip():
            continue
        values = [value.strip() for value in line.strip().removeprefix("-").split(separator, count - 1)]
        if not line.strip().startswith("- ") or len(values) != count or not all(values):
            raise BodyError(number, f"“::: {part.kind}” takes lines of {count} values with “{separator}” between them.")
        found.append(values)
    return found


def table(part: Part) -> list[list[str]]:
    """The rows of a pipe table of three columns; the first is its head, the line of dashes is left out."""
    rows = []
    for number, line in enumerate(part.lines, part.line + 1):
        text = line.strip()
        if not text:
            continue
        cells = [cell.strip() for cell in text.strip("|").split("|")]
        if not text.startswith("|") or len(cells) != 3:
            raise BodyError(number, f"“::: {part.kind}” takes a table of three columns: | a | b | c |.")
        if not all(re.fullmatch(r":?-+:?", cell) for cell in cells):
            rows.append(cells)
    return rows


@lru_cache(maxsize=1)
def _reader() -> MarkdownIt:
    # Everything off, then what prose may hold. Tokens in braces are plain text to it.
    return MarkdownIt("zero").enable(["list", "emphasis", "link", "escape"])


def html(part: Part, page_id: PageLink) -> str:
    """Prose as the rich text that the page editor stores: ``<p> <ul> <ol> <li> <b> <a>`` and nothing else."""
    for number, line in enumerate(part.lines, part.line):
        if _REFUSED.match(line.strip()):
            raise BodyError(number, f"“{line.strip()[:40]}”: prose takes paragraphs, lists, **bold** and links only.")
    tokens = _reader().parse("\n".join(part.lines))
    for before, token in pairwise(tokens):
        if token.type == "paragraph_open" and token.level > 0 and before.type != "list_item_open":
            raise BodyError(part.line + (token.map or [0])[0], "An item of a list is one paragraph.")
    return "".join(_block(token, part, page_id) for token in tokens)


_TAGS = {"bullet_list": "ul", "ordered_list": "ol", "list_item": "li"}


def _block(token: Token, part: Part, page_id: PageLink) -> str:
    name, _, side = token.type.rpartition("_")
    line = part.line + (token.map[0] if token.map else 0)
    if token.type == "inline":
        return "".join(_inline(child, line, page_id) for child in token.children or ())
    if name in _TAGS:
        if name.endswith("_list") and side == "open" and token.level > 0:
            raise BodyError(line, "Lists are not nested.")
        return f"<{_TAGS[name]}>" if side == "open" else f"</{_TAGS[name]}>"
    if name == "paragraph":
        if token.level > 0:
            return ""  # in a list the item is the paragraph
        return "<p>" if side == "open" else "</p>"
    raise BodyError(line, f"Prose cannot hold “{token.type}”.")


def _inline(token: Token, line: int, page_id: PageLink) -> str:
    match token.type:
        case "text" | "text_special":
            if "](" in token.content:
                raise BodyError(line, "a link goes to page:slug or to https://….")
            return escape(token.content.replace("\n", " "), quote=False)
        case "strong_open":
            return "<b>"
        case "strong_close":
            return "</b>"
        case "link_open":
            return _link(str(token.attrs["href"]), line, page_id)
        case "link_close":
            return "</a>"
    raise BodyError(line, f"Prose cannot hold “{token.markup or token.type}”: bold is **words**.")


def _link(address: str, line: int, page_id: PageLink) -> str:
    kind, _, rest = address.partition(":")
    if kind == "page":
        try:
            return f'<a linktype="page" id="{page_id(rest)}">'
        except KeyError:
            raise BodyError(line, f"no page has the slug “{rest}”.") from None
    if kind == "https" and rest.startswith("//"):
        return f'<a href="{escape(address)}">'
    raise BodyError(line, f"“{address}”: a link goes to page:slug or to https://….")
