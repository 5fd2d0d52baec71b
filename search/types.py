"""What is asked of a search and what it answers. Every engine speaks these words; only the standard library is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

PER_PAGE: Final = 20
# What a machine may ask for at once, and how many entries a feed holds.
MOST_PER_PAGE: Final = 100
FEED_ENTRIES: Final = 50
# Deeper than this nobody reads; it bounds what a page number may cost.
LAST_PAGE: Final = 500

Sort = Literal["closing", "relevance", "newest"]
Cost = Literal["zero", "some"]
# The days within which a listing closes, counted from today, the last day included.
CLOSING_DAYS: Final = (7, 14, 30)
# The filters of a job search in the order in which they are shown and stand in an address.
FACETS: Final = ("country", "work", "cost", "education", "scheme", "closing")
WORDS: Final = "words"

# Terms that stand next to each other; one term alone is a phrase as well.
Phrase = tuple[str, ...]
# Phrases of which a document must hold at least one. The first is what was typed and may stand anywhere; the others are
# its synonyms, which are no names: they do not find a company or an employer by theirs.
Alternatives = tuple[Phrase, ...]


@dataclass(frozen=True)
class JobQuery:
    """One question about jobs. An empty string means “any”; codes are those of the registers.

    ``words`` is what was typed, cleaned; engines analyse it, and correct words that nobody knows where they find nothing,
    unless they are to be taken ``as_typed``: a program that reads the answer sees no “did you mean”. ``education`` is the education of the asker: it finds
    listings that ask for that level or less. ``closing`` is one of :data:`CLOSING_DAYS` as a string.
    """

    words: str = ""
    country: str = ""
    work: str = ""
    cost: Cost | Literal[""] = ""
    education: str = ""
    scheme: str = ""
    closing: str = ""
    sort: Sort = "closing"
    page: int = 1
    per_page: int = PER_PAGE
    as_typed: bool = False

    def value(self, name: str) -> str:
        """The value of a filter (one of :data:`FACETS`) or of :data:`WORDS`."""
        return str(getattr(self, name))

    @property
    def filters(self) -> dict[str, str]:
        """The filters that are set, by name, in their order; the words are not among them."""
        return {name: value for name in FACETS if (value := self.value(name))}

    def without(self, *names: str) -> JobQuery:
        """The same question with these filters (or the words) taken away, from its first page."""
        asked = replace(self, page=1, **dict.fromkeys(names, ""))  # type: ignore[arg-type]
        return asked.in_order(asked.sort)

    def in_order(self, sort: Sort) -> JobQuery:
        """The same question in another order, from its first page. Without words nothing fits better than the rest."""
        return replace(self, sort="closing" if sort == "relevance" and not self.words else sort, page=1)


@dataclass(frozen=True)
class FacetOption:
    """A value of a filter and how many listings it would show."""

    value: str
    count: int


@dataclass(frozen=True)
class Facet:
    """A filter with the counts of its values; every other filter and the words are respected, its own value is not."""

    name: str
    options: tuple[FacetOption, ...] = ()

    def count(self, value: str) -> int:
        """The count of ``value``; 0 where there is none."""
        return next((option.count for option in self.options if option.value == value), 0)


@dataclass(frozen=True)
class Removal:
    """What one would find after taking away these filters (names of :data:`FACETS`, :data:`WORDS`).

    Where only a part of the words goes, it is what was ``said``, and ``words`` are left; it may have been a condition.
    """

    names: tuple[str, ...]
    total: int
    said: str = ""
    words: str = ""
    condition: bool = False

    def left_of(self, query: JobQuery) -> JobQuery:
        """The question that finds it."""
        return replace(query, words=self.words, page=1) if self.said else query.without(*self.names)


@dataclass(frozen=True)
class SearchResults:
    """One page of listing ids in order, the total, facet counts, and ways out where nothing was found.

    ``page`` is the page really shown: a number past the end shows the last one. ``removals`` is filled only when
    ``total`` is 0, and holds only ways that lead to something. ``corrected`` are the words that were searched for
    because those that were typed found nothing.
    """

    ids: tuple[int, ...] = ()
    total: int = 0
    facets: Mapping[str, Facet] = field(default_factory=dict)
    removals: tuple[Removal, ...] = ()
    page: int = 1
    per_page: int = PER_PAGE
    corrected: str = ""

    @property
    def pages(self) -> int:
        """How many pages there are, at least one and at most :data:`LAST_PAGE`."""
        return page_count(self.total, self.per_page)


@dataclass(frozen=True)
class PageQuery:
    """One question about pages, asked in a language."""

    words: str
    language: str
    page: int = 1


@dataclass(frozen=True)
class Hit:
    """A page that was found: its id, language and original texts (tokens in words)."""

    key: int
    language: str
    title: str
    text: str


@dataclass(frozen=True)
class PageResults:
    """One page of hits: the reader's language first, then Indonesian ones that have no version in it, then the rest.

    ``corrected`` and ``removals`` as for listings; ``suggestion`` is what may have been meant where some words found
    something.
    """

    hits: tuple[Hit, ...] = ()
    total: int = 0
    page: int = 1
    corrected: str = ""
    suggestion: str = ""
    removals: tuple[Removal, ...] = ()

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return page_count(self.total)


@dataclass(frozen=True)
class Changes:
    """What an indexing run did, or with ``dry_run`` would do."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0

    def __add__(self, other: Changes) -> Changes:
        return Changes(
            self.added + other.added,
            self.changed + other.changed,
            self.removed + other.removed,
            self.unchanged + other.unchanged,
        )


def page_count(total: int, per_page: int = PER_PAGE) -> int:
    """The number of pages that ``total`` results fill: at least one, at most :data:`LAST_PAGE`."""
    return max(1, min(LAST_PAGE, -(-total // per_page)))
