"""What the tensors of each layer are called in a file that is written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace

from engine.formats.toml.values import is_plain
from engine.nn.arrays import FloatArray
from engine.nn.network import Network
from engine.session.session import Session

Names = Callable[[int], tuple[str, str]]
"""Gives the names of the weights and the bias of a layer, by its index, that has none yet."""


def kept_names(weights: str | None, bias: str | None) -> tuple[str, ...]:
    """Return the names of a layer's tensors as far as any file can hold them, else none.

    Parameters
    ----------
    weights, bias
        What a file calls them; None where it has none.

    Returns
    -------
    tuple[str, ...]
    """
    names = tuple(name for name in (weights, bias) if name is not None)
    return names if weights is not None and all(map(is_plain, names)) else ()


def with_tensor_names(session: Session, taken: Collection[str] = ()) -> Session:
    """Return the session with names for the tensors of all of its layers, or of none.

    A layer that was added is called "added2". No layer has any where the file had no names, or
    where two would be the same.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    taken
        Names that are not free.

    Returns
    -------
    Session
    """
    layers = session.network.layers
    if not any(layer.tensors for layer in layers):
        return session
    changed = []
    for number, layer in enumerate(layers, start=1):
        tensors = layer.tensors or (f"added{number}.weight", f"added{number}.bias")
        if len(tensors) == 1 and layer.bias.any():
            tensors = *tensors, f"{tensors[0].removesuffix('weight').rstrip('.')}.bias"
        changed.append(replace(layer, tensors=tensors))
    all_names = [name for layer in changed for name in layer.tensors]
    if len({*all_names, *taken}) < len(all_names) + len(taken):
        changed = [replace(layer, tensors=()) for layer in layers]
    return session.evolve(network=Network(changed))


def named_arrays(session: Session, names: Names) -> Iterator[tuple[str, FloatArray]]:
    """Yield the weights and the bias of each layer by their names, those without a name by default.

    Parameters
    ----------
    session
        As `with_tensor_names` returns it.
    names
        What a layer's tensors are called by default.
    """
    for index, layer in enumerate(session.network.layers):
        turned = layer.tensors and session.origin is not None and session.origin.transposed
        weights = layer.weights.T if turned else layer.weights
        yield from zip(layer.tensors or names(index), (weights, layer.bias), strict=False)
