"""Tips about the number under the cursor: what moving it does, and where the answer turns."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from engine import Bias, Input, SetInput, Trace, Weight
from engine.analysis.sweep import crossings
from engine.edits.numbers import set_parameter
from engine.nn.arrays import FloatArray
from engine.session.derived import check_base_feature
from engine.session.names import input_name
from engine.session.prediction import THRESHOLD
from engine.text import format_number
from tui.tips.spot import Spot, differs, given, past, short, shown

_VISIBLE = 0.00005
_HARDLY_MORE = 1e-6
_MAX_NAMES = 3
_REACH = 20
_ROUNDING_OF_A_SEARCH = 1e-12
_MAX_DECIMALS = 6
_MAX_VALUE = 1e15
"""Beyond it a float64 has no decimals left to type."""
_PASSES_OF_A_SEARCH = 600
_MAX_WORK = 6_000_000
_MAX_WORK_FOR_INPUTS = 500_000


def about_target(spot: Spot) -> str | None:
    """What a target is, while the cursor is on one."""
    if spot.target is None:
        return None
    name = spot.name(spot.last, spot.target)
    out = spot.out_text(spot.last, float(spot.outputs[spot.target]))
    return (
        f"The cursor is on the target of {name}: what it should give; it gives {out}. "
        f"A target changes no output, it only says what is right."
    )


def follows(spot: Spot) -> str | None:
    """That the input under the cursor is computed from others."""
    feature = spot.parameter.feature if isinstance(spot.parameter, Input) else 0
    try:
        check_base_feature(spot.session, feature)
    except ValueError as error:
        return f"{error}."
    return None


def nudge(spot: Spot) -> str | None:
    """What ] does to the number under the cursor and to everything after it."""
    if spot.target is not None or spot.value_after_step in (spot.value, math.inf, -math.inf):
        return None
    trace = spot.after(set_parameter(spot.parameter, spot.value_after_step, spot.sample))
    if not np.isfinite(trace.outputs).all():
        return None
    effects = [_hidden_effects(spot, trace), _output_effects(spot, trace)]
    stages = [", ".join(stage) for stage in effects if stage]
    if not stages:
        return f"{_place(spot)} {_why_nothing(spot, trace)}"
    consequences = "; ".join([f"it becomes {given(spot.value_after_step)}", *stages])
    return f"{_place(spot)} Press ]: {consequences}. u undoes."


def turn(spot: Spot) -> str | None:
    """At which value of the number under the cursor the answer becomes another."""
    if spot.answer is None or spot.target is not None:
        return None
    if spot.work_of(_PASSES_OF_A_SEARCH) > _MAX_WORK or abs(spot.value) > _MAX_VALUE:
        return None
    label = spot.parameter_label(spot.parameter)
    reach = max(_REACH, 4 * abs(spot.value))
    low, high = math.floor(spot.value - reach), math.ceil(spot.value + reach)
    found = crossings(
        spot.session, spot.parameter, _decision(spot), (float(low), float(high)), spot.sample
    )
    if not found:
        return (
            f"No value of {label} tried from {given(low)} to {given(high)} turns "
            f"{spot.answer_label}: it stays {spot.answer}."
        )
    nearest = min(found, key=lambda value: abs(value - spot.value))
    # The search ends as near to 0 as its rounding lets it.
    shown_value = "0" if abs(nearest) <= _ROUNDING_OF_A_SEARCH * reach else shown(nearest)
    typed = np.array([past(nearest, spot.value, decimals) for decimals in range(1, _MAX_DECIMALS)])
    for value, outputs in zip(typed, spot.respond(typed).outputs, strict=True):
        answer = spot.answer_to(outputs)
        if answer not in (None, spot.answer) and given(float(value)) != shown_value:
            way = "rises" if nearest >= spot.value else "falls"
            return (
                f"As {label} {way} past {shown_value}, {spot.answer_label} turns from "
                f"{spot.answer} to {answer}. Type {given(float(value))} to see it."
            )
    return None


def most_telling_input(spot: Spot) -> str | None:
    """Which input moves the current output most, for the same small step."""
    network = spot.session.network
    n_features = network.n_features
    if spot.session.derived:
        return None
    if n_features < 2 or n_features * network.n_parameters > _MAX_WORK_FOR_INPUTS:
        return None
    rows = spot.trace.inputs + spot.step * np.eye(n_features)
    outs = network.forward(rows).outputs[:, spot.output]
    out = float(spot.outputs[spot.output])
    if not np.isfinite(outs).all():
        return None
    changes = np.abs(differs(np.full(n_features, out), outs))
    order = np.argsort(changes)
    first, second = int(order[-1]), int(order[-2])
    if changes[first] <= changes[second] * (1 + _HARDLY_MORE):
        return None
    moved = spot.after(SetInput(spot.sample, first, float(rows[first, first])))
    before, after = (
        spot.out_text(spot.last, value) for value in (out, float(moved.outputs[0, spot.output]))
    )
    if before == after:
        return None
    label = spot.parameter_label(Input(first))
    return (
        f"Of the inputs, {label} moves {spot.name(spot.last, spot.output)} most: with "
        f"{given(spot.step)} more of it, {before} becomes {after}."
    )


def _place(spot: Spot) -> str:
    match spot.parameter:
        case Input():
            return f"The cursor is on {spot.parameter_label(spot.parameter)}, an input."
        case Weight(layer_index, neuron, input):
            source = short(input_name(spot.session, layer_index, input))
            return f"A weight: how much {source} counts in {spot.name(layer_index, neuron)}."
        case Bias(layer_index, neuron):
            return f"A bias: it shifts the sum of {spot.name(layer_index, neuron)}."


def _hidden_effects(spot: Spot, trace: Trace) -> list[str]:
    """ "h1 and h3 rise", "h2 falls": what can be seen to change before the last layer."""
    moved: list[tuple[str, float]] = []
    for layer_index in range(spot.first_changed, spot.last):
        before, after = (each.layers[layer_index].activations[0] for each in (spot.trace, trace))
        changes = differs(before, after)
        visible = np.flatnonzero(np.abs(changes) >= _VISIBLE)
        if len(moved) + len(visible) > _MAX_NAMES:
            if moved:
                break
            return [_counted(layer_index, changes[visible])]
        moved += [(spot.name(layer_index, int(place)), changes[place]) for place in visible]
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


def _output_effects(spot: Spot, trace: Trace) -> list[str]:
    """ "o1 rises to 0.0921" for the outputs; of many, for the current one or the one moved most."""
    before, after = spot.outputs, trace.outputs[0]
    changes = differs(before, after)
    places = [int(place) for place in np.flatnonzero(changes)]
    if len(places) > _MAX_NAMES:
        current = spot.layer_index == spot.last and changes[spot.neuron] != 0
        places = [spot.neuron if current else int(np.argmax(np.abs(changes)))]
    effects = []
    for place in places:
        name = spot.name(spot.last, place)
        text = spot.out_text(spot.last, float(after[place]))
        if text == spot.out_text(spot.last, float(before[place])):
            effects.append(f"{name} hardly moves")
        else:
            effects.append(f"{name} {'rises' if changes[place] > 0 else 'falls'} to {text}")
    return effects


def _why_nothing(spot: Spot, trace: Trace) -> str:
    """Why no output changes, and no neuron visibly, after a nudge."""
    match spot.parameter:
        case Weight(layer_index, neuron, input):
            if trace.inputs_of(layer_index)[0, input] == 0:
                source = short(input_name(spot.session, layer_index, input))
                return f"{source} is 0 now, and 0 times any weight is 0: ] changes nothing."
            moved = [neuron]
        case Bias(layer_index, neuron):
            moved = [neuron]
        case Input(feature):
            layer_index = 0
            weights = spot.session.network.layers[0].weights[:, feature]
            moved = [int(place) for place in np.flatnonzero(weights)]
    if not moved:
        return "All weights that read it are 0, so ] changes nothing: no neuron listens to it."
    if len(moved) > 1:
        return f"] moves the sums of layer {layer_index + 1}, but no output changes."
    before, after = (spot.sum_z(layer_index, moved[0], each) for each in (spot.trace, trace))
    return (
        f"] moves the sum of {spot.name(layer_index, moved[0])} from "
        f"{format_number(before)} to {format_number(after)}, but no output changes."
    )


def _decision(spot: Spot) -> Callable[[Trace], FloatArray]:
    """What changes its sign where the answer turns, (n_points,) for a trace of as many rows."""
    if spot.session.task == "multiclass":
        chosen = int(np.argmax(spot.outputs))
        return lambda trace: np.where(np.argmax(trace.outputs, axis=1) == chosen, 1.0, -1.0)
    return lambda trace: trace.outputs[:, spot.output] - THRESHOLD
