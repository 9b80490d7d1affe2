"""Annotations below a number: its difference from the remembered one, and its derivative."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from engine.nn.arrays import FloatArray
from engine.text import format_number
from tui.state.workspace import Workspace
from tui.widgets.grid_source import GridText

_MAX_MEASURED = 20
_MAX_DIGITS_OF_A_DERIVATIVE = 4

Column = Callable[[int], float]
"""From a row to the number below it."""


@dataclass(frozen=True, eq=False)
class Annotation:
    """A line of small numbers below each row of a grid.

    number: from a row and a scrolling column to the number below. pinned: from a row to the number
    below, for each pinned column, None if there is nothing. written: formats the number.
    """

    number: Callable[[int, int], float] | None
    pinned: tuple[Column | None, ...]
    written: Callable[[float], GridText]

    def cell(self, row: int, column: int) -> GridText:
        """Return the annotation below a cell of a scrolling column."""
        return GridText("") if self.number is None else self.written(self.number(row, column))

    def pinned_cell(self, row: int, index: int) -> GridText:
        """Return the annotation below a cell of a pinned column."""
        column = self.pinned[index]
        return GridText("") if column is None else self.written(column(row))

    def width(self, n_rows: int, n_columns: int) -> int:
        """Return the width of the texts below the scrolling columns, measured on the first ones."""
        return max(
            (
                len(self.cell(row, column).text)
                for row in range(min(n_rows, _MAX_MEASURED))
                for column in range(min(n_columns, _MAX_MEASURED))
            ),
            default=0,
        )

    def pinned_width(self, n_rows: int, index: int) -> int:
        """Return the width of the texts below a pinned column, measured on the first ones."""
        rows = range(min(n_rows, _MAX_MEASURED))
        return max((len(self.pinned_cell(row, index).text) for row in rows), default=0)


def layer_annotations(
    workspace: Workspace, layer_index: int, digits: int
) -> tuple[Annotation, ...]:
    """Return the lines below the neurons of a layer: of weights, bias, sum z and out a."""
    lines = []
    ghost = workspace.ghost
    if ghost is not None:
        new, old = (one.network.layers[layer_index] for one in (workspace.session, ghost.session))
        after, before = (one.trace.layers[layer_index] for one in (workspace, ghost))
        lines.append(
            _differences(
                digits,
                lambda row, column: float(new.weights[row, column] - old.weights[row, column]),
                lambda row: float(new.bias[row] - old.bias[row]),
                partial(_difference, after.pre_activations[0], before.pre_activations[0]),
                partial(_difference, after.activations[0], before.activations[0]),
            )
        )
    gradients = workspace.gradients
    if gradients is not None:
        of_layer = gradients.layers[layer_index]
        row_of_sample = workspace.selection.sample if len(of_layer.activations) > 1 else 0
        lines.append(
            _derivative_texts(
                digits,
                lambda row, column: float(of_layer.weights[row, column]),
                of_layer.bias.__getitem__,
                of_layer.pre_activations[row_of_sample].__getitem__,
                of_layer.activations[row_of_sample].__getitem__,
            )
        )
    return tuple(lines)


def input_annotations(workspace: Workspace) -> tuple[Annotation, ...]:
    """Return the lines below the inputs of the selected sample."""
    lines = []
    if workspace.ghost is not None:
        before, after = workspace.ghost.trace.inputs[0], workspace.trace.inputs[0]
        lines.append(_differences(workspace.view.digits, None, partial(_difference, after, before)))
    gradients = workspace.gradients
    if gradients is not None:
        row_of_sample = workspace.selection.sample if len(gradients.inputs) > 1 else 0
        lines.append(
            _derivative_texts(
                workspace.view.digits, None, gradients.inputs[row_of_sample].__getitem__
            )
        )
    return tuple(lines)


def output_annotations(workspace: Workspace) -> tuple[Annotation, ...]:
    """Return the lines below the outputs; targets have none."""
    if workspace.ghost is None:
        return ()
    before, after = workspace.ghost.trace.outputs[0], workspace.trace.outputs[0]
    return (_differences(workspace.view.digits, None, partial(_difference, after, before), None),)


def _difference(after: FloatArray, before: FloatArray, row: int) -> float:
    return float(after[row] - before[row])


def _differences(
    digits: int,
    number: Callable[[int, int], float] | None,
    *pinned: Column | None,
) -> Annotation:
    """A line of differences; blank below a number that is the same."""

    def written(number: float) -> GridText:
        if number == 0:
            return GridText("")
        text = format_number(number, digits)
        return GridText(f"+{text}", "more") if number > 0 else GridText(text, "less")

    return Annotation(number, pinned, written)


def _derivative_texts(
    digits: int,
    number: Callable[[int, int], float] | None,
    *pinned: Column | None,
) -> Annotation:
    """A line of derivatives, each with "∂" before it."""

    def written(number: float) -> GridText:
        text = f"∂{format_number(float(number), min(digits, _MAX_DIGITS_OF_A_DERIVATIVE))}"
        return GridText(text, "more" if number > 0 else "less" if number < 0 else "muted")

    return Annotation(number, pinned, written)
