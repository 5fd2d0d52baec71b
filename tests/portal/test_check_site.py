"""The doctor names what is wrong and what to do; only a site without examples becomes official (DECISIONS 29)."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connections, models
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.models import User
from accounts.services import invite, load_demo_staff, sync_roles
from content.core.models import SiteProof, StandardPage
from content.registers import generation
from content.registers.models import Channel, Office, Region, Service
from portal import doctor, identity, ticking

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
    watched = {model._meta.label for model, _name in doctor._marked_fields()}
    assert {
        "accounts.User",
        "registers.Office",
        "jobs.Agency",
        "jobs.JobListing",
        "vault.Unit",
        "vault.UnitKey",
    } <= watched


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
