"""Development and ``make demo``: secrets are written into var/, hosts are local, mail goes to the terminal."""

import os
import secrets
from pathlib import Path

# The secret is made once and kept, so that a restart does not sign everybody out.
_var = Path(os.environ.get("VAR_DIR") or Path(__file__).resolve().parent.parent.parent / "var")
_secret_file = _var / "keys" / "secret-key"
if not os.environ.get("SECRET_KEY"):
    if not _secret_file.exists():
        _secret_file.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(_secret_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "w") as _file:
            _file.write(secrets.token_urlsafe(50))
    os.environ["SECRET_KEY"] = _secret_file.read_text()

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
