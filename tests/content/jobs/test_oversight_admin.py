"""“Dalam pemeriksaan” in the CMS: one officer places, another decides; an agency with everything that is known of it."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from content.jobs import oversight, services
from content.jobs.models import Agency, AgencyContact, AgencyName, AgencyStatus, Hold, JobListing, SuspectContact
from tests.cms import errors_of, form_of, listing_url
from tests.factories.jobs import (
    AgencyFactory,
    HoldFactory,
    OfferFlagFactory,
    SourceFactory,
    SuspectContactFactory,
    day,
    legal_listing,
    published_listing,
)
from tests.staff import Members, SignedIn

pytestmark = pytest.mark.django_db


def browser(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def ani(member: Members) -> Any:
    return member("job_officer")


@pytest.fixture
def budi(member: Members) -> Any:
    return member("job_officer")


def text(response: Any) -> str:
    assert response.status_code == 200
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


def on_hold(**fields: Any) -> dict[str, Any]:
    return {"reason": "Tiga warga bertanya", "review_on": day(9).isoformat(), **fields}


# --- permissions ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "may"),
    [("job_officer", True), ("admin", True), ("editor", False), ("translator", False), ("case_worker", False)],
)
def test_only_officers_and_administrators_look_into_things(role: str, may: bool, signed_in: SignedIn) -> None:
    agency, hold = AgencyFactory(), HoldFactory(contact__finding=OfferFlagFactory())
    client = signed_in(role)
    pages = [
        reverse("hold:index"),
        reverse("hold:add"),
        reverse("hold:edit", args=[hold.pk]),
        reverse("hold:place", args=["agency", agency.pk]),
        reverse("hold:lift", args=[hold.pk]),
        reverse("hold:close", args=[hold.pk]),
    ]
    for page in pages:
        assert (client.get(page).status_code == 200) is may, page
    client.post(reverse("hold:place", args=["agency", agency.pk]), on_hold())
    assert Hold.objects.filter(agency=agency).exists() is may
    client.post(reverse("hold:lift", args=[hold.pk]), {"note": "selesai"})
    hold.refresh_from_db()
    assert hold.state == ("lifted" if may else "open")


def test_who_may_only_look_is_offered_nothing(ani: Any, django_user_model: Any) -> None:
    from django.contrib.auth.models import Permission

    reader = django_user_model.objects.create_user("pembaca@contoh.example", "x")
    codes = ("access_admin", "view_hold", "view_agency")
    reader.user_permissions.set(Permission.objects.filter(codename__in=codes))
    hold, agency = HoldFactory(placed_by=ani), AgencyFactory()
    client = browser(reader)
    assert "Lepas" not in text(client.get(reverse("hold:edit", args=[hold.pk])))
    assert "Mulai pemeriksaan" not in text(client.get(reverse("agency:inspect", args=[agency.pk])))
    for page in (reverse("hold:lift", args=[hold.pk]), reverse("hold:place", args=["agency", agency.pk])):
        client.post(page, on_hold(note="x"))
    assert Hold.objects.get().state == "open"


# --- placing -------------------------------------------------------------------------------------------------------


def test_an_agency_is_put_on_hold_from_its_page_and_lifted_by_another(ani: Any, budi: Any) -> None:
    listing = published_listing()
    place = reverse("hold:place", args=["agency", listing.agency_id])
    first, second = browser(ani), browser(budi)
    for page in ("edit", "inspect"):
        assert place in first.get(reverse(f"agency:{page}", args=[listing.agency_id])).content.decode()
    assert "Lowongan yang tidak akan dilihat pembaca lagi: 1" in text(first.get(place))
    shown = form_of(first.get(place).content)
    assert shown["review_on"] == [day(14).isoformat()]
    answer = first.post(place, on_hold(), follow=True)
    hold = Hold.objects.get()
    assert (hold.agency, hold.placed_by, hold.reason) == (listing.agency, ani, "Tiga warga bertanya")
    assert not JobListing.objects.public().exists()
    assert "Orang kedua yang melepas atau menutupnya" in errors_of(answer.content)
    edit = first.get(reverse("agency:edit", args=[listing.agency_id])).content.decode()
    assert reverse("hold:edit", args=[hold.pk]) in edit
    assert place not in edit
    second.post(reverse("hold:lift", args=[hold.pk]), {"note": "sudah dijelaskan"})
    hold.refresh_from_db()
    assert (hold.state, hold.ended_by, hold.note) == ("lifted", budi, "sudah dijelaskan")
    assert JobListing.objects.public().exists()
    history = text(second.get(reverse("agency:inspect", args=[listing.agency_id])))
    assert "Tiga warga bertanya" in history
    assert "sudah dijelaskan" in history


@pytest.mark.parametrize(
    "fields", [{"reason": ""}, {"review_on": ""}, {"review_on": "kemarin"}, {"review_on": day(-1).isoformat()},
               {"review_on": day(92).isoformat()}, {"review_on": "9999-12-31"}, {"reason": "x" * 256}]
)  # fmt: skip
def test_without_a_reason_and_a_near_day_nothing_is_placed(fields: dict[str, str], ani: Any) -> None:
    listing = published_listing()
    place = browser(ani).post(reverse("hold:place", args=["agency", listing.agency_id]), on_hold(**fields))
    assert errors_of(place.content)
    answer = browser(ani).post(listing_url("act", "hold", listing.pk), on_hold(**fields))
    assert errors_of(answer.content)
    assert not Hold.objects.exists()
    listing.refresh_from_db()
    assert listing.status == "published"


def test_what_is_on_hold_already_is_told_and_keeps_what_was_typed(ani: Any, budi: Any) -> None:
    agency = AgencyFactory()
    oversight.place_hold(agency, ani, "dulu")
    answer = browser(budi).post(reverse("hold:place", args=["agency", agency.pk]), on_hold())
    assert "sudah dalam pemeriksaan" in errors_of(answer.content)
    assert form_of(answer.content)["reason"] == ["Tiga warga bertanya"]
    assert Hold.objects.count() == 1
    for kind, key in (("agency", 999), ("listing", 1), ("user", 1)):
        assert browser(ani).get(reverse("hold:place", args=[kind, key])).status_code == 404


def test_a_contact_and_its_hold_are_one_form(ani: Any, budi: Any) -> None:
    flag = OfferFlagFactory()
    add = reverse("hold:add")
    page = browser(ani).get(add)
    assert "Kontak terlapor" in text(page)
    assert "anyway" not in form_of(page.content)
    answer = browser(ani).post(add, on_hold(kind="phone", value="0812 9999 1234", finding=""), follow=True)
    assert answer.status_code == 200
    hold = Hold.objects.get()
    assert (hold.contact.normal, hold.contact.finding, hold.placed_by) == ("6281299991234", None, ani)
    close = reverse("hold:close", args=[hold.pk])
    assert errors_of(browser(budi).post(close, {"note": "benar", "finding": ""}).content)
    assert Hold.objects.get().state == "open"
    browser(budi).post(close, {"note": "benar", "finding": flag.pk})
    contact = SuspectContact.objects.get()
    assert (contact.confirmed_on, contact.finding) == (day(0), flag)


@pytest.mark.parametrize(
    ("kind", "value", "sentence"),
    [
        ("phone", "halo", "Periksa setiap hurufnya"),
        ("account", "1234567890", "Tulis kode bank dan nomornya"),
        ("account", "002 …890", "Tulis kode bank dan nomornya"),
        ("link", "bukan alamat", "Periksa setiap hurufnya"),
        ("email", "a@b", "Periksa setiap hurufnya"),
        ("phone", "", ""),
        ("pigeon", "x", ""),
    ],
)
def test_a_contact_of_no_kind_is_refused_in_words(kind: str, value: str, sentence: str, ani: Any) -> None:
    answer = browser(ani).post(reverse("hold:add"), on_hold(kind=kind, value=value))
    assert sentence in errors_of(answer.content)
    assert not SuspectContact.objects.exists()
    assert not Hold.objects.exists()


def test_an_account_is_kept_as_its_hash_and_never_without_a_key(ani: Any, settings: Any) -> None:
    add = reverse("hold:add")
    browser(ani).post(add, on_hold(kind="account", value="002 1234-567-890"))
    contact = SuspectContact.objects.get()
    assert contact.value == "002 …890"
    shown = browser(ani).get(reverse("hold:index")).content.decode()
    shown += browser(ani).get(reverse("hold:edit", args=[Hold.objects.get().pk])).content.decode()
    assert "002 …890" in shown
    assert "1234567890" not in shown.replace("-", "")
    settings.CONTACT_HASH_KEY = []
    answer = browser(ani).post(add, on_hold(kind="account", value="002 9876543210"))
    assert "CONTACT_HASH_KEY" in errors_of(answer.content)
    assert SuspectContact.objects.count() == 1


@pytest.mark.parametrize(("kind", "value"), [("phone", "+62 000 0001 0001"), ("account", "000 12345678")])
def test_an_official_contact_is_warned_of(kind: str, value: str, ani: Any) -> None:
    agency = AgencyFactory(legal_name="PT Contoh Asli")
    AgencyContact.objects.create(agency=agency, kind=kind, value=value)
    typed = on_hold(kind=kind, value=value.replace(" ", "-") if kind == "phone" else "000/1234-5678")
    answer = browser(ani).post(reverse("hold:add"), typed)
    assert "kontak resmi PT Contoh Asli" in errors_of(answer.content)
    assert "Saya sudah melihat bahwa ini kontak resmi" in text(answer)
    assert not Hold.objects.exists()
    browser(ani).post(reverse("hold:add"), {**typed, "anyway": "on"})
    assert Hold.objects.get().contact.kind == kind


# --- deciding ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ["lift", "close"])
def test_whoever_placed_it_is_told_so_and_changes_nothing(act: str, ani: Any, budi: Any) -> None:
    hold = oversight.place_hold(AgencyFactory(), ani, "aneh")
    url = reverse(f"hold:{act}", args=[hold.pk])
    page = browser(ani).get(url)
    assert "Orang kedua yang melepas atau menutupnya" in text(page)
    asked = "main form [name=note]"
    assert not BeautifulSoup(page.content, "html.parser").select(asked)
    assert BeautifulSoup(browser(budi).get(url).content, "html.parser").select(asked)
    browser(ani).post(url, {"note": "selesai"})
    assert Hold.objects.get().state == "open"
    listed = browser(ani).get(reverse("hold:index")).content.decode()
    assert url not in listed
    assert url in browser(budi).get(reverse("hold:index")).content.decode()


def test_a_decision_needs_a_note_and_is_taken_once(ani: Any, budi: Any) -> None:
    hold = oversight.place_hold(AgencyFactory(), ani, "aneh")
    url = reverse("hold:lift", args=[hold.pk])
    assert errors_of(browser(budi).post(url, {"note": " "}).content)
    browser(budi).post(url, {"note": "selesai"})
    for page in (url, reverse("hold:close", args=[hold.pk])):
        answer = browser(budi).post(page, {"note": "lagi"}, follow=True)
        assert "sudah memutuskannya" in errors_of(answer.content)
    hold.refresh_from_db()
    assert (hold.state, hold.note) == ("lifted", "selesai")


def test_closing_the_hold_of_an_agency_says_where_its_licence_is_decided(ani: Any, budi: Any) -> None:
    listing = published_listing()
    hold = oversight.place_hold(listing.agency, ani, "aneh")
    answer = browser(budi).post(reverse("hold:close", args=[hold.pk]), {"note": "SK 7"}, follow=True)
    told = errors_of(answer.content)
    assert "1 lowongannya ditutup" in told
    assert "dicatat tersendiri, di bagian Status" in told
    assert reverse("agency:edit", args=[listing.agency_id]) in answer.content.decode()
    listing.refresh_from_db()
    assert (listing.status, Agency.objects.get().status) == ("closed", "active")


def test_a_listing_that_a_rule_forbids_is_not_lifted_and_says_why(ani: Any, budi: Any) -> None:
    listing = published_listing()
    hold = oversight.place_hold(listing, ani, "aneh")
    JobListing.objects.update(minimum_age=15)
    for url in (reverse("hold:lift", args=[hold.pk]), listing_url("act", "lift", listing.pk)):
        answer = browser(budi).post(url, {"note": "benar"}, follow=True)
        assert "AGE-1" in errors_of(answer.content)
    assert "AGE-1" in text(browser(budi).get(listing_url("act", "lift", listing.pk)))
    assert Hold.objects.get().state == "open"


def test_bulk_acts_decide_no_hold_of_ones_own_and_say_so(ani: Any, budi: Any) -> None:
    order = published_listing().job_order
    free, own = JobListing.objects.get(), published_listing(job_order=order)
    other = published_listing(job_order=order)
    services.hold(own, budi, "oleh Budi")
    services.hold(other, ani, "oleh Ani")
    keys = "&".join(f"id={listing.pk}" for listing in (free, own, other))
    url = f"/akun/cms/bulk/jobs/joblisting/close/?{keys}&next={listing_url('list')}"
    answer = browser(budi).post(url, {"reason": "semua"}, follow=True)
    states = dict(JobListing.objects.values_list("pk", "status"))
    assert states == {free.pk: "closed", own.pk: "on_hold", other.pk: "closed"}
    told = errors_of(answer.content)
    assert "2 lowongan diubah" in told
    assert f"{own}: Anda sendiri yang memulai pemeriksaan ini" in told
    assert Hold.objects.get(state="open").listing == own


def test_bulk_publishing_frees_nothing_that_is_on_hold(ani: Any, budi: Any) -> None:
    listing, draft = published_listing(), legal_listing()
    services.hold(listing, ani, "aneh")
    oversight.place_hold(draft.agency, ani, "aneh")
    url = f"/akun/cms/bulk/jobs/joblisting/publish/?id={listing.pk}&id={draft.pk}&next=/akun/cms/"
    answer = browser(budi).post(url, follow=True)
    assert "OVER-1" in errors_of(answer.content)
    assert "1 lowongan tetap seperti semula" in text(answer)
    assert set(JobListing.objects.values_list("pk", "status")) == {(listing.pk, "on_hold"), (draft.pk, "draft")}


def test_editing_a_held_listing_leaves_it_held(ani: Any, budi: Any) -> None:
    listing = published_listing()
    services.hold(listing, ani, "aneh")
    url = listing_url("edit", listing.pk)
    page = browser(ani).get(url)
    assert "Riwayat pemeriksaan" in text(page)
    browser(ani).post(url, {**form_of(page.content), "place": "Tainan", "then": "publish"})
    listing.refresh_from_db()
    assert (listing.place, listing.status) == ("Tainan", "on_hold")
    other = published_listing()
    oversight.place_hold(other.agency, ani, "aneh")
    url = listing_url("edit", other.pk)
    browser(budi).post(url, {**form_of(browser(budi).get(url).content), "place": "Yilan"})
    other.refresh_from_db()
    assert (other.place, other.status) == ("Yilan", "published")
    assert not JobListing.objects.public().exists()


def test_what_waits_for_a_second_person_is_not_deleted(ani: Any) -> None:
    held, free = published_listing(), published_listing()
    services.hold(held, ani, "aneh")
    agency = AgencyFactory()
    oversight.place_hold(agency, ani, "aneh")
    client = browser(ani)
    answers = [
        client.post(listing_url("delete", held.pk), follow=True),
        client.post(f"/akun/cms/bulk/jobs/joblisting/delete/?id={held.pk}&id={free.pk}&next=/akun/cms/", follow=True),
        client.post(reverse("agency:delete", args=[agency.pk]), follow=True),
    ]
    for answer in answers:
        assert "pemeriksaan yang belum diputuskan" in errors_of(answer.content)
    assert set(JobListing.objects.all()) == {held, free}
    client.post(listing_url("delete", free.pk))
    assert list(JobListing.objects.all()) == [held]


def test_a_confirmed_contact_is_looked_into_again(ani: Any, budi: Any) -> None:
    hold = oversight.suspect("phone", "+62 000 77", ani, "aneh", finding=OfferFlagFactory())
    oversight.close(hold, budi, "benar")
    again = reverse("hold:place", args=["contact", hold.contact_id])
    assert again in browser(budi).get(reverse("hold:edit", args=[hold.pk])).content.decode()
    browser(budi).post(again, on_hold())
    second = Hold.objects.get(state="open")
    browser(ani).post(reverse("hold:lift", args=[second.pk]), {"note": "nomor sudah berpindah"})
    assert SuspectContact.objects.get().confirmed_on is None
    assert "nomor sudah berpindah" in text(browser(ani).get(reverse("hold:edit", args=[hold.pk])))


# --- the list ------------------------------------------------------------------------------------------------------


def test_the_list_shows_what_waits_first_and_marks_what_is_overdue(ani: Any, budi: Any) -> None:
    late = oversight.place_hold(AgencyFactory(legal_name="PT Contoh Lama"), ani, "lama", day(3))
    Hold.objects.update(review_on=day(-2))
    oversight.place_hold(AgencyFactory(legal_name="PT Contoh Baru"), ani, "baru", day(3))
    done = oversight.place_hold(published_listing(), ani, "usai", day(1))
    oversight.lift(done, budi, "selesai")
    oversight.suspect("handle", "@contoh_x", ani, "kontak", day(5))
    index, client = reverse("hold:index"), browser(budi)
    shown = text(client.get(index))
    assert (
        shown.index("PT Contoh Lama") < shown.index("PT Contoh Baru") < shown.index("@contoh_x") < shown.index("usai")
    )
    assert shown.count("terlewat") == 1
    for query, names in (
        ("overdue=over", {"PT Contoh Lama"}),
        ("state=open", {"PT Contoh Lama", "PT Contoh Baru", "@contoh_x"}),
        ("state=lifted", {"usai"}),
        ("what=contact", {"@contoh_x"}),
        ("what=listing", {"usai"}),
        ("q=baru", {"PT Contoh Baru"}),
        ("q=contoh_x", {"@contoh_x"}),
    ):
        page = text(client.get(f"{index}?{query}"))
        found = {name for name in ("PT Contoh Lama", "PT Contoh Baru", "@contoh_x", "usai") if name in page}
        assert found == names, query
    assert late.is_overdue is False  # the object in hand; the row is
    assert client.get(f"{index}?state=x&what=y&overdue=z&q=%00").status_code == 200


def test_the_list_costs_the_same_for_many(ani: Any, django_assert_max_num_queries: Any) -> None:
    client, index = browser(ani), reverse("hold:index")
    client.get(index)
    for number in range(15):
        oversight.place_hold(AgencyFactory(), ani, f"a{number}")
        oversight.place_hold(published_listing(), ani, f"b{number}")
        HoldFactory(contact__finding=OfferFlagFactory())
    with django_assert_max_num_queries(25):
        client.get(index)


def test_the_list_of_agencies_marks_them_and_costs_the_same_for_many(
    ani: Any, django_assert_max_num_queries: Any
) -> None:
    client, index = browser(ani), reverse("agency:index")
    client.get(index)
    made = [AgencyFactory() for _number in range(30)]
    hold = oversight.place_hold(made[0], ani, "aneh")
    with django_assert_max_num_queries(25):
        page = client.get(index)
    shown = page.content.decode()
    assert reverse("hold:edit", args=[hold.pk]) in shown
    assert shown.count("/hold/place/agency/") == 29
    assert text(page).count("Sedang diperiksa") >= 1


# --- an agency -----------------------------------------------------------------------------------------------------


def form_with(client: Client, agency: Agency, **rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The form of an agency as a browser sends it, with these rows in its parts."""
    data = form_of(client.get(reverse("agency:edit", args=[agency.pk])).content)
    for part, values in rows.items():
        held = int(data[f"{part}-TOTAL_FORMS"][0])
        for number, row in enumerate(values, held):
            data |= {f"{part}-{number}-{name}": value for name, value in {"id": "", "DELETE": "", **row}.items()}
        data[f"{part}-TOTAL_FORMS"] = [str(held + len(values))]
    return data


def test_names_addresses_and_accounts_are_kept_with_an_agency(ani: Any) -> None:
    from content.registers.models import Region

    region = Region.objects.create(code="32.73", name="Kota Bandung")
    agency, client = AgencyFactory(), browser(ani)
    url = reverse("agency:edit", args=[agency.pk])
    data = form_with(
        client,
        agency,
        names=[{"name": "Contoh Lama"}],
        addresses=[{"kind": "head", "address": "Jalan Contoh 1", "region": region.pk}],
        contacts=[{"kind": "account", "value": "000 5566-7788-90"}],
    )
    client.post(url, data)
    assert [name.name for name in agency.names.all()] == ["Contoh Lama"]
    assert [(row.kind, row.address, row.region) for row in agency.addresses.all()] == [
        ("head", "Jalan Contoh 1", region)
    ]
    account = agency.contacts.get()
    assert (account.value, account.key_version) == ("000 …890", 1)
    page = client.get(url)
    assert "5566" not in page.content.decode()
    assert form_of(page.content)["contacts-0-value"] == ["000 …890"]
    digest = account.normal
    client.post(url, {**form_of(page.content), "legal_name": "PT Contoh Baru"})  # saved again: the same number
    account.refresh_from_db()
    assert (Agency.objects.get().legal_name, account.normal) == ("PT Contoh Baru", digest)
    inspected = text(client.get(reverse("agency:inspect", args=[agency.pk])))
    for words in ("Contoh Lama", "Jalan Contoh 1, Kota Bandung", "Rekening bank : 000 …890"):
        assert words in inspected, words


def test_what_is_shown_of_an_account_is_not_edited_into_another(ani: Any) -> None:
    agency, client = AgencyFactory(), browser(ani)
    account = AgencyContact.objects.create(agency=agency, kind="account", value="000 1234567890")
    phone = AgencyContact.objects.create(agency=agency, kind="phone", value="+62 000 55 66")
    url = reverse("agency:edit", args=[agency.pk])
    data = form_of(client.get(url).content)
    places = {data[f"contacts-{number}-id"][0]: number for number in range(2)}
    mine, other = places[str(account.pk)], places[str(phone.pk)]
    for change in (
        {f"contacts-{mine}-value": "000 …999"},
        {f"contacts-{other}-kind": "account", f"contacts-{other}-value": "000 …566"},
    ):
        assert errors_of(client.post(url, {**data, **change}).content), change
    account.refresh_from_db()
    phone.refresh_from_db()
    assert (account.value, phone.kind) == ("000 …890", "phone")
    client.post(url, {**data, f"contacts-{mine}-value": "000 1111111999"})
    account.refresh_from_db()
    assert account.value == "000 …999"


def test_without_a_key_no_account_is_kept_and_the_form_says_why(ani: Any, settings: Any) -> None:
    agency, client = AgencyFactory(), browser(ani)
    kept = AgencyContact.objects.create(agency=agency, kind="account", value="000 1234567890")
    settings.CONTACT_HASH_KEY = []
    data = form_with(client, agency, contacts=[{"kind": "account", "value": "000 999888777"}])
    answer = client.post(reverse("agency:edit", args=[agency.pk]), data)
    assert "CONTACT_HASH_KEY" in errors_of(answer.content)
    assert list(agency.contacts.all()) == [kept]
    unchanged = form_with(client, agency)
    client.post(reverse("agency:edit", args=[agency.pk]), {**unchanged, "legal_name": "PT Contoh Tanpa Kunci"})
    assert Agency.objects.get().legal_name == "PT Contoh Tanpa Kunci"
    assert list(agency.contacts.values_list("value", flat=True)) == ["000 …890"]


@pytest.mark.parametrize(
    ("part", "row"),
    [
        ("names", {"name": "PT Maju Jaya"}),
        ("names", {"name": "PT"}),
        ("addresses", {"kind": "head", "address": "Jl. Merdeka 17", "region": ""}),
        ("contacts", {"kind": "account", "value": "002 1234567890"}),
        ("contacts", {"kind": "phone", "value": "0812 3456 7890"}),
    ],
)
def test_nothing_of_an_example_is_real(part: str, row: dict[str, str], ani: Any) -> None:
    agency, client = AgencyFactory(), browser(ani)
    answer = client.post(reverse("agency:edit", args=[agency.pk]), form_with(client, agency, **{part: [row]}))
    assert errors_of(answer.content)
    assert not getattr(agency, part).exists()


@pytest.mark.parametrize(
    ("part", "first", "second"),
    [
        ("names", {"name": "Contoh Satu"}, {"name": "Contoh Satu"}),
        ("contacts", {"kind": "phone", "value": "+62 000 1234"}, {"kind": "phone", "value": "0000-1234"}),
        ("contacts", {"kind": "account", "value": "000 1234567"}, {"kind": "account", "value": "000/123-45-67"}),
    ],
)
def test_what_stands_twice_is_said_instead_of_breaking(part: str, first: dict, second: dict, ani: Any) -> None:
    agency, client = AgencyFactory(), browser(ani)
    url = reverse("agency:edit", args=[agency.pk])
    answer = client.post(url, form_with(client, agency, **{part: [first, second]}))
    assert "tertulis dua kali" in errors_of(answer.content)
    client.post(url, form_with(client, agency, **{part: [first]}))
    answer = client.post(url, form_with(client, agency, **{part: [second]}))
    assert "tertulis dua kali" in errors_of(answer.content)
    assert getattr(agency, part).count() == 1


def test_the_history_of_decisions_names_day_source_and_who(ani: Any) -> None:
    agency = AgencyFactory(status="suspended")
    source = SourceFactory(code="sk", title="Keputusan 7/2026")
    AgencyStatus.objects.create(agency=agency, status="suspended", since=day(-9), source=source, actor=ani)
    AgencyStatus.objects.create(agency=agency, status="active", since=day(-99), note="SK 3/2026")
    shown = text(browser(ani).get(reverse("agency:inspect", args=[agency.pk])))
    history = shown.split("Keputusan sejauh ini")[1]
    assert history.index("Keputusan 7/2026") < history.index("SK 3/2026")
    assert str(ani) in history


def test_an_agency_is_found_by_another_name_once(ani: Any) -> None:
    agency = AgencyFactory(legal_name="PT Contoh Bahari")
    for name in ("Contoh Merah", "Contoh Merah Jaya"):
        AgencyName.objects.create(agency=agency, name=name)
    page = browser(ani).get(f"{reverse('agency:index')}?q=merah")
    assert text(page).count("PT Contoh Bahari") == 1


def test_an_invented_contact_is_an_example_by_itself(ani: Any) -> None:
    browser(ani).post(reverse("hold:add"), on_hold(kind="phone", value="+62 000 987 654"))
    browser(ani).post(reverse("hold:add"), on_hold(kind="phone", value="0812 3456 7890"))
    assert dict(SuspectContact.objects.values_list("normal", "example")) == {
        "62000987654": True,
        "6281234567890": False,
    }
    assert SuspectContactFactory().example
