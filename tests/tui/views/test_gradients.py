"""The Which number matters view: the engine's derivatives in order, and their check by moving."""

from __future__ import annotations

import math
import re
from itertools import pairwise

import numpy as np
import pytest

from engine import (
    Bias,
    Input,
    Layer,
    Network,
    Parameter,
    Session,
    Weight,
    loss_gradients,
    output_gradients,
    session_loss,
)
from engine.edits.numbers import set_parameter
from engine.nn.backprop import strongest
from engine.session.names import parameter_name, parameter_value
from engine.text import format_number
from tests.tui.player import playing
from tests.tui.views.scenes import (
    changed,
    classifier,
    layer_with_sums,
    random_session,
    scene_of,
    texts,
)
from tui.views.gradients.ranking import describe_check, step_of, subject_gradients
from tui.views.gradients.view import (
    draw_gradients,
    gradient_clicked,
    gradients_title,
    move_in_gradients,
)
from tui.views.scene import Scene

LEFT = "#view-left"


def of_output(scene: Scene) -> Scene:
    return changed(scene, gradient_of="output")


def rows_of(scene: Scene, width: int, height: int) -> list[list[str]]:
    """The rows with a number, split into words."""
    lines = texts(draw_gradients(scene, width, height))
    return [line.lstrip("▶⋮ ").split() for line in lines if re.match(r"[▶⋮ ] *[\d,]+ [wbi]", line)]


def all_parameters(session: Session) -> list[Parameter]:
    found: list[Parameter] = [Input(place) for place in range(session.network.n_features)]
    for index, layer in enumerate(session.network.layers):
        for neuron in range(layer.n_neurons):
            found += [Weight(index, neuron, place) for place in range(layer.n_inputs)]
            found.append(Bias(index, neuron))
    return found


@pytest.mark.parametrize("wanted", ["loss", "output"])
def test_every_number_stands_with_its_derivative_the_strongest_first(wanted: str) -> None:
    session = classifier()
    scene = scene_of(session)
    assert session.targets is not None
    if wanted == "loss":
        gradients = loss_gradients(session.trace, session.targets, "bce")
    else:
        scene = of_output(scene)
        gradients = output_gradients(session.trace, 0)
    rows = rows_of(scene, 95, 30)
    parameters = all_parameters(session)
    assert len(rows) == len(parameters) == 19
    shown = []
    for row in rows:
        (parameter,) = (
            one for one in parameters if " ".join(row[1:]).startswith(parameter_name(session, one))
        )
        value, measured = row[1 + len(parameter_name(session, parameter).split()) :][:2]
        assert float(value) == parameter_value(session, parameter)
        assert float(measured) == pytest.approx(gradients.of(parameter), abs=5.1e-5)
        shown.append(gradients.of(parameter))
    sizes = np.abs(shown)
    assert (sizes[:-1] >= sizes[1:]).all()
    assert [int(row[0]) for row in rows] == list(range(1, 20))


def test_bars_point_to_the_side_of_the_sign() -> None:
    lines = texts(draw_gradients(scene_of(classifier()), 80, 24))
    axes = {line.index("▏") for line in lines if re.search(r" -\d", line) and "█▏" in line}
    assert len(axes) == 1
    axis = axes.pop()
    (positive,) = (line for line in lines if "weight x3→h2" in line)
    assert positive[axis] == "▕"[0] or positive[axis + 1] == "█"
    (negative,) = (line for line in lines if "weight h2→o1" in line)
    assert negative[axis - 1] == "█"


def test_the_selected_number_is_always_in_sight_and_the_strongest_stay() -> None:
    session = classifier()
    strongest = rows_of(scene_of(session), 44, 9)[0]
    for parameter in all_parameters(session):
        scene = scene_of(session, parameter=parameter)
        lines = texts(draw_gradients(scene, 44, 9))
        (selected,) = (line for line in lines[:-2] if line.startswith("▶"))
        assert parameter_name(session, parameter) in selected
        assert rows_of(scene, 44, 9)[0][:4] == strongest[:4]
        ranks = [int(row[0]) for row in rows_of(scene, 44, 9)]
        assert ranks == sorted(set(ranks))
        gaps = sum(later > earlier + 1 for earlier, later in pairwise(ranks))
        assert gaps <= 1


@pytest.mark.parametrize("wanted", ["loss", "output"])
def test_moving_each_number_by_hand_does_what_is_said(wanted: str) -> None:
    session = classifier("tanh")
    for parameter in all_parameters(session):
        scene = scene_of(session, parameter=parameter)
        words = describe_check(
            subject_gradients(scene if wanted == "loss" else of_output(scene)), parameter, 4
        )
        found = re.fullmatch(
            r"▶ moved by ±0\.001: (the loss|o1) goes (\S+) → (\S+), slope (\S+), ✓ as computed",
            words,
        )
        assert found, words
        value = parameter_value(session, parameter)
        for h, text in ((-0.001, found[2]), (0.001, found[3])):
            there = set_parameter(parameter, value + h, 0).apply(session)
            truth = session_loss(there) if wanted == "loss" else float(there.trace.outputs[0, 0])
            assert truth is not None
            assert text == format_number(truth, len(text.partition(".")[2])) or text in str(truth)
        by_hand = (float(found[3]) - float(found[2])) / 0.002
        assert float(found[4]) == pytest.approx(by_hand, rel=0.02, abs=1e-4)


def test_a_bend_so_near_is_said() -> None:
    session = layer_with_sums([0.0], "relu")
    scene = scene_of(session, parameter=Bias(0, 0))
    words = describe_check(subject_gradients(scene), Bias(0, 0), 4)
    assert "slope 0.5, ✗ not the computed 0" in words
    assert "bends or jumps" in words


def test_what_does_not_move_anything_stays() -> None:
    scene = of_output(scene_of(classifier(), parameter=Weight(0, 2, 0)))
    words = describe_check(subject_gradients(scene), Weight(0, 2, 0), 4)
    assert words == "▶ moved by ±0.001: o1 stays 0.0847: slope 0, ✓ as computed"


@pytest.mark.parametrize(
    ("value", "step"), [(0.0, 0.001), (-0.5, 0.001), (1.0, 0.001), (120.0, 0.1), (-4e5, 100.0)]
)
def test_large_numbers_are_moved_by_more(value: float, step: float) -> None:
    assert step_of(value) == step


def test_numbers_beyond_all_bounds_are_no_obstacle() -> None:
    session = Session(
        Network([Layer([[1e300]], [0.0], "identity"), Layer([[1e300]], [0.0], "identity")]),
        np.array([[1.7e308]]),
        targets=np.array([[0.0]]),
    )
    for parameter in all_parameters(session):
        strips = draw_gradients(scene_of(session, parameter=parameter), 56, 9)
        assert len(strips) == 9


def test_arrows_go_along_the_ranking_to_its_ends() -> None:
    scene = of_output(scene_of(classifier()))
    ranking = subject_gradients(scene).ranking
    at = changed(scene, parameter=ranking[0])
    assert move_in_gradients(at, "up") is None
    walked = [at.parameter]
    while (after := move_in_gradients(at, "down")) is not None:
        assert isinstance(after, Weight | Bias | Input)
        walked.append(after)
        at = changed(at, parameter=after)
    assert walked == list(ranking)
    assert move_in_gradients(at, "up") == ranking[-2]
    assert move_in_gradients(at, "left") is None


@pytest.mark.parametrize(("width", "height"), [(44, 7), (44, 9), (95, 30)])
def test_a_click_chooses_the_number_in_its_row(width: int, height: int) -> None:
    session = classifier()
    scene = scene_of(session, parameter=Weight(0, 2, 1))
    clicked = 0
    for row, line in enumerate(texts(draw_gradients(scene, width, height))):
        parameter = gradient_clicked(scene, width, height, 3, row)
        if parameter is not None:
            assert isinstance(parameter, Weight | Bias | Input)
            assert parameter_name(session, parameter) in line
            clicked += 1
    assert clicked == len(rows_of(scene, width, height))
    assert gradient_clicked(scene, width, height, 3, height) is None


def test_of_a_large_network_the_strongest_are_listed_and_the_selected_one() -> None:
    session = random_session((784, 128, 10), ("relu", "softmax"), 2)
    weak = Weight(0, 3, 5)
    scene = scene_of(session, parameter=weak)
    lines = texts(draw_gradients(scene, 95, 30))
    assert "the 100 strongest of 102,554" in lines[0]
    (selected,) = (line for line in lines[1:] if line.startswith("▶") and "moved" not in line)
    assert re.match(r"▶\d\d,\d{3} weight x6→h4", selected)
    gradients = subject_gradients(scene)
    sizes = np.sort(
        np.concatenate(
            [
                np.abs(array).ravel()
                for layer in loss_gradients(
                    session.trace, np.asarray(session.targets), "cross_entropy"
                ).layers
                for array in (layer.weights, layer.bias)
            ]
        )
    )[::-1]
    best = [abs(gradients.of(one)) for one in gradients.ranking if not isinstance(one, Input)]
    assert best == sizes[: len(best)].tolist()
    assert move_in_gradients(scene, "up") == gradients.ranking[-1]
    assert move_in_gradients(scene, "down") is None


def test_titles_say_of_what() -> None:
    scene = scene_of(classifier())
    assert gradients_title(scene) == "Which number matters for the loss?"
    assert gradients_title(of_output(scene)) == "Which number matters for o1?"
    without = scene_of(classifier().evolve(targets=None))
    assert gradients_title(without) == "Which number matters for o1?"
    unsuited = scene_of(classifier(output="relu").evolve(task="binary"))
    assert gradients_title(unsuited) == "Which number matters for o1?"


def test_inputs_are_those_of_the_selected_sample() -> None:
    session = random_session((2, 3, 2), ("tanh", "softmax"), 6)
    scene = scene_of(session, parameter=Input(1), sample=4)
    assert session.targets is not None
    gradients = loss_gradients(session.trace, session.targets, "cross_entropy")
    assert subject_gradients(scene).of(Input(1)) == gradients.inputs[4, 1]
    alone = output_gradients(session.sample_trace(4), 1)
    assert subject_gradients(of_output(changed(scene, output=1))).of(Input(1)) == alone.of(Input(1))
    assert not math.isclose(gradients.inputs[4, 1], gradients.inputs[0, 1])


async def test_on_the_screen_an_arrow_takes_the_cursor_along_the_ranking() -> None:
    async with playing("tiny-net", size=(120, 36)) as player:
        await player.show("Which number matters")
        assert "Which number matters for o1?" in player.pane(LEFT)
        session = player.workspace.session
        gradients = output_gradients(session.trace, 0)
        ranking = strongest(gradients)
        while player.focused_pane != "view-left":
            await player.press("tab")
        place = ranking.index(player.workspace.selection.parameter)
        await player.press("up")
        parameter = player.workspace.selection.parameter
        assert parameter == ranking[place - 1]
        (row,) = (line for line in player.pane(LEFT).splitlines() if f"▶{place} " in line)
        assert parameter_name(session, parameter) in row
        assert f" {format_number(gradients.of(parameter))} " in row.replace("+", "")
        assert "as computed" in player.prose(LEFT)
