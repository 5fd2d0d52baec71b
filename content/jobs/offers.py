"""The offer check: which signs of danger does a text of somebody's carry? Pure functions; no database, no regular
expression of an editor's.

Rules are data. A pattern is a line of words that are looked for in this order; it is tried at all places of the text at once, so
its cost is bounded by the length of the text, whatever is written in it:

=================  ====================================================================================
``visa turis``     these words, one after the other
``berangkat*``     a word that begins so (three letters at least)
``paspor|ktp``     one of these
``<3>``            up to so many words between (eight at most), within one sentence
``<3-upah>``       the same, but none that belongs to an entry of the list “upah”; also ``<3-upah-luar>``
``@luar``          a word or phrase of the list “luar”
``{uang}``         any amount of money; ``{idr>=12jt}``, ``{usd>=800}``: one that large
``{uang-upah}``    an amount that belongs to no entry of the list “upah”: “gaji 10jt” is not paid by who reads
``{14-17}``        a number in this range
=================  ====================================================================================

The text is folded first: case, accents, emoji, stretched letters, digits for letters and dots between them are taken
away, and chat spellings, also Javanese ones, become one form (the list “ejaan”). A match does not count where it is
denied (“tanpa”, “jangan” up to three words before, in the same clause) or stands in a sentence that warns. A mere cry
(“Awas penipuan”) makes no warning of a sentence in which somebody asks for money himself (“transfer ke rek saya”).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce
from operator import or_
from typing import Any

from content.registers.text import fold, unmask

# A chain that was forwarded from group to group; a longer text is read so far.
MAX_TEXT = 10_000
# What an editor may write: enough for a sentence, too little to hang anything.
MAX_PATTERN, MAX_PATTERNS, MAX_ELEMENTS, MAX_CHOICES, MAX_GAP, MIN_PREFIX = 160, 80, 10, 16, 8, 3
# Places that are looked at of one pattern; further ones say the same again.
MAX_PLACES = 100
# The weights of the rules that fit add up; from here on the flag is raised.
ENOUGH = 3
DENIED_WITHIN = 3
# Lists with a meaning of their own: spellings, words that deny, patterns that warn; cries of warning, and the demands
# beside which a cry does not count; words of somebody who asks, and words with which somebody offers.
SPELLINGS, DENIALS, WARNINGS, CRIES, DEMANDS, ASKING, OFFERING = (
    "ejaan", "ingkar", "waspada", "seruan", "tagihan", "tanya", "ajakan",
)  # fmt: skip


class PatternError(ValueError):
    """A pattern is not written in the language above; the message says what is wrong and with which part."""

    def __init__(self, problem: str, part: str) -> None:
        self.problem, self.part = problem, part
        super().__init__(f"{problem}: {part}")


# --- the text ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Token:
    """One word of a text: its form for matching, what stood there, and the sentence, clause and written word (“gausah”
    is two) it stands in."""

    text: str
    said: str
    sentence: int
    clause: int
    written: int
    number: float | None = None
    unit: str = ""


_LEET = str.maketrans("013457@$", "oieastas")
_SPACED = re.compile(r"(?<![a-z0-9])[a-z0-9](?:[.\-_*][a-z0-9]){2,}(?![a-z0-9])")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_FLAG_SIGNS = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_THOUSANDS = re.compile(r"(?<=\d)[.,](?=\d{3}(?!\d))")
_ON_BEHALF = re.compile(r"(?<![a-z0-9])a(?:\. ?n\.|\. ?n(?![a-z0-9])|/n(?![a-z0-9]))")
_BETWEEN_STATES = re.compile(r"(?<![a-z0-9])([gp])[ -]?(?:to|2)[ -]?\1(?![a-z0-9])")
_DECIMAL = re.compile(r"(?<=\d),(?=\d{1,2}(?!\d))")
_PART = re.compile(
    r"(?P<end>[.!?;\n]+|[•●▪✅❌]+)|(?P<pause>[,:()\[\]/|–—]+)|(?P<word>[a-z0-9$€¥£@]+(?:\.[a-z0-9]+)*(?:'[a-z]+)*)"
)
_AMOUNT = re.compile(r"(?P<before>[a-z]*[$€¥£]?)(?P<number>\d+(?:\.\d+)?)(?P<after>[a-z$€¥£]*)")
_TIMES = {
    **dict.fromkeys(("jt", "juta", "jta", "yuta", "jeti", "jutaan", "jutaaan", "mio"), 1_000_000),
    **dict.fromkeys(("rb", "ribu", "rebu", "ewu", "k", "ribuan"), 1_000),
}
_UNITS = {
    **dict.fromkeys(("rp", "idr", "rupiah"), "idr"),
    **dict.fromkeys(("usd", "$", "dolar", "dollar", "us$", "$us"), "usd"),
    **dict.fromkeys(("€", "eur", "euro"), "eur"),
    **dict.fromkeys(
        ("nt$", "ntd", "twd", "hk$", "hkd", "s$", "sgd", "rm", "myr", "ringgit", "sar", "riyal", "real", "aed",
         "dirham", "¥", "yen", "jpy", "krw", "won", "bnd", "kwd", "qar", "£"), "other"),
}  # fmt: skip
_DIGITS = {
    "satu": 1, "siji": 1, "dua": 2, "loro": 2, "rong": 2, "tiga": 3, "telu": 3, "telung": 3, "empat": 4, "papat": 4,
    "patang": 4, "lima": 5, "limang": 5, "enam": 6, "enem": 6, "tujuh": 7, "pitu": 7, "pitung": 7, "delapan": 8,
    "wolu": 8, "wolung": 8, "sembilan": 9, "sanga": 9, "sangang": 9, "sepuluh": 10, "sebelas": 11, "seratus": 100,
    "satus": 100,
}  # fmt: skip
_TENS = {"belas": None, "puluh": 10, "ratus": 100}


def _plain(word: str) -> str:
    """A word without digits for letters, stretched letters or a “2” for its repetition; numbers stay."""
    if word.isalpha():
        return _STRETCHED.sub(r"\1", word)
    short_code = re.fullmatch(r"[a-z]{1,2}\d+[a-z]?|[a-z]\d[a-z]|[a-z]{0,6}p[23]mi", word)
    if short_code or re.fullmatch(r"\d+(?:\.\d+)?[a-z$€¥£]*", word):
        return word  # “g2g”, “SIP3MI”, “KemenP2MI”
    if repeated := re.fullmatch(r"([a-z]{3,})2(?:[a-z]{1,3})?", word):
        return f"{repeated[1]} {repeated[1]}"  # “jalan2”
    if any(sign.isalpha() for sign in word) and any(sign in "013457@" for sign in word):
        read = word.translate(_LEET)
        return _STRETCHED.sub(r"\1", read) if read.isalpha() else word
    return word


def _amount(word: str) -> tuple[float, str] | None:
    """The number and unit of “15jt”, “rp20000000”, “$1000”, “12”; None for a word."""
    found = _AMOUNT.fullmatch(word)
    if found is None:
        return None
    number, before, after = float(found["number"]), found["before"], found["after"]
    if after in _TIMES:
        return number * _TIMES[after], _UNITS.get(before, "idr")
    if before in _UNITS or after in _UNITS:
        return number, _UNITS.get(before) or _UNITS[after]
    return (number, "") if not before and not after else None


def tokens(text: str, spellings: Mapping[str, Sequence[str]] | None = None) -> list[Token]:
    """The words of ``text`` as rules see them; at most :data:`MAX_TEXT` signs of it."""
    spelled = spellings or {}
    signs = _FLAG_SIGNS.sub(lambda pair: f" bendera{_letters(pair[0])} ", unmask(text[:MAX_TEXT]))
    # Twice: letters of mathematics (“𝗕”) become capitals only by the first.
    folded = "\n".join(fold(fold(line)) for line in signs.splitlines())
    folded = _ON_BEHALF.sub(" an ", folded)  # “a.n.”: the dots end no sentence
    folded = _BETWEEN_STATES.sub(r"\g<1>2\g<1>", folded)  # “G to G”: its “g” is no “nggak”
    folded = _SPACED.sub(lambda found: re.sub(r"[.\-_*]", "", found[0]), folded)
    folded = _DECIMAL.sub(".", _THOUSANDS.sub("", folded))
    folded = re.sub(r"(?<=[a-z])-(?=[a-z])|(?<=\d)-(?=\d)|[_*~`\"]", " ", folded)
    made: list[Token] = []
    sentence = clause = 0
    for written, found in enumerate(_PART.finditer(folded)):
        if found["end"]:
            sentence, clause = sentence + 1, clause + 1
        elif found["pause"]:
            clause += 1
        else:
            said = found["word"].strip("'")
            word = _plain(said.replace("'", "")) if "." not in said or not said.replace(".", "").isdigit() else said
            if "." in word and not _amount(word):
                word = word.replace(".", "")
            amount = _amount(word)
            for part in word.split():
                for form in spelled.get(part, (part,)):
                    made.append(Token(form, said, sentence, clause, written, *(amount or (None, ""))))
    return _with_amounts(made)


def _letters(pair: str) -> str:
    return "".join(chr(ord(sign) - 0x1F1E6 + ord("a")) for sign in pair)


def _with_amounts(made: list[Token]) -> list[Token]:
    """“dua puluh lima juta”, “15 jt”, “Rp 500000”, “1200 usd” as one amount each."""
    joined: list[Token] = []
    index = 0
    while index < len(made):
        number, unit, end = _spelled_out(made, index)
        if number is None:
            joined.append(made[index])
            index += 1
        else:
            parts = made[index:end]
            said = " ".join(part.said for part in parts)
            text = parts[0].text if end - index == 1 else said
            joined.append(replace(parts[0], text=text, said=said, number=number, unit=unit))
            index = end
    return joined


def _spelled_out(made: list[Token], start: int) -> tuple[float | None, str, int]:
    """The amount that begins at ``start``: number, unit, first token behind it."""
    index, unit = start, ""
    while index < len(made) and made[index].text in _UNITS and made[index].number is None:
        unit, index = _UNITS[made[index].text], index + 1
    if index < len(made) and made[index].number is not None:
        number, unit, index = made[index].number, made[index].unit or unit, index + 1
    else:
        number, index = _words_as_number(made, index)
    if number is None:
        return None, "", start
    if index < len(made) and made[index].text in _TIMES:
        number, unit, index = number * _TIMES[made[index].text], unit or "idr", index + 1
    if index < len(made) and made[index].text in _UNITS and made[index].number is None:
        unit, index = unit if unit not in ("", "idr") else _UNITS[made[index].text], index + 1
    return number, unit, index


def _words_as_number(made: list[Token], start: int) -> tuple[float | None, int]:
    total: float | None = None
    index = start
    while index < len(made):
        word = made[index].text
        if word in _DIGITS:
            total = (total or 0) + _DIGITS[word]
        elif word in _TENS and total is not None:
            times = _TENS[word]
            total = total + 10 if times is None else total // 10 * 10 + total % 10 * times
        else:
            break
        index += 1
    # A single word of number without “juta” or “ribu” behind it stays a word as well.
    return total, index


# --- patterns ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Word:
    """One word, or all that begin so."""

    text: str
    prefix: bool = False


@dataclass(frozen=True)
class Listed:
    """An entry of a list of words."""

    name: str


@dataclass(frozen=True)
class Amount:
    """A number between two bounds, which belongs to none of the lists ``without``; ``unit``: empty for a plain number,
    “any” for any money."""

    low: float
    high: float
    unit: str = ""
    without: tuple[Listed, ...] = ()


@dataclass(frozen=True)
class Gap:
    """Up to so many words, none of them of the lists ``without`` (none: no matter what)."""

    words: int
    without: tuple[Listed, ...] = ()


Atom = Word | Amount | Listed
Choice = tuple[Atom, ...]
Pattern = tuple[Choice | Gap, ...]
Lists = dict[str, tuple[Pattern, ...]]
Spellings = dict[str, tuple[str, ...]]

_WORD = re.compile(r"[a-z0-9]+\*?\Z")
_GAP = re.compile(r"<(\d)((?:-[a-z_]+)*)>")
_RANGE = re.compile(r"\{(\d{1,15})-(\d{1,15})\}\Z")
_MONEY = re.compile(r"\{(uang|idr|usd)((?:-[a-z_]+)*)(?:>=(\d{1,9})(jt|rb)?)?\}\Z")


def _without(names: str, part: str, lists: Container[str]) -> tuple[Listed, ...]:
    """The lists that “-upah-luar” names."""
    listed = names.split("-")[1:]
    if not all(name in lists for name in listed):
        raise PatternError("no list of this name", part)
    return tuple(map(Listed, listed))


def _atom(part: str, lists: Container[str]) -> Atom:
    if part.startswith("@"):
        if part[1:] not in lists:
            raise PatternError("no list of this name", part)
        return Listed(part[1:])
    if part.startswith("{"):
        if found := _RANGE.match(part):
            return Amount(float(found[1]), float(found[2]))
        if found := _MONEY.match(part):
            low = float(found[3] or 1) * (_TIMES[found[4]] if found[4] else 1)
            unit = "any" if found[1] == "uang" else found[1]
            return Amount(low, float("inf"), unit, _without(found[2], part, lists))
        raise PatternError("not an amount", part)
    if not _WORD.match(part):
        raise PatternError("not a word", part)
    if part.endswith("*") and len(part) <= MIN_PREFIX:
        raise PatternError("too short for *", part)
    return Word(part.rstrip("*"), part.endswith("*"))


def parse(line: str, lists: Iterable[str] = ()) -> Pattern:
    """The pattern that ``line`` writes. Raises :class:`PatternError`."""
    if len(line) > MAX_PATTERN:
        raise PatternError("too long", line[:40])
    known = frozenset(lists)
    made: list[Choice | Gap] = []
    for part in fold(line).split():
        if gap := _GAP.fullmatch(part):
            if not 1 <= int(gap[1]) <= MAX_GAP:
                raise PatternError("a gap has one to eight words", part)
            made.append(Gap(int(gap[1]), _without(gap[2], part, known)))
            continue
        choices = part.split("|")
        if len(choices) > MAX_CHOICES:
            raise PatternError("too many choices", part)
        made.append(tuple(_atom(choice, known) for choice in choices))
    if not made or len(made) > MAX_ELEMENTS:
        raise PatternError("one to ten parts", line[:40])
    if isinstance(made[0], Gap) or isinstance(made[-1], Gap):
        raise PatternError("a gap stands between words", line[:40])
    return tuple(made)


def parse_all(lines: str, lists: Iterable[str] = ()) -> tuple[Pattern, ...]:
    """The patterns of a text field, one a line; empty lines and lines that begin with # are none."""
    kept = [line.strip() for line in lines.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if len(kept) > MAX_PATTERNS:
        raise PatternError("too many lines", str(len(kept)))
    return tuple(parse(line, lists) for line in kept)


def parse_spellings(lines: str) -> dict[str, tuple[str, ...]]:
    """“tidak: ga gak nggak”, one form a line: each spelling with the words it stands for."""
    found: dict[str, tuple[str, ...]] = {}
    for line in lines.splitlines():
        form, mark, spellings = fold(line).partition(":")
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        words = tuple(form.split())
        if not mark or not words or not spellings.split():
            raise PatternError("write: form: spellings", line[:40])
        for word in (*words, *spellings.split()):
            if not _WORD.match(word) or word.endswith("*"):
                raise PatternError("not a word", word)
        found |= dict.fromkeys(spellings.split(), words)
    return found


def parse_list(text: str) -> tuple[Pattern, ...]:
    """The entries of a list of words: separated by commas or lines, each a word or a phrase."""
    entries = [
        entry.strip() for line in text.splitlines() if not line.lstrip().startswith("#") for entry in line.split(",")
    ]
    return tuple(parse(entry) for entry in entries if entry)


@dataclass(frozen=True)
class Span:
    """Where a pattern fits: the first token and the one behind the last."""

    start: int
    end: int


class Reading:
    """One text being read with the lists of a rulebook.

    Where a word fits is one number with a bit for each token, so that a pattern is tried at every place of the text at
    once, by a few shifts: what an editor writes changes the number of shifts, never the number of ways to go.
    """

    def __init__(self, made: list[Token], lists: Mapping[str, tuple[Pattern, ...]]) -> None:
        self.tokens, self.lists = made, lists
        self._words: dict[str, int] = {}
        # Where a match may go on: every token but the first of a sentence.
        self._inside = 0
        for index, token in enumerate(made):
            self._words[token.text] = self._words.get(token.text, 0) | 1 << index
            if index and made[index - 1].sentence == token.sentence:
                self._inside |= 1 << index
        self._held: dict[Atom, dict[int, int]] = {}

    def places(self, atom: Atom) -> dict[int, int]:
        """Where ``atom`` fits: number of tokens → the bits of its first ones."""
        if atom not in self._held:
            self._held[atom] = self._find(atom)
        return self._held[atom]

    def _find(self, atom: Atom) -> dict[int, int]:
        if isinstance(atom, Word):
            fits = [word for word in self._words if word.startswith(atom.text)] if atom.prefix else [atom.text]
            return {1: _either(self._words.get(word, 0) for word in fits)}
        if isinstance(atom, Amount):
            held = _either(1 << index for index, token in enumerate(self.tokens) if _holds(atom, token))
            return {1: held & ~self._taken(atom.without)}
        found: dict[int, int] = {}
        for pattern in self.lists.get(atom.name, ()):
            if any(isinstance(element, Gap) for element in pattern):
                for span in self.spans(pattern):
                    length = span.end - span.start
                    found[length] = found.get(length, 0) | 1 << span.start
            else:
                found[len(pattern)] = found.get(len(pattern), 0) | self.starts(pattern)
        return found

    def starts(self, pattern: Pattern) -> int:
        """The bits of all tokens with which ``pattern`` begins, within one sentence."""
        ends = (1 << len(self.tokens) + 1) - 1
        for number, element in reversed(list(enumerate(pattern))):
            if isinstance(element, Gap):
                free = self._inside & ~self._taken(element.without)
                for _word in range(element.words):
                    ends |= ends >> 1 & free
            else:
                ends = _either(ends >> length & bits for atom in element for length, bits in self.places(atom).items())
                ends = ends & self._inside if number else ends
        return ends

    def _taken(self, lists: Iterable[Listed]) -> int:
        """The bits of all tokens that belong to an entry of one of ``lists``."""
        found = (item for listed in lists for item in self.places(listed).items())
        return _either(bits << word for length, bits in found for word in range(length))

    def anywhere(self, patterns: Iterable[Pattern]) -> int:
        """The bits of all tokens with which one of ``patterns`` begins."""
        return _either(self.starts(pattern) for pattern in patterns)

    def _end(self, pattern: Pattern, start: int) -> int:
        """The token behind the shortest match that begins with ``start``."""
        here = 1 << start
        for number, element in enumerate(pattern):
            if isinstance(element, Gap):
                free = self._inside & ~self._taken(element.without)
                for _word in range(element.words):
                    here |= (here & free) << 1
            else:
                here = here & self._inside if number else here
                here = _either(
                    (here & bits) << length for atom in element for length, bits in self.places(atom).items()
                )
        return (here & -here).bit_length() - 1

    def spans(self, pattern: Pattern, within: int = -1) -> list[Span]:
        """The first places where ``pattern`` fits and begins with a token of ``within`` (bits; default: any)."""
        starts = self.starts(pattern) & within
        found: list[Span] = []
        while starts and len(found) < MAX_PLACES:
            start = (starts & -starts).bit_length() - 1
            starts &= starts - 1
            found.append(Span(start, self._end(pattern, start)))
        return found


def _either(bits: Iterable[int]) -> int:
    return reduce(or_, bits, 0)


def _holds(atom: Amount, token: Token) -> bool:
    if token.number is None or not atom.low <= token.number <= atom.high:
        return False
    return bool(token.unit) if atom.unit == "any" else token.unit == atom.unit


# --- rules ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Flag:
    """A named red flag: how grave, what it is called, why it is one, and what to do. Texts by language."""

    code: str
    gravity: int
    name: Mapping[str, str]
    reason: Mapping[str, str]
    next: Mapping[str, str]


@dataclass(frozen=True)
class Rule:
    """When a text speaks for a flag: one of ``patterns`` and (if there are any) one of ``also``, none of ``unless``.

    ``near``: the other pattern stands at most so many words away; 0: anywhere in the text. ``plain``: counts even where
    it is denied or warned of (for the lack of something). ``explanation``: stands for the reason of the flag.
    """

    code: str
    flag: str
    patterns: tuple[Pattern, ...]
    also: tuple[Pattern, ...] = ()
    unless: tuple[Pattern, ...] = ()
    near: int = 0
    weight: int = ENOUGH
    plain: bool = False
    explanation: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Rulebook:
    """Flags, rules and lists as they are used together."""

    flags: Mapping[str, Flag] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    lists: Mapping[str, tuple[Pattern, ...]] = field(default_factory=dict)
    spellings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def denials(self) -> frozenset[Atom]:
        """The single words that deny what follows them."""
        return frozenset(
            atom for pattern in self.lists.get(DENIALS, ()) if not isinstance(pattern[0], Gap) for atom in pattern[0]
        )


@dataclass(frozen=True)
class Raised:
    """A flag that a text has raised, the words that did it, the rules they fit, and what these explain."""

    flag: Flag
    words: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    explanations: tuple[Mapping[str, str], ...] = ()

    def reason(self, language: str) -> str:
        """Why, in ``language`` or else Indonesian: what the rules explain, or what the flag says."""
        texts = self.explanations or (self.flag.reason,)
        return " ".join(text.get(language) or text.get("id", "") for text in texts)


@dataclass(frozen=True)
class OfferVerdict:
    """The red flags of a text, the gravest first. Empty says that no rule fits, never that an offer is safe."""

    raised: tuple[Raised, ...] = ()

    @classmethod
    def of(cls, raised: Iterable[Raised]) -> OfferVerdict:
        """These flags in their order."""
        return cls(tuple(sorted(raised, key=lambda one: (-one.flag.gravity, one.flag.code))))

    @property
    def flags(self) -> tuple[str, ...]:
        """The codes."""
        return tuple(raised.flag.code for raised in self.raised)


class _Judge:
    """One text before one rulebook."""

    def __init__(self, text: str, book: Rulebook) -> None:
        self.reading = Reading(tokens(text, book.spellings), book.lists)
        made = self.reading.tokens
        denials = _either(bits for atom in book.denials for bits in self.reading.places(atom).values())
        # “Bukan penipuan bayar 2 juta dulu” denies the fraud, not the demand.
        denials &= ~(self.reading.anywhere(book.lists.get(CRIES, ())) >> 1)
        # Bits of the tokens that begin nothing that counts: denied shortly before in the clause; in a warning.
        self.denied = _either(1 << index for index in range(len(made)) if self._is_denied(index, denials))
        warned = self._sentences(WARNINGS) | self._sentences(CRIES) - self._sentences(DEMANDS, ~self.denied)
        self.empty = self.denied | _either(1 << i for i, token in enumerate(made) if token.sentence in warned)

    def _is_denied(self, index: int, denials: int) -> bool:
        """“tanpa PT”, “tidak dipungut biaya”"""
        made = self.reading.tokens
        before = range(max(0, index - DENIED_WITHIN), index)
        return any(denials >> place & 1 and made[place].clause == made[index].clause for place in before)

    def _sentences(self, name: str, within: int = -1) -> set[int]:
        """The sentences with an entry of a list; of warnings none speaks for its neighbours: “Awas penipuan!” is
        written beside any demand."""
        bits = self.reading.anywhere(self.reading.lists.get(name, ())) & within
        return {token.sentence for index, token in enumerate(self.reading.tokens) if bits >> index & 1}

    def spans(self, patterns: tuple[Pattern, ...], plain: bool) -> list[Span]:
        within = -1 if plain else ~self.empty
        return [span for pattern in patterns for span in self.reading.spans(pattern, within)]

    def fits(self, rule: Rule) -> list[Span]:
        """The places that make ``rule`` fit; empty where it does not."""
        found = self.spans(rule.patterns, rule.plain)
        if not found or self.reading.anywhere(rule.unless) & ~self.denied:
            return []
        if not rule.also:
            return found[:1]
        others = sorted(self.spans(rule.also, rule.plain), key=lambda span: span.start)
        if others and not rule.near:
            return [found[0], others[0]]
        starts = [other.start for other in others]
        for one in found:
            # The nearest before and the nearest behind: no pair is closer.
            place = bisect_left(starts, one.start)
            for other in others[max(0, place - 1) : place + 1]:
                if max(one.start, other.start) - min(one.end, other.end) <= rule.near:
                    return [one, other]
        return []

    def said(self, span: Span) -> str:
        written = {token.written: token.said for token in self.reading.tokens[span.start : span.end]}
        return " ".join(written.values())


def check(text: str, book: Rulebook) -> OfferVerdict:
    """The red flags that ``text`` raises by the rules of ``book``. Time is linear in its (bounded) length."""
    judge = _Judge(text, book)
    fitting: dict[str, list[tuple[Rule, list[str]]]] = {}
    for rule in book.rules:
        if rule.flag in book.flags and (spans := judge.fits(rule)):
            fitting.setdefault(rule.flag, []).append((rule, [judge.said(span) for span in spans]))
    raised = [
        Raised(
            flag=book.flags[code],
            words=tuple(dict.fromkeys(word for _rule, words in found for word in words)),
            rules=tuple(rule.code for rule, _words in found),
            explanations=tuple(rule.explanation for rule, _words in found if rule.explanation),
        )
        for code, found in fitting.items()
        if sum(rule.weight for rule, _words in found) >= ENOUGH
    ]
    return OfferVerdict.of(raised)


def asks(text: str, book: Rulebook) -> bool:
    """Whether ``text`` is a reader's question (“Saya mau kerja di Taiwan, caranya bagaimana?”) and offers nothing."""
    reading = Reading(tokens(text, book.spellings), book.lists)
    asking, offering = (reading.anywhere(book.lists.get(name, ())) for name in (ASKING, OFFERING))
    return bool(asking) and not offering


Row = Mapping[str, Any]


def read_rule(row: Row, lists: Mapping[str, tuple[Pattern, ...]]) -> Rule:
    """A rule of a plain row. Raises :class:`PatternError`."""
    return Rule(
        code=row["code"],
        flag=row["flag"],
        patterns=parse_all(row["patterns"], lists),
        also=parse_all(row.get("also", ""), lists),
        unless=parse_all(row.get("unless", ""), lists),
        near=row.get("near", 0),
        weight=row.get("weight", ENOUGH),
        plain=row.get("plain", False),
        explanation=row.get("explanation") or {},
    )


def read_words(rows: Iterable[Row], broken: list[str] | None = None) -> tuple[Lists, Spellings]:
    """The lists and the spellings of plain rows. What cannot be read is noted in ``broken``, else raised."""
    lists: Lists = {}
    spellings: Spellings = {}
    for row in rows:
        try:
            if row["code"] == SPELLINGS:
                spellings = parse_spellings(row["entries"])
            else:
                lists[row["code"]] = parse_list(row["entries"])
        except PatternError:
            if broken is None:
                raise
            broken.append(row["code"])
    return lists, spellings


def rulebook(
    flags: Iterable[Row], words: Iterable[Row], rules: Iterable[Row], broken: list[str] | None = None
) -> Rulebook:
    """A rulebook of plain rows, of the seed file or the database.

    A row that cannot be read is left out and its code noted in ``broken``; without such a list it raises
    :class:`PatternError`.
    """
    lists, spellings = read_words(words, broken)
    made = []
    for row in rules:
        try:
            made.append(read_rule(row, lists))
        except PatternError:
            if broken is None:
                raise
            broken.append(row["code"])
    fields = ("code", "gravity", "name", "reason", "next")
    named = {row["code"]: Flag(**{name: row[name] for name in fields}) for row in flags}
    return Rulebook(named, tuple(made), lists, spellings)
