"""The influence of one number on all later ones."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine import Bias, Input, Layer, Network, Session, Weight, examples, output_gradients
from engine.analysis.sensitivity import influence
from tests.engine.nn.complex_step import ComplexPass
from tests.engine.nn.gradient_scenes import TEXTS, address, every_parameter, network, samples


@pytest.mark.parametrize("text", TEXTS)
def test_influence_matches_the_complex_step(text: str) -> None:
    session = Session(network(text), samples(1))
    moved = ComplexPass(session.network, session.inputs)
    for parameter in every_parameter(session):
        array, place = address(parameter)
        exact = moved.derivative(
            array, place, lambda it: np.concatenate([np.hstack(pair) for pair in it.layers()], 1)
        )
        rises = influence(session.trace, parameter)
        got = np.concatenate([np.hstack(pair) for pair in rises], axis=1)
        assert got == pytest.approx(exact, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("text", TEXTS)
def test_forward_and_backward_agree_on_the_outputs(text: str) -> None:
    session = Session(network(text, seed=8), samples(1, seed=9))
    gradients = [output_gradients(session.trace, output) for output in range(3)]
    for parameter in every_parameter(session):
        last = influence(session.trace, parameter)[-1]
        expected = [one.of(parameter) for one in gradients]
        assert last.activations[0] == pytest.approx(np.array(expected), rel=1e-12, abs=1e-15)


def test_the_influence_of_a_weight_of_tiny_net() -> None:
    session = examples.load("tiny-net")
    hidden, output = influence(session.trace, Weight(0, 1, 0))
    x1 = session.inputs[0, 0]
    assert hidden.pre_activations[0].tolist() == [0, x1, 0, 0, 0]
    assert hidden.activations[0].tolist() == [0, x1, 0, 0, 0]
    weight = session.network.layers[1].weights[0, 1]
    out = session.trace.outputs[0, 0]
    assert output.pre_activations[0, 0] == pytest.approx(x1 * weight, rel=1e-15)
    assert output.activations[0, 0] == pytest.approx(x1 * weight * out * (1 - out), rel=1e-14)


def test_nothing_before_the_parameter_is_influenced() -> None:
    trace = network("softplus").forward(samples(1))
    for parameter, first in ((Input(0), 0), (Bias(0, 1), 0), (Bias(1, 1), 1), (Weight(2, 0, 1), 2)):
        for index, layer in enumerate(influence(trace, parameter)):
            for array, computed in zip(layer, trace.layers[index], strict=True):
                assert array.shape == computed.shape
                assert array.any() == (index >= first)


def test_numbers_that_are_not_finite_propagate() -> None:
    net = Network([Layer([[1.0], [1.0]], [0, 0], "log_softmax"), Layer([[1, 1]], [0], "gelu")])
    for value in (math.inf, -math.inf, math.nan):
        trace = net.forward([value])
        for parameter in (Input(0), Weight(0, 1, 0), Bias(1, 0)):
            assert len(influence(trace, parameter)) == 2
    assert math.isnan(influence(trace, Weight(0, 1, 0))[0].pre_activations[0, 1])


def test_it_is_that_of_one_sample() -> None:
    with pytest.raises(ValueError, match="this one has 2"):
        influence(network("tanh").forward(samples(2)), Input(0))
