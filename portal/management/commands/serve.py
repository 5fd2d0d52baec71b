"""Serve the portal with the shipped server, and run ``tick`` each minute (docs/settings.md names the variables)."""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
from argparse import ArgumentParser
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections

from content.registers import generation


class Command(BaseCommand):
    help = "Serve the portal on this machine with the shipped server; scheduled work runs each minute."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=2)
        parser.add_argument("--no-tick", action="store_true", help="Leave scheduled work to a timer.")

    def handle(self, *args: Any, **options: Any) -> None:
        _must_be_free(options["host"], options["port"])
        command = [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "--host",
            options["host"],
            "--port",
            str(options["port"]),
            "--workers",
            str(options["workers"]),
            "--log-level",
            "warning",
            "--no-ws",
            # Each thread holds its own database connections; Python runs one of them at a time anyway.
            "--blocking-threads",
            "4",
            "--backpressure",
            "64",
            "--backlog",
            "1024",
            "portal.wsgi:application",
        ]
        self.stdout.write(f"{settings.SITE_NAME}: http://localhost:{options['port']}/  (stop: Ctrl+C)")
        self.stdout.flush()
        # A service manager says SIGTERM where a person presses Ctrl+C: both must take the workers along.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        # A page may have been kept by another version, or under settings that have been changed since.
        generation.renew()
        # Pages name their own address (canonical, on paper): on another port that is another one.
        base = os.environ.get("BASE_URL") or f"http://localhost:{options['port']}"
        server = subprocess.Popen(command, env={**os.environ, "BASE_URL": base})  # noqa: S603 - our own arguments
        asked = False
        try:
            while server.poll() is None:
                with suppress(subprocess.TimeoutExpired):
                    server.wait(timeout=60)
                    break
                if not options["no_tick"]:
                    # It has logged what failed; the server goes on, and so does the next minute.
                    with suppress(CommandError):
                        call_command("tick", verbosity=0)
                    close_old_connections()
        except KeyboardInterrupt:
            asked = True
        finally:
            _stop(server)
        if not asked:
            # A service manager starts again what has failed. Of a signal it hears what a shell would say (128 and more).
            sys.exit(128 - server.returncode if server.returncode < 0 else server.returncode or 1)


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(timeout=20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _must_be_free(host: str, port: int) -> None:
    """The workers share their port with whoever else would share it: two servers would answer by turns."""
    try:
        for family, kind, protocol, _name, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            with socket.socket(family, kind, protocol) as probe:
                # What only waits for the last bytes of an ended server is in nobody's way.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
    except OSError as error:
        # Whatever else is wrong with the address, the server says.
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            said = f"Port {port} of {host} cannot be had ({error.strerror}). Choose another one: --port"
            raise CommandError(said) from None
