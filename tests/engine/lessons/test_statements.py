"""Statements: what each does to a session, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from engine import Layer, Network, Session, examples
from engine.lessons.statements import FORMS, parse_statement
from engine.nn.parameters import Bias, Input, Weight
from engine.training.settings import TrainingSettings

SMALL = examples.load("binary-classifier")
XOR = examples.load("xor-step")


def after(*texts: str, session: Session = SMALL, sample: int = 0) -> Session:
    for text in texts:
        session = parse_statement(text).apply(session, sample)
    return session


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("W1[1,2] = -2", -2.0),
        ("w1[1, 2]=1/4", 0.25),
        ("W1[1,2] += 0.25", -0.25),
        ("W1[1,2] *= -2", 1.0),
        ("W1[1,2] -= 0.5", -1.0),
        ("W1[1,2] /= 2", -0.25),
        ("W1[1,2] = W1[1,1] * x2", 0.4),
        ("W1[1,2] = -h1.z", -2.3),
        ("W1[1] = [7, 8, 9]", 8.0),
        ("W1 = [[1, 6, 1], [2, 2, 2], [3, 3, 3]]", 6.0),
    ],
)
def test_a_weight_is_set(text: str, value: float) -> None:
    assert after(text).network.layers[0].weights[0, 1] == pytest.approx(value)


def test_other_numbers_are_set() -> None:
    assert after("b1[2] = 5").network.layers[0].bias[1] == 5
    assert after("b1 = [1, 2, 3]").network.layers[0].bias.tolist() == [1, 2, 3]
    assert after("b1 = [1, 2, 3]").network.layers[0].weights is not None
    assert after("x3 = 7").inputs.tolist() == [[1, 2, 7]]
    assert after("x1 = 7", session=XOR, sample=2).inputs[2].tolist() == [7, 0]
    assert after("x1 = 7 in sample 4", session=XOR).inputs[3].tolist() == [7, 1]
    assert after("y1 = 1 of sample 1", session=XOR).targets_or_unset[:, 0].tolist() == [1, 1, 1, 0]


def test_the_structure_changes() -> None:
    assert after("add neuron to layer 1").network.sizes == (3, 4, 1)
    assert after("add a neuron to layer 2").network.sizes == (3, 3, 2)
    removed = after("remove h2").network
    assert removed.layers[0].weights.tolist() == [[0.2, -0.5, 1.0], [0.7, 0.8, -1.2]]
    assert after("add layer after layer 1").network.sizes == (3, 3, 3, 1)
    assert after("add layer before layer 1").network.sizes == (3, 3, 3, 1)
    assert after("remove layer 1").network.sizes == (3, 1)
    changed = after("activation of layer 1 = LeakyReLU(0.2)").network.layers[0]
    assert changed.activation.text == "leaky_relu(0.2)"
    session = after("add sample [4, 5, 6] -> [1]", "remove sample 1")
    assert session.inputs.tolist() == [[4, 5, 6]]
    assert session.targets_or_unset.tolist() == [[1]]


def test_a_random_start_is_that_of_the_dialog() -> None:
    once, again = after("random start he, seed 3"), after("random start he_normal seed 3")
    assert once.network.same_as(again.network)
    assert not once.network.same_as(after("random start he, seed 4").network)
    assert np.abs(after("random start uniform(0.5)").network.layers[0].weights).max() <= 0.5


def test_how_to_train_is_set_one_by_one() -> None:
    session = after("learning rate = 1/10", "batch size = all", "optimizer = Adam", "shuffle = no")
    assert session.training == TrainingSettings(
        optimizer="adam", learning_rate=0.1, batch_size="all", shuffle=False
    )
    assert after("batch size = 4", "l2 = 0.01", "loss = mse").training == TrainingSettings(
        batch_size=4, l2=0.01, loss="mse"
    )


ONE = Session(Network([Layer([[2.0]], [0.0], "identity")]), [[3.0]], [[7.0]])


def test_training_takes_the_steps_of_gradient_descent() -> None:
    trained = after("learning rate = 0.01", "train 1 epoch", session=ONE)
    # mse: slopes 2·(6 - 7)·3 = -6 for the weight and -2 for the bias.
    assert trained.network.layers[0].weights[0, 0] == pytest.approx(2.06)
    assert trained.network.layers[0].bias[0] == pytest.approx(0.02)
    frozen = after("freeze W1[1,1]", "learning rate = 0.01", "train 1 step", session=ONE)
    assert frozen.network.layers[0].weights[0, 0] == 2
    assert frozen.network.layers[0].bias[0] == pytest.approx(0.02)
    assert parse_statement("train 100 epochs").epochs == 100
    assert parse_statement("train 3 steps").epochs == 0
    assert parse_statement("train 3 steps").trains


def test_training_that_diverges_stops_where_the_screen_does() -> None:
    session = after("learning rate = 1e200", "train 50 epochs", session=ONE)
    assert all(np.isfinite(layer.weights).all() for layer in session.network.layers)


def test_freezing_and_freeing() -> None:
    def frozen(session: Session) -> list[int]:
        masks = [layer.frozen for layer in session.network.layers]
        return [0 if one is None else int(one.weights.sum() + one.bias.sum()) for one in masks]

    assert frozen(after("freeze h2")) == [4, 0]
    assert frozen(after("freeze layer 2")) == [0, 4]
    assert frozen(after("freeze layer 2", "unfreeze all")) == [0, 0]


def test_data_are_those_of_the_dialog() -> None:
    session = after("data spiral, 40 samples, noise 10, test 25, seed 1", session=ONE)
    assert session.inputs.shape == (40, 2)
    assert session.n_test == 10
    assert session.network.sizes == (2, 1)
    assert session.data is not None
    assert (session.data.name, session.data.noise, session.data.seed) == ("spiral", 10, 1)
    derived = after("derive x1^2, x1*x2", session=session)
    assert derived.network.n_features == 4
    iris = after("data iris, standardised", session=ONE)
    np.testing.assert_allclose(iris.inputs.mean(axis=0), 0, atol=1e-12)


def test_where_the_cursor_goes() -> None:
    def place(text: str) -> object:
        return parse_statement(text).place(SMALL)

    assert place("W2[1,3] = 1") == Weight(1, 0, 2)
    assert place("b1[2] = 1") == Bias(0, 1)
    assert place("x2 = 1") == Input(1)
    assert place("W1[2] = [1, 1, 1]") == Weight(0, 1, 0)
    assert place("remove h3") == Weight(0, 2, 0)
    assert place("activation of layer 2 = tanh") == Weight(1, 0, 0)
    assert place("train 3 epochs") is None
    assert place("W9[1,1] = 1") is None


@pytest.mark.parametrize("text", FORMS)
def test_every_form_is_read(text: str) -> None:
    assert parse_statement(text).text == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("W1[1,2]", "'W1[1,2]' is no statement; expected one like W1[1,2] = -2"),
        ("set W1[1,2] to 3", "'set W1[1,2] to 3' is no statement"),
        ("W1[1,2] = ", "'W1[1,2] =' is no statement"),
        ("W1[1,2] = import os", "'import os' is not a formula"),
        ("W1 = 3", "'W1 = 3': expected numbers in brackets, or one place as in W1[1,2]"),
        ("W1[1,2] = [1, 2]", "'W1[1,2] = [1, 2]': expected one number after the ="),
        ("b1[1] = [1, 2]", "'b1[1] = [1, 2]': expected one number after the ="),
        ("W1[1] = [1, 1e999]", "'W1[1] = [1, 1e999]': expected numbers in brackets"),
        ("W1[1] = [[[1]]]", "'W1[1] = [[[1]]]': expected numbers in brackets"),
        ("W1[1] = " + "[" * 300, "'W1[1] = "),
        ("W1[1,2] = 1 in sample 2", "'W1[1,2] = 1 in sample 2': only x and y belong to a sample"),
        ("activation of layer 1 = rulu", "activation 'rulu' is unknown; did you mean 'relu'?"),
        ("random start hee", "random start 'hee' is unknown; did you mean 'he'?"),
        ("learning rate = fast", "fast is not known; known are pi, e, sqrt"),
        ("batch size = many", "batch_size is 'many', expected a whole number from 1 up"),
        ("optimizer = lbfgs", "optimizer 'lbfgs' is unknown"),
        ("train 0 epochs", "'train 0 epochs': 1 to 5,000 of them"),
        ("train 999999 epochs", "'train 999999 epochs': 1 to 5,000 of them"),
        ("data spiral, 10 sheep", "'data spiral, 10 sheep': '10 sheep' is unknown"),
        ("data spiral, 99999 samples", "'data spiral, 99999 samples': at most 5,000 samples"),
        ("x" * 1000, "a statement of 1,000 characters; at most 400 are read"),
        ("\x1b[2J", "'[2J' is no statement"),
    ],
)
def test_anything_else_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        parse_statement(text)
    assert str(refused.value).startswith(message)
    assert str(refused.value).isprintable()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("W3[1,1] = 1", "W3[1,1] = 1: there is no layer 3; they count from 1 to 2"),
        ("W1[1,2] = 1 / (x1 - 1)", "W1[1,2] = 1 / (x1 - 1): it has no value here"),
        ("W1[1] = [1]", "W1[1] = [1]: h1: 1 weights, expected 3"),
        ("remove h7", "remove h7: there is no neuron h7 in a network 3→3→1; the last one is o1"),
        ("remove layer 5", "remove layer 5: there is no layer 5; they count from 1 to 2"),
        ("x1 = 1 in sample 9", "x1 = 1 in sample 9: sample 8 does not exist"),
        ("data spirals", "data spirals: there is no data set 'spirals'; did you mean 'spiral'?"),
        ("freeze loss", "freeze loss: 'loss' is nothing to point at"),
        ("unfreeze all", "unfreeze all: nothing is frozen"),
        ("train 5000 epochs", None),
    ],
)
def test_what_a_session_does_not_allow_names_the_statement(text: str, message: str | None) -> None:
    session = SMALL
    if message is None:
        session = after("data spiral, 5000 samples")
        session = after("add neuron to layer 1", session=session)
        message = "train 5000 epochs: too much work for a lesson"
    with pytest.raises(ValueError, match=r".") as refused:
        parse_statement(text).apply(session)
    assert str(refused.value).startswith(message)
