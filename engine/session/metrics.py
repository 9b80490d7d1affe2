"""What outputs mean, and how good they are: loss, accuracy, confusion matrix, measures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.nn.arrays import FloatArray
from engine.nn.losses import loss, n_counted
from engine.nn.network import Trace
from engine.nn.targets import BoolArray, class_targets, samples_with_target

THRESHOLD = 0.5
"""A yes/no output means class 1 from here up."""

Prediction = int | str | list[int] | None


@dataclass(frozen=True, slots=True)
class ClassMetrics:
    """How well one class is told from the others; each measure is 0 to 1, None where it is 0 / 0.

    Attributes
    ----------
    precision
        Of the samples answered so, the share that is right.
    recall
        Of the samples of this class, the share answered so.
    f1
        The harmonic mean of both.
    n_samples
        How many samples of this class there are.
    """

    precision: float | None
    recall: float | None
    f1: float | None
    n_samples: int


@dataclass(frozen=True, slots=True)
class RegressionMetrics:
    """How near the outputs are to their targets.

    Attributes
    ----------
    r2
        The share of the targets' variance that the outputs explain, mean over the outputs, as in
        scikit-learn; None if the targets of an output do not vary.
    mean_absolute_error
        Over all targets that are set.
    """

    r2: float | None
    mean_absolute_error: float


def decide(outputs: FloatArray, task: str, classes: Sequence[str] | None = None) -> Prediction:
    """Return the class that one sample's outputs mean.

    Parameters
    ----------
    outputs
        (n_outputs,).
    task
        "regression", "binary" or "multiclass".
    classes
        The names of 0 and 1 for one output, else one per output; others are not used.

    Returns
    -------
    Prediction
        binary: the class 1 from 0.5 up, else 0, by name where there are names; for several yes/no
        outputs a list of 0 and 1. multiclass: the class of the largest output, by name or number
        from 0. None for regression, and where an output is NaN.
    """
    if task == "regression" or np.isnan(outputs).any():
        return None
    if task == "multiclass":
        chosen = int(np.argmax(outputs))
    elif len(outputs) > 1:
        return [int(output >= THRESHOLD) for output in outputs]
    else:
        chosen = int(outputs[0] >= THRESHOLD)
    named = classes is not None and len(classes) == max(2, len(outputs))
    return classes[chosen] if classes and named else chosen


def trace_loss(trace: Trace, targets: FloatArray, name: str) -> float | None:
    """Return the loss called `name` of a forward pass.

    Parameters
    ----------
    trace
        The forward pass of n_samples.
    targets
        (n_samples, n_outputs), NaN where one is not set; those do not count.
    name
        A key of LOSSES.

    Returns
    -------
    float or None
        None when no target counts.

    Raises
    ------
    ValueError
        When the loss is unknown or does not suit the last layer or the targets.
    """
    z, a = trace.layers[-1]
    value = loss(name, z, a, targets, trace.network.layers[-1].activation)
    return value if n_counted(name, targets) else None


def no_class(targets: FloatArray, task: str) -> BoolArray:
    """Return for each sample whether its targets are set, but do not denote a class, (n_samples,).

    Parameters
    ----------
    targets
        (n_samples, n_outputs). A binary class is a number from 0, or -1 for a tanh, to 1; a number
        in between is the probability of class 1. For multiclass all are from 0 to 1, and one is
        larger than the others. In a regression no sample counts.
    task
        "regression", "binary" or "multiclass".

    Returns
    -------
    BoolArray
        (n_samples,).
    """
    if task == "regression":
        return np.zeros(len(targets), dtype=np.bool_)
    if task == "binary":
        wrong: BoolArray = np.any((targets < -1) | (targets > 1), axis=1)
    else:
        targets = class_targets(targets)
        largest = targets == targets.max(axis=1, keepdims=True)
        wrong = np.any((targets < 0) | (targets > 1), axis=1)
        wrong |= np.count_nonzero(largest, axis=1) > 1
    return wrong


def is_judged(targets: FloatArray, task: str) -> BoolArray:
    """Return for each sample whether its targets say what the answer should be, (n_samples,).

    Parameters
    ----------
    targets
        (n_samples, n_outputs). Several yes/no outputs need one target; for classes see
        `class_targets` and `no_class`. Regression has no right or wrong: no sample is judged.
    task
        "regression", "binary" or "multiclass".

    Returns
    -------
    BoolArray
        (n_samples,).
    """
    if task == "regression":
        return np.zeros(len(targets), dtype=np.bool_)
    there = samples_with_target(class_targets(targets) if task == "multiclass" else targets)
    judged: BoolArray = there & ~no_class(targets, task)
    return judged


def right_answers(outputs: FloatArray, targets: FloatArray, task: str) -> BoolArray:
    """Return for each sample whether it is judged and right, (n_samples,).

    Parameters
    ----------
    outputs, targets
        (n_samples, n_outputs); with outputs of several networks, (n, n_samples, n_outputs), the
        result is (n, n_samples). Of several yes/no outputs all those with a target have to be
        right; a sample with a NaN output is wrong.
    task
        "regression", "binary" or "multiclass".

    Returns
    -------
    BoolArray
        (n_samples,).
    """
    return judge_of(targets, task)(outputs)


def judge_of(targets: FloatArray, task: str) -> Callable[[FloatArray], BoolArray]:
    """Return `right_answers` for outputs that are to meet the same targets again and again.

    Parameters
    ----------
    targets, task
        As for `right_answers`.

    Returns
    -------
    Callable[[FloatArray], BoolArray]
    """
    judged, unset = is_judged(targets, task), np.isnan(targets)
    if task == "multiclass":
        wanted = np.argmax(class_targets(targets), axis=1)
    else:
        wanted_yes = targets >= THRESHOLD

    def right_answers_of(outputs: FloatArray) -> BoolArray:
        if task == "multiclass":
            same = np.argmax(outputs, axis=-1) == wanted
        else:
            same = (((outputs >= THRESHOLD) == wanted_yes) | unset).all(axis=-1)
        right: BoolArray = same & judged
        return right & ~np.isnan(outputs).any(axis=-1)

    return right_answers_of


def accuracy(outputs: FloatArray, targets: FloatArray, task: str) -> float | None:
    """Return the share of the judged samples whose answer is the one asked for, 0 to 1.

    Parameters
    ----------
    outputs, targets
        (n_samples, n_outputs), NaN where a target is not set; see `is_judged` and `right_answers`.
        None if no sample is judged, as in a regression, or if a target is not a class.
    task
        "regression", "binary" or "multiclass".

    Returns
    -------
    float | None

    Raises
    ------
    ValueError
        Without samples, or when the shapes differ.
    """
    _check_shapes(outputs, targets)
    judged = is_judged(targets, task)
    if not judged.any() or no_class(targets, task).any():
        return None
    return float(np.mean(right_answers(outputs, targets, task)[judged]))


def confusion_matrix(outputs: FloatArray, targets: FloatArray, task: str) -> NDArray[np.int64]:
    """Return how many samples of each class got which answer, (n_classes, n_classes).

    Rows are what the targets ask for, columns what was answered, so that right answers are on the
    diagonal. Samples that have a NaN output or are not judged are not counted.

    Parameters
    ----------
    outputs, targets
        (n_samples, n_outputs).
    task
        "regression", "binary" or "multiclass".

    Returns
    -------
    NDArray[np.int64]
        (n_classes, n_classes).

    Raises
    ------
    ValueError
        For regression, for targets that are not classes, for several yes/no outputs, without
        samples, or when the shapes differ.
    """
    _check_shapes(outputs, targets)
    if task == "regression":
        raise ValueError("a confusion matrix needs classes; the task is regression")
    if no_class(targets, task).any():
        raise ValueError("a confusion matrix needs classes; some targets are not")
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
    return matrix_metrics(confusion_matrix(outputs, targets, task))


def matrix_metrics(matrix: NDArray[np.int64]) -> tuple[ClassMetrics, ...]:
    """Return the measures of each class from a confusion matrix.

    Parameters
    ----------
    matrix
        (n_classes, n_classes), rows are targets, columns answers.

    Returns
    -------
    tuple of ClassMetrics
    """
    return tuple(
        _measured(int(matrix[own, own]), int(matrix[:, own].sum()), int(matrix[own].sum()))
        for own in range(len(matrix))
    )


def regression_metrics(outputs: FloatArray, targets: FloatArray) -> RegressionMetrics | None:
    """Return the measures of a regression.

    Parameters
    ----------
    outputs, targets
        (n_samples, n_outputs); NaN where a target is not set.

    Returns
    -------
    RegressionMetrics or None
        None if no target is set.
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


def task_metrics(
    outputs: FloatArray, targets: FloatArray, task: str
) -> tuple[ClassMetrics, ...] | RegressionMetrics | None:
    """Return the measures that suit the task.

    Parameters
    ----------
    outputs, targets
        (n_samples, n_outputs); NaN where a target is not set.
    task
        "regression", "binary" or "multiclass".

    Returns
    -------
    tuple of ClassMetrics, RegressionMetrics or None
        As `class_metrics` or `regression_metrics` returns them.
    """
    if task == "regression":
        return regression_metrics(outputs, targets)
    return class_metrics(outputs, targets, task)


def _yes(outputs: FloatArray, targets: FloatArray) -> ClassMetrics:
    known = ~np.isnan(targets) & ~np.isnan(outputs)
    answered, wanted = outputs[known] >= THRESHOLD, targets[known] >= THRESHOLD
    return _measured(int((answered & wanted).sum()), int(answered.sum()), int(wanted.sum()))


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


def _check_shapes(outputs: FloatArray, targets: FloatArray) -> None:
    if outputs.shape != targets.shape or outputs.ndim != 2 or not outputs.size:
        raise ValueError(
            f"outputs have shape {outputs.shape} and targets {targets.shape}; expected the same, "
            f"at least one row (a sample) and one column (an output)"
        )
