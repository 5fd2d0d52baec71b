"""Run the tests, and end with what was skipped and why. With REQUIRE_SERVERS=1 a skip is a failure."""

from __future__ import annotations

import os
import secrets
import sys

import pytest


class Skips:
    """Collects the reasons of skipped tests."""

    def __init__(self) -> None:
        self.reasons: dict[str, int] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and isinstance(report.longrepr, tuple):
            reason = report.longrepr[2].removeprefix("Skipped: ")
            self.reasons[reason] = self.reasons.get(reason, 0) + 1


def main() -> int:
    skips = Skips()
    # Every process of the run, those that tests start too, shuffles by one number, with which the order comes again.
    if "no:randomly" not in " ".join(sys.argv):
        seed = f"--randomly-seed={secrets.randbelow(2**32)}"
        os.environ["PYTEST_ADDOPTS"] = f"{seed} {os.environ.get('PYTEST_ADDOPTS', '')}".strip()
        print(f"PYTEST_ADDOPTS={os.environ['PYTEST_ADDOPTS']}", flush=True)
    arguments = sys.argv[1:] or [
        *["-q", "--dist", "loadgroup", "--no-loadscope-reorder", "-n"],
        os.environ.get("TEST_PROCESSES", "2"),
    ]
    status = pytest.main(arguments, plugins=[skips])
    if skips.reasons:
        print("\nSkipped, and why:")
        for reason, count in sorted(skips.reasons.items()):
            print(f"  {count} × {reason}")
        if os.environ.get("REQUIRE_SERVERS") == "1":
            print("REQUIRE_SERVERS=1: nothing may be skipped here.")
            return 1
    else:
        print("\nNothing was skipped.")
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
