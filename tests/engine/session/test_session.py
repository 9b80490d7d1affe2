"""The whole document: its checks, its task, its trace."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Layer, Network, Session, SetBias, SetInput, SetWeight
from tests.engine.strategies import FloatArray, sessions

TWO_LAYERS = Network([Layer([[1, 2], [3, 4]], [0, 0], "relu"), Layer([[1, -1]], [0.5], "sigmoid")])


def network(activation: str, n_outputs: int) -> Network:
    return Network([Layer(np.ones((n_outputs, 2)), np.zeros(n_outputs), activation)])


@pytest.mark.parametrize(
    ("activation", "n_outputs", "declared", "task"),
    [
        ("sigmoid", 1, None, "binary"),
        ("step", 1, None, "binary"),
        ("softmax", 3, None, "multiclass"),
        ("softmax", 1, None, "regression"),
        ("sigmoid", 2, None, "regression"),
        ("relu", 1, None, "regression"),
        ("tanh", 1, None, "regression"),
        ("log_softmax", 2, None, "regression"),
        ("sigmoid", 2, "binary", "binary"),
        ("sigmoid", 1, "regression", "regression"),
        ("identity", 2, "multiclass", "multiclass"),
    ],
)
def test_the_task_is_the_declared_one_or_follows_from_the_last_activation(
    activation: str, n_outputs: int, declared: str | None, task: str
) -> None:
    session = Session(network(activation, n_outputs), task=declared)
    assert session.task == task
    assert session.n_classes == max(2, n_outputs)


def test_without_inputs_there_is_one_row_of_zeros_that_was_not_given() -> None:
    session = Session(TWO_LAYERS)
    np.testing.assert_array_equal(session.inputs, [[0, 0]])
    assert not session.inputs_given
    assert Session(TWO_LAYERS, np.zeros((1, 2))).inputs_given
    assert not session.evolve(title="x").inputs_given
    assert session.evolve(inputs=np.zeros((1, 2))).inputs_given


INPUTS = np.ones((2, 2))


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"inputs": np.ones((2, 3))}, "inputs: each sample has 3 numbers, expected 2"),
        ({"inputs": np.empty((0, 2))}, "inputs: expected at least one sample"),
        ({"inputs": [[1, 2], [3]]}, "inputs: expected rows of equal length, of numbers only"),
        ({"inputs": [1, 2]}, "inputs: expected 2 dimensions"),
        ({"inputs": [[1, 2], [3, np.nan]]}, r"inputs\[2\]\[2\] is not a finite number"),
        (
            {"inputs": INPUTS, "targets": np.ones((2, 2))},
            r"targets: 2 rows of 2 numbers, expected 2 rows \(one for each sample\) of 1",
        ),
        ({"inputs": INPUTS, "targets": np.ones((1, 1))}, "targets: 1 rows of 1 numbers"),
        (
            {"inputs": INPUTS, "targets": [[0], [np.inf]]},
            r"targets\[2\]\[1\] is not a finite number",
        ),
        ({"features": ("a",)}, "features: 1 names, expected 2, one for each input"),
        ({"classes": ("a", "b", "c")}, "classes: 3 names, expected 2"),
        ({"task": "guess"}, "task 'guess' is unknown; expected one of regression, bi"),
        ({"task": "multiclass"}, "task multiclass needs at least two outputs"),
        (
            {"network": Network([Layer([[1, np.nan]], [0], "relu")])},
            r"layer 1: weights\[1\]\[2\] is not a finite number",
        ),
        (
            {"network": Network([TWO_LAYERS.layers[0], Layer([[1, 2]], [-np.inf], "relu")])},
            r"layer 2: bias\[1\] is not a finite number",
        ),
    ],
)
def test_an_invalid_session_is_refused_with_its_place(parts: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Session(**({"network": TWO_LAYERS} | parts))


def test_arrays_are_copied_and_read_only() -> None:
    inputs, targets = np.ones((1, 2)), np.ones((1, 1))
    session = Session(TWO_LAYERS, inputs, targets)
    inputs[0, 0] = targets[0, 0] = 7
    assert session.inputs[0, 0] == 1
    assert session.targets is not None
    assert session.targets[0, 0] == 1
    for array in (session.inputs, session.targets):
        with pytest.raises(ValueError, match="read-only"):
            array[0, 0] = 0


def test_the_trace_is_computed_once() -> None:
    session = Session(TWO_LAYERS, np.array([[1, 2]]))
    assert session.trace is session.trace
    assert session.sample_trace(0).outputs[0, 0] == session.trace.outputs[0, 0]


def test_an_edit_of_a_later_layer_reuses_the_layers_before_it() -> None:
    session = Session(TWO_LAYERS, np.array([[1, 2]]))
    first = session.trace.layers[0]
    assert SetBias(1, 0, 9).apply(session).trace.layers[0] is first
    assert session.evolve(title="x").trace.layers == session.trace.layers
    assert SetWeight(0, 0, 0, 9).apply(session).trace.layers[0] is not first
    assert SetInput(0, 0, 9).apply(session).trace.layers[0] is not first


def test_edits_one_after_the_other_reuse_though_nobody_looked_between() -> None:
    session = Session(TWO_LAYERS, np.array([[1, 2]]))
    first = session.trace.layers[0]
    twice = SetWeight(1, 0, 0, 5).apply(SetBias(1, 0, 9).apply(session))
    assert twice.trace.layers[0] is first
    assert twice.trace.layers[1].pre_activations[0, 0] == 5 * 5 - 1 * 11 + 9


@given(st.data(), sessions())
def test_the_trace_of_a_sample_is_its_row(data: st.DataObject, session: Session) -> None:
    sample = data.draw(st.integers(0, session.n_samples - 1))
    for alone, all_rows in zip(
        session.sample_trace(sample).layers, session.trace.layers, strict=True
    ):
        np.testing.assert_array_equal(alone.activations, all_rows.activations[sample : sample + 1])


def large_batch() -> Session:
    generator = np.random.default_rng(1)
    wide = Network(
        [
            Layer(generator.normal(size=(500, 50)), np.zeros(500), "tanh"),
            Layer(generator.normal(size=(1, 500)), np.zeros(1), "identity"),
        ]
    )
    return Session(wide, generator.normal(size=(300, 50)))


def test_of_a_large_batch_one_sample_is_computed_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    session = large_batch()
    rows: list[int] = []
    forward = Network.forward

    def counted(self: Network, x: FloatArray, known: object = None) -> object:
        rows.append(len(np.atleast_2d(x)))
        return forward(self, x)

    monkeypatch.setattr(Network, "forward", counted)
    alone = session.sample_trace(7)
    assert rows == [1]
    np.testing.assert_allclose(alone.outputs[0], session.trace.outputs[7], rtol=1e-12)
    assert rows == [1, 300]
    assert session.sample_trace(7).outputs[0, 0] == session.trace.outputs[7, 0]
    assert rows == [1, 300]


@pytest.mark.parametrize("sample", [-1, 2])
def test_a_sample_that_does_not_exist_is_refused(sample: int) -> None:
    session = Session(TWO_LAYERS, INPUTS)
    with pytest.raises(ValueError, match=f"sample {sample} does not exist; .* from 0 to 1"):
        session.sample_trace(sample)
