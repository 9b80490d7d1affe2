"""What a change did: every number of the forward pass of one sample before and after it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from engine.analysis.changes.sentence import describe_change
from engine.analysis.changes.stages import (
    Stage,
    input_stage,
    loss_stage,
    neuron_stages,
    parameter_stage,
)
from engine.nn.arguments import check_type
from engine.nn.network import Trace
from engine.nn.values import Value
from engine.session.loss import session_loss
from engine.session.session import Session


@dataclass(frozen=True, eq=False, repr=False)
class Changes(Value):
    """The stages of one sample's forward pass in two sessions of the same shape, in order.

    Parameters
    ----------
    before
        The session before.
    after
        The session after.
    sample
        The index of the sample, from 0.
    stages
        Inputs (only if some differ), then weights and biases, sums z and activations a of each
        layer, then the loss over the training samples (only where both sessions have the same one).
    """

    before: Session
    after: Session
    sample: int
    stages: tuple[Stage, ...]

    @cached_property
    def largest(self) -> Stage | None:
        """The stage with the largest relative change; None if nothing changed."""
        stage = max(self.stages, key=lambda stage: stage.largest_relative)
        return stage if stage.n_changed else None

    @cached_property
    def sentence(self) -> str:
        """The cause and its effects in plain words, at most 240 characters."""
        return describe_change(self.before, self.after, self.sample, self.stages)


def compare(before: Session, after: Session, sample: int = 0) -> Changes:
    """Return what differs between two sessions at every stage, for one sample (from 0).

    The loss is over the training samples; it is left out when there are no targets, when it does
    not suit the outputs, or when the two sessions have different tasks and so different losses.

    Parameters
    ----------
    before
        The session before.
    after
        The session after.
    sample
        The index of the sample, from 0.

    Returns
    -------
    Changes

    Raises
    ------
    ValueError
        When the networks differ in size or the sessions in their number of samples, and when there
        is no such sample.
    """
    check_type(before, Session, "before")
    check_type(after, Session, "after")
    _check_shapes(before, after)
    losses = _losses(before, after)
    old, new = _sample_traces(before, after, sample)
    inputs = input_stage(before, after, sample)
    stages = [inputs] if inputs.n_changed else []
    for layer_index in range(len(after.network.layers)):
        stages.append(parameter_stage(before, after, layer_index))
        stages.extend(neuron_stages(old, new, layer_index))
    if losses is not None:
        stages.append(loss_stage(*losses))
    return Changes(before, after, sample, tuple(stages))


def _check_shapes(before: Session, after: Session) -> None:
    if before.network.sizes != after.network.sizes:
        sizes = ("→".join(map(str, session.network.sizes)) for session in (before, after))
        raise ValueError(
            f"cannot compare networks of different sizes: {' before, '.join(sizes)} after"
        )
    if before.n_samples != after.n_samples:
        raise ValueError(
            f"cannot compare sessions with different numbers of samples: "
            f"{before.n_samples} before, {after.n_samples} after"
        )


def _losses(before: Session, after: Session) -> tuple[float, float] | None:
    if before.task != after.task:
        return None
    try:
        losses = session_loss(before), session_loss(after)
    except ValueError:
        return None
    return None if losses[0] is None or losses[1] is None else (losses[0], losses[1])


def _sample_traces(before: Session, after: Session, sample: int) -> tuple[Trace, Trace]:
    """The traces of one sample, both computed in the same way."""
    traces = before.sample_trace(sample), after.sample_trace(sample)
    if ("trace" in vars(before)) == ("trace" in vars(after)):
        return traces
    # A row computed alone differs in its last bits from the same row in a batch; the user changed
    # neither.
    return (
        before.network.forward(before.inputs[sample]),
        after.network.forward(after.inputs[sample]),
    )
