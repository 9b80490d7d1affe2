"""The backward mode of the Diagram: δ in the nodes, gradients as edges, those of the sample."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine import Bias, Weight, examples
from engine.session.session import Session
from tests.tui.views.scenes import changed, classifier, random_session, scene_of, texts
from tui.views.diagram.backward import backward_of, edge_values, stage_values
from tui.views.diagram.view import diagram_title, draw_diagram
from tui.views.scene import Scene


def backward(session: Session, **selected: Any) -> Scene:
    return changed(scene_of(session, **selected), gradients_shown=True)


def test_the_worked_example_backwards() -> None:
    """The figures are the published ones."""
    scene = backward(examples.load("two-by-two"), parameter=Weight(1, 0, 0))
    assert diagram_title(scene) == "o1: δ 0.1385, ∂ weight h1→o1: 0.0822"
    text = "\n".join(texts(draw_diagram(scene, 100, 20)))
    for number in ("0.1385", "-0.0381", "0.0088", "0.0822", "0.0827"):
        assert number in text
    assert "∂ of the loss above 0" in text
    assert "g: forward" in text
    biased = backward(examples.load("two-by-two"), parameter=Bias(1, 1), neuron=1)
    assert "bias -0.0381" in "\n".join(texts(draw_diagram(biased, 100, 20)))
    forward = changed(scene, gradients_shown=False)
    assert "g: backward" in "\n".join(texts(draw_diagram(forward, 120, 20)))


def test_of_several_samples_it_is_the_one_that_is_shown() -> None:
    session = random_session((3, 4, 2), ("tanh", "softmax"), n_samples=5)
    scene = backward(session, sample=3)
    found = backward_of(scene)
    assert found is not None
    outputs, targets = session.sample_trace(3).outputs[0], session.targets_or_unset[3]
    assert stage_values(scene, 2) == pytest.approx(outputs - targets, abs=1e-12)
    hidden = session.sample_trace(3).layers[0].activations[0]
    assert edge_values(scene, 1) == pytest.approx(np.outer(outputs - targets, hidden), abs=1e-12)
    assert "∂ of the loss of sample 4" in "\n".join(texts(draw_diagram(scene, 100, 20)))


def test_without_a_target_it_shows_an_output_or_stays_forward() -> None:
    scene = backward(classifier().evolve(targets=None))
    assert diagram_title(scene).startswith("o1: δ 0.0775, ")
    session = random_session((2, 2), ("sigmoid",), n_samples=2)
    half = session.evolve(targets=np.array([[1.0, 0], [np.nan, np.nan]]), task="binary")
    assert backward_of(backward(half, sample=0)) is not None
    assert backward_of(backward(half, sample=1)) is None
    for width, height in ((30, 6), (44, 9), (78, 20)):
        assert len(draw_diagram(backward(half, sample=1), width, height)) == height
        assert len(draw_diagram(backward(half), width, height)) == height
