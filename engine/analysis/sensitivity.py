"""How fast every later number rises as one number is raised.

The derivatives come from the chain rule; a central difference, which moves the number a little both
ways, checks them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.edits.numbers import set_parameter
from engine.nn.activations import Activation
from engine.nn.arrays import FloatArray
from engine.nn.backprop import check_one_sample
from engine.nn.layer import LayerTrace
from engine.nn.network import Trace
from engine.nn.parameters import Bias, Input, Parameter, Weight
from engine.session.names import parameter_name, parameter_value
from engine.session.session import Session

if TYPE_CHECKING:
    from engine.datasets.features import DerivedFeature


@dataclass(frozen=True, slots=True)
class DifferenceCheck:
    """A quantity with the parameter lowered and raised by h, next to its derivative.

    Parameters
    ----------
    parameter
        Which is lowered and raised.
    h
        A number from 0 up.
    below, above
        The quantity at the parameter's value - h and + h.
    derivative
        How much it should rise per unit of the parameter.
    """

    parameter: Parameter
    h: float
    below: float
    above: float
    derivative: float

    @property
    def measured(self) -> float:
        """The central difference, (above - below) / 2h."""
        return (self.above - self.below) / (2.0 * self.h)


def check_derivative(
    session: Session,
    parameter: Parameter,
    quantity: Callable[[Session], float],
    h: float,
    sample: int = 0,
    *,
    derivative: float,
) -> DifferenceCheck:
    """Return `quantity` with the parameter moved by -h and by +h, to compare with `derivative`.

    An input is moved in `sample` only.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    parameter
        Which is moved: a weight, a bias or an input.
    quantity
        What is measured.
    h
        A number from 0 up.
    sample
        The index of the sample, from 0.
    derivative
        As backpropagation has it.

    Returns
    -------
    DifferenceCheck

    Raises
    ------
    ValueError
        When h is not above 0, or is so small or so large that float64 cannot hold the moved number.
    """
    if not (math.isfinite(h) and h > 0):
        raise ValueError(f"cannot move the parameter by {h}, expected a number above 0")
    value = parameter_value(session, parameter, sample)
    if value - h == value or value + h == value:
        raise ValueError(
            f"{parameter_name(session, parameter)} is {value}: moving it by {h} is lost in "
            f"rounding, take a larger step"
        )
    below, above = (
        quantity(set_parameter(parameter, moved, sample).apply(session))
        for moved in (value - h, value + h)
    )
    return DifferenceCheck(parameter, h, below, above, derivative)


def influence(
    trace: Trace, parameter: Parameter, derived: Sequence[DerivedFeature] = ()
) -> tuple[LayerTrace, ...]:
    """Return dz and da of every layer by `parameter`, (1, n_neurons) each, for one sample.

    They are 0 in the layers before it.

    Parameters
    ----------
    trace
        Of one sample.
    parameter
        By which everything after it is derived.
    derived
        The session's; an input also acts through the inputs derived from it.

    Returns
    -------
    tuple[LayerTrace, ...]

    Raises
    ------
    ValueError
        When the trace has more than one sample.
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
    """dz of the layer that holds the parameter or reads the input, (1, n_neurons)."""
    rise = np.zeros_like(trace.layers[layer_index].pre_activations)
    match parameter:
        case Weight(_, neuron, input):
            rise[0, neuron] = trace.inputs_of(layer_index)[0, input]
        case Bias(_, neuron):
            rise[0, neuron] = 1.0
        case Input(feature):
            weights = trace.network.layers[0].weights
            rise[0] = weights[:, feature]
            for column, derived_feature in enumerate(
                derived, start=weights.shape[1] - len(derived)
            ):
                if feature in derived_feature.of:
                    rise[0] += weights[:, column] * derived_feature.derivative(
                        trace.inputs, feature
                    )
    return rise


def _through(activation: Activation, computed: LayerTrace, rise: FloatArray) -> FloatArray:
    """da from dz, both (1, n_neurons)."""
    z, a = computed
    if activation.name == "log_softmax":
        mean: FloatArray = np.sum(np.exp(a) * rise, axis=1, keepdims=True)
        return rise - mean
    # The Jacobian da/dz is symmetric for every other activation, so the backward step is also the
    # forward one.
    return activation.backward(z, rise)
