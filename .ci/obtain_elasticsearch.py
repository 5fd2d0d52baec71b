"""Obtain the Elasticsearch core that the tests run: the vendor's own distribution for integration tests, by Maven.

``python3 .ci/obtain_elasticsearch.py [VERSION]``. It is unpacked once for a machine, below :data:`FOLDER`; the account that runs
it (the server refuses root) is made where there is none. ``tests/elasticsearch.py`` starts it.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ARTIFACT = "org.elasticsearch.distribution.integ-test-zip:elasticsearch"
# What was downloaded is what was tried.
SHA256 = {
    "8.19.8": "8d943e94cef02cbceb6e39cd00175bb04e5f882fa32783a473880b8691a54376",
    # Needs JDK 21 or newer: make test-es9, not make test.
    "9.1.3": "8e894ba93e971a74d439a50dd9b77e88f8cf65611ea1ddabfe717e483729ac13",
}
DEFAULT = "8.19.8"
ACCOUNT = "elasticsearch"
FOLDER = Path("/var/cache/lentera") if os.geteuid() == 0 else Path.home() / ".cache" / "lentera"


def main() -> int:
    version = sys.argv[1] if len(sys.argv) > 1 else DEFAULT
    if version not in SHA256:
        print(f"Elasticsearch {version} is not known here; known: {', '.join(SHA256)}.")
        return 1
    _account()
    home = FOLDER / f"elasticsearch-{version}"
    if home.exists():
        return 0
    print(f"Obtaining: Elasticsearch {version}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        archive = _archive(version, Path(folder))
        held = hashlib.sha256(archive.read_bytes()).hexdigest()
        if held != SHA256[version]:
            print(f"{archive.name} is not what was tried: SHA-256 {held}.")
            return 1
        shutil.unpack_archive(archive, folder)
        for path in Path(folder, home.name, "bin").iterdir():
            path.chmod(0o755)
        # Moved when it is whole: half of it is never taken for a server.
        Path(folder, home.name).rename(home)
    return 0


def _archive(version: str, folder: Path) -> Path:
    command = [
        "mvn",
        "-q",
        "-B",
        "dependency:copy",
        f"-Dartifact={ARTIFACT}:{version}:zip",
        f"-DoutputDirectory={folder}",
    ]
    subprocess.run(command, cwd=folder, check=True)
    return folder / f"elasticsearch-{version}.zip"


def _account() -> None:
    try:
        pwd.getpwnam(ACCOUNT)
    except KeyError:
        if os.geteuid() == 0:
            subprocess.run(
                ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT], check=True
            )


if __name__ == "__main__":
    sys.exit(main())
