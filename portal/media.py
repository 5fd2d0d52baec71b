"""Uploaded files, inert: nothing that an editor uploads can run in a reader's browser (DECISIONS 49)."""

from __future__ import annotations

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe
from django.views.static import serve


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """A file below MEDIA_ROOT, sandboxed, as an attachment (pictures still show inside a page)."""
    if request.headers.get("Service-Worker") == "script":
        raise Http404
    try:
        response = serve(request, path, document_root=settings.MEDIA_ROOT)
    except (OSError, ValueError) as error:  # longer than a file name may be, or with a NUL in it
        raise Http404 from error
    if isinstance(response, FileResponse):
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
        response["Content-Disposition"] = "attachment"
        response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
