"""From an address to a question and back, whatever the address."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.forms import LONGEST_WORDS, PARAMETERS, address_of, parse_jobs, parse_pages
from search.types import JobQuery
from tests.contracts.adversarial import VALUES
from tests.factories.jobs import DestinationFactory, SchemeFactory, WorkGroupFactory
from tests.search.world import settle

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def registers() -> None:
    DestinationFactory(country="TW")
    WorkGroupFactory(code="caregiver")
    SchemeFactory(code="p2p")
    settle()


FULL = JobQuery(
    words="perawat lansia", country="TW", work="caregiver", cost="zero", education="sma", scheme="p2p", closing="14",
    sort="closing", page=3,
)  # fmt: skip
ADDRESS = "?q=perawat+lansia&negara=TW&bidang=caregiver&biaya=0&pendidikan=sma&skema=p2p&tutup=14&urut=tutup&hal=3"


def test_a_question_has_one_address_and_an_address_one_question() -> None:
    assert address_of(FULL) == ADDRESS
    for order in (ADDRESS[1:], "&".join(reversed(ADDRESS[1:].split("&"))), ADDRESS[1:] + "&utm_source=wa&fbclid=1"):
        asked = parse_jobs(QueryDict(order))
        assert (asked.query, asked.problems) == (FULL, ())


@pytest.mark.parametrize(
    ("query", "address"),
    [
        (JobQuery(), ""),
        (JobQuery(page=1), ""),
        (JobQuery(words="a", sort="relevance"), "?q=a"),
        (JobQuery(cost="some", page=2), "?biaya=ada&hal=2"),
    ],
)
def test_what_is_the_default_is_left_out(query: JobQuery, address: str) -> None:
    assert address_of(query) == address


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("negara=XX", "“XX” is not among the choices"),
        ("tutup=8", "“8” is not among the choices"),
        ("urut=gaji", "“gaji” is no order"),
        ("hal=0", "no page “0”"),
        ("hal=501", "no page “501”"),
        ("hal=٣", "no page “٣”"),
        ("hal=-1", "no page “-1”"),
        ("q=%F0%9F%99%82", "“🙂” holds no word"),
        ("q=apa+itu", "“apa itu” holds no word"),
        ("q=" + "kata1+" * 40, f"longer than {LONGEST_WORDS} signs"),
        ("q=" + "+".join(f"k{n}" for n in range(20)), "first 12 words"),
    ],
)
def test_what_is_not_understood_is_left_out_and_named(query: str, sentence: str) -> None:
    with override("en"):
        asked = parse_jobs(QueryDict(query))
    assert len(asked.problems) == 1
    assert sentence in asked.problems[0]
    assert asked.query.filters == {}
    assert asked.query.page == 1


@pytest.mark.parametrize("query", ["", "q=", "q=+%09", "negara=", "negara=%00", "hal=", "x=1", "hemat=1"])
def test_what_says_nothing_is_no_mistake(query: str) -> None:
    asked = parse_jobs(QueryDict(query))
    assert (asked.query, asked.typed, asked.problems) == (JobQuery(), "", ())


def test_a_word_that_is_not_searched_for_is_named_and_no_other() -> None:
    every = "lowongan kerja resmi, lowongan kerja luar negeri, gaji tinggi, gaji besar, kerja"
    many = "+".join(f"k{number}" for number in range(12))
    for words in (f"{every} pabrik korea", f"{many}+k0+k1", f"loker+{many}"):
        assert parse_jobs(QueryDict(f"q={words}")).problems == (), words
    # For pages those are words like others.
    assert parse_pages(QueryDict(f"q={many}+k0"), "id")[1].problems == ()
    assert len(parse_pages(QueryDict(f"q={many}+loker"), "id")[1].problems) == 1


def test_what_was_typed_is_kept_also_where_it_cannot_be_searched_for() -> None:
    asked = parse_jobs(QueryDict("q=%F0%9F%99%82"))
    assert (asked.typed, asked.query.words) == ("🙂", "")


def test_an_order_by_match_needs_words() -> None:
    assert parse_jobs(QueryDict("urut=relevan")).query.sort == "closing"
    assert parse_jobs(QueryDict("urut=baru")).query.sort == "newest"
    assert address_of(JobQuery(words="a", sort="newest")) == "?q=a&urut=baru"
    assert parse_jobs(QueryDict("q=lansia")).query.sort == "relevance"
    assert FULL.without("words").sort == "closing"
    assert JobQuery(words="a", sort="newest").without("words").sort == "newest"
    assert JobQuery(words="a", sort="relevance").without("words").sort == "closing"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.dictionaries(st.sampled_from([*PARAMETERS.values(), "urut", "hal", "x"]), st.text(max_size=60)))
def test_every_address_gives_a_question_whose_address_gives_it_again(parameters: dict[str, str]) -> None:
    given_ = QueryDict(mutable=True)
    given_.update(parameters)
    asked = parse_jobs(given_)
    again = parse_jobs(QueryDict(address_of(asked.query).removeprefix("?")))
    assert again.query == asked.query
    assert len(asked.typed) <= LONGEST_WORDS
    parse_pages(given_, "id")


def test_the_corpus_gives_questions_too() -> None:
    for value in VALUES.values():
        given_ = QueryDict(mutable=True)
        given_.update(dict.fromkeys([*PARAMETERS.values(), "urut", "hal"], value))
        for sentence in parse_jobs(given_).problems:
            assert len(sentence) < 200


def test_what_is_too_long_is_cut_between_two_words() -> None:
    words = " ".join(["perawat"] * 40)
    assert parse_jobs(QueryDict(f"q={words}")).typed == " ".join(["perawat"] * 25)
    assert parse_jobs(QueryDict(f"q={'a' * 10_000}")).typed == "a" * LONGEST_WORDS
    assert parse_jobs(QueryDict(f"q={'a' * LONGEST_WORDS}+b")).typed == "a" * LONGEST_WORDS
