"""For every kind of tip, how to check that it is true: by doing what it says."""

import re
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal

import numpy as np
import pytest

from engine import Bias, Input, SetActivation, Trace
from engine.nn.activations import activation
from engine.session.loss import session_loss
from engine.session.names import parameter_value
from engine.session.prediction import is_right
from engine.session.training import run_of
from engine.text import format_given, format_number
from engine.training import TrainingDiverged, TrainingRun
from engine.training.settings import TrainingSettings
from tests.tui.tips.tip_scene import Scene

NUMBER = r"(-?[\d.]+(?:e-?\d+)?)"
FIGURE = rf"(?:≈ )?{NUMBER}"
NEURON = r"([ho]\d+(?:\.\d+)?)"
LABEL = r"(x\d+|the weight \S+→\S+|the bias of \S+)"
PLACE = (
    r"(?:The cursor is on x\d+, an input|A weight: how much \S+ counts in \S+"
    r"|A bias: it shifts the sum of \S+)\. "
)


def check_nudge(scene: Scene, becomes: str, effects: str) -> None:
    present = parameter_value(scene.session, scene.parameter, scene.sample)
    assert float(becomes) == pytest.approx(present + scene.step, rel=1e-3, abs=1e-4)
    # The key adds in decimals, so that 1.1 and 0.1 make 1.2.
    nudged = float(Decimal(repr(present)) + Decimal(repr(scene.step)))
    trace = scene.after(scene.parameter, nudged)
    found = re.findall(rf"({NEURON}(?:(?:, | and ){NEURON})*) (rise|fall|hardly)", effects)
    counted = re.search(r"; ([^;]+) in layer (\d+)", effects)
    assert found or counted
    for names, *_, verb in found:
        for name in re.split(", | and ", names):
            change = activations_of(trace, scene, name) - activations_of(scene.trace, scene, name)
            assert verb == "hardly" or (change > 0) == (verb == "rise")
    for name, out in re.findall(rf"{NEURON} (?:rises|falls) to ([^ ,;]+)", effects):
        assert scene.out_text(scene.last, activations_of(trace, scene, name)) == out.rstrip(".")
    for name in re.findall(rf"{NEURON} hardly moves", effects):
        before, after = (activations_of(each, scene, name) for each in (scene.trace, trace))
        assert scene.out_text(scene.last, before) == scene.out_text(scene.last, after)
    if counted:
        place = int(counted[2]) - 1
        change = (trace.layers[place].activations - scene.trace.layers[place].activations)[0]
        for verb, sign in (("rise", 1), ("fall", -1)):
            count = re.search(rf"(\d+)(?: neurons?)? {verb}", counted[1])
            assert int((change * sign >= 0.00005).sum()) == (int(count[1]) if count else 0)


def activations_of(trace: Trace, scene: Scene, name: str) -> float:
    layer_index, neuron = scene.neuron_at(name)
    return float(trace.layers[layer_index].activations[0, neuron])


def check_nothing(scene: Scene, *_: str) -> None:
    present = parameter_value(scene.session, scene.parameter, scene.sample)
    trace = scene.after(scene.parameter, present + scene.step)
    np.testing.assert_allclose(trace.outputs, scene.trace.outputs, rtol=1e-11, atol=1e-300)


def check_turn(
    scene: Scene, label: str, way: str, past: str, old: str, new: str, typed: str
) -> None:
    parameter = scene.at(label)
    present = parameter_value(scene.session, parameter, scene.sample)
    assert scene.answer(scene.trace.outputs[0]) == old
    assert scene.answer(scene.after(parameter, float(typed)).outputs[0]) == new != old
    sign = 1 if way == "rises" else -1
    assert sign * (float(typed) - present) > 0
    assert sign * (float(typed) - float(past)) > -0.0001


def check_no_turn(scene: Scene, label: str, low: str, high: str, answer: str) -> None:
    parameter = scene.at(label)
    present = parameter_value(scene.session, parameter, scene.sample)
    assert float(low) <= present <= float(high)
    for value in (float(low), present, float(high)):
        assert scene.answer(scene.after(parameter, value).outputs[0]) == answer


def check_switch(scene: Scene, name: str, _: str, label: str, way: str, past: str) -> None:
    layer_index, neuron = scene.neuron_at(name)
    parameter = scene.at(label)
    margin = (1 if way == "rises" else -1) * 1e-3 * max(1.0, abs(float(past)))
    outs = [
        float(scene.after(parameter, float(past) + side).layers[layer_index].activations[0, neuron])
        for side in (-margin, margin)
    ]
    assert outs[0] == 0
    assert outs[1] != 0


def check_saturated(scene: Scene, name: str, _: str, bound: str) -> None:
    layer_index, neuron = scene.neuron_at(name)
    present = scene.trace.layers[layer_index].activations[0, neuron]
    bias = scene.session.network.layers[layer_index].bias[neuron]
    for change in (-1, -0.3, 0.5, 1):
        trace = scene.after(Bias(layer_index, neuron), bias + change)
        assert abs(trace.layers[layer_index].activations[0, neuron] - present) < float(bound)


def check_insensitive(scene: Scene, name: str, bias: str) -> None:
    layer_index, neuron = scene.neuron_at(name)
    held = scene.session.network.layers[layer_index].bias[neuron]
    assert bias == format_given(float(held), width=10)
    trace = scene.session.network.forward(scene.session.inputs[scene.sample] + 3)
    assert trace.layers[layer_index].pre_activations[0, neuron] == held


def check_doubles(scene: Scene, one: str, other: str) -> None:
    (layer_index, first), (_, second) = scene.neuron_at(one), scene.neuron_at(other)
    assert first != second
    outs = scene.session.network.forward(scene.session.inputs + 3).layers[layer_index].activations
    np.testing.assert_allclose(outs[:, first], outs[:, second], rtol=1e-12)


def check_most(scene: Scene, label: str, name: str, step: str, before: str, after: str) -> None:
    layer_index, output = scene.neuron_at(name)
    assert float(step) == scene.step
    changes = {}
    for feature in range(scene.session.network.n_features):
        present = parameter_value(scene.session, Input(feature), scene.sample)
        out = scene.after(Input(feature), present + scene.step).outputs[0, output]
        changes[f"x{feature + 1}"] = abs(out - scene.trace.outputs[0, output])
        if f"x{feature + 1}" == label:
            assert scene.out_text(layer_index, float(out)) == after
    assert scene.out_text(layer_index, float(scene.trace.outputs[0, output])) == before
    assert max(changes, key=lambda name: float(changes[name])) == label


def check_activation(
    scene: Scene, name: str, old: str, layer: str, output: str, before: str, after: str
) -> None:
    layer_index = int(layer) - 1
    assert scene.session.network.layers[layer_index].activation.text == old
    changed = SetActivation(layer_index, activation(name)).apply(scene.session)
    last, place = scene.neuron_at(output)
    out = float(changed.sample_trace(scene.sample).outputs[0, place])
    # The tip speaks of numbers as the present screen shows them.
    assert scene.out_text(last, out) == after
    assert scene.out_text(last, float(scene.trace.outputs[0, place])) == before


def right_samples(scene: Scene) -> list[bool | None]:
    session = scene.session
    assert session.targets is not None
    return [
        is_right(session, outputs, targets)
        for outputs, targets in zip(session.trace.outputs, session.targets, strict=True)
    ]


def check_right(scene: Scene, right: str, total: str) -> None:
    found = right_samples(scene)
    assert (found.count(True), found.count(True) + found.count(False)) == (int(right), int(total))


def check_samples(scene: Scene, samples: str) -> None:
    assert (samples == "samples") == (None not in right_samples(scene))


def moved(scene: Scene, key: str, times: str) -> int:
    return scene.sample + (1 if key == ">" else -1) * int(times or 1)


def check_wrong(
    scene: Scene, right: str, total: str, samples: str, key: str, times: str, sample: str
) -> None:
    check_right(scene, right, total)
    check_samples(scene, samples)
    assert moved(scene, key, times) == int(sample) - 1
    assert right_samples(scene)[int(sample) - 1] is False


def check_only_wrong(scene: Scene, right: str, total: str, samples: str) -> None:
    check_right(scene, right, total)
    check_samples(scene, samples)
    assert right_samples(scene)[scene.sample] is False
    assert int(right) == int(total) - 1


def check_neighbour(scene: Scene, key: str, times: str, sample: str, name: str, out: str) -> None:
    place = moved(scene, key, times)
    assert place == int(sample) - 1
    layer_index, output = scene.neuron_at(name)
    value = float(scene.session.sample_trace(place).outputs[0, output])
    assert scene.out_text(layer_index, value) == out


def check_all_right(scene: Scene, total: str, samples: str, *rest: str) -> None:
    check_right(scene, total, total)
    check_samples(scene, samples)
    check_neighbour(scene, *rest)


def check_one_right(scene: Scene, *rest: str) -> None:
    check_right(scene, "1", "1")
    check_neighbour(scene, *rest)


def check_one_wrong(scene: Scene, key: str, times: str, sample: str) -> None:
    check_wrong(scene, "0", "1", "samples with a target", key, times, sample)


def check_this_one_wrong(scene: Scene) -> None:
    check_only_wrong(scene, "0", "1", "samples with a target")


def check_this_one(scene: Scene, sample: str, total: str, *rest: str) -> None:
    assert (int(sample) - 1, int(total)) == (scene.sample, scene.session.n_samples)
    check_neighbour(scene, *rest)


def check_asked(scene: Scene, asked: str, answer: str) -> None:
    assert scene.session.targets is not None
    assert scene.asked() == asked
    assert scene.answer(scene.trace.outputs[0]) == answer != asked


def check_mended(scene: Scene, asked: str, answer: str, label: str, way: str, past: str) -> None:
    check_asked(scene, asked, answer)
    side = 0.001 * max(1.0, abs(float(past))) * (1 if way == "rises" else -1)
    before, after = (
        scene.answer(scene.after(scene.at(label), float(past) + by).outputs[0])
        for by in (-side, side)
    )
    assert (before, after) == (answer, asked)


def check_gap(scene: Scene, name: str, out: str, target: str, gap: str, way: str) -> None:
    assert scene.session.targets is not None
    layer_index, output = scene.neuron_at(name)
    asked = float(scene.session.targets[scene.sample, output])
    given_out = float(scene.trace.outputs[0, output])
    assert (scene.out_text(layer_index, given_out), format_given(asked, width=10)) == (out, target)
    assert float(gap) == pytest.approx(abs(asked - given_out), abs=1e-4, rel=1e-3)
    assert way == ("little" if asked > given_out else "much")


def check_gap_closed(scene: Scene, *figures: str) -> None:
    *gap, value, label = figures
    check_gap(scene, *gap)
    assert scene.session.targets is not None
    asked = float(scene.session.targets[scene.sample, scene.output])
    out = float(scene.after(scene.at(label), float(value)).outputs[0, scene.output])
    assert out == pytest.approx(asked, abs=1e-4, rel=1e-3)


def check_met(scene: Scene, name: str, target: str) -> None:
    assert scene.session.targets is not None
    _, output = scene.neuron_at(name)
    asked = float(scene.session.targets[scene.sample, output])
    assert format_given(asked, width=10) == target
    assert float(scene.trace.outputs[0, output]) == pytest.approx(asked, rel=1e-8, abs=1e-8)


def check_all_zero(scene: Scene) -> None:
    layers = scene.session.network.layers
    assert not any(layer.weights.any() or layer.bias.any() for layer in layers)


def check_target(scene: Scene, name: str, out: str) -> None:
    layer_index, output = scene.neuron_at(name)
    assert scene.out_text(layer_index, float(scene.trace.outputs[0, output])) == out


def check_overflow(scene: Scene) -> None:
    assert not np.isfinite(scene.trace.outputs).all()


LOSS = r"(?:≈ )?(\S+)"
ANSWER = r"the answer(?: of o\d+)?"
PRESS = r"Press ([<>])(?: (\d+) times)? for sample (\d+): "
GAP = rf"{NEURON} gives (\S+), its target is {NUMBER}: {FIGURE} too (little|much)\."
SAMPLES = r"(samples(?: with a target)?)"
RIGHT = rf"(\d+) of (\d+) {SAMPLES} are right\."
ONE = "The one sample with a target is"
ASKED = rf"The target asks for (\S+), {ANSWER} is (\S+): wrong\."


def check_loss(scene: Scene, loss: str) -> None:
    assert loss == format_number(session_loss(scene.session) or 0.0)


def first_epoch(scene: Scene) -> TrainingRun:
    run = run_of(scene.session, scene.session.training or TrainingSettings())
    run.run_epoch()
    return run


def check_epoch(scene: Scene, before: str, way: str, after: str) -> None:
    check_loss(scene, before)
    run = first_epoch(scene)
    assert after == format_number(run.loss)
    assert (run.losses[1] < run.losses[0]) == (way == "down")


def check_up(scene: Scene, before: str, after: str) -> None:
    check_epoch(scene, before, "up", after)


def check_slow(scene: Scene, loss: str) -> None:
    check_loss(scene, loss)
    assert loss == format_number(first_epoch(scene).loss)


def check_stuck(scene: Scene, loss: str) -> None:
    check_loss(scene, loss)
    layers = first_epoch(scene).network.layers
    for before, after in zip(scene.session.network.layers, layers, strict=True):
        np.testing.assert_array_equal(after.weights, before.weights)
        np.testing.assert_array_equal(after.bias, before.bias)


def check_diverges(scene: Scene) -> None:
    with pytest.raises(TrainingDiverged):
        first_epoch(scene)


def check_blocked(scene: Scene, layer: str) -> None:
    outs = scene.session.trace.layers[int(layer) - 1].activations
    assert scene.session.n_samples > 1
    assert (outs == outs[0]).all()


def check_no_targets(scene: Scene) -> None:
    assert scene.session.targets is None


def check_twins(scene: Scene, count: str, layer: str) -> None:
    weights = scene.session.network.layers[int(layer) - 1].weights
    assert len(weights) == int(count)
    assert (weights == weights[0]).all()
    if scene.session.targets is not None:
        with suppress(ValueError):
            run = first_epoch(scene)
            weights = run.network.layers[int(layer) - 1].weights
            np.testing.assert_allclose(weights, np.tile(weights[0], (len(weights), 1)), 1e-9)


CHECKS: list[tuple[str, Callable[..., None]]] = [
    (
        rf"Press space: it trains\. The first epoch of a new run takes the loss from {LOSS} "
        rf"(down) to {LOSS}\. u takes that back; : walks through one step\.",
        check_epoch,
    ),
    (
        rf"Press space: it trains, but the first epoch of a new run takes the loss up, from "
        rf"{LOSS} to {LOSS}\. L can set a smaller learning rate\.",
        check_up,
    ),
    (
        rf"Press space: it trains, but slowly: after an epoch of a new run the loss is still "
        rf"{LOSS}\. L sets the learning rate\.",
        check_slow,
    ),
    (
        rf"Space trains, but the first epoch of a new run moves no number: the loss stays "
        rf"{LOSS}\. R draws a new start, L sets how it learns\.",
        check_stuck,
    ),
    (
        r"Space trains, but in the first epoch of a new run the numbers grow too large to "
        r"compute\. L sets a smaller learning rate\.",
        check_diverges,
    ),
    (rf"Press space: it trains; watch the loss, now {LOSS}\. u takes that back\.", check_loss),
    (
        r"(?:The one neuron|All \d+ neurons) of layer (\d+) (?:is|are) off on every sample, .+",
        check_blocked,
    ),
    (r"It can also learn: press C, choose data such as circle or iris, .+", check_no_targets),
    (rf"{PLACE}Press \]: it becomes {NUMBER}(; .+)\. u undoes\.", check_nudge),
    (rf"{PLACE}(?:\S+ is 0 now, and 0 times any weight is 0: \] changes nothing\.)", check_nothing),
    (rf"{PLACE}All weights that read it are 0, so \] changes nothing: .+", check_nothing),
    (rf"{PLACE}\] moves the sums of layer \d+, but no output changes\.", check_nothing),
    (rf"{PLACE}\] moves the sum of \S+ from \S+ to \S+, but no output changes\.", check_nothing),
    (
        rf"As {LABEL} (rises|falls) past {FIGURE}, {ANSWER} turns from (\S+) to (\S+)\. "
        rf"Type {NUMBER} to see it\.",
        check_turn,
    ),
    (
        rf"No value of {LABEL} tried from {NUMBER} to {NUMBER} changes {ANSWER}: it stays (\S+)\.",
        check_no_turn,
    ),
    (
        rf"{NEURON} (?:is off|gives 0): its sum, {FIGURE}, is not above {NUMBER}\. "
        rf"It switches on as {LABEL} (rises|falls) past {FIGURE}\.",
        lambda scene, name, z, _threshold, *rest: check_switch(scene, name, z, *rest),
    ),
    (
        rf"{NEURON} is saturated: at a sum of {FIGURE} its curve is nearly flat\. Even a change "
        rf"of 1 in the sum changes its out by less than {NUMBER}\.",
        check_saturated,
    ),
    (
        rf"All weights of {NEURON} are 0, so whatever it reads, its sum is its bias, {NUMBER}\. .+",
        check_insensitive,
    ),
    (r"The (\d+) neurons of layer (\d+) are twins: .+", check_twins),
    (rf"{NEURON} and {NEURON} have the same weights and the same bias, .+", check_doubles),
    (
        rf"Of the inputs, (x\d+) moves {NEURON} most: with {NUMBER} more of it, (\S+) becomes "
        rf"(\S+)\.",
        check_most,
    ),
    (
        rf"Press a and choose (\S+) instead of (\S+) for layer (\d+): {NEURON} goes from (\S+) to "
        rf"(\S+)\.",
        check_activation,
    ),
    (rf"{RIGHT} {PRESS}it is wrong\.", check_wrong),
    (rf"{RIGHT} This one is the wrong one\.", check_only_wrong),
    (
        rf"All (\d+) {SAMPLES} are right\. {PRESS}there {NEURON} gives (\S+)\.",
        check_all_right,
    ),
    (rf"{ONE} right\. {PRESS}there {NEURON} gives (\S+)\.", check_one_right),
    (rf"{ONE} wrong\. {PRESS}it is wrong\.", check_one_wrong),
    (rf"{ONE} wrong\. This one is the wrong one\.", check_this_one_wrong),
    (rf"This is sample (\d+) of (\d+)\. {PRESS}there {NEURON} gives (\S+)\.", check_this_one),
    (ASKED, check_asked),
    (rf"{ASKED} It is right once {LABEL} (rises|falls) past {FIGURE}\.", check_mended),
    (GAP, check_gap),
    (rf"{GAP} With {FIGURE} as {LABEL} it meets the target\.", check_gap_closed),
    (rf"{NEURON} meets its target, {NUMBER}\.", check_met),
    (r"All weights and biases are still 0, .+", check_all_zero),
    (rf"The cursor is on the target of {NEURON}: .+; it gives (\S+)\. A target .+", check_target),
    (r"The sums have grown too large to compute\. .+", check_overflow),
]


def check_all(scene: Scene) -> None:
    """Demand that every tip is of a kind known here, and true."""
    for text in scene.texts:
        assert len(text) <= 200
        matching = [
            (check, found) for pattern, check in CHECKS if (found := re.fullmatch(pattern, text))
        ]
        assert len(matching) == 1, text
        check, found = matching[0]
        check(scene, *found.groups())
