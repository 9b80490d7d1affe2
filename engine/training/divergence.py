"""Diverged training: where the first number stopped being finite, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engine.nn.arrays import FloatArray, first_not_finite
from engine.nn.backprop import loss_gradients
from engine.nn.network import Network, Trace
from engine.nn.parameters import neuron_name
from engine.training.settings import TrainingSettings

# Standardised inputs are of size 1: a hundredfold is a likely cause.
_LARGE_INPUT = 100.0
_LOG_LOSSES = ("bce", "cross_entropy")


# Named for what happened, as StopIteration is.
class TrainingDiverged(ValueError):  # noqa: N818
    """A run has a number that is not finite; the message is one line.

    Attributes
    ----------
    epoch, step
        Where, from 1.
    layer_index, neuron
        Of the first such number, from 0.
    what, cause
        That number, and the likely reason, in words.
    """

    def __init__(
        self, epoch: int, step: int, layer_index: int, neuron: int, name: str, what: str, cause: str
    ) -> None:
        super().__init__(
            f"training went wrong in epoch {epoch}, step {step}: layer {layer_index + 1}, {name}: "
            f"{what}; {cause}"
        )
        self.epoch = epoch
        self.step = step
        self.layer_index = layer_index
        self.neuron = neuron
        self.what = what
        self.cause = cause


@dataclass(frozen=True, eq=False, slots=True)
class FailedStep:
    """The step that failed.

    Attributes
    ----------
    network
        As it was before the step.
    inputs, targets
        (n_samples, n_features) and (n_samples, n_outputs), of its samples.
    settings, loss_name
        How it was trained.
    epoch, step
        Where, from 1.
    moved
        Layer and neuron of the first parameter that is not finite after it; None when only the
        loss is not.
    """

    network: Network
    inputs: FloatArray
    targets: FloatArray
    settings: TrainingSettings
    loss_name: str
    epoch: int
    step: int
    moved: tuple[int, int] | None

    def explain(self) -> TrainingDiverged:
        """Return the error that names the first number that is not finite, and a likely cause."""
        trace = self.network.forward(self.inputs)
        layer_index, neuron, what = next(self._not_finite(trace))
        name = neuron_name(self.network, layer_index, neuron)
        cause = self._cause(trace)
        return TrainingDiverged(self.epoch, self.step, layer_index, neuron, name, what, cause)

    def _not_finite(self, trace: Trace) -> Iterator[tuple[int, int, str]]:
        """Yield layer, neuron and description of what is not finite, in order of computation."""
        for layer_index, layer in enumerate(trace.layers):
            for what, array in zip(("its sum z", "its out a"), layer, strict=True):
                yield from _in_array(layer_index, 1, what, array)
        last = len(trace.layers) - 1
        if self.moved is None:
            error = np.abs(trace.outputs - self.targets)
            largest = np.where(np.isnan(self.targets), 0.0, error).max(axis=0)
            yield last, int(np.argmax(largest)), "the loss is no longer a finite number"
            return
        gradients = loss_gradients(trace, self.targets, self.loss_name).layers
        for layer_index in range(last, -1, -1):
            what = "the derivative of the loss by its sum z"
            yield from _in_array(layer_index, 1, what, gradients[layer_index].pre_activations)
            what = "the gradient of its weights"
            yield from _in_array(layer_index, 0, what, gradients[layer_index].weights)
        yield *self.moved, "the step took its weights beyond the largest float64"

    def _cause(self, trace: Trace) -> str:
        settings = self.settings
        last = self.network.layers[-1].activation.name
        ends = np.any((trace.outputs <= 0) | (trace.outputs >= 1))
        if self.loss_name in _LOG_LOSSES and last not in (
            "sigmoid",
            "softmax",
            "log_softmax",
        ):
            if ends:
                return (
                    f"the loss {self.loss_name} takes the logarithm of an out that is exactly 0 or "
                    f"1: make the last layer sigmoid or softmax, or use the loss mse"
                )
        elif settings.learning_rate * settings.l2 > 1:
            return f"the L2 rate {settings.l2:g} is too large for this learning rate"
        largest = float(np.abs(self.inputs).max())
        rate = f"the learning rate {settings.learning_rate:g} is probably too large"
        if largest > _LARGE_INPUT:
            return f"{rate} for inputs of up to {largest:.3g}: standardise them, or lower it"
        return f"{rate}: lower it"


def _in_array(
    layer_index: int, neuron_axis: int, what: str, array: FloatArray
) -> Iterator[tuple[int, int, str]]:
    place = first_not_finite(array)
    if place is not None:
        number = "NaN (not a number)" if np.isnan(array[place]) else "infinite"
        yield layer_index, place[neuron_axis], f"{what} became {number}"
