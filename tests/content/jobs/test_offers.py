"""The offer check: how a text is read, how a pattern is, and what the rules find in the judged offers (must show 4)."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from content.jobs import offer_rules, offers
from content.jobs.offers import Flag, PatternError, Rulebook
from content.registers.text import fold

DATA = Path(__file__).parents[2] / "data" / "offers"
EASY = {"no_agency_named", "individual_recruiter", "urgency"}


@cache
def book() -> Rulebook:
    return offer_rules.from_seed()


def judged(*names: str) -> list[dict]:
    return [json.loads(line) for name in names for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines()]


def found(row: dict) -> set[str]:
    return set(offers.check(row["text"], book()).flags)


# Since the sets were judged: what readers found missed, or accused without reason. Each of them must be right.
LATER = judged("later_bad", "later_legal")


def enough(rows: list[dict], least: float, right: Callable[[dict], bool]) -> None:
    """At least this part of ``rows`` is right; a failure names those that are not."""
    wrong = [(row["id"], row["flags"], found(row)) for row in rows if not right(row)]
    assert len(rows) - len(wrong) >= least * len(rows), wrong


# --- the judged offers ---------------------------------------------------------------------------------------------


def test_the_judged_sets_are_large_and_of_their_own_words() -> None:
    bad, legal = judged("bad", "held_out_bad"), judged("legal", "held_out_legal")
    assert (len(bad), len(legal)) >= (150, 100)
    assert len(judged("held_out_bad")) * 3 >= len(bad)
    assert len(judged("held_out_legal")) * 3 >= len(legal)
    assert all(row["flags"] and row["label"] == "bad" for row in bad)
    assert not any(row["flags"] for row in legal)
    assert len({row["id"] for row in bad + legal}) == len({row["text"] for row in bad + legal}) == len(bad + legal)
    assert {flag for row in bad + LATER for flag in row["flags"]} == set(book().flags)


def test_nobody_in_them_exists() -> None:
    for row in judged("bad", "held_out_bad", "legal", "held_out_legal") + LATER:
        for number in re.findall(r"(?<![\d.])\+?\d[\d -]{8,}\d", row["text"]):
            assert re.sub(r"\D", "", number).removeprefix("62").startswith("000"), row["id"]
        for host in re.findall(r"https?://([^/\s]+)|@([a-z0-9.-]+\.[a-z]{2,})", row["text"]):
            assert "contoh" in "".join(host) or "".join(host).endswith(".example"), row["id"]


def test_many_bad_offers_carry_no_word_that_gives_them_away() -> None:
    listed = [fold(word) for word in (DATA / "keywords.txt").read_text("utf-8").splitlines()]
    patterns = [re.compile(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])") for word in listed]
    silent = [
        row
        for row in judged("bad", "held_out_bad")
        if not any(pattern.search(fold(row["text"]).replace("\n", " ")) for pattern in patterns)
    ]
    assert len(silent) >= 30
    enough(silent, 0.9, lambda row: bool(found(row) & set(row["flags"])))


@pytest.mark.parametrize(
    ("names", "least"), [(("bad", "held_out_bad"), 0.95), (("held_out_bad",), 0.9)], ids=["whole", "held out"]
)
def test_bad_offers_are_flagged_for_the_right_reason(names: tuple[str, ...], least: float) -> None:
    enough(judged(*names), least, lambda row: bool(found(row) & set(row["flags"])))


@pytest.mark.parametrize("names", [("bad", "held_out_bad"), ("held_out_bad",)], ids=["whole", "held out"])
def test_they_are_without_the_easy_reasons(names: tuple[str, ...]) -> None:
    enough(judged(*names), 0.85, lambda row: bool(found(row) & set(row["flags"]) - EASY))


@pytest.mark.parametrize(
    ("names", "least"), [(("legal", "held_out_legal"), 0.95), (("held_out_legal",), 0.9)], ids=["whole", "held out"]
)
def test_legal_adverts_raise_none(names: tuple[str, ...], least: float) -> None:
    enough(judged(*names), least, lambda row: not found(row))


@pytest.mark.parametrize("row", LATER, ids=lambda row: row["id"])
def test_what_readers_found_since_is_right(row: dict) -> None:
    if row["flags"]:
        assert set(row["flags"]) <= found(row)
    else:
        assert not found(row)


@pytest.mark.parametrize(("names", "right"), [("bad", set.intersection), ("legal", lambda found, _none: not found)])
def test_the_whole_with_what_was_found_since_stays_as_good(names: str, right: Callable) -> None:
    enough(judged(names, f"held_out_{names}", f"later_{names}"), 0.95, lambda row: right(found(row), set(row["flags"])))


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("gak boleh keluar", {"confinement"}),
        ("ora oleh metu", {"confinement"}),
        ("hp dikumpulkan", {"passport_retention"}),
        ("paspor kami yang pegang", {"passport_retention"}),
        ("paspor digawekne", set()),
        ("ktp digawekne", {"document_falsification"}),
        ("paspornya nembak", {"document_falsification"}),
        ("umurnya di ktp digeser", {"age_falsification"}),
    ],
)
def test_the_heading_fits_the_words(text: str, flags: set[str]) -> None:
    assert found({"text": text}) == flags


def test_the_gravest_flag_comes_first_and_says_why_in_both_languages() -> None:
    verdict = offers.check("bayar dp 2 juta, umur 15 boleh kerja di Kamboja, buruan sisa 2 orang", book())
    weights = [raised.flag.gravity for raised in verdict.raised]
    assert weights == sorted(weights, reverse=True)
    assert verdict.flags[0] == "underage"
    assert {"scam_destination", "fee_upfront", "urgency"} <= set(verdict.flags)
    assert all(raised.reason(language) and raised.words for raised in verdict.raised for language in ("id", "en"))


def test_a_cry_of_warning_cancels_no_demand_beside_it() -> None:
    for cry in ("Awas penipuan!", "Bukan penipuan.", "Hati-hati penipuan!", "Waspada!", "Awas!"):
        text = f"{cry} Bayar 5 juta dulu ke rekening pribadi saya. {cry} Paspor ditahan majikan. {cry} Berangkat pakai visa turis. {cry}"
        wanted = {"fee_upfront", "private_account", "passport_retention", "tourist_visa"}
        assert wanted <= set(offers.check(text, book()).flags), cry
    assert not offers.check("Jangan mau bayar 5 juta dulu ke rekening pribadi.", book()).flags


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Saya mau kerja di Taiwan bagaimana caranya?", True),
        ("aku pengin kerja nang Hongkong piye carane", True),
        ("ada lowongan ke taiwan gak kak?", True),
        ("Suami saya kerja di Malaysia", True),
        ("Saya mau kerja di Taiwan bagaimana caranya? Katanya bayar 5 juta", False),
        ("Mau kerja di Taiwan? Gimana caranya? Japri saya", False),
        ("Lowongan pabrik di Taiwan", False),
        ("Selamat pagi, apa kabar?", False),
    ],
)
def test_a_question_is_known_from_an_offer(text: str, asks: bool) -> None:
    assert offers.asks(text, book()) is asks


SCARCE = "Lowongan pabrik di Taiwan, buruan, kuota terbatas!"


@pytest.mark.parametrize(
    ("text", "pushes"),
    [
        (SCARCE, False),
        ("Ayo daftar, tempat terbatas. Wawancara di kantor kami bulan depan", False),
        ("Buruan kak kuota terbatas, gaji 12jt sebulan", False),  # a wage is no money that is asked for
        (f"{SCARCE} Tanpa biaya, tidak perlu bayar apa pun", False),
        (f"{SCARCE} PT Contoh Bahari, SIP3MI. Pendaftaran ditutup hari ini", False),
        (f"{SCARCE} Transfer 2 juta", True),
        (f"{SCARCE} Bayar DP", True),
        (f"{SCARCE} Paling lambat malam ini", True),
        (f"{SCARCE} Besok kumpul", True),
        (f"{SCARCE} Tanpa tes tanpa wawancara", True),
        ("Segera merapat, slot mepet, langsung terbang", True),
        ("Kuota hampir habis, lusa berangkat", True),
        ("Transfer 2 juta, besok, tanpa tes", False),  # other signs, but nobody says it is scarce
    ],
)
def test_scarcity_is_urgency_only_beside_a_second_sign(text: str, pushes: bool) -> None:
    raised = {one.flag.code: one.rules for one in offers.check(text, book()).raised}
    assert ("scarce" in raised.get("urgency", ())) is pushes


# --- the text ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("B.A.Y.A.R  D.P", ["bayar", "dp"]),
        ("b4y4r p4sti L0KER", ["bayar", "pasti", "loker"]),
        ("bayarrrr yaaa", ["bayar", "ya"]),
        ("𝗕𝗮𝘆𝗮𝗿 ｄｐ 💸", ["bayar", "dp"]),
        ("jalan2", ["jalan", "jalan"]),
        ("ba\u200byar d\u00adp", ["bayar", "dp"]),
        ("b\u0430y\u0430r dp", ["bayar", "dp"]),
        ("\u0441\u043e\u0440 taiwan", ["cop", "taiwan"]),
        ("anak-anak", ["anak", "anak"]),
        ("a.n. Siti, a/n Siti", ["an", "siti", "an", "siti"]),
        ("A.n.Siti", ["an", "siti"]),
        ("G to G GtoG G-to-G", ["g2g", "g2g", "g2g"]),
        ("SIP3MI P3MI BP3MI KP2MI KemenP2MI SISKOP2MI", ["sip3mi", "p3mi", "bp3mi", "kp2mi", "kemenp2mi", "siskop2mi"]),
        ("g2g SSW N4 2x 19th", ["g2g", "ssw", "n4", "2x", "19th"]),
        ("🇰🇭", ["benderakh"]),
        ("", []),
        ("\ud800 \x00 \ufffe", []),
    ],
)
def test_words_are_read_through_disguise(text: str, words: list[str]) -> None:
    assert [token.text for token in offers.tokens(text)] == words


def test_spellings_become_one_form() -> None:
    spelled = offers.parse_spellings("tidak: ga gk\ntidak usah: gausah")
    assert [token.text for token in offers.tokens("gk GAUSAH", spelled)] == ["tidak", "tidak", "usah"]


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("15jt", 15e6, "idr"),
        ("15 juta", 15e6, "idr"),
        ("Rp 20.000.000", 20e6, "idr"),
        ("rp20.000.000,-", 20e6, "idr"),
        ("1,5jt", 1.5e6, "idr"),
        ("750 ewu", 750e3, "idr"),
        ("dua puluh lima juta", 25e6, "idr"),
        ("sangang yuta", 9e6, "idr"),
        ("$1.200", 1200, "usd"),
        ("1000$", 1000, "usd"),
        ("NT$28.590", 28590, "other"),
        ("17", 17, ""),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, number: float, unit: str) -> None:
    assert [(token.number, token.unit) for token in offers.tokens(text)] == [(number, unit)]


# --- patterns ------------------------------------------------------------------------------------------------------

FLAG = Flag("flag", 50, {"id": "Tanda"}, {"id": "Alasan."}, {"id": "Langkah."})
FLAG_ROW = {"code": "flag", "gravity": 50, "name": {"id": "T"}, "reason": {"id": "A."}, "next": {"id": "L."}}
WORDS = [
    {"code": "ingkar", "entries": "tanpa, tidak, bukan"},
    {"code": "waspada", "entries": "jangan percaya, jangan mau"},
    {"code": "seruan", "entries": "awas, penipuan"},
    {"code": "tagihan", "entries": "bayar <3> rek saya"},
    {"code": "luar", "entries": "taiwan, hong kong"},
    {"code": "upah", "entries": "gaji, gaji {uang}"},
]


def raises(text: str, **rule: object) -> bool:
    row = {"code": "r", "flag": "flag", **rule}
    return bool(offers.check(text, offers.rulebook([FLAG_ROW], WORDS, [row])).flags)


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("visa turis", "pakai visa turis", True),
        ("visa turis", "visa untuk turis", False),
        ("visa <1> turis", "visa untuk turis", True),
        ("visa <1> turis", "visa buat para turis", False),
        ("visa <3> turis", "urus visa. Para turis", False),
        ("berangkat* besok", "diberangkatkan besok", False),
        ("berangkat* besok", "berangkatnya besok", True),
        ("ktp|paspor asli", "paspor asli", True),
        ("kerja @luar", "kerja Hong Kong", True),
        ("kerja @luar", "kerja Hong", False),
        ("{idr>=12jt}", "gaji 12jt", True),
        ("{idr>=12jt}", "gaji 11,5jt", False),
        ("{idr>=12jt}", "gaji NT$20.000.000", False),
        ("umur {14-17}", "umur 17", True),
        ("umur {14-17}", "umur 18", False),
        ("kirim <3-upah> {uang}", "kirim dulu ya 5jt", True),
        ("kirim <3-upah> {uang}", "kirim CV, gaji 5jt", False),
        ("kirim <3-upah> {uang}", "kirim CV, gaji 5jt, kirim 2jt", True),
        ("kirim <3-upah-luar> {uang}", "kirim ke Taiwan 5jt", False),
        ("kirim <3-luar> {uang}", "kirim ke Hong Kong 5jt", False),
        ("{uang-upah} dulu", "bayar 5jt dulu", True),
        ("{uang-upah} dulu", "gaji 5jt dulu", False),
        ("{idr-upah>=4jt} dulu", "bayar 5jt dulu", True),
        ("{idr-upah>=4jt} dulu", "bayar 3jt dulu", False),
        ("{81200000000-81299999999}", "0812-9999-9999 081299999999", True),
    ],
)
def test_a_pattern_fits_what_it_says(pattern: str, text: str, fits: bool) -> None:
    assert raises(text, patterns=pattern) is fits


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("bayar dp", True),
        ("tanpa bayar dp", False),
        ("tidak perlu bayar dp", False),
        ("tidak usah ragu, bayar dp", True),
        ("tanpa tes. bayar dp", True),
        ("awas ada yang minta bayar dp", False),
        ("Awas! bayar dp", True),
        ("bayar dp. Awas penipuan!", True),
        ("Awas. bayar dp. Awas.", True),
        ("kami resmi, awas penipuan di luar sana. bayar dp", True),
    ],
)
def test_what_is_denied_or_warned_of_is_no_sign(text: str, fits: bool) -> None:
    assert raises(text, patterns="bayar dp") is fits


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("awas penipuan bayar dp ke rek saya", True),
        ("bukan penipuan bayar dp ke rek saya", True),
        ("bayar dp ke rek saya, awas penipuan", True),
        ("awas penipuan jangan mau bayar dp ke rek saya", False),
        ("awas penipuan, minta bayar dp ke rekening pribadi", False),
        ("awas, jangan percaya yang suruh bayar dp ke rek saya", False),
        ("awas penipuan bayar dp", False),
        ("bukan penipuan bayar dp", False),
    ],
)
def test_a_cry_is_no_warning_where_somebody_asks_for_money_himself(text: str, fits: bool) -> None:
    assert raises(text, patterns="bayar dp") is fits


def test_a_word_is_quoted_as_often_as_it_was_written() -> None:
    words = [*WORDS, {"code": "ejaan", "entries": "tidak usah: gausah"}]
    book = offers.rulebook(
        [FLAG_ROW], words, [{"code": "r", "flag": "flag", "patterns": "tidak usah bayar", "plain": True}]
    )
    assert offers.check("gausah bayar", book).raised[0].words == ("gausah bayar",)


def test_a_rule_joins_excludes_and_measures() -> None:
    assert raises("kerja di taiwan gaji 20jt", patterns="@luar", also="{idr>=12jt}")
    assert not raises("kerja di taiwan", patterns="@luar", also="{idr>=12jt}")
    assert not raises("kerja di taiwan, PT Contoh", patterns="@luar", unless="pt")
    assert raises("kerja di taiwan, bukan PT", patterns="@luar", unless="pt")
    far = "taiwan " + "ya " * 20 + "bayar"
    assert raises(far, patterns="taiwan", also="bayar")
    assert not raises(far, patterns="taiwan", also="bayar", near=10)
    assert raises(f"bayar {far} sisa bayar taiwan", patterns="taiwan", also="bayar", near=1)


def test_small_weights_add_up() -> None:
    rules = [
        {"code": word, "flag": "flag", "patterns": word, "weight": weight} for word, weight in (("a1", 1), ("b2", 2))
    ]
    made = offers.rulebook([FLAG_ROW], WORDS, rules)
    assert not offers.check("a1", made).flags
    assert not offers.check("b2", made).flags
    assert offers.check("a1 b2", made).raised[0].rules == ("a1", "b2")


def test_a_rule_may_explain_itself() -> None:
    row = {"code": "r", "flag": "flag", "patterns": "dp", "explanation": {"id": "Karena begini.", "en": "Because."}}
    raised = offers.check("dp", offers.rulebook([FLAG_ROW], (), [row])).raised[0]
    assert (raised.reason("id"), raised.reason("en"), raised.reason("jv")) == (
        "Karena begini.",
        "Because.",
        "Karena begini.",
    )


@pytest.mark.parametrize(
    "pattern",
    ["", "a*", "<3> visa", "visa <3>", "visa <9> turis", "visa <0> turis", "(a+)+$", ".*", "@tidakada", "{idr>=x}",
     "a <3-tidakada> b", "a <3-> b", "{uang-tidakada}", "x " * 11, "a|" * 17 + "a", "x" * 200, "[a-z]", "a||b"],
)  # fmt: skip
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        offers.parse(pattern)


def test_no_rule_and_no_text_makes_it_hang() -> None:
    """The worst rule that an editor may write, on the worst text that a reader may send."""
    line = "a1 <8> a1|b1 <8> a1 <8> a1 <8> a1|c1"
    evil = {"patterns": "\n".join([line] * offers.MAX_PATTERNS), "also": line, "unless": "zz", "near": 50}
    started = time.process_time()
    raises("a1 " * 2_500, **evil)
    for text in ("visa turis ", "tidak usah ", "bayar 1jt ", "1.", "saya bawa orang majikan kerja "):
        offers.check((text * 5_000)[: offers.MAX_TEXT], book())
    assert time.process_time() - started < 20


def test_a_text_is_read_up_to_its_limit() -> None:
    assert len(offers.tokens("ab " * 10_000)) == offers.MAX_TEXT // 3 + 1


def test_a_row_that_cannot_be_read_is_left_out_and_named() -> None:
    broken: list[str] = []
    rules = [
        {"code": "lost", "flag": "flag", "patterns": "@hilang"},
        {"code": "good", "flag": "flag", "patterns": "dp"},
    ]
    made = offers.rulebook([FLAG_ROW], [{"code": "ejaan", "entries": "tanpa titik dua"}], rules, broken)
    assert broken == ["ejaan", "lost"]
    assert offers.check("dp", made).flags == ("flag",)
