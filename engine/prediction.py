"""What the outputs say, in terms of the task."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.activations import FloatArray
from engine.numbers import format_given
from engine.parameters import output_name
from engine.session import Session

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
    chosen = _chosen(outputs, session.task)
    if not isinstance(chosen, int):
        return chosen
    named = session.classes is not None and len(session.classes) == session.n_classes
    return session.classes[chosen] if session.classes and named else chosen


def answer(session: Session, outputs: FloatArray) -> str | None:
    """Return the prediction in words: a class by its name, or as the output is called, o1, o2 …

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


def ask_for_classes(targets: FloatArray, task: str) -> NDArray[np.bool_]:
    """Return for which samples the targets can be a class, (n_samples,).

    targets: (n_samples, n_outputs). binary: from 0, or -1 as a tanh has it, to 1; what is between
    is how likely class 1 is. multiclass: from 0 to 1, one larger than all others. None can for
    regression.
    """
    if task == "regression":
        return np.zeros(len(targets), bool)
    lowest = 0 if task == "multiclass" else -1
    outside: NDArray[np.bool_] = np.any((targets < lowest) | (targets > 1), axis=1)
    if task == "multiclass":
        largest = targets == targets.max(axis=1, keepdims=True)
        outside |= np.count_nonzero(largest, axis=1) > 1
    return ~outside


def unclassed(session: Session) -> str | None:
    """Return which target is no class, in words, where the answers are classes; None without any.

    With such a target the share of right answers is not known.
    """
    if session.targets is None or session.task == "regression":
        return None
    are_classes = ask_for_classes(session.targets, session.task)
    if are_classes.all():
        return None
    sample = int(np.argmin(are_classes))
    if session.task == "multiclass":
        return (
            f"the targets of sample {sample + 1} name no class: expected a single 1 and the rest 0"
        )
    row = session.targets[sample]
    wrong = float(row[np.argmax(np.abs(row))])
    return f"the target of sample {sample + 1} is {format_given(wrong)}, no class: expected 0 or 1"


def can_be_right(session: Session) -> bool:
    """Return whether answers can be right or wrong: all targets are there and are classes."""
    there = session.targets is not None and session.task != "regression"
    return there and unclassed(session) is None


def is_right(session: Session, outputs: FloatArray, targets: FloatArray) -> bool | None:
    """Return whether the prediction for `outputs` is the one `targets` asks for.

    None where the task is regression, in which there is only near and far, and where the targets
    are no class.
    """
    chosen = _chosen(outputs, session.task)
    if chosen is None or not ask_for_classes(targets[np.newaxis], session.task)[0]:
        return None
    return chosen == _chosen(targets, session.task)


def _chosen(outputs: FloatArray, task: str) -> int | list[int] | None:
    """The class of one sample's outputs, from 0, or a 0 or 1 for each of several yes/no outputs.

    None for regression, and where an output is NaN.
    """
    if task == "regression" or np.isnan(outputs).any():
        return None
    if task == "multiclass":
        return int(np.argmax(outputs))
    yes = [int(output >= THRESHOLD) for output in outputs]
    return yes if len(yes) > 1 else yes[0]
