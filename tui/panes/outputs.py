"""The pane of outputs: value, bar, meaning, target and whether it matches."""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
from rich.cells import cell_len

from engine import Session
from engine.lessons.references import NeuronReference
from engine.nn.arrays import FloatArray
from engine.nn.parameters import neuron_name
from engine.nn.targets import UNSET, target_text
from engine.session.metrics import THRESHOLD, no_class
from engine.session.names import output_name
from engine.session.prediction import answer, is_right
from engine.text import format_given, format_within
from tui.panes.annotations import Annotation, output_annotations
from tui.panes.base import NumberPane, fitting_border, part_shown
from tui.panes.decimals import fitting
from tui.panes.help_texts import OUTPUTS_HELP
from tui.panes.layout import Span
from tui.state.pointing import HIDDEN, Hidden, hidden_in, pointed_at
from tui.state.selection import Cell, Selection, Target
from tui.state.view_settings import DIGITS
from tui.state.workspace import Workspace
from tui.theme import TextStyle
from tui.widgets.grid_lines import GridWindow, fitted
from tui.widgets.grid_source import GridText, PinnedColumn, most_important
from tui.widgets.number_grid import natural_width

_MAX_NAME_LENGTH = 16
_TARGET_WIDTH, _OUT_WIDTH = 7, 8
_MIN_WIDTH, _MAX_WIDTH, _MAX_WIDTH_WITH_BARS = 20, 36, 25
_WIDE = 160
"""Columns of a terminal, from which on names of classes need not stand before the bars."""
_BORDERS = 2
_MIN_BAR = 3
_MAX_WITH_BARS = 4
_MAX_NAMES_KEPT = 100
_EIGHTHS = " ▏▎▍▌▋▊▉█"


@dataclass(frozen=True, eq=False)
class OutputsSource:
    """The outputs of a workspace for the selected sample, one per row.

    width: the available cells. If names and numbers do not fit side by side, columns are narrower,
    and the names of classes stand before the bars.
    """

    workspace: Workspace
    width: int

    n_columns: ClassVar[int] = 0
    column_width: ClassVar[int] = 1
    has_header: ClassVar[bool] = True
    narrowest_note: ClassVar[int] = 0

    @cached_property
    def outputs(self) -> FloatArray:
        outputs: FloatArray = self.workspace.trace.outputs[0]
        return outputs

    @cached_property
    def targets(self) -> FloatArray:
        """The targets of the selected sample, (n_outputs,), NaN where one is not set."""
        targets = self.workspace.session.targets
        if targets is None:
            return np.full(self.workspace.session.network.n_outputs, UNSET)
        of_sample: FloatArray = targets[self.workspace.selection.sample]
        return of_sample

    @property
    def n_rows(self) -> int:
        return len(self.outputs)

    @cached_property
    def are_chances(self) -> bool:
        """Whether each output is the probability of its class."""
        activation = self.workspace.session.network.layers[-1].activation
        classes = self.workspace.session.task != "regression"
        return classes and activation.limits == (0.0, 1.0) and activation.name != "step"

    @property
    def has_second_line(self) -> bool:
        return self.are_chances and self.n_rows <= _MAX_WITH_BARS and not self._hidden

    @cached_property
    def annotations(self) -> tuple[Annotation, ...]:
        return output_annotations(self.workspace)

    @cached_property
    def pinned(self) -> tuple[PinnedColumn, ...]:
        less = int(self._is_narrow)
        return (
            PinnedColumn("out", self._out_width - less, None),
            PinnedColumn("target", _TARGET_WIDTH - less, 0),
        )

    @property
    def has_many_digits(self) -> bool:
        """Whether more decimals are shown than a usual column has room for."""
        return self.workspace.view.digits > DIGITS[0]

    @property
    def _out_width(self) -> int:
        return min(20, self.workspace.view.digits + 5) if self.has_many_digits else _OUT_WIDTH

    @cached_property
    def row_heading_width(self) -> int:
        if self._is_narrow:
            return max(self._least_heading, self.width - sum(one.width for one in self.pinned))
        return self._usual_heading

    @cached_property
    def _usual_heading(self) -> int:
        return min(_MAX_NAME_LENGTH, max(map(cell_len, self._first_names)) + 1)

    @cached_property
    def _least_heading(self) -> int:
        return len(self._own_name(self.n_rows - 1)) + 1

    @property
    def least_width(self) -> int:
        """The narrowest width in which a row can be read."""
        return self._least_heading + self._out_width + _TARGET_WIDTH - 2

    @cached_property
    def _is_narrow(self) -> bool:
        return self.width < self._usual_heading + self._out_width + _TARGET_WIDTH

    def _own_name(self, row: int) -> str:
        network = self.workspace.session.network
        return neuron_name(network, len(network.layers) - 1, row)

    @cached_property
    def _first_names(self) -> list[str]:
        session = self.workspace.session
        return [_heading(session, row) for row in range(min(self.n_rows, _MAX_NAMES_KEPT))]

    @cached_property
    def _chosen(self) -> int | None:
        """The output that is the current neuron."""
        selection = self.workspace.selection
        return selection.neuron if selection.layer_index == self._last else None

    @cached_property
    def _last(self) -> int:
        return len(self.workspace.session.network.layers) - 1

    @cached_property
    def _hidden(self) -> Hidden:
        return hidden_in(self.workspace)

    def row_heading(self, row: int) -> GridText:
        kept = row < _MAX_NAMES_KEPT
        name = self._first_names[row] if kept else _heading(self.workspace.session, row)
        if self._is_narrow and self.has_second_line:
            name = self._own_name(row)
        if NeuronReference(self._last, row) in pointed_at(self.workspace):
            return GridText(name, "pointed")
        return GridText(name, "strong" if row == self._chosen else "heading")

    def column_heading(self, column: int) -> str:
        return ""

    def cell(self, row: int, column: int) -> GridText:
        return self.pinned_cell(row, 1)

    def pinned_cell(self, row: int, index: int) -> GridText:
        digits = self.workspace.view.digits
        if index == 1:
            target = float(self.targets[row])
            style: TextStyle = "muted" if math.isnan(target) else "plain"
            return GridText(target_text(target, digits, 5), style)
        if (self._last, row, "a") in self._hidden:
            return GridText(HIDDEN)
        out = float(self.outputs[row])
        cells = self.pinned[0].width - 1
        return GridText(
            fitting(digits, cells, lambda decimals: format_within(out, self._limits, decimals))
        )

    @cached_property
    def _limits(self) -> tuple[float, float]:
        return self.workspace.session.network.layers[-1].activation.limits

    def second_line(self, row: int, width: int) -> GridText:
        chance = float(self.outputs[row])
        percent = f"{chance * 100:4.0f} %" if np.isfinite(chance) else "  ?  "
        names = self._names_before_bars
        if not names:
            return GridText(_bar(chance, max(1, width - len(percent) - 1)) + percent, "bar")
        room = width - len(percent)
        name_width = min(max(map(cell_len, names)), room)
        bar_width = room - name_width - 1
        if bar_width < _MIN_BAR:
            return GridText(fitted(names[row], room) + percent, "bar")
        return GridText(
            f"{fitted(names[row], name_width)} {_bar(chance, bar_width)}{percent}", "bar"
        )

    @cached_property
    def _names_before_bars(self) -> list[str]:
        """The names of classes that the headings of a narrow pane have no room for."""
        session = self.workspace.session
        if not self._is_narrow or not session.classes or self.n_rows == 1:
            return []
        return [output_name(session, row) for row in range(self.n_rows)]

    @property
    def kept_notes(self) -> int:
        return (self.workspace.session.task != "regression") + (self._match is not None)

    def notes(self, width: int, room: int) -> list[GridText]:
        if self._hidden:
            return []
        session = self.workspace.session
        lines: list[tuple[int, GridText]] = []
        if self.are_chances and session.task == "binary" and self.n_rows == 1:
            one = session.classes[-1] if session.classes else "1"
            lines += _wrapped(2, f"chance of {one}", "muted", width)
        lines.append((3, GridText("")))
        found = answer(session, self.outputs)
        if found is not None:
            lines.append((0, GridText(f"answer {found}")))
            why = "(the likeliest)"
            if session.task == "binary":
                one = session.classes[-1] if session.classes and self.n_rows == 1 else "1"
                why = f"({one} from {THRESHOLD} up)"
                if len(why) > width:
                    why = f"({one} if ≥ {THRESHOLD})"
            lines += _wrapped(1, why, "muted", width)
        if self._match is not None:
            lines.append((0, self._match))
        return most_important(lines, room)

    @cached_property
    def _match(self) -> GridText | None:
        """Whether the answer matches the target; None without a target."""
        task = self.workspace.session.task
        right = is_right(self.workspace.session, self.outputs, self.targets)
        if right is None:
            errors = np.abs(self.outputs - self.targets)[~np.isnan(self.targets)]
            is_number = task == "regression" or no_class(self.targets[np.newaxis], task)[0]
            if not is_number or not len(errors):
                return None
            off = format_given(float(errors.max()))
            return GridText("✓ on target", "good") if off == "0" else GridText(f"off by {off}")
        return GridText("✓ as the target", "good") if right else GridText("✗ not the target", "bad")


class OutputsPane(NumberPane):
    """The network's answer to the selected sample; the cursor edits the targets."""

    HELP_TEXT = OUTPUTS_HELP

    def source(self, workspace: Workspace) -> OutputsSource:
        return OutputsSource(workspace, self.room.width)

    def titles(self, workspace: Workspace, window: GridWindow) -> tuple[str, str]:
        n_outputs = workspace.session.network.n_outputs
        title = "Output" if n_outputs == 1 else "Outputs"
        below = part_shown(window.rows, n_outputs)
        return title, fitting_border(self.room.width, [below], [below.replace(" of ", "/")])

    def place_of(self, selection: Selection) -> tuple[int, int] | None:
        return None if selection.target is None else (selection.target, 0)

    def cell_of(self, row: int, column: int) -> Cell:
        return Target(row)


def outputs_span(workspace: Workspace, screen_width: int) -> Span:
    """Return the least and the natural width of the pane."""
    source = OutputsSource(workspace, screen_width)
    least = source.least_width + _BORDERS
    natural = natural_width(source, screen_width) + _BORDERS
    can_be_short = source.has_second_line and not source.has_many_digits
    most = _MAX_WIDTH_WITH_BARS if can_be_short and screen_width < _WIDE else _MAX_WIDTH
    return Span(least, max(_MIN_WIDTH, least, min(natural, most)))


def _heading(session: Session, output: int) -> str:
    """The name of the output neuron in its layer, and its class: "o7 6"."""
    name = output_name(session, output)
    own = neuron_name(session.network, len(session.network.layers) - 1, output)
    return own if name == own else f"{own} {name}"


def _wrapped(rank: int, words: str, style: TextStyle, width: int) -> list[tuple[int, GridText]]:
    """A note wrapped to as many lines as it takes, each with its rank."""
    if len(words) <= width:
        return [(rank, GridText(words, style))]
    return [(rank, GridText(line, style)) for line in textwrap.wrap(words, max(1, width))]


def _bar(share: float, width: int) -> str:
    """A bar of `width` characters, of which `share` is filled, in eighths of a character."""
    eighths = round(min(1.0, max(0.0, share)) * width * 8) if np.isfinite(share) else 0
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_EIGHTHS[rest] if rest else "")).ljust(width)
