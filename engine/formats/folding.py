"""Folds dense operations, scalings and activations into layers, as in W·(s·x + t) + b."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.formats.reading import check_count, no_bias_note
from engine.formats.tensors.written_names import kept_names
from engine.nn.activations import Activation
from engine.nn.arrays import FloatArray
from engine.nn.layer import Layer

MAX_LAYERS = 1_000

_MAX_SCALINGS = 100
"""In a row, without a layer in between; no exporter writes more."""

_IDENTITY = Activation("identity")


@dataclass(frozen=True, eq=False, slots=True)
class Affine:
    """x → scale·x + shift, each (n,), or (1,) for all neurons; None for 1 and 0."""

    scale: FloatArray | None = None
    shift: FloatArray | None = None

    def then(self, other: Affine) -> Affine:
        """Return this map followed by the other.

        Parameters
        ----------
        other
            What comes next on the path.

        Returns
        -------
        Affine
        """
        scale = other.scale if self.scale is None else _scaled(self.scale, other.scale)
        return Affine(scale, _sum(_scaled(self.shift, other.scale), other.shift))

    def at(self, places: NDArray[np.intp]) -> Affine:
        """Return the map for some of the numbers.

        Parameters
        ----------
        places
            Which of the numbers each number afterwards is.

        Returns
        -------
        Affine
        """
        scale, shift = (
            array if array is None or array.size == 1 else array[places]
            for array in (self.scale, self.shift)
        )
        return Affine(scale, shift)

    @property
    def width(self) -> int | None:
        """The number of neurons it is for, None if it is the same for all."""
        sizes = {array.size for array in (self.scale, self.shift) if array is not None} - {1}
        return max(sizes, default=None)


@dataclass(frozen=True, eq=False, slots=True)
class Dense:
    """weights: (n_neurons, n_inputs). bias: (n_neurons,), or None for none.

    tensors: what the file calls the two. name: what it calls the layer.
    """

    weights: FloatArray
    bias: FloatArray | None
    tensors: tuple[str, ...] = ()
    name: str | None = None

    def after(self, front: Affine) -> Dense:
        """Return the dense operation that applies `front` first.

        Parameters
        ----------
        front
            The scaling that comes first.

        Returns
        -------
        Dense
        """
        weights, bias = self.weights, self.bias
        if front.shift is not None:
            bias = _sum(weights @ np.broadcast_to(front.shift, weights.shape[1]), bias)
        if front.scale is not None:
            weights = weights * front.scale
        # Under the old names the numbers would be taken for those without the scaling.
        return replace(self, weights=weights, bias=bias, tensors=())

    def before(self, back: Affine) -> Dense:
        """Return the dense operation that applies `back` to its sums.

        Parameters
        ----------
        back
            The scaling that comes afterwards.

        Returns
        -------
        Dense
        """
        weights = self.weights
        if back.scale is not None:
            weights = weights * np.broadcast_to(back.scale, len(weights))[:, np.newaxis]
        bias = _sum(_scaled(self.bias, back.scale), back.shift)
        return replace(
            self, weights=weights, bias=None if bias is None else _full(bias, len(weights))
        )

    def at(self, places: NDArray[np.intp]) -> Dense:
        """Return the dense operation of some of the neurons.

        Parameters
        ----------
        places
            Their indices.

        Returns
        -------
        Dense
        """
        bias = self.bias if self.bias is None or self.bias.size == 1 else self.bias[places]
        return replace(self, weights=self.weights[places], bias=bias, tensors=())

    def reading(self, places: NDArray[np.intp], n_inputs: int) -> Dense:
        """Return the dense operation on all inputs, of which it reads some; the others weigh 0.

        Parameters
        ----------
        places
            The index of the input that each column reads.
        n_inputs
            How many inputs there are.

        Returns
        -------
        Dense
        """
        weights = np.zeros((len(self.weights), n_inputs))
        np.add.at(weights.T, places, self.weights.T)
        return replace(self, weights=weights, tensors=())

    def layer(self, activation: Activation) -> Layer:
        """Return the layer with its activation.

        Parameters
        ----------
        activation
            What it applies to its sums.

        Returns
        -------
        Layer
        """
        bias = np.zeros(len(self.weights)) if self.bias is None else self.bias
        tensors = kept_names(*(*self.tensors, None, None)[:2])
        return Layer(self.weights, bias, activation, self.name, None, tensors)


class Folding:
    """Takes the operations of a path in order and turns them into layers.

    notes: a line for each operation that is not a layer of its own. width: the number of values per
    sample at this point, None while unknown. has_dense: whether there was a dense operation.
    n_numbers: how many numbers of the file were counted.
    """

    def __init__(self) -> None:
        self.layers: list[Layer] = []
        self.notes: list[str] = []
        self.width: int | None = None
        self.has_dense = False
        self._front: Affine | None = None
        self._front_label = ""
        self._dense: Dense | None = None
        self.n_numbers = 0
        self._n_scalings = 0
        self._selected: NDArray[np.intp] | None = None
        self._n_inputs = 0

    @property
    def after_activation(self) -> bool:
        """Whether the last operation was an activation."""
        return bool(self.layers) and self._dense is None and self._front is None

    def reserve(self, n_numbers: int) -> None:
        """Count numbers before they are read; raises ValueError when there are too many.

        Parameters
        ----------
        n_numbers
            How many weights and biases.
        """
        self.n_numbers += n_numbers
        check_count(self.n_numbers)

    def dense(self, dense: Dense, label: str, *, joins: bool = False) -> None:
        """Add a dense operation; raises ValueError when it does not fit what it reads.

        Parameters
        ----------
        dense
            A dense layer on the path.
        label
            How errors begin: what the tensor is.
        joins
            Whether it only brings branches together, so that it is part of the sums before it.
        """
        self.reserve(dense.weights.size)
        if joins and self._dense is not None and self.width == dense.weights.shape[1]:
            before = self._dense
            bias = _sum(None if before.bias is None else dense.weights @ before.bias, dense.bias)
            dense = Dense(dense.weights @ before.weights, bias)
            self._dense, self.width = None, dense.weights.shape[1]
        self.has_dense = True
        self._add(dense, label)

    def affine(self, affine: Affine, label: str, bias: str | None = None) -> None:
        """Fold a scaling into the sums before it, else into the layer after it.

        Parameters
        ----------
        affine
            A scaling and a shift of each number.
        label
            How errors begin: what the tensor is.
        bias
            The name of the tensor, where this is the bias of a layer, which needs no note.
        """
        if affine.width is not None:
            if self.width not in (None, affine.width):
                raise ValueError(
                    f"{label}: has {affine.width} numbers for a sample of {self.width}"
                )
            self.width = affine.width
        self._n_scalings += 1
        if self._n_scalings > _MAX_SCALINGS:
            raise ValueError(f"{label}: more than {_MAX_SCALINGS} scalings in a row")
        if bias is None:
            self.notes.append(f"{label}: folded into layer {len(self.layers) + 1}")
        if self._dense is not None:
            named = bias is not None and self._dense.tensors
            tensors = (*self._dense.tensors, str(bias)) if named else ()
            self._dense = replace(self._dense.before(affine), tensors=tensors)
        else:
            self._front = affine if self._front is None else self._front.then(affine)
            self._front_label = label

    def select(self, places: NDArray[np.intp], label: str) -> None:
        """Go on with some of the numbers of each sample, in any order.

        Parameters
        ----------
        places
            Which of the numbers at this point each number afterwards is.
        label
            How errors begin: what the operation is.

        Raises
        ------
        ValueError
            When the numbers come from an activation that works on all of them together.
        """
        if self.width is None or np.array_equal(places, np.arange(self.width)):
            return
        if self._front is not None:
            self._front = self._front.at(places)
        if self._dense is not None:
            self._dense = self._dense.at(places)
        elif not self.layers:
            if self._selected is None:
                self._selected = np.arange(self.width)
                self._n_inputs = self.width
            self._selected = self._selected[places]
        elif self.layers[-1].activation.row_wise:
            raise ValueError(f"{label}: takes some of what {self.layers[-1].activation.text} makes")
        else:
            last = self.layers[-1]
            self.layers[-1] = last.replace(weights=last.weights[places], bias=last.bias[places])
        what = "numbers change their order" if len(places) == self.width else "only some are read"
        number = max(len(self.layers) + (self._dense is not None), 1)
        self.notes.append(f"{label}: {what}, folded into layer {number}")
        self.width = len(places)

    def activation(self, activation: Activation, label: str) -> None:
        """End a layer with its activation; one without sums before it gets a diagonal matrix.

        Parameters
        ----------
        activation
            What the layer applies to its sums.
        label
            How errors begin: what the tensor is.
        """
        if self._dense is None:
            self._add_diagonal(label)
        self._close(activation)

    def finish(self) -> list[Layer]:
        """Return the layers; the last one has no activation if none followed it."""
        if self._front is not None:
            self._add_diagonal(self._front_label)
        self._close()
        return self.layers

    def _add(self, dense: Dense, label: str) -> None:
        self._close()
        self._n_scalings = 0
        if len(self.layers) >= MAX_LAYERS:
            raise ValueError(f"{label}: at most {MAX_LAYERS:,} layers are opened")
        n_neurons, n_inputs = dense.weights.shape
        if not n_neurons or not n_inputs:
            raise ValueError(f"{label}: its weights have the shape {n_inputs}×{n_neurons}")
        if self.width not in (None, n_inputs):
            raise ValueError(
                f"{label}: reads {n_inputs} numbers a sample, but what comes to it has {self.width}"
            )
        self._dense = dense if self._front is None else dense.after(self._front)
        self._front = None
        if self._selected is not None:
            self.reserve(n_neurons * self._n_inputs)
            self._dense = self._dense.reading(self._selected, self._n_inputs)
            self._selected = None
        self.width = n_neurons

    def _close(self, activation: Activation = _IDENTITY) -> None:
        if self._dense is not None:
            self.layers.append(self._dense.layer(activation))
            if self._dense.bias is None:
                self.notes.append(no_bias_note(len(self.layers)))
            self._dense = None

    def _add_diagonal(self, label: str) -> None:
        if self.width is None:
            raise ValueError(f"{label}: the number of values per sample is not known here")
        self.reserve(self.width * self.width + self.width)
        self.notes.append(
            f"{label}: no sums come before it, so it is layer {len(self.layers) + 1}, "
            f"where each neuron reads one number"
        )
        front, self._front = self._front, None
        self._add(Dense(np.eye(self.width), None), label)
        if front is not None and self._dense is not None:
            self._dense = self._dense.before(front)


def _scaled(array: FloatArray | None, scale: FloatArray | None) -> FloatArray | None:
    return array if array is None or scale is None else array * scale


def _sum(one: FloatArray | None, other: FloatArray | None) -> FloatArray | None:
    if one is None or other is None:
        return other if one is None else one
    return one + other


def _full(array: FloatArray, size: int) -> FloatArray:
    return array if array.size == size else np.broadcast_to(array, size)
