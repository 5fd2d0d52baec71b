"""The measure of the benchmark: Django answering a constant page of 10 KB, without middleware, on the same server."""

from __future__ import annotations

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

if not settings.configured:
    settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="constant", MIDDLEWARE=[])

BODY = b"x" * 10_240


def constant(request: HttpRequest) -> HttpResponse:
    """10 KB."""
    return HttpResponse(BODY)


urlpatterns = [path("", constant)]
application = get_wsgi_application()
