"""A session with the cursor somewhere, and what the tips say of it."""

import numpy as np

from engine import Bias, Input, Parameter, Session, Trace, Weight
from engine.edits.numbers import set_parameter
from engine.nn.arrays import FloatArray
from engine.nn.parameters import neuron_name
from engine.session.names import parameter_name
from engine.session.prediction import answer, prediction
from engine.text import format_within
from tui.tips import tips


class Scene:
    """A session with the cursor somewhere, and what the tips say of it."""

    def __init__(
        self,
        session: Session,
        parameter: Parameter,
        layer_index: int = -1,
        neuron: int = 0,
        sample: int = 0,
        step: float = 0.1,
        target: int | None = None,
    ) -> None:
        self.session = session
        self.parameter = parameter
        if isinstance(parameter, Input):
            self.layer_index = layer_index % len(session.network.layers)
            self.neuron = neuron
        else:
            self.layer_index, self.neuron = parameter.layer_index, parameter.neuron
        self.sample = sample
        self.step = step
        self.trace = session.sample_trace(sample)
        self.last = len(session.network.layers) - 1
        self.output = self.neuron if self.layer_index == self.last else 0
        self.texts = [
            tip.text
            for tip in tips(
                session,
                self.trace,
                sample,
                parameter,
                self.layer_index,
                self.neuron,
                self.output,
                step,
                target,
            )
        ]

    def at(self, label: str) -> Parameter:
        """The number that a label names."""
        return next(
            parameter
            for parameter in every_parameter(self.session)
            if parameter_name(self.session, parameter)
            in (label.removeprefix("the "), f"input {label}")
        )

    def neuron_at(self, name: str) -> tuple[int, int]:
        network = self.session.network
        return next(
            (layer_index, neuron)
            for layer_index, layer in enumerate(network.layers)
            for neuron in range(layer.n_neurons)
            if neuron_name(network, layer_index, neuron) == name
        )

    def after(self, parameter: Parameter, value: float) -> Trace:
        """The pass of the sample once the number is set."""
        changed = set_parameter(parameter, value, self.sample).apply(self.session)
        return changed.sample_trace(self.sample)

    def out_text(self, layer_index: int, value: float) -> str:
        limits = self.session.network.layers[layer_index].activation.limits
        return format_within(value, limits)

    def asked(self) -> str:
        """What the targets of the sample ask for; beside a 1 of a class the others are 0."""
        targets = self.session.targets_or_unset[self.sample]
        if self.session.task == "multiclass":
            assert 1 in targets or not np.isnan(targets).any()
        else:
            assert not np.isnan(targets[self.output])
        return self.answer(np.nan_to_num(targets))

    def answer(self, outputs: FloatArray) -> str:
        predicted = prediction(self.session, outputs)
        if isinstance(predicted, list):
            return str(predicted[self.output])
        return str(answer(self.session, outputs))


def every_parameter(session: Session) -> list[Parameter]:
    found: list[Parameter] = [Input(feature) for feature in range(session.network.n_features)]
    for layer_index, layer in enumerate(session.network.layers):
        for neuron in range(layer.n_neurons):
            found.append(Bias(layer_index, neuron))
            found += [Weight(layer_index, neuron, input) for input in range(layer.n_inputs)]
    return found
