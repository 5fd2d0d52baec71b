"""Uploaded files, inert: nothing that an editor uploads can run in a reader's browser (DECISIONS 49)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
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
    except (OSError, ValueError, SuspiciousFileOperation) as error:
        # Longer than a file name may be, with a NUL in it, or leading out of the folder.
        raise Http404 from error
    if isinstance(response, FileResponse):
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
        response["Content-Disposition"] = "attachment"
        response["Cache-Control"] = "public, max-age=31536000, immutable"
        response["Accept-Ranges"] = "bytes"
        _cut(request, response)
    return response


def _cut(request: HttpRequest, response: FileResponse) -> None:
    """The part of the file that was asked for: a sound goes on where the connection broke, and some players ask no other way."""
    asked = re.fullmatch(r"bytes=(\d{1,12})-(\d{0,12})", request.headers.get("Range", ""))
    size = int(response["Content-Length"])
    if asked is None or response.status_code != 200 or "If-Range" in request.headers:
        return
    first, last = int(asked[1]), min(int(asked[2] or size - 1), size - 1)
    if first > last:
        response.status_code = 416
        response["Content-Range"] = f"bytes */{size}"
        response.streaming_content = iter(())
        response["Content-Length"] = "0"
        return
    file = response.file_to_stream
    file.seek(first)
    response.status_code = 206
    response["Content-Range"] = f"bytes {first}-{last}/{size}"
    response["Content-Length"] = str(last - first + 1)
    response.streaming_content = _read(file, last - first + 1)


def _read(file: BinaryIO, left: int) -> Iterator[bytes]:
    with file:
        while left and (part := file.read(min(left, 65_536))):
            left -= len(part)
            yield part
