"""Turns named tensors into layers: which bias belongs where, the order, the orientation."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations

import numpy as np

from engine.formats.reading import (
    NetworkUnknownError,
    OrderUnknownError,
    OrientationUnknownError,
)
from engine.formats.tensors.layer_order import orders_of
from engine.formats.tensors.names import (
    CHOICE,
    belongs,
    check_names,
    natural_key,
    role_beside_others,
    says_transposed,
)
from engine.formats.tensors.pairs import Ends, Pair, ends_of, paired
from engine.formats.tensors.values import shape_text
from engine.nn.arrays import FloatArray
from engine.text import quoted

_MAX_LAYERS = 1_000
_MAX_LISTED = 12
_MAX_NETWORKS = 10
_MAX_CHOSEN = 100

Shapes = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Path:
    """The layers in order; transposed: whether their matrices have one column per neuron."""

    pairs: tuple[Pair, ...]
    transposed: bool
    notes: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    """The tensors of layers that the user did not choose."""


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
        The names of the layers, or of modules of several, in the order that the user gives, None
        for none. Some of them are enough where all together are no path.

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
    NetworkUnknownError
        When each module of several is a path of its own.
    """
    if len(shapes) > 2 * _MAX_LAYERS:
        raise ValueError(
            f"holds {len(shapes):,} tensors; at most {2 * _MAX_LAYERS:,} are opened as a network"
        )
    check_names(shapes)
    names = list(shapes) if in_file_order or order_is_declared else sorted(shapes, key=natural_key)
    asked = [transposed] if transposed is not None else [False, True]
    if layers is not None:
        return _chosen({name: shapes[name] for name in names}, asked, layers)
    pairs = paired({name: shapes[name] for name in names})
    rivals = _rivals(pairs)
    if rivals:
        raise rivals
    fitting = {
        way: found for way in asked if (found := _orders(pairs, shapes, way, order_is_declared))
    }
    if not fitting:
        raise _misfit(pairs, shapes, asked)
    way = _orientation(fitting, pairs, shapes)
    orders = fitting[way]
    # Sorted names are rather the work of a program than that of who wrote the file.
    is_deliberate = in_file_order and list(shapes) != sorted(shapes)
    if len(orders) > 1 and not (is_deliberate and orders[0] == pairs):
        raise OrderUnknownError([_in_words(order) for order in orders])
    one_family = len({pair.family for pair in pairs}) == 1
    is_plain = one_family or orders[0] == pairs
    note = () if is_plain else (_order_note(orders[0]),)
    if len(orders) > 1:
        note = ("names and shapes leave the order of layers open: it is that of the file",)
    return Path(tuple(orders[0]), way, note)


def _orientation(fitting: Collection[bool], pairs: Sequence[Pair], shapes: Shapes) -> bool:
    """The one way that fits, or the one that the names tell."""
    if len(fitting) == 1 or all(len(shapes[pair.weights]) == 1 for pair in pairs):
        return min(fitting)
    by_name = says_transposed([pair.weights for pair in pairs])
    if by_name is None:
        raise OrientationUnknownError(quoted(pairs[0].weights))
    return by_name


def _chosen(shapes: Shapes, asked: Sequence[bool], layers: Sequence[str]) -> Path:
    """The path of the layers that the user names, in that order."""
    if len(layers) > _MAX_CHOSEN:
        raise ValueError(f"--layers: {len(layers):,} names; at most {_MAX_CHOSEN} are taken")
    try:
        pairs = paired(shapes)
        is_path = not _rivals(pairs) and any(_orders(pairs, shapes, way) for way in asked)
    except ValueError:
        names = [name for name in shapes if any(belongs(name, layer) for layer in layers)]
        pairs = paired({name: shapes[name] for name in names}) if names else []
        is_path = False
    chosen: list[Pair] = []
    for layer in layers:
        members = [pair for pair in pairs if belongs(pair.weights, layer)]
        if not members:
            known = [pair.called for pair in pairs] or [*shapes]
            raise ValueError(
                f"--layers: there is no layer {quoted(layer)}; there are "
                f"{', '.join(map(quoted, known[:_MAX_LISTED]))}{', …' * (len(known) > _MAX_LISTED)}"
            )
        chosen += sorted(members, key=_in_module)
    if len(set(chosen)) < len(chosen) or (is_path and len(chosen) < len(pairs)):
        raise ValueError(f"--layers: expected each of the {len(pairs)} layers once")
    fitting = [way for way in asked if _is_chain(_ends(chosen, shapes, way))]
    if not fitting:
        raise _misfit(chosen, shapes, asked, is_chosen=True)
    of_these = {name for pair in chosen for name in (pair.weights, pair.bias)}
    left_out = tuple(name for name in shapes if name not in of_these)
    notes = tuple(f"{quoted(name)} is not of the layers chosen: left out" for name in left_out)
    return Path(tuple(chosen), _orientation(fitting, chosen, shapes), notes, left_out)


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
    bias = None if pair.bias is None else array_of(pair.bias)
    if weights.ndim == 1:
        weights = weights.reshape(1 if bias is None else len(bias), -1)
    elif transposed:
        weights = weights.T
    return weights, np.zeros(len(weights)) if bias is None else bias


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


def _orders(
    pairs: Sequence[Pair], shapes: Shapes, transposed: bool, order_is_declared: bool = False
) -> list[list[Pair]]:
    """Up to two orders in which the layers fit each other; a declared one is the only one."""
    ends = _ends(pairs, shapes, transposed)
    if order_is_declared and _is_chain(ends):
        return [list(pairs)]
    return [[pairs[index] for index in order] for order in orders_of(pairs, ends)]


def _ends(pairs: Sequence[Pair], shapes: Shapes, transposed: bool) -> list[Ends]:
    """Inputs and neurons of each layer; nothing when a bias has another length."""
    ends = [ends_of(pair, shapes, transposed) for pair in pairs]
    fit = all(
        pair.bias is None or shapes[pair.bias] == (n_neurons,)
        for pair, (_, n_neurons) in zip(pairs, ends, strict=True)
    )
    return ends if fit else []


def _is_chain(ends: Sequence[Ends]) -> bool:
    return bool(ends) and all(before[1] == after[0] for before, after in pairwise(ends))


def _misfit(
    pairs: Sequence[Pair], shapes: Shapes, asked: Sequence[bool], is_chosen: bool = False
) -> ValueError:
    """The error that says why the layers do not fit in the first orientation asked for."""
    transposed = asked[0]
    way = "column" if transposed else "row"
    hint = ""
    if len(asked) == 1 and _orders(pairs, shapes, not transposed):
        option = "--not-transposed" if transposed else "--transposed"
        hint = f"; they fit the other way round: give {option}"
    for pair in pairs:
        _, n_neurons = ends_of(pair, shapes, transposed)
        fits = {n_neurons} if len(asked) == 1 else {*shapes[pair.weights], n_neurons}
        if pair.bias is not None and shapes[pair.bias][0] not in fits:
            return ValueError(
                f"{quoted(pair.bias)} has {shapes[pair.bias][0]} numbers, expected {n_neurons}, "
                f"one for each {way} of {quoted(pair.weights)} "
                f"({shape_text(shapes[pair.weights])}){hint}"
            )
    listed = ", ".join(f"{quoted(p.weights)} {shape_text(shapes[p.weights])}" for p in pairs[:6])
    more = ", …" if len(pairs) > 6 else ""
    networks = [] if hint or is_chosen else _networks(pairs, shapes, asked)
    if networks:
        return NetworkUnknownError(networks)
    hint = hint or CHOICE * (len(pairs) > 2 and not is_chosen)
    return ValueError(f"the matrices do not form one path of layers: {listed}{more}{hint}")


def _by_module(pairs: Sequence[Pair]) -> dict[str, list[Pair]]:
    """The layers by the first part of their names that differs, such as encoder and decoder."""
    names = [pair.called.split(".") for pair in pairs]
    columns = enumerate(zip(*names, strict=False), start=1)
    shared = min(map(len, names))
    depth = next((depth for depth, parts in columns if len({*parts}) > 1), shared + 1)
    modules: dict[str, list[Pair]] = {}
    for pair, name in zip(pairs, names, strict=True):
        modules.setdefault(".".join(name[:depth]), []).append(pair)
    return modules


def _networks(pairs: Sequence[Pair], shapes: Shapes, asked: Sequence[bool]) -> list[str]:
    """The modules that are each a path, if none of them leads into another one."""
    modules = _by_module(pairs)
    if not 1 < len(modules) < min(len(pairs), _MAX_NETWORKS):
        return []
    ends = []
    for members in modules.values():
        ways = ((way, _orders(members, shapes, way)) for way in asked)
        found = [(way, orders[0]) for way, orders in ways if orders]
        if not found:
            return []
        way, order = found[0]
        first, last = (ends_of(pair, shapes, way) for pair in (order[0], order[-1]))
        ends.append((first[0], last[1]))
    leads_on = any(out == into for (_, out), (into, _) in permutations(ends, 2))
    return [] if leads_on else [*modules]


def _rivals(pairs: Sequence[Pair]) -> ValueError | None:
    """The error when two modules are called as networks that work beside each other, else None."""
    modules = [*_by_module(pairs)]
    roles = {module: role for module in modules if (role := role_beside_others(module))}
    n_roles = len({*roles.values()})
    if n_roles < 2:
        return None
    if n_roles == len(modules):
        return NetworkUnknownError(modules)
    listed = ", ".join(map(quoted, [*roles][:_MAX_LISTED]))
    return ValueError(f"its layers do not form one path: {listed} lie beside each other{CHOICE}")


def _in_words(order: Sequence[Pair]) -> list[str]:
    """An order as --layers takes it: by modules, where these say it."""
    modules = _by_module(order)
    by_module = [pair for members in modules.values() for pair in sorted(members, key=_in_module)]
    return [*modules] if by_module == [*order] else [pair.called for pair in order]


def _in_module(pair: Pair) -> tuple[object, ...]:
    return pair.rank, natural_key(pair.weights)


def _order_note(order: Sequence[Pair]) -> str:
    listed = ", ".join(quoted(pair.weights) for pair in order[:6])
    return f"layers in the order in which names and shapes fit: {listed}{', …' * (len(order) > 6)}"
