"""Development and ``make demo``: secrets are written into var/, hosts are local, mail goes to the terminal."""

import os
import secrets
from pathlib import Path

_keys = Path(os.environ.get("VAR_DIR") or Path(__file__).resolve().parent.parent.parent / "var") / "keys"


def _made_once(setting: str, file_name: str, secret: str) -> None:
    """Keep a secret of development in var/, so that a restart signs nobody out and forgets no hash."""
    file = _keys / file_name
    if os.environ.get(setting):
        return
    if not file.exists():
        _keys.mkdir(parents=True, exist_ok=True)
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "w") as opened:
            opened.write(secret)
    os.environ[setting] = file.read_text()


_made_once("SECRET_KEY", "secret-key", secrets.token_urlsafe(50))
_made_once("SLIP_KEYS", "slip-keys", f"dev:{secrets.token_urlsafe(32)}")
_made_once("CONTACT_HASH_KEY", "contact-hash-key", f"1:{secrets.token_urlsafe(32)}")

from .base import *
from .base import VAR_DIR, env

# Off unless asked for: the demo runs the code that production runs.
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
for _folder in ("cache", "media"):
    (VAR_DIR / _folder).mkdir(parents=True, exist_ok=True)
for _folder in ("db", "keys"):
    (VAR_DIR / _folder).mkdir(parents=True, exist_ok=True)
    (VAR_DIR / _folder).chmod(0o700)
