"""The What if view: the lines are the engine's outputs, over a range that stays."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.edits.numbers import set_parameter
from engine.nn.layer import Layer
from engine.nn.network import Network
from engine.nn.parameters import Bias, Input, Parameter, Weight
from engine.session.session import Session
from tests.tui.views.scenes import (
    PALETTE,
    classifier,
    colour_at,
    places_of,
    random_session,
    scene_of,
    texts,
)
from tui.views.what_if import draw_what_if, shown_outputs, what_if_radius, what_if_title


def output_at(session: Session, parameter: Parameter, value: float) -> float:
    """The first output as the whole network gives it once the number is changed."""
    return float(set_parameter(parameter, value, 0).apply(session).trace.outputs[0, 0])


@pytest.mark.parametrize("parameter", [Weight(1, 0, 1), Bias(1, 0), Input(0), Weight(0, 1, 2)])
def test_the_line_is_the_output_for_every_value(parameter: Parameter) -> None:
    session = classifier()
    width, height = 64, 16
    strips = draw_what_if(scene_of(session, parameter=parameter), width, height)
    left = texts(strips)[0].index("┤") + 1
    canvas_width, canvas_height = width - left, height - 2
    radius = float(texts(strips)[-1].split()[-1])
    for column in range(canvas_width):
        value = radius * (2 * (column + 0.5) / canvas_width - 1)
        row = (1.05 - output_at(session, parameter, value)) / 1.1 * canvas_height
        drawn = [
            each
            for each in range(canvas_height)
            if "⠀" < texts(strips)[each][left + column] <= "⣿"
            or texts(strips)[each][left + column] == "●"
        ]
        assert any(abs(each + 0.5 - row) <= 1.1 for each in drawn), value


def test_the_present_value_has_a_dot_and_a_tick() -> None:
    strips = draw_what_if(scene_of(classifier(), parameter=Weight(1, 0, 1)), 46, 9)
    [(column, row)] = places_of(strips, "●")
    assert column == 4 + math.floor((-1 + 2) / 4 * 42)
    assert row == math.floor((1.05 - 0.0847) / 1.1 * 7)
    assert colour_at(strips, column, row) == PALETTE.accent
    assert texts(strips)[-1].split() == ["-2", "-1", "0", "2"]
    assert (column, 7) in places_of(strips, "┬")


@pytest.mark.parametrize(
    ("value", "radius"),
    [(0.0, "2"), (1.6, "2"), (1.61, "4"), (-3.2, "4"), (3.3, "8"), (100.0, "128")],
)
def test_the_range_doubles_where_the_value_needs_room(value: float, radius: str) -> None:
    session = set_parameter(Weight(1, 0, 1), value, 0).apply(classifier())
    ends = texts(draw_what_if(scene_of(session, parameter=Weight(1, 0, 1)), 80, 9))[-1].split()
    assert (ends[0], ends[-1]) == (f"-{radius}", radius)


def test_the_picture_stands_still_while_its_own_parameter_is_nudged() -> None:
    pictures = []
    for nudge in range(12):
        session = set_parameter(Bias(1, 0), nudge / 10, 0).apply(classifier())
        strips = draw_what_if(scene_of(session, parameter=Bias(1, 0)), 46, 9)
        pictures.append("\n".join(texts(strips)[:-2]).replace("●", "?"))
    different = sum(a != b for a, b in zip(*(list(pictures[i]) for i in (0, 11)), strict=True))
    assert different <= 2


def turning_at(turn: float, bias: float = 0.0) -> Session:
    """One yes/no output, 1 from `turn` up of the bias."""
    layer = Layer([[1.0]], [bias], "sigmoid")
    return Session(Network([layer]), np.array([[-turn]]))


@pytest.mark.parametrize(
    ("turn", "radius"),
    [(1.5, "2"), (2.43, "4"), (-3.9, "4"), (4.1, "8"), (7.9, "8"), (8.1, "2"), (100.0, "2")],
)
def test_the_range_is_wide_enough_to_see_the_answer_turn(turn: float, radius: str) -> None:
    ends = texts(draw_what_if(scene_of(turning_at(turn), parameter=Bias(0, 0)), 46, 9))[-1].split()
    assert (ends[0], ends[-1]) == (f"-{radius}", radius)


def test_the_widened_range_stays_as_the_value_moves_within_it() -> None:
    radii = [
        what_if_radius(scene_of(turning_at(2.43, bias), parameter=Bias(0, 0)), bias)
        for bias in np.arange(-3.2, 3.2, 0.1).tolist()
    ]
    assert set(radii) == {4.0}


def test_the_change_of_the_top_class_is_seen_too() -> None:
    layer = Layer([[1.0], [0.0], [0.0]], [0.0, 3.0, -1.0], "softmax")
    session = Session(Network([layer]), np.array([[0.0]]))
    scene = scene_of(session, parameter=Input(0))
    assert what_if_radius(scene, 0.0) == 4.0
    assert what_if_radius(scene_of(session.evolve(task="regression")), 0.0) == 2.0


def test_classes_have_a_line_at_one_half_and_others_do_not() -> None:
    for session, has_line in (
        (classifier(), True),
        (random_session((3, 3), ("softmax",)), True),
        (random_session((3, 1), ("identity",)), False),
        (random_session((3, 1), ("sigmoid",)).evolve(task="regression"), False),
    ):
        assert bool(places_of(draw_what_if(scene_of(session), 46, 9), "┈")) is has_line


def test_outputs_from_0_to_1_always_have_the_same_ticks() -> None:
    for bias in (-30.0, 0.0, 30.0):
        session = set_parameter(Bias(1, 0), bias, 0).apply(classifier())
        lines = texts(draw_what_if(scene_of(session, parameter=Weight(1, 0, 0)), 46, 12))
        ticks = [line[:3].strip() for line in lines[:-2]]
        assert [tick for tick in ticks if tick] == ["1", "0.5", "0"]


def test_what_changes_nothing_says_so() -> None:
    # With h3 off, its weight in the output layer has nothing to weigh.
    flat = texts(draw_what_if(scene_of(classifier(), parameter=Weight(1, 0, 2)), 46, 9))
    assert any("flat: it changes nothing" in line for line in flat)
    narrow = texts(draw_what_if(scene_of(classifier(), parameter=Weight(1, 0, 2)), 26, 9))
    assert any(line.split()[-1] == "flat" for line in narrow if line.strip())
    steep = texts(draw_what_if(scene_of(classifier(), parameter=Weight(1, 0, 1)), 46, 9))
    assert not any("flat" in line for line in steep)


def test_lines_are_named_at_their_right_ends_in_their_colours() -> None:
    session = random_session((3, 3), ("softmax",), classes=("ham", "spam", "eggs"))
    strips = draw_what_if(scene_of(session), 60, 14)
    for place, name in enumerate(("ham", "spam", "eggs")):
        [row] = [row for row, text in enumerate(texts(strips)) if text.rstrip().endswith(name)]
        column = texts(strips)[row].index(name)
        assert colour_at(strips, column, row) == PALETTE.series[place]
    assert len(places_of(strips, "●")) in (2, 3)


def test_of_many_outputs_those_around_the_current_one_are_shown() -> None:
    session = random_session((3, 10), ("identity",))
    assert [*shown_outputs(scene_of(session))] == [0, 1, 2, 3]
    assert [*shown_outputs(scene_of(session, neuron=9))] == [6, 7, 8, 9]
    assert 5 in shown_outputs(scene_of(session, neuron=5))
    assert "o7…o10 of 10 outputs" in what_if_title(scene_of(session, neuron=9))


def test_the_title_asks_and_says_whose_answer_it_is() -> None:
    session = classifier()
    assert what_if_title(scene_of(session, parameter=Weight(1, 0, 1))) == (
        "What if weight h2→o1 changed?"
    )
    assert what_if_title(scene_of(session, 0, 1, Weight(0, 1, 0))) == (
        "What if weight x1→h2 changed? Then o1:"
    )
    assert what_if_title(scene_of(random_session((2, 3), ("softmax",)))).endswith("the outputs:")


def test_outputs_that_are_not_numbers_are_said_to_be_so() -> None:
    session = classifier("identity", "identity").evolve(inputs=np.full((1, 3), 1.7e308))
    for weight in (Weight(0, 0, 0), Weight(1, 0, 1)):
        huge = set_parameter(weight, 1.7e308, 0).apply(session)
        lines = texts(draw_what_if(scene_of(huge, parameter=Bias(0, 0)), 46, 9))
        assert any("the outputs are not numbers" in line for line in lines)


def test_a_tiny_drawing_is_a_line_of_text() -> None:
    lines = texts(draw_what_if(scene_of(classifier(), parameter=Bias(1, 0)), 40, 1))
    assert lines == ["o1 0.0847 at bias of o1 -0.2".ljust(40)]
