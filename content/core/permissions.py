"""What nobody may do to a page, and who may publish one that two people must have seen (DECISIONS 42).

A page type asks for it with ``two_person = True``. The second person publishes exactly what the first one has written;
whoever changes a word becomes an author and needs somebody else.
"""

from __future__ import annotations

from typing import Any

from wagtail.models import Page, PagePermissionTester, Revision

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


class PublicPageTester(PagePermissionTester):
    """Nobody restricts who may read: a public page that asks for a password would need a cookie (docs/adr/0005)."""

    def can_set_view_restrictions(self) -> bool:
        return False


class SecondPersonTester(PublicPageTester):
    """Publishing is offered to whoever did not write the newest draft; :func:`written_by_another` has the last word."""

    def can_publish(self) -> bool:
        newest = self.page.latest_revision
        return super().can_publish() and newest is not None and newest.user_id not in (None, self.user.pk)
