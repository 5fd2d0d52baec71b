"""Files of a form: one, in memory, by no name; none is ever written, not even for the length of a request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from .attachment import MAX_FILE

FIELD = "file"
# So large that the text beside a photo that is too large is not lost: it comes back with the sentence that says so.
MAX_UPLOAD = 32 * 1024 * 1024


@dataclass
class Sent:
    """What came in the place for a file. Of one that is too large only that is known."""

    content: bytes = field(repr=False)
    too_large: bool = False

    def close(self) -> None:
        """Django closes every file of a request."""


class InMemory(FileUploadHandler):
    """Keeps the one file of a form in memory. Django's own handlers would put a large one into a temporary folder.

    What is too large is read to its end and said to be so: nothing is lost without a word.
    """

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []
        self._size = 0
        self._seen = False

    def new_file(self, field_name: str, *args: Any, **kwargs: Any) -> None:
        if field_name != FIELD or self._seen:
            raise SkipFile
        self._seen = True

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._size += len(raw_data)
        if self._size > MAX_FILE:
            self._parts.clear()
        else:
            self._parts.append(raw_data)

    def file_complete(self, file_size: int) -> Any:
        held = Sent(b"".join(self._parts), self._size > MAX_FILE)
        self._parts.clear()
        return held


def file_of(request: HttpRequest) -> Sent | None:
    """The file that somebody chose; None where nobody chose one."""
    held = request.FILES.get(FIELD)
    return held if isinstance(held, Sent) else None
