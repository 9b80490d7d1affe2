"""The What changed view: the engine's differences, the sentence whole, and what is compared."""

from __future__ import annotations

import re

import numpy as np
import pytest
from textual.strip import Strip

from engine import (
    Edit,
    Layer,
    Network,
    Rename,
    Session,
    SetBias,
    SetInput,
    SetWeight,
    compare,
    examples,
)
from engine.text import format_number
from tests.tui.main.test_training import epochs, until
from tests.tui.player import playing
from tests.tui.views import scenes
from tests.tui.views.scenes import PALETTE, classifier, colour_at, random_session, scene_of, texts
from tui.views.changes.view import changes_title, draw_changes
from tui.views.scene import Scene

SIZES = [(44, 7), (44, 9), (41, 18), (56, 14), (95, 30)]
LEFT = "#view-left"


def compared(before: Session, after: Session, *, pinned: bool = True) -> Scene:
    return scenes.compared(scene_of(after), before, pinned=pinned)


def moved() -> tuple[Session, Session]:
    before = examples.load("tiny-net")
    value = float(before.network.layers[0].weights[1, 0]) + 0.3
    return before, SetWeight(0, 1, 0, value).apply(before)


def prose(strips: list[Strip]) -> str:
    return " ".join(" ".join(texts(strips)).split())


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_effect_of_one_weight_is_described_at_every_size(width: int, height: int) -> None:
    before, after = moved()
    lines = texts(draw_changes(compared(before, after), width, height))
    text = " ".join(" ".join(lines).split())
    assert compare(before, after).sentence in text
    assert "h2 rose by 0.18, o1 rose by 0.0144" in text
    rows = [line.split() for line in lines if "▲" in line]
    assert [row[-2:] if row[-1].startswith("▲") else row[-3:-1] for row in rows]
    (cause,) = (line for line in lines if "0.2001 0.5001" in line)
    assert "weight x1→h2" in cause
    assert "▲0.3 " in cause
    (output,) = (line for line in lines if "0.5597 0.5741" in line)
    assert "▲0.0144" in output
    assert "▼" not in text


def test_stages_have_headings_where_there_is_room() -> None:
    before, after = moved()
    lines = [line.rstrip() for line in texts(draw_changes(compared(before, after), 95, 30))]
    assert lines[1] == (
        "★weights and biases of layer 1 · 24 others unchanged · changed most for its size"
    )
    assert lines[3] == " sum z of layer 1 · 4 others unchanged"
    assert lines[4].split()[:4] == ["h2", "1.1208", "1.3008", "▲0.18"]
    assert sum("★" in line for line in lines) == 1


def test_stages_that_did_not_change_are_named_where_there_is_room() -> None:
    before = classifier()
    lines = texts(draw_changes(compared(before, SetWeight(0, 2, 0, 0.6).apply(before)), 95, 30))
    stripped = [line.strip() for line in lines]
    assert "out a of layer 1 · unchanged" in stripped
    assert "sum z of layer 2 · unchanged" in stripped
    assert "loss · unchanged" in stripped


def test_bars_are_as_long_as_the_differences_and_to_the_side_of_their_sign() -> None:
    before = examples.load("tiny-net").evolve(targets=np.array([[1.0]]))
    after = SetBias(0, 2, 5.0).apply(SetInput(0, 0, -1.0).apply(before))
    strips = draw_changes(compared(before, after), 95, 30)
    lines = texts(strips)
    rows = [row for row, line in enumerate(lines) if "▲" in line or "▼" in line]
    axes = {lines[row].index("▏") for row in rows if "▼" in lines[row]}
    assert len(axes) == 1
    axis = axes.pop()
    for row in rows:
        rose = "▲" in lines[row]
        place = lines[row].index("▲" if rose else "▼")
        assert colour_at(strips, place, row) == (PALETTE.positive if rose else PALETTE.negative)
        left, right = lines[row][place:axis].count("█"), lines[row][axis:].count("█")
        assert (left, right)[rose] > 0 or float(lines[row][place + 1 :].split()[0]) < 0.5
        assert (left, right)[not rose] == (0 if rose else left and right)
    by_name = {lines[row].split()[0]: lines[row].count("█") for row in rows[-4:]}
    assert by_name["o1"] < lines[rows[1]].count("█")


def test_of_many_changes_the_causes_the_outputs_and_the_loss_come_first() -> None:
    before = random_session((3, 4, 4, 2), ("relu", "tanh", "softmax"))
    after = SetInput(0, 1, 2.0).apply(before)
    lines = texts(draw_changes(compared(before, after), 44, 9))
    rows = [line for line in lines if "▲" in line or "▼" in line]
    assert "input x2" in rows[0]
    assert any(" out a +1 more" in line and "o" in line.split()[0] for line in rows)
    assert rows[-1].split()[0] == "loss"
    assert compare(before, after).sentence in " ".join(" ".join(lines).split())


def test_a_star_marks_the_stage_of_the_largest_relative_change() -> None:
    before = classifier()
    after = SetBias(1, 0, 2.1).apply(before)
    largest = compare(before, after).largest
    assert largest is not None
    (marked,) = (
        line for line in texts(draw_changes(compared(before, after), 90, 25)) if "★" in line
    )
    assert largest.name in marked


def test_an_arrow_stands_at_its_number() -> None:
    before = Session(Network([Layer([[1.0, 2.0]], [0.5], "identity")]))
    for width in (38, 44, 95):
        lines = texts(draw_changes(compared(before, SetBias(0, 0, 0.8).apply(before)), width, 9))
        assert any("▲0.3 " in line for line in lines), lines


def test_titles_say_with_what_it_is_compared() -> None:
    before, after = moved()
    assert changes_title(compared(before, after)) == "What changed since you pressed p"
    assert changes_title(compared(before, after, pinned=False)) == "What the last edit changed"
    assert changes_title(scene_of(after)) == "What changed: nothing yet"


def test_without_anything_to_compare_it_says_how_to_begin() -> None:
    words = prose(draw_changes(scene_of(classifier()), 44, 9))
    assert words == "nothing changed yet: edit a number, or press p to remember this state"
    session = classifier()
    assert prose(draw_changes(compared(session, session), 44, 9)).startswith(
        "nothing changed since"
    )


@pytest.mark.parametrize("edit", [SetInput(0, 0, 0.0), Rename("feature", "age", 0)])
def test_an_edit_that_leaves_every_number_is_no_change(edit: Edit) -> None:
    # Inputs that nobody gave are 0, and given once a 0 is typed.
    before = Session(Network([Layer([[1.0, 2.0]], [0.5], "tanh")]))
    scene = compared(before, edit.apply(before))
    assert prose(draw_changes(scene, 64, 9)).startswith("nothing changed since: edit a number")


def test_another_shape_is_shown_with_the_outputs_before_and_after() -> None:
    before = classifier()
    hidden, output = before.network.layers
    wider = Network(
        [
            Layer(np.vstack([hidden.weights, [[1, 1, 1]]]), [*hidden.bias, 0.5], "relu"),
            Layer(np.hstack([output.weights, [[0.5]]]), output.bias, "sigmoid"),
        ]
    )
    after = before.evolve(network=wider)
    words = prose(draw_changes(compared(before, after), 56, 9))
    assert "the network 3→3→1 became 3→4→1" in words
    old, new = (format_number(float(one.trace.outputs[0, 0])) for one in (before, after))
    assert f"o1 {old} {new} ▲" in words


def test_more_samples_are_reported() -> None:
    before = classifier()
    after = before.evolve(inputs=np.ones((2, 3)), targets=np.ones((2, 1)))
    words = prose(draw_changes(compared(before, after), 56, 9))
    assert words.startswith("1 sample became 2:")


def test_numbers_that_are_not_finite_are_no_obstacle() -> None:
    base = Session(
        Network(
            [Layer([[1e300], [1.0]], [0.0, 0.0], "relu"), Layer([[1.0, -1e300]], [0.0], "relu")]
        ),
        np.array([[1.0]]),
    )
    after = SetInput(0, 0, 1e300).apply(base)
    for width, height in SIZES:
        strips = draw_changes(compared(base, after), width, height)
        assert len(strips) == height
        assert "inf" in prose(strips)


async def test_typing_a_weight_shows_what_it_did_and_undo_takes_it_back() -> None:
    async with playing("tiny-net", size=(120, 36)) as player:
        await player.show("What changed")
        assert "nothing changed yet" in player.prose(LEFT)
        await player.press("tab", "down")
        await player.type(
            repr(float(player.workspace.session.network.layers[0].weights[1, 0]) + 0.3)
        )
        await player.press("enter")
        pane = player.pane(LEFT)
        assert "What the last edit changed" in pane
        assert [line.split()[1:5] for line in pane.splitlines() if "▲0.18" in line] == [
            ["h2", "1.1208", "1.3008", "▲0.18"]
        ] * 2
        assert [line.split()[1:5] for line in pane.splitlines() if "▲0.0144" in line] == [
            ["o1", "0.5597", "0.5741", "▲0.0144"]
        ]
        assert "h2 rose by 0.18, o1 rose by 0.0144" in player.prose(LEFT)
        await player.press("u")
        assert "▲" not in player.pane(LEFT)
        assert "nothing changed yet" in player.prose(LEFT)


async def test_after_training_it_says_that_training_changed_the_numbers() -> None:
    session = random_session((3, 8, 2), ("relu", "softmax"))
    async with playing(session, size=(80, 24)) as player:
        await player.show("What changed")
        await player.press("Z")
        await until(player, lambda: epochs(player) == 1)
        pane = player.pane(LEFT)
        assert "What training changed" in pane
        assert re.search(r" \+\d+ more ", pane)
        await player.press("K")
        assert "What the last edit changed" in player.pane(LEFT)
        await player.press("u")
        assert "What training changed" in player.pane(LEFT)
        await player.press("u")
        assert "nothing changed yet" in player.prose(LEFT)
