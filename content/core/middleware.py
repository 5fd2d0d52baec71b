"""What the CMS answers when a page may not be published: the sentence, whichever button was pressed (DECISIONS 14)."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from wagtail.admin import messages

from .permissions import NOT_PUBLISHED, NotPublishable


class NotPublishedMiddleware:
    """Bulk publishing, approving and whatever else asks :meth:`BasePage.publish` end here instead of failing.

    Wagtail does each in one transaction, so nothing of it has happened.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, NotPublishable) or not hasattr(request, "user"):
            return None
        reason = " ".join(exception.messages)
        messages.error(request, NOT_PUBLISHED % {"title": exception.page.get_admin_display_title(), "reason": reason})
        address = reverse("wagtailadmin_pages:edit", args=[exception.page.pk])
        if request.headers.get("x-requested-with") == "XMLHttpRequest":
            # What the dialogues of the CMS do after a success: go where they are sent.
            return JsonResponse({"step": "success", "redirect": address})
        return redirect(address)
