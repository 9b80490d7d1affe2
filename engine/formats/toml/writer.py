"""Writes a session as the text of a TOML file."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import numpy as np
import tomli_w

from engine.formats.toml.reader import MAX_LAYERS
from engine.formats.toml.training import RECORD_NUMBERS, STANDARDISATION_KEYS
from engine.formats.toml.values import (
    MAX_NAME_LENGTH,
    MAX_NOTE_LENGTH,
    MAX_TITLE_LENGTH,
    checked_text,
    is_plain,
)
from engine.nn.activations import Activation
from engine.nn.arrays import FloatArray
from engine.nn.layer import BoolArray, FrozenLayer, Layer
from engine.nn.targets import UNSET_TEXT, has_unset
from engine.session.derived import base_names
from engine.session.origin import Origin
from engine.session.session import Session

if TYPE_CHECKING:
    from engine.datasets.preparation import FeatureColumn, Preparation

_MAX_NUMBERS = 6_000_000
"""This many zeros fill a file; more cannot fit, so they need not be formatted."""


def toml_of(session: Session, with_weights: bool = True, with_samples: bool = True) -> str:
    """Return the session as TOML, with one matrix row per line and every number in full.

    Without weights and biases, or the samples too, it is the metadata of binary formats.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    with_weights
        Whether weights and biases are written.
    with_samples
        Whether inputs and targets are written.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        For a string or a network that is too large to be read back.
    """
    _check_size(session, with_weights, with_samples)
    lines = [f"format = {_format_of(session)}"]
    if session.title is not None:
        lines.append(f"title = {_quoted(checked_text(session.title, 'title', MAX_TITLE_LENGTH))}")
    if session.note is not None:
        note = checked_text(session.note, "note", MAX_NOTE_LENGTH, keep="\n")
        lines.append(f"note = {_quoted(note)}")
    if session.declared_task is not None:
        lines.append(f"task = {_quoted(session.declared_task)}")
    features = base_names(session)
    if features is not None:
        lines.append(f"features = {_names(features, 'features')}")
    if session.classes is not None:
        lines.append(f"classes = {_names(session.classes, 'classes')}")
    if session.inputs_given and with_samples:
        # Derived inputs are recomputed when the file is read.
        lines.append(f"inputs = {_matrix(session.inputs[:, : session.n_base_features])}")
    if session.targets is not None and with_samples:
        lines.append(f"targets = {_rows([_target_row(row) for row in session.targets.tolist()])}")
    lines += _data(session)
    lines += _training(session)
    lines += _origin(session)
    for number, layer in enumerate(session.network.layers, start=1):
        lines += "", *_layer(layer, f"layers[{number}]", with_weights)
    return "\n".join(lines) + "\n"


def _format_of(session: Session) -> int:
    """The lowest format that can hold the session, so that older versions read it if possible."""
    has_columns = session.data is not None and session.data.preparation is not None
    is_partly_set = session.targets is not None and has_unset(session.targets)
    has_new_loss = session.training is not None and session.training.loss in ("mae", "huber")
    has_origin = bool(_origin(session)) or any(layer.tensors for layer in session.network.layers)
    return 2 if has_columns or is_partly_set or has_new_loss or has_origin else 1


def _check_size(session: Session, with_weights: bool, with_samples: bool) -> None:
    if len(session.network.layers) > MAX_LAYERS:
        raise ValueError(f"a TOML file holds at most {MAX_LAYERS:,} layers")
    n_targets = 0 if session.targets is None else session.targets.size
    n_numbers = (session.network.n_parameters * with_weights) + (
        (session.inputs.size + n_targets) * with_samples
    )
    if n_numbers > _MAX_NUMBERS:
        raise ValueError(
            f"{n_numbers:,} numbers are too many for a TOML file, which holds at most "
            f"{_MAX_NUMBERS:,}; .safetensors and .npz hold them"
        )


def _layer(layer: Layer, place: str, with_weights: bool) -> list[str]:
    lines = ["[[layers]]"]
    if layer.name is not None:
        lines.append(
            f"name = {_quoted(checked_text(layer.name, f'{place}.name', MAX_NAME_LENGTH))}"
        )
    lines.append(f"activation = {_activation(layer.activation)}")
    if with_weights:
        lines += f"weights = {_matrix(layer.weights)}", f"bias = {_row(layer.bias.tolist())}"
    if layer.frozen is not None:
        lines.append(f"frozen = {_frozen(layer.frozen)}")
    if layer.tensors:
        lines.append(f"tensors = [{', '.join(map(_quoted, layer.tensors))}]")
    return lines


def _data(session: Session) -> list[str]:
    """The [data] table: the origin of the samples, the test set and the derived inputs."""
    lines: list[str] = []
    record = session.data
    if record is not None:
        lines.append(f"name = {_quoted(checked_text(record.name, 'data.name', MAX_TITLE_LENGTH))}")
        lines += (
            f"{key} = {getattr(record, key)}" for key in RECORD_NUMBERS if getattr(record, key)
        )
        if record.standardisation is not None:
            lines += (
                f"{key} = {_row(getattr(record.standardisation, key).tolist())}"
                for key in STANDARDISATION_KEYS
            )
        if record.preparation is not None:
            lines += _preparation(record.preparation)
    if session.n_test:
        lines.append(f"test = {session.n_test}")
    if session.derived:
        texts = ", ".join(_quoted(feature.text) for feature in session.derived)
        lines.append(f"derived = [{texts}]")
    return ["", "[data]", *lines] if lines else []


def _preparation(preparation: Preparation) -> list[str]:
    """How the columns of the file were read."""
    targets = ", ".join(map(_column, preparation.targets))
    lines = [
        f"columns = {_rows(list(map(_feature, preparation.features)))}",
        f"targets = [{targets}]",
    ]
    for key in ("missing", "decimal"):
        if getattr(preparation, key) is not None:
            lines.append(f"{key} = {_quoted(getattr(preparation, key))}")
    if preparation.empty:
        lines.append(f"empty = {_names(preparation.empty, 'data.empty')}")
    return lines


def _feature(feature: FeatureColumn) -> str:
    parts = [f"column = {_column(feature.column)}"]
    if feature.values is not None:
        parts.append(f"values = {_names(feature.values, 'data.columns')}")
    if feature.fill is not None:
        fill = feature.fill
        parts.append(f"fill = {_quoted(fill) if isinstance(fill, str) else repr(fill)}")
    if feature.unit is not None:
        parts.append(f"unit = {_quoted(feature.unit)}")
    return _column(feature.column) if len(parts) == 1 else f"{{ {', '.join(parts)} }}"


def _column(column: str | int) -> str:
    if isinstance(column, int):
        return str(column)
    return _quoted(checked_text(column, "data.columns", MAX_TITLE_LENGTH))


def _training(session: Session) -> list[str]:
    """The [training] table: the settings that differ from the defaults."""
    if session.training is None:
        return []
    lines = ["", "[training]"]
    for setting in dataclasses.fields(session.training):
        value = getattr(session.training, setting.name)
        if value == setting.default:
            continue
        if isinstance(value, bool):
            text = _truth(value)
        else:
            text = _quoted(value) if isinstance(value, str) else repr(value)
        lines.append(f"{setting.name} = {text}")
    return lines


def _origin(session: Session) -> list[str]:
    """The [origin] table: what differs from the defaults; names that are not plain are left out."""
    origin = session.origin or Origin()
    names = {"inputs": origin.inputs, "outputs": origin.outputs}
    lines = [] if origin.dtype == "float64" else [f"dtype = {_quoted(origin.dtype)}"]
    lines += (f"{key} = {_quoted(name)}" for key, name in names.items() if name and is_plain(name))
    lines += ["transposed = true"] * origin.transposed
    return ["", "[origin]", *lines] if lines else []


def _frozen(frozen: FrozenLayer) -> str:
    """The shortest form that `frozen_of` reads."""
    whole = frozen.weights.all(axis=1) & frozen.bias
    if whole.all():
        return "true"
    if not (frozen.weights.any(axis=1) | frozen.bias)[~whole].any():
        return f"[{', '.join(str(neuron + 1) for neuron in np.flatnonzero(whole))}]"
    rows = ", ".join(map(_truths, frozen.weights))
    return f"{{ weights = [{rows}], bias = {_truths(frozen.bias)} }}"


def _truths(mask: BoolArray) -> str:
    return f"[{', '.join(map(_truth, mask.tolist()))}]"


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _activation(activation: Activation) -> str:
    if activation.text == activation.name:
        return _quoted(activation.name)
    parameters = zip(activation.parameter_names, activation.parameters, strict=True)
    return f'{{ name = "{activation.name}", {", ".join(f"{k} = {v!r}" for k, v in parameters)} }}'


def _matrix(matrix: FloatArray) -> str:
    return _rows([_row(row) for row in matrix.tolist()])


def _rows(rows: list[str]) -> str:
    if len(rows) == 1:
        return f"[{rows[0]}]"
    return "[\n" + "".join(f"    {row},\n" for row in rows) + "]"


def _target_row(row: list[float]) -> str:
    """A row in the form that `targets_matrix` reads."""
    if all(map(math.isnan, row)):
        return "[]"
    unset = f'"{UNSET_TEXT}"'
    texts = (unset if math.isnan(target) else repr(target) for target in row)
    return f"[{', '.join(texts)}]"


def _row(row: list[float]) -> str:
    # repr is the shortest text that reads back as the same float64, and it is valid TOML.
    return f"[{', '.join(map(repr, row))}]"


def _names(names: tuple[str, ...], place: str) -> str:
    texts = (
        checked_text(name, f"{place}[{k}]", MAX_NAME_LENGTH) for k, name in enumerate(names, 1)
    )
    return f"[{', '.join(map(_quoted, texts))}]"


def _quoted(text: str) -> str:
    """The text in quotes; one with line breaks is written over several lines."""
    pair = tomli_w.dumps({"text": text}, multiline_strings=True)
    return pair.removeprefix("text = ").removesuffix("\n")
