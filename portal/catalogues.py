"""Collecting interface texts: what our rooms say, into one catalogue per language.

Django's own tool needs the gettext programs and does not know ``{% ui %}``; Babel reads Python, and Django's own lexer
finds what templates name literally.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polib
from babel.messages.extract import extract_python
from django.template.base import Lexer, Token, TokenType
from django.utils.translation import trim_whitespace

ROOMS = ("portal", "content", "search", "accounts")
KEYWORDS = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "_": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
OWN_TAGS = ("ui", "uitext")
TAGS = ("translate", "trans")
BLOCKS = ("blocktranslate", "blocktrans")
_LITERAL = re.compile(r"""^("[^"]*"|'[^']*')$""")
_MARKED = re.compile(r"""\b_\(("[^"]*"|'[^']*')\)""")  # {% include … with title=_("…") %}, {{ _("…") }}


@dataclass
class Text:
    """A text with the places that say it."""

    message: str
    plural: str = ""
    context: str = ""
    places: list[str] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, str]:
        return self.context, self.message


def _from_python(source: Path) -> Iterator[Text]:
    with source.open("rb") as file:
        for _line, function, messages, _comments in extract_python(file, list(KEYWORDS), [], {}):
            parts = messages if isinstance(messages, (list, tuple)) else (messages,)
            if not parts or not isinstance(parts[0], str) or not parts[0]:
                continue
            if function.startswith("ngettext"):
                if len(parts) > 1 and isinstance(parts[1], str):
                    yield Text(parts[0], plural=parts[1])
            elif function.startswith("pgettext"):
                if len(parts) > 1 and isinstance(parts[1], str):
                    yield Text(parts[1], context=parts[0])
            else:
                yield Text(parts[0])


def _escaped(text: str) -> str:
    """As Django asks for a text of a template: a per cent sign is doubled."""
    return text.replace("%", "%%")


def _context_of(arguments: list[str]) -> str:
    return arguments[arguments.index("context") + 1][1:-1] if "context" in arguments[:-1] else ""


def _block(arguments: list[str], tokens: Iterator[Token]) -> Text:
    """The text between ``{% blocktranslate %}`` and its end, asked for as Django asks for it."""
    parts = [""]
    for token in tokens:
        if token.token_type == TokenType.TEXT:
            parts[-1] += _escaped(token.contents)
        elif token.token_type == TokenType.VAR:
            parts[-1] += f"%({token.contents})s"
        elif token.token_type == TokenType.BLOCK:
            if token.contents.split()[0] != "plural":
                break
            parts.append("")
    message, plural = (*parts, "")[:2]
    if "trimmed" in arguments:
        message, plural = trim_whitespace(message), trim_whitespace(plural)
    return Text(message, plural, _context_of(arguments))


def _from_template(source: Path) -> Iterator[Text]:
    tokens = iter(Lexer(source.read_text(encoding="utf-8")).tokenize())
    for token in tokens:
        if token.token_type not in (TokenType.BLOCK, TokenType.VAR):
            continue
        for literal in _MARKED.findall(token.contents):
            yield Text(_escaped(literal[1:-1]))
        if token.token_type == TokenType.VAR:
            continue
        name, *arguments = token.split_contents()
        if name in BLOCKS:
            yield _block(arguments, tokens)
        elif arguments and _LITERAL.match(arguments[0]):
            if name in OWN_TAGS:
                yield Text(arguments[0][1:-1])
            elif name in TAGS:
                yield Text(_escaped(arguments[0][1:-1]), context=_context_of(arguments))


def collect(root: Path) -> dict[tuple[str, str], Text]:
    """Every text of our rooms, by context and message, with its files."""
    found: dict[tuple[str, str], Text] = {}
    for room in ROOMS:
        for source in sorted((root / room).rglob("*")):
            if source.suffix == ".py" and "migrations" not in source.parts:
                texts = _from_python(source)
            elif source.suffix in (".html", ".txt") and "templates" in source.parts:
                texts = _from_template(source)
            else:
                continue
            for text in texts:
                held = found.setdefault(text.key, text)
                held.plural = held.plural or text.plural
                place = source.relative_to(root).as_posix()
                if place not in held.places:
                    held.places.append(place)
    return found


def _blank(language: str) -> polib.POFile:
    catalogue = polib.POFile(wrapwidth=110)
    plural = "nplurals=2; plural=(n != 1);" if language == "en" else "nplurals=1; plural=0;"
    catalogue.metadata = {
        "Project-Id-Version": "Lentera",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": plural,
    }
    return catalogue


def update(path: Path, language: str, texts: dict[tuple[str, str], Text]) -> polib.POFile:
    """The catalogue at ``path`` with exactly ``texts``: translations are kept, what nobody says any more is dropped."""
    held = polib.pofile(str(path)) if path.exists() else _blank(language)
    translated = {(entry.msgctxt or "", entry.msgid): entry for entry in held if not entry.obsolete}
    catalogue = _blank(language)
    catalogue.metadata = held.metadata
    for key in sorted(texts, key=lambda k: (k[1], k[0])):
        text = texts[key]
        old = translated.get(key)
        entry = polib.POEntry(
            msgid=text.message,
            msgctxt=text.context or None,
            occurrences=[(place, "") for place in sorted(text.places)],
            comment=old.comment if old else "",
            tcomment=old.tcomment if old else "",
        )
        if text.plural:
            entry.msgid_plural = text.plural
            entry.msgstr_plural = (old.msgstr_plural if old and old.msgstr_plural else None) or {0: ""}
        else:
            entry.msgstr = old.msgstr if old else ""
        catalogue.append(entry)
    return catalogue


def untranslated(catalogue: polib.POFile) -> list[str]:
    """The messages without a translation."""
    return [e.msgid for e in catalogue if not (e.msgstr or any((e.msgstr_plural or {}).values()))]


def text_of(catalogue: polib.POFile) -> str:
    """The catalogue as it is written to its file."""
    return str(catalogue).rstrip("\n") + "\n"
