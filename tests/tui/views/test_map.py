"""The Map: colours and signs of every point, lines, samples, the probe, and the small maps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.strip import Strip

from engine import Layer, Network, Session, SetSample, examples
from engine.session.prediction import predictions
from tests.tui.views.scenes import (
    PALETTE,
    changed,
    colour_at,
    places_of,
    random_session,
    scene_of,
    texts,
)
from tui.state.view_settings import MapContent, MapSettings
from tui.views.gestures import Arrow, ChooseNeuron, ChooseSample
from tui.views.map.small_maps import tiles_of
from tui.views.map.view import draw_map, map_clicked, map_moved, map_title
from tui.views.scene import Scene

XOR = examples.load("xor-step")
SMOOTH = Session(
    Network(
        Layer(layer.weights * 10, layer.bias * 10, "sigmoid", layer.name)
        for layer in XOR.network.layers
    ),
    XOR.inputs,
    targets=XOR.targets,
)
FOUR = random_session((4, 8, 8, 3), ("relu", "relu", "softmax"), 30)


def map_of(
    session: Session,
    layer_index: int = -1,
    neuron: int = 0,
    sample: int = 0,
    step: float = 0.1,
    features: tuple[int, int] = (0, 1),
    content: MapContent = "answer",
    smooth: bool = True,
) -> Scene:
    scene = scene_of(session, layer_index, neuron, sample=sample, step=step)
    return changed(scene, map=MapSettings(features, content, smooth))


def rows_of(width: int, height: int) -> int:
    """The rows of the map itself: below it are its axis and, with room, the legend."""
    return height - 1 - (height >= 14) - (height >= (16 if width < 64 else 30))


def field(strips: list[Strip]) -> list[Strip]:
    """The map without what stands below it."""
    return strips[: rows_of(strips[0].cell_length, len(strips))]


def signs(scene: Scene, width: int = 60, height: int = 18) -> set[str]:
    """The signs of the colours on the map, without those of axes, lines and samples."""
    lines = texts(field(draw_map(scene, width, height)))
    found = {line[column] for line in lines[1::3] for column in range(7, width, 8)}
    return found & set("0123456789+-·?")


def test_the_title_says_what_is_shown_over_what_and_at_the_probe() -> None:
    assert map_title(map_of(XOR, sample=1)) == "The answer over x1 and x2, here 1"
    neuron = map_of(SMOOTH, 0, 1, sample=3, content="neuron")
    assert map_title(neuron) == "h2 over x1 and x2, here 0.9933"
    layer = map_of(FOUR, 1, 2, content="layer", features=(3, 0))
    assert map_title(layer) == "Neurons of layer 2 over x4 and x1, a map each"
    regression = map_of(random_session((2, 3), ("identity",)), neuron=2)
    assert map_title(regression).startswith("o3 over x1 and x2, here ")


def test_the_title_of_long_names_says_what_is_at_the_probe_before_them() -> None:
    session = FOUR.evolve(features=("sepal length", "sepal width", "petal length", "petal width"))
    title = map_title(map_of(session))
    assert title.startswith("The answer, here ")
    assert title.endswith(", over sepal length and sepal width")


def test_one_input_makes_no_map() -> None:
    session = Session(Network([Layer([[1.0]], [0.0], "sigmoid")]))
    for features in ((0, 0), (0, 1)):
        scene = map_of(session, features=features)
        assert map_title(scene) == "A map needs two inputs"
        said = " ".join(line.strip() for line in texts(draw_map(scene, 40, 8)))
        assert said.startswith("A map needs two inputs; this network has one.")
        assert "n adds another" in said
        assert map_moved(scene, "up") is None
        assert map_clicked(scene, 50, 8, 20, 4) is None


@pytest.mark.parametrize(("width", "height"), [(44, 9), (56, 14), (95, 30), (78, 20)])
@pytest.mark.parametrize("smooth", [True, False])
@pytest.mark.parametrize("session", [XOR, SMOOTH], ids=["step", "sigmoid"])
def test_xor_is_a_band_between_two_lines(
    session: Session, smooth: bool, width: int, height: int
) -> None:
    """Along the diagonal from 0, 0 the answer is 0, then 1 between the lines, then 0 again."""
    strips = draw_map(map_of(session, smooth=smooth), width, height)
    lines = texts(strips)
    assert {"h1", "h2"} <= {line[place : place + 2] for line in lines for place in range(width)}
    assert (
        sum(0x2800 < ord(character) <= 0x28FF for line in lines for character in line) > width / 2
    )
    gutter = 3
    columns, rows = width - gutter, rows_of(width, height)
    for x1, x2, colour in ((0, 0, "no"), (0.5, 0.5, "yes"), (1, 1, "no"), (-0.5, 1.6, "yes")):
        column = gutter + int((x1 + 1) / 3 * columns)
        row = int((2 - x2) / 3 * rows)
        # Two cells aside, where no line or sample is.
        style = next(iter(strips[row].crop(column - 2, column - 1))).style
        assert style is not None
        assert style.bgcolor is not None
        red, _, blue = style.bgcolor.get_truecolor()
        assert (blue > red) == (colour == "yes")


def test_the_probe_tells_the_four_corners_apart() -> None:
    places, answers = set(), []
    for sample in range(4):
        scene = map_of(SMOOTH, sample=sample)
        [place] = places_of(field(draw_map(scene, 44, 9)), "◆")
        places.add(place)
        answers.append(map_title(scene).split()[-1])
    assert len(places) == 4
    assert answers == ["0", "1", "1", "0"] == [str(answer) for answer in predictions(SMOOTH)]


def test_the_signs_say_what_the_colours_say() -> None:
    assert signs(map_of(XOR)) == {"0", "1"}
    assert signs(map_of(SMOOTH, 0, 1, content="neuron", smooth=False)) == {"+", "-"}
    off = Session(Network([Layer([[0.0, 0.0]], [-1.0], "relu")]))
    assert signs(map_of(off, content="neuron")) == {"·"}
    none = Session(
        Network(
            [Layer([[1.7e308, 0], [1.7e308, 0]], [0, 0], "relu"), Layer([[1, -1]], [0], "tanh")]
        ),
        np.ones((1, 2)),
    )
    assert signs(map_of(none)) == {"?", "·"}


def test_several_classes_have_their_number() -> None:
    scene = map_of(FOUR, sample=3, features=(2, 1))
    shown = signs(scene)
    grid = np.linspace(-2, 2, 21)
    points = np.repeat(FOUR.inputs[3:4], 441, axis=0)
    points[:, 2], points[:, 1] = np.repeat(grid, 21), np.tile(grid, 21)
    chosen = FOUR.network.forward(points).outputs.argmax(axis=1) + 1
    assert shown - set("0123") == set()
    assert set(map(str, np.unique(chosen[np.bincount(chosen)[chosen] > 60]))) <= shown


def test_samples_are_marked_by_their_target() -> None:
    strips = field(draw_map(map_of(XOR, sample=0), 60, 18))
    assert len(places_of(strips, "●")) == 2
    assert len(places_of(strips, "○")) == 1
    assert len(places_of(strips, "◆")) == 1
    without = map_of(XOR.evolve(targets=None), sample=0)
    assert len(places_of(field(draw_map(without, 60, 18)), "•")) == 3


def test_the_line_of_the_current_neuron_is_accented() -> None:
    for neuron, name in ((0, "h1"), (1, "h2")):
        strips = draw_map(map_of(XOR, 0, neuron), 60, 18)
        for other in ("h1", "h2"):
            row = next(row for row, text in enumerate(texts(strips)) if other in text)
            colour = colour_at(strips, texts(strips)[row].index(other), row)
            assert colour == (PALETTE.accent if other == name else PALETTE.foreground)


def test_of_many_lines_only_that_of_the_current_neuron_is_drawn() -> None:
    session = random_session((2, 30, 1), ("tanh", "sigmoid"))
    names = {f"h{number}" for number in range(1, 31)}
    assert not names & set(" ".join(texts(draw_map(map_of(session), 90, 25))).split())
    shown = draw_map(map_of(session, 0, 4), 90, 25)
    assert any("h5" in text for text in texts(shown))
    assert not any("h6" in text for text in texts(shown))


@pytest.mark.parametrize(
    ("arrow", "feature", "value"),
    [("left", 0, -0.1), ("right", 0, 0.1), ("up", 1, 1.1), ("down", 1, 0.9)],
)
def test_arrows_move_the_probe(arrow: Arrow, feature: int, value: float) -> None:
    scene = map_of(XOR, sample=1)
    moved = map_moved(scene, arrow)
    assert moved is not None
    assert (moved.sample, moved.feature, moved.value) == (1, feature, value)
    assert moved.apply(XOR).inputs[1, feature] == value


def test_a_step_is_visible_on_a_wide_map_and_never_less_than_a_nudge() -> None:
    wide = XOR.evolve(inputs=XOR.inputs * 700)
    far = map_moved(map_of(wide), "right")
    assert far is not None
    assert far.value == 50
    coarse = map_moved(map_of(XOR, step=0.5), "right")
    assert coarse is not None
    assert coarse.value == 0.5


@settings(max_examples=60)
@given(st.integers(30, 100), st.integers(6, 40), st.data())
def test_a_click_puts_the_probe_there(width: int, height: int, data: st.DataObject) -> None:
    column, row = (
        data.draw(st.integers(3, width - 1)),
        data.draw(st.integers(0, rows_of(width, height) - 1)),
    )
    scene = map_of(FOUR, sample=2, features=(3, 1))
    clicked = map_clicked(scene, width, height, column, row)
    if isinstance(clicked, ChooseSample):
        # There or beside it lies one of the samples; another one is where the probe goes.
        assert clicked.sample != 2
        return
    assert isinstance(clicked, SetSample)
    assert clicked.sample == 2
    np.testing.assert_array_equal(clicked.inputs[[0, 2]], FOUR.inputs[2, [0, 2]])
    after = clicked.apply(FOUR)
    [(across, down)] = places_of(
        field(draw_map(map_of(after, sample=2, features=(3, 1)), width, height)), "◆"
    )
    # A sample at the very edge lets the map show more.
    if abs(clicked.inputs[[3, 1]]).max() < 1.8:
        assert abs(across - column) <= 1
        assert abs(down - row) <= 1


def test_a_click_on_an_axis_does_nothing() -> None:
    scene = map_of(XOR)
    assert map_clicked(scene, 44, 9, 0, 4) is None
    assert map_clicked(scene, 44, 9, 20, 8) is None
    assert map_clicked(scene, 10, 3, 5, 1) is None


@pytest.mark.parametrize(
    ("n_neurons", "width", "height", "all_shown"),
    [(2, 44, 9, True), (8, 44, 9, True), (8, 95, 30, True), (128, 44, 9, False), (1, 16, 4, True)],
)
def test_small_maps_of_a_layer(n_neurons: int, width: int, height: int, all_shown: bool) -> None:
    session = random_session((2, n_neurons, 1), ("tanh", "sigmoid"))
    neuron = n_neurons - 1
    scene = map_of(session, 0, neuron, content="layer")
    lines = texts(draw_map(scene, width, height))
    shown = {
        word.strip("▶") for line in lines for word in line.split() if word.strip("▶")[0] == "h"
    }
    assert f"h{n_neurons}" in shown
    assert sum(line.count("▶") for line in lines) == 1
    assert sum(line.count("◆") for line in lines[: height - (height >= 8)]) == len(shown)
    assert (len(shown) == n_neurons) == all_shown
    if not all_shown:
        assert lines[-1].startswith(f"{len(shown)} of {n_neurons} neurons")


def test_a_click_on_a_small_map_chooses_its_neuron() -> None:
    scene = map_of(FOUR, 1, 3, content="layer")
    lines = texts(draw_map(scene, 60, 14))
    tiles = tiles_of(8, 3, 60, 13)
    for neuron in range(8):
        name = f"h2.{neuron + 1}"
        row = next(row for row, line in enumerate(lines) if name in line)
        column = cell_len(lines[row][: lines[row].index(name)])
        for down in (0, tiles.height - 1):
            clicked = map_clicked(scene, 60, 14, column, row + down)
            assert clicked == ChooseNeuron(1, neuron)
    assert map_clicked(scene, 60, 14, 59, 13) in (None, ChooseNeuron(1, 7))


@settings(max_examples=60)
@given(
    st.integers(1, 120),
    st.integers(1, 40),
    st.sampled_from(["answer", "neuron", "layer"]),
    st.booleans(),
    st.sampled_from([XOR, FOUR]),
)
def test_every_size_is_filled(
    width: int, height: int, content: MapContent, smooth: bool, session: Session
) -> None:
    scene = map_of(session, 0, 1, content=content, smooth=smooth)
    strips = draw_map(scene, width, height)
    assert [strip.cell_length for strip in strips] == [width] * height
    assert all(cell_len(text) == width for text in texts(strips))


@pytest.mark.parametrize("weight", [2.5e16, 5e16, 1e17])
def test_classes_are_told_apart_where_outputs_are_near_the_largest_numbers(weight: float) -> None:
    network = Network(
        [
            Layer([[3.8e291, 0.0]], [0.0], "identity"),
            Layer([[weight], [-weight]], [0.0, 0.0], "identity"),
        ]
    )
    session = Session(network, np.array([[0.5, 0.0]]), task="multiclass")
    drawn = field(draw_map(scene_of(session), 40, 12))
    rows = [text for text in texts(drawn) if text.count("2") > 1]
    assert rows
    assert all(text.rindex("2") < text.index("▀1") for text in rows)
