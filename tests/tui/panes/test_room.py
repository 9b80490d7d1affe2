"""Where there is room, inputs and outputs use it: whole names, all digits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine import Session, new_network
from tui.panes.inputs import InputsSource, inputs_span
from tui.panes.outputs import OutputsSource, outputs_span
from tui.state.view_settings import DIGITS, ViewSettings
from tui.state.workspace import Workspace

NUMBER = -0.7787123456789012
BORDERS = 2


def opened(session: Session, digits: int = 4) -> Workspace:
    return Workspace.open(session, None, replace(ViewSettings(), digits=digits))


def test_all_digits_of_an_input_are_shown_in_a_wide_terminal() -> None:
    session = Session(new_network((2, 1), "tanh", seed=1), np.array([[NUMBER, 1.0]]))
    workspace = opened(session, max(DIGITS))
    for screen_width, is_whole in ((200, True), (120, False)):
        width = inputs_span(workspace, screen_width).natural - BORDERS
        source = InputsSource(workspace, 20, width)
        # A column ends with a blank.
        room = source.pinned[0].width - 1
        assert (len(source.pinned_cell(0, 0).text) <= room) == is_whole
        assert source.row_heading_width + source.pinned[0].width <= width


def test_the_names_of_classes_are_whole_beside_the_outputs_or_before_the_bars() -> None:
    network = new_network((2, 3), "softmax", seed=1)
    classes = ("setosa", "versicolor", "virginica")
    workspace = opened(Session(network, classes=classes, task="multiclass"))
    for screen_width, name, below in ((200, "o2 versicolor", "█"), (120, "o2", "versicolor █")):
        width = outputs_span(workspace, screen_width).natural - BORDERS
        source = OutputsSource(workspace, width)
        assert source.row_heading(1).text == name
        assert source.second_line(1, width).text.startswith(below)
        assert len(name) < source.row_heading_width


def test_where_inputs_scroll_the_part_of_the_sample_is_whole() -> None:
    inputs = np.zeros((4, 9))
    workspace = opened(Session(new_network((9, 1), "tanh", seed=1), inputs, n_test=2))
    notes = InputsSource(workspace, 6, 10).notes(10, 3)
    assert "training" in [note.text for note in notes]
    assert "training · < >" in [note.text for note in InputsSource(workspace, 6, 14).notes(14, 3)]
