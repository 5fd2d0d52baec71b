"""``/sehat/``: alive, and able to read its databases. Names nothing but the part that fails."""

from __future__ import annotations

from django.db import DatabaseError, connections
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 with every part “ok”, else 503 with the parts that fail."""
    parts = {}
    for alias in connections:
        try:
            with connections[alias].cursor() as cursor:
                cursor.execute("SELECT 1")
            parts[alias] = "ok"
        except DatabaseError:
            parts[alias] = "fails"
    return JsonResponse({"parts": parts}, status=200 if set(parts.values()) == {"ok"} else 503)
