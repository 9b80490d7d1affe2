"""The Confusion view: which classes are mistaken for which, or how far off the answers are."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.style import Style
from textual.strip import Strip

from tui.drawing.cells import (
    Part,
    cut,
    distinct_names,
    filled,
    fitted,
    is_too_small,
    lines_of_text,
    look,
    looks,
    strip_of,
    wrapped,
)
from tui.drawing.palette import Palette, blended
from tui.views.answers import has_answered
from tui.views.confusion.counts import (
    MEASURES,
    both_counted,
    class_names,
    has_classes,
    measures,
    measures_in_words,
    percent,
)
from tui.views.confusion.errors import error_lines, errors_in_short
from tui.views.confusion.layout import GAP, MEASURE_WIDTHS, Table, tables_of
from tui.views.gestures import ChooseSample
from tui.views.scene import Scene

_NO_TARGETS = (
    "There is nothing to compare the answers with: no targets are set. Type one beside an output, "
    "or choose data with C."
)
_LEGENDS = (
    "rows: target · columns: answer · [ ]: right",
    "rows target, columns answer, [ ] right",
    "row: target · column: answer",
)
_MEANINGS = (
    "precision: how many of the answers with this class are right · recall: how many of its "
    "samples are found · F1: both in one figure"
)
_SELECTED = "▶"
_STRONGEST = 0.5


def confusion_title(scene: Scene) -> str:
    """Return how many answers are right, or how far off they are."""
    session = scene.session
    if not has_answered(session):
        return "Right or wrong needs targets"
    if not has_classes(session):
        return errors_in_short(session, scene.view.digits)
    shares = [
        f"{'test ' * one.of_test}{percent(one.n_right, len(one.known.samples))}"
        for one in both_counted(session)
    ]
    return f"Right: {', '.join(shares)}"


def draw_confusion(scene: Scene, width: int, height: int) -> list[Strip]:
    """Return the tables of the training samples and of the test samples, as far as they fit."""
    session, style = scene.session, looks(scene.palette)
    if is_too_small(width, height):
        return lines_of_text(confusion_title(scene), width, height, scene.palette)
    if not has_answered(session):
        rows: list[list[Part]] = [[(line, style.plain)] for line in wrapped(_NO_TARGETS, width)]
    elif has_classes(session):
        rows = _tables(scene, width, height)
    else:
        rows = [
            [(line.text, style.strong if line.is_heading else style.plain)]
            for line in error_lines(session, scene.view.digits, width, height)
        ]
    strips = [strip_of(parts, width, style.plain) for parts in rows]
    return filled(strips, width, height, style.plain)


def confusion_clicked(
    scene: Scene, width: int, height: int, column: int, row: int
) -> ChooseSample | None:
    """Return the choice of the next sample in the cell, or of the sample that a line is about."""
    session = scene.session
    if not has_answered(session) or is_too_small(width, height):
        return None
    if not has_classes(session):
        lines = error_lines(session, scene.view.digits, width, height)
        sample = lines[row].sample if 0 <= row < len(lines) else None
        return None if sample is None else ChooseSample(sample)
    for table in tables_of(session, scene.sample, width, height):
        pair = table.class_pair_at(column, row)
        samples = [] if pair is None else table.counted.samples_in(*pair).tolist()
        if samples:
            return ChooseSample(next((one for one in samples if one > scene.sample), samples[0]))
    return None


def _tables(scene: Scene, width: int, height: int) -> list[list[Part]]:
    """The tables, and below them what they do not show."""
    session, style = scene.session, looks(scene.palette)
    tables, names = tables_of(session, scene.sample, width, height), class_names(session)
    first, *others = (_table(scene, table, names) for table in tables)
    rows = first
    if others and tables[1].top == 0:
        gap = (" " * GAP, style.plain)
        rows = [[*left, gap, *right] for left, right in zip(first, others[0], strict=True)]
    elif others:
        gaps: list[list[Part]] = [[]] * (tables[1].top - len(first))
        rows = [*first, *gaps, *others[0]]
    below = _not_shown(scene, tables, len(names), width)
    room = height - len(rows)
    if len(below) > room:
        below = ["; ".join(below)]
    if len(below) < room and not any(map(_has_measures, tables)):
        below += _measures_of_target(scene, tables, width)
    if len(below) < room:
        rows += [[]] * (len(below) + 2 <= room)
        below.append(next((text for text in _LEGENDS if len(text) <= width), _LEGENDS[-1]))
    meanings = wrapped(_MEANINGS, width)
    if len(rows) + len(below) + len(meanings) <= height:
        below += meanings
    return rows + [[(line, style.muted)] for line in below]


def _measures_of_target(scene: Scene, tables: list[Table], width: int) -> list[str]:
    """Precision, recall and F1 of the class that the selected sample should have."""
    for table in tables:
        target, _ = table.counted.pair_of(scene.sample) or (None, None)
        if target is not None:
            sentence = f"{_SELECTED} {measures_in_words(table.counted.metrics[target])}"
            # In a narrow pane the last of them is left out.
            return [
                sentence if cell_len(sentence) <= width else cut(sentence.rpartition(",")[0], width)
            ]
    return []


def _has_measures(table: Table) -> bool:
    """Whether the table has room for precision, recall and F1 beside the counts."""
    return table.width - table.heading - sum(table.cells) >= sum(MEASURE_WIDTHS)


def _not_shown(scene: Scene, tables: list[Table], n_classes: int, width: int) -> list[str]:
    """Lines on the classes out of sight and on the set whose table does not fit."""
    shown = {table.counted.of_test for table in tables}
    sets = both_counted(scene.session)
    lines = [one.title(width) for one in sets if one.of_test not in shown]
    rows, columns = tables[0].rows, tables[0].columns
    if min(len(rows), len(columns)) < n_classes:
        lines.insert(0, f"rows {rows[0] + 1}–{rows[-1] + 1} of {n_classes}, m makes it large")
    return lines


def _table(scene: Scene, table: Table, names: list[str]) -> list[list[Part]]:
    """Two headings, and a row for each visible class."""
    style, counts = looks(scene.palette), table.counted.counts
    asked, answered = table.counted.pair_of(scene.sample) or (None, None)
    rest = " " * (table.width - table.heading - sum(table.cells))
    heading: list[Part] = [(" " * table.heading, style.muted)]
    above = _cut_names(names, max(table.cells) - 1)
    for column, cell in zip(table.columns, table.cells, strict=True):
        name = fitted(above[column], cell - 1, right=True) + " "
        heading.append((name, style.accent if column == answered else style.muted))
    heading.append((rest, style.plain))
    metrics = table.counted.metrics if _has_measures(table) else None
    if metrics is not None:
        heading[-1] = (_measure_cells(MEASURES, len(rest)), style.muted)
    title = fitted(table.counted.title(table.width), table.width)
    rows: list[list[Part]] = [[(title, style.strong)], heading]
    beside = _cut_names(names, table.label)
    for row in table.rows:
        is_asked = row == asked
        name = (_SELECTED if is_asked else " ") + fitted(beside[row], table.label)
        parts: list[Part] = [(name, style.accent if is_asked else style.muted)]
        total = max(int(counts[row].sum()), 1)
        for column, cell in zip(table.columns, table.cells, strict=True):
            count, is_right = int(counts[row, column]), row == column
            is_sample = (row, column) == (asked, answered)
            cell_look = _cell_look(scene.palette, count / total, is_right, is_sample)
            parts.append((_cell(count, is_right, cell), cell_look))
        end = rest if metrics is None else _measure_cells(measures(metrics[row]), len(rest))
        rows.append([*parts, (end, style.plain)])
    return rows


def _measure_cells(texts: Sequence[str], width: int) -> str:
    cells = (
        fitted(text, size, right=True) for text, size in zip(texts, MEASURE_WIDTHS, strict=True)
    )
    return "".join(cells).ljust(width)


def _cut_names(names: list[str], width: int) -> tuple[str, ...]:
    return distinct_names(tuple(names), width) or tuple(cut(name, width) for name in names)


def _cell(count: int, is_right: bool, width: int) -> str:
    """A right-aligned count, in brackets if it counts right answers."""
    if is_right:
        return f"[{count}]".rjust(width)
    return f"{count or '·'} ".rjust(width)


def _cell_look(palette: Palette, share: float, is_right: bool, is_sample: bool) -> Style:
    """A shade by the count's share of its row; the cell of the selected sample is underlined."""
    pole = palette.positive if is_right else palette.negative
    background = blended(palette.background, pole, share * _STRONGEST)
    text = palette.foreground if share or is_right else palette.muted
    if not is_sample:
        return look(text, background, bold=is_right)
    return look(palette.accent, background, bold=True) + Style(underline=True)
