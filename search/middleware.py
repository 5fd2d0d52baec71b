"""Who may read what is open: everybody, from the page of any site (see ``search.open_data``)."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from . import open_data


class OpenDataMiddleware:
    """Lets the pages of other sites read the API and the feeds, and keeps these out of search engines.

    It stands inside the page cache, so that kept answers carry the headers already, and around everything that could
    answer in the place of a view: a redirect without them would stop a browser as well.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not open_data.is_open(request.path_info):
            return self.get_response(request)
        if request.method == "OPTIONS":
            # A browser asks so before it sends a tag for the page of another site.
            response = HttpResponse(status=204)
            response["Allow"] = response["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
            response["Access-Control-Allow-Headers"] = "If-None-Match"
            response["Access-Control-Max-Age"] = "86400"
        else:
            response = self.get_response(request)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "ETag"
        response["X-Robots-Tag"] = "noindex"
        return response
