"""A real nginx before the shipped server, with the files that ``manage.py deployment`` writes."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509

from portal import deployment
from portal.outside import Site
from tests.certificates import self_signed
from tests.servers import free_port, lacking, stop


@dataclass(frozen=True)
class Nginx:
    """A running nginx: where it answers, and the folder below which it writes everything."""

    machine: deployment.Machine
    folder: Path
    context: ssl.SSLContext

    @property
    def logs(self) -> Path:
        return Path(self.machine.log_dir)

    def site(self, own: str = "127.0.0.77") -> Site:
        """The site as somebody at the loopback address ``own`` asks it."""
        return Site(self.machine.base_url, self.context, own)


MAIN = """daemon off;
{user}
pid {folder}/nginx.pid;
error_log {logs}/main.log error;
events {{ worker_connections 256; }}
http {{
    access_log off;
    proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi; client_body_temp_path {folder}/client;
    include {folder}/lentera-nginx.conf;
}}
"""


@contextmanager
def nginx(
    folder: Path, var_dir: Path, portal_port: int, reports_port: int, change: Callable[[str], str] = str
) -> Iterator[Nginx]:
    """nginx before the two services. ``change`` may break the shipped file, to see that the doctor tells."""
    if shutil.which("nginx") is None:
        lacking("nginx", "nginx-light")
    logs = folder / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    public, private = self_signed(folder, x509.DNSName("localhost"))
    for _attempt in range(3):
        machine = deployment.Machine(
            base_url=f"https://localhost:{(port := free_port())}",
            certificate=str(public),
            certificate_key=str(private),
            var_dir=str(var_dir),
            log_dir=str(logs),
            body_dir=str(folder / "body"),
            reports_path="layanan",
            port=port,
            plain_port=free_port(),
            portal_port=portal_port,
            reports_port=reports_port,
        )
        running = Nginx(machine, folder, ssl.create_default_context(cafile=str(public)))
        process = _start(running, change)
        try:
            if _answers(running.site(), process):
                yield running
                return
        finally:
            stop(process)
    # Somebody else has taken the port meanwhile, each time.
    pytest.fail("nginx did not answer, three times.", pytrace=False)


def _start(running: Nginx, change: Callable[[str], str]) -> subprocess.Popen[bytes]:
    folder, logs = running.folder, running.logs
    (folder / "lentera-nginx.conf").write_text(change(deployment.files(running.machine)["lentera-nginx.conf"]))
    main = folder / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    main.write_text(MAIN.format(user=user, folder=folder, logs=logs))
    command = ["nginx", "-p", str(folder), "-c", str(main), "-e", str(logs / "main.log")]
    tried = subprocess.run([*command, "-t"], capture_output=True, text=True)
    assert tried.returncode == 0, tried.stderr
    return subprocess.Popen(command, start_new_session=True)


def _answers(site: Site, process: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        try:
            site.ask("/keluar/")
        except OSError:
            time.sleep(0.1)
        else:
            return True
    return False
