"""Countries that a cry names: by name, by a town, in one word with what stands before it, and never the own one."""

from __future__ import annotations

import pytest

from content.registers.models import Synonym
from search import places
from tests.search.world import settle

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh() -> None:
    settle()


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("saya disekap di kamboja", {"KH"}),
        ("locked in, Cambodia", {"KH"}),
        ("dikurung dimalaysia", {"MY"}),
        ("tolong saya di Hong Kong", {"HK"}),
        ("disekap di Myawaddy", {"MM"}),
        ("dijual dari Phnom Penh ke Mae Sot", {"KH", "TH"}),
        ("arab saudi", {"SA"}),
        ("saya disekap di jakarta, indonesia", set()),
        ("saya disekap", set()),
        ("", set()),
    ],
)
def test_a_country_is_known_by_its_names_and_towns(typed: str, codes: set[str]) -> None:
    assert places.abroad(typed) == codes


def test_a_synonym_is_as_good_as_the_name() -> None:
    Synonym.objects.create(code="korea", words={"id": "Korea Selatan, Korsel, negeri ginseng"})
    settle()
    assert places.abroad("disekap di korsel", "negeri ginseng") == {"KR"}
