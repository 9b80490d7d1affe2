"""The numbers of one layer as its grid shows them, with as many decimals as fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
from rich.cells import cell_len

from engine import Bias, Weight
from engine.lessons.references import NeuronReference, Reference
from engine.nn.layer import Layer
from engine.nn.parameters import has_output_layer, neuron_name
from engine.session.names import input_name
from tui.panes.annotations import Annotation, layer_annotations
from tui.panes.decimals import AIRY_ROOM, SHORTEST, Form, Numbers, Texts, out_texts, texts_in
from tui.state.pointing import HIDDEN, hidden_in, pointed_at
from tui.state.workspace import Workspace
from tui.theme import TextStyle
from tui.widgets.grid_source import GridText, PinnedColumn

_MAX_TEXTS_KEPT, _MAX_ROWS_MEASURED = 100, 32
_WITH_UNIT = 6
"""The narrowest columns in which "sum z" and "out a" have room with their letters."""

FROZEN_MARK = "*"
"""Marks a number that training leaves unchanged."""


@dataclass(frozen=True, eq=False)
class LayerSource:
    """One layer of a workspace for the selected sample.

    room: the available width. Weights that were not typed lose decimals before a column is hidden.
    """

    workspace: Workspace
    layer_index: int
    room: int

    has_header: ClassVar[bool] = True
    has_second_line: ClassVar[bool] = False
    kept_notes: ClassVar[int] = 0
    narrowest_note: ClassVar[int] = 0

    @cached_property
    def _pointed_at(self) -> frozenset[Reference]:
        return pointed_at(self.workspace)

    @cached_property
    def layer(self) -> Layer:
        return self.workspace.session.network.layers[self.layer_index]

    @property
    def n_rows(self) -> int:
        return self.layer.n_neurons

    @property
    def n_columns(self) -> int:
        return self.layer.n_inputs

    @cached_property
    def row_heading_width(self) -> int:
        network = self.workspace.session.network
        return len(neuron_name(network, self.layer_index, self.n_rows - 1)) + 2

    @cached_property
    def annotations(self) -> tuple[Annotation, ...]:
        """The lines below each row, losing decimals before a column is hidden."""
        most = self.workspace.view.digits
        for digits in (most, *range(min(most, 4) - 1, 1, -1)):
            lines = layer_annotations(self.workspace, self.layer_index, digits)
            if not lines:
                break
            widths = self._widths_with(lines)
            needed = self.n_columns * widths[0] + sum(widths[1:])
            if self.row_heading_width + needed + self._texts.separator <= self.room:
                break
        return lines

    def _widths_with(self, annotations: Sequence[Annotation]) -> list[int]:
        """The widths of the scrolling columns, the bias, the sums and the activations."""
        widths = list(self._texts.widths)
        for one in annotations:
            below = [one.width(self.n_rows, self.n_columns)]
            below += [one.pinned_width(self.n_rows, index) for index in range(3)]
            widths = [max(width, other + 1) for width, other in zip(widths, below, strict=True)]
        return widths

    @cached_property
    def _widths(self) -> list[int]:
        return self._widths_with(self.annotations)

    @property
    def column_width(self) -> int:
        return self._widths[0]

    @cached_property
    def pinned(self) -> tuple[PinnedColumn, ...]:
        _, bias_width, sum_width, out_width = self._widths
        sum_heading = "sum z" if sum_width >= _WITH_UNIT else "sum"
        return (
            PinnedColumn("bias", bias_width, self.n_columns),
            PinnedColumn(sum_heading, sum_width, None, separator=self._texts.separator),
            PinnedColumn("out a" if out_width >= _WITH_UNIT else "out", out_width, None),
        )

    @cached_property
    def _full_tint(self) -> float:
        """The size of weight at which a cell has its full colour."""
        return self.layer.largest_weight or 1.0

    @property
    def activations(self) -> list[str]:
        """The texts of the activations, or of a large layer of the first ones."""
        return self._texts.activations

    def row_heading(self, row: int) -> GridText:
        name = neuron_name(self.workspace.session.network, self.layer_index, row)
        selection = self.workspace.selection
        is_current = (selection.layer_index, selection.neuron) == (self.layer_index, row)
        style: TextStyle = "strong" if is_current else "heading"
        if NeuronReference(self.layer_index, row) in self._pointed_at:
            style = "pointed"
        return GridText(f"{'▸' if is_current else ' '}{name}", style)

    def column_heading(self, column: int) -> str:
        name = input_name(self.workspace.session, self.layer_index, column)
        fits = self.layer_index > 0 or cell_len(name) + 1 < self.column_width
        return name if fits else f"x{column + 1}"

    def cell(self, row: int, column: int) -> GridText:
        weight = float(self.layer.weights[row, column])
        texts = self._texts.weights
        text = texts[row * self.n_columns + column] if texts else self._fitting(weight)
        frozen = self.layer.frozen
        mark = FROZEN_MARK if frozen is not None and frozen.weights[row, column] else ""
        is_pointed_at = Weight(self.layer_index, row, column) in self._pointed_at
        style: TextStyle = "pointed" if is_pointed_at else "weight"
        return GridText(text, style, weight / self._full_tint, mark)

    def _fitting(self, weight: float) -> str:
        """The text of a weight of a large layer, whose columns were not measured for each."""
        text = self._texts.form.given(weight)
        if len(text.lstrip("-")) + 2 <= self.column_width:
            return text
        return SHORTEST.given(weight)

    def pinned_cell(self, row: int, index: int) -> GridText:
        if index == 0:
            texts, bias = self._texts.biases, float(self.layer.bias[row])
            text = texts[row] if texts else self._texts.form.given(bias)
            frozen = self.layer.frozen
            is_frozen = frozen is not None and frozen.bias[row]
            is_pointed_at = Bias(self.layer_index, row) in self._pointed_at
            style: TextStyle = "pointed" if is_pointed_at else "plain"
            return GridText(text, style, mark=FROZEN_MARK if is_frozen else "")
        texts = self._texts.sums if index == 1 else self._texts.activations
        if row < len(texts):
            text = texts[row]
        else:
            texts_of = self._sums_of if index == 1 else self._activations_of
            text = texts_of(slice(row, row + 1), self._texts.form)[0]
        return GridText(text, "off" if text.endswith("off") else "plain")

    def second_line(self, row: int, width: int) -> GridText:
        return GridText("")

    def notes(self, width: int, room: int) -> list[GridText]:
        session = self.workspace.session
        if self.layer_index or has_output_layer(session.network):
            return []
        return [GridText("no output layer yet: N adds one", "muted")][:room]

    def _sums_of(self, rows: slice, form: Form) -> list[str]:
        trace = self.workspace.trace.layers[self.layer_index]
        texts = [form.sum(z) for z in trace.pre_activations[0, rows].tolist()]
        return self._without_hidden(texts, rows, "z")

    def _activations_of(self, rows: slice, form: Form) -> list[str]:
        trace = self.workspace.trace.layers[self.layer_index]
        activation = self.layer.activation
        activations = trace.activations[0, rows]
        off = activation.is_off(trace.pre_activations[0, rows], activations).tolist()
        texts = out_texts(form, activations.tolist(), activation.limits, off)
        return self._without_hidden(texts, rows, "a")

    def _without_hidden(self, texts: list[str], rows: slice, part: str) -> list[str]:
        """The texts with a question mark for each number that a lesson asks for."""
        hidden = hidden_in(self.workspace)
        if not hidden:
            return texts
        places = zip(range(self.n_rows)[rows], texts, strict=True)
        return [HIDDEN if (self.layer_index, row, part) in hidden else text for row, text in places]

    @cached_property
    def _texts(self) -> Texts:
        """All texts, made once, both for the widths of the columns and for the cells.

        A large layer has only the sums and activations of its first rows, whose widths are used for
        all; in a narrow pane the columns of its weights are as wide as the largest one with all its
        decimals.
        """
        layer, trace = self.layer, self.workspace.trace.layers[self.layer_index]
        is_large = layer.weights.size > _MAX_TEXTS_KEPT
        weights: tuple[float, ...]
        biases: tuple[float, ...]
        first = slice(_MAX_ROWS_MEASURED)
        z, a = trace.pre_activations[0, first], trace.activations[0, first]
        if is_large and self.room >= AIRY_ROOM:
            weights, biases = (), ()
        elif is_large:
            weights = (_as_long_as(layer.largest_weight),)
            biases = (_as_long_as(float(np.abs(layer.bias).max())),)
        else:
            weights, biases = tuple(layer.weights.reshape(-1).tolist()), tuple(layer.bias.tolist())
        heading = f"x{self.n_columns}"
        if self.layer_index:
            network = self.workspace.session.network
            heading = neuron_name(network, self.layer_index - 1, self.n_columns - 1)
        numbers = Numbers(
            weights,
            biases,
            tuple(z.tolist()),
            tuple(a.tolist()),
            layer.activation.limits,
            tuple(layer.activation.is_off(z, a).tolist()),
            self.row_heading_width,
            len(heading),
            self.n_columns,
        )
        texts = texts_in(numbers, self.workspace.view.digits, self.room)
        texts = texts._replace(
            sums=self._without_hidden(texts.sums, first, "z"),
            activations=self._without_hidden(texts.activations, first, "a"),
        )
        return texts._replace(weights=[], biases=[]) if is_large else texts


def _as_long_as(largest: float) -> float:
    """A negative number with as many digits before the point as the largest, and many after it."""
    return -(largest // 1 + 1 / 7)
