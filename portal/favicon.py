"""``/favicon.ico``: the lantern in 300 bytes, kept for a month, so that browsers ask once and pages name nothing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

_LANTERN = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 34 34"><rect width="34" height="34" rx="7" fill="#10293f"/>'
    '<g fill="none" stroke="#ffcf5c" stroke-width="2"><path d="M13 6a4 4 0 0 1 8 0M10 9h14l3 4v11l-3 4H10l-3-4V13zM10 31h14"/>'
    '<path fill="#ffcf5c" d="M17 14c3 4 3 5 3 7a3 3 0 0 1-6 0c0-2 2-3 3-7z"/></g></svg>'
)


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """The picture of the browser's tab."""
    return HttpResponse(_LANTERN, content_type="image/svg+xml", headers={"Cache-Control": "public, max-age=2592000"})
