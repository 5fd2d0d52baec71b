"""The shipped server: one on a port."""

from __future__ import annotations

import socket
import subprocess
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.servers import free_port


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What would have been started."""
    seen: list[Any] = []

    class Ended:
        returncode = 0

        def __init__(self, command: list[str], **options: Any) -> None:
            seen.append(command)

        def poll(self) -> int:
            return 0

        def terminate(self) -> None: ...

        def wait(self, timeout: float) -> int:
            return 0

    monkeypatch.setattr(subprocess, "Popen", Ended)
    monkeypatch.setattr("signal.signal", lambda *arguments: None)
    return seen


def test_it_shares_its_port_with_nobody(started: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        # As the workers do, who share it with each other.
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(
            CommandError, match=rf"^Port {port} of 127\.0\.0\.1 cannot be had \(Address already in use\)"
        ):
            call_command("serve", port=port)
        assert not started
    call_command("serve", port=free_port())
    assert len(started) == 1
    assert "http://localhost" in capsys.readouterr().out
