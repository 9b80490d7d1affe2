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
from engine.nn.network import Network, Trace
from engine.nn.parameters import (
    Axis,
    Bias,
    Input,
    Parameter,
    Weight,
    WeightRow,
    axis_in,
    parameters_of,
)
from engine.nn.values import Value
from engine.session.derived import running_derived_features
from engine.session.session import Session

_POINTS = 201
_POINTS_TO_REFINE = 65
_ROUNDS = 8
"""Each round narrows a crossing 64 times: 200 · 64^8 steps are as fine as float64 resolves."""


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Sweep(Value):
    """One parameter, or row of weights, varied over some values, everything else unchanged.

    Parameters
    ----------
    parameter
        Which is varied, a parameter or a row of weights.
    values
        (n_points,); for a row of weights (n_points, n_inputs).
    trace
        The forward pass with one row per value; in the layers before the parameter all rows are the
        same.
    """

    parameter: Axis
    values: FloatArray
    trace: Trace

    @property
    def outputs(self) -> FloatArray:
        """The outputs for each value, (n_points, n_outputs)."""
        return self.trace.outputs


def sweep(session: Session, parameter: Axis | str, values: ArrayLike, sample: int = 0) -> Sweep:
    """Return the response of one sample as a parameter takes each of several values.

    Parameters
    ----------
    session
        The network and its samples.
    parameter
        A Weight, Bias, Input or WeightRow with indices from 0, or its name: W1[1,2], b2[1], x3, or
        W1[1] for a row of weights.
    values
        (n_points,), or one number; for a row of weights (n_points, n_inputs), or one row.
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
    axis = axis_in(session.network, parameter)
    points = _points_of(session.network, axis, values, "values")
    return Sweep(axis, points, respond(session, _assignments(session, axis, points), sample))


def grid_sweep(
    session: Session,
    rows: tuple[Axis | str, ArrayLike],
    columns: tuple[Axis | str, ArrayLike],
    sample: int = 0,
) -> FloatArray:
    """Return the outputs of one sample for every pair of values of two parameters or rows.

    Parameters
    ----------
    session
        The network and its samples.
    rows, columns
        A parameter or row of weights and its values, as in `sweep`.
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
        As `sweep` does, and when both vary the same parameter.
    """
    check_type(session, Session, "session")
    (row_axis, row_values), (column_axis, column_values) = (
        _varied(session, axis, what) for axis, what in ((rows, "rows"), (columns, "columns"))
    )
    shape = (len(row_values), len(column_values))
    of_rows = _assignments(session, row_axis, np.repeat(row_values, shape[1], axis=0))
    of_columns = _assignments(session, column_axis, np.concatenate([column_values] * shape[0]))
    if of_rows.keys() & of_columns.keys():
        raise ValueError("a table needs two different parameters")
    return respond(session, of_rows | of_columns, sample).outputs.reshape(*shape, -1)


def _points(values: ArrayLike, what: str, n_inputs: int | None = None) -> FloatArray:
    """A copy of one number or several, (n_points,), or of rows of weights, (n_points, n_inputs)."""
    points = floats(values, what)
    points = (np.atleast_1d(points) if n_inputs is None else np.atleast_2d(points)).copy()
    expected = () if n_inputs is None else (n_inputs,)
    if points.ndim != 1 + len(expected) or points.shape[1:] != expected or not len(points):
        shape = ", ".join(["n_points", *map(str, expected)]) + "," * (not expected)
        raise ValueError(f"{what} have shape {points.shape}, expected ({shape})")
    return points


def _points_of(network: Network, axis: Axis, values: ArrayLike, what: str) -> FloatArray:
    """A copy of the values of an axis, a number or a row of weights each."""
    is_row = isinstance(axis, WeightRow)
    return _points(values, what, len(parameters_of(network, axis)) if is_row else None)


def _assignments(session: Session, axis: Axis, points: FloatArray) -> dict[Parameter, FloatArray]:
    """The values of every parameter that an axis varies, (n_points,) each."""
    columns = points.reshape(len(points), -1).T
    return dict(zip(parameters_of(session.network, axis), columns, strict=True))


def _varied(
    session: Session, axis: tuple[Axis | str, ArrayLike], what: str
) -> tuple[Axis, FloatArray]:
    """One axis of a grid, and its values."""
    if not isinstance(axis, tuple | list) or len(axis) != 2:
        raise TypeError(f"{what}: expected a parameter and its values, got {described(axis)}")
    found = axis_in(session.network, axis[0])
    return found, _points_of(session.network, found, axis[1], f"{what}: values")


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
    return _respond(session, session.sample_trace(sample), assignments)


def _respond(session: Session, base: Trace, assignments: Mapping[Parameter, FloatArray]) -> Trace:
    """The response of a sample whose trace is `base`."""
    n_points = len(next(iter(assignments.values())))
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
    axis_in(session.network, parameter)
    base = session.sample_trace(sample)

    def is_positive(values: FloatArray) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        return quantity(_respond(session, base, {parameter: values})) >= 0

    values = np.linspace(*limits, _POINTS)
    positive = is_positive(values)
    found = []
    for place in np.flatnonzero(positive[1:] != positive[:-1]):
        low, high, sign = values[place], values[place + 1], positive[place]
        for _ in range(_ROUNDS):
            finer = np.linspace(low, high, _POINTS_TO_REFINE)
            turn = int(np.argmin(is_positive(finer) == sign))
            if turn == 0:
                break
            low, high = finer[turn - 1], finer[turn]
        found.append(float((low + high) / 2))
    return found
