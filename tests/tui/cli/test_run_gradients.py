"""`nn-play run --gradients`: the derivatives of the loss, in JSON and for reading."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from engine import examples, loss_gradients
from tests.tui.cli.command_line import Command, command, failure

nn_play = pytest.fixture(command)

CLASSIFIER = ("run", "binary-classifier", "--target", "1", "--gradients")


def test_json_gives_the_derivatives_worked_by_hand(nn_play: Command) -> None:
    answer = nn_play(*CLASSIFIER, "--json").json
    delta = 1 / (1 + math.exp(2.38)) - 1
    hidden, output = answer["gradients"]
    assert list(hidden) == list(output) == ["weights", "bias"]
    assert output["bias"] == pytest.approx([delta], rel=1e-14)
    assert output["weights"] == [pytest.approx([2.3 * delta, 3.1 * delta, 0], rel=1e-14)]
    assert hidden["bias"] == pytest.approx([0.4 * delta, -delta, 0], rel=1e-14)
    assert hidden["weights"] == [
        pytest.approx([part * x for x in (1, 2, 3)], rel=1e-14) for part in hidden["bias"]
    ]


def test_a_number_moved_by_a_thousandth_changes_the_loss_as_it_says(nn_play: Command) -> None:
    """Compared with the loss that the command itself gives for a file with the number changed."""
    text = 'inputs = [[1, 2]]\n[[layers]]\nactivation = "sigmoid"\nweights = [[{}, 0.5]]\nbias=[0]'
    losses = [
        nn_play("run", "-", "--json", "--target", "1", stdin=text.format(weight).encode()).json
        for weight in (0.299, 0.301)
    ]
    stdin = text.format(0.3).encode()
    answer = nn_play("run", "-", "--json", "--gradients", "--target", "1", stdin=stdin).json
    slope = (losses[1]["loss"] - losses[0]["loss"]) / 0.002
    assert answer["gradients"][0]["weights"][0][0] == pytest.approx(slope, rel=1e-6)


def test_all_samples_count_and_the_loss_asked_for_is_meant(nn_play: Command) -> None:
    session = examples.load("three-classes")
    rows = [session.inputs[0].tolist(), [0.5] * session.network.n_features]
    given = [part for row in rows for part in ("-x", ",".join(map(str, row)))]
    targets = ["--target", "0,0,1", "--target", "1,0,0"]
    trace = session.network.forward(rows)
    for name in ("cross_entropy", "squared_error"):
        arguments = (*given, *targets, "--loss", name, "--gradients", "--json")
        answer = nn_play("run", "three-classes", *arguments).json
        expected = loss_gradients(trace, np.array([[0.0, 0, 1], [1, 0, 0]]), name)
        assert answer["gradients"] == [
            {"weights": layer.weights.tolist(), "bias": layer.bias.tolist()}
            for layer in expected.layers
        ]


def test_targets_of_the_file_will_do_and_without_the_flag_there_is_no_key(
    nn_play: Command,
) -> None:
    zeros = nn_play("run", "xor-step", "--gradients", "--json").json["gradients"]
    assert [layer["bias"] for layer in zeros] == [[0, 0], [0]]
    assert "gradients" not in nn_play("run", "xor-step", "--json").json


def test_numbers_that_are_not_finite_are_texts(nn_play: Command) -> None:
    steep = (
        b'inputs = [[1]]\n[[layers]]\nactivation = "identity"\nweights = [[1e200]]\nbias = [0]\n'
    )
    steep += b'[[layers]]\nactivation = "identity"\nweights = [[1e200]]\nbias = [0]\n'
    result = nn_play("run", "-", "--gradients", "--json", "--target", "0", stdin=steep)
    gradients = json.loads(result.output, parse_constant=pytest.fail)["gradients"]
    assert gradients == [{"weights": [["inf"]], "bias": ["inf"]}] * 2
    report = nn_play("run", "-", "--gradients", "--target", "0", stdin=steep)
    assert report.lines[-1].split() == ["o1", "inf", "inf"]


TABLES = """\

d loss / d parameter: how fast the loss rises with each weight and bias
layer 1 · hidden · relu
           x1       x2       x3     bias
  h1  -0.3661  -0.7322  -1.0983  -0.3661
  h2   0.9153   1.8306   2.7459   0.9153
  h3   0        0        0        0
layer 2 · output · sigmoid
           h1       h2  h3     bias
  o1  -2.1052  -2.8374   0  -0.9153
"""


def test_the_report_ends_with_a_table_for_each_layer(nn_play: Command) -> None:
    for options in ((), ("--explain",)):
        plain = nn_play("run", "binary-classifier", "--target", "1", *options).output
        assert nn_play(*CLASSIFIER, *options).output == plain + TABLES


def test_large_layers_are_cut_for_reading_but_keep_their_biases(
    nn_play: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    row = [0.5] * 60
    large = (
        f'inputs = [{row}]\ntargets = [{row}]\n[[layers]]\nactivation = "identity"\n'
        f"weights = {[row] * 60}\nbias = {row}\n"
    ).encode()
    lines = nn_play("run", "-", "--gradients", stdin=large).lines
    start = lines.index("layer 1 · identity")
    heading, first, *rest = lines[start + 1 :]
    assert heading.endswith("more  bias")
    shown = heading.split().index("…")
    # d mse / d bias is 2·(15.5 - 0.5) / 60, d mse / d weight half of it.
    assert first.split() == ["o1", *["0.25"] * shown, "0.5"]
    assert f"… {60 - shown} more " in heading
    assert [line.split()[0] for line in rest[:-1]] == [f"o{number}" for number in range(2, 51)]
    assert rest[-1] == "  … 10 more neurons, which --json prints too"
    assert max(map(len, lines)) < 80


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "--gradients: there are no targets to measure against; give --target"),
        (
            ("--target", "3"),
            "--gradients: bce: the target of sample 1, output 1 is 3.0, expected a number from 0 "
            "to 1",
        ),
        (("--loss", "mse"), "--loss: there are no targets to measure against; give --target"),
    ],
)
def test_without_a_loss_there_are_no_gradients(
    nn_play: Command, arguments: tuple[str, ...], message: str
) -> None:
    for output in ((), ("--json",)):
        result = nn_play("run", "binary-classifier", "--gradients", *arguments, *output)
        assert failure(result) == message
