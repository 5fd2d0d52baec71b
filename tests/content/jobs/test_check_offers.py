"""``manage.py check_offers``: a line in, a line out; bad lines are named and nothing else is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from content.jobs import offers
from tests.servers import ROOT

BAD = {"id": "a", "text": "Loker admin Kamboja, bayar DP 2 juta dulu"}
LEGAL = {"id": "b", "text": "Selamat pagi"}


def run(path: Path, *lines: object) -> tuple[list[dict], str, bool]:
    content = b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    path.write_bytes(content)
    out, err, code = StringIO(), StringIO(), 0
    try:
        call_command("check_offers", str(path), stdout=out, stderr=err)
    except CommandError as error:
        code = error.returncode
    return [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue(), code == 0


@pytest.fixture
def file(tmp_path: Path, db: None) -> Path:
    return tmp_path / "offers.jsonl"


def test_each_line_is_answered_in_order(file: Path) -> None:
    rows, errors, ended_well = run(file, BAD, b"", LEGAL)
    assert [row["id"] for row in rows] == ["a", "b"]
    assert rows[0]["flags"][0] == "scam_destination"
    assert "fee_upfront" in rows[0]["flags"]
    assert len(rows[0]["reasons"]) == len(rows[0]["flags"])
    assert "bukan negara tujuan" in rows[0]["reasons"][0]
    assert rows[1] == {"id": "b", "flags": [], "reasons": []}
    assert (errors, ended_well) == ("", True)


def test_totals_follow_where_lines_are_judged(file: Path) -> None:
    rows, _errors, _well = run(
        file,
        {**BAD, "flags": ["fee_upfront"], "label": "bad"},
        {**BAD, "flags": ["underage"]},
        {**LEGAL, "label": "legal"},
        {**BAD, "flags": []},
        BAD,
    )
    assert rows[-1] == {
        "totals": {
            "bad": 2,
            "bad with a flag": 2,
            "bad with the right reason": 1,
            "legal": 2,
            "legal without a flag": 1,
        }
    }


def test_bad_lines_are_named_and_the_rest_is_answered(file: Path) -> None:
    bad = [b"nonsense", b"\xff\xfe", b"[]", {"id": 1}, {"text": "x"}, {**BAD, "flags": "x"}, {**BAD, "label": "x"},
           b"[" * 100_000, b'{"id":"' + b"x" * 1_100_000 + b'"}']  # fmt: skip
    rows, errors, ended_well = run(file, *bad, BAD)
    assert [row["id"] for row in rows] == ["a"]
    assert [line.split(":")[0] for line in errors.splitlines()] == [f"Line {n}" for n in range(1, len(bad) + 1)]
    assert not ended_well


def test_odd_texts_are_no_bad_lines(file: Path) -> None:
    texts = ["", "\x00", "x" * 100_000, "\ud800", "👩🏽‍🌾" * 2_000]
    rows, _errors, ended_well = run(file, *({"id": number, "text": text} for number, text in enumerate(texts)))
    assert (len(rows), ended_well) == (len(texts), True)


def test_a_text_that_is_read_in_part_says_so(file: Path) -> None:
    whole, long = "x" * offers.MAX_TEXT, "x" * offers.MAX_TEXT + " bayar DP 2 juta"
    rows, _errors, _well = run(file, {"id": "whole", "text": whole}, {"id": "long", "text": long})
    assert rows == [
        {"id": "whole", "flags": [], "reasons": []},
        {"id": "long", "flags": [], "reasons": [], "cut": True},
    ]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="missing"):
        call_command("check_offers", str(tmp_path / "missing"))


def test_it_works_without_a_database(file: Path, tmp_path: Path) -> None:
    run(file, BAD)
    environment = {**os.environ, "VAR_DIR": str(tmp_path / "nowhere"), "DJANGO_SETTINGS_MODULE": "portal.settings.dev"}
    for name in ("DATABASE_URL", "REPORTS_DATABASE_URL", "CACHE_URL"):
        environment.pop(name, None)
    ran = subprocess.run(
        [sys.executable, "manage.py", "check_offers", str(file)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    assert "scam_destination" in json.loads(ran.stdout)["flags"]
