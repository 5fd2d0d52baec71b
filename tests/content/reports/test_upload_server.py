"""Files on the shipped server: what a kill leaves, what a large body gets, what is left behind (checks 2, 27, 37)."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import threading
import time

import pytest

from content.reports.vault import attachment
from content.reports.vault.attachment import MAX_FILE, Cleaned
from tests.content.reports.reporting import DistantReporter, Phone, errors_in, hidden, kept_in, receipt_in, text_of
from tests.content.reports.test_attachments import ADDED, MARKER, jpeg
from tests.content.reports.test_server import counted, left_behind, temporary, vault_rows
from tests.content.reports.test_server import server as server
from tests.content.reports.test_server import site as site
from tests.demo import Demo, serving
from tests.servers import Answer, Server

pytestmark = pytest.mark.demo


@pytest.fixture
def reporter(server: Server) -> DistantReporter:
    return DistantReporter(server)


def test_check_02_a_photo_leaves_nothing_behind_on_the_way_without_javascript(
    site: Demo, reporter: DistantReporter
) -> None:
    stored = reporter.send(reporter.form())
    answer = reporter.post_file(jpeg(), **hidden(stored), text=MARKER)
    assert ADDED in text_of(answer)
    assert receipt_in(answer) == receipt_in(stored)
    # Also of one that is refused, and of one that is larger than any.
    assert errors_in(reporter.post_file(b"%PDF-1.4" + MARKER.encode(), **hidden(answer)))
    large = reporter.post_file(jpeg() + MARKER.encode() * (MAX_FILE // 8), **hidden(answer), text=f"{MARKER} tertulis")
    assert "paling besar 10 MB" in errors_in(large)
    assert kept_in(large, "text") == f"{MARKER} tertulis"
    assert not left_behind(site.folder, MARKER)


def test_check_37_what_is_larger_than_any_form_gets_a_page(reporter: DistantReporter) -> None:
    stored = reporter.send(reporter.form())
    answer = reporter.post_file(b"\xff\xd8\xff" + b"\0" * (60 * 1024 * 1024), **hidden(stored))
    assert answer.status == 413
    assert "tel:110" in text_of(answer)


@pytest.mark.parametrize("moment", [0.05, 0.15, 0.3, 0.6])
def test_check_27_a_kill_during_an_upload_leaves_it_whole_or_to_be_gone_on_with(site: Demo, moment: float) -> None:
    file = attachment.seal(os.urandom(1_500_000), "jpg", Cleaned.PHONE)
    acknowledged: list[int] = []
    with serving(site, **temporary(site)) as doomed:
        reporter = DistantReporter(doomed)
        phone = Phone(reporter, receipt_in(reporter.send(reporter.form())) or "")
        sealed = phone.envelope(file, "Buktinya.")
        before = counted(site, "message")

        def send() -> None:
            for index in range(len(file.chunks)):
                with contextlib.suppress(Exception):
                    answer = phone.put(file, index)
                    if isinstance(answer, Answer) and answer.status == 200:
                        acknowledged.append(index)
            with contextlib.suppress(Exception):
                phone.more(sealed, file)

        thread = threading.Thread(target=send)
        thread.start()
        time.sleep(moment)
        os.killpg(doomed.process.pid, signal.SIGKILL)
        thread.join()
    with serving(site) as again:
        resumed = Phone(DistantReporter(again), phone.number)
        resumed.__dict__["lookup"] = phone.lookup
        have = json.loads(text_of(resumed.begin(file)))["have"]
        assert set(acknowledged) <= set(have)
        for index in set(range(len(file.chunks))) - set(have):
            resumed.put(file, index)
        for _time in range(2):
            assert ADDED in text_of(resumed.more(sealed, file))
    assert counted(site, "message") == before + 1
    question = f"SELECT body FROM vault_attachmentchunk JOIN vault_attachment ON vault_attachment.id = attachment_id WHERE hex(aid) = '{file.manifest.id.hex().upper()}' ORDER BY \"index\""
    assert tuple(body for (body,) in vault_rows(site, question)) == file.chunks
