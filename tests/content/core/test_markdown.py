"""The body of a seed file: what may be written, and that everything else is refused with its line."""

from __future__ import annotations

import pytest

from content.core import markdown
from content.core.markdown import BodyError, Part


def _html(text: str) -> str:
    return markdown.html(Part("prose", 1, lines=tuple(text.split("\n"))), {"paspor": 7}.__getitem__)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Satu\nbaris.\n\nDua.", "<p>Satu baris.</p><p>Dua.</p>"),
        ("- a\n- **b** c", "<ul><li>a</li><li><b>b</b> c</li></ul>"),
        ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
        ("Baca [ini](page:paspor).", '<p>Baca <a linktype="page" id="7">ini</a>.</p>'),
        ("[x](https://a.example/?b=1&c=2)", '<p><a href="https://a.example/?b=1&amp;c=2">x</a></p>'),
        ("Telepon {kanal:sapa-129} & <b>", "<p>Telepon {kanal:sapa-129} &amp; &lt;b&gt;</p>"),
        ("2 * 3 dan a_b", "<p>2 * 3 dan a_b</p>"),
    ],
)
def test_prose_becomes_what_the_editor_stores(text: str, html: str) -> None:
    assert _html(text) == html


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Biasa.\n\n*miring*", 3),
        ("- a\n  - b", 2),
        ("- a\n\n  b", 3),
        ("# Judul", 1),
        ("Biasa.\n#### Judul", 2),
        ("![gambar](https://a.example/x.png)", 1),
        ("> kutipan", 1),
        ("<script>alert(1)</script>", 1),
        ("[x](http://a.example)", 1),
        ("[x](javascript:alert(1))", 1),
        ("[x](/id/)", 1),
        ("[x](page:tidak-ada)", 1),
    ],
)
def test_what_an_editor_cannot_do_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(BodyError) as refused:
        _html(text)
    assert refused.value.line == line


def test_parts_come_in_order_with_their_lines() -> None:
    parts = markdown.parts("Awal.\n\n## Judul\n\n::: warning\n### Awas\nIsi.\n:::\n\n- a\n")
    assert [(part.kind, part.line) for part in parts] == [("prose", 1), ("heading", 3), ("warning", 5), ("prose", 10)]
    assert [(title, prose.text) for title, prose in markdown.items(parts[2])] == [("Awas", "Isi.")]


@pytest.mark.parametrize(
    ("body", "line"),
    [("::: tip\nIsi.", 1), ("a\n\n:::", 3), ("::: tip\n::: warning\n:::\n:::", 2), (":::: tip\n::::", 1)],
)
def test_directives_are_closed_and_not_nested(body: str, line: int) -> None:
    with pytest.raises(BodyError) as refused:
        markdown.parts(body)
    assert refused.value.line == line


@pytest.mark.parametrize("line", ["- hanya satu", "tanpa tanda :: x", "- :: kosong"])
def test_a_row_without_its_values_is_refused(line: str) -> None:
    with pytest.raises(BodyError) as refused:
        markdown.entries(Part("facts", 4, lines=("- a :: b", line)), "::", 2)
    assert refused.value.line == 6


def test_a_table_has_three_columns() -> None:
    rows = markdown.table(Part("compare", 1, lines=("| A | B | C |", "|---|:--:|---|", "| a | b | c |")))
    assert rows == [["A", "B", "C"], ["a", "b", "c"]]
    with pytest.raises(BodyError):
        markdown.table(Part("compare", 1, lines=("| A | B |",)))
