"""Whatever the umask, files of the vault are their owner's alone; and a stolen file tells no order (docs/adr/0008)."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connections

from content.reports.vault import files, installation, keys, run
from content.reports.vault.sqlite.base import DatabaseWrapper
from tests.content.reports.reporting import on_sqlite
from tests.demo import Demo
from tests.postgresql import PostgreSQL
from tests.servers import ROOT


@pytest.fixture(params=[0o000, 0o022, 0o077, 0o377], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[DatabaseWrapper]:
    """A connection as the alias ``reports`` has it, to a file that does not exist yet."""
    held = connections["reports"].settings_dict
    made = DatabaseWrapper({**held, "NAME": tmp_path / "new" / "reports.sqlite3"}, "reports")
    yield made
    made.close()


@on_sqlite
@pytest.mark.django_db(databases=["reports"])
def test_a_new_database_is_private_with_all_its_parts(database: DatabaseWrapper, umask: None) -> None:
    database.cursor().execute("CREATE TABLE x (y)")
    file = Path(database.settings_dict["NAME"])
    made = {path.name: mode(path) for path in file.parent.iterdir()}
    assert made == dict.fromkeys(("reports.sqlite3", "reports.sqlite3-wal", "reports.sqlite3-shm"), 0o600)
    assert mode(file.parent) == 0o700


@on_sqlite
@pytest.mark.django_db(databases=["reports"])
def test_one_that_others_could_read_is_closed_to_them(database: DatabaseWrapper) -> None:
    file = Path(database.settings_dict["NAME"])
    file.parent.mkdir(mode=0o755)
    for part in files.parts_of(file)[:3]:
        part.touch(mode=0o644)
    database.cursor().execute("CREATE TABLE x (y)")
    assert {mode(part) for part in files.parts_of(file)[:3]} == {0o600}
    # A folder that somebody else may have made for more than this is left to them: the check speaks.
    assert mode(file.parent) == 0o755


def test_keys_pins_and_run_directory_are_private(folder: Path, umask: None) -> None:
    keys.write_storage_key(files.make_folder(folder / "keys") / "reports-storage.key")
    installation._write_pins({"a"})
    run.prepare()
    run.done_today("x")
    assert {mode(path) for path in (folder / "keys").iterdir()} == {0o400}
    assert {mode(path) & 0o077 for path in (folder / "run" / "reports").iterdir()} == {0}
    assert (mode(folder / "keys"), mode(folder / "run" / "reports")) == (0o700, 0o700)


# In files of their own, by the commands of the portal

SEND = """
import sys
from content.reports.vault import installation, keys, readiness, selectors, services, tokens
from content.reports.vault.models import Unit, UnitKey
installation.set_up()
if not readiness.has_units():
    unit = Unit(code="contoh", name="Contoh", demo=True)
    Unit.objects.bulk_create([unit])
    private = keys.generate()
    keys.write_private(installation.key_file().parent / "unit.pem", private)
    UnitKey.objects.bulk_create([UnitKey(unit=unit, epoch=1, public_key=keys.public_bytes(private.public_key()), demo=True)])
    installation.pin(UnitKey.objects.get())
receiver = selectors.receivers().for_place("")
for number in range({count}):
    services.submit(tokens.read(tokens.issue()), b"report %d" % number, receiver)
"""


@pytest.fixture
def site(tmp_path: Path) -> Demo:
    """A vault without a portal: only its own database is there, in files."""
    held = Demo(tmp_path / "site")
    held.manage("migrate", "vault", "--database", "reports", "-v0")
    return held


def rows(site: Demo, code: str) -> list:
    """What ``code`` prints as JSON, run beside the models of the vault."""
    imports = "import json\nfrom content.reports.vault.models import *\n"
    return json.loads(site.manage("shell", "--no-imports", "-v0", "-c", f"{imports}print(json.dumps({code}))"))


def places(site: Demo) -> list[int]:
    """Where in the file the end of each report lies, in the order of the rows."""
    content = (site.folder / "db" / "reports.sqlite3").read_bytes()
    ends = rows(
        site, "[bytes(body)[-40:].hex() for body in Report.objects.order_by('pk').values_list('body', flat=True)]"
    )
    found = [content.find(bytes.fromhex(end)) for end in ends]
    assert all(place > 0 for place in found)
    return found


def test_once_a_day_the_file_forgets_the_order(site: Demo) -> None:
    site.manage("shell", "--no-imports", "-v0", "-c", SEND.format(count=12))
    before = places(site)
    tidy = "from content.reports.vault import services; print(services.tidy())"
    assert site.manage("shell", "--no-imports", "-v0", "-c", tidy).strip() == "1"
    after = places(site)
    # In the order of the random numbers, and so in none; before, in the order of arrival.
    assert after == sorted(after)
    assert before != sorted(before)
    assert (
        not (site.folder / "db" / "reports.sqlite3-wal").exists()
        or not (site.folder / "db" / "reports.sqlite3-wal").stat().st_size
    )
    assert site.manage("shell", "--no-imports", "-v0", "-c", tidy).strip() == "0"


def test_no_time_of_a_file_is_that_of_the_last_report(site: Demo) -> None:
    site.manage("shell", "--no-imports", "-v0", "-c", SEND.format(count=1))
    database = site.folder / "db" / "reports.sqlite3"
    # A connection that stays open, as the server has them, keeps what is written ahead beside the file.
    with closing(sqlite3.connect(database)) as other:
        other.execute("SELECT count(*) FROM vault_report").fetchone()
        tidy = "from content.reports.vault import services; services.tidy(); services.tidy()"
        site.manage("shell", "--no-imports", "-v0", "-c", SEND.format(count=1) + tidy)
        held = [part for part in files.parts_of(database) if part.exists()]
        for part in held:
            os.utime(part, (1, 1))
        before = time.time() - 5
        site.manage("shell", "--no-imports", "-v0", "-c", tidy)
        assert len(held) >= 3
        assert all(part.stat().st_mtime > before for part in held)


def test_commands_make_private_files_under_an_open_umask(tmp_path: Path) -> None:
    site = Demo(tmp_path / "site")
    command = [sys.executable, "manage.py", "migrate", "vault", "--database", "reports", "-v0"]
    subprocess.run(command, cwd=ROOT, env=site.environment(), check=True, umask=0)
    assert mode(site.folder / "db" / "reports.sqlite3") == 0o600
    assert mode(site.folder / "db") == mode(site.folder / "keys") == 0o700
    assert "W001" not in site.manage("check")


# Rows that are there when their order is taken from them

OLD_ROWS = """
import datetime as dt, uuid
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
apps = MigrationExecutor(connections["reports"]).loader.project_state(("vault", "0001_initial")).apps
def table(name): return apps.get_model("vault", name).objects.using("reports")
unit = table("Unit").create(id=uuid.uuid4(), code="a", name="A", region="35")
table("Installation").create(pk=1, salt=bytes(16))
table("UnitKey").create(unit=unit, epoch=1, public_key=b"k", made_on=dt.date(2026, 1, 2))
table("UnitKey").create(unit=unit, epoch=2, public_key=b"l", retired_on=dt.date(2026, 3, 4))
for n in range(9):
    report = table("Report").create(header=b"h%d" % n, wraps=b"w", body=b"b" * 16412, received_on=dt.date(2026, 5, 6),
        lookup_mac=b"L%d" % n, rid=b"r%d" % n, unit=unit, mode="server", reporter_key=b"K", status="read")
    for m in range(n % 3):
        table("Message").create(header=b"m", wraps=b"w", body=b"%d %d" % (n, m), mid=b"m%d%d" % (n, m), report=report,
            direction="from-reporter", received_on=dt.date(2026, 5, 7))
    table("FormToken").create(nonce_mac=b"n%d" % n, body_mac=b"b%d" % n, first=True, report=report, made_on=dt.date(2026, 5, 6))
    table("FormToken").create(nonce_mac=b"n%d" % n, body_mac=b"c%d" % n, first=False, report=report)
"""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def server(request: pytest.FixtureRequest) -> dict[str, str]:
    """The environment that chooses the database of the reports."""
    if request.param == "sqlite":
        return {}
    held: PostgreSQL = request.getfixturevalue("postgresql")
    return {"REPORTS_DATABASE_URL": held.pair()["REPORTS_DATABASE_URL"]}


def test_rows_lose_their_order_and_nothing_else(tmp_path: Path, server: dict[str, str]) -> None:
    site = Demo(tmp_path / "site")
    site.manage("migrate", "vault", "0001", "--database", "reports", "-v0", **server)
    site.manage("shell", "--no-imports", "-v0", "-c", OLD_ROWS, **server)
    site.manage("migrate", "vault", "--database", "reports", "-v0", **server)
    code = """dict(
        reports=[[r.pk, bytes(r.header).decode(), bytes(r.lookup_mac).decode(), bytes(r.rid).decode(), len(r.body), str(r.received_on),
                  r.status, r.unit.code, sorted(bytes(m.body).decode() for m in r.messages.all()),
                  sorted((bytes(t.nonce_mac).decode(), bytes(t.body_mac).decode(), t.first, len(t.moment_mac)) for t in r.tokens.all())]
                 for r in Report.objects.order_by("pk")],
        keys=sorted([k.epoch, bytes(k.public_key).decode(), str(k.made_on) if k.epoch == 1 else "", str(k.retired_on), k.unit.code] for k in UnitKey.objects.all()),
        numbers=[[row.pk for row in model.objects.order_by("pk")] for model in (Message, FormToken, UnitKey)],
        days=[str(m.received_on) for m in Message.objects.all()],
    )"""
    held = json.loads(
        site.manage(
            "shell",
            "--no-imports",
            "-v0",
            "-c",
            f"import json\nfrom content.reports.vault.models import *\nprint(json.dumps({code}))",
            **server,
        )
    )
    assert sorted(row[1:] for row in held["reports"]) == [
        [
            f"h{n}",
            f"L{n}",
            f"r{n}",
            16412,
            "2026-05-06",
            "read",
            "a",
            [f"{n} {m}" for m in range(n % 3)],
            [[f"n{n}", f"b{n}", True, 32], [f"n{n}", f"c{n}", False, 32]],
        ]
        for n in range(9)
    ]
    assert held["keys"] == [[1, "k", "2026-01-02", "None", "a"], [2, "l", "", "2026-03-04", "a"]]
    assert held["days"] == ["2026-05-07"] * 9
    assert [len(numbers) for numbers in held["numbers"]] == [9, 18, 2]
    for numbers in ([row[0] for row in held["reports"]], *held["numbers"]):
        assert max(numbers) > 2**50
    # Nine rows by their numbers: in the old order once in 362,880.
    assert [row[1] for row in held["reports"]] != [f"h{n}" for n in range(9)]
    assert "No changes detected" in site.manage("makemigrations", "vault", "--check", "--dry-run", **server)
    # What the code of today does works on the tables of that day.
    site.manage("shell", "--no-imports", "-v0", "-c", SEND_TO_OLD, **server)


SEND_TO_OLD = """
from django.db import IntegrityError
from content.reports.vault.models import *
unit, report = Unit.objects.get(), Report.objects.first()
def refused(make):
    try:
        make()
    except IntegrityError:
        return True
assert refused(lambda: UnitKey.objects.create(unit=unit, epoch=2, public_key=b"k"))
assert refused(lambda: FormToken.objects.create(nonce_mac=b"n1", body_mac=b"x", moment_mac=b"", first=True, report=report))
assert refused(lambda: FormToken.objects.create(nonce_mac=b"n1", body_mac=b"b1", moment_mac=b"", first=False, report=report))
assert refused(lambda: Report.objects.create(header=b"h", wraps=b"", body=b"", lookup_mac=b"L1", rid=b"new", unit=unit, mode="server", reporter_key=b""))
unit.keys.all().delete()
Report.objects.all().delete()
assert not Message.objects.exists() and not FormToken.objects.exists()
unit.delete()
"""
