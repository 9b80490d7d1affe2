"""The Samples view: the engine's figures, a window around the selected row, clicks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.nn.initialisation import new_network
from engine.nn.layer import Layer
from engine.nn.network import Network
from engine.session.prediction import answer, is_right, predictions
from engine.session.session import Session
from engine.text import format_within
from tests.tui.player import Player, playing
from tests.tui.views.scenes import PALETTE, classifier, colour_at, random_session, scene_of, texts
from tui.views.samples import draw_samples, sample_clicked, samples_in_sight, samples_title

MANY = random_session((3, 4, 2), ("tanh", "softmax"), n_samples=600, classes=("ham", "spam"))
SOME = random_session((3, 4, 2), ("tanh", "softmax"), n_samples=40, classes=("ham", "spam"))


@pytest.mark.parametrize("chosen", [SOME, MANY], ids=["some", "many"])
def test_the_figures_are_those_of_the_engine(chosen: Session) -> None:
    scene = scene_of(chosen, sample=20)
    lines = texts(draw_samples(scene, 110, 12))
    outputs = chosen.network.forward(chosen.inputs).outputs
    assert chosen.targets is not None
    for line, sample in zip(lines[1:], samples_in_sight(scene, 12), strict=True):
        words = line.replace("▶", " ").replace("│", " ").split()
        assert words[0] == str(sample + 1)
        assert [float(word) for word in words[1:4]] == pytest.approx(
            chosen.inputs[sample].tolist(), abs=1e-3
        )
        assert words[4:6] == [format_within(out, (0, 1)) for out in outputs[sample].tolist()]
        assert words[6] == predictions(chosen)[sample]
        assert words[7] == ("ham", "spam")[int(chosen.targets[sample].argmax())]
        right = is_right(chosen, outputs[sample], chosen.targets[sample])
        assert words[8] == ("✓" if right else "✗")


def test_a_large_batch_is_not_computed_for_a_few_rows() -> None:
    for sizes, n_samples in (((3, 500, 2), 5000), ((784, 128, 10), 400)):
        session = random_session(sizes, ("relu", "softmax"), n_samples)
        scene = scene_of(session, sample=n_samples - 9)
        assert samples_title(scene) == (
            f"{n_samples} samples, {n_samples}×{sizes[0]} → {n_samples}×{sizes[-1]}"
        )
        assert f"▶{n_samples - 8}" in "".join(texts(draw_samples(scene, 80, 12)))
        assert "trace" not in session.__dict__


def test_the_selected_row_is_marked_and_accented() -> None:
    strips = draw_samples(scene_of(SOME, sample=20), 80, 11)
    [row] = [row for row, text in enumerate(texts(strips)) if text.startswith("▶")]
    assert texts(strips)[row].split()[0] == "▶21"
    assert colour_at(strips, 1, row) == PALETTE.accent
    assert colour_at(strips, 1, row - 1) == PALETTE.foreground


def test_right_and_wrong_have_signs_and_colours() -> None:
    strips = draw_samples(scene_of(SOME), 80, 40)
    for sign, colour in (("✓", PALETTE.good), ("✗", PALETTE.bad)):
        rows = [row for row, text in enumerate(texts(strips)) if sign in text]
        assert rows
        for row in rows:
            assert colour_at(strips, texts(strips)[row].index(sign), row) == colour


@given(st.integers(0, 39), st.integers(1, 60))
def test_a_click_finds_the_sample_that_is_drawn_there(sample: int, height: int) -> None:
    scene = scene_of(SOME, sample=sample)
    lines = texts(draw_samples(scene, 60, height))
    chosen = [sample_clicked(scene, 60, height, 0, row) for row in range(height)]
    found = [None if choice is None else choice.sample for choice in chosen]
    assert sample in found
    for line, number in zip(lines, found, strict=True):
        first = next(iter(line.replace("▶", " ").split()), "")
        assert (first if first.isdecimal() else None) == (
            None if number is None else str(number + 1)
        )
    assert sample_clicked(scene, 60, height, 0, height + 50) is None
    assert sample_clicked(scene, 60, height, 0, -1) is None


def test_columns_that_do_not_fit_leave_a_sign() -> None:
    session = random_session((784, 10), ("softmax",), n_samples=4)
    lines = texts(draw_samples(scene_of(session), 60, 5))
    assert all(line.count("…") == 2 for line in lines)
    assert all("✓" in line or "✗" in line for line in lines[1:])
    narrow = texts(draw_samples(scene_of(session), 14, 5))
    assert all("✓" in line or "✗" in line for line in narrow[1:])


def test_numbers_have_their_points_under_each_other() -> None:
    lines = texts(draw_samples(scene_of(SOME, sample=20), 110, 12))[1:]
    assert len({line.index("│") for line in lines}) == 1
    assert len({line.index(".") for line in lines}) == 1


def test_regression_shows_targets_and_no_verdict() -> None:
    session = random_session((2, 1), ("identity",), n_samples=5)
    lines = texts(draw_samples(scene_of(session), 60, 7))
    assert lines[0].split()[-1] == "target"
    assert not any(sign in "".join(lines) for sign in "✓✗")
    assert "right" not in samples_title(scene_of(session))


def test_without_targets_there_is_only_the_answer() -> None:
    session = SOME.evolve(targets=None)
    lines = texts(draw_samples(scene_of(session), 80, 7))
    assert lines[0].split()[-1] == "answer"
    assert samples_title(scene_of(session)) == "40 samples, 40×3 → 40×2"


def test_answers_are_those_of_the_outputs_pane() -> None:
    session = random_session((3, 4, 3), ("tanh", "softmax"))
    assert session.targets is not None
    for sample, line in enumerate(texts(draw_samples(scene_of(session), 110, 9))[1:]):
        words = line.replace("▶", " ").replace("│", " ").split()
        wanted = answer(session, session.trace.outputs[sample])
        assert words[-3] == wanted == f"o{int(session.trace.outputs[sample].argmax()) + 1}"
        assert words[-2] == f"o{int(session.targets[sample].argmax()) + 1}"


def test_the_title_counts_the_right_answers() -> None:
    assert SOME.targets is not None
    right = sum(
        bool(is_right(SOME, *pair)) for pair in zip(SOME.trace.outputs, SOME.targets, strict=True)
    )
    assert samples_title(scene_of(SOME)) == f"{right} of 40 right, a row a sample"
    assert samples_title(scene_of(classifier())) == "1 sample · 0 of 1 right"


def test_several_yes_or_no_outputs_are_right_only_together() -> None:
    session = random_session((3, 2), ("sigmoid",), n_samples=50).evolve(task="binary")
    assert session.targets is not None
    right = sum(
        bool(is_right(session, *pair))
        for pair in zip(session.trace.outputs, session.targets, strict=True)
    )
    assert 0 < right < 50
    assert f"{right} of 50 right" in samples_title(scene_of(session))


def test_outputs_that_are_not_numbers_are_neither_right_nor_an_answer() -> None:
    infinite = Layer([[1e300], [1e300]], [0.0, 0.0], "relu")
    mixed = Layer([[1.0, -1.0]], [0.0], "sigmoid")
    session = Session(Network([infinite, mixed]), np.full((1, 1), 1e300), targets=np.zeros((1, 1)))
    scene = scene_of(session)
    assert samples_title(scene) == "1 sample · 0 of 1 right"
    words = texts(draw_samples(scene, 60, 5))[1].split()
    assert words == ["▶1", "1e300", "│", "nan", "│", "none", "0"]


async def test_a_drawn_batch_of_ten_goes_through_the_layers() -> None:
    network = new_network((4, 5, 2), ["relu", "softmax"])
    async with playing(Session(network), size=(120, 36)) as player:
        await player.press("R", "shift+tab", "i", "enter")
        assert player.workspace.session.inputs.shape == (10, 4)
        assert "10 random samples: normal, seed 0" in player.text
        await player.press(*["tab"] * 4, "4", "m")
        assert "10 samples, 10×4 → 10×2" in player.text
        trace = player.workspace.session.trace
        await player.press("right")
        assert "Through layer 1 of 2, 10×4 → 10×5, a row a sample" in player.text
        rows = rows_of(player)
        assert [float(word) for word in rows[0][1:5]] == pytest.approx(trace.inputs[0], abs=1e-4)
        for row, outs in zip(rows, trace.layers[0].activations, strict=True):
            assert [float(word) for word in row[5:]] == pytest.approx(outs, abs=1e-4)
        await player.press("right")
        assert "Through layer 2 of 2, 10×5 → 10×2, a row a sample" in player.text
        for row, z in zip(rows_of(player), trace.layers[0].activations, strict=True):
            assert [float(word) for word in row[1:6]] == pytest.approx(z, abs=1e-4)
        await player.press("right")
        assert "10 samples, 10×4 → 10×2" in player.text
        await player.press("left", "down")
        assert player.workspace.view.samples_layer == 1
        assert player.workspace.selection.sample == 1
        await player.press("m", "u")
        assert player.workspace.session.n_samples == 1


def rows_of(player: Player) -> list[list[str]]:
    """The words of the rows of samples on the screen."""
    lines = [line.strip("│▶ ").replace("│", " ").split() for line in player.lines]
    return [words for words in lines if words and words[0].isdecimal()]


def test_short_names_and_fewer_decimals_where_all_columns_fit_then() -> None:
    names = ("length of a sepal", "width of a sepal", "length of a petal")
    session = random_session((3, 3), ("softmax",), classes=("setosa", "versicolor", "virginica"))
    session = session.evolve(features=names)
    for width, heading in ((120, "length of a…"), (66, "x1"), (44, "x1")):
        lines = texts(draw_samples(scene_of(session), width, 6))
        whole = "…" not in lines[2]
        assert (heading in lines[0]) is (width > 44)
        assert whole is (width > 44)
