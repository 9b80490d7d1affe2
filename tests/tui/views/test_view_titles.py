"""The titles: short enough for a view of 41 columns, the border and its corners taken off."""

from __future__ import annotations

import pytest

from engine import examples
from engine.nn.activation_table import ACTIVATIONS
from engine.nn.activations import activation
from engine.nn.parameters import Bias, Input, Weight
from tests.tui.views.scenes import classifier, layer_with_sums, scene_of
from tui.views.curve.view import curve_title, short_description
from tui.views.registry import VIEWS
from tui.views.what_if import what_if_title

ROOM = 36


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_title_fits(name: str) -> None:
    session = layer_with_sums([0.5] * 12, name)
    for neuron in (0, 11):
        title = curve_title(scene_of(session, neuron=neuron))
        assert title.startswith(f"o{neuron + 1}: {name}, ")
        assert len(title) <= ROOM
    scene = scene_of(classifier(), parameter=Weight(1, 0, 1))
    assert all(len(view.title(scene)) <= ROOM for view in VIEWS)


def test_a_long_name_of_a_feature_leaves_the_question_whole() -> None:
    session = examples.load("spam-or-ham")
    titles = [
        what_if_title(scene_of(session, parameter=parameter))
        for parameter in (Weight(0, 0, 0), Input(1), Bias(0, 0))
    ]
    assert titles == [
        "What if weight x1→o1 changed?",
        "What if input x2 changed?",
        "What if bias of o1 changed?",
    ]


def test_titles_are_plain_words() -> None:
    titles = {view.name: view.title(scene_of(classifier(), 0, 1)) for view in VIEWS}
    assert titles["Curve"] == "h2: relu, off below 0"
    assert titles["Sum"] == "How h2's sum z adds up"
    assert titles["Table"] == "Table of o1"


@pytest.mark.parametrize(
    ("specification", "words"),
    [
        ("sigmoid", "sigmoid, z into 0…1"),
        ("tanh", "tanh, z into -1…1"),
        ("relu6", "relu6, z cut to 0…6"),
        ("leaky_relu(-0.3)", "leaky_relu, -0.3·z below 0"),
        ("elu(2)", "elu, levels off at -2"),
        ("elu(-2)", "elu, levels off at 2"),
        ("celu(-1)", "celu, far down below 0"),
        ("hard_sigmoid(0,0.3)", "hard_sigmoid, always 0.3"),
        ("thresholded_relu(-1)", "thresholded_relu, off up to -1"),
        ("silu", "silu, fades to 0 below 0"),
        ("log_sigmoid", "log_sigmoid, never above 0"),
    ],
)
def test_the_words_follow_the_numbers_of_the_function(specification: str, words: str) -> None:
    assert short_description(activation(specification)) == words


@pytest.mark.parametrize(
    ("specification", "description"),
    [
        ("hardtanh(-2,0.5)", "hardtanh, z cut to -2…0.5"),
        ("sin", "sin, a wave in -1…1"),
        ("gaussian", "gaussian, a hump in 0…1"),
        ("leaky_relu(0.25)", "leaky_relu, 0.25·z below 0"),
        ("thresholded_relu(-2)", "thresholded_relu, off up to -2"),
    ],
)
def test_the_description_has_the_numbers(specification: str, description: str) -> None:
    assert short_description(activation(specification)) == description
