"""One edit of a fact reaches every page, language and worker process (must show 7; DECISIONS 7).

A real server with two workers, an edit by another process, and proof of which worker answered: the connection is kept
open, and Linux tells which process holds its other end.
"""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.conf import settings

from tests.crawler import Visited
from tests.demo import Demo, serving
from tests.servers import Server, ask

pytestmark = [pytest.mark.demo, pytest.mark.xdist_group("generation")]

# A contact that pages of several rooms and languages name, the help block of none.
CHANNEL, NEW = "kp2mi-telepon", "0800-7654-3210"
EDIT = f"""
from content.registers.models import Channel
channel = Channel.objects.get(slug={CHANNEL!r})
print("before", channel.value)
channel.value = {NEW!r}
channel.save()
"""
MAPS = ("/id/peta-situs/", "/en/peta-situs/", "/id/bahasa/")


@pytest.fixture
def two_workers(demo_copy: Demo) -> Iterator[tuple[Demo, Server]]:
    with serving(demo_copy, workers=2) as server:
        yield demo_copy, server


def edit(site: Demo) -> str:
    """Change the contact in a process of its own; its value before."""
    printed = site.manage("shell", "-c", EDIT)
    before = re.search(r"^before (.*)$", printed, re.MULTILINE)
    assert before, printed
    return before[1]


def visit(server: Server, address: str) -> Visited:
    return Visited(address, server.ask(address), "", server.host)


def every_page(server: Server) -> dict[str, str]:
    """Address → text of every page that the maps of the site name."""
    addresses = {link.target for held in MAPS for link in visit(server, held).links() if "?" not in link.target}
    pages = [visit(server, address) for address in sorted(addresses) if not address.startswith("/keluar/")]
    return {page.address: page.text for page in pages if page.is_page}


def owner(connection: http.client.HTTPConnection, server: Server) -> int:
    """The process that holds the server's end of an open connection."""
    here, there = connection.sock.getsockname()[1], server.port
    inode = None
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        parts = line.split()
        if (int(parts[1].split(":")[1], 16), int(parts[2].split(":")[1], 16)) == (there, here):
            inode = parts[9]
    assert inode, "the connection is closed"
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if any(f"socket:[{inode}]" == str(link.readlink()) for link in (process / "fd").iterdir()):
                return int(process.name)
        except (FileNotFoundError, PermissionError, ProcessLookupError):
            continue
    raise AssertionError("nobody holds the connection")


def one_connection_to_each_worker(server: Server, stack: ExitStack) -> dict[int, http.client.HTTPConnection]:
    """Open connections until both workers hold one."""
    held: dict[int, http.client.HTTPConnection] = {}
    deadline = time.monotonic() + 30
    while len(held) < 2 and time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        stack.callback(connection.close)
        assert ask(connection, "/sehat/").status == 200
        held.setdefault(owner(connection, server), connection)
    assert len(held) == 2, "one worker took every connection"
    return held


def test_one_edit_changes_every_page_and_language_in_two_workers_at_once(two_workers: tuple[Demo, Server]) -> None:
    """The first answer of each worker after the commit holds the new value: no second passes (must show 7)."""
    site, server = two_workers
    before = every_page(server)
    shown = next(address for address in before if address.endswith("/nomor-bantuan/"))
    with ExitStack() as stack:
        connections = one_connection_to_each_worker(server, stack)
        for connection in connections.values():
            for _warm in range(3):
                assert NEW not in ask(connection, shown).body.decode()
        old = edit(site)
        for worker, connection in connections.items():
            assert NEW in ask(connection, shown).body.decode(), f"worker {worker} serves the old value"
    held = {address for address, text in before.items() if old in text}
    assert {address.split("/")[1] for address in held} >= {"id", "en", "jv", "su", "mad", "bjn"}
    after = every_page(server)
    assert {address for address, text in after.items() if NEW in text} >= held
    assert not {address for address, text in after.items() if old in text}


def test_the_report_path_says_the_new_value_too(two_workers: tuple[Demo, Server]) -> None:
    """Its words come from a snapshot beside the vault, rewritten after the commit (DECISIONS 42)."""
    site, server = two_workers
    address = f"/{settings.REPORTS_PATH}/"
    printed = site.manage("shell", "-c", EDIT.replace(CHANNEL, "sapa-129"))
    old = re.search(r"^before (.*)$", printed, re.MULTILINE)[1]
    text = server.ask(address).body.decode()
    assert NEW in text
    assert f">{old}<" not in text
