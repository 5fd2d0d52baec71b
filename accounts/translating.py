"""Three addresses of the translation tool ask less than they do: here they ask for the right to publish.

Bringing translations up to date can publish them, turning a page into an alias throws its translation away, and stopping
a translation lets it grow old unseen. Translators write; whoever may publish the page decides (DECISIONS 22). What the
page editor refuses is refused here as well: unknown tokens, and giving up the home page of a language.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from wagtail.admin.auth import require_admin_access
from wagtail.models import Page
from wagtail_localize.models import Translation, TranslationSource
from wagtail_localize.views.convert import convert_to_alias
from wagtail_localize.views.edit_translation import stop_translation
from wagtail_localize.views.update_translations import UpdateTranslationsView

from content.core.permissions import NotPublishable, is_home
from content.core.translation import written
from content.core.writing.selectors import obstacles_in


def _ask(request: HttpRequest, pages: Any) -> None:
    for page in pages:
        if not page.specific.permissions_for_user(request.user).can_publish():
            raise PermissionDenied


@require_admin_access
def update(request: HttpRequest, translation_source_id: int) -> HttpResponse:
    """Bring the translations of a page up to date; publishing them needs the right to publish each."""
    source = get_object_or_404(TranslationSource, pk=translation_source_id)
    if request.POST.get("publish_translations"):
        enabled = source.translations.filter(enabled=True).select_related("target_locale")
        pages = Page.objects.filter(translation_key=source.object_id)
        _ask(request, pages.filter(locale__in=enabled.values("target_locale")))
        for translation in enabled:
            if sentences := obstacles_in(written(translation)):
                # The tool would publish after commit, where a refusal is a failure.
                page = pages.filter(locale=translation.target_locale).first() or source.get_source_instance()
                raise NotPublishable(page, "%(reasons)s", {"reasons": " ".join(sentences)})
    return UpdateTranslationsView.as_view()(request, translation_source_id=translation_source_id)


@require_admin_access
def to_alias(request: HttpRequest, page_id: int) -> HttpResponse:
    """Give up the translation of a page."""
    page = get_object_or_404(Page, pk=page_id)
    _ask(request, [page])
    if is_home(page) and not request.user.is_superuser:
        raise PermissionDenied
    return convert_to_alias(request, page_id)


@require_admin_access
def stop(request: HttpRequest, translation_id: int) -> HttpResponse:
    """Let a page no longer follow its source."""
    translation = get_object_or_404(Translation, pk=translation_id)
    _ask(request, Page.objects.filter(translation_key=translation.source.object_id, locale=translation.target_locale))
    return stop_translation(request, translation_id)
