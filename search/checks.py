"""The laws of this room: with Elasticsearch, changes are told by a queue, and nothing travels in the clear."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

_HERE = {"localhost", "127.0.0.1", "::1"}


@register(Tags.compatibility)
def elasticsearch_can_be_told(**kwargs: Any) -> list[CheckMessage]:
    """E001: without a queue the reader's process would tell (DECISIONS 27). E002: the client is an extra."""
    if not settings.ELASTICSEARCH_URL:
        return []
    found: list[CheckMessage] = []
    if str(settings.TASKS["default"]["BACKEND"]).endswith(".ImmediateBackend"):
        hint = "Set TASKS_BACKEND=django_tasks_db.DatabaseBackend and run `manage.py db_worker` beside the server."
        found.append(Error("ELASTICSEARCH_URL is set, but no queue.", hint=hint, id="search.E001"))
    if find_spec("elasticsearch") is None:
        hint = "Install requirements/production.txt."
        found.append(Error("ELASTICSEARCH_URL is set, but its client is not there.", hint=hint, id="search.E002"))
    return found


@register(Tags.security)
def elasticsearch_is_reached_in_private(**kwargs: Any) -> list[CheckMessage]:
    """W001: what people type, and a password, would travel in the clear."""
    parts = (urlsplit(address) for address in settings.ELASTICSEARCH_URL)
    if all(part.scheme == "https" or part.hostname in _HERE for part in parts):
        return []
    hint = "Use https:// and ELASTICSEARCH_CA_FILE (docs/runbooks/elasticsearch.md)."
    return [Warning("ELASTICSEARCH_URL leaves this machine without TLS.", hint=hint, id="search.W001")]
