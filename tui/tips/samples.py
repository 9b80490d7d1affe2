"""Tips about samples and targets: what is right, what is missed, where to look next."""

from __future__ import annotations

import numpy as np

from engine import Bias
from engine.edits.numbers import target_at
from engine.session.metrics import THRESHOLD, is_judged, right_answers
from engine.session.prediction import can_be_right
from tui.tips.context import TipContext, given, shown, summed

_MAX_WORK = 500_000
_NEAR = 1e-9


def fix_answer(context: TipContext) -> str | None:
    """Say that the answer is wrong and, for one output, from which bias on it is right."""
    session = context.session
    expected_answer = context.expected_answer
    if context.answer is None or expected_answer is None or expected_answer == context.answer:
        return None
    sentence = (
        f"The target asks for {expected_answer}, {context.answer_label} is {context.answer}: wrong."
    )
    layer = session.network.layers[-1]
    if session.task != "binary" or layer.activation.name not in ("sigmoid", "step"):
        return sentence
    # The answers of both activations turn where the sum is 0.
    z = context.sum_z(context.last, context.output)
    value = summed(float(layer.bias[context.output]), -z)
    way = "falls" if context.outputs[context.output] >= THRESHOLD else "rises"
    label = context.parameter_label(Bias(context.last, context.output))
    return f"{sentence} It is right once {label} {way} past {shown(value)}."


def meet_target(context: TipContext) -> str | None:
    """Say how far a number is from its target, and which bias would close the gap."""
    session, output = context.session, context.output
    target = target_at(session, context.sample, output)
    if target is None or session.task != "regression":
        return None
    layer = session.network.layers[-1]
    out = float(context.outputs[output])
    name, gap = context.name(context.last, output), target - out
    if abs(gap) <= _NEAR * max(1.0, abs(target)):
        return f"{name} meets its target, {given(target)}."
    sentence = (
        f"{name} gives {context.out_text(context.last, out)}, its target is {given(target)}: "
        f"{shown(abs(gap))} too {'little' if gap > 0 else 'much'}."
    )
    passes_on = layer.activation.name == "identity" or (
        layer.activation.name == "relu" and out > 0 and target > 0
    )
    if not passes_on:
        return sentence
    label = context.parameter_label(Bias(context.last, output))
    bias = shown(summed(float(layer.bias[output]), gap))
    return f"{sentence} With {bias} as {label} it meets the target."


def other_samples(context: TipContext) -> str | None:
    """Name the sample to look at next: the nearest that is wrong, otherwise the next."""
    session = context.session
    if session.n_samples == 1:
        return None
    work = session.n_samples * session.network.n_parameters
    is_judgeable = context.answer is not None and work <= _MAX_WORK and can_be_right(session)
    if is_judgeable and (judged := is_judged(session.targets_or_unset, session.task)).any():
        right = right_answers(session.trace.outputs, session.targets_or_unset, session.task)
        sentence = _how_many_right(int(right.sum()), int(judged.sum()), session.n_samples)
        wrong = np.flatnonzero(judged & ~right)
        wrong = wrong[wrong != context.sample]
        if len(wrong):
            nearest = int(wrong[np.argmin(np.abs(wrong - context.sample))])
            return f"{sentence} {_press(context, nearest)}: it is wrong."
        if judged[context.sample] and not right[context.sample]:
            return f"{sentence} This one is the wrong one."
    else:
        sentence = f"This is sample {context.sample + 1} of {session.n_samples}."
    neighbour = context.sample + 1 if context.sample + 1 < session.n_samples else context.sample - 1
    out = float(session.sample_trace(neighbour).outputs[0, context.output])
    name = context.name(context.last, context.output)
    return (
        f"{sentence} {_press(context, neighbour)}: there {name} gives "
        f"{context.out_text(context.last, out)}."
    )


def _how_many_right(n_right: int, n_judged: int, n_samples: int) -> str:
    if n_judged == 1:
        return f"The one sample with a target is {'right' if n_right else 'wrong'}."
    samples = "samples" if n_judged == n_samples else "samples with a target"
    count = f"All {n_judged}" if n_right == n_judged else f"{n_right} of {n_judged}"
    return f"{count} {samples} are right."


def _press(context: TipContext, sample: int) -> str:
    """ "Press > 3 times for sample 4"."""
    away = sample - context.sample
    times = "" if abs(away) == 1 else f" {abs(away)} times"
    return f"Press {'>' if away > 0 else '<'}{times} for sample {sample + 1}"
