"""The Picture view: pixels as greys, weights and slopes as tints, and the cursor on a pixel."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.strip import Strip

from engine import Bias, Input, Layer, Network, Session, Weight
from engine.datasets import load_dataset
from engine.datasets.standardisation import Standardisation
from engine.edits.dataset import samples_of
from engine.nn.parameters import Parameter
from engine.session.data_record import DataRecord
from tests.tui.views.scenes import PALETTE, classifier, places_of, random_session, scene_of, texts
from tui.views.gestures import Arrow
from tui.views.picture.grid import Grid, brightness, fit_of, grid_of
from tui.views.picture.view import draw_picture, move_in_picture, picture_clicked, picture_title

DIGITS = samples_of(load_dataset("digits"), test_percent=20, standardise=True).apply(
    random_session((64, 12, 10), ("relu", "softmax"))
)


def pixel(strips: Sequence[Strip], column: int, row: int) -> tuple[int, int, int]:
    """The colour of the lower half of a cell."""
    style = next(iter(strips[row].crop(column, column + 1))).style
    assert style is not None
    assert style.bgcolor is not None
    red, green, blue = style.bgcolor.get_truecolor()
    return red, green, blue


def named(rows: int, columns: int, values: Sequence[float]) -> Session:
    """One sample whose features are a picture, under one neuron."""
    names = tuple(f"r{row + 1}c{column + 1}" for row in range(rows) for column in range(columns))
    weights = np.linspace(-1, 1, len(names))[np.newaxis]
    return Session(Network([Layer(weights, [0.0], "sigmoid")]), np.array([values]), features=names)


def test_a_picture_is_told_by_the_names_of_the_inputs() -> None:
    assert grid_of(DIGITS) == Grid(8, 8)
    assert grid_of(named(2, 3, [0.0] * 6)) == Grid(2, 3)
    assert grid_of(classifier()) is None
    assert grid_of(random_session((784, 2), ("relu",))) == Grid(28, 28)
    assert grid_of(random_session((65, 2), ("relu",))) is None
    assert grid_of(random_session((49, 2), ("relu",))) is None
    wrong = random_session((4, 1), ("relu",))
    for names in (
        ("r1c1", "r1c2", "r2c2", "r2c1"),
        ("r1c1", "r1c2", "r2c1", "r9c9"),
        ("a", "b", "c", "d"),
        ("r1c1", "r1c2", "r1c3", "r1c4"),
    ):
        assert grid_of(wrong.evolve(features=names)) is None


def test_the_title_says_what_it_is_and_what_it_is_taken_for() -> None:
    title = picture_title(scene_of(DIGITS, sample=5))
    assert DIGITS.targets is not None
    assert DIGITS.classes is not None
    wanted = DIGITS.classes[DIGITS.targets[5].argmax()]
    taken_for = DIGITS.classes[DIGITS.trace.outputs[5].argmax()]
    assert title == f"Sample 6 is {wanted}, taken for {taken_for} {'✓✗'[wanted != taken_for]}"
    without = DIGITS.evolve(targets=None)
    assert picture_title(scene_of(without, sample=5)) == f"Sample 6, taken for {taken_for}"
    assert picture_title(scene_of(classifier())) == "A picture needs pixels"
    said = " ".join(texts(draw_picture(scene_of(classifier()), 44, 9)))
    assert "named r1c1" in said


def test_standardised_pixels_are_as_bright_as_they_were() -> None:
    raw = load_dataset("digits").inputs
    data = DIGITS.data
    assert data is not None
    assert data.standardisation is not None
    own = DIGITS.inputs[3] * data.standardisation.scale + data.standardisation.mean
    np.testing.assert_allclose(
        brightness(DIGITS, Grid(8, 8), DIGITS.inputs[3]), own / 16, atol=1e-9
    )
    assert (raw == own.round(9)).all(axis=1).any()


def test_pixels_all_alike_are_dark() -> None:
    session = named(2, 2, [3.0] * 4)
    np.testing.assert_array_equal(brightness(session, Grid(2, 2), session.inputs[0]), np.zeros(4))


def test_the_brightest_pixel_has_the_colour_of_text() -> None:
    session = named(2, 2, [0.0, 0.5, 1.0, 0.25])
    scene = scene_of(session, parameter=Bias(0, 0))
    strips = draw_picture(scene, 43, 10)
    fit = fit_of(Grid(2, 2), 20, 9)
    assert (fit.zoom, fit.width, fit.height) == (9, 18, 9)
    assert pixel(strips, 0, 2) == PALETTE.background
    assert pixel(strips, 0, 8) == PALETTE.foreground
    assert sum(pixel(strips, 0, 2)) < sum(pixel(strips, 17, 8)) < sum(pixel(strips, 17, 2))


def test_weights_have_a_tint_and_the_strong_ones_a_sign() -> None:
    session = named(2, 4, [0.0] * 8)
    strips = draw_picture(scene_of(session, parameter=Bias(0, 0)), 43, 6)
    assert texts(strips)[0].split() == ["sample", "1", "weights", "of", "o1"]
    lines = [text[23:] for text in texts(strips)[1:]]
    # The weights rise from -1 to 1 by 2/7: the first two and the last two are strong.
    assert [sign for line in lines for sign in line if sign in "+-"] == ["-", "-", "+", "+"]
    first, last = pixel(strips, 23, 1), pixel(strips, 23 + 19, 4)
    assert first[0] > first[2]
    assert last[2] > last[0]


def test_of_a_later_neuron_the_slopes_are_drawn() -> None:
    network = Network(
        [
            Layer(np.eye(4) * [1, 2, -3, 4], [0.0] * 4, "relu"),
            Layer([[1, -1, 1, 1]], [0], "identity"),
        ]
    )
    session = Session(
        network, np.array([[1.0, 1.0, 1.0, -1.0]]), features=("r1c1", "r1c2", "r2c1", "r2c2")
    )
    scene = scene_of(session, parameter=Input(1))
    lines = texts(draw_picture(scene, 43, 12))
    assert "slopes of o1" in lines[0]
    # d o1 / d x2 = -1 · 2, the others are off or 1.
    assert any(line.startswith("r1c2 1, slope of o1 -2 ") for line in lines)
    dead = session.evolve(inputs=-np.abs(session.inputs) * [[1, 1, -1, 1]])
    assert "slopes of o1, all 0 here" in texts(draw_picture(scene_of(dead), 80, 12))[0]


@pytest.mark.parametrize(("width", "height"), [(44, 9), (56, 14), (78, 20), (95, 30)])
def test_a_click_on_a_pixel_puts_the_cursor_there(width: int, height: int) -> None:
    for parameter in (Input(19), Weight(0, 3, 44)):
        scene = scene_of(DIGITS, 0, 3, parameter)
        places = places_of(draw_picture(scene, width, height), "◆")
        assert len(places) == 2
        (left, row), (right, _) = places
        feature = 19 if isinstance(parameter, Input) else 44
        assert picture_clicked(scene, width, height, left, row) == Input(feature)
        assert picture_clicked(scene, width, height, right, row) == Weight(0, 3, feature)
    later = scene_of(DIGITS, 1, 3, Input(19))
    (_, row), (right, _) = places_of(draw_picture(later, width, height), "◆")
    assert picture_clicked(later, width, height, right, row) == Input(19)
    assert picture_clicked(scene, width, height, 0, 0) is None
    assert picture_clicked(scene, width, height, width - 1, height - 1) is None
    assert picture_clicked(scene_of(classifier()), width, height, 3, 3) is None


@pytest.mark.parametrize(
    ("parameter", "arrow", "after"),
    [
        (Input(9), "right", Input(10)),
        (Input(9), "left", Input(8)),
        (Input(8), "left", None),
        (Input(9), "up", Input(1)),
        (Input(1), "up", None),
        (Weight(0, 5, 9), "down", Weight(0, 5, 17)),
        (Weight(0, 5, 63), "down", None),
        (Bias(0, 5), "down", Input(0)),
        (Weight(1, 2, 3), "right", Input(0)),
    ],
)
def test_arrows_go_from_pixel_to_pixel(
    parameter: Parameter, arrow: Arrow, after: Parameter | None
) -> None:
    assert move_in_picture(scene_of(DIGITS, 0, 5, parameter), arrow) == after


def test_arrows_do_nothing_without_a_picture() -> None:
    assert move_in_picture(scene_of(classifier()), "up") is None


def test_pixels_without_room_share_a_square() -> None:
    grid = Grid(28, 28)
    fit = fit_of(grid, 20, 8)
    assert (fit.zoom, fit.together, fit.shape) == (1, 2, (14, 14))
    picture = np.arange(784, dtype=np.float64)
    expected = picture.reshape(14, 2, 14, 2).mean(axis=(1, 3))
    np.testing.assert_allclose(fit.squares(picture), expected, rtol=1e-15)
    odd = fit_of(Grid(3, 5), 2, 1)
    assert odd.shape == (1, 2)
    np.testing.assert_allclose(
        odd.squares(np.arange(15.0)), [[(0 + 1 + 2 + 5 + 6 + 7 + 10 + 11 + 12) / 9, 8.5]]
    )
    assert fit.feature_at(13, 6) == 25 * 28 + 27
    assert fit.feature_at(14, 0) is None


def test_standardisation_is_undone_however_few_samples_there_are() -> None:
    session = named(2, 2, [0.0, 1.0, 2.0, 3.0])
    record = DataRecord("tiny", standardisation=Standardisation(np.ones(4), np.full(4, 2.0)))
    shown = brightness(session.evolve(data=record), Grid(2, 2), session.inputs[0])
    np.testing.assert_allclose(shown, [0, 1 / 3, 2 / 3, 1])


@given(
    st.integers(1, 120),
    st.integers(1, 40),
    st.sampled_from([DIGITS, random_session((784, 9, 3), ("tanh", "softmax")), classifier()]),
    st.sampled_from([0, 1]),
)
def test_every_size_is_filled(width: int, height: int, session: Session, layer_index: int) -> None:
    scene = scene_of(session, layer_index, 0, sample=0)
    strips = draw_picture(scene, width, height)
    assert [strip.cell_length for strip in strips] == [width] * height
    assert all(cell_len(text) == width for text in texts(strips))


def test_no_number_stops_it() -> None:
    for value in (1.7e308, -1.7e308, 1e-320):
        session = named(2, 2, [value, -value, 0.0, 1.0])
        weights = Layer([[value, -value, 0.0, 1.0]], [0.0], "sigmoid")
        scene = scene_of(session.evolve(network=Network([weights])))
        assert len(draw_picture(scene, 50, 12)) == 12
