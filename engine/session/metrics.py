"""Measures of how good answers are beside the accuracy: per class, and for a regression."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.nn.arrays import FloatArray
from engine.session.prediction import (
    THRESHOLD,
    confusion_matrix,
    is_judged,
    no_class,
)
from engine.session.session import Session


@dataclass(frozen=True, slots=True)
class ClassMetrics:
    """How well one class is told from the others; each measure is 0 to 1, None where it is 0 / 0.

    precision: of the samples answered so, the share that is right. recall: of the samples of this
    class, the share answered so. f1: the harmonic mean of both. n_samples: how many there are.
    """

    precision: float | None
    recall: float | None
    f1: float | None
    n_samples: int


@dataclass(frozen=True, slots=True)
class RegressionMetrics:
    """How near the outputs are to their targets.

    r2: the share of the targets' variance that the outputs explain, mean over the outputs, as in
    scikit-learn; None if the targets of an output do not vary. mean_absolute_error: over all
    targets that are set.
    """

    r2: float | None
    mean_absolute_error: float


def class_metrics(
    outputs: FloatArray, targets: FloatArray, task: str
) -> tuple[ClassMetrics, ...] | None:
    """Return the measures of each class, or of each of several yes/no outputs.

    Parameters
    ----------
    outputs, targets
        (n_samples, n_outputs); NaN where a target is not set.
    task
        "regression", "binary" or "multiclass".

    Returns
    -------
    tuple of ClassMetrics or None
        None for a regression, where no sample is judged, and where a target is not a class.
    """
    if no_class(targets, task).any() or not is_judged(targets, task).any():
        return None
    if task == "binary" and outputs.shape[1] > 1:
        return tuple(
            _yes(outputs[:, output], targets[:, output]) for output in range(outputs.shape[1])
        )
    matrix = confusion_matrix(outputs, targets, task)
    return tuple(
        _measured(int(matrix[own, own]), int(matrix[:, own].sum()), int(matrix[own].sum()))
        for own in range(len(matrix))
    )


def regression_metrics(outputs: FloatArray, targets: FloatArray) -> RegressionMetrics | None:
    """Return the measures of a regression, None if no target is set.

    outputs, targets: (n_samples, n_outputs); NaN where a target is not set.
    """
    is_set = ~np.isnan(targets)
    if not is_set.any():
        return None
    with np.errstate(all="ignore"):
        error = float(np.mean(np.abs(outputs - targets)[is_set]))
        explained = [
            _r2(outputs[rows, output], targets[rows, output])
            for output, rows in enumerate(is_set.T)
            if rows.any()
        ]
    known = [share for share in explained if share is not None]
    return RegressionMetrics(float(np.mean(known)) if len(known) == len(explained) else None, error)


def session_metrics(
    session: Session, start: int, stop: int
) -> tuple[ClassMetrics, ...] | RegressionMetrics | None:
    """Return the measures of the samples from `start` up to `stop`, as suits the task."""
    if session.targets is None:
        return None
    outputs, targets = session.trace.outputs[start:stop], session.targets[start:stop]
    if session.task == "regression":
        return regression_metrics(outputs, targets)
    return class_metrics(outputs, targets, session.task)


def _yes(outputs: FloatArray, targets: FloatArray) -> ClassMetrics:
    known = ~np.isnan(targets) & ~np.isnan(outputs)
    said, asked = outputs[known] >= THRESHOLD, targets[known] >= THRESHOLD
    return _measured(int((said & asked).sum()), int(said.sum()), int(asked.sum()))


def _measured(n_right: int, n_answered: int, n_asked: int) -> ClassMetrics:
    return ClassMetrics(
        n_right / n_answered if n_answered else None,
        n_right / n_asked if n_asked else None,
        2 * n_right / (n_answered + n_asked) if n_answered + n_asked else None,
        n_asked,
    )


def _r2(outputs: FloatArray, targets: FloatArray) -> float | None:
    variation = float(np.sum((targets - np.mean(targets)) ** 2))
    return 1.0 - float(np.sum((targets - outputs) ** 2)) / variation if variation else None
