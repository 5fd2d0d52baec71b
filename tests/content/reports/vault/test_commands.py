"""The commands of the unit for practice: what they make, and that they refuse every other unit."""

from __future__ import annotations

import json
import stat
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from content.core.models import SiteProof
from content.reports import examples
from content.reports.vault import installation, keys, selectors, services
from content.reports.vault.models import Installation, Report, Unit, UnitKey
from tests.content.reports.reporting import STORY, Reporter, hidden, key_path, make_unit

pytestmark = pytest.mark.django_db(databases=["default", "reports"])


def said(command: str, *arguments: object) -> str:
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_set_up_makes_key_and_salt_once(folder: Path) -> None:
    first = said("reports_setup")
    key, salt = (folder / "keys" / "reports-storage.key").read_bytes(), bytes(Installation.objects.get().salt)
    assert "reports-storage.key" in first
    assert len(salt) == 16
    assert mode(folder / "keys" / "reports-storage.key") == 0o400
    assert "already" in said("reports_setup")
    assert (folder / "keys" / "reports-storage.key").read_bytes() == key
    assert bytes(Installation.objects.get().salt) == salt


def test_a_second_installation_row_is_impossible(folder: Path) -> None:
    from django.db import IntegrityError, transaction

    installation.set_up()
    with pytest.raises(IntegrityError), transaction.atomic(using="reports"):
        Installation.objects.create(pk=2, salt=bytes(16))


def test_the_demo_unit_answers_for_every_place_and_is_pinned(folder: Path) -> None:
    out = said("reports_demo_unit", "--key-out", key_path(folder))
    unit, key = Unit.objects.get(), UnitKey.objects.get()
    assert (unit.demo, key.demo, unit.region) == (True, True, "")
    assert mode(key_path(folder)) == 0o400
    assert mode(folder / "keys" / "reports-units.pins") == 0o400
    assert installation.is_pinned(key)
    fingerprint = keys.fingerprint(keys.read_private(key_path(folder)).public_key())
    assert fingerprint in out
    assert fingerprint in (folder / "keys" / "reports-units.pins").read_text()
    held = selectors.receivers()
    assert all(held.for_place(place) for place in ("35", "63", ""))


def test_it_is_made_once_and_no_key_is_overwritten(folder: Path) -> None:
    said("reports_demo_unit", "--key-out", key_path(folder))
    before = key_path(folder).read_bytes()
    with pytest.raises(CommandError, match="exists already"):
        said("reports_demo_unit", "--key-out", folder / "other.pem")
    assert not (folder / "other.pem").exists()
    services.remove_demo_units()
    with pytest.raises(CommandError):
        said("reports_demo_unit", "--key-out", key_path(folder))
    assert key_path(folder).read_bytes() == before
    assert not Unit.objects.exists()


@pytest.mark.parametrize("code", ["contoh", "cilacap"])
def test_flags_that_a_hand_has_cleared_make_no_key_for_practice_real(folder: Path, code: str) -> None:
    """Its private half lies on the server: an official site must never seal a report to it."""
    said("reports_demo_unit", "--key-out", key_path(folder))
    Unit.objects.update(demo=False, code=code)
    UnitKey.objects.update(demo=False)
    held = selectors.receivers()
    assert held.demo
    assert not held.without_demo()
    assert selectors.demo_exists()
    services.remove_demo_units()
    assert not Unit.objects.exists()


def test_a_key_for_practice_stays_one_when_its_unit_is_gone(folder: Path) -> None:
    said("reports_demo_unit", "--key-out", key_path(folder))
    raw = bytes(UnitKey.objects.get().public_key)
    services.remove_demo_units()
    again = UnitKey.objects.create(unit=Unit.objects.create(code="cilacap", name="Cilacap"), epoch=1, public_key=raw)
    installation.pin(again)
    assert selectors.receivers().demo


def test_a_real_key_is_none_for_practice(folder: Path) -> None:
    said("reports_demo_unit", "--key-out", key_path(folder))
    make_unit(folder, "33.01", "Cilacap")
    assert list(selectors.receivers().without_demo().by_region) == ["33.01"]


def test_a_new_demo_unit_ends_the_official_state(folder: Path) -> None:
    SiteProof.objects.create(owner="a", decree="b", host="c.go.id")
    said("reports_demo_unit", "--key-out", key_path(folder))
    assert not SiteProof.objects.exists()


def test_reports_for_practice_are_listed_and_opened(vault: Path) -> None:
    reporter = Reporter()
    form = reporter.form()
    reporter.send(form)
    reporter.send(form, story=f"{STORY} Lagi.")
    report = Report.objects.get()
    listed = said("reports_list")
    assert str(report) in listed
    assert "16 KiB  +1" in listed
    opened = said("reports_open", report, "--key", key_path(vault))
    first, _words, second = opened.partition("Added on")
    assert json.loads(first)["story"] == STORY
    assert "not certainly the reporter" in second
    assert "Lagi." in second
    assert STORY not in listed


def test_the_list_has_days_and_no_order_of_arrival(vault: Path) -> None:
    reporter = Reporter()
    for _time in range(8):
        reporter.send()
    yesterday = Report.objects.order_by("pk")[3:6]
    Report.objects.filter(pk__in=[row.pk for row in yesterday]).update(received_on="2026-01-02")
    listed = [line.split()[:2] for line in said("reports_list").splitlines()[:-1]]
    assert [day for _name, day in listed] == sorted((day for _name, day in listed), reverse=True)
    names = [name for name, _day in listed]
    assert names[:5] == sorted(names[:5])
    assert names[5:] == sorted(names[5:])


@pytest.mark.parametrize("name", ["", "x", "0" * 16, "f" * 40])
def test_a_report_that_is_not_there_is_said_so(vault: Path, name: str) -> None:
    with pytest.raises(CommandError, match="no report"):
        said("reports_open", name, "--key", key_path(vault))


@pytest.mark.parametrize("key", ["other.pem", "missing.pem"])
def test_another_key_opens_nothing(vault: Path, key: str) -> None:
    Reporter().send()
    keys.write_private(vault / "other.pem", keys.generate())
    with pytest.raises(CommandError) as refused:
        said("reports_open", Report.objects.get(), "--key", vault / key)
    assert STORY not in str(refused.value)


def test_they_refuse_every_unit_that_is_not_for_practice(closed_vault: Path) -> None:
    make_unit(closed_vault, "35", "Provinsi")
    Reporter().send()
    report = Report.objects.get()
    with pytest.raises(CommandError, match="not for practice"):
        said("reports_list")
    with pytest.raises(CommandError, match="not for practice"):
        said("reports_open", report, "--key", closed_vault / "keys" / "35.pem")


@pytest.mark.parametrize("field", ["wraps", "body", "header"])
def test_an_altered_or_swapped_row_does_not_open(vault: Path, field: str) -> None:
    reporter = Reporter()
    for _time in range(2):
        reporter.send()
    one, two = Report.objects.all()
    Report.objects.filter(pk=one.pk).update(**{field: bytes(getattr(two, field))})
    with pytest.raises(CommandError):
        said("reports_open", one, "--key", key_path(vault))
    assert said("reports_open", two, "--key", key_path(vault))


def test_the_examples_bring_it_once_and_take_it_away(folder: Path) -> None:
    def progress(what: str, done: int, total: int) -> None:
        raise AssertionError(what)

    assert "keys/reports-demo.pem" in "".join(examples.load(progress))
    assert "there already" in "".join(examples.load(progress))
    assert selectors.receivers().demo
    examples.remove(progress)
    assert not selectors.demo_exists()
    assert not selectors.receivers()
    assert not examples.demo_key_path().exists()
    assert "keys/reports-demo.pem" in "".join(examples.load(progress))


def test_removing_practice_takes_its_reports_and_no_others(vault: Path) -> None:
    reporter = Reporter()
    form = hidden(reporter.post(step="place", place="63"))
    reporter.send(form)
    reporter.send(form, story=f"{STORY} Lagi.")
    make_unit(vault, "35", "Provinsi")
    reporter.send()
    assert services.remove_demo_units() == 1
    assert Report.objects.get().unit.code == "provinsi"
