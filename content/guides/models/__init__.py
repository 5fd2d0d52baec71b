"""The guides that people read, and the planner that puts a way together for one of them."""

from .pages import GuideIndexPage, GuidePage
from .plans import PlanDocument, PlanRow, PlanRule, PlanStep, PlanWarning
from .proposals import PlanProposal

__all__ = [
    "GuideIndexPage",
    "GuidePage",
    "PlanDocument",
    "PlanProposal",
    "PlanRow",
    "PlanRule",
    "PlanStep",
    "PlanWarning",
]
