"""The Loss view: its curves and axes, earlier runs, long runs, and losses that are not numbers."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from engine import session_loss
from engine.training.settings import TrainingSettings
from tests.tui.lessons import every_kind
from tests.tui.views.run_records import run_of
from tests.tui.views.scenes import (
    PALETTE,
    classifier,
    colour_at,
    places_of,
    random_session,
    scene_of,
    texts,
)
from tui.state import lesson as playing
from tui.state.run_record import RunRecord
from tui.views.loss.axes import epoch_axis, ghosts_of, loss_text, thinned
from tui.views.loss.view import draw_loss, loss_title
from tui.views.scene import Scene

FALLING = [0.7 * 0.97**epoch for epoch in range(125)]
TEST = [loss + 0.05 for loss in FALLING]


def scene_with(run: RunRecord | None, *runs: RunRecord, log_scale: bool = False) -> Scene:
    return scene_of(classifier(), run=run, runs=runs, log_scale=log_scale)


def rows_of_colour(scene: Scene, colour: tuple[int, int, int], width: int, height: int) -> set[int]:
    """The rows in which a line of that colour is drawn."""
    strips = draw_loss(scene, width, height)
    return {
        row
        for row, text in enumerate(texts(strips))
        for column, character in enumerate(text)
        if 0x2800 < ord(character) <= 0x28FF and colour_at(strips, column, row) == colour
    }


def test_the_title_says_both_losses_and_the_epochs() -> None:
    run = run_of([0.7, 0.0123], [0.8, 0.015])
    assert loss_title(scene_with(run)) == "Loss 0.0123 train, 0.0150 test, after 1 epoch"
    long = run_of([0.5] * 100_001)
    assert loss_title(scene_with(long)) == "Loss 0.5000 train, after 100,000 epochs"
    lost = run_of([0.5, math.nan])
    assert loss_title(scene_with(lost)) == "Loss nan train, after 1 epoch"


def test_losses_of_other_numbers_are_marked_as_earlier() -> None:
    there = classifier().evolve(targets=np.array([[1.0]]))
    now = session_loss(there)
    assert now is not None
    run = run_of([0.7, 0.0123], [0.8, 0.015], session=classifier("tanh").evolve(targets=[[1.0]]))
    scene = scene_of(there, run=run)
    assert loss_title(scene) == f"Loss now {now:.4f} train, 0.0123 after 1 epoch"
    *above, below = texts(draw_loss(scene, 60, 12))
    assert below.strip() == f"now {now:.4f} train"
    assert any("● train then 0.0123" in line for line in above)
    assert any("○ test then 0.0150" in line for line in above)
    steps = scene_of(there, run=run_of([0.7, 0.0123], session=there, step_index=2))
    assert loss_title(steps) == f"Loss 2 steps on {now:.4f} train, 0.0123 after 1 epoch"
    training = scene_of(there, run=run, is_training=True)
    assert loss_title(training) == "After 1 epoch: loss 0.0123 train, 0.0150 test"


def test_without_a_run_it_says_how_to_begin_and_the_present_loss() -> None:
    scene = scene_with(None)
    loss = -math.log(1 / (1 + math.exp(2.38)))
    assert loss_title(scene) == f"Loss {loss:.4f}, not trained yet"
    # The numbers of a lesson may be trained without a run.
    lesson = playing.enter(scene.workspace, every_kind())
    in_lesson = replace(scene, workspace=replace(lesson, session=scene.session))
    assert loss_title(in_lesson) == f"Loss {loss:.4f}"
    said = " ".join(" ".join(texts(draw_loss(scene, 44, 9))).split())
    assert f"The loss is {loss:.4f} now." in said
    assert "space trains; L sets how." in said
    without = scene_of(classifier().evolve(targets=None))
    assert loss_title(without) == "Nothing to learn yet"
    assert "training needs targets" in " ".join(texts(draw_loss(without, 60, 9)))


def test_the_loss_over_test_samples_is_shown_too() -> None:
    session = random_session((2, 1), ("identity",), 10).evolve(n_test=4)
    assert session.targets is not None
    errors = (session.trace.outputs - session.targets) ** 2
    said = " ".join(texts(draw_loss(scene_of(session), 90, 9)))
    assert f"The loss is {errors[:6].mean():.4f} now" in said
    assert f"{errors[6:].mean():.4f} over the test samples" in said


def test_a_loss_that_does_not_suit_says_why() -> None:
    session = classifier(output="identity").evolve(training=TrainingSettings(loss="bce"))
    assert loss_title(scene_of(session)) == "No loss for these outputs"
    said = " ".join(" ".join(texts(draw_loss(scene_of(session), 60, 9))).split())
    assert "No loss: bce needs outputs within 0…1: the last layer is identity" in said
    assert "L chooses another loss" in said


@pytest.mark.parametrize("log_scale", [False, True])
@pytest.mark.parametrize(("width", "height"), [(44, 9), (56, 14), (95, 30)])
def test_two_lines_with_their_names_marks_and_last_losses(
    width: int, height: int, log_scale: bool
) -> None:
    test = [loss * 3 for loss in FALLING]
    strips = draw_loss(scene_with(run_of(FALLING, test), log_scale=log_scale), width, height)
    text = "\n".join(texts(strips))
    assert f"● train {FALLING[-1]:.4f}" in text
    assert f"○ test {test[-1]:.4f}" in text
    assert "150 epochs" in texts(strips)[-1]
    # One in the name, one at the end of the line.
    for glyph, colour in (("●", PALETTE.series[0]), ("○", PALETTE.series[1])):
        places = places_of(strips, glyph)
        assert {colour_at(strips, *place) for place in places} == {colour}
        assert len(places) == 2 or (glyph == "○" and not log_scale)
    column, row = min(places_of(strips, "●"))
    assert text.splitlines()[row - 1][column] == " " or log_scale


def test_the_mark_stands_at_the_last_loss() -> None:
    run = run_of(np.linspace(1, 0.25, 11).tolist())
    strips = draw_loss(scene_with(run), 60, 14)
    (column, row), _ = sorted(places_of(strips, "●"))
    # Twelve rows from 0 to 1; the names take the margin of 15 cells.
    assert row == int((1 - 0.25) * 12)
    assert column == 60 - len("● train 0.2500") - 1 - 1


def test_the_log_scale_spreads_what_is_small() -> None:
    losses = [10.0**-power for power in range(7)]
    runs = run_of(losses)
    linear = rows_of_colour(scene_with(runs), PALETTE.series[0], 60, 14)
    logarithmic = rows_of_colour(scene_with(runs, log_scale=True), PALETTE.series[0], 60, 14)
    text = "\n".join(texts(draw_loss(scene_with(runs, log_scale=True), 60, 14)))
    assert len(logarithmic) >= 11
    assert linear
    assert "1e-6" in text
    assert "0.001" in text


@settings(max_examples=40)
@given(st.integers(300, 5000), st.integers(10, 130), st.integers(0, 2**32 - 1))
def test_a_thinned_line_keeps_every_peak(n_epochs: int, columns: int, seed: int) -> None:
    losses = np.random.default_rng(seed).random(n_epochs + 1)
    end = epoch_axis(n_epochs).high
    x, y = thinned(losses, end, columns)
    assert len(x) == len(y)
    assert len(x) <= max(2 * columns + 1, 2 * columns)
    assert (np.diff(x) >= 0).all()
    assert y.min() == losses.min()
    assert y.max() == losses.max()
    assert (x[-1], y[-1]) == (n_epochs, losses[-1])
    for column in range(columns):
        low, high = column * end / columns, (column + 1) * end / columns
        # The last loss is on the right edge, and in the last part.
        inside = losses[math.ceil(low) : math.ceil(high) if column < columns - 1 else None]
        if len(inside) and len(losses) > 2 * columns:
            drawn = y[:-1][(x[:-1] >= low) & (x[:-1] < high)]
            assert (drawn.min(), drawn.max()) == (inside.min(), inside.max())


def test_a_short_line_is_not_thinned_and_ends_with_the_axis() -> None:
    losses = np.array([3.0, 2.0, 1.0, 0.5])
    x, y = thinned(losses, 10, 50)
    np.testing.assert_array_equal(x, [0, 1, 2, 3])
    np.testing.assert_array_equal(y, losses)
    assert thinned(losses, 2, 50)[1].tolist() == [3, 2, 1]


def test_earlier_runs_of_the_same_data_and_loss_are_ghosts() -> None:
    other_loss = run_of(FALLING, number=2, settings=TrainingSettings(loss="mse"))
    other_data = run_of(FALLING, number=3, data_name="xor")
    ghost = run_of([0.7] * 125, number=4, settings=TrainingSettings(learning_rate=1e-9))
    present = run_of(FALLING, number=5)
    assert ghosts_of(present, (other_loss, ghost, other_data), 4) == [ghost]
    many = [run_of(FALLING, number=number) for number in (4, 1, 3, 2)]
    assert [run.number for run in ghosts_of(present, many, 2)] == [3, 4]
    scene = scene_with(present, ghost, other_loss, other_data)
    text = "\n".join(texts(draw_loss(scene, 60, 14)))
    assert "run 4" in text
    assert "run 2" not in text
    flat = rows_of_colour(scene, PALETTE.muted, 60, 14)
    alone = rows_of_colour(scene_with(present), PALETTE.muted, 60, 14)
    assert len(flat - alone) == 1


def test_an_earlier_run_far_above_does_not_flatten_the_present_one() -> None:
    wild = run_of([1e9] * 20, number=1)
    present = run_of([0.9, 0.5, 0.1], number=2)
    with_it = draw_loss(scene_with(present, wild), 60, 14)
    assert "run 1" not in "\n".join(texts(with_it))
    assert texts(with_it) == texts(draw_loss(scene_with(present), 60, 14))


def test_a_first_loss_far_above_the_others_is_cut_off_and_named() -> None:
    run = run_of([40.0, *FALLING])
    rows = rows_of_colour(scene_with(run), PALETTE.series[0], 60, 14)
    alone = rows_of_colour(scene_with(run_of(FALLING)), PALETTE.series[0], 60, 14)
    assert len(rows) >= len(alone) - 1
    assert "▲ 40.0000 at the start" in texts(draw_loss(scene_with(run), 60, 14))[0]
    assert "▲" not in "".join(texts(draw_loss(scene_with(run, log_scale=True), 60, 14)))
    assert "▲" not in "".join(texts(draw_loss(scene_with(run_of(FALLING)), 60, 14)))


def test_a_flat_curve_offers_the_log_scale() -> None:
    steep = run_of([0.7 * 0.9**epoch for epoch in range(125)])
    assert texts(draw_loss(scene_with(steep), 60, 14))[-1].startswith("Y: log scale")
    assert "Y:" not in texts(draw_loss(scene_with(steep, log_scale=True), 60, 14))[-1]
    assert "Y:" not in texts(draw_loss(scene_with(run_of(FALLING)), 60, 14))[-1]


def test_why_it_stopped_stands_below() -> None:
    run = run_of(FALLING, stopped_because="the test loss no longer improves")
    assert texts(draw_loss(scene_with(run), 60, 14))[-1].startswith(
        "stopped: the test loss no longer improves"
    )
    assert "stopped" not in "".join(texts(draw_loss(scene_with(run), 60, 6)))


@pytest.mark.parametrize(
    ("loss", "text"),
    [
        (0.0123, "0.0123"),
        (0.015, "0.0150"),
        (12.0, "12.0000"),
        (0.00012, "0.0001"),
        (8.5e-6, "8.5e-6"),
    ],
)
def test_losses_as_text(loss: float, text: str) -> None:
    assert loss_text(loss, 4) == text
    assert float(loss_text(loss, 17)) == loss


@settings(max_examples=80)
@given(
    st.lists(
        st.sampled_from([0.0, 1.0, 0.5, 1e-320, 1e300, math.nan, math.inf, -math.inf, 1.7e308]),
        min_size=1,
        max_size=400,
    ),
    st.integers(1, 120),
    st.integers(1, 40),
    st.booleans(),
)
def test_no_loss_and_no_size_stops_it(
    losses: list[float], width: int, height: int, log_scale: bool
) -> None:
    run = run_of(losses, losses[::-1], stopped_because="it is lost")
    scene = scene_with(run, run_of(losses[::-1], number=0), log_scale=log_scale)
    assert loss_title(scene).isprintable()
    strips = draw_loss(scene, width, height)
    assert [strip.cell_length for strip in strips] == [width] * height
    assert all(cell_len(text) == width for text in texts(strips))


def test_the_line_of_some_losses_lies_on_that_of_all() -> None:
    losses = np.exp(-np.arange(1001) / 300)
    x, y = thinned(losses[::8], 1000, 40, stride=8)
    np.testing.assert_allclose(y, np.exp(-x / 300), rtol=0.05)
    assert (x[0], x[-1]) == (0, 1000)
    few_x, few_y = thinned(losses[::250], 1000, 40, stride=250)
    assert few_x.tolist() == [0, 250, 500, 750, 1000]
    assert few_y.tolist() == losses[::250].tolist()


def test_a_view_of_some_losses_looks_like_that_of_all() -> None:
    losses = np.exp(-np.arange(1001) / 300)
    whole, some = run_of(losses.tolist()), run_of(losses[::8].tolist())
    some = replace(some, epochs=1000)
    assert some.stride == 8
    drawn = [draw_loss(scene_with(run), 80, 14) for run in (whole, some)]
    # The line itself is a dot higher or lower here and there.
    besides = [[re.sub("[\u2800-\u28ff]", " ", strip.text) for strip in some] for some in drawn]
    assert besides[0] == besides[1]
    assert "1,000 epochs" in besides[1][-1]
