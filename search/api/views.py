"""The answers of the API. Reading only: no session, no account, no form, and every listing through ``public(on)``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from rest_framework import serializers
from rest_framework.exceptions import APIException
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from content.jobs import rules, vocabulary
from content.jobs import selectors as jobs
from content.jobs.codes import is_well_formed
from content.jobs.models import number_validator
from content.jobs.selectors import Standing
from content.jobs.vocabulary import ContactKind
from content.registers import labels
from content.registers.models import CostComponent, Occupation, Vocabulary
from content.registers.selectors import registers
from search import forms, open_data
from search.engines import get_engine
from search.types import PER_PAGE, Facet, page_count

from . import addresses
from . import parameters as asked_for
from . import serializers as shapes
from .schema import Described, document


class JsonAlways(BaseContentNegotiation):
    """There is one form of an answer, whatever a client says it accepts."""

    def select_parser(self, request: Request, parsers: Any) -> None:
        return None

    def select_renderer(self, request: Request, renderers: Sequence[Any], format_suffix: Any = None) -> tuple[Any, str]:
        return renderers[0], renderers[0].media_type


class OpenView(APIView):
    """What is the same for every address of the API. A view says what may be asked and what it answers."""

    http_method_names = ["get", "head"]
    authentication_classes: Any = ()
    permission_classes: Any = ()
    throttle_classes: Any = ()
    parser_classes: Any = ()
    renderer_classes: Any = (JSONRenderer,)
    content_negotiation_class: Any = JsonAlways
    schema: Any = Described()

    operation_id = ""
    tag = ""
    answer = ""
    in_path = ""
    parameters: Sequence[asked_for.Parameter] = (asked_for.lang,)
    refusals: tuple[int, ...] = (400,)
    serializer_class: type[serializers.Serializer]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The answer, written in its language and with its tag."""
        wanted = request.GET.get(asked_for.LANGUAGE, "")
        with translation.override(wanted if wanted in settings.COMPLETE_LANGUAGES else settings.LANGUAGE_CODE):
            response = super().dispatch(request, *args, **kwargs)
            if isinstance(response, Response):
                response.render()
        return open_data.answered(request, response) if response.status_code == 200 else response

    def get_exception_handler(self) -> Any:
        return refusal

    def said(self, data: Mapping[str, Any]) -> Response:
        """The answer with the day for which it holds and what is to be shown beside it."""
        return Response(self.serializer_class({"notice": open_data.NOTICE, **data}).data)


def refusal(error: Exception, context: Any) -> HttpResponse | None:
    """A problem document for what a view refuses; a failure of ours goes on to the log."""
    if isinstance(error, Http404):
        return open_data.problem(404)
    if not isinstance(error, APIException):
        return None
    return open_data.problem(error.status_code, error.detail if error.status_code == 400 else "")


# --- listings ------------------------------------------------------------------------------------------------------


class Listings(OpenView):
    """The listings that are public today, filtered and searched with the words of the job list of the site."""

    operation_id, tag = "listings", "listings"
    answer = "A page of listings."
    parameters = (*asked_for.SEARCH, *asked_for.PAGING, asked_for.lang)
    refusals = (400, 404)
    serializer_class = shapes.ListingsSerializer

    def get(self, request: Request) -> HttpResponse:
        on = timezone.localdate()
        query = asked_for.query_of(request.GET)
        results = get_engine().search_jobs(query, on)
        if query.page > results.pages:
            return open_data.page_missing(query.page, results.pages)
        found = {"facets": facets(results.facets), "listings": jobs.listings(results.ids, on)}
        return self.said({**page(request, "lowongan/", on, results.total, results.page, results.pages), **found})


def facets(held: Mapping[str, Facet]) -> dict[str, dict[str, int]]:
    """The counts in the words of the address."""
    return {
        forms.PARAMETERS[name]: {forms.sent(option.value): option.count for option in facet.options}
        for name, facet in held.items()
    }


class Listing(OpenView):
    """One listing by its code, with every rule that lets it stand here."""

    operation_id, tag = "listing", "listings"
    answer = "The listing, which is public today."
    in_path = "The code of the listing: eight signs, the last one checks the others."
    refusals = (400, 404, 410)
    serializer_class = shapes.OneListingSerializer

    def get(self, request: Request, code: str) -> HttpResponse:
        asked_for.read(request.GET, self.parameters)
        on = timezone.localdate()
        found = jobs.find(code, on) if is_well_formed(code) else None
        if found is None:
            if jobs.was_deleted(code):
                return open_data.problem(410, ended(Standing.GONE))
            raise Http404
        held, standing = found
        if standing is not Standing.PUBLIC:
            return open_data.problem(410, ended(standing))
        outcomes = rules.check(held, ground=rules.Ground.of_public(held, on))
        if not all(outcome.ok for outcome in outcomes):
            return open_data.problem(410, ended(standing))
        return self.said(
            {"on": on, "listing": held, "rules": [jobs.reason(one) for one in outcomes if not one.rule.waits]}
        )


def ended(standing: Standing) -> str:
    """Why a listing is not given: no more than its page says (DECISIONS 34)."""
    if standing is Standing.HELD:
        return _(
            "Somebody is looking into this listing. That says nothing against the company; until it is decided, nobody"
            " should apply or pay."
        )
    return _("No longer on offer")


# --- agencies ------------------------------------------------------------------------------------------------------


class Agencies(OpenView):
    """The companies and government bodies that place workers, as they are recorded here, by name."""

    operation_id, tag = "agencies", "agencies"
    answer = "A page of agencies."
    parameters = (*asked_for.PAGING, asked_for.lang)
    refusals = (400, 404)
    serializer_class = shapes.AgenciesSerializer

    def get(self, request: Request) -> HttpResponse:
        held = asked_for.read(request.GET, self.parameters)
        number, most = int(held.get(forms.PAGE, 1)), int(held.get(asked_for.LIMIT, PER_PAGE))
        found = jobs.agencies()
        total = found.count()
        last = page_count(total, most)
        if number > last:
            return open_data.page_missing(number, last)
        shown = found[(number - 1) * most : number * most]
        return self.said({**page(request, "perusahaan/", timezone.localdate(), total, number, last), "agencies": shown})


class Agency(OpenView):
    """One agency by its licence number, with what the rules say of its licence and standing today."""

    operation_id, tag = "agency", "agencies"
    answer = "The agency."
    in_path = "The licence number as it is written; its slashes as they are, or as `%2F`."
    refusals = (400, 404)
    serializer_class = shapes.OneAgencySerializer

    def get(self, request: Request, licence_number: str) -> HttpResponse:
        asked_for.read(request.GET, self.parameters)
        try:
            number_validator(licence_number)  # a database refuses some signs with an error of its own
        except ValidationError:
            raise Http404 from None
        found = jobs.agencies().filter(licence_number=licence_number).first()
        if found is None:
            raise Http404
        on = timezone.localdate()
        return self.said({"on": on, "agency": found, "standing": rules.of_agency(found, on)})


def page(request: Request, path: str, on: dt.date, total: int, number: int, last: int) -> dict[str, Any]:
    """Where this page of a list stands, and the ways to its neighbours."""
    given = request.GET.dict()
    return {
        "on": on,
        "total": total,
        "page": number,
        "pages": last,
        "next": addresses.page(path, given, number + 1) if number < last else None,
        "previous": addresses.page(path, given, number - 1) if number > 1 else None,
    }


# --- vocabularies and the document ---------------------------------------------------------------------------------


class Vocabularies(OpenView):
    """Every list of codes that occurs in the data, with labels in every complete language."""

    operation_id, tag = "vocabularies", "vocabularies"
    answer = "The vocabularies."
    serializer_class = shapes.VocabulariesSerializer

    def get(self, request: Request) -> HttpResponse:
        asked_for.read(request.GET, self.parameters)
        held = registers()
        occupations = Occupation.objects.select_related("work")
        return self.said(
            {
                "countries": [_labelled(code, labels.country_name) for code in sorted(held.destinations)],
                "occupations": [
                    _row(row) | {"work": row.work.code, "zero_cost": row.zero_cost, "verified": row.verified}
                    for row in occupations
                ],
                "work_groups": [_row(row) for row in held.works.values()],
                "schemes": [_row(row) for row in held.schemes.values()],
                "education": _codes(vocabulary.Education),
                "requirements": _codes(vocabulary.Requirement),
                "benefits": _codes(vocabulary.Benefit),
                "cost_components": [
                    _row(row) | {"free_by_law": row.free_by_law} for row in CostComponent.objects.all()
                ],
                "payers": _codes(vocabulary.Payer),
                "moments": _codes(vocabulary.Moment),
                "wage_periods": _codes(vocabulary.WagePeriod),
                "agency_kinds": _codes(vocabulary.AgencyKind),
                "agency_statuses": _codes(vocabulary.AgencyStanding),
                "contact_kinds": [one for one in _codes(ContactKind) if one["code"] != ContactKind.ACCOUNT],
            }
        )


def _labelled(code: str, label: Any) -> dict[str, Any]:
    return {"code": code, "labels": {language: label(code, language) for language in settings.COMPLETE_LANGUAGES}}


def _row(row: Vocabulary) -> dict[str, Any]:
    return _labelled(row.code, lambda code, language: row.name.text(language))


def _codes(held: type[TextChoices]) -> list[dict[str, Any]]:
    def label(code: str, language: str) -> str:
        with translation.override(language):
            return str(held(code).label)

    return [_labelled(code, label) for code in held.values]


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The document that describes all this."""
    return open_data.answered(request, JsonResponse(document(), json_dumps_params={"ensure_ascii": False}))
