"""What nobody may do to a page, and who may publish one that two people must have seen (DECISIONS 42).

A page type asks for it with ``two_person = True``. The second person publishes exactly what the first one has written;
whoever changes a word becomes an author and needs somebody else.

Taking such a page down is one person's right: a reader who has turned, or a sentence that endangers somebody, cannot wait
for a second one to be awake. It sends nobody anywhere, the log names who did it, and bringing the page back needs words
that one has written and another publishes. What cannot be undone is nobody's alone: a public page is neither deleted,
moved nor copied, one that was public is deleted by somebody else than who took it down, and nobody deletes or moves a
part of the tree around it.
"""

from __future__ import annotations

from typing import Any

from wagtail.models import Page, PageLogEntry, PagePermissionTester, Revision, get_page_models

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


class PublicPageTester(PagePermissionTester):
    """Nobody restricts who may read: a public page that asks for a password would need a cookie (docs/adr/0005)."""

    def can_set_view_restrictions(self) -> bool:
        return False

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return super().can_delete(ignore_bulk) and not _holds_words_of_two(self.page)

    def can_move_to(self, destination: Page) -> bool:
        """Also for a superuser, whom Wagtail does not ask whether the page may move at all."""
        return self.can_move() and super().can_move_to(destination)


class SecondPersonTester(PublicPageTester):
    """Publishing is offered to whoever did not write the newest draft; :func:`written_by_another` has the last word."""

    def can_publish(self) -> bool:
        newest = self.page.latest_revision
        return super().can_publish() and newest is not None and newest.user_id not in (None, self.user.pk)

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        """A draft that was never public, or one that somebody else has taken down. Moving asks the same."""
        if not super().can_delete(ignore_bulk) or self.page.live:
            return False
        return self.page.first_published_at is None or _taken_down_by(self.page) not in (None, self.user.pk)

    def can_copy(self) -> bool:
        """A copy would be public at once, with nobody's second look."""
        return False
