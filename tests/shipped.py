"""The registers that the portal ships with, loaded once for the tests of a module.

Each test still takes back what it has changed: what is loaded lies in a transaction around theirs, which is taken back
after the last one. Loading them for each test would take longer than all that the tests do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from content.guides import contract_selectors, plan_rules
from content.jobs import offer_rules
from content.registers import generation, seeding


@contextmanager
def loaded_once(blocker: DjangoDbBlocker, load: Callable[[], object]) -> Iterator[None]:
    """What ``load`` writes stands in the main database until the block ends. Not for tests that commit."""
    around = transaction.atomic()
    with blocker.unblock():
        around.__enter__()
        load()
    yield
    with blocker.unblock():
        transaction.set_rollback(True)
        around.__exit__(None, None, None)
        generation.replace()


def _registers() -> None:
    found = seeding.read()
    guides = (*plan_rules.REGISTERS, *contract_selectors.REGISTERS)
    seeding.load(found | seeding.read(plan_rules.FOLDER, guides, sources=seeding.sources_of(found)))
    seeding.load(seeding.read(offer_rules.FOLDER, offer_rules.REGISTERS))


@pytest.fixture(scope="module")
def registers_of_module(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with loaded_once(django_db_blocker, _registers):
        yield


@pytest.fixture
def shipped_registers(registers_of_module: None, new_generations: None, db: None) -> None:
    """Registers, planner, contract reader and offer check as they are shipped, without regions."""
    generation.replace()


@pytest.fixture(scope="module")
def regions_of_module(registers_of_module: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with loaded_once(django_db_blocker, seeding.load_regions):
        yield


@pytest.fixture
def shipped_regions(regions_of_module: None, shipped_registers: None) -> None:
    """The same with every region."""
