"""The guides that people read, and the planner that puts a way together for one of them."""

from .contracts import ContractClause
from .pages import GuideIndexPage, GuidePage
from .plans import PlanDocument, PlanRow, PlanRule, PlanStep, PlanWarning
from .proposals import PlanProposal

__all__ = [
    "ContractClause",
    "GuideIndexPage",
    "GuidePage",
    "PlanDocument",
    "PlanProposal",
    "PlanRow",
    "PlanRule",
    "PlanStep",
    "PlanWarning",
]
