"""Which neuron matters: the network without each hidden neuron, sorted, and the cursor in it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine import Layer, Network, Session, examples, new_network
from engine.session.loss import session_loss
from tests.tui.player import playing
from tests.tui.views.scenes import changed, classifier, random_session, scene_of, texts
from tui.views.gestures import ChooseNeuron, RankNeurons
from tui.views.gradients.neuron_ranking import ranking_of
from tui.views.gradients.view import (
    draw_gradients,
    gradient_clicked,
    gradients_title,
    move_in_gradients,
)
from tui.views.scene import Scene


def ranked(session: Session, **selected: Any) -> Scene:
    return changed(scene_of(session, **selected), neurons_ranked=True)


def iris_like() -> Session:
    session = random_session((4, 6, 3), ("relu", "softmax"), n_samples=40)
    return session.evolve(task="multiclass")


def without(session: Session, neuron: int) -> Session:
    """The session with the weights out of a hidden neuron of layer 1 set to 0, by hand."""
    first, last = session.network.layers
    weights = last.weights.copy()
    weights[:, neuron] = 0
    layer = Layer(weights, last.bias, last.activation)
    return session.evolve(network=Network([first, layer]))


def test_the_losses_are_those_of_the_network_without_the_neuron() -> None:
    session = iris_like()
    ranking = ranking_of(ranked(session))
    assert [layer for layer, _ in ranking.places] == [0] * 6
    for place, (_, neuron) in enumerate(ranking.places):
        assert ranking.after[place] == pytest.approx(session_loss(without(session, neuron)))
    assert ranking.after == sorted(ranking.after, reverse=True)


def test_rows_the_sentence_and_the_title() -> None:
    session = iris_like()
    scene = ranked(session, layer_index=0, neuron=2)
    assert gradients_title(scene) == "Which neuron matters for the loss?"
    lines = texts(draw_gradients(scene, 80, 14))
    assert lines[0].split() == ["without", "loss"]
    assert sum("→" in line for line in lines) == 6
    assert sum("▶h3" in line for line in lines) == 1
    assert any("wrong" in line for line in lines[1:7])
    said = " ".join(" ".join(lines[8:]).split())
    assert said.startswith("h3 held at its mean instead: loss ")
    assert said.endswith("← ranks numbers.")
    for width, height in ((24, 3), (40, 7), (100, 30), (12, 2)):
        assert len(draw_gradients(scene, width, height)) == height


def test_arrows_and_clicks_choose_neurons() -> None:
    session = iris_like()
    scene = ranked(session)
    places = ranking_of(scene).places
    assert move_in_gradients(scene, "down") == ChooseNeuron(*places[0])
    second = ranked(session, layer_index=0, neuron=places[1][1])
    assert move_in_gradients(second, "up") == ChooseNeuron(*places[0])
    assert move_in_gradients(second, "down") == ChooseNeuron(*places[2])
    assert move_in_gradients(second, "left") == RankNeurons(shown=False)
    assert move_in_gradients(scene_of(session), "right") == RankNeurons(shown=True)
    assert gradient_clicked(scene, 60, 14, 3, 3) == ChooseNeuron(*places[2])
    assert gradient_clicked(scene, 60, 14, 3, 0) is None
    assert gradient_clicked(scene, 60, 14, 3, 13) is None


def test_without_a_loss_it_is_about_an_output() -> None:
    """h2 gives 3.1 and takes it from o1: without it o1 is sigmoid(0.72)."""
    scene = ranked(classifier().evolve(targets=None))
    assert gradients_title(scene) == "Which neuron matters for o1?"
    ranking = ranking_of(scene)
    assert ranking.places == [(0, 1), (0, 0), (0, 2)]
    assert ranking.after[0] == pytest.approx(1 / (1 + np.exp(-0.72)))
    assert "0.0847 → 0.6726" in "\n".join(texts(draw_gradients(scene, 50, 10)))


def test_large_ones_take_some_of_the_samples_and_no_hidden_neuron_says_so() -> None:
    session = Session(
        new_network((20, 100, 10), ["relu", "softmax"], seed=1),
        np.random.default_rng(1).normal(size=(500, 20)),
        targets=np.eye(10)[np.arange(500) % 10],
    )
    scene = ranked(session, sample=499)
    ranking = ranking_of(scene)
    assert (ranking.n_samples, ranking.n_all) == (200, 500)
    assert "over 200 of 500 samples" in " ".join(
        "\n".join(texts(draw_gradients(scene, 70, 20))).split()
    )
    assert ranking_of(ranked(session)).before == ranking.before
    alone = ranked(examples.load("house-price"))
    assert "no hidden neurons" in "\n".join(texts(draw_gradients(alone, 60, 9)))
    assert move_in_gradients(alone, "down") is None


async def test_the_keys_in_the_view() -> None:
    async with playing(iris_like(), size=(80, 24)) as player:
        await player.show("Which number matters")
        await player.press("right", "tab", "tab", "tab", "right")
        assert "Which neuron matters for the loss?" in player.text
        before = player.workspace.selection
        await player.press("down", "down")
        assert player.workspace.selection != before
        assert f"▶h{player.workspace.selection.neuron + 1}" in player.text
        await player.press("left")
        assert "Which number matters for the loss?" in player.text
