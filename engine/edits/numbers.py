"""Edits of single numbers: one weight, bias, input or target, or all inputs or targets."""

from __future__ import annotations

import math
from dataclasses import dataclass

from engine.edits.base import (
    Edit,
    layer_at,
    value_text,
    with_layer,
)
from engine.nn.arguments import check_index, check_number, check_type
from engine.nn.arrays import FloatArray, changed_at, read_only
from engine.nn.parameters import Bias, Input, Parameter, Weight
from engine.nn.targets import UNSET
from engine.nn.values import Value
from engine.session.derived import check_base_feature
from engine.session.names import output_label, parameter_name
from engine.session.session import Session


@dataclass(frozen=True, slots=True)
class SetWeight:
    """Set the weight of one input of one neuron.

    Parameters
    ----------
    layer_index
        The index of the layer, from 0.
    neuron
        The index of the neuron, from 0.
    input
        The index of the input, from 0.
    value
        The new weight, a finite number.
    """

    layer_index: int
    neuron: int
    input: int
    value: float

    @property
    def parameter(self) -> Weight:
        """The address of what is set."""
        return Weight(self.layer_index, self.neuron, self.input)

    def apply(self, session: Session) -> Session:
        check_type(session, Session, "session")
        layer = layer_at(session, self.layer_index)
        check_index(self.neuron, layer.n_neurons, f"layer_index {self.layer_index}: neuron")
        check_index(self.input, layer.n_inputs, f"layer_index {self.layer_index}: input")
        check_number(self.value, "value")
        changed = layer.with_weight(self.neuron, self.input, self.value)
        return with_layer(session, self.layer_index, changed)

    def inverse(self, session: Session) -> SetWeight:
        old = session.network.layers[self.layer_index].weights[self.neuron, self.input]
        return SetWeight(self.layer_index, self.neuron, self.input, float(old))

    def describe(self, session: Session) -> str:
        return f"{parameter_name(session, self.parameter)} set to {value_text(self.value)}"


@dataclass(frozen=True, slots=True)
class SetBias:
    """Set the bias of one neuron.

    Parameters
    ----------
    layer_index
        The index of the layer, from 0.
    neuron
        The index of the neuron, from 0.
    value
        The new bias, a finite number.
    """

    layer_index: int
    neuron: int
    value: float

    @property
    def parameter(self) -> Bias:
        """The address of what is set."""
        return Bias(self.layer_index, self.neuron)

    def apply(self, session: Session) -> Session:
        check_type(session, Session, "session")
        layer = layer_at(session, self.layer_index)
        check_index(self.neuron, layer.n_neurons, f"layer_index {self.layer_index}: neuron")
        check_number(self.value, "value")
        bias = changed_at(layer.bias, self.neuron, self.value)
        return with_layer(session, self.layer_index, layer.replace(bias=bias))

    def inverse(self, session: Session) -> SetBias:
        old = session.network.layers[self.layer_index].bias[self.neuron]
        return SetBias(self.layer_index, self.neuron, float(old))

    def describe(self, session: Session) -> str:
        return f"{parameter_name(session, self.parameter)} set to {value_text(self.value)}"


@dataclass(frozen=True, slots=True)
class SetInput:
    """Set one feature of one sample; derived features follow, and cannot be set themselves.

    Parameters
    ----------
    sample
        The index of the sample, from 0.
    feature
        The index of the input, from 0.
    value
        A finite number.
    """

    sample: int
    feature: int
    value: float

    @property
    def parameter(self) -> Input:
        """The address of what is set."""
        return Input(self.feature)

    def apply(self, session: Session) -> Session:
        check_type(session, Session, "session")
        check_index(self.sample, session.n_samples, "sample")
        check_index(self.feature, session.network.n_features, "input")
        check_base_feature(session, self.feature)
        check_number(self.value, "value")
        return session.evolve(
            inputs=changed_at(session.inputs, (self.sample, self.feature), self.value)
        )

    def inverse(self, session: Session) -> SetInput | SetInputs:
        if not session.inputs_given:
            return SetInputs(None)
        return SetInput(self.sample, self.feature, float(session.inputs[self.sample, self.feature]))

    def describe(self, session: Session) -> str:
        return f"{parameter_name(session, self.parameter)} set to {value_text(self.value)}"


def set_parameter(
    parameter: Parameter, value: float, sample: int
) -> SetWeight | SetBias | SetInput:
    """Return the edit that sets `parameter` to `value`; an input is that of `sample`.

    Parameters
    ----------
    parameter
        A weight, a bias or an input.
    value
        What it becomes.
    sample
        The index of the sample, from 0.

    Returns
    -------
    SetWeight | SetBias | SetInput
    """
    match parameter:
        case Weight(layer_index, neuron, input):
            return SetWeight(layer_index, neuron, input, value)
        case Bias(layer_index, neuron):
            return SetBias(layer_index, neuron, value)
        case Input(feature):
            return SetInput(sample, feature, value)


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class SetInputs(Value):
    """Set the inputs of all samples.

    Derived features may be left out, as they are computed anyway. With another number of samples
    there is no test set any more.

    Parameters
    ----------
    inputs
        (n_samples, n_features); None stands for one row of zeros.
    """

    inputs: FloatArray | None

    def __post_init__(self) -> None:
        if self.inputs is not None:
            object.__setattr__(self, "inputs", read_only(self.inputs, "inputs", 2))

    def apply(self, session: Session) -> Session:
        check_type(session, Session, "session")
        return session.evolve(
            inputs=self.inputs, n_test=session.n_test if self._fits(session) else 0
        )

    def inverse(self, session: Session) -> Edit:
        if session.n_test and not self._fits(session):
            return Edit.inverse(self, session)
        return SetInputs(session.inputs if session.inputs_given else None)

    def describe(self, session: Session) -> str:
        return "inputs removed" if self.inputs is None else "inputs set"

    def _fits(self, session: Session) -> bool:
        return self.inputs is not None and len(self.inputs) == session.n_samples


@dataclass(frozen=True, slots=True)
class SetTarget:
    """Set one target of one sample, or remove it; all others stay.

    Parameters
    ----------
    sample
        The index of the sample, from 0.
    output
        The index of the output, from 0.
    value
        A finite number; None to remove it.
    """

    sample: int
    output: int
    value: float | None

    def apply(self, session: Session) -> Session:
        check_type(session, Session, "session")
        check_index(self.sample, session.n_samples, "sample")
        check_index(self.output, session.network.n_outputs, "output")
        if self.value is not None:
            check_number(self.value, "value")
        value = UNSET if self.value is None else self.value
        place = self.sample, self.output
        return session.evolve(targets=changed_at(session.targets_or_unset, place, value))

    def inverse(self, session: Session) -> SetTarget:
        return SetTarget(self.sample, self.output, target_at(session, self.sample, self.output))

    def describe(self, session: Session) -> str:
        name = output_label(session, self.output)
        if self.value is None:
            return f"target of {name} removed"
        return f"target of {name} set to {value_text(self.value)}"


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class SetTargets(Value):
    """Set the targets of all samples, or remove them.

    Parameters
    ----------
    targets
        (n_samples, n_outputs), NaN where one is not set; None to remove all.
    """

    targets: FloatArray | None

    def __post_init__(self) -> None:
        if self.targets is not None:
            object.__setattr__(self, "targets", read_only(self.targets, "targets", 2))

    def apply(self, session: Session) -> Session:
        check_type(session, Session, "session")
        return session.evolve(targets=self.targets)

    def inverse(self, session: Session) -> SetTargets:
        return SetTargets(session.targets)

    def describe(self, session: Session) -> str:
        return "targets removed" if self.targets is None else "targets set"


def target_at(session: Session, sample: int, output: int) -> float | None:
    """Return one target, or None if it is not set.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    sample
        The index of the sample, from 0.
    output
        The index of the output, from 0.

    Returns
    -------
    float | None
    """
    if session.targets is None or math.isnan(session.targets[sample, output]):
        return None
    return float(session.targets[sample, output])
