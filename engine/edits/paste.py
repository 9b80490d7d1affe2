"""Edits of several numbers at once, for pasting."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.edits.base import Edit, layer_at, with_layer
from engine.nn.arguments import check_index, check_type, check_whole
from engine.nn.arrays import FloatArray, read_only
from engine.nn.parameters import neuron_name
from engine.nn.resize import leading, with_columns, with_inputs, with_neurons
from engine.nn.targets import UNSET
from engine.nn.values import Value
from engine.session.session import Session


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class SetBlock(Value):
    """Set a rectangle of a layer's numbers, (n_rows, n_columns).

    Parameters
    ----------
    layer_index
        The index of the layer, from 0.
    neuron, column
        Of its first number, from 0; the column after the last weight is the bias.
    values
        What they become.
    """

    layer_index: int
    neuron: int
    column: int
    values: FloatArray

    def __post_init__(self) -> None:
        check_whole(self.layer_index, "layer_index")
        object.__setattr__(self, "values", _block(self.values, f"layer {self.layer_index + 1}"))

    def apply(self, session: Session) -> Session:
        check_type(session, Session, "session")
        layer = layer_at(session, self.layer_index)
        place = f"layer {self.layer_index + 1}"
        shape = (layer.n_neurons, layer.n_inputs + 1)
        table = np.column_stack([layer.weights, layer.bias])
        _check_room(self.values, self.neuron, self.column, shape, place)
        rows, columns = self._slices()
        table[rows, columns] = self.values
        changed = layer.replace(weights=table[:, :-1], bias=table[:, -1])
        return with_layer(session, self.layer_index, changed)

    def inverse(self, session: Session) -> SetBlock:
        layer = layer_at(session, self.layer_index)
        table = np.column_stack([layer.weights, layer.bias])
        return SetBlock(self.layer_index, self.neuron, self.column, table[self._slices()])

    def describe(self, session: Session) -> str:
        first = neuron_name(session.network, self.layer_index, self.neuron)
        last = neuron_name(
            session.network, self.layer_index, self.neuron + self.values.shape[0] - 1
        )
        of = first if first == last else f"{first} to {last}"
        return f"{_count(self.values)} of {of} set"

    def _slices(self) -> tuple[slice, slice]:
        return _slices(self.values, self.neuron, self.column)


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class SetInputBlock(Value, Edit):
    """Set a rectangle of the inputs.

    Parameters
    ----------
    sample
        The first of the samples, from 0.
    feature
        The first of the inputs, from 0.
    values
        (n_rows, n_columns), a row for each sample.
    """

    sample: int
    feature: int
    values: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", _block(self.values, "inputs"))

    def apply(self, session: Session) -> Session:
        check_type(session, Session, "session")
        shape = (session.n_samples, session.network.n_features)
        _check_room(self.values, self.sample, self.feature, shape, "inputs")
        inputs = session.inputs.copy()
        inputs[_slices(self.values, self.sample, self.feature)] = self.values
        return session.evolve(inputs=inputs)

    def inverse(self, session: Session) -> Edit:
        if not session.inputs_given:
            return Edit.inverse(self, session)
        old = session.inputs[_slices(self.values, self.sample, self.feature)]
        return SetInputBlock(self.sample, self.feature, old)

    def describe(self, session: Session) -> str:
        return f"{_count(self.values)} of the inputs set"


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class ReplaceInputs(Value, Edit):
    """Replace the inputs of all samples.

    Parameters
    ----------
    inputs
        (n_samples, n_features), in which derived features may be left out. If the number of samples
        changes, the targets, the test set and the record of the data are dropped.
    """

    inputs: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "inputs", read_only(self.inputs, "inputs", 2))

    def apply(self, session: Session) -> Session:
        check_type(session, Session, "session")
        if len(self.inputs) == session.n_samples:
            return session.evolve(inputs=self.inputs)
        return session.evolve(inputs=self.inputs, targets=None, n_test=0, data=None)

    def describe(self, session: Session) -> str:
        n_samples = len(self.inputs)
        return f"all samples replaced by {n_samples:,}"


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class ResizeLayer(Value, Edit):
    """Give a layer weights of another shape, (n_neurons, n_inputs), and adapt its neighbours.

    Parameters
    ----------
    layer_index
        The index of the layer, from 0.
    weights
        (n_neurons, n_inputs), one row per neuron.
    bias
        (n_neurons,), or None to keep the current one. Neurons of the layer before, weights of the
        layer after, features and the bias are cut at the end or extended with 0; targets of new
        outputs are not set. Names of features and classes that no longer fit are removed.
    """

    layer_index: int
    weights: FloatArray
    bias: FloatArray | None = None

    def __post_init__(self) -> None:
        check_whole(self.layer_index, "layer_index")
        place = f"layer {self.layer_index + 1}"
        object.__setattr__(self, "weights", read_only(self.weights, f"{place}: weights", 2))
        if self.bias is not None:
            object.__setattr__(self, "bias", read_only(self.bias, f"{place}: bias", 1))

    def apply(self, session: Session) -> Session:
        check_type(session, Session, "session")
        layer = layer_at(session, self.layer_index)
        n_neurons, n_inputs = self.weights.shape
        inputs = leading(layer.n_inputs, n_inputs)
        neurons = leading(layer.n_neurons, n_neurons)
        layers = list(session.network.layers)
        resized = with_inputs(with_neurons(layer, neurons), inputs)
        layers[self.layer_index] = resized.replace(weights=self.weights, bias=self.bias)
        changes: dict[str, object] = {}
        if self.layer_index and n_inputs != layer.n_inputs:
            layers[self.layer_index - 1] = with_neurons(layers[self.layer_index - 1], inputs)
        elif n_inputs != layer.n_inputs:
            changes |= {
                "inputs": with_columns(session.inputs, inputs),
                "features": None,
                "inputs_given": session.inputs_given,
            }
        if self.layer_index + 1 < len(layers) and n_neurons != layer.n_neurons:
            layers[self.layer_index + 1] = with_inputs(layers[self.layer_index + 1], neurons)
        elif n_neurons != layer.n_neurons:
            changes["classes"] = None
            if session.targets is not None:
                changes["targets"] = with_columns(session.targets, neurons, UNSET)
        network = session.network.replace_layers(0, len(layers), layers)
        return session.evolve(network=network, **changes)

    def describe(self, session: Session) -> str:
        n_neurons, n_inputs = self.weights.shape
        return f"layer {self.layer_index + 1} set to {n_neurons}×{n_inputs} weights"


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class PasteNetwork(Value, Edit):
    """Replace the network by another, with its inputs, names and task.

    If it has no inputs of its own, the current samples stay as far as they fit.

    Parameters
    ----------
    session
        The other network, with what belongs to it.
    """

    session: Session

    def apply(self, session: Session) -> Session:
        check_type(session, Session, "session")
        check_type(self.session, Session, "the session to paste")
        new = self.session
        if (
            new.inputs_given
            or not session.inputs_given
            or new.network.n_features != session.network.n_features
        ):
            return new
        targets = session.targets
        if targets is not None and targets.shape[1] != new.network.n_outputs:
            targets = None
        return new.evolve(inputs=session.inputs, targets=targets, features=session.features)

    def describe(self, session: Session) -> str:
        return f"network {'→'.join(map(str, self.session.network.sizes))} pasted"


def _block(values: FloatArray, place: str) -> FloatArray:
    block = read_only(values, f"{place}: the block", 2)
    if not block.size:
        raise ValueError(f"{place}: the block has no numbers")
    return block


def _check_room(
    values: FloatArray, row: int, column: int, shape: tuple[int, int], place: str
) -> None:
    check_index(row, shape[0], f"{place}: row")
    check_index(column, shape[1], f"{place}: column")
    n_rows, n_columns = values.shape
    if row + n_rows > shape[0] or column + n_columns > shape[1]:
        raise ValueError(
            f"{place}: {n_rows}×{n_columns} numbers do not fit from row {row + 1}, column "
            f"{column + 1} on; there is room for {shape[0] - row}×{shape[1] - column}"
        )


def _slices(values: FloatArray, row: int, column: int) -> tuple[slice, slice]:
    n_rows, n_columns = values.shape
    return slice(row, row + n_rows), slice(column, column + n_columns)


def _count(values: FloatArray) -> str:
    return "1 number" if values.size == 1 else f"{values.size} numbers"
