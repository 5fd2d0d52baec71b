"""Production: refuses to start while something it needs is missing, and names all of it."""

from django.core.exceptions import ImproperlyConfigured

from .base import *
from .base import ALLOWED_HOSTS, BASE_URL, SECRET_KEY

_missing = [name for name, value in (("SECRET_KEY", SECRET_KEY), ("ALLOWED_HOSTS", ALLOWED_HOSTS)) if not value]
if not BASE_URL.startswith("https://"):
    _missing.append("BASE_URL (an https:// address)")
if _missing:
    raise ImproperlyConfigured("Set these environment variables (docs/settings.md): " + ", ".join(_missing))
