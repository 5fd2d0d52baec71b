"""``make bench``: requests per second of the portal as ratios to a constant Django view (must show 9).

The shipped server with two workers, three interleaved rounds, the median. Absolute figures move with the machine by a
factor of two between minutes; the ratios are what is compared. Needs ``wrk`` (Debian: apt-get install wrk) and the demo
data, which it prepares in a folder of its own unless VAR_DIR is set.
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ROUNDS, SECONDS, CONNECTIONS = 3, int(os.environ.get("BENCH_SECONDS", "5")), 8
PORTAL, CONSTANT = 8871, 8872
# A page asked with an unknown parameter is answered fresh: that is the uncached page.
CASES = {
    "constant view, 10 KB": f"http://127.0.0.1:{CONSTANT}/",
    "cached page": f"http://127.0.0.1:{PORTAL}/id/",
    "cached article": f"http://127.0.0.1:{PORTAL}/id/pendidikan/perdagangan-orang/apa-itu-perdagangan-orang/",
    "uncached article": f"http://127.0.0.1:{PORTAL}/id/pendidikan/perdagangan-orang/apa-itu-perdagangan-orang/?segar=1",
    "job search": f"http://127.0.0.1:{PORTAL}/id/lowongan/?q=perawat+lansia&negara=TW",
}


@contextmanager
def server(application: str, port: int, environment: dict[str, str]) -> Iterator[None]:
    """The shipped server, two workers, as ``manage.py serve`` starts it."""
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--workers",
        "2",
        "--log-level",
        "warning",
        "--no-ws",
        "--blocking-threads",
        "4",
        "--backpressure",
        "64",
        "--backlog",
        "1024",
        application,
    ]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        for _attempt in range(100):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
                break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.3)
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)


def rate(url: str) -> float:
    """Requests per second of one round; every answer must be 200."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-H", "Accept-Encoding: br", url]
    report = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in report:
        sys.exit(f"{url} did not answer 200:\n{report}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", report)[1])


def main() -> int:
    if shutil.which("wrk") is None:
        sys.exit("The benchmark needs wrk: sudo apt-get install wrk")
    with tempfile.TemporaryDirectory(prefix="lentera-bench-") as folder:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
            "VAR_DIR": os.environ.get("VAR_DIR", folder),
            "PYTHONPATH": str(ROOT),
        }
        subprocess.run(
            [sys.executable, "manage.py", "demo"], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL
        )
        plain = {name: value for name, value in environment.items() if name != "DJANGO_SETTINGS_MODULE"}
        with (
            server("portal.wsgi:application", PORTAL, environment),
            server("tests.benchmarks.constant:application", CONSTANT, plain),
        ):
            for url in CASES.values():
                for _warm in range(8):
                    urllib.request.urlopen(url).close()
            rounds = [{name: rate(url) for name, url in CASES.items()} for _round in range(ROUNDS)]
    medians = {name: statistics.median(one[name] for one in rounds) for name in CASES}
    base = medians["constant view, 10 KB"]
    print(f"{'case':<24}{'requests/s (median of 3)':>26}{'ratio':>9}   rounds")
    for name, value in medians.items():
        print(f"{name:<24}{value:>26.0f}{value / base:>9.3f}   {', '.join(f'{one[name]:.0f}' for one in rounds)}")
    reached = medians["cached page"] / base
    print(
        f"\nThe cached page must reach 0.5 of the constant view: {reached:.2f} {'(reached)' if reached >= 0.5 else '(MISSED)'}"
    )
    return 0 if reached >= 0.5 else 1


if __name__ == "__main__":
    sys.exit(main())
