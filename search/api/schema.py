"""The OpenAPI document: what the views and serializers say of themselves, with the codes that are known today."""

from __future__ import annotations

from typing import Any

from django.urls import include, path
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse

from search.open_data import PROBLEM

from .addresses import ROOT
from .serializers import ProblemSerializer

REFUSALS = {
    400: "A parameter is unknown, given twice, empty or not understood; `detail` says which.",
    404: "There is nothing at this address, and never was, or the list has no such page.",
    410: "This was public and no longer is. Take it down.",
}


class Described(AutoSchema):
    """Reads parameters and refusals from the view, where they also rule the answers."""

    def get_operation_id(self) -> str:
        return self.view.operation_id

    def get_tags(self) -> list[str]:
        return [self.view.tag]

    def get_override_parameters(self) -> list[Any]:
        return []

    def get_response_serializers(self) -> Any:
        refused = {
            (status, PROBLEM): OpenApiResponse(ProblemSerializer, description=REFUSALS[status])
            for status in self.view.refusals
        }
        return {200: OpenApiResponse(self.view.serializer_class, description=self.view.answer), **refused}

    def _get_parameters(self) -> list[dict[str, Any]]:
        in_query = [
            {"name": one.name, "in": "query", "description": one.purpose, "schema": one.schema()}
            for one in self.view.parameters
        ]
        in_path = [{**one, "description": self.view.in_path} for one in super()._get_parameters()]
        return [*in_path, *in_query]


def document() -> dict[str, Any]:
    """The whole document. Read anew each time: destinations and schemes are rows that editors add."""
    from . import urls  # its views are described by this module

    return SchemaGenerator(patterns=[path(ROOT.lstrip("/"), include(urls))]).get_schema(request=None, public=True)
