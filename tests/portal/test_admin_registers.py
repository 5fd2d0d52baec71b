"""The registers in the CMS: found, filtered, edited with every field, and marked as checked."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from django.contrib.messages.storage.session import SessionStorage
from django.test import Client, RequestFactory
from django.utils import timezone
from wagtail import hooks
from wagtail.models import ModelLogEntry

from content.core.models import StandardPage
from content.registers import generation
from content.registers.models import (
    Channel,
    Destination,
    DestinationRule,
    ExchangeRate,
    Fact,
    Region,
    Scheme,
    Source,
    WorkGroup,
)
from content.registers.viewsets import RegisterGroup
from tests.factories.jobs import legal_listing
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


def test_a_name_never_holds_another_number_than_its_value(client: Client, sapa: Channel) -> None:
    Channel.objects.filter(pk=sapa.pk).update(name={"id": "SAPA 129", "en": "SAPA 129"})
    address = _address("channel", f"edit/{sapa.pk}/")
    answer = client.post(address, _form(client, address, value="119"))
    assert "Namanya memuat 129, isinya tidak" in errors_of(answer)
    sapa.refresh_from_db()
    assert sapa.value == "129"


def test_the_name_that_pages_use_stays(client: Client, sapa: Channel) -> None:
    address = _address("channel", f"edit/{sapa.pk}/")
    client.post(address, _form(client, address, slug="lain"))
    sapa.refresh_from_db()
    assert sapa.slug == "sapa-129"


def test_words_need_indonesian_and_english(client: Client, sapa: Channel) -> None:
    address = _address("channel", f"edit/{sapa.pk}/")
    data = _form(client, address)
    (english,) = [name for name, value in data.items() if name.startswith("purpose") and value == "Help after violence"]
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
    assert "English: Help after violence" in page


def test_a_source_is_chosen_in_a_dialogue_that_searches(client: Client, sapa: Channel) -> None:
    Source.objects.create(code="uu-18", kind="law", title="UU 18/2017", article="Pasal 5", confidence="H")
    found = client.get("/akun/cms/source_chooser/results/?q=uu+pasal").content.decode()
    assert "UU 18/2017" in found
    assert "Situs resmi" not in found


class TestDeleting:
    """Nobody takes away what pages name, or an emergency number; why is said at once."""

    @pytest.fixture
    def superuser(self, signed_in: SignedIn) -> Client:
        return signed_in("admin", is_superuser=True)

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_an_emergency_number(self, superuser: Client, sapa: Channel, method: str) -> None:
        answer = getattr(superuser, method)(_address("channel", f"delete/{sapa.pk}/"), follow=True)
        assert "nomor darurat tidak pernah hilang" in answer.content.decode()
        assert Channel.objects.filter(pk=sapa.pk).exists()

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_a_number_that_a_page_names(self, superuser: Client, homes: dict, sapa: Channel, method: str) -> None:
        Channel.objects.filter(pk=sapa.pk).update(slug="kanal-uji", emergency=False)
        generation.replace()
        homes["id"].add_child(instance=StandardPage(title="Tentang", slug="tentang", summary="{kanal:kanal-uji}"))
        answer = getattr(superuser, method)(_address("channel", f"delete/{sapa.pk}/"), follow=True)
        assert "masih dipakai oleh “Tentang” (id)" in answer.content.decode()
        assert Channel.objects.filter(pk=sapa.pk).exists()

    def test_what_nobody_names_is_deleted(self, superuser: Client, sapa: Channel) -> None:
        Channel.objects.filter(pk=sapa.pk).update(slug="kanal-uji", emergency=False)
        generation.replace()
        address = _address("channel", f"delete/{sapa.pk}/")
        assert superuser.get(address).status_code == 200
        superuser.post(address)
        assert not Channel.objects.exists()

    def test_an_editor_is_not_told_more_than_that_it_is_not_allowed(self, signed_in: SignedIn, sapa: Channel) -> None:
        answer = signed_in("editor").get(_address("channel", f"delete/{sapa.pk}/"), follow=True)
        assert "nomor darurat" not in answer.content.decode()

    def test_there_is_no_bulk_deletion(self, superuser: Client, sapa: Channel) -> None:
        for name in ("channel", "fact"):
            address = f"/akun/cms/bulk/registers/{name}/delete/?id={sapa.pk}"
            assert superuser.post(address).status_code == 404
        assert Channel.objects.filter(pk=sapa.pk).exists()

    def test_were_there_one_it_would_be_refused(self, sapa: Channel, rf: RequestFactory, superuser: Client) -> None:
        """Wagtail deletes together by a query, which asks no model."""
        request = rf.post("/akun/cms/")
        request.session = superuser.session
        request._messages = SessionStorage(request)
        action = SimpleNamespace(next_url="/akun/cms/")
        for hook in hooks.get_hooks("before_bulk_action"):
            answer = hook(request, "delete", [sapa], action) if hook.__name__ == "keep_what_is_named" else None
            if answer is not None:
                break
        assert answer.status_code == 302
        assert "nomor darurat" in str(next(iter(request._messages)))

    def test_an_agency_with_listings(self, signed_in: SignedIn) -> None:
        listing = legal_listing()
        client = signed_in("job_officer")
        for row, name in ((listing.agency, "agency"), (listing.job_order, "joborder")):
            answer = client.post(f"/akun/cms/{name}/delete/{row.pk}/", follow=True)
            assert answer.status_code == 200
            assert "tidak dapat dihapus" in answer.content.decode()
            assert type(row).objects.filter(pk=row.pk).exists()

    def test_a_code_that_others_are_built_of(self, client: Client) -> None:
        work = legal_listing().occupation.work
        answer = client.post(_address("workgroup", f"delete/{work.pk}/"), follow=True)
        assert "tidak dapat dihapus" in answer.content.decode()
        assert WorkGroup.objects.filter(pk=work.pk).exists()


@pytest.mark.parametrize("name", ["purpose", "hours"])
def test_an_unknown_code_in_an_entry_is_refused(client: Client, sapa: Channel, name: str) -> None:
    """What is saved here is public at once."""
    address = _address("channel", f"edit/{sapa.pk}/")
    changed = {f"{name}_id": "Telepon {kanal:tidak-ada}", f"{name}_en": "Call {kanal:tidak-ada}"}
    answer = client.post(address, _form(client, address, **changed))
    assert "Tidak ada fakta atau kanal bernama: {kanal:tidak-ada}" in answer.content.decode()
    assert "tidak-ada" not in str(Channel.objects.get(pk=sapa.pk).purpose)


# --- exchange rates ---------------------------------------------------------------------------------------------


def _rate(**fields: object) -> ExchangeRate:
    made = {"currency": "TWD", "rupiah": 490, "on": timezone.localdate(), "example": True, **fields}
    return ExchangeRate.objects.create(**made)


def _sent(**changed: object) -> dict:
    """A rate as the form of a new one sends it."""
    return {
        "currency": "TWD",
        "rupiah": "490",
        "on": str(timezone.localdate()),
        "source": "",
        "example": "on",
        "confirmed": "on",
        **changed,
    }


@pytest.mark.parametrize("role", ["editor", "job_officer", "admin"])
def test_who_keeps_rates_adds_and_changes_them(signed_in: SignedIn, role: str) -> None:
    client = signed_in(role)
    answer = client.post(_address("exchangerate", "new/"), _sent(currency=" twd"))
    assert answer.status_code == 302, errors_of(answer)
    rate = ExchangeRate.objects.get()
    assert (rate.currency, rate.rupiah) == ("TWD", 490)
    address = _address("exchangerate", f"edit/{rate.pk}/")
    answer = client.post(address, _form(client, address, rupiah="510.5", currency="JPY"))
    assert answer.status_code == 302, errors_of(answer)
    rate.refresh_from_db()
    assert (rate.currency, str(rate.rupiah)) == ("TWD", "510.5000")  # another currency is another entry


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"currency": "IDR"}, "Rupiah tidak memerlukan kurs"),
        ({"currency": "XAU"}, "ISO 4217"),
        ({"currency": "ZZZ"}, "ISO 4217"),
        ({"rupiah": "0"}, "Tulis berapa rupiah"),
        ({"rupiah": "-490"}, "Tulis berapa rupiah"),
        ({"rupiah": "NaN"}, "bukan angka yang jelas"),
        ({"rupiah": "16,250"}, "bukan angka yang jelas"),
        ({"on": str(timezone.localdate() + dt.timedelta(days=2))}, "Tanggal ini belum tiba"),
        ({"on": str(timezone.localdate() - dt.timedelta(days=ExchangeRate.DAYS + 1))}, "tidak akan pernah ditampilkan"),
        ({"currency": "DEM"}, "ISO 4217"),
        ({"example": ""}, "sumber"),
    ],
)
def test_a_rate_that_cannot_be_is_refused_with_its_reason(client: Client, changed: dict, said: str) -> None:
    answer = client.post(_address("exchangerate", "new/"), _sent(**changed))
    assert said in errors_of(answer)
    assert not ExchangeRate.objects.exists()


def test_the_first_rate_of_a_currency_is_asked_back_with_what_it_comes_to(client: Client) -> None:
    form = {name: value for name, value in _sent(rupiah="4900").items() if name != "confirmed"}
    answer = client.post(_address("exchangerate", "new/"), form)
    assert "NT$1.000 menjadi Rp4.900.000" in errors_of(answer)
    assert BeautifulSoup(answer.content, "html.parser").select_one('input[name="confirmed"]:not([checked])')
    assert not ExchangeRate.objects.exists()


@pytest.mark.parametrize(
    ("rupiah", "asked"), [("392", False), ("391", True), ("588", False), ("589", True), ("49", True), ("4900", True)]
)
def test_a_jump_of_more_than_a_fifth_is_asked_back_once(client: Client, rupiah: str, asked: bool) -> None:
    rate = _rate()
    address = _address("exchangerate", f"edit/{rate.pk}/")
    form = _form(client, address, rupiah=rupiah)
    assert "confirmed" not in form
    answer = client.post(address, form)
    assert (answer.status_code == 200) is asked
    if asked:
        rate.refresh_from_db()
        assert rate.rupiah == 490
        assert "Sebelumnya Rp490" in errors_of(answer)
        page = BeautifulSoup(answer.content, "html.parser")
        assert page.select_one('input[name="confirmed"][type="checkbox"]:not([checked])')
        assert client.post(address, {**form, "confirmed": "on"}).status_code == 302
    rate.refresh_from_db()
    assert rate.rupiah == int(rupiah)


def _rows(page: str) -> dict[str, str]:
    """The rows of a list by what stands in their first cell."""
    rows = BeautifulSoup(page, "html.parser").select("table.listing tbody tr")
    return {row.select_one("a").text.strip(): " ".join(row.text.split()) for row in rows}


def test_the_list_says_until_when_a_rate_is_used(client: Client) -> None:
    today = timezone.localdate()
    _rate()
    _rate(currency="HKD", on=today - dt.timedelta(days=ExchangeRate.DAYS))
    _rate(currency="BND", on=today - dt.timedelta(days=ExchangeRate.DAYS + 1))
    rows = _rows(client.get(_address("exchangerate")).content.decode())
    assert "Dolar Baru Taiwan" in rows["TWD"]
    assert {code for code, row in rows.items() if "Terlalu lama: tidak dipakai" in row} == {"BND"}
    for used, shown in (("yes", {"TWD", "HKD"}), ("no", {"BND"})):
        found = client.get(_address("exchangerate", f"results/?used={used}")).content.decode()
        assert set(_rows(found)) == shown
