"""The doctor names what is wrong and what to do; only a site without examples becomes official (DECISIONS 29)."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import OperationalError, connections, models
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.models import User
from accounts.permissions import ROLES
from accounts.services import DEMO_DOMAIN, invite, load_demo_staff, sync_roles
from content.core.models import SiteProof, StandardPage
from content.jobs.models import (
    Agency,
    AgencyAddress,
    AgencyContact,
    AgencyName,
    JobListing,
    JobOrder,
    SuspectContact,
)
from content.registers import generation
from content.registers.models import Channel, Fact, Office, Region, Service
from content.reports.vault import installation, keys, snapshot
from content.reports.vault.models import Unit, UnitKey
from portal import doctor, identity, nature, ticking
from tests.content.reports.reporting import make_unit, words
from tests.factories.jobs import AgencyFactory, JobOrderFactory, SourceFactory, SuspectContactFactory

pytestmark = pytest.mark.django_db(databases=["default", "reports"])
HOST = "lentera.contoh.go.id"


@pytest.fixture
def healthy(homes: dict, sapa: Channel, settings, monkeypatch: pytest.MonkeyPatch) -> dict:
    """A site in order: home pages, roles, an administrator, one help number called yesterday."""
    # The test database of the reports is made without migrations (portal.settings.test).
    monkeypatch.setattr(doctor, "connections", {"default": connections["default"]})
    settings.ALLOWED_HOSTS = [HOST, "testserver"]
    sync_roles()
    invite("ibu.sari@contoh.go.id", "admin")
    generation.replace()
    return homes


@pytest.fixture
def named(healthy: dict, settings) -> dict:
    """The same site with owner, decree, host and an https address."""
    settings.SITE_OWNER, settings.SITE_DECREE, settings.SITE_HOST = "Pemkab Contoh", "SK 1/2026", HOST
    settings.BASE_URL = f"https://{HOST}"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    return healthy


def _run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("check_site", *arguments, stdout=out, no_color=True)
    return out.getvalue()


def _red(*arguments: str) -> str:
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("check_site", *arguments, stdout=out, no_color=True)
    return "\n".join(line for line in out.getvalue().splitlines() if line.startswith("red"))


def _is_official() -> bool:
    return identity.is_official(RequestFactory().get("/", headers={"host": HOST}))


def test_a_site_in_order_is_all_green(healthy: dict) -> None:
    lines = _run().splitlines()
    assert len(lines) >= 8
    assert all(line.startswith("ok") for line in lines)


def test_a_database_that_lags_is_named() -> None:
    finding = doctor._migrations()
    assert finding.advice == "run `manage.py migrate --database reports`"


def test_a_missing_home_page_is_named(healthy: dict) -> None:
    healthy["en"].unpublish()
    generation.replace()
    assert "load_content" in _red()


def test_nobody_to_look_after_the_site_is_named(healthy: dict) -> None:
    User.objects.all().delete()
    assert "invite" in _red()


def test_a_missing_role_is_named(healthy: dict) -> None:
    from django.contrib.auth.models import Group

    Group.objects.filter(name="Penerjemah").delete()
    assert "Penerjemah" in _red()


def test_a_code_that_nobody_answers_is_named_with_its_page(healthy: dict) -> None:
    page = healthy["id"].add_child(instance=StandardPage(title="Tentang", slug="tentang"))
    StandardPage.objects.update(summary="Telepon {kanal:tidak-ada}")
    red = _red()
    assert "{kanal:tidak-ada}" in red
    assert f"/pages/{page.pk}/" in red


def test_what_is_overdue_is_counted(healthy: dict) -> None:
    Channel.objects.update(verified_on=dt.date(2020, 1, 1), verify_by=dt.date(2020, 6, 1))
    assert "1 overdue: sapa-129" in _red()


def test_mail_to_the_terminal_is_named_on_a_real_site(healthy: dict, settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert "EMAIL_URL" not in _run()
    settings.BASE_URL = "https://lentera.example"
    assert "EMAIL_URL" in _red()


def test_a_broken_law_is_named(healthy: dict, settings) -> None:
    settings.SESSION_COOKIE_PATH = "/"
    assert "portal.E006" in _red()


def test_an_example_site_is_not_official(healthy: dict) -> None:
    red = _red("--official")
    assert "SITE_OWNER, SITE_DECREE, SITE_HOST" in red
    assert not SiteProof.objects.exists()


def test_when_everything_holds_the_site_is_official(named: dict) -> None:
    assert not _is_official()
    assert "calls itself official" in _run("--official")
    generation.replace()
    assert _is_official()


def test_looking_without_the_option_proves_nothing(named: dict) -> None:
    _run()
    assert not SiteProof.objects.exists()


def test_the_proof_is_for_this_owner_decree_and_host(named: dict, settings) -> None:
    _run("--official")
    generation.replace()
    settings.SITE_DECREE = "SK 2/2026"
    generation.replace()
    assert not _is_official()


@pytest.mark.parametrize("host", ["evil.example", "a b"])
def test_a_forged_host_is_refused_by_a_page_of_ours(named: dict, host: str) -> None:
    """That page asks whether the site is official, and must not fail on the same host again."""
    _run("--official")
    generation.replace()
    response = Client(raise_request_exception=False, headers={"host": host}).get("/id/", secure=True)
    assert response.status_code == 400
    assert "<h1" in response.content.decode()


def _example_office() -> Office:
    today = timezone.localdate()
    service, _made = Service.objects.get_or_create(
        code="disnaker", name={"id": "Disnaker", "en": "Manpower"}, purpose={"id": "x", "en": "x"}
    )
    region, _made = Region.objects.get_or_create(code="33.01", name="Cilacap")
    return Office(
        service=service,
        region=region,
        name="Contoh",
        example=True,
        verified_on=today,
        verify_by=today + dt.timedelta(days=9),
    )


def test_an_example_keeps_the_site_from_being_official(named: dict) -> None:
    _example_office().save()
    assert "1 " in _red("--official")
    assert not SiteProof.objects.exists()


def test_a_demonstration_account_keeps_the_site_from_being_official(named: dict) -> None:
    load_demo_staff()
    assert "remove_examples" in _red("--official")


def test_every_model_that_can_hold_an_example_is_watched() -> None:
    watched = {model._meta.label for model in nature.watched()}
    assert {model._meta.label for model in apps.get_models() if nature.flags(model)} <= watched
    assert {
        "accounts.User",
        "account.EmailAddress",
        "core.StandardPage",
        "jobs.Agency",
        "jobs.JobListing",
        "jobs.JobOrder",
        "registers.Channel",
        "registers.ExchangeRate",
        "registers.Office",
        "vault.Unit",
        "vault.UnitKey",
        "wagtailcore.Site",
    } <= watched


def test_no_model_of_ours_is_overlooked() -> None:
    """A new one is watched, or is named among what machines write about records."""
    ours = [model for model in apps.get_models() if model.__module__.startswith(("content.", "accounts."))]
    records = {model._meta.label for model in ours if model._meta.app_label in ("registers", "jobs", "accounts")}
    assert records == {m._meta.label for m in nature.watched() if m._meta.label in records} | (nature.LOGS & records)
    assert records >= nature.LOGS


# What gives an example away when nobody has marked it. Each makes one record of the world that is none.


def _agency(**fields: Any) -> None:
    AgencyFactory(**{"example": False, "source": SourceFactory(), "licence_number": "SIP/1", **fields})


def _part(model: type[models.Model], **fields: Any) -> None:
    real = AgencyFactory(example=False, source=SourceFactory(), licence_number="SIP/1", legal_name="PT Maju")
    model._default_manager.create(agency=real, **fields)


def _channel(**fields: Any) -> None:
    held = Channel.objects.get(slug="sapa-129")
    held.pk, held.slug, held.emergency = None, "kanal-lain", False
    for name, value in fields.items():
        setattr(held, name, value)
    held.save()


def _unit(code: str, *, practice: bool = False) -> None:
    unit = Unit.objects.create(code=code, name="Gugus Tugas", region="33.01")
    public = keys.public_bytes(keys.generate().public_key())
    key = UnitKey.objects.create(unit=unit, epoch=1, public_key=public)
    installation.pin(key, practice=practice)


def _used_practice_key() -> None:
    """The key that was made for practice, now under the name of a real unit, all flags cleared."""
    _unit("cilacap", practice=True)


NATURES: dict[str, Callable[[], object]] = {
    "unit for practice": lambda: _unit("contoh"),
    "key for practice": _used_practice_key,
    "site of an agency": lambda: _agency(site="https://pt-maju.example/"),
    "mail of an agency": lambda: _agency(email="info@pt-maju.example"),
    "licence": lambda: _agency(licence_number="CONTOH/7"),
    "name of an agency": lambda: _agency(legal_name="PT Contoh Maju"),
    "name in capitals": lambda: _agency(legal_name="PT CONTOH MAJU"),
    "other name of an agency": lambda: _part(AgencyName, name="Contoh Maju"),
    "address of an agency": lambda: _part(AgencyAddress, address="Jalan Contoh 1"),
    "contact of an agency": lambda: _part(AgencyContact, kind="phone", value="+62 000 1234"),
    "account of an agency": lambda: _part(AgencyContact, kind="account", value="000 12345678"),
    "name of an agency on a network": lambda: _part(AgencyContact, kind="handle", value="@contoh_maju"),
    "reported number": lambda: SuspectContactFactory(value="+62 000 4321", example=False),
    "reported account": lambda: SuspectContactFactory(kind="account", value="000 12345678", example=False),
    "job order": lambda: JobOrderFactory(
        agency=AgencyFactory(example=False, source=SourceFactory(), licence_number="SIP/1", legal_name="PT Maju"),
        number="CONTOH/JO/1",
    ),
    "employer": lambda: JobOrderFactory(
        agency=AgencyFactory(example=False, source=SourceFactory(), licence_number="SIP/1", legal_name="PT Maju"),
        employer="Contoh Care Ltd",
    ),
    "address of a channel": lambda: _channel(kind="url", value="https://lapor.example/aduan"),
    "mail of a channel": lambda: _channel(kind="email", value="aduan@lapor.example"),
    "number of a channel": lambda: _channel(value="+62 000 1234"),
    "number without spaces": lambda: _channel(value="+620001234"),
    "number without its plus": lambda: _channel(value="62 000-1234"),
    "name of a channel": lambda: _channel(name={"id": "Kanal Contoh", "en": "Channel"}),
    "number in a sentence": lambda: _channel(hours={"id": "Atau +62 000 9", "en": "Or +62 000 9"}),
    "address of a fact": lambda: Fact.objects.create(
        slug="alamat",
        kind="url",
        label={"id": "x", "en": "x"},
        url="https://situs.example",
        verified_on=timezone.localdate(),
        verify_by=timezone.localdate() + dt.timedelta(days=9),
    ),
    "source": lambda: SourceFactory(url="https://situs.example/uu"),
    "account": lambda: User.objects.create_user(f"editor@{DEMO_DOMAIN}", "x", first_name="Sari"),
    "account by another address": lambda: User.objects.create_user("sari@kantor.example", "x"),
    "name of an account": lambda: User.objects.create_user("sari@kantor.go.id", "x", first_name="Contoh"),
    "link of a page": lambda: (
        StandardPage.objects.get(slug="tentang")
        .get_parent()
        .add_child(
            instance=StandardPage(
                title="Tautan", slug="tautan", body=[("text", '<p><a href="https://mitra.example/">Mitra</a></p>')]
            )
        )
    ),
}


@pytest.fixture
def about(named: dict) -> StandardPage:
    """A page that speaks of examples without being one."""
    page = named["id"].add_child(
        instance=StandardPage(
            title="Contoh kontrak kerja",
            slug="tentang",
            summary="Contoh tiruan: kantor.go.id.situs-lain.example.",
            body=[("text", "<p>Contoh nomor: +62 000 1.</p>")],
        )
    )
    page.save_revision().publish()
    return page


@pytest.fixture
def vault(tmp_path: Path, settings) -> Path:
    settings.REPORTS_STORAGE_KEY_FILE = tmp_path / "reports-storage.key"
    installation.set_up()
    return tmp_path


@pytest.mark.usefixtures("about", "vault")
class TestNature:
    """Flags are columns that a hand can clear; what a record is, it stays."""

    def test_what_only_speaks_of_examples_is_none(self) -> None:
        _channel(purpose={"id": "Contoh: percontohan dan pencontohan.", "en": "x"}, value="(021) 62000")
        _agency(legal_name="PT Percontohan Jaya", site="https://www.example-jaya.com/")
        real = Agency.objects.get()
        AgencyName.objects.create(agency=real, name="Percontohan")
        AgencyAddress.objects.create(agency=real, address="Jalan Percontohan 62, 000")
        AgencyContact.objects.create(agency=real, kind="account", value="002 6200012345")
        AgencyContact.objects.create(agency=real, kind="handle", value="@percontohan")
        SuspectContactFactory(value="0812 6200 0123", example=False)
        assert "calls itself official" in _run("--official")

    @pytest.mark.parametrize("name", NATURES)
    def test_it_keeps_the_site_from_being_official(self, name: str) -> None:
        NATURES[name]()
        generation.replace()
        assert "no examples" in _red("--official")
        assert not SiteProof.objects.exists()

    @pytest.mark.parametrize("name", NATURES)
    def test_a_new_one_ends_the_official_state(self, name: str, django_capture_on_commit_callbacks) -> None:
        _run("--official")
        with django_capture_on_commit_callbacks(execute=True):
            NATURES[name]()
        if name != "key for practice":  # saved before it is pinned
            assert not SiteProof.objects.exists()
        dict(ticking.works())["official state ended"]()
        assert not SiteProof.objects.exists()

    def test_everything_that_the_demonstration_brings_with_its_flags_cleared(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("content.reports.examples.demo_key_path", lambda: tmp_path / "demo.pem")
        call_command("load_reference", verbosity=0)
        call_command("load_examples", verbosity=0)
        source = SourceFactory()
        Agency.objects.update(example=False, source=source)
        JobListing.objects.update(example=False, source=source)
        SuspectContact.objects.update(example=False)
        User.objects.update(demo=False)
        Unit.objects.update(demo=False)
        UnitKey.objects.update(demo=False)
        found = {marked.kind: marked.count for marked in nature.marked()}
        assert found["placement agencies"] == Agency.objects.count()
        assert found["job orders"] == JobOrder.objects.count()
        assert found["reported contacts"] == SuspectContact.objects.count() == 3
        assert found["other names"] == AgencyName.objects.count()
        assert found["addresses"] == AgencyAddress.objects.count()
        assert found["official contacts"] == AgencyContact.objects.count()
        assert found["job listings"] == JobListing.objects.count()
        assert found["accounts"] == User.objects.filter(email__endswith=DEMO_DOMAIN).count() == len(ROLES) + 2
        assert found["units"] == found["unit keys"] == 1
        call_command("remove_examples", verbosity=0)
        assert nature.marked() == []


def test_a_new_example_ends_the_official_state(named: dict, django_capture_on_commit_callbacks) -> None:
    _run("--official")
    generation.replace()
    assert _is_official()
    with django_capture_on_commit_callbacks(execute=True):
        _example_office().save()
    assert not _is_official()


def test_an_example_written_past_the_signals_ends_it_at_the_next_tick(named: dict) -> None:
    _run("--official")
    Office.objects.bulk_create([_example_office()])
    assert SiteProof.objects.exists()
    assert dict(ticking.works())["official state ended"]() == 1
    assert not SiteProof.objects.exists()
    assert dict(ticking.works())["official state ended"]() == 0


@pytest.mark.parametrize(
    "change",
    [
        {"check_kind": Channel.CheckKind.DESK},
        {"verified_on": models.F("verified_on") - dt.timedelta(days=61)},
    ],
    ids=["only read", "too long ago"],
)
def test_every_help_number_must_have_been_called(named: dict, change: dict) -> None:
    Channel.objects.update(**change)
    generation.replace()
    assert "sapa-129" in _red("--official")
    assert not SiteProof.objects.exists()


def test_a_call_that_lapses_later_turns_the_doctor_red_and_no_more(named: dict) -> None:
    _run("--official")
    Channel.objects.update(check_kind=Channel.CheckKind.DESK)
    generation.replace()
    assert "sapa-129" in _red()
    assert _is_official()


def test_a_site_without_any_help_number_is_not_official(named: dict) -> None:
    Channel.objects.update(emergency=False)
    generation.replace()
    assert "emergency" in _red("--official")


@pytest.mark.parametrize("host", ["lentera.example", "lentera-go.id", ""])
def test_only_a_government_host_is_official(named: dict, settings, host: str) -> None:
    settings.SITE_HOST = host
    settings.BASE_URL = f"https://{host}"
    _red("--official")
    assert not SiteProof.objects.exists()


class TestReportForm:
    """Closed while nobody is there to read is in order; closed for any other reason is said in words."""

    @pytest.fixture(autouse=True)
    def folder(self, settings, tmp_path: Path) -> Path:
        settings.VAR_DIR = tmp_path
        settings.REPORTS_STORAGE_KEY_FILE = tmp_path / "keys" / "reports-storage.key"
        return tmp_path

    @pytest.fixture
    def opened(self, healthy: dict, folder: Path) -> Path:
        installation.set_up()
        snapshot.write(words())
        make_unit(folder, "35", "Provinsi")
        return folder

    def test_without_a_unit_it_is_closed_by_right(self, healthy: dict) -> None:
        assert "ok  report form (closed: no unit has been set up that reads reports)" in _run()

    def test_an_open_form_is_green(self, opened: Path) -> None:
        lines = _run().splitlines()
        assert "ok  report form" in lines
        assert "ok  files of the reports" in lines

    def test_what_closes_it_is_said(self, opened: Path) -> None:
        (opened / "keys" / "reports-storage.key").unlink()
        snapshot.remove("id")
        red = _red()
        assert "red report form: There is no storage key. Run `manage.py reports_setup`." in red
        assert "Its page is not public" in red

    def test_a_database_that_does_not_answer_is_said(self, opened: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def down(*args: object, **kwargs: object) -> None:
            raise OperationalError

        monkeypatch.setattr(connections["reports"], "cursor", down)
        assert "red report form: The database of the reports does not answer" in _red()

    def test_files_that_others_may_read_are_named(self, opened: Path) -> None:
        (opened / "keys").chmod(0o755)
        assert f"red files of the reports: chmod 700 {opened}/keys" in _red()


def test_a_database_that_cannot_be_reached_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*args: object) -> None:
        raise OperationalError

    monkeypatch.setattr(doctor, "MigrationExecutor", down)
    assert doctor._migrations().advice == "default and reports cannot be reached"
