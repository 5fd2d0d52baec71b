"""Links to pages inside texts: to the reader's language where the page exists in it, without a query."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.translation import get_language
from wagtail.rich_text.pages import PageLinkHandler

from .tree import tree


class TreeLinkHandler(PageLinkHandler):
    """Asks the tree of live pages. A link to a page that is not public is its words alone."""

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict]) -> list[str]:
        return [cls._opening(attrs) for attrs in attrs_list]

    @staticmethod
    def _opening(attrs: dict) -> str:
        pages, language = tree(), get_language() or ""
        node = pages.by_id.get(int(attrs["id"])) if str(attrs.get("id", "")).isdigit() else None
        if node is None:
            return "<a>"
        node = pages.in_language(node, language)
        if node.language != language:
            return format_html('<a href="{}" hreflang="{}">', node.url, node.language)
        return format_html('<a href="{}">', node.url)
