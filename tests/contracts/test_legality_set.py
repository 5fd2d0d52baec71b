"""120 illegal listings and 120 legal ones over the shipped registers, on every path of an officer and past them all.

Each illegal one is refused by the sentence of the rule it breaks, and written past the services it is in no place where a
reader or a machine looks; of the legal ones none is refused or hidden.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from content.jobs import import_runs, importers, selectors, services
from content.jobs.importers import parse
from content.jobs.models import Agency, ImportRun, JobListing
from content.registers import generation, seeding
from content.registers.models import Destination, Source
from search import indexing
from tests.cms import form_of
from tests.contracts import legality_set
from tests.factories.job_files import content

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def registers() -> Iterator[None]:
    """The registers as they are shipped, and no page of another test."""
    seeding.load(seeding.read())
    Destination.objects.create(country=legality_set.NO_RULE)
    generation.replace()
    yield
    # What was read of them is nobody else's.
    generation.replace()


@pytest.fixture
def officer(client: Client, django_user_model: Any) -> Client:
    client.force_login(django_user_model.objects.create_superuser(email="petugas@contoh.example", password="x"))
    return client


def both() -> tuple[list[legality_set.Case], list[legality_set.Case]]:
    legal, illegal = legality_set.legal_cases(), legality_set.illegal_cases()
    assert (len(legal), len(illegal)) == (legality_set.SIZE, legality_set.SIZE) == (120, 120)
    assert {case.rule for case in illegal} >= {
        "LIC-1", "LIC-2", "SCH-1", "ORD-1", "DEST-1", "DEST-2", "AGE-1", "COST-1", "COST-2", "DATE-1",
    }  # fmt: skip
    return legal, illegal


def published() -> set[str]:
    """Who is public, but for those that took the places of another one."""
    return {row.reference for row in JobListing.objects.public() if not row.reference.endswith(legality_set.TAKER)}


def wrongly(cases: list[legality_set.Case], said: Callable[[legality_set.Case], str]) -> list[str]:
    """The cases of which ``said`` does not name the rule that they break."""
    return [f"{case.name}: {said(case)}" for case in cases if f"{case.rule} " not in said(case)]


def test_the_publish_service() -> None:
    legal, illegal = both()
    rows = legality_set.write(legal) | legality_set.write(illegal)
    result = services.publish_many([row.pk for row in rows.values()])
    refused = {listing.reference: str(found) for listing, found in result.refused}
    assert result.done == len(legal)
    assert set(refused) == {case.reference for case in illegal}
    assert wrongly(illegal, lambda case: refused[case.reference]) == []
    assert published() == {case.reference for case in legal}


def test_the_bulk_act(officer: Client) -> None:
    legal, illegal = both()
    rows = legality_set.write(legal) | legality_set.write(illegal)
    chosen = "&".join(f"id={row.pk}" for row in rows.values())
    url = f"/akun/cms/bulk/jobs/joblisting/publish/?{chosen}&next=/akun/cms/"
    asked = officer.get(url).content.decode()
    parts = {match[1]: match[0] for match in re.findall(r"(((?:X|L)-\d{3}\)).*?)(?=<li><a|$)", asked, re.DOTALL)}
    assert wrongly(illegal, lambda case: parts[f"{case.reference})"]) == []
    assert [case.name for case in legal if "✗" in parts[f"{case.reference})"]] == []
    officer.post(url)
    assert published() == {case.reference for case in legal}


def test_the_form(django_user_model: Any) -> None:
    """The form of the CMS itself; ``test_legality`` sends each kind of breach through its pages as well."""
    legal, illegal = both()
    user = django_user_model.objects.create_superuser(email="petugas@contoh.example", password="x")
    form_class = JobListing.snippet_viewset.get_edit_handler().get_form_class()
    rows = legality_set.write(legal) | legality_set.write(illegal)
    said = {}
    for reference, listing in rows.items():
        asked = form_class(instance=JobListing.objects.get(pk=listing.pk), for_user=user)
        html = f"<form>{asked.as_p()}{''.join(map(str, asked.formsets.values()))}</form>"
        form = form_class(
            QueryDict(urlencode({**form_of(html.encode()), "then": "publish"}, doseq=True)),
            instance=asked.instance,
            for_user=user,
        )
        if form.is_valid():
            form.save()
        said[reference] = str(form.errors)
    assert wrongly(illegal, lambda case: said[case.reference]) == []
    assert published() == {case.reference for case in legal}


def test_the_import() -> None:
    legal, illegal = both()
    # What is written once the rows stand is a matter of rows, not of a file.
    illegal = [case for case in illegal if case.also is None]
    legality_set.ground_only([*legal, *illegal])
    file = content(*(legality_set.cells(case) for case in (*legal, *illegal)))
    sheet = parse(file)
    preview = importers.preview(sheet, publish=True)
    assert (preview.new, preview.refused) == (len(legal), len(illegal))
    reasons: dict[int, str] = {}
    for problem in preview.problems:
        reasons[problem.row] = f"{reasons.get(problem.row, '')} {problem.reason}"
    number = {case.reference: row for row, case in enumerate((*legal, *illegal), 2)}
    assert wrongly(illegal, lambda case: reasons[number[case.reference]]) == []
    run, _preview = import_runs.prepare(file, "set.csv", None, True)
    import_runs.apply(run)
    assert ImportRun.objects.get().created == len(legal)
    assert published() == {case.reference for case in legal}


def _pages(path: str) -> str:
    """All pages of a list as one text."""
    browser, found, number = Client(), "", 1
    while True:
        sign = "&" if "?" in path else "?"
        page = browser.get(f"{path}{sign}hal={number}").content.decode()
        found += page
        if f"hal={number + 1}" not in page:
            return found
        number += 1


def test_written_past_every_path(monkeypatch: pytest.MonkeyPatch) -> None:
    legal, illegal = both()
    now = timezone.now()
    copies = {"status": "published", "first_public_at": now, "public_from": now.date(), "public_until": now.date()}
    rows = legality_set.write(legal, **copies) | legality_set.write(illegal, **copies)
    indexing.refresh("job", [row.pk for row in rows.values()])
    generation.replace()
    shown = {
        "list": _pages("/id/lowongan/"),
        "list in English": _pages("/en/lowongan/"),
        "cards": str(selectors.cards([row.pk for row in rows.values()])),
        "API": _pages("/api/v1/lowongan/?limit=100"),
    }
    partly = {
        "search by words": _pages("/id/lowongan/?q=operator"),
        "search by a filter": _pages("/id/lowongan/?negara=TW"),
        "search of the header": _pages("/id/cari/?q=perawat"),
        "front page": Client().get("/id/").content.decode(),
        "API by words": _pages("/api/v1/lowongan/?q=operator&lang=en"),
        "feed": Client().get("/id/lowongan/umpan.atom").content.decode(),
        "JSON feed of a search": Client().get("/en/lowongan/umpan.json?negara=TW").content.decode(),
        "agencies of the API": _pages("/api/v1/perusahaan/?limit=100"),
    }
    # Examples are never announced; the same rows without their mark are, on an official site.
    for model in (Agency, JobListing):
        model.objects.update(example=False, source=Source.objects.all()[0])
    monkeypatch.setattr("portal.sitemaps.is_official", lambda request: True)
    shown["sitemap"] = Client().get("/sitemap.xml").content.decode()
    for name, text in shown.items():
        assert [case.reference for case in legal if rows[case.reference].code not in text] == [], name
    for name, text in (shown | partly).items():
        assert [case.name for case in illegal if rows[case.reference].code in text] == [], name
    browser = Client()
    for case in illegal:
        page = browser.get(f"/id/lowongan/{rows[case.reference].code}/")
        assert "JobPosting" not in page.content.decode()
        assert page.status_code in (404, 410) or 'class="tag x"' in page.content.decode(), case.name
        assert browser.get(f"/id/lowongan/{rows[case.reference].code}/slip/").status_code != 200, case.name
        assert browser.get(f"/api/v1/lowongan/{rows[case.reference].code}/").status_code in (404, 410), case.name
    for case in legal:
        page = browser.get(f"/id/lowongan/{rows[case.reference].code}/")
        assert page.status_code == 200
        assert 'class="tag x"' not in page.content.decode(), case.number
        assert browser.get(f"/id/lowongan/{rows[case.reference].code}/slip/").status_code == 200, case.number
        assert browser.get(f"/api/v1/lowongan/{rows[case.reference].code}/").status_code == 200, case.number
