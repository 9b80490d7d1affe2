"""A whole listing of weights and biases, as a tutorial prints it, read as a network."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.activations import Activation
from engine.clipboard.assignments import Assigned, assignments_in, without_comments
from engine.clipboard.chaining import Part, stacked, ways_to_chain, why_no_chain
from engine.clipboard.listed_activations import activations_in
from engine.clipboard.reading import Pasted
from engine.clipboard.tokens import cleaned
from engine.layer import Layer
from engine.network import Network
from engine.session import Session

_MOST_LAYERS = 100
_PLURAL_NAME = re.compile(r"weights", re.IGNORECASE)
_TRANSPOSING_NAME = re.compile(r"kernel|coef", re.IGNORECASE)


@dataclass(frozen=True, eq=False, slots=True)
class Listing:
    """A network as a listing gives it.

    one_row_per_neuron: for each layer whether the listing has it so, None where both ways fit and
    nothing tells: it is then taken to be so. unknown_activations: the layers, from 0, whose
    activation the listing does not tell: identity here. notes: what else to tell the user.
    """

    session: Session
    one_row_per_neuron: tuple[bool | None, ...]
    unknown_activations: tuple[int, ...]
    notes: tuple[str, ...]


def parse_listing(text: str) -> Listing | None:
    """Return the network that the text lists; None where it is no such listing.

    Weights (W1, weights2, hidden_weights …) need a bias, inputs or a second layer beside them: one
    matrix alone is no network. Which way a matrix lies is told by chaining the shapes, of a square
    one by how the text multiplies. Raises ValueError, naming the layer, where weights are not
    written out in numbers or shapes do not go together.
    """
    code = without_comments(cleaned(text))
    found = assignments_in(code)
    weights = [entry for (role, _), entry in found.items() if role == "weights"]
    if not weights or len(found) < 2:
        return None
    if len(weights) > _MOST_LAYERS:
        raise ValueError(f"{len(weights)} layers are too many; at most {_MOST_LAYERS} are read")
    biases = [entry for (role, _), entry in found.items() if role == "bias"]
    parts = stacked(_parts(_in_order(weights), biases))
    given = found.get(("inputs", ()))
    inputs = given.numbers if given and isinstance(given.numbers, Pasted) else None
    by_column, notes = _orientations(parts, inputs, code)
    activations = activations_in(code, len(parts))
    names = [None] if len(parts) == 1 else ["hidden"] * (len(parts) - 1) + ["output"]
    layers = [
        _layer(part, bool(turned), activation or Activation("identity"), name)
        for part, turned, activation, name in zip(parts, by_column, activations, names, strict=True)
    ]
    network = Network(layers)
    wanted = found.get(("targets", ()))
    return Listing(
        _session(network, inputs, wanted, notes),
        tuple(None if turned is None else not turned for turned in by_column),
        tuple(k for k, activation in enumerate(activations) if activation is None),
        tuple(notes + _notes_on_bias(parts)),
    )


def _in_order(weights: list[Assigned]) -> list[Assigned]:
    """By the numbers in the names where all have one (none counts as 1), else as listed."""
    numbers = [
        int(entry.suffix[-1][:9]) if entry.suffix and entry.suffix[-1].isdigit() else None
        for entry in weights
    ]
    known = [
        1 if number is None and not entry.suffix else number
        for number, entry in zip(numbers, weights, strict=True)
    ]
    if None in known or len(set(known)) < len(known):
        return weights
    ranked = sorted(zip(known, range(len(weights)), strict=True), key=lambda pair: pair[0] or 0)
    return [weights[place] for _, place in ranked]


def _parts(weights: list[Assigned], biases: list[Assigned]) -> list[Part]:
    by_suffix = {entry.suffix: entry for entry in biases}
    in_step = len(weights) == len(biases) and not any(e.suffix in by_suffix for e in weights)
    parts = []
    for place, entry in enumerate(weights):
        if isinstance(entry.numbers, ValueError):
            raise entry.numbers
        own = biases[place] if in_step else by_suffix.get(entry.suffix)
        if own is not None and isinstance(own.numbers, ValueError):
            raise own.numbers
        bias = own.numbers if own is not None else None
        values = bias.values.ravel() if isinstance(bias, Pasted) else None
        parts.append(Part(entry.name, entry.numbers.values, values, entry.numbers.flat))
    return parts


def _orientations(
    parts: Sequence[Part], inputs: Pasted | None, code: str
) -> tuple[list[bool | None], list[str]]:
    """Per layer whether it has one column per neuron, None where nothing tells; and notes."""
    n_inputs = None if inputs is None else inputs.values.shape[1]
    ways = ways_to_chain(parts, n_inputs)
    notes = []
    if not ways and n_inputs is not None:
        ways = ways_to_chain(parts, None)
        notes = ["the inputs do not go with the first layer: they are left out"]
    if not ways:
        raise ValueError(why_no_chain(parts))
    if len(ways) == 1:
        return [_settled(part, turned) for part, turned in zip(parts, ways[0], strict=True)], notes
    told = _told_by_text(parts, code)
    chosen = next((way for way in ways if told is not None and all(t == told for t in way)), None)
    if chosen is not None:
        return list(chosen), notes
    way = ways[0]
    for part, turned in zip(parts, way, strict=True):
        same = np.array_equal(part.turned(turned), part.turned(not turned))
        if not same:
            notes.append(
                f"{part.name} can be one row or one column per neuron: taken as one row each"
            )
            return [None] * len(parts), notes
    return list(way), notes


def _settled(part: Part, turned: bool) -> bool:
    return turned and not part.is_fixed


def _told_by_text(parts: Sequence[Part], code: str) -> bool | None:
    """Whether the listing has one column per neuron, by how it multiplies, else by the names."""
    names = "|".join(re.escape(part.name) for part in parts)
    weights = rf"(?:np\.array\(\s*)?(?:self\.)?(?:{names})\b\)?"
    by_row = rf"{weights}\.T\b|[=(,+\-]\s*{weights}\s*@|(?:dot|matmul)\(\s*{weights}\s*,|"
    by_row += rf"zip\(\s*{weights}\s*,|\bfor\s+\w+\s+in\s+{weights}\s*:"
    if re.search(by_row, code):
        return False
    if re.search(rf"@\s*{weights}|(?:dot|matmul)\([^,()]+,\s*{weights}\s*\)", code):
        return True
    if any(_TRANSPOSING_NAME.search(part.name) for part in parts):
        return True
    return False if all(_PLURAL_NAME.search(part.name) for part in parts) else None


def _layer(part: Part, turned: bool, activation: Activation, name: str | None) -> Layer:
    weights = part.turned(turned)
    bias = np.zeros(1) if part.bias is None else part.bias
    return Layer(weights, np.broadcast_to(bias, len(weights)), activation, name)


def _notes_on_bias(parts: Sequence[Part]) -> list[str]:
    without = [part.name for part in parts if part.bias is None]
    return [f"no bias for {', '.join(without)}: it is 0"] if without else []


def _session(
    network: Network, inputs: Pasted | None, wanted: Assigned | None, notes: list[str]
) -> Session:
    if inputs is None or inputs.values.shape[1] != network.n_features:
        return Session(network)
    targets = None
    if wanted is not None and isinstance(wanted.numbers, Pasted):
        values = wanted.numbers.values
        if values.shape[0] == 1 < len(inputs.values):
            values = values.T
        if values.shape == (len(inputs.values), network.n_outputs):
            targets = values
        else:
            notes.append("the targets do not go with the outputs: they are left out")
    return Session(network, inputs=inputs.values, targets=targets)
