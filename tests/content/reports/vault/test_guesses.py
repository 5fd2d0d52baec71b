"""Guessing receipts: a dump alone tells nothing (check 4), a thousand wrong ones get one answer (10), right ones no other time (11)."""

from __future__ import annotations

import hashlib
import hmac
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import connections
from django.test.utils import CaptureQueriesContext

from content.reports.vault import envelope, installation, keys, receipt, selectors, views
from content.reports.vault.keys import hkdf
from content.reports.vault.models import Installation, Message, Report
from content.reports.vault.receipt import Receipt
from content.reports.vault.storing import columns
from tests.content.reports.reporting import Reporter, receipt_in, text_of
from tests.servers import ROOT

pytestmark = pytest.mark.django_db(databases=["reports"])


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A derivation that costs nothing and still tells receipts and salts apart."""
    monkeypatch.setattr(receipt, "stretch", lambda held, salt: hkdf(held.digits.encode() + salt, b"quick"))


def answer_to(number: str) -> None:
    """An answer of the unit to the report of this receipt."""
    known = installation.secrets_of_installation()
    report = Report.objects.get()
    opened = receipt.credentials(receipt.stretch(Receipt.parse(number), known.salt)).reporter_key
    mid = envelope.new_id()
    header = envelope.Header(
        unit=report.unit_id,
        epoch=1,
        mode=envelope.Mode.SERVER,
        kind=envelope.Kind.MESSAGE,
        rid=bytes(report.rid),
        mid=mid,
        direction=envelope.Direction.FROM_UNIT,
    )
    sealed = envelope.seal(b'{"text":"x"}', header, [opened.public_key()])
    Message.objects.create(
        report=report,
        mid=mid,
        direction=envelope.Direction.FROM_UNIT,
        **columns(sealed, known, b"message|wraps|" + mid),
    )


def dump() -> list[bytes]:
    """Every value of every row of the database of the reports."""
    connection = connections["reports"]
    found: set[bytes] = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                found |= {bytes(v) if isinstance(v, (bytes, memoryview)) else str(v).encode() for v in row}
    return sorted(found)


def made_of(held: Receipt, salt: bytes) -> dict[str, bytes]:
    """All that somebody with a dump can make of a guessed receipt."""
    root = receipt.stretch(held, salt)
    known = receipt.credentials(root)
    public = known.reporter_key.public_key()
    found = {
        "digits": held.digits.encode(),
        "root": root,
        "lookup": known.lookup_id,
        "public": keys.public_bytes(public),
        "compressed": public.public_bytes(Encoding.X962, PublicFormat.CompressedPoint),
        "private": known.reporter_key.private_numbers().private_value.to_bytes(32),
    }
    for name, value in list(found.items()):
        found[f"sha256 {name}"] = hashlib.sha256(value).digest()
        found[f"mac {name}"] = hmac.digest(salt, value, "sha256")
        found[f"mac of nothing {name}"] = hmac.digest(b"", value, "sha256")
    return found


def seen_in(values: list[bytes], held: Receipt, salt: bytes) -> Counter[str]:
    """How a guess stands out in the dump: what of it occurs anywhere, and what it opens."""
    whole = b"\0".join(values)
    found: Counter[str] = Counter()
    made = made_of(held, salt)
    for name, value in made.items():
        found[name] += value in whole
    locked = [value for value in values if 60 <= len(value) <= 2000]
    for name in ("root", "lookup", "private", "sha256 lookup"):
        for value in locked:
            for start in (0, 1):
                try:
                    AESGCM(made[name]).decrypt(value[start : start + 12], value[start + 12 :], None)
                    found[f"opens {name}"] += 1
                except InvalidTag:
                    pass
    return found


def test_check_04_a_dump_alone_does_not_tell_the_right_receipt(vault: Path, quick: None) -> None:
    number = receipt_in(Reporter().send()) or ""
    answer_to(number)
    values, salt = dump(), bytes(Installation.objects.get().salt)
    guesses = [*(Receipt.generate() for _guess in range(999)), Receipt.parse(number)]
    stands_out = {frozenset(seen_in(values, guess, salt).items()) for guess in guesses}
    assert len(stands_out) == 1
    assert not any(count for _name, count in stands_out.pop())
    # With the storage key the right one is found at once: the search looks at the right place.
    storage = installation.secrets_of_installation().storage
    lookups = [receipt.credentials(receipt.stretch(guess, salt)).lookup_id for guess in guesses]
    assert [guess for guess, one in zip(guesses, lookups, strict=True) if storage.lookup_mac(one) in values] == guesses[
        -1:
    ]


def test_check_04_the_search_would_see_a_column_that_tells(vault: Path, quick: None) -> None:
    number = receipt_in(Reporter().send()) or ""
    salt = bytes(Installation.objects.get().salt)
    lookup = receipt.credentials(receipt.stretch(Receipt.parse(number), salt)).lookup_id
    for spoilt in (lookup, hmac.digest(salt, lookup, "sha256"), hashlib.sha256(lookup).digest()):
        Report.objects.update(lookup_mac=spoilt)
        assert sum(seen_in(dump(), Receipt.parse(number), salt).values()) == 1
        assert sum(seen_in(dump(), Receipt.generate(), salt).values()) == 0


@pytest.mark.one_database
def test_check_10_a_thousand_wrong_receipts_get_one_answer_and_lock_nobody_out(vault: Path, quick: None) -> None:
    reporter = Reporter()
    number = receipt_in(reporter.send()) or ""
    seen = set()
    for _guess in range(1000):
        answer = reporter.status(Receipt.generate().digits)
        seen.add((answer.status_code, answer.content, tuple(answer.items())))
    assert len(seen) == 1
    assert "Laporan Anda" in text_of(reporter.status(number))


HOLD = """
import os, random, sys, time
import django
from django.conf import settings
settings.configure(VAR_DIR=sys.argv[1], INSTALLED_APPS=["django.contrib.contenttypes", "content.reports.vault"], USE_TZ=True,
                   DATABASES={"default": {}, "reports": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}})
django.setup()
from content.reports.vault import run
# Who waits is chosen by luck: nobody gives up here, that is asked elsewhere.
run._PATIENCE = {kind: run._Patience(60, held.waiting) for kind, held in run._PATIENCE.items()}
for _time in range(10):
    kind = random.choice([run.Slot.INTAKE, run.Slot.LOOKUP])
    with run.slot(kind):
        os.write(1, b"+%d\\n" % time.monotonic_ns())
        time.sleep(0.02)
        os.write(1, b"-%d\\n" % time.monotonic_ns())
"""


def test_check_10_never_more_than_two_derivations_at_once_over_all_processes(folder: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(folder)]
    running = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) for _process in range(5)]
    lines = [line for process in running for line in process.communicate(timeout=120)[0].split()]
    assert [process.returncode for process in running] == [0] * 5
    moments = sorted((int(line[1:]), 1 if line[:1] == b"+" else -1) for line in lines)
    assert len(moments) == 100
    now = most = 0
    for _moment, change in moments:
        now += change
        most = max(most, now)
    assert most <= 2


# Check 11


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """A clock that stands still but for what ``takes`` and sleeping add."""
    held = SimpleNamespace(now=1000.0, slept=0.0)

    def sleep(seconds: float) -> None:
        held.now += seconds
        held.slept += seconds

    monkeypatch.setattr(views, "time", SimpleNamespace(monotonic=lambda: held.now, sleep=sleep))
    return held


@pytest.mark.parametrize(("found", "unknown"), [(0.031, 0.004), (0.0, 0.049), (0.012, 0.012)])
def test_check_11_right_and_wrong_leave_at_the_same_moment(
    vault: Path, quick: None, clock: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, found: float, unknown: float
) -> None:
    number = receipt_in(Reporter().send()) or ""
    real = views._found

    def slow(visit: views.Visit, held: object) -> object:
        clock.now += unknown if held is None else found
        return real(visit, held)  # type: ignore[arg-type]

    monkeypatch.setattr(views, "_found", slow)
    salt = bytes(Installation.objects.get().salt)
    for ask in (
        lambda digits: Reporter().status(digits),
        lambda digits: Reporter().post(
            step="look", lookup=receipt.credentials(receipt.stretch(Receipt.parse(digits), salt)).lookup_id.hex()
        ),
    ):
        took = []
        for digits in (number, Receipt.generate().digits):
            before = clock.now
            ask(digits)
            took.append(round(clock.now - before, 6))
        assert took[0] == took[1] > 0
        assert took[0] % views.EVEN_SECONDS == pytest.approx(0, abs=1e-5) or took[0] == pytest.approx(
            views.EVEN_SECONDS
        )


def test_check_11_one_derivation_one_mac_and_one_query_find_it_or_not(
    vault: Path, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = receipt_in(Reporter().send()) or ""
    counts: Counter[str] = Counter()

    def counted(name: str, real: object) -> object:
        def wrapped(*arguments: object) -> object:
            counts[name] += 1
            return real(*arguments)  # type: ignore[operator]

        return wrapped

    monkeypatch.setattr(receipt, "stretch", counted("derivation", receipt.stretch))
    monkeypatch.setattr(keys, "_lookup_mac", counted("mac", keys._lookup_mac))
    for digits in (number, Receipt.generate().digits):
        counts.clear()
        with CaptureQueriesContext(connections["reports"]) as asked:
            credentials = selectors.credentials_of(Receipt.parse(digits))
            selectors.report_of(credentials)
        assert counts == {"derivation": 1, "mac": 1}
        assert sum("vault_report" in query["sql"] for query in asked) == 1
        # The salt is read before and after; nothing else is asked.
        assert len(asked) == 3
