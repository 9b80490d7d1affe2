"""Random networks, sessions and edits for property tests, and what identical means."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine import (
    ACTIVATIONS,
    INITIALISATIONS,
    Activation,
    AddFeature,
    AddLayer,
    AddNeuron,
    AddSample,
    Edit,
    Layer,
    Network,
    RandomInputs,
    RandomStart,
    RemoveFeature,
    RemoveLayer,
    RemoveNeuron,
    RemoveSample,
    Rename,
    ReturnTo,
    Session,
    SetActivation,
    SetBias,
    SetInput,
    SetInputs,
    SetMatrix,
    SetTarget,
    SetTargets,
    SetWeight,
    SetWeightRow,
)
from engine.datasets import FeatureColumn, Preparation, Standardisation, suggested_features
from engine.edits.features import SetDerived
from engine.nn.layer import FrozenLayer
from engine.nn.losses import LOSSES
from engine.session.data_record import DataRecord
from engine.training.settings import ALL, OPTIMIZER_NAMES, TrainingSettings

FloatArray = NDArray[np.float64]

any_number = st.floats(allow_nan=False, allow_infinity=False)
"""Every finite float64, -0.0 and the subnormal ones among them."""

plain_number = st.one_of(
    st.integers(-40, 40).map(lambda tenths: tenths / 10),
    st.integers(-3, 3).map(float),
    st.floats(-4, 4, allow_subnormal=False),
)
"""Numbers as people type them, and some with all their digits; small enough for any network."""

names = st.text("abc ²[]/é", min_size=1, max_size=4)
seeds = st.integers(0, 2**32)


@cache
def vectors(
    length: int, numbers: st.SearchStrategy[float] = plain_number
) -> st.SearchStrategy[FloatArray]:
    """Arrays (length,)."""
    # Kept, as the others below: to check a new strategy takes as long as to draw from it.
    return st.lists(numbers, min_size=length, max_size=length).map(
        lambda values: np.array(values, dtype=np.float64)
    )


@cache
def matrices(
    rows: int, columns: int, numbers: st.SearchStrategy[float] = plain_number
) -> st.SearchStrategy[FloatArray]:
    """Arrays (rows, columns)."""
    return vectors(rows * columns, numbers).map(lambda values: values.reshape(rows, columns))


@st.composite
def activations(draw: st.DrawFn, among: tuple[str, ...] = tuple(ACTIVATIONS)) -> Activation:
    """Every kind, now and then with parameters of its own."""
    kind = ACTIVATIONS[draw(st.sampled_from(among))]
    if draw(st.booleans()):
        return Activation(kind.name)
    numbers = st.integers(1, 30).map(lambda tenths: tenths / 10)
    parameters = st.tuples(*[numbers for _ in kind.parameter_names])
    return Activation(kind.name, draw(parameters.filter(lambda each: not kind.refusal(*each))))


@st.composite
def networks(
    draw: st.DrawFn,
    numbers: st.SearchStrategy[float] = plain_number,
    among: tuple[str, ...] = tuple(ACTIVATIONS),
    most_layers: int = 3,
    widest: int = 4,
) -> Network:
    sizes = draw(st.lists(st.integers(1, widest), min_size=2, max_size=most_layers + 1))
    return Network(
        Layer(
            draw(matrices(n_neurons, n_inputs, numbers)),
            draw(vectors(n_neurons, numbers)),
            draw(activations(among)),
            draw(st.none() | names),
        )
        for n_inputs, n_neurons in itertools.pairwise(sizes)
    )


@st.composite
def sessions(
    draw: st.DrawFn,
    numbers: st.SearchStrategy[float] = plain_number,
    among: tuple[str, ...] = tuple(ACTIVATIONS),
    most_layers: int = 3,
    widest: int = 4,
) -> Session:
    """Sessions with and without inputs, targets, names and a declared task."""
    network = draw(networks(numbers, among, most_layers, widest))
    tasks = ["regression", "binary", *(["multiclass"] if network.n_outputs > 1 else [])]
    n_samples = draw(st.integers(0, 4))
    parts: dict[str, Any] = {}
    if n_samples:
        parts["inputs"] = draw(matrices(n_samples, network.n_features, numbers))
    if draw(st.booleans()):
        some_unset = numbers | st.just(math.nan)
        parts["targets"] = draw(matrices(max(1, n_samples), network.n_outputs, some_unset))
    if draw(st.booleans()):
        parts["features"] = draw(_several(names, network.n_features))
    if draw(st.booleans()):
        parts["classes"] = draw(_several(names, max(2, network.n_outputs)))
    return Session(
        network,
        title=draw(st.none() | names),
        note=draw(st.none() | names),
        task=draw(st.none() | st.sampled_from(tasks)),
        **parts,
    )


@st.composite
def learning_sessions(draw: st.DrawFn) -> Session:
    """Sessions with derived inputs, a test set, a record, settings and frozen numbers."""
    session = draw(sessions(plain_number, most_layers=2))
    layers = list(session.network.layers)
    for layer_index, layer in enumerate(layers):
        if draw(st.booleans()):
            masks = FrozenLayer(
                draw(matrices(layer.n_neurons, layer.n_inputs)) > 0,
                draw(vectors(layer.n_neurons)) > 0,
            )
            layers[layer_index] = layer.with_frozen(masks)
    n_base = session.network.n_features
    standardisation = None
    if draw(st.booleans()):
        scale = np.abs(draw(vectors(n_base))) + 0.5
        standardisation = Standardisation(draw(vectors(n_base)), scale)
    preparation = None
    if draw(st.booleans()):
        filled = st.builds(FeatureColumn, names | st.integers(1, 99), st.none(), plain_number)
        two = st.builds(FeatureColumn, names, st.just(("no", "yes")), st.none() | st.just("no"))
        columns = draw(st.lists(filled | two, min_size=n_base, max_size=n_base))
        preparation = Preparation(
            tuple(columns),
            (draw(names), 7),
            draw(st.sampled_from([None, "drop", "fill"])),
            draw(st.sampled_from([None, ".", ","])),
        )
    record = DataRecord(
        "circle", draw(st.integers(0, 50)), draw(seeds), 50, standardisation, preparation
    )
    settings = TrainingSettings(
        draw(st.sampled_from(OPTIMIZER_NAMES)),
        draw(st.floats(0, 1)),
        batch_size=draw(st.one_of(st.just(ALL), st.integers(1, 100))),
        loss=draw(st.none() | st.sampled_from([*LOSSES])),
        shuffle=draw(st.booleans()),
    )
    session = session.evolve(
        network=Network(layers),
        n_test=draw(_below(session.n_samples)),
        data=draw(st.none() | st.just(record)),
        training=draw(st.none() | st.just(settings)),
    )
    kinds = draw(st.lists(st.sampled_from(suggested_features(n_base)), unique=True, max_size=3))
    return SetDerived(tuple(kinds)).apply(session)


@st.composite
def edits(
    draw: st.DrawFn, session: Session, numbers: st.SearchStrategy[float] = any_number
) -> Edit:
    """One change that `session` allows, of any kind."""
    kinds = [
        _number_edits(session, numbers),
        _array_edits(session, numbers),
        _structure_edits(session),
        _sample_edits(session, numbers),
        _whole_edits(session),
    ]
    return draw(draw(st.sampled_from(kinds)))


@cache
def _several(values: st.SearchStrategy[str], count: int) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(values, min_size=count, max_size=count).map(tuple)


@cache
def _below(count: int) -> st.SearchStrategy[int]:
    return st.integers(0, count - 1)


@st.composite
def _number_edits(draw: st.DrawFn, session: Session, numbers: st.SearchStrategy[float]) -> Edit:
    network = session.network
    layer_index = draw(_below(len(network.layers)))
    layer = network.layers[layer_index]
    neuron, input = draw(_below(layer.n_neurons)), draw(_below(layer.n_inputs))
    sample, value = draw(_below(session.n_samples)), draw(numbers)
    allowed: list[Callable[[], Edit]] = [
        lambda: SetWeight(layer_index, neuron, input, value),
        lambda: SetBias(layer_index, neuron, value),
        lambda: SetInput(sample, draw(_below(session.n_base_features)), value),
        lambda: SetTarget(sample, draw(_below(network.n_outputs)), value),
    ]
    return draw(st.sampled_from(allowed))()


@st.composite
def _array_edits(draw: st.DrawFn, session: Session, numbers: st.SearchStrategy[float]) -> Edit:
    network = session.network
    layer_index = draw(_below(len(network.layers)))
    layer = network.layers[layer_index]
    rows = matrices(session.n_samples, network.n_outputs, numbers)
    values = vectors(layer.n_inputs, numbers)
    weights = matrices(layer.n_neurons, layer.n_inputs, numbers)
    bias = st.none() | vectors(layer.n_neurons, numbers)
    allowed: list[Callable[[], Edit]] = [
        lambda: SetWeightRow(layer_index, draw(_below(layer.n_neurons)), draw(values)),
        lambda: SetMatrix(layer_index, draw(weights), draw(bias)),
        lambda: SetTargets(draw(st.none() | rows)),
        lambda: SetInputs(draw(matrices(session.n_samples, network.n_features, numbers))),
        lambda: SetActivation(layer_index, draw(activations())),
    ]
    return draw(st.sampled_from(allowed))()


@st.composite
def _structure_edits(draw: st.DrawFn, session: Session) -> Edit:
    network = session.network
    n_layers = len(network.layers)
    layer_index = draw(_below(n_layers))
    n_neurons = network.layers[layer_index].n_neurons
    allowed: list[Callable[[], Edit]] = [
        lambda: AddNeuron(layer_index, draw(_below(n_neurons + 1))),
        lambda: AddLayer(draw(_below(n_layers + 1))),
        lambda: AddFeature(draw(_below(network.n_features + 1))),
    ]
    multiclass = session.declared_task == "multiclass"
    if n_neurons > (2 if multiclass and layer_index == n_layers - 1 else 1):
        allowed.append(lambda: RemoveNeuron(layer_index, draw(_below(n_neurons))))
    if n_layers > 1 and not (
        multiclass and layer_index == n_layers - 1 and network.layers[-2].n_neurons == 1
    ):
        allowed.append(lambda: RemoveLayer(layer_index))
    first_removable = 0 if session.n_base_features > 1 else 1
    if network.n_features > first_removable:
        allowed.append(
            lambda: RemoveFeature(draw(st.integers(first_removable, network.n_features - 1)))
        )
    return draw(st.sampled_from(allowed))()


@st.composite
def _sample_edits(draw: st.DrawFn, session: Session, numbers: st.SearchStrategy[float]) -> Edit:
    network = session.network
    targets = vectors(network.n_outputs, numbers | st.just(math.nan))
    allowed: list[Callable[[], Edit]] = [
        lambda: AddSample(
            draw(_below(session.n_samples + 1)),
            draw(vectors(network.n_features, numbers)),
            draw(st.none() | targets),
        )
    ]
    if session.n_samples > 1:
        first_removable = 1 if session.n_train == 1 else 0
        allowed.append(
            lambda: RemoveSample(draw(st.integers(first_removable, session.n_samples - 1)))
        )
    return draw(st.sampled_from(allowed))()


@st.composite
def _whole_edits(draw: st.DrawFn, session: Session) -> Edit:
    network = session.network
    name = draw(st.just("") | names)
    n_classes = len(session.classes or ()) or session.n_classes
    allowed: list[Callable[[], Edit]] = [
        lambda: Rename(draw(st.sampled_from(("title", "note"))), name),
        lambda: Rename("layer", name, draw(_below(len(network.layers)))),
        lambda: Rename("feature", name, draw(_below(session.n_base_features))),
        lambda: Rename("class", name, draw(_below(n_classes))),
        lambda: RandomStart(draw(st.sampled_from([*INITIALISATIONS])), draw(seeds)),
        lambda: RandomInputs(draw(st.integers(1, 4)), "uniform", draw(seeds)),
        lambda: ReturnTo(draw(sessions()), "the file"),
    ]
    return draw(st.sampled_from(allowed))()


def assert_identical(one: Session, other: Session) -> None:
    """Demand the same numbers to the last bit, -0.0 told from 0.0, and the same names."""
    assert _content(one) == _content(other)


def _content(session: Session) -> object:
    return (
        [
            (_bits(layer.weights), _bits(layer.bias), layer.activation, layer.name)
            for layer in session.network.layers
        ],
        _bits(session.inputs),
        None if session.targets is None else _bits(session.targets),
        session.inputs_given,
        session.title,
        session.note,
        session.features,
        session.classes,
        session.declared_task,
        session.n_test,
        session.training,
        session.derived,
        record_content(session.data),
        [frozen_content(layer) for layer in session.network.layers],
    )


def record_content(record: DataRecord | None) -> object:
    """A record as something that can be compared, to the last bit."""
    if record is None:
        return None
    by = record.standardisation
    sizes = None if by is None else (_bits(by.mean), _bits(by.scale))
    return record.name, record.noise, record.seed, record.test_percent, sizes


def frozen_content(layer: Layer) -> object:
    """What is frozen of a layer, as something that can be compared."""
    frozen = layer.frozen
    return None if frozen is None else (frozen.weights.tolist(), frozen.bias.tolist())


def _bits(array: FloatArray) -> tuple[tuple[int, ...], bytes]:
    return array.shape, array.tobytes()
