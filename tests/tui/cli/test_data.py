"""`nn-play run --data` and the data of `train`: which numbers of a file go to which input."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine import load
from engine.datasets import load_dataset
from tests.tui.cli.command_line import Command, command, failure

nn_play = pytest.fixture(command)

NET = b"""
task = "binary"
features = ["age", "height"]
classes = ["no", "yes"]
[[layers]]
activation = "sigmoid"
weights = [[1, -2]]
bias = [0.5]
"""
CLASSES = b"""
classes = ["red", "green", "blue"]
features = ["x1", "x2"]
[[layers]]
activation = "softmax"
weights = [[3, 0], [0, 3], [-3, -3]]
bias = [0, 0, 0]
"""

PEOPLE = np.array([[1, 2], [3, 4], [-5, 0.5]])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {
        "net.toml": NET.decode(),
        "classes.toml": CLASSES.decode(),
        "people.csv": "age,height,answer\n1,2,yes\n3,4,no\n-5,0.5,no\n",
        "turned.csv": "height;age;answer\n2;1;yes\n4;3;no\n0,5;-5;no\n",
        "named.csv": "answer,name,age,height\nyes,1,1,2\nno,2,3,4\n",
        "plain.csv": "1,2,1\n3,4,0\n",
        "colours.csv": "5,0,red\n0,5,green\n0,6,green\n5,1,green\n",
        "other.csv": "age,height,answer\n1,2,maybe\n3,4,no\n",
        "wide.csv": "1,2,3,0\n4,5,6,1\n",
        "ragged.csv": "1,2,1\n3,4\n",
        "text.csv": "1,2,1\n3,four,0\n5,6,1\n",
        "empty.csv": "",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_the_rows_of_the_file_are_the_samples(nn_play: Command, folder: Path) -> None:
    answer = nn_play("run", "net.toml", "--data", "people.csv", "--json").json
    assert answer["inputs"] == [[1, 2], [3, 4], [-5, 0.5]]
    z = np.array([-2.5, -4.5, -5.5])
    outs = 1 / (1 + np.exp(-z))
    np.testing.assert_allclose(np.ravel(answer["outputs"]), outs, rtol=1e-15)
    assert answer["predictions"] == ["no"] * 3
    expected = -np.mean([np.log(outs[0]), *np.log(1 - outs[1:])])
    assert answer["loss"] == pytest.approx(expected, rel=1e-14)


def test_columns_are_found_by_their_names(nn_play: Command, folder: Path) -> None:
    people = nn_play("run", "net.toml", "--data", "people.csv", "--json")
    assert nn_play("run", "net.toml", "--data", "turned.csv", "--json") == people
    result = nn_play(
        *("run", "net.toml", "--data", "named.csv", "--target-column", "answer"),
        *("--feature-columns", "age, height", "--json"),
    )
    assert result.json["inputs"] == people.json["inputs"][:2]
    by_number = nn_play(
        *("run", "net.toml", "--data", "people.csv", "--feature-columns", "2,1", "--json")
    ).json
    assert by_number["inputs"] == [[2, 1], [4, 3], [0.5, -5]]


def test_a_file_without_a_heading_leaves_the_names_of_the_network(
    nn_play: Command, folder: Path
) -> None:
    answer = nn_play("run", "net.toml", "--data", "plain.csv", "--json").json
    assert answer["features"] == ["age", "height"]
    assert answer["predictions"] == ["no", "no"]


def test_classes_are_those_of_the_network_in_its_order(nn_play: Command, folder: Path) -> None:
    result = nn_play("run", "classes.toml", "--data", "colours.csv")
    assert result.lines[-5:] == [
        "accuracy = 75 %   (3 of 4 right)",
        "asked for \\ answer  red  green  blue",
        "red                   1      0     0",
        "green                 1      2     0",
        "blue                  0      0     0",
    ]
    turned = folder / "turned.toml"
    turned.write_text(NET.decode().replace('"no", "yes"', '"yes", "no"'))
    usual = nn_play("run", "net.toml", "--data", "people.csv", "--json").json["loss"]
    other = nn_play("run", "turned.toml", "--data", "people.csv", "--json").json["loss"]
    z = np.array([-2.5, -4.5, -5.5])
    assert usual != pytest.approx(other)
    assert other == pytest.approx(np.mean(np.logaddexp(0, [z[0], -z[1], -z[2]])), rel=1e-14)


def test_the_standardisation_of_training_is_applied_to_new_data(
    nn_play: Command, folder: Path
) -> None:
    train = ("train", "net.toml", "--data", "people.csv", "--standardize", "--epochs", "1")
    assert nn_play(*train, "-o", "trained.toml").status == 0
    mean, scale = np.array([-1 / 3, 6.5 / 3]), np.std(PEOPLE, axis=0)
    expected = (np.array([[1, 2], [3, 4]]) - mean) / scale
    answer = nn_play("run", "trained.toml", "--data", "plain.csv", "--json").json
    np.testing.assert_allclose(answer["inputs"], expected, rtol=1e-14)
    again = nn_play("run", "trained.toml", "--data", "plain.csv", "--standardize", "--json").json
    assert again == answer
    fresh = nn_play("run", "net.toml", "--data", "plain.csv", "--standardize", "--json").json
    np.testing.assert_allclose(fresh["inputs"], [[-1, -1], [1, 1]], rtol=1e-14)


def test_derived_features_are_computed_for_new_data(nn_play: Command, folder: Path) -> None:
    train = ("train", "net.toml", "--data", "people.csv", "--derived", "x1^2,x1*x2")
    assert nn_play(*train, "--epochs", "1", "-o", "trained.toml").status == 0
    assert load("trained.toml").network.sizes == (4, 1)
    answer = nn_play("run", "trained.toml", "--data", "plain.csv", "--json").json
    assert answer["inputs"] == [[1, 2, 1, 2], [3, 4, 9, 12]]
    more = nn_play("train", "trained.toml", "--data", "plain.csv", "--epochs", "0", "--json").json
    assert more["layers"][0]["weights"] == load("trained.toml").network.layers[0].weights.tolist()


def test_a_network_with_room_for_derived_features_keeps_its_weights(
    nn_play: Command, folder: Path
) -> None:
    nn_play("new", "4-1", "--seed", "1", "-o", "four.toml")
    answer = nn_play(
        *("train", "four.toml", "--dataset", "circle", "--derived", "x1^2,x2^2"),
        *("--epochs", "0", "--json"),
    ).json
    assert answer["layers"][0]["weights"] == load("four.toml").network.layers[0].weights.tolist()


def test_the_network_stays_unless_it_may_be_fitted(nn_play: Command, folder: Path) -> None:
    relu = NET.replace(b"sigmoid", b"identity").replace(b'task = "binary"', b"")
    relu = relu.replace(b'classes = ["no", "yes"]', b"")
    (folder / "net.toml").write_bytes(relu)
    train = ("train", "net.toml", "--epochs", "0", "--json")
    (layer,) = nn_play(*train, "--data", "plain.csv").json["layers"]
    assert layer["activation"] == "identity"
    assert layer["weights"] == [[1, -2]]
    (layer,) = nn_play(*train, "--data", "colours.csv", "--fit").json["layers"]
    assert layer["activation"] == "sigmoid"
    layers = nn_play(*train, "--dataset", "iris", "--fit").json["layers"]
    assert np.shape(layers[0]["weights"]) == (3, 4)
    assert layers[0]["activation"] == "softmax"


def test_two_classes_are_0_and_1_whatever_the_outputs_can_be(
    nn_play: Command, folder: Path
) -> None:
    nn_play("new", "2-2-1", "--activations", "tanh,tanh", "-o", "tanh.toml")
    train = ("--dataset", "circle", "--loss", "mse", "--epochs", "0", "-o", "out.toml")
    assert nn_play("train", "tanh.toml", *train).status == 0
    targets = load("out.toml").targets
    assert targets is not None
    np.testing.assert_array_equal(targets, load_dataset("circle").targets)


def test_run_shows_the_test_set_apart(nn_play: Command, folder: Path) -> None:
    nn_play(
        *("train", "net.toml", "--dataset", "gauss", "--test", "20", "--epochs", "1"),
        *("-o", "trained.toml"),
    )
    session = load("trained.toml")
    answer = nn_play("run", "trained.toml", "--json").json
    assert list(answer)[-3:] == ["loss", "n_test", "test_loss"]
    assert [len(answer[name]["classes"]) for name in ("metrics", "test_metrics")] == [2, 2]
    assert answer["n_test"] == 100
    assert session.targets is not None
    z = session.trace.layers[-1].pre_activations
    losses = np.logaddexp(0, np.where(session.targets == 1, -z, z))
    assert answer["loss"] == pytest.approx(losses[:400].mean(), rel=1e-13)
    assert answer["test_loss"] == pytest.approx(losses[400:].mean(), rel=1e-13)
    lines = nn_play("run", "trained.toml").lines
    assert any(line.endswith("(bce, mean of 400 training samples)") for line in lines)
    assert any(line.startswith("test loss") for line in lines)
    assert any(line.startswith("test accuracy") for line in lines)
    replaced = nn_play("run", "trained.toml", "-x", "1,2", "--json").json
    assert "test_loss" not in replaced


def test_a_small_test_set_is_marked_among_the_samples(nn_play: Command, folder: Path) -> None:
    train = ("train", "net.toml", "--data", "people.csv", "--test", "30", "--epochs", "0")
    assert nn_play(*train, "-o", "trained.toml").status == 0
    lines = nn_play("run", "trained.toml").lines
    assert "sample 2 of 3" in lines
    assert "sample 3 of 3, of the test set" in lines


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--data", "none.csv"), "none.csv: no such file or directory"),
        (("--data", "."), ".: "),
        (("--data", ""), "'': is a folder"),
        (("--data", "empty.csv"), "empty.csv: the file has no rows"),
        (
            ("--data", "wide.csv"),
            "wide.csv: 3 features, but the network reads 2 inputs",
        ),
        (("--data", "ragged.csv"), "ragged.csv: row 2, column 3: the row has 2 cells, expected 3"),
        (("--data", "text.csv"), "text.csv: row 2, column 2"),
        (("--data", "other.csv"), "other.csv: class 'maybe' is not one of the network's; expected"),
        (
            ("--data", "people.csv", "--target-column", "answr"),
            "people.csv: there is no target column 'answr'; did you mean 'answer'?",
        ),
        (
            ("--data", "people.csv", "--feature-columns", "1,9"),
            "people.csv: there is no feature column 9; they count from 1 to 3",
        ),
        (("--target-column", "answer"), "--target-column goes with --data"),
        (("--feature-columns", "1"), "--feature-columns goes with --data"),
        (("--standardize",), "--standardize goes with --data"),
        (("--data", "people.csv", "-x", "1,2"), "--data has inputs and targets; leave -x and"),
        (("--data", "people.csv", "--target", "1"), "--data has inputs and targets; leave -x"),
    ],
)
def test_data_that_cannot_be_run_are_one_line(
    nn_play: Command, folder: Path, arguments: tuple[str, ...], message: str
) -> None:
    assert failure(nn_play("run", "net.toml", *arguments)).startswith(message)


def test_a_hostile_name_of_a_file_or_class_is_harmless(nn_play: Command, folder: Path) -> None:
    nasty = "\x1b[31mred\r\n"
    (folder / "nasty.csv").write_text(f'a,b,c\n1,2,no\n3,4,"{nasty}"\n')
    for arguments in (("--data", nasty), ("--data", "nasty.csv")):
        assert len(failure(nn_play("run", "net.toml", *arguments))) < 500


def test_several_yes_or_no_outputs_learn_one_class_each(nn_play: Command, folder: Path) -> None:
    several = CLASSES.replace(b"softmax", b"sigmoid").replace(
        b"classes", b'task = "binary"\nclasses'
    )
    (folder / "several.toml").write_bytes(several)
    train = ("train", "several.toml", "--data", "colours.csv", "--epochs", "1", "-o", "out.toml")
    (folder / "colours.csv").write_text("5,0,red\n0,5,green\n-1,-2,blue\n")
    assert nn_play(*train).status == 0
    session = load("out.toml")
    assert session.task == "binary"
    assert session.targets is not None
    np.testing.assert_array_equal(session.targets, np.eye(3))
    assert session.network.layers[0].activation.name == "sigmoid"


def test_many_rows_are_answered_by_their_figures(nn_play: Command, folder: Path) -> None:
    rows = np.random.default_rng(0).normal(size=(20_000, 2))
    lines = [f"{x},{y},{int(x - 2 * y + 0.5 >= 0)}" for x, y in rows.tolist()]
    (folder / "many.csv").write_text("\n".join(lines))
    result = nn_play("run", "net.toml", "--data", "many.csv")
    assert "… 19,950 more samples, which --json prints too" in result.lines
    assert "accuracy = 100 %   (20,000 of 20,000 right)" in result.lines


CARS = (
    "id;colour;size;day;price\n1;red;1,5;1.1.2026;1.234\n2;blue;;2.1.2026;2.500\n"
    "3;green;2,5;3.1.2026;3.125\n4;red;3,5;4.1.2026;4.000\n"
)


def test_what_was_chosen_for_a_file_goes_for_new_rows(nn_play: Command, folder: Path) -> None:
    (folder / "cars.csv").write_text(CARS)
    train = ("train", "xor-step", "--data", "cars.csv", "--fit", "--epochs", "1", "-o", "out.toml")
    refused = nn_play(*train)
    assert failure(refused).startswith("cars.csv: row 3, column 3 (size): the cell is empty")
    assert "--missing drop" in failure(refused)
    done = nn_play(*train, "--missing", "fill", "--standardize")
    for words in (
        "left out: column 1 (id) numbers the rows",
        "left out: column 4 (day) holds dates or times",
        "1 empty cell filled with the mean",
        "target price: numbers from 1234 to 4000",
    ):
        assert words in done.output
    (folder / "new.csv").write_text("size;price;colour\n;1.000;blue\n2,5;1.500;green\n")
    answer = nn_play("run", "out.toml", "--data", "new.csv", "--json").json
    trained = load(folder / "out.toml")
    assert trained.data is not None
    assert trained.data.standardisation is not None
    np.testing.assert_allclose(
        trained.data.standardisation.undo(np.array(answer["inputs"])),
        [[1, 0, 0, 2.5], [0, 1, 0, 2.5]],
        atol=1e-12,
    )
    wrong = nn_play("run", "out.toml", "--data", "new.csv", "--missing", "guess")
    assert "invalid value for '--missing': 'guess' is neither drop nor fill" in failure(wrong)


def test_inputs_of_other_sizes_are_told_unless_standardised(nn_play: Command, folder: Path) -> None:
    (folder / "sizes.csv").write_text("area,steps,y\n1,5000,1\n2,7000,2\n3,6000,3\n")
    train = ("train", "xor-step", "--data", "sizes.csv", "--fit", "--epochs", "1")
    words = "steps is about 2,800 times as large as area; --standardize makes this easier to learn"
    assert words in nn_play(*train).output
    assert "--standardize" not in nn_play(*train, "--standardize").output


def test_a_data_set_in_npz_is_taken_as_data(nn_play: Command, folder: Path) -> None:
    inputs = np.array([[1.0, 2], [3, 4], [5, 0], [2, 2]])
    np.savez(folder / "own.npz", X=inputs, y=np.array(["no", "yes", "no", "yes"]))
    result = nn_play(
        *("train", "xor-step", "--data", "own.npz", "--fit", "--epochs", "1", "-o", "out.toml")
    )
    assert "target y: two classes, no and yes" in result.output
    trained = load(folder / "out.toml")
    assert trained.inputs.tolist() == inputs.tolist()
    assert trained.classes == ("no", "yes")
    answer = nn_play("run", "out.toml", "--data", "own.npz", "--json").json
    assert answer["inputs"] == inputs.tolist()
    wrong = nn_play("run", "out.toml", "--data", "own.npz", "--target-column", "y")
    assert failure(wrong).startswith("--target-column goes with a CSV file")
