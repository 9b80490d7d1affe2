"""Layers models of tensorflow.js: model.json, and beside it the files that hold the weights.

The files are named by the model, which is not trusted: only regular files in its own folder are
read, no links, and no more bytes than a model may have.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engine.files import read_bounded
from engine.formats.json.values import name_of
from engine.formats.keras.config import KerasLayer, model_of
from engine.formats.keras.layers import DensePath
from engine.formats.reading import Reading, ReadOptions, check_count
from engine.formats.tensors.values import checked_finite, shape_text
from engine.formats.toml.values import is_number
from engine.nn.arrays import FloatArray
from engine.nn.network import Network
from engine.session.session import Session
from engine.text import quoted

_MAX_FILES = 100
_MAX_WEIGHTS = 4_000
_MAX_BYTES = 80_000_000
_MAX_DIMENSIONS = 8
_DTYPES = {
    "float32": "<f4",
    "float16": "<f2",
    "int32": "<i4",
    "uint16": "<u2",
    "uint8": "u1",
    "bool": "u1",
}
_VARIABLES = (
    "kernel",
    "gamma",
    "mean",
    "bias",
    "beta",
    "variance",
    "moving_mean",
    "moving_variance",
)
"""In the order in which Keras keeps those of a layer: kernel, bias; gamma, beta, mean, variance."""


def is_tensorflow_js(table: dict[str, Any]) -> bool:
    """Return whether the object is a model.json.

    Parameters
    ----------
    table
        The object.

    Returns
    -------
    bool
    """
    return "modelTopology" in table or "weightsManifest" in table


def read_tensorflow_js(table: dict[str, Any], folder: Path, options: ReadOptions) -> Reading:
    """Return the session of the model.

    Parameters
    ----------
    table
        The object in model.json.
    folder
        Where it lies, with the files of its weights.
    options
        Must be empty: the model tells everything itself.

    Returns
    -------
    Reading

    Raises
    ------
    ValueError
        When it is not a path of dense layers, naming the layer; when a file of weights is missing,
        elsewhere, a link or too short.
    """
    topology = table.get("modelTopology")
    if table.get("format") == "graph-model" or (isinstance(topology, dict) and "node" in topology):
        raise ValueError(
            "is a graph model of tensorflow.js, whose layers are no longer told apart; "
            "convert the Keras model with --output_format=tfjs_layers_model"
        )
    options.refuse_all()
    model = topology.get("model_config", topology) if isinstance(topology, dict) else None
    if not isinstance(model, dict) or not isinstance(topology, dict):
        raise ValueError("modelTopology: expected the layers of a model")
    version = topology.get("keras_version")
    # tensorflow.js itself computes as Keras 2 does.
    major = 3 if isinstance(version, str) and re.match("[3-9]", version) else 2
    variables = _variables(table.get("weightsManifest"), folder)
    found = model_of(model, options.output)
    path = DensePath(lambda layer: _of_layer(variables, layer), major)
    for layer in found.layers:
        path.add(layer)
    config = model.get("config")
    title = config.get("name") if isinstance(config, dict) else None
    title = name_of(title) if isinstance(title, str) else None
    session = Session(Network(path.finish()), title=title, features=found.features)
    return Reading(session, (*found.notes, *path.notes), "float32")


def _of_layer(variables: dict[str, FloatArray], layer: KerasLayer) -> Sequence[FloatArray]:
    """The variables of a layer, which its name and theirs tell: dense_1/kernel."""
    found = {
        parts[-1]: array
        for name, array in variables.items()
        if layer.name in (parts := name.split("/"))[:-1] and parts[-1] in _VARIABLES
    }
    if not found:
        raise ValueError(f"{layer.place} has no weights in weightsManifest")
    return [found[name] for name in _VARIABLES if name in found]


def _variables(manifest: object, folder: Path) -> dict[str, FloatArray]:
    """All arrays by their names."""
    if not isinstance(manifest, list) or not manifest:
        raise ValueError("has layers without weights; model.save() of tensorflow.js writes both")
    arrays: dict[str, FloatArray] = {}
    n_files = n_bytes = 0
    for group in manifest:
        paths = group.get("paths") if isinstance(group, dict) else None
        weights = group.get("weights") if isinstance(group, dict) else None
        if not isinstance(paths, list) or not isinstance(weights, list):
            raise ValueError("weightsManifest: expected paths and weights")
        n_files += len(paths)
        if n_files > _MAX_FILES or len(arrays) + len(weights) > _MAX_WEIGHTS:
            raise ValueError("weightsManifest: too many files or arrays")
        parts = []
        for path in paths:
            parts.append(_beside(path, folder, _MAX_BYTES - n_bytes))
            n_bytes += len(parts[-1])
        for name, array in _cut(b"".join(parts), weights):
            if name in arrays:
                raise ValueError(f"weightsManifest: {quoted(name)} is there twice")
            arrays[name] = array
    return arrays


def _beside(name: object, folder: Path, most_bytes: int) -> bytes:
    """The content of the file of that name in the folder of the model."""
    plain = name.removeprefix("./") if isinstance(name, str) else ""
    if plain in ("", ".", "..") or any(character in plain for character in "/\\:\0"):
        raise ValueError(
            f"its weights are in {quoted(str(name))}; only files beside the model are read"
        )
    path = folder / plain
    if path.is_symlink() or (path.is_file() and path.stat().st_nlink > 1):
        raise ValueError(f"{quoted(plain)} is a link; copy the file itself beside the model")
    try:
        return read_bounded(path, most_bytes)
    except FileNotFoundError:
        raise ValueError(
            f"its weights are in {quoted(plain)}, which is not beside it; copy it there"
        ) from None
    except ValueError as error:
        raise ValueError(f"{quoted(plain)} {error}") from None
    except OSError as error:
        raise ValueError(f"{quoted(plain)} cannot be read: {error.strerror}") from None


def _cut(data: bytes, weights: list[Any]) -> Iterator[tuple[str, FloatArray]]:
    """Yield each array of a group by its name; one begins where the one before ends."""
    start = total = 0
    for entry in weights:
        name = entry.get("name") if isinstance(entry, dict) else None
        if not isinstance(name, str):
            raise ValueError("weightsManifest: an array has no name")
        place = f"array {quoted(name)}"
        shape = entry.get("shape")
        if not _is_shape(shape):
            raise ValueError(f"{place}: its shape is not a list of sizes")
        quantised = entry.get("quantization")
        stored = quantised.get("dtype") if isinstance(quantised, dict) else entry.get("dtype")
        if not isinstance(stored, str) or stored not in _DTYPES:
            raise ValueError(f"{place} holds {quoted(str(stored)[:100])}, which is not read")
        count = math.prod(shape)
        total += count
        check_count(total)
        dtype = np.dtype(_DTYPES[stored])
        end = start + count * dtype.itemsize
        if end > len(data):
            raise ValueError(
                f"{place}, {shape_text(tuple(shape))}, would end at byte {end:,}; "
                f"the files beside the model have {len(data):,}"
            )
        raw = np.frombuffer(data, dtype, count, start).reshape(shape)
        start = end
        with np.errstate(all="ignore"):
            values = raw.astype(np.float64)
            if isinstance(quantised, dict) and stored.startswith("uint"):
                values = _rescaled(values, quantised, place)
        yield name, checked_finite(values, name)
    if start < len(data):
        raise ValueError(f"the files beside the model have {len(data) - start:,} bytes too many")


def _is_shape(shape: object) -> bool:
    return (
        isinstance(shape, list)
        and len(shape) <= _MAX_DIMENSIONS
        and all(type(size) is int and 0 <= size < 1 << 31 for size in shape)
    )


def _rescaled(values: FloatArray, quantised: dict[str, Any], place: str) -> FloatArray:
    """Numbers stored as whole steps, as tensorflow.js computes them: in float32."""
    if not all(is_number(quantised.get(key)) for key in ("scale", "min")):
        raise ValueError(f"{place}: its quantization has no scale and min")
    rescaled: FloatArray = values * float(quantised["scale"]) + float(quantised["min"])
    return rescaled.astype(np.float32).astype(np.float64)
