"""The page cache: what is kept, for how long, and what empties it (DECISIONS 6-8)."""

from __future__ import annotations

import datetime as dt
import gzip

import brotli
import pytest
import time_machine
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from content.registers import generation
from portal import cache
from portal.middleware import PageCacheMiddleware

pytestmark = pytest.mark.usefixtures("empty_page_cache")


@pytest.fixture
def empty_page_cache() -> None:
    cache.process_copies.clear()
    generation.replace()


class _View:
    """Counts how often it is asked."""

    def __init__(self, sensitive: bool = False) -> None:
        self.calls, self.sensitive = 0, sensitive

    def __call__(self, request) -> HttpResponse:
        self.calls += 1
        return cache.keep(HttpResponse(f"page {self.calls} " + "kata " * 500), sensitive=self.sensitive)


def _get(middleware: PageCacheMiddleware, path: str = "/id/", **headers: str) -> HttpResponse:
    return middleware(RequestFactory().get(path, headers=headers))


def test_the_second_reader_is_answered_from_the_cache() -> None:
    view = _View()
    middleware = PageCacheMiddleware(view)
    assert _get(middleware).content == _get(middleware).content
    assert view.calls == 1


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [("br, gzip", "br"), ("gzip", "gzip"), ("", None), ("br;q=0, gzip", "gzip"), ("identity", None)],
)
def test_each_client_gets_an_encoding_it_accepts(accepted: str, expected: str | None) -> None:
    response = _get(PageCacheMiddleware(_View()), **{"Accept-Encoding": accepted})
    assert response.get("Content-Encoding") == expected
    body = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[expected](response.content)
    assert body.startswith(b"page 1")


def test_an_unchanged_page_costs_a_304() -> None:
    middleware = PageCacheMiddleware(_View())
    tag = _get(middleware)["ETag"]
    again = _get(middleware, **{"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_a_sensitive_page_is_never_stored_by_the_client_but_is_by_us() -> None:
    view = _View(sensitive=True)
    middleware = PageCacheMiddleware(view)
    for _time in range(2):
        response = _get(middleware)
        assert response["Cache-Control"] == "no-store"
        assert "ETag" not in response
    assert view.calls == 1


@pytest.mark.parametrize("query", ["?q=perawat", "?x=1", "?hal=1&hal=2", "?hal=1&q="])
def test_what_people_type_is_never_kept(query: str) -> None:
    view = _View()
    middleware = PageCacheMiddleware(view)
    for _time in range(2):
        _get(middleware, f"/id/lowongan/{query}")
    assert view.calls == 2


@pytest.mark.parametrize(("accepted", "expected"), [("br, gzip", "br"), ("gzip", "gzip"), ("", None)])
def test_what_is_not_kept_is_small_as_well(accepted: str, expected: str | None) -> None:
    """A search with twenty results is the longest page of all."""
    response = _get(PageCacheMiddleware(_View()), "/id/lowongan/?q=perawat", **{"Accept-Encoding": accepted})
    assert response.get("Content-Encoding") == expected
    assert "Accept-Encoding" in response["Vary"]
    body = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[expected](response.content)
    assert body.startswith(b"page 1")
    assert expected is None or len(response.content) < 500


def test_a_new_generation_empties_the_cache() -> None:
    view = _View()
    middleware = PageCacheMiddleware(view)
    _get(middleware)
    generation.replace()
    _get(middleware)
    assert view.calls == 2


def test_nothing_is_kept_past_local_midnight() -> None:
    view = _View()
    middleware = PageCacheMiddleware(view)
    with time_machine.travel(dt.datetime(2026, 11, 22, 16, 59, tzinfo=dt.UTC), tick=False) as clock:  # 23.59 WIB
        _get(middleware)
        clock.shift(dt.timedelta(seconds=59))
        _get(middleware)
        assert view.calls == 1
        clock.shift(dt.timedelta(seconds=1))
        _get(middleware)
        assert view.calls == 2


def test_what_a_clock_that_ran_ahead_has_kept_is_not_shown() -> None:
    view = _View()
    middleware = PageCacheMiddleware(view)
    with time_machine.travel(dt.datetime(2026, 12, 22, 5, tzinfo=dt.UTC), tick=False) as clock:
        _get(middleware)
        clock.shift(-dt.timedelta(days=30))
        _get(middleware)
        _get(middleware)
        assert view.calls == 2


def test_midnight_is_the_end_of_the_local_day() -> None:
    moment = dt.datetime(2026, 11, 22, 17, 30, tzinfo=dt.UTC)  # 00.30 WIB on the 23rd
    assert timezone.localtime(cache.next_midnight(moment)).isoformat() == "2026-11-24T00:00:00+07:00"


def test_a_lost_generation_is_made_anew() -> None:
    before = generation.current()
    generation._path().unlink()
    assert generation.current() != before


def test_a_page_rendered_across_midnight_does_not_live_on() -> None:
    with time_machine.travel(dt.datetime(2026, 11, 22, 16, 59, 59, tzinfo=dt.UTC), tick=False) as clock:  # 23.59.59 WIB
        view = _View()

        def slow(request) -> HttpResponse:
            if not view.calls:
                clock.shift(dt.timedelta(seconds=2))
            return view(request)

        middleware = PageCacheMiddleware(slow)
        _get(middleware)
        _get(middleware)
        assert view.calls == 2


@pytest.mark.parametrize("query", ["?hal=x1", "?hal=0", "?hal=9999", "?hemat=2", "?hemat="])
def test_a_value_that_means_nothing_makes_no_entry(query: str) -> None:
    view = _View()
    middleware = PageCacheMiddleware(view)
    for _time in range(2):
        _get(middleware, f"/id/lowongan/{query}")
    assert view.calls == 2
