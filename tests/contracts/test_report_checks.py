"""docs/report-checks.md names every check once, and only tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

from tests.servers import ROOT

DOCUMENT = ROOT / "docs" / "report-checks.md"
# A file, or a file and the beginning of a test in it; files without a folder lie with the tests of the reports.
NAMED = re.compile(r"((?:tests/)?(?:\w+/)*(?:test|drill)_\w+)(?:\.(test_\w+))?")


def rows() -> list[list[str]]:
    table = DOCUMENT.read_text(encoding="utf-8").partition("## Drills")[0]
    lines = [line for line in table.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if not line.startswith("| check")]


def sources() -> dict[str, str]:
    """The text of every test file by its stem and by its path."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "tests").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        for name in (path.stem, str(path.relative_to(ROOT).with_suffix(""))):
            found[name] = found.get(name, "") + text
    return found


def test_every_check_stands_there() -> None:
    numbers: list[int] = []
    for check, *_rest in rows():
        if begins := re.match(r"(\d+)(?:, (\d+))? ", check):
            numbers += [int(number) for number in begins.groups() if number]
    assert numbers == list(range(1, 57))


def test_every_named_test_exists() -> None:
    known = sources()
    everything = "".join(known.values())
    missing = []
    for _check, tests, _last in rows():
        for file, test in NAMED.findall(tests):
            stem = Path(file).name
            if stem in known:
                if test and f"def {test}" not in known[file if file in known else stem]:
                    missing.append(f"{file}.{test}")
            elif f"def {stem}" not in everything:
                missing.append(file)
    assert missing == []
