"""`nn-play run`: the figures of the worked examples, in JSON."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from engine import examples
from tests.tui.cli.command_line import Command, command, failure

nn_play = pytest.fixture(command)

WORKED = json.loads(
    (Path(__file__).parents[2] / "data" / "worked-examples.json").read_text(encoding="utf-8")
)["examples"]
KEYS = ["title", "task", "features", "inputs", "layers", "outputs", "predictions", "loss"]
LAYER_KEYS = ["name", "activation", "pre_activations", "activations"]


def close(rows: list[list[float]]) -> Any:
    return [pytest.approx(row, rel=1e-15, abs=0) for row in rows]


@pytest.mark.parametrize("worked", WORKED, ids=lambda worked: worked["id"])
def test_json_gives_the_worked_figures(nn_play: Command, worked: dict[str, Any]) -> None:
    answer = nn_play("run", worked["id"], "--json").json
    measured = ["metrics"] if "targets" in worked else []
    assert list(answer) == [*KEYS[:-1], *measured, "loss"]
    assert answer["title"]
    assert answer["task"] == worked["task"]
    assert answer["features"] == worked.get("features")
    assert answer["inputs"] == worked["inputs"]
    assert len(answer["layers"]) == len(worked["layers"])
    for layer, given, expected in zip(
        answer["layers"], worked["layers"], worked["expected"], strict=True
    ):
        assert list(layer) == LAYER_KEYS
        assert layer["name"] == given["name"]
        assert layer["activation"] == given["activation"]
        assert layer["pre_activations"] == close(expected["pre_activations"])
        assert layer["activations"] == close(expected["activations"])
    assert answer["outputs"] == close(worked["expected"][-1]["activations"])


def test_all_examples_are_worked() -> None:
    # The figures of the one left out are those of its backward pass.
    assert [worked["id"] for worked in WORKED] == list(examples.ids())[:-1]
    assert len(WORKED) == 18


def test_predictions_by_task(nn_play: Command) -> None:
    assert nn_play("run", "binary-classifier", "--json").json["predictions"] == [0]
    assert nn_play("run", "xor-step", "--json").json["predictions"] == [0, 1, 1, 0]
    assert nn_play("run", "three-classes", "--json").json["predictions"] == [1]
    assert nn_play("run", "house-price", "--json").json["predictions"] is None


TWO_YES_OR_NO = b"""
task = "binary"
inputs = [[1], [-1]]
[[layers]]
activation = { name = "leaky_relu", alpha = 0.3 }
weights = [[1]]
bias = [0]
[[layers]]
activation = "sigmoid"
weights = [[9], [-9]]
bias = [0, 0]
"""


def test_several_yes_or_no_outputs_are_a_list_for_each_sample(nn_play: Command) -> None:
    answer = nn_play("run", "-", "--json", stdin=TWO_YES_OR_NO).json
    assert answer["predictions"] == [[1, 0], [0, 1]]
    assert answer["title"] is None
    assert answer["layers"][0]["name"] is None
    assert [layer["activation"] for layer in answer["layers"]] == ["leaky_relu(0.3)", "sigmoid"]
    report = nn_play("run", "-", stdin=TWO_YES_OR_NO).lines
    assert "answers: o1 yes, o2 no   (yes: 0.5 or more)" in report


def test_classes_name_the_predictions(nn_play: Command) -> None:
    assert nn_play("run", "spam-or-ham", "--json").json["predictions"] == ["spam"]
    assert "answer: spam   (o1 is 0.5 or more)" in nn_play("run", "spam-or-ham").lines


def test_numbers_that_are_not_finite_are_texts_in_json(nn_play: Command) -> None:
    huge = b"""
inputs = [[1e308], [-1e308], [1]]
[[layers]]
activation = "identity"
weights = [[10], [10]]
bias = [0, 0]
[[layers]]
activation = "sigmoid"
weights = [[1, -1]]
bias = [0]
"""
    result = nn_play(
        "run", "-", "--json", "--target", "1", "--target", "1", "--target", "1", stdin=huge
    )
    answer = json.loads(result.output, parse_constant=pytest.fail)
    assert answer["layers"][0]["activations"] == [["inf"] * 2, ["-inf"] * 2, [10.0] * 2]
    assert answer["outputs"] == [["nan"], ["nan"], [0.5]]
    assert answer["predictions"] == [None, None, 1]
    assert answer["loss"] == "nan"
    lines = nn_play("run", "-", stdin=huge).lines
    assert "answer: none, as an output is not a number" in lines


def test_x_replaces_inputs_and_targets(nn_play: Command) -> None:
    answer = nn_play("run", "xor-step", "-x", "-1,2", "-x0,1e-3", "--json").json
    assert answer["inputs"] == [[-1.0, 2.0], [0.0, 0.001]]
    assert len(answer["outputs"]) == 2
    assert answer["loss"] is None


def test_options_stand_before_or_after_the_source(nn_play: Command) -> None:
    before = nn_play("run", "--json", "-x", "-1,2,0.5", "binary-classifier")
    after = nn_play("run", "binary-classifier", "-x", "-1,2,0.5", "--json")
    assert before.status == 0
    assert before == after


def test_the_loss_is_that_of_the_task_or_the_one_asked_for(nn_play: Command) -> None:
    sample = ("run", "binary-classifier", "--json", "--target", "1")
    output = nn_play(*sample).json["outputs"][0][0]
    assert nn_play(*sample).json["loss"] == pytest.approx(-math.log(output), rel=1e-14)
    assert nn_play(*sample, "--loss", "mse").json["loss"] == pytest.approx((output - 1) ** 2)
    assert nn_play(*sample, "--loss", "squared_error").json["loss"] == pytest.approx(
        (output - 1) ** 2 / 2
    )
    three = nn_play("run", "three-classes", "--json", "--target", "0,0,1").json
    assert three["loss"] == pytest.approx(-math.log(three["outputs"][0][2]), rel=1e-14)
    assert nn_play("run", "xor-step", "--json").json["loss"] == 0


def test_a_usual_loss_that_does_not_suit_is_null_and_the_report_says_why(nn_play: Command) -> None:
    unsuited = ("run", "binary-classifier", "--target", "3")
    assert nn_play(*unsuited, "--json").json["loss"] is None
    assert nn_play(*unsuited).lines[-1].startswith("no loss: bce: the target of sample 1")
    assert failure(nn_play(*unsuited, "--loss", "bce")).startswith("--loss: bce: the target of")


NO_INPUTS = b'[[layers]]\nactivation = "relu"\nweights = [[1, 2]]\nbias = [0]\n'


def test_a_file_without_inputs_needs_x(nn_play: Command) -> None:
    assert failure(nn_play("run", "-", stdin=NO_INPUTS)) == (
        "standard input: has no inputs; give 2 numbers, as in -x 0,0"
    )
    assert nn_play("run", "-", "-x", "1,2", "--json", stdin=NO_INPUTS).json["outputs"] == [[5.0]]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-x", "1,2"), "-x 1,2: 2 numbers, expected 3, one for each input"),
        (("-x", "1,2,3", "-x", "1,b,3"), "-x 1,b,3: number 2, 'b', is not a number"),
        (("-x", "1,2,inf"), "-x 1,2,inf: number 3, 'inf', is not finite"),
        (("-x", ""), "-x : number 1, '', is not a number"),
        (("--target", "1,0"), "--target 1,0: 2 numbers, expected 1, one for each output"),
        (
            ("--target", "1", "--target", "0"),
            "--target: given 2 times, expected 1, once for each sample",
        ),
        (("--loss", "mse"), "--loss: there are no targets to measure against; give --target"),
        (
            ("--loss", "msee", "--target", "1"),
            "--loss 'msee' is unknown; did you mean 'mse'?",
        ),
        (
            ("--activations", "relu,sigmoid"),
            "binary-classifier: has its own activations; leave --activations out",
        ),
        (
            ("--json", "--explain"),
            "--explain and --json cannot go together (see nn-play run --help)",
        ),
    ],
)
def test_what_cannot_be_run_is_one_line(
    nn_play: Command, arguments: tuple[str, ...], message: str
) -> None:
    assert failure(nn_play("run", "binary-classifier", *arguments)) == message


def test_json_is_read_back_to_the_last_bit(nn_play: Command) -> None:
    result = nn_play("run", "tiny-net", "--json")
    outputs = json.loads(result.output)["outputs"]
    assert outputs == examples.load("tiny-net").trace.outputs.tolist()
