"""The one selection of the app: where the cursor is, and which neuron is the current one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine import Bias, Input, Parameter, Session, Weight


@dataclass(frozen=True, slots=True)
class Target:
    """The target of one output of the selected sample, from 0."""

    output: int


Cell = Parameter | Target


@dataclass(frozen=True, slots=True)
class Selection:
    """What the cursor is on.

    parameter: the weight, bias or input that the views are about. target: the output whose target
    the cursor is on, or None while it is on the parameter. layer_index, neuron: the current neuron,
    the last one visited. sample: the selected row of the inputs. output: the current output, the
    last one visited. All count from 0.
    """

    parameter: Parameter
    layer_index: int
    neuron: int
    sample: int = 0
    target: int | None = None
    output: int = 0

    @property
    def cell(self) -> Cell:
        """Where the cursor is."""
        return self.parameter if self.target is None else Target(self.target)

    def at(self, cell: Cell, session: Session) -> Selection:
        """Return the selection with the cursor on `cell`; an input keeps the current neuron."""
        match cell:
            case Weight(layer_index, neuron, _) | Bias(layer_index, neuron):
                chosen = replace(
                    self, parameter=cell, layer_index=layer_index, neuron=neuron, target=None
                )
                return replace(chosen, output=chosen._output_in(session))
            case Input():
                return replace(self, parameter=cell, target=None)
            case Target(output):
                last = len(session.network.layers) - 1
                return replace(self, layer_index=last, neuron=output, target=output, output=output)

    def on_neuron(self) -> Selection:
        """Return the selection with the cursor on the first weight of the current neuron."""
        return replace(self, parameter=Weight(self.layer_index, self.neuron, 0), target=None)

    def on(self, layer_index: int, neuron: int) -> Selection:
        """Return the selection with another current neuron and the cursor on its first weight.

        A cursor that is on an input stays there.
        """
        if isinstance(self.cell, Input):
            return replace(self, layer_index=layer_index, neuron=neuron)
        return replace(self, layer_index=layer_index, neuron=neuron).on_neuron()

    def of_sample(self, sample: int) -> Selection:
        """Return the same selection for another sample."""
        return replace(self, sample=sample)

    def within(self, session: Session) -> Selection:
        """Return the nearest selection that exists in `session`."""
        network = session.network
        layer_index = min(self.layer_index, len(network.layers) - 1)
        neuron = min(self.neuron, network.layers[layer_index].n_neurons - 1)
        target = None if self.target is None else min(self.target, network.n_outputs - 1)
        nearest = Selection(
            _parameter_within(self.parameter, session),
            layer_index,
            neuron,
            min(self.sample, session.n_samples - 1),
            target,
            min(self.output, network.n_outputs - 1),
        )
        return replace(nearest, output=nearest._output_in(session))

    def _output_in(self, session: Session) -> int:
        """The current neuron if it is an output, else the current output."""
        is_output = self.layer_index == len(session.network.layers) - 1
        return self.neuron if is_output else self.output


def first_selection(session: Session) -> Selection:
    """Return where the cursor starts: on x1, with the first output as the current neuron."""
    return Selection(Input(0), len(session.network.layers) - 1, 0)


def _parameter_within(parameter: Parameter, session: Session) -> Parameter:
    layers = session.network.layers
    match parameter:
        case Input(feature):
            return Input(min(feature, session.network.n_features - 1))
        case Weight(layer_index, neuron, input):
            layer_index = min(layer_index, len(layers) - 1)
            layer = layers[layer_index]
            return Weight(
                layer_index, min(neuron, layer.n_neurons - 1), min(input, layer.n_inputs - 1)
            )
        case Bias(layer_index, neuron):
            layer_index = min(layer_index, len(layers) - 1)
            return Bias(layer_index, min(neuron, layers[layer_index].n_neurons - 1))
