"""Training that went wrong: where the first number stopped being finite, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engine.nn.arrays import FloatArray, first_not_finite
from engine.nn.backprop import loss_gradients
from engine.nn.network import Network, Trace
from engine.nn.parameters import neuron_name
from engine.training.settings import TrainingSettings

_LARGE_INPUT = 100.0
_FLAT_ENDS = ("bce", "cross_entropy")


# Named for what happened, as StopIteration is.
class TrainingDiverged(ValueError):  # noqa: N818
    """The numbers of a run went beyond all bounds; its text is one line.

    epoch, step: where, from 1. layer_index, neuron: of the first number, from 0. what: that
    number, in words. cause: the likely reason, in words.
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
    """What is known of the step that failed.

    network: before the step. inputs, targets: of its samples. moved: layer and neuron of the first
    parameter that it left not finite, None when the step was right and the loss after it is not.
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
        """Return the error that names the first number that is not finite and a likely cause."""
        trace = self.network.forward(self.inputs)
        layer_index, neuron, what = next(self._places(trace))
        name = neuron_name(self.network, layer_index, neuron)
        cause = self._cause(trace)
        return TrainingDiverged(self.epoch, self.step, layer_index, neuron, name, what, cause)

    def _places(self, trace: Trace) -> Iterator[tuple[int, int, str]]:
        """Layer, neuron and words of what is not finite, in the order of computation."""
        for layer_index, layer in enumerate(trace.layers):
            for words, array in zip(("its sum z", "its out a"), layer, strict=True):
                yield from _in_array(layer_index, 1, words, array)
        last = len(trace.layers) - 1
        if self.moved is None:
            off = np.abs(trace.outputs - self.targets)
            activations = np.where(np.isnan(self.targets), 0.0, off).max(axis=0)
            yield last, int(np.argmax(activations)), "the loss is no longer a finite number"
            return
        gradients = loss_gradients(trace, self.targets, self.loss_name).layers
        for layer_index in range(last, -1, -1):
            words = "the derivative of the loss by its sum z"
            yield from _in_array(layer_index, 1, words, gradients[layer_index].pre_activations)
            words = "the gradient of its weights"
            yield from _in_array(layer_index, 0, words, gradients[layer_index].weights)
        yield *self.moved, "the step took its weights beyond the largest number there is"

    def _cause(self, trace: Trace) -> str:
        settings = self.settings
        last = self.network.layers[-1].activation.name
        ends = np.any((trace.outputs <= 0) | (trace.outputs >= 1))
        if self.loss_name in _FLAT_ENDS and last not in ("sigmoid", "softmax", "log_softmax"):
            if ends:
                return (
                    f"the loss {self.loss_name} takes the logarithm of an out that is exactly 0 or "
                    f"1: let the last layer be sigmoid or softmax, or take the loss mse"
                )
        elif settings.learning_rate * settings.l2 > 1:
            return f"the L2 rate {settings.l2:g} is too large for this learning rate"
        largest = float(np.abs(self.inputs).max())
        rate = f"the learning rate {settings.learning_rate:g} is probably too large"
        if largest > _LARGE_INPUT:
            return f"{rate} for inputs of up to {largest:.3g}: standardise them, or lower it"
        return f"{rate}: lower it"


def _in_array(
    layer_index: int, neuron_axis: int, words: str, array: FloatArray
) -> Iterator[tuple[int, int, str]]:
    place = first_not_finite(array)
    if place is not None:
        number = "NaN (not a number)" if np.isnan(array[place]) else "infinite"
        yield layer_index, place[neuron_axis], f"{words} became {number}"
