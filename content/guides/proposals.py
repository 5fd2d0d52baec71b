"""Rules of the planner change by two people: one proposes, another publishes or refuses (DECISIONS 55).

Nothing else writes a rule of the planner but the seed loader. Whatever is published has passed the laws of
:mod:`.plan_laws` over every combination, with the other rules as they are at that moment.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from content.registers.models import Source

from . import plan_checks, plan_laws, plan_rules
from .models import PlanProposal, PlanRule
from .plan_laws import Problem
from .plan_rules import Rows
from .planning import Book
from .vocabulary import ProposalState

Actor = Any  # settings.AUTH_USER_MODEL; this room does not know its class
PROPOSED, PUBLISHED, REFUSED = "guides.rule_proposed", "guides.rule_published", "guides.rule_refused"
# Not what a rule says, but bookkeeping.
_LEFT_OUT = frozenset({"id", "changed_on", "made_on"})


class Refusal(Exception):
    """Nothing was written; ``sentences`` say why, in the language of the reader."""

    sentence: Promise | str = ""

    def __init__(self, sentences: Iterable[str] = ()) -> None:
        self.sentences = list(sentences) or [str(self.sentence)]
        super().__init__("; ".join(self.sentences))


class SamePerson(Refusal):
    """Whoever proposed a rule does not publish it, not as a superuser either."""

    sentence = _("You proposed this yourself. A second person publishes it.")


class AlreadyDecided(Refusal):
    sentence = _("Somebody else has decided this in the meantime.")


class AlreadyProposed(Refusal):
    sentence = _("A change of this rule waits for a second person already. Decide on it first.")


class Outdated(Refusal):
    sentence = _("The rule was changed since this was proposed. Refuse it and propose it again.")


class Unfit(Refusal):
    """The rules would break a law of the planner."""


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """A rule as it is kept in a proposal: days as text, and codes in an order of their own, which says nothing."""
    return {name: _plain(value) for name, value in row.items() if name not in _LEFT_OUT}


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, list):
        return sorted(value) if all(isinstance(part, str) for part in value) else value
    return {name: _plain(part) for name, part in value.items()} if isinstance(value, dict) else value


def row_of(rule: PlanRule, sources: Iterable[Source] | None = None) -> dict[str, Any]:
    """What a rule says, saved or not; ``sources`` where they are not saved yet."""
    named = rule.sources.all() if sources is None else sources
    return plain(plan_rules.row_of(rule, sorted(source.code for source in named)))


def with_rule(rows: Rows, row: dict[str, Any]) -> Rows:
    """The rows of the planner with this rule as a proposal says it."""
    days = {name: dt.date.fromisoformat(row[name]) for name in ("since", "until") if row.get(name)}
    return plan_rules.with_row(rows, "rules", {**row, "since": None, "until": None, **days})


def unfit(rows: Rows, before: Rows, code: str = "") -> list[Problem]:
    """What would be wrong with these rows that is not wrong already, and whatever is wrong with the rule ``code``."""
    on = timezone.localdate()
    after, now = plan_rules.book(rows, on), plan_rules.book(before, on)
    problems = [*plan_rules.problems(after), *plan_laws.explore(after).problems]
    if not problems:
        return []
    known = {*plan_rules.problems(now), *plan_laws.explore(now).problems}
    return [
        problem
        for problem in dict.fromkeys(problems)
        if problem not in known or (code and code in problem.where.split(", "))
    ]


def propose(rule: PlanRule, sources: Iterable[Source], user: Actor) -> PlanProposal:
    """Keep what a rule should say until a second person decides. Raises :class:`Refusal`."""
    row = row_of(rule, sources)
    held = PlanRule.objects.filter(code=rule.code).first()
    before = row_of(held) if held else {}
    rows = plan_rules.rows_of_database().rows
    if problems := unfit(with_rule(rows, row), rows, rule.code):
        raise Unfit(plan_checks.sentence(problem) for problem in problems)
    try:
        with transaction.atomic():
            made = PlanProposal.objects.create(code=rule.code, row=row, before=before, proposed_by=user)
            log(made, PROPOSED, user=user)
    except IntegrityError:
        raise AlreadyProposed from None
    return made


def books(proposal: PlanProposal) -> tuple[Book, Book]:
    """The planner as it is and as it would be, today."""
    rows, on = plan_rules.rows_of_database().rows, timezone.localdate()
    return plan_rules.book(rows, on), plan_rules.book(with_rule(rows, proposal.row), on)


def problems_of(proposal: PlanProposal) -> list[Problem]:
    """What would be wrong if it were published now."""
    rows = plan_rules.rows_of_database().rows
    return unfit(with_rule(rows, proposal.row), rows, proposal.code)


@transaction.atomic
def publish(proposal: PlanProposal, user: Actor, note: str = "") -> PlanRule:
    """Make the rule say what was proposed. Raises :class:`Refusal`."""
    locked = _open(proposal)
    if locked.proposed_by_id == user.pk:
        raise SamePerson
    rule = PlanRule.objects.filter(code=locked.code).first()
    if (row_of(rule) if rule else {}) != locked.before:
        raise Outdated
    if problems := problems_of(locked):
        raise Unfit(plan_checks.sentence(problem) for problem in problems)
    written = _write(rule or PlanRule(code=locked.code), locked.row)
    _decide(locked, ProposalState.PUBLISHED, user, note)
    log(written, PUBLISHED, user=user, data={"proposal": locked.pk})
    return written


@transaction.atomic
def refuse(proposal: PlanProposal, user: Actor, note: str = "") -> None:
    """Leave the rule as it is; whoever proposed may take it back as well."""
    locked = _open(proposal)
    _decide(locked, ProposalState.REFUSED, user, note)
    log(locked, REFUSED, user=user)


def _open(proposal: PlanProposal) -> PlanProposal:
    """The proposal, locked, while nobody has decided on it."""
    locked = PlanProposal.objects.select_for_update().get(pk=proposal.pk)
    if locked.state != ProposalState.OPEN:
        raise AlreadyDecided
    return locked


def _decide(proposal: PlanProposal, state: ProposalState, user: Actor, note: str) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at, proposal.note = state, user, timezone.now(), note
    proposal.save()


def _write(rule: PlanRule, row: dict[str, Any]) -> PlanRule:
    """Write what a proposal says; relations by code."""
    for name, value in row.items():
        if name == "sources":
            continue
        column = PlanRule._meta.get_field(name)
        if isinstance(column, models.ForeignKey) and value is not None:
            value = column.related_model._default_manager.get(code=value)
        setattr(rule, name, column.to_python(value) if isinstance(column, models.DateField) else value)
    rule.full_clean()
    rule.save()
    rule.sources.set(Source.objects.filter(code__in=row["sources"]))
    return rule
