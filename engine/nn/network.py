"""A feed-forward network: layers in sequence, and what they compute."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from engine.nn.arrays import FloatArray
from engine.nn.layer import Layer, LayerTrace


@dataclass(frozen=True, eq=False, slots=True)
class Trace:
    """Everything that one forward pass computed.

    Attributes
    ----------
    network
        Which computed it.
    inputs
        (n_samples, n_features).
    layers
        For each layer its pre_activations and activations, (n_samples, n_neurons) each.
    """

    network: Network
    inputs: FloatArray
    layers: tuple[LayerTrace, ...]

    @property
    def outputs(self) -> FloatArray:
        """The activations of the last layer, (n_samples, n_outputs)."""
        return self.layers[-1].activations

    def inputs_of(self, layer_index: int) -> FloatArray:
        """Return what the layer reads: the inputs, or the activations of the layer before."""
        return self.layers[layer_index - 1].activations if layer_index else self.inputs

    def sample(self, index: int) -> Trace:
        """Return the trace of one sample alone: the same numbers, one row each."""
        return self.rows(index, index + 1)

    def rows(self, start: int, stop: int) -> Trace:
        """Return the trace of the samples from `start` up to `stop`: the same numbers."""
        if (start, stop) == (0, len(self.inputs)):
            return self
        rows = slice(start, stop)
        return Trace(
            self.network,
            self.inputs[rows],
            tuple(
                LayerTrace(layer.pre_activations[rows], layer.activations[rows])
                for layer in self.layers
            ),
        )


@dataclass(frozen=True, eq=False, init=False)
class Network:
    """Layers in sequence: the activations of each are the inputs of the next.

    Parameters
    ----------
    layers
        From the first, which reads the features, to the one that gives the outputs.

    Raises
    ------
    ValueError
        When there are no layers, or, naming the layer, when one does not fit the one before it.
    """

    layers: tuple[Layer, ...]

    def __init__(self, layers: Iterable[Layer]) -> None:
        object.__setattr__(self, "layers", tuple(layers))
        if not self.layers:
            raise ValueError("a network needs at least one layer")
        for number, (before, layer) in enumerate(
            zip(self.layers, self.layers[1:], strict=False), start=2
        ):
            if layer.n_inputs != before.n_neurons:
                raise ValueError(
                    f"layer {number}: each neuron has {layer.n_inputs} weights, expected "
                    f"{before.n_neurons}, one for each neuron of layer {number - 1}"
                )

    @property
    def n_features(self) -> int:
        return self.layers[0].n_inputs

    @property
    def n_outputs(self) -> int:
        return self.layers[-1].n_neurons

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """The number of features, then of neurons of each layer, such as (4, 8, 8, 3)."""
        return (self.n_features, *(layer.n_neurons for layer in self.layers))

    @property
    def n_weights(self) -> int:
        return sum(layer.weights.size for layer in self.layers)

    @property
    def n_biases(self) -> int:
        return sum(layer.bias.size for layer in self.layers)

    @property
    def n_parameters(self) -> int:
        """The number of weights and biases together: 139 for 4-8-8-3."""
        return self.n_weights + self.n_biases

    def replace_layers(self, start: int, stop: int, layers: Iterable[Layer]) -> Network:
        """Return the network with the layers from `start` up to `stop` replaced by `layers`."""
        return Network((*self.layers[:start], *layers, *self.layers[stop:]))

    def forward(self, x: ArrayLike, known: Trace | None = None) -> Trace:
        """Run the forward pass: z = x @ weights.T + bias, a = activation(z), layer by layer.

        Parameters
        ----------
        x
            (n_samples, n_features), or (n_features,) for one sample; it is not copied. NaN and
            infinities propagate.
        known
            An earlier trace of the same read-only inputs; the leading layers it shares with this
            network are reused instead of computed.

        Returns
        -------
        Trace
            Everything that was computed; its `outputs` are (n_samples, n_outputs).

        Raises
        ------
        ValueError
            When x does not have n_features columns.
        """
        inputs = np.asarray(x, dtype=np.float64)
        if inputs.ndim == 1:
            inputs = inputs[np.newaxis]
        if inputs.ndim != 2 or inputs.shape[1] != self.layers[0].weights.shape[1]:
            raise ValueError(
                f"inputs have shape {inputs.shape}, expected (n_samples, {self.n_features})"
            )
        traces = [] if known is None else self._shared_with(known, inputs)
        a = traces[-1].activations if traces else inputs
        with np.errstate(all="ignore"):
            for layer in self.layers[len(traces) :]:
                trace = layer.forward(a)
                traces.append(trace)
                a = trace.activations
        return Trace(self, inputs, tuple(traces))

    def _shared_with(self, known: Trace, inputs: FloatArray) -> list[LayerTrace]:
        """The traces of the leading layers that `known` computed from the same inputs."""
        shared: list[LayerTrace] = []
        if known.inputs is inputs and not inputs.flags.writeable:
            for own, other, trace in zip(
                self.layers, known.network.layers, known.layers, strict=False
            ):
                if own is not other:
                    break
                shared.append(trace)
        return shared
