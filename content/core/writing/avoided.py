"""Words to avoid: where a text says one outside of a quotation, and what to write instead.

The list is kept by editors (:class:`~content.registers.models.AvoidedWord`). What somebody says stands in quotation
marks; then it is theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from content.registers.tokens import TOKEN

_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»|‘[^’]*’")
# What may hang on an Indonesian word.
_ENDINGS = r"(?:nya|mu|ku|lah|kah|pun)?"


@dataclass(frozen=True)
class Entry:
    """One entry of the list in one language."""

    phrases: tuple[str, ...]
    better: str
    why: str = ""


@dataclass(frozen=True)
class Hit:
    """A word to avoid as it stands in the text."""

    said: str
    better: str
    why: str


def outside_quotations(text: str) -> str:
    """``text`` with every quotation blank."""
    return _QUOTED.sub(lambda found: " " * len(found[0]), text)


class WordList:
    """The entries of one language, ready to be looked for."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._of = {_key(phrase): entry for entry in entries for phrase in entry.phrases}
        # The longest first: “TKI ilegal” is one hit, not also “TKI”.
        forms = sorted(self._of, key=len, reverse=True)
        pattern = "|".join(r"[\s-]+".join(map(re.escape, form.split())) for form in forms)
        self._pattern = re.compile(rf"(?<!\w)({pattern}){_ENDINGS}(?!\w)", re.IGNORECASE) if forms else None

    def hits(self, text: str) -> Iterator[Hit]:
        """What ``text`` says that it should not, in order."""
        if self._pattern is None:
            return
        for found in self._pattern.finditer(outside_quotations(TOKEN.sub(" ", text))):
            entry = self._of[_key(found[1])]
            yield Hit(" ".join(found[0].split()), entry.better, entry.why)


def _key(phrase: str) -> str:
    return " ".join(re.split(r"[\s-]+", phrase.casefold().strip()))
