"""What our pages, images and documents add to the CMS, and what they close in it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.log_actions import LogFormatter
from wagtail.models import Page
from wagtail.rich_text.feature_registry import FeatureRegistry
from wagtail_localize.models import Translation

from . import translation
from .links import TreeLinkHandler
from .models import BasePage, PortalDocument
from .permissions import (
    DRAFT_WITH_UNKNOWN,
    HOME_CARRIES_ALL,
    NOT_PUBLISHED,
    is_home,
    written_by_another,
)
from .services import NOT_PUBLISHED_ACTION
from .viewsets import RecordingViewSet
from .writing import selectors as writing


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


@hooks.register("register_admin_viewset")
def register_recordings() -> RecordingViewSet:
    return RecordingViewSet()


@hooks.register("before_create_page")
def begin_as_draft(request: HttpRequest, parent_page: Page, page_class: type[Page]) -> None:
    """“Publish” on a new page would make it public before anybody is asked: two people begin with a draft."""
    if getattr(page_class, "two_person", False) and "action-publish" in request.POST:
        request.POST = request.POST.copy()
        del request.POST["action-publish"]


@hooks.register("before_publish_page")
def no_obstacles(request: HttpRequest, page: Page) -> None:
    """The editor's own button passes by :meth:`BasePage.publish`; what it would refuse is refused here, too."""
    if isinstance(page, BasePage):
        page.refuse_obstacles()


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


def _obstacles(page: BasePage, held: Translation | None) -> list[str]:
    """What keeps the page from being published: of a translation, what its translators have written."""
    if held is None:
        return page.obstacles()
    return writing.obstacles_in(translation.written(held))


@hooks.register("before_edit_page", order=-20)
def tell_obstacles(request: HttpRequest, page: Page) -> HttpResponse | None:
    """A draft may have them; whoever opens it reads so, and localize's own button to publish is refused."""
    if not isinstance(page, BasePage) or page.alias_of_id is not None:
        return None
    held = translation.translation_of(page)
    sentences = _obstacles(page, held)
    if not sentences:
        return None
    about = {"title": page.get_admin_display_title(), "reason": " ".join(sentences)}
    if held and request.method == "POST" and request.POST.get("action") == "publish":
        messages.error(request, NOT_PUBLISHED % about)
        return redirect("wagtailadmin_pages:edit", page.pk)
    # Not where a script asks for parts of a page that is open already.
    if request.method == "GET" and request.accepts("text/html") and "_w_hydrate_create_view" not in request.GET:
        messages.warning(request, DRAFT_WITH_UNKNOWN % about)
    return None


_MOST_HINTS = 8


@hooks.register("before_edit_page", order=-15)
def hint_at_words(request: HttpRequest, page: Page) -> None:
    """Localize's own editor has no panels: what :class:`~content.core.panels.WritingPanel` says is a message there."""
    asked = request.method == "GET" and request.accepts("text/html")
    if not asked or not isinstance(page, BasePage) or page.alias_of_id is not None:
        return
    held = translation.translation_of(page)
    found = writing.translation_hints(held) if held else []
    if found:
        lines = format_html_join("", "<li>{}</li>", ((hint.says,) for hint in found[:_MOST_HINTS]))
        begins = _("Look at this again; the page can be published all the same")
        messages.warning(request, format_html("{}<ul>{}</ul>", begins, lines))


@hooks.register("before_edit_page", order=-10)
def publish_what_is_translated(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Before localize would publish source text: a public page keeps its old parts there, a new one stays a draft."""
    if request.method != "POST" or request.POST.get("action") != "publish":
        return None
    held = translation.translation_of(page)
    absent = translation.missing(held) if held else []
    if not absent or not page.permissions_for_user(request.user).can_publish():
        return None
    values = {"count": len(absent), "text": strip_tags(absent[0].text)[:60]}
    if page.live:
        translation.write(held, request.user)
        words = _(
            "Published. %(count)s texts are not translated yet, for example “%(text)s”; their parts stay as they were."
        )
        messages.warning(request, words % values)
    else:
        words = _("Not published: %(count)s texts are not translated yet, for example “%(text)s”.")
        messages.error(request, words % values)
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("register_log_actions")
def register_refusal(actions: Any) -> None:
    """The history of a page says why it was not published on its day."""

    @actions.register_action(NOT_PUBLISHED_ACTION)
    class RefusalFormatter(LogFormatter):
        label = gettext_lazy("Not published on its day")

        def format_message(self, log_entry: Any) -> str:
            return _("Not published on its day: %(reason)s") % {"reason": log_entry.data.get("reason") or "–"}


# --- the home page of a language ----------------------------------------------------------------------------------


@hooks.register("before_delete_page")
def warn_of_home(request: HttpRequest, page: Page, *place: Page) -> None:
    """A superuser, whom the tester lets through, reads first what goes with it.

    (Unpublishing asks its hook too late: templates/wagtailadmin/pages/confirm_unpublish.html says it there.)
    """
    if is_home(page) and request.method == "GET":
        messages.warning(request, HOME_CARRIES_ALL % {"title": page.get_admin_display_title()})


hooks.register("before_move_page", warn_of_home)


@hooks.register("before_bulk_action")
def keep_home_apart(
    request: HttpRequest, action_type: str, objects: list[Any], action: BulkAction
) -> HttpResponse | None:
    """Never together with others: nobody is warned there."""
    if action_type not in ("delete", "move", "unpublish"):
        return None
    homes = [page for page in objects if isinstance(page, Page) and is_home(page)]
    if not homes:
        return None
    messages.error(request, HOME_CARRIES_ALL % {"title": homes[0].get_admin_display_title()})
    return redirect("wagtailadmin_explore", homes[0].pk)
