"""What the job room adds to the CMS."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from wagtail import hooks
from wagtail.admin import messages
from wagtail.snippets.models import register_snippet

from content.registers.usage import why_kept

from .models import JobListing
from .viewsets import JobsGroup
from .viewsets.attention import panels
from .viewsets.listings import CloseBulkAction, HoldBulkAction, PublishBulkAction
from .vocabulary import HoldState

register_snippet(JobsGroup)


@hooks.register("before_delete_snippet")
def keep_what_is_on_hold(request: HttpRequest, instances: list[Any]) -> HttpResponse | None:
    """What waits for a second person is not deleted by one, alone or with others."""
    keys = [row.pk for row in instances if isinstance(row, JobListing)]
    waiting = Q(status=JobListing.Status.ON_HOLD) | Q(holds__state=HoldState.OPEN)
    held = JobListing.objects.with_parts().filter(waiting, pk__in=keys).distinct() if keys else ()
    for listing in held:
        messages.error(request, why_kept(listing))
    return redirect(reverse(JobListing.snippet_viewset.get_url_name("list"))) if held else None


for _action in (PublishBulkAction, HoldBulkAction, CloseBulkAction):
    hooks.register("register_bulk_action", _action)
hooks.register("construct_homepage_panels", panels)
