"""The backward pass by hand: against figures at 50 digits, the complex step, and in words."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import Bias, Layer, Network, Session, Weight, examples
from engine.explain.backward_pass import BackwardPass, explain_backward
from engine.explain.check_answer import judge
from engine.explain.mistakes import Mistake
from engine.explain.update import explain_update, next_batch
from engine.explain.working import WorkedNumber
from engine.nn.layer import FrozenLayer
from engine.session.training import run_of
from engine.training.settings import TrainingSettings
from tests.engine.nn.complex_step import ComplexPass
from tests.engine.nn.gradient_scenes import CASES, network, samples, targets_for

EXAMPLES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "data" / "backward-examples.json").read_text(encoding="utf-8")
)["examples"]
NAN = np.nan


def near(expected: Any) -> Any:
    """Return what a figure has to be equal to, to 1e-12."""
    return pytest.approx(expected, rel=1e-12, abs=1e-12)


def session_of(example: dict[str, Any]) -> Session:
    """Return the network of a worked example with its samples and settings."""
    layers = []
    for layer in example["layers"]:
        shape = np.shape(layer["weights"])
        frozen = FrozenLayer(np.zeros(shape, bool), np.ones(shape[0], bool))
        masks = frozen if example.get("biases_frozen") else None
        layers.append(Layer(layer["weights"], layer["bias"], layer["activation"], frozen=masks))
    settings = TrainingSettings(
        learning_rate=example["learning_rate"], loss=example["loss_name"], shuffle=False
    )
    return Session(
        Network(layers),
        np.array(example["inputs"], float),
        targets=np.array(example["targets"], float),
        training=settings,
    )


def numbers_of(backward: BackwardPass) -> dict[tuple[Any, ...], WorkedNumber]:
    parts = (backward.loss, backward.backward, backward.means)
    return {
        (c.of, c.sample, c.layer_index, c.neuron, c.input): number
        for part in parts
        for number in part.numbers()
        if (c := number.cell)
    }


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["id"])
def test_every_figure_of_the_worked_examples(example: dict[str, Any]) -> None:
    session = session_of(example)
    backward = explain_backward(session, range(session.n_samples))
    found = numbers_of(backward)
    for sample, figures in enumerate(example["samples"]):
        assert found["loss", sample, None, None, None].value == near(figures["loss"])
        for layer_index, (by_outs, deltas) in enumerate(
            zip(figures["by_outs"], figures["deltas"], strict=True)
        ):
            for neuron, (by_out, delta) in enumerate(zip(by_outs, deltas, strict=True)):
                place = sample, layer_index, neuron, None
                assert found["by_out", *place].value == near(by_out)
                assert found["delta", *place].value == near(delta)
        for feature, by_input in enumerate(figures["by_inputs"]):
            number = found["by_input", sample, None, None, feature]
            assert number.value == near(by_input)
    # The numbers plugged in, unrounded, lead to the same results.
    for number in found.values():
        assert number.by_hand(17) == pytest.approx(number.value, rel=1e-9, abs=1e-15)
    if session.n_samples > 1:
        assert found["loss", None, None, None, None].value == near(example["loss"])
    update = explain_update(backward)
    assert update.network is not None
    assert backward.mean is not None
    stepped: dict[tuple[Any, ...], float] = {
        (number.cell.layer_index, number.cell.neuron, number.cell.input): number.value
        for number in update.part.numbers()
    }
    for layer_index, (gradients, after) in enumerate(
        zip(example["gradients"], example["after_one_step"], strict=True)
    ):
        mean = backward.mean.layers[layer_index]
        layer = update.network.layers[layer_index]
        assert mean.weights == near(np.array(gradients["weights"]))
        assert mean.bias == near(np.array(gradients["bias"]))
        assert layer.weights == near(np.array(after["weights"]))
        assert layer.bias == near(np.array(after["bias"]))
        for place in np.ndindex(mean.weights.shape):
            assert stepped[layer_index, *place] == layer.weights[place]


def test_the_example_gives_the_published_step_and_says_why() -> None:
    session = examples.load("two-by-two")
    backward = explain_backward(session)
    update = explain_update(backward)
    lines = [line.text for line in update.part.lines()]
    assert update.network is not None
    w5, w6, w7, w8 = update.network.layers[1].weights.ravel().tolist()
    assert (round(w5, 8), round(w6, 9), round(w7, 9), round(w8, 9)) == (
        0.35891648,
        0.408666186,
        0.511301270,
        0.561370121,
    )
    assert "w(h1→o1) = 0.4 - 0.5·0.0822 ≈ 0.3589" in lines
    assert (
        "weight h1→o1 (w5, W2[1,1]) falls from 0.4 to 0.3589: o1 gives 0.7514, should give 0.01 "
        "and has to come down. As h1 is positive (0.5933), a smaller weight makes the sum of o1 "
        "smaller"
    ) in lines
    assert (
        "weight h1→o2 (w7, W2[2,1]) rises from 0.5 to 0.5113: o2 gives 0.7729, should give 0.99 "
        "and has to come up. As h1 is positive (0.5933), a larger weight makes the sum of o2 larger"
    ) in lines
    assert "bias(o1) is frozen: training leaves it at 0.6" in lines
    texts = [line.text for line in backward.backward.lines()]
    assert "δ_o1 = (d loss / d a)·f'(z) = 0.7414·0.1868 ≈ 0.1385" in texts
    assert "d loss / d w(h1→o1) = δ_o1·h1 = 0.1385·0.5933 ≈ 0.0822" in texts
    assert "d loss / d bias(o1) = δ_o1 ≈ 0.1385" in texts
    long_sum = "d loss / d a = δ_o1·w(h1→o1) + δ_o2·w(h1→o2) = 0.1385·0.4 + (-0.0381)·0.5 ≈ 0.0364"
    assert long_sum in texts
    after = session.evolve(network=update.network)
    assert explain_backward(after).loss.numbers()[0].value == pytest.approx(0.291027924, abs=1e-6)


@pytest.mark.parametrize(("text", "loss_name"), CASES)
def test_gradients_match_the_complex_step(text: str, loss_name: str) -> None:
    targets = targets_for(loss_name)
    session = Session(
        network(text),
        samples(),
        targets=targets,
        training=TrainingSettings(loss=loss_name),
    )
    backward = explain_backward(session, range(session.n_samples))
    moved = ComplexPass(session.network, session.inputs)
    checked = 0
    for number in backward.means.numbers():
        cell = number.cell
        assert cell.layer_index is not None
        name = f"{'b' if cell.input is None else 'w'}{cell.layer_index}"
        place = tuple(index for index in (cell.neuron, cell.input) if index is not None)
        expected = moved.derivative(name, place, lambda it: it.loss(loss_name, targets))
        assert number.value == pytest.approx(expected, rel=1e-12, abs=1e-12)
        assert number.by_hand(17) == pytest.approx(expected, rel=1e-9, abs=1e-12)
        checked += 1
    assert checked == session.network.n_parameters
    for number in backward.backward.numbers():
        assert number.by_hand(17) == pytest.approx(number.value, rel=1e-7, abs=1e-10)


OPTIMIZERS = [
    TrainingSettings("sgd", 0.1),
    TrainingSettings("sgd", 0.1, l1=0.01, l2=0.02),
    TrainingSettings("momentum", 0.1, momentum=0.8),
    TrainingSettings("rmsprop", 0.01, l2=0.1),
    TrainingSettings("adam", 0.01, l1=0.001),
]


@pytest.mark.parametrize("settings", OPTIMIZERS, ids=lambda it: f"{it.optimizer}-{it.l1}-{it.l2}")
@pytest.mark.parametrize("n_before", [0, 3])
def test_the_update_is_the_step_of_training(settings: TrainingSettings, n_before: int) -> None:
    frozen = FrozenLayer(np.eye(4, 3, dtype=bool), np.zeros(4, bool))
    net = network("tanh")
    net = net.replace_layers(0, 1, [net.layers[0].with_frozen(frozen)])
    batches = replace(settings, batch_size=3, shuffle=False, loss="mse")
    session = Session(net, samples(9), targets=targets_for("mse", 9), training=batches)
    run = run_of(session, batches)
    for _ in range(min(n_before, 2)):
        run.step()
    checkpoint = run.checkpoint()
    now = session.evolve(network=run.network)
    batch = range(3 * run.step_index, 3 * run.step_index + 3)
    backward = explain_backward(now, batch)
    update = explain_update(backward, checkpoint=checkpoint)
    run.step()
    assert update.network is not None
    for mine, its in zip(update.network.layers, run.network.layers, strict=True):
        assert np.array_equal(mine.weights, its.weights)
        assert np.array_equal(mine.bias, its.bias)
    # The arithmetic as shown leads there too.
    numbers = [one for one in update.part.numbers() if one.cell.of == "updated"]
    assert len(numbers) == session.network.n_parameters - frozen.n_frozen
    for number in update.part.numbers():
        assert number.by_hand(17) == pytest.approx(number.value, rel=1e-12, abs=1e-14)


@pytest.mark.parametrize("shuffle", [False, True])
def test_the_batch_of_the_next_step_is_that_of_training(shuffle: bool) -> None:
    settings = TrainingSettings("sgd", 0.1, batch_size=4, shuffle=shuffle, seed=3, loss="mse")
    targets = targets_for("mse", 9)
    targets[[1, 4]] = NAN
    session = Session(network("tanh"), samples(9), targets=targets, n_test=1, training=settings)
    batch = next_batch(session)
    assert len(batch) == 4
    assert not {1, 4, 8} & set(batch)
    update = explain_update(explain_backward(session, batch))
    run = run_of(session, settings)
    run.step()
    assert update.network is not None
    for mine, its in zip(update.network.layers, run.network.layers, strict=True):
        assert np.array_equal(mine.weights, its.weights)


def test_samples_with_fewer_targets_weigh_less_in_the_mean() -> None:
    net = Network([Layer([[1.0], [2.0]], [0.5, 0], "tanh")])
    session = Session(net, np.array([[1.0], [2]]), targets=np.array([[1, 0], [0.5, NAN]]))
    backward = explain_backward(session, [0, 1])
    first = backward.means.numbers()[0]
    assert re.search(r" = \(2·\S+ \+ \S+\) / 3 ≈ ", first.text())
    for number in backward.means.numbers():
        assert number.by_hand(17) == pytest.approx(number.value, rel=1e-12)
    texts = [line.text for line in backward.backward.lines()]
    assert any("o2 has no target: it does not count" in text for text in texts)


def test_what_stands_in_the_way_is_said() -> None:
    net = Network([Layer([[1.0], [-1.0]], [0, 0], "relu"), Layer([[1.0, 1.0]], [0], "identity")])
    session = Session(net, np.array([[2.0], [0.0]]))
    assert (
        "no target: set one, and there is a loss" in explain_backward(session).loss.lines()[-1].text
    )
    alone = explain_backward(session)
    assert alone.mean is None
    assert "no step to make" in explain_update(alone).part.lines()[-1].text
    assert next_batch(session) == []
    session = session.evolve(targets=np.array([[1.0], [1.0]]))
    texts = [line.text for line in explain_backward(session, 0).backward.lines()]
    assert "h2 is flat here: a small change of z changes nothing, nothing flows back" in texts
    texts = [line.text for line in explain_backward(session, 1).backward.lines()]
    assert any("h1 is just at a kink of relu" in text for text in texts)
    assert "x1 is 0: whatever this weight is, it moves nothing" in texts
    step = session.evolve(
        network=Network([Layer([[1.0]], [0], "step"), Layer([[2.0]], [0], "identity")])
    )
    texts = [line.text for line in explain_backward(step, 0).backward.lines()]
    assert any("there is no slope to follow" in text for text in texts)
    wrong = session.evolve(training=TrainingSettings(loss="bce"))
    assert "bce needs outputs within 0…1" in explain_backward(wrong).backward.lines()[-1].text
    exact = session.evolve(training=TrainingSettings(loss="mae"), targets=np.array([[2.0], [0.0]]))
    texts = [line.text for line in explain_backward(exact, 0).backward.lines()]
    assert any("at this kink of mae the derivative is taken as 0" in text for text in texts)


def test_the_long_and_the_short_way_are_both_there() -> None:
    session = session_of(EXAMPLES[1])
    texts = [line.text for line in explain_backward(session).backward.lines()]
    assert "δ_o1 = (d loss / d a)·f'(z) = (-1.827)·0.2478 ≈ -0.4526" in [
        text.replace("δ_h1", "δ_o1") for text in texts
    ]
    assert any("= a - y = 0.5474 - 1 ≈ -0.4526" in text for text in texts)


TWO = explain_backward(examples.load("two-by-two"))
BATCH = explain_backward(session_of(EXAMPLES[4]), [0, 1, 2, 3])


@pytest.mark.parametrize(
    ("key", "guess", "kind", "subject"),
    [
        (("delta", 0, 1, 0, None), 0.7413650695523157, "derivative forgotten", ""),
        (("by_weight", 0, 1, 0, 0), 0.439828, "derivative forgotten", ""),
        (("by_out", 0, 0, 0, None), 0.0553994246, "path forgotten", "o2"),
        (("by_out", 0, 0, 0, None), -0.0363503064, "sign", ""),
        (("by_weight", 0, 1, 0, 0), 0.0826676278475, "input of another neuron", "h2"),
    ],
)
def test_mistakes_are_recognised(
    key: tuple[Any, ...], guess: float, kind: Any, subject: str
) -> None:
    number = numbers_of(TWO)[key]
    assert judge(number, number.value).is_right
    assert judge(number, guess).mistakes == (Mistake(kind, subject=subject),)


def test_a_derivative_at_a_the_mean_and_the_rate_forgotten_are_recognised() -> None:
    number = numbers_of(TWO)["derivative", 0, 1, 0, None]
    a = 1 / (1 + np.exp(-0.7513650695523157))
    assert judge(number, a * (1 - a)).mistakes == (Mistake("derivative at a"),)
    mean = numbers_of(BATCH)["mean", None, 1, 0, 0]
    assert judge(mean, 4 * mean.value).mistakes == (Mistake("mean forgotten"),)
    w5 = explain_update(TWO).part.numbers()[0]
    found = judge(w5, 0.4 - 0.08216704056423078)
    assert found.mistakes == (Mistake("learning rate forgotten"),)
    assert found.sentence.endswith("is what comes out when the learning rate is forgotten")


def test_of_two_mistakes_with_the_same_number_none_is_claimed() -> None:
    number = numbers_of(TWO)["by_out", 0, 1, 0, None]
    found = judge(number, -number.value)
    assert found.verdict == "wrong"
    assert found.mistakes == ()


def test_a_change_too_small_for_the_digits_shown_is_told_by_its_size() -> None:
    session = examples.load("two-by-two")
    settings = replace(session.training or TrainingSettings(), learning_rate=1e-6)
    slow = session.evolve(training=settings)
    lines = [line.text for line in explain_update(explain_backward(slow)).part.lines()]
    assert any("(w5, W2[1,1]) falls by 8.2e-8 from 0.4: " in line for line in lines)


def test_hidden_numbers_hide_what_follows_from_them() -> None:
    number = numbers_of(TWO)["delta", 0, 1, 0, None]
    lines = TWO.backward.lines(hidden=[number.cell])
    shown = {line.number.cell: line.text for line in lines if line.number is not None}
    assert shown[number.cell] == "δ_o1 = (d loss / d a)·f'(z) = 0.7414·0.1868 = ?"
    texts = [text for cell, text in shown.items() if cell.layer_index == 0 and cell.of == "by_out"]
    assert all(text.endswith(" = ?") and "0.1385" not in text for text in texts)
    order = [number.cell.of for number in TWO.backward.questions()[:6]]
    assert order == ["by_out", "derivative", "delta", "by_weight", "by_weight", "by_bias"]


def test_large_layers_show_the_strongest_and_the_current_neuron_and_count_the_rest() -> None:
    random = np.random.default_rng(0)
    net = Network(
        [
            Layer(random.normal(size=(40, 30)), random.normal(size=40), "tanh"),
            Layer(random.normal(size=(1, 40)), [0.0], "identity"),
        ]
    )
    session = Session(net, random.normal(size=(1, 30)), targets=np.array([[0.3]]))
    mean = explain_backward(session).mean
    assert mean is not None
    weakest = int(np.argmin(np.abs(mean.layers[0].bias)))
    backward = explain_backward(session, 0, selected=(0, weakest))
    lines = backward.backward.lines()
    shown = {line.neuron for line in lines if line.layer_index == 0 and line.number}
    assert weakest in shown
    assert len(shown) == 9
    texts = [line.text for line in lines]
    assert "… 31 more neurons whose δ are smaller" in texts
    assert "… 22 more weights that matter less" in texts
    number = next(one for one in backward.backward.numbers() if one.cell.of == "by_input")
    assert re.search(r"… \d+ more …", number.text())
    assert number.by_hand(17) == pytest.approx(number.value, rel=1e-12)
    assert backward.gradient(Weight(0, 3, 2)).value == mean.of(Weight(0, 3, 2))
    assert backward.gradient(Bias(0, 3)).cell is not None
