"""Short texts that users type."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Activation
from engine.nn.parsing import parse_activations, parse_row, parse_sizes
from engine.text import nearest
from tests.engine.strategies import activations, any_number


@pytest.mark.parametrize(
    ("text", "sizes"), [("3-3-1", (3, 3, 1)), ("4-8-8-3", (4, 8, 8, 3)), ("784-10", (784, 10))]
)
def test_sizes(text: str, sizes: tuple[int, ...]) -> None:
    assert parse_sizes(text) == sizes


@pytest.mark.parametrize(
    "text",
    ["", "3", "3-", "-3-1", "3--1", "3-a", "3 - 1", "3,3,1", "1.5-2", "٣-١", "9" * 10 + "-1"],
)
def test_an_invalid_list_of_sizes_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a list of sizes; expected something like 3-3-1"):
        parse_sizes(text)


def test_activations_with_and_without_parameters() -> None:
    assert parse_activations("relu,leaky_relu(0.2), hard_sigmoid(0.2,0.5) ,swish") == [
        Activation("relu"),
        Activation("leaky_relu", (0.2,)),
        Activation("hard_sigmoid", (0.2, 0.5)),
        Activation("silu"),
    ]


@given(st.lists(activations(), min_size=1, max_size=4))
def test_activations_are_read_back_from_their_texts(chosen: list[Activation]) -> None:
    assert parse_activations(",".join(each.text for each in chosen)) == chosen


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "activation '' is unknown"),
        ("relu,", "activation '' is unknown"),
        (",relu", "activation '' is unknown"),
        ("relu,sigmoyd", "'sigmoyd' is unknown; did you mean 'sigmoid'"),
        ("relu sigmoid", "'relu sigmoid'"),
        ("leaky_relu(0.2", "not of the form"),
        ("leaky_relu 0.2)", "not of the form"),
        ("leaky_relu((0.2))", "not of the form"),
        ("leaky_relu(x)", "leaky_relu: parameter 'x' is not a number"),
        ("leaky_relu(0.2,0.3)", "leaky_relu: got 2 parameters"),
        ("relu(nan)", "relu: got 1 parameters, expected at most 0"),
    ],
)
def test_the_part_that_is_no_activation_is_named(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message.replace("(", r"\(")):
        parse_activations(text)


def test_a_pasted_row_of_numbers_is_no_list_of_activations() -> None:
    """Where the time grew with the square of the length, this one took minutes."""
    with pytest.raises(ValueError, match="'1' is unknown"):
        parse_activations("1," * 200_000)


@given(st.lists(any_number, min_size=1, max_size=5))
def test_a_row_is_read_back_from_its_text(row: list[float]) -> None:
    assert parse_row(",".join(map(repr, row)), "row") == row


def test_a_row_may_hold_blanks_and_a_sign() -> None:
    assert parse_row("-1, +2.5 ,3e-2", "-x") == [-1, 2.5, 0.03]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1,,2", "-x: number 2, '', is not a number"),
        ("1,2,", "-x: number 3, '', is not a number"),
        ("", "-x: number 1, '', is not a number"),
        ("1,two", "-x: number 2, 'two', is not a number"),
        ("1,nan", "-x: number 2, 'nan', is not finite"),
        ("-inf", "-x: number 1, '-inf', is not finite"),
        ("1e400", "-x: number 1, '1e400', is not finite"),
        ("y" * 500, f"-x: number 1, '{'y' * 40}', is not a number"),
    ],
)
def test_what_is_no_row_of_numbers_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        parse_row(text, "-x")


def test_the_nearest_known_word() -> None:
    assert nearest("sigmiod", ["relu", "sigmoid"]) == "did you mean 'sigmoid'?"
    assert nearest("xyz", ["relu", "tanh"]) == "expected one of relu, tanh"
    assert nearest("z" * 10_000, ["relu"]) == "expected one of relu"
    assert math.isfinite(len(nearest("", ["a"])))
