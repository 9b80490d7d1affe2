"""The Which number matters view: parameters and inputs by how strongly they move an output."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual.strip import Strip

from engine.analysis.changes.causes import shortened
from engine.nn.parameters import Parameter
from engine.session.names import parameter_name, parameter_value
from engine.text import format_given, format_number
from tui.drawing.cells import (
    Looks,
    Part,
    aligned_at_the_point,
    cut,
    filled,
    fitted,
    is_too_small,
    lines_of_text,
    looks,
    safe,
    strip_of,
)
from tui.views.gestures import Arrow, ChooseNeuron, RankNeurons
from tui.views.gradients.neuron_ranking import (
    draw_neurons,
    move_in_neurons,
    neuron_clicked,
    neurons_title,
    wrapped_with_hint,
)
from tui.views.gradients.ranking import (
    MAX_RANKED,
    Ranked,
    SubjectGradients,
    describe_check,
    subject_gradients,
)
from tui.views.scene import Scene
from tui.views.sum import BarRoom, signed

_MIN_WITH_CHECK = 6
_MIN_WITH_HEADING = 8
_MAX_SUBJECT_WIDTH = 12
_MIN_WIDTH_OF_BARS = 6
_MAX_WIDTH_OF_BARS = 60
_NAME_KEPT = 12
_ARROWS = {"up": -1, "down": 1}
_SELECTED, _LEFT_OUT = "▶", "⋮"
_NO_LENGTH = 1e-300


def gradients_title(scene: Scene) -> str:
    """Return the question, naming the loss or the output."""
    if scene.view.neurons_ranked:
        return neurons_title(scene)
    subject = subject_gradients(scene).subject
    name = "the loss" if subject.is_loss else cut(safe(subject.name), _MAX_SUBJECT_WIDTH)
    return f"Which number matters for {name}?"


def draw_gradients(scene: Scene, width: int, height: int) -> list[Strip]:
    """Return the numbers ranked by their derivatives, and the check of the selected one.

    While neurons are ranked instead, the network without each of them.
    """
    if scene.view.neurons_ranked:
        return draw_neurons(scene, width, height)
    style = looks(scene.palette)
    gradients = subject_gradients(scene)
    if is_too_small(width, height):
        return lines_of_text(_in_one_line(scene, gradients), width, height, scene.palette)
    check = _check_lines(scene, gradients, width, height)
    listed = gradients.in_sight(scene.parameter, _rows(height, len(check)))
    drawn = _table(scene, gradients, listed, width, with_heading=height >= _MIN_WITH_HEADING)
    if len(drawn) + len(check) < height:
        drawn.append([])
    drawn += [[(line, style.muted)] for line in check]
    strips = [strip_of(parts, width, style.plain) for parts in drawn]
    return filled(strips, width, height, style.plain)


def move_in_gradients(scene: Scene, arrow: Arrow) -> Parameter | ChooseNeuron | RankNeurons | None:
    """Return the next number in the ranking: up to a stronger one, down to a weaker one.

    → ranks neurons, ← numbers again.
    """
    if scene.view.neurons_ranked:
        return move_in_neurons(scene, arrow)
    if arrow == "right":
        return RankNeurons(shown=True)
    if arrow not in _ARROWS:
        return None
    ranking = subject_gradients(scene).ranking
    if scene.parameter not in ranking:
        return ranking[-1] if arrow == "up" else None
    place = ranking.index(scene.parameter) + _ARROWS[arrow]
    return ranking[place] if 0 <= place < len(ranking) else None


def gradient_clicked(
    scene: Scene, width: int, height: int, column: int, row: int
) -> Parameter | ChooseNeuron | None:
    """Return the number or the neuron in the row, or None if there is none."""
    if is_too_small(width, height):
        return None
    if scene.view.neurons_ranked:
        return neuron_clicked(scene, width, height, row)
    gradients = subject_gradients(scene)
    check = _check_lines(scene, gradients, width, height)
    listed = gradients.in_sight(scene.parameter, _rows(height, len(check)))
    place = row - (height >= _MIN_WITH_HEADING)
    return listed[place].parameter if 0 <= place < len(listed) else None


def _check_lines(scene: Scene, gradients: SubjectGradients, width: int, height: int) -> list[str]:
    """The check in at most a third of the lines; nothing if the list needs them all."""
    if height < _MIN_WITH_CHECK:
        return []
    check = describe_check(gradients, scene.parameter, scene.view.digits)
    hint = ". → ranks neurons." if len(scene.session.network.layers) > 1 else ""
    return wrapped_with_hint(check, hint, width, height // 3)


def _rows(height: int, n_lines_of_check: int) -> int:
    """How many numbers are listed."""
    return height - n_lines_of_check - (height >= _MIN_WITH_HEADING)


@dataclass(frozen=True, slots=True)
class _Widths:
    """The widths of the columns, each with a space after it; 0 for a column left out."""

    rank: int
    name: int
    value: int
    derivative: int
    bars: int

    @classmethod
    def of(cls, rank: int, name: int, value: int, derivative: int, width: int) -> _Widths:
        """Return the widths of columns as wide as their texts, without those that do not fit.

        The rank is left out first, then the value, then the bars; at last the name is cut.
        """
        name = min(name, max(_NAME_KEPT, width * 2 // 5))
        for bars, kept_rank, kept_value in (
            (_MIN_WIDTH_OF_BARS, rank + 1, value + 1),
            (_MIN_WIDTH_OF_BARS, 0, value + 1),
            (_MIN_WIDTH_OF_BARS, 0, 0),
            (0, 0, 0),
        ):
            left = width - len(_SELECTED) - kept_rank - (name + 1) - kept_value - (derivative + 1)
            if left >= bars:
                shown = min(left, _MAX_WIDTH_OF_BARS) if bars else 0
                return cls(kept_rank, name + 1, kept_value, derivative + 1, shown)
        name = max(1, width - len(_SELECTED) - derivative - 1)
        return cls(0, name, 0, max(0, width - len(_SELECTED) - name), 0)


def _table(
    scene: Scene,
    gradients: SubjectGradients,
    listed: Sequence[Ranked],
    width: int,
    *,
    with_heading: bool,
) -> list[list[Part]]:
    """A row per number: rank, name, value, derivative, and a bar on the side of its sign.

    The bars are scaled to the strongest derivative shown, which is in the first row.
    """
    style = looks(scene.palette)
    ranks = [f"{ranked.rank:,}" for ranked in listed]
    names = [safe(parameter_name(scene.session, ranked.parameter)) for ranked in listed]
    values = aligned_at_the_point([_value(scene, ranked.parameter) for ranked in listed])
    derivative_texts = aligned_at_the_point(
        [signed(ranked.derivative, scene.view.digits) for ranked in listed]
    )
    sizes = [max(map(cell_len, texts)) for texts in (ranks, names, values, derivative_texts)]
    widths = _Widths.of(
        sizes[0], sizes[1], max(sizes[2], len("value")), max(sizes[3], len("slope")), width
    )
    bars = BarRoom.for_values(
        [_length(ranked.derivative) for ranked in listed], 0.0, max(widths.bars, 2), 0
    )
    rows = []
    if with_heading:
        name, note = _headings(gradients, widths)
        heading = _cells(" ", "", name, "value", "slope", widths)
        rows.append([(heading + note, style.muted)])
    for place, ranked in enumerate(listed):
        is_selected = ranked.parameter == scene.parameter
        follows = place == 0 or ranked.rank == listed[place - 1].rank + 1
        text = _cells(
            _SELECTED if is_selected else " " if follows else _LEFT_OUT,
            ranks[place],
            names[place],
            values[place],
            derivative_texts[place],
            widths,
        )
        row = [(text, style.accent if is_selected else style.plain)]
        if widths.bars:
            row += _bar(bars, ranked.derivative, style)
        rows.append(row)
    return rows


def _cells(marker: str, rank: str, name: str, value: str, derivative: str, widths: _Widths) -> str:
    if cell_len(name) >= widths.name:
        # The end of a name says which neuron it is.
        name = shortened(name, widths.name - 1, (widths.name - 1) // 2)
    text = marker
    for column, size, right in (
        (rank, widths.rank, True),
        (name, widths.name, False),
        (value, widths.value, True),
        (derivative, widths.derivative, True),
    ):
        if size:
            text += fitted(column, size - 1, right) + " "
    return text


def _bar(bars: BarRoom, derivative: float, style: Looks) -> list[Part]:
    left, right = bars.bar(_length(derivative))
    if derivative < 0:
        return [(left, style.negative), (right, style.muted)]
    return [(left, style.muted), (right, style.positive)]


def _length(derivative: float) -> float:
    """The derivative; 0 if it is not finite or too small to divide by."""
    return derivative if abs(derivative) > _NO_LENGTH else 0.0


def _value(scene: Scene, parameter: Parameter) -> str:
    return format_given(parameter_value(scene.session, parameter, scene.sample), scene.view.digits)


def _headings(gradients: SubjectGradients, widths: _Widths) -> tuple[str, str]:
    """The headings of the names and of the bars, with a count if not all numbers are ranked."""
    if gradients.n_numbers <= MAX_RANKED:
        return "number", ""
    note = f"the {MAX_RANKED} strongest of {gradients.n_numbers:,}"
    if len(note) <= widths.bars:
        return "number", note
    short = f"{MAX_RANKED} of {gradients.n_numbers:,}"
    if len(short) <= widths.bars:
        return "number", short
    return (short if len(short) < widths.name else "number"), ""


def _in_one_line(scene: Scene, gradients: SubjectGradients) -> str:
    strongest = gradients.ranking[0]
    name = safe(parameter_name(scene.session, strongest))
    return f"{name} most: slope {format_number(gradients.of(strongest), scene.view.digits)}"
