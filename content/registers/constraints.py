"""What the database itself refuses, whoever writes and however: a code that no vocabulary holds.

No page could say what such a code means, and a rule could take it for something that it is not.
"""

from __future__ import annotations

from django.db.models import CheckConstraint, Q, TextChoices


def coded(model: str, **fields: type[TextChoices]) -> list[CheckConstraint]:
    """The constraints that hold each of ``fields`` to the codes of its vocabulary, named after ``model``."""
    return [
        CheckConstraint(name=f"{model}_{name}_is_known", condition=Q(**{f"{name}__in": vocabulary.values}))
        for name, vocabulary in fields.items()
    ]
