"""Warnings: the pages on which they are written, and everywhere that they are shown."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from content.registers import services
from content.registers.models import Bulletin, Region
from content.reports.vault import staff
from content.schools.models import SessionIndexPage, SessionPage
from tests.content.reports.caseworkers import Users
from tests.content.reports.reporting import Team, text_of
from tests.site import World

pytestmark = pytest.mark.django_db(databases=["default", "reports"])


@pytest.fixture
def regions() -> None:
    Region.objects.bulk_create([Region(code="35", name="Jawa Timur"), Region(code="35.09", name="Kabupaten Jember")])


@pytest.fixture
def writers(team: Team, sign_in: Users, regions: None) -> list[Client]:
    """Two with a seat in a unit."""
    people = [sign_in(f"{name}@example.org") for name in ("ana", "budi")]
    for person in people:
        staff.give_seat(team.unit, person.user.pk)  # type: ignore[attr-defined]
    return people


@pytest.fixture
def portal(site: World) -> Client:
    """A reader of the smallest site."""
    return Client()


def filled(**changed: str) -> dict[str, str]:
    until = timezone.localdate() + dt.timedelta(days=9)
    held = {
        "region": "35.09",
        "modus": "online-job",
        "valid_until": until.isoformat(),
        "title_id": "Awas tawaran palsu",
        "title_en": "Beware of false offers",
        "text_id": "Jangan serahkan paspor.",
        "text_en": "Do not hand over your passport.",
    }
    return {**held, **changed}


def published(writers: list[Client], **changed: str) -> Bulletin:
    ana, budi = writers
    ana.post(reverse("bulletin_new"), filled(**changed))
    held = Bulletin.objects.latest("pk")
    address = reverse("bulletin_publish", args=[held.pk])
    assert budi.post(address, {"mark": services.mark_of(held)}).status_code == 302
    return held


def test_two_people_of_a_unit_make_one(writers: list[Client]) -> None:
    ana, budi = writers
    made = ana.post(reverse("bulletin_new"), filled())
    held = Bulletin.objects.get()
    assert made["Location"] == reverse("bulletin", args=[held.pk])
    assert held.issued_on is None
    mark = services.mark_of(held)
    assert mark not in ana.get(made["Location"]).content.decode()
    refused = ana.post(reverse("bulletin_publish", args=[held.pk]), {"mark": mark})
    assert refused.status_code == 400
    assert refused.wsgi_request.method == "POST"
    assert "Anda sendiri yang menulisnya" in text_of(refused)
    assert mark in budi.get(made["Location"]).content.decode()
    assert budi.post(reverse("bulletin_publish", args=[held.pk]), {"mark": mark}).status_code == 302
    held.refresh_from_db()
    assert held.is_public()
    assert ana.post(reverse("bulletin_take_down", args=[held.pk])).status_code == 302
    held.refresh_from_db()
    assert not held.is_public()


def test_nobody_else_finds_the_pages(writers: list[Client], sign_in: Users) -> None:
    """Not a case worker without a seat; an editor with the permission, but not without a second factor."""
    held = published(writers)
    addresses = [reverse(f"bulletin_{name}", args=[held.pk]) for name in ("edit", "publish", "take_down")]
    addresses += [reverse("bulletins"), reverse("bulletin_new"), reverse("bulletin", args=[held.pk])]
    stranger = sign_in("lain@example.org")
    may = Permission.objects.get(codename="change_bulletin")
    editor, careless = sign_in("edi@example.org"), sign_in("cika@example.org", second_factor=False)
    for client in (editor, careless):
        client.user.user_permissions.add(may)  # type: ignore[attr-defined]
    for address in addresses:
        assert Client().get(address).status_code == 302
        # Also in the way that nobody asks it: a 405 would say that there is such a page.
        assert [stranger.get(address).status_code, stranger.post(address).status_code] == [404, 404]
        seen = editor.get(address)
        assert seen.status_code in (200, 405)
        if seen.status_code == 200:
            assert (seen["Cache-Control"], seen["Cross-Origin-Resource-Policy"]) == ("no-store", "same-origin")
        assert careless.get(address)["Location"] == "/akun/kode/pasang/"
    held.refresh_from_db()
    assert held.is_public()


def test_the_address_gives_region_and_way_and_nothing_else(writers: list[Client]) -> None:
    page = writers[0].get(f"{reverse('bulletin_new')}?region=35.09&modus=sea&text_id=jahat&title_id=jahat").content
    assert b'<option value="35.09" selected>' in page
    assert b'<option value="sea" selected>' in page
    assert b"jahat" not in page
    assert writers[0].get(f"{reverse('bulletin_new')}?region=x&modus=y").status_code == 200


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"text_id": "Telepon 0812 3456 7890."}, "0812 3456 7890"),
        ({"text_id": "Tanya {kanal:tidak-ada}."}, "{kanal:tidak-ada}"),
        ({"title_en": ""}, "errorlist"),
        ({"valid_until": "2020-01-01"}, "paling jauh 60 hari"),
        ({"region": "99"}, "oops"),
    ],
)
def test_what_cannot_be_public_comes_back_with_what_was_typed(
    writers: list[Client], changed: dict[str, str], said: str
) -> None:
    page = writers[0].post(reverse("bulletin_new"), filled(**changed))
    assert page.status_code == 200
    assert not Bulletin.objects.exists()
    assert said.replace("errorlist", "oops") in page.content.decode().replace("&#x27;", "'")
    assert "Awas tawaran palsu" in page.content.decode()


# Where it is shown


def test_readers_find_it_on_its_page_and_in_both_feeds(writers: list[Client], portal: Client) -> None:
    held = published(writers)
    page = text_of(portal.get("/id/peringatan/"))
    assert "Awas tawaran palsu" in page
    assert "Jangan serahkan paspor." in page
    assert "Kabupaten Jember" in page
    assert "Beware of false offers" in text_of(portal.get("/en/peringatan/"))
    atom = portal.get("/id/peringatan/umpan.atom")
    assert atom["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert "Awas tawaran palsu" in atom.content.decode()
    feed: dict[str, Any] = json.loads(portal.get("/en/peringatan/umpan.json").content)
    assert [item["title"] for item in feed["items"]] == ["Beware of false offers"]
    assert feed["items"][0]["url"].endswith(f"/en/peringatan/#b{held.pk}")


def with_schools(site: World) -> None:
    """The room for schools with one session, in Indonesian and English."""
    room = SessionIndexPage(title="Sekolah", slug="sekolah")
    session = SessionPage(title="Sesi", slug="sesi", audience="sma", minutes=20)
    site.homes["id"].add_child(instance=room)
    room.add_child(instance=session)
    for page in (room, session):
        page.copy_for_translation(site.locales["en"]).save_revision().publish()


def test_it_stands_on_the_home_page_and_with_the_sessions_of_schools(
    writers: list[Client], site: World, portal: Client
) -> None:
    held = published(writers)
    with_schools(site)
    for path in ("/id/", "/en/", "/id/sekolah/", "/id/sekolah/sesi/", "/en/sekolah/", "/en/sekolah/sesi/"):
        assert f"/peringatan/#b{held.pk}" in portal.get(path).content.decode(), path
    Bulletin.objects.filter(pk=held.pk).update(valid_until=held.issued_on or timezone.localdate())
    services.take_down_bulletin(Bulletin.objects.get(), writers[0].user)  # type: ignore[attr-defined]
    for path in ("/id/", "/id/sekolah/", "/id/sekolah/sesi/"):
        assert "/peringatan/#b" not in portal.get(path).content.decode(), path
    assert "Sekarang tidak ada peringatan" in text_of(portal.get("/id/peringatan/"))


def test_words_that_are_markup_stay_words(writers: list[Client], portal: Client) -> None:
    published(writers, title_id="<script>x</script>", text_id="<b>tebal</b> & lain")
    for path in ("/id/peringatan/", "/id/"):
        assert "<script>x" not in portal.get(path).content.decode()
    assert "&lt;b&gt;tebal&lt;/b&gt; &amp; lain" in portal.get("/id/peringatan/").content.decode()
