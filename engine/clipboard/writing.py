"""Numbers, layers and networks as text to copy, which reads back as exactly the same numbers."""

from __future__ import annotations

from engine.edits.base import layer_at
from engine.export.numpy import numpy_script
from engine.export.python import array_literal, comment, row_literal
from engine.formats.toml import write_toml
from engine.nn.arrays import FloatArray
from engine.session.session import Session


def number_code(value: float) -> str:
    """Return the number with all its digits.

    Parameters
    ----------
    value
        Any float64, NaN and infinities too.

    Returns
    -------
    str
    """
    return repr(float(value))


def row_code(numbers: FloatArray) -> str:
    """Return a one-dimensional array as "[0.2, -0.5, 1.0]".

    Parameters
    ----------
    numbers
        (n,).

    Returns
    -------
    str
    """
    return row_literal(numbers.tolist())


def array_code(array: FloatArray, name: str | None = None) -> str:
    """Return an array of one or two dimensions as np.array, assigned to `name` if given.

    Parameters
    ----------
    array
        (n,) or (n_rows, n_columns).
    name
        A name in Python; None for the bare array.

    Returns
    -------
    str
    """
    text = array_literal(array)
    return text if name is None else f"{name} = {text}"


def layer_code(session: Session, layer_index: int) -> str:
    """Return the weights, one row per neuron, and the bias of a layer as NumPy code.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    layer_index
        The index of the layer, from 0.

    Returns
    -------
    str
    """
    layer = layer_at(session, layer_index)
    number = layer_index + 1
    return "\n".join(
        [
            comment(f"layer {number} · {layer.activation.text}: one row per neuron"),
            array_code(layer.weights, f"weights{number}"),
            array_code(layer.bias, f"bias{number}"),
        ]
    )


def network_code(session: Session) -> str:
    """Return the whole network as a NumPy script that prints its outputs.

    Parameters
    ----------
    session
        The network with its samples, targets and names.

    Returns
    -------
    str
    """
    return numpy_script(session)


def network_toml(session: Session) -> str:
    """Return the whole session in the playground's own format.

    Parameters
    ----------
    session
        The network with its samples, targets and names.

    Returns
    -------
    str
    """
    return write_toml(session)
