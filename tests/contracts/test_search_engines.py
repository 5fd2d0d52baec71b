"""What every engine promises: the same cases on SQLite, on a real PostgreSQL and on a real Elasticsearch."""

from __future__ import annotations

import datetime as dt
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone
from environ import Env
from wagtail.models import Page, PageViewRestriction, Site

from content.jobs import services
from content.jobs.models import Agency, CostLine, JobListing, JobOrder
from content.registers.models import MOST_PHRASES, ExchangeRate, Fact, Synonym
from search import indexing, outer
from search.analysis import MAX_TERMS
from search.engines import get_embedded, get_outer
from search.engines.base import Answering
from search.engines.elastic import telling
from search.models import SearchDocument, SearchWord
from search.types import WORDS, JobQuery, PageQuery, Removal, SearchResults
from tests.factories.jobs import (
    AgencyFactory,
    ComponentFactory,
    DestinationFactory,
    JobOrderFactory,
    OccupationFactory,
    RuleFactory,
    SchemeFactory,
    SourceFactory,
    WorkGroupFactory,
    day,
)
from tests.search.world import VALUES, Truth, article, home, listing, many_listings, settle

# --- the engines ---------------------------------------------------------------------------------------------------


def _on(server: str) -> object:
    return pytest.param(server, marks=[getattr(pytest.mark, server), pytest.mark.xdist_group(server)])


_made: dict[str, BaseDatabaseWrapper] = {}


def _other_default(vendor: str, request: pytest.FixtureRequest) -> BaseDatabaseWrapper:
    """A connection to another, migrated database that can stand in for the default one."""
    if vendor not in _made:
        if vendor == "postgresql":
            migrated = request.getfixturevalue("migrated_databases")
            address = request.getfixturevalue("postgresql").pair(like=migrated)["DATABASE_URL"]
        else:
            folder = request.getfixturevalue("tmp_path_factory").mktemp("other")
            address = f"sqlite:///{folder / 'other.sqlite3'}"
            _migrate(address)
        connections.settings["other"] = {**connections.settings["default"], "OPTIONS": {}, **Env.db_url_config(address)}
        wrapper = connections.create_connection("other")
        del connections.settings["other"]
        wrapper.alias = "default"
        _made[vendor] = wrapper
    return _made[vendor]


def _migrate(address: str) -> None:
    """Wagtail's own search chooses its tables when its migrations are imported, so another process makes them."""
    environment = {**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "portal.settings.test"}
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=settings.BASE_DIR, env=environment, check=True
    )


@contextmanager
def _standing_in(wrapper: BaseDatabaseWrapper) -> Iterator[None]:
    real = connections["default"]
    connections["default"] = wrapper
    _forget()
    try:
        yield
    finally:
        connections["default"] = real
        _forget()


def _forget() -> None:
    """What processes remember about the rows of a database."""
    ContentType.objects.clear_cache()
    Site.clear_site_root_paths_cache()
    settle()


def complaints(request: pytest.FixtureRequest) -> int:
    """How often Elasticsearch has written of a question that it could not answer, or of anything that is wrong."""
    log = request.getfixturevalue("elasticsearch").log
    return log.count("[ERROR]") + log.count("r.suppressed")


@pytest.fixture(params=["sqlite", _on("postgresql"), _on("elasticsearch")])
def engine_of(request: pytest.FixtureRequest, db: None, settings: Any) -> Iterator[str]:
    """What answers, and the database is of this vendor; everything written is rolled back.

    Elasticsearch stands beside the database of the tests, with indices that are new and empty.
    """
    vendor = request.param
    if vendor == "elasticsearch":
        settings.ELASTICSEARCH_URL = [request.getfixturevalue("elasticsearch").url]
        settings.ELASTICSEARCH_PREFIX = "contract"
        settings.ELASTICSEARCH_SECONDS = 20
        for kind in telling.KINDS:
            telling.rebuild(kind)
        before = complaints(request)
        settle()
        yield vendor
        assert complaints(request) == before, "the server has logged an error"
        return
    if connection.vendor == vendor:
        settle()
        yield vendor
        settle()
        return
    with _standing_in(_other_default(vendor, request)), transaction.atomic():
        yield vendor
        transaction.set_rollback(True)


pytestmark = pytest.mark.usefixtures("engine_of")


def engine() -> Answering:
    """What is asked, never with another one behind it. Elasticsearch after the task and the minute of a change."""
    if not outer.is_used():
        return get_embedded()
    for kind in telling.KINDS:
        telling.look_over(kind)
    telling.tell()
    return get_outer()


def troubles() -> list[str]:
    """What is wrong with the index, or with one of them."""
    outside = [kind for kind in telling.KINDS if telling.differences(kind)] if outer.is_used() else []
    return [*get_embedded().check(), *outside]


def ask(words: str = "", **values: object) -> SearchResults:
    """What the engine of the default database finds today."""
    sort = values.pop("sort", "relevance" if words else "closing")
    return engine().search_jobs(JobQuery(words=words, sort=sort, **values), day(0))


# --- words ---------------------------------------------------------------------------------------------------------


def test_a_listing_is_found_by_its_words_in_any_language_order_and_spelling() -> None:
    order = JobOrderFactory(agency=AgencyFactory(legal_name="PT Contoh Bahari"), employer="Sakura Home")
    wanted = listing(job_order=order, reference="REF 2a 1e5 SIP3MI7 20.000")
    for words in (
        "lansia", "LANSIA", "Pengasuh LANSIA", "lansia pengasuh", "pengasuh-lansia", "lánsiâ", "older carer", "taiwan",
        "Taichung", "bahari sakura", "lowongan lansia", "kerja di Taiwan", "jobs for carer", "2a", "1e5", "sip3mi7",
        "20000", "20.000", "“lansia”, (Taiwan)!", "ref 20.000",
    ):  # fmt: skip
        assert ask(words).ids == (wanted.pk,), words


def test_every_word_is_needed_and_nothing_is_an_operator() -> None:
    listing()
    for words in ("lansi", "lansia jepang", "pengasuh bayi", "lansia OR jepang", "lansia NEAR taiwan", "lans*"):
        assert ask(words, as_typed=True).total == 0, words


def test_every_form_of_a_word_finds_every_other() -> None:
    code = OccupationFactory(code="5321", name={"id": "Asisten perawatan", "en": "Assistant carer"}, also="menjahit")
    wanted = listing(occupation=code, reference="MERAWATNYA-1")
    for words in ("dirawat", "merawat", "penjahit", "jahitan", "carers", "ASISTENNYA", "taiwan2"):
        assert ask(words).ids == (wanted.pk,), words
    # A trade is another thing than the doing.
    assert ask("perawat", as_typed=True).total == 0


# --- what words mean -----------------------------------------------------------------------------------------------


def synonym(code: str, words: str, finds: str = "") -> Synonym:
    """An entry of the register, as an editor saves it; questions are asked after the commit."""
    row = Synonym(code=code, words={"id": words}, finds={"id": finds} if finds else {})
    row.full_clean()
    row.save()
    settle()
    return row


def test_one_of_the_alternatives_is_enough_and_every_group_is_needed() -> None:
    care, other = listing(), listing(place="Osaka", job_order=JobOrderFactory(employer="Sakura"))
    assert ask("jompo taichung", as_typed=True).total == 0
    entry = synonym("lansia", "lansia, jompo, older carer")
    assert set(ask("jompo").ids) == {care.pk, other.pk}
    assert ask("jompo taichung").ids == (care.pk,)
    assert ask("jompo osaka sakura").ids == (other.pk,)
    assert ask("jompo penghu", as_typed=True).total == 0
    # An edit works with the next question, without any document written.
    entry.words = {"id": "lansia, sepuh"}
    entry.save()
    settle()
    assert ask("jompo", as_typed=True).total == 0
    assert ask("sepuh taichung").ids == (care.pk,)


def test_a_phrase_stands_together_and_typed_words_may_stand_apart() -> None:
    wanted = listing()
    synonym("a", "kaigo, carer taichung", finds="")
    assert ask("kaigo", as_typed=True).total == 0  # “carer” and “Taichung” are there, not side by side
    synonym("b", "momong, carer of older")
    assert ask("momong").ids == (wanted.pk,)
    assert ask("carer older").ids == ask("taichung carer older").ids == (wanted.pk,)
    synonym("c", "nggulawentah wong, pengasuh lansia")
    assert ask("nggulawentah wong taiwan").ids == (wanted.pk,)
    assert ask("wong nggulawentah", as_typed=True).total == 0


def test_what_words_find_besides_is_one_way() -> None:
    care = listing()
    maid = OccupationFactory(code="5152", name={"id": "Pengurus rumah", "en": "Housekeeper"}, also="TKW")
    other = listing(occupation=maid)
    synonym("tkw", "TKW, tenaga kerja wanita", finds="pengasuh lansia")
    assert set(ask("tkw").ids) == set(ask("tenaga kerja wanita").ids) == {care.pk, other.pk}
    assert ask("pengasuh lansia").ids == (care.pk,)


def test_a_synonym_is_no_name_of_a_company() -> None:
    listing(job_order=JobOrderFactory(agency=AgencyFactory(legal_name="PT Contoh Formosa"), employer="Formosa Home"))
    assert ask("formosa").total == 1
    synonym("jepang", "Jepang, Formosa")
    assert ask("jepang", as_typed=True).total == 0
    assert ask("formosa").total == 1


def test_what_an_editor_writes_is_no_operator_either() -> None:
    wanted = listing()
    for number, words in enumerate(
        (
            'a"b, lansia',
            "x' OR 1=1; --, lansia",
            "NEAR(q w), lansia",
            "zz:*A, lansia",
            "!vv & (, lansia",
            "%s %%, lansia",
        )
    ):
        synonym(f"s{number}", words)
    for words in ("a b", "x or 1 1", "near q w", "zz a", "vv", "s"):
        assert ask(words).ids == (wanted.pk,), words
        assert engine().search_pages(PageQuery(words, "id")).total == 0, words


def test_the_longest_question_with_the_most_synonyms_is_answered() -> None:
    wanted = listing()
    for number in range(MAX_TERMS):
        others = ", ".join(f"kata{number} lain{other}" for other in range(MOST_PHRASES - 2))
        synonym(f"s{number}", f"tanya{number}, {others}, lansia")
    words = " ".join(f"tanya{number}" for number in range(MAX_TERMS))
    assert ask(words).ids == (wanted.pk,)
    assert engine().search_pages(PageQuery(words, "id")).total == 0


def paying(low: int, high: int | None = None, currency: str = "TWD", **values: object) -> JobListing:
    return listing(wage_min=low, wage_max=high, currency=currency, **values)


def test_an_amount_is_the_least_that_a_job_pays_in_a_month() -> None:
    low, high, yen = paying(20000), paying(20000, 28590), paying(185000, currency="JPY")
    paying(300, wage_period="hour")
    assert set(ask("gaji NT$ 20.000").ids) == {low.pk, high.pk}
    assert ask("28,59 ribu nt").ids == (high.pk,)
    assert ask("pengasuh lansia 28.590 twd").ids == (high.pk,)
    assert ask("gaji 28.591 ntd", as_typed=True).total == 0
    assert ask("180rb yen").ids == (yen.pk,)
    # Without a currency it is compared in that of the job, as far as it is in proportion there.
    assert set(ask("gaji 20.000").ids) == {low.pk, high.pk}
    assert ask("gaji 150.000").ids == (yen.pk,)
    # Counts speak of what is left.
    assert ask("gaji NT$28.590").facets["country"].count("TW") == 1


def test_rupiah_are_compared_by_the_rates_of_these_days() -> None:
    low, high, yen = paying(20000), paying(30000), paying(185000, currency="JPY")
    everything = {low.pk, high.pk, yen.pk}
    # No rate: nothing can be compared, and nothing is left out for it.
    assert set(ask("gaji 12 juta").ids) == everything
    ExchangeRate.objects.create(currency="TWD", rupiah=500, on=day(0), example=True)
    ExchangeRate.objects.create(currency="JPY", rupiah=100, on=day(-40), example=True)
    settle()
    assert set(ask("gaji 10 juta").ids) == {low.pk, high.pk}
    assert ask("12jt taiwan").ids == (high.pk,)
    assert ask("gaji 15,1 juta", as_typed=True).total == 0
    ExchangeRate.objects.filter(currency="JPY").update(on=day(-30))
    settle()
    assert set(ask("Rp 15.000.000").ids) == {high.pk, yen.pk}


def test_free_of_charge_is_asked_of_the_cost_lines() -> None:
    free, paid = listing(), listing()
    line = CostLine.objects.create(
        listing=paid, component=ComponentFactory(free_by_law=False), payer="worker", amount=5
    )
    assert ask("lansia tanpa biaya").ids == ask("gratis").ids == (free.pk,)
    assert ask("gratis").facets["cost"].count("some") == 0
    # No signal tells of it, and it holds all the same.
    CostLine.objects.filter(pk=line.pk).update(amount=0)
    assert ask("lansia tanpa biaya").total == 2


def test_words_that_fit_every_job_leave_none_out() -> None:
    many_listings(30, seed=5)
    everything = ask().total
    for words in ("lowongan kerja", "kerja di luar negeri", "gaji", "loker resmi terbaru", "jobs"):
        assert ask(words).total == everything > 0, words
    assert ask("lowongan kerja taiwan").total == ask("taiwan").total == ask(country="TW").total


# --- mistyped words ------------------------------------------------------------------------------------------------


def test_a_mistyped_word_is_corrected_only_where_nothing_was_found() -> None:
    wanted = listing()
    for typed, meant in (
        ("perngasuh lansia", "pengasuh lansia"), ("lansai taiwam", "lansia taiwan"), ("TAICUNG!", "taichung!"),
        ("pengasuhlansia", "pengasuh lansia"), ("pngsh taiwan", "pengasuh taiwan"), ("Pengasuh lánsai", "Pengasuh lansia"),
    ):  # fmt: skip
        found = ask(typed)
        assert (found.ids, found.corrected) == ((wanted.pk,), meant), typed
        assert ask(typed, as_typed=True).total == 0, typed
    for words in ("lansia", "taiwan pengasuh", "kerja"):
        assert ask(words).corrected == "", words
    for words in ("xqzzyv", "lansia xqzzyv", "2b", "la", "1e6"):
        assert (ask(words).total, ask(words).corrected) == (0, ""), words


def test_a_word_that_somebody_knows_is_never_changed() -> None:
    listing()
    article(home("id"), "Lansir", text="Surat lancia")
    synonym("x", "lansiran, berita lama")
    for words in ("lansir", "lancia", "lansiran"):
        assert (ask(words).total, ask(words).corrected) == (0, ""), words
    found = engine().search_pages(PageQuery("lansri", "id"))
    assert ([hit.title for hit in found.hits], found.corrected) == (["Lansir"], "lansir")


def test_a_correction_keeps_filters_counts_and_ways_out() -> None:
    many_listings(40, seed=5)
    right, wrong = ask("pengasuh", country="TW"), ask("pengasuuh", country="TW")
    assert wrong.corrected == "pengasuh"
    assert (wrong.ids, wrong.total, wrong.facets) == (right.ids, right.total, right.facets)
    empty = ask("pengasuuh", country="TW", work="fishing")
    assert (empty.total, empty.corrected) == (0, "pengasuh")
    assert empty.removals == ask("pengasuh", country="TW", work="fishing").removals != ()


def test_a_word_that_no_document_holds_any_more_corrects_nothing() -> None:
    held = listing()
    services.hold(held)
    assert (ask("lansai").total, ask("lansai").corrected) == (0, "")
    assert SearchWord.objects.filter(kind="job", word="lansia").exists()
    indexing.rebuild()
    settle()
    assert not SearchWord.objects.exists()


def test_the_likelier_of_two_words_is_meant() -> None:
    for place in ("Tainan", "Tainan", "Tainar"):
        listing(place=place)
    assert ask("tainax").corrected == "tainan"


def test_of_pages_the_nearest_is_proposed_where_some_words_were_found() -> None:
    parent = home("id")
    article(parent, "Paspor dan visa", text="Simpan sendiri")
    found = engine().search_pages(PageQuery("paspor visa sendri", "id"))
    assert ([hit.title for hit in found.hits], found.corrected) == (["Paspor dan visa"], "")
    assert found.suggestion == "paspor visa sendiri"
    assert engine().search_pages(PageQuery("paspor visa", "id")).suggestion == ""


def test_title_counts_more_than_employer_and_employer_more_than_the_rest() -> None:
    rest = listing(place="", reference="SAKURA-1")
    employer = listing(place="", job_order=JobOrderFactory(employer="Sakura Home"))
    title = listing(place="Sakura")
    assert ask("sakura").ids == (title.pk, employer.pk, rest.pk)
    assert ask("taiwan sakura").ids[0] == title.pk


def test_nothing_that_can_be_typed_breaks_a_search() -> None:
    listing()
    for words in (
        '"', "'", 'a"b', "NEAR(lansia, 2)", "terms_a:lansia", "{terms_a} : lansia", "^lansia", "-lansia", "lansia AND",
        "(", "kind:page", "lansia & taiwan", "lansia:*A", "!lansia", "\\", "%s", "%%", '{"query": 1}', "\u202elansia",
        "'; DROP TABLE search_searchdocument; --", "🙂", "\u0000", "أمان", "介護", "x" * 5000, "kata " * 2000, "1" * 400,
        "NT$ 999.999.999.999.999.999", f"gaji {'9' * 19}", f"Rp {'9' * 300}",
    ):  # fmt: skip
        for sort in ("closing", "relevance", "newest"):
            assert ask(words, sort=sort).total in (0, 1), words
        assert engine().search_pages(PageQuery(words, "en")).total == 0, words
    assert ask("lansia").total == 1


# --- what is public ------------------------------------------------------------------------------------------------


def test_ids_total_and_counts_speak_only_of_what_is_public_at_that_moment() -> None:
    shown, hidden = listing(), listing(reference="HIDDEN")
    assert ask("lansia").total == 2
    Agency.objects.filter(pk=hidden.agency_id).update(valid_until=day(-1))
    found = ask("lansia")
    assert (found.ids, found.total, found.facets["country"].count("TW")) == ((shown.pk,), 1, 1)
    # The copies are not believed, not even when somebody writes them.
    JobListing.objects.update(public_from=day(-9), public_until=day(99))
    assert ask().ids == (shown.pk,)


def test_what_the_worker_pays_is_asked_of_the_cost_lines_themselves() -> None:
    """Lines that no signal told of: a filter believes no copy, and a line of nothing is no charge (DECISIONS 31)."""
    free, paid = listing(), listing()
    part = ComponentFactory(free_by_law=False)
    CostLine.objects.bulk_create(
        CostLine(listing_id=row.pk, component=part, payer=payer, amount=amount)
        for row, payer, amount in ((paid, "worker", 500000), (free, "worker", 0), (free, "employer", 700000))
    )
    for words in ("", "lansia"):
        found = ask(words, cost="zero")
        assert (found.ids, found.total) == ((free.pk,), 1)
        assert (found.facets["cost"].count("zero"), found.facets["cost"].count("some")) == (1, 1)
        assert ask(words, cost="some").ids == (paid.pk,)
    CostLine.objects.filter(listing=paid).update(amount=0)
    assert ask(cost="zero").total == 2


def test_every_other_filter_and_the_order_are_asked_of_the_source_rows_too() -> None:
    first, moved = listing(), listing()
    JobListing.objects.filter(pk=moved.pk).update(education="s1", closing_date=day(3))
    assert ask().ids == (moved.pk, first.pk)
    assert ask(education="sma").ids == (first.pk,)
    assert ask(closing="7").ids == (moved.pk,)
    assert ask().facets["education"].count("sma") == ask().facets["closing"].count("7") == 1
    # The same listing in another country, field of work and way, which is legal there.
    there, work, way = DestinationFactory(country="JP"), WorkGroupFactory(code="factory"), SchemeFactory(code="ssw")
    RuleFactory(destination=there, work="factory", scheme="ssw")
    other = OccupationFactory(code="8219", name={"id": "Perakit", "en": "Assembler"}, work=work)
    JobOrder.objects.filter(pk=moved.job_order_id).update(country="JP", scheme=way, work=work)
    JobListing.objects.filter(pk=moved.pk).update(country="JP", scheme=way, occupation=other)
    for name, here, elsewhere in (
        ("country", "TW", "JP"), ("work", "caregiver", "factory"), ("scheme", "p2p", "ssw"),
    ):  # fmt: skip
        assert ask(**{name: here}).ids == (first.pk,), name
        assert ask("lowongan", **{name: elsewhere}).ids == (moved.pk,), name
        assert (ask().facets[name].count(here), ask().facets[name].count(elsewhere)) == (1, 1), name


def test_a_listing_becomes_public_and_ends_by_its_dates_alone() -> None:
    order = JobOrderFactory(valid_from=day(2), valid_until=day(4))
    coming = listing(job_order=order, closing_date=day(30))
    asked = engine()
    seen = [asked.search_jobs(JobQuery(), day(number)).ids for number in range(6)]
    assert seen == [(), (), (coming.pk,), (coming.pk,), (coming.pk,), ()]


# --- filters, counts, order ----------------------------------------------------------------------------------------


def test_counts_totals_and_ways_out_are_true_on_random_worlds() -> None:
    many_listings(60, seed=20261122)
    truth = Truth()
    assert truth.rows
    assert len(truth.rows) < 60
    dice = random.Random(7)
    words = ["", "", "pengasuh", "taiwan", "contoh samudra", "osaka worker", "kerja", "naga"]
    questions = [JobQuery()]
    for _number in range(60):
        chosen = {name: dice.choice(values) for name, values in VALUES.items() if dice.random() < 0.35}
        questions.append(JobQuery(words=dice.choice(words), **chosen))
    empty = 0
    for query in questions:
        found = engine().search_jobs(query, day(0))
        expected = truth.ids(query)
        assert found.total == len(expected), query
        assert set(found.ids) <= expected
        assert len(found.ids) == min(20, len(expected))
        counted = {
            name: {option.value: option.count for option in facet.options} for name, facet in found.facets.items()
        }
        assert counted == truth.counts(query), query
        if not expected:
            empty += 1
            for way in found.removals:
                assert way.total == len(truth.ids(way.left_of(query))) > 0, (query, way)
            singles = [name for name in (*query.filters, WORDS) if query.value(name)]
            assert {way.names for way in found.removals} >= {
                (name,) for name in singles if truth.ids(query.without(name))
            }
        else:
            assert found.removals == ()
    assert empty > 5


def out(words: str, **values: object) -> dict[str, tuple[str, int]]:
    """The ways out of zero results that keep a part of the words: what goes, what is left, what it finds."""
    return {way.said: (way.words, way.total) for way in ask(words, **values).removals if way.said}


def test_a_condition_read_from_the_words_can_be_taken_away() -> None:
    for _number in range(2):
        CostLine.objects.create(
            listing=listing(), component=ComponentFactory(free_by_law=False), payer="worker", amount=5
        )
    settle()
    assert ask("taiwan carer tanpa biaya").total == 0
    assert out("kerja taiwan tanpa biaya carer") == {"tanpa biaya": ("kerja taiwan carer", 2)}
    assert out("carer gratis taiwan", country="TW") == {"gratis": ("carer taiwan", 2)}
    assert out("carer gaji NT$ 990.000 taiwan") == {"NT$ 990.000": ("carer gaji taiwan", 2)}
    # Nothing else is left to ask for: all the words can be taken away.
    assert out("tanpa biaya") == {}
    assert ask("taiwan tanpa biaya", as_typed=True).removals == (Removal((WORDS,), 2),)


def test_a_word_too_much_can_be_taken_away() -> None:
    listing()
    settle()
    assert out("taiwan abcxyzq") == {"abcxyzq": ("taiwan", 1)}
    # No condition is torn apart, and what nobody knows goes together.
    assert out("abcxyzq taiwan qqzzxx") == {"abcxyzq qqzzxx": ("taiwan", 1)}
    assert out("abcxyzq") == {}
    assert out("taiwan abcxyzq", country="JP") == {}
    assert ask("taiwan abcxyzq", as_typed=True).removals == (Removal((WORDS,), 1),)


def test_of_words_that_are_known_each_can_be_too_much_and_few_are_tried() -> None:
    listing()
    order = JobOrderFactory(agency=AgencyFactory(legal_name="PT Contoh Bahari"), employer="Sakura Home")
    hidden = listing(job_order=order)
    JobListing.objects.filter(pk=hidden.pk).update(closing_date=day(-1))
    settle()
    assert out("taiwan sakura") == {"sakura": ("taiwan", 1)}


def test_pages_say_what_they_hold_without_a_word() -> None:
    parent = home("id")
    article(parent, "Paspor dan visa")
    article(parent, "Visa turis")
    found = engine().search_pages(PageQuery("visa abcxyzq", "id"))
    assert (found.total, found.removals) == (0, (Removal((WORDS,), 2, "abcxyzq", "visa"),))
    assert engine().search_pages(PageQuery("visa", "id")).removals == ()


def test_a_page_that_another_language_found_takes_the_place_and_the_count_of_one() -> None:
    id_home, en_home = home("id"), home("en")
    for number in range(25):
        page = article(id_home, f"Halaman {chr(97 + number)}", text="paspor" if number % 2 else "lain")
        article(en_home, f"Passport {chr(97 + number)}", text="passport", of=page)
    asked, seen = engine(), []
    for number in (1, 2):
        found = asked.search_pages(PageQuery("passport", "id", number))
        assert (found.total, found.pages) == (25, 2)
        seen += [(hit.language, hit.key) for hit in found.hits]
    assert {language for language, _key in seen} == {"id"}
    assert len(seen) == len(set(seen)) == 25


def test_what_a_space_has_split_is_joined_before_a_letter_is_changed() -> None:
    listing()
    parent = home("id")
    article(parent, "Bekerja di Taiwan")
    article(parent, "Tani di desa")
    settle()
    assert ask("tai wan").corrected == ask("Tai Wan").corrected == "taiwan"
    assert ask("tai wan carer").total == 1
    assert engine().search_pages(PageQuery("tai wan", "id")).corrected == "taiwan"


def test_closing_days_and_schooling_include_their_limits() -> None:
    week = listing(closing_date=day(7), education="smp")
    later = listing(closing_date=day(8), education="sma")
    assert ask(closing="7").ids == (week.pk,)
    assert ask(closing="14").ids == (week.pk, later.pk)
    assert ask(education="sd").total == 0
    assert ask(education="smp").ids == (week.pk,)
    assert ask(education="s1").total == 2


def test_soonest_closing_first_then_newest() -> None:
    late, soon, newer = listing(closing_date=day(9)), listing(closing_date=day(3)), listing(closing_date=day(9))
    assert ask().ids == (soon.pk, newer.pk, late.pk)
    assert ask("lansia", sort="closing").ids == (soon.pk, newer.pk, late.pk)


def test_newest_first_with_and_without_words_and_those_without_a_moment_last() -> None:
    moments = {listing(closing_date=day(9 - number)).pk: number for number in range(3)}
    for pk, number in moments.items():
        JobListing.objects.filter(pk=pk).update(first_public_at=timezone.now() - dt.timedelta(hours=number))
    unknown = listing()
    JobListing.objects.filter(pk=unknown.pk).update(first_public_at=None)
    expected = (*moments, unknown.pk)
    assert ask(sort="newest").ids == expected
    assert ask("lansia", sort="newest").ids == expected
    assert ask("lansia", sort="newest", page=2, per_page=2).ids == expected[2:]


def test_a_page_holds_as_many_as_are_asked_for_and_the_last_one_the_rest() -> None:
    many_listings(70, seed=3)
    whole = ask(per_page=100)
    assert (len(whole.ids), whole.pages) == (whole.total, 1)
    for size in (1, 7, whole.total):
        last = -(-whole.total // size)
        found = [ask(per_page=size, page=number) for number in range(1, last + 1)]
        assert [pk for results in found for pk in results.ids] == list(whole.ids)
        assert {(results.pages, results.total) for results in found} == {(last, whole.total)}
        assert ask(per_page=size, page=last + 5).page == last


def test_pages_of_results_neither_repeat_nor_lose_and_end() -> None:
    many_listings(70, seed=3)
    total = ask().total
    assert 20 < total <= 40
    pages = [ask(page=number) for number in (1, 2)]
    shown = [key for page in pages for key in page.ids]
    assert len(shown) == len(set(shown)) == total
    assert [page.page for page in pages] == [1, 2]
    beyond = ask(page=400)
    assert (beyond.page, beyond.ids) == (2, pages[1].ids)


# --- keeping up ----------------------------------------------------------------------------------------------------


def test_the_document_follows_its_listing() -> None:
    held = listing()
    services.hold(held)
    assert ask().total == 0
    assert not SearchDocument.objects.exists()
    services.reopen(held)
    held.place = "Kaohsiung"
    held.save()
    assert ask("kaohsiung").ids == (held.pk,)
    assert ask("taichung").total == 0
    held.occupation.name = {"id": "Perawat lansia", "en": "Nurse"}
    held.occupation.save()
    assert ask("perawat").ids == (held.pk,)
    assert troubles() == []
    held.changes.all().delete()
    held.delete()
    assert not SearchDocument.objects.exists()
    assert troubles() == []


def told() -> Answering:
    """What is asked, after the one task that a change begins; nothing else has looked."""
    if not outer.is_used():
        return get_embedded()
    telling.tell()
    return get_outer()


def test_each_step_of_a_listing_is_right_after_one_task() -> None:
    def shown(words: str = "lansia", **filters: str) -> tuple[int, ...]:
        found = told().search_jobs(JobQuery(words=words, as_typed=True, **filters), day(0))
        assert found.total == len(found.ids) == sum(found.facets["country"].count(code) for code in ("TW", "JP"))
        return found.ids

    held = listing(closing_date=day(20))
    assert shown() == (held.pk,)
    held.place, held.closing_date, held.education = "Kaohsiung", day(5), "s1"
    held.save()
    assert shown("kaohsiung", closing="7", education="s1") == (held.pk,)
    assert shown("taichung") == shown(education="sma") == ()
    line = CostLine.objects.create(
        listing=held, component=ComponentFactory(free_by_law=False), payer="worker", amount=5
    )
    assert shown(cost="some") == shown() == (held.pk,)
    assert shown(cost="zero") == shown("lansia gratis") == ()
    line.delete()
    assert shown(cost="zero") == shown("lansia gratis") == (held.pk,)
    services.hold(held)
    assert shown() == ()
    services.reopen(held)
    assert shown() == (held.pk,)
    held.agency.valid_until = day(-1)
    held.agency.save()
    assert shown() == ()
    held.agency.valid_until = day(300)
    held.agency.save()
    assert shown() == (held.pk,)
    services.close(held)
    assert shown() == ()
    services.reopen(held)
    assert shown() == (held.pk,)
    # It ends by its date: nobody says anything.
    assert told().search_jobs(JobQuery(words="lansia"), day(5)).ids == (held.pk,)
    assert told().search_jobs(JobQuery(words="lansia"), day(6)).total == 0
    held.holds.all().delete()
    held.changes.all().delete()
    held.delete()
    assert shown() == ()


def test_each_step_of_a_page_is_right_after_one_task() -> None:
    def shown(words: str, language: str = "id") -> list[int]:
        settle()
        return [hit.key for hit in told().search_pages(PageQuery(words, language)).hits]

    id_home, en_home = home("id"), home("en")
    room = article(id_home, "Ruang")
    page = article(id_home, "Paspor hilang")
    assert shown("paspor") == shown("paspor", "en") == [page.pk]
    page.title = "Visa hilang"
    page.save_revision().publish()
    assert (shown("paspor"), shown("visa")) == ([], [page.pk])
    page.move(room, pos="last-child")
    page = type(page).objects.get(pk=page.pk)
    assert shown("visa") == [page.pk]
    english = article(en_home, "Visa lost", of=page)
    assert (shown("visa"), shown("visa", "en")) == ([page.pk], [english.pk])
    english.unpublish()
    assert shown("visa", "en") == [page.pk]
    # No page is private (ADR 5): what is marked so is read by everybody all the same, and found.
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert not page.get_view_restrictions()
    page.save_revision().publish()
    assert shown("visa") == [page.pk]
    page.unpublish()
    assert shown("visa") == []
    page.save_revision().publish()
    assert shown("visa") == [page.pk]
    type(page).objects.get(pk=page.pk).delete()
    assert shown("visa") == []


def test_a_page_below_one_that_nobody_can_reach_has_no_document_until_that_one_is_back() -> None:
    id_home, jv_home = home("id"), home("jv")
    article(id_home, "Paspor hilang")
    room = article(id_home, "Ruang")
    hall = article(room, "Lorong")
    page = article(hall, "Rahasia", text="wojtekmiranda paspor")
    same = {"update_locale": jv_home.locale, "reset_translation_key": False}
    alias = Page.objects.get(pk=room.pk).specific.create_alias(parent=jv_home, **same)
    regional = article(alias, "Wadi", text="wojtekmirande paspor")
    below = {hall.pk, page.pk, regional.pk}

    def held() -> set[int]:
        settle()
        return below & set(SearchDocument.objects.filter(kind="page").values_list("object_key", flat=True))

    def suggested() -> str:
        return told().search_pages(PageQuery("paspor hilang wojtekmirandi", "id")).suggestion

    assert (held(), suggested()) == (below, "paspor hilang wojtekmiranda")
    Page.objects.get(pk=room.pk).unpublish()
    assert (held(), suggested()) == (set(), "")
    # Published anew, it is none either.
    type(page).objects.get(pk=page.pk).save_revision().publish()
    assert (held(), suggested(), troubles()) == (set(), "", [])
    assert indexing.repair() == 0
    type(room).objects.get(pk=room.pk).save_revision().publish()
    assert (held(), suggested(), troubles()) == (below, "paspor hilang wojtekmiranda", [])
    assert indexing.repair() == 0


def test_what_is_rolled_back_was_never_indexed() -> None:
    held = listing()
    with transaction.atomic():
        held.place = "Kaohsiung"
        held.save()
        assert ask("kaohsiung").total == 1
        transaction.set_rollback(True)
    settle()
    assert ask("kaohsiung").total == 0
    assert ask("taichung").total == 1
    assert troubles() == []


def test_a_rebuild_repairs_what_was_written_past_the_signals_and_then_finds_nothing_to_do() -> None:
    many_listings(12, seed=5)
    parent = home("id")
    article(parent, "Paspor", text="Simpan sendiri")
    right = SearchDocument.objects.count()
    SearchDocument.objects.filter(kind="page", title="Paspor").update(terms_a="lain", version="0")
    JobListing.objects.filter(status="published").update(place="Kaohsiung")
    Page.objects.filter(pk=parent.pk).update(live=False)
    rehearsed = indexing.rebuild(dry_run=True)
    assert (rehearsed.added, rehearsed.removed) == (0, 2)
    assert ask("kaohsiung").total == 0
    done = indexing.rebuild()
    assert done == rehearsed
    assert ask("kaohsiung").total > 0
    assert troubles() == []
    again = indexing.rebuild()
    assert (again.added, again.changed, again.removed, again.unchanged) == (0, 0, 0, right - 2)


def test_the_minute_s_repair_finds_what_no_signal_told() -> None:
    kept, over = listing(), listing()
    parent = home("id")
    page = article(parent, "Paspor")
    JobListing.objects.filter(pk=over.pk).update(closing_date=day(-1))
    SearchDocument.objects.filter(kind="job", object_key=kept.pk).delete()
    type(page).objects.filter(pk=page.pk).update(title="Visa", live_revision=None)
    get_embedded().rebuild()
    assert indexing.repair() == 3
    settle()
    assert ask().ids == (kept.pk,)
    assert [hit.key for hit in engine().search_pages(PageQuery("visa", "id")).hits] == [page.pk]
    assert indexing.repair() == 0


# --- pages ---------------------------------------------------------------------------------------------------------


def test_of_listings_that_fit_alike_the_new_and_the_closing_come_first_and_a_better_fit_before_both() -> None:
    noon = timezone.localtime().replace(hour=12)
    plain = listing(closing_date=day(90), first_public_at=noon - dt.timedelta(days=60))
    fresh = listing(closing_date=day(90), first_public_at=noon - dt.timedelta(days=7))
    recent = listing(closing_date=day(90), first_public_at=noon - dt.timedelta(days=30))
    soon = listing(closing_date=day(7), first_public_at=noon - dt.timedelta(days=60))
    both = listing(closing_date=day(7), first_public_at=noon - dt.timedelta(days=1))
    other = OccupationFactory(code="5311", name={"id": "Penjaga anak", "en": "Nanny"}, also="")
    worse = listing(
        occupation=other, job_order=JobOrderFactory(employer="Lansia Home"), closing_date=day(1), first_public_at=noon
    )
    for row in (plain, fresh, recent, soon, both, worse):
        JobListing.objects.filter(pk=row.pk).update(first_public_at=row.first_public_at)
    settle()
    wanted = (both.pk, fresh.pk, soon.pk, recent.pk, plain.pk)
    assert ask("lansia").ids == (*wanted, worse.pk)
    # The order of a day is the order of that day.
    assert all(ask("lansia").ids == (*wanted, worse.pk) for _again in range(3))
    assert ask("lansia", sort="newest").ids[0] in (both.pk, worse.pk)


def found(words: str, language: str) -> list[tuple[str, str]]:
    """Titles and languages of the pages found."""
    return [(hit.title, hit.language) for hit in engine().search_pages(PageQuery(words, language)).hits]


def test_pages_of_the_readers_language_come_first_and_a_translation_is_shown_once() -> None:
    id_home, en_home = home("id"), home("en")
    both = article(id_home, "Paspor dan visa", text="kerja")
    article(en_home, "Passport and visa", text="work", of=both)
    article(id_home, "Visa turis")
    assert found("visa", "en") == [("Passport and visa", "en"), ("Visa turis", "id")]
    assert found("visa", "id")[0][1] == "id"
    assert {title for title, _language in found("visa", "id")} == {"Paspor dan visa", "Visa turis"}
    # Found by the words of one language, shown in that of the reader.
    assert found("kerja", "en") == [("Passport and visa", "en")]
    assert found("work", "id") == [("Paspor dan visa", "id")]
    javanese = article(home("jv"), "Visa lan paspor", text="nyambut gawe", of=both)
    assert found("visa", "jv")[0] == (javanese.title, "jv")
    assert found("gawe", "en") == [("Passport and visa", "en")]
    assert found("work", "jv") == [(javanese.title, "jv")]
    # Who has no version of it gets the Indonesian one, whatever held the words.
    assert found("work", "su") == [("Paspor dan visa", "id")]
    assert [language for _title, language in found("visa", "en")] == ["en", "id"]


def test_pages_are_found_by_title_summary_and_text_in_that_order() -> None:
    parent = home("id")
    article(parent, "Satu", text="tentang paspor yang disimpan sendiri")
    article(parent, "Dua", summary="Paspor dan visa")
    article(parent, "Paspor")
    assert [title for title, _language in found("paspor", "id")] == ["Paspor", "Dua", "Satu"]


def test_only_live_pages_that_are_no_alias_are_found() -> None:
    id_home, en_home = home("id"), home("en")
    page = article(id_home, "Paspor")
    page.create_alias(parent=en_home, update_locale=en_home.locale)
    settle()
    assert found("paspor", "en") == [("Paspor", "id")]
    page.unpublish()
    settle()
    assert found("paspor", "id") == []
    assert not SearchDocument.objects.filter(title="Paspor").exists()


def test_a_page_that_holds_most_of_a_sentence_is_found_after_one_that_holds_it_all() -> None:
    parent = home("id")
    article(parent, "Paspor dan visa", text="Majikan menahan")
    article(parent, "Visa", text="Majikan")
    article(parent, "Paspor")
    titles = [title for title, _language in found("paspor ditahan majikan visa", "id")]
    assert titles == ["Paspor dan visa"]
    titles = [title for title, _language in found("paspor visa majikan", "id")]
    assert titles == ["Paspor dan visa", "Visa"]
    assert [title for title, _language in found("paspor majikan", "id")] == ["Paspor dan visa"]


def age_of_workers(**values: object) -> Fact:
    fact = Fact.objects.create(
        slug="usia-pmi", kind="number", label={"id": "Usia", "en": "Age"}, number=18, steward="Contoh",
        verified_on=day(-3), verify_by=day(90), **values,
    )  # fmt: skip
    fact.sources.add(SourceFactory())
    settle()
    return fact


def test_a_number_is_shown_as_it_is_now_however_old_the_document() -> None:
    age_of_workers(valid_until=day(0), fallback={"id": "tanyakan ke Disnaker", "en": "ask"})
    article(home("id"), "Usia {fakta:usia-pmi}", text="Paling muda {fakta:usia-pmi} tahun")

    def shown() -> list[tuple[str, str]]:
        return [(hit.title, hit.text) for hit in engine().search_pages(PageQuery("usia", "id")).hits]

    assert shown() == [("Usia 18", "Paling muda 18 tahun")]
    with time_machine.travel(dt.datetime.combine(day(1), dt.time(12), timezone.get_default_timezone())):
        assert shown() == [("Usia tanyakan ke Disnaker", "Paling muda tanyakan ke Disnaker tahun")]
    Fact.objects.update(number=21)
    settle()
    assert shown() == [("Usia 21", "Paling muda 21 tahun")]


def test_a_number_is_found_and_shown_by_its_value_and_follows_its_fact() -> None:
    fact = age_of_workers()
    article(home("id"), "Usia", text="Paling muda {fakta:usia-pmi} tahun")
    assert found("18 tahun", "id") == [("Usia", "id")]
    fact.number = 21
    fact.save()
    # Not settled: the listener reads the new value inside the transaction, before any process may know it.
    assert "21" in SearchDocument.objects.get(title="Usia").terms_d
    settle()
    assert found("18 tahun", "id") == []
    assert found("21 tahun", "id") == [("Usia", "id")]
    assert troubles() == []
