"""Plain Indonesian: the measure that the texts for citizens are held to (docs/editors/handbook.id.md).

Sentences of twelve words on average and twenty at most, nobody acted upon by somebody (“di-… oleh”), every term of law
in the glossary, and at most eight of a hundred words that are rare and not explained there. It is a hint, never a gate:
a measure finds what to read again, a person decides.

What is quoted word for word, such as an article of a law, is exempt: a paragraph of its own in quotation marks.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from content.registers.tokens import TOKEN

MEAN_WORDS, MOST_WORDS, MOST_RARE = 12, 20, 8
FEW_WORDS = 50

# Words of law that nobody has to know: each needs an entry of the glossary, which explains and links it, or another word.
LAW_WORDS = frozenset(
    [
        "amnesti",
        "banding",
        "dakwaan",
        "delik",
        "deportasi",
        "diskresi",
        "dispensasi",
        "ekstradisi",
        "gugatan",
        "isbat",
        "itsbat",
        "kasasi",
        "kompensasi",
        "legalisasi",
        "litigasi",
        "mediasi",
        "moratorium",
        "pailit",
        "penggugat",
        "penuntut",
        "perdata",
        "pidana",
        "praperadilan",
        "ratifikasi",
        "rehabilitasi",
        "reintegrasi",
        "repatriasi",
        "restitusi",
        "somasi",
        "tergugat",
        "terdakwa",
        "tersangka",
        "verstek",
        "visum",
        "yudisial",
        "yurisdiksi",
        "yurisprudensi",
    ]
)

_COMMON = Path(__file__).parent / "common.id.txt"
_QUOTATION = re.compile(r"^\s*[“\"][^”\"]*[”\"]\s*(?:\([^)]*\))?[.\s]*$")
# A dot that ends no sentence.
_SHORT = re.compile(r"\b(?:Jl|No|Rp|dll|dsb|dst|dr|Drs|Ir|hlm|tgl|a\.n|d\.a|u\.p|s\.d)\.(?=\s)")
_END = re.compile(r"(?<=[.?!…])[”\"’)]*\s+(?=[^a-z])|\s*;\s+|\s*\n\s*")
_FINAL = re.compile(r"[.?!…][”\"’)]*\s*$")
_WORD = re.compile(r"[^\W\d_]\w*(?:[-’']\w+)*|\d[\w.,/%-]*")
_PASSIVE = re.compile(r"\bdi(?:per)?[a-z]{3,}\b(?:\s+[\w-]+){0,5}?\s+oleh\b", re.IGNORECASE)
# Where things are, not what is done to somebody.
_PLACES = frozenset(["dinas", "digital", "direktur", "dibanding", "dibandingkan", "disiplin", "diri", "dirinya"])
_ENDINGS = ("kannya", "nya", "mu", "ku", "lah", "kah", "pun")


@lru_cache(maxsize=1)
def common_words() -> frozenset[str]:
    """Words that stand at least six times in a million (Zipf 3.8 and more); the file names its source and licence."""
    lines = _COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


@dataclass(frozen=True)
class Sentence:
    """One sentence, or one line that is none, such as a heading or a cell."""

    text: str
    words: tuple[str, ...]
    whole: bool

    @property
    def length(self) -> int:
        return len(self.words)

    @property
    def passive(self) -> str:
        """The words that say who acts behind what is done; empty where there are none."""
        return next((m[0] for m in _PASSIVE.finditer(self.text) if m[0].split()[0].lower() not in _PLACES), "")


def sentences(text: str) -> list[Sentence]:
    """``text`` in sentences; a token is one word, a quotation of a paragraph none."""
    if _QUOTATION.match(text) and len(_WORD.findall(text)) > MOST_WORDS:
        return []
    # A token stands for what will be one word among others, with a capital: it is no word to explain.
    marked = _SHORT.sub(lambda found: found[0][:-1], TOKEN.sub("Angka", text))
    parts = [part.strip() for part in _END.split(marked)]
    return [
        Sentence(part, tuple(_WORD.findall(part)), bool(_FINAL.search(part))) for part in parts if _WORD.search(part)
    ]


@dataclass
class Report:
    """What the measure says of the texts of one page."""

    sentences: int = 0
    words: int = 0
    mean: float = 0.0
    long: list[Sentence] = field(default_factory=list)
    passive: list[str] = field(default_factory=list)
    law: list[str] = field(default_factory=list)
    rare: Counter = field(default_factory=Counter)

    @property
    def rare_share(self) -> float:
        """Of a hundred words, how many are rare and in no glossary."""
        return 100 * self.rare.total() / self.words if self.words else 0.0

    @property
    def too_rare(self) -> bool:
        """On a page of a few words two names are a tenth of all: a share says something from fifty words on."""
        return self.words >= FEW_WORDS and self.rare_share > MOST_RARE

    @property
    def passes(self) -> bool:
        return not (self.mean > MEAN_WORDS or self.long or self.passive or self.law or self.too_rare)


def measure(texts: Iterable[str], explained: Collection[str]) -> Report:
    """The measure of ``texts``. ``explained``: the words of the glossary, in small letters."""
    report = Report()
    whole: list[int] = []
    for text in texts:
        for sentence in sentences(text):
            report.words += sentence.length
            if sentence.whole:
                whole.append(sentence.length)
            if sentence.length > MOST_WORDS:
                report.long.append(sentence)
            if sentence.passive:
                report.passive.append(sentence.passive)
            for word in _to_explain(sentence):
                if word in LAW_WORDS and word not in explained and word not in report.law:
                    report.law.append(word)
                elif not is_common(word) and not _known(word, explained):
                    report.rare[word] += 1
    report.sentences = len(whole)
    report.mean = sum(whole) / len(whole) if whole else 0.0
    return report


def is_common(word: str) -> bool:
    """Whether people meet ``word`` often: itself, without what is hung on it (“suratnya”), or each half of a pair."""
    return _known(word, common_words()) or (
        "-" in word and all(_known(half, common_words()) for half in word.split("-"))
    )


def _known(word: str, words: Collection[str]) -> bool:
    return word in words or any(
        word.endswith(ending) and len(word) > len(ending) + 2 and word.removesuffix(ending) in words
        for ending in _ENDINGS
    )


def _to_explain(sentence: Sentence) -> Iterable[str]:
    """The words in small letters; names and abbreviations, which begin with a capital inside a sentence, are left out."""
    for number, word in enumerate(sentence.words):
        if word[0].isdigit() or any(sign.isupper() for sign in word[1:]) or (number and word[0].isupper()):
            continue
        yield word.lower()
