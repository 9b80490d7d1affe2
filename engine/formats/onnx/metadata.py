"""Turns the layers of a path into a session, with the metadata of the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.formats.bounded import json_object
from engine.formats.metadata import session_from
from engine.formats.onnx.path import Path
from engine.formats.toml.values import MAX_NAME_LENGTH
from engine.nn.activations import Activation
from engine.nn.layer import Layer
from engine.nn.network import Network
from engine.session.session import Session
from engine.text import printable

if TYPE_CHECKING:
    from onnx import ModelProto

DOCUMENT_KEY = "nn-play"
"""The metadata key of the session without its weights, as TOML, in our own files."""

_NAME_KEYS = {"features": ("features", "feature_names"), "classes": ("classes", "class_names")}
_MAX_LIST_LENGTH = 1_000_000
_MAX_NAMES = 20_000
_MAX_REASON_LENGTH = 200
_SUMS = np.concatenate([np.linspace(-30.0, 30.0, 241), [-1e3, -1e-3, 1e-3, 1e3]])


def described(path: Path, model: ModelProto) -> tuple[Session, tuple[str, ...]]:
    """Return the session of the path, and notes; raises ValueError for numbers that are not finite.

    Our own files give exactly the session that was saved, unless the graph has been changed.

    Parameters
    ----------
    path
        The layers that were found in the graph.
    model
        The file, whose metadata say the rest.

    Returns
    -------
    tuple[Session, tuple[str, ...]]
    """
    notes = list(path.notes)
    metadata = {entry.key: entry.value for entry in model.metadata_props}
    repeated = [
        key for key, count in Counter(e.key for e in model.metadata_props).items() if count > 1
    ]
    if repeated:
        raise ValueError(f"metadata {printable(repeated[0])[:40]!r} is there more than once")
    if DOCUMENT_KEY in metadata:
        try:
            session = session_from(
                metadata[DOCUMENT_KEY], [(layer.weights, layer.bias) for layer in path.layers]
            )
            _check_same(session.network.layers, path.layers)
            return session, tuple(notes)
        except ValueError as error:
            reason = str(error)[:_MAX_REASON_LENGTH]
            notes.append(f"the session in the metadata does not fit the graph: {reason}")
    session = Session(Network(path.layers))
    changes: dict[str, Any] = {"task": _task(path, session)}
    for field, found in (("features", path.features), ("classes", path.classes)):
        names = found or _names(metadata, _NAME_KEYS[field])
        expected = session.network.n_features if field == "features" else session.n_classes
        if names is not None and len(names) == expected:
            changes[field] = tuple(printable(name)[:MAX_NAME_LENGTH] for name in names)
    return session.evolve(**changes), tuple(notes)


def _task(path: Path, session: Session) -> str | None:
    task = path.task
    if task == "multiclass" and session.network.n_outputs == 1:
        # The score of one of two classes.
        task = "binary"
    return None if task == session.task else task


def _names(metadata: dict[str, str], keys: Sequence[str]) -> tuple[str, ...] | None:
    """A list of names that a tool has stored as JSON, or separated by commas."""
    for key in keys:
        text = metadata.get(key, "")
        if 0 < len(text) <= _MAX_LIST_LENGTH:
            try:
                names = (
                    json_object(f'{{"names": {text}}}'.encode("utf-8", "replace"), key)["names"]
                    if text.lstrip().startswith("[")
                    else text.split(",")
                )
            except ValueError:
                continue
            if isinstance(names, list) and all(isinstance(name, str) for name in names):
                return tuple(name.strip() for name in names[:_MAX_NAMES])
    return None


def _check_same(noted: Sequence[Layer], found: Sequence[Layer]) -> None:
    for number, (one, other) in enumerate(zip(noted, found, strict=True), start=1):
        if not _are_same(one.activation, other.activation):
            raise ValueError(
                f"layer {number} is noted as {one.activation.text}, and is {other.activation.text}"
            )


def _are_same(noted: Activation, found: Activation) -> bool:
    """Whether both are the same function, up to parameters rounded to float32."""
    if noted.name == found.name:
        with np.errstate(over="ignore"):
            parameters = np.array(noted.parameters) == np.array(found.parameters)
            rounded = np.array(noted.parameters, np.float32) == np.array(
                found.parameters, np.float32
            )
        return bool(np.all(parameters | rounded))
    if noted.row_wise or found.row_wise:
        return False
    with np.errstate(all="ignore"):
        one, other = noted.forward(_SUMS), found.forward(_SUMS)
    return bool(np.allclose(one, other, rtol=1e-12, atol=1e-12))
