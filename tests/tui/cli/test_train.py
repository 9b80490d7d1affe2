"""`nn-play train`: the same numbers as elsewhere, in JSON, for reading, and in a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import Layer, Network, Session, load, new_network, save
from engine.datasets import load_dataset
from engine.edits.dataset import samples_of
from engine.session.data_record import DataRecord
from engine.training import TrainingRun, TrainingSettings
from tests.tui.cli.command_line import POINT, Command, command

nn_play = pytest.fixture(command)

KEYS = ["losses", "test_losses", "accuracy", "epochs", "stopped_because", "layers"]
RUNS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "data" / "tensorflow-playground-training.json").read_text()
)["runs"]
AS_ORACLE = (
    *("--epochs", "100", "--learning-rate", "0.03", "--batch-size", "10", "--optimizer", "sgd"),
    *("--loss", "squared_error", "--no-shuffle", "--json"),
)


def playground_network(oracle: dict[str, Any]) -> Network:
    return Network(
        Layer(layer["weights"], layer["bias"], activation)
        for layer, activation in zip(oracle["initial"], oracle["activations"], strict=True)
    )


def check_layers(answer: Any, oracle: dict[str, Any]) -> None:
    for layer, activation, expected in zip(
        answer["layers"], oracle["activations"], oracle["final"], strict=True
    ):
        assert list(layer) == ["name", "activation", "weights", "bias"]
        assert layer["activation"] == activation
        np.testing.assert_allclose(layer["weights"], expected["weights"], rtol=0, atol=1e-12)
        np.testing.assert_allclose(layer["bias"], expected["bias"], rtol=0, atol=1e-12)


@pytest.mark.parametrize("oracle", RUNS, ids=lambda oracle: "-".join(oracle["activations"]))
def test_the_runs_of_tensorflow_playground(
    nn_play: Command, tmp_path: Path, oracle: dict[str, Any]
) -> None:
    rows = np.array(oracle["train"] + oracle["test"])
    record = DataRecord("circle", test_percent=50)
    session = Session(playground_network(oracle), rows[:, :2], rows[:, 2:], n_test=250, data=record)
    save(session, tmp_path / "net.toml")
    answer = nn_play("train", "net.toml", *AS_ORACLE).json
    with_test = "test_accuracy" in answer
    measures = ["test_accuracy", "metrics", "test_metrics"] if with_test else ["metrics"]
    assert list(answer) == [*KEYS, *measures]
    assert len(answer["losses"]) == len(answer["test_losses"]) == 101
    for epoch, losses in oracle["losses_train_test_by_epoch"].items():
        mine = answer["losses"][int(epoch)], answer["test_losses"][int(epoch)]
        np.testing.assert_allclose(mine, losses, rtol=0, atol=1e-12)
    check_layers(answer, oracle)
    assert (answer["epochs"], answer["stopped_because"]) == (100, "100 epochs done")


@pytest.mark.parametrize("oracle", RUNS, ids=lambda oracle: "-".join(oracle["activations"]))
def test_the_same_from_a_csv_file_without_a_test_set(
    nn_play: Command, tmp_path: Path, oracle: dict[str, Any]
) -> None:
    save(Session(playground_network(oracle)), tmp_path / "net.toml")
    lines = [",".join(map(repr, row)) for row in oracle["train"]]
    (tmp_path / "points.csv").write_text("\n".join(lines))
    answer = nn_play("train", "net.toml", "--data", "points.csv", *AS_ORACLE).json
    assert list(answer) == [*KEYS, "metrics"]
    assert answer["test_losses"] is None
    for epoch, losses in oracle["losses_train_test_by_epoch"].items():
        np.testing.assert_allclose(answer["losses"][int(epoch)], losses[0], rtol=0, atol=1e-12)
    check_layers(answer, oracle)


def test_a_step_worked_by_hand(nn_play: Command) -> None:
    """Out -1.25 for target 3: mse has the slope 2·(-4.25), which the step at 0.1 takes away."""
    arguments = ("--epochs", "1", "--learning-rate", "0.1", "--batch-size", "all", "--json")
    answer = nn_play("train", "-", *arguments, stdin=POINT).json
    assert answer["losses"] == pytest.approx([4.25**2, (4.25 * (1 - 0.2 * 6)) ** 2], rel=1e-14)
    assert answer["layers"] == [
        {
            "name": None,
            "activation": "identity",
            "weights": [pytest.approx([0.5 + 0.85, -1 + 1.7], rel=1e-14)],
            "bias": pytest.approx([0.25 + 0.85], rel=1e-14),
        }
    ]
    assert answer["accuracy"] is None


def test_the_penalties_count_for_the_step_and_not_for_the_loss(nn_play: Command) -> None:
    plain = ("train", "-", "--epochs", "1", "--learning-rate", "0.1", "--json")
    without = nn_play(*plain, stdin=POINT).json
    with_both = nn_play(*plain, "--l1", "0.5", "--l2", "0.25", stdin=POINT).json
    assert with_both["losses"][0] == without["losses"][0]
    moved = np.subtract(with_both["layers"][0]["weights"], without["layers"][0]["weights"])
    np.testing.assert_allclose(moved, [[-0.1 * (0.5 + 0.125), 0.1 * (0.5 + 0.25)]], rtol=1e-13)
    assert with_both["layers"][0]["bias"] == without["layers"][0]["bias"]


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "rmsprop", "adam"])
def test_every_option_reaches_the_run(nn_play: Command, tmp_path: Path, optimizer: str) -> None:
    """Compared with the engine, given the same data from the same seed."""
    network = new_network((2, 4, 1), ["tanh", "sigmoid"], "xavier", 5)
    save(Session(network), tmp_path / "net.toml")
    data = load_dataset("xor", noise=20, seed=7)
    session = samples_of(data, noise=20, seed=7, test_percent=30).apply(Session(network))
    momentum = 0.5 if optimizer == "momentum" else 0.9
    settings = TrainingSettings(optimizer, 0.01, momentum, 7, "mse", 0.001, 0.002, True, 7)
    assert session.training_targets is not None
    run = TrainingRun(
        network,
        session.training_inputs,
        session.training_targets,
        settings,
        task="binary",
        test_inputs=session.test_inputs,
        test_targets=session.test_targets,
    )
    for _ in range(3):
        run.run_epoch()
    arguments = [
        *("--dataset", "xor", "--noise", "20", "--test", "30", "--seed", "7", "--epochs", "3"),
        *("--learning-rate", "0.01", "--batch-size", "7", "--optimizer", optimizer),
        *("--loss", "mse", "--l1", "0.001", "--l2", "0.002", "--json"),
    ]
    if optimizer == "momentum":
        arguments += ["--momentum", "0.5"]
    answer = nn_play("train", "net.toml", *arguments).json
    assert answer["losses"] == list(run.losses)
    assert answer["test_losses"] == list(run.test_losses or ())
    assert answer["layers"][0]["weights"] == run.network.layers[0].weights.tolist()


def test_the_same_seed_gives_the_same_numbers_and_another_gives_others(nn_play: Command) -> None:
    arguments = ("train", "xor-step", "--dataset", "circle", "--fit", "--epochs", "3", "--json")
    first = nn_play(*arguments, "--seed", "4")
    assert first.status == 0
    assert nn_play(*arguments, "--seed", "4") == first
    assert nn_play(*arguments, "--seed", "5").json["losses"] != first.json["losses"]


def test_accuracy_is_the_share_of_right_answers_after_training(nn_play: Command) -> None:
    answer = nn_play(
        *("train", "binary-classifier", "--dataset", "iris", "--fit", "--test", "20"),
        *("--epochs", "20", "--standardize", "--optimizer", "adam", "--json", "-o", "net.toml"),
    ).json
    trained = load("net.toml")
    assert trained.targets is not None
    right = trained.trace.outputs.argmax(axis=1) == trained.targets.argmax(axis=1)
    assert answer["accuracy"] == right[:120].mean()
    assert answer["test_accuracy"] == right[120:].mean()
    assert answer["accuracy"] > 0.8


def test_what_is_written_holds_data_and_settings_and_can_be_trained_on(nn_play: Command) -> None:
    result = nn_play(
        *("train", "xor-step", "--dataset", "gauss", "--noise", "10", "--test", "40", "--fit"),
        *("--epochs", "2", "--optimizer", "adam", "--learning-rate", "0.125", "--seed", "3"),
        *("--batch-size", "all", "--l2", "0.5", "--no-shuffle", "-o", "net.toml"),
    )
    assert result.lines[-1] == "wrote net.toml: 2→2→1 · 9 parameters: 6 weights + 3 biases"
    session = load("net.toml")
    assert session.training == TrainingSettings(
        "adam", 0.125, batch_size="all", l2=0.5, shuffle=False, seed=3
    )
    assert session.data is not None
    assert (session.data.name, session.data.noise, session.data.seed) == ("gauss", 10, 3)
    assert (session.n_test, session.n_samples) == (200, 500)
    answer = nn_play("train", "net.toml", "--epochs", "1", "--json").json
    run = TrainingRun(
        session.network,
        session.inputs[:300],
        session.targets[:300] if session.targets is not None else [],
        session.training,
        task="binary",
    )
    run.run_epoch()
    assert answer["losses"] == list(run.losses)
    assert len(answer["test_losses"]) == 2


def test_frozen_numbers_stay(nn_play: Command) -> None:
    half = POINT.replace(b"bias =", b"frozen = { weights = [[true, false]] }\nbias =")
    answer = nn_play("train", "-", "--epochs", "5", "--json", stdin=half).json
    (layer,) = answer["layers"]
    assert layer["weights"][0][0] == 0.5
    assert layer["weights"][0][1] != -1
    assert layer["bias"] != [0.25]


def test_the_other_ends(nn_play: Command) -> None:
    train = ("train", "-", "--batch-size", "all", "--json")
    reached = nn_play(*train, "--target-loss", "1", stdin=POINT).json
    assert reached["stopped_because"] == "the loss reached 1"
    assert reached["losses"][-1] <= 1 < reached["losses"][-2]
    stuck = nn_play(*train, "--learning-rate", "0", "--no-improvement", "3", stdin=POINT).json
    assert (stuck["epochs"], stuck["stopped_because"]) == (3, "no improvement in 3 epochs")
    over = nn_play(*train, "--seconds", "0", stdin=POINT).json
    assert (over["epochs"], over["stopped_because"]) == (0, "0 seconds have passed")
    assert over["losses"] == [4.25**2]


def test_training_that_goes_wrong_keeps_the_last_good_state(nn_play: Command) -> None:
    arguments = ("--epochs", "900", "--learning-rate", "9", "-o", "net.toml")
    result = nn_play("train", "-", *arguments, "--json", stdin=POINT)
    assert result.status == 2
    assert result.error.startswith("nn-play: error: standard input: training went wrong in epoch ")
    assert result.error.count("\n") == 1
    assert f"standard input: {result.json['stopped_because']}\n" in result.error
    assert 0 < result.json["epochs"] < 900
    assert len(result.json["losses"]) == result.json["epochs"] + 1
    assert np.isfinite(result.json["losses"]).all()
    written = load("net.toml").network.layers[0]
    assert result.json["layers"][0]["weights"] == written.weights.tolist()
    readable = nn_play("train", "-", *arguments[:4], stdin=POINT)
    assert readable.status == 2
    assert readable.error == result.error
    assert any(line.startswith("stopped: training went wrong") for line in readable.lines)


def test_the_report(nn_play: Command) -> None:
    lines = nn_play(
        *("train", "binary-classifier", "--dataset", "iris", "--fit", "--test", "20"),
        *("--epochs", "12", "--standardize"),
    ).lines
    assert lines[1:3] == [
        "4→3→3 · 27 parameters: 21 weights + 6 biases · multiclass",
        "120 training samples + 30 test samples · iris",
    ]
    assert lines[3].startswith("standardised: (sepal length")
    assert lines[4] == "sgd · learning rate 0.03 · batches of 10 · loss cross_entropy · seed 0"
    start = lines.index("epoch    loss  test loss")
    assert [line.split()[0] for line in lines[start + 1 : start + 7]] == [
        "0",
        "1",
        "2",
        "5",
        "10",
        "12",
    ]
    assert "stopped: 12 epochs done" in lines
    (curve,) = (line for line in lines if line.startswith("loss  "))
    assert len(curve.split()[1]) == 13
    assert curve.split()[1].startswith("█")
    place = lines.index("asked for \\ answer  setosa  versicolor  virginica")
    rows = [list(map(int, line.split()[1:])) for line in lines[place + 1 : place + 4]]
    assert sum(map(sum, rows)) == 120
    right = sum(row[index] for index, row in enumerate(rows))
    assert f"({right} of 120 right)" in lines[place - 1]


def test_a_regression_has_no_accuracy_and_a_short_run_no_curve(nn_play: Command) -> None:
    assert nn_play("train", "-", "--epochs", "0", stdin=POINT).lines == [
        "2→1 · 3 parameters: 2 weights + 1 bias · regression",
        "1 training sample",
        "sgd · learning rate 0.03 · batches of 10 · loss mse · seed 0",
        "",
        "epoch     loss",
        "    0  18.0625",
        "",
        "stopped: 0 epochs done",
    ]
