"""Backpropagation: against the complex step, differences, and figures worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine import (
    Activation,
    Bias,
    Gradients,
    Input,
    Layer,
    Network,
    Session,
    Weight,
    examples,
    loss_gradients,
    output_gradients,
)
from engine.edits.numbers import set_parameter
from engine.nn.arrays import FloatArray
from engine.nn.backprop import backpropagate, neuron_gradients, strongest
from engine.nn.losses import loss_derivative
from engine.session.loss import session_loss
from tests.engine.nn.complex_step import ComplexPass
from tests.engine.nn.gradient_scenes import (
    CASES,
    TEXTS,
    assert_gradients,
    distance_to_kinks,
    every_parameter,
    network,
    samples,
    targets_for,
)


@pytest.mark.parametrize(("text", "loss_name"), CASES)
def test_loss_gradients_match_the_complex_step(text: str, loss_name: str) -> None:
    net, inputs, targets = network(text), samples(), targets_for(loss_name)
    gradients = loss_gradients(net.forward(inputs), targets, loss_name)
    moved = ComplexPass(net, inputs)
    assert_gradients(gradients, moved, lambda complex_pass: complex_pass.loss(loss_name, targets))


@pytest.mark.parametrize(("text", "loss_name"), CASES)
def test_loss_gradients_match_central_differences(text: str, loss_name: str) -> None:
    h = 1e-5
    session = Session(network(text), samples(), targets_for(loss_name))
    nearest = min(distance_to_kinks(text, layer.pre_activations) for layer in session.trace.layers)
    assert nearest > 1e-3
    assert session.targets is not None
    gradients = loss_gradients(session.trace, session.targets, loss_name)
    for parameter in every_parameter(session):
        for sample in range(session.n_samples if isinstance(parameter, Input) else 1):
            present = _value(session, parameter, sample)
            below, above = (
                session_loss(set_parameter(parameter, moved, sample).apply(session), loss_name)
                for moved in (present - h, present + h)
            )
            assert above is not None
            assert below is not None
            difference = (above - below) / (2 * h)
            assert gradients.of(parameter, sample) == pytest.approx(difference, rel=1e-7, abs=1e-7)


def _value(session: Session, parameter: Weight | Bias | Input, sample: int) -> float:
    match parameter:
        case Weight(layer_index, neuron, input):
            return float(session.network.layers[layer_index].weights[neuron, input])
        case Bias(layer_index, neuron):
            return float(session.network.layers[layer_index].bias[neuron])
        case Input(feature):
            return float(session.inputs[sample, feature])


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(("layer_index", "neuron"), [(0, 3), (1, 0), (2, 1)])
def test_gradients_of_one_neuron_match_the_complex_step(
    text: str, layer_index: int, neuron: int
) -> None:
    net, inputs = network(text), samples(1)
    gradients = neuron_gradients(net.forward(inputs), layer_index, neuron)
    moved = ComplexPass(net, inputs)
    assert_gradients(gradients, moved, lambda it: it.layers()[layer_index][1][0, neuron])
    if layer_index == 2:
        of_output = output_gradients(net.forward(inputs), neuron)
        for mine, its in zip(of_output.layers, gradients.layers, strict=True):
            assert all(np.array_equal(*pair) for pair in zip(mine, its, strict=True))


def test_a_right_step_output_costs_nothing_and_a_wrong_one_has_no_derivative() -> None:
    net = Network([Layer([[1.0], [1.0]], [0, 0], "step")])
    right = loss_gradients(net.forward([1.0]), np.array([[1.0, 1.0]]), "bce")
    assert right.layers[0].weights.tolist() == [[0], [0]]
    assert right.inputs.tolist() == [[0]]
    wrong = loss_gradients(net.forward([1.0]), np.array([[1.0, 0.0]]), "bce")
    assert wrong.layers[0].bias[0] == 0
    assert math.isnan(wrong.layers[0].bias[1])


def test_the_derivatives_of_the_binary_classifier_by_hand() -> None:
    session = examples.load("binary-classifier")
    gradients = loss_gradients(session.trace, np.array([[1.0]]), "bce")
    delta = 1 / (1 + math.exp(2.38)) - 1
    hidden, output = gradients.layers
    assert output.bias.tolist() == pytest.approx([delta], rel=1e-14)
    assert output.weights[0] == pytest.approx(delta * np.array([2.3, 3.1, 0]), rel=1e-14)
    # w2 = 0.4, -1, 0.6; the third hidden neuron is off.
    sums = delta * np.array([0.4, -1, 0])
    assert hidden.bias == pytest.approx(sums, rel=1e-14)
    assert hidden.activations[0] == pytest.approx(delta * np.array([0.4, -1, 0.6]), rel=1e-14)
    assert hidden.weights == pytest.approx(np.outer(sums, [1, 2, 3]), rel=1e-14)
    assert gradients.inputs[0] == pytest.approx(
        sums[0] * np.array([0.2, -0.5, 1]) + sums[1] * np.array([-1.5, 2, 0.3]), rel=1e-14
    )
    assert gradients.of(Weight(1, 0, 1)) == output.weights[0, 1]
    assert gradients.of(Bias(0, 2)) == hidden.bias[2]
    assert gradients.of(Input(1)) == gradients.inputs[0, 1]


def test_parameters_are_summed_over_samples_and_inputs_are_not() -> None:
    net, inputs = network("tanh"), samples(4)
    targets = targets_for("squared_error", 4)
    together = loss_gradients(net.forward(inputs), targets, "squared_error")
    alone = [
        loss_gradients(net.forward(row), target[np.newaxis], "squared_error")
        for row, target in zip(inputs, targets, strict=True)
    ]
    for index, layer in enumerate(together.layers):
        for part in ("weights", "bias"):
            mean = sum(getattr(one.layers[index], part) for one in alone) / 4
            assert getattr(layer, part) == pytest.approx(mean, rel=1e-12)
    assert together.inputs == pytest.approx(
        np.concatenate([one.inputs for one in alone]) / 4, rel=1e-12
    )
    assert together.of(Input(2), 3) == together.inputs[3, 2]


def test_one_backward_pass_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    net, inputs = network("sigmoid"), samples()
    trace = net.forward(inputs)
    passes: list[tuple[int, ...]] = []
    backward = Activation.backward

    def counted(self: Activation, z: FloatArray, gradient: FloatArray) -> FloatArray:
        passes.append(z.shape)
        return backward(self, z, gradient)

    monkeypatch.setattr(Activation, "backward", counted)
    monkeypatch.setattr(Activation, "forward", pytest.fail)
    loss_gradients(trace, targets_for("mse"), "mse")
    assert passes == [(5, 3), (5, 2), (5, 4)]


def test_output_derivatives_left_out_are_nan() -> None:
    trace = network("tanh").forward(samples())
    z, a = trace.layers[-1]
    last = loss_derivative("mse", z, a, targets_for("mse"), Activation("tanh"))
    gradients = backpropagate(trace, last)
    full = loss_gradients(trace, targets_for("mse"), "mse")
    assert np.isnan(gradients.layers[-1].activations).all()
    np.testing.assert_array_equal(gradients.inputs, full.inputs)
    np.testing.assert_array_equal(gradients.layers[0].weights, full.layers[0].weights)


def test_output_gradients_need_a_trace_of_one_sample() -> None:
    trace = network("tanh").forward(samples(2))
    with pytest.raises(ValueError, match=r"of one sample, this one has 2; take one"):
        output_gradients(trace, 0)


@pytest.mark.parametrize("text", TEXTS)
def test_numbers_that_are_not_finite_propagate(text: str) -> None:
    net = network(text)
    for value in (math.inf, -math.inf, math.nan, 1e308):
        trace = net.forward([[value, 1, -1], [0.1, 0.2, 0.3]])
        gradients = loss_gradients(trace, targets_for("mse", 2), "mse")
        assert np.isfinite(gradients.inputs[1]).all()
        assert output_gradients(trace.sample(0), 0).inputs.shape == (1, 3)


def test_a_derivative_beyond_float64_is_infinite() -> None:
    steep = Network([Layer([[1e200]], [0], "identity"), Layer([[1e200]], [0], "identity")])
    gradients = loss_gradients(steep.forward([1.0]), np.array([[0.0]]), "mse")
    assert gradients.inputs.tolist() == [[math.inf]]


def gradients_of(weights: FloatArray, bias: FloatArray, inputs: FloatArray) -> Gradients:
    """The gradients of an output that is itself the sum of one linear layer."""
    return output_gradients(Network([Layer(weights, bias, "identity")]).forward(inputs), 0)


def test_the_strongest_come_first_and_equal_ones_in_reading_order() -> None:
    found = gradients_of(np.array([[2.0, -3, 0.5]]), np.array([9.0]), np.array([[2.0, -1, -2]]))
    # With respect to the inputs 2, -3, 0.5; the weights 2, -1, -2; the bias 1.
    assert strongest(found) == [
        Input(1),
        Input(0),
        Weight(0, 0, 0),
        Weight(0, 0, 2),
        Weight(0, 0, 1),
        Bias(0, 0),
        Input(2),
    ]
    assert strongest(found, most=3) == strongest(found)[:3]
    assert strongest(found, most=4) == strongest(found)[:4]


def test_the_strongest_of_a_sample_among_several_layers() -> None:
    session = Session(network("tanh"), samples(3), targets_for("mse", 3))
    assert session.targets is not None
    gradients = loss_gradients(session.trace, session.targets, "mse")
    for sample in range(3):
        expected = sorted(every_parameter(session), key=lambda it: -abs(gradients.of(it, sample)))
        assert strongest(gradients, sample) == expected
        assert strongest(gradients, sample, most=7) == expected[:7]


def test_the_strongest_of_many_and_what_is_no_number() -> None:
    random = np.random.default_rng(6)
    weights, inputs = random.normal(size=(2, 1, 4000))
    inputs[0, 5] = math.nan
    found = gradients_of(weights, np.zeros(1), inputs)
    best = strongest(found)
    assert len(best) == 100
    assert np.isnan(found.of(Weight(0, 0, 5)))
    assert Weight(0, 0, 5) not in best
    sizes = [abs(found.of(parameter)) for parameter in best]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] == np.sort(np.abs(np.concatenate([weights, inputs], axis=1)[0]))[-101]
