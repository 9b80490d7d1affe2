"""How many decimals the numbers of a layer have in a width."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.text import format_number
from tui.panes.decimals import SHORTEST, Form, Numbers, Texts, fitting, given_in, texts_in

TWO_DECIMALS = Form(2, 2, 2)
LIMITS = (-1.0, 1.0)

numbers_of_any_size = st.floats(-1e6, 1e6) | st.floats(-1, 1)


def layer(weights: list[float], n_columns: int, sum_z: float = -2.3851) -> Numbers:
    """A layer of a sigmoid-like neuron for each row of weights."""
    n_rows = len(weights) // n_columns
    outs = (math.tanh(sum_z),) * n_rows
    return Numbers(
        tuple(weights),
        (0.0,) * n_rows,
        (sum_z,) * n_rows,
        outs,
        LIMITS,
        (False,) * n_rows,
        4,
        2,
        n_columns,
    )


def n_columns_in(numbers: Numbers, room: int) -> int:
    return texts_in(numbers, 4, room).columns_in(room, numbers.heading_width)


def test_a_number_in_few_characters_keeps_a_digit_and_says_that_it_is_rounded() -> None:
    given_texts = {
        0.003: "0.003",
        -0.00049: "-5e-4",
        2e-12: "2e-12",
        -0.25: "-0.25",
        0.125: "≈0.12",
        -0.125: "-0.125",
        -0.1234: "≈-0.12",
        0.12345678: "0.12",
        0.00345678: "0.003",
        0.0: "0",
        12.3456: "≈12.35",
    }
    assert {number: TWO_DECIMALS.given(number) for number in given_texts} == given_texts
    assert (SHORTEST.given(0.003), SHORTEST.given(-0.00345678)) == ("≈3e-3", "-3e-3")


def test_an_out_in_few_characters_is_never_its_limit() -> None:
    outs = {
        0.99996: "0.99996",
        0.5: "0.5",
        1.0: "1",
        7.2e-7: "7e-7",
        1 - 1e-9: "<1",
        0.997: "0.997",
    }
    assert {out: TWO_DECIMALS.out(out, LIMITS) for out in outs} == outs
    assert (SHORTEST.out(0.99996, LIMITS), SHORTEST.out(-0.99996, LIMITS)) == ("<1", ">-1")
    assert SHORTEST.out(0.0999, (-1.0, 0.1)) == "<0.1"


def test_columns_come_before_decimals() -> None:
    weights = [0.88212617, -0.48863916, 0.0720217, 0.16683716]
    numbers = layer(weights, 4)
    decimals = []
    for room in range(46, 100):
        texts = texts_in(numbers, 4, room)
        assert texts.columns_in(room, 4) >= 4
        decimals.append(len(texts.weights[0].partition(".")[2]))
    assert decimals == sorted(decimals)
    assert set(decimals) == {2, 3, 4}
    assert texts_in(numbers, 6, 100).weights[0] == "0.882126"


def test_typed_numbers_are_the_last_to_be_rounded() -> None:
    typed = [0.125, -1.625, 0.5, 2.0]
    assert texts_in(layer(typed, 4), 4, 52).weights == ["0.125", "-1.625", "0.5", "2"]
    assert texts_in(layer(typed, 4), 4, 50).sums == ["-2.39"]
    assert texts_in(layer([0.1234, 0.5678, 0.5, 2.0], 4), 4, 46).weights[:3] == [
        "≈0.12",
        "≈0.57",
        "0.5",
    ]


def test_decimals_that_were_asked_for_stay() -> None:
    numbers = layer([0.88202617, -0.48863916, 0.0720217, 0.16683716], 4)
    texts = texts_in(numbers, 6, 40)
    assert texts.sums == ["-2.3851"]
    assert texts.form.typed_digits is None


@given(st.lists(numbers_of_any_size, min_size=1, max_size=12), st.integers(20, 200))
def test_no_number_is_rounded_to_zero_or_passed_off_as_typed(
    weights: list[float], room: int
) -> None:
    texts: Texts = texts_in(layer(weights, len(weights)), 4, room)
    for number, text in zip(weights, texts.weights, strict=True):
        shown = float(text.removeprefix("≈"))
        assert (shown == 0) == (number == 0)
        assert math.isclose(shown, number, rel_tol=0.5, abs_tol=0.005)
        typed = format_number(number, 17)
        if len(typed) <= 7:
            assert text == typed or text.startswith("≈")


@given(st.lists(numbers_of_any_size, min_size=1, max_size=12), st.integers(20, 120))
def test_more_room_never_shows_fewer_columns(weights: list[float], room: int) -> None:
    numbers = layer(weights, len(weights))
    fewer, more = (min(len(weights), n_columns_in(numbers, one)) for one in (room, room + 1))
    # From 48 columns on sums may be wider.
    assert more >= fewer or room == 47


def test_a_single_number_gets_the_decimals_that_fit() -> None:
    assert given_in(7, 0.12345, 4) == "0.12345"
    assert given_in(6, 0.12345, 4) == "≈0.1235"
    assert given_in(6, 5.843333333, 4) == "5.8433"
    assert given_in(5, -5.843333333, 4) == "-5.843"
    assert fitting(4, 6, lambda digits: f"{123.45678:.{digits}f}") == "123.46"
    assert fitting(6, 6, lambda digits: f"{123.45678:.{digits}f}") == "123.456780"


@given(st.lists(st.floats(-1e300, 1e300), min_size=4, max_size=4), st.sampled_from([40, 80, 160]))
def test_numbers_of_any_size_are_rounded_and_never_touch(numbers: list[float], room: int) -> None:
    texts = texts_in(layer(numbers, 2, numbers[0]), 4, room)
    for shown, width, exact in (
        (texts.weights, texts.widths[0], numbers),
        (texts.sums, texts.widths[2], numbers[:1] * 2),
    ):
        for text, number in zip(shown, exact, strict=True):
            assert len(text.lstrip("-≈")) + 2 <= width
            assert float(text.lstrip("≈")) == pytest.approx(number, rel=0.5, abs=0.005)


def test_an_input_too_long_for_its_cells_is_rounded_unless_all_digits_are_asked_for() -> None:
    assert given_in(7, 123456.789123, 4) == "123457"
    assert given_in(7, -12345678.9, 4) == "-1.235e7"
    assert given_in(7, 123456.789123, 17) == "123456.789123"
