"""How often the answers are right, and which classes are taken for which."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.activations import FloatArray
from engine.prediction import THRESHOLD, is_judged, no_class, right_answers
from engine.targets import class_targets


def accuracy(outputs: FloatArray, targets: FloatArray, task: str) -> float | None:
    """Return the share of the judged samples whose answer is the one asked for, 0 to 1.

    outputs, targets: (n_samples, n_outputs), NaN where a target is not set; see
    `engine.prediction.is_judged` and `right_answers`. None where no sample is judged, as in a
    regression, and where a target is set that is no class. Raises ValueError without samples, or
    when the shapes differ.
    """
    _check_shapes(outputs, targets)
    judged = is_judged(targets, task)
    if not judged.any() or no_class(targets, task).any():
        return None
    return float(np.mean(right_answers(outputs, targets, task)[judged]))


def confusion_matrix(outputs: FloatArray, targets: FloatArray, task: str) -> NDArray[np.int64]:
    """Return how many samples of each class got which answer, (n_classes, n_classes).

    Rows are what the targets ask for, columns what was answered, so that right answers are on the
    diagonal. A sample with a NaN among its outputs has no answer and is not counted, and neither is
    one that is not judged. outputs, targets: (n_samples, n_outputs). Raises ValueError for
    regression, for targets that are no class, for several yes/no outputs, without samples, or when
    the shapes differ.
    """
    _check_shapes(outputs, targets)
    if task == "regression":
        raise ValueError("a confusion matrix needs classes; the task is regression")
    if no_class(targets, task).any():
        raise ValueError("a confusion matrix needs classes; some targets are none")
    if task == "multiclass":
        asked = np.argmax(class_targets(targets), axis=1)
        answered = np.argmax(outputs, axis=1)
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
    counted = is_judged(targets, task) & ~np.isnan(outputs).any(axis=1)
    pairs = asked[counted] * n_classes + answered[counted]
    return np.bincount(pairs, minlength=n_classes**2).reshape(n_classes, n_classes)


def _check_shapes(outputs: FloatArray, targets: FloatArray) -> None:
    if outputs.shape != targets.shape or outputs.ndim != 2 or not outputs.size:
        raise ValueError(
            f"outputs have shape {outputs.shape} and targets {targets.shape}; expected the same, "
            f"at least one row (a sample) and one column (an output)"
        )
