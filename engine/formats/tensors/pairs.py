"""Which tensors are the weights and the bias of one layer, by their names or their order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from engine.formats.tensors.names import (
    CHOICE,
    FIRST_LAYER_NAMES,
    NOT_DENSE,
    WEIGHT_WORDS,
    parts_among,
    parts_of,
)
from engine.formats.tensors.values import shape_text
from engine.nn.parameters import OUTPUT_LAYER_NAMES
from engine.text import quoted

_GROUPS = {
    **dict.fromkeys(("i", "x", "in", "input", "inputs"), "inputs"),
    **dict.fromkeys(("h", "hid", "hidden"), "hidden"),
    **dict.fromkeys(("o", "y", "out", "output", "outputs"), "outputs"),
}
"""What the neurons at either end of a matrix are called, as in weights_ih and bias_h."""

Ends = tuple[int, int]
"""How many inputs and how many neurons a layer has."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The names of a layer's weights and of its bias, if any, and what the names share."""

    weights: str
    bias: str | None
    stem: tuple[str, ...]

    @property
    def family(self) -> tuple[str, ...]:
        """The name without its numbers: layers of one family are ordered by their numbers."""
        return tuple(part for part in self.stem if not part.isdecimal())

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers in the name, in order."""
        return tuple(int(part) for part in self.stem if part.isdecimal())

    @property
    def rank(self) -> int:
        """-1 for a layer named as the first, 1 for one named as the last, else 0."""
        group = _GROUPS.get("".join(self.stem))
        start, end = _link(self.stem) or (group, group)
        if start or end:
            return 1 if end == "outputs" else -1 if start == "inputs" else 0
        words = frozenset(self.family)
        return 1 if words & OUTPUT_LAYER_NAMES else -1 if words & FIRST_LAYER_NAMES else 0

    @property
    def called(self) -> str:
        """What a user calls the layer: "encoder" of "encoder.weight", else the matrix's name."""
        start, _, last = re.sub("/", ".", self.weights).rpartition(".")
        return start if start and last.lower() in WEIGHT_WORDS else self.weights

    @property
    def layer_name(self) -> str | None:
        """What the framework calls the layer: "fc1" of "fc1.weight", "dense" of "dense/kernel".

        None when it is only a number, and for other names.
        """
        module, _, last = self.weights.rpartition(".")
        if last != "weight":
            module, _, last = self.weights.rpartition("/")
            module = module.rpartition("/")[2] if last == "kernel" else ""
        return module if re.search("[A-Za-z]", module) else None


def paired(shapes: Mapping[str, tuple[int, ...]]) -> list[Pair]:
    """Pair weights and biases among tensors of these shapes, in file order.

    By name if the names say weights and bias; if none does, a matrix is followed by its bias or has
    none.

    Parameters
    ----------
    shapes
        The shape of each array.

    Returns
    -------
    list[Pair]

    Raises
    ------
    ValueError
        Naming the tensor, when one is not part of a dense layer.
    """
    if not shapes:
        raise ValueError("has no tensors")
    for name, shape in shapes.items():
        _check_dense(name, shape)
    roles = parts_among(shapes)
    if not any(roles.values()):
        return _by_order(shapes)
    weights: dict[tuple[str, ...], str] = {}
    biases: dict[tuple[str, ...], str] = {}
    for name, role in roles.items():
        if role is None:
            raise ValueError(
                f"tensor {quoted(name)} is neither weights nor a bias by its name{CHOICE}"
            )
        is_weights, stem = role
        if "hh" in stem:
            raise ValueError(f"tensor {quoted(name)} is of {NOT_DENSE['hh']}{CHOICE}")
        _check_dimensions(name, shapes, is_weights)
        group = weights if is_weights else biases
        if stem in group:
            raise ValueError(f"{quoted(group[stem])} and {quoted(name)} have the same meaning")
        group[stem] = name
    for stem, name in list(biases.items()):
        if stem not in weights:
            end = _GROUPS.get("".join(stem))
            links = {place: _link(place) for place in weights if place not in biases}
            into = [place for place, link in links.items() if link and link[1] == end]
            if len(into) == 1:
                biases[into[0]] = biases.pop(stem)
                continue
            raise ValueError(f"bias {quoted(name)} has no weights of a similar name")
    return [Pair(name, biases.get(stem), stem) for stem, name in weights.items()]


def ends_of(pair: Pair, shapes: Mapping[str, tuple[int, ...]], transposed: bool) -> Ends:
    """Return the numbers of inputs and neurons of a layer; transposed: one column per neuron.

    A row of weights is of one neuron, or of as many as there are biases, with one input each.

    Parameters
    ----------
    pair
        Its weights and bias.
    shapes
        Of all arrays, as the file has them.
    transposed
        Whether matrices have one column per neuron.

    Returns
    -------
    Ends
    """
    shape = shapes[pair.weights]
    if len(shape) == 1:
        shape = (1, *shape) if pair.bias is None or shapes[pair.bias] == (1,) else (*shape, 1)
        transposed = False
    rows, columns = shape
    return (rows, columns) if transposed else (columns, rows)


def _link(stem: tuple[str, ...]) -> tuple[str, str] | None:
    """What a matrix leads from and to, as in "ih", "i2h" and "input to hidden"."""
    parts = [part for part in stem if part not in ("2", "to")]
    if len(parts) == 1 and len(parts[0]) == 2:
        parts = list(parts[0])
    ends = [_GROUPS.get(part) for part in parts]
    match ends:
        case [str(start), str(end)] if start != end:
            return start, end
    return None


def _by_order(shapes: Mapping[str, tuple[int, ...]]) -> list[Pair]:
    pairs: list[Pair] = []
    for name, shape in shapes.items():
        stem = tuple(parts_of(name))
        if len(shape) == 2:
            pairs.append(Pair(name, None, stem))
        elif pairs and pairs[-1].bias is None:
            pairs[-1] = Pair(pairs[-1].weights, name, pairs[-1].stem)
        else:
            raise ValueError(f"tensor {quoted(name)} follows no matrix whose bias it could be")
    return pairs


def _check_dense(name: str, shape: tuple[int, ...]) -> None:
    # torch.compile puts _orig_mod before all names.
    for part in parts_of(name.replace("_orig_mod.", "")):
        if part in NOT_DENSE:
            raise ValueError(f"tensor {quoted(name)} is of {NOT_DENSE[part]}{CHOICE}")
    if len(shape) not in (1, 2):
        raise ValueError(
            f"tensor {quoted(name)} has {len(shape)} dimensions ({shape_text(shape)}); "
            f"a dense layer has a matrix and a row of biases{CHOICE}"
        )
    if 0 in shape:
        raise ValueError(f"tensor {quoted(name)} is empty ({shape_text(shape)})")


def _check_dimensions(name: str, shapes: Mapping[str, tuple[int, ...]], is_weights: bool) -> None:
    shape = shapes[name]
    # A row of weights is one neuron, but PyTorch keeps that as a matrix too.
    if len(shape) == 1 + is_weights or (is_weights and not name.endswith(".weight")):
        return
    what = "weights of a dense layer" if is_weights else "a bias"
    reason = f"expected {1 + is_weights} dimension{'s' * is_weights}"
    if is_weights:
        beside = f"{name.removesuffix('weight')}bias"
        reason = (
            f"with {quoted(beside)} rather a layer normalisation, or a batch normalisation without "
            f"statistics, which are computed anew for each input"
            if beside in shapes
            else "rather the slopes of a PReLU, which differ, or a normalisation"
        )
    raise ValueError(
        f"tensor {quoted(name)} has the shape {shape_text(shape)}, which are not {what}: {reason}"
    )
