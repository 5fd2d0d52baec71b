"""The nearest ``lang`` of every text is the language the text is written in (must show 2; WCAG 3.1.1, 3.1.2).

Three witnesses: where a text stands in a catalogue, a content file or a register, its language is recorded; Indonesian and
English are also told apart by the text itself, by its function words; a regional text must be recorded, because no word
list of ours could tell Javanese from Madurese.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import polib
import pytest
from bs4 import BeautifulSoup, Comment, Doctype, NavigableString, Tag
from django.conf import settings
from django.utils.translation import get_language_info

from tests.crawler import Crawl, Visited
from tests.servers import ROOT, Server

pytestmark = [pytest.mark.demo, pytest.mark.xdist_group("crawl")]

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
REGIONAL = tuple(code for code in LANGUAGES if code not in ("id", "en"))
# Words that carry no subject: they stand in every sentence of their language and in none of the other.
FUNCTION_WORDS = {
    "id": frozenset(
        [
            "yang",
            "dan",
            "di",
            "ke",
            "dari",
            "untuk",
            "dengan",
            "tidak",
            "ini",
            "itu",
            "atau",
            "pada",
            "adalah",
            "anda",
            "bisa",
            "akan",
            "sudah",
            "belum",
            "jika",
            "bila",
            "oleh",
            "karena",
            "juga",
            "dapat",
            "harus",
            "jangan",
            "agar",
            "saat",
            "kami",
            "kita",
            "mereka",
            "dia",
            "ia",
            "sebagai",
            "dalam",
            "ada",
            "lebih",
            "hanya",
            "setelah",
            "sebelum",
            "apa",
            "siapa",
            "kepada",
            "tanpa",
            "boleh",
            "para",
            "seperti",
            "lain",
            "semua",
            "bukan",
            "secara",
            "tentang",
            "maka",
            "kalau",
            "sampai",
            "antara",
            "masih",
            "lagi",
            "saja",
            "mana",
            "pun",
            "sendiri",
            "berapa",
            "bagaimana",
            "tersebut",
            "tiap",
            "setiap",
            "paling",
            "sedang",
            "milik",
            "kamu",
        ]
    ),
    "en": frozenset(
        [
            "the",
            "and",
            "of",
            "to",
            "in",
            "for",
            "with",
            "not",
            "this",
            "that",
            "or",
            "on",
            "is",
            "are",
            "you",
            "your",
            "can",
            "will",
            "if",
            "by",
            "because",
            "also",
            "must",
            "do",
            "does",
            "when",
            "we",
            "our",
            "they",
            "their",
            "it",
            "its",
            "be",
            "from",
            "has",
            "have",
            "as",
            "at",
            "an",
            "who",
            "what",
            "which",
            "there",
            "more",
            "only",
            "after",
            "before",
            "without",
            "all",
            "other",
            "than",
            "then",
            "no",
            "any",
            "may",
            "should",
            "into",
            "out",
            "about",
            "how",
            "where",
            "was",
            "were",
            "been",
            "but",
            "so",
            "them",
            "these",
            "those",
            "every",
            "each",
            "whom",
            "whose",
            "still",
            "while",
            "a",
        ]
    ),
}
# Not the letters of a code ("A6A2"), which are drawn by lot and may be those of a word.
WORD = re.compile(r"(?<![^\W_])[^\W\d_]+(?:['’-][^\W\d_]+)*(?![^\W_])")
# Marks of content files between which a text node of the page begins and ends.
CUTS = re.compile(
    r"\{(?:fakta|kanal):[a-z0-9-]+\}|\*\*|\[|\]\([^)]*\)|\s\|\s|^\||\|$|\s::\s|%\(\w+\)[sd]", re.MULTILINE
)
MARKS = re.compile(r"^(?:#{2,3} |- (?:\[ \] )?|\d+\. |[a-z-]+: |::: [a-z]+ ?)*(?:saran: )?", re.MULTILINE)
# What has no language, or stands in a message as its value: dates, numbers, addresses, the name of the site.
VALUES = re.compile(
    rf"(?:\d+ )?\b[A-Z][a-z]+ \d{{4}}\b|\d[\d.,–-]*|\bhttps?://\S+|\b(?:[\w-]+\.)+[a-z]{{2,}}\b|\b{settings.SITE_NAME}\b"
)
SKIPPED = ("script", "style", "template")
# “P3MI”, “KP2MI”: linked by themselves in both languages.
ABBREVIATION = re.compile(r"[A-Z0-9]{3,12}")
# What people type into the search stands on no page.
TYPED = ("synonyms", "distress")
READ_ALOUD = ("alt", "title", "aria-label", "placeholder", "content")


def detected(text: str) -> str | None:
    """``id`` or ``en`` by the function words of ``text``; None where they do not tell."""
    words = [word.lower() for word in WORD.findall(text)]
    counts = {code: sum(word in known for word in words) for code, known in FUNCTION_WORDS.items()}
    first, second = sorted(counts, key=lambda code: -counts[code])
    return first if counts[first] >= 2 and counts[first] >= 3 * counts[second] else None


def normal(text: str) -> str:
    return " ".join(text.split())


def fragments(text: str) -> Iterator[str]:
    """The parts of a content line, a message or a register entry that become text nodes of a page."""
    for line in text.splitlines():
        for part in CUTS.split(MARKS.sub("", line)):
            for piece in (part, *part.split("; ")):
                if WORD.search(piece):
                    yield normal(piece)


def _catalogue_texts() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "portal" / "locale").glob("*/LC_MESSAGES/django.po")):
        for entry in polib.pofile(str(path)):
            yield "en", entry.msgid
            for text in (entry.msgstr, *entry.msgstr_plural.values()):
                yield path.parts[-3], text


def _content_texts() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "content").glob("*/seed/*.md")):
        language = path.suffixes[-2].removeprefix(".")
        _before, matter, body = path.read_text(encoding="utf-8").split("+++", 2)
        for value in tomllib.loads(matter).values():
            for text in value if isinstance(value, list) else [value]:
                if isinstance(text, str):
                    yield language, text
        yield language, body


def _register_texts() -> Iterator[tuple[str, str]]:
    def walk(value: object) -> Iterator[tuple[str, str]]:
        if isinstance(value, dict):
            if {"id", "en"} <= value.keys() and all(isinstance(text, str) for text in value.values()):
                # A term's other names stand with commas in one entry, and each by itself in a text.
                pairs = [(code, text) for code, text in value.items() if code in LANGUAGES]
                yield from pairs
                yield from ((code, name) for code, text in pairs for name in text.split(", "))
            else:
                for inner in value.values():
                    yield from walk(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from walk(inner)

    for path in sorted((ROOT / "content" / "registers" / "seed").glob("*.toml")):
        if path.stem in TYPED:
            continue
        yield from walk(tomllib.loads(path.read_text(encoding="utf-8")))


@cache
def recorded() -> dict[str, frozenset[str]]:
    """Text → the languages in which it is recorded."""
    held: dict[str, set[str]] = {}
    for texts in (_catalogue_texts(), _content_texts(), _register_texts()):
        for language, text in texts:
            for part in fragments(text):
                held.setdefault(part, set()).add(language)
    for code in LANGUAGES:
        # “Basa Jawa”, and in the switcher “Jawa”.
        name = get_language_info(code)["name_local"]
        for part in (name, name.partition(" ")[2]):
            held.setdefault(part, set()).add(code)
    return {text: frozenset(languages) for text, languages in held.items()}


def nearest_language(element: Tag | None) -> str:
    while element is not None and not element.get("lang"):
        element = element.parent
    return str(element["lang"]) if element is not None else ""


def texts_of(document: BeautifulSoup) -> Iterator[tuple[str, str]]:
    """(nearest language, text) of everything the page says: text nodes, and attributes that are read aloud.

    What an attribute or the title says on a regional page is left out: no element inside can mark that it fell back to
    Indonesian (DECISIONS 22).
    """
    for node in document.find_all(string=True):
        if isinstance(node, NavigableString) and not isinstance(node, Comment | Doctype):
            if node.parent is None or node.parent.name in SKIPPED or node.find_parent(SKIPPED):
                continue
            if node.parent.name == "title" and nearest_language(node.parent) in REGIONAL:
                continue
            if WORD.search(node) and not node.find_parent(translate="no"):
                yield nearest_language(node.parent), normal(node)
    for element in document.find_all(True):
        language = nearest_language(element)
        for name in READ_ALOUD:
            if (
                language in ("id", "en")
                and element.get(name)
                and (name != "content" or element.get("name") == "description")
            ):
                yield language, normal(str(element[name]))


def languages_of(text: str) -> frozenset[str]:
    """The languages in which ``text`` is recorded, whatever stands before and after it."""
    return recorded().get(text) or recorded().get(text.strip(" .,:;·–")) or frozenset()


def wrong(language: str, text: str) -> str | None:
    """What is wrong with ``text`` under ``language``, or None."""
    pieces = [piece for piece in VALUES.split(text) if WORD.search(piece)]
    if not pieces or ABBREVIATION.fullmatch(text):
        return None
    if known := languages_of(text):
        return None if language in known else f"recorded in {', '.join(sorted(known))}"
    if language in REGIONAL:
        # A message with its values: what stands between dates, numbers and names is recorded, piece by piece.
        strange = [piece for piece in pieces if language not in languages_of(normal(piece))]
        return f"not recorded: {strange[0]}" if strange else None
    by_words = detected(text)
    return None if by_words in (None, language) else f"reads as {by_words}"


def problems(pages: Iterable[Visited]) -> list[str]:
    seen: set[tuple[str, str]] = set()
    found = []
    for page in pages:
        for language, text in texts_of(page.document):
            if (language, text) not in seen:
                seen.add((language, text))
                if reason := wrong(language, text):
                    found.append(f"{page.address} [{language}] {reason}: {text[:120]}")
    return found


def test_every_text_says_which_language_it_is_in(crawled: Crawl) -> None:
    found = problems(crawled.pages())
    assert not found, f"{len(found)} texts:\n" + "\n".join(found[:60])


def test_error_pages_say_which_language_they_are_in(portal_server: Server) -> None:
    addresses = [f"/{code}/tidak-pernah-ada/" for code in LANGUAGES]
    pages = [Visited(address, portal_server.ask(address), "", portal_server.host) for address in addresses]
    assert not problems(pages)


def test_the_witnesses_speak_about_nearly_every_sentence(crawled: Crawl) -> None:
    """Silence is no proof: of the sentences with at least eight words that are no names, nineteen in twenty are recorded or
    told by their words."""
    sentences = {
        text
        for page in crawled.public_pages()
        for language, text in texts_of(page.document)
        if language in ("id", "en") and sum(word.islower() for word in WORD.findall(text)) >= 8
    }
    told = [text for text in sentences if recorded().get(text) or detected(text)]
    assert len(sentences) > 500
    assert len(told) / len(sentences) >= 0.95


def test_regional_pages_speak_their_language(crawled: Crawl) -> None:
    """The safety page of each regional language holds its own sentences, each with the Indonesian one beside it."""
    for code in REGIONAL:
        page = next(
            one for one in crawled.pages() if one.path.startswith(f"/{code}/") and one.path.endswith("/keamanan/")
        )
        own = {
            text for language, text in texts_of(page.document) if language == code and code in recorded().get(text, ())
        }
        source = {
            text for language, text in texts_of(page.document) if language == "id" and "id" in recorded().get(text, ())
        }
        assert len([text for text in own if len(WORD.findall(text)) >= 4]) >= 8, code
        assert len([text for text in source if len(WORD.findall(text)) >= 4]) >= 8, code


@pytest.mark.parametrize(
    ("path", "language"),
    [(path, path.suffixes[-2].removeprefix(".")) for path in sorted((ROOT / "content").glob("*/seed/*.md"))],
    ids=lambda value: value.name if isinstance(value, Path) else value,
)
def test_the_word_lists_tell_every_content_file(path: Path, language: str) -> None:
    """The detector, on texts whose language is known: it names id and en, and never calls English what is regional."""
    _before, matter, body = path.read_text(encoding="utf-8").split("+++", 2)
    found = detected(" ".join([body, *(text for text in tomllib.loads(matter).values() if isinstance(text, str))]))
    assert found == language if language in ("id", "en") else found != "en"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<html lang="id"><p>You can ask, wait, or say no to the agency.', "reads as en"),
        ('<html lang="en"><p>Jangan bayar dulu, dan jangan titipkan paspor yang asli.', "reads as id"),
        ('<html lang="en"><p lang="id">Jangan bayar dulu, dan jangan titipkan paspor yang asli.', None),
        (
            '<html lang="jv"><p>Kalimat yang tidak dicatat di mana pun.',
            "not recorded: Kalimat yang tidak dicatat di mana pun.",
        ),
        ('<html lang="en"><img alt="Orang yang sedang membaca kontrak dan tidak sendiri">', "reads as id"),
    ],
)
def test_a_text_in_the_wrong_language_is_found(html: str, expected: str | None) -> None:
    reasons = [wrong(language, text) for language, text in texts_of(BeautifulSoup(html, "html5lib"))]
    assert reasons == [expected]
