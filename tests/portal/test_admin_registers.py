"""The registers in the CMS: found, filtered, edited with every field, and marked as checked."""

from __future__ import annotations

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry

from content.registers import generation
from content.registers.models import (
    Channel,
    Destination,
    DestinationRule,
    Fact,
    Region,
    Scheme,
    Source,
    WorkGroup,
)
from content.registers.viewsets import RegisterGroup
from tests.portal.admin_forms import errors_of, fields_of
from tests.staff import SignedIn

VIEWSETS = RegisterGroup.items


@pytest.fixture
def client(signed_in: SignedIn) -> Client:
    return signed_in("admin")


def _address(name: str, rest: str = "") -> str:
    return f"/akun/cms/registers/{name}/{rest}"


def _form(client: Client, address: str, **changed: object) -> dict:
    return {**fields_of(client.get(address).content.decode()), **changed}


@pytest.mark.parametrize("viewset", VIEWSETS, ids=lambda viewset: viewset.model.__name__)
def test_the_form_shows_every_field_of_its_register(viewset) -> None:
    shown = {name for _heading, names in viewset.parts for name in names}
    model = viewset.model
    editable = {
        field.name
        for field in (*model._meta.concrete_fields, *model._meta.many_to_many)
        if field.editable and not field.auto_created
    }
    # Bookkeeping of the seed loader is no business of editors.
    assert shown >= editable - {"loaded"}
    assert shown <= editable


@pytest.mark.parametrize("viewset", VIEWSETS, ids=lambda viewset: viewset.model.__name__)
def test_the_list_opens_and_can_be_searched(client: Client, sapa: Channel, viewset) -> None:
    name = viewset.model._meta.model_name
    assert client.get(_address(name)).status_code == 200
    assert client.get(_address(name, "?q=paspor")).status_code == 200
    assert client.get(_address(name, "results/?q=%27%22%00")).status_code == 200


def test_all_registers_stand_in_one_group(client: Client) -> None:
    page = client.get("/akun/cms/").content.decode()
    assert "Daftar rujukan" in page
    for viewset in VIEWSETS:
        assert _address(viewset.model._meta.model_name) in page


def test_a_channel_is_found_by_number_and_by_word(client: Client, sapa: Channel) -> None:
    for word in ("129", "kekerasan", "SAPA"):
        assert "sapa-129" in client.get(_address("channel", f"?q={word}")).content.decode()
    assert "sapa-129" not in client.get(_address("channel", "?q=paspor")).content.decode()


@pytest.mark.parametrize(
    ("days", "due", "shown"),
    [(-1, "overdue", True), (-1, "soon", False), (10, "soon", True), (10, "overdue", False), (60, "soon", False)],
)
def test_what_needs_a_check_is_filtered(client: Client, sapa: Channel, days: int, due: str, shown: bool) -> None:
    day = timezone.localdate() + dt.timedelta(days=days)
    Channel.objects.update(verified_on=dt.date(2020, 1, 1), verify_by=day)
    page = client.get(_address("channel", f"results/?due={due}")).content.decode()
    assert ("sapa-129" in page) is shown


def test_what_is_overdue_says_so_in_the_list(client: Client, sapa: Channel) -> None:
    Channel.objects.update(verified_on=dt.date(2020, 1, 1), verify_by=dt.date(2020, 6, 1))
    assert "Terlambat sejak 1 Juni 2020" in client.get(_address("channel")).content.decode()


def test_an_edit_of_a_number_is_saved_and_changes_the_site(client: Client, sapa: Channel, monkeypatch) -> None:
    monkeypatch.setattr(generation, "replace_after_commit", lambda using=None: generation.replace())
    before = generation.current()
    address = _address("channel", f"edit/{sapa.pk}/")
    answer = client.post(address, _form(client, address, value="119"))
    assert answer.status_code == 302, errors_of(answer)
    sapa.refresh_from_db()
    assert sapa.value == "119"
    assert sapa.name == {"id": "SAPA", "en": "SAPA"}
    assert list(sapa.sources.all()) == [Source.objects.get()]
    assert generation.current() != before


def test_the_name_that_pages_use_stays(client: Client, sapa: Channel) -> None:
    address = _address("channel", f"edit/{sapa.pk}/")
    client.post(address, _form(client, address, slug="lain"))
    sapa.refresh_from_db()
    assert sapa.slug == "sapa-129"


def test_words_need_indonesian_and_english(client: Client, sapa: Channel) -> None:
    address = _address("channel", f"edit/{sapa.pk}/")
    data = _form(client, address)
    (english,) = [name for name, value in data.items() if name.startswith("purpose") and value == "Violence"]
    answer = client.post(address, {**data, english: ""})
    assert answer.status_code == 200
    assert "English" in BeautifulSoup(answer.content, "html.parser").select_one(".error-message").text


def test_a_fact_without_a_value_is_refused(client: Client, sapa: Channel) -> None:
    address = _address("fact", "new/")
    today = timezone.localdate()
    data = _form(
        client,
        address,
        slug="usia-kawin",
        kind="number",
        label_id="Usia",
        label_en="Age",
        sources=[Source.objects.get().pk],
        verified_on=f"{today}",
        verify_by=f"{today}",
        check_kind="desk",
        steward="DP3AKB",
        number="",
    )
    answer = client.post(address, data)
    assert answer.status_code == 200
    assert not Fact.objects.exists()
    answer = client.post(address, {**data, "number": "19"})
    assert answer.status_code == 302, errors_of(answer)
    assert Fact.objects.get().number == 19


class TestCheckedToday:
    def test_the_check_is_noted_with_its_kind_and_its_person(self, client: Client, sapa: Channel) -> None:
        Channel.objects.update(verified_on=dt.date(2020, 1, 1), verify_by=dt.date(2020, 6, 1), check_kind="desk")
        address = _address("channel", f"check/{sapa.pk}/")
        assert address in client.get(_address("channel")).content.decode()
        answer = client.post(address, {**_check_form(client, address), "check_kind": "called"})
        assert answer.status_code == 302, errors_of(answer)
        sapa.refresh_from_db()
        today = timezone.localdate()
        assert (sapa.verified_on, sapa.verify_by, sapa.check_kind) == (today, today + dt.timedelta(days=60), "called")
        assert sapa.value == "129"
        (entry,) = ModelLogEntry.objects.filter(action="registers.check")
        assert entry.user is not None
        history = client.get(_address("channel", f"history/{sapa.pk}/")).content.decode()
        assert "ditelepon" in history

    def test_the_next_check_lies_ahead(self, client: Client, sapa: Channel) -> None:
        address = _address("channel", f"check/{sapa.pk}/")
        answer = client.post(address, {"check_kind": "called", "verify_by": f"{timezone.localdate()}"})
        assert answer.status_code == 200
        assert not ModelLogEntry.objects.filter(action="registers.check").exists()

    def test_a_rule_is_checked_too(self, client: Client, sapa: Channel) -> None:
        Destination.objects.create(country="TW")
        rule = DestinationRule.objects.create(
            destination_id="TW",
            work="any",
            scheme="any",
            status="open",
            verified_on="2020-01-01",
            verify_by="2020-06-01",
        )
        address = _address("destinationrule", f"check/{rule.pk}/")
        assert client.post(address, _check_form(client, address)).status_code == 302
        rule.refresh_from_db()
        assert rule.verified_on == timezone.localdate()

    def test_who_only_looks_notes_nothing(self, signed_in: SignedIn, sapa: Channel) -> None:
        client = signed_in("translator")
        address = _address("channel", f"check/{sapa.pk}/")
        assert address not in client.get(_address("channel")).content.decode()
        assert client.get(address).status_code == 302
        before = sapa.verified_on
        assert client.post(address, {"check_kind": "called", "verify_by": "2099-01-01"}).status_code == 302
        sapa.refresh_from_db()
        assert sapa.verified_on == before


def _check_form(client: Client, address: str) -> dict:
    return fields_of(client.get(address).content.decode(), "form[data-check-form]")


def test_codes_of_a_rule_are_chosen_from_the_registers(client: Client, db: None) -> None:
    names = {"id": "Perawat", "en": "Nurse"}
    WorkGroup.objects.create(code="nurse", name=names)
    Scheme.objects.create(code="g2g", name=names, description=names)
    page = BeautifulSoup(client.get(_address("destinationrule", "new/")).content, "html.parser")
    assert [option["value"] for option in page.select("select[name=work] option")] == ["any", "nurse"]
    assert [option["value"] for option in page.select("select[name=scheme] option")] == ["any", "g2g"]


def test_a_destination_is_a_country(client: Client, db: None) -> None:
    address = _address("destination", "new/")
    assert client.post(address, _form(client, address, country="XX")).status_code == 200
    assert not Destination.objects.exists()
    assert client.post(address, _form(client, address, country="TW")).status_code == 302
    assert Destination.objects.get().country == "TW"


def test_regions_are_read_only(signed_in: SignedIn, db: None) -> None:
    Region.objects.create(code="33.01", name="Cilacap")
    client = signed_in("admin", is_superuser=True)
    assert "Cilacap" in client.get(_address("region")).content.decode()
    assert client.get(_address("region", "inspect/33.01/")).status_code == 200
    for path in ("new/", "edit/33.01/", "delete/33.01/"):
        assert client.get(_address("region", path)).status_code == 404


def test_looking_at_an_entry_shows_every_language(client: Client, sapa: Channel) -> None:
    page = client.get(_address("channel", f"inspect/{sapa.pk}/")).content.decode()
    assert "Bahasa Indonesia: Kekerasan" in page
    assert "English: Violence" in page


def test_a_source_is_chosen_in_a_dialogue_that_searches(client: Client, sapa: Channel) -> None:
    Source.objects.create(code="uu-18", kind="law", title="UU 18/2017", article="Pasal 5", confidence="H")
    found = client.get("/akun/cms/source_chooser/results/?q=uu+pasal").content.decode()
    assert "UU 18/2017" in found
    assert "Situs resmi" not in found
