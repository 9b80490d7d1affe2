"""The session in named tensors without a description: a state dict, saved arrays, weights alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from engine.formats.reading import Reading, ReadOptions, activations_for, no_bias_note
from engine.formats.tensors.layers import Path, Shapes, arrays_of, path_of
from engine.formats.tensors.names import Pair, numbers_and_words, says_part
from engine.formats.tensors.naming import kept_names
from engine.formats.tensors.normalisation import Normalisation, fold, is_counter, normalisations_in
from engine.nn.activations import activation
from engine.nn.arrays import FloatArray
from engine.nn.layer import Layer
from engine.nn.network import Network
from engine.session.origin import Origin
from engine.session.session import Session
from engine.text import printable, quoted

_MAX_NAME_LENGTH = 80
_ACTIVATION_MODULE = re.compile(
    r"(?:activation|(?:leaky_|p_|thresholded_)?re_?lu|softmax|tanh|sigmoid|s?elu|gelu)(?:_\d+)?"
)

Place = tuple[int, bool, str]
"""The layer that a module follows, whether it comes behind that layer's activation, and what of
this is assumed."""


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
    """

    shapes: Shapes
    array_of: Callable[[str], FloatArray]
    in_file_order: bool = False
    order_is_declared: bool = False
    modules: tuple[str, ...] = ()
    has_others: bool = False


@dataclass(frozen=True, slots=True)
class _Parts:
    """The tensors of dense layers, those beside them, and the notes on what was left out."""

    dense: dict[str, tuple[int, ...]]
    normalisations: list[Normalisation]
    slopes: list[str]
    notes: list[str] = field(default_factory=list)


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
    parts = _parted(tensors)
    path = path_of(
        parts.dense, transposed, tensors.in_file_order, tensors.order_is_declared, options.layers
    )
    slopes = {_placed(_module(name), 1, path, tensors)[0]: name for name in parts.slopes}
    if len(slopes) < len(parts.slopes) or -1 in slopes:
        raise ValueError(f"which layer {quoted(parts.slopes[-1])} follows cannot be told")
    notes = [*parts.notes, *path.notes]
    layers = _layers(path, tensors.array_of, options, notes)
    for index, name in slopes.items():
        slope = float(tensors.array_of(name)[0])
        leaky = activation({"name": "leaky_relu", "alpha": slope})
        layers[index] = layers[index].replace(activation=leaky)
        notes.append(f"layer {index + 1}: {leaky.text}, the slope that {quoted(name)} holds")
    layers = _normalised(layers, parts, path, tensors, notes)
    kind = "float64" if parts.normalisations else dtype
    if parts.normalisations or parts.slopes:
        # The names of what took something in would promise numbers that it no longer has.
        layers = [replace(layer, tensors=()) for layer in layers]
    session = Session(Network(layers), origin=Origin(transposed=path.transposed))
    return Reading(session, tuple(notes), kind)


def _parted(tensors: NamedTensors) -> _Parts:
    shapes = {name: shape for name, shape in tensors.shapes.items() if not is_counter(name)}
    normalisations = normalisations_in(shapes)
    of_these = {name for one in normalisations for name in one.names}
    rest = {name: shape for name, shape in shapes.items() if name not in of_these}
    slopes = [
        name
        for name, shape in rest.items()
        if shape == (1,) and name.endswith(".weight") and f"{_module(name)}.bias" not in rest
    ]
    rest = {name: shape for name, shape in rest.items() if name not in slopes}
    notes: list[str] = []
    if tensors.has_others:
        notes += _without_others(rest)
    return _Parts(rest, normalisations, slopes, notes)


def _without_others(shapes: dict[str, tuple[int, ...]]) -> list[str]:
    """Take out what is called neither weights nor a bias, where others are; return notes."""
    if not any(says_part(name) and len(shape) == 2 for name, shape in shapes.items()):
        return []
    others = [name for name, shape in shapes.items() if not says_part(name) and len(shape) < 2]
    first = next(shape for name, shape in shapes.items() if says_part(name) and len(shape) == 2)
    rows = [name for name in others if shapes[name] in ((first[0],), (first[1],))]
    notes = [f"{quoted(name)} is neither weights nor a bias: left out" for name in others]
    if len(rows) == 2:
        notes.append(
            f"{quoted(rows[0])} and {quoted(rows[1])} have one number for each input: if they are "
            f"a mean and a deviation, give the inputs as (x - mean) / deviation"
        )
    for name in others:
        del shapes[name]
    return notes


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
    path: Path,
    tensors: NamedTensors,
    notes: list[str],
) -> list[Layer]:
    """Fold each normalisation into its neighbour, those nearest to the outputs last."""
    placed = [
        (_placed(one.module, tensors.shapes[one.mean][0], path, tensors), one)
        for one in parts.normalisations
    ]
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


def _placed(module: str, size: int, path: Path, tensors: NamedTensors) -> Place:
    """Where a module lies; raises ValueError when that cannot be told.

    size: how many numbers it takes, or 1 for any number.
    """
    pairs = path.pairs
    if tensors.modules:
        found = _by_list(module, pairs, tensors.modules)
        if found is not None:
            return found
    numbers, words = numbers_and_words(module)
    family = [pair for pair in pairs if pair.family == words and pair.numbers]
    if numbers and family:
        before = [pair for pair in family if pair.numbers < numbers]
        if not before:
            return pairs.index(family[0]) - 1, True, ""
        follows = before[-1].numbers == (*numbers[:-1], numbers[-1] - 1)
        return pairs.index(before[-1]), not follows, ""
    fitting = [
        index
        for index, pair in enumerate(pairs)
        if (not numbers or pair.numbers == numbers)
        and size in (1, tensors.shapes[pair.weights][1 if path.transposed else 0])
    ]
    if len(fitting) > 1 and not numbers:
        # The outputs are seldom normalised.
        fitting = [index for index in fitting if index < len(pairs) - 1]
    if len(fitting) != 1:
        raise ValueError(f"which layer {quoted(module)} follows cannot be told by its name")
    return fitting[0], False, ", taken as before its activation"


def _by_list(module: str, pairs: Sequence[Pair], modules: Sequence[str]) -> Place | None:
    """Where a module lies in the file's own list of layers; None when it is not in it."""
    top = module.partition("/")[0]
    tops = [pair.weights.partition("/")[0] for pair in pairs]
    if top not in modules:
        return None
    place = modules.index(top)
    index = sum(name in tops for name in modules[:place]) - 1
    start = modules.index(tops[index]) if index >= 0 else -1
    end = modules.index(tops[index + 1]) if index + 1 < len(tops) else len(modules)
    is_behind = any(map(_ACTIVATION_MODULE.fullmatch, modules[start + 1 : place]))
    is_before = any(map(_ACTIVATION_MODULE.fullmatch, modules[place + 1 : end]))
    if is_behind or is_before or index < 0:
        return index, is_behind or index < 0, ""
    return index, True, f", taken as behind the activation of layer {index + 1}"


def _module(name: str) -> str:
    return name.rpartition(".")[0]
