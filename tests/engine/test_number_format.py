"""Numbers as text: rounded for reading, never passed off as exact."""

import math
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.text import (
    FULL_DIGITS,
    cut_number,
    equals_sign,
    format_given,
    format_number,
    format_within,
    is_exact,
)
from tests.engine.strategies import any_number

digits_shown = st.integers(1, FULL_DIGITS)


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.0, 4, "0"),
        (-0.0, 4, "0"),
        (2.0, 4, "2"),
        (2.3000000000000003, 4, "2.3"),
        (0.08473, 4, "0.0847"),
        (-0.12345, 2, "-0.12"),
        (100.0, 4, "100"),
        (1234567.891, 2, "1234567.89"),
        (12345678.9, 4, "1.2346e7"),
        (-1e300, 4, "-1e300"),
        (0.00001234, 4, "1.2e-5"),
        (-0.00001234, 6, "-0.000012"),
        (0.00001234, 8, "0.00001234"),
        (5e-324, 4, "4.9e-324"),
        (0.1 + 0.2, FULL_DIGITS, "0.30000000000000004"),
        (1e22, FULL_DIGITS, "1e22"),
        (1e-7, FULL_DIGITS, "1e-7"),
        (3.0, FULL_DIGITS, "3"),
        (math.inf, 4, "inf"),
        (-math.inf, 4, "-inf"),
        (math.nan, 4, "nan"),
    ],
)
def test_a_number_has_at_most_the_given_decimals(value: float, digits: int, text: str) -> None:
    assert format_number(value, digits) == text


@given(any_number, digits_shown)
@example(1.75e308, 1)
def test_the_text_is_near_and_zero_only_for_zero(value: float, digits: int) -> None:
    shown, exact = Fraction(format_number(value, digits)), Fraction(value)
    assert (shown == 0) == (exact == 0)
    assert (shown < 0) == (exact < 0)
    assert abs(shown - exact) <= max(Fraction(1, 2 * 10**digits), abs(exact) / 20)


@given(any_number)
def test_in_full_the_very_number_is_read_back(value: float) -> None:
    assert float(format_number(value, FULL_DIGITS)) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1, "0.1"),
        (-1.5, "-1.5"),
        (0.12345, "0.12345"),
        (0.123456, "0.1235"),
        (1 / 3, "0.3333"),
        (1e-5, "1e-5"),
        (123456.5, "123456.5"),
    ],
)
def test_a_given_number_stands_as_typed_where_it_fits(value: float, text: str) -> None:
    assert format_given(value, width=8 if value > 1000 else 7) == text


@pytest.mark.parametrize(
    ("value", "limits", "text"),
    [
        (0.9999, (0.0, 1.0), "0.9999"),
        (0.99996, (0.0, 1.0), "0.99996"),
        (0.999996, (0.0, 1.0), "0.999996"),
        (0.9999999, (0.0, 1.0), "<1"),
        (1.0, (0.0, 1.0), "1"),
        (1e-9, (0.0, 1.0), "1e-9"),
        (0.0, (0.0, 1.0), "0"),
        (-0.99996, (-1.0, 1.0), "-0.99996"),
        (-0.9999999, (-1.0, 1.0), ">-1"),
        (-1.0, (-1.0, 1.0), "-1"),
        (5.99999999, (0.0, 6.0), "<6"),
        (0.99996, (0.0, math.inf), "1"),
        (math.nan, (0.0, 1.0), "nan"),
    ],
)
def test_an_activation_short_of_its_limit_is_not_shown_as_the_limit(
    value: float, limits: tuple[float, float], text: str
) -> None:
    assert format_within(value, limits) == text


@given(st.floats(-1, 1), digits_shown)
def test_a_limit_is_shown_only_where_it_is_reached(value: float, digits: int) -> None:
    text = format_within(value, (-1.0, 1.0), digits)
    assert (text == "1") == (value == 1)
    assert (text == "-1") == (value == -1)


@pytest.mark.parametrize(
    ("value", "sign"),
    [
        (2.3, "="),
        (2.3000000000000003, "="),
        (2.30001, "≈"),
        (1 / 3, "≈"),
        (0.1 + 0.2, "="),
        (0.99996, "≈"),
        (1e-5, "="),
        (1.23456e-5, "≈"),
        (0.0, "="),
    ],
)
def test_the_equals_sign_is_only_for_what_is_not_rounded(value: float, sign: str) -> None:
    assert equals_sign(format_number(value), value) == sign


@given(any_number, digits_shown)
def test_a_text_never_claims_exactness_falsely(value: float, digits: int) -> None:
    text = format_number(value, digits)
    if equals_sign(text, value) == "=":
        # A sum of a few float64 is off by a few units in the last place, and no more.
        off = abs(Fraction(text) - Fraction(value))
        assert float(text) == value or off <= Fraction(abs(value)) / 2**48
    else:
        assert Fraction(text) != Fraction(value)


@given(any_number, digits_shown)
def test_a_number_in_full_is_exact(value: float, digits: int) -> None:
    assert is_exact(format_number(value, FULL_DIGITS), value)
    assert not is_exact("<1", 0.99999999)


def test_the_rounding_of_large_terms_counts_as_exact() -> None:
    left_over = (1e6 + 0.1) - 1e6
    assert not is_exact("0.1", left_over)
    assert is_exact("0.1", left_over, scale=2e6)
    assert not is_exact("0.2", left_over, scale=2e6)


@given(
    st.floats(allow_nan=False, allow_infinity=False), st.integers(8, 20), st.sampled_from([4, 17])
)
def test_a_shortened_number_still_shows_its_size(value: float, width: int, digits: int) -> None:
    text = format_number(value, digits)
    cut = cut_number(text, width)
    assert len(cut) <= width
    if cut != text:
        assert cut.count("…") == 1
        assert abs(float(cut.replace("…", "")) - value) <= abs(value)
        assert abs(float(cut.replace("…", ""))) >= abs(value) / 2
