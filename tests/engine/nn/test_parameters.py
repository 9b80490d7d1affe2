"""Names and addresses of single numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Bias, Input, Layer, Network, Parameter, Session, Weight
from engine.nn.parameters import has_output_layer, neuron_name, parameter_code, parse_parameter
from engine.session.names import (
    input_name,
    input_names,
    output_name,
    parameter_name,
    parameter_value,
)
from tests.engine.strategies import sessions


def layers(*sizes: int, names: tuple[str | None, ...] = ()) -> Network:
    return Network(
        Layer(np.ones((n_neurons, n_inputs)), np.zeros(n_neurons), "relu", name)
        for n_inputs, n_neurons, name in zip(
            sizes, sizes[1:], names or (None,) * (len(sizes) - 1), strict=False
        )
    )


ONE_HIDDEN = Session(layers(2, 3, 1))


@pytest.mark.parametrize(
    ("network", "expected"),
    [
        (layers(2, 2, 1), [["h1", "h2"], ["o1"]]),
        (layers(2, 2, 1, 2), [["h1.1", "h1.2"], ["h2.1"], ["o1", "o2"]]),
        (layers(2, 2), [["o1", "o2"]]),
        (layers(2, 2, names=("hidden",)), [["h1", "h2"]]),
        (layers(2, 1, 1, names=("hidden", "hidden")), [["h1"], ["o1"]]),
    ],
)
def test_neurons_are_named_by_layer(network: Network, expected: list[list[str]]) -> None:
    assert expected == [
        [neuron_name(network, layer_index, neuron) for neuron in range(layer.n_neurons)]
        for layer_index, layer in enumerate(network.layers)
    ]


def test_only_a_single_layer_named_hidden_is_no_output_layer() -> None:
    assert not has_output_layer(layers(2, 2, names=("hidden",)))
    assert has_output_layer(layers(2, 2))
    assert has_output_layer(layers(2, 2, 2, names=(None, "hidden")))


def test_a_layer_reads_features_or_the_neurons_before() -> None:
    assert input_names(ONE_HIDDEN, 0) == ["x1", "x2"]
    assert input_names(ONE_HIDDEN, 1) == ["h1", "h2", "h3"]
    named = ONE_HIDDEN.evolve(features=("age", "height"))
    assert input_names(named, 0) == ["age", "height"]
    assert [input_name(named, 0, 1), input_name(named, 1, 2)] == ["height", "h3"]


@pytest.mark.parametrize(
    ("parameter", "name", "code"),
    [
        (Weight(0, 2, 1), "weight x2→h3", "W1[3,2]"),
        (Weight(1, 0, 2), "weight h3→o1", "W2[1,3]"),
        (Bias(0, 1), "bias of h2", "b1[2]"),
        (Input(1), "input x2", "x2"),
    ],
)
def test_a_parameter_has_a_name_to_read_and_one_to_type(
    parameter: Parameter, name: str, code: str
) -> None:
    assert parameter_name(ONE_HIDDEN, parameter) == name
    assert parameter_code(parameter) == code
    assert parse_parameter(code, ONE_HIDDEN.network) == parameter


@given(st.data(), sessions())
def test_every_code_is_read_back(data: st.DataObject, session: Session) -> None:
    layer_index = data.draw(st.integers(0, len(session.network.layers) - 1))
    layer = session.network.layers[layer_index]
    neuron = data.draw(st.integers(0, layer.n_neurons - 1))
    every: list[Parameter] = [
        Weight(layer_index, neuron, data.draw(st.integers(0, layer.n_inputs - 1))),
        Bias(layer_index, neuron),
        Input(data.draw(st.integers(0, session.network.n_features - 1))),
    ]
    for parameter in every:
        assert parse_parameter(parameter_code(parameter), session.network) == parameter


@pytest.mark.parametrize("text", [" w1[3,2] ", "W1[3, 2]", "W1[ 3 ,2 ]", "W01[03,2]"])
def test_blanks_and_small_letters_do_not_matter(text: str) -> None:
    assert parse_parameter(text, ONE_HIDDEN.network) == Weight(0, 2, 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "'' is not a parameter; expected W1"),
        ("W1", "'W1' is not a parameter"),
        ("W1[1]", "is not a parameter"),
        ("b1[1,2]", "is not a parameter"),
        ("b1", "is not a parameter"),
        ("x1[1]", "is not a parameter"),
        ("x-1", "is not a parameter"),
        ("x1.5", "is not a parameter"),
        ("x٣", "is not a parameter"),
        ("W1[1,2]; rm", "is not a parameter"),
        ("y1", "is not a parameter"),
        ("x" * 1000, r"'x{60}' is not a parameter"),
        ("x3", "there is no input 3; they count from 1 to 2"),
        ("x0", "there is no input 0; they count from 1 to 2"),
        ("W3[1,1]", "there is no layer 3; they count from 1 to 2"),
        ("b0[1]", "there is no layer 0; they count from 1 to 2"),
        ("W1[4,1]", "there is no neuron 4 in layer 1; they count from 1 to 3"),
        ("W2[1,4]", "there is no input 4 in layer 2; they count from 1 to 3"),
        ("b2[2]", "there is no neuron 2 in layer 2; they count from 1 to 1"),
        ("x" + "9" * 5000, "there is no input 999999999…; they count from 1 to 2"),
    ],
)
def test_an_invalid_parameter_code_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_parameter(text, ONE_HIDDEN.network)


def test_the_value_at_an_address() -> None:
    session = Session(
        Network([Layer([[1, 2], [3, 4]], [5, 6], "relu")]), np.array([[7, 8], [9, 10]])
    )
    assert parameter_value(session, Weight(0, 1, 0)) == 3
    assert parameter_value(session, Bias(0, 1)) == 6
    assert parameter_value(session, Input(1)) == 8
    assert parameter_value(session, Input(1), sample=1) == 10


def test_an_output_goes_by_the_name_of_its_class() -> None:
    two = Session(layers(2, 2, 2), classes=("cat", "dog"))
    assert [output_name(two, output) for output in range(2)] == ["cat", "dog"]
    one = Session(layers(2, 2, 1), classes=("ham", "spam"))
    assert output_name(one, 0) == "o1"
    assert output_name(Session(layers(2, 2, names=("hidden",))), 1) == "h2"
