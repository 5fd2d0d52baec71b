"""Requests that no page of the CMS sends: a page of ours says that they are bad, or that nothing is there; never a 500."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from wagtail.models import Locale, Page
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from content.core.models import StandardPage
from content.registers.models import Channel
from portal.middleware import BareRequestMiddleware
from tests.staff import SignedIn

pytestmark = [
    pytest.mark.django_db(databases=["default", "reports"]),
    # The tool's own report counts rows without an order.
    pytest.mark.filterwarnings("ignore::django.core.paginator.UnorderedObjectListWarning"),
]

TOOL = "/akun/cms/localize/"
ROLES = ("admin", "editor", "translator")
METHODS = ("GET", "POST", "PUT", "DELETE")


@pytest.fixture
def translation(homes: dict, sapa: Channel) -> Translation:
    """A page with a draft in English, one of whose two strings is translated."""
    page = homes["id"].add_child(instance=StandardPage(title="Tentang", slug="tentang", summary="Satu kalimat."))
    page.save_revision().publish()
    source, _made = TranslationSource.get_or_create_from_instance(page)
    made = Translation.objects.create(source=source, target_locale=homes["en"].locale)
    segment = source.stringsegment_set.first()
    StringTranslation.objects.create(
        translation_of=segment.string, context=segment.context, locale=made.target_locale, data="About"
    )
    made.save_target(publish=False)
    return made


def _walk(resolver: URLResolver, before: str = "/") -> Iterator[str]:
    for entry in resolver.url_patterns:
        address = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield address
        elif TOOL.startswith(address) or address.startswith(TOOL):
            yield from _walk(entry, address)


def _values(translation: Translation) -> dict[str, list[Any]]:
    pages = Page.objects.filter(translation_key=translation.source.object_id).values_list("pk", flat=True)
    segments = translation.source.stringsegment_set.values_list("pk", flat=True)
    overridable = translation.source.overridablesegment_set.values_list("pk", flat=True)
    return {
        "translation_id": [translation.pk, 99_999],
        "translation_source_id": [translation.source_id, 99_999],
        "page_id": [1, *pages, 99_999],
        "string_segment_id": [*segments, 99_999],
        "overridable_segment_id": [*overridable, 99_999],
        "app_label": ["jobs", "core", "tidak"],
        "model_name": ["joblisting", "standardpage", "tidak"],
        "pk": [1, "x"],
        "mode": ["form", "x"],
    }


def _addresses(translation: Translation) -> list[str]:
    values, found = _values(translation), []
    for template in _walk(get_resolver()):
        if not template.startswith(TOOL):
            continue
        names = re.findall(r"<(?:\w+:)?(\w+)>", template)
        for chosen in product(*(values[name] for name in names)):
            address = template
            for value in chosen:
                address = re.sub(r"<[^>]+>", str(value), address, count=1)
            found.append(address)
    return found


def _is_a_page(answer: Any) -> bool:
    """Words for people, in the language of the CMS: ours, or its own page for an address that is not there."""
    return re.search(r'<html[^>]* lang="id', answer.content.decode()) is not None


def _ask_all(client: Client, translation: Translation) -> list[str]:
    client.raise_request_exception = False
    problems = []
    for address, method in product(_addresses(translation), METHODS):
        answer = client.generic(method, address, b"", "application/x-www-form-urlencoded")
        for_scripts = answer.get("Content-Type") == "application/json" or not answer.content
        if answer.status_code >= 500 or (
            answer.status_code in (400, 404) and not for_scripts and not _is_a_page(answer)
        ):
            problems.append(f"{method} {address}: {answer.status_code}")
    return problems


def test_the_walk_finds_the_tool(translation: Translation) -> None:
    addresses = _addresses(translation)
    for part in ("submit/page/", "strings/", "overrides/", "pofile/upload/", "preview/", "api/snippets/", "update/"):
        assert any(part in address for address in addresses), part


@pytest.mark.parametrize("role", ROLES)
def test_the_translation_tool_answers_bare_requests(translation: Translation, signed_in: SignedIn, role: str) -> None:
    assert _ask_all(signed_in(role), translation) == []


def test_the_translation_tool_answers_for_a_page_that_is_not_there(
    translation: Translation, signed_in: SignedIn
) -> None:
    """A translation is a row of its own: its page may not be made yet."""
    other = Locale.objects.get(language_code="jv")
    made = Translation.objects.create(source=translation.source, target_locale=other)
    assert _ask_all(signed_in("editor"), made) == []
    assert signed_in("editor").get(f"{TOOL}translate/{made.pk}/preview/").status_code == 404


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff\xfe",
        b'msgid ""\nmsgstr ""\n',
        b'msgid "x\n',
        b'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=klingon\\n"\n',
    ],
    ids=["empty", "bytes", "no header", "broken", "unknown charset"],
)
def test_a_file_that_is_no_translation_is_refused(
    translation: Translation, signed_in: SignedIn, content: bytes
) -> None:
    client = signed_in("translator")
    client.raise_request_exception = False
    file = SimpleUploadedFile("a.po", content)
    answer = client.post(f"{TOOL}translate/{translation.pk}/pofile/upload/", {"file": file})
    assert answer.status_code in (302, 400)
    assert StringTranslation.objects.count() == 1


@pytest.mark.parametrize(
    "address", ["api/snippets/jobs/joblisting/", "api/snippets/jobs/joblisting/1/", "api/snippets/core/x/"]
)
def test_the_list_of_snippets_is_not_offered(signed_in: SignedIn, address: str) -> None:
    assert signed_in("translator").get(TOOL + address).status_code == 404


def test_elsewhere_a_field_that_is_missing_is_a_bad_request(translation: Translation, signed_in: SignedIn) -> None:
    """The editor without its fields, the copy of a page without a place."""
    client = signed_in("editor")
    client.raise_request_exception = False
    page = StandardPage.objects.get(locale__language_code="id")
    for part in ("edit", "copy"):
        answer = client.post(f"/akun/cms/pages/{page.pk}/{part}/", {})
        assert answer.status_code == 400
        assert "tel:129" in answer.content.decode()


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("GET", "choose-page/chosen-multiple/?id=x"),
        ("GET", "images/chooser/chosen-multiple/?id=x"),
        ("GET", "source_chooser/chosen/x/"),
        ("GET", "bulk/wagtailcore/page/delete/?id=x"),
        ("POST", "choose-external-link/"),
        ("POST", "pages/{page}/edit/"),
    ],
)
def test_elsewhere_in_the_cms_too(
    translation: Translation, signed_in: SignedIn, caplog: Any, method: str, address: str
) -> None:
    client = signed_in("editor")
    client.raise_request_exception = False
    page = StandardPage.objects.get(locale__language_code="id")
    data = {"title": "Tentang", "slug": "tentang", "body-count": "x"} if "{page}" in address else {}
    asked = f"/akun/cms/{address.format(page=page.pk)}"
    answer = client.post(asked, data) if method == "POST" else client.get(asked)
    assert answer.status_code in (200, 302, 400, 404), answer.status_code
    if answer.status_code == 400:
        assert "tel:129" in answer.content.decode()
        assert any(record.exc_info for record in caplog.records)


@pytest.mark.parametrize(("address", "expected"), [("", None), ("?id=x", 400)])
@pytest.mark.parametrize("error", [ValueError, TypeError, KeyError, AttributeError, RecursionError])
def test_a_page_that_fails_by_itself_stays_a_failure(
    rf: Any, homes: dict, error: type[Exception], address: str, expected: int | None
) -> None:
    answer = BareRequestMiddleware(lambda _: None).process_exception(rf.get(f"/akun/cms/reports/{address}"), error("x"))
    assert (answer and answer.status_code) == expected


@pytest.mark.parametrize("rest", ["strings/{segment}/edit/", "overrides/5/edit/"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_browser_at_an_address_for_scripts_is_answered(
    translation: Translation, signed_in: SignedIn, method: str, rest: str
) -> None:
    client = signed_in("editor")
    client.raise_request_exception = False
    segment = translation.source.stringsegment_set.first().pk
    address = f"{TOOL}translate/{translation.pk}/{rest.format(segment=segment)}"
    answer = client.generic(method, address, headers={"Accept": "text/html"})
    assert answer.status_code < 500


@pytest.mark.parametrize("source", ["\u00b2", "x", "\u0663", "9" * 40])
def test_a_source_that_is_no_number_is_an_error_of_its_field(signed_in: SignedIn, sapa: Channel, source: str) -> None:
    client = signed_in("admin")
    client.raise_request_exception = False
    answer = client.post("/akun/cms/agency/new/", {"source": source, "kind": "company"})
    assert answer.status_code == 200
    assert "error-message" in answer.content.decode()
