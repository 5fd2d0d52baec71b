"""A campaign: its banner comes and goes by the clock, without anybody doing anything."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.test import Client

from content.education import examples
from content.education.forms import CampaignForm
from content.education.models import CampaignIndexPage, CampaignPage, EducationIndexPage
from content.registers import generation, seeding
from content.registers.models import Region
from portal import cache
from tests.portal.admin_forms import page_form
from tests.site import World
from tests.staff import SignedIn

pytestmark = pytest.mark.django_db(databases=["default", "reports"])
FIRST, LAST = dt.date(2026, 12, 1), dt.date(2026, 12, 10)


@pytest.fixture
def room(site: World) -> CampaignIndexPage:
    Region.objects.create(code="35", name="Jawa Timur")
    Region.objects.create(code="35.08", name="Lumajang", province_id="35")
    index = site.homes["id"].add_child(instance=EducationIndexPage(title="Pendidikan", slug="pendidikan"))
    made = index.add_child(instance=CampaignIndexPage(title="Kampanye", slug="kampanye"))
    generation.replace()
    return made


def campaign(room: CampaignIndexPage, **values: object) -> CampaignPage:
    given = {
        "title": "Periksa dulu",
        "slug": "periksa",
        "banner": "Periksa dulu!",
        "starts_on": FIRST,
        "ends_on": LAST,
        **values,
    }
    page = room.add_child(instance=CampaignPage(**given))
    generation.replace()
    return page


def banners(client: Client, address: str = "/id/") -> list[str]:
    """What the banners say, asked as any reader asks: through the page cache."""
    cache.process_copies.clear()
    page = BeautifulSoup(client.get(address).content, "html5lib")
    return [" ".join(one.text.split()) for one in page.select('main aside[aria-label="Kampanye"]')]


@pytest.mark.parametrize(
    ("moment", "seen"),
    [
        ("2026-11-30 23:59:30", False),
        ("2026-12-01 00:00:30", True),
        ("2026-12-10 23:59:30", True),
        ("2026-12-11 00:00:30", False),
    ],
)
def test_both_days_are_inclusive_in_the_time_of_the_site(
    room: CampaignIndexPage, client: Client, moment: str, seen: bool
) -> None:
    campaign(room)
    with time_machine.travel(dt.datetime.fromisoformat(f"{moment}+07:00"), tick=False):
        assert bool(banners(client)) is seen


def test_it_comes_and_goes_while_pages_are_in_the_cache(room: CampaignIndexPage, client: Client) -> None:
    """No job, no save, no new generation: only the clock moves."""
    campaign(room)
    seen = []
    for day in ("2026-11-30", "2026-12-01", "2026-12-10", "2026-12-11"):
        with time_machine.travel(dt.datetime.fromisoformat(f"{day} 12:00+07:00"), tick=False):
            seen.append(bool(banners(client)))
            assert bool(banners(client)) is seen[-1]  # now from the cache
    assert seen == [False, True, True, False]


@pytest.mark.parametrize("address", ["/id/", "/id/pendidikan/"])
@time_machine.travel("2026-12-05 12:00+07:00", tick=False)
def test_the_banner_says_until_when_and_where(room: CampaignIndexPage, client: Client, address: str) -> None:
    campaign(room, regions="35.08")
    assert banners(client, address) == ["Periksa dulu!sampai 10 Desember 2026 · Lumajang"]


@pytest.mark.parametrize("address", ["/id/", "/id/pendidikan/"])
@time_machine.travel("2026-12-05 12:00+07:00", tick=False)
def test_an_invented_campaign_says_so_in_its_banner(room: CampaignIndexPage, client: Client, address: str) -> None:
    campaign(room, example=True)
    assert banners(client, address) == ["Contoh Periksa dulu!sampai 10 Desember 2026"]


@time_machine.travel("2026-12-05 12:00+07:00", tick=False)
def test_the_room_sorts_by_where_they_stand(room: CampaignIndexPage, client: Client) -> None:
    day = dt.timedelta(days=1)
    campaign(room, slug="lalu", title="Lalu", starts_on=FIRST - 9 * day, ends_on=FIRST - day)
    campaign(room, slug="nanti", title="Nanti", starts_on=LAST, ends_on=LAST)
    campaign(room)
    page = BeautifulSoup(client.get("/id/pendidikan/kampanye/").content, "html5lib")
    assert [one.text for one in page.select("main h2, main h3")][:6] == [
        "Sedang berjalan", "Periksa dulu", "Akan datang", "Nanti", "Selesai", "Lalu",
    ]  # fmt: skip
    over = BeautifulSoup(client.get("/id/pendidikan/kampanye/lalu/").content, "html5lib")
    assert over.select_one("main .tag").text == "Selesai"


def test_it_does_not_end_before_it_begins(room: CampaignIndexPage) -> None:
    with pytest.raises(ValidationError, match="hari pertama"):
        CampaignPage(title="x", slug="x", banner="x", starts_on=LAST, ends_on=FIRST).clean()


def test_a_region_must_exist(room: CampaignIndexPage) -> None:
    with pytest.raises(ValidationError, match=r"99\.99"):
        CampaignPage(title="x", slug="x", banner="x", starts_on=FIRST, ends_on=LAST, regions="35,99.99").clean()


def test_an_editor_chooses_regions_by_name(homes: dict, signed_in: SignedIn) -> None:
    Region.objects.create(code="35", name="Jawa Timur")
    Region.objects.create(code="35.08", name="Lumajang", province_id="35")
    index = homes["id"].add_child(instance=EducationIndexPage(title="Pendidikan", slug="pendidikan"))
    room = index.add_child(instance=CampaignIndexPage(title="Kampanye", slug="kampanye"))
    client = signed_in("editor")
    address = f"/akun/cms/pages/add/education/campaignpage/{room.pk}/"
    form = page_form(
        client,
        address,
        CampaignPage,
        title="Baru",
        slug="baru",
        banner="Ayo!",
        starts_on="2026-12-01",
        ends_on="2026-12-02",
    )
    answer = client.post(address, {**form, "regions": ["35.08", "35"], "action-publish": "1"}, follow=True)
    page = CampaignPage.objects.get(slug="baru")
    assert page.live, answer.content[:500]
    assert page.region_codes == ["35.08", "35"]
    assert CampaignForm.base_fields["regions"].label


@time_machine.travel("2026-12-05 12:00+07:00", tick=False)
def test_the_example_runs_in_both_languages_and_can_be_removed(room: CampaignIndexPage, client: Client) -> None:
    seeding.load(seeding.read())
    for code, name in (("33.01", "Cilacap"), ("32.12", "Indramayu"), ("63", "Kalimantan Selatan")):
        Region.objects.create(code=code, name=name)
    generation.replace()

    def quiet(*told: object) -> None:
        pass

    assert examples.load(quiet) == {"new": 1}
    assert examples.load(quiet) == {"unchanged": 1}
    generation.replace()
    assert len(banners(client)) == 1
    english = BeautifulSoup(client.get("/en/pendidikan/kampanye/periksa-dulu/").content, "html5lib")
    assert english.h1.text == "Check first, then leave (Example)"
    assert "wa.me/?text=" in english.select_one('main a[href*="wa.me"]')["href"]
    assert "{kanal" not in english.text
    examples.remove(quiet)
    generation.replace()
    assert not CampaignPage.objects.exists()
    assert banners(client) == []
