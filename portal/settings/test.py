"""Tests: fast hashing, memory caches, plain static files, no mail; everything else as in production."""

import os
import tempfile

os.environ.setdefault("SECRET_KEY", "only-for-tests")
os.environ.setdefault("VAR_DIR", tempfile.mkdtemp(prefix="lentera-test-"))

from .base import *
from .base import DATABASES, STORAGES, VAR_DIR

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# The vault stands alone, so that its tests can run while the other database is not even there.
DATABASES["reports"]["TEST"] = {"DEPENDENCIES": [], "MIGRATE": False}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
for _folder in ("db", "cache", "media", "keys", "static"):
    (VAR_DIR / _folder).mkdir(parents=True, exist_ok=True)
