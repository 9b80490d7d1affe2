"""The numbers of one layer as its grid shows them, with as many decimals as fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import methodcaller
from typing import ClassVar, NamedTuple

import numpy as np
from rich.cells import cell_len

from engine import Bias, Weight
from engine.lessons.references import NeuronReference, Reference
from engine.nn.layer import Layer
from engine.nn.parameters import has_output_layer, neuron_name
from engine.session.names import input_name
from engine.text import format_given, format_number, format_within
from tui.panes.annotations import Annotation, layer_annotations
from tui.state.pointing import HIDDEN, hidden_in, pointed_at
from tui.state.workspace import Workspace
from tui.theme import TextStyle
from tui.widgets.grid_source import GridText, PinnedColumn

_MIN_DIGITS, _USUAL_DIGITS = 2, 4
_TIGHT_WIDTH, _NEXT_TO_NOTHING = 5, 0.005

FROZEN_MARK = "*"
"""Marks a number that training leaves unchanged."""

_MIN_NUMBER_WIDTH = 6
_MAX_NUMBER_WIDTH = 9
_MIN_COMPUTED_WIDTH, _AIRY_COMPUTED, _AIRY_ROOM = 6, 9, 60
_SEPARATOR = 2
_MAX_COMPUTED_WIDTH, _ROOM_FOR_WIDE = 12, 48
_WITHOUT_SIGN = methodcaller("lstrip", "-")
_MAX_TEXTS_KEPT, _MAX_ROWS_MEASURED = 100, 32


class Form(NamedTuple):
    """The maximum of decimals of weights and biases, and of sums and activations.

    is_short: typed numbers are rounded too, and tiny ones become "≈0". is_tight: so do sums and
    activations, and an out just below its limit becomes "<1".
    """

    given_digits: int
    computed_digits: int
    is_short: bool = False
    is_tight: bool = False

    def given(self, number: float) -> str:
        """Return the text of a weight or a bias."""
        if self.is_short:
            return _tight(number, format_number(number, self.given_digits))
        return format_given(number, self.given_digits)

    def sum(self, number: float) -> str:
        """Return the text of a sum z."""
        text = format_number(number, self.computed_digits)
        return _tight(number, text) if self.is_tight else text

    def out(self, number: float, limits: tuple[float, float]) -> str:
        """Return the text of an out of an activation with these limits."""
        text = format_within(number, limits, self.computed_digits)
        if self.is_tight and len(text) > _TIGHT_WIDTH:
            for limit, sign in zip(limits, "><", strict=True):
                if limit and float(f"{number:.{self.computed_digits}f}") == limit:
                    return sign + format_number(limit)
        return _tight(number, text) if self.is_tight else text


def _tight(number: float, text: str) -> str:
    return "≈0" if len(text) > _TIGHT_WIDTH and abs(number) < _NEXT_TO_NOTHING else text


SHORTEST = Form(_MIN_DIGITS, _MIN_DIGITS, is_short=True)
TIGHTEST = SHORTEST._replace(is_tight=True)
"""The last resort, without which the activations themselves would not be visible."""


@lru_cache(maxsize=8)
def forms_for(digits: int, *, is_narrow: bool) -> tuple[Form, ...]:
    """Return the forms to try in turn until all columns fit.

    Weights that were not typed lose decimals first. In a narrow pane sums and activations follow,
    and then typed weights, unless more decimals than usual were asked for.
    """
    fewer = range(min(digits, _USUAL_DIGITS) - 1, _MIN_DIGITS - 1, -1)
    forms = [Form(digits, digits), *(Form(given, digits) for given in fewer)]
    if is_narrow and digits <= _USUAL_DIGITS:
        fewest = forms[-1].given_digits
        forms += [Form(fewest, computed) for computed in fewer]
        forms.append(SHORTEST)
    return tuple(forms)


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
            if self.row_heading_width + needed + _SEPARATOR <= self.room:
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
        return (
            PinnedColumn("bias", bias_width, self.n_columns),
            PinnedColumn("sum z", sum_width, None, separated=True),
            PinnedColumn("out a", out_width, None),
        )

    @cached_property
    def _full_tint(self) -> float:
        """The size of weight at which a cell has its full colour."""
        return self.layer.largest_weight or 1.0

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
        text = texts[row * self.n_columns + column] if texts else self._texts.form.given(weight)
        frozen = self.layer.frozen
        mark = FROZEN_MARK if frozen is not None and frozen.weights[row, column] else ""
        is_pointed_at = Weight(self.layer_index, row, column) in self._pointed_at
        style: TextStyle = "pointed" if is_pointed_at else "weight"
        return GridText(text, style, weight / self._full_tint, mark)

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
        activations, limits = trace.activations[0, rows], activation.limits
        texts = [form.out(a, limits) for a in activations.tolist()]
        off = activation.is_off(trace.pre_activations[0, rows], activations).tolist()
        texts = [f"{text} off" if is_off else text for text, is_off in zip(texts, off, strict=True)]
        return self._without_hidden(texts, rows, "a")

    def _without_hidden(self, texts: list[str], rows: slice, part: str) -> list[str]:
        """The texts with a question mark for each number that a lesson asks for."""
        hidden = hidden_in(self.workspace)
        if not hidden:
            return texts
        places = zip(range(self.n_rows)[rows], texts, strict=True)
        return [HIDDEN if (self.layer_index, row, part) in hidden else text for row, text in places]

    @cached_property
    def _texts(self) -> _Texts:
        """All texts, made once, both for the widths of the columns and for the cells.

        A large layer has only the sums and activations of its first rows, whose widths are used for
        all rows.
        """
        forms = forms_for(self.workspace.view.digits, is_narrow=self.room < _AIRY_ROOM)
        if self.layer.weights.size > _MAX_TEXTS_KEPT:
            if SHORTEST not in forms:
                return self._texts_in(forms[0], [], [])
            largest = [self.layer.largest_weight], [float(np.abs(self.layer.bias).max())]
            return self._in_sight([SHORTEST, TIGHTEST], *largest)._replace(weights=[], biases=[])
        weights, biases = self.layer.weights.reshape(-1).tolist(), self.layer.bias.tolist()
        tighter = [TIGHTEST] if SHORTEST in forms else []
        return self._in_sight([*forms, *tighter], weights, biases)

    def _in_sight(self, forms: Sequence[Form], weights: list[float], biases: list[float]) -> _Texts:
        """The texts in the form that shows the most columns; the tightest if no other shows any."""
        best, most_columns = None, 0
        for form in forms:
            if form.is_tight and most_columns >= 1:
                break
            texts = self._texts_in(form, weights, biases)
            n_columns = self._columns_in(texts.widths)
            # If not all columns fit, shorter numbers show more of them.
            if best is None or n_columns > most_columns:
                best, most_columns = texts, n_columns
            if n_columns >= self.n_columns:
                break
        assert best is not None
        return best

    def _columns_in(self, widths: list[int]) -> int:
        """How many scrolling columns fit; less than 1 if the others are too wide."""
        weight_width, *pinned = widths
        return (self.room - self.row_heading_width - _SEPARATOR - sum(pinned)) // weight_width

    def _texts_in(self, form: Form, weights: list[float], biases: list[float]) -> _Texts:
        first = slice(_MAX_ROWS_MEASURED)
        given = [*map(form.given, weights)], [*map(form.given, biases)]
        computed = self._sums_of(first, form), self._activations_of(first, form)
        narrowest = _AIRY_COMPUTED if self.room >= _AIRY_ROOM else _MIN_COMPUTED_WIDTH
        widest = _MAX_COMPUTED_WIDTH if self.room >= _ROOM_FOR_WIDE else _MAX_NUMBER_WIDTH
        widest += max(0, self.workspace.view.digits - 4)
        widths = [
            *(_width_for(texts, _MIN_NUMBER_WIDTH, _MAX_NUMBER_WIDTH) for texts in given),
            *(_width_for(texts, narrowest, widest) for texts in computed),
        ]
        if form.is_short:
            # The last column needs no blank after it.
            widths[-1] = max(_MIN_COMPUTED_WIDTH, widths[-1] - 1)
        return _Texts(form, *given, *computed, widths)


class _Texts(NamedTuple):
    """The texts of a layer in one form: its weights row by row, its biases, sums and activations.

    weights, biases: empty for a large layer. widths: the column widths of all four.
    """

    form: Form
    weights: list[str]
    biases: list[str]
    sums: list[str]
    activations: list[str]
    widths: list[int]


def _width_for(texts: list[str], narrowest: int, widest: int) -> int:
    """The width of a column for `texts`, a sign and a blank; the widest if there are no texts."""
    longest = max(map(len, map(_WITHOUT_SIGN, texts)), default=widest)
    return max(narrowest, min(widest, longest + 2))
