"""The wizard that makes units and the doctor that looks at them: what they say, and that neither makes a secret."""

from __future__ import annotations

import datetime as dt
import shlex
import shutil
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyrage
import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import connections

from content.reports.vault import audit, backup, cleaning, examination, holder, installation, services, staff
from content.reports.vault.management.commands import reports_setup
from content.reports.vault.models import Holder, PaperEnvelope, Report, Seat, Share, Unit
from tests.content.reports.reporting import Person, Reporter, Team, make_unit, receipt_in

pytestmark = pytest.mark.django_db(databases=["default", "reports"])


def said(command: str, *arguments: object) -> str:
    out = StringIO()
    call_command(command, *arguments, stdout=out, no_color=True)
    return out.getvalue()


@pytest.fixture
def accounts() -> list[int]:
    users = get_user_model().objects
    return [users.create_user(f"{name}@example.org", "x").pk for name in ("ana", "budi")]


def test_a_unit_is_made_seated_and_trusted_step_by_step(closed_vault: Path, accounts: list[int]) -> None:
    out = said(
        "reports_setup",
        *("--unit", "kab-jember", "--name", "Gugus Tugas Jember", "--region", "35.09"),
        *("--seat", "ana@example.org", "--seat", "BUDI@example.org"),
    )
    unit = Unit.objects.get()
    assert (unit.code, unit.name, unit.region) == ("kab-jember", "Gugus Tugas Jember", "35.09")
    assert list(Seat.objects.values_list("user", flat=True)) == accounts
    assert "does not receive yet" in out
    team = Team(unit, [Person(user) for user in accounts])
    for person in team.people:
        person.enrol()
        fingerprint = person.member.fingerprint
        assert fingerprint in said("reports_setup", "--unit", "kab-jember")
        assert f"{fingerprint} (trusted)" in said("reports_setup", "--unit", "kab-jember", "--trust", fingerprint)
    assert team.carry(team.next(team.people, new_key=True), *team.people)
    assert "epoch 1, 2 live holders" in said("reports_setup", "--unit", "kab-jember")
    said("reports_setup", "--unit", "kab-jember", "--unseat", "ana@example.org")
    assert list(Seat.objects.values_list("user", flat=True)) == accounts[1:]


def test_at_a_terminal_it_asks(closed_vault: Path, accounts: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["prov", "Provinsi", "35", "", "ana@example.org budi@example.org"])
    monkeypatch.setattr(reports_setup, "sys", SimpleNamespace(stdin=SimpleNamespace(isatty=lambda: True)))
    monkeypatch.setattr("builtins.input", lambda question: next(answers))
    said("reports_setup")
    unit = Unit.objects.get(code="prov")
    people = [Person(user) for user in accounts]
    for person in people:
        person.enrol()
    answers = iter(["prov", "", "yes", "no"])
    said("reports_setup")
    assert len(installation.founders_among(unit.pk, [p.member for p in people])) == 1


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--unit", "x"], "--name"),
        (["--unit", "x", "--name", "X", "--parent", "none"], "no unit none"),
        (["--unit", "x", "--name", "X", "--seat", "nobody@example.org"], "invite"),
        (["--unit", "x", "--name", "X", "--trust", "12345 12345"], "Nobody with a seat"),
        (["--unit", "x", "--name", "X", "--distrust", "12345 12345"], "No holder has ever"),
    ],
)
def test_what_it_refuses(closed_vault: Path, arguments: list[str], reason: str) -> None:
    with pytest.raises(CommandError, match=reason):
        said("reports_setup", *arguments)


def test_two_units_for_one_place_are_refused(closed_vault: Path) -> None:
    said("reports_setup", "--unit", "a", "--name", "A", "--region", "35")
    with pytest.raises(CommandError, match="answers for 35"):
        said("reports_setup", "--unit", "b", "--name", "B", "--region", "35")


# The doctor


@pytest.fixture
def healthy(
    closed_vault: Path, protected: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any
) -> Path:
    make_unit(closed_vault, "35", "Provinsi")
    PaperEnvelope.objects.create(unit=Unit.objects.get(), epoch=1, lock=bytes(100), by=1)
    audit.record(audit.Action.NIGHTLY)
    settings.BACKUP_RECIPIENT = str(pyrage.x25519.Identity.generate().to_public())
    settings.BACKUP_DIR, settings.MEDIA_ROOT = tmp_path / "backup", tmp_path / "media"
    call_command("reports_backup", stdout=StringIO())
    for name, text in (
        ("SWAPS", "Filename\n"),
        ("MOUNTS", f"tmpfs {closed_vault}/run tmpfs rw 0 0\nx / ext4 rw 0 0\n"),
    ):
        path = tmp_path / name
        path.write_text(text)
        monkeypatch.setattr(examination, name, path)
    monkeypatch.setattr(examination, "CGROUPS", tmp_path / "CGROUPS")
    return closed_vault


def test_a_whole_installation_is_green(healthy: Path, settings: object) -> None:
    settings.BASE_URL = "https://lentera.example"  # type: ignore[attr-defined]
    out = said("reports_check")
    assert "red" not in out
    assert "unit provinsi, epoch 1, 2 live holders" in out
    assert "files: JPEG, PNG, WEBP, HEIF" in out


def test_the_doctor_says_which_files_are_refused_and_what_to_install(
    healthy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cleaning, "find_spec", lambda name: None)
    out = said("reports_check")
    assert "refused: HEIF (install pillow_heif), PDF (install pypdfium2)" in out
    assert "MP4, OGG, MP3, WEBM, AMR;" in out


def test_swap_is_no_matter_where_none_of_the_services_gets_any(healthy: Path) -> None:
    (healthy / "SWAPS").write_text("Filename\n/swap\n")
    _limits(healthy, "0", "0", "0")
    assert "red" not in said("reports_check")


def _retired(folder: Path, patch: pytest.MonkeyPatch, settings: object) -> None:
    installation.key_file().unlink()


def _stale(folder: Path, patch: pytest.MonkeyPatch, settings: object) -> None:
    stranger = Person(4)
    stranger.enrol()
    installation.trust(Unit.objects.get().pk, stranger.member)


def _last_night(folder: Path, patch: pytest.MonkeyPatch, settings: object) -> None:
    later = examination.today() + dt.timedelta(days=2)
    patch.setattr(examination, "today", lambda: later)


def _unread(folder: Path, patch: pytest.MonkeyPatch, settings: object) -> None:
    assert receipt_in(Reporter().send())
    Report.objects.update(received_on=examination.today() - dt.timedelta(days=3))


def _unprotected(folder: Path, patch: pytest.MonkeyPatch, settings: object) -> None:
    with connections["reports"].cursor() as cursor:
        audit.unprotect(cursor, connections["reports"].vendor)


def _opened(folder: Path, patch: pytest.MonkeyPatch, settings: object) -> None:
    PaperEnvelope.objects.update(opened_on=examination.today())


def _swapping(folder: Path, patch: pytest.MonkeyPatch, settings: object) -> None:
    (folder / "SWAPS").write_text("Filename\n/swap\n")
    _limits(folder, "0", "0", "max")


def _limits(folder: Path, *limits: str) -> None:
    """As the kernel tells the limits of services."""
    for name, limit in zip(examination.SERVICES, limits, strict=True):
        (folder / "CGROUPS" / name).mkdir(parents=True)
        (folder / "CGROUPS" / name / "memory.swap.max").write_text(f"{limit}\n")


def _altered(folder: Path, patch: pytest.MonkeyPatch, settings: Any) -> None:
    """One byte more in what seals."""
    shutil.copytree(settings.BASE_DIR / "static" / "formulir", folder / "project" / "static" / "formulir")
    with (folder / "project" / "static" / "formulir" / "vendor" / "hpke-1.1.7.js").open("a") as script:
        script.write(" ")
    settings.BASE_DIR = folder / "project"


def _no_backup(folder: Path, patch: pytest.MonkeyPatch, settings: object) -> None:
    for one in backup.archives("keys"):
        one.path.unlink()


BREAKS = {
    "no paper": (lambda folder, patch, settings: PaperEnvelope.objects.all().delete(), "sealed paper envelope"),
    "old paper": (lambda folder, patch, settings: PaperEnvelope.objects.update(epoch=0), "sealed paper envelope"),
    "opened paper": (_opened, "sealed paper envelope"),
    "no backup": (_no_backup, "backups: there is no archive of the keys"),
    "backups for nobody": (lambda folder, patch, settings: setattr(settings, "BACKUP_RECIPIENT", ""), "backups"),
    "no night": (_last_night, "nights"),
    "nobody reads": (_unread, "unit provinsi reads"),
    "events may be changed": (_unprotected, "audit chain"),
    "debug": (lambda folder, patch, settings: setattr(settings, "DEBUG", True), "debug pages"),
    "swap": (lambda folder, patch, settings: (folder / "SWAPS").write_text("Filename\n/swap\n"), "swap"),
    "swap for the web server": (_swapping, "swap"),
    "altered script": (_altered, "scripts that others wrote"),
    "run on disk": (
        lambda folder, patch, settings: (
            setattr(settings, "BASE_URL", "https://x.example"),
            (folder / "MOUNTS").write_text("x / ext4 rw 0 0\n"),
        ),
        "run directory",
    ),
    "no storage key": (_retired, "everything that storing needs"),
    "no unit": (lambda folder, patch, settings: Unit.objects.all().delete(), "units"),
    "unsigned": (lambda folder, patch, settings: installation.pins_file().unlink(), "unit provinsi"),
    "trusted without a key": (_stale, "--distrust"),
    "no memory": (
        lambda folder, patch, settings: patch.setattr(
            examination.receipt, "stretch", lambda *_: (_ for _ in ()).throw(MemoryError)
        ),
        "sealing",
    ),
}


def test_the_advice_about_a_founder_who_has_left_can_be_followed(closed_vault: Path) -> None:
    """Her seat is gone with her. The unit goes on as before, and she is trusted no more."""
    team = Team.of(staff.make_unit("provinsi", "Provinsi", "35"))
    team.found()
    first, gone = team.people
    third = team.seat()
    assert team.carry(team.next([first, third], new_key=True), first, gone)
    Holder.objects.update(opened_on=examination.today())

    def advised() -> list[str]:
        return [finding.advice for finding in examination.examine() if "--distrust" in finding.advice]

    (advice,) = advised()
    program, *arguments = shlex.split(advice.split("`")[1])
    assert program == "manage.py"
    assert "epoch 2, 2 live holders." in said(*arguments)
    assert advised() == []
    assert not installation.founders_among(team.unit.pk, [gone.member])
    assert receipt_in(Reporter().send())
    for person in (first, third):
        share = Share.objects.get(holder=person.id, epoch=2)
        seed = holder.open_share(bytes(share.sealed), team.unit.pk, 2, person.key)
        assert services.open_report(Report.objects.get(), holder.unit_key(seed))
    # Repeated it changes nothing.
    assert "epoch 2, 2 live holders." in said(*arguments)


@pytest.mark.parametrize("way", BREAKS)
def test_the_doctor_names_what_is_broken(
    healthy: Path, monkeypatch: pytest.MonkeyPatch, settings: object, way: str
) -> None:
    spoil, name = BREAKS[way]
    spoil(healthy, monkeypatch, settings)
    out = StringIO()
    with pytest.raises(CommandError, match="red"):
        call_command("reports_check", stdout=out, no_color=True)
    (line,) = [line for line in out.getvalue().splitlines() if line.startswith("red")]
    assert name in line
