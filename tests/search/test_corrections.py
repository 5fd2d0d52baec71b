"""What is never taken for a mistyped word."""

from __future__ import annotations

import pytest

from content.registers.models import Distress, Region
from search import corrections, vocabulary
from search.questions import JOB, PAGE
from tests.search.world import settle

pytestmark = pytest.mark.django_db


def proposed(words: str, kind: str = JOB) -> list[str]:
    return list(corrections.proposals(words, kind, lambda near: dict.fromkeys(near, 1)))


@pytest.fixture(autouse=True)
def held() -> None:
    """Documents that hold a word beside each of those that are asked for."""
    near = (
        "kerja",
        "jual",
        "roman",
        "babu",
        "overstad",
        "bunting",
        "buruh",
        "narkobe",
        "ilegat",
        "masket",
        "japam",
        "madurc",
        "dikurungim",
    )
    for kind in (JOB, PAGE):
        vocabulary.add(kind, [(word, word) for word in near])
    settle()


def test_a_mistyped_word_is_corrected() -> None:
    assert proposed("kerja romam") == ["kerja roman"]


@pytest.mark.parametrize("kind", [JOB, PAGE])
@pytest.mark.parametrize("words", ["kerja oman", "Oman", "kerja muscat", "japan", "kerja Öman"])
def test_a_country_or_city_is_never_replaced(words: str, kind: str) -> None:
    assert proposed(words, kind) == []


@pytest.mark.parametrize("kind", [JOB, PAGE])
@pytest.mark.parametrize(
    "words", ["sabu", "sabu-sabu", "jual sabu", "overstay", "bundir", "bunuh", "narkoba", "ilegal"]
)
def test_what_is_dangerous_or_forbidden_leads_to_nothing_else(words: str, kind: str) -> None:
    assert not [meant for meant in proposed(words, kind) if words.split()[-1] not in meant]


def test_words_of_a_cry_and_provinces_are_known() -> None:
    assert proposed("dikurungin") == ["dikurungim"]
    assert proposed("madura") == ["madurc"]
    Distress.objects.create(code="kurung", words={"id": "dikurungin agen"})
    Region.objects.create(code="35", name="Madura")
    settle()
    assert proposed("dikurungin") == proposed("madura") == []


@pytest.mark.parametrize(
    "words", ["<script>romam", "romam(1)", "a.romam.b", "kerja {romam}", "romam=1", "https://romam/"]
)
def test_code_is_no_mistyped_word(words: str) -> None:
    assert proposed(words) == []


@pytest.mark.parametrize("words", ["romam?", "kerja, romam.", "“romam”", "kerja/romam", "kerja-romam"])
def test_the_marks_of_a_sentence_may_stand_beside_a_mistyped_word(words: str) -> None:
    assert proposed(words) == [words.replace("romam", "roman")]


def test_what_a_space_has_split_is_joined_first_and_what_is_known_is_not() -> None:
    vocabulary.add(JOB, [("taiwan", "taiwan"), ("kerjaroman", "kerjaroman"), ("tani", "tani")])
    settle()
    assert proposed("tai wan") == ["taiwan"]
    assert proposed("Tai wan romam") == ["taiwan roman"]
    assert proposed("kerja roman") == []


@pytest.mark.parametrize("kind", [JOB, PAGE])
@pytest.mark.parametrize("words", ["jualan roma", "romansa", "merokok", "kanker"])
def test_a_word_of_the_dictionary_is_never_replaced(words: str, kind: str) -> None:
    """Though something near is held, and nobody holds it."""
    vocabulary.add(kind, [(word, word) for word in ("romanse", "menrokok", "kantor", "kankes")])
    settle()
    assert proposed(words, kind) == []


@pytest.mark.parametrize(("typed", "meant"), [("sumbr", "sumber"), ("suber", "sumber"), ("perkebbunn", "perkebunan")])
def test_a_long_word_may_have_two_wrong_letters_and_a_short_one_one(typed: str, meant: str) -> None:
    vocabulary.add(JOB, [("sumber", "sumber"), ("perkebunan", "kebun")])
    settle()
    assert proposed(typed) == [meant]
    assert proposed("sambur") == proposed("tumbur") == []


@pytest.mark.parametrize(("typed", "meant"), [("mlysia", "malaysia"), ("mlys", "malaysia"), ("prwat", "perawat")])
def test_vowels_that_are_left_out_are_put_back(typed: str, meant: str) -> None:
    vocabulary.add(JOB, [(word, word) for word in ("malaysia", "perawat", "parawisata", "pusat")])
    settle()
    assert proposed(typed) == [meant]
