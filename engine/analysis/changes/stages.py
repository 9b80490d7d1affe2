"""The stages of a forward pass before and after a change: their numbers, and how these differ.

In order: inputs, then weights and biases, sums z and activations a of each layer, then the loss.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Literal, overload

import numpy as np
from numpy.typing import NDArray

from engine.nn.arrays import FloatArray
from engine.nn.layer import Layer
from engine.nn.network import Trace
from engine.nn.parameters import Bias, Input, Parameter, Weight, neuron_name
from engine.nn.values import Value
from engine.session.names import feature_name
from engine.session.names import parameter_name as name_of
from engine.session.session import Session

StageKind = Literal["inputs", "parameters", "pre_activations", "activations", "loss"]

MAX_RELATIVE = 2.0
"""The relative change of a number that becomes its own opposite."""


class LazyNames(Sequence[str]):
    """Names that are made on access, since a large layer has a hundred thousand."""

    def __init__(self, name: Callable[[int], str], count: int) -> None:
        self._name = name
        self._count = count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        places = range(self._count)[index]
        if isinstance(places, range):
            return tuple(map(self._name, places))
        return self._name(places)

    def __iter__(self) -> Iterator[str]:
        return map(self._name, range(self._count))


@dataclass(frozen=True, eq=False, repr=False)
class Stage(Value):
    """The numbers of one stage before and after, (n,) each.

    Parameters
    ----------
    name
        How a sentence calls it, such as "sums of the hidden layer".
    kind
        What the numbers are: inputs, parameters, sums …
    layer_index
        The index of the layer, from 0.
    names
        One for each number, as in "weight x1→h2", "h2", "x1" or "loss". Weights and biases come in
        reading order: the weights of a neuron, then its bias, neuron by neuron.
    before
        (n,).
    after
        (n,).
    address
        Maps a place to its parameter; None for sums, activations and the loss.
    """

    name: str
    kind: StageKind
    layer_index: int | None
    names: Sequence[str]
    before: FloatArray
    after: FloatArray
    address: Callable[[int], Parameter] | None = None

    @cached_property
    def changed(self) -> NDArray[np.intp]:
        """Where the numbers differ, (n_changed,); a NaN that stays a NaN has not changed."""
        if self.before is self.after:
            return np.empty(0, dtype=np.intp)
        differs = self.before != self.after
        differs &= ~(np.isnan(self.before) & np.isnan(self.after))
        return np.flatnonzero(differs)

    @property
    def n_changed(self) -> int:
        """How many numbers differ."""
        return len(self.changed)

    @cached_property
    def difference(self) -> FloatArray:
        """after - before, (n,); 0 for what did not change, infinities included."""
        difference = np.zeros(len(self.before))
        with np.errstate(all="ignore"):
            difference[self.changed] = self.after[self.changed] - self.before[self.changed]
        return difference

    @cached_property
    def relative(self) -> FloatArray:
        """abs(after - before) / max(abs(before), abs(after)), (n,), from 0 to 2.

        0: not changed. 1: from or to 0. 2: changed to its negative; also used for any change from
        or to a number that is not finite.
        """
        relative = np.zeros(len(self.before))
        before, after = self.before[self.changed], self.after[self.changed]
        size = np.maximum(np.abs(before), np.abs(after))
        with np.errstate(all="ignore"):
            # Divide first: the difference of two large numbers can overflow.
            shares = np.abs(after / size - before / size)
        relative[self.changed] = np.where(np.isfinite(size), shares, MAX_RELATIVE)
        return relative

    @property
    def largest_relative(self) -> float:
        """The largest relative change of the stage; 0 when nothing changed."""
        return float(self.relative[self.changed].max(initial=0.0))

    def most_changed(self, most: int) -> list[int]:
        """Return up to `most` places where the numbers changed most, the largest change first.

        Changes from or to a number that is not finite come first.

        Parameters
        ----------
        most
            How many places at most.

        Returns
        -------
        list[int]
        """
        sizes = np.abs(self.difference[self.changed])
        sizes[np.isnan(sizes)] = np.inf
        order = np.argsort(-sizes, kind="stable")[:most]
        return [int(place) for place in self.changed[order]]

    def parameter(self, place: int) -> Parameter | None:
        """Return the parameter at a place; None for sums, activations and the loss.

        Parameters
        ----------
        place
            The index of the number, from 0.

        Returns
        -------
        Parameter | None
        """
        return None if self.address is None else self.address(place)


def input_stage(before: Session, after: Session, sample: int) -> Stage:
    """Return the inputs of one sample, named after the features.

    Parameters
    ----------
    before
        The session before.
    after
        The session after.
    sample
        The index of the sample, from 0.

    Returns
    -------
    Stage
    """
    return Stage(
        "inputs",
        "inputs",
        None,
        LazyNames(partial(feature_name, after), after.network.n_features),
        before.inputs[sample],
        after.inputs[sample],
        Input,
    )


def parameter_stage(before: Session, after: Session, layer_index: int) -> Stage:
    """Return the weights and biases of one layer.

    Parameters
    ----------
    before
        The session before.
    after
        The session after.
    layer_index
        The index of the layer, from 0.

    Returns
    -------
    Stage
    """
    old, new = before.network.layers[layer_index], after.network.layers[layer_index]
    numbers = _parameters(old)
    address = partial(_address, layer_index, new.n_inputs)
    return Stage(
        f"weights and biases of layer {layer_index + 1}",
        "parameters",
        layer_index,
        LazyNames(lambda place: name_of(after, address(place)), len(numbers)),
        numbers,
        numbers if old is new else _parameters(new),
        address,
    )


def neuron_stages(before: Trace, after: Trace, layer_index: int) -> tuple[Stage, Stage]:
    """Return the sums z and the activations a of one layer; both are traces of one sample.

    Parameters
    ----------
    before
        That of the session before.
    after
        That of the session after.
    layer_index
        The index of the layer, from 0.

    Returns
    -------
    tuple[Stage, Stage]
    """
    old, new = before.layers[layer_index], after.layers[layer_index]
    n_neurons = new.activations.shape[1]
    names = LazyNames(partial(neuron_name, after.network, layer_index), n_neurons)
    number = layer_index + 1
    return (
        Stage(
            f"sum z of layer {number}",
            "pre_activations",
            layer_index,
            names,
            old.pre_activations[0],
            new.pre_activations[0],
        ),
        Stage(
            f"out a of layer {number}",
            "activations",
            layer_index,
            names,
            old.activations[0],
            new.activations[0],
        ),
    )


def loss_stage(before: float, after: float) -> Stage:
    """Return the loss, a stage of one number.

    Parameters
    ----------
    before
        That of the session before.
    after
        That of the session after.

    Returns
    -------
    Stage
    """
    return Stage("loss", "loss", None, ("loss",), np.array([before]), np.array([after]))


def _parameters(layer: Layer) -> FloatArray:
    """The weights of each neuron followed by its bias, neuron by neuron, as one vector."""
    numbers: FloatArray = np.column_stack([layer.weights, layer.bias]).ravel()
    numbers.setflags(write=False)
    return numbers


def _address(layer_index: int, n_inputs: int, place: int) -> Weight | Bias:
    neuron, input = divmod(place, n_inputs + 1)
    return Bias(layer_index, neuron) if input == n_inputs else Weight(layer_index, neuron, input)
