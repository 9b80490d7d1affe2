"""The outputs as a weight, bias or input runs over a range, and where an answer changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.nn.activations import Activation
from engine.nn.activations import activation as activation_named
from engine.nn.arguments import check_type, described
from engine.nn.arrays import FloatArray, floats
from engine.nn.layer import Layer, LayerTrace
from engine.nn.network import Trace
from engine.nn.parameters import Bias, Input, Parameter, Weight, parameter_in
from engine.nn.values import Value
from engine.session.derived import running_derived_features
from engine.session.session import Session

_POINTS = 201
_POINTS_TO_REFINE = 33
_ROUNDS = 12
"""Each round narrows a crossing 32 times: 200 · 32^12 steps are finer than float64 resolves."""


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Sweep(Value):
    """One parameter varied over a range, everything else unchanged.

    Parameters
    ----------
    parameter
        Which is varied.
    values
        (n_points,).
    trace
        The forward pass with one row per value; in the layers before the parameter all rows are the
        same.
    """

    parameter: Parameter
    values: FloatArray
    trace: Trace

    @property
    def outputs(self) -> FloatArray:
        """The outputs for each value, (n_points, n_outputs)."""
        return self.trace.outputs


def sweep(
    session: Session, parameter: Parameter | str, values: ArrayLike, sample: int = 0
) -> Sweep:
    """Return the response of one sample as a parameter takes each of several values.

    Parameters
    ----------
    session
        The network and its samples.
    parameter
        A Weight, Bias or Input with indices from 0, or its name: W1[1,2], b2[1] or x3.
    values
        (n_points,), or one number.
    sample
        Whose response it is, from 0.

    Returns
    -------
    Sweep
        The values and the forward pass with one row for each.

    Raises
    ------
    TypeError
        When an argument is of another kind.
    ValueError
        When there is no such parameter or sample, or the values are not numbers.
    """
    check_type(session, Session, "session")
    parameter = parameter_in(session.network, parameter)
    points = _points(values, "values")
    return Sweep(parameter, points, respond(session, {parameter: points}, sample))


def grid_sweep(
    session: Session,
    rows: tuple[Parameter | str, ArrayLike],
    columns: tuple[Parameter | str, ArrayLike],
    sample: int = 0,
) -> FloatArray:
    """Return the outputs of one sample for every pair of values of two parameters.

    Parameters
    ----------
    session
        The network and its samples.
    rows, columns
        A parameter, as in `sweep`, and its values: (n_row_values,) and (n_column_values,).
    sample
        Whose outputs they are, from 0.

    Returns
    -------
    FloatArray
        (n_row_values, n_column_values, n_outputs).

    Raises
    ------
    TypeError
        When an argument is of another kind.
    ValueError
        As `sweep` does, and when the two are the same parameter.
    """
    check_type(session, Session, "session")
    (row_parameter, row_values), (column_parameter, column_values) = (
        _varied(session, axis, what) for axis, what in ((rows, "rows"), (columns, "columns"))
    )
    if row_parameter == column_parameter:
        raise ValueError("a table needs two different parameters")
    shape = (len(row_values), len(column_values))
    assignments = {
        row_parameter: np.repeat(row_values, shape[1]),
        column_parameter: np.tile(column_values, shape[0]),
    }
    return respond(session, assignments, sample).outputs.reshape(*shape, -1)


def _points(values: ArrayLike, what: str) -> FloatArray:
    """A copy of one number or several, (n_points,)."""
    points = np.atleast_1d(floats(values, what)).copy()
    if points.ndim != 1 or not len(points):
        raise ValueError(f"{what} have shape {points.shape}, expected (n_points,)")
    return points


def _varied(
    session: Session, axis: tuple[Parameter | str, ArrayLike], what: str
) -> tuple[Parameter, FloatArray]:
    """One axis of a grid: the parameter and its values."""
    if not isinstance(axis, tuple | list) or len(axis) != 2:
        raise TypeError(f"{what}: expected a parameter and its values, got {described(axis)}")
    return parameter_in(session.network, axis[0]), _points(axis[1], f"{what}: values")


def weight_bias_sweep(
    inputs: ArrayLike,
    weights: ArrayLike,
    bias: ArrayLike,
    activation: Activation | str = "sigmoid",
) -> FloatArray:
    """Return the activation of one neuron for every choice of weights with every choice of bias.

    Parameters
    ----------
    inputs
        (n_inputs,).
    weights
        (n_choices, n_inputs).
    bias
        (n_bias_choices,), or one number.
    activation
        The neuron's activation, or its name.

    Returns
    -------
    FloatArray
        (n_choices, n_bias_choices).

    Raises
    ------
    ValueError
        When shapes do not fit, numbers are none, or the activation is unknown.
    """
    x, b = _points(inputs, "inputs"), _points(bias, "bias")
    w = floats(weights, "weights")
    if w.ndim != 2 or w.shape[1] != len(x):
        raise ValueError(f"weights have shape {w.shape}, expected (n_choices, {len(x)})")
    with np.errstate(all="ignore"):
        return activation_named(activation).forward((w @ x)[:, np.newaxis] + b)


def respond(
    session: Session, assignments: Mapping[Parameter, FloatArray], sample: int = 0
) -> Trace:
    """Run one batched pass in which row k has every assigned parameter at its k-th value.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    assignments
        An array (n_points,) per parameter, all of the same length. Inputs derived from an assigned
        one follow it, unless they are assigned themselves. The layers before the first one affected
        are not recomputed; their row is repeated.
    sample
        The index of the sample, from 0.

    Returns
    -------
    Trace
    """
    n_points = len(next(iter(assignments.values())))
    base = session.sample_trace(sample)
    features = {
        parameter.feature: values
        for parameter, values in assignments.items()
        if isinstance(parameter, Input)
    }
    inputs = np.repeat(base.inputs, n_points, axis=0)
    for feature, values in features.items():
        inputs[:, feature] = values
    for column, derived_feature in list(running_derived_features(session, features)):
        inputs[:, column] = features[column] = derived_feature.values(inputs)
    first_affected = min(
        0 if isinstance(parameter, Input) else parameter.layer_index for parameter in assignments
    )
    traces = [
        LayerTrace(*(np.broadcast_to(array, (n_points, array.shape[1])) for array in trace))
        for trace in base.layers[:first_affected]
    ]
    # When all rows read the same inputs, one row is summed for all, which keeps large layers fast.
    a = base.inputs_of(first_affected)
    with np.errstate(all="ignore"):
        for layer_index in range(first_affected, len(session.network.layers)):
            layer = session.network.layers[layer_index]
            if layer_index == 0 and features:
                z = _sums_with_features(layer, base.inputs, features)
                a = inputs
            else:
                z = np.repeat(layer.sums(a), n_points // len(a), axis=0)
            for neuron in _assigned_neurons(layer_index, assignments):
                z[:, neuron] = _sum_with_parameters(layer, layer_index, neuron, a, assignments)
            traces.append(LayerTrace(z, layer.activation.forward(z)))
            a = traces[-1].activations
    return Trace(session.network, inputs, tuple(traces))


def _sums_with_features(
    layer: Layer, inputs: FloatArray, features: Mapping[int, FloatArray]
) -> FloatArray:
    """The sums of the first layer, (n_points, n_neurons), as some of its inputs vary.

    inputs: (1, n_features). features: for each varied feature its values, (n_points,).
    """
    fixed = inputs.copy()
    fixed[:, list(features)] = 0
    z = layer.sums(fixed)
    for feature, values in features.items():
        z = z + np.outer(values, layer.weights[:, feature])
    return z


def _assigned_neurons(layer_index: int, assignments: Mapping[Parameter, FloatArray]) -> set[int]:
    return {
        parameter.neuron
        for parameter in assignments
        if not isinstance(parameter, Input) and parameter.layer_index == layer_index
    }


def _sum_with_parameters(
    layer: Layer,
    layer_index: int,
    neuron: int,
    a: FloatArray,
    assignments: Mapping[Parameter, FloatArray],
) -> FloatArray:
    """The sum of one neuron, (n_points,), as some of its weights or its bias vary.

    a: what the layer reads, (n_points, n_inputs), or one row when it is the same for all.
    """
    fixed = np.ones(layer.n_inputs, dtype=bool)
    z = assignments.get(Bias(layer_index, neuron), np.array(layer.bias[neuron]))
    for parameter, values in assignments.items():
        match parameter:
            case Weight(place, which, input) if (place, which) == (layer_index, neuron):
                fixed[input] = False
                z = z + values * a[:, input]
    sums: FloatArray = z + a[:, fixed] @ layer.weights[neuron, fixed]
    return sums


def crossings(
    session: Session,
    parameter: Parameter,
    quantity: Callable[[Trace], FloatArray],
    limits: tuple[float, float],
    sample: int = 0,
) -> list[float]:
    """Return, in rising order, the values within `limits` at which `quantity` changes sign.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    parameter
        Which takes the values.
    quantity
        Maps a trace of n_points rows to (n_points,), such as an output minus 0.5. Zero counts as
        positive, since an answer is 1 from 0.5 up. A jump over zero counts too. Two crossings
        closer together than a 200th of the range may be missed.
    limits
        The lowest and the highest value.
    sample
        The index of the sample, from 0.

    Returns
    -------
    list[float]
    """
    values = np.linspace(*limits, _POINTS)
    positive = quantity(sweep(session, parameter, values, sample).trace) >= 0
    found = []
    for place in np.flatnonzero(positive[1:] != positive[:-1]):
        low, high, sign = values[place], values[place + 1], positive[place]
        for _ in range(_ROUNDS):
            finer = np.linspace(low, high, _POINTS_TO_REFINE)
            same = (quantity(sweep(session, parameter, finer, sample).trace) >= 0) == sign
            turn = int(np.argmin(same))
            if turn == 0:
                break
            low, high = finer[turn - 1], finer[turn]
        found.append(float((low + high) / 2))
    return found
