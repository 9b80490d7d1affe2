"""The samples on the Map: training and test, right and wrong, and clicks on them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from textual.strip import Strip

from engine import Layer, Network, Session, SetSample
from tests.tui.views.scenes import PALETTE, changed, colour_at, places_of, scene_of
from tui.views.gestures import ChooseSample
from tui.views.map.view import draw_map, map_clicked
from tui.views.scene import Scene


def points(*rows: tuple[float, float, float], n_test: int = 0) -> Session:
    """Samples as (x1, x2, target) under a network that says yes where x1 is above 0."""
    table = np.array(rows)
    network = Network([Layer([[9.0, 0.0]], [0.0], "sigmoid")])
    return Session(network, table[:, :2], targets=table[:, 2:], n_test=n_test)


def drawn(scene: Scene) -> list[Strip]:
    """The map in 60 × 18 cells without its axis and its legend."""
    return draw_map(scene, 60, 18)[:-3]


SPREAD = points(
    (-1, -1, 0), (-1, 1, 1), (1, -1, 1), (1, 1, 0), (-1.5, 0.5, 0), (1.5, 0.5, 0), n_test=2
)


def test_test_samples_are_squares_and_what_is_wrong_is_underlined() -> None:
    # The first sample is the probe.
    strips = drawn(scene_of(SPREAD))
    marked = {glyph: places_of(strips, glyph) for glyph in "●○■□"}
    assert {glyph: len(places) for glyph, places in marked.items()} == {
        "●": 2,
        "○": 1,
        "■": 0,
        "□": 2,
    }
    wrong = {
        (glyph, column < 31)
        for glyph, places in marked.items()
        for column, row in places
        if is_underlined(strips, column, row)
    }
    # At the left the answer is no, at the right yes.
    assert wrong == {("●", True), ("○", False), ("□", False)}
    for glyph, places in marked.items():
        for column, row in places:
            is_wrong = (glyph, column < 31) in wrong
            assert (colour_at(strips, column, row) == PALETTE.bad) == is_wrong


def is_underlined(strips: list[Strip], column: int, row: int) -> bool:
    style = next(iter(strips[row].crop(column, column + 1))).style
    return style is not None and bool(style.underline)


def test_the_test_samples_may_be_left_out() -> None:
    scene = scene_of(SPREAD)
    without = changed(scene, map=replace(scene.view.map, test_shown=False))
    assert not places_of(drawn(without), "□")
    assert len(places_of(drawn(without), "●")) == 2
    [place, _] = sorted(places_of(drawn(scene), "□"))
    assert map_clicked(scene, 60, 18, *place) == ChooseSample(4)
    assert isinstance(map_clicked(without, 60, 18, *place), SetSample)


def test_classes_of_test_samples_have_another_paper_and_wrong_ones_are_underlined() -> None:
    wanted = np.eye(3)[[0, 1, 2, 0]]
    network = Network([Layer([[9.0, 0], [0, 9.0], [-9.0, -9.0]], [0.0, 0, 0], "softmax")])
    inputs = np.array([[2.0, 0], [0, 2.0], [1.0, -1.0], [3.0, 1.0]])
    session = Session(network, inputs, targets=wanted, n_test=1)
    strips = drawn(scene_of(session, sample=1))
    papers = {}
    for glyph in "13":
        for column, row in places_of(strips, glyph):
            style = next(iter(strips[row].crop(column, column + 1))).style
            # The signs of the map are light on a shade.
            is_sample = colour_at(strips, column, row) == PALETTE.background
            if is_sample and style is not None and style.bgcolor is not None:
                papers[column] = (glyph, *style.bgcolor.get_truecolor(), style.underline)
    ordered = [papers[column] for column in sorted(papers)]
    assert [(glyph, bool(underline)) for glyph, *_, underline in ordered] == [
        ("3", True),
        ("1", False),
        ("1", False),
    ]
    assert [tuple(paper[1:4]) for paper in ordered] == [
        PALETTE.bad,
        PALETTE.foreground,
        PALETTE.muted,
    ]


def test_a_click_on_or_beside_a_sample_chooses_it() -> None:
    scene = scene_of(SPREAD, sample=3)
    strips = drawn(scene)
    [(column, row)] = [place for place in places_of(strips, "●") if place[0] > 31]
    for aside in (-1, 0, 1):
        assert map_clicked(scene, 60, 18, column + aside, row) == ChooseSample(2)
    for place in ((column - 2, row), (column + 2, row), (column, row - 1)):
        assert isinstance(map_clicked(scene, 60, 18, *place), SetSample)
    [probe] = places_of(strips, "◆")
    moved = map_clicked(scene, 60, 18, *probe)
    assert isinstance(moved, SetSample)
    assert moved.sample == 3


def test_clicks_go_through_samples_in_one_place() -> None:
    session = points((0.5, 0.5, 1), (-1, -1, 0), (0.5, 0.5, 1), (0.5, 0.5, 0))
    chosen, sample = [], 1
    for _ in range(4):
        scene = scene_of(session, sample=sample)
        [probe] = places_of(drawn(scene_of(session, sample=0)), "◆")
        clicked = map_clicked(scene, 60, 18, *probe)
        assert isinstance(clicked, ChooseSample)
        sample = clicked.sample
        chosen.append(sample)
    assert chosen == [2, 3, 0, 2]


def test_of_very_many_samples_those_of_the_test_set_are_drawn_too() -> None:
    count = 12_000
    x1 = np.repeat([-1.0, 1.0], count // 2)
    session = points(*((x, 0.0, float(x > 0)) for x in x1.tolist()), n_test=count // 2)
    strips = drawn(scene_of(session, sample=0))
    assert len(places_of(strips, "▪")) == 1


def test_numbers_have_the_colour_of_their_target() -> None:
    network = Network([Layer([[1.0, 0.0]], [0.0], "identity")])
    session = Session(
        network,
        [[0, 0], [-1, -1], [-1, 1], [1, -1], [1, 1]],
        targets=[[np.nan], [-4.0], [4.0], [2.0], [0.0]],
    )
    strips = drawn(scene_of(session))
    places = sorted(places_of(strips, "•"))
    assert len(places) == 4
    halfway = tuple(
        round((plain + pole) / 2)
        for plain, pole in zip(PALETTE.foreground, PALETTE.positive, strict=True)
    )
    wanted = [PALETTE.positive, PALETTE.negative, PALETTE.foreground, halfway]
    for place, colour in zip(places, wanted, strict=True):
        assert max(np.abs(np.subtract(colour_at(strips, *place), colour))) <= 1, place
