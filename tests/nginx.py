"""A real nginx before the shipped server, with the files that ``manage.py deployment`` writes."""

from __future__ import annotations

import datetime as dt
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
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from portal import deployment
from portal.outside import Site
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


def certificate(folder: Path) -> tuple[Path, Path]:
    """A key and a certificate of its own for localhost."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "certificate.pem", folder / "key.pem"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return public, private


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
    public, private = certificate(folder)
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
