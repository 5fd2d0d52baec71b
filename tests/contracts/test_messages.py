"""What the interface says: complete in Indonesian, honest in the regional languages, and nothing said escapes the catalogues."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.conf import settings

from portal import catalogues
from portal.settings.languages import COMPLETE_LANGUAGES, REGIONAL_LANGUAGES

ROOT = Path(settings.BASE_DIR)
TRANSLATED = tuple(code for code, _name in settings.LANGUAGES if code != "en")  # the messages are English
PLACEHOLDER = re.compile(r"%\((?P<name>[^)]*)\)[a-z]|%%|\{[a-z_:-]+\d*\}|</?[a-z][^>]*>|\n")
# “unreviewed”, or who has read the entry and when: “reviewed by Siti Contoh, 2026-11-22”.
REVIEW = re.compile(r"unreviewed|reviewed by \S.*, \d{4}-\d{2}-\d{2}")


def _path(language: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def _catalogue(language: str) -> polib.POFile:
    return polib.pofile(str(_path(language)))


def _translations(entry: polib.POEntry) -> Iterator[tuple[str, str]]:
    """Each translation of an entry with the message whose placeholders it must carry; one form stands for all counts."""
    if entry.msgid_plural:
        yield from ((entry.msgid_plural, text) for text in entry.msgstr_plural.values() if text)
    elif entry.msgstr:
        yield entry.msgid, entry.msgstr


def _placeholders(text: str) -> list[str]:
    return sorted(match.group() for match in PLACEHOLDER.finditer(text))


@pytest.fixture(scope="module")
def texts() -> dict[tuple[str, str], catalogues.Text]:
    return catalogues.collect(ROOT)


def test_everything_we_say_is_said_in_indonesian(texts: dict[tuple[str, str], catalogues.Text]) -> None:
    assert settings.LANGUAGE_CODE in COMPLETE_LANGUAGES
    language = settings.LANGUAGE_CODE
    assert catalogues.untranslated(catalogues.update(_path(language), language, texts)) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_holds_exactly_what_we_say(language: str, texts: dict[tuple[str, str], catalogues.Text]) -> None:
    held = {(entry.msgctxt or "", entry.msgid) for entry in _catalogue(language)}
    assert held ^ set(texts) == set(), "run `make messages`"
    fresh = catalogues.text_of(catalogues.update(_path(language), language, texts))
    assert _path(language).read_text(encoding="utf-8") == fresh, "run `make messages`"


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_keeps_its_placeholders(language: str) -> None:
    wrong = [
        (message, text)
        for entry in _catalogue(language)
        for message, text in _translations(entry)
        if _placeholders(message) != _placeholders(text)
    ]
    assert wrong == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_compiles_and_answers(language: str, tmp_path: Path) -> None:
    catalogue = _catalogue(language)
    compiled = tmp_path / "django.mo"
    catalogue.save_as_mofile(str(compiled))
    answers = {(entry.msgctxt or "", entry.msgid): entry for entry in polib.mofile(str(compiled))}
    said = [entry for entry in catalogue if any(_translations(entry))]
    assert said
    assert len(answers) == len(said)
    for entry in said:
        assert list(_translations(answers[entry.msgctxt or "", entry.msgid])) == list(_translations(entry))


@pytest.mark.parametrize("language", REGIONAL_LANGUAGES)
def test_a_regional_entry_says_whether_it_was_reviewed(language: str) -> None:
    silent = [e.msgid for e in _catalogue(language) if any(_translations(e)) and not REVIEW.fullmatch(e.tcomment)]
    assert silent == []


def test_a_reviewer_is_a_name_with_a_date() -> None:
    assert REVIEW.fullmatch("reviewed by Siti Contoh, 2026-11-22")
    for comment in ("", "reviewed", "reviewed by", "reviewed by , 2026-11-22", "unreviewed?"):
        assert not REVIEW.fullmatch(comment)


# --- the collector ----------------------------------------------------------------------------------------------

PYTHON = """
from django.utils.translation import gettext_lazy as _, gettext_noop, ngettext, pgettext_lazy

LABEL = _("in Python")
LONG = _("in two "
         "pieces")
LATER = gettext_noop("said later")
MONTH = pgettext_lazy("month", "May")


def count(n):
    return ngettext("%(count)s job", "%(count)s jobs", n) % {"count": n}
"""
TEMPLATE = """{# {% ui "in a comment" %} #}
{% ui "plain" %} {% ui 'single “quotes”' name=value as held %} <p title="{% uitext "in an attribute" %}">
{% translate "100% sure" %} {% translate "May" context "verb" %} {% include "a.html" with title=_("handed on") %}
{% blocktranslate trimmed with name=page.title %}
  Hello {{ name }},
  50% are here.
{% endblocktranslate %}
{% blocktranslate count counter=rows|length %}One row{% plural %}{{ counter }} rows{% endblocktranslate %}
{% ui variable %}
"""


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """A scratch tree with a room that says something in every way there is."""
    files = {
        "content/jobs/models/listings.py": PYTHON,
        "content/jobs/migrations/0001_initial.py": '_("in a migration")',
        "content/jobs/templates/jobs/card.html": TEMPLATE,
        "content/jobs/seed/a.html": '{% ui "outside templates" %}',
        "tests/test_a.py": '_("in a test")',
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_every_way_of_saying_something_is_collected(planted: Path) -> None:
    found = catalogues.collect(planted)
    assert {key: text.plural for key, text in found.items()} == {
        ("", "in Python"): "",
        ("", "in two pieces"): "",
        ("", "said later"): "",
        ("month", "May"): "",
        ("", "%(count)s job"): "%(count)s jobs",
        ("", "plain"): "",
        ("", "single “quotes”"): "",
        ("", "in an attribute"): "",
        ("", "100%% sure"): "",
        ("verb", "May"): "",
        ("", "handed on"): "",
        ("", "Hello %(name)s, 50%% are here."): "",
        ("", "One row"): "%(counter)s rows",
    }
    assert found["", "plain"].places == ["content/jobs/templates/jobs/card.html"]


def test_an_update_keeps_translations_and_drops_what_nobody_says(planted: Path) -> None:
    path = planted / "django.po"
    first = catalogues.update(path, "jv", catalogues.collect(planted))
    kept = first.find("plain")
    kept.msgstr, kept.tcomment = "biasa", "unreviewed"
    plural = first.find("%(count)s job")
    plural.msgstr_plural = {0: "%(count)s lowongan"}
    gone = first.find("in Python")
    gone.msgstr = "ing Python"
    path.write_text(catalogues.text_of(first), encoding="utf-8")
    (planted / "content/jobs/models/listings.py").write_text(
        PYTHON.replace('"in Python"', '"new in Python"'), encoding="utf-8"
    )

    second = catalogues.update(path, "jv", catalogues.collect(planted))
    assert (second.find("plain").msgstr, second.find("plain").tcomment) == ("biasa", "unreviewed")
    assert second.find("%(count)s job").msgstr_plural == {0: "%(count)s lowongan"}
    assert second.find("in Python") is None
    assert "new in Python" in catalogues.untranslated(second)
    path.write_text(catalogues.text_of(second), encoding="utf-8")
    assert catalogues.text_of(catalogues.update(path, "jv", catalogues.collect(planted))) == catalogues.text_of(second)
