"""How often the answers are right, and which classes are taken for which."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.activations import FloatArray
from engine.prediction import THRESHOLD, ask_for_classes


def accuracy(outputs: FloatArray, targets: FloatArray, task: str) -> float | None:
    """Return the share of samples whose answer is the one asked for, 0 to 1.

    outputs, targets: (n_samples, n_outputs). Of several yes/no outputs all have to be right; a
    sample with a NaN among its outputs is wrong. None for regression, where there is only near and
    far, and where the targets of a sample are no class, see `ask_for_classes`. Raises ValueError
    without samples, or when the shapes differ.
    """
    _check_shapes(outputs, targets)
    if not ask_for_classes(targets, task).all():
        return None
    if task == "multiclass":
        right = np.argmax(outputs, axis=1) == np.argmax(targets, axis=1)
    else:
        right = ((outputs >= THRESHOLD) == (targets >= THRESHOLD)).all(axis=1)
    return float(np.mean(right & ~np.isnan(outputs).any(axis=1)))


def confusion_matrix(outputs: FloatArray, targets: FloatArray, task: str) -> NDArray[np.int64]:
    """Return how many samples of each class got which answer, (n_classes, n_classes).

    Rows are what the targets ask for, columns what was answered, so that right answers are on the
    diagonal. A sample with a NaN among its outputs has no answer and is not counted. outputs,
    targets: (n_samples, n_outputs). Raises ValueError for regression, for targets that are no
    class, for several yes/no outputs, without samples, or when the shapes differ.
    """
    _check_shapes(outputs, targets)
    if task == "regression":
        raise ValueError("a confusion matrix needs classes; the task is regression")
    if not ask_for_classes(targets, task).all():
        raise ValueError("a confusion matrix needs classes; some targets are none")
    if task == "multiclass":
        asked, answered = np.argmax(targets, axis=1), np.argmax(outputs, axis=1)
        n_classes = outputs.shape[1]
    elif outputs.shape[1] == 1:
        asked = (targets[:, 0] >= THRESHOLD).astype(np.intp)
        answered = (outputs[:, 0] >= THRESHOLD).astype(np.intp)
        n_classes = 2
    else:
        raise ValueError(
            f"a confusion matrix needs one class for each sample; these are {outputs.shape[1]} "
            f"yes/no outputs"
        )
    counted = ~np.isnan(outputs).any(axis=1)
    pairs = asked[counted] * n_classes + answered[counted]
    return np.bincount(pairs, minlength=n_classes**2).reshape(n_classes, n_classes)


def _check_shapes(outputs: FloatArray, targets: FloatArray) -> None:
    if outputs.shape != targets.shape or outputs.ndim != 2 or not outputs.size:
        raise ValueError(
            f"outputs have shape {outputs.shape} and targets {targets.shape}; expected the same, "
            f"at least one row (a sample) and one column (an output)"
        )
