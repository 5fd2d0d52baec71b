"""The work of a job officer in the CMS: forms refuse, acts tell, imports are confirmed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from content.jobs import import_runs, services
from content.jobs.models import Agency, ImportRun, JobListing, OfferRule
from content.jobs.sheets import parse
from tests.cms import errors_of, form_of, listing_url
from tests.factories.job_files import content, legal_world, objects, row, typed, workbook
from tests.factories.jobs import (
    AgencyContactFactory,
    AgencyFactory,
    DestinationFactory,
    JobOrderFactory,
    OfferFlagFactory,
    SourceFactory,
    day,
    legal_listing,
    published_listing,
)
from tests.staff import SignedIn

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client: Client, django_user_model: Any) -> Client:
    """A browser of somebody who may do everything with jobs."""
    user = django_user_model.objects.create_superuser(email="petugas@contoh.example", password="x")
    client.force_login(user)
    return client


def test_every_list_and_form_opens(officer: Client) -> None:
    listing = published_listing()
    import_runs.prepare(content(row()), "a.csv")
    run = ImportRun.objects.get()
    pages = [
        *(listing_url(name) for name in ("list", "add")),
        listing_url("edit", listing.pk),
        *(listing_url("act", act, listing.pk) for act in ("hold", "close")),
        *(reverse(f"{model}:index") for model in ("agency", "joborder", "importrun", "hold")),
        *(reverse(f"{model}:add") for model in ("agency", "joborder", "importrun", "hold")),
        reverse("agency:edit", args=[listing.agency_id]),
        reverse("joborder:edit", args=[listing.job_order_id]),
        reverse("importrun:edit", args=[run.pk]),
        reverse("importrun:refused", args=[run.pk]),
        *(reverse("importrun:template", args=[ending]) for ending in ("csv", "xlsx")),
        reverse("importrun:columns", args=[run.pk]),
        listing_url("list") + "?shown=no&ends=soon&status=published&country=TW",
        f"/akun/cms/bulk/jobs/joblisting/publish/?id={listing.pk}",
        f"/akun/cms/bulk/jobs/joblisting/hold/?id={listing.pk}",
        f"/akun/cms/bulk/jobs/joblisting/close/?id={listing.pk}",
    ]
    for page in pages:
        assert officer.get(page).status_code == 200, page


def test_nobody_else_gets_in(client: Client, django_user_model: Any) -> None:
    listing = published_listing()
    user = django_user_model.objects.create_user(email="orang@contoh.example", password="x")
    client.force_login(user)
    for page in (listing_url("list"), listing_url("act", "close", listing.pk), reverse("importrun:add")):
        assert client.get(page).status_code in (302, 403)
    client.post(listing_url("act", "close", listing.pk), {"reason": "x"})
    listing.refresh_from_db()
    assert listing.status == "published"


@pytest.mark.parametrize(
    "rest", ["", "results/", "chosen/{pk}/", "chosen-multiple/?id={pk}", "create/"], ids=lambda rest: rest or "start"
)
@pytest.mark.parametrize("model", ["joblisting", "agency", "joborder", "importrun", "hold", "suspectcontact"])
def test_no_dialogue_shows_listings_to_who_may_not_see_them(officer: Client, model: str, rest: str) -> None:
    """Not to the officer either: no form chooses a listing."""
    listing = legal_listing()
    for place in ("snippets/choose/jobs/", "choose/jobs/", "jobs/choose/"):
        answer = officer.get(f"/akun/cms/{place}{model}/{rest.format(pk=listing.pk)}")
        assert answer.status_code == 404
        assert listing.reference not in answer.content.decode()


def test_an_illegal_draft_is_saved_and_says_what_it_lacks(officer: Client) -> None:
    listing = legal_listing(closing_date=day(-1))
    data = form_of(officer.get(listing_url("edit", listing.pk)).content)
    response = officer.post(listing_url("edit", listing.pk), {**data, "place": "Tainan"}, follow=True)
    listing.refresh_from_db()
    assert listing.place == "Tainan"
    assert "DATE-1" in errors_of(response.content)


def test_publishing_by_the_form_publishes_a_legal_one(officer: Client) -> None:
    listing = legal_listing()
    data = form_of(officer.get(listing_url("edit", listing.pk)).content)
    officer.post(listing_url("edit", listing.pk), {**data, "then": "publish"})
    assert JobListing.objects.public().get() == listing
    assert listing.changes.values_list("what", flat=True)[0] == "published"
    assert listing.changes.first().actor.email == "petugas@contoh.example"


def test_cost_lines_of_the_form_are_judged_and_saved(officer: Client) -> None:
    listing = published_listing()
    from tests.factories.jobs import ComponentFactory

    component = ComponentFactory()
    data = form_of(officer.get(listing_url("edit", listing.pk)).content)
    line = {
        "cost_lines-TOTAL_FORMS": "1", "cost_lines-0-component": component.pk, "cost_lines-0-amount": "500000",
        "cost_lines-0-currency": "IDR", "cost_lines-0-when": "before", "cost_lines-0-id": "",
        "cost_lines-0-DELETE": "", "cost_lines-0-source": "",
    }  # fmt: skip
    response = officer.post(listing_url("edit", listing.pk), {**data, **line, "cost_lines-0-payer": "worker"})
    assert "COST-1" in errors_of(response.content)
    assert listing.cost_lines.count() == 0
    officer.post(listing_url("edit", listing.pk), {**data, **line, "cost_lines-0-payer": "employer"})
    assert listing.cost_lines.get().payer == "employer"


def test_hold_lift_close_and_reopen_by_their_buttons(officer: Client, signed_in: SignedIn) -> None:
    listing, second = published_listing(), signed_in("job_officer")
    for lacking in ({"reason": "", "review_on": day(3)}, {"reason": "laporan", "review_on": ""}):
        officer.post(listing_url("act", "hold", listing.pk), lacking)
        listing.refresh_from_db()
        assert listing.status == "published"  # a reason and a day are asked for
    for who, act, status in (
        (officer, "hold", "on_hold"),
        (officer, "lift", "on_hold"),  # by another person only
        (officer, "close", "on_hold"),
        (second, "lift", "published"),
        (officer, "close", "closed"),
        (officer, "reopen", "published"),
    ):
        values = {"reason": "laporan warga", "note": "sudah dicek", "review_on": day(9)}
        who.post(listing_url("act", act, listing.pk), values)
        listing.refresh_from_db()
        assert listing.status == status, act
    logged = list(listing.changes.values_list("what", "note"))
    assert logged[:4] == [
        ("reopened", ""), ("closed", "laporan warga"), ("reopened", "sudah dicek"), ("held", "laporan warga"),
    ]  # fmt: skip


def test_an_act_that_makes_no_sense_is_not_offered_and_does_nothing(officer: Client) -> None:
    listing = published_listing()
    shown = officer.get(listing_url("edit", listing.pk)).content.decode()
    for act, offered in (("hold", True), ("close", True), ("publish", False), ("reopen", False)):
        assert (listing_url("act", act, listing.pk) in shown) is offered
    assert officer.post(listing_url("act", "reopen", listing.pk)).status_code == 404
    assert officer.get(f"/akun/cms/jobs/listings/act/delete/{listing.pk}/").status_code == 404
    draft = legal_listing(job_order=listing.job_order)
    url = f"/akun/cms/bulk/jobs/joblisting/hold/?id={draft.pk}&id={listing.pk}&next=/akun/cms/"
    officer.post(url, {"reason": "laporan", "review_on": day(9)})
    assert set(JobListing.objects.values_list("pk", "status")) == {(listing.pk, "on_hold"), (draft.pk, "draft")}


def test_suspending_an_agency_needs_a_date_and_a_source_and_hides_its_listings(officer: Client) -> None:
    listing = published_listing()
    url = reverse("agency:edit", args=[listing.agency_id])
    data = form_of(officer.get(url).content)
    response = officer.post(url, {**data, "status": "suspended"})
    assert errors_of(response.content)
    assert Agency.objects.get().status == "active"
    response = officer.post(
        url,
        {**data, "status": "suspended", "status_since": day(-1).isoformat(), "status_note": "SK 12/2026"},
        follow=True,
    )
    assert not JobListing.objects.public().exists()
    decision = Agency.objects.get().statuses.get()
    assert (decision.status, decision.since, decision.note) == ("suspended", day(-1), "SK 12/2026")
    assert "1" in errors_of(response.content)


# An inline form without rows, as a browser sends it.
NO_CONTACTS = {
    f"{part}-{count}_FORMS": "0" for part in ("contacts", "names", "addresses") for count in ("TOTAL", "INITIAL")
}


def test_an_example_agency_has_no_real_address(officer: Client) -> None:
    url = reverse("agency:add")
    data = {
        "kind": "company", "legal_name": "PT Contoh", "licence_number": "CONTOH/1", "status": "active",
        "valid_from": day(-1).isoformat(), "valid_until": day(99).isoformat(), "checked_on": day(0).isoformat(),
        "example": "on", "site": "https://pt-contoh.co.id/", "email": "info@gmail.com",
        **NO_CONTACTS,
    }  # fmt: skip
    assert officer.post(url, data).status_code == 200
    assert not Agency.objects.exists()
    officer.post(url, {**data, "site": "https://pt-contoh.example/", "email": "info@pt-contoh.example"})
    assert Agency.objects.get().site == "https://pt-contoh.example/"


def test_a_real_agency_needs_a_source(officer: Client) -> None:
    url = reverse("agency:add")
    data = {
        "kind": "company", "legal_name": "PT Nyata", "licence_number": "SIP/1", "status": "active",
        "valid_from": day(-1).isoformat(), "valid_until": day(99).isoformat(), "checked_on": day(0).isoformat(),
        **NO_CONTACTS,
    }  # fmt: skip
    officer.post(url, data)
    assert not Agency.objects.exists()
    officer.post(url, {**data, "source": SourceFactory().pk})
    assert Agency.objects.exists()


def test_the_contacts_of_an_agency_are_kept_with_it(officer: Client) -> None:
    data = {
        "kind": "company", "legal_name": "PT Contoh", "licence_number": "CONTOH/1", "status": "active",
        "valid_from": day(-1).isoformat(), "valid_until": day(99).isoformat(), "checked_on": day(0).isoformat(),
        "example": "on", **NO_CONTACTS, "contacts-TOTAL_FORMS": "1", "contacts-0-kind": "phone",
        "contacts-0-value": "0812 3456 7890",
    }  # fmt: skip
    assert officer.post(reverse("agency:add"), data).status_code == 200
    assert not Agency.objects.exists()
    officer.post(reverse("agency:add"), {**data, "contacts-0-value": "+62 000 12 34"})
    assert [contact.normal for contact in Agency.objects.get().contacts.all()] == ["620001234"]


def test_an_editor_writes_a_rule_and_is_told_what_is_no_pattern(officer: Client) -> None:
    flag = OfferFlagFactory()
    data = {
        "code": "balon",
        "flag": flag.pk,
        "language": "any",
        "patterns": "(a+)+$",
        "near": 0,
        "weight": 3,
        "active": "on",
    }
    assert "Ini bukan kata" in officer.post(reverse("offerrule:add"), data).content.decode()
    assert not OfferRule.objects.exists()
    officer.post(reverse("offerrule:add"), {**data, "patterns": "naik balon"})
    assert OfferRule.objects.get().patterns == "naik balon"


def upload(officer: Client, *rows: dict[str, str], **data: str) -> ImportRun:
    file = SimpleUploadedFile("lowongan.csv", content(*rows), "text/csv")
    officer.post(reverse("importrun:add"), {"file": file, **data})
    return ImportRun.objects.latest("pk")


def test_an_import_is_previewed_confirmed_and_undone(officer: Client) -> None:
    legal_world()
    run = upload(officer, row(1), row(2, usia_min="12"), publish="on")
    page = officer.get(reverse("importrun:edit", args=[run.pk])).content
    (cells,) = [
        [cell.text for cell in line.select("td")]
        for line in BeautifulSoup(page, "html.parser").select("tbody tr")
        if len(line.select("td")) == 3
    ]
    assert cells[:2] == ["3", "usia_min"]
    assert "AGE-1" in cells[2]
    assert not JobListing.objects.exists()
    data = form_of(page)
    officer.post(reverse("importrun:edit", args=[run.pk]), {**data, "act": "confirm"})
    assert JobListing.objects.public().count() == 1
    officer.post(reverse("importrun:edit", args=[run.pk]), {**data, "act": "confirm"})
    assert JobListing.objects.count() == 1
    officer.post(reverse("importrun:edit", args=[run.pk]), {"act": "undo"})
    run.refresh_from_db()
    assert (run.state, JobListing.objects.count()) == ("undone", 0)


def test_nothing_is_written_without_the_signed_word_of_this_very_file(officer: Client) -> None:
    legal_world()
    first, second = upload(officer, row(1)), upload(officer, row(2), publish="on")
    page = officer.get(reverse("importrun:edit", args=[first.pk])).content
    token = re.search(rb'name="token" value="([^"]+)"', page)[1].decode()
    for forged in ("", "x", token[:-2] + "aa", token):
        officer.post(reverse("importrun:edit", args=[second.pk]), {"act": "confirm", "token": forged})
    assert not JobListing.objects.exists()
    officer.get(reverse("importrun:edit", args=[first.pk]), {"act": "confirm", "token": token})
    assert not JobListing.objects.exists()  # reading writes nothing


def test_a_file_with_other_headings_asks_for_its_columns_once(officer: Client) -> None:
    legal_world()
    foreign = SimpleUploadedFile("a.csv", content(row(1), row(2)).replace(b"izin,", b"No. <b>SIP3MI</b>,", 1))
    answer = officer.post(reverse("importrun:add"), {"file": foreign}, follow=True)
    run = ImportRun.objects.get()
    assert answer.redirect_chain[-1][0] == reverse("importrun:columns", args=[run.pk])
    assert officer.get(reverse("importrun:edit", args=[run.pk])).url == answer.redirect_chain[-1][0]
    page = BeautifulSoup(answer.content, "html.parser")
    assert "No. <b>SIP3MI</b>" in page.select_one("table").text
    assert "CONTOH/SIP3MI/1" in page.select_one("table").text
    data = form_of(answer.content)
    assert data["izin"] == ["0"]  # guessed, and to be confirmed
    for wrong in ({"izin": ""}, {"kota": data["negara"]}, {"izin": "99"}):
        assert errors_of(officer.post(answer.redirect_chain[-1][0], {**data, **wrong}).content)
    assert ImportRun.objects.get().state == "columns"
    page = officer.post(answer.redirect_chain[-1][0], data, follow=True).content.decode()
    run.refresh_from_db()
    assert (run.state, run.created, run.mapping["izin"]) == ("previewed", 2, "No. <b>SIP3MI</b>")
    assert reverse("importrun:columns", args=[run.pk]) in page

    foreign.seek(0)
    page = officer.post(reverse("importrun:add"), {"file": foreign}, follow=True).content.decode()
    again = ImportRun.objects.latest("pk")
    assert (again.state, again.chosen_in) == ("previewed", run)
    assert "a.csv" in page
    assert reverse("importrun:columns", args=[again.pk]) in page


def test_a_confirmation_does_not_hold_for_columns_that_were_changed_since(officer: Client) -> None:
    legal_world()
    run = upload(officer, row(1))
    old = form_of(officer.get(reverse("importrun:edit", args=[run.pk])).content)
    columns = reverse("importrun:columns", args=[run.pk])
    officer.post(columns, {**form_of(officer.get(columns).content), "kota": ""})
    officer.post(reverse("importrun:edit", args=[run.pk]), {**old, "act": "confirm"})
    assert not JobListing.objects.exists()
    new = form_of(officer.get(reverse("importrun:edit", args=[run.pk])).content)
    officer.post(reverse("importrun:edit", args=[run.pk]), {**new, "act": "confirm"})
    assert JobListing.objects.get().place == ""
    assert officer.get(columns).status_code == 302  # written: nothing is chosen any more


def test_rows_that_look_like_a_listing_link_to_it(officer: Client) -> None:
    order = legal_world()
    known = legal_listing(job_order=order, wage_min=20000)
    run = upload(officer, row(1), row(2, kota="Tainan"), row(3, kota="Tainan"))
    page = BeautifulSoup(officer.get(reverse("importrun:edit", args=[run.pk])).content, "html.parser")
    assert page.select_one(f'a[href="{listing_url("edit", known.pk)}"]')
    rows = [[cell.text for cell in line.select("td")] for line in page.select("tbody tr")]
    assert ["2", f"{known}, {known.agency}"] in rows
    assert ["4", "Baris 3 berkas ini"] in rows
    known.delete()
    assert officer.get(reverse("importrun:edit", args=[run.pk])).status_code == 200


def test_a_file_that_is_being_read_shows_how_far_and_is_read_again_when_its_reader_died(officer: Client) -> None:
    legal_world()
    run = upload(officer, row(1), row(2))
    url = reverse("importrun:edit", args=[run.pk])
    ImportRun.objects.filter(pk=run.pk).update(state="reading", claim="", rows_done=1, beat_at=timezone.now())
    soup = BeautifulSoup(officer.get(url).content, "html.parser")
    assert soup.select_one('meta[http-equiv="refresh"]')
    assert (soup.progress["value"], soup.progress["max"]) == ("1", "2")
    officer.post(url, {"act": "resume"})
    assert ImportRun.objects.get().state == "reading"
    ImportRun.objects.filter(pk=run.pk).update(beat_at=timezone.now() - import_runs.SILENCE * 2)
    soup = BeautifulSoup(officer.get(url).content, "html.parser")
    assert not soup.select('[value="undo"]')
    officer.post(url, {"act": "resume"})
    run.refresh_from_db()
    assert (run.state, run.rows_done, run.created) == ("previewed", 0, 2)


def test_refused_rows_come_back_in_the_format_of_the_file(officer: Client) -> None:
    legal_world()
    for name, bytes_ in (("a.xlsx", workbook(typed(1, usia_min=12))), ("a.json", objects(typed(1, usia_min=12)))):
        officer.post(reverse("importrun:add"), {"file": SimpleUploadedFile(name, bytes_)})
        answer = officer.get(reverse("importrun:refused", args=[ImportRun.objects.latest("pk").pk]))
        assert answer["Content-Disposition"].endswith(f'.{name[2:]}"')
        assert parse(b"".join(answer.streaming_content)).format == name[2:]


def test_a_listing_names_a_contact_of_its_agency_and_no_other(officer: Client) -> None:
    listing = legal_listing()
    mine = AgencyContactFactory(agency=listing.agency)
    other = AgencyContactFactory()
    url = listing_url("edit", listing.pk)
    page = officer.get(url).content
    offered = BeautifulSoup(page, "html.parser").select('select[name="contact"] option')
    assert [option["value"] for option in offered] == ["", str(mine.pk)]
    answer = officer.post(url, {**form_of(page), "contact": other.pk})
    assert "bukan kontak resmi" in errors_of(answer.content)
    officer.post(url, {**form_of(page), "contact": mine.pk})
    listing.refresh_from_db()
    assert listing.contact == mine
    # Where the agency is not chosen yet, each contact says whose it is.
    offered = BeautifulSoup(officer.get(listing_url("add")).content, "html.parser").select(
        'select[name="contact"] option'
    )
    assert f"{other.agency}: {other}" in [option.text for option in offered]
    # A new agency takes its own contacts with it.
    order = JobOrderFactory(agency=other.agency)
    page = officer.get(url).content
    data = {**form_of(page), "agency": other.agency.pk, "job_order": order.pk, "contact": mine.pk}
    assert "bukan kontak resmi" in errors_of(officer.post(url, data).content)
    officer.post(url, {**data, "contact": other.pk})
    listing.refresh_from_db()
    assert (listing.agency, listing.contact) == (other.agency, other)


def test_a_job_order_names_the_mission_that_verified_it(officer: Client) -> None:
    order = JobOrderFactory()
    DestinationFactory()
    url = reverse("joborder:edit", args=[order.pk])
    officer.post(url, {**form_of(officer.get(url).content), "mission": "KDEI Taipei"})
    order.refresh_from_db()
    assert order.mission == "KDEI Taipei"


def test_a_file_that_cannot_be_read_says_why_on_the_form(officer: Client) -> None:
    for bytes_ in (b"", b"PK\x03\x04", b"\x00" * 99, b"nama,alamat\n"):
        file = SimpleUploadedFile("x.csv", bytes_)
        response = officer.post(reverse("importrun:add"), {"file": file})
        assert response.status_code == 200
        assert errors_of(response.content)
    assert not ImportRun.objects.exists()


def test_a_run_under_way_shows_its_progress_and_reloads(officer: Client) -> None:
    legal_world()
    run = upload(officer, row(1), row(2))
    ImportRun.objects.filter(pk=run.pk).update(state="running", claim="x", beat_at=timezone.now(), rows_done=1)
    soup = BeautifulSoup(officer.get(reverse("importrun:edit", args=[run.pk])).content, "html.parser")
    assert soup.select_one('meta[http-equiv="refresh"]')
    assert (soup.progress["value"], soup.progress["max"]) == ("1", "2")
    assert not soup.select('[value="undo"]')
    ImportRun.objects.filter(pk=run.pk).update(beat_at=timezone.now() - import_runs.SILENCE * 2)
    soup = BeautifulSoup(officer.get(reverse("importrun:edit", args=[run.pk])).content, "html.parser")
    assert not soup.select_one('meta[http-equiv="refresh"]')
    assert soup.select('[value="resume"]')
    assert soup.select('a[href="?undo"]')


def test_what_an_undo_deletes_is_said_before_it_is_done(officer: Client) -> None:
    legal_world()
    run = upload(officer, row(1), row(2))
    address = reverse("importrun:edit", args=[run.pk])
    officer.post(address, {**form_of(officer.get(address).content), "act": "confirm"})
    first = BeautifulSoup(officer.get(address).content, "html.parser")
    assert not first.select('[value="undo"]')
    (link,) = first.select('a[href^="?undo"]')
    asked = BeautifulSoup(officer.get(f"{address}{link['href']}").content, "html.parser")
    assert "(2)" in asked.select_one(".help-warning").get_text()
    assert asked.select('button[value="undo"]')
    assert JobListing.objects.count() == 2


def test_the_list_of_the_officer_costs_the_same_for_many(officer: Client, django_assert_max_num_queries: Any) -> None:
    order = published_listing().job_order
    officer.get(listing_url("list"))
    for number in range(30):
        legal_listing(job_order=order, reference=f"N-{number}")
    with django_assert_max_num_queries(40):
        officer.get(listing_url("list"))


def test_bulk_publishing_names_what_it_refuses(officer: Client) -> None:
    good, bad = legal_listing(), legal_listing(closing_date=day(-1))
    url = f"/akun/cms/bulk/jobs/joblisting/publish/?id={good.pk}&id={bad.pk}&next=/akun/cms/"
    assert b"DATE-1" in officer.get(url).content
    response = officer.post(url, follow=True)
    assert set(JobListing.objects.public()) == {good}
    assert "DATE-1" in errors_of(response.content)


def test_a_licensed_agency_is_never_called_safe() -> None:
    """The words of the admin and the rules: “licensed” is a fact, “safe” is nobody's to say."""
    from content.jobs import rules

    listing = legal_listing()
    AgencyFactory()
    services.publish(listing)
    for outcome in rules.check(listing):
        assert not re.search(r"\b(aman|safe)\b", str(outcome), re.IGNORECASE)
