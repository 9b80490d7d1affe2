"""The pane of inputs: one sample as a list of its features."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar

import numpy as np
from rich.cells import cell_len

from engine import Input, Session
from engine.nn.targets import UNSET_SIGN, class_targets, target_text
from engine.session.columns import plain_names
from engine.session.names import feature_name, output_label
from engine.session.prediction import answer
from tui.panes.annotations import Annotation, input_annotations
from tui.panes.base import NumberPane, fitting_border, part_shown
from tui.panes.decimals import given_in
from tui.panes.help_texts import INPUTS_HELP
from tui.panes.layout import Span
from tui.state.pointing import pointed_at
from tui.state.selection import Cell, Selection
from tui.state.workspace import Workspace
from tui.theme import TextStyle
from tui.widgets.grid_lines import GridWindow
from tui.widgets.grid_source import GridText, PinnedColumn, lines_per_row, most_important
from tui.widgets.number_grid import natural_width

_VALUE_WIDTH, _MIN_VALUE_WIDTH = 8, 7
_MIN_WIDTH, _MAX_WIDTH, _MAX_WIDTH_WITH_ROOM = 13, 24, 40
_MAX_NARROW_VALUE_WIDTH = 12
"""Of longer values the pane shows the beginning, unless the terminal is wide."""
_WIDE = 160
_BORDERS = 2
_MAX_ROWS_WITH_NAMES_BELOW = 12
_MAX_NAME_LENGTH = 16
_MAX_TARGETS_KEPT = 2


@dataclass(frozen=True, eq=False)
class InputsSource:
    """The selected sample of a workspace, one feature per row; its own name is below x1, x2 …

    height, width: the available lines and cells.
    """

    workspace: Workspace
    height: int
    width: int

    n_columns: ClassVar[int] = 0
    column_width: ClassVar[int] = 1
    has_header: ClassVar[bool] = False

    @property
    def n_rows(self) -> int:
        return self.workspace.session.network.n_features

    @cached_property
    def has_second_line(self) -> bool:
        session = self.workspace.session
        if session.features is None or self.n_rows > _MAX_ROWS_WITH_NAMES_BELOW:
            return False
        # If the given features are x1, x2 … the derived ones have formulas for names: x1², sin x2.
        n_base = session.n_base_features
        return session.features[:n_base] != plain_names(n_base)

    @cached_property
    def annotations(self) -> tuple[Annotation, ...]:
        return input_annotations(self.workspace)

    @cached_property
    def pinned(self) -> tuple[PinnedColumn, ...]:
        below = (one.pinned_width(self.n_rows, 0) + 1 for one in self.annotations)
        room = max(_MIN_VALUE_WIDTH, self.width - self.row_heading_width)
        usual = _VALUE_WIDTH + max(0, self.workspace.view.digits - 4)
        return (PinnedColumn("", max(min(usual, room), *below, 0), 0),)

    @cached_property
    def row_heading_width(self) -> int:
        if self.has_second_line or self.workspace.session.features is None:
            return len(f"x{self.n_rows}") + 1
        names = self.workspace.session.features[:100]
        return min(_MAX_NAME_LENGTH, max(cell_len(name) for name in names)) + 1

    def row_heading(self, row: int) -> GridText:
        if self.has_second_line:
            return GridText(f"x{row + 1}", "heading")
        return GridText(feature_name(self.workspace.session, row), "heading")

    def column_heading(self, column: int) -> str:
        return ""

    def cell(self, row: int, column: int) -> GridText:
        return self.pinned_cell(row, 0)

    def pinned_cell(self, row: int, index: int) -> GridText:
        workspace = self.workspace
        value = workspace.session.inputs[workspace.selection.sample, row]
        style: TextStyle = "pointed" if Input(row) in pointed_at(workspace) else "plain"
        cells = self.pinned[0].width - 1
        return GridText(given_in(cells, float(value), workspace.view.digits), style)

    def second_line(self, row: int, width: int) -> GridText:
        return GridText(feature_name(self.workspace.session, row), "muted")

    @property
    def kept_notes(self) -> int:
        session = self.workspace.session
        if session.n_samples == 1 and session.targets is None:
            return 0
        return self._least_notes + (session.n_test > 0 and self._scrolls)

    @property
    def _least_notes(self) -> int:
        return 1 + min(_MAX_TARGETS_KEPT, len(self._target_lines))

    @cached_property
    def _scrolls(self) -> bool:
        return self.n_rows * lines_per_row(self) + self._least_notes > self.height

    @property
    def narrowest_note(self) -> int:
        n_samples = self.workspace.session.n_samples
        return len(f"sample {n_samples}/{n_samples}") if n_samples > 1 else 0

    def notes(self, width: int, room: int) -> list[GridText]:
        session, sample = self.workspace.session, self.workspace.selection.sample
        lines = [(3, GridText(""))]
        if session.n_samples == 1:
            lines.append((0, GridText("1 sample", "muted")))
        else:
            count = f"{sample + 1}/{session.n_samples}"
            named = f"sample {count}"
            lines.append((0, GridText(named if len(named) <= width else count, "muted")))
            part = part_of(session, sample) if self._scrolls else ""
            others = f"{part} · < >" if part else "< > others"
            lines.append((1, GridText(others if len(others) <= width else part, "muted")))
        if session.targets is not None:
            lines += [
                (0, GridText(_target_in(width, text), "muted")) for text in self._target_lines
            ]
        return most_important(lines, room)

    @cached_property
    def _target_lines(self) -> list[str]:
        session, sample = self.workspace.session, self.workspace.selection.sample
        return [] if session.targets is None else _targets(session, sample)


class InputsPane(NumberPane):
    """The features of the selected sample; the cursor opens on the first."""

    HELP_TEXT = INPUTS_HELP

    def source(self, workspace: Workspace) -> InputsSource:
        return InputsSource(workspace, self.room.height, self.room.width)

    def titles(self, workspace: Workspace, window: GridWindow) -> tuple[str, str]:
        below = part_shown(window.rows, workspace.session.network.n_features)
        brief = below.replace(" of ", "/")
        if not below:
            below = part_of(workspace.session, workspace.selection.sample)
            brief = below[: len("train")]
        return "Inputs", fitting_border(self.room.width, [below], [brief])

    def place_of(self, selection: Selection) -> tuple[int, int] | None:
        cell = selection.cell
        return (cell.feature, 0) if isinstance(cell, Input) else None

    def cell_of(self, row: int, column: int) -> Cell:
        return Input(row)


def inputs_span(workspace: Workspace, screen_width: int) -> Span:
    """Return the least and the natural width of the pane."""
    source, most = InputsSource(workspace, screen_width, screen_width), _MAX_WIDTH_WITH_ROOM
    if screen_width < _WIDE:
        width = source.row_heading_width + _MAX_NARROW_VALUE_WIDTH
        source, most = replace(source, width=width), _MAX_WIDTH
    natural = natural_width(source, screen_width) + _BORDERS
    least = source.row_heading_width + _MIN_VALUE_WIDTH + _BORDERS
    natural = max(_MIN_WIDTH, least, min(natural, most))
    return Span(least, natural)


def part_of(session: Session, sample: int) -> str:
    """Return "training" or "test" for a sample; an empty text if no samples are set aside."""
    if not session.n_test:
        return ""
    return "test" if sample >= session.n_train else "training"


def _target_in(width: int, text: str) -> str:
    """The target of a sample, without the word for it if there is no room."""
    _, _, brief = text.partition(" ")
    return next((one for one in (text, f"→ {brief}") if cell_len(one) <= width), brief)


def _targets(session: Session, sample: int) -> list[str]:
    """The targets, a line for each output, or only the name of the class."""
    targets = session.targets_or_unset[sample]
    if np.isnan(targets).all():
        return [f"target {UNSET_SIGN}"]
    if session.task == "multiclass":
        whole = class_targets(targets[np.newaxis])[0]
        if whole.max() == 1 and np.count_nonzero(whole) == 1:
            return [f"target {answer(session, whole)}"]
    names = [""] * len(targets)
    if len(targets) > 1:
        names = [f" {output_label(session, output)}" for output in range(len(targets))]
    return [
        f"target{name} {target_text(target)}"
        for name, target in zip(names, targets.tolist(), strict=True)
    ]
