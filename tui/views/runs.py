"""The Runs view: the training runs with their settings and results."""

from __future__ import annotations

from rich.style import Style
from textual.strip import Strip

from engine.text import format_number
from tui.drawing.cells import (
    Part,
    aligned_at_the_point,
    cut,
    filled,
    fitted,
    looks,
    safe,
    strip_of,
    wrapped,
)
from tui.state.run_record import RunRecord
from tui.views.loss.axes import loss_text
from tui.views.loss.view import HOW_TO_START
from tui.views.samples import Column
from tui.views.scene import Scene

_PRESENT = "▶"
_MAX_DATA_WIDTH, _MAX_SIZES_WIDTH = 14, 18
_NOTHING = "–"
_RATE_DIGITS = 6
_GAP = "  "
_EPOCHS = "epochs"
_OUTCOMES = ("train", "test")
_SETTINGS = ("rate", "optimiser", "batch", "sizes", "L1, L2", "data")
"""The settings, the most informative first."""


def runs_title(scene: Scene) -> str:
    """Return the number of runs."""
    count = len(_in_order(scene))
    if count == 0:
        return "No training run yet"
    return f"{count} training run{'s' * (count > 1)}, latest first"


def draw_runs(scene: Scene, width: int, height: int) -> list[Strip]:
    """Return a row for each run, the present one first.

    If not all columns fit, the least informative are left out: first settings in which the runs do
    not differ, then the epochs, then other settings.
    """
    style = looks(scene.palette)
    runs = _in_order(scene)
    if not runs:
        lines = wrapped(f"No training run yet. {HOW_TO_START}", width)
        rows: list[list[Part]] = [[(line, style.plain)] for line in lines]
        return filled(
            [strip_of(row, width, style.plain) for row in rows], width, height, style.plain
        )
    n_shown = len(runs) if len(runs) < height else max(1, height - 2)
    shown = runs[:n_shown]
    columns = _fitting(_columns(shown, scene.view.digits), width - len(_PRESENT))
    sides = [(column.width, column.right) for column in columns]
    headings = [one.heading for one in columns]
    rows = [] if height < 2 else [_row(sides, headings, " ", style.muted)]
    for place, run in enumerate(shown):
        is_present = run is scene.workspace.run
        text = style.accent if is_present else style.plain
        cells = [column.cells[place] for column in columns]
        rows.append(_row(sides, cells, _PRESENT if is_present else " ", text))
    if n_shown < len(runs) and height > 2:
        rows.append([(f" and {len(runs) - n_shown:,} more, m makes it large", style.muted)])
    return filled([strip_of(row, width, style.plain) for row in rows], width, height, style.plain)


def _in_order(scene: Scene) -> list[RunRecord]:
    """The present run, then the earlier ones, latest first."""
    earlier = sorted(scene.workspace.runs, key=lambda run: -run.number)
    return earlier if scene.workspace.run is None else [scene.workspace.run, *earlier]


def _row(sides: list[tuple[int, bool]], cells: list[str], marker: str, look: Style) -> list[Part]:
    """A line of the table; sides: the width of each column, and whether it is right-aligned."""
    texts = [fitted(text, size, right) for text, (size, right) in zip(cells, sides, strict=True)]
    return [(marker + _GAP.join(texts), look)]


def _fitting(columns: list[Column], width: int) -> list[Column]:
    """As many columns as fit, chosen by how informative they are; always the first one."""
    first, *others = columns
    taken, kept = first.width, {first.heading}
    for column in sorted(others, key=_rank):
        size = len(_GAP) + column.width
        if taken + size <= width:
            taken += size
            kept.add(column.heading)
    return [column for column in columns if column.heading in kept]


def _rank(column: Column) -> int:
    """The order in which columns are left out, the largest rank first."""
    if column.heading in _OUTCOMES:
        return 0
    differs = any(cell != column.cells[0] for cell in column.cells)
    settings = _SETTINGS.index(column.heading) if column.heading in _SETTINGS else len(_SETTINGS)
    if differs and column.heading in _SETTINGS:
        return 1 + settings
    if column.heading == _EPOCHS:
        return 1 + len(_SETTINGS)
    return 2 + len(_SETTINGS) + settings


def _columns(runs: list[RunRecord], digits: int) -> list[Column]:
    """All columns, the results of a run before its settings.

    There is a column for the test loss only if any run has one.
    """
    losses = [run.last_losses for run in runs]
    tests = [_NOTHING if test is None else loss_text(test, digits) for _, test in losses]
    columns = [
        Column("run", [str(run.number) for run in runs]),
        Column(_EPOCHS, [f"{run.epochs:,}" for run in runs]),
        Column("train", aligned_at_the_point([loss_text(train, digits) for train, _ in losses])),
        Column("test", aligned_at_the_point(tests)),
        Column("optimiser", [_optimiser(run) for run in runs], right=False),
        Column("rate", [format_number(run.settings.learning_rate, _RATE_DIGITS) for run in runs]),
        Column("batch", [_batch(run) for run in runs]),
        Column("data", [cut(safe(run.data_name), _MAX_DATA_WIDTH) for run in runs], right=False),
        Column("sizes", [cut(_sizes(run), _MAX_SIZES_WIDTH) for run in runs], right=False),
        Column("L1, L2", [_regularisation(run) for run in runs], right=False),
        Column("ended", [run.stopped_because or _NOTHING for run in runs], right=False),
    ]
    has_tests = any(run.test_losses is not None for run in runs)
    return [column for column in columns if has_tests or column.heading != "test"]


def _optimiser(run: RunRecord) -> str:
    name = run.settings.optimizer
    if name != "momentum":
        return name
    return f"{name} {format_number(run.settings.momentum, _RATE_DIGITS)}"


def _batch(run: RunRecord) -> str:
    size = run.settings.batch_size
    return size if size == "all" else f"{size:,}"


def _sizes(run: RunRecord) -> str:
    return "→".join(map(str, run.sizes))


def _regularisation(run: RunRecord) -> str:
    rates = [("L1", run.settings.l1), ("L2", run.settings.l2)]
    texts = [f"{name} {format_number(rate, _RATE_DIGITS)}" for name, rate in rates if rate]
    return ", ".join(texts) or _NOTHING
