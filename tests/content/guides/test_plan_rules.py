"""The planner's rules as data: loaded without overwriting, read for a day, and shut when they are unfit."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models.deletion import ProtectedError
from django.utils import translation

from content.guides import plan_checks, plan_laws, plan_rules, planning
from content.guides.models import PlanRule, PlanStep, PlanWarning
from content.guides.planning import OutcomeKind, plan
from content.registers import seeding, usage
from content.registers.models import Channel, DestinationRule, Fact, Scheme, Source, WorkGroup
from content.registers.seeding import Verdict
from tests.content.guides.planning_world import DAY, FITTING, kinds, shipped

pytestmark = pytest.mark.django_db
NEXT = DAY + dt.timedelta(days=1)


@pytest.fixture
def loaded(shipped_registers: None) -> None:
    """Registers and planner as they are shipped."""


def test_the_database_says_what_the_files_say(loaded: None) -> None:
    held = plan_rules.in_use(DAY)
    assert held.broken == ()
    assert held.book == shipped()


@pytest.mark.parametrize("occupation", ["4110", "4132", "4222", "5244"])
@pytest.mark.parametrize("country", ["KH", "MM", "LA", "PH", "TH"])
def test_the_jobs_that_scams_offer_are_listed_and_no_way_leads_to_them(occupation: str, country: str) -> None:
    book = shipped()
    work, free = book.occupations[occupation]
    for route in planning.ROUTES:
        answers = replace(FITTING, destination=country, occupation=occupation, work=work, zero_cost=free, route=route)
        found = plan(answers, book).kind
        assert found in {OutcomeKind.DO_NOT_GO, OutcomeKind.NO_VERIFIED_RULE}, route
    assert not [way for way in book.ways if way.work == work], "a rule that names them needs a source and a second look"


def test_loading_again_changes_nothing_and_keeps_what_an_officer_changed(loaded: None) -> None:
    found = seeding.read()
    planner = seeding.read(plan_rules.FOLDER, plan_rules.REGISTERS, sources=seeding.sources_of(found))
    PlanStep.objects.filter(code="paspor").update(order=7)
    PlanRule.objects.get(code="awak_kapal").delete()
    counts = seeding.load(planner).counts
    assert counts["plan_step"] == {Verdict.SAME: 30, Verdict.KEPT: 1}
    assert counts["plan_rule"][Verdict.KEPT] == 1
    assert counts["plan_document"].keys() == counts["plan_warning"].keys() == {Verdict.SAME}
    assert PlanStep.objects.get(code="paspor").order == 7
    assert not PlanRule.objects.filter(code="awak_kapal").exists()


def test_a_rule_holds_from_its_first_to_its_last_day(loaded: None) -> None:
    made = PlanRule(
        code="baru",
        conditions={"destination": ["TW"]},
        outcome="do_not_go",
        sentence={"id": "a", "en": "b"},
        since=NEXT,
        until=NEXT,
        verified_on=DAY,
        verify_by=NEXT,
    )
    made.full_clean()
    made.save()
    made.sources.set(Source.objects.all()[:1])
    answers = [plan(FITTING, plan_rules.in_use(DAY + dt.timedelta(days=days)).book).kind for days in (0, 1, 2)]
    assert answers == [OutcomeKind.PLAN, OutcomeKind.DO_NOT_GO, OutcomeKind.PLAN]
    PlanRule.objects.filter(code="baru").update(active=False)
    assert plan(FITTING, plan_rules.in_use(NEXT).book).kind is OutcomeKind.PLAN


def test_a_way_without_source_or_out_of_its_time_opens_nothing(loaded: None) -> None:
    rule = DestinationRule.objects.get(destination="TW", work="domestic")
    rule.until = DAY
    rule.save()
    assert plan(FITTING, plan_rules.in_use(DAY).book).kind is OutcomeKind.PLAN
    assert plan(FITTING, plan_rules.in_use(NEXT).book).kind is OutcomeKind.NO_VERIFIED_RULE
    rule.until = None
    rule.save()
    rule.sources.clear()
    assert plan(FITTING, plan_rules.in_use(NEXT).book).kind is OutcomeKind.NO_VERIFIED_RULE


def test_what_is_closed_stays_closed_without_a_source_and_past_its_check(loaded: None) -> None:
    rule = DestinationRule.objects.get(destination="KH")
    rule.sources.clear()
    DestinationRule.objects.filter(pk=rule.pk).update(verify_by=DAY - dt.timedelta(days=900))
    answers = planning.with_answer(FITTING, "destination", "KH")
    assert plan(answers, plan_rules.in_use(DAY).book).kind is OutcomeKind.DO_NOT_GO


def test_an_amount_counts_as_long_as_its_fact_holds(loaded: None) -> None:
    def amounts() -> list[str]:
        return [amount.fact for amount in plan_rules.in_use(DAY).book.steps["bpjs_sebelum"].amounts]

    assert amounts() == ["bpjs-tahap-1"]
    fact = Fact.objects.get(slug="bpjs-tahap-1")
    fact.valid_until, fact.fallback = DAY - dt.timedelta(days=1), {"id": "a", "en": "b"}
    fact.save()
    assert amounts() == []


def test_rules_that_became_unfit_show_no_plan_and_say_so(loaded: None, caplog: pytest.LogCaptureFixture) -> None:
    """Past every form: a table changed by hand."""
    PlanRule.objects.filter(code="di_bawah_18").update(steps=["tanya", "paspor"])
    with caplog.at_level(logging.ERROR):
        held = plan_rules.in_use(DAY)
    assert kinds(held.broken) == {"stop"}
    assert "stop: di_bawah_18 paspor" in caplog.text
    assert plan(FITTING, held.book).kind is OutcomeKind.NO_VERIFIED_RULE
    assert plan(planning.with_answer(FITTING, "age", "0-17"), held.book).kind is OutcomeKind.NOT_YET


def test_a_limit_inside_a_band_shuts_nothing_else(loaded: None) -> None:
    DestinationRule.objects.filter(destination="HK").update(minimum_age=21)
    held = plan_rules.in_use(DAY)
    assert held.broken == ()
    assert kinds(plan_rules.problems(held.book)) == {"band"}
    assert plan(FITTING, held.book).kind is OutcomeKind.PLAN
    young = planning.with_answer(planning.with_answer(FITTING, "destination", "HK"), "age", "18-22")
    assert plan(young, held.book).kind is OutcomeKind.NO_VERIFIED_RULE


# --- what a row may hold --------------------------------------------------------------------------------------------


def seeded(model: type[PlanRule] | type[PlanStep], code: str) -> PlanRule | PlanStep:
    """A row as the files say it, in memory."""
    rows = plan_rules.seed_rows().rules if model is PlanRule else plan_rules.seed_rows().steps
    relations = {"step", "ask", "office", "component", "sources"}
    held = next(row for row in rows if row["code"] == code)
    return model(**{name: value for name, value in held.items() if name not in relations})


def refused(row: PlanRule | PlanStep, **changed: object) -> set[str]:
    """The fields that are refused once these are changed."""
    for name, value in changed.items():
        setattr(row, name, value)
    found: dict[str, object] = {}
    for look in (lambda: row.clean_fields(exclude={"changed_on"}), row.clean):
        try:
            look()
        except ValidationError as error:
            found |= error.message_dict
    return set(found)


def test_a_step_says_every_answer_or_whom_to_ask() -> None:
    words = {"id": "Gratis", "en": "Free"}
    for wrong in (
        {},
        {"id": "Gratis"},
        {"ask": ""},
        {"ask": "desa", **words},
        {"advice": {"id": "a"}},
        {"de": "x"},
        [],
    ):
        assert refused(seeded(PlanStep, "paspor"), cost=wrong) == {"cost"}, wrong
    for right in (words, {"ask": "imigrasi"}, {"advice": words}):
        assert refused(seeded(PlanStep, "paspor"), cost=right) == set(), right


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"conditions": {"colour": ["red"]}}, "conditions"),
        ({"conditions": {"sex": []}}, "conditions"),
        ({"conditions": {"sex": ["X"]}}, "conditions"),
        ({"conditions": ["sex"]}, "conditions"),
        ({"steps": ["tanya", "tanya"]}, "steps"),
        ({"steps": "tanya"}, "steps"),
        ({"sentence": {}}, "sentence"),
        ({"documents": ["paspor"]}, "outcome"),
        ({"attributes": {"visa": "approval_letter"}}, "outcome"),
        ({"outcome": "", "attributes": {"visa": "gold"}}, "attributes"),
        ({"outcome": "plan"}, "outcome"),
        ({"until": dt.date(2020, 1, 1), "since": dt.date(2021, 1, 1)}, "until"),
        ({"verify_by": dt.date(2000, 1, 1)}, "verify_by"),
        ({"code": "Huruf Besar"}, "code"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(changed: dict[str, object], field: str) -> None:
    assert refused(seeded(PlanRule, "ferienjob")) == set()
    assert refused(seeded(PlanRule, "ferienjob"), **changed) == {field}


def test_an_open_question_asks_something_of_somebody() -> None:
    assert refused(seeded(PlanRule, "skck_diminta")) == {"ask"}
    assert refused(seeded(PlanRule, "skck_diminta"), sentence={}) == {"ask", "sentence"}


@pytest.mark.parametrize("wrong", [{"fact": "x"}, [{"fact": 3}], [{"fact": "x", "months": 0}], [{"amount": 3}], ["x"]])
def test_amounts_are_facts(wrong: object) -> None:
    assert refused(seeded(PlanStep, "paspor"), amounts=wrong) == {"amounts"}


def test_the_database_itself_refuses_an_outcome_that_is_none(loaded: None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanRule.objects.filter(code="ferienjob").update(outcome="plan")


def test_what_the_planner_names_cannot_be_deleted_from_under_it(loaded: None) -> None:
    """A fact that is added up, a channel in a text, a source, a field of work and a scheme in conditions."""
    named = {
        Fact.objects.get(slug="bpjs-24-bulan"): "bpjs_selama",
        Channel.objects.get(slug="peduli-wni"): "lapor_diri",
        WorkGroup.objects.get(code="fishing"): "awak_kapal",
        Scheme.objects.get(code="ssw"): "jalur_ssw",
        Source.objects.get(code="deutsch-academia-2022"): "jerman_triple_win",
    }
    titles = {step.code: str(step) for step in PlanStep.objects.all()}
    for entry, code in named.items():
        places = [place for place in (*usage.uses(entry), *usage._related(entry)) if "“" in place]
        assert any(f"“{titles.get(code, code)}”" in place or f"“{code}”" in place for place in places), (entry, places)
    with pytest.raises(ProtectedError):
        Channel.objects.get(slug="peduli-wni").delete()


def test_every_row_of_the_files_names_a_source(loaded: None) -> None:
    for model in (PlanStep, PlanRule, PlanWarning):
        assert not model.objects.filter(sources=None).exists()


# --- what people judged right ---------------------------------------------------------------------------------------


def test_there_are_enough_personas_of_every_outcome() -> None:
    outcomes = [persona["expect"]["outcome"] for persona in plan_checks.personas()]
    assert len(outcomes) >= 40
    assert set(outcomes) == {kind.value for kind in OutcomeKind}


@pytest.mark.parametrize("persona", plan_checks.personas(), ids=lambda persona: persona["id"])
def test_a_persona_gets_what_people_judged_right(persona: dict) -> None:
    """Its papers and warnings exactly: one paper without a judgement fails (must show 2)."""
    assert plan_checks.judge(persona, shipped()).differences == ()


def test_a_persona_that_gains_a_paper_or_a_warning_fails() -> None:
    by_id = {persona["id"]: persona for persona in plan_checks.personas()}
    rows = plan_rules.seed_rows()
    held = next(row for row in rows.rules if row["code"] == "jalur_p2p")
    more = {**held, "documents": [*held["documents"], "skck"], "warnings": ["student_not_worker"]}
    made = plan_rules.book(plan_rules.with_row(rows, "rules", more), DAY)
    with translation.override("en"):
        differences = plan_checks.judge(by_id["art-hong-kong"], made).differences
    assert "papers that nobody judged: skck" in differences
    assert "warnings that nobody judged: student_not_worker" in differences
    assert "forbidden warnings: student_not_worker" in differences
    changed = plan_checks.changes(shipped(), made)
    assert changed["art-hong-kong"] == ["+ skck", "+ student_not_worker"]
    assert "eps-korea" not in changed
    assert plan_checks.score(made)["documents precision"] < 1
    # The paper is in no step of the plan: the laws say so as well.
    assert "homeless" in kinds(plan_laws.explore(made).problems)


def test_every_problem_has_a_sentence() -> None:
    for kind in (
        "field", "empty", "value", "step", "document", "warning", "attribute", "circle", "outcome", "stop", "sentence",
        "quarrel", "band", "source", "homeless", "no steps", "forgotten",
    ):  # fmt: skip
        assert plan_checks.sentence(plan_laws.Problem(kind, "aturan", "ini"))
