"""The legend of the Map: each mark on it that needs a word has one, and no other has."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine import Layer, Network, Session, examples
from tests.tui.views.scenes import (
    PALETTE,
    changed,
    classifier,
    places_of,
    random_session,
    scene_of,
    texts,
)
from tui.state.view_settings import MapContent, MapSettings
from tui.views.map.content import class_signs
from tui.views.map.view import draw_map, map_clicked
from tui.views.scene import Scene

NAMED = ("outside", "inside")


def points(n_test: int = 0, count: int = 6, named: bool = True) -> Session:
    """Samples under a network that says yes where x1 is above 0; every third target is wrong."""
    random = np.random.default_rng(5)
    inputs = random.uniform(-1, 1, size=(count, 2))
    targets = (inputs[:, :1] > 0).astype(float)
    targets[::3] = 1 - targets[::3]
    network = Network([Layer([[9.0, 0.0]], [0.0], "sigmoid")])
    classes = NAMED if named else None
    return Session(network, inputs, targets=targets, classes=classes, n_test=n_test)


def legend(scene: Scene, width: int = 90, height: int = 18) -> str:
    """The row of the legend, on a wide map."""
    return texts(draw_map(scene, width, height))[-1].strip()


def map_of(
    session: Session, content: MapContent = "answer", layer_index: int = -1, sample: int = 0
) -> Scene:
    scene = scene_of(session, layer_index, sample=sample)
    return changed(scene, map=MapSettings(content=content))


def test_marks_of_yes_and_no_have_the_names_of_their_classes() -> None:
    said = legend(map_of(points(n_test=14, count=30)))
    for words in ("●1 inside", "○0 outside", "■□ test", "wrong", "◆ sample 1"):
        assert words in said
    assert "● 1  ○ 0" in legend(map_of(points(named=False, count=30)))


def test_what_is_not_on_the_map_is_not_in_the_legend() -> None:
    right = points()
    right = right.evolve(targets=(right.inputs[:, :1] > 0).astype(float))
    said = legend(map_of(right))
    assert "test" not in said
    assert "wrong" not in said
    scene = map_of(points(n_test=3, count=30))
    without = changed(scene, map=replace(scene.view.map, test_shown=False))
    assert "test" not in legend(without)
    alone = legend(map_of(right.evolve(inputs=np.zeros((1, 2)), targets=None, n_test=0)))
    assert not set("●○•") & set(alone)
    assert "◆ here" in alone


@pytest.mark.parametrize("width", range(16, 100, 3))
@pytest.mark.parametrize("height", [9, 18])
def test_every_mark_in_the_legend_is_on_the_map(width: int, height: int) -> None:
    for session in (points(n_test=3), points(n_test=60, count=150), examples.load("xor-step")):
        strips = draw_map(map_of(session), width, height)
        rows = height - 1 - (height >= 14) - (height >= (16 if width < 64 else 30))
        on_the_map = set("".join(texts(strips[:rows])))
        below = "".join(texts(strips[rows:]))
        assert set(below) & set("●○■□•◦▪▫◆") <= on_the_map
        assert "…" not in below


def test_wrong_ones_are_underlined_in_the_legend_too() -> None:
    strips = draw_map(map_of(points(count=30)), 90, 18)
    underlined = [part for part in strips[-1] if part.style is not None and part.style.underline]
    mark, word = underlined
    assert mark.text in "●○"
    assert word.text == "wrong"
    for part in underlined:
        assert part.style is not None
        assert part.style.color is not None
        assert tuple(part.style.color.get_truecolor()) == PALETTE.bad


def test_classes_have_their_sign_and_name_and_samples_their_boxes() -> None:
    session = random_session(
        (2, 8, 3), ("tanh", "softmax"), 60, ("setosa", "versicolor", "virginica")
    ).evolve(n_test=20)
    said = legend(map_of(session), 100)
    for words in ("1 setosa", "2 versicolor", "3 virginica", " sample", " test", "◆ sample 1"):
        assert words in said


def test_where_room_is_short_names_of_classes_are_cut_and_none_is_left_out() -> None:
    session = random_session(
        (2, 8, 3), ("tanh", "softmax"), 60, ("setosa", "versicolor", "virginica")
    )
    assert "1 set…  2 ver…  3 vir…" in texts(draw_map(map_of(session), 38, 9))[-1]
    long = session.evolve(features=("petal length", "petal width"))
    last = texts(draw_map(map_of(long), 42, 9))[-1]
    assert all(words in last for words in ("1 se", "2 ve", "3 vi", "petal le… → "))


def test_classes_named_by_one_character_are_their_own_signs() -> None:
    names = ("7", "8", "9")
    session = random_session((2, 8, 3), ("tanh", "softmax"), 60, names)
    assert class_signs(session) == names
    strips = draw_map(map_of(session), 90, 18)
    boxes = {
        part.text
        for strip in strips[:16]
        for part in strip
        if part.style is not None and part.style.color is not None
        if tuple(part.style.color.get_truecolor()) == PALETTE.background
    }
    assert set("".join(boxes)) <= set(names)
    assert boxes
    assert "7 7" not in texts(strips)[-1]
    assert class_signs(session.evolve(classes=("7", "8", "ten"))) == ("1", "2", "3")


def test_signs_of_a_neuron_say_what_is_in_the_middle() -> None:
    tanh = random_session((2, 4, 1), ("tanh", "sigmoid"), 1)
    said = legend(map_of(tanh, "neuron", layer_index=0))
    assert "+ above 0" in said or "- below 0" in said
    sigmoid = random_session((2, 4, 1), ("sigmoid", "sigmoid"), 1)
    said = legend(map_of(sigmoid, "neuron", layer_index=0))
    assert "above 0.5" in said or "below 0.5" in said


def test_a_plane_of_a_regression_has_samples_and_test_samples() -> None:
    session = points(n_test=20, count=60, named=False).evolve(task="regression")
    said = legend(map_of(session))
    assert "• sample" in said
    assert "▫ test" in said


def test_a_narrow_map_has_two_rows_for_its_legend() -> None:
    session = random_session(
        (4, 8, 3), ("tanh", "softmax"), 60, ("setosa", "versicolor", "virginica")
    )
    lines = texts(draw_map(map_of(session), 41, 17))
    assert lines[-2].strip() == "1 setosa  2 versicolor  3 virginica"
    assert "x3 = " in lines[-1]


@pytest.mark.parametrize(("width", "height"), [(44, 9), (56, 14), (90, 25)])
def test_what_is_held_fast_is_said(width: int, height: int) -> None:
    assert "x3 = 3" in "\n".join(texts(draw_map(map_of(classifier()), width, height))[-2:])
    many = map_of(random_session((6, 1), ("sigmoid",), 8), sample=2)
    assert "others as in sample 3" in "\n".join(texts(draw_map(many, width, height))[-2:])
    assert "others" not in legend(map_of(points()))


def test_names_of_the_axes_are_whole_where_there_is_room() -> None:
    session = random_session((2, 1), ("sigmoid",), 8).evolve(
        features=("petal length", "petal width")
    )
    for width, height in ((44, 9), (56, 14), (90, 25)):
        lines = texts(draw_map(map_of(session), width, height))
        assert "petal length" in "\n".join(lines[-2:])
        before = [line.split("▀")[0].split() for line in lines]
        [row] = [place for place, words in enumerate(before) if words[:1] == ["petal"]]
        assert before[row + 1][:1] == ["width"]


def test_the_ranges_are_said_in_the_mode_of_all_neurons() -> None:
    session = random_session((2, 6, 1), ("tanh", "sigmoid"), 8)
    scene = map_of(session, "layer", layer_index=0)
    for width, height in ((44, 9), (56, 14), (90, 25)):
        strips = draw_map(scene, width, height)
        last = texts(strips)[-1]
        assert "across" in last
        assert "x1 -" in last
        assert len(places_of(strips[:-1], "◆")) == 6
        assert map_clicked(scene, width, height, 2, height - 1) is None
