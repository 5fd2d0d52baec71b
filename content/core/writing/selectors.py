"""What there is to say about the words of a page: for its editor, for the commands, and before it is published."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page

from content.core.glossary import forms, terms
from content.registers import digits, figures, tokens
from content.registers.fields import Words
from content.registers.generation import PerGeneration
from content.registers.models import AvoidedWord, Source, phrases_of
from content.registers.selectors import registers

from . import parity, plain
from .avoided import Entry, WordList
from .passages import Passage, passages, without_markup

if TYPE_CHECKING:
    from wagtail_localize.models import Translation

    from content.core.models import BasePage

# The language whose plainness is measured: the measure knows its words and its grammar.
MEASURED = "id"

# How localize writes a link into a string; the number stands for its address.
_ANCHOR = re.compile(r"<a id=\"(\w+)\"")


def language_of(page: Page) -> str:
    """The language of a page; one that is not saved yet is Indonesian."""
    return page.locale.language_code if page.locale_id else settings.LANGUAGE_CODE


# --- digits -------------------------------------------------------------------------------------------------------


def places_citing(entry: models.Model) -> Iterator[str]:
    """The pages that cite the law which the source ``entry`` alone is; without it their citations would be bare."""
    from .pages import every_page  # reads the models, which ask for the texts of their pages

    law = figures.law_of(entry) if isinstance(entry, Source) else None
    if law is None or any(
        figures.law_of(other) == law for other in registers().sources.values() if other.pk != entry.pk
    ):
        return
    for page in every_page():
        if any(law == cited for passage in passages(page) for _words, cited in digits.cited(passage.text)):
            yield _("“%(title)s” (%(language)s)") % {"title": page.title, "language": language_of(page)}


def bare_digits(page: BasePage) -> list[str]:
    """The numbers of ``page`` that nothing answers for, with the words around them; typed numbers that links dial, too."""
    read = passages(page)
    typed = digits.typed_links(link for passage in read for link in passage.links)
    return figures.bare_in([*(passage.text for passage in read), page.title, page.summary, page.steward]) + list(
        dict.fromkeys(typed)
    )


def sentences(strange: list[str], bare: list[str]) -> list[str]:
    """Why texts with these unknown tokens and bare numbers must not become public, for editors."""
    return [
        *([tokens.UNKNOWN % {"tokens": ", ".join(strange)}] if strange else []),
        *([figures.sentence(bare)] if bare else []),
    ]


def obstacles_in(texts: Sequence[str]) -> list[str]:
    """The same for texts that may hold markup, as translators write them. As a draft they may stand."""
    return sentences(sorted(set(tokens.unknown("\n".join(texts)))), figures.bare_in(map(without_markup, texts)))


# --- words --------------------------------------------------------------------------------------------------------


def _explained() -> frozenset[str]:
    said = (form for term in terms() for form in forms(term, MEASURED))
    return frozenset(word for form in said for word in re.findall(r"[^\W\d_][\w-]*", form.lower()))


explained_words = PerGeneration(_explained)


class _Lists:
    """The list of each language, made when it is first asked for; a generation long."""

    def __init__(self) -> None:
        held = list(AvoidedWord.objects.all())
        self.of = lru_cache(maxsize=16)(lambda language: WordList(_entries(held, language)))


def _entries(held: Iterable[AvoidedWord], language: str) -> Iterator[Entry]:
    for row in held:
        if words := Words(row.words).get(language):
            yield Entry(
                tuple(phrases_of(Words({language: words}))),
                Words(row.better).text(language),
                Words(row.why).text(language),
            )


word_lists = PerGeneration(_Lists)


def measured(page: BasePage) -> plain.Report:
    """The measure of an Indonesian page."""
    return plain.measure((passage.text for passage in passages(page)), explained_words())


# --- hints --------------------------------------------------------------------------------------------------------

PLAIN, AVOIDED, DIGITS, PARITY = "plain", "avoided", "digits", "parity"


@dataclass(frozen=True)
class Hint:
    """One thing to look at again: what, and where it stands in words that can be searched for."""

    kind: str
    says: str
    # Keeps the page from being published.
    stops: bool = False


def hints(page: BasePage) -> list[Hint]:
    """Everything, the gravest first."""
    found = bare_hints(bare_digits(page))
    found += avoided(page)
    found += parity_hints(page)
    if language_of(page) == MEASURED:
        found += plain_hints(measured(page))
    return found


def bare_hints(numbers: Iterable[str]) -> list[Hint]:
    """The bare numbers, in sentences."""
    said = _("Bare number: “%(number)s”")
    return [Hint(DIGITS, said % {"number": number}, stops=True) for number in numbers]


def avoided(page: BasePage) -> list[Hint]:
    """The words to avoid that ``page`` says outside of quotations."""
    return avoided_in((passage.text for passage in passages(page)), language_of(page))


def avoided_in(texts: Iterable[str], language: str) -> list[Hint]:
    """The same for texts in one language."""
    held = word_lists().of(language)
    hits = dict.fromkeys(hit for text in texts for hit in held.hits(text))
    said = _("“%(said)s”: write “%(better)s”. %(why)s")
    return [Hint(AVOIDED, (said % {"said": hit.said, "better": hit.better, "why": hit.why}).strip()) for hit in hits]


def plain_hints(report: plain.Report) -> list[Hint]:
    """What the measure found, in sentences."""
    found = []
    if report.mean > plain.MEAN_WORDS:
        said = _("A sentence has %(mean)s words on average: at most %(most)s.")
        found.append(said % {"mean": number_format(report.mean, 1), "most": plain.MEAN_WORDS})
    said = _("A sentence of %(count)s words, at most %(most)s: “%(text)s”")
    found += [said % {"count": one.length, "most": plain.MOST_WORDS, "text": _short(one.text)} for one in report.long]
    found += [_("Say who does it first: “%(text)s”") % {"text": text} for text in report.passive]
    found += [_("A word of law that the glossary does not explain: “%(word)s”") % {"word": word} for word in report.law]
    if report.too_rare:
        said = _("%(share)s of a hundred words are rare, at most %(most)s: %(words)s")
        rarest = ", ".join(word for word, _count in report.rare.most_common(12))
        found.append(said % {"share": round(report.rare_share), "most": plain.MOST_RARE, "words": rarest})
    return [Hint(PLAIN, said) for said in found]


def _short(text: str) -> str:
    return text if len(text) <= 90 else f"{text[:89]}…"


# --- parity -------------------------------------------------------------------------------------------------------

KIND_NAMES = {
    parity.NUMBER: gettext_lazy("figure"),
    parity.PHONE: gettext_lazy("phone"),
    parity.MONEY: gettext_lazy("amount of money"),
    parity.DATE: gettext_lazy("date"),
    parity.LINK: gettext_lazy("link"),
}


@dataclass(frozen=True)
class Parted:
    """A place at which a translation names something else than its source."""

    path: str
    difference: parity.Difference
    text: str


def source_page(page: BasePage) -> BasePage | None:
    """The Indonesian page that ``page`` translates."""
    if page.pk is None or language_of(page) == settings.LANGUAGE_CODE:
        return None
    held = type(page).objects.filter(translation_key=page.translation_key, locale__language_code=settings.LANGUAGE_CODE)
    return held.filter(alias_of=None).first()


def parted(source: BasePage, translated: BasePage) -> list[Parted]:
    """Every place at which the two pages do not name the same numbers, phones, amounts, dates and links."""
    languages = (language_of(source), language_of(translated))
    ours, theirs = _by_path(passages(source)), _by_path(passages(translated))
    keys = _keys([*ours.values(), *theirs.values()])
    found = []
    for path in dict.fromkeys([*ours, *theirs]):
        left, right = ours.get(path, _NOTHING), theirs.get(path, _NOTHING)
        links = (_targets(left.links, keys), _targets(right.links, keys))
        for difference in parity.differences(left.text, right.text, languages, links, tokens.plain):
            found.append(Parted(path, difference, right.text or left.text))
    return found


_NOTHING = Passage("", "")


def _by_path(read: Iterable[Passage]) -> dict[str, Passage]:
    """The paragraphs of one text stand at one path: they are compared together."""
    held: dict[str, list[Passage]] = defaultdict(list)
    for passage in read:
        held[passage.path].append(passage)
    return {
        path: Passage(path, "\n".join(one.text for one in parts), tuple(link for one in parts for link in one.links))
        for path, parts in held.items()
    }


def _keys(read: Iterable[Passage]) -> dict[str, str]:
    """The page behind each link to a page, whatever its language."""
    ids = {link.partition(":")[2] for passage in read for link in passage.links if link.startswith("page:")}
    rows = Page.objects.filter(pk__in=[one for one in ids if one.isdigit()]).values_list("pk", "translation_key")
    return {f"page:{pk}": f"page:{key}" for pk, key in rows}


def _targets(links: Iterable[str], keys: dict[str, str]) -> list[str]:
    return [keys.get(link, link) for link in links]


def parity_hints(page: BasePage) -> list[Hint]:
    """Where a translation parts from the newest Indonesian page."""
    source = source_page(page)
    if source is None:
        return []
    return [_parted_hint(one.difference, one.text) for one in parted(source, page)]


def _parted_hint(difference: parity.Difference, text: str) -> Hint:
    said = _("Not as in Indonesian (%(kind)s): there %(ours)s, here %(theirs)s, in “%(text)s”") % {
        "kind": KIND_NAMES[difference.kind],
        "ours": difference.ours or "–",
        "theirs": difference.theirs or "–",
        "text": _short(text),
    }
    return Hint(PARITY, said)


def translation_hints(held: Translation) -> list[Hint]:
    """The same of what translators have written, string by string, published or not."""
    from content.core.translation import said as said_in  # reads the models, which ask for the texts of their pages

    language = held.target_locale.language_code
    languages = (held.source.locale.language_code, language)
    found: list[Hint] = []
    for ours, theirs in said_in(held):
        found += avoided_in([without_markup(theirs)], language)
        links = (_ANCHOR.findall(ours), _ANCHOR.findall(theirs))
        texts = (without_markup(ours), without_markup(theirs))
        found += [_parted_hint(one, texts[1]) for one in parity.differences(*texts, languages, links, tokens.plain)]
    return found
