"""What the outputs of a session predict, as values and as text."""

from __future__ import annotations

import numpy as np

from engine.nn.arguments import check_type
from engine.nn.arrays import FloatArray
from engine.nn.targets import class_targets
from engine.session.metrics import THRESHOLD, Prediction, decide, is_judged, no_class, right_answers
from engine.session.names import output_name
from engine.session.session import Session
from engine.text import format_given

_SAMPLES_AT_ONCE = 512


def predictions(session: Session) -> list[Prediction]:
    """Return the prediction for every sample, see `prediction`.

    Parameters
    ----------
    session
        The network with its samples, targets and names.

    Returns
    -------
    list[Prediction]
    """
    check_type(session, Session, "session")
    return [prediction(session, outputs) for outputs in session.trace.outputs]


def prediction(session: Session, outputs: FloatArray) -> Prediction:
    """Return what one sample's `outputs`, (n_outputs,), mean, see `metrics.decide`.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    outputs
        (n_samples, n_outputs).

    Returns
    -------
    Prediction
    """
    return decide(outputs, session.task, session.classes)


def answer(session: Session, outputs: FloatArray) -> str | None:
    """Return the prediction as text: the name of a class, or of its output: o1, o2 …

    A yes/no output without names gives "0" or "1", several of them "o1 1, o2 0". None as for
    `prediction`.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    outputs
        (n_samples, n_outputs).

    Returns
    -------
    str | None
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

    Of several yes/no outputs those without a target are left out. None for regression, and when the
    targets that are set do not determine an answer.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    targets
        (n_samples, n_outputs), NaN where one is not set.

    Returns
    -------
    str | None
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


def unclassed(session: Session) -> str | None:
    """Return a message about the first target that is not a class but should be, or None.

    With such a target the accuracy is unknown.

    Parameters
    ----------
    session
        The network with its samples, targets and names.

    Returns
    -------
    str | None
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
    """Return whether answers can be right or wrong: some targets are set, and all are classes.

    Parameters
    ----------
    session
        The network with its samples, targets and names.

    Returns
    -------
    bool
    """
    there = session.targets is not None and session.task != "regression"
    return there and unclassed(session) is None


def next_wrong_sample(session: Session, sample: int) -> int | None:
    """Return the next sample whose answer is wrong, after the last one the first again.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    sample
        Where to begin, from 0; it comes last.

    Returns
    -------
    int | None
        From 0; None if no answer is wrong.
    """
    if session.targets is None or session.task == "regression":
        return None
    judged = is_judged(session.targets, session.task)
    candidates = np.roll(np.arange(session.n_samples), -sample - 1)
    candidates = candidates[judged[candidates]]
    # Most are found in the first few, however many there are.
    for start in range(0, len(candidates), _SAMPLES_AT_ONCE):
        rows = candidates[start : start + _SAMPLES_AT_ONCE]
        outputs = session.network.forward(session.inputs[rows]).outputs
        wrong = ~right_answers(outputs, session.targets[rows], session.task)
        if wrong.any():
            return int(rows[np.argmax(wrong)])
    return None


def is_right(session: Session, outputs: FloatArray, targets: FloatArray) -> bool | None:
    """Return whether the prediction for `outputs` is the one `targets` asks for.

    None for regression, which has no right or wrong, for an output that is NaN, and when the
    targets that are set do not determine an answer.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    outputs
        (n_samples, n_outputs).
    targets
        (n_samples, n_outputs), NaN where one is not set.

    Returns
    -------
    bool | None
    """
    if np.isnan(outputs).any() or not is_judged(targets[np.newaxis], session.task)[0]:
        return None
    return bool(right_answers(outputs[np.newaxis], targets[np.newaxis], session.task)[0])
