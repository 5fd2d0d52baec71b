"""What the job room adds to the CMS."""

from __future__ import annotations

from wagtail import hooks
from wagtail.snippets.models import register_snippet

from .viewsets import JobsGroup
from .viewsets.attention import panels
from .viewsets.listings import CloseBulkAction, HoldBulkAction, PublishBulkAction

register_snippet(JobsGroup)
for _action in (PublishBulkAction, HoldBulkAction, CloseBulkAction):
    hooks.register("register_bulk_action", _action)
hooks.register("construct_homepage_panels", panels)
