"""The arithmetic of a neuron, to be checked by hand."""

import math
import re
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine import Layer, Network, Session, SetBias, SetInput, SetWeight, explain_neuron
from tests.engine.strategies import sessions

CLASSIFIER = Session(
    Network(
        [
            Layer([[0.2, -0.5, 1], [-1.5, 2, 0.3], [0.7, 0.8, -1.2]], [0.1, -0.3, 0.5], "relu"),
            Layer([[0.4, -1, 0.6]], [-0.2], "sigmoid"),
        ]
    ),
    np.array([[1, 2, 3]]),
)


@pytest.mark.parametrize(
    ("layer_index", "neuron", "line"),
    [
        (0, 0, "h1: 0.2·1 + (-0.5)·2 + 1·3 + 0.1 = 2.3   relu(2.3) = 2.3"),
        (0, 1, "h2: (-1.5)·1 + 2·2 + 0.3·3 + (-0.3) = 3.1   relu(3.1) = 3.1"),
        (0, 2, "h3: 0.7·1 + 0.8·2 + (-1.2)·3 + 0.5 = -0.8   relu(-0.8) = 0"),
        (1, 0, "o1: 0.4·2.3 + (-1)·3.1 + 0.6·0 + (-0.2) = -2.38   sigmoid(-2.38) ≈ 0.0847"),
    ],
)
def test_the_lines_of_the_binary_classifier(layer_index: int, neuron: int, line: str) -> None:
    assert explain_neuron(CLASSIFIER, layer_index, neuron).line() == line


def one(weight: float, x: float, bias: float, activation: str) -> str:
    session = Session(Network([Layer([[weight]], [bias], activation)]), np.array([[x]]))
    return explain_neuron(session, 0, 0).line()


@pytest.mark.parametrize(
    ("weight", "x", "bias", "activation", "line"),
    [
        (1 / 3, 1, 0, "relu", "o1: 0.3333·1 + 0 ≈ 0.3333   relu(0.3333) ≈ 0.3333"),
        (1 / 3, 3, 0, "relu", "o1: 0.3333·3 + 0 ≈ 1   relu(1) = 1"),
        (-1 / 3, 1, 0, "relu", "o1: (-0.3333)·1 + 0 ≈ -0.3333   relu(-0.3333) = 0"),
        (0.01, 0.001, 0.1, "identity", "o1: 0.01·0.001 + 0.1 ≈ 0.1   identity(0.1) ≈ 0.1"),
        (1, 1000.1, -1000, "relu", "o1: 1·1000.1 + (-1000) = 0.1   relu(0.1) = 0.1"),
        (1, 0.3, -0.3, "relu", "o1: 1·0.3 + (-0.3) = 0   relu(0) = 0"),
        (1e16, 1, 1, "identity", "o1: 1e16·1 + 1 ≈ 1e16   identity(1e16) = 1e16"),
        (2, 20, 0, "sigmoid", "o1: 2·20 + 0 = 40   sigmoid(40) ≈ 1"),
        (1, 10.5, 0, "sigmoid", "o1: 1·10.5 + 0 = 10.5   sigmoid(10.5) ≈ 0.99997"),
        (1, 30, 0, "sigmoid", "o1: 1·30 + 0 = 30   sigmoid(30) < 1"),
        (1, 0.4, 0, "step", "o1: 1·0.4 + 0 = 0.4   step(0.4) = 1"),
        (1 / 3, 1, 0, "step", "o1: 0.3333·1 + 0 ≈ 0.3333   step(0.3333) = 1"),
        (1, -2, 0, "leaky_relu", "o1: 1·(-2) + 0 = -2   leaky_relu(-2) = -0.02"),
        (1, -2, 0, "leaky_relu(0.3)", "o1: 1·(-2) + 0 = -2   leaky_relu(0.3)(-2) = -0.6"),
        (1, 1, 0, "hard_sigmoid", "o1: 1·1 + 0 = 1   hard_sigmoid(1) ≈ 0.6667"),
        (-0.0, 1, -0.0, "relu", "o1: 0·1 + 0 = 0   relu(0) = 0"),
        (1e200, 1e200, 0, "relu", "o1: 1e200·1e200 + 0 ≈ inf   relu(inf) = inf"),
        (-1000, 1, 0, "sigmoid", "o1: (-1000)·1 + 0 = -1000   sigmoid(-1000) ≈ 0"),
    ],
)
def test_equal_where_it_adds_up_by_hand_and_nearly_where_it_does_not(
    weight: float, x: float, bias: float, activation: str, line: str
) -> None:
    assert one(weight, x, bias, activation) == line


def test_what_float64_leaves_over_is_not_called_exact() -> None:
    session = Session(Network([Layer([[0.1, 0.2, -0.3]], [0], "identity")]), np.array([[1, 1, 1]]))
    explanation = explain_neuron(session, 0, 0)
    sign, z = ("=", "0") if explanation.pre_activation == 0 else ("≈", "5.6e-17")
    assert explanation.sum() == f"0.1·1 + 0.2·1 + (-0.3)·1 + 0 {sign} {z}"


NUMBER = r"\(?(-?[\d.]+(?:e-?\d+)?)\)?"


@given(st.data(), sessions(among=("relu", "identity", "tanh", "softmax")))
def test_an_equals_sign_is_true_in_the_numbers_shown(data: st.DataObject, session: Session) -> None:
    layer_index = data.draw(st.integers(0, len(session.network.layers) - 1))
    neuron = data.draw(st.integers(0, session.network.layers[layer_index].n_neurons - 1))
    explanation = explain_neuron(session, layer_index, neuron)
    digits = data.draw(st.integers(1, 17))
    text = explanation.sum(digits)
    assume("<" not in text and ">" not in text)  # a value just short of a limit has no number
    found = re.fullmatch(r"(.+) \+ (\S+) ([=≈]) (\S+)", text)
    assert found is not None
    products = re.findall(f"{NUMBER}·{NUMBER}", found[1])
    assert len(products) == len(explanation.weights)
    total = sum(
        (Fraction(weight) * Fraction(x) for weight, x in products),
        Fraction(found[2].strip("()")),
    )
    if found[3] == "=":
        assert total == Fraction(found[4])
    shown = float(found[4])
    assert shown == pytest.approx(explanation.pre_activation, abs=10.0**-digits, rel=0.05)


def test_typed_numbers_of_few_digits_are_always_called_exact() -> None:
    """Two decimals times two decimals is four decimals: nothing is rounded."""
    generator = np.random.default_rng(3)
    for _ in range(200):
        weights, inputs, bias = (
            generator.integers(-300, 300, size) / 100 for size in ((1, 4), (1, 4), 1)
        )
        session = Session(Network([Layer(weights, bias, "identity")]), inputs)
        assert " = " in explain_neuron(session, 0, 0).sum()


def long_sum(n_inputs: int = 784) -> Session:
    generator = np.random.default_rng(2)
    return Session(
        Network([Layer(generator.normal(size=(2, n_inputs)), [0.5, 0.25], "tanh")]),
        generator.normal(size=(1, n_inputs)),
    )


def test_the_middle_of_a_long_sum_is_left_out_and_the_sum_is_of_all() -> None:
    session = long_sum()
    explanation = explain_neuron(session, 0, 1)
    line = explanation.line(width=100)
    assert len(line) <= 100
    found = re.search(r"\+ … (\d+) more … \+", line)
    assert found is not None
    shown_products = line.split("   ")[0].count("·")
    assert int(found[1]) + shown_products == 784
    last = f"{session.network.layers[0].weights[1, -1]:.4f}".rstrip("0")
    assert last in line
    assert line.split("   ")[0].endswith(
        f"≈ {explanation.pre_activation:.4f}".rstrip("0").rstrip(".")
    )


@pytest.mark.parametrize("n_inputs", [1, 2, 3, 4, 12, 60, 784])
def test_a_line_keeps_to_its_width(n_inputs: int) -> None:
    explanation = explain_neuron(long_sum(n_inputs), 0, 0)
    shortest = explanation.line(width=1)
    assert re.fullmatch(r"o1 [≈<>] \S+", shortest)
    for width in range(len(shortest), 200, 3):
        line = explanation.line(width=width)
        assert len(line) <= width
        products = line.split("   ")[0].count("·")
        left_out = re.search(r"… (\d+) more …", line)
        if "+ … +" in line:
            assert products < n_inputs
        else:
            assert products + (int(left_out[1]) if left_out else 0) in (n_inputs, 0)
        assert line.endswith(shortest.split()[-1])
    assert "·" in explanation.line(width=200)


def test_of_two_products_none_is_counted_as_left_out() -> None:
    assert "more" not in explain_neuron(long_sum(2), 0, 0).sum(width=1)
    assert "… 1 more …" in explain_neuron(long_sum(3), 0, 0).sum(width=1)


def test_as_much_as_fits_is_shown() -> None:
    explanation = explain_neuron(CLASSIFIER, 0, 0)
    whole = explanation.line()
    assert explanation.line(width=len(whole)) == whole
    shorter = "h1: 0.2·1 + (-0.5)·2 + 1·3 + 0.1 = 2.3   relu = 2.3"
    assert explanation.line(width=len(whole) - 1) == shorter
    assert explanation.line(width=len(shorter)) == shorter
    counted = "h1: 0.2·1 + … 2 more … + 0.1 = 2.3   relu = 2.3"
    assert explanation.line(width=len(shorter) - 1) == counted
    assert explanation.line(width=38) == "h1: 0.2·1 + … + 0.1 = 2.3   relu = 2.3"
    assert explanation.line(width=37) == "h1: sum z = 2.3   relu(2.3) = 2.3"


def test_numbers_lose_decimals_before_products_are_left_out() -> None:
    weights = [[0.1234, -0.5678, 1 / 3, 0.25]]
    network = Network([Layer(weights, [-1 / 7], "identity")])
    explanation = explain_neuron(Session(network, np.array([[1.5, 2, -3, 0.125]])), 0, 0)
    assert explanation.line(width=90) == (
        "o1: 0.12·1.5 + (-0.57)·2 + 0.33·(-3) + 0.25·0.125 + (-0.14) ≈ -2.0621   identity ≈ -2.0621"
    )
    assert explanation.line(width=80, place=1) == (
        "o1: (-0.5678)·2 + … 3 more … + (-0.1429) ≈ -2.0621   identity(-2.0621) ≈ -2.0621"
    )


def test_of_a_long_sum_the_product_asked_for_stays() -> None:
    session = long_sum(30)
    explanation = explain_neuron(session, 0, 1)
    for place in (0, 1, 17, 28, 29):
        for width in range(60, 160, 7):
            line = explanation.line(width=width, place=place)
            assert len(line) <= width
            weight = float(session.network.layers[0].weights[1, place])
            assert any(f"{weight:.{digits}f}".rstrip("0") in line for digits in (2, 3, 4)), (
                line,
                weight,
            )
            assert " + 0.25 ≈ " in line
            counts = map(int, re.findall(r"… (\d+) more …", line))
            n_shown = line.split("   ")[0].count("·")
            assert "+ … +" in line or n_shown + sum(counts) == 30


def test_without_a_width_nothing_is_left_out() -> None:
    line = explain_neuron(long_sum(), 0, 0).line()
    assert line.split("   ")[0].count("·") == 784
    assert "more" not in line


def test_a_softmax_shows_the_whole_layer_in_full_and_its_own_sum_in_short() -> None:
    session = Session(Network([Layer([[1], [2], [-1]], [0, 0.5, 0], "softmax")]), np.array([[1]]))
    explanation = explain_neuron(session, 0, 1)
    a = math.exp(2.5) / (math.exp(1) + math.exp(2.5) + math.exp(-1))
    text = f"{a:.4f}"
    assert explanation.squash() == f"softmax: e^2.5 / (e^1 + e^2.5 + e^(-1)) ≈ {text}"
    assert explanation.squash(in_full=False) == f"softmax(2.5, …) ≈ {text}"


def test_the_sample_asked_for_is_explained() -> None:
    session = CLASSIFIER.evolve(inputs=np.array([[1, 2, 3], [0, 0, 1]]))
    line = explain_neuron(session, 0, 0, sample=1).line()
    assert line == "h1: 0.2·0 + (-0.5)·0 + 1·1 + 0.1 = 1.1   relu(1.1) = 1.1"


def test_the_line_follows_every_edit() -> None:
    session = SetInput(0, 0, 0.1).apply(CLASSIFIER)
    session = SetBias(0, 0, -1.25).apply(SetWeight(0, 0, 0, 1000.1).apply(session))
    line = explain_neuron(session, 0, 0).line()
    assert line == "h1: 1000.1·0.1 + (-0.5)·2 + 1·3 + (-1.25) = 100.76   relu(100.76) = 100.76"


def test_digits_are_those_asked_for() -> None:
    explanation = explain_neuron(CLASSIFIER, 1, 0)
    assert explanation.squash(2) == "sigmoid(-2.38) ≈ 0.08"
    assert explanation.squash(6) == f"sigmoid(-2.38) ≈ {1 / (1 + math.exp(2.38)):.6f}"
