"""Numbers that stand beside each other: one number has one text, however it is shown."""

from __future__ import annotations

import re

import numpy as np
import pytest

from engine import Layer, Network, Session, explain_neuron
from engine.explain.check_answer import NeuronNumber, true_text
from engine.explain.forward_pass import explain_forward
from engine.export.latex import latex
from engine.text import format_number, format_within
from tests.tui.player import playing
from tests.tui.views.scenes import scene_of
from tui.panes.layer_source import LayerSource
from tui.panes.outputs import OutputsSource
from tui.state.view_settings import ViewSettings
from tui.state.workspace import Workspace
from tui.views.sum import terms_of

NASTY = (3.8e-5, -3.8e-5, 0.0031, 10.1, 16.566, -9.3, 2.345678, 1.23456, -0.00012345)
"""Sums: small, near a limit after a sigmoid, and with more decimals than are shown."""


def nasty(activation: str) -> Session:
    """Hidden neurons with the nasty sums, and outputs that read them one by one."""
    n = len(NASTY)
    hidden = Layer(np.zeros((n, 1)), NASTY, activation, "hidden")
    names = tuple(str(digit) for digit in range(n))
    return Session(
        Network([hidden, Layer(np.eye(n), np.zeros(n), "softmax", "output")]),
        np.array([[1.0]]),
        classes=names,
    )


ACTIVATIONS = ("sigmoid", "tanh", "relu", "identity", "softplus")


@pytest.mark.parametrize("digits", [2, 4, 6])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_one_number_has_one_text(activation: str, digits: int) -> None:
    session = nasty(activation)
    workspace = Workspace.open(session, None, ViewSettings()).viewing(digits=digits)
    lines = {
        (line.kind, line.layer_index, line.neuron): line.text
        for line in explain_forward(session).lines(digits)
    }
    for layer_index, layer in enumerate(session.network.layers):
        pane = LayerSource(workspace, layer_index, room=200)
        trace = session.trace.layers[layer_index]
        for neuron in range(layer.n_neurons):
            z = format_number(float(trace.pre_activations[0, neuron]), digits)
            out = float(trace.activations[0, neuron])
            a = format_within(out, layer.activation.limits, digits)
            assert pane.pinned_cell(neuron, 1).text == z
            assert pane.pinned_cell(neuron, 2).text.removesuffix(" off") == a
            said = a.lstrip("<>")
            explanation = explain_neuron(session, layer_index, neuron)
            assert lines["sum", layer_index, neuron].endswith(f" {z}")
            assert lines["out", layer_index, neuron].endswith(f" {said}")
            assert explanation.line(digits).endswith(f" {said}")
            assert true_text(NeuronNumber(explanation, "sum"), digits).endswith(f" {z}")
            assert true_text(NeuronNumber(explanation, "out"), digits).endswith(f" {said}")
    outputs = OutputsSource(workspace, width=60)
    for neuron in range(len(NASTY)):
        assert outputs.pinned_cell(neuron, 0).text == pane.pinned_cell(neuron, 2).text
        # What a layer reads is written as the layer before shows it.
        read = LayerSource(workspace, 0, room=200).pinned_cell(neuron, 2).text.removesuffix(" off")
        product = explain_neuron(session, 1, neuron).product(neuron, digits)
        assert product == "1·" + (f"({read})" if read[0] in "-<>" else read)
        scene = scene_of(session, layer_index=1, neuron=neuron, digits=digits)
        assert terms_of(scene, 20)[neuron].formula == product


def test_a_number_next_to_its_limit_is_neither_equal_nor_nearly() -> None:
    session = nasty("sigmoid")
    explanation = explain_neuron(session, 0, NASTY.index(16.566))
    assert explanation.squash() == "sigmoid(16.566) < 1"
    assert true_text(NeuronNumber(explanation, "out")) == "a < 1"
    text = "\n".join(line.text for line in explain_forward(session).lines())
    assert not re.search(r"[≈=] [<>]", text)
    assert "<1" not in latex(session)


async def test_an_output_has_the_name_of_its_neuron_and_of_its_class() -> None:
    async with playing(nasty("sigmoid"), size=(80, 24)) as player:
        await player.press("tab", "tab")
        assert "▸o1" in player.pane("#layers")
        assert re.search(r"│o1 0 +0\.\d+", player.pane("#outputs"))
