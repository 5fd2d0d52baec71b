"""``/<language>/dengar/<code>/``: a page read aloud. Nothing is loaded before somebody presses play."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from content.core.selectors import recordings
from content.core.tree import tree

from .sharing import code_of, number_of
from .views import page_of


def address(number: int, language: str) -> str:
    """Where the page with this number is heard."""
    return f"/{language}/dengar/{code_of(number)}/"


@require_safe
def listen(request: HttpRequest, code: str) -> HttpResponse:
    """The player, what it costs to hear, and the words."""
    number = number_of(code)
    recording, node = recordings().get(number or 0), tree().by_id.get(number or 0)
    if recording is None or node is None or node.language != request.LANGUAGE_CODE or recording.page.specific.sensitive:
        raise Http404
    versions = tree().translations(node)
    heard = {code: address(other.id, code) for code, other in versions.items() if other.id in recordings()}
    context = {
        "recording": recording,
        "node": node,
        "crumbs": [(above.title, above.url) for above in (*node.ancestors()[1:], node)],
        "alternates": heard,
        # A language without a recording still has the page to read.
        "elsewhere": {code: heard.get(code, other.url) for code, other in versions.items()},
    }
    return page_of(request, "listen.html", context)
