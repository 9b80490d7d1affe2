"""Which names, lists and tables of a listing are layers, and which bias belongs to which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from engine.clipboard.listing.assignments import Value, holds_tables
from engine.clipboard.listing.layers import Part
from engine.clipboard.names import NOT_A_LAYER, role_of, words_of
from engine.clipboard.numbers import Pasted, pasted, rows_of
from engine.clipboard.tokens import quoted
from engine.clipboard.values import Name, Nested, depth_of
from engine.nn.arrays import FloatArray

_FIRST = frozenset(("input", "in", "first"))
_LAST = frozenset(("output", "out", "last", "final"))
_OF_LAYERS = frozenset(
    ("layer", "layers", "parameters", "params", "network", "net", "model", "state", "dense")
)
"""A list of arrays alone counts as layers only under such a name, or as the whole text."""

_SIZES = frozenset(("sizes", "layers", "nodes", "dims", "dimensions", "architecture", "units"))
_MAX_NAMES = 2_000
_MAX_OF_A_NEURON = 20

_ACTIVATION_WORDS = frozenset(("activation", "activations", "act", "nonlinearity"))


@dataclass(frozen=True, eq=False, slots=True)
class _Item:
    """The layers under one name of a table; words: the name without its role."""

    words: tuple[str, ...]
    parts: list[Part]


def parts_in(table: Mapping[str, Value]) -> list[Part]:
    """Return all layers of a listing, in order.

    Weights are paired with the bias of the same suffix, or in order if there are equally many. A
    nested table is a layer or a network of its own, a list of neurons one layer.

    Parameters
    ----------
    table
        A table of the file.

    Returns
    -------
    list[Part]

    Raises
    ------
    ValueError
        Naming the place, for anything that cannot be a layer: nothing is dropped.
    """
    return _of_table(table, "")


def not_used_in(table: Mapping[str, Value]) -> list[str]:
    """Return the names of numbers in lists that are no layers, inputs or targets.

    Sizes, shapes and gradients are not among them.

    Parameters
    ----------
    table
        What the listing assigns to names.

    Returns
    -------
    list[str]
    """
    return [
        name
        for name, value in table.items()
        if isinstance(value, list)
        and _has_numbers(value)
        and role_of(name)[0] is None
        and (NOT_A_LAYER | _SIZES).isdisjoint(words_of(name))
        and not _of(value, name)
    ]


def _has_numbers(value: Nested) -> bool:
    if isinstance(value, list):
        return any(map(_has_numbers, value))
    return isinstance(value, float)


def array_of(value: Value, name: str) -> Pasted:
    """Return numbers as a matrix.

    Parameters
    ----------
    value
        A number, or lists of them.
    name
        How a message calls them.

    Returns
    -------
    Pasted

    Raises
    ------
    ValueError
        Naming the place, if they are not numbers.
    """
    if isinstance(value, ValueError):
        raise value
    if isinstance(value, dict):
        value = list(value.values())
    try:
        rows, flat = rows_of(value)
        return pasted(rows, flat=flat, name=name)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _of(value: Value, name: str) -> list[Part]:
    """The layers in a value; empty if it holds only numbers or strings."""
    if isinstance(value, ValueError):
        raise value
    if isinstance(value, dict):
        return _of_table(value, name)
    if not isinstance(value, list) or not value:
        return []
    neurons = _neurons(value, name)
    if neurons is not None:
        return [neurons]
    if not holds_tables(value):
        of_layers = not name or not _OF_LAYERS.isdisjoint(words_of(name))
        return _of_arrays(value, name) if of_layers else []
    return list(chain.from_iterable(_of(item, f"{name}[{k}]") for k, item in enumerate(value, 1)))


def _of_table(table: Mapping[str, Value], name: str) -> list[Part]:
    if len(table) <= _MAX_NAMES:
        table = _flattened(table)
    # Separately named arrays may belong to several layers.
    is_layer = name and len({_rank(words_of(key)) for key in table}) == 1
    neurons = _neurons(list(table.values()), name) if is_layer else None
    if neurons is None and len(table) > _MAX_NAMES:
        if all(isinstance(value, float | str) for value in table.values()):
            return []
        raise ValueError(f"{name or 'the table'}: {len(table):,} names are more than layers have")
    parts = [neurons] if neurons is not None else _in_order(_items(table, name))
    from_text = [value for key, value in table.items() if set(words_of(key)) & _ACTIVATION_WORDS]
    texts = from_text[0] if from_text and isinstance(from_text[0], list) else from_text
    if len(texts) == 1 and (len(parts) == 1 or all(part.is_fixed for part in parts)):
        texts = texts * len(parts)
    if len(texts) == len(parts):
        parts = [
            replace(part, activation=part.activation or text) if isinstance(text, str) else part
            for part, text in zip(parts, texts, strict=True)
        ]
    return parts


def _flattened(table: Mapping[str, Value]) -> dict[str, Value]:
    """The table with nested tables of weights and biases flattened: weights.hidden and so on."""
    flat: dict[str, Value] = {}
    for key, value in table.items():
        is_by_layer = role_of(key)[0] in ("weights", "bias") and not _is_array(value)
        if is_by_layer and isinstance(value, dict) and all(map(_is_array, value.values())):
            flat |= {f"{key}.{layer}": array for layer, array in value.items()}
        else:
            flat[key] = value
    return flat


def _items(table: Mapping[str, Value], name: str) -> list[_Item]:
    weights: dict[str, tuple[str, ...]] = {}
    biases: dict[tuple[str, ...], list[str]] = {}
    items: dict[str, _Item] = {}
    for key, value in table.items():
        role, suffix = role_of(key)
        place = f"{name}.{key}" if name else key
        if role in ("weights", "bias") and _is_array(value):
            if role == "weights":
                weights[key] = suffix
                items[key] = _Item(suffix, [])
            else:
                biases.setdefault(suffix, []).append(key)
        elif role in ("weights", "bias") and isinstance(value, Name):
            raise _unknown(place, value)
        elif NOT_A_LAYER.isdisjoint(words_of(key)) and (parts := _of(value, place)):
            items[key] = _Item(words_of(key), parts)
    for key, own in _bias_of_each(weights, biases, name, table).items():
        place = f"{name}.{key}" if name else key
        bias = None if own is None else table[own]
        items[key].parts.extend(_layers(table[key], bias, place, str(own)))
    return list(items.values())


def _bias_of_each(
    weights: Mapping[str, tuple[str, ...]],
    biases: Mapping[tuple[str, ...], list[str]],
    name: str,
    table: Mapping[str, Value],
) -> dict[str, str | None]:
    """Match weights to biases by name; raises ValueError when a bias is left over.

    Where all are single numbers, one bias is that of the neuron whose weights they are.
    """
    left = {suffix: list(names) for suffix, names in biases.items()}
    pairs: dict[str, str | None] = {}
    for key, suffix in weights.items():
        own = left.get(suffix)
        pairs[key] = own.pop(0) if own else None
    over = list(chain.from_iterable(left.values()))
    without = [key for key, own in pairs.items() if own is None]
    if len(over) == len(without):
        return pairs | dict(zip(without, over, strict=True))
    if len(over) == 1 and without and all(isinstance(table[key], float) for key in pairs):
        return pairs | {without[0]: over[0]}
    if over and without:
        place = f"{name}.{over[0]}" if name else over[0]
        raise ValueError(f"{place}: no weights of a similar name, whose bias it could be")
    return pairs


def _layers(weights: Value, bias: Value | None, name: str, bias_name: str) -> list[Part]:
    """The layer under one name of weights, or several for a list of matrices."""
    if depth_of(weights) < 3:
        return [_layer(weights, bias, name, bias_name)]
    assert isinstance(weights, list)
    if bias is None and {depth_of(item) for item in weights} == {1, 2}:
        return _of_arrays(weights, name)
    own: Sequence[Value | None] = [None] * len(weights)
    if bias is not None:
        if not isinstance(bias, list) or len(bias) != len(weights):
            raise ValueError(
                f"{name} has {len(weights)} matrices, {bias_name} another number of biases"
            )
        own = bias
    return [
        _layer(matrix, vector, f"{name}[{k}]", f"{bias_name}[{k}]")
        for k, (matrix, vector) in enumerate(zip(weights, own, strict=True), 1)
    ]


def _layer(weights: Value, bias: Value | None, name: str, bias_name: str) -> Part:
    matrix = array_of(weights, name)
    own = None if bias is None else array_of(bias, bias_name).values.ravel()
    return Part(name, matrix.values, own, matrix.flat)


def _of_arrays(arrays: list[Nested], name: str) -> list[Part]:
    """The layers of matrices that are each followed by, or paired with, a bias."""
    depths = [depth_of(item) for item in arrays]
    pairs = [item for item in arrays if isinstance(item, list) and len(item) == 2]
    if len(pairs) == len(arrays) and all(_is_layer(pair) for pair in pairs):
        arrays = list(chain.from_iterable(pairs))
        depths = [depth_of(item) for item in arrays]
    if 1 not in depths or 2 not in depths or not {*depths} <= {1, 2}:
        return []
    parts: list[Part] = []
    for k, (array, depth) in enumerate(zip(arrays, depths, strict=True), 1):
        place = f"{name}[{k}]" if name else f"array {k}"
        if depth == 2:
            parts.append(_layer(array, None, place, ""))
        elif parts and parts[-1].bias is None:
            parts[-1] = replace(parts[-1], bias=array_of(array, place).values.ravel())
        else:
            raise ValueError(f"{place} follows no matrix whose bias it could be")
    return parts


def _is_layer(pair: list[Nested]) -> bool:
    return depth_of(pair[0]) == 2 and depth_of(pair[1]) == 1


def _neurons(values: Sequence[Value], name: str) -> Part | None:
    """The layer made of these tables, each a neuron with a list of weights; None if they are
    not."""
    found = [_neuron(value, name) for value in values]
    if not found or None in found:
        return None
    neurons = [neuron for neuron in found if neuron is not None]
    if len({len(neuron.weights) for neuron in neurons}) > 1:
        return None
    if len({neuron.activation for neuron in neurons}) > 1:
        raise ValueError(f"{name}: the neurons of a layer have different activations")
    keys = neurons[0].weights.keys()
    if any(neuron.weights.keys() != keys for neuron in neurons):
        raise ValueError(f"{name}: the weights of its neurons have different names")
    weights: FloatArray = np.array([[neuron.weights[key] for key in keys] for neuron in neurons])
    biases = [neuron.bias for neuron in neurons]
    given = any(b is not None for b in biases)
    bias = np.array([0.0 if b is None else b for b in biases]) if given else None
    applied = neurons[0].activation
    return Part(name, weights, bias, is_fixed=True, activation=applied, is_table=True)


@dataclass(frozen=True, slots=True)
class _Neuron:
    """One neuron; weights: keyed by the names of the inputs, or by their positions."""

    weights: dict[str, float]
    bias: float | None
    activation: str | None


def _neuron(value: Value, name: str) -> _Neuron | None:
    if not isinstance(value, dict) or len(value) > _MAX_OF_A_NEURON:
        return None
    by_role: dict[str | None, list[Nested]] = {}
    for key, item in value.items():
        by_role.setdefault(role_of(key)[0], []).append(item)
    weights, biases = by_role.get("weights", []), by_role.get("bias", [])
    if len(weights) != 1 or len(biases) > 1:
        return None
    given = weights[0]
    if isinstance(given, list):
        given = {str(k): item for k, item in enumerate(given)}
    bias = biases[0] if biases else None
    if isinstance(bias, list) and len(bias) == 1:
        bias = bias[0]
    if not isinstance(given, dict) or not given:
        return None
    if isinstance(bias, Name):
        raise _unknown(f"{name}: the bias of a neuron", bias)
    numbers = {key: item for key, item in given.items() if isinstance(item, float)}
    if len(numbers) < len(given) or not (bias is None or isinstance(bias, float | str)):
        return None
    from_text = next((v for k, v in value.items() if set(words_of(k)) & _ACTIVATION_WORDS), None)
    return _Neuron(
        numbers,
        bias if isinstance(bias, float) else None,
        from_text if isinstance(from_text, str) else None,
    )


def _in_order(items: list[_Item]) -> list[Part]:
    """The parts by the numbers in their names if all have one (none counts as 1), else as listed.

    In the latter case, a layer named as the first or the last one still comes there.
    """
    numbers = [
        int(item.words[-1][:9]) if item.words and item.words[-1].isdigit() else None
        for item in items
    ]
    known = [
        1 if number is None and not item.words else number
        for number, item in zip(numbers, items, strict=True)
    ]
    if None in known or len(set(known)) < len(known):
        items = sorted(items, key=lambda item: _rank(item.words))
    else:
        ranked = sorted(zip(known, range(len(items)), strict=True), key=lambda pair: pair[0] or 0)
        items = [items[place] for _, place in ranked]
    return list(chain.from_iterable(item.parts for item in items))


def _rank(words: Sequence[str]) -> int:
    is_first, is_last = not _FIRST.isdisjoint(words), not _LAST.isdisjoint(words)
    return is_last - is_first


def _unknown(place: str, value: Name) -> ValueError:
    return ValueError(f"{place}: {quoted(value)} is not a number; paste its value")


def _is_array(value: Value) -> bool:
    """Whether the value must be numbers: one, a list, nested lists, or a table of only numbers."""
    if isinstance(value, dict):
        return bool(value) and all(isinstance(item, float) for item in value.values())
    if isinstance(value, list):
        return bool(value) and not holds_tables(value)
    return isinstance(value, float | ValueError)
