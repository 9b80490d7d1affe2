"""`nn-play sweep`: the outputs as one parameter runs over a range."""

import math

import pytest

from tests.tui.cli.command_line import Command, command, failure

nn_play = pytest.fixture(command)


def test_a_sweep_in_json_gives_the_outputs_of_single_runs(nn_play: Command) -> None:
    answer = nn_play(
        "sweep", "binary-classifier", "x2", "--from", "-1", "--to", "2", "--steps", "4", "--json"
    ).json
    assert list(answer) == ["title", "parameter", "name", "sample", "values", "outputs"]
    assert answer["title"] == "Hidden layer into one sigmoid output"
    assert (answer["parameter"], answer["name"], answer["sample"]) == ("x2", "input x2", 1)
    assert answer["values"] == [-1, 0, 1, 2]
    runs = [
        nn_play("run", "binary-classifier", "-x", f"1,{value},3", "--json").json["outputs"][0]
        for value in answer["values"]
    ]
    assert answer["outputs"] == [pytest.approx(run, rel=1e-14) for run in runs]


def test_a_sweep_names_its_parameter_and_takes_the_sample_asked_for(nn_play: Command) -> None:
    arguments = ("sweep", "xor-step", "w1[1, 2]", "--from", "0", "--to", "1", "--json")
    answer = nn_play(*arguments, "--sample", "2").json
    assert (answer["parameter"], answer["name"]) == ("W1[1,2]", "weight x2→h1")
    assert answer["sample"] == 2
    assert len(answer["values"]) == 11
    # h1 is on when the weight of x2 = 1 is more than 0.5, which is what its bias takes away.
    assert answer["outputs"] == [[float(value > 0.5)] for value in answer["values"]]


SWEPT = """\
Multi-class: softmax output
3→3→3 · 24 parameters: 18 weights + 6 biases · multiclass
weight h2→o1, now -1

W2[1,2]      o1      o2      o3
   -1    0.0162  0.7764  0.2074
    0.5  0.6326  0.29    0.0775
    2    0.9945  0.0044  0.0012
"""


def test_a_sweep_for_reading_is_an_aligned_table(nn_play: Command) -> None:
    result = nn_play(
        "sweep", "three-classes", "W2[1,2]", "--from", "-1", "--to", "2", "--steps", "3"
    )
    assert result.output == SWEPT


NINE = """\
Hours studied, hours slept
2→1 · 3 parameters: 2 weights + 1 bias · binary
weights of o1, now 0.1, 0.2
bias of o1, now -2

o1
   W1[1]  b1[1] = 0  b1[1] = 1  b1[1] = -2
0.1, 0.2     0.69       0.8581      0.2315
   1, -1     0.2689     0.5         0.0474
 -0.5, 2     0.9933     0.9975      0.9526
"""


def test_rows_of_weights_with_several_biases(nn_play: Command) -> None:
    arguments = (
        "sweep", "adjustable-neuron", "W1[1]", "b1[1]",
        "--values", "0.1, 0.2; 1, -1; -1/2, 2", "--values2", "0,1,-2",
    )  # fmt: skip
    assert nn_play(*arguments).output == NINE
    answer = nn_play(*arguments, "--json").json
    assert (answer["parameter"], answer["parameter2"]) == ("W1[1]", "b1[1]")
    assert answer["values"] == [[0.1, 0.2], [1, -1], [-0.5, 2]]
    assert answer["values2"] == [0, 1, -2]
    sums = [[w1 * 2 + w2 * 3 + b for b in (0, 1, -2)] for w1, w2 in answer["values"]]
    expected = [[[pytest.approx(1 / (1 + math.exp(-z)))] for z in row] for row in sums]
    assert answer["outputs"] == expected
    listed = nn_play("sweep", "adjustable-neuron", "b1[1]", "--values", "1,-2", "--json").json
    assert listed["outputs"] == expected[0][1:]


def test_neighbouring_values_of_a_fine_sweep_look_different(nn_play: Command) -> None:
    lines = nn_play("sweep", "house-price", "x1", "--from", "1", "--to", "1.000001").lines
    values = [line.split()[0] for line in lines[4:]]
    assert len(values) == 12
    assert len(set(values)) == 12


def test_a_long_sweep_is_worked_off_in_parts(
    nn_play: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = (
        "sweep", "binary-classifier", "W1[1,2]", "--from", "0", "--to", "1", "--json",
        "--steps", "100",
    )  # fmt: skip
    whole = nn_play(*arguments).json["outputs"]
    monkeypatch.setattr("tui.cli.sweep._NUMBERS_AT_ONCE", 100)
    parts = nn_play(*arguments).json["outputs"]
    assert parts == [pytest.approx(row, rel=1e-14) for row in whole]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("W9[1,1]", "--from", "0", "--to", "1"), "xor-step: there is no layer 9"),
        (("y1", "--from", "0", "--to", "1"), "xor-step: 'y1' is not a parameter; expected W1[1,2]"),
        (("x1", "--from", "0"), "missing option '--to'"),
        (("x1", "--values", "0,a"), "xor-step: value 2: a is not known"),
        (("x1", "--values", " ,"), "xor-step: no values are listed"),
        (("x1", "--values", "1", "--to", "2"), "'--values' takes the place of '--from' and '--to'"),
        (("x1", "x2", "--values", "1"), "missing option '--values2'"),
        (("x1", "--values", "1", "--values2", "1"), "missing argument 'PARAMETER2'"),
        (("x1", "x1", "--values", "1", "--values2", "1"), "xor-step: a table needs two different"),
        (("W1[1]", "--from", "0", "--to", "1"), "W1[1] is a row of weights; list them with"),
        (("W1[1]", "--values", "1;2,3"), "row 1 has 1 weights, expected 2"),
        (("W1[3]", "--values", "1,2"), "there is no neuron 3 in layer 1"),
        (("x1", "--from", "nan", "--to", "1"), "'nan' is not a finite number"),
        (("x1", "--from", "-1e308", "--to", "1e308"), "--from and --to are too far apart"),
        (("x1", "--from", "0", "--to", "1", "--steps", "1"), "1 is not a whole number from 2"),
        (("x1", "--from", "0", "--to", "1", "--steps", "9" * 400), "is not a whole number from 2"),
        (("x1", "--from", "0", "--to", "1", "--sample", "5"), "there is no sample 5"),
        (("x1", "--from", "0", "--to", "1", "--sample", "0"), "there is no sample 0"),
    ],
)
def test_a_bad_sweep_is_one_line(nn_play: Command, arguments: tuple[str, ...], words: str) -> None:
    assert words in failure(nn_play("sweep", "xor-step", *arguments))


def test_a_sweep_of_too_many_outputs_is_refused(nn_play: Command) -> None:
    wide = f'[[layers]]\nactivation = "relu"\nweights = {[[1]] * 500}\nbias = {[0] * 500}\n'
    arguments = ("sweep", "-", "x1", "--from", "0", "--to", "1", "--steps")
    message = failure(nn_play(*arguments, "20000", stdin=wide.encode()))
    assert message.endswith("20,000 steps of 500 outputs are too much; at most 10,000 steps")
    assert nn_play(*arguments, "3", stdin=wide.encode()).status == 0
