"""What the outputs predict, how often that is right, and the confusion matrix."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.nn.arrays import FloatArray
from engine.nn.targets import BoolArray, class_targets, samples_with_target
from engine.session.names import output_name
from engine.session.session import Session
from engine.text import format_given

THRESHOLD = 0.5
"""A yes/no output means class 1 from here up."""

Prediction = int | str | list[int] | None


def predictions(session: Session) -> list[Prediction]:
    """Return the prediction for every sample, see `prediction`."""
    return [prediction(session, outputs) for outputs in session.trace.outputs]


def prediction(session: Session, outputs: FloatArray) -> Prediction:
    """Return what one sample's `outputs`, (n_outputs,), mean.

    binary: the class 1 from 0.5 up, else 0, by name where there are names; for several yes/no
    outputs a list of 0 and 1. multiclass: the class of the largest output, by name or number from
    0. None for regression, and where an output is NaN.
    """
    if session.task == "regression" or np.isnan(outputs).any():
        return None
    if session.task == "multiclass":
        chosen = int(np.argmax(outputs))
    elif len(outputs) > 1:
        return [int(output >= THRESHOLD) for output in outputs]
    else:
        chosen = int(outputs[0] >= THRESHOLD)
    named = session.classes is not None and len(session.classes) == session.n_classes
    return session.classes[chosen] if session.classes and named else chosen


def answer(session: Session, outputs: FloatArray) -> str | None:
    """Return the prediction as text: the name of a class, or of its output: o1, o2 …

    A yes/no output without names gives "0" or "1", several of them "o1 1, o2 0". None as for
    `prediction`.
    """
    predicted = prediction(session, outputs)
    if predicted is None:
        return None
    if isinstance(predicted, list):
        return ", ".join(
            f"{output_name(session, output)} {yes}" for output, yes in enumerate(predicted)
        )
    if session.task == "multiclass":
        return output_name(session, int(np.argmax(outputs)))
    return str(predicted)


def expected_answer(session: Session, targets: FloatArray) -> str | None:
    """Return the answer that one sample's `targets`, (n_outputs,), ask for, as text.

    Of several yes/no outputs those without a target are left out. None for regression, and when
    the targets that are set do not determine an answer.
    """
    if not is_judged(targets[np.newaxis], session.task)[0]:
        return None
    if session.task == "multiclass":
        return answer(session, class_targets(targets[np.newaxis])[0])
    is_set = ~np.isnan(targets)
    if is_set.all():
        return answer(session, targets)
    each = [
        f"{output_name(session, output)} {int(targets[output] >= THRESHOLD)}"
        for output in np.flatnonzero(is_set).tolist()
    ]
    return ", ".join(each)


def no_class(targets: FloatArray, task: str) -> BoolArray:
    """Return for each sample whether its targets are set, but do not denote a class, (n_samples,).

    targets: (n_samples, n_outputs). A binary class is a number from 0, or -1 for a tanh, to 1; a
    number in between is the probability of class 1. For multiclass all are from 0 to 1, and one is
    larger than the others. In a regression no sample counts.
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


def unclassed(session: Session) -> str | None:
    """Return a message about the first target that is not a class but should be, or None.

    With such a target the accuracy is unknown.
    """
    if session.targets is None:
        return None
    wrong = no_class(session.targets, session.task)
    if not wrong.any():
        return None
    sample = int(np.argmax(wrong))
    if session.task == "multiclass":
        return (
            f"the targets of sample {sample + 1} name no class: expected a single 1 and the rest 0"
        )
    row = session.targets[sample]
    value = float(row[np.nanargmax(np.abs(row))])
    return f"the target of sample {sample + 1} is {format_given(value)}, no class: expected 0 or 1"


def can_be_right(session: Session) -> bool:
    """Return whether answers can be right or wrong: some targets are set, and all are classes."""
    there = session.targets is not None and session.task != "regression"
    return there and unclassed(session) is None


def is_judged(targets: FloatArray, task: str) -> BoolArray:
    """Return for each sample whether its targets say what the answer should be, (n_samples,).

    targets: (n_samples, n_outputs). Several yes/no outputs need one target; for classes see
    `class_targets` and `no_class`. Regression has no right or wrong: no sample is judged.
    """
    if task == "regression":
        return np.zeros(len(targets), dtype=np.bool_)
    there = samples_with_target(class_targets(targets) if task == "multiclass" else targets)
    judged: BoolArray = there & ~no_class(targets, task)
    return judged


def right_answers(outputs: FloatArray, targets: FloatArray, task: str) -> BoolArray:
    """Return for each sample whether it is judged and right, (n_samples,).

    outputs, targets: (n_samples, n_outputs); with outputs of several networks, (n, n_samples,
    n_outputs), the result is (n, n_samples). Of several yes/no outputs all those with a target have
    to be right; a sample with a NaN output is wrong.
    """
    if task == "multiclass":
        same = np.argmax(outputs, axis=-1) == np.argmax(class_targets(targets), axis=1)
    else:
        agree = (outputs >= THRESHOLD) == (targets >= THRESHOLD)
        same = (agree | np.isnan(targets)).all(axis=-1)
    right: BoolArray = same & is_judged(targets, task) & ~np.isnan(outputs).any(axis=-1)
    return right


def is_right(session: Session, outputs: FloatArray, targets: FloatArray) -> bool | None:
    """Return whether the prediction for `outputs` is the one `targets` asks for.

    None for regression, which has no right or wrong, for an output that is NaN, and when the
    targets that are set do not determine an answer.
    """
    if np.isnan(outputs).any() or not is_judged(targets[np.newaxis], session.task)[0]:
        return None
    return bool(right_answers(outputs[np.newaxis], targets[np.newaxis], session.task)[0])


def accuracy(outputs: FloatArray, targets: FloatArray, task: str) -> float | None:
    """Return the share of the judged samples whose answer is the one asked for, 0 to 1.

    outputs, targets: (n_samples, n_outputs), NaN where a target is not set; see
    `engine.session.prediction.is_judged` and `right_answers`. None if no sample is judged, as in a
    regression, or if a target is not a class. Raises ValueError without samples, or when the shapes
    differ.
    """
    _check_shapes(outputs, targets)
    judged = is_judged(targets, task)
    if not judged.any() or no_class(targets, task).any():
        return None
    return float(np.mean(right_answers(outputs, targets, task)[judged]))


def confusion_matrix(outputs: FloatArray, targets: FloatArray, task: str) -> NDArray[np.int64]:
    """Return how many samples of each class got which answer, (n_classes, n_classes).

    Rows are what the targets ask for, columns what was answered, so that right answers are on the
    diagonal. Samples that have a NaN output or are not judged are not counted. outputs, targets:
    (n_samples, n_outputs). Raises ValueError for regression, for targets that are not classes, for
    several yes/no outputs, without samples, or when the shapes differ.
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


def _check_shapes(outputs: FloatArray, targets: FloatArray) -> None:
    if outputs.shape != targets.shape or outputs.ndim != 2 or not outputs.size:
        raise ValueError(
            f"outputs have shape {outputs.shape} and targets {targets.shape}; expected the same, "
            f"at least one row (a sample) and one column (an output)"
        )
