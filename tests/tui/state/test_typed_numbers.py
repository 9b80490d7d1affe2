"""What a person types for a number, and what must never be more than that."""

from __future__ import annotations

import math
import sys
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tui.screen_text import is_harmless
from tui.state.typed_numbers import evaluate


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.5", 0.5),
        (" .5 ", 0.5),
        ("5.", 5.0),
        ("01", 1.0),
        ("-00.50", -0.5),
        ("+3", 3.0),
        ("1e-3", 0.001),
        ("1E5", 1e5),
        ("1e-400", 0.0),
        ("1/3", 1 / 3),
        ("0.1+0.2", 0.1 + 0.2),
        ("2**-1074", 5e-324),
        ("2**0.5", math.sqrt(2)),
        ("-2**2", -4.0),
        ("-(1 + 2)*3", -9.0),
        ("pi", math.pi),
        ("-2*pi", -2 * math.pi),
        ("sqrt(2)", math.sqrt(2)),
        ("ln(e)", 1.0),
        ("log2(8) + log10(100)", 5.0),
        ("abs(-3)", 3.0),
        ("tanh(0.5)", math.tanh(0.5)),
        ("exp(-1e308)", 0.0),
        ("−1", -1.0),
        ("3·2", 6.0),
        ("3×2", 6.0),
        ("√(9)", 3.0),
        ("π", math.pi),
        ("9" * 80, 1e80),
        ("-" * 79 + "1", -1.0),
    ],
)
def test_what_is_understood(text: str, value: float) -> None:
    # Powers and functions may be off by a unit of the last place on other machines.
    assert evaluate(text) == pytest.approx(value, rel=1e-15, abs=0)


@pytest.mark.parametrize("text", ["-0", "-0.0", "0*-1", "-1e-400"])
def test_zero_has_no_sign(text: str) -> None:
    assert math.copysign(1, evaluate(text)) == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "type a number"),
        ("   ", "type a number"),
        ("1/0", "division by zero"),
        ("0**-1", "division by zero"),
        ("1e400", "too large"),
        ("-1e400", "too large"),
        ("9**9**9", "too large"),
        ("9.0**9.0**9.0", "too large"),
        ("e**710", "too large"),
        ("exp(1000)", "too large"),
        ("1e308*10", "too large"),
        ("9" * 81, "at most 80 characters"),
        ("9" * 400, "at most 80 characters"),
        ("1" + "+1" * 500_000, "at most 80 characters"),
        ("1e308*10 - 1e308*10", "too large"),
        ("(-8)**(1/3)", "has no value"),
        ("sqrt(-1)", "has no value"),
        ("log(0)", "has no value"),
        ("0,5", "write a decimal point, not a comma: 0.5"),
        ("half", "half is not known; known are pi, e, sqrt"),
        ("nan", "nan is not known"),
        ("inf", "inf is not known"),
        ("1e", "is not a number yet"),
        ("2 *", "is not a number yet"),
        ("sqrt", "is not a number"),
        ("sqrt()", "is not a number"),
        ("1j", "is not a number"),
        ("True", "is not a number"),
        ("'5'", "is not a number"),
        ("5 % 2", "is not a number"),
        ("5 // 2", "is not a number"),
        ("1 < 2", "is not a number"),
        ("(" * 39 + "1" + ")" * 39 + "(", "is not a number"),
    ],
)
def test_what_is_no_number_is_said(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]+$") as caught:
        evaluate(text)
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('x')",
        "().__class__.__bases__",
        "pi.__class__",
        "sqrt.__self__",
        "(1).real",
        "sqrt(*[4])",
        "sqrt(**{})",
        "sqrt(x=4)",
        "[1][0]",
        "{1: 2}[1]",
        "lambda: 1",
        "(lambda: 1)()",
        "[x for x in (1,)]",
        "a := 3",
        "1 if 1 else 2",
        "not 1",
        "f'{1}'",
        "eval('1')",
        "open('x')",
        "print(1)",
        "rand()",
        "await x",
        "1; 2",
        "...",
        "None",
    ],
)
def test_nothing_but_arithmetic_is_done(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not|write a decimal point"):
        evaluate(text)


def test_what_is_said_is_harmless_on_a_screen() -> None:
    for text in ("\x1b[31mx", "1\n+1", "\u202e1", "\ud800", "a\x00b", "\x9bx"):
        with pytest.raises(ValueError, match="not") as caught:
            evaluate(text)
        assert is_harmless(str(caught.value))


def number_or_reason(text: str) -> float | str:
    try:
        return evaluate(text)
    except ValueError as error:
        return str(error)


@given(st.text(max_size=90) | st.text("0123456789.+-*/()e sqrtpilogx_,[]'\"", max_size=90))
def test_any_text_is_a_finite_number_or_a_reason(text: str) -> None:
    outcome = number_or_reason(text)
    if isinstance(outcome, str):
        assert outcome
        assert is_harmless(outcome)
    else:
        assert type(outcome) is float
        assert math.isfinite(outcome)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_plain_number_is_read_as_python_reads_it(value: float) -> None:
    for text in (repr(value), f"{value:.6f}", f"{value:e}", f"{value:+g}"):
        if len(text) <= 80 and math.isfinite(float(text)):
            assert evaluate(text) == float(text)


@given(st.integers(-(10**76), 10**76))
def test_whole_numbers_too(value: int) -> None:
    assert evaluate(str(value)) == float(str(value))
    assert abs(evaluate(f"{value}/3") - value / 3) <= abs(value) * sys.float_info.epsilon


def test_what_python_warns_of_is_refused_without_a_warning() -> None:
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        with pytest.raises(ValueError, match="not a number"):
            evaluate("1if")
    assert not heard
