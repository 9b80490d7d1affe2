"""Networks as brain.js writes them with toJSON(), in the form of its versions 1 and 2."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.formats.json.values import layer_of, list_of, matrix_of, name_of, row_of
from engine.formats.reading import Reading, ReadOptions, activations_for
from engine.formats.toml.values import is_number
from engine.nn.activations import Activation
from engine.nn.arrays import FloatArray
from engine.nn.layer import Layer
from engine.nn.network import Network
from engine.session.session import Session
from engine.text import quoted

_KINDS = ("NeuralNetwork", "NeuralNetworkGPU")
_OTHER_KINDS = (
    "RNN",
    "LSTM",
    "GRU",
    "RNNTimeStep",
    "LSTMTimeStep",
    "GRUTimeStep",
    "AE",
    "FeedForward",
)
_ACTIVATIONS = {"sigmoid": "sigmoid", "relu": "relu", "leaky-relu": "leaky_relu", "tanh": "tanh"}
_SLOPE_OF_LEAKY_RELU = 0.01

_Keys = Sequence[str]


def is_brain_js(table: dict[str, Any]) -> bool:
    """Return whether the object is what brain.js writes.

    Parameters
    ----------
    table
        The object.

    Returns
    -------
    bool
    """
    if table.get("type") in (*_KINDS, *_OTHER_KINDS):
        return True
    return "layers" in table and bool(table.keys() & {"inputLookup", "outputLookup", "trainOpts"})


def is_bare_brain_js(table: dict[str, Any]) -> bool:
    """Return whether the object has layers alone, as the first versions of brain.js wrote them.

    Parameters
    ----------
    table
        The object.

    Returns
    -------
    bool
    """
    layers = table.get("layers")
    inputs = layers[0] if isinstance(layers, list) and layers else None
    return isinstance(inputs, dict) and bool(inputs) and not any(inputs.values())


def read_brain_js(table: dict[str, Any], options: ReadOptions) -> Reading:
    """Return the session in the object.

    All layers have the one activation that the file tells; brain.js takes sigmoid without one.

    Parameters
    ----------
    table
        The object.
    options
        Activations, for a file that tells none.

    Returns
    -------
    Reading

    Raises
    ------
    ValueError
        Naming layer and neuron, when something is not as brain.js writes it.
    """
    if table.get("type", _KINDS[0]) not in _KINDS:
        raise ValueError(
            f"is a {quoted(str(table['type']))} of brain.js, which is not a network of dense layers"
        )
    tables = list_of(table.get("layers"), "layers")
    if not all(isinstance(layer, dict | list) for layer in tables) or len(tables) < 2:
        raise ValueError("layers: expected the inputs and at least one layer of neurons")
    n_layers = len(tables) - 1
    applied = _activation(table)
    notes = []
    if applied is not None:
        options.refuse_all()
    elif options.activations is None:
        applied = Activation("sigmoid")
        notes.append("the file does not tell its activation: sigmoid, as brain.js takes it")
    activations = (
        activations_for(n_layers, options.activations) if applied is None else (applied,) * n_layers
    )
    arrays, inputs, outputs = _arrays(tables)
    layers: list[Layer] = []
    for number, (weights, bias) in enumerate(arrays, start=1):
        before = layers[-1] if layers else None
        layers.append(layer_of(weights, bias, f"layer {number}", activations[number - 1], before))
    network = Network(layers)
    _check_sizes(table.get("sizes"), network)
    features = _looked_up(table.get("inputLookup"), network.n_features) or inputs
    classes = _looked_up(table.get("outputLookup"), network.n_outputs) or outputs
    # One output would need two names, and has one.
    session = Session(
        network, features=features, classes=classes if len(layers[-1].bias) > 1 else None
    )
    return Reading(session, tuple(notes))


def _arrays(
    tables: list[Any],
) -> tuple[list[tuple[FloatArray, FloatArray]], list[str] | None, list[str] | None]:
    """Weights and bias of each layer, and the names of inputs and outputs that keys give."""
    if isinstance(tables[-1], dict) and tables[-1].keys() >= {"weights", "biases"}:
        return (
            [
                (
                    matrix_of(_got(layer, "weights", number), f"layer {number}, weights"),
                    row_of(_got(layer, "biases", number), f"layer {number}, biases"),
                )
                for number, layer in enumerate(tables[1:], start=1)
            ],
            None,
            None,
        )
    keys = _keys(tables[0])
    names = [_names(keys)]
    arrays = []
    for number, layer in enumerate(tables[1:], start=1):
        own = _keys(layer)
        arrays.append(_neurons(layer, own, keys, number))
        names.append(_names(own))
        keys = own
    return arrays, names[0], names[-1]


def _got(layer: Any, key: str, number: int) -> Any:
    if not isinstance(layer, dict) or key not in layer:
        raise ValueError(f"layer {number} has no {key}")
    return layer[key]


def _keys(layer: Any) -> list[str]:
    """The keys of a layer's neurons in order: by number where they are numbers."""
    count = len(layer)
    numbers = [str(k) for k in range(count)]
    return numbers if isinstance(layer, list) or layer.keys() == {*numbers} else [*layer]


def _names(keys: list[str]) -> list[str] | None:
    return None if keys == [str(k) for k in range(len(keys))] else [name_of(key) for key in keys]


def _neurons(layer: Any, own: _Keys, before: _Keys, number: int) -> tuple[FloatArray, FloatArray]:
    """The weights and biases of a layer whose neurons each have theirs."""
    weights, biases = np.empty((len(own), len(before))), np.empty(len(own))
    for row, key in enumerate(own):
        place = f"layer {number}, neuron {quoted(key)}"
        neuron = layer[row] if isinstance(layer, list) else layer[key]
        if not isinstance(neuron, dict) or not neuron.keys() >= {"weights", "bias"}:
            raise ValueError(f"{place}: expected weights and a bias")
        given = neuron["weights"]
        if isinstance(given, list):
            given = {str(k): item for k, item in enumerate(given)}
        if not isinstance(given, dict) or given.keys() != {*before}:
            raise ValueError(
                f"{place}: expected {len(before)} weights, one for each number that it reads"
            )
        cells = [given[name] for name in before]
        if not all(map(is_number, (*cells, neuron["bias"]))):
            raise ValueError(f"{place}: a weight or the bias is not a finite number")
        weights[row], biases[row] = cells, neuron["bias"]
    return weights, biases


def _activation(table: dict[str, Any]) -> Activation | None:
    """The one activation that the file tells, or None."""
    training = table.get("trainOpts")
    places = (table, training, table.get("options"))
    stated = [
        place["activation"]
        for place in places
        if isinstance(place, dict) and place.get("activation")
    ]
    if not stated:
        return None
    if any(word != stated[0] for word in stated):
        raise ValueError(f"tells two activations: {', '.join(quoted(str(w)) for w in stated)}")
    name = _ACTIVATIONS.get(stated[0]) if isinstance(stated[0], str) else None
    if name is None:
        raise ValueError(
            f"the activation {quoted(str(stated[0]))} is not one of brain.js: "
            f"{', '.join(_ACTIVATIONS)}"
        )
    if name != "leaky_relu":
        return Activation(name)
    slopes = [
        place["leakyReluAlpha"]
        for place in places
        if isinstance(place, dict) and is_number(place.get("leakyReluAlpha"))
    ]
    return Activation(name, (float(slopes[0]) if slopes else _SLOPE_OF_LEAKY_RELU,))


def _check_sizes(sizes: Any, network: Network) -> None:
    found = [network.n_features, *(layer.n_neurons for layer in network.layers)]
    if isinstance(sizes, list) and sizes and sizes != found:
        raise ValueError(f"its sizes are not those of its layers, {'-'.join(map(str, found))}")


def _looked_up(lookup: Any, count: int) -> list[str] | None:
    """The names by the number that each has, if there is one for each."""
    if not isinstance(lookup, dict) or not all(type(k) is int for k in lookup.values()):
        return None
    if sorted(lookup.values()) != list(range(count)):
        return None
    return [name_of(name) for name in sorted(lookup, key=lookup.__getitem__)]
