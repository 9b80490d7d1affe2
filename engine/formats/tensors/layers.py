"""Turns named tensors into layers: which bias belongs where, the order, the orientation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from engine.formats.reading import (
    OrderUnknownError,
    OrientationUnknownError,
)
from engine.formats.tensors.names import (
    Pair,
    ends_of,
    natural_key,
    orders_of,
    paired,
    says_transposed,
)
from engine.formats.tensors.values import shape_text
from engine.nn.arrays import FloatArray
from engine.text import quoted

_MAX_LAYERS = 1_000

Shapes = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Path:
    """The layers in order; transposed: whether their matrices have one column per neuron."""

    pairs: tuple[Pair, ...]
    transposed: bool
    notes: tuple[str, ...] = ()


def path_of(
    shapes: Shapes,
    transposed: bool | None,
    in_file_order: bool = False,
    order_is_declared: bool = False,
    layers: Sequence[str] | None = None,
) -> Path:
    """Return the path of dense layers that tensors of these shapes form.

    Parameters
    ----------
    shapes
        The shape of each array.
    transposed
        The orientation; None to infer it from the shapes or, if those fit both ways, from the
        names.
    in_file_order
        Whether the tensors are in a deliberate order, which settles what names and shapes leave
        open.
    order_is_declared
        Whether the file declares this to be the order of the layers, which then takes precedence
        over the names if the shapes fit.
    layers
        The names of the layers in the order that the user gives, None for none.

    Returns
    -------
    Path

    Raises
    ------
    ValueError
        When there is no such path.
    OrientationUnknownError
        When both orientations form one.
    OrderUnknownError
        When there is more than one.
    """
    if len(shapes) > 2 * _MAX_LAYERS:
        raise ValueError(
            f"holds {len(shapes):,} tensors; at most {2 * _MAX_LAYERS:,} are opened as a network"
        )
    names = list(shapes) if in_file_order or order_is_declared else sorted(shapes, key=natural_key)
    pairs = paired({name: shapes[name] for name in names})
    if layers is not None:
        pairs, order_is_declared = _as_given(pairs, layers), True
    asked = [transposed] if transposed is not None else [False, True]
    fitting = {
        way: found for way in asked if (found := _orders(pairs, shapes, way, order_is_declared))
    }
    if not fitting:
        raise _misfit(pairs, shapes, asked)
    if len(fitting) == 2:
        by_name = says_transposed([pair.weights for pair in pairs])
        if by_name is None:
            raise OrientationUnknownError(quoted(pairs[0].weights))
        way = by_name
    else:
        (way,) = fitting
    orders = fitting[way]
    if len(orders) > 1 and not (in_file_order and orders[0] == pairs):
        raise OrderUnknownError([[pair.called for pair in order] for order in orders])
    one_family = len({pair.family for pair in pairs}) == 1
    is_plain = one_family or orders[0] == pairs
    note = () if is_plain else (_order_note(orders[0]),)
    return Path(tuple(orders[0]), way, note)


def arrays_of(
    pair: Pair, transposed: bool, array_of: Callable[[str], FloatArray]
) -> tuple[FloatArray, FloatArray]:
    """Return the weights, (n_neurons, n_inputs), and the bias, zeros if there is none.

    Parameters
    ----------
    pair
        Weights and bias.
    transposed
        Whether matrices have one column per neuron.
    array_of
        Reads an array by name.

    Returns
    -------
    tuple[FloatArray, FloatArray]
    """
    weights = array_of(pair.weights)
    if transposed:
        weights = weights.T
    return weights, np.zeros(len(weights)) if pair.bias is None else array_of(pair.bias)


def own_arrays(
    shapes: Shapes, array_of: Callable[[str], FloatArray]
) -> Callable[[Sequence[tuple[str, ...]], bool], list[tuple[FloatArray, FloatArray]]]:
    """Return what gives the arrays of a file of ours, by the names that its document has.

    Parameters
    ----------
    shapes
        The shape of each, in file order.
    array_of
        Gives the finite float64 numbers of one.

    Returns
    -------
    Callable
    """

    def arrays(
        names: Sequence[tuple[str, ...]], transposed: bool
    ) -> list[tuple[FloatArray, FloatArray]]:
        if not all(names):
            pairs = path_of(shapes, transposed=False, in_file_order=True).pairs
            return [arrays_of(pair, False, array_of) for pair in pairs]
        listed = [name for of_layer in names for name in of_layer]
        dimensions = [k for of_layer in names for k in (2, 1)[: len(of_layer)]]
        if sorted(listed) != sorted(shapes) or dimensions != [len(shapes[n]) for n in listed]:
            raise ValueError("the tensors that it names are not those of the file")
        return [
            arrays_of(Pair(weights, bias[0] if bias else None, ()), transposed, array_of)
            for weights, *bias in names
        ]

    return arrays


def _as_given(pairs: Sequence[Pair], layers: Sequence[str]) -> list[Pair]:
    """The pairs in the order of the names that the user gives; each must be named once."""
    by_name = {pair.called: pair for pair in pairs}
    for name in layers:
        if name not in by_name:
            raise ValueError(
                f"--layers: there is no layer {quoted(name)}; there are "
                f"{', '.join(quoted(known) for known in list(by_name)[:12])}"
            )
    if len(layers) != len(by_name) or len(set(layers)) != len(layers):
        raise ValueError(f"--layers: expected each of the {len(by_name)} layers once")
    return [by_name[name] for name in layers]


def _orders(
    pairs: Sequence[Pair], shapes: Shapes, transposed: bool, order_is_declared: bool = False
) -> list[list[Pair]]:
    """Up to two orders in which the layers fit each other; a declared one is the only one."""
    ends = [ends_of(shapes[pair.weights], transposed) for pair in pairs]
    for pair, (_, n_neurons) in zip(pairs, ends, strict=True):
        if pair.bias is not None and shapes[pair.bias] != (n_neurons,):
            return []
    if order_is_declared and all(before[1] == after[0] for before, after in pairwise(ends)):
        return [list(pairs)]
    return [[pairs[index] for index in order] for order in orders_of(pairs, ends)]


def _misfit(pairs: Sequence[Pair], shapes: Shapes, asked: Sequence[bool]) -> ValueError:
    """The error that says why the layers do not fit in the first orientation asked for."""
    transposed = asked[0]
    way = "column" if transposed else "row"
    hint = ""
    if len(asked) == 1 and _orders(pairs, shapes, not transposed):
        option = "--not-transposed" if transposed else "--transposed"
        hint = f"; they fit the other way round: give {option}"
    for pair in pairs:
        _, n_neurons = ends_of(shapes[pair.weights], transposed)
        fits = {n_neurons} if len(asked) == 1 else {*shapes[pair.weights]}
        if pair.bias is not None and shapes[pair.bias][0] not in fits:
            return ValueError(
                f"{quoted(pair.bias)} has {shapes[pair.bias][0]} numbers, expected {n_neurons}, "
                f"one for each {way} of {quoted(pair.weights)} "
                f"({shape_text(shapes[pair.weights])}){hint}"
            )
    listed = ", ".join(f"{quoted(p.weights)} {shape_text(shapes[p.weights])}" for p in pairs[:6])
    more = ", …" if len(pairs) > 6 else ""
    return ValueError(f"the matrices do not form one path of layers: {listed}{more}{hint}")


def _order_note(order: Sequence[Pair]) -> str:
    listed = ", ".join(quoted(pair.weights) for pair in order[:6])
    return f"layers in the order in which names and shapes fit: {listed}{', …' * (len(order) > 6)}"
