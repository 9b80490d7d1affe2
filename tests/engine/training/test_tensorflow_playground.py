"""The runs of TensorFlow Playground's own engine, number for number."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import Layer, Network
from engine.training import TrainingRun, TrainingSettings

RUNS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "data" / "tensorflow-playground-training.json").read_text()
)["runs"]


@pytest.mark.parametrize("oracle", RUNS, ids=lambda oracle: "-".join(oracle["activations"]))
def test_a_hundred_epochs_give_the_same_losses_and_weights(oracle: dict[str, Any]) -> None:
    assert oracle["optimizer"] == "sgd"
    assert oracle["loss"].startswith("squared_error")
    network = Network(
        Layer(layer["weights"], layer["bias"], activation)
        for layer, activation in zip(oracle["initial"], oracle["activations"], strict=True)
    )
    train, test = np.array(oracle["train"]), np.array(oracle["test"])
    settings = TrainingSettings(
        "sgd",
        oracle["learning_rate"],
        batch_size=oracle["batch_size"],
        loss="squared_error",
        shuffle=oracle["shuffle"],
    )
    run = TrainingRun(
        network,
        train[:, :2],
        train[:, 2:],
        settings,
        task="regression",
        test_inputs=test[:, :2],
        test_targets=test[:, 2:],
    )
    for _ in range(oracle["epochs"]):
        run.run_epoch()
    assert run.test_losses is not None
    assert len(oracle["losses_train_test_by_epoch"]) == 5
    for epoch, losses in oracle["losses_train_test_by_epoch"].items():
        mine = run.losses[int(epoch)], run.test_losses[int(epoch)]
        np.testing.assert_allclose(mine, losses, rtol=0, atol=1e-12)
    for layer, expected in zip(run.network.layers, oracle["final"], strict=True):
        np.testing.assert_allclose(layer.weights, expected["weights"], rtol=0, atol=1e-12)
        np.testing.assert_allclose(layer.bias, expected["bias"], rtol=0, atol=1e-12)
