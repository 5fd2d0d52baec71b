"""Two officers at once: what one has decided is not lost to a page that another one had open."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.urls import reverse

from content.jobs import holds, import_runs, importers, oversight, services
from content.jobs.importers import parse
from content.jobs.models import Agency, Hold, ImportRun, JobListing, ListingChange
from content.jobs.viewsets.agencies import AgencyViewSet
from tests.cms import errors_of, form_of, listing_url
from tests.factories.job_files import content, legal_world, row
from tests.factories.jobs import JobOrderFactory, day, published_listing
from tests.staff import SignedIn

pytestmark = pytest.mark.django_db


def opened(form_class: Any, instance: Any, user: Any, **changed: Any) -> Any:
    """The form as it is sent by somebody who has had the page open since ``instance`` was read."""
    asked = form_class(instance=instance, for_user=user)
    html = f"<form>{asked.as_p()}{''.join(map(str, asked.formsets.values()))}</form>"
    data = QueryDict(urlencode({**form_of(html.encode()), **changed}, doseq=True))
    return form_class(data, instance=instance, for_user=user)


def test_saving_an_agency_does_not_take_back_a_decision_of_the_same_moment(admin_user: Any) -> None:
    agency = published_listing().agency
    form_class = AgencyViewSet().get_edit_handler().get_form_class()
    form = opened(form_class, Agency.objects.get(pk=agency.pk), admin_user, legal_name="PT Contoh Lain")
    assert form.is_valid(), form.errors
    services.set_agency_status(agency, "suspended", day(0), note="Kepmen 1")
    form.save()
    agency.refresh_from_db()
    assert (agency.legal_name, agency.status) == ("PT Contoh Lain", "suspended")


def test_the_newest_decision_counts_whichever_is_recorded_last() -> None:
    agency = published_listing().agency
    services.set_agency_status(agency, "withdrawn", day(-2))
    services.set_agency_status(agency, "active", day(-900))
    agency.refresh_from_db()
    assert agency.status == "withdrawn"


def test_saving_a_listing_does_not_reopen_what_was_closed_at_the_same_moment(admin_user: Any) -> None:
    listing = published_listing()
    form_class = JobListing.snippet_viewset.get_edit_handler().get_form_class()
    form = opened(form_class, JobListing.objects.get(pk=listing.pk), admin_user, place="Tainan")
    assert form.is_valid(), form.errors
    services.close(listing, reason="penipuan")
    form.save()
    listing.refresh_from_db()
    assert (listing.place, listing.status) == ("Tainan", "closed")
    assert not JobListing.objects.public().exists()


def test_a_page_that_was_open_while_a_colleague_saved_says_so(signed_in: SignedIn) -> None:
    officer, listing = signed_in("job_officer"), published_listing()
    url = listing_url("edit", listing.pk)
    data = form_of(officer.get(url).content)
    JobListing.objects.filter(pk=listing.pk).update(wage_min=25_000)
    assert "Seseorang sudah mengubah" in errors_of(officer.post(url, {**data, "place": "Tainan"}).content)
    listing.refresh_from_db()
    assert (listing.place, listing.wage_min) == ("Taichung", 25_000)
    assert officer.post(url, {**form_of(officer.get(url).content), "place": "Tainan"}).status_code == 302


@pytest.mark.parametrize("what", ["listing", "agency"])
def test_an_edit_does_not_move_a_listing_out_of_a_hold(signed_in: SignedIn, what: str) -> None:
    officer, listing, other = signed_in("job_officer"), published_listing(), JobOrderFactory()
    oversight.place_hold(listing if what == "listing" else listing.agency, None, "x")
    url = listing_url("edit", listing.pk)
    moved = {"agency": other.agency_id, "job_order": other.pk}
    page = officer.post(url, {**form_of(officer.get(url).content), **moved})
    assert "sampai orang kedua memutuskan" in errors_of(page.content)
    assert not JobListing.objects.public().exists()


def test_what_a_second_person_closed_the_first_does_not_reopen(django_user_model: Any) -> None:
    first, second = (
        django_user_model.objects.create_superuser(email=f"{name}@contoh.example", password="x") for name in "ab"
    )
    listing = published_listing()
    hold = oversight.place_hold(listing, first, "x")
    oversight.close(hold, second, "penipuan")
    with pytest.raises(holds.SamePerson):
        services.reopen(listing, first)
    assert JobListing.objects.get().status == "closed"
    services.reopen(listing, second)
    assert JobListing.objects.public().exists()


@pytest.mark.parametrize("decide", [oversight.lift, oversight.close], ids=["lift", "close"])
def test_a_hold_that_is_decided_is_not_decided_again(decide: Any, django_user_model: Any) -> None:
    people = [django_user_model.objects.create_superuser(email=f"{name}@contoh.example") for name in "abc"]
    listing = published_listing()
    hold = oversight.place_hold(listing, people[0], "x")
    oversight.lift(hold, people[1], "beres")
    with pytest.raises(holds.AlreadyDecided):
        decide(hold, people[2], "lagi")
    assert JobListing.objects.public().exists()


def test_a_cell_too_large_for_its_column_is_refused_in_the_preview_already() -> None:
    legal_world()
    result = importers.preview(parse(content(row(biaya="medical_exam:pemberi_kerja:99999999999999"))))
    assert (result.new, result.refused) == (0, 1)
    assert result.problems[0].column == "biaya"


def test_an_import_locks_what_it_judges_as_an_officer_does(monkeypatch: pytest.MonkeyPatch) -> None:
    order, locked = legal_world(), []
    monkeypatch.setattr(services, "lock_orders", lambda keys: locked.extend(keys))
    run, _preview = import_runs.prepare(content(row()), "x.csv", None, True)
    import_runs.apply(run)
    assert set(locked) == {order.pk}


def meanwhile(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """What is written while somebody waits for the listings that he or she asks for first."""
    real = services.lock

    def lock(keys: Iterable[int]) -> None:
        held = list(keys)
        monkeypatch.setattr(services, "lock", real)
        happens()
        real(held)

    monkeypatch.setattr(services, "lock", lock)


def test_an_undo_leaves_what_an_officer_saves_at_the_same_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    legal_world()
    import_runs.apply(import_runs.prepare(content(row(1)), "x.csv")[0])
    run = import_runs.apply(import_runs.prepare(content(row(1, kota="Taipei"), row(2)), "x.csv")[0])
    meanwhile(monkeypatch, lambda: JobListing.objects.update(place="Tainan"))
    import_runs.undo(run)
    assert run.kept == 2
    assert set(JobListing.objects.values_list("reference", "place")) == {("TW-00001", "Tainan"), ("TW-00002", "Tainan")}


def test_what_is_put_on_hold_while_its_agency_is_decided_is_decided_with_it(
    monkeypatch: pytest.MonkeyPatch, django_user_model: Any
) -> None:
    first, second = (django_user_model.objects.create_superuser(email=f"{name}@contoh.example") for name in "ab")
    listing = published_listing()
    hold = oversight.place_hold(listing.agency, first, "x")
    meanwhile(monkeypatch, lambda: oversight.place_hold(listing, first, "y"))
    assert oversight.close(hold, second, "penipuan") == 1
    listing.refresh_from_db()
    assert (listing.status, list(Hold.objects.values_list("state", flat=True))) == ("closed", ["closed", "closed"])


def test_the_log_names_who_had_it_written(signed_in: SignedIn) -> None:
    legal_world()
    run, _preview = import_runs.prepare(content(row()), "x.csv", None, True)
    officer = signed_in("job_officer")
    url = reverse("importrun:edit", args=[run.pk])
    token = form_of(officer.get(url).content)["token"]
    officer.post(url, {"act": "confirm", "token": token})
    entry = ListingChange.objects.filter(what="imported").first()
    assert entry is not None
    assert entry.actor is not None


@pytest.mark.parametrize("act", ["confirm", "resume"])
def test_whoever_is_refused_answers_for_nothing(signed_in: SignedIn, act: str) -> None:
    legal_world()
    run, _preview = import_runs.prepare(content(row()), "x.csv", None, True)
    officer = signed_in("job_officer")
    url = reverse("importrun:edit", args=[run.pk])
    token = form_of(officer.get(url).content)["token"]
    import_runs.apply(run)
    officer.post(url, {"act": act, "token": token})
    assert ImportRun.objects.get().actor is None
