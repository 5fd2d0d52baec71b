"""What somebody types as a code: any case, any separator, and signs that are in no code."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.jobs.codes import ALPHABET, LENGTH, NEVER_PRINTED, Typed, grouped, is_well_formed, new_code, read

CODE = "tahanany"
codes = st.builds(new_code)


@pytest.mark.parametrize(
    "typed",
    [
        "tahanany", "TAHANANY", "TAHA NANY", "taha-nany", "taha.nany", " t a h a n a n y ", "TAHA\u2013NANY",
        "taha_nany", "taha\u00a0nany", "taha\u200bnany", "ＴＡＨＡ　ＮＡＮＹ", "taha/nany", "TaHa\tNaNy\r\n", "táhánány",
    ],
)  # fmt: skip
def test_case_and_separators_do_not_matter(typed: str) -> None:
    assert read(typed) == Typed((CODE,))


def test_signs_that_are_mixed_up_are_in_no_code() -> None:
    assert not set(NEVER_PRINTED) & set(ALPHABET)
    assert len(ALPHABET) == 31


@settings(deadline=None)
@given(codes, st.integers(0, LENGTH - 1), st.sampled_from([*NEVER_PRINTED, *NEVER_PRINTED.upper()]))
def test_one_sign_that_is_in_no_code_is_put_right(code: str, place: int, sign: str) -> None:
    """O, 0, I, 1 or L in any place, the check sign included: one code alone fits."""
    assert read(code[:place] + sign + code[place + 1 :]) == Typed((code,), misread=True)


@settings(max_examples=5, deadline=None)
@given(codes)
def test_of_two_of_them_one_code_of_31_fits(code: str) -> None:
    for first, second in itertools.combinations(range(LENGTH), 2):
        signs = list(code)
        signs[first], signs[second] = "O", "1"
        found = read("".join(signs))
        assert found.misread
        assert code in found.codes
        assert len(found.codes) == len(set(found.codes)) == 31
        assert all(is_well_formed(one) for one in found.codes)


@pytest.mark.parametrize("typed", ["OO1A NANY", "0000 0000", "OILO ILOI"])
def test_more_of_them_are_no_code(typed: str) -> None:
    assert read(typed) == Typed(misread=True)


@settings(deadline=None)
@given(codes, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_a_wrong_sign_is_no_code(code: str, place: int, sign: str) -> None:
    typed = code[:place] + sign + code[place + 1 :]
    assert read(typed) == (Typed((code,)) if typed == code else Typed())


@pytest.mark.parametrize(
    "typed", ["", " - ", "tahanan", "tahananyy", "tahananÿ2", "т" + CODE[1:], "😀" * 8, "٣" * 8, "ß" * 8]
)
def test_what_has_another_length_or_other_signs_is_no_code(typed: str) -> None:
    assert read(typed) == Typed()


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_answered(typed: str) -> None:
    assert all(is_well_formed(code) for code in read(typed).codes)


@settings(deadline=None)
@given(codes)
def test_what_is_printed_is_read(code: str) -> None:
    assert read(grouped(code)) == Typed((code,))
    assert grouped(code).count(" ") == 1
