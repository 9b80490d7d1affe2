"""One layer: weights, bias and activation as a frozen value, and which of its numbers are frozen.

Training leaves frozen numbers as they are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.nn.activations import Activation
from engine.nn.activations import activation as activation_named
from engine.nn.arguments import check_type
from engine.nn.arrays import FloatArray, changed_at, first_not_finite, read_only, sample_rows
from engine.nn.passes import LayerPass, forward
from engine.nn.values import Value

BoolArray = NDArray[np.bool_]

_IDENTITY = Activation("identity")


class FrozenLayer(NamedTuple):
    """Which numbers of a layer training leaves alone: True where frozen.

    Parameters
    ----------
    weights
        (n_neurons, n_inputs).
    bias
        (n_neurons,).
    """

    weights: BoolArray
    bias: BoolArray

    @property
    def n_frozen(self) -> int:
        """How many numbers are frozen."""
        return int(np.count_nonzero(self.weights)) + int(np.count_nonzero(self.bias))

    def __repr__(self) -> str:
        """Return how many numbers are frozen, in one line."""
        return f"FrozenLayer({self.n_frozen} of {self.weights.size + self.bias.size} numbers)"


def everything_frozen(n_neurons: int, n_inputs: int) -> FrozenLayer:
    """Return the masks of a layer that is frozen as a whole.

    Parameters
    ----------
    n_neurons
        How many neurons.
    n_inputs
        How many inputs.

    Returns
    -------
    FrozenLayer
    """
    return FrozenLayer(np.ones((n_neurons, n_inputs), bool), np.ones(n_neurons, bool))


def neurons_frozen(n_neurons: int, n_inputs: int, neurons: list[int]) -> FrozenLayer:
    """Return the masks of a layer in which the given neurons, from 0, are frozen.

    Parameters
    ----------
    n_neurons
        How many neurons.
    n_inputs
        How many inputs.
    neurons
        The indices of the neurons, from 0.

    Returns
    -------
    FrozenLayer
    """
    masks = FrozenLayer(np.zeros((n_neurons, n_inputs), bool), np.zeros(n_neurons, bool))
    masks.weights[neurons] = True
    masks.bias[neurons] = True
    return masks


def checked_masks(
    frozen: FrozenLayer, n_neurons: int, n_inputs: int, label: str
) -> FrozenLayer | None:
    """Return read-only copies of the masks, or None when nothing is frozen.

    Parameters
    ----------
    frozen
        The masks of the frozen numbers; None for none.
    n_neurons
        How many neurons.
    n_inputs
        How many inputs.
    label
        How a message begins.

    Returns
    -------
    FrozenLayer | None

    Raises
    ------
    ValueError
        Beginning with `label`, when they are not boolean or do not have the shapes of the weights
        and the bias.
    """
    masks = []
    for name, mask, shape in (
        ("weights", frozen.weights, (n_neurons, n_inputs)),
        ("bias", frozen.bias, (n_neurons,)),
    ):
        given = np.asarray(mask)
        if given.dtype != np.bool_ or given.shape != shape:
            raise ValueError(
                f"{label}: the frozen mask of the {name} has shape {given.shape} and type "
                f"{given.dtype}, expected booleans of shape {shape}"
            )
        # A mask that nobody can write to is shared, as the weights of a layer are.
        if given.flags.writeable or given.base is not None:
            given = given.copy()
            given.setflags(write=False)
        masks.append(given)
    return FrozenLayer(*masks) if any(mask.any() for mask in masks) else None


class LayerTrace(NamedTuple):
    """What one layer computed.

    Parameters
    ----------
    pre_activations
        The sums z, (n_samples, n_neurons).
    activations
        (n_samples, n_neurons).
    """

    pre_activations: FloatArray
    activations: FloatArray

    @classmethod
    def of(cls, layer: LayerPass) -> LayerTrace:
        """Return what a pass has computed, read-only and with one row a sample.

        Parameters
        ----------
        layer
            After the forward pass.
        """
        z, a = layer.z.T, layer.a.T
        z.setflags(write=False)
        a.setflags(write=False)
        return cls(z, a)

    def __repr__(self) -> str:
        """Return how many samples and neurons there are, in one line."""
        n_samples, n_neurons = self.activations.shape
        return f"LayerTrace({n_samples} sample{'s' * (n_samples != 1)}, {n_neurons} neurons)"


@dataclass(frozen=True, eq=False, init=False, repr=False)
class Layer(Value):
    """A dense layer: every neuron reads every input.

    The arrays are copied and read-only. Numbers that are not finite are allowed here; a Session
    refuses them.

    Parameters
    ----------
    weights
        (n_neurons, n_inputs), one row per neuron.
    bias
        (n_neurons,).
    activation
        A name in any spelling, with parameters or without, or an Activation.
    name
        Of the layer, None for none.
    frozen
        Which of its numbers training leaves alone, None for none.
    tensors
        What the file it was read from calls its weights, and its bias if it had one; empty where
        that is not known. A file that is written keeps to it, so that `load_state_dict` goes on
        working.

    Raises
    ------
    ValueError
        When the shapes do not fit each other.
    """

    weights: FloatArray
    bias: FloatArray
    activation: Activation
    name: str | None
    frozen: FrozenLayer | None
    tensors: tuple[str, ...] = field(compare=False)

    def __init__(
        self,
        weights: ArrayLike,
        bias: ArrayLike,
        activation: Activation | str,
        name: str | None = None,
        frozen: FrozenLayer | None = None,
        tensors: Sequence[str] = (),
    ) -> None:
        check_type(name, str | None, "name")
        check_type(frozen, FrozenLayer | None, "frozen")
        label = f"layer {name!r}" if name else "layer"
        set_field = object.__setattr__
        set_field(self, "weights", read_only(weights, f"{label}: weights", 2))
        set_field(self, "bias", read_only(bias, f"{label}: bias", 1))
        set_field(self, "activation", activation_named(activation))
        set_field(self, "name", name)
        n_neurons, n_inputs = self.weights.shape
        if not n_neurons or not n_inputs:
            raise ValueError(f"{label}: needs at least one neuron and one input")
        if len(self.bias) != n_neurons:
            raise ValueError(
                f"{label}: bias has {len(self.bias)} numbers, expected {n_neurons}, "
                f"one for each row of weights"
            )
        if frozen is not None:
            frozen = checked_masks(frozen, n_neurons, n_inputs, label)
        set_field(self, "frozen", frozen)
        set_field(self, "tensors", tuple(tensors))

    def __repr__(self) -> str:
        """Return the name, the sizes and the activation, in one line."""
        name = "" if self.name is None else f"{self.name!r}, "
        sizes = f"{self.n_inputs}→{self.n_neurons}"
        return f"Layer({name}{sizes}, {self.activation.text}, {self.n_parameters} parameters)"

    def __call__(self, inputs: ArrayLike) -> FloatArray:
        """Return the activations alone.

        Parameters
        ----------
        inputs
            (n_samples, n_inputs), or (n_inputs,) for one sample.

        Returns
        -------
        FloatArray
            (n_samples, n_neurons).

        Raises
        ------
        ValueError
            When there are not n_inputs columns of numbers.
        """
        with np.errstate(all="ignore"):
            return self.forward(sample_rows(inputs, self.n_inputs)).activations

    @property
    def n_neurons(self) -> int:
        """How many neurons there are."""
        return int(self.weights.shape[0])

    @property
    def n_inputs(self) -> int:
        """How many inputs each neuron reads."""
        return int(self.weights.shape[1])

    @property
    def n_parameters(self) -> int:
        """The number of weights and biases: n_inputs · n_neurons + n_neurons."""
        return self.weights.size + self.bias.size

    def replace(
        self,
        *,
        weights: ArrayLike | None = None,
        bias: ArrayLike | None = None,
        activation: Activation | str | None = None,
    ) -> Layer:
        """Return this layer with the given parts changed; the other parts are shared.

        The weights must keep their shape if some are frozen.

        Parameters
        ----------
        weights
            (n_neurons, n_inputs), one row per neuron.
        bias
            (n_neurons,).
        activation
            An Activation, or its name in any spelling.

        Returns
        -------
        Layer
        """
        return Layer(
            self.weights if weights is None else weights,
            self.bias if bias is None else bias,
            self.activation if activation is None else activation,
            self.name,
            self.frozen,
            self.tensors,
        )

    def with_weight(self, neuron: int, input: int, value: float) -> Layer:
        """Return this layer with one weight changed; neuron and input count from 0.

        Parameters
        ----------
        neuron
            The index of the neuron, from 0.
        input
            The index of the input, from 0.
        value
            The new weight.

        Returns
        -------
        Layer
        """
        changed = self.replace(weights=changed_at(self.weights, (neuron, input), value))
        known = self.__dict__.get("largest_weight")
        # Scanning the weights of a large layer takes as long as the rest of the edit.
        if known is not None and abs(value) <= known > abs(self.weights[neuron, input]):
            changed.__dict__["largest_weight"] = known
        return changed

    def renamed(self, name: str | None) -> Layer:
        """Return this layer under another name, or none.

        Parameters
        ----------
        name
            The new name, or None.

        Returns
        -------
        Layer
        """
        return Layer(self.weights, self.bias, self.activation, name, self.frozen, self.tensors)

    def with_frozen(self, frozen: FrozenLayer | None) -> Layer:
        """Return this layer with other numbers, or none, frozen.

        Parameters
        ----------
        frozen
            The masks of the frozen numbers; None for none.

        Returns
        -------
        Layer
        """
        return Layer(self.weights, self.bias, self.activation, self.name, frozen, self.tensors)

    def forward(self, inputs: FloatArray) -> LayerTrace:
        """Return the sums and the activations of every neuron.

        The caller silences NumPy's overflow warnings.

        Parameters
        ----------
        inputs
            (n_samples, n_inputs).

        Returns
        -------
        LayerTrace
            Both (n_samples, n_neurons).
        """
        layer = self.new_pass()
        forward([layer], inputs.T)
        return LayerTrace.of(layer)

    def sums(self, inputs: FloatArray) -> FloatArray:
        """Return the sums z alone.

        Parameters
        ----------
        inputs
            (n_samples, n_inputs).

        Returns
        -------
        FloatArray
            (n_samples, n_neurons).
        """
        layer = LayerPass(self.weights, self._bias_column, _IDENTITY)
        forward([layer], inputs.T)
        return layer.z.T

    def new_pass(self) -> LayerPass:
        """Return this layer as a pass reads it."""
        return LayerPass(self.weights, self._bias_column, self.activation)

    @cached_property
    def _bias_column(self) -> FloatArray:
        """The bias, (n_neurons, 1); cached, as making a view costs time too."""
        return self.bias[:, np.newaxis]

    @cached_property
    def largest_weight(self) -> float:
        """The largest absolute weight; NaN or infinite if a weight is."""
        return max(float(self.weights.max()), -float(self.weights.min()))

    @cached_property
    def not_finite(self) -> str | None:
        """The place of the first NaN or infinity, such as "weights[1][2]", or None."""
        suspects = [("bias", self.bias)]
        if not math.isfinite(self.largest_weight):
            suspects.insert(0, ("weights", self.weights))
        for name, array in suspects:
            place = first_not_finite(array)
            if place is not None:
                return name + "".join(f"[{index + 1}]" for index in place)
        return None
