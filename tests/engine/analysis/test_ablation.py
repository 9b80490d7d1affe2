"""Ablation: as if the weights that read a neuron were set by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine import Layer, Network, Session, examples, session_loss
from engine.analysis.ablation import ablation
from engine.session.metrics import right_answers
from engine.training.settings import TrainingSettings
from tests.engine.nn.gradient_scenes import network, samples, targets_for


def held_by_hand(session: Session, layer_index: int, neuron: int, value: float) -> Session:
    """The session with a neuron whose out is a constant: no weights, and an identity beside it."""
    layers = list(session.network.layers)
    after = layers[layer_index + 1]
    weights = after.weights.copy()
    weights[:, neuron] = 0
    bias = after.bias + value * after.weights[:, neuron]
    layers[layer_index + 1] = after.replace(weights=weights, bias=bias)
    return session.evolve(network=Network(layers))


@pytest.mark.parametrize("output", ["softmax", "tanh", "log_softmax"])
def test_every_neuron_against_the_network_changed_by_hand(
    output: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.analysis.ablation._MAX_NUMBERS", 60)
    name = "mse" if output == "tanh" else "cross_entropy"
    targets = targets_for("cross_entropy", 9)
    session = Session(
        network("tanh", output),
        samples(9),
        targets=targets,
        n_test=2,
        task="multiclass",
        training=TrainingSettings(loss=name),
    )
    found = ablation(session, sample=4)
    assert found.loss == pytest.approx(session_loss(session), rel=1e-14)
    assert found.n_judged == 7
    assert [len(layer.at_zero.losses) for layer in found.layers] == [4, 2]
    for layer_index, layer in enumerate(found.layers):
        outs = session.trace.layers[layer_index].activations[:7]
        for neuron in range(outs.shape[1]):
            for held, value in ((layer.at_zero, 0.0), (layer.at_mean, outs[:, neuron].mean())):
                other = held_by_hand(session, layer_index, neuron, value)
                assert held.losses[neuron] == pytest.approx(session_loss(other), rel=1e-12)
                assert held.outputs[neuron] == pytest.approx(other.trace.outputs[4], rel=1e-12)
                right = right_answers(other.trace.outputs[:7], targets[:7], "multiclass").sum()
                assert held.n_wrong is not None
                assert held.n_wrong[neuron] == 7 - right
                assert found.accuracy(int(held.n_wrong[neuron])) == pytest.approx(right / 7)
    order = found.strongest()
    losses = [found.layers[index].at_zero.losses[neuron] for index, neuron in order]
    assert losses == sorted(losses, reverse=True)
    assert len(order) == 6


@pytest.mark.parametrize("changes", [{"targets": None}, {"training": TrainingSettings(loss="bce")}])
def test_without_a_loss_the_outputs_are_there(changes: dict[str, Any]) -> None:
    session = Session(network("tanh"), samples(3), targets=targets_for("mse", 3)).evolve(**changes)
    found = ablation(session)
    assert np.isnan(found.loss)
    assert np.isnan(found.layers[0].at_zero.losses).all()
    assert found.layers[0].at_zero.n_wrong is None
    assert np.isfinite(found.layers[0].at_zero.outputs).all()
    assert len(found.strongest()) == 6


def test_a_silent_neuron_is_not_missed_and_a_single_layer_has_none() -> None:
    session = examples.load("binary-classifier").evolve(targets=np.array([[1.0]]))
    found = ablation(session)
    assert found.layers[0].at_zero.losses[2] == found.loss
    assert found.layers[0].at_mean.losses[0] == pytest.approx(found.loss, rel=1e-14)
    assert (
        ablation(Session(Network([Layer([[1.0]], [0], "relu")]), np.ones((1, 1)))).strongest() == []
    )
