"""Elasticsearch killed, frozen and restarted under a running site: no page fails, nothing is lost, nothing is left over."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event

import pytest

from tests import demo as demonstration
from tests.demo import Demo
from tests.elasticsearch import Elasticsearch
from tests.search.judge import QUEUE
from tests.servers import ROOT, Server

pytestmark = [pytest.mark.demo, pytest.mark.elasticsearch, pytest.mark.xdist_group("elasticsearch")]

AGAIN = "Elasticsearch answers again."
MARKER = "rahasiaketikan"
READERS = 4
# Between two questions of one reader: enough for an outage to meet many, and for what is done meanwhile to get on.
PAUSE = 0.5
# Longer than a page takes on a busy machine.
SECONDS = 3
WORDS = ("", "taiwan", "perawat lansia", "pabrik korea", "perawt lansia")
MOVE = """
from content.jobs.models import JobListing
for listing in JobListing.objects.public().order_by("pk")[{start}:{start} + 2]:
    listing.place = "Tempat{start}"
    listing.save()
"""
KILLED_BUILDING = """
from search.engines.elastic import telling
telling.rebuild("job", progress=lambda done, total: os.kill({process}, 9))
"""
CHANGED_MEANWHILE = """
from content.jobs.models import JobListing
from search.engines.elastic import telling

def change(done, total):
    listing = JobListing.objects.public().first()
    listing.place = "Sementara"
    listing.save()
    assert telling.tell() > 0

telling.rebuild("job", progress=change)
assert telling.differences("job") == 0
"""
# A building ends while two changes are being told: after the index that answered has heard of them, before the new one.
SWAPPED_MEANWHILE = """
from functools import partial
from threading import Event, Thread
from content.jobs.models import JobListing
from search.engines.elastic import indices, telling

written, go_on = Event(), Event()

def wait(done, total):
    written.set()
    go_on.wait()

building = Thread(target=telling.rebuild, args=("job", wait))
building.start()
written.wait()
actions = indices._actions

def held_up(*arguments):
    for number, action in enumerate(actions(*arguments)):
        if number == 3:
            go_on.set()
            building.join(3)
        yield action

indices._actions, indices.streaming_bulk = held_up, partial(indices.streaming_bulk, chunk_size=1)
for listing in JobListing.objects.public().order_by("pk")[:2]:
    listing.place = "Sementara lagi"
    listing.save()
assert telling.tell() > 0
building.join()
print("different:", telling.differences("job"))
"""
STATUS_AND_CHECK = """
from django.core.management import call_command
for command in ("search_status", "search_check"):
    call_command(command)
"""
TIME_IS_OVER = """
from django.utils import timezone
from search.models import SearchLease
SearchLease.objects.update(until=timezone.now())
"""


@dataclass
class Site:
    """The demonstration site with Elasticsearch, and a queue that is worked off when it is said."""

    demo: Demo
    node: Elasticsearch
    chosen: dict[str, str] = field(default_factory=dict)

    def manage(self, *arguments: str) -> str:
        return self.demo.manage(*arguments, **self.chosen)

    def fails(self, *arguments: str) -> str:
        """What a command says that does not end well."""
        run = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.demo.environment(**self.chosen),
            capture_output=True,
            text=True,
        )
        assert run.returncode != 0, run.stdout
        return run.stdout + run.stderr

    def move(self, start: int) -> None:
        """Change two listings; the task that would tell of it runs at once."""
        self.manage("shell", "-c", MOVE.format(start=start))
        self.manage("db_worker", "--batch", "--queue-name", "*")

    def is_whole(self) -> bool:
        """Every document is in every index, nothing waits and nothing is left over."""
        said = self.manage("shell", "--no-imports", "-c", STATUS_AND_CHECK)
        return "all of them right" in said and "left over" not in said and "Changes that wait: 0" in said

    def restart(self) -> None:
        self.node.start()


@pytest.fixture(scope="module")
def site(demo: Demo, elasticsearch: Elasticsearch, tmp_path_factory: pytest.TempPathFactory) -> Site:
    made = Site(demo.copy(tmp_path_factory.mktemp("outages") / "site"), elasticsearch)
    made.chosen = {"ELASTICSEARCH_URL": elasticsearch.url, "ELASTICSEARCH_PREFIX": "outages", **QUEUE}
    made.manage("migrate")
    assert "There is no index of jobs." in made.fails("search_status")
    made.manage("rebuild_search_index", "--verbosity", "0")
    made.manage("db_worker", "--batch", "--queue-name", "*")
    assert made.is_whole()
    return made


@dataclass
class Load:
    """What was asked meanwhile: status and seconds of each answer."""

    answers: list[tuple[int, float]] = field(default_factory=list)

    def slowest(self) -> float:
        return max(seconds for _status, seconds in self.answers)


@contextmanager
def load(server: Server) -> Iterator[Load]:
    """Four readers who search until the end; every page is one."""
    done, seen = Event(), Load()

    def read(number: int) -> None:
        while not done.is_set():
            words = f"{WORDS[number % len(WORDS)]} {MARKER if number % 2 else ''}".strip().replace(" ", "+")
            room = "lowongan" if number % 3 else "cari"
            begun = time.monotonic()
            status = server.ask(f"/id/{room}/?q={words}").status
            seen.answers.append((status, time.monotonic() - begun))
            number += 1
            done.wait(PAUSE)

    with ThreadPoolExecutor(READERS) as pool:
        readers = [pool.submit(read, number) for number in range(READERS)]
        try:
            yield seen
        finally:
            done.set()
            for reader in readers:
                reader.result()
    assert seen.answers
    assert {status for status, _seconds in seen.answers} == {200}


def asked_so_far(site: Site) -> int:
    """How many searches the server has answered since it was started."""
    import elasticsearch

    with elasticsearch.Elasticsearch(site.node.url) as client:
        return client.indices.stats(metric="search")["_all"]["total"]["search"]["query_total"]


def test_it_is_killed_twice_under_load_and_nobody_sees_it_and_nothing_is_lost(site: Site) -> None:
    before = asked_so_far(site)
    # A node that is killed refuses at once; one that has just been started is slow, which is no outage.
    chosen = {**site.chosen, "ELASTICSEARCH_SECONDS": "5"}
    with demonstration.serving(site.demo, **chosen) as server, load(server) as seen:
        deadline = time.monotonic() + 60
        while asked_so_far(site) == before and time.monotonic() < deadline:
            time.sleep(0.2)
        assert asked_so_far(site) > before, "it does not answer at all"
        site.move(2)  # has been told when it is killed
        site.node.signal(signal.SIGKILL)
        site.move(0)
        assert "does not answer" in site.fails("search_status")
        site.restart()
        # Killed again before it has heard of that.
        site.node.signal(signal.SIGKILL)
        site.move(4)
        count = len(seen.answers)
        site.restart()
        # Nothing was lost on the way; the minute's work alone tells it.
        waiting = re.search(r"Changes that wait: (\d+)", site.manage("search_status"))
        assert waiting is not None
        assert int(waiting[1]) >= 4
        site.manage("tick")
        assert site.is_whole()
        deadline = time.monotonic() + 90
        while AGAIN not in server.output.read_text(encoding="utf-8") and time.monotonic() < deadline:
            time.sleep(0.5)
        assert len(seen.answers) > count
    printed = server.output.read_text(encoding="utf-8", errors="replace")
    outages = re.findall(r"ERROR search\.engines\.guarded Elasticsearch does not answer", printed)
    # Once for each worker and outage.
    assert 1 <= len(outages) <= 4, printed
    assert AGAIN in printed, "it is not tried again"
    assert "ERROR" not in printed.replace("ERROR search.engines.guarded", "")
    for held in (printed, site.node.log):
        assert MARKER not in held


def test_a_slow_one_is_waited_for_once_by_those_who_ask_before_it_is_known(site: Site) -> None:
    chosen = {**site.chosen, "ELASTICSEARCH_SECONDS": str(SECONDS)}
    with demonstration.serving(site.demo, workers=1, **chosen) as server:
        for _round in range(3):
            assert server.ask("/id/lowongan/?q=taiwan").status == 200
        site.node.signal(signal.SIGSTOP)
        try:
            with load(server) as seen:
                time.sleep(4 * SECONDS)
        finally:
            site.node.signal(signal.SIGCONT)
    # Four read at once. A page of the search over everything asks twice; the second time it is known.
    waited = [seconds for _status, seconds in seen.answers if seconds >= SECONDS]
    assert 1 <= len(waited) <= READERS, waited
    assert max(waited) < 2 * SECONDS
    assert len(seen.answers) > 2 * len(waited)


@pytest.mark.parametrize("who", ["the process that builds", "the server"])
def test_killed_in_the_middle_of_a_rebuild_the_old_index_answers_and_the_next_run_leaves_no_orphan(
    site: Site, who: str
) -> None:
    before = re.findall(r"outages-job-\w+-\d+", site.manage("search_status"))
    assert len(before) == 1
    process = "os.getpid()" if who == "the process that builds" else f"-{site.node.process.pid}"
    script = KILLED_BUILDING.format(process=process)
    if process.startswith("-"):
        script = script.replace("os.kill(-", "os.killpg(")
    site.fails("shell", "-c", script)
    if process.startswith("-"):
        site.node.process.wait()
        site.restart()
    said = site.manage("search_status")
    assert re.findall(r"outages-job-\w+-\d+", said)[0] == before[0], "the old one answers"
    assert "left over" in said
    site.move(6)
    site.manage("shell", "-c", TIME_IS_OVER)  # the minute for which a holder is waited for
    site.manage("rebuild_search_index", "--verbosity", "0")
    assert re.findall(r"outages-job-\w+-\d+", site.manage("search_status"))[0] != before[0]
    assert site.is_whole()


def test_a_change_that_is_told_while_an_index_is_built_is_in_the_new_one(site: Site) -> None:
    site.manage("shell", "-c", CHANGED_MEANWHILE)
    assert site.is_whole()


def test_a_change_that_is_told_while_the_new_index_is_put_in_place_is_in_it(site: Site) -> None:
    assert "different: 0" in site.manage("shell", "-c", SWAPPED_MEANWHILE)
    assert site.is_whole()


def test_an_index_that_is_gone_comes_back_by_itself(site: Site) -> None:
    import elasticsearch

    with elasticsearch.Elasticsearch(site.node.url) as client:
        client.indices.delete(index=",".join(client.indices.get_alias(index="outages-job-*")))
    assert "There is no index of jobs." in site.fails("search_status")
    with demonstration.serving(site.demo, workers=1, **site.chosen) as server:
        assert server.ask("/id/lowongan/?q=taiwan").status == 200
    site.manage("tick")
    site.manage("db_worker", "--batch", "--queue-name", "*")
    assert site.is_whole()
