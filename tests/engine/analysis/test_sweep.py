"""Responses: one pass gives the same figures as point by point."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import (
    Activation,
    Bias,
    Input,
    Layer,
    Network,
    Parameter,
    Session,
    Trace,
    Weight,
    WeightRow,
    examples,
    grid_sweep,
    sweep,
    weight_bias_sweep,
)
from engine.analysis.sweep import respond
from engine.edits.numbers import set_parameter
from tests.engine.strategies import FloatArray, plain_number, sessions, vectors

CONTINUOUS = ("identity", "sigmoid", "tanh", "relu", "leaky_relu", "softplus", "softmax", "silu")


def every_parameter(session: Session) -> list[Parameter]:
    """Every number that can be swept."""
    found: list[Parameter] = [Input(feature) for feature in range(session.network.n_features)]
    for layer_index, layer in enumerate(session.network.layers):
        for neuron in range(layer.n_neurons):
            found.append(Bias(layer_index, neuron))
            found += [Weight(layer_index, neuron, input) for input in range(layer.n_inputs)]
    return found


def one_by_one(session: Session, assignment: dict[Parameter, float], sample: int) -> Trace:
    """The pass of one sample after setting each number by a separate edit."""
    for parameter, value in assignment.items():
        session = set_parameter(parameter, value, sample).apply(session)
    return session.network.forward(session.inputs[sample])


def assert_same_pass(trace: Trace, row: int, alone: Trace) -> None:
    for mine, its in zip(trace.layers, alone.layers, strict=True):
        for swept, single in zip(mine, its, strict=True):
            np.testing.assert_allclose(swept[row], single[0], rtol=1e-9, atol=1e-9)
    np.testing.assert_array_equal(trace.inputs[row], alone.inputs[0])


@given(st.data(), sessions(among=CONTINUOUS))
def test_a_sweep_gives_what_setting_each_value_gives(data: st.DataObject, session: Session) -> None:
    parameter = data.draw(st.sampled_from(every_parameter(session)))
    sample = data.draw(st.integers(0, session.n_samples - 1))
    values = data.draw(vectors(data.draw(st.integers(1, 5)), plain_number))
    response = sweep(session, parameter, values, sample)
    assert response.parameter == parameter
    np.testing.assert_array_equal(response.values, values)
    assert response.outputs.shape == (len(values), session.network.n_outputs)
    for row, value in enumerate(values):
        alone = one_by_one(session, {parameter: float(value)}, sample)
        assert_same_pass(response.trace, row, alone)


@given(st.data(), sessions(among=CONTINUOUS))
def test_several_parameters_at_once(data: st.DataObject, session: Session) -> None:
    chosen = data.draw(
        st.lists(st.sampled_from(every_parameter(session)), min_size=1, max_size=4, unique=True)
    )
    sample = data.draw(st.integers(0, session.n_samples - 1))
    assignments = {parameter: data.draw(vectors(3)) for parameter in chosen}
    trace = respond(session, assignments, sample)
    for row in range(3):
        at_row = {parameter: float(values[row]) for parameter, values in assignments.items()}
        assert_same_pass(trace, row, one_by_one(session, at_row, sample))


@given(st.data(), sessions(among=CONTINUOUS))
def test_a_grid_has_a_row_for_each_first_and_a_column_for_each_second_value(
    data: st.DataObject, session: Session
) -> None:
    first, second = data.draw(
        st.lists(st.sampled_from(every_parameter(session)), min_size=2, max_size=2, unique=True)
    )
    rows, columns = data.draw(vectors(2)), data.draw(vectors(3))
    outputs = grid_sweep(session, (first, rows), (second, columns))
    assert outputs.shape == (2, 3, session.network.n_outputs)
    for place in np.ndindex(2, 3):
        at_place = {first: float(rows[place[0]]), second: float(columns[place[1]])}
        alone = one_by_one(session, at_place, 0)
        np.testing.assert_allclose(outputs[place], alone.outputs[0], rtol=1e-9, atol=1e-9)


def test_a_grid_of_one_parameter_is_refused() -> None:
    session = Session(Network([Layer([[1]], [0], "relu")]))
    with pytest.raises(ValueError, match="a table needs two different parameters"):
        grid_sweep(session, (Input(0), [1]), (Input(0), [2]))


def test_rows_of_weights_are_alternatives() -> None:
    session = examples.load("adjustable-neuron")
    rows, biases = [[0.1, 0.2], [1.0, -1.0], [-0.5, 2.0]], [0.0, 1.0, -2.0]
    outputs = grid_sweep(session, (WeightRow(0, 0), rows), ("b1[1]", biases))
    expected = weight_bias_sweep(session.inputs[0], rows, biases)
    np.testing.assert_allclose(outputs[:, :, 0], expected, rtol=1e-15)
    np.testing.assert_array_equal(sweep(session, "W1[1]", rows).outputs, outputs[:, 2])
    with pytest.raises(ValueError, match=r"values have shape \(1, 1\), expected \(n_points, 2\)"):
        sweep(session, "W1[1]", [1])
    with pytest.raises(ValueError, match="a table needs two different parameters"):
        grid_sweep(session, ("W1[1]", rows), ("W1[1,2]", [1]))
    with pytest.raises(ValueError, match="there is no neuron 2 in layer 1"):
        sweep(session, "w1[2]", rows)


DEEP = Session(
    Network(
        [
            Layer([[1.0, 2], [3.0, -4], [0.5, 0]], [0.1, 0.2, -3], "tanh"),
            Layer([[1, 2, 3], [3, 4, -5]], [0.1, 0.2], "relu"),
            Layer([[1, -1]], [0.5], "sigmoid"),
        ]
    ),
    np.array([[0.5, -0.5], [1, 2]]),
)


@pytest.mark.parametrize(
    ("parameter", "n_layers"),
    [(Input(1), 3), (Weight(0, 1, 0), 3), (Bias(1, 0), 2), (Weight(2, 0, 1), 1), (Bias(2, 0), 1)],
)
def test_one_pass_from_the_affected_layer_on(
    parameter: Parameter, n_layers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = DEEP.trace
    shapes: list[tuple[int, ...]] = []
    forward = Activation.forward

    def counted(self: Activation, z: FloatArray) -> FloatArray:
        shapes.append(z.shape)
        return forward(self, z)

    monkeypatch.setattr(Activation, "forward", counted)
    response = sweep(DEEP, parameter, np.linspace(-1, 1, 50))
    assert shapes == [(50, layer.n_neurons) for layer in DEEP.network.layers[-n_layers:]]
    for layer, known in zip(response.trace.layers[:-n_layers], before.layers, strict=False):
        assert np.shares_memory(layer.activations, known.activations)
        assert layer.activations.shape == (50, known.activations.shape[1])


@pytest.mark.parametrize("sample", [0, 1])
def test_a_sweep_speaks_of_the_sample_asked_for(sample: int) -> None:
    present = DEEP.inputs[sample, 0]
    outputs = sweep(DEEP, Input(0), [present, present + 1], sample).outputs
    assert outputs[0, 0] == pytest.approx(DEEP.trace.outputs[sample, 0], 1e-12)
    assert outputs[1, 0] != outputs[0, 0]


def test_a_sweep_changes_neither_session_nor_trace() -> None:
    before = DEEP.trace.outputs.copy(), DEEP.inputs.copy()
    sweep(DEEP, Input(0), [5, 6])
    sweep(DEEP, Weight(0, 0, 0), [5, 6])
    np.testing.assert_array_equal(DEEP.trace.outputs, before[0])
    np.testing.assert_array_equal(DEEP.inputs, before[1])


def test_a_large_value_is_passed_on_without_a_warning() -> None:
    response = sweep(DEEP, Weight(1, 0, 0), [1e308, -1e308])
    assert response.outputs.shape == (2, 1)
    wild = Session(Network([Layer([[1e308]], [0], "identity"), Layer([[1]], [0], "tanh")]))
    np.testing.assert_array_equal(sweep(wild, Input(0), [1e10]).outputs, [[1]])


def test_the_table_of_weights_and_biases() -> None:
    table = weight_bias_sweep([2, 3], [[0, 1], [1, 0], [-1, 2]], [4, 0])
    expected = 1 / (1 + np.exp(-np.array([[7, 3], [6, 2], [8, 4]])))
    np.testing.assert_allclose(table, expected, rtol=1e-15)
    np.testing.assert_array_equal(
        weight_bias_sweep([2, 3], [[0, 1], [1, 0], [-1, 2]], [4, 0], "identity"),
        [[7, 3], [6, 2], [8, 4]],
    )
