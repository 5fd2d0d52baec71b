"""Names, numbers and addresses of agencies as they are compared: pure functions.

Fake adverts copy the name of a real company and change one letter, or the number beside it. So a name is compared with
its likeness, and a contact only as a whole.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from urllib.parse import quote

from content.registers.text import edit_distance, fold, unmask, without_invisible

from .vocabulary import ContactKind

_HOST = re.compile(r"(?:[a-z]+://)?(?:[^/\\@\s]*@)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::\d+)?(?P<path>/[^\s?#]*)?")
_EMAIL = re.compile(r"[^@\s]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_HANDLE = re.compile(r"@?[a-z0-9](?:[a-z0-9._]{1,38}[a-z0-9_])?")
_PHONE = re.compile(r"\+?[\d\s().\-/]{7,24}")
# A number in an address counts only on the hosts of WhatsApp: anybody can write one into an address of his own.
_WHATSAPP = re.compile(
    r"(?:(?:https?://)?(?:www\.)?wa\.me/|(?:(?:https?://)?(?:api|web|www)\.whatsapp\.com/send/?|whatsapp://send/?)\?phone=)"
    r"(?P<number>\+?\d{7,20})/?(?:[?&#](?!\S*phone=)\S*)?"
)
# Hosts on which everybody has an address: there the path is the name.
_SHARED = frozenset(
    {
        "facebook.com",
        "instagram.com",
        "tiktok.com",
        "t.me",
        "linktr.ee",
        "bit.ly",
        "youtube.com",
        "x.com",
        "twitter.com",
        "chat.whatsapp.com",
        "whatsapp.com",
        "forms.gle",
        "docs.google.com",
        "sites.google.com",
        "s.id",
        "tinyurl.com",
    }
)
_LEGAL_FORMS = frozenset({"pt", "cv", "p3mi", "tbk", "perseroan", "terbatas"})
_LOOKALIKES = str.maketrans("0134578@$", "oieastbas")


def phone(text: str) -> str:
    """Digits with the country code: “0812-…”, “+62 812 …”, “+62 (0)812 …” and “0062 812 …” are one.

    Empty for what is no number. An invented one goes on with 000, which no exchange gives out, and keeps its noughts.
    """
    folded = fold(text).strip()
    if wa := _WHATSAPP.fullmatch(folded):
        folded = wa["number"]
    elif not _PHONE.fullmatch(folded):
        return ""
    digits = re.sub(r"\D", "", folded)
    from_abroad = re.match(r"00[1-9]", digits)
    if from_abroad:
        digits = digits[2:]
    if from_abroad or folded.startswith("+") or digits.startswith("62"):
        return re.sub(r"^620(?=[1-9])", "62", digits)
    return f"62{digits.removeprefix('0')}" if digits.startswith("0") else digits


def link(text: str) -> str:
    """The host without “www.”; on hosts that everybody uses with the path."""
    folded = re.split(r"[?#]", fold(text).strip())[0].rstrip("/")
    found = _HOST.fullmatch(folded)
    if found is None or _EMAIL.fullmatch(folded):
        return ""
    host = re.sub(r"^(www|m|web)\.", "", found[1])
    return f"{host}{(found['path'] or '').rstrip('/')}" if host in _SHARED else host


def normal(kind: str, text: str) -> str:
    """``text`` as it is compared; empty where it is none of this kind."""
    folded = fold(text).strip()
    match kind:
        case ContactKind.PHONE:
            return phone(text)
        case ContactKind.EMAIL:
            return folded if _EMAIL.fullmatch(folded) else ""
        case ContactKind.LINK:
            return link(text)
        case ContactKind.ACCOUNT:
            return ""  # compared by a keyed hash: bank_accounts
        case _:
            return folded.lstrip("@") if _HANDLE.fullmatch(folded) else ""


def address(kind: str, text: str) -> str:
    """What one presses to reach this contact: ``tel:``, ``mailto:`` or ``https://…``; empty for a name or an account."""
    match kind:
        case ContactKind.PHONE if digits := phone(text):
            # Digits alone are a number of wherever the phone is; ``phone`` gives 62 to what is one of Indonesia.
            abroad = fold(text).strip().startswith("+") or digits.startswith("62")
            return f"tel:{'+' if abroad else ''}{digits}"
        case ContactKind.EMAIL if normal(kind, text):
            return f"mailto:{quote(text.strip(), safe='@')}"
        case ContactKind.LINK if link(text):
            return f"https://{re.sub(r'^[a-z]+://', '', text.strip(), flags=re.IGNORECASE)}"
        case _:
            return ""


# --- what a text mentions -----------------------------------------------------------------------------------------

# Groups of digits with a sign or two between them, as people write long numbers.
_RUN = re.compile(r"(?<!\w)\+?\d+(?:[ .\-/()]{1,2}\d+)*(?!\w)")
_GROUP = re.compile(r"\+?\d+")
_DATE = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{4}")
_MENTIONED_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,6}", re.IGNORECASE)
_MENTIONED_LINK = re.compile(
    # What stands before an @ is a name to log in with, not the host: “https://bank.example:x@other.example”.
    r"(?<![\w@.-])(?:https?://(?:[^\s/\\@]{1,64}@)?)?(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,24}(?![\w@]|:[^\s/\\@]{0,64}@)"
    r"(?:[/?][^\s<>\"']*)?",
    re.IGNORECASE,
)
_MENTIONED_HANDLE = re.compile(r"(?<![\w.@/])@[a-z0-9][a-z0-9._]{1,38}[a-z0-9_]", re.IGNORECASE)
# Letters that are typed for digits, to be read by people and by no machine; signs that dress a digit up.
_LETTER_DIGITS = re.compile(r"(?<![^\W\d_])[oOlI]{1,4}(?=\d)|(?<=\d)[oOlI]{1,4}(?=\d|\W|_|\Z)")
_AS_DIGITS = str.maketrans("oOlI", "0011")
_PAYS = re.compile(
    r"(?<![a-z])(?:rek|rekening|norek|transfer|tf|trf|bank|bri|bca|bni|bsi|btn|mandiri|cimb|danamon|permata|jago|"
    r"seabank|dana|ovo|gopay|virtual account|va|a/n|an|atas nama)(?![a-z])"
)
# A shorter number is read as an account only beside a word that speaks of paying, so far away at most.
_LONG, _BESIDE = 10, 48
_FEWEST_DIGITS, _MOST_DIGITS, _MOST_GROUPS = 6, 20, 6
# More is no offer; the rest of such a text is not looked up.
MOST_MENTIONS = 400
# So many numbers of a text may be accounts: the check must not answer which of many are known.
MOST_ACCOUNTS = 5
NUMBER = (ContactKind.PHONE, ContactKind.ACCOUNT)


@dataclass(frozen=True)
class Mention:
    """A number, link or name in a text: what it may be, and how it stands there; ``bank``: the code that stands before it."""

    kinds: tuple[str, ...]
    said: str
    bank: str = ""


def digits_read(text: str) -> str:
    """The text with digits in other scripts, dressed up or typed as letters as plain ones: “O8I2” → “0812”."""
    bare = (sign for sign in text if sign.isascii() or unicodedata.category(sign) not in ("Mn", "Me", "Cf"))
    plain = "".join(sign if sign.isascii() else str(unicodedata.digit(sign, sign)) for sign in bare)
    return _LETTER_DIGITS.sub(lambda found: found[0].translate(_AS_DIGITS), plain)


class _Paying:
    """Where a text speaks of paying."""

    def __init__(self, text: str) -> None:
        self.places = [found.start() for found in _PAYS.finditer(text.lower())]

    def beside(self, place: int) -> bool:
        here = bisect_left(self.places, place)
        return any(
            abs(self.places[near] - place) <= _BESIDE for near in (here - 1, here) if 0 <= near < len(self.places)
        )


def _count(number: str) -> int:
    return sum(sign.isdigit() for sign in number)


def _numbers(text: str) -> Iterator[Mention]:
    """Every number of enough digits, and where groups stand beside each other, every few of them as one number."""
    paying = _Paying(text)
    counted, covered = 0, -1
    for run in _RUN.finditer(text):
        groups = [(run.start() + found.start(), run.start() + found.end()) for found in _GROUP.finditer(run[0])]
        begins = text[slice(*groups[0])]
        code = begins if len(begins) == 3 and begins.isdigit() else ""
        for first, (start, own_end) in enumerate(groups):
            if own_end - start > _MOST_DIGITS + 1:
                continue
            bank = code if first == 1 else ""
            for _start, end in groups[first : first + _MOST_GROUPS]:
                count = _count(text[start:end])
                if count > _MOST_DIGITS:
                    break
                if count >= _LONG or (count >= _FEWEST_DIGITS and paying.beside(start)):
                    if start >= covered:
                        counted += 1
                        covered = min(groups[-1][1], start + _MOST_DIGITS)
                    kinds = NUMBER if counted <= MOST_ACCOUNTS else (ContactKind.PHONE,)
                    yield Mention(kinds, text[start:end], bank)


def mentions(text: str) -> list[Mention]:
    """The numbers, addresses and names that a text mentions, each once; a bounded number of them."""
    text = without_invisible(text)
    found = chain(
        (Mention((ContactKind.EMAIL,), one[0]) for one in _MENTIONED_EMAIL.finditer(text)),
        (
            Mention((ContactKind.LINK, ContactKind.PHONE), one[0].rstrip(".,;:!?)"))
            for one in _MENTIONED_LINK.finditer(text)
        ),
        (Mention((ContactKind.HANDLE,), one[0].rstrip(".")) for one in _MENTIONED_HANDLE.finditer(text)),
        _numbers(digits_read(text)),
    )
    return list(dict.fromkeys(islice(found, MOST_MENTIONS)))


def called_phones(text: str) -> list[str]:
    """The numbers of a text that can only be phones: with a country code, or as long and beginning as ours do."""
    runs = (run[0].strip() for run in _RUN.finditer(digits_read(text)))
    return [run for run in dict.fromkeys(runs) if _PHONE_LIKE.fullmatch(_plain(run)) and not _DATE.match(run)]


def paid_accounts(text: str) -> list[str]:
    """The numbers of a text that can only be accounts: long, beside a word that speaks of paying, and no phone."""
    read = digits_read(text)
    paying = _Paying(read)
    found = (
        run for run in _RUN.finditer(read) if _LONG <= _count(run[0]) <= _MOST_DIGITS and paying.beside(run.start())
    )
    runs = dict.fromkeys(run[0].strip() for run in found)
    kept = [run for run in runs if not _PHONE_LIKE.fullmatch(_plain(run)) and not _DATE.match(run)]
    return kept[:MOST_ACCOUNTS]


# Mail addresses that everybody can have: that a company has one of these too says nothing of another.
_FREE_MAIL = frozenset(
    {"gmail.com", "yahoo.com", "yahoo.co.id", "ymail.com", "outlook.com", "hotmail.com", "icloud.com"}
)


def site(kind: str, value: str) -> str:
    """The host that an e-mail address or a link belongs to; empty where everybody has an address there."""
    named = normal(kind, value)
    host = named.rpartition("@")[2] if kind == ContactKind.EMAIL else "" if "/" in named else named
    return "" if host in _FREE_MAIL | _SHARED else re.sub(r"^(www|m|web|mail)\.", "", host)


def is_official(host: str) -> bool:
    """Whether an address is of the state: a company's advert may well name it."""
    return host == "go.id" or host.endswith(".go.id")


# Where no sign of a link stands before it, “segera.Hubungi” is two words and not a host.
_IS_LINK = re.compile(
    r"https?://|www\.|[^/?]*\.(?:com|net|org|info|biz|id|me|co|site|online|xyz|top|link|click|shop|store|work|jobs?|live|cc|"
    r"app|dev|asia|example)(?:[/?]|\Z)",
    re.IGNORECASE,
)


def written_addresses(text: str) -> dict[str, list[str]]:
    """The e-mail addresses and the links of a text by their kind, as they stand there.

    Without those of the state, links that lead to a phone (WhatsApp), and hosts on which everybody has an address: an
    account there is a name, and one company has many.
    """
    found: dict[str, list[str]] = {ContactKind.EMAIL: [], ContactKind.LINK: []}
    for one in mentions(text):
        kind = one.kinds[0]
        if kind == ContactKind.LINK and (phone(one.said) or not site(kind, one.said) or not _IS_LINK.match(one.said)):
            continue
        if kind in found and not is_official(normal(kind, one.said).rpartition("@")[2]):
            found[kind].append(one.said)
    return found


# Mobile numbers begin with 08, those of towns with 02 to 09; invented ones with 000.
_PHONE_LIKE = re.compile(r"\+\d{8,15}|62\d{8,13}|08\d{8,11}|0[2-79]\d{7,10}|000\d{6,10}")


def _plain(number: str) -> str:
    return re.sub(r"[^\d+]", "", number)


_EXAMPLE = re.compile(r"(?<![a-z])contoh(?![a-z])")


def says_example(text: str) -> bool:
    """Whether a name or an address says itself that it is invented: “PT Contoh Bahari”, “Jalan Contoh 1”."""
    return _EXAMPLE.search(fold(text)) is not None


def is_invented(kind: str, text: str) -> bool:
    """Whether an example may carry it: it cannot be dialled or opened (DECISIONS 29)."""
    if kind == ContactKind.ACCOUNT:
        return text.strip().startswith("000")  # the code of no bank
    value = normal(kind, text)
    if kind == ContactKind.PHONE:
        return value.startswith("62000")
    if kind == ContactKind.HANDLE:
        return "contoh" in value
    return value.partition("/")[0].endswith(".example")


# --- names ---------------------------------------------------------------------------------------------------------


def name_key(name: str) -> str:
    """A company's name without its legal form, signs and spaces doubled: “P.T. Contoh  Jaya” → “contoh jaya”."""
    return " ".join(word for word in _words(name).split() if word not in _LEGAL_FORMS)


def _words(text: str) -> str:
    """Words by single spaces, abbreviations without their dots."""
    return " ".join(re.findall(r"[a-z0-9]+", re.sub(r"(?<=\b[a-z])\.(?=[a-z]\b)", "", fold(unmask(text)))))


def licence_key(number: str) -> str:
    """A licence number by its letters and digits alone; O and 0, I, L and 1 are one."""
    return re.sub(r"[^a-z0-9]", "", fold(number)).translate(str.maketrans("oil", "011"))


@dataclass(frozen=True)
class Named:
    """What is compared of an agency: all names under which it is known, the legal one first."""

    key: int
    names: tuple[str, ...]
    licence: str


def same(typed: str, agencies: Iterable[Named]) -> list[int]:
    """The agencies of which this is a name or the licence number, letter by letter and with no other legal form."""
    form, name = _written(typed)
    licence = _signs(typed)
    return [
        one.key
        for one in agencies
        if (name and _is_name(form, name, one.names)) or (licence and _signs(one.licence) == licence)
    ]


def _signs(text: str) -> str:
    """Letters and digits of any script as they are, none read for another."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", without_invisible(text)).casefold())


def _written(name: str) -> tuple[frozenset[str], str]:
    """The legal form that a name is written with, and the rest letter by letter."""
    small = unicodedata.normalize("NFKC", without_invisible(name)).casefold()
    words = re.findall(r"[^\W_]+", re.sub(r"(?<=\b[a-z])\.(?=[a-z]\b)", "", small))
    own = " ".join(word for word in words if word not in _LEGAL_FORMS)
    form = frozenset("pt" if word == "perseroan" else word for word in words if word in _LEGAL_FORMS)
    return form - {"terbatas", "p3mi"}, own


def _is_name(form: frozenset[str], typed: str, names: tuple[str, ...]) -> bool:
    legal = _written(names[0])[0]
    for own, name in map(_written, names):
        if name == typed and (not form or not (own | legal) or form <= own | legal):
            return True
    return False


def alike(typed: str, agencies: Iterable[Named], most: int = 3) -> list[int]:
    """The agencies with a name that resembles it, the likest first: a few letters off, digits for letters, a part."""
    wanted = name_key(typed)[:160]
    forms = (wanted, name_key(wanted.translate(_LOOKALIKES)))
    licence = licence_key(typed)
    found = []
    for one in agencies:
        near = [apart for name in one.names if (apart := _apart(forms, name_key(name))) is not None]
        if licence and licence == licence_key(one.licence):
            near.append(0)
        if near:
            found.append((min(near), one.key))
    return [key for _apart, key in sorted(found)[:most]]


def _apart(forms: tuple[str, str], name: str) -> int | None:
    """How far a typed name, as written and as read, is from ``name``; ``None`` where they are not alike."""
    limit = min(3, len(name) // 5)
    apart = min(edit_distance(form.replace(" ", ""), name.replace(" ", ""), limit) for form in forms)
    if apart <= limit:
        return apart
    words, own = set(forms[1].split()), set(name.split())
    return limit + 1 if len(words & own) >= 2 or (len(words) > 1 and words <= own) else None


# So many names of companies are read in a text, each of so many words at most, and licence numbers of so many parts.
_MOST_READ, _MOST_WORDS, _MOST_PARTS = 6, 6, 4
# A shorter number of a licence stands in texts by chance.
_SHORTEST_LICENCE = 6


@dataclass(frozen=True)
class Read:
    """The agencies that a text names, and those whose names are only alike to a name in it: people are told apart."""

    exact: tuple[int, ...] = ()
    near: tuple[int, ...] = ()


def read_names(text: str, agencies: Sequence[Named]) -> Read:
    """Which agencies a text names, by a name or by the number of a licence. Of names that begin alike the longest is read.

    A name of one word counts only behind its legal form (“PT Bahari”), and only there a name is found that is not known.
    """
    if not text:
        return Read()
    with_form = _words(text).split()
    by_name = {key: one.key for one in agencies for name in one.names if (key := name_key(name))}
    by_joined = {name.replace(" ", ""): (name, key) for name, key in by_name.items()}
    exact: dict[int, None] = {}
    near: dict[int, None] = {}
    for window in islice(_behind_forms(with_form), _MOST_READ):
        hit, is_exact = _longest(window, by_joined)
        if hit is not None:
            (exact if is_exact else near)[hit] = None
    bare = f" {' '.join(word for word in with_form if word not in _LEGAL_FORMS)} "
    exact |= {key: None for name, key in by_name.items() if " " in name and key not in near and f" {name} " in bare}
    exact |= dict.fromkeys(_licensed(text, agencies))
    return Read(tuple(exact), tuple(key for key in near if key not in exact))


def _behind_forms(words: list[str]) -> Iterator[list[str]]:
    for index, word in enumerate(words):
        if word in _LEGAL_FORMS and index + 1 < len(words) and words[index + 1] not in _LEGAL_FORMS:
            yield words[index + 1 : index + 1 + _MOST_WORDS]


def _longest(window: list[str], by_joined: Mapping[str, tuple[str, int]]) -> tuple[int | None, bool]:
    """The agency whose name the longest beginning of these words is, or is alike to; whether it is the very name."""
    for count in range(len(window), 0, -1):
        said = "".join(window[:count])
        read = said.translate(_LOOKALIKES)
        if said in by_joined:
            return by_joined[said][1], by_joined[said][0] == " ".join(window[:count])
        found = [
            (apart, key)
            for joined, (name, key) in by_joined.items()
            # As many words: “Contoh Bahari Sentosa di” is that name and a word more.
            if 1 < len(name.split()) == count
            and abs(len(joined) - len(said)) <= (limit := min(3, len(name) // 5))
            and (apart := min(edit_distance(form, joined, limit) for form in {said, read})) <= limit
        ]
        if found:
            return min(found)[1], False
    return None, False


def _licensed(text: str, agencies: Sequence[Named]) -> Iterator[int]:
    """The agencies whose licence number stands in ``text``, sign by sign."""
    by_number = {
        number: one.key
        for one in agencies
        if len(number := _signs(one.licence)) >= _SHORTEST_LICENCE and any(sign.isdigit() for sign in number)
    }
    parts = [signs for part in text.split() if (signs := _signs(part))]
    for start in range(len(parts)):
        for end in range(start + 1, min(start + _MOST_PARTS, len(parts)) + 1):
            if key := by_number.get("".join(parts[start:end])):
                yield key
