"""Try this: small experiments for the present network and cursor, with computed figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from engine import Parameter, Session, Trace
from tui.state.run_record import RunRecord
from tui.tips.context import TipContext
from tui.tips.cursor import about_target, derived_input, most_influential_input, nudge, turn
from tui.tips.learning import learn, while_training
from tui.tips.losses import of_losses
from tui.tips.neurons import (
    all_zero,
    another_activation,
    doubles,
    insensitive,
    saturated,
    switch_another_on,
    switch_this_on,
    twins,
)
from tui.tips.samples import fix_answer, meet_target, other_samples

_BY_USEFULNESS = (
    all_zero,
    about_target,
    nudge,
    switch_this_on,
    turn,
    twins,
    learn,
    switch_another_on,
    fix_answer,
    meet_target,
    saturated,
    insensitive,
    doubles,
    other_samples,
    most_influential_input,
    another_activation,
)


_FOR_A_DERIVED_INPUT = (derived_input, learn, fix_answer, meet_target, other_samples)


@dataclass(frozen=True, slots=True)
class Tip:
    """One thing to try, in a few short sentences; keys are named as on the screen."""

    text: str


def tips(
    session: Session,
    trace: Trace,
    sample: int,
    parameter: Parameter,
    layer_index: int,
    neuron: int,
    output: int,
    step: float = 0.1,
    target: int | None = None,
) -> Iterator[Tip]:
    """Yield what to try next, the most useful at the cursor first; each is computed when asked for.

    trace: the forward pass of `sample`, one row. parameter: the number under the cursor.
    layer_index, neuron: the current neuron. output: the current output. step: how far a nudge
    goes. target: the output whose target the cursor is on, if it is not on the parameter. Indices
    count from 0.
    """
    context = TipContext(
        session, trace, sample, parameter, layer_index, neuron, output, step, target
    )
    if not context.is_finite:
        yield Tip("The sums have grown too large to compute. u takes the last change back.")
        return
    for write in _BY_USEFULNESS if context.is_free else _FOR_A_DERIVED_INPUT:
        if (text := _text_of(write, context)) is not None:
            yield Tip(text)


# A step from a number near the largest float may overflow; such tips are left out.
@np.errstate(all="ignore")
def _text_of(write: Callable[[TipContext], str | None], context: TipContext) -> str | None:
    return write(context)


def training_tips(session: Session, run: RunRecord | None = None) -> tuple[Tip, ...]:
    """Return what to try while the network trains."""
    return tuple(Tip(text) for text in while_training(session, run))


def tip_on_losses(run: RunRecord) -> Tip | None:
    """Return what the losses of a run give away, if anything."""
    text = of_losses(run)
    return None if text is None else Tip(text)
