"""The one stylesheet, the one script and the drawings: small, plain enough for old phones, and the only ones there are."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest
from django.template.loader import render_to_string

from portal import drawings, inline, last_resort
from tests.public_templates import PRIVATE_FRAMES, PUBLIC_FRAMES, frame_of, templates
from tests.servers import ROOT

SHEET_LIMIT, SCRIPT_LIMIT, DRAWING_LIMIT = 2500, 1024, 600
# What Opera Mini or a phone of 2014 does not know; sticky and flex are there too, but carry no meaning (UX, trap 3).
FORBIDDEN = ("var(", "--", "display:grid", "calc(", "@import", "url(", "@font-face", "animation", "transition")
CLASS = re.compile(r'class="((?:[^"{]|{[{%][^}]*[}%]})*)"')
TAG = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
PARTS_OF_THE_CMS = {"components/user_bar.html"}


def public_parts() -> Iterator[tuple[str, str]]:
    """Every public page and every part that no page of the CMS or of the sign-in is made of, with its text."""
    held = templates()
    for name, path in held.items():
        text = path.read_text(encoding="utf-8")
        frame = frame_of(name, held)
        private = (
            "{% extends" in text
            or name.startswith(("wagtail", "account/", "vault/desk/"))
            or "admin" in name
            or name.endswith("_widget.html")
        )
        part = not private and frame not in PRIVATE_FRAMES and name not in PARTS_OF_THE_CMS
        if frame in PUBLIC_FRAMES or part:
            yield name, text


def classes_of(text: str) -> set[str]:
    return {word for found in CLASS.findall(text) for word in TAG.sub(" ", found).split()}


def styled() -> set[str]:
    return set(re.findall(r"\.([a-z][a-z0-9]*)", re.sub(r"{[^{}]*}", "{}", inline.stylesheet().text)))


def test_the_sheet_is_small_as_it_is_sent() -> None:
    assert len(brotli.compress(inline.stylesheet().text.encode(), quality=11)) <= SHEET_LIMIT


@pytest.mark.parametrize("word", FORBIDDEN)
def test_the_sheet_asks_for_nothing_that_old_phones_lack(word: str) -> None:
    assert word not in inline.stylesheet().text


def test_the_script_is_small() -> None:
    assert len(inline.exit_script().text.encode()) <= SCRIPT_LIMIT


def test_there_is_no_other_sheet_or_script() -> None:
    """Beside what the CMS adds to Wagtail, and the report room's own, which lie in its folder."""
    found = {str(path.relative_to(ROOT / "static")) for path in (ROOT / "static").rglob("*.*")}
    code = {name for name in found if name.endswith((".css", ".js")) and not name.startswith("formulir/")}
    assert {name for name in code if "admin" not in name} == {
        "css/site.css",
        "js/exit.js",
        "js/suggest.js",
        "js/ticks.js",
    }


@pytest.mark.parametrize("name", sorted(drawings.names(drawings.DRAWINGS) | {"beranda", "lentera"}))
def test_a_drawing_is_small_and_only_a_drawing(name: str) -> None:
    drawn = drawings.drawing(name)
    assert len(drawn.encode()) <= DRAWING_LIMIT
    only_shapes(drawn)


@pytest.mark.parametrize("name", sorted(drawings.names(drawings.ICONS)))
def test_an_icon_is_small_and_only_a_drawing(name: str) -> None:
    drawn = drawings.svg(drawings.ICONS, name)
    assert len(drawn.encode()) <= 400
    only_shapes(drawn)


def only_shapes(drawn: str) -> None:
    """Hidden from screen readers, and nothing in it that runs, loads or styles."""
    root = ElementTree.fromstring(drawn)
    assert root.get("aria-hidden") == "true"
    for element in root.iter():
        assert element.tag in {"svg", "g", "path", "circle", "rect"}
        assert not {name for name in element.attrib if name.startswith("on") or "href" in name or name == "style"}


def test_every_topic_has_a_drawing_and_a_strange_one_the_lantern() -> None:
    topics = {path.name.split(".")[0] for path in ROOT.glob("content/education/seed/*.id.md") if "topic" in head(path)}
    assert topics
    assert topics <= drawings.names(drawings.DRAWINGS)
    assert drawings.drawing("topik-baru") == drawings.drawing("lentera")


def head(path: Path) -> str:
    return path.read_text(encoding="utf-8").split("+++")[1]


def test_the_report_path_leaves_out_only_what_none_of_its_pages_has() -> None:
    """Its sheet ends where the part for reading begins; each rule of that part asks for something its pages lack."""
    shared, whole = inline.report_stylesheet().text, inline.stylesheet().text
    assert whole.startswith(shared)
    pages = [path.read_text(encoding="utf-8") for path in ROOT.glob("content/reports/vault/templates/vault/*.html")]
    # And what they include of the portal's.
    included = {name for page in pages for name in re.findall(r'{% include "([^"]+)"', page)}
    pages += [templates()[name].read_text(encoding="utf-8") for name in included if not name.startswith("vault/")]
    script = (ROOT / "static" / "formulir" / "report.js").read_text(encoding="utf-8")
    made = re.findall(r"\belement\('(\w+)', '([\w ]*)'", script)
    assert made
    held = {word for page in pages for word in re.findall(r"<([a-z]\w*)", page)} | {"html", "body"}
    held |= {f".{word}" for page in pages for word in re.findall(r'class="?([^">]*)', page) for word in word.split()}
    held |= {part for tag, names in made for part in (tag, *(f".{name}" for name in names.split()))}
    rules = re.sub(r"@media[^{]*\{((?:[^{}]*\{[^}]*\})*)\}", r"\1", whole.removeprefix(shared).partition("@page")[0])
    reached = []
    for selector in ",".join(re.findall(r"([^{}]+)\{", rules)).split(","):
        parts = re.findall(r"\.?[a-z]\w*", re.sub(r"::?[\w-]+(?:\([^)]*\))?|\[[^\]]*\]", "", selector))
        if parts and held >= set(parts):
            reached.append(selector)
    assert len(rules) > 2000
    assert not reached


def test_every_class_in_a_public_template_has_a_style() -> None:
    """A class that no rule names is a misspelling, or a part that nobody drew."""
    known = styled()
    strange = {(name, word) for name, text in public_parts() for word in classes_of(text) - known}
    assert not strange


def test_a_misspelt_class_is_noticed() -> None:
    assert classes_of('<p class="warn{% if x %} bad{% endif %} wran">') - styled() == {"wran"}


def test_public_templates_carry_no_style_handler_or_own_script() -> None:
    """The policy refuses all of them (DECISIONS 10), so they would be dead markup."""
    markup = re.compile(r"\sstyle\s*=|\son[a-z]+\s*=|<script|<style|<link[^>]+stylesheet")
    allowed = {
        "<style>{{ stylesheet }}</style>",
        "<script>{{ exit_script }}</script>",
        "<script>{{ proposing }}</script>",
    }
    for name, text in public_parts():
        for line in allowed:
            text = text.replace(line, "")
        assert not markup.search(text) or name.startswith("vault/"), name


def test_public_templates_never_touch_user_messages_or_csrf() -> None:
    """Touching them would vary every page by cookie (DECISIONS 9)."""
    touched = re.compile(r"request\.user\b|{{\s*user\b|{%[^%]*\b(?:user|messages|perms)\b[^%]*%}|csrf_token")
    for name, text in public_parts():
        assert not touched.search(text), name


def test_every_include_is_in_the_guide() -> None:
    """The guide names what other rooms use; the frame's own parts are named by the frame."""
    guide = (ROOT / "docs" / "guides" / "components.md").read_text(encoding="utf-8")
    frame = {
        "addresses",
        "branch",
        "crumbs",
        "help",
        "hint",
        "label",
        "listen",
        "logo",
        "notices",
        "number",
        "search",
        "source",
        "sources",
        "voice",
    }
    parts = {path.stem for path in (ROOT / "portal" / "templates" / "components").glob("*.html")}
    missing = {part for part in parts - frame - {"switcher", "user_bar"} if f"components/{part}.html" not in guide}
    assert not missing


def test_the_last_resort_wears_the_sheet_and_names_numbers_in_both_languages() -> None:
    for path, language in (("/id/x/", "id"), ("/en/x/", "en"), ("/jv/x/", "id")):
        page = last_resort.page(path)
        assert f'<html lang="{language}">' in page
        assert inline.stylesheet().text in page
        assert "tel:110" in page
        assert "tel:129" in page


def test_an_empty_state_says_what_to_do() -> None:
    shown = render_to_string(
        "components/empty.html", {"title": "Tidak ada", "text": "Coba", "url": "/x/", "action": "Ulangi"}
    )
    assert '<a class="b b2" href="/x/">Ulangi</a>' in shown
