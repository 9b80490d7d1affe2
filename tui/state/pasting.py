"""Recognises pasted text and finds where its numbers can go; asks and changes nothing itself."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine import Bias, Edit, Input, ResizeLayer, Session, SetBlock, Weight
from engine.clipboard import Choice, Fit, Listing, Pasted, fit, parse_listing, parse_numbers
from engine.clipboard.names import role_of
from engine.formats.toml import read_toml
from engine.nn.arrays import FloatArray
from engine.text import printable
from tui.state.pasting_targets import (
    Offer,
    Placement,
    inputs_placement,
    only_edit,
    targets_placement,
)
from tui.state.selection import Target
from tui.state.typed_numbers import evaluate
from tui.state.workspace import Workspace

_OWN_FORMAT = "[[layers]]"
_WITH_COMMA = re.compile(r"([-+]?\d{1,15}),(\d{1,15})", re.ASCII)


def typed_number(text: str) -> str | None:
    """Return the text as one would type it into a cell, if it is a single number or formula."""
    line = printable(text).strip()
    try:
        evaluate(line)
    except ValueError:
        return None
    return line


def decimal_comma(text: str) -> tuple[str, str] | None:
    """Return the digits on either side of the comma in text such as 0,5; None for other text.

    Such text may be one number with a decimal comma, or two numbers.
    """
    found = _WITH_COMMA.fullmatch(printable(text).strip())
    return (found[1], found[2]) if found else None


def what_is_pasted(text: str) -> Pasted | Listing | Session:
    """Return the numbers, the listing or the whole session in the text, which is never executed.

    Raises ValueError, in one line, if it is none of these.
    """
    text = printable(text.replace("\r\n", "\n").replace("\r", "\n"), keep="\n\t")
    if _OWN_FORMAT in text:
        return read_toml(text.encode())
    return parse_listing(text) or parse_numbers(text)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in a layer the first number goes: the column after the last weight is the bias."""

    layer_index: int
    neuron: int
    column: int


def placement(workspace: Workspace, pasted: Pasted) -> Placement:
    """Return what can be done with the numbers at the cursor.

    If the text calls them weights, bias, inputs or targets, they go there when they fit. Raises
    ValueError, in one line, if nothing can be done.
    """
    session, cell = workspace.session, workspace.selection.cell
    role = role_of(pasted.name)[0] if pasted.name else None
    if role == "bias" and (place := _bias_place(workspace, pasted)) is not None:
        return only_edit(
            session, SetBlock(place.layer_index, 0, place.column, pasted.values.reshape(-1, 1))
        )
    if role == "inputs" and not isinstance(cell, Input) and _is_a_sample(session, pasted):
        return inputs_placement(session, pasted, workspace.selection.sample, 0)
    if role == "targets" and pasted.values.shape == (session.n_samples, session.network.n_outputs):
        return targets_placement(session, pasted, workspace.selection.sample)
    if isinstance(cell, Weight):
        return _layer_placement(session, pasted, _Place(cell.layer_index, cell.neuron, cell.input))
    if isinstance(cell, Bias):
        n_inputs = session.network.layers[cell.layer_index].n_inputs
        return _layer_placement(session, pasted, _Place(cell.layer_index, cell.neuron, n_inputs))
    if role in ("weights", "bias"):
        return _layer_placement(session, pasted, _Place(_layer_for(session, pasted, role), 0, 0))
    if isinstance(cell, Target):
        return targets_placement(session, pasted, workspace.selection.sample)
    return inputs_placement(session, pasted, workspace.selection.sample, cell.feature)


def layer_of_shape(workspace: Workspace, shape: tuple[int, ...]) -> int | None:
    """Return the index of the layer whose weights have this shape, or None.

    That is the layer under the cursor; with the cursor elsewhere, the only layer of this shape.
    """
    layers = workspace.session.network.layers
    fitting = [index for index, layer in enumerate(layers) if layer.weights.shape == shape]
    if isinstance(workspace.selection.cell, Weight | Bias):
        here = workspace.selection.layer_index
        return here if here in fitting else None
    return fitting[0] if len(fitting) == 1 else None


def _layer_for(session: Session, pasted: Pasted, role: str) -> int:
    """The first layer whose weights have this shape, either way round."""
    shape = pasted.values.shape
    for index, layer in enumerate(session.network.layers):
        if role == "weights" and shape in (layer.weights.shape, layer.weights.shape[::-1]):
            return index
    raise ValueError(
        f"the text calls these numbers {role}, but no layer takes {_size(shape)} of them; "
        f"put the cursor on the layer they are for"
    )


def _bias_place(workspace: Workspace, pasted: Pasted) -> _Place | None:
    """The bias column of the layer under the cursor, if it takes exactly this many numbers.

    With the cursor elsewhere, that of the first layer they fit.
    """
    if 1 not in pasted.values.shape:
        return None
    layers = workspace.session.network.layers
    on_layer = isinstance(workspace.selection.cell, Weight | Bias)
    candidates = [workspace.selection.layer_index] if on_layer else range(len(layers))
    for index in candidates:
        if layers[index].n_neurons == pasted.values.size:
            return _Place(index, 0, layers[index].n_inputs)
    return None


def _is_a_sample(session: Session, pasted: Pasted) -> bool:
    return pasted.values.shape[1] in (session.n_base_features, session.network.n_features)


def _layer_placement(session: Session, pasted: Pasted, place: _Place) -> Placement:
    layer = session.network.layers[place.layer_index]
    shape = (layer.n_neurons, layer.n_inputs)
    cursor = (place.neuron, place.column)
    found = fit(pasted, shape, cursor=cursor, bias_column=True)
    if found.kind == "too_big":
        # Numbers that do not fit at the cursor may be the whole row, column or matrix it is in.
        along_row = pasted.flat or pasted.kind == "row"
        start = {"matrix": (0, 0), "column": (0, place.column)}.get(pasted.kind, (place.neuron, 0))
        found = fit(pasted, shape, cursor=start, bias_column=True)
        cursor = start
        if found.kind == "too_big" and (layer.n_neurons if along_row else layer.n_inputs) == 1:
            values = pasted.values
            return Placement(
                f"{_size(values.shape)} numbers, layer {place.layer_index + 1} has {_size(shape)}",
                (_resizing(place.layer_index, values, "r"),),
            )
    if not found.choices:
        raise ValueError(found.message)
    place = _Place(place.layer_index, *cursor)
    if found.settled:
        return only_edit(session, _edit(found, "put", place))
    return Placement(found.message, _offers(session, found, place))


def _offers(session: Session, found: Fit, place: _Place) -> tuple[Offer, ...]:
    is_square = found.put.shape[0] == found.put.shape[1]
    labels: dict[Choice, tuple[str, str]] = {
        "put": ("p", "Put it as it is: one row per neuron"),
        "transpose": ("t", "Transpose it: one column per neuron"),
    }
    offers = []
    for choice in found.choices:
        if choice == "resize":
            offers.append(_resizing(place.layer_index, found.put, "r"))
            if found.kind == "other" and not is_square:
                offers.append(_resizing(place.layer_index, found.transposed, "x"))
        else:
            offers.append(Offer(*labels[choice], _edit(found, choice, place)))
    if found.kind == "other":
        # A layer cannot take more inputs than the previous layer has neurons.
        n_inputs = session.network.layers[place.layer_index].n_inputs
        offers.sort(key=lambda offer: not _keeps_inputs(offer.edit, n_inputs))
    return tuple(offers)


def _edit(found: Fit, choice: Choice, place: _Place) -> Edit:
    return SetBlock(place.layer_index, place.neuron, place.column, found.values(choice))


def _resizing(layer_index: int, values: FloatArray, key: str) -> Offer:
    n_neurons, n_inputs = values.shape
    action = "Transpose, and resize" if key == "x" else "Resize"
    return Offer(
        key,
        f"{action} layer {layer_index + 1} to {_count(n_neurons, 'neuron')} with "
        f"{_count(n_inputs, 'input')}",
        ResizeLayer(layer_index, values),
    )


def _keeps_inputs(edit: Edit, n_inputs: int) -> bool:
    return isinstance(edit, ResizeLayer) and edit.weights.shape[1] == n_inputs


def _count(count: int, what: str) -> str:
    return f"{count} {what}" + "s" * (count != 1)


def _size(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape))
