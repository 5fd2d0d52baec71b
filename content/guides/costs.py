"""Who may charge what, and how long one works for it: pure functions of rules and amounts.

DECISIONS 32 binds: the service of the company is never the worker's, the listed components are free for the ten posts, and
of everything else no source says whether it is lawful. Nothing is guessed: without an amount there is no figure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum

from content.registers.models import CostComponent, Occupation

SERVICE = "placement_service"
_HALF = Decimal("0.5")


class Ruling(StrEnum):
    """What the sources say of one component for one post."""

    NEVER = "never"
    FREE_FOR_POST = "free"
    ASK = "ask"


def ruling(component: CostComponent, occupation: Occupation | None) -> Ruling:
    """Whether a worker may be asked for this component."""
    if component.code == SERVICE:
        return Ruling.NEVER
    if component.free_by_law and occupation is not None and occupation.zero_cost:
        return Ruling.FREE_FOR_POST
    return Ruling.ASK


@dataclass(frozen=True)
class Asked:
    """The components that somebody is asked to pay, by what the sources say of them."""

    never: list[CostComponent]
    free: list[CostComponent]
    ask: list[CostComponent]

    @property
    def refused(self) -> bool:
        return bool(self.never or self.free)


def sort(components: Iterable[CostComponent], occupation: Occupation | None) -> Asked:
    """The components in three lists."""
    by: dict[Ruling, list[CostComponent]] = {one: [] for one in Ruling}
    for component in components:
        by[ruling(component, occupation)].append(component)
    return Asked(by[Ruling.NEVER], by[Ruling.FREE_FOR_POST], by[Ruling.ASK])


def months_of_wage(paid: Decimal, wage: Decimal | None) -> Decimal | None:
    """How many whole wages ``paid`` comes to, rounded up to half months; both in the same money."""
    if wage is None or wage <= 0 or paid <= 0:
        return None
    return (paid / wage / _HALF).to_integral_value(ROUND_CEILING) * _HALF


def months_to_repay(debt: Decimal, monthly: Decimal | None) -> int | None:
    """How many months of paying ``monthly`` until ``debt`` is gone, rounded up."""
    if monthly is None or monthly <= 0 or debt <= 0:
        return None
    return int((debt / monthly).to_integral_value(ROUND_CEILING))
