"""What the planner adds to the CMS."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogFormatter

from .proposals import PROPOSED, PUBLISHED, REFUSED
from .viewsets import PlanGroup


@hooks.register("register_admin_viewset")
def register_group() -> PlanGroup:
    return PlanGroup()


@hooks.register("register_log_actions")
def register_acts(actions: Any) -> None:
    """The history of a rule says who proposed it and who published it."""
    for code, label in (
        (PROPOSED, _("Proposed")),
        (PUBLISHED, _("Published by a second person")),
        (REFUSED, _("Refused")),
    ):
        formatter = type(
            "Formatter", (LogFormatter,), {"label": label, "format_message": lambda self, entry, said=label: said}
        )
        actions.register_action(code)(formatter)
