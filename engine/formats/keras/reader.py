"""Keras models: .keras archives and the older .h5, read as data; their code is never run."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from engine.formats.bounded import BoundedZip, json_object
from engine.formats.extras import check_installed
from engine.formats.keras.config import KerasLayer, model_of
from engine.formats.keras.hdf5 import SIGNATURE, Hdf5File, Hdf5Object
from engine.formats.keras.layers import DensePath
from engine.formats.reading import Reading, ReadOptions, check_count
from engine.formats.tensors.placing import is_activation
from engine.formats.tensors.reading import NamedTensors, read_tensors
from engine.formats.tensors.values import DTYPE_NAMES, checked_finite
from engine.nn.arrays import FloatArray
from engine.nn.network import Network
from engine.session.session import Session
from engine.text import printable, quoted

_MAX_MEMBERS = 1_000
_MAX_BYTES = 80_000_000
"""Unpacked; the optimizer's state may hold twice as many numbers as the weights."""

_MAX_CONFIG_BYTES = 8_000_000
_CONFIG, _WEIGHTS, _METADATA = "config.json", "model.weights.h5", "metadata.json"
_LAYER_GROUPS = ("layers", "_layer_checkpoint_dependencies")
_MAX_DEPTH = 12
_MAX_ARRAYS = 4_000
_MAX_TITLE_LENGTH = 200
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=.)(?=[A-Z][a-z])")
_LIBRARIES = ("Keras files", "keras", "pyfive")
_DENSE = {"0": "kernel", "1": "bias"}
_NORMALISATION = {"0": "gamma", "1": "beta", "2": "moving_mean", "3": "moving_variance"}
"""What Keras 3 numbers."""


def read_keras(data: bytes, options: ReadOptions) -> Reading:
    """Return the session in the bytes of a .keras file: an archive, or HDF5 under that name.

    Parameters
    ----------
    data
        The whole file.
    options
        Must be empty: the file says everything itself.

    Raises
    ------
    ValueError
        When the model is not a path of dense layers, naming the layer; when pyfive is missing.
    """
    if data.startswith(SIGNATURE):
        # Keras 2 writes HDF5 whatever the name, unless it is told otherwise.
        return read_keras_h5(data, options)
    check_installed(*_LIBRARIES)
    archive = BoundedZip(data, _MAX_MEMBERS, _MAX_BYTES)
    model = json_object(archive.read(_CONFIG, _MAX_CONFIG_BYTES), _CONFIG)
    major = 3
    if _METADATA in archive.names:
        about = json_object(archive.read(_METADATA, _MAX_CONFIG_BYTES), _METADATA)
        major = _major(about.get("keras_version"))
    options.refuse_all()
    root = Hdf5File(archive.read(_WEIGHTS, _MAX_BYTES)).root
    if _layers_in(root) is None:
        raise ValueError(f"{_WEIGHTS}: has no layers")
    return _reading(model, lambda layer: _numbered(root, layer), major, options.output)


def read_keras_h5(data: bytes, options: ReadOptions) -> Reading:
    """Return the session in the bytes of an .h5 file: a model, or its weights alone.

    Parameters
    ----------
    data
        The whole file.
    options
        For weights alone, the activation of each layer; empty for a whole model.

    Raises
    ------
    ValueError
        When it is not a path of dense layers, naming the layer; when pyfive is missing.
    """
    check_installed(*_LIBRARIES)
    root = Hdf5File(data).root
    texts = root.texts("model_config")
    if not texts:
        return _weights_alone(root, options)
    options.refuse_all()
    weights = root.at("model_weights")
    if weights is None:
        raise ValueError("has a model without weights")
    major = _major((root.texts("keras_version") or [""])[0])
    model = json_object(texts[0].encode(), "model_config")
    return _reading(model, lambda layer: _named(weights, layer), major, options.output)


class _Arrays:
    """Reads the arrays of a file, each only once, and limits their total size."""

    def __init__(self) -> None:
        self.kinds: set[str] = set()
        self._n_numbers = 0
        self._starts: set[int] = set()

    def read(self, array: Hdf5Object) -> FloatArray:
        if not array.is_array:
            raise ValueError(f"{quoted(array.path)} is not an array")
        kind = array.dtype
        self._n_numbers += math.prod(array.shape)
        check_count(self._n_numbers)
        if array.start in self._starts:
            raise ValueError(f"array {quoted(array.path)} lies where another one does")
        self._starts.add(array.start)
        self.kinds.add(kind)
        return checked_finite(array.numbers(), array.path)

    @property
    def dtype(self) -> str:
        if len(self.kinds) == 1:
            return DTYPE_NAMES[next(iter(self.kinds))]
        return "float64" if "F64" in self.kinds else "float32"


def _reading(
    model: dict[str, Any],
    objects_of: Callable[[KerasLayer], Iterable[Hdf5Object]],
    major: int,
    output: str | None,
) -> Reading:
    arrays = _Arrays()

    def variables(layer: KerasLayer) -> Sequence[FloatArray]:
        # A third variable of Normalization counts samples and is not floating-point.
        wanted = 2 if layer.class_name == "Normalization" else None
        return [arrays.read(item) for item in list(objects_of(layer))[:wanted]]

    found = model_of(model, output)
    path = DensePath(variables, major)
    for layer in found.layers:
        path.add(layer)
    network = Network(path.finish())
    config = model.get("config")
    name = config.get("name") if isinstance(config, dict) else None
    title = printable(name)[:_MAX_TITLE_LENGTH] if isinstance(name, str) else None
    session = Session(network, title=title, features=found.features)
    return Reading(session, (*found.notes, *path.notes), arrays.dtype)


def _layers_in(group: Hdf5Object) -> Hdf5Object | None:
    """The group of the layers of a model."""
    return next((found for name in _LAYER_GROUPS if (found := group.at(name)) is not None), None)


def _numbered(root: Hdf5Object, layer: KerasLayer) -> Iterator[Hdf5Object]:
    """The variables 0, 1 … of a layer, whose group is named after its class and index."""
    group: Hdf5Object | None = root
    for model in layer.inside:
        group = None if group is None else _group_of(_layers_in(group), model)
    group = None if group is None else _group_of(_layers_in(group), layer)
    found = None if group is None else group.at("vars")
    if found is None:
        raise ValueError(f"{layer.place} has no weights in the file")
    named = found.texts("name")
    if named and named[0] != layer.name:
        raise ValueError(f"{layer.place}: its weights are those of {quoted(named[0])}")
    for number in range(len(found.members)):
        variable = found.members.get(str(number))
        if variable is None:
            raise ValueError(f"{layer.place}: its weights are not numbered from 0")
        yield variable


def _group_of(group: Hdf5Object | None, layer: KerasLayer) -> Hdf5Object | None:
    """The group of a layer among those of its model."""
    if group is None:
        return None
    snake = _CAPITAL.sub("_", layer.class_name).lower()
    # Keras 2.13 numbers them 0, 2, 4 …, later versions 0, 1, 2 …: the order is the same.
    numbered = sorted(
        (int(number or 0), name)
        for name in group.members
        for stem, _, number in [name.rpartition("_") if name != snake else (snake, "", "")]
        if stem == snake and (number.isdecimal() or not number) and len(number) < 10
    )
    return group.at(numbered[layer.index][1]) if layer.index < len(numbered) else None


def _named(weights: Hdf5Object, layer: KerasLayer) -> Iterator[Hdf5Object]:
    """The variables of a layer, found by the names that its group lists."""
    group = weights.members.get((*layer.inside, layer)[0].name)
    names = None if group is None else _listed(group, "weight_names")
    if layer.inside and names is not None:
        names = [name for name in names if layer.name in name.split("/")[-2:-1]]
    if group is None or names is None:
        raise ValueError(f"{layer.place} has no weights in the file")
    for name in names:
        variable = group.at(name)
        if variable is None:
            raise ValueError(f"{layer.place}: {quoted(name)} is missing")
        yield variable


def _weights_alone(root: Hdf5Object, options: ReadOptions) -> Reading:
    """The session of a file that holds weights but no configuration."""
    arrays = _Arrays()
    found: dict[str, Hdf5Object] = {}
    for name, array in _all_arrays(root, _MAX_DEPTH):
        if len(found) == _MAX_ARRAYS:
            raise ValueError(f"has more than {_MAX_ARRAYS:,} arrays")
        if not name.startswith("optimizer"):
            found[name] = array
    declared = _declared_order(root)
    layers = root.at("layers")
    order_is_declared = declared.keys() >= {array.path for array in found.values()}
    if order_is_declared:
        found = dict(sorted(found.items(), key=lambda item: declared[item[1].path]))
    tensors = NamedTensors(
        {name: array.shape for name, array in found.items()},
        lambda name: arrays.read(found[name]),
        order_is_declared=order_is_declared,
        modules=tuple(_listed(root, "layer_names") or ()),
        has_others=True,
        activations_within=layers is not None and not any(map(is_activation, layers.members)),
    )
    # Arrays of one's own may be kept either way.
    is_of_keras = any("kernel" in name for name in found)
    transposed = True if options.transposed is None and is_of_keras else options.transposed
    reading = read_tensors(tensors, options, transposed, "float32")
    dtype = arrays.dtype if reading.dtype == "float32" else reading.dtype
    return replace(reading, dtype=dtype)


def _declared_order(root: Hdf5Object) -> dict[str, int]:
    """The position of each array, by its path, in the layer order that Keras 2 writes.

    Empty when the file gives no order.
    """
    places: dict[str, int] = {}
    for name in _listed(root, "layer_names") or ():
        group = root.members.get(name)
        if group is None:
            raise ValueError(f"layer {quoted(name)} is in its list of layers and nowhere else")
        for weight_name in _listed(group, "weight_names") or ():
            if len(places) == _MAX_ARRAYS:
                raise ValueError(f"lists more than {_MAX_ARRAYS:,} arrays")
            array = group.at(weight_name)
            if array is None:
                raise ValueError(f"layer {quoted(name)}: {quoted(weight_name)} is missing")
            places.setdefault(array.path, len(places))
    return places


def _listed(group: Hdf5Object, attribute: str) -> list[str] | None:
    """The strings of an attribute, which Keras splits into numbered ones if it is too long."""
    texts = group.texts(attribute)
    if texts is not None:
        return texts
    parts: list[str] = []
    for number in range(_MAX_ARRAYS):
        part = group.texts(f"{attribute}{number}")
        if part is None:
            return parts if number else None
        parts += part
        if len(parts) > _MAX_ARRAYS:
            raise ValueError(f"{quoted(group.path)} lists more than {_MAX_ARRAYS:,} names")
    return None


def _all_arrays(group: Hdf5Object, depth: int) -> Iterator[tuple[str, Hdf5Object]]:
    if depth == 0:
        raise ValueError(f"{quoted(group.path)} is nested too deeply")
    for name, member in group.members.items():
        if member.is_array:
            kind = name
            if group.path.endswith("/vars/"):
                shapes = [len(one.shape) for one in group.members.values() if one.is_array]
                kinds = _NORMALISATION if shapes == [1, 1, 1, 1] else _DENSE
                kind = kinds.get(name, name)
            place = group.path.strip("/").removesuffix("/vars")
            yield f"{place}/{kind}".removeprefix("/").removesuffix(":0"), member
        else:
            yield from _all_arrays(member, depth - 1)


def _major(version: object) -> int:
    """The major version of Keras; 3 if the version is missing."""
    match = re.match(r"[0-9]{1,3}", version) if isinstance(version, str) else None
    return 3 if match is None else int(match[0])
