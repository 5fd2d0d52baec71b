"""Looking into agencies, listings and contacts: out of sight at once, accused of nothing, decided by a second person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from content.jobs import holds, import_runs, oversight, rules, selectors, services
from content.jobs.models import Agency, Hold, JobListing, ListingChange, SuspectContact
from content.jobs.signals import listings_changed
from content.registers import generation
from tests.factories.job_files import content, legal_world, row
from tests.factories.jobs import (
    AgencyFactory,
    HoldFactory,
    JobOrderFactory,
    OfferFlagFactory,
    SuspectContactFactory,
    day,
    legal_listing,
    published_listing,
)

pytestmark = pytest.mark.django_db
People = Callable[..., Any]


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    generation.replace()
    yield
    generation.replace()


@pytest.fixture
def people(django_user_model: Any) -> People:
    """``people("ani")``: that person, the same one each time; superusers, who are no exception."""

    def person(name: str) -> Any:
        email = f"{name}@contoh.example"
        found = django_user_model.objects.filter(email=email).first()
        return found or django_user_model.objects.create_superuser(email=email, password="x")

    return person


def page(listing: JobListing, language: str = "id") -> str:
    response = Client().get(f"/{language}/lowongan/{listing.code}/")
    assert response.status_code == 200
    return response.content.decode()


def standing(listing: JobListing) -> str:
    found = selectors.find(listing.code)
    return found[1].value if found else "unknown"


def targets() -> dict[str, Any]:
    listing = published_listing()
    return {"agency": AgencyFactory(), "listing": listing, "contact": SuspectContactFactory(finding=OfferFlagFactory())}


# --- two persons ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["agency", "listing", "contact"])
@pytest.mark.parametrize("decide", [oversight.lift, oversight.close], ids=["lift", "close"])
def test_whoever_placed_a_hold_does_not_end_it(kind: str, decide: Callable, people: People) -> None:
    target = targets()[kind]
    hold = oversight.place_hold(target, people("ani"), "aneh", day(3))
    for same in (people("ani"), None):
        with pytest.raises(holds.SamePerson):
            decide(hold, same, "selesai")
        hold.refresh_from_db()
        assert (hold.state, hold.ended_by, hold.ended_at) == ("open", None, None)
    decide(hold, people("budi"), "selesai")
    assert (hold.state != "open", hold.ended_by, hold.note) == (True, people("budi"), "selesai")
    assert hold.ended_at is not None


def test_the_database_holds_it_too(people: People) -> None:
    hold = HoldFactory(placed_by=people("ani"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Hold.objects.update(state="lifted", ended_by=people("ani"))
    hold.refresh_from_db()
    assert hold.state == "open"


@pytest.mark.parametrize("act", [services.reopen, services.close], ids=["reopen", "close"])
def test_neither_reopening_nor_closing_a_held_listing_goes_past_it(act: Callable, people: People) -> None:
    listing = published_listing()
    services.hold(listing, people("ani"), "aneh")
    with pytest.raises(holds.SamePerson):
        act(JobListing.objects.get(), people("ani"))
    assert JobListing.objects.get().status == "on_hold"
    assert Hold.objects.get().state == "open"
    act(JobListing.objects.get(), people("budi"))
    assert JobListing.objects.get().status != "on_hold"
    assert Hold.objects.get().state == ("lifted" if act is services.reopen else "closed")


def test_an_object_that_was_read_before_the_hold_does_not_go_past_it(people: People) -> None:
    listing = published_listing()
    services.close(listing, people("ani"))
    stale = JobListing.objects.get()
    JobListing.objects.update(status="published")
    services.hold(JobListing.objects.get(), people("ani"), "aneh")
    for act in (services.reopen, services.close):
        with pytest.raises(holds.SamePerson):
            act(stale, people("ani"))
    assert JobListing.objects.get().status == "on_hold"


def test_two_decisions_on_one_hold_are_one(people: People) -> None:
    hold = oversight.place_hold(AgencyFactory(), people("ani"), "aneh")
    twin = Hold.objects.get()
    oversight.lift(hold, people("budi"), "benar")
    with pytest.raises(holds.AlreadyDecided):
        oversight.close(twin, people("citra"), "salah")
    assert Hold.objects.get().state == "lifted"


@pytest.mark.parametrize("kind", ["agency", "listing", "contact"])
def test_what_is_looked_into_already_is_not_placed_again(kind: str, people: People) -> None:
    target = targets()[kind]
    oversight.place_hold(target, people("ani"), "aneh")
    with pytest.raises(holds.AlreadyHeld):
        oversight.place_hold(target, people("budi"), "aneh juga")
    assert Hold.objects.get().placed_by == people("ani")
    assert ListingChange.objects.filter(what="held").count() == (kind == "listing")


def test_without_a_day_somebody_looks_again_in_two_weeks(people: People) -> None:
    assert oversight.place_hold(AgencyFactory(), people("ani"), "x").review_on == day(14)
    with time_machine.travel(timezone.now() + dt.timedelta(days=14), tick=False):
        assert not Hold.objects.get().is_overdue
    with time_machine.travel(timezone.now() + dt.timedelta(days=15), tick=False):
        assert Hold.objects.get().is_overdue
        Hold.objects.update(state="lifted")
        assert not Hold.objects.get().is_overdue


# --- a listing ------------------------------------------------------------------------------------------------------


def test_the_row_and_the_status_of_a_listing_move_together(people: People) -> None:
    listing = published_listing()
    hold = oversight.place_hold(listing, people("ani"), "dilaporkan", day(5))
    assert (listing.status, hold.reason, hold.review_on) == ("on_hold", "dilaporkan", day(5))
    oversight.lift(hold, people("budi"), "tidak ada temuan")
    listing.refresh_from_db()
    assert (listing.status, hold.state) == ("published", "lifted")
    services.hold(listing, people("ani"), "lagi")
    oversight.close(Hold.objects.get(state="open"), people("budi"), "palsu")
    listing.refresh_from_db()
    assert (listing.status, Hold.objects.filter(state="open").count()) == ("closed", 0)
    assert list(listing.changes.values_list("what", "actor__email", "note"))[:4] == [
        ("closed", "budi@contoh.example", "palsu"),
        ("held", "ani@contoh.example", "lagi"),
        ("reopened", "budi@contoh.example", "tidak ada temuan"),
        ("held", "ani@contoh.example", "dilaporkan"),
    ]


def test_what_a_rule_forbids_stays_on_hold(people: People) -> None:
    listing = published_listing()
    hold = oversight.place_hold(listing, people("ani"), "aneh")
    JobListing.objects.update(minimum_age=15)
    with pytest.raises(services.Refused):
        oversight.lift(hold, people("budi"), "benar")
    assert (JobListing.objects.get().status, Hold.objects.get().state) == ("on_hold", "open")
    oversight.close(hold, people("budi"), "di bawah umur")
    assert JobListing.objects.get().status == "closed"


def test_no_edit_frees_a_held_listing(people: People) -> None:
    order = legal_world()
    run = import_runs.prepare(content(row(1)), "a.csv", publish=True)[0]
    import_runs.apply(run)
    listing = JobListing.objects.get()
    assert listing.job_order == order
    services.hold(listing, people("ani"), "aneh")
    listing.place = "Tainan"
    listing.save()
    import_runs.apply(import_runs.prepare(content(row(1, kota="Yilan")), "b.csv", publish=True)[0])
    services.publish(listing, people("budi"))
    with pytest.raises(services.Refused):
        services.send_to_review(listing, people("budi"))
    Hold.objects.update(state="lifted")  # past the services: the status alone holds it, too
    services.publish(listing, people("budi"))
    services.send_to_review(listing, people("budi"))
    Hold.objects.update(state="open")
    assert services.publish_many([listing.pk], people("budi")).done == 0
    services.repair()
    listing.refresh_from_db()
    assert (listing.status, listing.place, JobListing.objects.public().count()) == ("on_hold", "Yilan", 0)
    assert Hold.objects.get().state == "open"


# --- on hold without a row -----------------------------------------------------------------------------------------


def test_a_listing_written_to_on_hold_past_the_services_is_held_and_anybody_frees_it(people: People) -> None:
    listing = published_listing()
    JobListing.objects.update(status="on_hold")
    assert standing(listing) == "held"
    assert not JobListing.objects.public().exists()
    services.reopen(JobListing.objects.get(), people("ani"))
    assert JobListing.objects.public().exists()


def test_whom_its_log_names_frees_it_not(people: People) -> None:
    """Known is what the log says: listings were held before there were rows of holds."""
    listing = published_listing()
    JobListing.objects.update(status="on_hold")
    ListingChange.objects.create(listing=listing, what="held", actor=people("ani"))
    ListingChange.objects.create(listing=listing, what="edited", actor=people("citra"))
    for act in (services.reopen, services.close):
        with pytest.raises(holds.SamePerson):
            act(JobListing.objects.get(), people("ani"))
    services.reopen(JobListing.objects.get(), people("budi"))
    JobListing.objects.update(status="on_hold")  # again, and the log says nothing of it
    services.close(JobListing.objects.get(), people("ani"))
    assert JobListing.objects.get().status == "closed"


def test_the_repair_gives_it_a_row_so_that_somebody_is_asked(people: People) -> None:
    logged, unknown, held = (published_listing() for _number in range(3))
    services.hold(held, people("ani"), "biasa")
    JobListing.objects.exclude(pk=held.pk).update(status="on_hold")
    ListingChange.objects.create(listing=logged, what="held", actor=people("ani"), note="telepon warga")
    assert oversight.repair() == 2
    assert oversight.repair() == 0
    rows = Hold.objects.values_list("listing", "placed_by__email", "reason", "review_on", "state")
    assert set(rows) == {
        (logged.pk, "ani@contoh.example", "telepon warga", day(14), "open"),
        (unknown.pk, None, "", day(14), "open"),
        (held.pk, "ani@contoh.example", "biasa", day(14), "open"),
    }
    with pytest.raises(holds.SamePerson):
        oversight.lift(logged.holds.get(), people("ani"), "")
    oversight.lift(unknown.holds.get(), people("ani"), "")
    unknown.refresh_from_db()
    assert unknown.status == "published"


def test_a_row_written_past_the_services_holds_a_published_listing(people: People) -> None:
    listing = published_listing()
    hold = HoldFactory(contact=None, listing=listing, placed_by=people("ani"))
    assert standing(listing) == "held"
    with pytest.raises(holds.SamePerson):
        services.close(listing, people("ani"))
    oversight.lift(hold, people("budi"), "")
    assert standing(listing) == "public"
    HoldFactory(contact=None, listing=listing, placed_by=people("ani"))
    services.close(listing, people("budi"))
    assert set(Hold.objects.values_list("state", flat=True)) == {"lifted", "closed"}


# --- an agency -----------------------------------------------------------------------------------------------------


def test_a_hold_on_an_agency_hides_its_listings_and_nothing_else(people: People) -> None:
    listing, other = published_listing(), published_listing()
    shown = page(listing)  # kept by the page cache
    assert "sedang diperiksa" not in shown.lower()
    hold = oversight.place_hold(listing.agency, people("ani"), "tiga laporan", day(7))
    generation.replace()
    assert list(JobListing.objects.public()) == [other]
    assert JobListing.objects.get(pk=listing.pk).status == "published"
    assert standing(listing) == "held"
    held = page(listing)
    assert "Sedang diperiksa" in held
    assert "Petugas sedang memeriksa perusahaan yang menawarkan lowongan ini" in held
    for words in ("tiga laporan", "berakhir dengan sendirinya", "ani@contoh.example", "Tidak lagi ditawarkan"):
        assert words not in held
    assert "An officer is looking into the company" in page(listing, "en")
    oversight.lift(hold, people("budi"), "benar")
    assert set(JobListing.objects.public()) == {listing, other}
    assert standing(listing) == "public"


def test_no_path_publishes_what_an_agency_on_hold_offers(people: People) -> None:
    order = legal_world()
    draft = legal_listing(job_order=order)
    oversight.place_hold(order.agency, people("ani"), "aneh")
    for act in (services.publish, services.send_to_review):
        with pytest.raises(services.Refused) as refused:
            act(draft, people("budi"))
        assert [outcome.rule.id for outcome in refused.value.outcomes] == ["OVER-1"]
    ((_listing, refused),) = services.publish_many([draft.pk], people("budi")).refused
    assert "OVER-1" in str(refused)
    for publish in (True, False):
        run, preview = import_runs.prepare(content(row(2)), "a.csv", publish=publish)
        assert [problem.reason.split()[0] for problem in preview.problems] == ["OVER-1"]
        import_runs.apply(run)
    assert not JobListing.objects.public().exists()
    assert JobListing.objects.count() == 1


def test_what_stands_is_mended_while_its_agency_is_on_hold(people: People) -> None:
    order = legal_world()
    import_runs.apply(import_runs.prepare(content(row(1)), "a.csv", publish=True)[0])
    oversight.place_hold(order.agency, people("ani"), "aneh")
    run, preview = import_runs.prepare(content(row(1, kota="Yilan")), "b.csv", publish=True)
    assert (preview.changed, preview.problems) == (1, [])
    import_runs.apply(run)
    assert JobListing.objects.get().place == "Yilan"
    assert not JobListing.objects.public().exists()


def test_a_sentence_about_an_agency_on_hold_is_neutral(people: People) -> None:
    listing = published_listing()
    oversight.place_hold(listing.agency, people("ani"), "menipu orang")
    (outcome,) = rules.refusals(JobListing.objects.with_parts().get())
    assert outcome.rule.id == "OVER-1"
    assert not any(word in str(outcome).lower() for word in ("menipu", "penipu", "ilegal", "palsu", "melanggar"))
    assert "sedang diperiksa" in str(outcome)


def test_closing_the_hold_of_an_agency_closes_what_it_offers(people: People) -> None:
    order = published_listing().job_order
    listing = JobListing.objects.get()
    held_by_another = published_listing(job_order=order)
    own = published_listing(job_order=order)
    draft, other = legal_listing(job_order=order), published_listing()
    services.hold(held_by_another, people("ani"), "dulu")
    services.hold(own, people("budi"), "dulu")
    hold = oversight.place_hold(order.agency, people("ani"), "aneh")
    assert oversight.close(hold, people("budi"), "SK 7") == 2
    states = dict(JobListing.objects.values_list("pk", "status"))
    assert states == {
        listing.pk: "closed",
        held_by_another.pk: "closed",
        own.pk: "on_hold",  # whoever put it on hold does not end that on this way either
        draft.pk: "draft",
        other.pk: "published",
    }
    assert Hold.objects.filter(state="open").get().listing == own
    for key in (listing.pk, held_by_another.pk):
        entry = ListingChange.objects.filter(listing=key).first()
        assert (entry.what, entry.actor, entry.note) == ("closed", people("budi"), "SK 7")
    assert Agency.objects.get(pk=order.agency_id).status == "active"  # its licence is another decision


def test_a_listing_that_ended_by_a_rule_says_that_also_while_its_agency_is_on_hold(people: People) -> None:
    listing = published_listing()
    oversight.place_hold(listing.agency, people("ani"), "aneh")
    JobListing.objects.update(closing_date=day(-1))
    assert standing(listing) == "ended"
    shown = page(listing)
    assert "berakhir dengan sendirinya" in shown
    assert "diperiksa" not in shown.split("<main")[1]


def test_a_hold_refreshes_and_announces_the_listings_of_the_agency(people: People) -> None:
    listing, other = published_listing(), published_listing()
    heard: list[list[int]] = []

    def listen(sender: object, keys: list[int], **kwargs: object) -> None:
        heard.append(keys)

    listings_changed.connect(listen)
    try:
        hold = oversight.place_hold(listing.agency, people("ani"), "aneh")
        assert heard == [[listing.pk]]
        listing.refresh_from_db()
        assert listing.public_from is None
        oversight.lift(hold, people("budi"), "")
        assert heard[1:] == [[listing.pk]]
        listing.refresh_from_db()
        assert (listing.public_from is not None, listing.public_until) == (True, listing.closing_date)
        HoldFactory(contact=None, agency=other.agency).delete()
        assert heard[2:] == [[other.pk], [other.pk]]
    finally:
        listings_changed.disconnect(listen)


# --- the ninety days -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["listing", "agency"])
def test_days_of_looking_into_it_are_not_taken_from_the_ninety(what: str, people: People) -> None:
    noon = dt.datetime(2027, 3, 1, 12, tzinfo=timezone.get_default_timezone())
    with time_machine.travel(noon, tick=False) as clock:
        order = JobOrderFactory(valid_until=day(400), agency__valid_until=day(500))
        listing = published_listing(closing_date=day(300), job_order=order)
        hold = oversight.place_hold(listing if what == "listing" else listing.agency, people("ani"), "aneh", day(9))
        clock.shift(dt.timedelta(days=120))
        assert standing(listing) == "held"
        services.repair()
        assert standing(listing) == "held"
        oversight.close(hold, people("budi"), "palsu")
        assert standing(listing) == "ended"
        clock.shift(dt.timedelta(days=89))
        assert standing(listing) == "ended"
        clock.shift(dt.timedelta(days=1))
        assert standing(listing) == "gone"


def test_a_date_that_passes_during_a_hold_counts_from_that_date(people: People) -> None:
    noon = dt.datetime(2027, 3, 1, 12, tzinfo=timezone.get_default_timezone())
    with time_machine.travel(noon, tick=False) as clock:
        listing = published_listing(closing_date=day(30))
        oversight.place_hold(listing.agency, people("ani"), "aneh", day(9))
        clock.shift(dt.timedelta(days=30 + 90))
        assert standing(listing) == "ended"
        clock.shift(dt.timedelta(days=1))
        assert standing(listing) == "gone"


# --- a contact -----------------------------------------------------------------------------------------------------


def test_a_contact_is_confirmed_only_with_a_finding(people: People) -> None:
    hold = oversight.suspect("phone", "0812-0000 1234", people("ani"), "iklan palsu", day(9))
    assert (hold.contact.normal, hold.contact.confirmed_on, hold.contact.example) == ("6281200001234", None, False)
    with pytest.raises(oversight.NoFinding):
        oversight.close(hold, people("budi"), "benar")
    hold.refresh_from_db()
    assert hold.state == "open"
    flag = OfferFlagFactory()
    oversight.close(hold, people("budi"), "benar", finding=flag)
    contact = SuspectContact.objects.get()
    assert (contact.finding, contact.confirmed_on, hold.state) == (flag, day(0), "closed")


def test_of_a_lifted_contact_nothing_is_left_but_the_log(people: People) -> None:
    hold = oversight.suspect("handle", "@contoh_x", people("ani"), "aneh", finding=OfferFlagFactory())
    oversight.close(hold, people("budi"), "benar")
    again = oversight.suspect("handle", "Contoh_X", people("citra"), "pemilik keberatan")
    assert again.contact == hold.contact
    oversight.lift(again, people("budi"), "akun diretas")
    assert SuspectContact.objects.get().confirmed_on is None
    assert list(Hold.objects.order_by("pk").values_list("state", flat=True)) == ["closed", "lifted"]


def test_a_contact_that_is_none_is_refused_and_leaves_nothing(people: People) -> None:
    for kind, value in (("phone", "halo"), ("account", "1234"), ("account", "002 …123"), ("link", "x"), ("email", "@")):
        with pytest.raises(oversight.NoContact):
            oversight.suspect(kind, value, people("ani"), "aneh")
    assert not SuspectContact.objects.exists()


def test_an_account_is_known_again_under_a_new_key_and_by_its_bank(people: People, settings: Any) -> None:
    settings.CONTACT_HASH_KEY = ["1:lama"]
    hold = oversight.suspect("account", "002 1234-5678-90", people("ani"), "aneh")
    assert (hold.contact.value, hold.contact.key_version) == ("002 …890", 1)
    assert "1234567890" not in f"{hold.contact.normal}{hold.reason}"
    settings.CONTACT_HASH_KEY = ["2:baru", "1:lama"]
    assert oversight.known("account", "002/1234567890") == hold.contact
    assert oversight.known("account", "014 1234567890") is None
    with pytest.raises(holds.AlreadyHeld):
        oversight.suspect("account", "002 1234567890", people("budi"), "aneh")
    settings.CONTACT_HASH_KEY = []
    assert oversight.known("account", "002 1234567890") is None
    with pytest.raises(oversight.NoContact):
        oversight.suspect("account", "002 1234567890", people("budi"), "aneh")


def test_two_banks_may_have_given_the_same_number(people: People) -> None:
    first = oversight.suspect("account", "002 1234567890", people("ani"), "x")
    second = oversight.suspect("account", "014 1234567890", people("ani"), "x")
    assert first.contact != second.contact
    with pytest.raises(holds.AlreadyHeld):
        oversight.suspect("account", "014 1234567890", people("budi"), "x")


def test_a_confirmed_contact_without_a_finding_is_no_row(people: People) -> None:
    SuspectContactFactory(finding=OfferFlagFactory(), confirmed_on=day(0))
    with pytest.raises(IntegrityError), transaction.atomic():
        SuspectContact.objects.update(finding=None)


def test_holds_written_in_sql_hold_at_once() -> None:
    listing = published_listing()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO jobs_hold (agency_id, reason, review_on, placed_at, state, note)"
            " VALUES (%s, 'x', %s, %s, 'open', '')",
            [listing.agency_id, day(3).isoformat(), timezone.now().isoformat()],
        )
    assert not JobListing.objects.public().exists()
    assert standing(listing) == "held"
