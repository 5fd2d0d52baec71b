"""The examples where nothing else has been loaded."""

from __future__ import annotations

import pytest

from content.jobs import examples
from content.registers import seeding
from tests.content.jobs.test_examples import quiet

pytestmark = pytest.mark.django_db


def test_without_registers_it_says_what_to_run_first() -> None:
    with pytest.raises(seeding.SeedError, match="load_reference"):
        examples.load(quiet)
