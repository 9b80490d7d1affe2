"""Softmax in the Curve view: bars of the shares."""

from __future__ import annotations

import numpy as np
import pytest

from tests.tui.views.scenes import random_session, scene_of, texts
from tui.views.curve.view import curve_title, draw_curve


def test_softmax_is_bars_that_add_up_to_one() -> None:
    scene = scene_of(random_session((4, 3), ("softmax",)), neuron=1)
    assert curve_title(scene) == "o2: softmax, shares adding up to 1"
    lines = [text for text in texts(draw_curve(scene, 60, 5)) if text.strip()]
    assert [line.split()[0] for line in lines] == ["o1", "▶o2", "o3"]
    shares = [float(line.split()[-1]) for line in lines]
    assert sum(shares) == pytest.approx(1, abs=2e-4)
    assert shares == pytest.approx(scene.trace.outputs[0].tolist(), abs=1e-4)
    eighths = [
        sum(" ▏▎▍▌▋▊▉█".index(cell) for cell in line if cell in "▏▎▍▌▋▊▉█") for line in lines
    ]
    assert [each / sum(eighths) for each in eighths] == pytest.approx(shares, abs=0.02)


def test_log_softmax_has_bars_of_the_shares() -> None:
    session = random_session((4, 3), ("log_softmax",))
    lines = [text for text in texts(draw_curve(scene_of(session), 60, 5)) if text.strip()]
    bars = np.array([line.count("█") for line in lines])
    assert bars / bars.sum() == pytest.approx(np.exp(session.trace.outputs[0]), abs=0.05)


def test_more_neurons_than_rows_scroll_around_the_selected_one() -> None:
    session = random_session((4, 40), ("softmax",))
    lines = texts(draw_curve(scene_of(session, neuron=20), 40, 9))
    assert [line.split()[0] for line in lines][4] == "▶o21"
    assert len(lines) == 9
    assert texts(draw_curve(scene_of(session, neuron=39), 40, 9))[-1].startswith("▶o40")


def test_a_class_is_named_beside_its_output() -> None:
    session = random_session((4, 2), ("softmax",), classes=("ham", "spam"))
    assert "o2 spam" in "\n".join(texts(draw_curve(scene_of(session), 60, 5)))
