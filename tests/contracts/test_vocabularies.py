"""Every vocabulary has a label in each complete language, so that what is coded reads well without translation (DECISIONS 23)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db.models import TextChoices
from django.utils import translation
from django.utils.functional import Promise

from content.core.interface import held_by
from content.jobs.vocabulary import Moment, WagePeriod

# Codes between programs, which no page and no form names; for those of the vault the desk has its own words
# (tests/content/reports/test_desk.py).
NEVER_SHOWN = {"Report.Status", "Hold.Reason", "AuditEvent.Action", "DocumentKind"} | {
    "Referral.Consent",
    "Referral.Receiver",
}
ROOMS = ("accounts.", "content.", "portal.", "search.")


def _of(parent: type[TextChoices]) -> Iterator[type[TextChoices]]:
    for child in parent.__subclasses__():
        yield child
        yield from _of(child)


VOCABULARIES = sorted(
    {
        vocabulary
        for vocabulary in _of(TextChoices)
        if vocabulary.__module__.startswith(ROOMS) and vocabulary.__qualname__ not in NEVER_SHOWN
    },
    key=lambda vocabulary: f"{vocabulary.__module__}.{vocabulary.__qualname__}",
)


def test_the_vocabularies_are_found() -> None:
    assert {Moment, WagePeriod} <= set(VOCABULARIES)
    assert len(VOCABULARIES) >= 20


@pytest.mark.parametrize("vocabulary", VOCABULARIES, ids=lambda vocabulary: vocabulary.__qualname__)
def test_every_code_has_a_label_of_its_own_in_each_complete_language(vocabulary: type[TextChoices]) -> None:
    said: dict[str, list[str]] = {language: [] for language in settings.COMPLETE_LANGUAGES}
    for code, label in vocabulary.choices:
        # Django makes “Per Hour” of a name that was given no label: it is no text of ours and never translated.
        assert isinstance(label, Promise), code
        with translation.override("en"):
            message = str(label)
        assert message in held_by("id"), message
        for language in settings.COMPLETE_LANGUAGES:
            with translation.override(language):
                said[language].append(str(label))
    for language, labels in said.items():
        assert all(label.strip() for label in labels), language
        assert len(set(labels)) == len(labels), (language, labels)
