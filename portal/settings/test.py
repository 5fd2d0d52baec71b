"""Tests: fast hashing, memory caches, plain static files, no mail; everything else as in production."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "only-for-tests")
os.environ.setdefault("CONTACT_HASH_KEY", "1:only-for-tests")
os.environ.setdefault("SLIP_KEYS", "test:only-for-tests-only-for-tests-only-for-test")
_var = Path(os.environ.get("VAR_DIR") or tempfile.mkdtemp(prefix="lentera-test-"))
# Processes that test beside each other must not empty each other's caches: the generation is a file.
_worker = os.environ.get("PYTEST_XDIST_WORKER", "")
os.environ["VAR_DIR"] = str(_var if _var.name == _worker or not _worker else _var / _worker)

from .base import *
from .base import DATABASES, STORAGES, VAR_DIR

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# The vault stands alone, so that its tests can run while the other database is not even there.
DATABASES["reports"]["TEST"] = {"DEPENDENCIES": [], "MIGRATE": False}
if "sqlite" in DATABASES["reports"]["ENGINE"]:
    DATABASES["reports"]["TEST"]["NAME"] = str(VAR_DIR / "db" / "reports-of-tests.sqlite3")
# Databases of a server begin as copies of these, where a run beside this one has migrated them already.
for _alias in ("default", "reports"):
    if _template := os.environ.get(f"TEST_TEMPLATE_{_alias.upper()}"):
        DATABASES[_alias].setdefault("TEST", {})["TEMPLATE"] = _template
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
for _folder in ("db", "cache", "media", "keys", "static"):
    (VAR_DIR / _folder).mkdir(parents=True, exist_ok=True, mode=0o700)
