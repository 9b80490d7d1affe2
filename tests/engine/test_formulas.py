"""Formulas: what they compute, and what they refuse."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import activation
from engine.formulas import MAX_LENGTH, parse_formula

NAMES = {"x1": 2.0, "x2": -3.0, "h1.z": 0.5, "W1[1,2]": 4.0, "o1.a@2": 10.0, "h1.2.a": 7.0}


def value(text: str) -> float:
    return float(parse_formula(text).value(NAMES.__getitem__))


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("1/3", 1 / 3),
        ("abs(x1 - x2)", 5.0),
        ("max(x1, x2)", 2.0),
        ("max(x1, x2, 9)", 9.0),
        ("min(x1, x2)", -3.0),
        ("x1^2 + 2*x2", -2.0),
        ("2·x1 − 1", 3.0),
        ("-x1**2", -4.0),
        ("x1 > x2", 1.0),
        ("x1 <= x2", 0.0),
        ("(x1 > 0) * (x2 > 0)", 0.0),
        ("h1.z + W1[1, 2]", 4.5),
        ("o1.a@2 / h1.2.a", 10 / 7),
        ("sigmoid(0)", 0.5),
        ("relu(x2) + relu(x1)", 2.0),
        ("step(0) + step(0.5)", 1.0),
        ("exp(1) - e", 0.0),
        ("sin(pi/2)", 1.0),
        ("2.5e1", 25.0),
    ],
)
def test_what_a_formula_gives(text: str, result: float) -> None:
    assert value(text) == pytest.approx(result, rel=1e-15, abs=1e-15)


@pytest.mark.parametrize("name", ["sigmoid", "relu", "step", "tanh"])
def test_activations_are_those_of_the_engine(name: str) -> None:
    z = np.array([-2.0, 0.0, 0.5])
    found = parse_formula(f"{name}(x1)").value(lambda _: z)
    np.testing.assert_allclose(found, activation(name)(z), rtol=1e-15)


@pytest.mark.parametrize("text", ["True", "abs", "None"])
def test_every_other_word_is_a_reference(text: str) -> None:
    with pytest.raises(KeyError):
        parse_formula(text).value(NAMES.__getitem__)


def test_references_are_named_once_in_order() -> None:
    assert parse_formula("x2 + h1.z*x2 - pi + W1[ 1, 2 ]").references == ("x2", "h1.z", "W1[1,2]")


def test_arrays_broadcast() -> None:
    columns = {"x1": np.array([0.0, 1.0, 2.0]), "x2": np.array([1.0, 1.0, 1.0])}
    found = parse_formula("abs(x1 - x2)").value(columns.__getitem__)
    assert found.tolist() == [1.0, 0.0, 1.0]


@pytest.mark.parametrize(
    ("text", "result"), [("1/0", math.inf), ("log(-1)", math.nan), ("9^9^9^9", math.inf)]
)
def test_no_value_is_not_an_error(text: str, result: float) -> None:
    assert value(text) == pytest.approx(result, nan_ok=True)


@pytest.mark.parametrize(
    "text",
    [
        *("", "1 +", "x1 x2", "x1, x2", "'a'", "[1]", "lambda: 1", "1 if x1 else 2"),
        *("__import__('os')", "x1.real()", "abs(x1)(2)", "abs(*[1])", "abs(x=1)", "1 < 2 < 3"),
        *(
            "x1 := 2",
            "f'{x1}'",
            "__class__",
            "x1 @ x2",
            "x1 and x2",
            "not x1",
            "1j",
            "1if x1",
            "max(1)",
        ),
        *("abs(1, 2)", "eval(1)", "(" * 150, "-" * (MAX_LENGTH + 1), "\x1b[31m", "x1[0]"[::-1]),
        *("+".join(["1"] * 99) + "+" + "-" * 3, "x" * 300),
    ],
)
def test_anything_else_is_refused_in_one_printable_line(text: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        parse_formula(text)
    assert str(refused.value).isprintable()


@given(st.text(alphabet="x1(2)+-*/^.,@[]e ><=abs", max_size=40))
def test_whatever_is_typed_gives_a_number_or_one_line(text: str) -> None:
    def known(name: str) -> Any:
        return 1.0

    try:
        formula = parse_formula(text)
    except ValueError as error:
        refusal = str(error)
    else:
        refusal = ""
        assert isinstance(float(formula.value(known)), float)
    assert refusal.isprintable()
