"""What nobody may do to a page, what keeps one from being published, and who may publish one that two people must have
seen (DECISIONS 42).

A page type asks for two people with ``two_person = True``. The second person publishes exactly what the first one has written;
whoever changes a word becomes an author and needs somebody else. Where localize makes the page out of strings, the author
of each is who wrote it last, and whoever wrote none of the new ones publishes.

Taking such a page down is one person's right: a reader who has turned, or a sentence that endangers somebody, cannot wait
for a second one to be awake. It sends nobody anywhere, the log names who did it, and bringing the page back needs words
that one has written and another publishes. What cannot be undone is nobody's alone: a public page is neither deleted,
moved nor copied, one that was public is deleted by somebody else than who took it down, and nobody deletes or moves a
part of the tree around it.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, PageLogEntry, PagePermissionTester, Revision, get_page_models

# Below it hang the home pages, one for each language: without one, a whole language is gone.
_HOME_DEPTH = 2
HOME_IS_KEPT = _("“%(title)s” is the home page of a language: only a superuser may unpublish, move or delete it.")
HOME_CARRIES_ALL = _(
    "“%(title)s” is the home page of a language: without it every page below it is gone from the site, too."
)
NOT_PUBLISHED = _("“%(title)s” is not published. %(reason)s")
DRAFT_WITH_UNKNOWN = _("“%(title)s” stays a draft until this is mended. %(reason)s")

# What changes by saving or scheduling alone and is no text of the page.
_BOOKKEEPING = {
    "draft_title",
    "has_unpublished_changes",
    "last_published_at",
    "first_published_at",
    "latest_revision",
    "latest_revision_created_at",
    "live_revision",
    "live",
    "locked",
    "locked_at",
    "locked_by",
    "go_live_at",
    "expire_at",
    "expired",
    "owner",
    "wagtail_admin_comments",
}


def _text(content: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if name not in _BOOKKEEPING}


def written_by_another(page: Page, content: dict[str, Any], user: Any) -> bool:
    """Whether the newest revision of ``page`` that is not of ``user`` says exactly ``content``."""
    other: Revision | None = page.revisions.exclude(user=user).exclude(user=None).order_by("-created_at", "-pk").first()
    return other is not None and _text(other.content) == _text(content)


def _holds_words_of_two(page: Page) -> bool:
    """Whether a page that two people publish lies below this one."""
    kinds = [model for model in get_page_models() if getattr(model, "two_person", False)]
    return bool(kinds) and not page.is_leaf() and Page.objects.descendant_of(page).type(*kinds).exists()


def _taken_down_by(page: Page) -> int | None:
    """Who last took this page down; None where that is not known."""
    taken = PageLogEntry.objects.filter(page=page.pk, action__startswith="wagtail.unpublish")
    return taken.order_by("-timestamp", "-pk").values_list("user_id", flat=True).first()


def is_home(page: Page) -> bool:
    """Whether ``page`` is the root of a language, a translation or an alias that holds its place."""
    return page.depth == _HOME_DEPTH


class NotPublishable(ValidationError):
    """``page`` must not become public as it stands; the message says why."""

    def __init__(self, page: Page, message: Any, params: dict[str, Any]) -> None:
        self.page = page
        super().__init__({NON_FIELD_ERRORS: [ValidationError(message, params=params)]})


class PublicPageTester(PagePermissionTester):
    """Nobody restricts who may read: a public page that asks for a password would need a cookie (docs/adr/0005).

    The home page of a language is unpublished, moved and deleted by a superuser only.
    """

    def can_set_view_restrictions(self) -> bool:
        return False

    def _keeps_home(self) -> bool:
        return is_home(self.page) and not self.user.is_superuser

    def can_unpublish(self) -> bool:
        return not self._keeps_home() and super().can_unpublish()

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return not self._keeps_home() and super().can_delete(ignore_bulk) and not _holds_words_of_two(self.page)

    def can_move(self) -> bool:
        return not self._keeps_home() and super().can_move()

    def can_move_to(self, destination: Page) -> bool:
        """Also for a superuser, whom Wagtail does not ask whether the page may move at all."""
        return self.can_move() and super().can_move_to(destination)


class SecondPersonTester(PublicPageTester):
    """Publishing is offered to whoever did not write the newest draft; :func:`written_by_another` has the last word."""

    def can_publish(self) -> bool:
        from .translation import translated_by_others  # reads the models of pages

        if not super().can_publish():
            return False
        if (others := translated_by_others(self.page, self.user)) is not None:
            return others
        newest = self.page.latest_revision
        return newest is not None and newest.user_id not in (None, self.user.pk)

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        """A draft that was never public, or one that somebody else has taken down. Moving asks the same."""
        if not super().can_delete(ignore_bulk) or self.page.live:
            return False
        return self.page.first_published_at is None or _taken_down_by(self.page) not in (None, self.user.pk)

    def can_copy(self) -> bool:
        """A copy would be public at once, with nobody's second look."""
        return False
