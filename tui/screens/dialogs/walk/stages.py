"""The stages of a step: what is said at each, which panes it is about, and the numbers in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import dropwhile
from typing import Literal, get_args

import numpy as np

from engine import Bias, Session, Weight
from engine.explain.backward_pass import BackwardPass, explain_backward
from engine.explain.derivation import strongest
from engine.explain.forward_pass import Line
from engine.explain.update import Update, explain_update, next_batch
from engine.explain.working import Cell
from engine.nn.network import Network
from engine.nn.parameters import neuron_name
from engine.nn.targets import samples_with_target
from engine.session.metrics import trace_loss
from engine.session.names import counted
from engine.text import format_given, format_number
from tui.state.training import checkpoint_of, settings_of
from tui.state.workspace import Workspace

StageName = Literal["Forward", "Loss", "Backward", "Update"]
STAGES: tuple[StageName, ...] = get_args(StageName)

_PANES: dict[StageName, frozenset[str]] = {
    "Forward": frozenset({"inputs", "layers", "outputs"}),
    "Loss": frozenset({"outputs"}),
    "Backward": frozenset({"layers", "outputs"}),
    "Update": frozenset({"layers"}),
}

_MAX_OUTPUTS = 6
_MAX_NEURONS = 4
_MAX_LISTED = 8


@dataclass(frozen=True, eq=False)
class StepWalk:
    """Where a walk through the next step is; workspace: as it is before the step.

    place: of the stage in STAGES. Nothing of the workspace changes: the step is made afterwards.
    """

    workspace: Workspace
    place: int = 0

    @property
    def stage(self) -> StageName:
        return STAGES[self.place]

    @property
    def is_last(self) -> bool:
        return self.place == len(STAGES) - 1

    @property
    def panes(self) -> frozenset[str]:
        """The ids of the panes that the stage is about."""
        return _PANES[self.stage]

    def moved(self, by: int) -> StepWalk:
        """Return the walk at another stage, no further than the first and the last one."""
        walk = replace(self, place=max(0, min(self.place + by, len(STAGES) - 1)))
        # What has been worked out stays.
        walk.__dict__.update(self.__dict__ | {"place": walk.place})
        return walk

    @cached_property
    def batch(self) -> list[int]:
        """The samples, from 0, that the step takes."""
        return next_batch(self.workspace.session, checkpoint_of(self.workspace))

    @cached_property
    def _backward(self) -> BackwardPass:
        return explain_backward(self._session, self.batch, self._selected)

    @cached_property
    def _update(self) -> Update:
        return explain_update(self._backward, self._selected, checkpoint_of(self.workspace))

    @property
    def _session(self) -> Session:
        return self.workspace.session

    @property
    def _selected(self) -> tuple[int, int]:
        selection = self.workspace.selection
        return selection.layer_index, selection.neuron

    @property
    def _sample(self) -> int:
        """The sample that is shown: the selected one if the step takes it."""
        selected = self.workspace.selection.sample
        return selected if selected in self.batch else self.batch[0]

    @property
    def _is_whole(self) -> bool:
        """Whether the step takes every sample that counts for the loss of the session."""
        targets = self._session.training_targets
        return targets is not None and len(self.batch) == int(samples_with_target(targets).sum())

    @property
    def preview(self) -> Workspace:
        """What the panes of numbers show: at Backward derivatives, at Update changed numbers."""
        shown = self.workspace.selecting(self.workspace.selection.of_sample(self._sample))
        shown = replace(shown, pinned=None).viewing(gradients_shown=False)
        if self.stage == "Backward" and self._is_whole:
            return shown.viewing(gradients_shown=True, gradient_of="loss")
        if self.stage == "Update" and self._update.network is not None:
            after = self._session.evolve(network=self._update.network)
            return replace(shown, session=after, pinned=self._session, is_preview=True)
        return shown

    def lines(self) -> list[Line]:
        """Return what is said at the stage."""
        digits = self.workspace.view.digits
        lines: dict[StageName, Iterator[Line]] = {
            "Forward": self._forward_lines(),
            "Loss": self._loss_lines(digits),
            "Backward": self._backward_lines(digits),
            "Update": self._update_lines(digits),
        }
        return list(lines[self.stage])

    def _forward_lines(self) -> Iterator[Line]:
        text = "The inputs run through the network, as always. Nothing has changed yet."
        if len(self.batch) > 1:
            listed = ", ".join(str(sample + 1) for sample in self.batch[:_MAX_LISTED])
            more = ", …" * (len(self.batch) > _MAX_LISTED)
            text += (
                f" The step takes {counted(len(self.batch), 'sample')} at once ({listed}{more}); "
                f"shown is sample {self._sample + 1}."
            )
        yield Line("introduction", text)
        session = self._session
        outputs = session.sample_trace(self._sample).outputs[0].tolist()
        targets = session.targets_or_unset[self._sample].tolist()
        last = len(session.network.layers) - 1
        for output, (a, y) in enumerate(zip(outputs, targets, strict=True)):
            if output == _MAX_OUTPUTS:
                yield Line("note", f"… {counted(len(outputs) - output, 'more output')}")
                return
            target = "" if np.isnan(y) else f", should give {format_given(y)}"
            text = f"gives {format_number(a, self.workspace.view.digits)}{target}"
            yield Line("note", text, neuron_name(session.network, last, output))

    def _loss_lines(self, digits: int) -> Iterator[Line]:
        yield Line(
            "introduction",
            "How far are the answers off, as one number? 0 would be perfect; the step is to make "
            "it smaller.",
        )
        lines = self._backward.loss.lines(digits)
        if len(self.batch) > 1 and lines[-1].key == Cell("loss"):
            # The mean; how the loss of each sample comes about is in Explain.
            lines = lines[-1:]
        yield from (line for line in lines if line.kind != "heading")

    def _backward_lines(self, digits: int) -> Iterator[Line]:
        below = "; ∂, the gradient, says so of the number above" * self._is_whole
        yield Line(
            "introduction",
            f"From the loss back to layer 1: which way should each sum z go? δ says how "
            f"fast the loss grows with it{below}.",
        )
        mean, network = self._backward.mean, self._session.network
        if mean is None:
            yield Line("note", "no sample has a loss: nothing flows back")
            return
        for layer_index in range(len(network.layers) - 1, -1, -1):
            # δ, the mean over the samples, is what the bias has too.
            deltas = mean.layers[layer_index].bias
            shown = strongest(deltas, None, _MAX_NEURONS, _MAX_NEURONS)
            for neuron in shown:
                delta = float(deltas[neuron])
                wish = "should fall" if delta > 0 else "should rise" if delta < 0 else "may stay"
                text = f"δ ≈ {format_number(delta, digits)}: its sum z {wish}"
                yield Line("note", text, neuron_name(network, layer_index, neuron))
            if len(shown) < len(deltas):
                yield Line("note", f"… {counted(len(deltas) - len(shown), 'more neuron')}")

    def _update_lines(self, digits: int) -> Iterator[Line]:
        settings, after = settings_of(self.workspace), self._update.network
        text = (
            f"Each number goes against its gradient ({settings.optimizer}, learning rate "
            f"{settings.learning_rate:g}): down if that is above 0, up if below."
        )
        if after is not None:
            before, then = (self._loss(one) for one in (self._session.network, after))
            text += f" Loss {format_number(before, digits)} → {format_number(then, digits)}."
        yield Line("introduction", text)
        lines = [
            line
            for line in self._update.part.lines(digits)
            if line.kind not in ("heading", "formula")
        ]
        first = self._first
        if first is not None:
            # The number under the cursor, with why it moves, comes first.
            from_first = list(dropwhile(lambda line: line.key != first, lines))
            lines = from_first + lines[: len(lines) - len(from_first)]
        yield from lines

    @property
    def _first(self) -> Cell | None:
        match self.workspace.selection.parameter:
            case Weight(layer_index, neuron, column):
                return Cell("updated", layer_index, neuron, column)
            case Bias(layer_index, neuron):
                return Cell("updated", layer_index, neuron)
        return None

    def _loss(self, network: Network) -> float:
        """The loss of the samples that the step takes."""
        session = self._session
        found = trace_loss(
            network.forward(session.inputs[self.batch]),
            session.targets_or_unset[self.batch],
            session.loss_name,
        )
        return np.nan if found is None else found
