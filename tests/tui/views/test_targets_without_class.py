"""Targets that can be no class, on the screen: nothing is called right or wrong by them."""

from __future__ import annotations

import numpy as np

from engine import Layer, Network, Session, SetTarget
from tests.tui.player import playing
from tests.tui.views.scenes import places_of, scene_of, texts
from tui.views.confusion.view import confusion_clicked, confusion_title, draw_confusion
from tui.views.map.view import draw_map
from tui.views.samples import draw_samples, samples_title


def session(*targets: float) -> Session:
    network = Network([Layer([[9.0, 0.0]], [0.0], "sigmoid")])
    inputs = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0]])
    return Session(network, inputs, targets=np.array(targets)[:, np.newaxis])


ONES_AND_TWOS = session(1, 2, 2)
CLASSES = session(0, 1, 1)


def test_no_view_counts_what_can_be_no_class() -> None:
    scene = scene_of(ONES_AND_TWOS)
    assert samples_title(scene) == "3 samples, 3×2 → 3×1"
    rows = texts(draw_samples(scene, 60, 4))
    assert not any(sign in row for row in rows[2:] for sign in "✓✗")
    assert rows[2].split()[-1] == "2"
    assert not places_of(draw_map(scene, 60, 18), "●")
    assert confusion_title(scene).startswith("Off by ")
    text = " ".join(" ".join(texts(draw_confusion(scene, 60, 12))).split())
    assert text.startswith("The target of sample 2 is 2, no class: expected 0 or 1.")
    assert "% right" not in text
    assert confusion_clicked(scene, 60, 12, 1, 0) is None


def test_the_same_views_of_classes() -> None:
    scene = scene_of(CLASSES)
    assert samples_title(scene) == "2 of 3 right, a row a sample"
    assert confusion_title(scene) == "Right: 66.6 %"
    assert places_of(draw_map(scene, 60, 18), "●")


async def test_a_target_of_two_is_not_called_right() -> None:
    async with playing(CLASSES) as player:
        await player.press(">", ">")
        assert "✓ as the target" in player.pane("#outputs")
        await player.press("tab", "tab")
        assert player.app.main_screen is not None
        player.app.main_screen.edit(SetTarget(2, 0, 2))
        await player.settle()
        assert "target" in player.pane("#outputs")
        assert "✓" not in player.pane("#outputs")
        assert "off by 1.0001" in player.pane("#outputs")
