"""The Samples view: the rows around the selected sample, with outputs and answers."""

from __future__ import annotations

from textual.strip import Strip

from engine.activations import FloatArray
from engine.losses import n_set_samples
from engine.prediction import can_be_right, is_judged, right_answers
from engine.session import Session
from tui.plots.cells import Part, filled, fitted, looks, strip_of
from tui.plots.gestures import ChooseSample
from tui.plots.sample_columns import Column, columns_of
from tui.plots.scene import Scene

_MOST_COMPUTED_TOGETHER = 512
_QUICK_WORK = 2_000_000
_SMALLEST_WITH_HEADING = 3
_SELECTED = "▶"


def samples_title(scene: Scene) -> str:
    """Return how many samples there are, and how many answers are right where that is cheap."""
    count, targets, right = scene.session.n_samples, scene.session.targets, _count_right(scene)
    n_unset = 0 if targets is None else count - n_set_samples(targets)
    if n_unset:
        return f"{right or f'{count} samples'} · {n_unset} without target"
    title = f"{count} samples, a row each" if count > 1 else "1 sample"
    return title if right is None else f"{title} · {right}"


def draw_samples(scene: Scene, width: int, height: int) -> list[Strip]:
    """Return a heading and a row for each sample that is in sight, the selected one marked.

    Nothing is computed or put into words for the others.
    """
    style = looks(scene.palette)
    samples = samples_in_sight(scene, height)
    columns = columns_of(scene, samples, _outputs_of(scene, samples), width - len(_SELECTED))
    strips = []
    if height >= _SMALLEST_WITH_HEADING:
        heading = [(" ", style.muted), *((column.heading, style.muted) for column in columns)]
        strips.append(strip_of(_spaced(heading, columns), width, style.plain))
    for place, sample in enumerate(samples):
        selected = sample == scene.sample
        text = style.accent if selected else style.plain
        cells = [(_SELECTED if selected else " ", text)]
        cells += [(column.cells[place], column.look(place, style) or text) for column in columns]
        strips.append(strip_of(_spaced(cells, columns), width, style.plain))
    return filled(strips, width, height, style.plain)


def samples_in_sight(scene: Scene, height: int) -> range:
    """Return the samples that a drawing of this height shows, the selected one in the middle."""
    rows = height - 1 if height >= _SMALLEST_WITH_HEADING else height
    count = scene.session.n_samples
    start = max(0, min(scene.sample - rows // 2, count - rows))
    return range(start, min(start + rows, count))


def sample_clicked(
    scene: Scene, width: int, height: int, column: int, row: int
) -> ChooseSample | None:
    """Return the choice of the sample drawn in a row, or None where there is none."""
    samples = samples_in_sight(scene, height)
    place = row - (1 if height >= _SMALLEST_WITH_HEADING else 0)
    return ChooseSample(samples[place]) if 0 <= place < len(samples) else None


def _spaced(cells: list[Part], columns: list[Column]) -> list[Part]:
    """The cells of a row, each as wide as its column, after the one for the marker."""
    marker, *rest = cells
    return [
        marker,
        *(
            (fitted(text, column.width, column.right) + " ", look)
            for (text, look), column in zip(rest, columns, strict=True)
        ),
    ]


def _outputs_of(scene: Scene, samples: range) -> FloatArray:
    """The outputs of the samples in sight, (n_samples, n_outputs)."""
    session = scene.session
    rows = slice(samples.start, samples.stop)
    if _is_quick(session):
        return session.trace.outputs[rows]
    return session.network.forward(session.inputs[rows]).outputs


def _count_right(scene: Scene) -> str | None:
    """How many predictions are those that the targets ask for, None where there are no such."""
    session = scene.session
    if session.targets is None or not _is_quick(session) or not can_be_right(session):
        return None
    n_judged = int(is_judged(session.targets, session.task).sum())
    n_right = int(right_answers(session.trace.outputs, session.targets, session.task).sum())
    return f"{n_right} of {n_judged} right" if n_judged else None


def _is_quick(session: Session) -> bool:
    """Whether all samples are computed in so little time that nobody waits for it."""
    work = session.n_samples * session.network.n_parameters
    return session.n_samples <= _MOST_COMPUTED_TOGETHER and work <= _QUICK_WORK
