"""A learner's own forward pass: right in any form, and the first wrong number with its mistake."""

from __future__ import annotations

import json

import numpy as np
import pytest

from engine import Layer, Network, Session, examples
from engine.lessons.own_forward import MAX_BYTES, check_forward

# Two samples of two features through two neurons and into one; all by NumPy alone.
X = np.array([[1.0, 2.0], [-1.0, 0.5]])
W1, B1 = np.array([[0.5, -1.0], [2.0, 1.0]]), np.array([0.25, -0.5])
W2, B2 = np.array([[1.0, -2.0]]), np.array([0.75])
NET = Session(Network([Layer(W1, B1, "relu"), Layer(W2, B2, "sigmoid")]), X)
Z1 = X @ W1.T + B1
A1 = np.maximum(Z1, 0)
Z2 = A1 @ W2.T + B2
A2 = 1 / (1 + np.exp(-Z2))


def judged(value: object, session: Session = NET) -> tuple[bool, str]:
    report = check_forward(session, json.dumps(value).encode())
    return report.right, report.sentence


def sigmoid(z: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-z)))


@pytest.mark.parametrize(
    "value",
    [
        {
            "layers": [
                {"pre_activations": Z1.tolist(), "activations": A1.tolist()},
                {"a": A2.tolist()},
            ]
        },
        [{"z": Z1.tolist(), "a": A1.tolist()}, {"z": Z2.tolist(), "a": A2.tolist()}],
        [A1.tolist(), A2.tolist()],
        [A1.round(4).tolist(), A2.astype(np.float32).round(4).tolist()],
    ],
)
def test_right_in_any_form(value: object) -> None:
    assert judged(value) == (True, "right: 2 layers for 2 samples")


def test_outputs_alone_are_enough() -> None:
    assert judged(A2.tolist()) == (True, "right: the outputs for 2 samples")
    assert judged(A2[:, 0].tolist()) == (True, "right: the outputs for 2 samples")
    assert judged({"outputs": A2.tolist()}) == (True, "right: the outputs for 2 samples")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (
            [np.maximum(X @ W1.T, 0).tolist(), None],
            "layer 1, neuron h2, sample 1: a is 4, should be 3.5. That comes out when in layer 1 "
            "the bias is forgotten",
        ),
        (
            [Z1.tolist(), None],
            "layer 1, neuron h1, sample 1: a is -1.25, should be 0. That comes out when in layer "
            "1 the activation is not applied",
        ),
        (
            [np.maximum(X @ W1 + B1, 0).tolist(), None],
            "layer 1, neuron h1, sample 1: a is 4.75, should be 0. That comes out when in layer 1 "
            "the weights are transposed",
        ),
        (
            [A1.tolist(), sigmoid(A1 @ W2.T - B2).tolist()],
            "layer 2, neuron o1, sample 1: a is 0.0004, should be 0.0019. That comes out when in "
            "layer 2 the bias is subtracted",
        ),
        (
            [A1.tolist(), sigmoid(X @ W2.T + B2).tolist()],
            "layer 2, neuron o1, sample 1: a is 0.0953, should be 0.0019. That comes out when in "
            "layer 2 the inputs x are read, not what the layer before gives",
        ),
        (
            [A1.tolist(), np.tanh(Z2).tolist()],
            "layer 2, neuron o1, sample 1: a is -1, should be 0.0019. That comes out when in "
            "layer 2 tanh is taken as the activation",
        ),
        (
            [sigmoid(Z1).tolist(), sigmoid(sigmoid(Z1) @ W2.T + B2).tolist()],
            "layer 1, neuron h1, sample 1: a is 0.2227, should be 0. That comes out when in layer "
            "1 sigmoid is taken as the activation",
        ),
    ],
)
def test_the_first_wrong_number_and_its_mistake(value: list[object], words: str) -> None:
    if value[1] is None:
        # What follows from the wrong first layer.
        value = [value[0], sigmoid(np.array(value[0]) @ W2.T + B2).tolist()]
    assert judged(value) == (False, words)


def test_from_the_outputs_alone_a_mistake_is_found_in_one_layer_or_in_all() -> None:
    hidden = np.maximum(X @ W1.T, 0)
    right, words = judged(sigmoid(hidden @ W2.T).tolist())
    assert not right
    assert words.endswith("That comes out when in every layer the bias is forgotten")
    right, words = judged(sigmoid(hidden @ W2.T + B2).tolist())
    assert words.endswith("That comes out when in layer 1 the bias is forgotten")
    right, words = judged((A2 + 0.1).tolist())
    assert words.endswith(
        "print the activations of every layer to see which is the first that differs"
    )


def test_softmax_over_the_samples_is_recognised() -> None:
    session = examples.load("three-classes")
    trace = session.trace
    z = trace.layers[-1].pre_activations
    power = np.exp(z)
    hidden = [layer.activations.tolist() for layer in trace.layers[:-1]]
    last = power if len(session.inputs) == 1 else power / power.sum(axis=0)
    right, words = judged([*hidden, last.tolist()], session)
    assert not right
    assert "e^z is not divided" in words or "softmax runs over the samples" in words


def test_one_number_alone_is_explained_as_in_explain() -> None:
    wrong = Z1.copy()
    # 0.5·1 + 1·2 + 0.25: the sign of one product of h1 is lost, for one sample.
    wrong[0, 0] = 2.75
    right, words = judged([{"z": wrong.tolist()}, {"a": A2.tolist()}])
    assert not right
    assert words == (
        "layer 1, neuron h1, sample 1: z is 2.75, should be -1.25. 2.75 is what comes out when "
        "the sign of (-1)·2 is flipped"
    )


def test_a_wrong_shape_is_named() -> None:
    assert judged([[[1, 2, 3], [4, 5, 6]], A2.tolist()]) == (
        False,
        "layer 1: a has shape 2×3, should be 2×2: one row a sample, one column a neuron",
    )
    right, words = judged([A1.tolist(), A2.T.tolist()])
    assert not right
    assert words.endswith(
        "has shape 1×2, should be 2×1: one row a sample, one column a neuron; it is transposed"
    )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is not JSON: "),
        (b"[1, 2", "is not JSON: "),
        (b"\xff", "is not JSON: it is not UTF-8 text"),
        (b"[" * 100_000, "lists are nested too deeply"),
        (b"{}", "expected a list of layers, or rows of outputs"),
        (b"7", "expected a list of layers, or rows of outputs"),
        (b"[]", "expected a list of layers, or rows of outputs"),
        (b'[{"z": [[1, 2], [3, 4]]}]', "1 layers, the network has 2"),
        (b'[{"q": 1}, {"q": 1}]', "layer 1: expected an object with z and a"),
        (b'[["a"], [1]]', "outputs: row 1: 'a' is no number"),
        (b"[[true], [1]]", "outputs: row 1 holds something that is no number"),
        (b"[[1], [1, 2]]", "outputs: row 2 is no list of 1 numbers, as the others"),
        (b"[[1" + b"0" * 400 + b"], [1]]", "outputs: a number too large for a float64"),
        (b'["\\u001b[31m"]', "outputs: row 1: '[31m' is no number"),
        (b" " * (MAX_BYTES + 1), "more than 5 MB, the most for an answer"),
    ],
)
def test_anything_else_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        check_forward(NET, data)
    assert str(refused.value).startswith(message)
    assert str(refused.value).isprintable()


def test_what_is_not_finite_is_wrong_not_an_error() -> None:
    right, words = judged([[["nan", 3.5], [0, 0]], A2.tolist()])
    assert not right
    assert words.startswith("layer 1, neuron h1, sample 1: a is nan, should be 0")
