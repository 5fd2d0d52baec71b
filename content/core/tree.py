"""The map of live pages, kept by each process for one generation.

Navigation, breadcrumbs, the language switcher, hreflang, the site map and links inside texts all ask the same questions
of the same few hundred rows, so they are read once and cost a page no query. Aliases are left out: an alias is not a
translation (DECISIONS 3).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.conf import settings
from wagtail.models import Locale, Page, Site

from content.registers.selectors import PerGeneration


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
    """Live pages by id, by address and by translation."""

    def __init__(self, nodes: list[Node]) -> None:
        self.by_id = {node.id: node for node in nodes}
        self.by_url = {node.url: node for node in nodes}
        self.homes = {node.language: node for node in nodes if node.parent is None}
        self._translations: dict[str, dict[str, Node]] = {}
        for node in nodes:
            self._translations.setdefault(node.key, {})[node.language] = node

    def translations(self, node: Node) -> dict[str, Node]:
        """The live pages that are the same page, by language, the page itself included, in the order of LANGUAGES."""
        held = self._translations[node.key]
        return {code: held[code] for code, _name in settings.LANGUAGES if code in held}

    def in_language(self, node: Node, language: str) -> Node:
        """The translation of ``node``, or ``node`` itself where there is none."""
        return self._translations[node.key].get(language, node)

    def find(self, slug: str, language: str) -> Node | None:
        """The live page with ``slug`` in ``language``, else in Indonesian."""
        for wanted in (language, settings.LANGUAGE_CODE):
            home = self.homes.get(wanted)
            for node in home.descendants() if home else ():
                if node.slug == slug:
                    return node
        return None


def _load() -> Tree:
    languages = dict(Locale.objects.values_list("pk", "language_code"))
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is None:
        return Tree([])
    homes = list(
        Page.objects.filter(translation_key=site.root_page.translation_key, live=True, alias_of=None).order_by("path")
    )
    nodes: list[Node] = []
    for home in homes:
        language = languages[home.locale_id]
        if language not in dict(settings.LANGUAGES):
            continue
        by_path: dict[str, Node] = {}
        rows = (
            Page.objects.filter(path__startswith=home.path, live=True, alias_of=None)
            .order_by("path")
            .values_list(
                "id",
                "title",
                "path",
                "url_path",
                "locale_id",
                "translation_key",
                "content_type__model",
                "slug",
                "show_in_menus",
            )
        )
        for pk, title, path, url_path, locale_id, key, kind, slug, in_menu in rows:
            parent = by_path.get(path[: -Page.steplen])
            if parent is None and pk != home.pk:
                continue  # below a page that is not live
            url = f"/{language}/{url_path[len(home.url_path) :]}"
            node = Node(pk, title, path, url, languages[locale_id], str(key), kind, slug, in_menu, parent)
            by_path[path] = node
            nodes.append(node)
            if parent is not None:
                parent.children.append(node)
    return Tree(nodes)


tree = PerGeneration(_load)
