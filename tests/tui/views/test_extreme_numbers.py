"""Tips, drawings and explanations of any finite numbers, however large."""

from __future__ import annotations

from typing import get_args

import numpy as np
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from engine import Layer, Network, Session, explain_neuron
from tests.engine.strategies import any_number, sessions
from tests.tui.screen_text import is_harmless
from tests.tui.views.scenes import PALETTE
from tui.state.navigation import Direction, move
from tui.state.selection import Selection, first_selection
from tui.state.view_settings import DIGITS, ViewSettings
from tui.state.workspace import Workspace
from tui.tips import tips
from tui.views.registry import VIEWS
from tui.views.scene import Scene

SIZES = st.tuples(st.integers(1, 90), st.integers(1, 30))
HUGE = Session(
    Network(
        [
            Layer([[1e308, 1e308], [1e308, -1e308]], [0, 0], "relu"),
            Layer([[1, 2]], [0], "sigmoid"),
        ]
    ),
    np.array([[1e300, -1e300]]),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    session=sessions(any_number),
    walk=st.lists(st.sampled_from(get_args(Direction)), max_size=8),
    size=SIZES,
    digits=st.sampled_from(DIGITS),
    step=st.floats(1e-300, 1e300),
)
@example(session=HUGE, walk=[], size=(60, 12), digits=4, step=0.1)
@example(session=HUGE, walk=["right"], size=(60, 12), digits=17, step=1e300)
def test_whatever_the_numbers_something_is_drawn_and_written(
    session: Session, walk: list[Direction], size: tuple[int, int], digits: int, step: float
) -> None:
    selection = first_selection(session)
    for direction in walk:
        selection = move(session, selection, direction)
    width, height = size
    scene = scene_of(session, selection, digits, step)
    for view in VIEWS:
        assert is_harmless(view.title(scene))
        strips = view.draw(scene, width, height)
        assert [strip.cell_length for strip in strips] == [width] * height
        assert is_harmless("".join(strip.text for strip in strips))
    for tip in tips(
        session,
        scene.trace,
        selection.sample,
        selection.parameter,
        selection.layer_index,
        selection.neuron,
        selection.output,
        step,
        selection.target,
    ):
        assert tip.text
        assert is_harmless(tip.text)
    explained = explain_neuron(session, selection.layer_index, selection.neuron)
    assert explained.line(digits, width).startswith(explained.name)


def scene_of(session: Session, selection: Selection, digits: int, step: float) -> Scene:
    view = ViewSettings(digits=digits, step=step)
    return Scene(Workspace(session, session, session, selection, view=view), PALETTE)
