"""Translators write, whoever may publish decides: three addresses of the translation tool ask for that right."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from wagtail.models import Locale, Page, Site
from wagtail_localize.models import Translation, TranslationSource

from accounts.models import User
from content.core.models import HomePage, StandardPage

pytestmark = pytest.mark.django_db


@pytest.fixture
def translation() -> Translation:
    """A live Indonesian page with a live English one, and the roles."""
    from accounts.services import sync_roles

    source, target = (Locale.objects.get_or_create(language_code=code)[0] for code in ("id", "en"))
    home = Page.objects.get(depth=1).add_child(instance=HomePage(title="Lentera", slug="lentera", locale=source))
    Site.objects.update_or_create(is_default_site=True, defaults={"hostname": "testserver", "root_page": home})
    home.copy_for_translation(target).save_revision().publish()
    page = home.add_child(instance=StandardPage(title="Tentang", slug="tentang", locale=source))
    page.copy_for_translation(target).save_revision().publish()
    sync_roles()
    held, _created = TranslationSource.get_or_create_from_instance(StandardPage.objects.get(pk=page.pk))
    return Translation.objects.create(source=held, target_locale=target)


def _translator() -> Client:
    user = User.objects.create_user("penerjemah@contoh.example", "kata-sandi-contoh")
    user.groups.add(Group.objects.get(name="Penerjemah"))
    client = Client(headers={"host": "testserver"})
    client.force_login(user)
    return client


def _addresses(translation: Translation) -> list[tuple[str, dict[str, str]]]:
    english = Page.objects.get(translation_key=translation.source.object_id, locale=translation.target_locale)
    return [
        (f"/akun/cms/localize/update/{translation.source_id}/", {"publish_translations": "on"}),
        (f"/akun/cms/localize/page/{english.pk}/convert_to_alias/", {}),
        (f"/akun/cms/localize/translate/{translation.pk}/disable/", {}),
    ]


def test_a_translator_neither_publishes_nor_destroys(translation: Translation) -> None:
    client = _translator()
    for address, data in _addresses(translation):
        assert client.post(address, data).status_code in (302, 403), address
    english = Page.objects.get(translation_key=translation.source.object_id, locale=translation.target_locale)
    assert english.alias_of_id is None
    translation.refresh_from_db()
    assert translation.enabled
