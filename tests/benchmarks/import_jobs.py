"""``make bench``: a file of 20,000 listings is written within 180 seconds and 500 MB on two cores, and nobody waits for it.

A real process imports the file and publishes it (``import_jobs --publish``: reading, preview and writing); this one saves a
listing of its own again and again meanwhile, as an editor would, and keeps the longest time that a save took. The demo
data are prepared in a folder of their own unless VAR_DIR is set. ``IMPORT_ROWS`` and ``IMPORT_FORMAT`` (csv, xlsx, json)
change the file.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

ROWS = int(os.environ.get("IMPORT_ROWS", "20000"))
FORMAT = os.environ.get("IMPORT_FORMAT", "csv")
MOST_SECONDS, MOST_MEGABYTES, MOST_WAIT = 180, 500, 1.0
CORES = 2
# Between two saves of the other writer.
PAUSE = 0.05


def write_file(path: Path) -> None:
    """A file of legal rows in towns of their own; every tenth has a wage and costs of another kind."""
    from content.jobs import exporters
    from content.jobs.import_rows import COLUMNS
    from content.jobs.models import JobOrder
    from content.jobs.sheets import Format, write
    from tests.factories.job_files import example_rows

    JobOrder.objects.filter(number="CONTOH/JO/MY-B").update(places=100_000)
    rows = example_rows(ROWS)
    for number, row in enumerate(rows):
        row["kota"] = f"Kota {chr(97 + number % 26)}{chr(97 + number // 26 % 26)}{chr(97 + number // 676 % 26)}"
        if number % 10 == 0:
            row |= {
                "upah_min": f"{1700 + number % 300}",
                "biaya": "work_visa:perusahaan:10|ticket_departure:perusahaan:2",
            }
    names = [column.name for column in COLUMNS]
    path.write_bytes(b"".join(write(Format(FORMAT), names, ([row[name] for name in names] for row in rows))))
    assert exporters.HEADINGS[: len(names)] == tuple(names)


def import_beside_a_writer(path: Path) -> tuple[float, float, float, list[float]]:
    """Seconds of the import and of its CPU, its peak megabytes, and how long each save of the other writer took."""
    from content.jobs.models import JobListing

    listing = JobListing.objects.get(reference="CONTOH/TW-A-02")
    listing.save()  # what is loaded once is loaded
    command = [sys.executable, "manage.py", "import_jobs", str(path), "--publish"]
    saves = []
    # Into a file: nobody reads a pipe meanwhile, and a full one would stop the import.
    with tempfile.TemporaryFile("w+") as output:
        start = time.monotonic()
        process = subprocess.Popen(command, cwd=ROOT, stdout=output)
        while True:
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
            if ended:
                break
            began = time.monotonic()
            listing.save()
            saves.append(time.monotonic() - began)
            time.sleep(PAUSE)
        seconds = time.monotonic() - start
        output.seek(0)
        told = output.read().splitlines()
    if os.waitstatus_to_exitcode(status) or f"{ROWS} new" not in told[-1]:
        sys.exit("\n".join(told[-5:]))
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, saves


def main() -> int:
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    with tempfile.TemporaryDirectory(prefix="lentera-bench-") as folder:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
        if "VAR_DIR" not in os.environ:
            os.environ["VAR_DIR"] = folder
            command = [sys.executable, "manage.py", "demo"]
            subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        import django

        django.setup()
        path = Path(folder) / f"lowongan.{FORMAT}"
        write_file(path)
        size = path.stat().st_size / 1024 / 1024
        seconds, cpu, megabytes, saves = import_beside_a_writer(path)
    results = (
        ("seconds", seconds, MOST_SECONDS),
        ("peak memory, MB", megabytes, MOST_MEGABYTES),
        ("longest save of another, s", max(saves), MOST_WAIT),
    )
    print(
        f"{ROWS} listings published from {FORMAT.upper()} ({size:.1f} MB) on {CORES} cores: {cpu:.0f} s of CPU, "
        f"{len(saves)} saves beside it, load of the machine {os.getloadavg()[0]:.1f}"
    )
    for name, value, most in results:
        print(f"{name:<28}{value:>10.2f}   at most {most:g} {'(reached)' if value <= most else '(MISSED)'}")
    return 0 if all(value <= most for _name, value, most in results) else 1


if __name__ == "__main__":
    sys.exit(main())
