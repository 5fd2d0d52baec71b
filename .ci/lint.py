"""Everything that needs no test run: style, types, import contracts, migrations, messages, project checks, documents."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

BIN = Path(sys.executable).parent
ROOT = Path(__file__).resolve().parent.parent

STEPS = (
    ("style", [BIN / "ruff", "check", "."]),
    ("format", [BIN / "ruff", "format", "--check", "."]),
    ("types", [BIN / "mypy"]),
    ("import contracts", [BIN / "lint-imports"]),
    ("project checks", [sys.executable, "manage.py", "check"]),
    ("migrations", [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"]),
    ("messages", [sys.executable, "manage.py", "messages", "--check"]),
    ("documents", [sys.executable, ".ci/documents.py"]),
)


def main() -> int:
    failed = []
    with tempfile.TemporaryDirectory(prefix="lentera-lint-") as folder:
        environment = {**os.environ, "VAR_DIR": folder}
        for name, command in STEPS:
            run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
            print(f"{'ok  ' if run.returncode == 0 else 'FAIL'} {name}", flush=True)
            if run.returncode:
                failed.append(name)
                print(run.stdout[-6000:], run.stderr[-3000:])
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
