"""What our pages, images and documents add to the CMS, and what they close in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.widgets.button import HeaderButton
from wagtail.models import Page

from .models import BasePage, PortalDocument
from .permissions import written_by_another


@hooks.register("insert_global_admin_js")
def keep_cookies_private() -> SafeString:
    return format_html('<script src="{}"></script>', static("js/admin-cookies.js"))


@hooks.register("insert_global_admin_js")
def pick_tokens() -> SafeString:
    return format_html('<script src="{}" defer></script>', static("js/admin-tokens.js"))


@hooks.register("insert_global_admin_css")
def style_widgets() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("css/admin.css"))


@hooks.register("register_page_header_buttons")
def token_button(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[HeaderButton]:
    """In the editor: a dialogue that writes a code where the cursor was (static/js/admin-tokens.js)."""
    if view_name == "edit":
        yield HeaderButton(
            _("Insert a code"),
            url=reverse("registers_tokens"),
            icon_name="code",
            attrs={"data-token-picker": True, "target": "_blank"},
            priority=5,
        )


@hooks.register("before_publish_page")
def two_people(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Refuse with a sentence what :meth:`BasePage.publish` would refuse; the draft is saved."""
    if not (isinstance(page, BasePage) and page.two_person):
        return None
    if written_by_another(page, page.serializable_data(), request.user):
        return None
    messages.warning(request, _("Saved as a draft. Another person has to publish it, without changing it."))
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("before_serve_document", order=-1)
def public_documents_only(document: PortalDocument, request: HttpRequest) -> None:
    """A private file would ask for a password, and so for a cookie, on a public address (DECISIONS 2)."""
    if document.collection.get_view_restrictions().exists():
        raise Http404
