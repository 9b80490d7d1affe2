"""Try this: every figure of a tip is checked by doing what it says."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import (
    Activation,
    Bias,
    Input,
    Layer,
    Network,
    Parameter,
    Session,
    SetWeight,
    Weight,
    examples,
    new_network,
)
from engine.datasets.features import parse_feature
from engine.nn.arrays import FloatArray
from engine.training.settings import TrainingSettings
from tests.engine.strategies import sessions
from tests.tui.main.test_training import epochs, until
from tests.tui.player import playing
from tests.tui.tips.tip_checks import check_all, first_epoch
from tests.tui.tips.tip_scene import Scene, every_parameter
from tests.tui.views.run_records import run_of
from tests.tui.views.scenes import classifier
from tui.panes.tips import tips_for
from tui.state.view_settings import ViewSettings
from tui.state.workspace import Workspace
from tui.tips import tip_on_losses, training_tips


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    session = draw(sessions()).evolve(features=None, classes=None)
    layer_index = draw(st.integers(0, len(session.network.layers) - 1))
    return Scene(
        session,
        draw(st.sampled_from(every_parameter(session))),
        layer_index,
        draw(st.integers(0, session.network.layers[layer_index].n_neurons - 1)),
        draw(st.integers(0, session.n_samples - 1)),
        draw(st.sampled_from([0.1, 0.5, 1.0])),
        draw(st.none() | st.integers(0, session.network.n_outputs - 1)),
    )


@settings(max_examples=100)
@given(scenes())
def test_whatever_a_tip_says_comes_true(scene: Scene) -> None:
    check_all(scene)


CLASSIFIER = examples.load("binary-classifier")


def test_the_first_minute() -> None:
    """The cursor is on x1, and the current neuron is the output."""
    assert Scene(CLASSIFIER, Input(0)).texts == [
        "The cursor is on x1, an input. Press ]: it becomes 1.1; h1 rises, h2 falls; "
        "o1 rises to 0.0978. u undoes.",
        "As x1 rises past 2.43, the answer turns from 0 to 1. Type 2.5 to see it.",
        "It can also learn: press C, choose data such as circle or iris, then space, and "
        "watch it train.",
        "h3 is off: its sum, -0.8, is not above 0. It switches on as x1 rises past ≈ 2.1429.",
        "Of the inputs, x2 moves o1 most: with 0.1 more of it, 0.0847 becomes 0.0691.",
        "Press a and choose tanh instead of sigmoid for layer 2: o1 goes from 0.0847 to -0.983.",
    ]


@pytest.mark.parametrize(
    ("parameter", "first", "second"),
    [
        (
            Weight(0, 0, 0),
            "A weight: how much x1 counts in h1. Press ]: it becomes 0.3; "
            "h1 rises; o1 rises to 0.0879. u undoes.",
            "As the weight x1→h1 rises past 6.15, the answer turns from 0 to 1. "
            "Type 6.2 to see it.",
        ),
        (
            Bias(0, 2),
            "A bias: it shifts the sum of h3. ] moves the sum of h3 from -0.8 to "
            "-0.7, but no output changes.",
            "h3 is off: its sum, -0.8, is not above 0. It switches on as the bias of h3 rises "
            "past 1.3.",
        ),
        (
            Weight(1, 0, 2),
            "A weight: how much h3 counts in o1. h3 is 0 now, and 0 times any "
            "weight is 0: ] changes nothing.",
            "No value of the weight h3→o1 tried from -20 to 21 changes the answer: it stays 0.",
        ),
    ],
)
def test_the_first_tips_are_about_the_number_under_the_cursor(
    parameter: Parameter, first: str, second: str
) -> None:
    assert Scene(CLASSIFIER, parameter).texts[:2] == [first, second]


@pytest.mark.parametrize("session", map(examples.load, examples.ids()), ids=examples.ids())
def test_the_tips_of_the_examples_are_true(session: Session) -> None:
    unnamed = session.evolve(features=None, classes=None)
    for parameter in every_parameter(unnamed):
        for sample in range(unnamed.n_samples):
            check_all(Scene(unnamed, parameter, sample=sample))


def test_a_network_without_numbers_says_what_to_do_first() -> None:
    zeros = Session(new_network([3, 3, 1], ["relu", "sigmoid"], "zeros"))
    scene = Scene(zeros, Input(0))
    assert scene.texts[0].startswith("All weights and biases are still 0")
    assert "no neuron listens to it" in scene.texts[1]
    check_all(scene)


def test_duplicates_are_found_until_they_differ() -> None:
    session = Session(
        Network(
            [Layer([[1, 2], [0, 1], [1, 2]], [3, 3, 3], "tanh"), Layer([[1, 1, 1]], [0], "relu")]
        )
    )
    expected = "h3 and h1 have the same weights and the same bias"
    assert any(text.startswith(expected) for text in Scene(session, Bias(0, 2)).texts)
    parted = SetWeight(0, 2, 0, 5).apply(session)
    assert not any("the same bias" in text for text in Scene(parted, Bias(0, 2)).texts)


def test_many_neurons_are_counted() -> None:
    assert Scene(examples.load("tiny-net"), Input(0)).texts[0] == (
        "The cursor is on x1, an input. Press ]: it becomes 0.7; 5 neurons rise in layer 1; "
        "o1 falls to 0.5546. u undoes."
    )
    weights = [[1.0], [-1.0], [0.01], [0.2], [0.0001]]
    mixed = Session(
        Network([Layer(weights, np.zeros(5), "identity"), Layer(np.ones((1, 5)), [0], "identity")])
    )
    assert "; 3 neurons rise and 1 falls in layer 1; " in Scene(mixed, Input(0)).texts[0]


def xor(*flipped: int) -> Session:
    session = examples.load("xor-step")
    assert session.targets is not None
    targets = session.targets.copy()
    targets[[*flipped]] = 1 - targets[[*flipped]]
    return session.evolve(targets=targets)


@pytest.mark.parametrize(
    ("session", "sample", "text"),
    [
        (xor(), 0, "All 4 samples are right. Press > for sample 2: there o1 gives 1."),
        (xor(), 3, "All 4 samples are right. Press < for sample 3: there o1 gives 1."),
        (xor(2), 0, "3 of 4 samples are right. Press > 2 times for sample 3: it is wrong."),
        (xor(2), 3, "3 of 4 samples are right. Press < for sample 3: it is wrong."),
        (xor(2), 2, "3 of 4 samples are right. This one is the wrong one."),
        (xor(0, 3), 2, "2 of 4 samples are right. Press > for sample 4: it is wrong."),
        (xor(0, 2), 3, "2 of 4 samples are right. Press < for sample 3: it is wrong."),
        (
            xor(2),
            2,
            "The target asks for 0, the answer is 1: wrong. "
            "It is right once the bias of o1 falls past -1.",
        ),
    ],
)
def test_samples_that_are_wrong_are_pointed_out(session: Session, sample: int, text: str) -> None:
    assert text in Scene(session, Input(0), sample=sample).texts


@pytest.mark.parametrize("activation", ["relu", "step", "identity"])
@pytest.mark.parametrize("bias", [-0.3, 0.3])
def test_mere_rounding_counts_as_zero(activation: str, bias: float) -> None:
    """0.1 + 0.2 - 0.3 is 5.6e-17 in float64, and with the signs turned -5.6e-17."""
    weights = np.array([[0.1, 0.2]]) * (-1 if bias > 0 else 1)
    session = Session(
        Network([Layer(weights, [bias], activation), Layer([[1.0]], [1.0], "sigmoid")]),
        np.array([[1.0, 1.0]]),
    )
    z = session.trace.layers[0].pre_activations[0, 0]
    assert 0 < abs(z) < 1e-15
    for parameter in every_parameter(session):
        scene = Scene(session, parameter, layer_index=0)
        assert not any("e-1" in text for text in scene.texts)
        current = any("its sum, 0, is not above 0." in text for text in scene.texts)
        off = activation != "identity" and z <= 0
        assert not current or off
    assert any("its sum, 0," in text for text in Scene(session, Bias(0, 0)).texts) == off


def test_a_class_without_a_name_is_called_after_its_output() -> None:
    session = examples.load("three-classes").evolve(classes=None)
    texts = [text for each in every_parameter(session) for text in Scene(session, each).texts]
    turns = [text for text in texts if "the answer turns" in text]
    assert turns
    assert all(re.search(r"the answer turns from o\d to o\d\.", text) for text in turns)


def test_the_step_is_the_one_that_is_set() -> None:
    assert "it becomes 2;" in Scene(CLASSIFIER, Input(0), step=1).texts[0]
    assert "it becomes 1.125;" in Scene(CLASSIFIER, Input(0), step=0.125).texts[0]


def test_on_a_target_no_tip_mentions_nudging_a_parameter() -> None:
    scene = Scene(CLASSIFIER, Input(0), target=0)
    assert scene.texts[0].startswith("The cursor is on the target of o1: what it should give")
    assert not any("Press ]" in text or "Type" in text for text in scene.texts)


def test_sums_that_overflow_leave_one_tip() -> None:
    wild = Session(
        Network([Layer([[1e200]], [0], "identity"), Layer([[1e200]], [0], "identity")]),
        np.array([[1.0]]),
    )
    (text,) = Scene(wild, Input(0)).texts
    assert text == "The sums have grown too large to compute. u takes the last change back."


def test_a_step_too_small_to_count_is_not_mentioned() -> None:
    huge = Session(Network([Layer([[1.0]], [1e300], "identity")]))
    assert not any("Press ]" in text for text in Scene(huge, Bias(0, 0)).texts)


def test_long_names_leave_room_for_the_sentence() -> None:
    named = CLASSIFIER.evolve(features=("a" * 500, "b" * 500, "c"), classes=("d" * 500, "e" * 500))
    for parameter in every_parameter(named):
        texts = Scene(named, parameter).texts
        assert all(len(text) <= 200 for text in texts)
        assert any("a" * 19 + "…" in text for text in texts) or parameter != Input(0)


@pytest.mark.parametrize("parameter", [Input(5), Weight(0, 3, 4), Weight(2, 1, 2), Bias(1, 7)])
def test_the_work_for_a_large_network_is_bounded(
    parameter: Parameter, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = new_network([784, 512, 512, 10], ["relu", "relu", "softmax"], "he")
    session = Session(network, np.random.default_rng(0).normal(size=(300, 784)))
    rows: list[int] = []
    forward = Activation.forward

    def counted(self: Activation, z: FloatArray) -> FloatArray:
        if z.shape[-1] == 512:
            rows.append(len(np.atleast_2d(z)))
        return forward(self, z)

    monkeypatch.setattr(Activation, "forward", counted)
    check = Scene(session, parameter, layer_index=2)
    assert check.texts
    # A search takes 600 rows; through both wide layers it would take 1,200 and be too slow.
    assert sum(rows) < 700


def test_an_input_that_follows_from_others_says_from_which() -> None:
    network = new_network((3, 1), ["sigmoid"], "xavier", 2)
    session = Session(network, np.array([[1.0, 2.0]]), derived=(parse_feature("x1*x2"),))
    texts = Scene(session, Input(2)).texts
    assert texts[0] == "x1·x2 follows from x1 and x2; change them instead."
    assert not any("Press ]" in text for text in texts)
    assert any("Press ]" in text for text in Scene(session, Input(0)).texts)


@pytest.mark.parametrize(
    ("bias", "is_stuck"), [([-9.0, -9.0], True), ([-9.0, 9.0], False), ([9.0, 9.0], False)]
)
def test_a_layer_that_is_off_everywhere_is_named_before_and_while_it_trains(
    bias: list[float], is_stuck: bool
) -> None:
    network = Network([Layer([[1.0], [-1.0]], bias, "relu"), Layer([[1.0, 1.0]], [0.0], "sigmoid")])
    session = Session(network, np.array([[1.0], [2.0]]), targets=np.array([[0.0], [1.0]]))
    stuck = "All 2 neurons of layer 1 are off on every sample"
    assert any(text.startswith(stuck) for text in Scene(session, Input(0)).texts) is is_stuck
    first, *others = (tip.text for tip in training_tips(session))
    assert first.startswith(stuck) is is_stuck
    assert any("space pauses" in text for text in (first, *others))


def learning(
    output_bias: float,
    training: TrainingSettings | None = None,
    activation: str = "relu",
) -> Session:
    hidden = Layer([[1.0], [-1.0]], [0.5, 0.5], "tanh")
    network = Network([hidden, Layer([[1.0, 1.0]], [output_bias], activation)])
    inputs = np.linspace(-1, 1, 8)[:, np.newaxis]
    return Session(network, inputs, targets=inputs**2, training=training)


def rate(learning_rate: float) -> TrainingSettings:
    return TrainingSettings(learning_rate=learning_rate)


@pytest.mark.parametrize(
    ("session", "expected"),
    [
        (learning(0.5), "takes the loss from"),
        (learning(0.5, rate(3.0), "identity"), "takes the loss up, from"),
        (learning(0.5, rate(1e-9)), "but slowly: after an epoch"),
        (learning(0.5, rate(1e300), "identity"), "the numbers grow too large to compute"),
        (learning(0.5, rate(0.0)), "moves no number: the loss stays"),
        (learning(-9.0), "moves no number: the loss stays"),
    ],
)
def test_of_the_loss_only_what_was_computed_is_promised(session: Session, expected: str) -> None:
    scene = Scene(session, Input(0))
    check_all(scene)
    assert any(expected in text for text in scene.texts)
    assert expected == "takes the loss from" or not any(" down to " in text for text in scene.texts)


def test_where_an_epoch_takes_long_nothing_is_promised() -> None:
    few = learning(0.5, TrainingSettings(batch_size=1))
    assert few.targets is not None
    many = few.evolve(inputs=np.tile(few.inputs, (50, 1)), targets=np.tile(few.targets, (50, 1)))
    scene = Scene(many, Input(0))
    check_all(scene)
    assert any("it trains; watch the loss, now" in text for text in scene.texts)


async def test_the_tip_on_a_network_that_cannot_learn_comes_true() -> None:
    async with playing(learning(-9.0), size=(120, 50)) as player:
        tip = re.search(r"moves no number: the loss stays ≈ (\S+)\. ", player.prose("#tips"))
        assert tip is not None
        await player.press("Z")
        await until(player, lambda: epochs(player) == 1)
        assert f"loss {tip[1]}" in player.lines[0]


def test_a_share_lost_in_rounding_is_not_offered_as_a_way_to_switch_on() -> None:
    layers = [
        Layer([[0.0], [0.0]], [0.0, 1.0], "thresholded_relu"),
        Layer([[0.0, 0.0]], [0.0], "identity"),
    ]
    scene = Scene(Session(Network(layers), np.array([[8e-250]])), Weight(0, 1, 0))
    check_all(scene)
    assert any("It switches on as the bias of h2 rises past 1." in text for text in scene.texts)
    cancelled = [Layer([[0.0, 0.0], [8e-237, 2.0]], [0.1, -0.4], "step")]
    scene = Scene(Session(Network(cancelled), np.array([[0.0, 0.2]])), Input(0))
    check_all(scene)
    assert any("It switches on as the bias of o2 rises past -0.4." in one for one in scene.texts)


def test_an_input_that_a_nudge_would_make_infinite_is_passed_over() -> None:
    largest = np.finfo(np.float64).max
    network = Network([Layer([[1.0, 1e-245]], [0.0], "step")])
    scene = Scene(Session(network, np.array([[-1.5e292, largest]])), Input(0), step=1e292)
    assert not any("Of the inputs" in text for text in scene.texts)


def test_inputs_that_are_not_scaled_are_named_as_the_reason() -> None:
    network = Network(
        [Layer([[-1.0, 0.1], [-2.0, 0.1]], [0, 0], "relu"), Layer([[1, 1]], [0], "identity")]
    )
    inputs = np.array([[5000.0, 0.1], [5010.0, 0.3], [5020.0, 0.2]])
    session = Session(network, inputs, targets=np.ones((3, 1)))
    expected = (
        "All 2 neurons of layer 1 are off on every sample, as the inputs are not scaled: x1 is "
        "about 23,000 times as large as x2. C with standardise is the remedy, then R; a new start "
        "alone is not."
    )
    assert training_tips(session)[0].text == expected
    assert expected in Scene(session, Input(0)).texts


def test_neurons_that_zeros_made_twins_stay_so() -> None:
    session = learning(0.5).evolve(network=new_network((1, 3, 1), ["sigmoid", "identity"], "zeros"))
    assert not any("twins" in text for text in Scene(session, Input(0)).texts)
    run = first_epoch(Scene(session, Input(0)))
    scene = Scene(session.evolve(network=run.network), Weight(0, 0, 0))
    assert any(text.startswith("The 3 neurons of layer 1 are twins") for text in scene.texts)
    check_all(scene)


def falling(n_epochs: int) -> list[float]:
    return [1 / (1 + epoch) for epoch in range(n_epochs + 1)]


SWINGING = [1.0, 0.4, 0.9, 0.5, 0.8, 0.4, 0.9, 0.5, 0.8, 0.4, 0.9, 0.5, 0.8]


@pytest.mark.parametrize(
    ("losses", "test_losses", "expected"),
    [
        (falling(20), falling(10) + [0.2] * 10, "Since epoch 10 the test loss has risen from "),
        (falling(20), falling(20), None),
        (falling(13), falling(10) + [0.2] * 3, None),
        (SWINGING, None, "The loss swings: in the last 12 epochs it rose 6 times. The steps are"),
        (SWINGING[:-1], None, None),
        (falling(30), None, None),
        ([1 + (-1) ** epoch * 0.01 for epoch in range(30)], None, None),
    ],
)
def test_what_the_losses_give_away(
    losses: list[float], test_losses: list[float] | None, expected: str | None
) -> None:
    run = run_of(losses, test_losses)
    tip = tip_on_losses(run)
    assert (tip is None) == (expected is None)
    if tip is not None and expected is not None:
        assert tip.text.startswith(expected)
        assert len(tip.text) <= 200
        assert tip in training_tips(classifier(), run)
        shown = Workspace.open(classifier(), None, ViewSettings()).with_run(run)
        assert next(tips_for(shown)) == tip
