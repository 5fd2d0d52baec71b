"""What an address of the API may ask: understood exactly, or refused with a sentence that names what is wrong."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from django.utils.translation import override

from search.api.parameters import PAGING, SEARCH, Choice, Number, Refused, Typed, lang, problem_in, query_of, read
from search.types import JobQuery
from tests.contracts.adversarial import QUERIES, UNREADABLE, VALUES
from tests.factories.jobs import DestinationFactory, SchemeFactory, WorkGroupFactory
from tests.search.world import settle

pytestmark = pytest.mark.django_db
KNOWN = (*SEARCH, *PAGING, lang)


@pytest.fixture(autouse=True)
def registers() -> None:
    DestinationFactory(country="TW")
    WorkGroupFactory(code="caregiver")
    SchemeFactory(code="p2p")
    settle()


def refused(address: str) -> str:
    with override("en"), pytest.raises(Refused) as error:
        query_of(QueryDict(address))
    return str(error.value.detail)


def answer(given: QueryDict) -> str:
    """The sentence of a refusal, or nothing for a question; anything else fails."""
    try:
        query_of(given)
    except Refused as error:
        return str(error.detail)
    return ""


def test_the_words_and_filters_of_the_list_make_the_same_question() -> None:
    address = "q=perawat+lansia&negara=TW&bidang=caregiver&biaya=0&pendidikan=sma&skema=p2p&tutup=14&urut=baru&hal=3"
    assert query_of(QueryDict(f"{address}&limit=50&lang=en")) == JobQuery(
        words="perawat lansia", country="TW", work="caregiver", cost="zero", education="sma", scheme="p2p", closing="14",
        sort="newest", page=3, per_page=50, as_typed=True,
    )  # fmt: skip
    assert query_of(QueryDict("")) == JobQuery(as_typed=True)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("country=TW", "There is no parameter “country” here, only: q, negara,"),
        ("q.a=1", "There is no parameter “q.a”"),
        ("negara=TW&negara=JP", "“negara” is given more than once."),
        ("negara=", "“negara” is empty: leave it out instead."),
        ("negara=XX", "“XX” is not among the choices of “negara”."),
        ("negara=tw", "“tw” is not among the choices of “negara”."),
        ("biaya=zero", "“zero” is not among the choices of “biaya”."),
        ("tutup=8", "“8” is not among the choices of “tutup”."),
        ("lang=jv", "“jv” is not among the choices of “lang”."),
        ("hal=0", "“hal” is a whole number from 1 to 500."),
        ("hal=-1", "“hal” is a whole number from 1 to 500."),
        ("hal=501", "“hal” is a whole number from 1 to 500."),
        ("hal=1.5", "“hal” is a whole number from 1 to 500."),
        ("hal=%D9%A3", "“hal” is a whole number from 1 to 500."),
        ("limit=101", "“limit” is a whole number from 1 to 100."),
        ("q=%00", "“q” holds no word that can be searched for."),
        ("q=dan+yang", "“q” holds no word that can be searched for."),
        ("q=" + "a" * 201, "“q” holds more than 200 signs."),
        ("q=" + "+".join(f"a{number}" for number in range(13)), "“q” holds more than 12 words."),
        ("q=korea+biaya+5+juta", "“q” names a charge; listings cannot be searched by the amount of one."),
        ("q=korea+gaji+500+ribu+sehari", "“q” names an amount that is no least wage of a month."),
    ],
)
def test_what_is_not_understood_is_named(address: str, sentence: str) -> None:
    assert refused(address).startswith(sentence)


def test_the_sentence_is_in_the_language_of_the_reader() -> None:
    with override("id"), pytest.raises(Refused, match="kosong: hapus saja"):
        query_of(QueryDict("negara="))


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_a_hostile_value_is_a_question_or_a_refusal(value: str) -> None:
    for one in KNOWN:
        given = QueryDict(mutable=True)
        given[one.name] = value
        assert len(answer(given)) < 200


@pytest.mark.parametrize("name", [name for name in QUERIES if name not in UNREADABLE])
def test_a_malformed_query_is_a_question_or_a_refusal(name: str) -> None:
    answer(QueryDict(QUERIES[name]))


def test_each_kind_describes_exactly_what_it_understands() -> None:
    """The document says the same as the judge, or a program that keeps to it is refused."""
    for one in KNOWN:
        schema = one.schema()
        if isinstance(one, Choice):
            assert schema["enum"]
            assert [one.problem(value) for value in schema["enum"]] == [""] * len(schema["enum"])
        elif isinstance(one, Number):
            assert one.problem(str(schema["minimum"])) == one.problem(str(schema["maximum"])) == ""
            assert one.problem(str(schema["minimum"] - 1))
            assert one.problem(str(schema["maximum"] + 1))
        else:
            assert isinstance(one, Typed)
            assert one.problem("a" * schema["maxLength"]) == ""
            assert one.problem("a" * (schema["maxLength"] + 1))
        if "default" in schema:
            assert one.problem(str(schema["default"])) == ""


def test_a_new_destination_is_a_choice_at_once() -> None:
    assert refused("negara=JP")
    DestinationFactory(country="JP")
    settle()
    assert query_of(QueryDict("negara=JP")).country == "JP"


def test_a_feed_asks_only_whether_its_words_and_filters_are_understood() -> None:
    with override("en"):
        assert problem_in(QueryDict("negara=&utm_source=wa&hal=x&q=lansia")) == ""
        assert problem_in(QueryDict("negara=TW&negara=JP")) == "“negara” is given more than once."
        assert problem_in(QueryDict("negara=XX&q=lansia")) == "“XX” is not among the choices of “negara”."


def test_reading_gives_what_was_given() -> None:
    assert read(QueryDict("hal=2&limit=5"), KNOWN) == {"hal": "2", "limit": "5"}
