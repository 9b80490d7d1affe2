"""Keras files of small models, made with h5py alone."""

from __future__ import annotations

import io
import json
from typing import Any

import h5py
import numpy as np

from tests.engine.formats.tensors.tensor_files import archive

W = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
"""(n_inputs, n_neurons), as in Keras."""
B = np.array([0.5, -0.5, 0.25])
Arrays = dict[str, list[Any]]


def layer(class_name: str, name: str, **config: Any) -> dict[str, Any]:
    return {"class_name": class_name, "config": {"name": name, **config}}


def sequential(*layers: dict[str, Any]) -> dict[str, Any]:
    return {"class_name": "Sequential", "config": {"name": "model", "layers": list(layers)}}


def keras_file(
    model: Any, arrays: Arrays, version: str | None = "3.15.1", root: str = "layers"
) -> bytes:
    """A .keras archive; arrays: the variables by the name of the group."""
    members = {
        "config.json": model if isinstance(model, bytes) else json.dumps(model).encode(),
        "model.weights.h5": weights_file(arrays, root),
    }
    if version is not None:
        members["metadata.json"] = json.dumps({"keras_version": version}).encode()
    return archive(members)


def weights_file(arrays: Arrays, root: str = "layers") -> bytes:
    file = io.BytesIO()
    with h5py.File(file, "w") as h5:
        h5.create_group(root)
        for group, variables in arrays.items():
            h5.create_group(f"{root}/{group}/vars")
            for number, array in enumerate(variables):
                h5[f"{root}/{group}/vars/{number}"] = np.asarray(array)
    return file.getvalue()


def h5_file(model: Any, arrays: dict[str, dict[str, Any]], version: str = "2.15.0") -> bytes:
    """The older form; arrays: for each layer its variables by name, as Keras 2 names them."""
    file = io.BytesIO()
    with h5py.File(file, "w") as h5:
        h5.attrs["keras_version"] = version.encode()
        h5.attrs["model_config"] = json.dumps(model).encode()
        for name, variables in arrays.items():
            group = h5.create_group(f"model_weights/{name}")
            group.attrs["weight_names"] = [f"{name}/{key}:0".encode() for key in variables]
            for key, array in variables.items():
                group[f"{name}/{key}:0"] = np.asarray(array)
    return file.getvalue()


def weights_h5_file(
    layers: dict[str, dict[str, Any]], named_in_parts: int | None = None, **attributes: Any
) -> bytes:
    """Weights alone as Keras 2 saves them, with the layers in order.

    layers: by name, for each its variables by their path in its group. named_in_parts: so many
    names in an attribute, as where the list of all would be too long for one.
    """

    def name(group: Any, attribute: str, names: list[str]) -> None:
        texts = [text.encode() for text in names]
        if named_in_parts is None:
            group.attrs[attribute] = texts
        for number, start in enumerate(range(0, len(texts), named_in_parts or len(texts) + 1)):
            if named_in_parts is not None:
                group.attrs[f"{attribute}{number}"] = texts[start : start + named_in_parts]

    file = io.BytesIO()
    with h5py.File(file, "w") as h5:
        name(h5, "layer_names", list(layers))
        h5.attrs.update(attributes)
        for layer_name, variables in layers.items():
            group = h5.create_group(layer_name)
            name(group, "weight_names", list(variables))
            for path, array in variables.items():
                group[path] = np.asarray(array)
    return file.getvalue()


def dense(name: str = "dense", **config: Any) -> dict[str, Any]:
    return layer("Dense", name, **{"activation": "linear", **config})


def node(source: str, **keywords: Any) -> list[Any]:
    tensor = {
        "class_name": "__keras_tensor__",
        "config": {"shape": [None, 2], "keras_history": [source, 0, 0]},
    }
    return [{"args": [tensor], "kwargs": keywords}]


def functional(*layers: tuple[dict[str, Any], list[Any]]) -> dict[str, Any]:
    tables = [{**table, "inbound_nodes": nodes} for table, nodes in layers]
    return {"class_name": "Functional", "config": {"name": "f", "layers": tables}}


SOURCE: tuple[dict[str, Any], list[Any]] = (layer("InputLayer", "in", batch_shape=[None, 2]), [])
