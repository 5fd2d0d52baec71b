"""Downloads in the CMS: the list as it is filtered, in each format, for nobody but officers."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from content.jobs import importers
from content.jobs.models import Agency
from content.jobs.sheets import Format, parse
from tests.cms import listing_url
from tests.factories.jobs import AgencyFactory, JobOrderFactory, legal_listing, published_listing
from tests.staff import SignedIn

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("ending", list(Format), ids=str)
def test_the_list_is_downloaded_as_it_is_filtered(signed_in: SignedIn, ending: Format) -> None:
    officer = signed_in("job_officer")
    order = JobOrderFactory()
    published_listing(job_order=order, reference="A")
    legal_listing(job_order=order, reference="B")
    page = officer.get(listing_url("list") + "?status=published").content.decode()
    link = f"?status=published&amp;export={ending}"
    assert link in page
    answer = officer.get(listing_url("list") + link.replace("&amp;", "&"))
    assert answer["Content-Disposition"] == f'attachment; filename="lowongan.{ending}"'
    sheet = importers.parse(b"".join(answer.streaming_content))
    assert (sheet.format, [sheet.cell(row, "referensi") for row in sheet.rows]) == (ending, ["A"])
    assert importers.preview(sheet).unchanged == 1


def test_agencies_and_job_orders_are_downloaded_and_no_name_is_a_formula(signed_in: SignedIn) -> None:
    officer = signed_in("job_officer")
    AgencyFactory(legal_name='=HYPERLINK("http://evil.example")')
    order = JobOrderFactory(mission="KDEI Taipei", employer="@SUM(1)")
    for url, shown in ((reverse("agency:index"), "HYPERLINK"), (reverse("joborder:index"), "KDEI Taipei")):
        for ending in ("csv", "xlsx"):
            answer = officer.get(f"{url}?export={ending}")
            content = b"".join(answer.streaming_content)
            sheet = parse(content)
            assert shown in str(sheet.rows)
            if ending == "csv":
                cells = [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in row]
                assert not [cell for cell in cells if cell.startswith(("=", "@", "+", "-"))]
    assert order.number in str(sheet.rows)
    assert Agency.objects.count() == 2


@pytest.mark.parametrize("role", ["editor", "translator", "case_worker"])
def test_nobody_else_downloads_anything(signed_in: SignedIn, role: str) -> None:
    legal_listing()
    other: Client = signed_in(role)
    for url in (listing_url("list"), reverse("agency:index"), reverse("joborder:index")):
        answer: Any = other.get(f"{url}?export=csv")
        assert answer.status_code in (302, 403)
        assert "Disposition" not in str(answer.headers)
    for url in (reverse("importrun:template", args=["csv"]), reverse("importrun:add")):
        assert other.get(url).status_code in (302, 403)
