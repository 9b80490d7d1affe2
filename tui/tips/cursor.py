"""Tips about the number under the cursor: what changing it does, and where the answer turns."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from engine import Bias, Input, SetInput, Trace, Weight
from engine.analysis.sweep import crossings
from engine.edits.numbers import set_parameter
from engine.nn.arrays import FloatArray
from engine.session.derived import check_base_feature
from engine.session.metrics import THRESHOLD
from engine.session.names import input_name
from engine.text import format_number
from tui.tips.context import TipContext, differences, given, past, short, shown

_VISIBLE = 0.00005
"""Half a unit in the last of the 4 decimals shown."""
_TIE_TOLERANCE = 1e-6
"""Relative; two inputs closer than this count as equally influential."""
_MAX_NAMES = 3
_REACH = 20
_ROUNDING_OF_A_SEARCH = 1e-12
_MAX_DECIMALS = 6
_MAX_VALUE = 1e15
"""Beyond it a float64 has no decimals left to type."""
_PASSES_OF_A_SEARCH = 721
_MAX_WORK = 6_000_000
_MAX_WORK_FOR_INPUTS = 500_000


def about_target(context: TipContext) -> str | None:
    """Explain what a target is, while the cursor is on one."""
    if context.target is None:
        return None
    name = context.name(context.last, context.target)
    out = context.out_text(context.last, float(context.outputs[context.target]))
    return (
        f"The cursor is on the target of {name}: what it should give; it gives {out}. "
        f"A target changes no output, it only says what is right."
    )


def derived_input(context: TipContext) -> str | None:
    """Say that the input under the cursor is computed from others."""
    feature = context.parameter.feature if isinstance(context.parameter, Input) else 0
    try:
        check_base_feature(context.session, feature)
    except ValueError as error:
        return f"{error}."
    return None


def nudge(context: TipContext) -> str | None:
    """Describe what ] does to the number under the cursor and to everything after it."""
    if context.target is not None or context.value_after_step in (
        context.value,
        math.inf,
        -math.inf,
    ):
        return None
    trace = context.after(
        set_parameter(context.parameter, context.value_after_step, context.sample)
    )
    if not np.isfinite(trace.outputs).all():
        return None
    effects = [_hidden_effects(context, trace), _output_effects(context, trace)]
    stages = [", ".join(stage) for stage in effects if stage]
    if not stages:
        return f"{_place(context)} {_why_nothing(context, trace)}"
    consequences = "; ".join([f"it becomes {given(context.value_after_step)}", *stages])
    return f"{_place(context)} Press ]: {consequences}. u undoes."


def turn(context: TipContext) -> str | None:
    """Name the value of the number under the cursor at which the answer changes."""
    if context.answer is None or context.target is not None:
        return None
    if context.work_of(_PASSES_OF_A_SEARCH) > _MAX_WORK or abs(context.value) > _MAX_VALUE:
        return None
    label = context.parameter_label(context.parameter)
    reach = max(_REACH, 4 * abs(context.value))
    low, high = math.floor(context.value - reach), math.ceil(context.value + reach)
    found = crossings(
        context.session,
        context.parameter,
        _decision(context),
        (float(low), float(high)),
        context.sample,
    )
    if not found:
        return (
            f"No value of {label} tried from {given(low)} to {given(high)} changes "
            f"{context.answer_label}: it stays {context.answer}."
        )
    nearest = min(found, key=lambda value: abs(value - context.value))
    # The search can end no nearer to 0 than its rounding.
    shown_value = "0" if abs(nearest) <= _ROUNDING_OF_A_SEARCH * reach else shown(nearest)
    typed = np.array(
        [past(nearest, context.value, decimals) for decimals in range(1, _MAX_DECIMALS)]
    )
    for value, outputs in zip(typed, context.respond(typed).outputs, strict=True):
        answer = context.answer_to(outputs)
        if answer not in (None, context.answer) and given(float(value)) != shown_value:
            way = "rises" if nearest >= context.value else "falls"
            return (
                f"As {label} {way} past {shown_value}, {context.answer_label} turns from "
                f"{context.answer} to {answer}. Type {given(float(value))} to see it."
            )
    return None


def most_influential_input(context: TipContext) -> str | None:
    """Name the input that moves the current output most, for the same small step."""
    network = context.session.network
    n_features = network.n_features
    if context.session.derived:
        return None
    if n_features < 2 or n_features * network.n_parameters > _MAX_WORK_FOR_INPUTS:
        return None
    rows = context.trace.inputs + context.step * np.eye(n_features)
    activations = network.forward(rows).outputs[:, context.output]
    out = float(context.outputs[context.output])
    if not (np.isfinite(rows).all() and np.isfinite(activations).all()):
        return None
    changes = np.abs(differences(np.full(n_features, out), activations))
    order = np.argsort(changes)
    first, second = int(order[-1]), int(order[-2])
    if changes[first] <= changes[second] * (1 + _TIE_TOLERANCE):
        return None
    moved = context.after(SetInput(context.sample, first, float(rows[first, first])))
    before, after = (
        context.out_text(context.last, value)
        for value in (out, float(moved.outputs[0, context.output]))
    )
    if before == after:
        return None
    label = context.parameter_label(Input(first))
    return (
        f"Of the inputs, {label} moves {context.name(context.last, context.output)} most: with "
        f"{given(context.step)} more of it, {before} becomes {after}."
    )


def _place(context: TipContext) -> str:
    match context.parameter:
        case Input():
            return f"The cursor is on {context.parameter_label(context.parameter)}, an input."
        case Weight(layer_index, neuron, input):
            source = short(input_name(context.session, layer_index, input))
            return f"A weight: how much {source} counts in {context.name(layer_index, neuron)}."
        case Bias(layer_index, neuron):
            return f"A bias: it shifts the sum of {context.name(layer_index, neuron)}."


def _hidden_effects(context: TipContext, trace: Trace) -> list[str]:
    """ "h1 and h3 rise", "h2 falls": what changes visibly before the last layer."""
    moved: list[tuple[str, float]] = []
    for layer_index in range(context.first_changed, context.last):
        before, after = (each.layers[layer_index].activations[0] for each in (context.trace, trace))
        changes = differences(before, after)
        visible = np.flatnonzero(np.abs(changes) >= _VISIBLE)
        if len(moved) + len(visible) > _MAX_NAMES:
            if moved:
                break
            return [_counted(layer_index, changes[visible])]
        moved += [(context.name(layer_index, int(place)), changes[place]) for place in visible]
    return [
        f"{_listed(names)} {verb}{'s' * (len(names) == 1)}"
        for verb, sign in (("rise", 1), ("fall", -1))
        if (names := [name for name, change in moved if change * sign > 0])
    ]


def _counted(layer_index: int, changes: FloatArray) -> str:
    """ "3 neurons rise and 1 falls in layer 1"."""
    rising, falling = int((changes > 0).sum()), int((changes < 0).sum())
    counts = [(count, verb) for count, verb in ((rising, "rise"), (falling, "fall")) if count]
    texts = [f"{count} {verb}{'s' * (count == 1)}" for count, verb in counts]
    noun = "neuron" if counts[0][0] == 1 else "neurons"
    texts[0] = texts[0].replace(" ", f" {noun} ")
    return f"{' and '.join(texts)} in layer {layer_index + 1}"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _output_effects(context: TipContext, trace: Trace) -> list[str]:
    """ "o1 rises to 0.0921" for each output; of many, for the current or the most changed one."""
    before, after = context.outputs, trace.outputs[0]
    changes = differences(before, after)
    places = [int(place) for place in np.flatnonzero(changes)]
    if len(places) > _MAX_NAMES:
        current = context.layer_index == context.last and changes[context.neuron] != 0
        places = [context.neuron if current else int(np.argmax(np.abs(changes)))]
    effects = []
    for place in places:
        name = context.name(context.last, place)
        text = context.out_text(context.last, float(after[place]))
        if text == context.out_text(context.last, float(before[place])):
            effects.append(f"{name} hardly moves")
        else:
            effects.append(f"{name} {'rises' if changes[place] > 0 else 'falls'} to {text}")
    return effects


def _why_nothing(context: TipContext, trace: Trace) -> str:
    """Explain why a nudge changes no output, and no neuron visibly."""
    match context.parameter:
        case Weight(layer_index, neuron, input):
            if trace.inputs_of(layer_index)[0, input] == 0:
                source = short(input_name(context.session, layer_index, input))
                return f"{source} is 0 now, and 0 times any weight is 0: ] changes nothing."
            moved = [neuron]
        case Bias(layer_index, neuron):
            moved = [neuron]
        case Input(feature):
            layer_index = 0
            weights = context.session.network.layers[0].weights[:, feature]
            moved = [int(place) for place in np.flatnonzero(weights)]
    if not moved:
        return "All weights that read it are 0, so ] changes nothing: no neuron listens to it."
    if len(moved) > 1:
        return f"] moves the sums of layer {layer_index + 1}, but no output changes."
    before, after = (context.sum_z(layer_index, moved[0], each) for each in (context.trace, trace))
    return (
        f"] moves the sum of {context.name(layer_index, moved[0])} from "
        f"{format_number(before)} to {format_number(after)}, but no output changes."
    )


def _decision(context: TipContext) -> Callable[[Trace], FloatArray]:
    """Return a function whose sign changes where the answer turns: a trace to (n_points,)."""
    if context.session.task == "multiclass":
        chosen = int(np.argmax(context.outputs))
        return lambda trace: np.where(np.argmax(trace.outputs, axis=1) == chosen, 1.0, -1.0)
    return lambda trace: trace.outputs[:, context.output] - THRESHOLD
