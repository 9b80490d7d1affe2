"""A Keras model's configuration, read as data: its layers in the order they are run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.text import quoted

_MAX_LAYERS = 2_000
_INPUT = "InputLayer"


@dataclass(frozen=True, eq=False, slots=True)
class KerasLayer:
    """A layer as configured; index: how many layers of its class come before it."""

    class_name: str
    name: str
    config: dict[str, Any]
    index: int

    @property
    def place(self) -> str:
        """How errors name it."""
        return f"layer {quoted(self.name)}"


def layers_of(model: dict[str, Any]) -> list[KerasLayer]:
    """Return the layers of a Sequential model, or of a Functional one that is a single path.

    Parameters
    ----------
    model
        Its configuration, as in config.json.

    Raises
    ------
    ValueError
        For any other model, naming the layer where it branches.
    """
    kind, config = model.get("class_name"), model.get("config")
    if kind not in ("Sequential", "Functional", "Model"):
        raise ValueError(
            f"is a Keras {quoted(str(kind)[:80])}; Sequential and Functional models are read"
        )
    tables = config.get("layers") if type(config) is dict else config
    if type(tables) is not list or not 1 <= len(tables) <= _MAX_LAYERS:
        raise ValueError(f"configuration: expected 1 to {_MAX_LAYERS:,} layers")
    layers: list[KerasLayer] = []
    counts: dict[str, int] = {}
    for table in tables:
        layer = _layer(table, counts)
        counts[layer.class_name] = layer.index + 1
        layers.append(layer)
    if len({layer.name for layer in layers}) < len(layers):
        raise ValueError("configuration: two layers have the same name")
    if kind == "Sequential":
        return layers
    return _path(layers, {layer.name: t for layer, t in zip(layers, tables, strict=True)})


def _layer(table: object, counts: dict[str, int]) -> KerasLayer:
    if type(table) is not dict:
        raise ValueError("configuration: a layer is not a table")
    class_name, config = table.get("class_name"), table.get("config")
    if type(class_name) is not str or type(config) is not dict:
        raise ValueError("configuration: a layer has no class_name or config")
    name = config.get("name", table.get("name"))
    if type(name) is not str:
        raise ValueError(f"configuration: a {quoted(class_name)} layer has no name")
    registered = table.get("registered_name")
    if registered not in (None, class_name):
        raise ValueError(f"layer {quoted(name)} is of a custom class, whose code is not run")
    return KerasLayer(class_name, name, config, counts.get(class_name, 0))


def _path(layers: list[KerasLayer], tables: dict[str, dict[str, Any]]) -> list[KerasLayer]:
    """The layers from the input on; raises ValueError when there is more than one path."""
    by_name = {layer.name: layer for layer in layers}
    following: dict[str, str] = {}
    starts: list[str] = []
    for name, table in tables.items():
        nodes = table.get("inbound_nodes")
        if not nodes:
            starts.append(name)
            continue
        if type(nodes) is not list or len(nodes) > 1:
            raise ValueError(f"layer {quoted(name)} is used more than once: not one path")
        if any(_trains(nodes)):
            raise ValueError(f"layer {quoted(name)} is run as in training, which is not read")
        sources = list(_sources(nodes[0]))
        if len(sources) != 1 or sources[0] not in by_name:
            raise ValueError(f"layer {quoted(name)} has {len(sources)} inputs, expected one")
        if sources[0] in following:
            raise ValueError(f"after layer {quoted(sources[0])} the model branches: not one path")
        following[sources[0]] = name
    if len(starts) != 1:
        raise ValueError(f"the model has {len(starts)} inputs, expected one")
    path = [by_name[starts[0]]]
    while path[-1].name in following:
        path.append(by_name[following[path[-1].name]])
    if len(path) < len(layers):
        raise ValueError("the layers of the model do not form one path")
    return path


def _sources(node: object) -> Iterator[str]:
    """The names of the layers that a node reads, as written by Keras 3 or Keras 2."""
    match node:
        case {"keras_history": [str(name), *_]}:
            yield name
        case [str(name), int(), int(), *_]:
            yield name
        case {"args": args}:
            yield from _sources(args)
        case {"config": config, "class_name": "__keras_tensor__"}:
            yield from _sources(config)
        case list():
            for part in node:
                yield from _sources(part)


def _trains(node: object) -> Iterator[bool]:
    """Whether a layer is called with training=True, unlike in inference."""
    if isinstance(node, dict):
        yield node.get("training") is True
        for part in node.values():
            yield from _trains(part)
    elif isinstance(node, list):
        for part in node:
            yield from _trains(part)
