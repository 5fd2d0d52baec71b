"""What the registers add to the CMS."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogFormatter

from .models import Named
from .services import CHECK_ACTION, PUBLISH_ACTION, TAKE_DOWN_ACTION
from .usage import why_kept
from .viewsets import RegisterGroup, SourceChooserViewSet, TokenListView


@hooks.register("register_admin_viewset")
def register_group() -> RegisterGroup:
    return RegisterGroup()


@hooks.register("register_admin_viewset")
def register_source_chooser() -> SourceChooserViewSet:
    return SourceChooserViewSet("source_chooser")


@hooks.register("register_admin_urls")
def register_token_list() -> list[URLPattern]:
    return [path("tokens/", TokenListView.as_view(), name="registers_tokens")]


@hooks.register("register_reports_menu_item")
def register_token_menu() -> MenuItem:
    return MenuItem(gettext_lazy("Codes for texts"), reverse("registers_tokens"), icon_name="code", order=100)


@hooks.register("before_bulk_action")
def keep_what_is_named(request: HttpRequest, action_type: str, objects: list[Any], action: Any) -> HttpResponse | None:
    """A bulk action deletes past :meth:`Named.delete`: it is refused with the same sentence."""
    if action_type != "delete":
        return None
    reason = next((reason for entry in objects if isinstance(entry, Named) and (reason := why_kept(entry))), "")
    if not reason:
        return None
    messages.error(request, reason)
    return redirect(action.next_url)


@hooks.register("register_log_actions")
def register_check_action(actions: Any) -> None:
    """The history of an entry says who checked it, and how."""

    @actions.register_action(CHECK_ACTION)
    class CheckFormatter(LogFormatter):
        label = gettext_lazy("Checked")

        def format_message(self, log_entry: Any) -> str:
            return _("Checked (%(kind)s), next by %(day)s") % {
                "kind": log_entry.data.get("kind") or "–",
                "day": log_entry.data.get("verify_by", "–"),
            }


@hooks.register("register_log_actions")
def register_bulletin_actions(actions: Any) -> None:
    """The history of a warning says who let it be public, and who ended that."""
    actions.register_action(PUBLISH_ACTION, gettext_lazy("Published"), gettext_lazy("Published"))
    actions.register_action(TAKE_DOWN_ACTION, gettext_lazy("Taken down"), gettext_lazy("Taken down"))
