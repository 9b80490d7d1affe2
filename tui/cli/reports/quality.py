"""How good the answers of a network are: the accuracy and the confusion matrix."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from engine.session.metrics import accuracy, confusion_matrix, is_judged
from engine.session.names import output_label
from engine.session.prediction import unclassed
from engine.session.session import Session
from engine.text import equals_sign, format_number
from tui.cli.reports.tables import columns, display_width
from tui.terminal import shortened, width

_MAX_CLASSES = 30
_MAX_CLASS_LENGTH = 16


def quality_lines(session: Session) -> Iterator[str]:
    """Yield the accuracy and the confusion matrix; nothing for a regression.

    Test samples, if there are any, are reported separately from the training samples.
    """
    if not session.n_test:
        yield from _quality(session, "accuracy", 0, session.n_samples)
        return
    yield from _quality(session, "training accuracy", 0, session.n_train)
    yield from _quality(session, "test accuracy", session.n_train, session.n_samples)


def share_right(session: Session, start: int, stop: int) -> float | None:
    """Return the share of right answers, 0 to 1, among the samples from `start` up to `stop`.

    None for a regression, or if no target gives the answer, or one is not a class.
    """
    if session.targets is None:
        return None
    return accuracy(session.trace.outputs[start:stop], session.targets[start:stop], session.task)


def _quality(session: Session, label: str, start: int, stop: int) -> Iterator[str]:
    share = share_right(session, start, stop)
    if session.targets is None or share is None:
        reason = unclassed(session)
        if reason is not None:
            yield ""
            yield f"no {label}: {reason}"
        return
    n_judged = int(is_judged(session.targets[start:stop], session.task).sum())
    right = round(share * n_judged)
    text = format_number(100 * share, 2)
    yield ""
    yield (f"{label} {equals_sign(text, 100 * share)} {text} %   ({right:,} of {n_judged:,} right)")
    if session.task == "binary" and session.network.n_outputs > 1:
        return
    if session.n_classes > _MAX_CLASSES:
        yield f"{session.n_classes:,} classes are too many for a table of mistakes"
        return
    matrix = confusion_matrix(
        session.trace.outputs[start:stop], session.targets[start:stop], session.task
    )
    yield from _matrix_lines(_class_names(session), matrix)


def _class_names(session: Session) -> list[str]:
    if session.classes is not None:
        return [shortened(name, _MAX_CLASS_LENGTH) for name in session.classes]
    if session.network.n_outputs == 1:
        return ["0", "1"]
    return [output_label(session, index) for index in range(session.network.n_outputs)]


def _matrix_lines(names: list[str], matrix: NDArray[np.int64]) -> Iterator[str]:
    """A row for each target class, a column for each answer."""
    corner = "asked for \\ answer"
    wide = max(map(display_width, [corner, *names]))
    lines = columns(names, lambda place: map(str, matrix[:, place].tolist()), width() - wide - 2)
    for name, line in zip([corner, *names], lines, strict=True):
        yield f"{name}{' ' * (wide - display_width(name))}  {line}"
