"""Networks of the Toy-Neural-Network library of the Coding Train, as `serialize()` writes them."""

from __future__ import annotations

from typing import Any

from engine.formats.json.values import activation_of, layer_of, matrix_in
from engine.formats.reading import Reading, ReadOptions, activations_for
from engine.nn.activations import Activation
from engine.nn.arrays import FloatArray
from engine.nn.network import Network
from engine.session.session import Session

_ARRAYS = (("weights_ih", "bias_h"), ("weights_ho", "bias_o"))


def is_toy_neural_network(table: dict[str, Any]) -> bool:
    """Return whether the object is what that library writes.

    Parameters
    ----------
    table
        The object.

    Returns
    -------
    bool
    """
    return all(isinstance(table.get(weights), dict) for weights, _ in _ARRAYS)


def read_toy_neural_network(table: dict[str, Any], options: ReadOptions) -> Reading:
    """Return the session in the object.

    Such a file cannot tell its activation; the library itself takes sigmoid when it reads one.

    Parameters
    ----------
    table
        The object.
    options
        Activations, where they were others.

    Returns
    -------
    Reading

    Raises
    ------
    ValueError
        Naming the matrix that is missing or does not fit.
    """
    stated = table.get("activation_function")
    notes: tuple[str, ...] = ()
    activations: tuple[Activation, ...]
    if isinstance(stated, str):
        options.refuse_all()
        activations = (activation_of(stated, "activation_function"),) * 2
    elif options.activations is not None:
        activations = activations_for(2, options.activations)
    else:
        activations = (Activation("sigmoid"),) * 2
        notes = ("the file does not tell its activations: sigmoid, as Toy-Neural-Network takes it",)
    hidden, output = ((_matrix(table, weights), _matrix(table, bias)) for weights, bias in _ARRAYS)
    first = layer_of(hidden[0], hidden[1].ravel(), _ARRAYS[0][0], activations[0], None)
    last = layer_of(output[0], output[1].ravel(), _ARRAYS[1][0], activations[1], first)
    network = Network([first, last])
    for key, count in (
        ("input_nodes", network.n_features),
        ("hidden_nodes", first.n_neurons),
        ("output_nodes", network.n_outputs),
    ):
        if table.get(key, count) != count:
            raise ValueError(f"{key} is not {count}, as its matrices have it")
    return Reading(Session(network), notes)


def _matrix(table: dict[str, Any], key: str) -> FloatArray:
    """The matrix under that key, of which older versions of the library call the rows `matrix`."""
    value = table.get(key)
    if not isinstance(value, dict):
        raise ValueError(f"{key}: expected a matrix with rows, cols and data")
    matrix = matrix_in(value, key)
    if key.startswith("bias") and matrix.shape[1] != 1:
        raise ValueError(f"{key}: its rows and cols are not those of one column")
    return matrix
