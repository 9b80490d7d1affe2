"""The session in named tensors without a description: a state dict, saved arrays, weights alone."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from engine.formats.reading import Reading, ReadOptions, activations_for, no_bias_note
from engine.formats.tensors.layers import Path, Shapes, arrays_of, path_of
from engine.formats.tensors.names import (
    check_names,
    check_no_data_set,
    numbers_and_words,
    parts_among,
    says_layer,
    says_no_layer,
)
from engine.formats.tensors.normalisation import Normalisation, fold, is_counter, normalisations_in
from engine.formats.tensors.pairs import ends_of
from engine.formats.tensors.placing import Placing
from engine.formats.tensors.weight_normalisation import multiplied
from engine.formats.tensors.written_names import kept_names
from engine.nn.activations import activation
from engine.nn.arrays import FloatArray
from engine.nn.layer import Layer
from engine.nn.network import Network
from engine.session.origin import Origin
from engine.session.session import Session
from engine.text import printable, quoted

_MAX_NAME_LENGTH = 80
_MAX_BETWEEN = 200
_NORMALISATION = re.compile(r"norm|(?:^|[._])(?:ln|bn|gn|rms)")
_MEAN = ("mean", "mu", "avg", "average", "center", "centre")
_DEVIATION = ("std", "scale", "sigma", "deviation", "dev", "sd")
_STANDARDISATIONS = (
    ("(x - {}) / {}", _MEAN, _DEVIATION),
    ("(x - {}) / sqrt({})", _MEAN, ("var",)),
    ("(x - {0}) / ({1} - {0})", ("min",), ("max",)),
)
"""How inputs are standardised, and what the names of the two rows that are needed say."""


@dataclass(frozen=True, slots=True)
class NamedTensors:
    """The tensors of a file, and what their order in it means.

    Parameters
    ----------
    shapes
        The shape of each, in file order.
    array_of
        Gives the finite float64 numbers of one.
    in_file_order
        Whether they are in a deliberate order, which settles what names and shapes leave open.
    order_is_declared
        Whether the file declares this to be the order of the layers.
    modules
        The names of all layers in the order of the file, those without tensors too; empty when the
        file does not have them.
    has_others
        Whether tensors that are no part of a network may lie among them.
    activations_within
        Whether no activation is a layer of its own, so that the dense layers have theirs.
    """

    shapes: Shapes
    array_of: Callable[[str], FloatArray]
    in_file_order: bool = False
    order_is_declared: bool = False
    modules: tuple[str, ...] = ()
    has_others: bool = False
    activations_within: bool = False


@dataclass(frozen=True, slots=True)
class _Parts:
    """The tensors of dense layers, those beside them, and those that are left out."""

    dense: Shapes
    normalisations: list[Normalisation]
    slopes: dict[str, float]
    others: Shapes
    sizes: dict[str, int]
    """How many numbers each normalisation and each PReLU takes, 0 for any number."""


def read_tensors(
    tensors: NamedTensors, options: ReadOptions, transposed: bool | None, dtype: str
) -> Reading:
    """Return the session that named tensors make, and notes on what was folded or left out.

    Parameters
    ----------
    tensors
        What the file holds.
    options
        What the user says about it.
    transposed
        Whether matrices have one column per neuron, None to find out.
    dtype
        The type of the numbers.

    Returns
    -------
    Reading

    Raises
    ------
    ValueError
        Naming the tensor, when they are not a path of dense layers.
    ActivationsUnknownError, OrientationUnknownError, OrderUnknownError
        When the options have to say more.
    """
    check_names(tensors.shapes)
    check_no_data_set(tensors.shapes)
    shapes, array_of = multiplied(tensors.shapes, tensors.array_of)
    made = [name for name in shapes if name not in tensors.shapes]
    notes = [
        f"{quoted(name)} is made of lengths and directions: weight normalisation folded"
        for name in made
    ]
    tensors = replace(tensors, shapes=shapes, array_of=array_of)
    parts = _parted(tensors)
    if len(parts.sizes) > _MAX_BETWEEN:
        raise ValueError(
            f"has {len(parts.sizes):,} normalisations and slopes; at most {_MAX_BETWEEN} are folded"
        )
    path = path_of(
        parts.dense, transposed, tensors.in_file_order, tensors.order_is_declared, options.layers
    )
    if path.left_out:
        parts = _of_the_chosen(parts, path, notes)
    notes += [f"{quoted(name)} is neither weights nor a bias: left out" for name in parts.others]
    notes += [*path.notes, *_standardisation_note(parts.others, path, tensors)]
    placing = Placing(
        path, tensors.shapes, tensors.modules, parts.sizes, tensors.activations_within
    )
    slopes = {placing.place(_module(name))[0]: name for name in parts.slopes}
    if len(slopes) < len(parts.slopes) or -1 in slopes:
        raise ValueError(f"which layer {quoted([*parts.slopes][-1])} follows cannot be told")
    layers = _layers(path, tensors.array_of, options, notes)
    for index, name in slopes.items():
        leaky = activation({"name": "leaky_relu", "alpha": parts.slopes[name]})
        layers[index] = layers[index].replace(activation=leaky)
        notes.append(f"layer {index + 1}: {leaky.text}, the slope that {quoted(name)} holds")
    layers = _normalised(layers, parts, placing, tensors, notes)
    kind = "float64" if parts.normalisations else dtype
    is_whole = all(len(tensors.shapes[pair.weights]) == 2 for pair in path.pairs)
    if made or parts.normalisations or parts.slopes or not is_whole:
        # The names of what took something in would promise numbers that it no longer has.
        layers = [replace(layer, tensors=()) for layer in layers]
    session = Session(Network(layers), origin=Origin(transposed=path.transposed))
    return Reading(session, tuple(notes), kind, bool(path.left_out))


def _parted(tensors: NamedTensors) -> _Parts:
    shapes = {name: shape for name, shape in tensors.shapes.items() if not is_counter(name)}
    normalisations = normalisations_in(shapes)
    of_these = {name for one in normalisations for name in one.names}
    rest = {name: shape for name, shape in shapes.items() if name not in of_these}
    slopes = {
        name: slope for name in rest if (slope := _slope(name, rest, tensors.array_of)) is not None
    }
    rest = {name: shape for name, shape in rest.items() if name not in slopes}
    roles = parts_among(rest)
    others = [
        name
        for name, shape in rest.items()
        if says_no_layer(name)
        or (roles[name] is None and tensors.has_others and _may_be_beside(name, shape))
    ]
    if not any(role and role[0] for name, role in roles.items() if name not in others):
        others = []
    sizes = {one.module: math.prod(shapes[one.mean]) for one in normalisations}
    sizes |= {_module(name): shapes[name][0] if shapes[name] != (1,) else 0 for name in slopes}
    return _Parts(
        {name: shape for name, shape in rest.items() if name not in others},
        normalisations,
        slopes,
        {name: rest[name] for name in others},
        sizes,
    )


def _may_be_beside(name: str, shape: tuple[int, ...]) -> bool:
    """Whether what is neither weights nor a bias may be left out, as no layer computes with it."""
    return len(shape) < 2 and (not shape or not says_layer(name))


def _slope(name: str, shapes: Shapes, array_of: Callable[[str], FloatArray]) -> float | None:
    """The slope of a PReLU, one for all neurons or the same for each; None for other tensors."""
    if (
        len(shapes[name]) != 1
        or 0 in shapes[name]
        or not name.endswith((".weight", "/alpha"))
        or f"{_module(name)}.bias" in shapes
    ):
        return None
    slopes = array_of(name)
    # A normalisation that was not trained has a row of ones.
    is_prelu = len(slopes) == 1 or (slopes[0] != 1 and not _NORMALISATION.search(name))
    return float(slopes[0]) if is_prelu and (slopes == slopes[0]).all() else None


def _of_the_chosen(parts: _Parts, path: Path, notes: list[str]) -> _Parts:
    """Leave out normalisations and slopes whose names are nearer to a layer that is left out."""

    def likeness(module: str, names: Iterable[str]) -> int:
        words = {*numbers_and_words(module)[1]}
        return max(len(words & {*numbers_and_words(name)[1]}) for name in names)

    chosen = [pair.weights for pair in path.pairs]
    far = {
        module
        for module in parts.sizes
        if likeness(module, path.left_out) > likeness(module, chosen)
    }
    notes += [f"{quoted(module)} is not of the layers chosen: left out" for module in sorted(far)]
    return replace(
        parts,
        normalisations=[one for one in parts.normalisations if one.module not in far],
        slopes={name: one for name, one in parts.slopes.items() if _module(name) not in far},
        sizes={module: size for module, size in parts.sizes.items() if module not in far},
    )


def _standardisation_note(others: Shapes, path: Path, tensors: NamedTensors) -> list[str]:
    """How to give the inputs, where a mean and a deviation of each lie beside the layers."""
    n_features = ends_of(path.pairs[0], tensors.shapes, path.transposed)[0]
    rows = [name for name, shape in others.items() if math.prod(shape) == n_features]
    for form, *wanted in _STANDARDISATIONS:
        first, second = (
            [
                name
                for name in rows
                if any(word.rstrip("s").endswith(ends) for word in numbers_and_words(name)[1])
            ]
            for ends in wanted
        )
        if len(first) == len(second) == 1 and first != second:
            text = form.format(*(printable(name)[:_MAX_NAME_LENGTH] for name in first + second))
            return [f"if it was trained on standardised inputs, give it {text}"]
    return []


def _layers(
    path: Path, array_of: Callable[[str], FloatArray], options: ReadOptions, notes: list[str]
) -> list[Layer]:
    activations = activations_for(len(path.pairs), options.activations)
    layers = []
    for number, (pair, given) in enumerate(zip(path.pairs, activations, strict=True), 1):
        weights, bias = arrays_of(pair, path.transposed, array_of)
        if pair.bias is None:
            notes.append(no_bias_note(number))
        name = None if pair.layer_name is None else printable(pair.layer_name)[:_MAX_NAME_LENGTH]
        layers.append(Layer(weights, bias, given, name, None, kept_names(pair.weights, pair.bias)))
    if path.transposed:
        notes.append("matrices with one column per neuron were transposed")
    return layers


def _normalised(
    layers: list[Layer],
    parts: _Parts,
    placing: Placing,
    tensors: NamedTensors,
    notes: list[str],
) -> list[Layer]:
    """Fold each normalisation into its neighbour, those nearest to the outputs last."""
    placed = [(placing.place(one.module), one) for one in parts.normalisations]
    for (index, is_behind, assumed), one in sorted(placed, key=lambda item: item[0][:2]):
        # Behind no activation it may as well act on the sums.
        is_linear = 0 <= index == len(layers) - 1 and layers[index].activation.name == "identity"
        into_next = is_behind and not is_linear
        layers = fold(layers, index, into_next, one.affine(tensors.array_of), one.module)
        where = f"layer {index + 1 + into_next}"
        notes.append(
            f"normalisation {quoted(one.module)} folded into {where}{assumed}, with the usual "
            f"epsilon {one.epsilon:g}, which the file does not say"
        )
    return layers


def _module(name: str) -> str:
    return name[: max(name.rfind("."), name.rfind("/"))]
