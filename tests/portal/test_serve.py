"""The shipped server: one on a port."""

from __future__ import annotations

import socket
import subprocess
from typing import Any, ClassVar

import pytest
from django.core.management import CommandError, call_command

from content.registers import generation
from tests.servers import free_port


class Server:
    """What would have been started: ``waits`` are what waiting for it brings, one after the other."""

    started: ClassVar[list[Server]] = []
    waits: ClassVar[list[int | BaseException]] = []

    def __init__(self, command: list[str], **options: Any) -> None:
        self.returncode: int | None = None
        self.told: list[str] = []
        self.started.append(self)

    def poll(self) -> int | None:
        return self.returncode

    def terminate(self) -> None:
        self.told.append("terminate")

    def kill(self) -> None:
        self.told.append("kill")

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            brought = self.waits.pop(0)
            if isinstance(brought, BaseException):
                raise brought
            self.returncode = brought
        return self.returncode


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> type[Server]:
    """A server that somebody stops at once with Ctrl+C."""
    monkeypatch.setattr(Server, "started", [])
    monkeypatch.setattr(Server, "waits", [KeyboardInterrupt(), 0])
    monkeypatch.setattr(subprocess, "Popen", Server)
    monkeypatch.setattr("signal.signal", lambda *arguments: None)
    return Server


def test_it_shares_its_port_with_nobody(server: type[Server], capsys: pytest.CaptureFixture[str]) -> None:
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
        assert not server.started
    call_command("serve", port=free_port())
    assert len(server.started) == 1
    assert "http://localhost" in capsys.readouterr().out


def test_what_was_kept_before_it_was_started_is_shown_by_nobody(server: type[Server]) -> None:
    before = generation.current()
    call_command("serve", port=free_port())
    assert generation.current() != before


@pytest.mark.parametrize(("ended", "code"), [(-9, 137), (-15, 143), (3, 3), (0, 1)])
def test_a_server_that_ends_unasked_is_a_failure_whatever_it_died_of(
    server: type[Server], ended: int, code: int
) -> None:
    server.waits[:] = [ended]
    with pytest.raises(SystemExit) as left:
        call_command("serve", port=free_port())
    assert left.value.code == code


@pytest.mark.parametrize("ended", [0, -15, 1])
def test_one_that_was_asked_to_stop_is_none(server: type[Server], ended: int) -> None:
    server.waits[:] = [KeyboardInterrupt(), ended]
    call_command("serve", port=free_port())
    assert server.started[0].told == ["terminate"]


def test_one_that_does_not_stop_is_killed(server: type[Server]) -> None:
    server.waits[:] = [KeyboardInterrupt(), subprocess.TimeoutExpired("granian", 20), -9]
    call_command("serve", port=free_port())
    assert server.started[0].told == ["terminate", "kill"]
