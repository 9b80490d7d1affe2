"""What the outputs say, in terms of the task."""

from __future__ import annotations

import numpy as np

from engine.activations import FloatArray
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


def is_right(session: Session, outputs: FloatArray, targets: FloatArray) -> bool | None:
    """Return whether the prediction for `outputs` is the one `targets` asks for.

    None where the task is regression: there is no right or wrong, only near and far.
    """
    predicted = prediction(session, outputs)
    if predicted is None:
        return None
    return predicted == prediction(session, targets)
