"""How those who are in danger say it: which words are one to :mod:`~search.distress`, which may stand within a phrase.

A cry that is missed is far worse than help that nobody needed, so words are taken for one another generously.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from content.registers.text import unmask
from content.registers.text import words as words_of

from . import analysis
from .types import Phrase

# Signs that say a word, and one that may part any.
_SIGNS = str.maketrans({"🆘": " sos ", "-": " "})
ENDING = re.compile(r"(?<=\w\w)(?:ku|mu|nya|kan|in|'s)$")
# Drawn out or without a blank between: “tolooong”, “tolongtolong”.
_DRAWN, _AGAIN = re.compile(r"([a-z])\1{2,}"), re.compile(r"\b([a-z]{4,8})\1+[a-z]{0,7}\b")
_DENIED = r"(?:tidak|tdk|enggak|nggak|ngga|kagak|gak|ga|gk|tak|ndak)"
_MAY = r"(?:boleh|bole|blh|bisa|bsa|bs)"
# Said in one word or several, the first that fits first.
_SAID = tuple(
    (re.compile(rf"\b(?:{pattern})\b"), meant)
    for pattern, meant in (
        (rf"{_DENIED}({_MAY}|mau|pernah|dapat|dapet|kuat|tahan|sanggup|di(?:bayar|gaji|kasih)\w*)", r"tidak \1"),
        (r"(?:wo|do|does|did)(?:n'?t| not) (?:let|allow|permit)|(?:not|never) (?:let|allow|permit)(?:ting|ing|ted|s)?",
         "tidak boleh"),
        (r"(?:can|could)(?:n't|nt|'?t| ?not)|unable|dilarang|(?:me|nge?)larang|forb(?:ade|ids?|idden)", "tidak boleh"),
        (r"(boleh|allowed|able|permitted) to", r"\1"),
        (r"(?:do|does|did|wo|has|have|had|is|are|was|were|would|ai)n'?t", "tidak"),
        (r"diri (?:saya |aku |gue |gw )?sendiri", "diri"),
    )
)  # fmt: skip
# The first word of an entry stands for all of it.
_MEANT = """
    tidak ga gak gk g gag nggak ngga nggk enggak engga kagak kaga kgk tdk tida tak ndak ndk nda dak ora ra teu henteu kada belum
        blm blom belom blum not never
    boleh bole blh bisa bsa bs diizinkan diijinkan diizinin diijinin dibolehkan dibolehin diperbolehkan mengizinkan
        mengijinkan membolehkan ngizinin ngebolehin allowed permitted able iso meunang kawa
    mau mo ingin pengen pingin pengin pengn pgn pgen kepengen kepingin akan bakal wanna want wants wanted
    saya sya sy aku ak gue gua gw kami kita i we me us my our anak istri bini adik adek keponakan ponakan sepupu saudara
        sodara teman temen
    majikan mjikan juragan tauke toke bos boss mandor agen agent agensi agency calo sponsor suami pacar employer husband
        boyfriend
    tolong tolongg tolongin tlg tlng tlong tlongin tolng
    bantu bantuin bntu
    please pls plz plis
    paspor pasport passpor passport passports paspot
    dokumen document documents dokument
    hp hape handphone ponsel telepon telpon telfon tlp phone phones
    gaji gajih upah salary wage wages
    keluar kluar keluwar klwr
    pulang plg pulng
"""
ONE = {word: line[0] for line in map(str.split, re.split(r"\n {4}(?! )", _MEANT)[1:]) for word in line}
_PEOPLE = """
    bapak bpk ayah ibu ibuk mama emak mamak kakak kak abang bang mbak mba mas om tante orang tua ortu keluarga suami pacar
    cucu putri putra child children son daughter sister brother mother father wife husband friend girlfriend cousin family
"""
_LITTLE = """
    masih asli semua semuanya terus sering selalu suka pernah sedang sdg baru telah malah justru benar sangat sekali banget
    bgt tiap setiap hari malam cuma hanya langsung paksa tetap tetep selama kembali sana sini situ sekarang skrg sampai sampe
    sendiri tega hampir kena udah udh dah sdh trs jg lg aja secara sm tolong please segera kunjung pak bu
    still also all really always often just again now original own already both even every day to being keep keeps kept got
    get gets getting him her them you everyone
"""
PEOPLE = frozenset(_PEOPLE.split())
# What may stand within a phrase.
_WITHIN = (
    analysis.STOP_WORDS
    | PEOPLE
    | {*_LITTLE.split(), *(word for word, meant in ONE.items() if meant in ("saya", "majikan", "mau", "boleh"))}
) - {word for word, meant in ONE.items() if meant == "tidak"}
# English has no dictionary here: these are other things than a cry, of which they are one letter away.
_OTHER_THINGS = """
    amused cooked dagger dancer detailed exported forces forged forked formed locker lockers random scaled scored shared
    trapper trappers tripped
"""
# What is no mistyped word of a cry.
RIGHT = _WITHIN | {*_OTHER_THINGS.split()}

# Who only asks for help may want it to find work: then what follows is such a wish, and nothing else.
_PLEA = frozenset({"tolong", "bantu", "bantuan", "help", "please", "saya", "minta", "butuh", "need", "now", "segera"})
_WORK = r"(?:kerja|kerjaan|pekerjaan|lowongan|loker|jobs?|work|vacancy|vacancies)"
_WISH = re.compile(
    r"(?:(?:saya|please|untuk|to|for|ini|lagi|sedang|kak|pak|bu|min|dong) ){0,3}?(?:"
    rf"(?:mau|cari|carikan|cariin|mencari|mencarikan|nyari|nyariin|dapat|dapatkan|(?:find|get|search|seek|look)(?:t?ing)?)"
    rf"(?: (?:bisa|boleh|ikut|dapat|cari|for|a|an|any|some|the|good|new|to|saya|find|get))* {_WORK}"
    r"|(?:daftar|mendaftar|daftarkan|lamar|melamar|apply(?:ing)?)"
    rf"(?: (?:for|a|the|this|to|my))*(?: (?:{_WORK}|visa|position|passport|paspor))?"
    r")(?: (?:di\w*|ke|in|at|as|sebagai|jadi|luar|abroad|for|untuk)(?: \w+){0,2})?(?: (?:dong|ya|kak|pak|bu|please))?"
)
_LONGEST_WISH = 12


def read(text: str) -> list[str]:
    """The words of ``text``, those of several that mean one as this one."""
    said = " ".join(words_of(unmask(text.translate(_SIGNS))))
    said = _AGAIN.sub(r"\1", _DRAWN.sub(r"\1", said))
    for pattern, meant in _SAID:
        said = pattern.sub(meant, said)
    return said.split()


def prefixed(words: Sequence[str]) -> list[str]:
    """“di sekap” and “d sekap” as “disekap”."""
    pairs = pairwise(["", *words])
    return [f"di{word}" if before in ("di", "d") else word for before, word in pairs if word not in ("di", "d")]


def may_stand_within(word: str) -> bool:
    """Whether ``word`` may stand between two of a phrase."""
    return word in _WITHIN or re.sub("(?:ku|mu|nya)$", "", word) in _WITHIN


def only_asks(phrase: Sequence[str]) -> bool:
    """Whether ``phrase`` says no more than that somebody wants help."""
    return _PLEA.issuperset(phrase)


def is_wish(words: Sequence[str]) -> bool:
    """Whether that is to find work, and nothing else follows."""
    if len(words) > _LONGEST_WISH:
        return False
    return bool(_WISH.fullmatch(" ".join(ONE.get(word, word) for word in words)))


def of_who_does_it(phrase: Phrase) -> Iterator[Phrase]:
    """“paspor ditahan” as “menahan paspor”; “disekap” as “menyekap saya” and “majikan menyekap”."""
    *rest, verb = phrase
    if not re.fullmatch("di[a-z]{4,}", verb) or "mau" in rest:
        return
    denied = [word for word in rest if word == "tidak"]
    whom = [word for word in rest if word != "tidak"]
    root = verb.removeprefix("di")
    # Who takes a paper of their own takes it in the plainest form: “ambil paspor”.
    for active in (*_active(root), *([root] if denied or not whom else [])):
        yield (*denied, active, *(whom or ["saya"]))
        if not whom:
            yield ("majikan", *denied, active)


def _active(root: str) -> Iterator[str]:
    """“pukul” as “memukul”, in messages “mukul”."""
    first, rest = root[0], root[1:]
    if first in "ptks":
        nasal = {"p": "m", "t": "n", "k": "ng", "s": "ny"}[first]
        yield from (f"me{nasal}{rest}", f"{nasal}{rest}")
        if first == "p":
            yield f"mem{root}"
    else:
        before = "m" if first in "bfv" else "n" if first in "cdjz" else "" if first in "lmnrwy" else "ng"
        yield from (f"me{before}{root}", f"{before or 'nge'}{root}")
