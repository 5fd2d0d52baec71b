"""The home page of a language carries everything in it: only a superuser takes it away, and is warned."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone
from wagtail_localize.models import Translation, TranslationSource

from content.core.models import HomePage, StandardPage
from content.core.permissions import HOME_CARRIES_ALL, HOME_IS_KEPT
from content.registers import generation
from tests.portal.admin_forms import page_form
from tests.staff import SignedIn

pytestmark = pytest.mark.django_db(databases=["default", "reports"])


@pytest.fixture(autouse=True)
def new_generations(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing commits in a test, so what waits for the commit happens at once."""
    monkeypatch.setattr(generation, "replace_after_commit", lambda using=None: generation.replace())


@pytest.fixture(params=["id", "en"])
def home(request: Any, homes: dict) -> HomePage:
    return homes[request.param]


@pytest.fixture
def superuser(signed_in: SignedIn) -> Client:
    return signed_in("admin", is_superuser=True)


def _said(answer: Any) -> str:
    soup = BeautifulSoup(answer.content, "html.parser")
    return " ".join(soup.get_text(" ").split())


def _stands(home: HomePage) -> bool:
    now = HomePage.objects.filter(pk=home.pk).first()
    return now is not None and now.live and now.depth == 2 and now.alias_of_id is None


ALONE = ("unpublish/", "delete/", "move/1/confirm/")
TOGETHER = ("unpublish", "delete", "move")


@pytest.mark.parametrize("role", ["editor", "admin"])
class TestStaff:
    """Nobody of the staff, an administrator included."""

    @pytest.mark.parametrize("act", ALONE)
    def test_alone(self, signed_in: SignedIn, home: HomePage, role: str, act: str) -> None:
        client = signed_in(role)
        assert client.post(f"/akun/cms/pages/{home.pk}/{act}").status_code == 302
        assert _stands(home)

    @pytest.mark.parametrize("act", TOGETHER)
    def test_together_with_others(self, signed_in: SignedIn, homes: dict, home: HomePage, role: str, act: str) -> None:
        other = next(held for held in homes.values() if held.pk != home.pk)
        address = f"/akun/cms/bulk/wagtailcore/page/{act}/?id={home.pk}&id={other.pk}&next=/akun/cms/pages/"
        data = {"chooser": homes["id"].get_parent().pk, "include_descendants": "on"}
        signed_in(role).post(address, data, follow=True)
        assert _stands(home)
        assert _stands(other)

    def test_the_menus_do_not_offer_it(self, signed_in: SignedIn, home: HomePage, role: str) -> None:
        shown = signed_in(role).get(f"/akun/cms/pages/{home.pk}/edit/").content.decode()
        for act in ("unpublish", "delete", "move"):
            assert f"/akun/cms/pages/{home.pk}/{act}/" not in shown

    def test_a_day_on_which_it_expires(self, signed_in: SignedIn, home: HomePage, role: str) -> None:
        client = signed_in(role)
        address = f"/akun/cms/pages/{home.pk}/edit/"
        later = timezone.localtime(timezone.now() + dt.timedelta(hours=2))
        data = {"expire_at": f"{later:%Y-%m-%d %H:%M}", "action-publish": "1"}
        answer = client.post(address, page_form(client, address, HomePage, **data))
        assert HOME_IS_KEPT % {"title": home.title} in _said(answer)
        assert HomePage.objects.get(pk=home.pk).expire_at is None

    def test_giving_up_its_translation(self, signed_in: SignedIn, homes: dict, role: str) -> None:
        source, _made = TranslationSource.get_or_create_from_instance(homes["id"])
        Translation.objects.create(source=source, target_locale=homes["en"].locale)
        signed_in(role).post(f"/akun/cms/localize/page/{homes['en'].pk}/convert_to_alias/")
        assert _stands(homes["en"])

    def test_other_pages_are_theirs_as_before(self, signed_in: SignedIn, home: HomePage, role: str) -> None:
        page = home.add_child(instance=StandardPage(title="Lain", slug="lain", locale=home.locale))
        page.save_revision().publish()
        signed_in(role).post(f"/akun/cms/pages/{page.pk}/unpublish/")
        assert not StandardPage.objects.get(pk=page.pk).live
        signed_in(role).post(f"/akun/cms/pages/{page.pk}/delete/")
        assert not StandardPage.objects.filter(pk=page.pk).exists()


class TestSuperuser:
    """May do it, one page at a time, after reading what goes with it."""

    @pytest.mark.parametrize("act", ALONE)
    def test_is_warned_first(self, superuser: Client, home: HomePage, act: str) -> None:
        answer = superuser.get(f"/akun/cms/pages/{home.pk}/{act}")
        assert answer.status_code == 200
        assert HOME_CARRIES_ALL % {"title": home.title} in _said(answer)
        assert _stands(home)

    def test_other_pages_carry_no_warning(self, superuser: Client, home: HomePage) -> None:
        page = home.add_child(instance=StandardPage(title="Lain", slug="lain", locale=home.locale))
        page.save_revision().publish()
        for act in ("unpublish/", "delete/"):
            answer = superuser.get(f"/akun/cms/pages/{page.pk}/{act}")
            assert HOME_CARRIES_ALL % {"title": page.title} not in _said(answer)

    def test_may_do_it(self, superuser: Client, homes: dict) -> None:
        superuser.post(f"/akun/cms/pages/{homes['en'].pk}/unpublish/")
        assert not HomePage.objects.get(pk=homes["en"].pk).live

    @pytest.mark.parametrize("act", TOGETHER)
    def test_not_together_with_others(self, superuser: Client, homes: dict, home: HomePage, act: str) -> None:
        address = f"/akun/cms/bulk/wagtailcore/page/{act}/?id={home.pk}&next=/akun/cms/pages/"
        answer = superuser.post(address, {"chooser": homes["id"].get_parent().pk}, follow=True)
        assert HOME_CARRIES_ALL % {"title": home.title} in _said(answer)
        assert _stands(home)
