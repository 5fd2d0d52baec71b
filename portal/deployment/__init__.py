"""What a server needs beside the portal: the files of nginx and systemd, with its own names in them.

They are shipped as templates and written by ``manage.py deployment``; :mod:`portal.outside` looks from outside whether a
running site behaves as they say.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.template import Context, Engine

FOLDER = Path(__file__).parent
RUN_MOUNT = "lentera-run.mount"


def peers() -> str:
    """With whom the service of the reports speaks besides nginx: its databases and the cache, for ``IPAddressAllow``.

    Empty where one of them is called by a name: systemd knows addresses alone.
    """
    caches = (str(cache.get("LOCATION", "")) for cache in settings.CACHES.values())
    hosts = {str(database.get("HOST", "")) for database in settings.DATABASES.values()}
    hosts |= {urlsplit(location).hostname or "" for location in caches}
    far = {host for host in hosts if host and not host.startswith("/") and host != "localhost"}
    with suppress(ValueError):
        return " ".join(["localhost", *sorted(str(ip_address(host)) for host in far)])
    return ""


@dataclass(frozen=True)
class Machine:
    """Where things are on this server."""

    base_url: str
    certificate: str
    certificate_key: str
    var_dir: str
    project: str = str(settings.BASE_DIR)
    python: str = sys.executable
    user: str = "lentera"
    environment_file: str = "/etc/lentera/environment"
    log_dir: str = "/var/log/nginx"
    body_dir: str = "/run/lentera-body"
    backup_dir: str = str(settings.BACKUP_DIR)
    reports_path: str = settings.REPORTS_PATH
    port: int = 443
    plain_port: int = 80
    portal_port: int = 8000
    reports_port: int = 8001
    peers: str = field(default_factory=peers)

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).hostname or ""


def files(machine: Machine) -> dict[str, str]:
    """The files by name. That of the mount is the one that systemd asks for: its path with hyphens."""
    engine = Engine(autoescape=False)
    values = Context({**asdict(machine), "host": machine.host})
    names = {RUN_MOUNT: f"{mount_name(f'{machine.var_dir}/run')}.mount"}
    return {
        names.get(path.name, path.name): engine.from_string(path.read_text(encoding="utf-8")).render(values)
        for path in sorted(FOLDER.iterdir())
        if path.suffix in (".conf", ".service", ".timer", ".mount")
    }


def mount_name(path: str) -> str:
    r"""A path as the name of a unit (systemd.unit, "String escaping"): ``/var/my-site`` is ``var-my\x2dsite``."""
    kept = "".join(
        sign
        if sign.isascii() and (sign.isalnum() or sign in ":_/.")
        else "".join(f"\\x{byte:02x}" for byte in sign.encode())
        for sign in path.strip("/")
    )
    return kept.replace("/", "-")
