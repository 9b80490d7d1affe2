"""A Keras model's configuration, read as data: its layers in the order they are run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from engine.formats.reading import MAX_PARAMETERS, OutputUnknownError
from engine.formats.toml.values import MAX_NAME_LENGTH
from engine.text import printable, quoted

_MAX_LAYERS = 2_000
_INPUT = "InputLayer"


_NESTED = ("Sequential", "Functional", "Model")
_MAX_DEPTH = 20
_MAX_OUTPUTS = 100


@dataclass(frozen=True, eq=False, slots=True)
class KerasLayer:
    """A layer as configured.

    index: how many layers of its class come before it. inside: the models that it is part of.
    """

    class_name: str
    name: str
    config: dict[str, Any]
    index: int
    inside: tuple[KerasLayer, ...] = ()

    @property
    def place(self) -> str:
        """How errors name it."""
        return f"layer {quoted('/'.join(layer.name for layer in (*self.inside, self)))}"


@dataclass(frozen=True, eq=False, slots=True)
class Model:
    """The layers in the order they are run, and the names of the inputs where there are several."""

    layers: list[KerasLayer]
    features: tuple[str, ...] | None = None
    notes: tuple[str, ...] = ()


def model_of(model: dict[str, Any], output: str | None = None) -> Model:
    """Return the layers of a Sequential model, or of a Functional one, that lead to an output.

    Parameters
    ----------
    model
        Its configuration, as in config.json.
    output
        The name of the layer whose output is opened; None for the only one.

    Raises
    ------
    OutputUnknownError
        When there are several outputs and none is named.
    ValueError
        For any other model, naming the layer where it branches.
    """
    return _model(model, output, (), [])


def _model(
    model: dict[str, Any],
    output: str | None,
    inside: tuple[KerasLayer, ...],
    seen: list[KerasLayer],
) -> Model:
    """The layers of a model, those of models in it too; seen: all layers so far."""
    kind, config = model.get("class_name"), model.get("config")
    if kind not in _NESTED:
        raise ValueError(
            f"is a Keras {quoted(str(kind)[:80])}; Sequential and Functional models are read"
        )
    tables = config.get("layers") if type(config) is dict else config
    if type(tables) is not list or not 1 <= len(tables) <= _MAX_LAYERS:
        raise ValueError(f"configuration: expected 1 to {_MAX_LAYERS:,} layers")
    layers: list[KerasLayer] = []
    counts: dict[str, int] = {}
    for table in tables:
        layer = replace(_layer(table, counts), inside=inside)
        counts[layer.class_name] = layer.index + 1
        layers.append(layer)
    seen += layers
    if len(seen) > _MAX_LAYERS:
        raise ValueError(f"configuration: more than {_MAX_LAYERS:,} layers")
    if len(inside) > _MAX_DEPTH:
        raise ValueError(f"configuration: more than {_MAX_DEPTH} models in each other")
    if len({layer.name for layer in layers}) < len(layers):
        raise ValueError("configuration: two layers have the same name")
    if kind == "Sequential":
        if output is not None:
            raise ValueError(f"has no output {quoted(output)}; it has a single one")
        found = Model(layers)
    else:
        by_name = {layer.name: t for layer, t in zip(layers, tables, strict=True)}
        found = _path(layers, by_name, config if type(config) is dict else {}, output)
    flat: list[KerasLayer] = []
    for layer in found.layers:
        if layer.class_name in _NESTED:
            table = {"class_name": layer.class_name, "config": layer.config}
            inner = _model(table, None, (*inside, layer), seen)
            if inner.features is not None:
                raise ValueError(f"{layer.place} has several inputs, expected one")
            flat += inner.layers
        else:
            flat.append(layer)
    return replace(found, layers=flat)


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


def _path(
    layers: list[KerasLayer],
    tables: dict[str, dict[str, Any]],
    config: dict[str, Any],
    output: str | None,
) -> Model:
    """The layers that lead to one output; raises ValueError when they are more than one path."""
    by_name = {layer.name: layer for layer in layers}
    read_by = {name: [*_read_by(name, table)] for name, table in tables.items()}
    read = {source for sources in read_by.values() for source in sources}
    ends = [*dict.fromkeys(_sources(config.get("output_layers", [])))]
    ends = [name for name in ends if name in by_name] or [n for n in by_name if n not in read]
    if output is None and len(ends) > 1:
        raise OutputUnknownError([(name, _size(by_name[name])) for name in ends[:_MAX_OUTPUTS]])
    if output is not None and output not in ends:
        listed = ", ".join(quoted(name) for name in ends[:12])
        raise ValueError(f"has no output {quoted(output)}; it has {listed}")
    path: list[KerasLayer] = []
    name: str | None = output or (ends[0] if ends else None)
    features = None
    while name is not None:
        layer, sources = by_name[name], read_by[name]
        if layer in path or name not in by_name:
            raise ValueError("the layers of the model do not form one path")
        nodes = tables[name].get("inbound_nodes") or []
        if len(nodes) > 1:
            raise ValueError(f"layer {quoted(name)} is used more than once: not one path")
        if any(_trains(nodes)):
            raise ValueError(f"layer {quoted(name)} is run as in training, which is not read")
        joins = [by_name[source] for source in sources if source in by_name]
        if len(joins) > 1 and layer.class_name == "Concatenate":
            features = _features(joins, layer)
            shape = {"batch_shape": [None, len(features)]}
            path.append(KerasLayer(_INPUT, layer.name, shape, 0))
            break
        if len(sources) > 1 or len(joins) != len(sources):
            raise ValueError(f"layer {quoted(name)} has {len(sources)} inputs, expected one")
        path.append(layer)
        name = sources[0] if sources else None
    n_starts = sum(not sources for sources in read_by.values())
    if not path or (read_by[path[-1].name] and features is None):
        raise ValueError(f"the model has {n_starts} inputs, expected one")
    others = [quoted(end) for end in ends if end != path[0].name]
    notes = [f"output {name}: left out" for name in others[:12]]
    if features is not None:
        notes.append(f"{layer.place} ({layer.class_name}): {len(joins)} inputs are read as one")
    return Model(path[::-1], features, tuple(notes))


def _read_by(name: str, table: dict[str, Any]) -> Iterator[str]:
    """The names of the layers that a layer reads where it is called first."""
    nodes = table.get("inbound_nodes")
    if nodes:
        if type(nodes) is not list:
            raise ValueError(f"layer {quoted(name)} is used more than once: not one path")
        yield from _sources(nodes[0])


def _size(layer: KerasLayer) -> int | None:
    units = layer.config.get("units")
    return units if type(units) is int else None


def _features(inputs: list[KerasLayer], layer: KerasLayer) -> tuple[str, ...]:
    """The names of the columns of inputs that are set side by side."""
    features: list[str] = []
    for one in inputs:
        shape = one.config.get("batch_shape", one.config.get("batch_input_shape"))
        is_row = one.class_name == _INPUT and type(shape) is list and len(shape) == 2
        if not is_row or layer.config.get("axis", -1) not in (-1, 1):
            raise ValueError(f"layer {quoted(layer.name)} joins branches: not one path")
        size = shape[1] if type(shape) is list else None
        if type(size) is not int or not 1 <= size <= MAX_PARAMETERS // _MAX_LAYERS:
            raise ValueError(f"layer {quoted(one.name)}: expected the number of its columns")
        text = printable(one.name)[:MAX_NAME_LENGTH]
        features += [text] if size == 1 else [f"{text}[{k + 1}]" for k in range(size)]
    return tuple(features)


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
