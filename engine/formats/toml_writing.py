"""From a session to the text of a TOML file."""

from __future__ import annotations

import tomli_w

from engine.activations import Activation, FloatArray
from engine.formats.toml_document import (
    FORMAT,
    LONGEST_NAME,
    LONGEST_NOTE,
    LONGEST_TITLE,
    MOST_LAYERS,
    checked_text,
)
from engine.layer import Layer
from engine.session import Session

_MOST_NUMBERS = 6_000_000
"""So many zeros fill a file; more need not be written to know that they are too many."""


def toml_of(session: Session) -> str:
    """Return the session as TOML, one row of a matrix a line, every number in full.

    Raises ValueError for a text, or a network, that is too large to be read back.
    """
    _check_size(session)
    lines = [f"format = {FORMAT}"]
    if session.title is not None:
        lines.append(f"title = {_quoted(checked_text(session.title, 'title', LONGEST_TITLE))}")
    if session.note is not None:
        note = checked_text(session.note, "note", LONGEST_NOTE, keep="\n")
        lines.append(f"note = {_quoted(note)}")
    if session.declared_task is not None:
        lines.append(f"task = {_quoted(session.declared_task)}")
    if session.features is not None:
        lines.append(f"features = {_names(session.features, 'features')}")
    if session.classes is not None:
        lines.append(f"classes = {_names(session.classes, 'classes')}")
    if session.inputs_given:
        lines.append(f"inputs = {_matrix(session.inputs)}")
    if session.targets is not None:
        lines.append(f"targets = {_matrix(session.targets)}")
    for number, layer in enumerate(session.network.layers, start=1):
        lines += "", *_layer(layer, f"layers[{number}]")
    return "\n".join(lines) + "\n"


def _check_size(session: Session) -> None:
    if len(session.network.layers) > MOST_LAYERS:
        raise ValueError(f"a TOML file holds at most {MOST_LAYERS:,} layers")
    n_targets = 0 if session.targets is None else session.targets.size
    n_numbers = session.network.n_parameters + session.inputs.size + n_targets
    if n_numbers > _MOST_NUMBERS:
        raise ValueError(f"{n_numbers:,} numbers are too many for a TOML file")


def _layer(layer: Layer, place: str) -> list[str]:
    lines = ["[[layers]]"]
    if layer.name is not None:
        lines.append(f"name = {_quoted(checked_text(layer.name, f'{place}.name', LONGEST_NAME))}")
    return [
        *lines,
        f"activation = {_activation(layer.activation)}",
        f"weights = {_matrix(layer.weights)}",
        f"bias = {_row(layer.bias.tolist())}",
    ]


def _activation(activation: Activation) -> str:
    if activation.text == activation.name:
        return _quoted(activation.name)
    parameters = zip(activation.parameter_names, activation.parameters, strict=True)
    return f'{{ name = "{activation.name}", {", ".join(f"{k} = {v!r}" for k, v in parameters)} }}'


def _matrix(matrix: FloatArray) -> str:
    rows = [_row(row) for row in matrix.tolist()]
    if len(rows) == 1:
        return f"[{rows[0]}]"
    return "[\n" + "".join(f"    {row},\n" for row in rows) + "]"


def _row(row: list[float]) -> str:
    # repr is the shortest text that reads back as the same float64, and it is TOML.
    return f"[{', '.join(map(repr, row))}]"


def _names(names: tuple[str, ...], place: str) -> str:
    texts = (checked_text(name, f"{place}[{k}]", LONGEST_NAME) for k, name in enumerate(names, 1))
    return f"[{', '.join(map(_quoted, texts))}]"


def _quoted(text: str) -> str:
    """The text in quotes; one with line breaks as it looks, over several lines."""
    pair = tomli_w.dumps({"text": text}, multiline_strings=True)
    return pair.removeprefix("text = ").removesuffix("\n")
