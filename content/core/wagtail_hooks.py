"""What our pages, images and documents add to the CMS, and what they close in it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.models import Page
from wagtail.rich_text.feature_registry import FeatureRegistry
from wagtail_localize.models import Translation

from . import translation
from .links import TreeLinkHandler
from .models import BasePage, PortalDocument
from .permissions import written_by_another


@hooks.register("insert_global_admin_js")
def keep_cookies_private() -> SafeString:
    return format_html('<script src="{}"></script>', static("js/admin-cookies.js"))


@hooks.register("insert_editor_js")
def pick_tokens() -> SafeString:
    """In the page editor: a button that writes a code where the cursor was."""
    return format_html(
        '<script src="{}" data-list="{}" data-label="{}" defer></script>',
        static("js/admin-tokens.js"),
        reverse("registers_tokens"),
        _("Insert a code"),
    )


@hooks.register("insert_global_admin_css")
def style_widgets() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("css/admin.css"))


@hooks.register("before_create_page")
def begin_as_draft(request: HttpRequest, parent_page: Page, page_class: type[Page]) -> None:
    """“Publish” on a new page would make it public before anybody is asked: two people begin with a draft."""
    if getattr(page_class, "two_person", False) and "action-publish" in request.POST:
        request.POST = request.POST.copy()
        del request.POST["action-publish"]


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


@hooks.register("register_rich_text_features", order=10)
def link_through_the_tree(features: FeatureRegistry) -> None:
    """After Wagtail's own handler, so that ours answers: it costs no query."""
    features.register_link_type(TreeLinkHandler)


@hooks.register("before_edit_page", order=-10)
def publish_what_is_translated(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Before localize would publish source text: a public page keeps its old parts there, a new one stays a draft."""
    if request.method != "POST" or request.POST.get("action") != "publish":
        return None
    held = Translation.objects.filter(
        source__object_id=page.translation_key, target_locale_id=page.locale_id, enabled=True
    ).first()
    absent = translation.missing(held) if held else []
    if not absent or not page.permissions_for_user(request.user).can_publish():
        return None
    values = {"count": len(absent), "text": strip_tags(absent[0].text)[:60]}
    if page.live:
        translation.write(held)
        words = _(
            "Published. %(count)s texts are not translated yet, for example “%(text)s”; their parts stay as they were."
        )
        messages.warning(request, words % values)
    else:
        words = _("Not published: %(count)s texts are not translated yet, for example “%(text)s”.")
        messages.error(request, words % values)
    return redirect("wagtailadmin_pages:edit", page.pk)
