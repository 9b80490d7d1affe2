"""Every view fills exactly the cells it is given, whatever the numbers and the names are."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from engine.nn.activation_table import ACTIVATIONS
from engine.nn.layer import Layer
from engine.nn.network import Network
from engine.nn.parameters import Bias, Input, Parameter, Weight
from engine.session.session import Session
from tests.tui.views.scenes import classifier, compared, random_session, scene_of, texts
from tui.views.registry import VIEWS
from tui.views.scene import Scene

HOSTILE = [0.0, -0.0, 1.0, -2.5, 1e300, -1e300, 1e-320, -1e-320, 1.7e308, -1.7e308, 123456.789]


def check(scene: Scene, width: int, height: int) -> None:
    for view in VIEWS:
        assert view.title(scene).isprintable()
        strips = view.draw(scene, width, height)
        assert len(strips) == height, view.name
        for text, strip in zip(texts(strips), strips, strict=True):
            assert strip.cell_length == width, (view.name, text)
            assert cell_len(text) == width, (view.name, text)
            assert text.isprintable(), (view.name, text)


SCENES = {
    "one output": scene_of(classifier(), parameter=Weight(1, 0, 1)),
    "hidden": scene_of(classifier(), 0, 2, Bias(0, 2)),
    "softmax": scene_of(random_session((4, 6, 3), ("tanh", "softmax")), sample=5),
    "regression": scene_of(random_session((2, 9), ("identity",), 3), neuron=8, digits=17),
    "log_softmax": scene_of(random_session((3, 30), ("log_softmax",)), neuron=17, digits=2),
    "compared": compared(
        scene_of(classifier("tanh"), 0, 1, Weight(0, 1, 1)), classifier(), pinned=True
    ),
    "another shape": compared(
        scene_of(classifier()), random_session((3, 2, 1), ("relu", "tanh"), 1), pinned=False
    ),
    "a batch": scene_of(random_session((2, 9, 3), ("relu", "softmax"), 40), 0, 4, Bias(0, 4)),
    "wide names": scene_of(
        random_session((2, 3), ("softmax",), classes=("漢字かな交じり文", "e\u0301" * 9, "👩‍👩‍👧"))
    ),
}


@pytest.mark.parametrize("name", SCENES)
@settings(max_examples=25)
@given(width=st.integers(1, 200), height=st.integers(1, 60))
def test_every_size_is_filled_exactly(name: str, width: int, height: int) -> None:
    check(SCENES[name], width, height)


@pytest.mark.parametrize("name", SCENES)
def test_all_small_sizes_are_filled_exactly(name: str) -> None:
    for width in range(1, 34, 3):
        for height in range(1, 10):
            check(SCENES[name], width, height)


@settings(max_examples=50)
@given(data=st.data())
def test_no_number_stops_a_drawing(data: st.DataObject) -> None:
    number = st.sampled_from(HOSTILE)
    names = [name for name in ACTIVATIONS if name != "softmax"]
    hidden, output = data.draw(st.sampled_from([*ACTIVATIONS])), data.draw(st.sampled_from(names))
    numbers = data.draw(st.lists(number, min_size=18, max_size=18))
    weights = np.array(numbers[:12]).reshape(2, 3, 2)
    session = Session(
        Network(
            [
                Layer(weights[0], numbers[12:15], hidden),
                Layer(weights[1].T, numbers[15:17], output),
            ]
        ),
        np.array([numbers[:2]]),
    )
    parameters: list[Parameter] = [Weight(0, 1, 1), Bias(1, 1), Input(0), Weight(1, 0, 2)]
    scene = scene_of(
        session,
        data.draw(st.integers(0, 1)),
        1,
        data.draw(st.sampled_from(parameters)),
        digits=data.draw(st.sampled_from([2, 4, 17])),
        step=data.draw(st.sampled_from([0.1, 1e-9, 1e300])),
    )
    check(scene, data.draw(st.integers(16, 90)), data.draw(st.integers(4, 20)))


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_sums_that_are_not_numbers_are_no_obstacle(activation: str) -> None:
    infinite = Layer([[1e300, 0.0], [1e300, -1e300], [0.0, -1e300], [1.0, 1.0]], [0.0] * 4, "relu")
    mixed = Layer([[1.0, -1.0, 0.0, 0.0], [0.0, 1.0, 0.0, -1.0]], [0.0, 0.0], activation)
    session = Session(Network([infinite, mixed]), np.full((1, 2), 1e300))
    assert not np.isfinite(session.trace.layers[1].pre_activations).all()
    for neuron in (0, 1):
        check(scene_of(session, 1, neuron, Bias(1, neuron)), 46, 9)
        check(scene_of(session, 0, neuron, Input(1)), 30, 8)


def test_a_large_network_is_drawn_like_a_small_one() -> None:
    session = random_session((784, 512, 10), ("relu", "softmax"), n_samples=3)
    check(scene_of(session, 0, 500, Weight(0, 500, 700)), 58, 14)
    check(scene_of(session, 1, 9, Input(783)), 90, 16)


def test_names_cannot_reach_the_terminal_as_commands() -> None:
    base = random_session((2, 3), ("softmax",))
    session = base.evolve(features=("a\x1b[31m", "\u202eb"), classes=("\x07", "c\r\nd", "e\x9b"))
    for width in (20, 46, 90):
        check(scene_of(session), width, 9)


def test_the_views_come_without_plotext_until_the_first_drawing() -> None:
    code = "import sys, tui.views.registry; sys.exit('plotext' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_every_view_says_what_it_is_for() -> None:
    assert [view.name for view in VIEWS] == [
        "Curve",
        "What if",
        "Sum",
        "Samples",
        "Table",
        "What changed",
        "Which number matters",
        "Diagram",
        "Map",
        "Distribution",
        "Loss",
        "Confusion",
        "Runs",
        "Picture",
    ]
    for view in VIEWS:
        assert view.question.endswith("?")
        assert view.reading.endswith(".")
