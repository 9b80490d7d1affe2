"""A feed-forward network: layers in sequence, and what they compute."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from engine.nn.arguments import check_index, check_type, described
from engine.nn.arrays import FloatArray, sample_rows
from engine.nn.layer import Layer, LayerTrace
from engine.nn.passes import LayerPass, forward
from engine.nn.values import Value
from engine.text import printable

_MAX_NAMES = 6
"""Activations named in one line; of more the middle ones are left out."""


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Trace(Value):
    """Everything that one forward pass computed.

    Parameters
    ----------
    network
        The network that computed it.
    inputs
        (n_samples, n_features).
    layers
        For each layer its pre_activations and activations, (n_samples, n_neurons) each.
    """

    network: Network
    inputs: FloatArray
    layers: tuple[LayerTrace, ...]

    def __repr__(self) -> str:
        """Return how many samples went through which network, in one line."""
        n_samples = len(self.inputs)
        sizes = "→".join(map(str, self.network.sizes))
        return f"Trace({n_samples} sample{'s' * (n_samples != 1)}, {sizes})"

    @property
    def outputs(self) -> FloatArray:
        """The activations of the last layer, (n_samples, n_outputs)."""
        return self.layers[-1].activations

    def inputs_of(self, layer_index: int) -> FloatArray:
        """Return what the layer reads: the inputs, or the activations of the layer before.

        Parameters
        ----------
        layer_index
            The index of the layer, from 0.

        Returns
        -------
        FloatArray
        """
        return self.layers[layer_index - 1].activations if layer_index else self.inputs

    def passes(self) -> list[LayerPass]:
        """Return the pass that computed it, as the backward pass continues it.

        Returns
        -------
        list of LayerPass
            One for each layer.
        """
        passes = [layer.new_pass() for layer in self.network.layers]
        for index, (layer, computed) in enumerate(zip(passes, self.layers, strict=True)):
            layer.x = self.inputs_of(index).T
            layer.z, layer.a = computed.pre_activations.T, computed.activations.T
            layer.columns = layer.weights.T
        return passes

    def sample(self, index: int) -> Trace:
        """Return the trace of one sample alone: the same numbers, one row each.

        Parameters
        ----------
        index
            Which sample, from 0.

        Returns
        -------
        Trace
        """
        check_index(index, len(self.inputs), "sample")
        return self.rows(index, index + 1)

    def rows(self, start: int, stop: int) -> Trace:
        """Return the trace of the samples from `start` up to `stop`: the same numbers.

        Parameters
        ----------
        start
            The first, from 0.
        stop
            The one after the last.

        Returns
        -------
        Trace
        """
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


@dataclass(frozen=True, eq=False, init=False, repr=False)
class Network(Value):
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
        try:
            object.__setattr__(self, "layers", tuple(layers))
        except TypeError:
            raise TypeError(f"layers: expected a list of Layer, got {described(layers)}") from None
        if not self.layers:
            raise ValueError("a network needs at least one layer")
        for index, layer in enumerate(self.layers):
            check_type(layer, Layer, f"layers[{index}]")
        for number, (before, layer) in enumerate(
            zip(self.layers, self.layers[1:], strict=False), start=2
        ):
            if layer.n_inputs != before.n_neurons:
                raise ValueError(
                    f"layer {number}: each neuron has {layer.n_inputs} weights, expected "
                    f"{before.n_neurons}, one for each neuron of layer {number - 1}"
                )

    def __repr__(self) -> str:
        """Return the sizes, the activations and the number of parameters, in one line."""
        names = [layer.activation.text for layer in self.layers]
        if len(names) > _MAX_NAMES:
            names[_MAX_NAMES - 1 : -1] = ["…"]
        sizes = "→".join(map(str, self.sizes))
        return f"Network({sizes}, {', '.join(names)}, {self.n_parameters:,} parameters)"

    def __call__(self, x: ArrayLike) -> FloatArray:
        """Return the outputs alone; `forward` also returns what came before them.

        Parameters
        ----------
        x
            (n_samples, n_features), or (n_features,) for one sample.

        Returns
        -------
        FloatArray
            (n_samples, n_outputs).

        Raises
        ------
        ValueError
            When x does not have n_features columns of numbers.
        """
        return self.forward(x).outputs

    def summary(self) -> str:
        """Return a table with a row for each layer and how many parameters it has, to be printed.

        Returns
        -------
        str
            The layers' names, activations and sizes, and their parameters as the sum of weights,
            n_inputs · n_neurons, and biases, n_neurons.
        """
        rows = [("layer", "name", "activation", "inputs", "neurons", "parameters", "")]
        for number, layer in enumerate(self.layers, start=1):
            n_inputs, n_neurons = layer.n_inputs, layer.n_neurons
            rows.append(
                (
                    str(number),
                    printable(layer.name or ""),
                    layer.activation.text,
                    f"{n_inputs:,}",
                    f"{n_neurons:,}",
                    f"{layer.n_parameters:,}",
                    f"= {n_inputs:,}·{n_neurons:,} + {n_neurons:,}",
                )
            )
        total = f"= {self.n_weights:,} weights + {self.n_biases:,} biases"
        rows.append(("total", "", "", "", "", f"{self.n_parameters:,}", total))
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [
            "  ".join(
                cell.rjust(width) if 3 <= column <= 5 else cell.ljust(width)
                for column, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in rows
        ]
        rule = "─" * max(map(len, lines))
        return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1]])

    @property
    def n_features(self) -> int:
        """How many inputs a sample has."""
        return self.layers[0].n_inputs

    @property
    def n_outputs(self) -> int:
        """How many neurons the last layer has."""
        return self.layers[-1].n_neurons

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """The number of features, then of neurons of each layer, such as (4, 8, 8, 3)."""
        return (self.n_features, *(layer.n_neurons for layer in self.layers))

    @property
    def n_weights(self) -> int:
        """How many weights there are."""
        return sum(layer.weights.size for layer in self.layers)

    @property
    def n_biases(self) -> int:
        """How many biases there are."""
        return sum(layer.bias.size for layer in self.layers)

    @property
    def n_parameters(self) -> int:
        """The number of weights and biases together: 139 for 4-8-8-3."""
        return self.n_weights + self.n_biases

    def replace_layers(self, start: int, stop: int, layers: Iterable[Layer]) -> Network:
        """Return the network with the layers from `start` up to `stop` replaced by `layers`.

        Parameters
        ----------
        start
            The first, from 0.
        stop
            The one after the last.
        layers
            Those that take their place, none or more.

        Returns
        -------
        Network
        """
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
        if known is not None:
            check_type(known, Trace, "known")
        inputs = sample_rows(x, self.layers[0].weights.shape[1])
        traces = [] if known is None else self._shared_with(known, inputs)
        layers = [layer.new_pass() for layer in self.layers[len(traces) :]]
        a = traces[-1].activations if traces else inputs
        with np.errstate(all="ignore"):
            forward(layers, a.T)
        return Trace(self, inputs, (*traces, *map(LayerTrace.of, layers)))

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
