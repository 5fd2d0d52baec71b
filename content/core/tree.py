"""The map of live pages, kept by each process for one generation.

Navigation, breadcrumbs, the language switcher, hreflang, the site map and links inside texts all ask the same questions
of the same few hundred rows, so they are read once and cost a page no query.

An alias is not a translation and no page of its own (DECISIONS 3): it has no node. It holds a place, though: where a
regional page lies below pages that its language lacks, aliases keep its address equal to the Indonesian one, and the
node's parent is the Indonesian page that the alias stands for. The reverse does not hold: the Indonesian page counts only
Indonesian pages as its children.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from django.conf import settings
from django.db.models import Q
from wagtail.models import Locale, Page, Site

from content.registers.generation import PerGeneration


@dataclass(frozen=True)
class Node:
    """A live page: enough to link to it, place it and find its translations."""

    id: int
    title: str
    path: str
    url: str
    language: str
    key: str
    kind: str
    slug: str
    in_menu: bool
    parent: Node | None = field(default=None, repr=False, compare=False)
    children: list[Node] = field(default_factory=list, repr=False, compare=False)

    def ancestors(self) -> list[Node]:
        """From the home page down to the parent."""
        found: list[Node] = []
        node = self.parent
        while node is not None:
            found.insert(0, node)
            node = node.parent
        return found

    def descendants(self) -> Iterator[Node]:
        """Every live page below, in tree order."""
        for child in self.children:
            yield child
            yield from child.descendants()


class Tree:
    """Live pages by id, by address, by language (in tree order) and by translation."""

    def __init__(self, nodes: list[Node]) -> None:
        self.by_id = {node.id: node for node in nodes}
        self.by_url = {node.url: node for node in nodes}
        self.homes = {node.language: node for node in nodes if node.parent is None}
        self.pages: dict[str, list[Node]] = {}
        self._translations: dict[str, dict[str, Node]] = {}
        self._by_slug: dict[tuple[str, str], Node] = {}
        for node in nodes:
            self.pages.setdefault(node.language, []).append(node)
            self._translations.setdefault(node.key, {})[node.language] = node
            self._by_slug.setdefault((node.language, node.slug), node)

    def translations(self, node: Node) -> dict[str, Node]:
        """The live pages that are the same page, by language, the page itself included, in the order of LANGUAGES."""
        held = self._translations[node.key]
        return {code: held[code] for code, _name in settings.LANGUAGES if code in held}

    def in_language(self, node: Node, language: str) -> Node:
        """The translation of ``node``, or ``node`` itself where there is none."""
        return self._translations[node.key].get(language, node)

    def find(self, slug: str, language: str) -> Node | None:
        """The live page with ``slug`` in ``language``, else in Indonesian."""
        return self._by_slug.get((language, slug)) or self._by_slug.get((settings.LANGUAGE_CODE, slug))


_COLUMNS = (
    "id",
    "title",
    "path",
    "url_path",
    "translation_key",
    "content_type__app_label",
    "content_type__model",
    "slug",
    "show_in_menus",
    "alias_of",
)


def _load() -> Tree:
    """Every live page of the default site. The source language is read first: aliases stand for its pages."""
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is None:
        return Tree([])
    known = [code for code, _name in settings.LANGUAGES]
    languages = {pk: code for pk, code in Locale.objects.values_list("pk", "language_code") if code in known}
    homes = [
        home
        for home in Page.objects.filter(translation_key=site.root_page.translation_key, live=True)
        if home.locale_id in languages
    ]
    homes.sort(key=lambda home: known.index(languages[home.locale_id]))
    source: dict[str, Node] = {}
    nodes: list[Node] = []
    rows = _rows_below(homes)
    for home in homes:
        language = languages[home.locale_id]
        placed: dict[str, Node | None] = {}
        for pk, title, path, url_path, key, app, model, slug, in_menu, alias_of in rows[home.path]:
            if alias_of is not None:
                placed[path] = source.get(str(key))
                continue
            parent = placed.get(path[: -Page.steplen])
            if parent is None and pk != home.pk:
                continue  # below a page that is not live
            url = f"/{language}/{url_path[len(home.url_path) :]}"
            node = Node(pk, title, path, url, language, str(key), f"{app}.{model}", slug, in_menu, parent)
            placed[path] = node
            nodes.append(node)
            if language == settings.LANGUAGE_CODE:
                source[node.key] = node
            if parent is not None and parent.language == language:
                parent.children.append(node)
    return Tree(nodes)


def _rows_below(homes: list[Page]) -> dict[str, list[tuple]]:
    """The live pages of each home by its path, in their order. One query for all languages."""
    found: dict[str, list[tuple]] = {home.path: [] for home in homes}
    if homes:
        below = reduce(or_, (Q(path__startswith=home.path) for home in homes))
        for row in Page.objects.filter(below, live=True).order_by("path").values_list(*_COLUMNS):
            # Homes stand beside each other: their paths are of one length.
            found[row[2][: len(homes[0].path)]].append(row)
    return found


tree = PerGeneration(_load)
