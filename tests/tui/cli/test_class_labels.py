"""Labels that are numbers, from the command line: which classes they are, and the messages."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine import load
from tests.tui.cli.command_line import Command, command, failure

nn_play = pytest.fixture(command)

ONE = """
inputs = [[1, 2], [3, 4], [0, 1]]
targets = [[1], [2], [1]]
[[layers]]
activation = "sigmoid"
weights = [[1, -2]]
bias = [0.5]
"""
THREE = """
[[layers]]
activation = "softmax"
weights = [[1, -2], [0, 1], [2, 1]]
bias = [0.5, 0, 0]
"""
FILES = {
    "one.toml": ONE,
    "three.toml": THREE,
    "tanh.toml": ONE.replace("sigmoid", "tanh"),
    "tanh_classes.toml": 'task = "binary"' + ONE.replace("sigmoid", "tanh"),
    "twelve.csv": "a,b,y\n5,1,2\n1,4,1\n1,1,2\n6,2,1\n",
    "minus.csv": "a,b,y\n5,1,1\n1,4,-1\n",
    "zeros.csv": "a,b,y\n5,1,1\n1,4,0\n",
    "twos.csv": "a,b,y\n1,4,2\n5,1,2\n",
    "five.csv": "a,b,y\n1,4,1\n5,1,5\n",
    "fives.csv": "a,b,y\n1,4,5\n",
    "kinds.csv": "a,b,y\n1,2,0\n3,1,5\n2,2,2.0\n1,1,5\n0,1,2\n2,3,0\n",
    "shares.csv": "a,b,y\n1,4,0.6\n5,1,0.9\n",
    "prices.csv": "a,b,y\n1,2,120\n3,1,145\n2,2,99\n",
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def trained(nn_play: Command, *arguments: str) -> list[str]:
    result = nn_play("train", *arguments, "--epochs", "2", "-o", "out.toml", "--force")
    assert result.status == 0, result.error
    return result.lines


@pytest.mark.parametrize("fit", [(), ("--fit",)])
def test_two_numbers_are_two_classes_and_stay_so_in_the_file(
    nn_play: Command, fit: tuple[str, ...]
) -> None:
    lines = trained(nn_play, "one.toml", "--data", "twelve.csv", *fit)
    assert "target y: two classes, 1 and 2" in lines
    session = load("out.toml")
    assert (session.task, session.classes) == ("binary", ("1", "2"))
    assert session.targets is not None
    assert session.targets.tolist() == [[1], [0], [1], [0]]
    # Counted from the network's own outputs and the labels of the file.
    asked = ["2", "1", "2", "1"]
    result = nn_play("run", "out.toml", "--data", "twelve.csv", "--json").json["predictions"]
    answered = ["2" if row[0] >= 0.5 else "1" for row in session.trace.outputs.tolist()]
    assert result == answered
    right = sum(map(str.__eq__, asked, answered))
    assert f"({right} of 4 right)" in next(line for line in lines if line.startswith("accuracy"))
    pairs = list(zip(asked, answered, strict=True))
    for row, wanted in zip(lines[-3:-1], "12", strict=True):
        counts = [str(pairs.count((wanted, answer))) for answer in "12"]
        assert row.split() == [wanted, *counts]


@pytest.mark.parametrize(
    ("arguments", "words", "targets", "task"),
    [
        (("one.toml", "--data", "minus.csv"), "two classes, -1 and 1", [[1], [0]], "binary"),
        (("one.toml", "--data", "zeros.csv"), "two classes, 0 and 1", [[1], [0]], "binary"),
        (
            ("one.toml", "--data", "minus.csv", "--no-classes"),
            "numbers from -1 to 1",
            [[1], [-1]],
            "regression",
        ),
        (
            ("one.toml", "--data", "zeros.csv", "--no-classes", "--fit"),
            "numbers from 0 to 1",
            [[1], [0]],
            "regression",
        ),
        # A network that answers with a number, and one that answers with a class.
        (("tanh.toml", "--data", "minus.csv"), "numbers from -1 to 1", [[1], [-1]], "regression"),
        (
            ("tanh.toml", "--data", "minus.csv", "--classes", "--loss", "mse"),
            "two classes, -1 and 1",
            [[1], [0]],
            "binary",
        ),
        (
            ("tanh_classes.toml", "--data", "minus.csv", "--loss", "mse"),
            "two classes, -1 and 1",
            [[1], [0]],
            "binary",
        ),
        (("tanh.toml", "--data", "minus.csv", "--fit"), "two classes, -1", [[1], [0]], "binary"),
        (
            ("one.toml", "--data", "prices.csv", "--fit"),
            "numbers from 99 to 145",
            [[120], [145], [99]],
            "regression",
        ),
        (
            ("three.toml", "--data", "prices.csv", "--fit"),
            "numbers from 99 to 145",
            [[120], [145], [99]],
            "regression",
        ),
        (
            ("three.toml", "--data", "prices.csv"),
            "3 classes, 99, 120 and 145",
            [[0, 1, 0], [0, 0, 1], [1, 0, 0]],
            "multiclass",
        ),
        (
            ("one.toml", "--data", "prices.csv", "--classes", "--fit"),
            "3 classes, 99, 120 and 145",
            [[0, 1, 0], [0, 0, 1], [1, 0, 0]],
            "multiclass",
        ),
    ],
)
def test_what_numbers_are_taken_for_is_told(
    nn_play: Command, arguments: tuple[str, ...], words: str, targets: list[list[int]], task: str
) -> None:
    lines = trained(nn_play, *arguments)
    assert any(line.startswith(f"target y: {words}") for line in lines)
    session = load("out.toml")
    assert session.targets is not None
    assert session.targets.tolist() == targets
    assert session.task == task
    assert any(line.startswith("accuracy") for line in lines) is (task != "regression")


@pytest.mark.parametrize("fit", [(), ("--fit",)])
def test_more_whole_numbers_are_classes_of_a_softmax(
    nn_play: Command, fit: tuple[str, ...]
) -> None:
    trained(nn_play, "three.toml", "--data", "kinds.csv", *fit)
    session = load("out.toml")
    assert session.classes == ("0", "2", "5")
    assert session.targets is not None
    assert session.targets.argmax(axis=1).tolist() == [0, 2, 1, 2, 1, 0]


def test_a_saved_network_finds_its_classes_by_their_names(nn_play: Command) -> None:
    trained(nn_play, "one.toml", "--data", "twelve.csv")
    z = np.array([[1, 4], [5, 1]]) @ load("out.toml").network.layers[0].weights[0]
    z += load("out.toml").network.layers[0].bias[0]
    # Both rows are of class 2, which is a target of 1.
    result = nn_play("run", "out.toml", "--data", "twos.csv", "--json").json
    assert result["loss"] == pytest.approx(np.logaddexp(0, -z).mean(), rel=1e-13)
    for name, wrong in (("five.csv", "5"), ("zeros.csv", "0")):
        assert failure(nn_play("run", "out.toml", "--data", name)) == (
            f"{name}: class '{wrong}' is not one of the network's; expected one of 1, 2"
        )
    assert failure(nn_play("run", "out.toml", "--data", "fives.csv")) == (
        "fives.csv: column 3 (y), the target, is '5' in every row; expected at least two classes, "
        "or one of 1, 2"
    )
    trained(nn_play, "three.toml", "--data", "kinds.csv")
    result = nn_play("run", "out.toml", "--data", "fives.csv", "--json").json
    outputs = load("out.toml").network.forward(np.array([[1.0, 4.0]])).outputs
    assert result["loss"] == pytest.approx(-np.log(outputs[0, 2]), rel=1e-13)


def test_numbers_that_are_no_classes_are_not_learned_as_such(nn_play: Command) -> None:
    for start in (("run",), ("train", "--epochs", "1", "--loss", "mse")):
        result = failure(nn_play(*start, "one.toml", "--data", "prices.csv"))
        assert result == (
            "prices.csv: target y: numbers from 99 to 145, but the network answers with a class; "
            "--no-classes takes them as numbers, --classes as classes"
        )
    shares = failure(nn_play("run", "one.toml", "--data", "shares.csv"))
    assert shares.startswith("shares.csv: target y: numbers from 0.6 to 0.9, but the network")
    assert nn_play("run", "one.toml", "--data", "prices.csv", "--no-classes").status == 0
    assert failure(nn_play("run", "one.toml", "--data", "prices.csv", "--classes")) == (
        "prices.csv: the target takes 3 outputs for 3 classes, but the network has 1 output"
    )
    assert failure(nn_play("run", "one.toml", "--classes")) == "--classes goes with --data"
    assert failure(nn_play("run", "one.toml", "--no-classes")) == "--no-classes goes with --data"


def test_targets_of_a_file_that_are_no_classes_have_no_accuracy(nn_play: Command) -> None:
    no_class = "the target of sample 2 is 2, no class: expected 0 or 1"
    # Its own targets are as files have them today: it opens.
    lines = nn_play("run", "one.toml").lines
    assert not any("target: 2" in line and "(" in line for line in lines)
    assert failure(nn_play("train", "one.toml", "--epochs", "1")) == (
        "one.toml: bce: the target of sample 2, output 1 is 2.0, expected a number from 0 to 1; "
        'where answers are numbers, the file needs task = "regression"'
    )
    lines = trained(nn_play, "one.toml", "--loss", "mse")
    assert f"no accuracy: {no_class}" in lines
    assert not any(line.startswith("accuracy") for line in lines)
    result = nn_play("train", "one.toml", "--loss", "mse", "--epochs", "1", "--json").json
    assert result["accuracy"] is None


def test_a_target_typed_that_is_no_class_has_no_verdict(nn_play: Command) -> None:
    result = nn_play("run", "one.toml", "-x", "1,2", "--target", "2")
    assert "target: 2" in result.lines
    assert "no loss: bce: the target of sample 1, output 1 is 2.0" in result.output
    assert "target: 1   (wrong)" in nn_play("run", "one.toml", "-x", "1,2", "--target", "1").lines
