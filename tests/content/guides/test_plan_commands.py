"""``manage.py plan`` and ``manage.py check_plans``: a line in, a line out; bad lines are named and nothing else is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from content.guides import plan_rules
from content.registers import seeding
from tests.servers import ROOT

GOOD = {
    "id": "a",
    "region": "35.08",
    "age": 28,
    "sex": "P",
    "marital": "married",
    "destination": "HK",
    "occupation": "5152",
    "route": "p2p",
    "been_abroad": False,
    "has": ["ktp"],
    "employer_known": True,
    "contract_months": 24,
    "departure_month": "2027-03",
}
KEYS = ["id", "outcome", "documents", "steps", "warnings", "open_questions"]


def run(path: Path, *lines: object) -> tuple[list[dict[str, Any]], str, bool]:
    content = b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    path.write_bytes(content)
    out, err, code = StringIO(), StringIO(), 0
    try:
        call_command("plan", str(path), stdout=out, stderr=err)
    except CommandError as error:
        code = error.returncode
    return [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue(), code == 0


@pytest.fixture
def file(tmp_path: Path, db: None) -> Path:
    return tmp_path / "answers.jsonl"


def test_each_line_is_answered_in_order(file: Path) -> None:
    rows, errors, ended_well = run(file, GOOD, b"", {**GOOD, "id": 2, "age": 17}, {"id": "c", "destination": "KH"})
    assert [(row["id"], row["outcome"]) for row in rows] == [("a", "plan"), (2, "not_yet"), ("c", "do_not_go")]
    assert all(list(row) == KEYS for row in rows)
    assert {"izin_keluarga", "buku_nikah", "perjanjian_penempatan"} <= set(rows[0]["documents"])
    assert rows[0]["steps"][0] == "informasi"
    assert "underage" in rows[1]["warnings"]
    assert rows[1]["documents"] == rows[2]["documents"] == []
    assert (errors, ended_well) == ("", True)


def test_what_is_left_out_null_or_unknown_is_not_known(file: Path) -> None:
    unsaid = {key: None for key in GOOD if key != "id"}
    unknown = {key: "unknown" for key in GOOD if key not in ("id", "has")}
    rows, _errors, ended_well = run(file, {"id": 1}, {"id": 1, **unsaid}, {"id": 1, **unknown})
    assert rows[0] == rows[1] == rows[2]
    assert rows[0]["outcome"] == "no_verified_rule"
    assert rows[0]["open_questions"][:3] == ["destination", "occupation", "route"]
    assert ended_well


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("age", "tua"), ("age", -1), ("age", 121), ("age", True), ("age", 17.5), ("sex", "X"), ("sex", "p"),
        ("marital", "janda"), ("destination", "Taiwan"), ("destination", "tw"), ("destination", "ID"),
        ("destination", "XX"), ("occupation", "ART"), ("occupation", 5152), ("route", "calo"), ("been_abroad", "ya"),
        ("has", "ktp"), ("has", ["dompet"]), ("employer_known", 1), ("contract_months", 0), ("contract_months", "24"),
        ("departure_month", "2027-13"), ("departure_month", "03-2027"), ("region", "3508"), ("region", "35.08.01"),
        ("region", "99"), ("agee", 17),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_named_and_the_rest_is_answered(file: Path, key: str, value: object) -> None:
    rows, errors, ended_well = run(file, {**GOOD, key: value}, GOOD)
    assert len(rows) == 1
    assert errors.startswith("Line 1: ")
    assert f"“{key}”" in errors
    assert not ended_well


def test_lines_that_cannot_be_read_are_named(file: Path) -> None:
    bad = [b"nonsense", b"\xff\xfe", b"[]", {"age": 3}, {"id": True}, b"[" * 100_000,
           b'{"id":"' + b"x" * 1_100_000 + b'"}']  # fmt: skip
    rows, errors, ended_well = run(file, *bad, GOOD)
    assert [row["id"] for row in rows] == ["a"]
    assert [line.split(":")[0] for line in errors.splitlines()] == [f"Line {n}" for n in range(1, len(bad) + 1)]
    assert not ended_well


def test_an_occupation_that_the_table_does_not_hold_is_other_work(file: Path) -> None:
    rows, _errors, _well = run(
        file,
        {**GOOD, "occupation": "9999", "destination": "BN"},
        {**GOOD, "occupation": "9999", "destination": "TW"},
    )
    assert [row["outcome"] for row in rows] == ["plan", "no_verified_rule"]


def test_a_file_that_is_not_there_is_an_error(file: Path) -> None:
    with pytest.raises(CommandError):
        call_command("plan", str(file))


def test_it_works_before_there_is_a_database(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(GOOD) + "\n", encoding="utf-8")
    environment = {**os.environ, "VAR_DIR": str(tmp_path / "var"), "DJANGO_SETTINGS_MODULE": "portal.settings.dev"}
    made = subprocess.run(
        [sys.executable, "manage.py", "plan", str(path)], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["outcome"] == "plan"


def test_the_laws_are_checked_over_every_combination() -> None:
    out = StringIO()
    call_command("check_plans", "--seed", stdout=out)
    text = out.getvalue()
    assert " combinations in " in text
    assert json.loads(text.splitlines()[-1]) == {
        "documents precision": 1.0,
        "documents recall": 1.0,
        "warnings precision": 1.0,
        "warnings recall": 1.0,
    }


def test_what_is_wrong_ends_the_check_with_a_sentence(db: None, new_generations: None) -> None:
    from content.guides.models import PlanRule

    with pytest.raises(CommandError, match="There are no rules"):
        call_command("check_plans", stdout=StringIO())
    found = seeding.read()
    seeding.load(found | seeding.read(plan_rules.FOLDER, plan_rules.REGISTERS, sources=seeding.sources_of(found)))
    call_command("check_plans", stdout=StringIO())
    PlanRule.objects.filter(code="ferienjob").update(steps=["bpjs_sebelum"])
    with pytest.raises(CommandError, match="ferienjob: a stop asks for no payment, paper or recruiter: bpjs_sebelum"):
        call_command("check_plans", stdout=StringIO())
