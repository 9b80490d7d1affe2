"""The What changed view: every number before and after, and a sentence that sums it up."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from textual.strip import Strip

from engine.analysis.changes import Changes, compare
from engine.analysis.changes.sentence import NOTHING_CHANGED
from engine.session.names import output_label
from engine.session.session import Session
from engine.text import format_within
from tui.drawing.cells import (
    Part,
    filled,
    is_too_small,
    lines_of_text,
    looks,
    safe,
    strip_of,
    wrapped,
)
from tui.state.comparison import Comparison
from tui.views.changes.rows import ChangedNumber, Line, change_lines
from tui.views.changes.table import change_parts
from tui.views.scene import Scene

_NOTHING_YET = "nothing changed yet: edit a number, or press p to remember this state"
_NOTHING_SINCE = "nothing changed since: edit a number to see everything that changes with it"


def changes_title(scene: Scene) -> str:
    """Return what the present numbers are compared with."""
    if scene.workspace.comparison is None:
        return "What changed: nothing yet"
    if scene.workspace.comparison.is_pinned:
        return "What changed since you pressed p"
    return (
        f"What {'training' if scene.workspace.comparison.by_training else 'the last edit'} changed"
    )


def draw_changes(scene: Scene, width: int, height: int) -> list[Strip]:
    """Return the stages with their numbers before and after, and the sentence at the bottom."""
    style = looks(scene.palette)
    sentence = _sentence(scene)
    if is_too_small(width, height):
        return lines_of_text(sentence, width, height, scene.palette)
    sentence_lines = wrapped(sentence, width, height)
    rows = _rows(scene, width, height - len(sentence_lines))
    if rows and len(rows) + len(sentence_lines) < height:
        rows.append([])
    rows += [[(line, style.strong)] for line in sentence_lines]
    strips = [strip_of(parts, width, style.plain) for parts in rows]
    return filled(strips, width, height, style.plain)


def _sentence(scene: Scene) -> str:
    comparison = scene.workspace.comparison
    if comparison is None:
        return _NOTHING_YET
    if not comparison.fits(scene.session):
        return _other_shape(comparison.session, scene.session)
    sentence = _changes(comparison.session, scene.session, scene.sample).sentence
    return _NOTHING_SINCE if sentence == NOTHING_CHANGED else safe(sentence)


def _rows(scene: Scene, width: int, room: int) -> list[list[Part]]:
    """The rows above the sentence, at most `room` of them.

    The names of the columns are left out if another stage needs their row.
    """
    comparison = scene.workspace.comparison
    if comparison is None or room < 1:
        return []
    lines: list[Line]
    if comparison.fits(scene.session):
        changes = _changes(comparison.session, scene.session, scene.sample)
        n_stages = sum(stage.n_changed > 0 for stage in changes.stages)
        with_heading = n_stages < room
        lines = change_lines(changes, room - with_heading, scene.view.digits)
    else:
        with_heading = room > 1
        lines = list(islice(_outputs(comparison, scene), room - with_heading))
    return change_parts(
        lines, width, scene.view.digits, looks(scene.palette), with_heading=with_heading
    )


@lru_cache(maxsize=2)
def _changes(before: Session, after: Session, sample: int) -> Changes:
    """The changes, cached for the view while only the cursor moves."""
    return compare(before, after, sample)


def _other_shape(before: Session, after: Session) -> str:
    """How the shape of the network and the number of samples changed."""
    parts = []
    if before.network.sizes != after.network.sizes:
        sizes = ("→".join(map(str, session.network.sizes)) for session in (before, after))
        parts.append(f"the network {' became '.join(sizes)}")
    if before.n_samples != after.n_samples:
        samples = f"sample{'s' * (before.n_samples > 1)}"
        parts.append(f"{before.n_samples:,} {samples} became {after.n_samples:,}")
    return f"{', and '.join(parts)}: not every number has a counterpart"


def _outputs(comparison: Comparison, scene: Scene) -> Iterator[Line]:
    """The outputs of the selected sample that differ, if they can be compared one by one."""
    before, after = comparison.session, scene.session
    if before.n_samples != after.n_samples or before.network.n_outputs != after.network.n_outputs:
        return
    activations = zip(
        comparison.trace.outputs[0].tolist(), scene.trace.outputs[0].tolist(), strict=True
    )
    for output, (old, new) in enumerate(activations):
        if old != new:
            old_text, new_text = (
                format_within(out, session.network.layers[-1].activation.limits, scene.view.digits)
                for session, out in ((before, old), (after, new))
            )
            name = safe(output_label(after, output))
            yield ChangedNumber(name, old_text, new_text, new - old)
