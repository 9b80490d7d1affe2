"""The influence of one number: how fast every later sum and out rises as it is raised."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from engine.activations import Activation, FloatArray
from engine.gradients import check_one_sample
from engine.layer import LayerTrace
from engine.network import Trace
from engine.parameters import Bias, Input, Parameter, Weight

if TYPE_CHECKING:
    from engine.datasets.features import DerivedFeature


def influence(
    trace: Trace, parameter: Parameter, derived: Sequence[DerivedFeature] = ()
) -> tuple[LayerTrace, ...]:
    """Return d z and d a of every layer by `parameter`, (1, n_neurons) each, of one sample.

    They are 0 in the layers before it. derived: of the session; an input also has its influence
    through those that follow from it. Raises ValueError when the trace has more samples.
    """
    check_one_sample(trace)
    first = 0 if isinstance(parameter, Input) else parameter.layer_index
    rises = [LayerTrace(np.zeros_like(z), np.zeros_like(a)) for z, a in trace.layers[:first]]
    with np.errstate(all="ignore"):
        rise = _own_rise(trace, parameter, first, derived)
        for index in range(first, len(trace.layers)):
            layer = trace.network.layers[index]
            if index > first:
                rise = rises[-1].activations @ layer.weights.T
            rises.append(LayerTrace(rise, _through(layer.activation, trace.layers[index], rise)))
    return tuple(rises)


def _own_rise(
    trace: Trace, parameter: Parameter, layer_index: int, derived: Sequence[DerivedFeature]
) -> FloatArray:
    """d z of the layer that the parameter stands in, or is read by, (1, n_neurons)."""
    rise = np.zeros_like(trace.layers[layer_index].pre_activations)
    match parameter:
        case Weight(_, neuron, input):
            rise[0, neuron] = trace.inputs_of(layer_index)[0, input]
        case Bias(_, neuron):
            rise[0, neuron] = 1.0
        case Input(feature):
            weights = trace.network.layers[0].weights
            rise[0] = weights[:, feature]
            for column, follower in enumerate(derived, start=weights.shape[1] - len(derived)):
                if feature in follower.of:
                    rise[0] += weights[:, column] * follower.derivative(trace.inputs, feature)
    return rise


def _through(activation: Activation, computed: LayerTrace, rise: FloatArray) -> FloatArray:
    """d a from d z, both (1, n_neurons)."""
    z, a = computed
    if activation.name == "log_softmax":
        mean: FloatArray = np.sum(np.exp(a) * rise, axis=1, keepdims=True)
        return rise - mean
    # The matrix of all da/dz is symmetric for every other activation, so that the step backward is
    # also the one forward.
    return activation.backward(z, rise)
