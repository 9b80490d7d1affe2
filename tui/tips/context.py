"""Where the cursor is, with everything that a tip may ask about it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np

from engine import Bias, Edit, Input, Layer, Parameter, Session, Trace, Weight
from engine.analysis.sweep import respond
from engine.nn.arrays import FloatArray
from engine.nn.parameters import neuron_name
from engine.nn.targets import class_targets
from engine.session.metrics import is_judged
from engine.session.names import feature_name, input_name, parameter_value
from engine.session.prediction import answer, prediction
from engine.text import equals_sign, format_given, format_number, format_within, is_exact

_MAX_NAME_LENGTH = 20
_WIDTH_OF_A_GIVEN_NUMBER = 10
_RELATIVE_TOLERANCE = 1e-12


@dataclass(frozen=True, eq=False)
class TipContext:
    """The number under the cursor, the current neuron and output, and the sample, all from 0.

    trace: the sample's forward pass, one row. step: how far a nudge goes. target: the output
    whose target the cursor is on, or None while it is on the parameter.
    """

    session: Session
    trace: Trace
    sample: int
    parameter: Parameter
    layer_index: int
    neuron: int
    output: int
    step: float
    target: int | None

    @property
    def layer(self) -> Layer:
        """The layer of the current neuron."""
        return self.session.network.layers[self.layer_index]

    @property
    def last(self) -> int:
        """The index of the last layer."""
        return len(self.session.network.layers) - 1

    @property
    def first_changed(self) -> int:
        """The first layer whose sums the number under the cursor goes into."""
        return 0 if isinstance(self.parameter, Input) else self.parameter.layer_index

    @cached_property
    def value(self) -> float:
        """The number under the cursor."""
        return parameter_value(self.session, self.parameter, self.sample)

    @cached_property
    def value_after_step(self) -> float:
        """The number after one nudge up; in decimal arithmetic, as the key does it."""
        return float(Decimal(repr(self.value)) + Decimal(repr(self.step)))

    @property
    def outputs(self) -> FloatArray:
        """The outputs of the sample, (n_outputs,)."""
        outputs: FloatArray = self.trace.outputs[0]
        return outputs

    @property
    def is_free(self) -> bool:
        """Whether the number under the cursor can be changed: a derived input cannot."""
        parameter = self.parameter
        return not isinstance(parameter, Input) or parameter.feature < self.session.n_base_features

    @cached_property
    def is_finite(self) -> bool:
        """Whether the pass has no overflow."""
        return bool(np.isfinite(self.outputs).all())

    def work_of(self, n_passes: int) -> int:
        """How many multiplications `n_passes` take as the number under the cursor varies."""
        layers = self.session.network.layers
        after = layers[self.first_changed + 1 :]
        varied = layers[self.first_changed].n_neurons
        return n_passes * (varied + sum(layer.n_parameters for layer in after))

    def after(self, edit: Edit) -> Trace:
        """Return the pass of the sample once `edit` is made, the very one the screen will show."""
        return edit.apply(self.session).sample_trace(self.sample)

    def respond(self, values: FloatArray) -> Trace:
        """Return the pass with one row for each value of the number under the cursor."""
        return respond(self.session, {self.parameter: values}, self.sample)

    def name(self, layer_index: int, neuron: int) -> str:
        return neuron_name(self.session.network, layer_index, neuron)

    def parameter_label(self, parameter: Parameter) -> str:
        """Return "x1", "the weight x2→h1" or "the bias of h1"."""
        match parameter:
            case Weight(layer_index, neuron, input):
                source = short(input_name(self.session, layer_index, input))
                return f"the weight {source}→{self.name(layer_index, neuron)}"
            case Bias(layer_index, neuron):
                return f"the bias of {self.name(layer_index, neuron)}"
            case Input(feature):
                return short(feature_name(self.session, feature))

    def computed_z(self, layer_index: int, neuron: int) -> float:
        """Return the sum as the pass has it, which decides whether a neuron is on."""
        return float(self.trace.layers[layer_index].pre_activations[0, neuron])

    def sum_z(self, layer_index: int, neuron: int, trace: Trace | None = None) -> float:
        """Return the sum to show, of `trace` or the present pass; 0 where only rounding is left."""
        trace = trace or self.trace
        z = float(trace.layers[layer_index].pre_activations[0, neuron])
        layer = self.session.network.layers[layer_index]
        with np.errstate(all="ignore"):
            terms = layer.weights[neuron] * trace.inputs_of(layer_index)[0]
        largest = max(float(np.abs(terms).max()), abs(float(layer.bias[neuron])))
        return 0.0 if is_exact("0", z, largest) else z

    def out(self, layer_index: int, neuron: int) -> float:
        return float(self.trace.layers[layer_index].activations[0, neuron])

    def out_text(self, layer_index: int, value: float) -> str:
        """Return an activation of that layer as the screen shows it."""
        limits = self.session.network.layers[layer_index].activation.limits
        return format_within(value, limits)

    @cached_property
    def answer(self) -> str | None:
        """The answer for the sample, see `answer_to`."""
        return self.answer_to(self.outputs)

    @cached_property
    def expected_answer(self) -> str | None:
        """The answer that the targets of the sample ask for, None where they leave it open."""
        targets = self.session.targets_or_unset[self.sample]
        if not is_judged(targets[np.newaxis], self.session.task)[0]:
            return None
        if self.session.task == "multiclass":
            targets = class_targets(targets[np.newaxis])[0]
        elif math.isnan(targets[self.output]):
            return None
        else:
            # Of several yes/no outputs only the current one matters.
            targets = np.nan_to_num(targets)
        return self.answer_to(targets)

    def answer_to(self, outputs: FloatArray) -> str | None:
        """Return the class that `outputs`, (n_outputs,), mean; None where there are no classes.

        Where every output is a yes or no of its own, return that of the current output.
        """
        predicted = prediction(self.session, outputs)
        if isinstance(predicted, list):
            return str(predicted[self.output])
        text = answer(self.session, outputs)
        return None if text is None else short(text)

    @property
    def answer_label(self) -> str:
        """Return "the answer", or "the answer of o2" where each output has its own."""
        if self.session.task == "binary" and self.session.network.n_outputs > 1:
            return f"the answer of {self.name(self.last, self.output)}"
        return "the answer"


def short(name: str) -> str:
    """Return a name that leaves room for the rest of a sentence."""
    return name if len(name) <= _MAX_NAME_LENGTH else f"{name[: _MAX_NAME_LENGTH - 1]}…"


def shown(value: float) -> str:
    """Return a computed number, with "≈" before it where it is rounded."""
    text = format_number(value)
    return text if equals_sign(text, value) == "=" else f"≈ {text}"


def given(value: float) -> str:
    """Return a number as the user typed it, shortened where it is too long."""
    return format_given(value, width=_WIDTH_OF_A_GIVEN_NUMBER)


def summed(first: float, second: float) -> float:
    """Return first + second, or 0 where the two cancel out up to rounding."""
    total = first + second
    return 0.0 if abs(total) <= _RELATIVE_TOLERANCE * max(abs(first), abs(second)) else total


def differences(before: FloatArray, after: FloatArray) -> FloatArray:
    """Return after - before, with 0 where the difference is only rounding."""
    change: FloatArray = after - before
    size = np.maximum(np.abs(before), np.abs(after))
    change[np.abs(change) <= _RELATIVE_TOLERANCE * size] = 0
    return change


def past(value: float, start: float, decimals: int) -> float:
    """Return the nearest number with `decimals` decimals beyond `value`, seen from `start`."""
    unit = 10.0**decimals
    if value >= start:
        return (math.floor(value * unit) + 1) / unit
    return (math.ceil(value * unit) - 1) / unit
