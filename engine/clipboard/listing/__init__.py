"""A whole listing of weights and biases, as tutorials print it, read as a network."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.clipboard.listing.assignments import Value, table_in
from engine.clipboard.listing.layers import (
    Part,
    activations_in,
    as_one_neuron,
    named_activation,
    stacked,
    ways_to_chain,
    why_no_chain,
    with_bias_within,
)
from engine.clipboard.listing.structure import array_of, not_used_in, parts_in
from engine.clipboard.names import Role, role_of
from engine.clipboard.numbers import Pasted
from engine.clipboard.plain import cleaned, without_comments
from engine.formats.bounded import json_value
from engine.formats.json import read_whole_model
from engine.formats.reading import ReadOptions
from engine.nn.activations import Activation
from engine.nn.layer import Layer
from engine.nn.network import Network
from engine.session.session import Session

_MAX_LAYERS = 100
_PLURAL_NAME = re.compile(r"weights", re.IGNORECASE)
_TRANSPOSING_NAME = re.compile(r"kernel|coef", re.IGNORECASE)

_DESCRIPTIONS = (
    (
        re.compile(r"^\w{1,60}\(\s+\(\w{1,60}\): \w|^Linear\(in_features=", re.M),
        "describes a model without its numbers; paste what model.state_dict() gives",
    ),
    (
        re.compile(r"^Model: [\"']", re.M),
        "describes a model without its numbers; paste what model.get_weights() gives",
    ),
    (
        re.compile(r"^[ \t]*(?:Chain\(\s*)?Dense\(\d+ => ", re.M),
        "describes a model without its numbers; paste what Flux.state(model) gives",
    ),
    (
        re.compile(r"^<generator object|^(?:odict|dict)_\w+\(\[", re.M),
        "has no numbers; paste what model.state_dict() or list(model.parameters()) gives",
    ),
    (
        re.compile(r"^<(?:bound method|function|built-in)", re.M),
        "is a function that was not called; add () behind its name, and paste what that prints",
    ),
    (
        re.compile(
            r"^[\w.]{1,60}[ \t:]{1,5}(?:torch\.Size\(\[|\()[\d, ]+\]?\)[ \t]*$", re.M | re.A
        ),
        "has the sizes without the numbers; print the values too",
    ),
    (
        re.compile(r"^Traceback \(most recent call last\)", re.M),
        "is an error message of Python; paste what the program prints once it runs",
    ),
)
"""What libraries print instead of numbers, and what has them."""


@dataclass(frozen=True, eq=False, slots=True)
class Listing:
    """A network read from a listing.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    one_row_per_neuron
        For each layer whether the listing has it so; None if both ways fit and nothing decides,
        when it is assumed.
    unknown_activations
        The layers, from 0, whose activation the listing does not give; identity is assumed.
    notes
        Further lines for the user.
    """

    session: Session
    one_row_per_neuron: tuple[bool | None, ...]
    unknown_activations: tuple[int, ...]
    notes: tuple[str, ...]


def parse_listing(text: str) -> Listing | None:
    """Return the network that the text lists; None if it is not such a listing.

    Weights (W1, weights2, hidden_weights …) need a bias, inputs or a second layer beside them: one
    matrix alone is not a network. The orientation of a matrix follows from how the shapes chain,
    that of a square one from how the text multiplies.

    Parameters
    ----------
    text
        What was pasted.

    Returns
    -------
    Listing | None

    Raises
    ------
    ValueError
        Naming the layer, when weights are not written out in numbers or the shapes do not fit
        together.
    """
    plain = cleaned(text)
    whole = _model_in_json(plain)
    if whole is not None:
        return whole
    code = without_comments(plain)
    table = table_in(code)
    listed = parts_in(table)
    inputs, wanted = (_samples(table, role) for role in ("inputs", "targets"))
    is_matrix = len(listed) == 1 and listed[0].name in table and listed[0].bias is None
    if not listed or (is_matrix and inputs is wanted is None):
        _refuse_descriptions(plain)
        return None
    if len(listed) > _MAX_LAYERS:
        raise ValueError(f"{len(listed)} layers are too many; at most {_MAX_LAYERS} are read")
    neuron = as_one_neuron(listed)
    parts = stacked(listed) if neuron is None else [neuron]
    split = with_bias_within(parts)
    by_column, notes = _orientations(split or parts, inputs, code)
    if split is not None:
        parts = split
        notes.append("the last weight of each neuron is its bias: only so do the layers fit")
    if neuron is not None:
        notes.append(f"{neuron.name} are taken as the weights of one neuron")
    if left_out := not_used_in(table):
        notes.append(f"left out, as neither weights nor samples: {', '.join(left_out)}")
    activations = _activations(parts, code)
    names = [None] if len(parts) == 1 else ["hidden"] * (len(parts) - 1) + ["output"]
    layers = [
        _layer(part, bool(turned), activation or Activation("identity"), name)
        for part, turned, activation, name in zip(parts, by_column, activations, names, strict=True)
    ]
    network = Network(layers)
    return Listing(
        _session(network, inputs, wanted, notes),
        tuple(None if turned is None else not turned for turned in by_column),
        tuple(k for k, activation in enumerate(activations) if activation is None),
        tuple(notes + _notes_on_bias(parts)),
    )


def _refuse_descriptions(text: str) -> None:
    for description, advice in _DESCRIPTIONS:
        found = description.search(text)
        if found:
            line = text.count("\n", 0, found.start()) + 1
            raise ValueError(f"line {line}: {advice}")


def _model_in_json(text: str) -> Listing | None:
    """The network in what a library for JavaScript writes; None if it is anything else."""
    if not text.lstrip().startswith("{"):
        return None
    try:
        table = json_value(text.encode(errors="replace"), "the text")
    except ValueError:
        return None
    reading = read_whole_model(table, ReadOptions())
    if reading is None:
        return None
    n_layers = len(reading.session.network.layers)
    return Listing(reading.session, (True,) * n_layers, (), reading.notes)


def _samples(table: Mapping[str, Value], role: Role) -> Pasted | None:
    """The numbers with that role; None if there are none that can be read."""
    named = [(key, value) for key, value in table.items() if role_of(key)[0] == role]
    try:
        return array_of(named[-1][1], named[-1][0]) if named else None
    except ValueError:
        return None


def _activations(parts: Sequence[Part], code: str) -> list[Activation | None]:
    """The activation given beside the numbers of each layer, else the one that the code applies."""
    if all(part.activation is None for part in parts):
        return activations_in(code, len(parts))
    from_text = [part.activation for part in parts]
    return [None if word is None else named_activation(word) for word in from_text]


def _orientations(
    parts: Sequence[Part], inputs: Pasted | None, code: str
) -> tuple[list[bool | None], list[str]]:
    """Per layer whether it has one column per neuron, or None if nothing decides; and notes."""
    n_inputs = None if inputs is None else inputs.values.shape[1]
    ways = ways_to_chain(parts, n_inputs)
    notes = []
    if not ways and n_inputs is not None:
        ways = ways_to_chain(parts, None)
        notes = ["the inputs do not fit the first layer: they are left out"]
    if not ways:
        raise ValueError(why_no_chain(parts))
    if len(ways) == 1:
        return [_settled(part, turned) for part, turned in zip(parts, ways[0], strict=True)], notes
    from_text = _orientation_in_text(parts, code)
    chosen = next(
        (way for way in ways if from_text is not None and all(t == from_text for t in way)), None
    )
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


def _orientation_in_text(parts: Sequence[Part], code: str) -> bool | None:
    """Whether the listing has one column per neuron, judged by how it multiplies, else by names."""
    names = "|".join(re.escape(part.name) for part in parts)
    weights = rf"(?:np\.array\(\s*)?(?:self\.)?(?:{names})\b\)?"
    by_row = rf"{weights}\.T\b|[=(,+\-]\s*{weights}\s*@|(?:dot|matmul)\(\s*{weights}\s*,|"
    by_row += rf"zip\(\s*{weights}\s*,|\bfor\s+\w+\s+in\s+{weights}\s*:"
    if re.search(by_row, code):
        return False
    if re.search(r"\btensor\(", code):
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
    network: Network, inputs: Pasted | None, wanted: Pasted | None, notes: list[str]
) -> Session:
    if inputs is None or inputs.values.shape[1] != network.n_features:
        return Session(network)
    targets = None
    if wanted is not None:
        values = wanted.values
        if values.shape[0] == 1 < len(inputs.values):
            values = values.T
        if values.shape == (len(inputs.values), network.n_outputs):
            targets = values
        else:
            notes.append("the targets do not fit the outputs: they are left out")
    return Session(network, inputs=inputs.values, targets=targets)
