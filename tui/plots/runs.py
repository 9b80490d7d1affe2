"""The Runs view: the runs of training with their settings and what came of them."""

from __future__ import annotations

from rich.style import Style
from textual.strip import Strip

from engine.numbers import format_number
from tui.plots.cells import Part, aligned_at_the_point, cut, filled, fitted, looks, safe, strip_of
from tui.plots.loss import HOW_TO_START
from tui.plots.loss_curves import loss_text
from tui.plots.sample_columns import Column
from tui.plots.scene import Scene
from tui.plots.wrapping import wrapped
from tui.training_state import RunRecord

_PRESENT = "▶"
_WIDEST_DATA, _WIDEST_SIZES = 14, 18
_NOTHING = "–"
_RATE_DIGITS = 6
_GAP = "  "


def runs_title(scene: Scene) -> str:
    """Return how many runs there were."""
    count = len(_in_order(scene))
    if count == 0:
        return "No run of training yet"
    return f"{count} run{'s' * (count > 1)} of training, the latest first"


def draw_runs(scene: Scene, width: int, height: int) -> list[Strip]:
    """Return a row for each run, the present one first; columns that do not fit are left out."""
    style = looks(scene.palette)
    runs = _in_order(scene)
    if not runs:
        said = wrapped(f"No run of training yet. {HOW_TO_START}", width)
        rows: list[list[Part]] = [[(line, style.plain)] for line in said]
        return filled(
            [strip_of(row, width, style.plain) for row in rows], width, height, style.plain
        )
    n_shown = len(runs) if len(runs) < height else max(1, height - 2)
    shown = runs[:n_shown]
    columns = _fitting(_columns(shown, scene.digits), width - len(_PRESENT))
    headings = [one.heading for one in columns]
    rows = [] if height < 2 else [_row(columns, headings, " ", style.muted)]
    for place, run in enumerate(shown):
        is_present = run is scene.run
        text = style.accent if is_present else style.plain
        cells = [column.cells[place] for column in columns]
        rows.append(_row(columns, cells, _PRESENT if is_present else " ", text))
    if n_shown < len(runs) and height > 2:
        rows.append([(f" and {len(runs) - n_shown:,} more, m makes it large", style.muted)])
    return filled([strip_of(row, width, style.plain) for row in rows], width, height, style.plain)


def _in_order(scene: Scene) -> list[RunRecord]:
    """The present run, then the earlier ones, the latest first."""
    earlier = sorted(scene.runs, key=lambda run: -run.number)
    return earlier if scene.run is None else [scene.run, *earlier]


def _row(columns: list[Column], cells: list[str], marker: str, look: Style) -> list[Part]:
    texts = [
        fitted(text, column.width, column.right)
        for text, column in zip(cells, columns, strict=True)
    ]
    return [(marker + _GAP.join(texts), look)]


def _fitting(columns: list[Column], width: int) -> list[Column]:
    """As many of the columns, from the left, as have room; the first one always."""
    taken, kept = columns[0].width, columns[:1]
    for column in columns[1:]:
        taken += len(_GAP) + column.width
        if taken > width:
            break
        kept.append(column)
    return kept


def _columns(runs: list[RunRecord], digits: int) -> list[Column]:
    """All columns, what came of a run before what it was made with.

    Those at the right are left out first where room is short.
    """
    tests = [
        loss_text(run.test_losses[-1], digits) if run.test_losses is not None else _NOTHING
        for run in runs
    ]
    return [
        Column("run", [str(run.number) for run in runs]),
        Column("epochs", [f"{run.epochs:,}" for run in runs]),
        Column("train", aligned_at_the_point([loss_text(run.losses[-1], digits) for run in runs])),
        Column("test", aligned_at_the_point(tests)),
        Column("optimiser", [_optimiser(run) for run in runs], right=False),
        Column("rate", [format_number(run.settings.learning_rate, _RATE_DIGITS) for run in runs]),
        Column("batch", [_batch(run) for run in runs]),
        Column("data", [cut(safe(run.data_name), _WIDEST_DATA) for run in runs], right=False),
        Column("sizes", [cut(_sizes(run), _WIDEST_SIZES) for run in runs], right=False),
        Column("L1, L2", [_regularisation(run) for run in runs], right=False),
        Column("ended", [run.stopped_because or _NOTHING for run in runs], right=False),
    ]


def _optimiser(run: RunRecord) -> str:
    name = run.settings.optimizer
    if name != "momentum":
        return name
    return f"{name} {format_number(run.settings.momentum, _RATE_DIGITS)}"


def _batch(run: RunRecord) -> str:
    size = run.settings.batch_size
    return "all" if size is None else f"{size:,}"


def _sizes(run: RunRecord) -> str:
    return "→".join(map(str, run.sizes))


def _regularisation(run: RunRecord) -> str:
    rates = [("L1", run.settings.l1), ("L2", run.settings.l2)]
    texts = [f"{name} {format_number(rate, _RATE_DIGITS)}" for name, rate in rates if rate]
    return ", ".join(texts) or _NOTHING
