"""What nobody may do to a page, what keeps one from being published, and who may publish one that two people must have
seen (DECISIONS 42).

A page type asks for two people with ``two_person = True``. The second person publishes exactly what the first one has
written; whoever changes a word becomes an author and needs somebody else.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, PagePermissionTester, Revision

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
        return not self._keeps_home() and super().can_delete(ignore_bulk)

    def can_move(self) -> bool:
        return not self._keeps_home() and super().can_move()

    def can_move_to(self, destination: Page) -> bool:
        return not self._keeps_home() and super().can_move_to(destination)


class SecondPersonTester(PublicPageTester):
    """Publishing is offered to whoever did not write the newest draft; :func:`written_by_another` has the last word."""

    def can_publish(self) -> bool:
        newest = self.page.latest_revision
        return super().can_publish() and newest is not None and newest.user_id not in (None, self.user.pk)
