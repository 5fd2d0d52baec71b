"""The work of a job officer in the CMS: one group “Lowongan” with what needs attention, listings,
agencies, job orders and imports.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from .agencies import AgencyViewSet, JobOrderViewSet
from .attention import AttentionViewSet
from .imports import ImportRunViewSet
from .listings import JobListingViewSet
from .offers import OfferFlagViewSet, OfferRuleViewSet, OfferWordsViewSet
from .oversight import HoldViewSet


class JobsGroup(SnippetViewSetGroup):
    """One entry of the menu."""

    menu_label = gettext_lazy("Jobs")
    menu_icon = "site"
    menu_order = 240
    add_to_admin_menu = True
    items = (
        AttentionViewSet,
        JobListingViewSet,
        AgencyViewSet,
        JobOrderViewSet,
        HoldViewSet,
        ImportRunViewSet,
        OfferRuleViewSet,
        OfferFlagViewSet,
        OfferWordsViewSet,
    )
