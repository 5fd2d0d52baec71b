"""Each rule refuses what it must, names itself, and says the same in Python and in SQL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import override
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from content.jobs import rules
from content.jobs.intervals import Interval, inside, outside
from content.jobs.models import Agency, AgencyStatus, JobListing
from content.registers.models import DestinationRule, Occupation
from tests.factories.jobs import (
    AgencyFactory,
    ComponentFactory,
    CostLineFactory,
    DestinationFactory,
    HoldFactory,
    JobOrderFactory,
    ListingFactory,
    OccupationFactory,
    RuleFactory,
    SchemeFactory,
    SourceFactory,
    WorkGroupFactory,
    day,
    legal_listing,
)

pytestmark = pytest.mark.django_db


def refused_by(listing: JobListing) -> list[str]:
    return [outcome.rule.id for outcome in rules.refusals(JobListing.objects.with_parts().get(pk=listing.pk))]


def is_public(listing: JobListing, on: dt.date | None = None) -> bool:
    JobListing.objects.filter(pk=listing.pk).update(status="published")
    return JobListing.objects.public(on).filter(pk=listing.pk).exists()


def test_a_legal_listing_passes_every_rule_and_is_public() -> None:
    listing = legal_listing()
    assert refused_by(listing) == []
    assert is_public(listing)


ILLEGAL = {
    "LIC-1 ended": ("LIC-1", lambda x: Agency.objects.update(valid_until=day(-1))),
    "LIC-1 not begun": ("LIC-1", lambda x: Agency.objects.update(valid_from=day(1))),
    "LIC-1 undated": ("LIC-1", lambda x: Agency.objects.update(valid_until=None)),
    "LIC-2 suspended": ("LIC-2", lambda x: Agency.objects.update(status="suspended")),
    "LIC-2 withdrawn": ("LIC-2", lambda x: Agency.objects.update(status="withdrawn")),
    "ORD-1 none": ("ORD-1", lambda x: JobListing.objects.update(job_order=None)),
    "ORD-1 of another agency": ("ORD-1", lambda x: JobListing.objects.update(agency=AgencyFactory())),
    "ORD-1 unverified": ("ORD-1", lambda x: _order(x, verified=False)),
    "ORD-1 other country": ("ORD-1", lambda x: _order(x, country="JP")),
    "ORD-1 other work": ("ORD-1", lambda x: _order(x, work=WorkGroupFactory(code="factory"))),
    "ORD-1 other scheme": ("ORD-1", lambda x: _order(x, scheme=SchemeFactory(code="ssw"))),
    "ORD-1 ended": ("ORD-1", lambda x: _order(x, valid_until=day(-1))),
    "ORD-1 not begun": ("ORD-1", lambda x: _order(x, valid_from=day(1))),
    "ORD-1 too few places": ("ORD-1", lambda x: _order(x, places=4)),
    "ORD-1 places offered twice": ("ORD-1", lambda x: _twin(x)),
    "DEST-1 no rule": ("DEST-1", lambda x: _rules(x).delete()),
    "DEST-1 rule without a source": ("DEST-1", lambda x: [rule.sources.clear() for rule in _rules(x)]),
    "DEST-1 rule ended": ("DEST-1", lambda x: _rules(x).update(until=day(-1))),
    "DEST-1 rule not begun": ("DEST-1", lambda x: _rules(x).update(since=day(1))),
    "DEST-1 rule for other work": ("DEST-1", lambda x: _rules(x).update(work="factory")),
    "DEST-1 rule for another scheme": ("DEST-1", lambda x: _rules(x).update(scheme="g2g")),
    "DEST-2 closed for any work": ("DEST-2", lambda x: RuleFactory(work="any", scheme="any", status="closed")),
    "DEST-2 closed without a source": ("DEST-2", lambda x: RuleFactory(scheme="any", status="closed", sources=[])),
    "AGE-1 a child": ("AGE-1", lambda x: JobListing.objects.update(minimum_age=17)),
    "AGE-1 below the rule": ("AGE-1", lambda x: _rules(x).update(minimum_age=23)),
    "AGE-1 a rule that allows children": (
        "AGE-1",
        lambda x: (_rules(x).update(minimum_age=16), JobListing.objects.update(minimum_age=16)),
    ),
    "COST-1 a free post": ("COST-1", lambda x: CostLineFactory(listing=x, payer="worker")),
    "COST-2 the fee": ("COST-2", lambda x: _fee(x)),
    "OVER-1 agency looked into": ("OVER-1", lambda x: HoldFactory(contact=None, agency=x.agency)),
    "OVER-1 listing looked into": ("OVER-1", lambda x: HoldFactory(contact=None, listing=x)),
    "DATE-1 over": ("DATE-1", lambda x: JobListing.objects.update(closing_date=day(-1))),
}


def _order(listing: JobListing, **values: object) -> None:
    type(listing.job_order).objects.filter(pk=listing.job_order_id).update(**values)


def _twin(listing: JobListing) -> None:
    JobListing.objects.update(places=26)
    ListingFactory(job_order=listing.job_order, places=25, status="published")


def _rules(listing: JobListing) -> QuerySet[DestinationRule]:
    return DestinationRule.objects.filter(destination=listing.country)


def _fee(listing: JobListing) -> None:
    # Also for work that is not among the ten free posts.
    Occupation.objects.update(zero_cost=False)
    CostLineFactory(listing=listing, payer="worker", component=ComponentFactory(code="placement_service"))


@pytest.mark.every_case
@pytest.mark.parametrize(("rule", "breach"), ILLEGAL.values(), ids=ILLEGAL)
def test_a_breach_is_refused_by_its_rule_alone_and_hides_the_row(rule: str, breach) -> None:
    listing = legal_listing()
    JobListing.objects.update(status="published")
    breach(listing)
    assert refused_by(listing) == [rule]
    assert not is_public(listing)


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_refusal_names_its_rule_in_the_language_of_the_reader(language: str) -> None:
    listing = legal_listing(minimum_age=15)
    (refusal,) = rules.refusals(listing)
    with override(language):
        assert str(refusal).startswith("AGE-1 ")
        assert "15" in str(refusal)
        assert "18" in str(refusal)


def test_a_scheme_belongs_to_who_may_place_by_it() -> None:
    government = AgencyFactory(kind="government", valid_from=None, valid_until=None)
    RuleFactory(scheme="g2g")
    for scheme, agency, allowed in (("g2g", government, True), ("g2g", AgencyFactory(), False)):
        order = JobOrderFactory(agency=agency, scheme=SchemeFactory(code=scheme))
        listing = ListingFactory(job_order=order, scheme=order.scheme)
        assert refused_by(listing) == ([] if allowed else ["SCH-1"])
        assert is_public(listing) is allowed
    order = JobOrderFactory(agency=government)
    RuleFactory()
    assert refused_by(ListingFactory(job_order=order)) == ["SCH-1"]


def test_costs_of_work_outside_the_ten_posts_are_shown_not_judged() -> None:
    listing = legal_listing(occupation=OccupationFactory(code="8219", zero_cost=False))
    CostLineFactory(listing=listing, payer="worker")
    assert refused_by(listing) == []
    assert is_public(listing)


def test_a_line_of_nothing_is_no_charge() -> None:
    listing = legal_listing()
    CostLineFactory(listing=listing, payer="worker", amount=0)
    assert refused_by(listing) == []
    assert is_public(listing)


def test_any_matches_every_work_and_scheme() -> None:
    RuleFactory(work="any", scheme="any")
    listing = ListingFactory()
    assert refused_by(listing) == []
    assert is_public(listing)


def test_holds_on_others_and_holds_that_have_ended_say_nothing() -> None:
    listing, other = legal_listing(), legal_listing()
    HoldFactory()
    HoldFactory(contact=None, agency=other.agency)
    HoldFactory(contact=None, listing=other)
    for state in ("lifted", "closed"):
        HoldFactory(contact=None, agency=listing.agency, state=state)
        HoldFactory(contact=None, listing=listing, state=state)
    assert refused_by(listing) == []
    assert is_public(listing)


def test_rules_of_another_country_say_nothing() -> None:
    RuleFactory(destination=DestinationFactory(country="KH"), work="any", scheme="any", status="closed")
    listing = legal_listing()
    assert refused_by(listing) == []
    assert is_public(listing)


def test_every_outcome_of_a_legal_listing_has_words_and_an_interval() -> None:
    for outcome in rules.check(legal_listing()):
        assert outcome.ok
        assert str(outcome.answer.sentence)
        assert outcome.answer.interval is not None


def test_the_interval_is_the_meeting_of_licence_order_route_and_closing_date() -> None:
    listing = legal_listing(closing_date=day(40))
    _order(listing, valid_from=day(-5), valid_until=day(60))
    _rules(listing).update(until=day(20))
    listing = JobListing.objects.with_parts().get(pk=listing.pk)
    assert rules.public_interval(listing) == Interval(day(-5), day(20))
    RuleFactory(since=day(21), until=day(90))  # goes on without a gap
    assert rules.public_interval(listing) == Interval(day(-5), day(40))
    RuleFactory(work="any", scheme="any", status="closed", since=day(10))
    assert rules.public_interval(listing) == Interval(day(-5), day(9))


def test_an_interval_may_begin_later() -> None:
    listing = legal_listing(closing_date=day(40))
    _order(listing, valid_from=day(4), valid_until=day(60))
    _rules(listing).update(until=day(2))
    RuleFactory(since=day(10))
    listing = JobListing.objects.with_parts().get(pk=listing.pk)
    assert rules.public_interval(listing) == Interval(day(10), day(40))


def test_an_interval_that_can_never_come_is_none() -> None:
    listing = legal_listing(minimum_age=15)
    assert rules.public_interval(listing) is None
    listing = legal_listing(closing_date=day(-1))
    assert rules.public_interval(listing) is None


offsets = st.one_of(st.none(), st.integers(-3, 3))
spans = st.lists(st.tuples(offsets, offsets), max_size=3)
destination_rules = st.fixed_dictionaries(
    {
        "status": st.sampled_from(["open"] * 5 + ["restricted", "closed"]),
        "work": st.sampled_from(["caregiver", "caregiver", "any", "factory"]),
        "scheme": st.sampled_from(["p2p", "p2p", "any", "g2g"]),
        "since": st.one_of(st.none(), st.integers(-3, 3)),
        "until": st.one_of(st.none(), st.integers(0, 3)),
        "minimum_age": st.sampled_from([None, None, 16, 18, 20, 23]),
        "sourced": st.sampled_from([True, True, True, False]),
    }
)
worlds = st.fixed_dictionaries(
    {
        "licence": st.tuples(st.integers(-4, 0), st.integers(0, 4)),
        "standing": st.sampled_from(["active"] * 14 + ["suspended", "withdrawn"]),
        "order": st.tuples(st.integers(-4, 0), st.integers(0, 4)),
        "verified": st.sampled_from([True] * 14 + [False]),
        "order_places": st.sampled_from([4, 8, 9, 10, 11, 12]),
        "twin_places": st.integers(0, 4),
        "minimum_age": st.sampled_from([16, 18, 21, 22, 24, 25, 26]),
        "rules": st.lists(destination_rules, max_size=3),
        "zero_cost": st.booleans(),
        "cost": st.sampled_from([None] * 4 + ["medical_exam", "placement_service", "personal_needs"]),
        "cost_payer": st.sampled_from(["worker", "employer"]),
        "cost_amount": st.sampled_from([0, 1000]),
        "closing": st.integers(-1, 4),
        "held": st.sampled_from([None] * 14 + ["agency", "listing", "ended", "contact"]),
    }
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=worlds)
def test_python_and_sql_say_the_same_of_every_world_and_day(world: dict) -> None:
    """The law of this room: for each day, public by SQL, legal by the sentences, and inside the interval agree."""
    with undone():
        listing = _build(world)
        for offset in range(-4, 5):
            on = day(offset)
            legal = not rules.refusals(listing, on)
            event("legal" if legal else "illegal")
            assert JobListing.objects.public(on).filter(pk=listing.pk).exists() is legal, offset
            interval = rules.public_interval(listing, on)
            assert (interval is not None and on in interval) is legal, (offset, interval)
            edges = [interval.start, interval.end] if interval else []
            assert all(not rules.refusals(listing, edge) for edge in edges if edge), (offset, interval)


@contextmanager
def undone() -> Iterator[None]:
    """What is written inside is taken back: hypothesis runs many worlds in one test."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _build(world: dict) -> JobListing:
    agency = AgencyFactory(
        valid_from=day(world["licence"][0]), valid_until=day(world["licence"][1]), status=world["standing"]
    )
    order = JobOrderFactory(
        agency=agency,
        places=world["order_places"],
        verified=world["verified"],
        valid_from=day(world["order"][0]),
        valid_until=day(world["order"][1]),
    )
    RuleFactory(since=day(-3), until=day(3))
    starts = {("caregiver", "p2p", -3)}
    for rule in world["rules"]:
        start = (rule["work"], rule["scheme"], rule["since"])
        if start in starts:
            continue  # the database holds one rule a start
        starts.add(start)
        RuleFactory(
            work=rule["work"],
            scheme=rule["scheme"],
            status=rule["status"],
            minimum_age=rule["minimum_age"],
            since=None if rule["since"] is None else day(rule["since"]),
            until=None if rule["until"] is None else day(rule["until"]),
            sources=None if rule["sourced"] else [],
        )
    occupation = OccupationFactory(code="5322" if world["zero_cost"] else "5321", zero_cost=world["zero_cost"])
    listing = ListingFactory(
        job_order=order,
        occupation=occupation,
        minimum_age=world["minimum_age"],
        status="published",
        closing_date=day(world["closing"]),
    )
    if world["held"] in ("agency", "listing"):
        HoldFactory(contact=None, **{world["held"]: agency if world["held"] == "agency" else listing})
    elif world["held"]:
        HoldFactory()  # on something else
        HoldFactory(contact=None, agency=agency, state="closed")
    if world["twin_places"]:
        ListingFactory(job_order=order, places=world["twin_places"], status="published")
    if world["cost"]:
        component = ComponentFactory(code=world["cost"], free_by_law=world["cost"] != "personal_needs")
        CostLineFactory(listing=listing, component=component, payer=world["cost_payer"], amount=world["cost_amount"])
    return JobListing.objects.with_parts().get(pk=listing.pk)


D = dt.date(2026, 11, 22)


def _spans(*pairs: tuple[int | None, int | None]) -> list[Interval]:
    return [Interval(*(None if n is None else D + dt.timedelta(days=n) for n in pair)) for pair in pairs]


@settings(deadline=None)
@given(spans)
def test_inside_and_outside_divide_the_days(pairs: list[tuple[int | None, int | None]]) -> None:
    held = _spans(*pairs)
    for offset in range(-5, 6):
        on = D + dt.timedelta(days=offset)
        covered = any(on in span for span in held)
        within, without = inside(held, on), outside(held, on)
        assert (within is not None and on in within) is covered
        assert (without is not None and on in without) is not covered
        for found, wanted in ((within, True), (without, False)):
            for edge in (found.start, found.end) if found else ():
                assert edge is None or any(edge in span for span in held) is wanted


def test_stretches_that_touch_are_one() -> None:
    assert inside(_spans((-5, 1), (2, 4)), D) == _spans((-5, 4))[0]
    assert outside(_spans((None, -3), (2, None)), D) == _spans((-2, 1))[0]
    assert outside(_spans((None, None)), D) is None
    assert inside([], D) is None


def test_the_first_and_the_last_day_that_can_be_written_mean_an_open_end() -> None:
    ever = Interval(dt.date.min, dt.date.max)
    assert inside([ever, ever], D) == Interval()
    assert outside([ever], D) is None
    listing = legal_listing()
    RuleFactory(since=day(-9), until=dt.date.max)
    assert refused_by(listing) == []
    RuleFactory(work="any", scheme="any", status="closed", since=day(-9), until=dt.date.max)
    assert rules.public_interval(listing) is None
    assert refused_by(listing) == ["DEST-2"]


def said(listing: JobListing, rule: str, language: str = "en") -> str:
    with override(language):
        found = next(outcome for outcome in rules.check(listing) if outcome.rule.id == rule)
        return str(found.answer.sentence)


NOTE = {"id": "Tanyakan ke BP3MI.", "en": "Ask BP3MI."}
CONDITIONS = {"id": "Lulus ujian.", "en": "Pass the test."}


@pytest.mark.parametrize(("status", "words"), [("open", "takes workers for"), ("restricted", "open with conditions")])
def test_the_conditions_and_the_doubt_of_a_rule_reach_the_reader(status: str, words: str) -> None:
    RuleFactory(status=status, requirements=CONDITIONS, note=NOTE)
    listing = ListingFactory()
    assert words in said(listing, "DEST-1")
    assert said(listing, "DEST-1").endswith("Pass the test. Ask BP3MI.")
    assert said(listing, "DEST-1", "id").endswith("Lulus ujian. Tanyakan ke BP3MI.")


def test_one_restricted_rule_restricts_the_way_and_what_two_rules_say_is_said_once() -> None:
    RuleFactory(note=NOTE)
    RuleFactory(work="any", status="restricted", requirements=CONDITIONS, note=NOTE)
    sentence = said(ListingFactory(), "DEST-1")
    assert "open with conditions" in sentence
    assert sentence.count("Ask BP3MI.") == 1


def test_a_closure_says_what_its_source_leaves_open() -> None:
    RuleFactory(work="any", scheme="any", status="closed", note=NOTE)
    assert said(ListingFactory(), "DEST-2").endswith("Ask BP3MI.")


def test_the_highest_age_of_a_destination_is_told() -> None:
    RuleFactory(maximum_age=49)
    assert "up to 49 years" in said(ListingFactory(), "AGE-1")


def test_work_outside_the_ten_posts_still_has_article_30() -> None:
    listing = legal_listing(occupation=OccupationFactory(code="8219", zero_cost=False))
    assert "Pasal 30 UU 18/2017 tetap berlaku" in said(listing, "COST-1", "id")


@pytest.mark.parametrize(("status", "words"), [("suspended", "dibekukan"), ("withdrawn", "dicabut")])
def test_a_status_is_what_was_recorded_on_a_day_with_the_source_of_the_decision(status: str, words: str) -> None:
    listing = legal_listing()
    agency = listing.agency
    Agency.objects.filter(pk=agency.pk).update(status=status, checked_on="2026-02-01")
    listing = JobListing.objects.with_parts().get(pk=listing.pk)
    assert said(listing, "LIC-2", "id") == f"Pada pemeriksaan 1 Februari 2026, izin {agency} tercatat {words}."
    decision = SourceFactory(code="decision")
    AgencyStatus.objects.create(agency=agency, status=status, since="2026-02-04", source=decision)
    AgencyStatus.objects.create(agency=agency, status="active", since="2026-02-06")
    assert "4 Februari 2026" in said(listing, "LIC-2", "id")
    refusal = next(outcome for outcome in rules.refusals(listing) if outcome.rule.id == "LIC-2")
    assert refusal.answer.sources == (decision.pk,)


def test_a_rule_that_nobody_has_checked_again_stands_and_says_so() -> None:
    RuleFactory(verify_by=day(-1))
    listing = ListingFactory()
    with override("en"):
        assert "The next check was due" in str(
            next(outcome for outcome in rules.check(listing) if outcome.rule.id == "DEST-1")
        )
    assert is_public(listing)
