"""Compares what a learner's own forward pass printed with the engine; nothing of theirs is run."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.explain.check_answer import diagnose
from engine.explain.mistakes import Quantity
from engine.explain.neuron import explain_neuron
from engine.nn.activations import Activation, activation
from engine.nn.arrays import FloatArray
from engine.nn.layer import Layer
from engine.nn.network import Network
from engine.nn.parameters import neuron_name
from engine.session.names import counted
from engine.session.session import Session
from engine.text import format_number, quoted

MAX_BYTES = 5_000_000

_ABSOLUTE, _RELATIVE = 5e-5, 1e-5
"""What rounding to the four decimals of the screen, or float32, puts a number off by."""

_OTHERS = ("identity", "relu", "sigmoid", "tanh", "step")
"""Activations that are taken one for another."""

_KEYS: dict[Quantity, tuple[str, ...]] = {
    "sum": ("pre_activations", "z", "Z"),
    "out": ("activations", "a", "A"),
}


@dataclass(frozen=True, slots=True)
class ForwardReport:
    """What was found.

    Parameters
    ----------
    right
        Whether every number is right.
    sentence
        What to tell the learner.
    layer_index, neuron, sample
        Of the first number that differs, from 0; None where none does, or where it is not known.
    """

    right: bool
    sentence: str
    layer_index: int | None = None
    neuron: int | None = None
    sample: int | None = None


class _Given(NamedTuple):
    """One array that was printed: the sums or the activations of a layer."""

    layer_index: int
    of: Quantity
    rows: FloatArray


def check_forward(session: Session, data: bytes) -> ForwardReport:
    """Return how the printed result of a forward pass compares with the engine's.

    Parameters
    ----------
    session
        The network and its samples.
    data
        JSON: what `run --json` prints; a list with an object of `z` and `a` for each layer; a list
        with the activations of each layer; or the outputs alone, one row a sample.

    Returns
    -------
    ForwardReport

    Raises
    ------
    ValueError
        When it is none of these.
    """
    given = _read(data, session)
    for array in given:
        report = _misshapen(array, session)
        if report is not None:
            return report
    wrong = next(filter(None, (_first_wrong(array, session) for array in given)), None)
    if wrong is None:
        layers = counted(len({array.layer_index for array in given}), "layer")
        what = layers if len(given) > 1 else "the outputs"
        samples = counted(session.n_samples, "sample")
        return ForwardReport(True, f"right: {what} for {samples}")
    return _report(*wrong, given, session)


# Reading


def _read(data: bytes, session: Session) -> list[_Given]:
    if len(data) > MAX_BYTES:
        raise ValueError(f"more than {MAX_BYTES / 1e6:g} MB, the most for an answer")
    try:
        value = json.loads(data)
    except RecursionError:
        raise ValueError("lists are nested too deeply") from None
    except ValueError as error:
        reason = f"{error}" if isinstance(error, json.JSONDecodeError) else "it is not UTF-8 text"
        raise ValueError(f"is not JSON: {reason}; print json.dumps(…) and nothing else") from None
    n_layers = len(session.network.layers)
    if isinstance(value, dict):
        if "layers" not in value and "outputs" in value:
            return [_Given(n_layers - 1, "out", _rows(value["outputs"], "outputs", session))]
        value = value.get("layers")
    if not isinstance(value, list) or not value:
        raise ValueError("expected a list of layers, or rows of outputs")
    if all(isinstance(one, dict) for one in value) or _depth(value) == 3:
        if len(value) != n_layers:
            raise ValueError(f"{len(value)} layers, the network has {n_layers}")
        return list(_layers(value, session))
    return [_Given(n_layers - 1, "out", _rows(value, "outputs", session))]


def _layers(values: list[Any], session: Session) -> Iterator[_Given]:
    for layer_index, value in enumerate(values):
        place = f"layer {layer_index + 1}"
        if isinstance(value, list):
            yield _Given(layer_index, "out", _rows(value, place, session))
            continue
        found = False
        for of, keys in _KEYS.items():
            for key in keys:
                if isinstance(value, dict) and key in value:
                    yield _Given(layer_index, of, _rows(value[key], f"{place}: {key}", session))
                    found = True
        if not found:
            raise ValueError(f"{place}: expected an object with z and a, or rows of activations")


def _depth(value: object) -> int:
    depth = 0
    while isinstance(value, list):
        value, depth = (value[0] if value else None), depth + 1
    return depth


def _rows(value: object, place: str, session: Session) -> FloatArray:
    """Rows of numbers; a single list is the row of one sample, or the column of one output."""
    if not isinstance(value, list) or not value:
        raise ValueError(f"{place}: expected rows of numbers")
    rows = value
    if not isinstance(value[0], list):
        rows = [value] if session.n_samples == 1 else [[one] for one in value]
    width = len(rows[0]) if isinstance(rows[0], list) else 0
    for k, row in enumerate(rows, start=1):
        if not isinstance(row, list) or len(row) != width or not width:
            raise ValueError(f"{place}: row {k} is no list of {width or 1} numbers, as the others")
        for number in row:
            if isinstance(number, bool) or not isinstance(number, int | float | str):
                raise ValueError(f"{place}: row {k} holds something that is no number")
            if isinstance(number, str) and number not in ("nan", "inf", "-inf"):
                raise ValueError(f"{place}: row {k}: {quoted(number)} is no number")
    try:
        return np.array([[float(number) for number in row] for row in rows])
    except OverflowError:
        raise ValueError(f"{place}: a number too large for a float64") from None


# Comparing


def _truth(array: _Given, network: Network, session: Session) -> FloatArray:
    layer = network.forward(session.inputs).layers[array.layer_index]
    return layer.pre_activations if array.of == "sum" else layer.activations


def _agrees(found: FloatArray, wanted: FloatArray) -> NDArray[np.bool_]:
    with np.errstate(all="ignore"):
        near: NDArray[np.bool_] = np.abs(found - wanted) <= _ABSOLUTE + _RELATIVE * np.abs(wanted)
    near |= (found == wanted) | (np.isnan(found) & np.isnan(wanted))
    return near


def _misshapen(array: _Given, session: Session) -> ForwardReport | None:
    layer = session.network.layers[array.layer_index]
    wanted = (session.n_samples, layer.n_neurons)
    if array.rows.shape == wanted:
        return None
    found, expected = ("×".join(map(str, shape)) for shape in (array.rows.shape, wanted))
    words = (
        f"layer {array.layer_index + 1}: {_NAMES[array.of]} has shape {found}, should be "
        f"{expected}: one row a sample, one column a neuron"
    )
    if array.rows.shape == wanted[::-1]:
        words += "; it is transposed"
    elif array.rows.shape[1] == layer.n_inputs and session.n_samples == array.rows.shape[0]:
        words += "; that is the shape of what the layer reads"
    return ForwardReport(False, words, array.layer_index)


_NAMES: dict[Quantity, str] = {"sum": "z", "out": "a"}


def _first_wrong(array: _Given, session: Session) -> tuple[_Given, int, int] | None:
    """The array with the sample and the neuron of its first number that differs."""
    wrong = ~_agrees(array.rows, _truth(array, session.network, session))
    if not wrong.any():
        return None
    sample, neuron = (int(place) for place in np.argwhere(wrong)[0])
    return array, sample, neuron


def _report(
    array: _Given, sample: int, neuron: int, given: Sequence[_Given], session: Session
) -> ForwardReport:
    layer_index, network = array.layer_index, session.network
    found = float(array.rows[sample, neuron])
    wanted = float(_truth(array, network, session)[sample, neuron])
    name = neuron_name(network, layer_index, neuron)
    words = (
        f"layer {layer_index + 1}, neuron {name}, sample {sample + 1}: {_NAMES[array.of]} is "
        f"{format_number(found)}, should be {format_number(wanted)}"
    )
    mistake = _mistake(given, session)
    if mistake is not None:
        return ForwardReport(
            False, f"{words}. That comes out when {mistake}", layer_index, neuron, sample
        )
    if math.isfinite(found):
        single = diagnose(explain_neuron(session, layer_index, neuron, sample), found, array.of)
        if single.mistakes:
            return ForwardReport(
                False, f"{words}. {single.sentence.capitalize()}", layer_index, neuron, sample
            )
    if len(given) == 1 and len(network.layers) > 1:
        words += "; print the activations of every layer to see which is the first that differs"
    return ForwardReport(False, words, layer_index, neuron, sample)


# The mistakes

_Pass = Callable[[FloatArray, FloatArray, Layer], tuple[FloatArray, FloatArray]]
"""From the network's inputs, what the layer reads and the layer to its sums and activations."""


def _mistake(given: Sequence[_Given], session: Session) -> str | None:
    """The one mistake, in one layer or in all, that leads to everything that was printed."""
    n_layers = len(session.network.layers)
    everywhere = [frozenset(range(n_layers))] if n_layers > 1 else []
    for where in (*(frozenset([index]) for index in range(n_layers)), *everywhere):
        for words, wrong in _mistakes(session.network, where):
            if _leads_to(given, session, where, wrong):
                place = "every layer" if len(where) > 1 else f"layer {min(where) + 1}"
                return f"in {place} {words}"
    return None


def _always(other: Activation) -> Callable[[FloatArray, Activation], FloatArray]:
    return lambda z, f: other.forward(z)


def _leads_to(
    given: Sequence[_Given], session: Session, where: frozenset[int], wrong: _Pass
) -> bool:
    x = a = session.inputs
    found: dict[tuple[int, Quantity], FloatArray] = {}
    with np.errstate(all="ignore"):
        for index, layer in enumerate(session.network.layers):
            try:
                z, a = (wrong if index in where else _right)(x, a, layer)
            except ValueError:
                # The shapes do not allow this mistake here.
                return False
            if a.shape[1] != layer.n_neurons:
                return False
            found[index, "sum"], found[index, "out"] = z, a
    return all(bool(_agrees(one.rows, found[one.layer_index, one.of]).all()) for one in given)


def _right(x: FloatArray, a: FloatArray, layer: Layer) -> tuple[FloatArray, FloatArray]:
    z = a @ layer.weights.T + layer.bias
    return z, layer.activation.forward(z)


def _mistakes(network: Network, where: frozenset[int]) -> Iterator[tuple[str, _Pass]]:
    """What may go wrong in a layer, in words that follow "in layer 1", the simplest first."""

    def sums(of: Callable[[FloatArray, FloatArray, Layer], FloatArray]) -> _Pass:
        def wrong(x: FloatArray, a: FloatArray, layer: Layer) -> tuple[FloatArray, FloatArray]:
            z = of(x, a, layer)
            return z, layer.activation.forward(z)

        return wrong

    def activations(of: Callable[[FloatArray, Activation], FloatArray]) -> _Pass:
        def wrong(x: FloatArray, a: FloatArray, layer: Layer) -> tuple[FloatArray, FloatArray]:
            z = a @ layer.weights.T + layer.bias
            return z, of(z, layer.activation)

        return wrong

    yield "the bias is forgotten", sums(lambda x, a, layer: a @ layer.weights.T)
    yield "the activation is not applied", activations(lambda z, f: z)
    yield "the bias is subtracted", sums(lambda x, a, layer: a @ layer.weights.T - layer.bias)
    yield "the weights are transposed", sums(lambda x, a, layer: a @ layer.weights + layer.bias)
    yield (
        "the bias is added once a sample, not once a neuron",
        sums(lambda x, a, layer: a @ layer.weights.T + layer.bias[:, np.newaxis]),
    )
    if min(where):
        yield (
            "the inputs x are read, not what the layer before gives",
            sums(lambda x, a, layer: x @ layer.weights.T + layer.bias),
        )
    names = {network.layers[index].activation.name for index in where}
    for name in _OTHERS:
        if names != {name}:
            other = activation(name)
            yield f"{name} is taken as the activation", activations(_always(other))
    if "softmax" in names:
        yield (
            "softmax runs over the samples, not over the neurons of each",
            activations(lambda z, f: f.forward(z.T).T),
        )
        yield "e^z is not divided by the sum over the layer", activations(lambda z, f: np.exp(z))
    yield "the activation is applied twice", activations(lambda z, f: f.forward(f.forward(z)))
