"""The numbers of a text that nothing answers for, with the laws that are sources here."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from . import digits
from .models import Source

# So many numbers are named; whoever mends them finds the rest the next time.
_NAMED = 5
BARE_DIGITS = _(
    "These numbers stand in the text by themselves: %(numbers)s. Put a fact or a channel in their place (“Insert a code”), "
    "write a count in words, or name the date or the law that the number belongs to."
)
_LAWS = (Source.Kind.LAW, Source.Kind.REGULATION)


def law_of(source: Source) -> digits.Law | None:
    """The law that a source is, if it is one."""
    return digits.law_of(source.code) if source.kind in _LAWS else None


def laws() -> set[digits.Law]:
    """Every law and regulation that is a source, those of this transaction included."""
    return {law for source in Source.objects.filter(kind__in=_LAWS) if (law := law_of(source)) is not None}


def bare_in(texts: Iterable[str]) -> list[str]:
    """The bare numbers of ``texts`` as they are read, each once."""
    held = list(texts)
    # Most texts name no law, so the sources are asked only where a number is left.
    if not any(digits.bare(text, ()) for text in held):
        return []
    known = laws()
    return list(dict.fromkeys(number for text in held for number in digits.bare(text, known)))


def sentence(bare: list[str]) -> str:
    """Why texts with these bare numbers must not become public, for editors."""
    return str(BARE_DIGITS % {"numbers": "; ".join(f"“{number}”" for number in bare[:_NAMED])})


def refuse_bare(texts: Iterable[str]) -> None:
    """Raise ``ValidationError`` where a number stands by itself."""
    if bare := bare_in(texts):
        raise ValidationError(sentence(bare))
