"""`nn-play run` for people: the arithmetic with --explain, and the short report."""

import pytest

from tests.tui.cli.command_line import Command, command

nn_play = pytest.fixture(command)


EXPLAINED = """\
Hidden layer into one sigmoid output
3→3→1 · 16 parameters: 12 weights + 4 biases · binary

layer 1 · hidden · relu
h1: 0.2·1 + (-0.5)·2 + 1·3 + 0.1 = 2.3   relu(2.3) = 2.3
h2: (-1.5)·1 + 2·2 + 0.3·3 + (-0.3) = 3.1   relu(3.1) = 3.1
h3: 0.7·1 + 0.8·2 + (-1.2)·3 + 0.5 = -0.8   relu(-0.8) = 0

layer 2 · output · sigmoid
o1: 0.4·2.3 + (-1)·3.1 + 0.6·0 + (-0.2) = -2.38   sigmoid(-2.38) ≈ 0.0847

output: o1 ≈ 0.0847
answer: 0   (o1 is below 0.5)
"""


def test_explain_prints_the_arithmetic_of_every_neuron(nn_play: Command) -> None:
    assert nn_play("run", "binary-classifier", "--explain").output == EXPLAINED


def test_explain_has_a_heading_for_each_of_several_samples(nn_play: Command) -> None:
    lines = nn_play("run", "xor-step", "--explain").lines
    assert [line for line in lines if line.startswith("sample")] == [
        f"sample {number} of 4" for number in (1, 2, 3, 4)
    ]
    assert "o1: 1·1 + (-2)·0 + (-0.5) = 0.5   step(0.5) = 1" in lines
    assert "answer: 1   (o1 is 0.5 or more)" in lines
    assert "target: 1   (right)" in lines
    assert lines[-1] == "loss = 0   (bce, mean of 4 samples)"


REPORT = """\
Hidden layer into one sigmoid output
3→3→1 · 16 parameters: 12 weights + 4 biases · binary

inputs                      x1  x2  x3
                             1   2   3
layer 1 · hidden · relu      h1   h2    h3
  sum z                     2.3  3.1  -0.8
  out a                     2.3  3.1   0
layer 2 · output · sigmoid       o1
  sum z                     -2.38
  out a                      0.0847
output: o1 ≈ 0.0847
answer: 0   (o1 is below 0.5)
target: 1   (wrong)

loss ≈ 2.4685   (bce)
"""


def test_the_report_is_short_and_aligned(nn_play: Command) -> None:
    assert nn_play("run", "binary-classifier", "--target", "1").output == REPORT


def test_a_layer_without_an_output_layer_says_so(nn_play: Command) -> None:
    last = nn_play("run", "hidden-layer").lines[-1]
    assert last == "outputs: h1 = 2.3, h2 = 3.1, h3 = 0   (no output layer yet)"


def wide(n_features: int, n_samples: int) -> bytes:
    row = [0.5] * n_features
    return (
        f'inputs = {[row] * n_samples}\n[[layers]]\nactivation = "softmax"\n'
        f"weights = {[row] * n_features}\nbias = {row}\n"
    ).encode()


def test_long_rows_are_shortened_for_reading_and_never_in_json(
    nn_play: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    report = nn_play("run", "-", stdin=wide(200, 1))
    assert max(map(len, report.lines)) < 80
    assert report.lines[2].startswith("inputs")
    shown = len(report.lines[3].split())
    assert report.lines[2].endswith(f"… {200 - shown} more")
    answer = nn_play("run", "-", "--json", stdin=wide(200, 1)).json
    assert len(answer["outputs"][0]) == 200


def test_many_samples_are_cut_short_for_reading_and_never_in_json(nn_play: Command) -> None:
    report = nn_play("run", "-", stdin=wide(2, 60))
    assert "sample 50 of 60" in report.lines
    assert "sample 51 of 60" not in report.lines
    assert report.lines[-1] == "… 10 more samples, which --json prints too"
    assert len(nn_play("run", "-", "--json", stdin=wide(2, 60)).json["outputs"]) == 60
