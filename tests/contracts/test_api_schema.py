"""The API keeps the promises of its own published document, whatever is sent (must show 6).

schemathesis reads ``/api/v1/openapi.json`` and makes requests from it: valid ones, broken ones, the limits of each value,
other methods. Every answer is held against the document: status, content type, shape. The same on every run.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema
from hypothesis import HealthCheck, settings
from schemathesis.checks import load_all_checks
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.openapi import from_wsgi
from schemathesis.pytest._test_builder import build_operation_test
from schemathesis.specs.openapi.checks import positive_data_acceptance

from content.jobs import services
from content.jobs.models import Agency, AgencyContact, JobListing
from portal import cache, wsgi
from search.analysis import clean, question_terms
from search.api import serializers, views
from search.api.schema import document
from search.questions import JOB, read
from tests.factories.jobs import AgencyFactory, SourceFactory, day, legal_listing, published_listing
from tests.search.world import many_listings, settle

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/"
PATHS = [
    f"{ROOT}{path}"
    for path in ("lowongan/", "lowongan/{code}/", "perusahaan/", "perusahaan/{licence_number}/", "kosakata/")
]
EXAMPLES, SEED = 60, 20261128
# The client in this process does not unpack.
AS_IT_IS = {"Accept-Encoding": "identity"}


@pytest.fixture
def world() -> dict[str, str]:
    """Listings in every standing, and companies and a government body; the codes of the listings by their standing."""
    cache.process_copies.clear()
    many_listings(40, seed=20261122)
    source = SourceFactory(url="https://kp2mi.go.id/x", published="2026-01")
    standings = {name: legal_listing() for name in ("draft", "review")}
    standings |= {name: published_listing() for name in ("public", "ended", "held", "closed", "gone")}
    real = AgencyFactory(example=False, source=source)
    standings["real"] = published_listing(
        job_order__agency=real, example=False, source=source, wage_max=25000, maximum_age=45, benefits=["meals"]
    )
    services.send_to_review(standings["review"])
    services.hold(standings["held"], reason="x")
    services.close(standings["closed"])
    JobListing.objects.filter(pk=standings["ended"].pk).update(closing_date=day(-1))
    JobListing.objects.filter(pk=standings["gone"].pk).update(
        closing_date=day(-200), public_until=day(-200), first_public_at=timezone.now() - dt.timedelta(days=300)
    )
    AgencyFactory(kind=Agency.Kind.GOVERNMENT, licence_number="BADAN", valid_from=None, valid_until=None)
    services.set_agency_status(real, "suspended", day(-9), source=source)
    services.set_agency_status(real, "active", day(-1))
    AgencyContact.objects.create(agency=real, kind="phone", value="021 123 4567")
    settle()
    return {name: listing.code for name, listing in standings.items()}


@pytest.fixture
def published(world: dict[str, str]) -> Iterator[Any]:
    """The document as a program reads it, and the site behind it, in the transaction of the test."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield from_wsgi(f"{ROOT}openapi.json", wsgi.application, config=SchemathesisConfig(seed=SEED))
    for signal in signals:
        signal.connect(close_old_connections)


@schemathesis.check
def for_everybody(context: Any, response: Any, case: Any) -> None:
    """No cookie, nothing that depends on one, and any site may read it."""
    assert "set-cookie" not in response.headers
    assert "cookie" not in "".join(response.headers.get("vary", [])).lower()
    assert response.headers["access-control-allow-origin"] == ["*"]


def valid(case: Any, response: Any) -> None:
    """Every check of schemathesis, and ours. What no schema can say, the document says in words: ``q`` holds a word."""
    words = clean(str((case.query or {}).get("q", "word")))
    question = read(words, JOB)
    if question_terms(words) and not (question.cut or question.charges or question.others):
        case.validate_response(response)
    else:
        assert response.status_code == 400
        case.validate_response(response, excluded_checks=[positive_data_acceptance])


def every_request(operation: Any, judge: Any) -> None:
    """Valid and broken requests, and the limits of every value. The fixture of the plugin does not know this pytest."""
    load_all_checks()
    build_operation_test(
        config=operation.schema.config,
        operation=operation,
        test_func=settings(
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )(judge),
        given_kwargs={},
        feedback=FeedbackSources(),
    )()


@pytest.mark.parametrize("path", PATHS)
def test_no_request_breaks_the_document(path: str, published: Any) -> None:
    seen: Counter[int] = Counter()

    def judge(case: Any) -> None:
        response = case.call(headers=AS_IT_IS)
        seen[response.status_code] += 1
        valid(case, response)

    every_request(published[path]["GET"], judge)
    # What was sent came past the door, and not all of it.
    assert seen[400] >= 30, seen
    assert seen[404 if "{" in path else 200] >= 5, seen
    assert seen[405] >= 5, seen


# What the site answers for each listing of the world.
ANSWERS = {
    "public": 200, "real": 200, "ended": 410, "held": 410, "closed": 410, "gone": 410, "draft": 404, "review": 404,
}  # fmt: skip


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_standing_is_answered_as_the_document_says(language: str, world: dict[str, str], published: Any) -> None:
    operation = published[f"{ROOT}lowongan/{{code}}/"]["GET"]
    assert ANSWERS.keys() == world.keys()
    for name, code in world.items():
        case = operation.Case(path_parameters={"code": code}, query={"lang": language})
        assert case.call_and_validate(headers=AS_IT_IS).status_code == ANSWERS[name], name
    for listing in JobListing.objects.public():
        case = operation.Case(path_parameters={"code": listing.code}, query={"lang": language})
        assert case.call_and_validate(headers=AS_IT_IS).status_code == 200


def test_every_agency_is_answered_as_the_document_says(published: Any) -> None:
    operation = published[f"{ROOT}perusahaan/{{licence_number}}/"]["GET"]
    numbers = list(Agency.objects.values_list("licence_number", flat=True))
    assert any("/" in number for number in numbers)
    for number in numbers:
        case = operation.Case(path_parameters={"licence_number": number}, query={})
        assert case.call_and_validate(headers=AS_IT_IS).status_code == 200, number


def test_the_document_is_a_valid_one_and_describes_every_address(world: dict[str, str]) -> None:
    with GENERATOR_STATS.silence():
        found = document()
    assert not GENERATOR_STATS  # neither a warning nor an error of the generator
    validate_schema(found)
    assert list(found["paths"]) == PATHS
    for path, methods in found["paths"].items():
        assert list(methods) == ["get"]
        assert "security" not in methods["get"]
        assert all(parameter.get("description") for parameter in methods["get"]["parameters"]), path


def test_a_broken_promise_is_found(published: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that cannot fail proves nothing: a missing field, an undeclared status, a cookie."""
    operation = published[f"{ROOT}kosakata/"]["GET"]
    answer = HttpResponse.__init__

    def with_cookie(self: HttpResponse, *args: Any, **kwargs: Any) -> None:
        answer(self, *args, **kwargs)
        self.set_cookie("a", "b")

    ways: tuple[tuple[Any, str, Any], ...] = (
        (serializers.LabelsSerializer, "to_representation", lambda self, row: {"code": "x"}),
        (
            views.Vocabularies,
            "get",
            lambda self, request: HttpResponse("{}", content_type="application/json", status=201),
        ),
        (HttpResponse, "__init__", with_cookie),
    )
    for place, name, broken in ways:
        cache.process_copies.clear()
        settle()
        with monkeypatch.context() as patch:
            patch.setattr(place, name, broken)
            with pytest.raises((FailureGroup, AssertionError)):
                operation.Case(query={}).call_and_validate(headers=AS_IT_IS)
