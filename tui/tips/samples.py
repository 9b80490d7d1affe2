"""Tips about samples and targets: what is right, what is missed, where to look next."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine import Bias
from engine.activations import FloatArray
from engine.prediction import THRESHOLD, ask_for_classes, can_be_right
from tui.tips.spot import Spot, given, shown, summed

_MOST_WORK = 500_000
_NEAR = 1e-9


def mend_answer(spot: Spot) -> str | None:
    """That the answer is wrong, and for one output the bias from which it is right."""
    session = spot.session
    if session.targets is None or spot.answer is None:
        return None
    targets = session.targets[spot.sample]
    if not ask_for_classes(targets[np.newaxis], session.task)[0]:
        return None
    asked = spot.answer_to(targets)
    if asked is None or asked == spot.answer:
        return None
    said = f"The target asks for {asked}, {spot.answer_label} is {spot.answer}: wrong."
    layer = session.network.layers[-1]
    if session.task != "binary" or layer.activation.name not in ("sigmoid", "step"):
        return said
    # Both turn where the sum is 0.
    z = spot.sum_z(spot.last, spot.output)
    value = summed(float(layer.bias[spot.output]), -z)
    way = "falls" if spot.outputs[spot.output] >= THRESHOLD else "rises"
    label = spot.parameter_label(Bias(spot.last, spot.output))
    return f"{said} It is right once {label} {way} past {shown(value)}."


def meet_target(spot: Spot) -> str | None:
    """How far a number is from its target, and where a bias would close the gap."""
    session, output = spot.session, spot.output
    if session.targets is None or session.task != "regression":
        return None
    layer = session.network.layers[-1]
    target, out = float(session.targets[spot.sample, output]), float(spot.outputs[output])
    name, gap = spot.name(spot.last, output), target - out
    if abs(gap) <= _NEAR * max(1.0, abs(target)):
        return f"{name} meets its target, {given(target)}."
    said = (
        f"{name} gives {spot.out_text(spot.last, out)}, its target is {given(target)}: "
        f"{shown(abs(gap))} too {'little' if gap > 0 else 'much'}."
    )
    passes_on = layer.activation.name == "identity" or (
        layer.activation.name == "relu" and out > 0 and target > 0
    )
    if not passes_on:
        return said
    label = spot.parameter_label(Bias(spot.last, output))
    return f"{said} With {shown(summed(float(layer.bias[output]), gap))} as {label} it meets it."


def other_samples(spot: Spot) -> str | None:
    """Which sample to look at next: the nearest that is wrong, else the next."""
    session = spot.session
    if session.n_samples == 1:
        return None
    work = session.n_samples * session.network.n_parameters
    is_judged = spot.answer is not None and work <= _MOST_WORK and can_be_right(session)
    if session.targets is not None and is_judged:
        right = _right(spot, session.targets)
        told = (
            f"All {session.n_samples} samples are right."
            if right.all()
            else f"{int(right.sum())} of {session.n_samples} samples are right."
        )
        wrong = np.flatnonzero(~right)
        wrong = wrong[wrong != spot.sample]
        if len(wrong):
            nearest = int(wrong[np.argmin(np.abs(wrong - spot.sample))])
            return f"{told} {_press(spot, nearest)}: it is wrong."
        if not right[spot.sample]:
            return f"{told} This one is the wrong one."
    else:
        told = f"This is sample {spot.sample + 1} of {session.n_samples}."
    neighbour = spot.sample + 1 if spot.sample + 1 < session.n_samples else spot.sample - 1
    out = float(session.sample_trace(neighbour).outputs[0, spot.output])
    name = spot.name(spot.last, spot.output)
    return f"{told} {_press(spot, neighbour)}: there {name} gives {spot.out_text(spot.last, out)}."


def _right(spot: Spot, targets: FloatArray) -> NDArray[np.bool_]:
    """Which samples are right, (n_samples,)."""
    outputs = spot.session.trace.outputs
    right: NDArray[np.bool_]
    if spot.session.task == "multiclass":
        right = outputs.argmax(axis=1) == targets.argmax(axis=1)
    else:
        right = ((outputs >= THRESHOLD) == (targets >= THRESHOLD)).all(axis=1)
    return right


def _press(spot: Spot, sample: int) -> str:
    """ "Press > 3 times for sample 4"."""
    away = sample - spot.sample
    times = "" if abs(away) == 1 else f" {abs(away)} times"
    return f"Press {'>' if away > 0 else '<'}{times} for sample {sample + 1}"
