"""What is named somewhere is not deleted; what slips away past everything leaves a sentence, never a gap (DECISIONS 13)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db.models import ProtectedError
from django.test import Client
from django.utils import timezone, translation
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from content.core.models import StandardPage
from content.guides.models import GuideIndexPage, GuidePage
from content.registers import generation, tokens, usage
from content.registers.models import Channel, DestinationRule, Fact, RedFlag, Scheme, Service, Source
from content.registers.usage import uses, why_kept
from tests.site import World

pytestmark = pytest.mark.django_db(databases=["default", "reports"])

Delete = Callable[[Any], Any]
ABSENT = {
    "id": "(kontak ini sedang diperiksa: pakai nomor bantuan di halaman ini)",
    "en": "(contact being checked: use the help numbers on this page)",
}


def _dates() -> dict[str, Any]:
    today = timezone.localdate()
    return {"verified_on": today, "verify_by": today + dt.timedelta(days=60), "steward": "Kementerian"}


@pytest.fixture
def channel(db: None, new_generations: None) -> Channel:
    """A number that no seed file and no code names."""
    words = {"id": "Kanal uji", "en": "Test channel"}
    made = Channel.objects.create(
        slug="kanal-uji", kind="phone", organisation=words, name=words, value="(021) 500", purpose=words, **_dates()
    )
    generation.replace()
    return made


@pytest.fixture
def fact(db: None, new_generations: None) -> Fact:
    made = Fact.objects.create(
        slug="fakta-uji", kind="number", label={"id": "Uji", "en": "Test"}, number=Decimal(5), **_dates()
    )
    generation.replace()
    return made


@pytest.fixture
def page(site: World, channel: Channel) -> StandardPage:
    made = site.homes["id"].add_child(instance=StandardPage(title="Tentang", slug="tentang", locale=site.locales["id"]))
    made.save_revision().publish()
    return StandardPage.objects.get(pk=made.pk)


def _is_kept(entry: Channel | Fact, by: str) -> None:
    with pytest.raises(ProtectedError, match="tidak dapat dihapus") as refused:
        entry.delete()
    assert by in str(refused.value.args[0])
    assert type(entry).objects.filter(pk=entry.pk).exists()


@pytest.fixture(autouse=True)
def _indonesian() -> Any:
    with translation.override("id"):
        yield


def test_the_registers_look_into_themselves_once_they_are_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage, "_finders", [])
    apps.get_app_config("registers").ready()
    assert usage._finders == [usage.in_registers]


class TestWhatNamesIt:
    """Every place in which a text, a block or our code names an entry."""

    def test_nothing(self, channel: Channel, fact: Fact) -> None:
        assert not list(uses(channel))
        channel.delete()
        fact.delete()
        assert not Channel.objects.filter(slug="kanal-uji").exists()
        assert not Fact.objects.exists()

    @pytest.mark.parametrize("field", ["title", "summary"])
    def test_a_live_page(self, page: StandardPage, channel: Channel, field: str) -> None:
        setattr(page, field, "Telepon {kanal:kanal-uji}.")
        page.save_revision().publish()
        _is_kept(channel, "(id)")

    def test_a_live_page_in_its_body(self, page: StandardPage, channel: Channel) -> None:
        page.body = [("text", "<p>Telepon {kanal:kanal-uji}.</p>")]
        page.save_revision().publish()
        _is_kept(channel, "“Tentang” (id)")

    def test_a_live_page_in_a_block(self, page: StandardPage, channel: Channel) -> None:
        page.body = [("channels", {"channels": ["kanal-uji"]})]
        page.save_revision().publish()
        _is_kept(channel, "“Tentang” (id)")

    def test_a_longer_name_is_another_one(self, page: StandardPage, channel: Channel) -> None:
        Channel.objects.filter(pk=channel.pk).update(slug="kanal-uji-dua")
        generation.replace()
        page.body = [("channels", {"channels": ["kanal-uji-dua"]}), ("text", "<p>{kanal:kanal-uji-dua}</p>")]
        page.save_revision().publish()
        other = Channel.objects.get(pk=channel.pk)
        other.pk, other.slug = None, "kanal-uji"
        other.save()
        assert not why_kept(other)

    def test_a_draft(self, page: StandardPage, channel: Channel) -> None:
        page.body = [("channels", {"channels": ["kanal-uji"]})]
        page.save_revision()
        _is_kept(channel, "draf “Tentang” (id)")

    def test_a_scheduled_draft_below_a_newer_one(self, page: StandardPage, channel: Channel) -> None:
        page.summary = "{kanal:kanal-uji}"
        page.save_revision(approved_go_live_at=timezone.now() + dt.timedelta(days=1))
        page.summary = "Tanpa."
        page.save_revision()
        _is_kept(channel, "draf “Tentang” (id)")

    def test_a_draft_that_nobody_will_publish_is_none(self, page: StandardPage, channel: Channel) -> None:
        for summary in ("{kanal:kanal-uji}", "Tanpa."):
            page.summary = summary
            page.save_revision()
        assert not why_kept(channel)

    def test_a_translation(self, page: StandardPage, site: World, channel: Channel) -> None:
        page.summary = "Satu kalimat."
        page.save_revision().publish()
        source, _made = TranslationSource.get_or_create_from_instance(StandardPage.objects.get(pk=page.pk))
        held = Translation.objects.create(source=source, target_locale=site.locales["en"])
        held.save_target(publish=False)
        segment = source.stringsegment_set.get(context__path="summary")
        StringTranslation.objects.create(
            translation_of=segment.string,
            context=segment.context,
            locale=site.locales["en"],
            data="Call {kanal:kanal-uji}.",
        )
        _is_kept(channel, "terjemahan “Tentang” (en)")

    def test_another_entry(self, channel: Channel, fact: Fact) -> None:
        RedFlag.objects.create(
            number=1,
            group="visa",
            quote={"id": "x", "en": "x"},
            why={"id": "x", "en": "x"},
            next={"id": "Telepon {kanal:kanal-uji}, {fakta:fakta-uji}", "en": "x"},
        )
        _is_kept(channel, "“1. x”")
        _is_kept(fact, "“1. x”")

    def test_itself_does_not_count(self, channel: Channel) -> None:
        channel.hours = {"id": "{kanal:kanal-uji}", "en": "x"}
        channel.save()
        assert not why_kept(channel)

    @pytest.mark.parametrize(
        ("slug", "by"),
        [
            ("sapa-wa", "content/education/seed/"),
            ("siskop2mi", "halaman setiap lowongan"),
            ("kp2mi-luar-negeri", "formulir laporan"),
        ],
    )
    def test_seed_files_and_our_own_code(self, channel: Channel, slug: str, by: str) -> None:
        Channel.objects.filter(pk=channel.pk).update(slug=slug)
        assert any(by in place for place in uses(Channel.objects.get(pk=channel.pk)))
        _is_kept(Channel.objects.get(pk=channel.pk), "tidak dapat dihapus")

    def test_the_sentence_does_not_grow_without_end(self, page: StandardPage, site: World, channel: Channel) -> None:
        for number in range(12):
            site.homes["id"].add_child(
                instance=StandardPage(
                    title=f"Halaman {number}",
                    slug=f"h-{number}",
                    summary="{kanal:kanal-uji}",
                    locale=site.locales["id"],
                )
            )
        assert why_kept(channel).count("“Halaman") == 8
        assert "…" in why_kept(channel)


def test_an_emergency_number_is_never_deleted(channel: Channel) -> None:
    channel.emergency = True
    channel.save()
    _is_kept(channel, "nomor darurat tidak pernah hilang")


def test_a_source_that_a_number_stands_on_is_kept(channel: Channel) -> None:
    source = Source.objects.create(code="sumber-kanal-uji", kind="official", title="Situs resmi", confidence="H")
    assert not why_kept(source)
    channel.sources.add(source)
    assert "kanal-uji" in why_kept(source)


def test_what_the_steps_of_a_guide_name_is_kept(site: World) -> None:
    """The office to ask, and the law."""
    words = {"id": "x", "en": "x"}
    office = Service.objects.create(code="kantor-uji", name=words, purpose=words)
    law = Source.objects.create(code="hukum-uji", kind="law", title="UU Uji", confidence="H")
    generation.replace()
    assert not why_kept(office)
    assert not why_kept(law)
    index = site.homes["id"].add_child(instance=GuideIndexPage(title="Panduan", slug="panduan"))
    known = {"state": "known", "text": "Di kantor", "ask": ""}
    answers = dict.fromkeys(("where", "documents", "time", "who"), known)
    step = {
        "code": "uji",
        "title": "Uji",
        "what": "Datang.",
        **answers,
        "cost": {"state": "ask", "text": "", "ask": "kantor-uji"},
        "law": ["hukum-uji"],
        "verified_on": timezone.localdate(),
    }
    way = Scheme.objects.create(code="skema-uji", name=words, description=words)
    index.add_child(instance=GuidePage(title="Jalan", slug="jalan", scheme=way.code, steps=[("step", step)]))
    assert "“Jalan” (id)" in why_kept(office)
    assert "“Jalan” (id)" in why_kept(law)


def test_a_scheme_that_a_rule_names_is_kept(db: None) -> None:
    from content.registers.models import Destination

    scheme = Scheme.objects.create(code="skema-uji", name={"id": "x", "en": "x"}, description={"id": "x", "en": "x"})
    assert not why_kept(scheme)
    dates = {"verified_on": timezone.localdate(), "verify_by": timezone.localdate()}
    place = Destination.objects.create(country="TW")
    DestinationRule.objects.create(destination=place, work="any", scheme="skema-uji", status="open", **dates)
    assert "TW any skema-uji" in why_kept(scheme)


class TestPastEverything:
    """A queryset deletes without asking: readers get a sentence in their language."""

    @pytest.fixture
    def gone(self, page: StandardPage, site: World, channel: Channel, fact: Fact) -> None:
        page.title = "Telepon {kanal:kanal-uji}"
        page.summary = "Nomor {kanal:kanal-uji}, {fakta:fakta-uji} tahun."
        page.body = [
            ("text", '<p>Telepon {kanal:kanal-uji} atau <a href="/id/">baca {kanal:kanal-uji}</a>.</p>'),
            ("channels", {"channels": ["kanal-uji"]}),
        ]
        page.save_revision().publish()
        source, _made = TranslationSource.get_or_create_from_instance(StandardPage.objects.get(pk=page.pk))
        for language in ("en", "jv"):
            held = Translation.objects.create(source=source, target_locale=site.locales[language])
            for segment in source.stringsegment_set.all():
                StringTranslation.objects.create(
                    translation_of=segment.string,
                    context=segment.context,
                    locale=held.target_locale,
                    data=segment.string.data.replace("Telepon", "Call"),
                )
            held.save_target(publish=False)
            StandardPage.objects.get(
                translation_key=page.translation_key, locale=held.target_locale
            ).get_latest_revision().publish()
        Channel.objects.filter(pk=channel.pk).delete()
        Fact.objects.filter(pk=fact.pk).delete()
        generation.replace()

    @pytest.mark.parametrize("language", ["id", "en"])
    def test_the_page_says_it_in_its_language(self, gone: None, language: str) -> None:
        answer = Client().get(f"/{language}/tentang/")
        assert answer.status_code == 200
        text = answer.content.decode()
        assert "{kanal:" not in text
        assert "{fakta:" not in text
        # The title twice, summary twice, two places of the text, and the card.
        assert text.count(ABSENT[language]) >= 7

    def test_a_regional_page_says_it_in_indonesian_and_marks_it(self, gone: None) -> None:
        text = Client().get("/jv/tentang/").content.decode()
        assert "{kanal:" not in text
        assert f'<span lang="id">{ABSENT["id"]}</span>' in text

    def test_in_words(self, gone: None) -> None:
        assert tokens.plain("Telepon {kanal:kanal-uji}.", "en") == f"Telepon {ABSENT['en']}."
        assert tokens.plain("{fakta:fakta-uji}", "id").startswith("(angka ini sedang diperiksa")


class TestSentencesThatNameOthers:
    """The sentence that stands in for a number may name another number."""

    @pytest.fixture
    def over(self, channel: Channel) -> Channel:
        channel.valid_until = timezone.localdate() - dt.timedelta(days=1)
        channel.fallback = {"id": "Telepon {fakta:fakta-uji} saja.", "en": "Call {fakta:fakta-uji} instead."}
        channel.save()
        return channel

    def test_it_is_shown_by_its_value(self, over: Channel, fact: Fact) -> None:
        assert tokens.plain("{kanal:kanal-uji}", "id") == "Telepon 5 saja."
        assert tokens.rich("<p>{kanal:kanal-uji}</p>", "en") == "<p>Call 5 instead.</p>"

    def test_one_that_leads_back_ends(self, over: Channel) -> None:
        Channel.objects.filter(pk=over.pk).update(fallback={"id": "Lihat {kanal:kanal-uji}.", "en": "x"})
        generation.replace()
        assert tokens.plain("{kanal:kanal-uji}", "id") == f"Lihat {ABSENT['id']}."
