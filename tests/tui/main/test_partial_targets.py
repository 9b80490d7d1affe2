"""Targets of which some are not set: on the screen, in its pictures, and in the commands."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine import Layer, Network, Session, load
from engine.datasets.dataset import Dataset
from engine.nn.arrays import FloatArray
from tests.tui.cli.command_line import Command, command, failure
from tests.tui.player import Player, playing
from tests.tui.views.scenes import scene_of, texts
from tui.drawing.axes import Axis
from tui.views.confusion.view import confusion_title, draw_confusion
from tui.views.loss.view import loss_title
from tui.views.map.overlay import sample_marks
from tui.views.samples import draw_samples, samples_title
from tui.views.thumbnails import points_of

nn_play = pytest.fixture(command)

NAN = np.nan
FOUR = Session(
    Network([Layer(np.array([[1.0, 1.0]]), np.array([-0.5]), "sigmoid")]),
    np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]),
)
CLASSES = Session(
    Network([Layer(np.array([[1.0], [-1.0], [0.0]]), np.zeros(3), "softmax")]),
    np.array([[1.0], [-1.0], [0.5], [2.0]]),
    classes=("cat", "dog", "cow"),
)
FILE = """
inputs = [[0, 0], [0, 1], [1, 0], [1, 1]]
targets = [[1], [], [], [1]]
[[layers]]
activation = "sigmoid"
weights = [[1, 1]]
bias = [-0.5]
"""


def with_targets(session: Session, *rows: object) -> Session:
    targets: FloatArray = np.array(rows, dtype=np.float64)
    return session.evolve(targets=targets)


async def to_targets(player: Player) -> None:
    while player.workspace.selection.target is None:
        await player.press("tab")


async def test_one_target_typed_is_that_of_one_sample() -> None:
    async with playing(FOUR, size=(120, 36)) as player:
        await to_targets(player)
        before = player.text
        await player.type("1")
        await player.press("enter")
        np.testing.assert_array_equal(player.workspace.session.targets, [[1], [NAN], [NAN], [NAN]])
        assert "✗ not the target" in player.pane("#outputs")
        await player.show("Samples")
        assert "0 of 1 right · 3 without target" in player.text
        rows = player.pane("#view-left").splitlines()
        assert [row.count("–") for row in rows if "0." in row and "│" in row] == [0, 1, 1, 1]
        await player.press("greater_than_sign")
        assert "the target" not in player.pane("#outputs")
        assert "–" in player.pane("#outputs")
        assert "target –" in player.pane("#inputs")
        await player.press("less_than_sign", "u")
        assert player.workspace.session.targets is None
        await player.show("Curve")
        assert player.text.count("target") == before.count("target")


async def test_delete_takes_one_target_away_and_refuses_where_none_is() -> None:
    session = with_targets(FOUR, [1], [0], [NAN], [1])
    async with playing(session) as player:
        await to_targets(player)
        await player.press("delete")
        np.testing.assert_array_equal(player.workspace.session.targets, [[NAN], [0], [NAN], [1]])
        assert "target of o1 removed; u takes that back" in player.text
        await player.press("delete")
        assert "this target is not set" in player.notice
        await player.press("y")
        assert "this target is not set" in player.notice
        assert player.app.clipboard == ""
        await player.press("enter")
        await player.type("0.5")
        await player.press("enter")
        np.testing.assert_array_equal(player.workspace.session.targets, [[0.5], [0], [NAN], [1]])
        await player.press("u", "u")
        np.testing.assert_array_equal(player.workspace.session.targets, [[1], [0], [NAN], [1]])


async def test_training_counts_set_targets_and_is_refused_without_any() -> None:
    async with playing(FOUR) as player:
        await player.press("Z")
        assert "training needs targets; type one beside an output" in player.notice
        await to_targets(player)
        await player.type("1")
        await player.press("enter", "Z")
        run = player.workspace.run
        assert run is not None
        # -ln sigmoid(-0.5) of the first sample alone.
        assert run.losses[0] == pytest.approx(np.logaddexp(0, 0.5), rel=1e-14)
        np.testing.assert_array_equal(
            player.workspace.session.network.layers[0].weights, FOUR.network.layers[0].weights
        )
        assert player.workspace.session.network.layers[0].bias[0] > -0.5
        await player.press("greater_than_sign")
        await player.type("0")
        await player.press("enter", "Z")
        again = player.workspace.run
        assert again is not None
        assert len(again.losses) == 2


def test_samples_counts_what_is_judged() -> None:
    scene = scene_of(with_targets(FOUR, [1], [NAN], [1], [NAN]))
    assert samples_title(scene) == "1 of 2 right · 2 without target"
    rows = texts(draw_samples(scene, 60, 5))
    assert [row.count("–") for row in rows] == [0, 0, 1, 0, 1]
    assert [row.count("✓") + row.count("✗") for row in rows] == [0, 1, 0, 1, 0]
    numbers = FOUR.evolve(task="regression")
    scene = scene_of(with_targets(numbers, [1.5], [NAN], [NAN], [NAN]))
    assert samples_title(scene) == "4 samples · 3 without target"
    assert sum(row.count("–") for row in texts(draw_samples(scene, 60, 5))) == 3


def test_a_class_is_known_from_its_1_alone() -> None:
    session = with_targets(CLASSES, [1, NAN, NAN], [NAN, NAN, 1], [0, NAN, NAN], [NAN] * 3)
    scene = scene_of(session)
    rows = texts(draw_samples(scene, 70, 5))
    assert "cat" in rows[1]
    assert "✓" in rows[1]
    assert "cow" in rows[2]
    assert "✗" in rows[2]
    assert "–" in rows[3]
    assert "–" in rows[4]
    assert samples_title(scene) == "1 of 2 right · 1 without target"
    assert confusion_title(scene) == "Right: 50 %"
    assert "training: 50 % of 2 right" in "\n".join(texts(draw_confusion(scene, 60, 12)))


@pytest.mark.parametrize(
    ("session", "title"),
    [
        (with_targets(CLASSES, [0, NAN, NAN], *[[NAN] * 3] * 3), "Right or wrong needs targets"),
        (with_targets(FOUR, *[[NAN]] * 3, [1]).evolve(n_test=1), "Right: test 100 %"),
        (
            with_targets(FOUR.evolve(task="regression"), [NAN], [1], [NAN], [NAN]),
            "Off by 0.3775 on average",
        ),
    ],
)
def test_confusion_is_of_the_samples_with_a_target(session: Session, title: str) -> None:
    scene = scene_of(session)
    assert confusion_title(scene) == title
    for height in (3, 6, 12):
        assert "nan" not in "\n".join(texts(draw_confusion(scene, 50, height)))


def test_yes_or_no_outputs_are_counted_one_by_one() -> None:
    network = Network([Layer(np.array([[1.0], [1.0]]), np.zeros(2), "sigmoid")])
    session = Session(network, np.array([[1.0], [-1.0], [3.0]]), task="binary")
    scene = scene_of(with_targets(session, [1, NAN], [1, NAN], [NAN, NAN]))
    lines = "\n".join(texts(draw_confusion(scene, 60, 12)))
    assert "o1: 50 % right, 1 yes missed, 0 no taken for yes" in lines
    assert "o2:" not in lines
    assert samples_title(scene) == "1 of 2 right · 1 without target"


def test_the_map_marks_a_sample_without_target_as_neither() -> None:
    axes = (Axis(-1.0, 2.0), Axis(-1.0, 2.0))
    scene = scene_of(with_targets(FOUR, [1], [NAN], [0], [NAN]))
    marks = sample_marks(scene, axes, 40, 12).values()
    assert sorted((mark.character, mark.underline) for mark in marks) == [
        ("•", False),
        ("•", False),
        ("○", True),
        ("●", True),
    ]


@pytest.mark.parametrize("task", ["multiclass", "regression"])
@pytest.mark.parametrize("n_features", [1, 4])
def test_a_picture_of_data_shows_the_samples_whose_class_is_known(
    task: str, n_features: int
) -> None:
    inputs = np.random.default_rng(1).normal(size=(4, n_features))
    names = tuple(f"x{number + 1}" for number in range(n_features))
    some = np.array([[1, NAN], [NAN, NAN], [0, 1], [0.0, NAN]])
    for targets, count in ((some, 2 if task == "multiclass" else 1), (np.full((4, 2), NAN), 4)):
        points = points_of(Dataset("own", inputs, targets, names, None, task))
        assert len(points.across) == len(points.kinds) == count
        assert np.isfinite(points.up).all()


def test_loss_says_that_nothing_can_be_learned() -> None:
    only_tested = with_targets(FOUR, *[[NAN]] * 3, [1]).evolve(n_test=1)
    assert loss_title(scene_of(only_tested)) == "Nothing to learn yet"
    assert (
        loss_title(scene_of(with_targets(FOUR, [1], *[[NAN]] * 3)))
        == "Loss 0.9741, not trained yet"
    )


def test_run_says_what_the_loss_is_of(nn_play: Command, tmp_path: Path) -> None:
    path = tmp_path / "some.toml"
    path.write_text(FILE, encoding="utf-8")
    answer = nn_play("run", str(path), "--json").json
    expected = (np.logaddexp(0, 0.5) + np.logaddexp(0, -1.5)) / 2
    assert answer["loss"] == pytest.approx(expected, rel=1e-14)
    lines = nn_play("run", str(path)).lines
    assert "target: –" in lines
    assert "loss ≈ 0.5877   (bce, mean of 2 samples, those with a target of 4)" in lines
    assert "samples: 4, 2 with targets" in nn_play("info", str(path)).lines
    info = nn_play("info", str(path), "--json").json
    assert (info["targets"], info["n_targets"]) == (True, 2)
    copy = tmp_path / "copy.toml"
    assert nn_play("export", str(path), str(copy)).status == 0
    assert copy.read_text(encoding="utf-8").startswith("format = 2\n")
    np.testing.assert_array_equal(load(copy).targets, [[1], [NAN], [NAN], [1]])


@pytest.mark.parametrize("suffix", ["npz", "safetensors", "onnx"])
def test_binary_files_hold_what_is_not_set(tmp_path: Path, suffix: str) -> None:
    from engine import save

    session = with_targets(CLASSES, [1, NAN, NAN], [NAN] * 3, [0.5, -0.0, 1e300], [NAN] * 3)
    path = tmp_path / f"some.{suffix}"
    save(session, path)
    again = load(path)
    assert again.targets is not None
    assert session.targets is not None
    assert again.targets.tobytes() == session.targets.tobytes()


def test_a_dash_is_a_target_that_is_not_set(nn_play: Command) -> None:
    given = ("-x", "1,2,3", "-x", "3,2,1")
    arguments = ("run", "binary-classifier", *given, "--target", "-", "--target", "1", "--json")
    alone = ("run", "binary-classifier", "-x", "3,2,1", "--target", "1", "--json")
    assert nn_play(*arguments, "--gradients").json["loss"] == nn_play(*alone).json["loss"]
    none = nn_play("run", "binary-classifier", "-x", "1,2,3", "--target", "-", "--json")
    assert none.json["loss"] is None
    message = "--target --: number 1, '--', is not a number"
    assert message in failure(nn_play("run", "binary-classifier", "-x", "1,2,3", "--target", "--"))
    for option in (("--gradients",), ("--loss", "mse")):
        result = nn_play("run", "binary-classifier", "-x", "1,2,3", "--target", "-", *option)
        assert "there are no targets to measure against" in failure(result)


def test_train_says_how_many_samples_it_used(nn_play: Command, tmp_path: Path) -> None:
    path = tmp_path / "some.toml"
    path.write_text(FILE, encoding="utf-8")
    result = nn_play("train", str(path), "--epochs", "2")
    assert "2 training samples + 2 without target" in result.lines
    assert any(f"({n_right} of 2 right)" in result.output for n_right in (1, 2))
    answer = json.loads(nn_play("train", str(path), "--epochs", "1", "--json").output)
    assert answer["accuracy"] == 0.5
