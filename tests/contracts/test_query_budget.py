"""How many queries a reader costs (must show 9, DECISIONS 11): none from the cache, twelve at most without it at any depth
and at ten times the content, thirty in a process that has just started."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connections
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale, Site

from content.education.models import TopicPage
from content.jobs.codes import new_code
from content.jobs.models import CostLine, JobListing, JobOrder
from content.registers import generation
from portal import cache
from search import indexing
from tests.public_templates import STATES, State
from tests.walkers import ClientWalker

pytestmark = [
    pytest.mark.demo,
    pytest.mark.django_db(databases=["default", "reports"]),
    pytest.mark.usefixtures("demo_database"),
    pytest.mark.xdist_group("adversarial"),
]

# The first answer of a process reads the registers (19), then what every other answer reads. A search asks the rules of its hits
# in a statement of its own, once (search.engines.listed).
WARM, COLD = 12, 31
# Any parameter that is not ours: the page cache is passed by (DECISIONS 8).
UNCACHED = "segar=1"
# What people type or answer is never kept.
TYPED = {"filtered", "link typed", "empty", "error", "person", "papers", "old code", "groups", "distress", "answered"}
ANSWERED = {"guides/plan.html", "guides/plan_details.html", "guides/plan_ticks.html"}
# What is scanned neither: anybody could fill the cache.
SCANNED = {"as printed", "altered", "unreadable"}
PAGES = [state for state in STATES if state.site == "demo" and not state.template.startswith("vault/")]
KEPT = [
    state
    for state in PAGES
    if state.template not in {"error.html", *ANSWERED}
    and state.name not in TYPED | SCANNED
    and str(state) != "search/everything.html: normal"
]


class Counted:
    """The queries of all databases inside a ``with`` block."""

    def __enter__(self) -> Counted:
        self._stack = ExitStack()
        self._held = [self._stack.enter_context(CaptureQueriesContext(connections[alias])) for alias in connections]
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    @property
    def queries(self) -> list[str]:
        return [query["sql"][:300] for held in self._held for query in held.captured_queries]


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Nothing is known yet: page cache, registers, tree, content types."""
    forget()
    yield
    forget()


def forget() -> None:
    cache.process_copies.clear()
    generation.replace()
    for clear in (
        ContentType.objects.clear_cache,
        Site.clear_site_root_paths_cache,
        getattr(Locale, "clear_cache", None),
    ):
        if clear is not None:
            clear()


def address_of(state: State, language: str) -> str:
    """Where the state stands."""
    walker = ClientWalker(language)
    state.way(walker)
    return walker.address


def count(address: str) -> list[str]:
    with Counted() as counted:
        response = Client().get(address)
    assert response.status_code in (200, 404), (address, response.status_code)
    return counted.queries


def uncached(address: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{UNCACHED}"


@pytest.mark.parametrize("language", ["id", "en", "jv"])
@pytest.mark.parametrize("state", PAGES, ids=str)
def test_a_page_costs_few_queries(state: State, language: str) -> None:
    address = address_of(state, language)
    forget()
    cold = count(uncached(address))
    assert len(cold) <= COLD, "\n".join(cold)
    warm = count(uncached(address))
    assert len(warm) <= WARM, "\n".join(warm)


# What programs read. The API refuses a parameter that is not its own, so the page cache is passed by with one that is.
PROGRAMS = (
    "/api/v1/lowongan/?lang=en",
    "/api/v1/lowongan/?lang=en&limit=100&urut=baru",
    "/api/v1/lowongan/?lang=en&q=pengasuh&negara=TW",
    "/api/v1/lowongan/{code}/?lang=en",
    "/api/v1/perusahaan/?lang=en",
    "/api/v1/perusahaan/CONTOH/SIP3MI/008/?lang=en",
    "/api/v1/kosakata/?lang=en",
    "/api/v1/openapi.json?segar=1",
    "/id/lowongan/umpan.atom?segar=1",
    "/en/lowongan/umpan.json?q=kerja",
)


@pytest.mark.parametrize("address", PROGRAMS)
def test_an_answer_to_a_program_costs_few_queries(address: str) -> None:
    address = address.format(code=JobListing.objects.public().values_list("code", flat=True)[0])
    forget()
    cold = count(address)
    assert len(cold) <= COLD, "\n".join(cold)
    warm = count(address)
    assert len(warm) <= WARM, "\n".join(warm)


@pytest.mark.parametrize("state", KEPT, ids=str)
def test_a_cached_page_costs_none(state: State) -> None:
    address = address_of(state, "id")
    count(address)
    assert count(address) == []


def test_the_count_sees_queries() -> None:
    with Counted() as counted:
        JobListing.objects.exists()
    assert len(counted.queries) == 1


def test_ten_times_the_articles_cost_no_query_more() -> None:
    topic = TopicPage.objects.get(slug="perdagangan-orang", locale__language_code="id")
    address = "/id/pendidikan/perdagangan-orang/"
    before = warm(uncached(address))
    for article in list(topic.get_children()):
        for number in range(9):
            article.specific.copy(
                to=topic, update_attrs={"slug": f"{article.slug}-{number}"}, copy_revisions=False, log_action=None
            )
    after = warm(uncached(address))
    assert after <= before
    assert len(count(uncached(f"{address}cara-perekrut-bekerja-3/"))) <= WARM


def multiply_listings(times: int) -> None:
    """Every listing ``times`` over, with orders large enough for all and every document in the index."""
    before = JobListing.objects.public().count()
    JobOrder.objects.update(places=F("places") * times)
    listings = list(JobListing.objects.prefetch_related("cost_lines"))
    for number in range(1, times):
        for listing in listings:
            lines = list(listing.cost_lines.all())
            listing.pk, listing.code, listing.reference = None, new_code(), f"{listing.reference[:50]}-{number}"
            JobListing.objects.bulk_create([listing])
            for line in lines:
                line.pk, line.listing = None, listing
            CostLine.objects.bulk_create(lines)
    indexing.rebuild()
    assert JobListing.objects.public().count() == times * before


def test_ten_times_the_listings_cost_no_query_more() -> None:
    addresses = (
        "/id/lowongan/",
        "/id/lowongan/?q=pengasuh&negara=TW",
        "/id/lowongan/?q=astronot",
        "/id/cari/?q=kerja",
        "/id/",
    )
    programs = [address for address in PROGRAMS if "{" not in address]

    def counted() -> dict[str, int]:
        pages = {address: warm(uncached(address)) for address in addresses}
        return pages | {address: warm(address) for address in programs}

    before = counted()
    multiply_listings(10)
    after = counted()
    assert {address: number for address, number in after.items() if number > before[address]} == {}
    assert max(after.values()) <= WARM


def warm(address: str) -> int:
    """Queries of ``address``, which is not kept, in a process that has answered it once."""
    forget()
    return [len(count(address)) for _again in range(2)][-1]
